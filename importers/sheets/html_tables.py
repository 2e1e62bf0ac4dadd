"""Tables of an HTML page: many a site offers one under the name of a spreadsheet, and programs open it in silence."""

import re
from html.parser import HTMLParser

import msgspec

from directory.errors import RefusedError
from importers.sheets.answers import MOST_COLUMNS

_MOST_ROWS_DOWN = 10_000
_MOST_CELLS = 1_000_000
_MOST_TABLES = 250
_DEEPEST = 20
_BREAKS = frozenset({"br", "p", "div", "li"})
_SILENT = frozenset({"script", "style", "template"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class HtmlTable(msgspec.Struct):
    """A table: its cells by row and column, and the merged ones as in ``Grid``."""

    rows: list[dict[int, str]] = []
    merged: list[tuple[int, int, int, int]] = []

    def as_rows(self) -> list[list[str]]:
        """Its rows, each as long as it has to be."""
        return [[row.get(column, "") for column in range(max(row, default=-1) + 1)] for row in self.rows]


class _Open(msgspec.Struct):
    """A table that has not ended.

    Attributes:
        table: what there is of it.
        taken: columns that cells further up reach down into, and how far.
        column: at which the next cell of the row may stand.
        text: of the cell that has not ended; None between cells.
        spans: how many rows and columns that cell takes.
    """

    table: HtmlTable
    taken: dict[int, int] = {}
    column: int = 0
    text: list[str] | None = None
    spans: tuple[int, int] = (1, 1)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[HtmlTable] = []
        self.addresses = 0
        self._open: list[_Open] = []
        self._silent = ""
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent = tag
        elif tag == "table":
            self._begin_table()
        elif not self._open:
            return
        elif tag == "tr":
            self._end_cell()
            self._begin_row()
        elif tag in ("td", "th"):
            self._end_cell()
            if not self._open[-1].table.rows:
                self._begin_row()
            spans = dict(attrs)
            self._open[-1].text = []
            self._open[-1].spans = (
                _span(spans.get("rowspan"), _MOST_ROWS_DOWN),
                _span(spans.get("colspan"), MOST_COLUMNS),
            )
        elif tag == "a":
            self.addresses += (dict(attrs).get("href") or "").lower().startswith(("http:", "https:", "mailto:"))
        elif tag in _BREAKS:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif self._open and tag in ("td", "th", "tr"):
            self._end_cell()
        elif self._open and tag == "table":
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        # Lines of the page's source are none of the cell's.
        self._add(_BLANKS.sub(" ", data))

    def _add(self, data: str) -> None:
        if self._open and not self._silent and self._open[-1].text is not None:
            self._open[-1].text.append(data)

    def _begin_table(self) -> None:
        if len(self.found) >= _MOST_TABLES or len(self._open) >= _DEEPEST:
            raise RefusedError("The page has too many tables.")
        self._open.append(_Open(HtmlTable()))
        self.found.append(self._open[-1].table)

    def _begin_row(self) -> None:
        opened = self._open[-1]
        opened.taken = {column: down - 1 for column, down in opened.taken.items() if down > 1}
        opened.table.rows.append({})
        opened.column = 0
        self._cells += len(opened.taken)

    def _end_cell(self) -> None:
        opened = self._open[-1]
        if opened.text is None:
            return
        text, opened.text = "".join(opened.text).strip(), None
        down, across = opened.spans
        row = len(opened.table.rows) - 1
        column = opened.column
        while column in opened.taken:
            column += 1
        opened.column = column + across
        self._cells += across
        if column + across > MOST_COLUMNS or self._cells > _MOST_CELLS:
            raise RefusedError("The page has a table that is far too large.")
        for reached in range(column, column + across):
            opened.table.rows[row][reached] = ""
            if down > 1:
                # The row that begins next takes one off.
                opened.taken[reached] = down
        opened.table.rows[row][column] = text
        if down > 1 or across > 1:
            opened.table.merged.append((row, column, row + down - 1, column + across - 1))


def tables_of(page: str) -> tuple[list[HtmlTable], int]:
    """The tables of a page that hold something, outer ones before those inside them; and how many links are in them.

    Raises:
        RefusedError: they are far too many or too large.
    """
    reader = _Tables()
    reader.feed(page)
    reader.close()
    for table in reader.found:
        last = len(table.rows) - 1
        table.merged = [(top, left, min(bottom, last), right) for top, left, bottom, right in table.merged]
    return [table for table in reader.found if any(any(row.values()) for row in table.rows)], reader.addresses


def _span(written: str | None, most: int) -> int:
    number = int(written) if written and re.fullmatch(r"[0-9]{1,6}", written.strip()) else 1
    return max(1, min(number, most))
