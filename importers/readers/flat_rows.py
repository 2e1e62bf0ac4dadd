"""The rows of a flat table, each cell under what its column means."""

import re
from collections.abc import Hashable, Iterable, Iterator
from fnmatch import fnmatchcase

import msgspec

from directory.listings.streets import street_name
from directory.values.plain_text import folded, one_line
from directory.values.web_address import site_domain
from importers.keys import could_be_address, is_telling
from importers.layout import PHONES, SITE, Layout
from importers.readers.hsds_leftovers import refused
from importers.readers.identities import slug, whole_numbers
from importers.record import Refused, RowPosition, SourceSite
from importers.sheets.grid import Grid
from importers.tables import LONGEST_CELL
from importers.web_cells import read_web

_MOST_ABOVE_HEADER = 20
_MOST_COLUMNS = 1_000
_LONGEST_NAME = 30
_LONGEST_NOTE = 1_000
# An address with its town and code, whatever stands in columns beside it.
_WHOLE_ADDRESS = re.compile(r".+[,\n] ?[A-Za-z .'-]{2,40},? [A-Z]{2}\.? \d{5}(?:-\d{4})?", re.DOTALL)
_TOWN_AND_STATE = re.compile(r"(.{2,60}?),? ([A-Z]{2})")


class FlatRow(msgspec.Struct):
    """A row by what its columns mean.

    Attributes:
        position: of it.
        cells: by meaning.
        notes: cells of columns without one, by the names of the columns.
        problem: why it cannot be used; empty if it can.
        organization, service: the keys that it is given.
    """

    position: RowPosition
    cells: dict[str, str]
    notes: dict[str, str]
    problem: str = ""
    organization: str = ""
    service: str = ""

    @property
    def name(self) -> str:
        """The name of its organization, or what comes nearest to it."""
        return next(
            (self.cells[one] for one in ("organization-name", "site-name", "service-name") if one in self.cells), ""
        )

    @property
    def numbers(self) -> frozenset[str]:
        """The whole numbers in it."""
        return whole_numbers(self.cells.get(meaning, "") for meaning in PHONES)

    @property
    def rank(self) -> tuple[str, ...]:
        """Its order among rows of one name: first by what tells no place."""
        neutral = (self.cells.get(name, "") for name in ("service-name", "site-name", "offered-at", "description"))
        return (*sorted(self.numbers), "", *neutral, *(self.cells.get(name, "") for name in SITE))

    def place(self) -> dict[str, str]:
        """What it says of where it is, under HSDS's names."""
        cells = {column: self.cells[meaning] for meaning, column in SITE.items() if meaning in self.cells}
        if "address_1" in cells:
            cells["address_1"] = ", ".join(cells["address_1"].splitlines())
        if not cells.keys() & {"address_1", "city", "postal_code"} and "offered-at" in self.cells:
            cells["city"] = self.cells["offered-at"]
        if "state_province" not in cells and (found := _TOWN_AND_STATE.fullmatch(cells.get("city", ""))):
            cells |= {"city": found[1], "state_province": found[2]}
        return cells

    def marks(self, meaning: str) -> Iterator[Hashable]:
        """What a row of the same organization says alike under this meaning, however it is written."""
        cell = self.cells.get(meaning, "")
        if not cell:
            return
        if meaning in PHONES:
            yield from whole_numbers([cell])
        elif meaning in ("organization-url", "url"):
            url = read_web(cell, "").url
            yield site_domain(url) if url else folded(cell)
        elif meaning == "address":
            place = self.place()
            yield street_name(cell) or folded(cell), place.get("postal_code", "")[:5] or folded(place.get("city", ""))
        else:
            yield meaning, folded(cell)


def plain_name(name: str, rows: Iterable[FlatRow]) -> str:
    """A name as a part of a key; nothing of it where it could tell the place of one of these rows."""
    plain = slug(name, _LONGEST_NAME)
    return plain if plain and not is_telling(plain, tuple(SourceSite("", row.place()) for row in rows)) else "nn"


class Header(msgspec.Struct, frozen=True):
    """Where the names of the columns stand, what each column means, and by which name its cells are notes.

    ``width`` is the number of columns; what stands beyond the last is one cell too many.
    """

    index: int
    width: int
    meanings: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def has(self, meaning: str) -> bool:
        """Whether a column means this."""
        return any(meaning in meanings for meanings in self.meanings)


def find_header(grid: Grid, layout: Layout) -> tuple[Header | None, str]:
    """The row that names the columns; where there is none, None and the first required column that is missing."""
    best: list[str] | None = None
    for index, cells in enumerate(grid.rows[:_MOST_ABOVE_HEADER]):
        header = _header(index, cells, layout)
        missing = [layout.columns[meaning][0] for meaning in layout.required if not header.has(meaning)]
        if not missing:
            return header, ""
        if best is None or len(missing) < len(best):
            best = missing
    return None, (best or [layout.columns[layout.required[0]][0]])[0]


def rows_of(grid: Grid, header: Header, layout: Layout) -> Iterator[FlatRow | Refused]:
    """The rows of a table; those that are none of it are refused as skipped.

    A row with one cell is a heading. Where no column says at what a service is offered, it says so for the rows below.
    """
    blanks = frozenset(map(folded, layout.blank))
    heading = ""
    names = grid.rows[header.index]
    for number, cells in enumerate(grid.rows):
        position = RowPosition(grid.file, grid.first_row + number, grid.sheet)
        if number <= header.index:
            what = "This row names the columns." if number == header.index else "This row stands above the table."
            yield Refused(position, "skipped", "header", what)
        elif not any(cells):
            yield refused(position, "blank")
        elif list(map(folded, cells)) == list(map(folded, names)):
            yield Refused(position, "skipped", "header", "This row names the columns again.")
        elif len(told := [cell for cell in cells if cell]) == 1:
            heading = told[0]
            yield Refused(position, "skipped", "section", "This row has one cell; it is a heading, or says nothing.")
        else:
            kept = tuple("" if folded(cell) in blanks else cell for cell in cells) if blanks else cells
            row = _row(position, kept, header)
            if heading and not header.has("offered-at"):
                row.cells["offered-at"] = heading
            # Where a list goes by courts, a town beside a whole address is not that of the address.
            if layout.offered_at and _WHOLE_ADDRESS.fullmatch(row.cells.get("address", "")):
                _take_town(row)
            yield row


def _header(index: int, cells: tuple[str, ...], layout: Layout) -> Header:
    named = [folded(cell) for cell in cells]
    meanings: list[tuple[str, ...]] = [()] * len(cells)
    # One column may mean several things, such as the number of a hospital that is an organization by itself.
    for meaning, names in layout.columns.items():
        found = next((named.index(folded(name)) for name in names if folded(name) in named), None)
        if found is not None:
            meanings[found] = (*meanings[found], meaning)
    notes = [
        "" if _is_unkept(name, layout) else one_line(cell, _LONGEST_NAME * 2)
        for name, cell in zip(named, cells, strict=True)
    ]
    width = max((number for number, name in enumerate(named, 1) if name), default=0)
    return Header(index, width, tuple(meanings), tuple(notes))


def _is_unkept(name: str, layout: Layout) -> bool:
    # What could be an address is no name of a column: perhaps the header is a row of the table.
    return not name or could_be_address(name) or any(fnmatchcase(name, pattern) for pattern in layout.unkept)


def _take_town(row: FlatRow) -> None:
    """Town and state beside an address that has its own say at what the service is offered."""
    beside = [row.cells.pop(meaning) for meaning in ("city", "state") if meaning in row.cells]
    row.cells.pop("postal-code", None)
    if beside:
        row.cells.setdefault("offered-at", ", ".join(beside))


def _row(position: RowPosition, cells: tuple[str, ...], header: Header) -> FlatRow:
    row = FlatRow(position, {}, {})
    for number, cell in enumerate(cells):
        if not cell:
            continue
        if len(cell) > LONGEST_CELL:
            row.problem = "cell-too-long"
        elif number >= header.width:
            row.problem = row.problem or "row-too-long"
        else:
            row.cells |= dict.fromkeys(header.meanings[number], cell)
            if not header.meanings[number] and header.notes[number]:
                row.notes[header.notes[number]] = cell[:_LONGEST_NOTE]
    if not row.name:
        row.problem = row.problem or "no-name"
    return row
