"""A table of invented rows for each layout of flat tables, and what tests make of them."""

import csv
from pathlib import Path

from importers.layout import layouts

FOLDER = Path(__file__).parent


def rows_of(name: str) -> list[list[str]]:
    """The invented rows of a layout."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_table(path: Path, rows: list[list[str]]) -> Path:
    """Write rows as a table of text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def header_of(rows: list[list[str]]) -> int:
    """The row that names the columns: the first in which none is blank."""
    return next(index for index, row in enumerate(rows) if all(row))


def columns_of(name: str, header: list[str]) -> dict[int, str]:
    """What each column means, by its number."""
    named = {column.lower(): meaning for meaning, names in layouts()[name].columns.items() for column in names}
    return {number: named[cell.lower()] for number, cell in enumerate(header) if cell.lower() in named}
