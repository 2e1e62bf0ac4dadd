"""What each row below a header is: a row of the table, a section's title, a total, a remark, the header once more."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from directory.values.plain_text import folded
from importers.sheets.cell_shapes import holds_data, shapes_of
from importers.sheets.grid import Grid
from importers.sheets.header_words import read_header

Skipping = Literal["blank", "header", "title", "section", "total", "note", "no-table"]

NAMES = frozenset({"organization", "program", "name", "site"})

_LONGEST_LABEL = 60
_LONGEST_SECTION = 90
_TOTAL = re.compile(
    r"(?:grand |sub ?-?)?totals?\b|count\b|sum\b|average\b|n ?=|number of (?:agencies|programs|rows)\b", re.IGNORECASE
)
_TOTAL_ALONE = re.compile(r"(?:grand |sub ?-?)?totals?:?", re.IGNORECASE)
NOTE = re.compile(
    r"[*\u2020\u00b9]|\(?note|nota\b|remarque|source"
    r"|(?:last )?(?:updated|revised|reviewed)\b|as of\b|prepared by"
    r"|disclaimer|for corrections|please |this list|compiled|legend|key:|mise [aà] jour|actualizad"
    r"|\u00a9|copyright|questions",
    re.IGNORECASE,
)  # fmt: skip


class Header(msgspec.Struct, frozen=True):
    """What stands over the columns of a table.

    Attributes:
        rows: indices of its rows in the grid; empty where it stands on the sheet before.
        labels: of each column the lowest header cell; empty for none.
        groups: of each column what stands above that over several columns; empty for none.
    """

    rows: tuple[int, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]


class Item(msgspec.Struct, frozen=True):
    """A row of a sheet.

    Attributes:
        row: index in the grid.
        skipped: what it is, if it is no row of a table.
        text: of a section.
        cells: of a row of a table, merged cells filled down.
        filled: columns of cells that were filled down.
        column: of a section, where it stands.
        is_title: of a section, whether it stands above the header, and so speaks of the whole table.
    """

    row: int
    skipped: Skipping | None = None
    text: str = ""
    cells: tuple[str, ...] = ()
    filled: frozenset[int] = frozenset()
    column: int = 0
    is_title: bool = False


class RowsBelow:
    """The rows of a sheet, as tables have them."""

    def __init__(self, grid: Grid) -> None:
        self._rows = grid.rows
        self._across: dict[tuple[int, int], int] = {}
        self._down: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in grid.merged:
            if right > left:
                self._across[top, left] = right
            # What is merged over many columns is a title, and no value that holds for rows below.
            for row in range(top + 1, bottom + 1) if right - left <= 1 else ():
                self._down[row, left] = (top, left)

    def items(self, header: Header | None, rows: range) -> Iterator[Item]:
        """Each row as what it is. ``rows`` are those between this header and the next."""
        names = _name_columns(header)
        repeated = {tuple(map(folded, self._rows[row])) for row in header.rows} if header else set()
        typical = self._typical(rows)
        last = max((row for row in rows if sum(map(bool, self._rows[row])) > 1), default=-1)
        for row in rows:
            cells = self._rows[row]
            held = [(column, cell) for column, cell in enumerate(cells) if cell]
            if not held:
                yield Item(row, "blank")
            elif tuple(map(folded, cells)) in repeated:
                yield Item(row, "header")
            elif self._is_total(held, typical):
                yield Item(row, "total")
            elif len(held) == 1 and (row > last or len(held[0][1]) > _LONGEST_SECTION or NOTE.match(held[0][1])):
                column, text = held[0]
                is_name = column in names and row > last and not NOTE.match(text) and len(text) <= _LONGEST_SECTION
                is_beside = header is not None and column > max(names, default=0)
                is_continued = is_beside and (row <= last or holds_data(text))
                if is_name or is_continued:
                    yield self._row(row)
                else:
                    yield Item(row, "note")
            elif len(held) == 1 and self._is_section(row, held[0], names, typical, rows):
                yield Item(row, "section", text=held[0][1], column=held[0][0])
            elif len(held) == 2 and typical >= 4 and self._is_numbered_section(row, held):
                yield Item(row, "section", text=held[-1][1], column=held[-1][0])
            else:
                yield self._row(row)

    def _row(self, row: int) -> Item:
        cells = list(self._rows[row])
        filled = set()
        for column in range(len(cells)):
            origin = self._down.get((row, column))
            if origin is not None and not cells[column] and (above := self._rows[origin[0]][origin[1]]):
                cells[column] = above
                filled.add(column)
        return Item(row, cells=tuple(cells), filled=frozenset(filled))

    def _typical(self, rows: range) -> int:
        """How many cells a row of the table usually has."""
        counts = sorted(number for row in rows if (number := sum(map(bool, self._rows[row]))) > 1)
        return counts[len(counts) // 2] if counts else 1

    @staticmethod
    def _is_total(held: Sequence[tuple[int, str]], typical: int) -> bool:
        if not _TOTAL.match(held[0][1]) or len(held[0][1]) > _LONGEST_LABEL:
            return False
        if _TOTAL_ALONE.fullmatch(held[0][1]) and len(held) <= max(2, typical // 2):
            return True
        rest = [cell for _, cell in held[1:]]
        return len(held) <= max(2, typical) and all(
            "number" in shapes_of(cell) and "phone" not in shapes_of(cell) for cell in rest
        )

    def _is_section(self, row: int, held: tuple[int, str], names: frozenset[int], typical: int, rows: range) -> bool:
        """Whether a row of one cell says what the rows below it are."""
        column, text = held
        if shapes_of(text) & {"phone", "email", "url", "date", "postal"}:
            return False
        is_wide = self._across.get((row, column), column) > column
        if is_wide or text.isupper() or text.endswith(":"):
            return typical >= 2 or is_wide
        if typical < 3 or (names and column > max(names)):
            return False
        following = next((one for one in range(row + 1, rows.stop) if any(self._rows[one])), None)
        if following is None:
            return False
        # Several bare names one after another are a list of names.
        return sum(map(bool, self._rows[following])) > 1

    @staticmethod
    def _is_numbered_section(_: int, held: Sequence[tuple[int, str]]) -> bool:
        return bool(re.fullmatch(r"[0-9IVX]{1,4}[.)]", held[0][1])) and held[1][1].isupper()


def _name_columns(header: Header | None) -> frozenset[int]:
    if header is None:
        return frozenset({0})
    meant = {column: read_header(label) for column, label in enumerate(header.labels) if label}
    return frozenset(column for column, one in meant.items() if one is not None and one.meaning in NAMES)
