"""Where the tables of a sheet are: titles above, headers of one row or several, sections, totals, notes, blank rows.

A sheet becomes items in its own order, one for each of its rows, so that every row is accounted for whatever it is.
What the columns of a table mean is decided elsewhere; here their headers only tell where a table begins.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from directory.values.language import find_named_language
from directory.values.plain_text import folded
from importers.sheets.cell_shapes import holds_data, is_mark, shapes_of
from importers.sheets.grid import Grid
from importers.sheets.header_words import read_header

Skipping = Literal["blank", "header", "title", "section", "total", "note", "no-table"]

NAMES = frozenset({"organization", "program", "name", "site"})

_LONGEST_LABEL = 60
_LONGEST_SECTION = 90
_LONGEST_TITLE = 6  # words
_MOST_HEADER_ROWS = 3
_LOOKED_FOR_HEADER = 20
_LEAST_HITS = 2
_LEAST_MEANT = 0.45
_LEAST_SHARE, _LEAST_SHARE_LATER = 0.4, 0.6
_TOTAL = re.compile(
    r"(?:grand |sub ?-?)?totals?\b|count\b|sum\b|average\b|n ?=|number of (?:agencies|programs|rows)\b", re.IGNORECASE
)
_TOTAL_ALONE = re.compile(r"(?:grand |sub ?-?)?totals?:?", re.IGNORECASE)
_NOTE = re.compile(
    r"[*\u2020\u00b9]|\(?note|nota\b|remarque|source"
    r"|(?:last )?(?:updated|revised|reviewed)\b|as of\b|prepared by"
    r"|disclaimer|for corrections|please |this list|compiled|legend|key:|mise [aà] jour|actualizad"
    r"|\u00a9|copyright|questions",
    re.IGNORECASE,
)  # fmt: skip


class Header(msgspec.Struct, frozen=True):
    """What stands over the columns of a table.

    Attributes:
        rows: indices of its rows in the grid.
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


class Table(msgspec.Struct, frozen=True):
    """A table: its header, None where it has none, and its rows and sections in order."""

    header: Header | None
    items: tuple[Item, ...]


class Layout(msgspec.Struct, frozen=True):
    """The tables of a sheet, and the rows that belong to none."""

    tables: tuple[Table, ...]
    outside: tuple[Item, ...]


def lay_out(grid: Grid, *, header_rows: Sequence[int] = (), known: Mapping[str, str] | None = None) -> Layout:
    """Find the tables of a sheet.

    Args:
        grid: the sheet.
        header_rows: numbers of the rows of its header as the program shows them, where somebody said so.
        known: headers that a mapping file names.
    """
    return _Laying(grid, header_rows, known or {}).layout()


class _Laying:
    def __init__(self, grid: Grid, header_rows: Sequence[int], known: Mapping[str, str]) -> None:
        self._rows = grid.rows
        self._known = {folded(header) for header in known}
        self._asked = tuple(number - grid.first_row for number in header_rows)
        self._across: dict[tuple[int, int], int] = {}
        self._down: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in grid.merged:
            if right > left:
                self._across[top, left] = right
            # What is merged over many columns is a title, and no value that holds for rows below.
            for row in range(top + 1, bottom + 1) if right - left <= 1 else ():
                self._down[row, left] = (top, left)

    def layout(self) -> Layout:
        headers = self._headers() or self._perhaps_headers()
        outside: list[Item] = []
        tables: list[Table] = []
        starts = [header.rows[0] for header in headers]
        first = starts[0] if starts else len(self._rows)
        if not headers:
            return self._without_header()
        title = self._title_above(first)
        for row in range(first):
            if row != title:
                outside += [Item(row, "title" if any(self._rows[row]) else "blank")]
        for number, header in enumerate(headers):
            outside += [Item(row, "header") for row in header.rows]
            end = starts[number + 1] if number + 1 < len(starts) else len(self._rows)
            above = self._title_above(end) if end < len(self._rows) else None
            items = [self._titled(title)] if title is not None else []
            items += self._items(header, range(header.rows[-1] + 1, end if above is None else above))
            outside += [Item(row, "blank") for row in range(above + 1, end)] if above is not None else []
            tables.append(Table(header, tuple(items)))
            title = above
        return Layout(tuple(tables), tuple(outside))

    def _title_above(self, header: int) -> int | None:
        """The row of the title that stands right above a header, and says what its table lists."""
        row = header - 1
        while row >= 0 and not any(self._rows[row]):
            row -= 1
        held = [cell for cell in self._rows[row] if cell] if row >= 0 else []
        is_title = len(held) == 1 and len(held[0].split()) <= _LONGEST_TITLE and not _NOTE.match(held[0])
        return row if is_title and header - row <= 2 and not holds_data(held[0]) else None

    def _titled(self, row: int) -> Item:
        column, text = next((column, cell) for column, cell in enumerate(self._rows[row]) if cell)
        return Item(row, "section", text=text, column=column, is_title=True)

    def _without_header(self) -> Layout:
        """All rows as one table without a known header, if they look like one."""
        full = [row for row in self._rows if sum(map(bool, row)) >= 3]
        telling = [row for row in full if any(holds_data(cell) for cell in row if cell)]
        if len(telling) >= 2 and len(telling) >= 0.6 * len(full):
            first = next(row for row, cells in enumerate(self._rows) if sum(map(bool, cells)) >= 2)
            # A lone cell right above is the first section's title; what stands higher is that of the list.
            first -= 1 if first and sum(map(bool, self._rows[first - 1])) == 1 and first > 1 else 0
            above = [Item(row, "title" if any(self._rows[row]) else "blank") for row in range(first)]
            return Layout((Table(None, tuple(self._items(None, range(first, len(self._rows))))),), tuple(above))
        return Layout(
            (), tuple(Item(row, "no-table" if any(cells) else "blank") for row, cells in enumerate(self._rows))
        )

    # Headers

    def _headers(self) -> list[Header]:
        if self._asked and all(0 <= row < len(self._rows) for row in self._asked):
            return [self._joined(self._asked)]
        headers: list[Header] = []
        row = 0
        while row < len(self._rows):
            if self._begins_table(row, headers):
                header = self._joined(self._rows_of_header(row, headers))
                headers.append(header)
                row = header.rows[-1]
            row += 1
        return headers

    def _perhaps_headers(self) -> list[Header]:
        """Labels of which hardly any is known, if values of all kinds stand right below them."""
        for row, cells in enumerate(self._rows[:_LOOKED_FOR_HEADER]):
            held = [cell for cell in cells if cell]
            below = [one for one in self._rows[row + 1 : row + 4] if any(one)]
            is_over_values = bool(below) and all(_is_data([cell for cell in one if cell]) for one in below)
            if len(held) >= 3 and not _is_data(held) and is_over_values and self._hits(held)[0]:
                return [self._joined((row,))]
        return []

    def _begins_table(self, row: int, before: Sequence[Header]) -> bool:
        cells = [cell for cell in self._rows[row] if cell]
        if len(cells) < 2 or any(len(cell) > 2 * _LONGEST_LABEL for cell in cells) or _is_data(cells):
            return False
        hits, has_name = self._hits(cells)
        share = hits / len(cells)
        if before:
            # A row that repeats the header is none of a new table; it is found among the rows.
            repeats = [folded(cell) for cell in self._rows[row]] in [
                [folded(cell) for cell in self._rows[one]] for header in before for one in header.rows
            ]
            return not repeats and has_name and hits >= 3 and share >= _LEAST_SHARE_LATER
        if len(self._meanings(cells)) < _LEAST_HITS:
            # "Agency" beside "The name of the agency" explains a header, and is none.
            return False
        is_sure = (hits >= _LEAST_HITS and share >= _LEAST_SHARE) or hits >= 4
        return is_sure and (has_name or self._has_name_below(row) or hits >= 3)

    def _has_name_below(self, row: int) -> bool:
        return row + 1 < len(self._rows) and self._hits([cell for cell in self._rows[row + 1] if cell])[1]

    def _hits(self, cells: Sequence[str]) -> tuple[int, bool]:
        """How many of the cells are headers as far as is known, and whether one is of a name."""
        hits, has_name = 0, False
        for cell in cells:
            meant = read_header(cell) if len(cell) <= 2 * _LONGEST_LABEL else None
            is_known = folded(cell) in self._known
            if is_known or (meant is not None and meant.share >= _LEAST_MEANT) or find_named_language(cell):
                hits += 1
            if (meant is not None and meant.meaning in NAMES and meant.share >= _LEAST_MEANT) or is_known:
                has_name = True
        return hits, has_name

    def _meanings(self, cells: Sequence[str]) -> set[str]:
        """What the cells mean as headers, each once."""
        found = {cell: read_header(cell) for cell in cells if len(cell) <= 2 * _LONGEST_LABEL}
        named = {cell for cell in cells if find_named_language(cell) or folded(cell) in self._known}
        return {meant.meaning for meant in found.values() if meant is not None and meant.share >= _LEAST_MEANT} | named

    def _rows_of_header(self, row: int, before: Sequence[Header]) -> tuple[int, ...]:
        rows = [row]
        taken = before[-1].rows[-1] if before else -1
        while rows[-1] + 1 < len(self._rows) and len(rows) < _MOST_HEADER_ROWS and self._is_under(rows[-1]):
            rows.append(rows[-1] + 1)
        while rows[0] - 1 > taken and len(rows) < _MOST_HEADER_ROWS and self._is_over(rows[0] - 1):
            rows.insert(0, rows[0] - 1)
        return tuple(rows)

    def _is_under(self, row: int) -> bool:
        """Whether the row below goes on with this header: parts of what stands here over several columns."""
        above, below = self._rows[row], self._rows[row + 1]
        cells = [(column, cell) for column, cell in enumerate(below) if cell]
        if not cells or _is_data([cell for _, cell in cells]) or any(len(cell) > _LONGEST_LABEL for _, cell in cells):
            return False
        if any(is_mark(cell) for _, cell in cells):
            return False
        spanned = self._spanned(row)
        # What has blanks on its right over further parts reaches over them, merged or not.
        heads = {
            column for column in range(len(above) - 1) if above[column] and not above[column + 1] and below[column + 1]
        }
        own = [column for column, _ in cells if above[column] and column not in spanned | heads]
        fits = [column for column, _ in cells if column in spanned | heads or not above[column]]
        hits, _ = self._hits([cell for _, cell in cells])
        has_place = bool(spanned & {column for column, _ in cells}) or any(not above[column] for column, _ in cells)
        is_like_label = hits >= max(1, 0.5 * len(cells)) or (bool(spanned) and len(own) == 0)
        return has_place and len(fits) >= max(1, len(own)) and is_like_label and len(own) <= 0.3 * len(cells)

    def _is_over(self, row: int) -> bool:
        """Whether a row groups the columns of the header below it."""
        cells = [(column, cell) for column, cell in enumerate(self._rows[row]) if cell]
        if not cells or _is_data([cell for _, cell in cells]) or any(len(cell) > _LONGEST_LABEL for _, cell in cells):
            return False
        width = sum(map(bool, self._rows[row + 1]))
        if len(cells) == 1:
            column = cells[0][0]
            span = self._across.get((row, column), column) - column + 1
            return 2 <= span < 0.8 * width and column > 0
        return len(cells) <= width and not any(_NOTE.match(cell) for _, cell in cells)

    def _spanned(self, row: int) -> set[int]:
        """Columns that stand under a cell which is merged over several."""
        return {
            column for (top, left), right in self._across.items() if top == row for column in range(left, right + 1)
        }

    def _joined(self, rows: tuple[int, ...]) -> Header:
        width = max(len(self._rows[row]) for row in rows)
        labels, groups = [""] * width, [""] * width
        for number, row in enumerate(rows):
            spread = self._spread(row, rows[number + 1 :])
            for column in range(width):
                if cell := spread[column] if column < len(spread) else "":
                    if labels[column] and labels[column] != cell:
                        groups[column] = f"{groups[column]} {labels[column]}".strip()
                    labels[column] = cell
        return Header(rows, tuple(labels), tuple(groups))

    def _spread(self, row: int, below: Sequence[int]) -> list[str]:
        """A header's row with what stands over several columns repeated over each of them."""
        cells = list(self._rows[row])
        for (top, left), right in self._across.items():
            if top == row:
                cells[left : right + 1] = [cells[left]] * (right + 1 - left)
        if not below or self._spanned(row):
            return cells
        under = self._rows[below[0]]
        for column in range(1, len(cells)):
            # Without merged cells: blank cells over parts belong to the group on their left.
            if not cells[column] and cells[column - 1] and under[column] and under[column - 1]:
                cells[column] = cells[column - 1]
        return cells

    # Rows below

    def _items(self, header: Header | None, rows: range) -> Iterator[Item]:
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
            elif len(held) == 1 and (row > last or len(held[0][1]) > _LONGEST_SECTION or _NOTE.match(held[0][1])):
                column, text = held[0]
                is_name = column in names and row > last and not _NOTE.match(text) and len(text) <= _LONGEST_SECTION
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


def _is_data(cells: Sequence[str]) -> bool:
    """Whether cells are values and no labels."""
    # Most rows are full of values, and the first of them tell.
    found = 0
    for cell in cells:
        found += holds_data(cell)
        if found > 0.1 * len(cells):
            return True
    return False
