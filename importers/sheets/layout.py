"""Where the tables of a sheet are: titles above, headers of one row or several, sections, totals, notes, blank rows.

A sheet becomes items in its own order, one for each of its rows, so that every row is accounted for whatever it is.
What the columns of a table mean is decided elsewhere; here their headers only tell where a table begins.
"""

from collections.abc import Mapping, Sequence

import msgspec

from directory.values.language import find_named_language
from directory.values.plain_text import folded
from importers.sheets.cell_shapes import Shape, holds_data, is_mark, shares_of
from importers.sheets.grid import Grid
from importers.sheets.header_words import read_header
from importers.sheets.rows_below import NAMES, NOTE, Header, Item, RowsBelow

_LONGEST_LABEL = 60
_LONGEST_TITLE = 6  # words
_MOST_HEADER_ROWS = 3
_LOOKED_FOR_HEADER = 20
_LEAST_HITS = 2
_LEAST_MEANT = 0.45
_LEAST_SHARE, _LEAST_SHARE_LATER = 0.4, 0.6
# A sheet goes on with the one before if its columns hold the same things.
_LEAST_CELLS = 3
_MOSTLY = 0.5
_LEAST_ALIKE = 3  # times as often as not
_TELLING: tuple[Shape, ...] = ("phone", "email", "url", "postal", "state", "address", "date")


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


def going_on(grid: Grid, layout: Layout, before: Table) -> Header | None:
    """The header of the table before, if a sheet without one plainly goes on with it: its columns look alike."""
    if before.header is None or any(table.header is not None for table in layout.tables):
        return None
    above = [item.cells for item in before.items if item.skipped is None]
    rows = [row for row in grid.rows if sum(map(bool, row)) >= _LEAST_CELLS]
    width = max((column + 1 for row in rows for column, cell in enumerate(row) if cell), default=0)
    if not rows or width > len(before.header.labels):
        return None
    agree = differ = 0
    for column in range(width):
        known, found = (
            shares_of([row[column] for row in table if column < len(row) and row[column]]) for table in (above, rows)
        )
        for shape in (shape for shape in _TELLING if known.get(shape, 0) >= _MOSTLY and found):
            is_alike = found.get(shape, 0) >= _MOSTLY
            agree, differ = agree + is_alike, differ + (not is_alike)
    return before.header if agree > _LEAST_ALIKE * differ else None


def continued(grid: Grid, header: Header) -> Table:
    """A sheet without a header as what goes on under the header of the sheet before it."""
    above = msgspec.structs.replace(header, rows=())
    return Table(above, tuple(RowsBelow(grid).items(above, range(len(grid.rows)))))


class _Laying:
    def __init__(self, grid: Grid, header_rows: Sequence[int], known: Mapping[str, str]) -> None:
        self._rows = grid.rows
        self._known = {folded(header) for header in known}
        self._asked = tuple(number - grid.first_row for number in header_rows)
        self._across = {(top, left): right for top, left, _, right in grid.merged if right > left}
        self._below = RowsBelow(grid).items

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
            items += self._below(header, range(header.rows[-1] + 1, end if above is None else above))
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
        is_title = len(held) == 1 and len(held[0].split()) <= _LONGEST_TITLE and not NOTE.match(held[0])
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
            return Layout((Table(None, tuple(self._below(None, range(first, len(self._rows))))),), tuple(above))
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
        return len(cells) <= width and not any(NOTE.match(cell) for _, cell in cells)

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


def _is_data(cells: Sequence[str]) -> bool:
    """Whether cells are values and no labels."""
    # Most rows are full of values, and the first of them tell.
    found = 0
    for cell in cells:
        found += holds_data(cell)
        if found > 0.1 * len(cells):
            return True
    return False
