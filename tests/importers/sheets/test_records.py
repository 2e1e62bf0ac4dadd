"""Rows of one organization come together, namesakes stay apart, and keys say neither order nor place."""

from importers.keys import NeutralKeys
from importers.record import SourceRecord
from tests.importers.sheets.grids import grid, read, services

_HEADER = ("Agency", "Program", "Phone", "Address", "City", "State", "Website")


def _keys(*rows: list[str]) -> dict[str, tuple[str, str | None]]:
    document = NeutralKeys(read(grid(_HEADER, *rows)))
    found = [row for row in document.services() if isinstance(row, SourceRecord)]
    return {f"{row.cells['name']} {row.phones[0]['number']}": (row.key, row.organization_key) for row in found}


_ROWS = (
    ["Harbor Aid", "Clinic", "305-555-0101", "12 Oak Street", "Miami", "FL", "harbor.example.org"],
    ["Harbor Aid", "Pantry", "305-555-0102", "14 Oak Street", "Miami", "FL", "harbor.example.org"],
    ["Safe Path", "", "305-555-0103", "1 Elm Street", "Bay Shore", "NY", ""],
    ["Safe Path", "", "305-555-0104", "2 Elm Street", "Boston", "MA", ""],
)


def test_another_order_of_rows_changes_no_key() -> None:
    assert _keys(*_ROWS) == _keys(*reversed(_ROWS))


def test_namesakes_that_share_nothing_are_two_organizations() -> None:
    owners = {name: owner for name, (_, owner) in _keys(*_ROWS).items()}
    assert owners["Safe Path 305-555-0103"] != owners["Safe Path 305-555-0104"]
    assert owners["Clinic 305-555-0101"] == owners["Pantry 305-555-0102"]


def test_namesakes_of_two_counties_of_one_state_stay_apart() -> None:
    rows = [["Safe Path", "781-555-0101", "Lynn", "MA"], ["Safe Path", "413-555-0102", "Springfield", "MA"]]
    rows += [["Safe Path", "", "Boston", "MA"], ["Safe Path", "", "Worcester", "MA"]]
    found = read(grid(["Agency", "Phone", "City", "State"], *rows)).services()
    assert len({row.organization_key for row in found if isinstance(row, SourceRecord)}) == 4


def test_a_shared_hotline_joins_no_namesakes() -> None:
    rows = [["Safe Path", "800-555-0103", "305-555-0199", "NY"], ["Safe Path", "800-555-0103", "305-555-0199", "MA"]]
    found = read(grid(["Agency", "Phone", "Hotline", "State"], *rows)).services()
    assert len({row.organization_key for row in found if isinstance(row, SourceRecord)}) == 2


def test_no_key_holds_an_address() -> None:
    text = " ".join(f"{key} {owner}" for key, owner in _keys(*_ROWS).values())
    assert not any(word in text for word in ("oak", "elm", "Street", "miami", "boston"))


def test_ids_of_the_source_are_keys() -> None:
    rows = [["7", "A1", "Harbor", "305-555-0101"], ["8", "A1", "Harbor", "305-555-0102"]]
    found = read(grid(["ID", "Agency ID", "Agency", "Phone"], *rows)).services()
    assert [(row.key, row.organization_key) for row in found if isinstance(row, SourceRecord)] == [
        ("service:7", "organization:A1"), ("service:8", "organization:A1"),
    ]  # fmt: skip


def test_one_number_for_several_agencies_is_no_id() -> None:
    rows = [["1", "0", "Harbor", "305-555-0101"], ["2", "0", "Reed", "305-555-0102"]]
    found = [*read(grid(["ID", "Parent ID", "Agency", "Phone"], *rows)).services()]
    assert len({row.organization_key for row in found if isinstance(row, SourceRecord)}) == 2


def test_repeated_rows_are_one_service_with_all_their_places() -> None:
    header = ["Court", "Organization", "Address", "Telephone"]
    rows = [
        ["Miami", "Compass", "12 Oak St, Miami, FL 33130", "305-555-0101"],
        ["Krome", "Compass", "12 Oak St, Miami, FL 33130", "305-555-0101"],
        ["Orlando", "Compass", "9 Elm St, Orlando, FL 32801", "305-555-0101"],
    ]
    found = services(grid(header, *rows))["Compass"]
    assert [site.cells["city"] for site in found.sites] == ["Miami", "Orlando"]
    assert found.notes == {"Court": "Krome\nMiami\nOrlando"}
    assert [part.position.row for part in found.parts] == [2, 3, 4]
    assert found.phones == ()
    assert all(site.phones for site in found.sites)


def test_rows_of_one_program_with_other_numbers_are_a_conflict_to_decide() -> None:
    header = ["Agency", "Program", "Phone", "Fax", "City", "State"]
    rows = [
        ["Harbor", "Advice", "305-555-0142", "305-555-0190", "Miami", "FL"],
        ["Harbor", "Advice", "(305) 555-0177", "305-555-0190", "Miami", "FL"],
        ["Reed", "Reading", "305-555-0111", "", "Miami", "FL"],
        ["Reed", "Reading", "305-555-0111 or 305-555-0112", "", "Miami", "FL"],
        ["Bay", "Food", "305-555-0121", "", "Miami", "FL"],
        ["Bay", "Food", "305-555-0122", "", "Orlando", "FL"],
    ]
    for order in (rows, rows[::-1]):
        found = services(grid(header, *order))
        assert found["Advice"].unlike_numbers == ("305-555-0142", "305-555-0177")
        assert all(part.unlike_numbers == found["Advice"].unlike_numbers for part in found["Advice"].parts)
        # One list of numbers holds the other; two places have each their own.
        assert found["Reading"].unlike_numbers == found["Food"].unlike_numbers == ()


def test_an_agency_on_several_rows_of_other_kinds_offers_several_services() -> None:
    header = ["Agency", "Services", "Phone", "Address", "City"]
    rows = [["Harbor", "Shelter", "305-555-0101", "", "Miami"], ["Harbor", "Legal aid", "305-555-0102", "", "Miami"]]
    found = [row for row in read(grid(header, *rows)).services() if isinstance(row, SourceRecord)]
    assert len({row.key for row in found}) == 2
    assert len({row.organization_key for row in found}) == 1


def test_an_address_in_the_place_of_a_name_does_not_come_in() -> None:
    assert services(grid(["Name", "Phone"], ["4815 Oak Road", "305-555-0101"], ["Harbor", "988"])).keys() == {"Harbor"}
