"""Cards below one another, made for paper, become one row each."""

from importers.sheets.stacked import stacked
from tests.importers.sheets.grids import grid, refused, services

_CARDS = (
    ["List of Pro Bono Providers", ""],
    ["Boston Immigration Court", ""],
    ["", ""],
    ["Harbor Legal Aid", "Asylum"],
    ["12 Court Square, 4th Floor", "Languages: Spanish, Portuguese"],
    ["Boston, MA 02108", ""],
    ["Tel: (617) 555-0115", ""],
    ["", ""],
    ["Reed Legal Help", "May charge a fee"],
    ["275 West Broadway", ""],
    ["Boston, MA 02127", ""],
    ["Tel: (617) 555-0117", ""],
)


def test_each_card_is_a_service_with_everything_in_it() -> None:
    found = services(grid(*_CARDS))
    assert set(found) == {"Harbor Legal Aid", "Reed Legal Help"}
    harbor = found["Harbor Legal Aid"]
    assert harbor.position.row == 4
    assert harbor.sites[0].cells["address_1"] == "12 Court Square"
    assert harbor.sites[0].cells["city"] == "Boston"
    assert harbor.phones == ({"number": "(617) 555-0115"},)
    assert harbor.languages == ("Spanish, Portuguese",)


def test_every_row_of_a_card_is_told() -> None:
    told = refused(grid(*_CARDS))
    assert {row: told[row] for row in (3, 5, 12)} == {3: "blank-row", 5: "row-of-card", 12: "row-of-card"}
    assert sorted(told) == [1, 2, 3, 5, 6, 7, 8, 10, 11, 12]


def test_a_table_is_no_stack_of_cards() -> None:
    rows = [["Harbor", "305-555-0101", "Miami"], ["Reed", "305-555-0102", "Miami"], ["Fern", "305-555-0103", "Ocala"]]
    assert stacked(grid(["Agency", "Phone", "City"], *rows)) is None
