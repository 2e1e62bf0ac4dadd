"""Rows on their way out of the limited process: a few at a time, and without what is empty at their ends."""

from collections.abc import Iterable, Iterator, Sequence

from directory.errors import RefusedError
from importers.sheets.answers import MOST_COLUMNS, Rows

_ROWS, _SIGNS = 500, 1_000_000
# Programs do not make a row longer than this, even of nothing.
_LONGEST_ROW = 16_384


def in_pieces(rows: Iterable[Sequence[str]]) -> Iterator[Rows]:
    """The rows of one table.

    Raises:
        RefusedError: one is far too long.
    """
    piece: list[tuple[str, ...]] = []
    signs = 0
    for row in rows:
        cells = _without_empty_end(row)
        if len(cells) > MOST_COLUMNS or len(row) > _LONGEST_ROW:
            raise RefusedError(f"A row has more than {MOST_COLUMNS} columns.")
        piece.append(cells)
        signs += sum(map(len, cells))
        if len(piece) >= _ROWS or signs > _SIGNS:
            yield Rows(piece)
            piece, signs = [], 0
    if piece:
        yield Rows(piece)


def _without_empty_end(row: Sequence[str]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return tuple(row[:end])
