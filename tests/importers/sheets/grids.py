"""Small sheets for tests."""

import datetime as dt
from collections.abc import Sequence

from importers.readers.file import FileReader
from importers.record import Refused, SourceRecord
from importers.sheets.grid import Grid

TODAY = dt.date(2024, 6, 1)


def grid(*rows: Sequence[str], merged: Sequence[tuple[int, int, int, int]] = (), sheet: str | None = "List") -> Grid:
    """A sheet of these rows, filled up to one width."""
    width = max(map(len, rows))
    return Grid("list.xlsx", sheet, tuple((*row, *[""] * (width - len(row))) for row in rows), merged=tuple(merged))


def read(*grids: Grid, mapping: str = "") -> FileReader:
    """The file of these sheets."""
    return FileReader(grids, mapping=mapping, today=TODAY)


def services(*grids: Grid, mapping: str = "") -> dict[str, SourceRecord]:
    """The services of these sheets, by name."""
    rows = read(*grids, mapping=mapping).services()
    return {row.cells["name"]: row for row in rows if isinstance(row, SourceRecord)}


def refused(*grids: Grid, mapping: str = "") -> dict[int | str, str]:
    """The rules by which rows are refused, by row."""
    reader = read(*grids, mapping=mapping)
    rows = [*reader.services(), *reader.leftovers()]
    return {row.position.row: row.rule for row in rows if isinstance(row, Refused)}
