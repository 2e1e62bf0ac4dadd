"""Tables side by side are read each by itself, and a sheet may go on with the one before it."""

from importers.sheets.beside import parted
from tests.importers.sheets.grids import grid, read, refused, services

_LAW = ("Reed Law", "305-555-0101", "Miami")
_HEALTH = ("Fern Health", "305-555-0102", "Tampa")
_HEADER = ("Agency", "Phone", "City")


def test_tables_between_blank_columns_are_read_each_by_itself() -> None:
    sheet = grid(
        ["Legal", "", "", "", "Health"],
        [*_HEADER, "", *_HEADER],
        [*_LAW, "", *_HEALTH],
        ["Moss Law", "305-555-0103", "Miami"],
    )
    found = services(sheet)
    assert {name: one.phones[0]["number"] for name, one in found.items()} == {
        "Reed Law": "305-555-0101",
        "Fern Health": "305-555-0102",
        "Moss Law": "305-555-0103",
    }
    assert refused(sheet) == {1: "section-row", 2: "header-row"}


def test_a_header_that_begins_anew_begins_another_table() -> None:
    assert set(services(grid([*_HEADER, *_HEADER], [*_LAW, *_HEALTH]))) == {"Reed Law", "Fern Health"}


def test_every_row_is_told_once() -> None:
    sheet = grid([*_HEADER, "", *_HEADER], [*_LAW, "", *_HEALTH], [], [*_LAW, "", "", "", ""])
    assert sorted(one.position.row for one in read(sheet).leftovers()) == [1, 3]


def test_an_agency_beside_a_program_is_one_table() -> None:
    sheet = grid(["Agency", "Main Phone", "", "Program", "Phone"], ["Reed", "305-555-0101", "", "Clinic", ""])
    assert parted(sheet) == (sheet,)


def test_a_sheet_without_a_header_goes_on_with_the_one_before() -> None:
    header = ["Agency", "Phone", "City", "State", "Languages"]
    first = grid(header, [*_LAW, "FL", "Eng/Span"], [*_HEALTH, "FL", "English"], sheet="1")
    second = grid(["Moss Aid", "305-555-0104", "Miami", "FL", "Eng, Arabic"], sheet="2")
    assert services(first, second)["Moss Aid"].languages == ("English, Arabic",)


def test_a_sheet_of_other_things_does_not_go_on() -> None:
    first = grid(["Agency", "Phone", "City"], _LAW, _HEALTH, sheet="1")
    second = grid(["X", "offers it", "now"], ["*", "has a", "waiting list"], sheet="2")
    assert set(services(first, second)) == {"Reed Law", "Fern Health"}
