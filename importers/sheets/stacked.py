"""Cards that stand below one another, each over several rows: a name, its address, its lines, then a blank row.

Lists that were made for paper come so, above all where a PDF became a spreadsheet. Each card becomes one row.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from importers.sheets.cell_shapes import holds_data, shapes_of
from importers.sheets.grid import Grid
from importers.sheets.layout import Table
from importers.sheets.rows_below import Header, Item

_MOST_COLUMNS = 4
_LEAST_CARDS = 2
_LEAST_LINES = 3
_MOST_LINES = 15
_LONGEST_TITLE = 90
# "Boston, MA 02108", "Montréal (Québec) H2L 1A1".
_TOWN_AND_CODE = re.compile(r"[^\d\n]{3,60}[ ,(]+(?:[0-9]{5}(?:-[0-9]{4})?|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])\W*")
_LABEL = "Organization / Address"


class Stacked(msgspec.Struct, frozen=True):
    """The cards of a sheet as a table, and the rows that only go on with one."""

    table: Table
    parts: tuple[int, ...]


def stacked(grid: Grid) -> Stacked | None:
    """The cards of a sheet; None where it is none of cards."""
    used = [column for column in range(len(grid.rows[0]) if grid.rows else 0) if any(row[column] for row in grid.rows)]
    if not 0 < len(used) <= _MOST_COLUMNS:
        return None
    first = used[0]
    blocks = list(_blocks(grid))
    cards = [block for block in blocks if _is_card([grid.rows[row][first] for row in block])]
    long = [block for block in blocks if len(block) >= _LEAST_LINES]
    if len(cards) < _LEAST_CARDS or len(cards) < 0.75 * len(long):
        return None
    items: list[Item] = []
    parts: list[int] = []
    for row, cells in enumerate(grid.rows):
        if not any(cells):
            items.append(Item(row, "blank"))
    for block in blocks:
        if block in cards:
            columns = zip(*(grid.rows[row] for row in block), strict=True)
            items.append(Item(block[0], cells=tuple("\n".join(filter(None, column)) for column in columns)))
            parts += block[1:]
        else:
            items += [_outside(grid, row, is_alone=len(block) == 1) for row in block]
    labels = tuple(_LABEL if column == first else "" for column in range(len(grid.rows[0])))
    items.sort(key=lambda item: item.row)
    return Stacked(Table(Header((), labels, ("",) * len(labels)), tuple(items)), tuple(parts))


def _blocks(grid: Grid) -> Iterator[list[int]]:
    """Rows without a blank one between them."""
    block: list[int] = []
    for row, cells in enumerate(grid.rows):
        if any(cells):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_card(lines: Sequence[str]) -> bool:
    """Whether lines are a name with a town or a number to call below it."""
    if not _LEAST_LINES <= len(lines) <= _MOST_LINES or not lines[0] or holds_data(lines[0]):
        return False
    below = [line for line in lines[1:] if line]
    return any(_TOWN_AND_CODE.fullmatch(line) for line in below) and any("phone" in shapes_of(line) for line in below)


def _outside(grid: Grid, row: int, *, is_alone: bool) -> Item:
    held = [(column, cell) for column, cell in enumerate(grid.rows[row]) if cell]
    if is_alone and len(held) == 1 and len(held[0][1]) <= _LONGEST_TITLE and not holds_data(held[0][1]):
        return Item(row, "section", text=held[0][1], column=held[0][0])
    return Item(row, "note")
