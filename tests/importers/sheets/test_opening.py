"""Any file with tables becomes grids of plain cells, whatever it is called."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.comments import Comment

from directory.errors import BadInputError, RefusedError
from importers.sheets.grid import Grid, Left
from importers.sheets.opening import open_grids
from importers.tables import LONGEST_CELL, plain_cell

_HEADER = ("Name", "Phone", "Opened", "From", "Interpreter")
_ROW = ("Café Harbor", 3055550142, dt.date(2019, 3, 5), dt.time(17, 0), True)
_SHOWN = (_HEADER, ("Café Harbor", "3055550142", "2019-03-05", "17:00", "TRUE"))


def _only(path: Path) -> Grid:
    with open_grids(path, max_mb=5) as opened:
        [grid] = opened.grids
    return grid


def _xlsx(path: Path) -> Path:
    book = Workbook()
    for row in (_HEADER, _ROW):
        _sheet_of(book).append(row)
    book.save(path)
    return path


def _sheet_of(book: Workbook) -> Any:
    return book.active


def _xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    shapes = {2: xlwt.easyxf(num_format_str="yyyy-mm-dd"), 3: xlwt.easyxf(num_format_str="hh:mm")}
    for number, row in enumerate((_HEADER, _ROW)):
        for column, value in enumerate(row):
            sheet.write(number, column, value, shapes.get(column, xlwt.Style.default_style))
    book.save(str(path))
    return path


def _ods(path: Path) -> Path:
    document, table = OpenDocumentSpreadsheet(), Table(name="Sheet")
    for row in (_HEADER, _ROW):
        line = TableRow()
        for value in row:
            line.addElement(_ods_cell(value))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _ods_cell(value: Any, **more: Any) -> TableCell:
    if isinstance(value, bool):
        cell = TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **more)
    elif isinstance(value, int):
        cell = TableCell(valuetype="float", value=str(value), **more)
    elif isinstance(value, dt.date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat(), **more)
    elif isinstance(value, dt.time):
        cell = TableCell(valuetype="time", timevalue=f"PT{value:%HH%MM%SS}", **more)
    else:
        cell = TableCell(valuetype="string", **more)
    cell.addElement(P(text=str(value)))
    return cell


def _csv(path: Path) -> Path:
    path.write_bytes("\r\n".join(";".join(row) for row in _SHOWN).encode("utf-16"))
    return path


def _page(path: Path) -> Path:
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) + "</tr>" for row in _SHOWN)
    path.write_text(f"\ufeff\n<html><meta charset=utf-8><body><table>{rows}</table>", encoding="utf-8")
    return path


def _zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lists/services.csv", "\n".join(",".join(row) for row in _SHOWN))
    return path


_MAKERS = (_xlsx, _xls, _ods, _csv, _page, _zip)


@pytest.mark.parametrize("make", _MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["list.xls", "list.csv", "list"])
def test_what_a_file_is_its_content_says(make: Callable[[Path], Path], name: str, tmp_path: Path) -> None:
    grid = _only(make(tmp_path / name))
    assert grid.rows == _SHOWN
    assert grid.file == ("services.csv" if make is _zip else name)
    assert grid.first_row == 1


def test_numbers_are_shown_with_their_zeros_and_percents(tmp_path: Path) -> None:
    book = Workbook()
    sheet = _sheet_of(book)
    sheet.append([2139, 0.5, 0.5, dt.timedelta(hours=26), dt.datetime(2024, 3, 5, 9, 30), 4.75])  # noqa: DTZ001
    for column, shape in ((1, "00000"), (2, "0%"), (4, "[h]:mm")):
        sheet.cell(1, column).number_format = shape
    book.save(tmp_path / "list.xlsx")
    grid = _only(tmp_path / "list.xlsx")
    assert grid.rows == (("02139", "50%", "0.5", "26:00", "2024-03-05 09:30", "4.75"),)
    assert "number-formats-unknown" not in grid.rules


def test_an_ods_file_says_itself_how_its_numbers_are_shown(tmp_path: Path) -> None:
    document, table, line = OpenDocumentSpreadsheet(), Table(name="A & B"), TableRow(numberrowsrepeated=2)
    for kind, value, shown in (
        ("float", "2139", "02139"),
        ("float", "33101", "33,101"),
        ("percentage", "0.125", "12.5%"),
        ("percentage", "0.5", "50 %"),
    ):
        cell = TableCell(valuetype=kind, value=value)
        cell.addElement(P(text=shown))
        line.addElement(cell)
    table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "list.ods"))
    grid = _only(tmp_path / "list.ods")
    assert grid.rows == (("02139", "33101", "12.5%", "50%"),) * 2
    assert grid.sheet == "A & B"
    assert grid.rules == ()


def test_where_formats_are_not_known_a_rule_says_so(tmp_path: Path) -> None:
    assert _only(_xls(tmp_path / "list.xls")).rules == ("number-formats-unknown",)


def test_the_first_row_has_the_number_that_the_program_shows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = _sheet_of(book)
    sheet["C4"], sheet["E6"] = "Name", "Harbor Aid"
    book.save(tmp_path / "list.xlsx")
    grid = _only(tmp_path / "list.xlsx")
    assert grid.first_row == 4
    assert grid.rows == (("Name", "", ""), ("", "", ""), ("", "", "Harbor Aid"))


def _merged_xlsx(path: Path) -> None:
    book = Workbook()
    sheet = _sheet_of(book)
    sheet["B2"], sheet["B3"], sheet["C3"], sheet["B4"] = "Hours", "Mon", "Tue", "9-5"
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("B4:B9")
    sheet.merge_cells("J20:K30")
    book.save(path)


def _merged_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    sheet.write_merge(1, 1, 1, 2, "Hours")
    for row, column, text in ((2, 1, "Mon"), (2, 2, "Tue")):
        sheet.write(row, column, text)
    sheet.write_merge(3, 8, 1, 1, "9-5")
    book.save(str(path))


def _merged_page(path: Path) -> None:
    path.write_text(
        "<table><tr><th colspan=2>Hours</th></tr><tr><td>Mon</td><td>Tue</td></tr>"
        "<tr><td rowspan=6>9-5</td></tr></table>"
    )


def _merged_ods(path: Path) -> None:
    document, table = OpenDocumentSpreadsheet(), Table(name="Sheet")
    for cells in (
        [_ods_cell("Hours", numbercolumnsspanned=2, numberrowsspanned=1), CoveredTableCell()],
        [_ods_cell("Mon"), _ods_cell("Tue")],
        [_ods_cell("9-5", numbercolumnsspanned=1, numberrowsspanned=6)],
    ):
        line = TableRow()
        for cell in cells:
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


@pytest.mark.parametrize("make", [_merged_xlsx, _merged_xls, _merged_ods, _merged_page], ids=lambda make: make.__name__)
def test_merged_cells_are_told_where_they_are_in_the_rows(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "list")
    grid = _only(tmp_path / "list")
    assert grid.rows == (("Hours", ""), ("Mon", "Tue"), ("9-5", ""))
    assert grid.merged[0] == (0, 0, 0, 1)
    assert all(bottom < len(grid.rows) and right < 2 for _, _, bottom, right in grid.merged)


def test_every_sheet_that_is_shown_is_a_grid_and_the_others_are_reported(tmp_path: Path) -> None:
    book = Workbook()
    _sheet_of(book).title = "Miami <b>"
    for row in (["Name"], ["Harbor Aid"], ["=1+1"]):
        _sheet_of(book).append(row)
    _sheet_of(book)["A2"].comment = Comment("ask for the key", "a colleague")
    for name, state in (("Notes", "hidden"), ("Old", "veryHidden"), ("Empty", "visible"), ("Reno", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if name != "Empty":
            sheet["A1"] = f"only in {name}"
    book.save(tmp_path / "list.xlsx")
    with zipfile.ZipFile(tmp_path / "list.xlsx", "a") as archive:
        archive.writestr("xl/vbaProject.bin", "x")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
        archive.writestr("xl/media/image1.png", "x")
    with open_grids(tmp_path / "list.xlsx", max_mb=5) as opened:
        assert [grid.sheet for grid in opened.grids] == ["Miami", "Reno"]
        assert "only in Notes" not in str(opened.grids)
        assert {one.what: one.number for one in opened.left} == {
            "hidden sheets": 2,
            "formulas, of which the last values were read": 1,
            "macros": 1,
            "comments": 1,
            "links to other files": 1,
            "pictures": 1,
        }
    # The library that wrote it computes nothing, and neither do we.
    assert opened.grids[0].rules == ("formula-without-value",)
    assert opened.grids[0].rows == (("Name",), ("Harbor Aid",))


def test_a_file_with_hidden_sheets_only_is_refused_in_words(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("Hidden")["A1"] = "x"
    book["Hidden"].sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    with pytest.raises(BadInputError, match="hidden ones are not read"):
        open_grids(tmp_path / "list.xlsx", max_mb=5)


def test_errors_are_empty_cells_with_a_rule(tmp_path: Path) -> None:
    book = Workbook()
    sheet = _sheet_of(book)
    sheet.append(["Name", "x", "Phone"])
    sheet["B1"].value = "#REF!"
    sheet["B1"].data_type = "e"
    book.save(tmp_path / "list.xlsx")
    grid = _only(tmp_path / "list.xlsx")
    assert grid.rows == (("Name", "", "Phone"),)
    assert grid.rules == ("error-cells-emptied",)


@pytest.mark.parametrize("extra", ["", "sep=;\r\n"])
def test_a_line_that_names_the_delimiter_is_no_row(extra: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{extra}Name;Phone\r\nHarbor, Aid;1\r\n\r\nPier;2\r\n\r\n\r\n", newline="")
    grid = _only(path)
    assert grid.rows == (("Name", "Phone"), ("Harbor, Aid", "1"), ("", ""), ("Pier", "2"))
    assert grid.first_row == (2 if extra else 1)


def test_what_is_mended_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b'Name,Notes\nCaf\xe9,<b>open</b>\nHarbor,"broken\nPier,x\nLong,' + b"x" * 2 * LONGEST_CELL)
    grid = _only(path)
    assert [row[0] for row in grid.rows] == ["Name", "Café", "Harbor", "Pier", "Long"]
    assert {"bytes-read-as-windows-1252", "markup-removed", "unbalanced-quotes", "cell-cut-off"} == set(grid.rules)
    assert max(len(cell) for row in grid.rows for cell in row) <= LONGEST_CELL


def test_a_page_may_have_several_tables_and_tables_in_tables(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_text(
        "<html><script>var a = '<table><tr><td>no</table>'</script><table><tr><td>Menu"
        "<table><tr><th>Name<th>Languages<tr><td>Harbor<br>Aid<td rowspan=2>Thai &amp; Lao<tr><td>Pier</table>"
        "</td></tr></table><table></table><p>after</p>"
    )
    with open_grids(path, max_mb=5) as opened:
        assert [grid.sheet for grid in opened.grids] == ["table 1", "table 2"]
        assert opened.grids[1].rows == (("Name", "Languages"), ("Harbor\nAid", "Thai & Lao"), ("Pier", ""))
        assert opened.grids[1].merged == ((1, 1, 2, 1),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"{\\rtf1 list}", "RTF"),
        (b'{"services": []}', "import hsds"),
        (b'[{"id": 1}]', "import hsds"),
        (b"<?xml version='1.0'?><list/>", "XML"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHTML"),
        (b"\x09\x08\x06\x00\x00\x00\x10\x00" * 40, "neither a spreadsheet nor text"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "very old"),
        (b"<html><p>no list here</p>", "without any table"),
        (b"   \r\n\t", "empty"),
        (b"\xff\xfe", "empty"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(content)
    with pytest.raises(BadInputError, match=words):
        open_grids(tmp_path / "list.xlsx", max_mb=5)


def test_markup_in_the_first_cell_makes_no_page(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"<b>Name</b>,Notes\nHarbor,<table><tr><td>9-5\n")
    assert _only(tmp_path / "list.csv").rows == (("Name", "Notes"), ("Harbor", "9-5"))


@pytest.mark.parametrize("sign", [b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a"])
def test_other_archives_are_not_opened(sign: bytes, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(sign + b"x" * 100)
    with pytest.raises(RefusedError, match="archive"):
        open_grids(tmp_path / "list.csv", max_mb=5)


def test_web_addresses_behind_words_are_counted(tmp_path: Path) -> None:
    book = Workbook()
    _sheet_of(book)["A1"] = "Harbor Aid"
    _sheet_of(book)["A1"].hyperlink = "https://example.org/"
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "list.html").write_text(
        '<html><a href="https://example.org">x</a><table><tr><td><a href="https://example.org/">Harbor Aid</a></table>'
    )
    for name in ("list.xlsx", "list.html"):
        with open_grids(tmp_path / name, max_mb=5) as opened:
            assert opened.grids[0].rows == (("Harbor Aid",),)
            assert opened.left == (Left("web addresses behind words", 1),)


def test_an_archive_may_hold_several_tables_and_other_things(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("a/services.csv", "Name;City\nHarbor;Miami\n")
        archive.writestr("a/phones.TSV", "Name\tPhone\nHarbor\t1\n")
        archive.writestr("a/empty.csv", "")
        archive.writestr("a/readme.pdf", "x")
        archive.writestr("__MACOSX/a/._services.csv", "x")
    with open_grids(tmp_path / "list.zip", max_mb=5) as opened:
        assert [(grid.file, grid.sheet, len(grid.rows)) for grid in opened.grids] == [
            ("services.csv", None, 2),
            ("phones.TSV", None, 2),
        ]
        assert opened.left == (Left("other files in the archive", 1),)


@pytest.mark.parametrize(
    ("part", "words"),
    [("word/document.xml", "Word"), ("Index/Document.iwa", "Numbers"), ("a.pdf", "without any table")],
)
def test_other_documents_that_are_archives_are_called_by_their_names(part: str, words: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(BadInputError, match=words):
        open_grids(tmp_path / "list.xlsx", max_mb=5)


def test_a_file_that_is_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"a,b\n" * 300_000)
    with pytest.raises(RefusedError, match="larger than 1 MB"):
        open_grids(path, max_mb=1)


# Round trips

_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t,;\"'="), max_size=9
)
_GRIDS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(_TEXTS, min_size=width, max_size=width), min_size=1, max_size=4)
)


def _expected(table: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """The table as plain cells, without what is empty around it on the right and below."""
    rows = [[plain_cell(cell)[0] for cell in row] for row in table]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((column + 1 for row in rows for column, cell in enumerate(row) if cell), default=0)
    return tuple(tuple(row[:width]) for row in rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=_GRIDS,
    delimiter=st.sampled_from(",;|\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_table_comes_back_from_text(
    table: list[list[str]], delimiter: str, encoding: str, end: str, tmp_path: Path
) -> None:
    table = [["Name", "Notes"], *table]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(table)
    path = tmp_path / "list.csv"
    path.write_bytes(written.getvalue().encode(encoding))
    width = max(len(row) for row in table)
    assert _only(path).rows == _expected([row + [""] * (width - len(row)) for row in table])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=_GRIDS)
def test_any_table_comes_back_from_a_spreadsheet(table: list[list[str]], tmp_path: Path) -> None:
    assume(not any("_x" in cell for row in table for cell in row))
    table = [["Name", "Notes", "City", "Zip"], *(row + [""] * (4 - len(row)) for row in table)]
    book = Workbook()
    for number, row in enumerate(table, 1):
        for column, text in enumerate(row, 1):
            cell = _sheet_of(book).cell(number, column)
            # Not by append, which would take some texts for formulas or errors.
            cell.value, cell.data_type = (text, "s") if text else (None, "n")
    book.save(tmp_path / "list.xlsx")
    assert _only(tmp_path / "list.xlsx").rows == _expected(table)
