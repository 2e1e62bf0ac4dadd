"""Tables that stand side by side on one sheet, as sheets of their own: each keeps its columns where they are."""

from collections.abc import Sequence

import msgspec

from directory.values.plain_text import folded
from importers.sheets.cell_shapes import holds_data
from importers.sheets.column import NAME_LIKE
from importers.sheets.grid import Grid
from importers.sheets.header_words import read_header

_LOOKED_FOR_HEADER = 20
_SURE = 0.9
_LEAST_LABELS = 2

# The first column of a table and the one behind its last.
_Span = tuple[int, int]


def parted(grid: Grid) -> tuple[Grid, ...]:
    """The tables of a sheet that stand side by side; the sheet itself where there is only one."""
    for row, cells in enumerate(grid.rows[:_LOOKED_FOR_HEADER]):
        if sum(map(bool, cells)) >= 2 * _LEAST_LABELS and not any(map(holds_data, filter(None, cells))):
            spans = _repeated(cells) or _between_blanks(grid, row)
            if len(spans) > 1:
                return tuple(_part(grid, row, span) for span in spans)
    return (grid,)


def _repeated(cells: Sequence[str]) -> list[_Span]:
    """Where a header begins anew: "Agency, Phone, Agency, Phone"."""
    labels = [folded(cell) for cell in cells]
    while labels and not labels[-1]:
        labels.pop()
    width = next((one for one in range(_LEAST_LABELS, len(labels) // 2 + 1) if labels[one] == labels[0]), 0)
    if not width or len(labels) % width not in (0, width - 1) or not _names_something(cells[0]):
        return []
    first = labels[:width]
    starts = range(0, len(labels), width)
    if sum(map(bool, first)) < _LEAST_LABELS:
        return []
    if any([*labels[start : start + width], ""][:width] != first for start in starts):
        return []
    return [(start, start + width) for start in starts]


def _between_blanks(grid: Grid, header: int) -> list[_Span]:
    """Parts that blank columns keep apart, if each has a name of its own and what belongs to it."""
    cells = grid.rows[header]
    spans: list[_Span] = []
    start: int | None = None
    for column in range(len(cells) + 1):
        is_blank = column == len(cells) or not any(row[column] for row in grid.rows[header:])
        if is_blank and start is not None:
            spans.append((start, column))
        start = None if is_blank else column if start is None else start
    meanings = [_meanings(cells[start:end]) for start, end in spans]
    # An agency with its line beside a program with another is one table.
    shared = set.intersection(*meanings) if meanings else set()
    return spans if shared & set(NAME_LIKE) and shared - set(NAME_LIKE) else []


def _names_something(label: str) -> bool:
    meant = read_header(label) if label else None
    return meant is not None and meant.meaning in NAME_LIKE and meant.share >= _SURE


def _meanings(labels: Sequence[str]) -> set[str]:
    found = [read_header(label) for label in labels if label]
    return {meant.meaning.partition(":")[0] for meant in found if meant is not None and meant.share >= _SURE}


def _part(grid: Grid, header: int, span: _Span) -> Grid:
    """The sheet without the cells of the other parts; what stands alone above is for all of them."""
    start, end = span
    wide = {(top, left) for top, left, _, right in grid.merged if right >= end and left <= start}
    rows = []
    for number, cells in enumerate(grid.rows):
        is_for_all = number < header and sum(map(bool, cells)) == 1
        rows.append(
            tuple(
                cell if is_for_all or start <= column < end or (number, column) in wide else ""
                for column, cell in enumerate(cells)
            )
        )
    merged = tuple(one for one in grid.merged if (start <= one[1] and one[3] < end) or (one[0], one[1]) in wide)
    return msgspec.structs.replace(grid, rows=tuple(rows), merged=merged)
