"""Sheets of XLSX, XLSM, XLSB, XLS and ODS files, by python-calamine. Only in the limited process of ``process.py``.

Formulas are not computed: what the program that saved the file had last computed stands in their cells.
"""

import itertools
import zipfile
from collections.abc import Iterator
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from directory.errors import BadInputError, RefusedError
from importers.sheets.answers import MOST_COLUMNS, MOST_SHEETS, Answer, Begun, Ended, Finished
from importers.sheets.archives import look_through
from importers.sheets.cells import text_of
from importers.sheets.formats import Look, looks_of
from importers.sheets.grid import Left
from importers.sheets.ods_formats import looks_of_ods
from importers.sheets.pieces import in_pieces
from importers.tables import plain_cell

_LONGEST_NAME = 100
_MOST_MERGED = 100_000
NUMBER_FORMATS_UNKNOWN = "number-formats-unknown"
ERRORS_EMPTIED = "error-cells-emptied"
WITHOUT_VALUE = "formula-without-value"
# How a program names the part of an OLE file that is encrypted, and the one that holds macros.
_ENCRYPTED, _MACROS = ("EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le"))


def read_zipped(file: IO[bytes], archive: zipfile.ZipFile) -> Iterator[Answer]:
    """What stands in an XLSX, XLSM, XLSB or ODS file.

    Raises:
        BadInputError: it is broken, or no sheet can be read.
        RefusedError: it is made to do harm, locked with a password, or far too wide.
    """
    left = look_through(archive)
    yield from _workbook(file, left, archive)


def read_ole(file: IO[bytes]) -> Iterator[Answer]:
    """What stands in an XLS file. Raises as ``read_zipped``."""
    content = file.read()
    if _ENCRYPTED in content:
        raise _locked()
    left = (Left("macros", 1),) if _MACROS in content else ()
    del content
    yield from _workbook(file, left, None)


def _workbook(file: IO[bytes], left: tuple[Left, ...], archive: zipfile.ZipFile | None) -> Iterator[Answer]:
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as workbook:
            sheets = workbook.sheets_metadata
            shown = [sheet.name for sheet in sheets if _is_table(sheet) and sheet.visible == SheetVisibleEnum.Visible]
            if len(shown) > MOST_SHEETS:
                raise RefusedError(f"The spreadsheet has more than {MOST_SHEETS} sheets.")
            looks = _looks(archive, shown)
            for name in shown:
                yield from _sheet(workbook.get_sheet_by_name(name), looks.get(name))
    except PasswordError:
        raise _locked() from None
    except CalamineError:
        raise BadInputError("The spreadsheet is broken, or of a kind that cannot be read.") from None
    formulas = sum(look.formulas for look in looks.values())
    counted = {
        "hidden sheets": sum(_is_table(one) and one.visible != SheetVisibleEnum.Visible for one in sheets),
        "charts and other sheets without cells": sum(not _is_table(one) for one in sheets),
        "formulas, of which the last values were read": formulas,
    }
    yield Finished((*(Left(what, number) for what, number in counted.items() if number), *left))


def _looks(archive: zipfile.ZipFile | None, names: list[str]) -> dict[str, Look]:
    if archive is None:
        return {}
    return looks_of_ods(archive, names) if "content.xml" in archive.namelist() else looks_of(archive, names)


def _is_table(sheet: SheetMetadata) -> bool:
    return sheet.typ == SheetTypeEnum.WorkSheet


def _sheet(sheet: CalamineSheet, look: Look | None) -> Iterator[Answer]:
    if sheet.start is None:
        return
    if sheet.width > MOST_COLUMNS:
        raise RefusedError(f"A sheet has more than {MOST_COLUMNS} columns.")
    rules: dict[str, None] = {}
    yield Begun("", plain_cell(sheet.name[:_LONGEST_NAME])[0], sheet.start[0] + 1)
    yield from in_pieces(_rows(sheet, look, sheet.start, rules))
    if look is not None and look.errors:
        rules[ERRORS_EMPTIED] = None
    if look is not None and look.without_value:
        rules[WITHOUT_VALUE] = None
    yield Ended(_merged(sheet, look), tuple(rules))


def _rows(
    sheet: CalamineSheet, look: Look | None, start: tuple[int, int], rules: dict[str, None]
) -> Iterator[list[str]]:
    """The rows from the first in which something stands; what is mended is added to ``rules``."""
    top, left = start
    shapes = look.shapes if look is not None else {}
    for number, row in enumerate(itertools.islice(sheet.iter_rows(), top, None), top):
        cells = []
        for column, value in enumerate(row, left):
            if value == "":
                cells.append("")
                continue
            text, mended = text_of(value, shapes.get((number, column), "") if shapes else "")
            for rule in mended:
                rules[rule] = None
            cells.append(text)
            if look is None and isinstance(value, float):
                rules[NUMBER_FORMATS_UNKNOWN] = None
        yield cells


def _merged(sheet: CalamineSheet, look: Look | None) -> tuple[tuple[int, int, int, int], ...]:
    """Merged cells, as far as they lie where something stands, counted from the first cell of all."""
    if sheet.start is None or sheet.end is None:
        return ()
    (top, left), (bottom, right) = sheet.start, sheet.end
    told = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()] or (look.merged if look else [])
    found = []
    for row, column, last_row, last_column in told[:_MOST_MERGED]:
        inside = (max(row, top), max(column, left), min(last_row, bottom), min(last_column, right))
        if inside[0] <= inside[2] and inside[1] <= inside[3] and inside[:2] != inside[2:]:
            found.append((inside[0] - top, inside[1] - left, inside[2] - top, inside[3] - left))
    return tuple(found)


def _locked() -> RefusedError:
    return RefusedError("The spreadsheet is locked with a password. Save it without one and try again.")
