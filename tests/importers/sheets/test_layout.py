"""Tables are found wherever they stand in a sheet, and every row of it is something."""

from importers.sheets.grid import Grid
from importers.sheets.layout import lay_out
from importers.sheets.rows_below import Skipping
from importers.sheets.turned import turned
from tests.importers.sheets.grids import grid

_HEADER = ("Agency", "Phone", "City", "State")
_ROW = ("Harbor Aid", "305-555-0101", "Miami", "FL")


def _kinds(sheet: Grid, header_rows: tuple[int, ...] = ()) -> list[Skipping | None]:
    layout = lay_out(sheet, header_rows=header_rows)
    items = [*layout.outside, *(item for table in layout.tables for item in table.items)]
    assert sorted(item.row for item in items) == list(range(len(sheet.rows)))
    return [item.skipped for item in sorted(items, key=lambda item: item.row)]


def test_what_stands_above_and_below_a_table_is_told_apart() -> None:
    sheet = grid(
        ["Partners of the bay and all around it, for 2024"], [], _HEADER, _ROW, [], ["Total", "1"], ["* Ask us"]
    )
    assert _kinds(sheet) == ["title", "blank", "header", None, "blank", "total", "note"]


def test_a_title_right_above_a_table_speaks_of_it() -> None:
    table = lay_out(grid(["Shelters"], _HEADER, _ROW)).tables[0]
    assert (table.items[0].text, table.items[0].is_title) == ("Shelters", True)


def test_a_header_that_is_repeated_is_no_row() -> None:
    assert _kinds(grid(_HEADER, _ROW, _HEADER, _ROW)) == ["header", None, "header", None]


def test_a_lone_cell_is_the_title_of_a_section() -> None:
    sheet = grid(_HEADER, ["SHELTERS"], _ROW, ["Food pantries"], _ROW)
    assert _kinds(sheet) == ["header", "section", None, "section", None]


def test_bare_names_one_after_another_are_rows() -> None:
    sheet = grid(_HEADER, _ROW, _ROW, ["Reed Group"], ["Fern Group"], _ROW)
    assert _kinds(sheet)[3] is None


def test_a_header_of_two_rows_is_read_together() -> None:
    merged = [(0, 0, 1, 0), (0, 1, 0, 2)]
    sheet = grid(["Agency", "Phone", "", "City"], ["", "Office", "Hotline", ""], [*_ROW], merged=merged)
    header = lay_out(sheet).tables[0].header
    assert header is not None
    assert header.rows == (0, 1)
    assert header.labels[:3] == ("Agency", "Office", "Hotline")
    assert header.groups[1:3] == ("Phone", "Phone")


def test_without_merged_cells_a_group_reaches_over_the_blanks_on_its_right() -> None:
    sheet = grid(["Agency", "Languages", "", ""], ["", "English", "Spanish", "Creole"], ["Harbor", "x", "x", ""])
    header = lay_out(sheet).tables[0].header
    assert header is not None
    assert header.groups == ("", "Languages", "Languages", "Languages")


def test_merged_cells_hold_for_all_their_rows() -> None:
    sheet = grid(_HEADER, _ROW, ["", "305-555-0102", "Tampa", "FL"], merged=[(1, 0, 2, 0)])
    second = lay_out(sheet).tables[0].items[1]
    assert second.cells[0] == "Harbor Aid"
    assert second.filled == {0}


def test_two_tables_of_one_sheet_have_columns_of_their_own() -> None:
    sheet = grid(
        _HEADER, _ROW, [], ["Hotlines"], ["Name", "Toll Free", "Hours", "Languages"], ["Line", "988", "24/7", ""]
    )
    layout = lay_out(sheet)
    assert [table.header.labels[1] for table in layout.tables if table.header] == ["Phone", "Toll Free"]
    assert layout.tables[1].items[0].text == "Hotlines"


def test_a_sheet_of_explanations_holds_no_table() -> None:
    sheet = grid(["How to use this"], ["Column", "What to write"], ["Agency", "The full name of the agency"])
    assert _kinds(sheet) == ["no-table", "no-table", "no-table"]


def test_where_a_header_is_can_be_said() -> None:
    assert _kinds(grid(["Wer", "Was"], _ROW, _ROW), header_rows=(1,)) == ["header", None, None]


def test_a_table_on_its_side_is_turned() -> None:
    sheet = grid(
        ["Agency:", "Cobalt", "Indigo"], ["Phone:", "305-555-0101", "305-555-0102"], ["City:", "Miami", "Tampa"],
        ["Website:", "c.example.org", "i.example.org"],
    )  # fmt: skip
    found = turned(sheet)
    assert found is not None
    assert found.grid.rows[1:] == (
        ("Cobalt", "305-555-0101", "Miami", "c.example.org"), ("Indigo", "305-555-0102", "Tampa", "i.example.org"),
    )  # fmt: skip
    assert (found.rows, [row for row, _ in found.others]) == ((1, 1), [2, 3, 4])


def test_a_list_of_columns_is_no_table_on_its_side() -> None:
    explained = (["Agency", "its name"], ["Phone", "with area code"], ["City", "in full"], ["Website", "if any"])
    assert turned(grid(*explained)) is None
