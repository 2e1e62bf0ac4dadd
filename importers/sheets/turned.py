"""Tables that lie on their side: labels stand down a column, and every column beside them is a record."""

from collections.abc import Sequence

import msgspec

from importers.sheets.cell_shapes import shapes_of
from importers.sheets.grid import Grid
from importers.sheets.header_words import read_header
from importers.sheets.rows_below import NAMES

_LEAST_LABELS = 4
_LEAST_SHARE = 0.6
_LEAST_MEANT = 0.45
_SHAPES = {
    "phone": "phone",
    "email": "email",
    "url": "url",
    "postal": "postal",
    "street": "address",
    "address": "address",
}


class Turned(msgspec.Struct, frozen=True):
    """A grid with its records in rows.

    Attributes:
        grid: the first row holds the labels, each further one a record.
        rows: for each record, the number of the row in which its name stands in the sheet.
        others: numbers of all other rows of the sheet, and whether they hold anything.
    """

    grid: Grid
    rows: tuple[int, ...]
    others: tuple[tuple[int, bool], ...]


def turned(grid: Grid) -> Turned | None:
    """The grid with its records in rows, where they stand in columns; else None."""
    if not grid.rows or len(grid.rows[0]) < 2:
        return None
    labels = [cells[0] for cells in grid.rows]
    said = [label for label in labels if label]
    meant = [(row, known) for row, label in enumerate(labels) if (known := _read(label)) is not None]
    has_name = any(meaning in NAMES for _, meaning in meant)
    if len(meant) < _LEAST_LABELS or len(meant) < _LEAST_SHARE * len(said) or not has_name:
        return None
    if not _values_fit(grid, meant):
        return None
    return _turned(grid, labels, meant)


def _read(label: str) -> str | None:
    found = read_header(label.rstrip(":")) if label else None
    return found.meaning if found is not None and found.share >= _LEAST_MEANT else None


def _values_fit(grid: Grid, meant: Sequence[tuple[int, str]]) -> bool:
    """Whether what stands beside labels looks as they say: a list of the columns of another sheet does not."""
    fitting = 0
    for row, meaning in meant:
        wanted = _SHAPES.get(meaning.partition(":")[0])
        values = [cell for cell in grid.rows[row][1:] if cell]
        if wanted and values and sum(wanted in shapes_of(cell) for cell in values) >= 0.5 * len(values):
            fitting += 1
    return fitting > 0


def _turned(grid: Grid, labels: Sequence[str], meant: Sequence[tuple[int, str]]) -> Turned:
    first = next(meaning for _, meaning in meant if meaning in NAMES)
    names = [row for row, meaning in meant if meaning == first and _same(labels[row], labels, first)]
    blocks = [range(start, end) for start, end in zip(names, [*names[1:], len(labels)], strict=True)]
    # What stands above the first name belongs to the first record.
    blocks[0] = range(blocks[0].stop)
    header = list(
        dict.fromkeys(label.rstrip(":") for block in blocks for label in (labels[row] for row in block) if label)
    )
    rows, numbers = [tuple(header)], []
    for block, name in zip(blocks, names, strict=True):
        for column in range(1, len(grid.rows[0])):
            cells: dict[str, str] = {}
            for row in block:
                if labels[row] and grid.rows[row][column]:
                    key = labels[row].rstrip(":")
                    cells[key] = f"{cells[key]}\n{grid.rows[row][column]}" if key in cells else grid.rows[row][column]
            if cells:
                rows.append(tuple(cells.get(label, "") for label in header))
                numbers.append(grid.first_row + name)
    taken = set(numbers)
    others = [
        (grid.first_row + row, any(cells)) for row, cells in enumerate(grid.rows) if grid.first_row + row not in taken
    ]
    return Turned(Grid(grid.file, grid.sheet, tuple(rows), 1, (), grid.rules), tuple(numbers), tuple(others))


def _same(label: str, labels: Sequence[str], first: str) -> bool:
    """Whether a label is the one that begins a record."""
    leading = next(one for one in labels if _read(one) == first)
    return label == leading
