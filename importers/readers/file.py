"""Any spreadsheet: its tables are found, its columns are understood or asked about, and its rows become services.

Nothing of a column is decided silently: what each was taken for is told with a confidence and with examples of public
rows, and can be saved as a mapping file, changed and given back.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from directory.clock import utc_now
from directory.errors import RefusedError, UnknownTermError
from directory.listings.screen import holds_location, without_mentions
from directory.places.gazetteer import Gazetteer
from directory.places.place import SeveralPlacesError
from directory.places.regions import find_region
from directory.values.plain_text import folded, one_line
from directory.vocabulary.terms import KIND, find_term
from importers.keys import could_be_address
from importers.mapping import HsdsMapping, TaxonomyName, load_mapping, table_rules
from importers.record import ColumnRead, Refused, RowPosition, SourceRecord
from importers.sheets.beside import parted
from importers.sheets.cell_shapes import shapes_of, shares_of
from importers.sheets.column import Column, by_letter
from importers.sheets.column_names import names_of
from importers.sheets.columns import propose, spellings
from importers.sheets.crosses import LANGUAGE
from importers.sheets.dates import order_of
from importers.sheets.entries import Entry, entries_of
from importers.sheets.fitting import Fit, check_constants, check_crosses, check_sheets, resolves
from importers.sheets.grid import Grid, Left
from importers.sheets.header_words import read_header
from importers.sheets.layout import Layout, Table, continued, going_on, lay_out
from importers.sheets.mapping_file import IGNORE, SheetRules, TableRules, rules_for, written
from importers.sheets.records import Records, records_of
from importers.sheets.row_marks import signs_in
from importers.sheets.row_records import RowRead, known_kind, read_entry
from importers.sheets.rows_below import Item
from importers.sheets.setting import Setting
from importers.sheets.stacked import stacked
from importers.sheets.told_columns import question_about, remark_about
from importers.sheets.turned import turned
from importers.site_marks import marks_of

NAME = "file"

_MOST_EXAMPLES = 3
_LONGEST_EXAMPLE = 40
_WHOLLY_KNOWN = 0.8
_LONGEST_TITLE = 80
_NEARLY_ALL = 0.9
_MOSTLY = 0.5
_NAMED = frozenset({"organization", "program"})
# With none of these a list of names is no list of services, but of what cells may say.
_TELLING = frozenset(
    {
        "contact",
        "phone",
        "email",
        "url",
        "address",
        "street",
        "city",
        "postal",
        "hours",
        "description",
        "county",
        "eligibility",
    }
    | {"service-area", "mailing"}
)
_REASONS = {
    "blank": ("blank-row", "The row is blank."),
    "header": ("header-row", "The row is a header."),
    "title": ("title-row", "The row stands above the table."),
    "section": ("section-row", "The row is the title of a section."),
    "total": ("total-row", "The row is a total."),
    "note": ("note-row", "The row is a remark about the table."),
    "no-table": ("sheet-without-services", "The sheet holds no list of services that could be read."),
    "unused": ("sheet-not-used", "The mapping file leaves this sheet out."),
    "part": ("row-of-card", "The row belongs to the record that begins above it."),
    "label": ("label-row", "The row is a part of records that stand in columns."),
}


class _Read(msgspec.Struct, frozen=True):
    """A table of one sheet with what its columns mean."""

    grid: Grid
    sheet: str | None
    table: Table
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    numbers: Mapping[int, int]


class FileReader:
    """The grids of a file. Raises ``RefusedError`` when no sheet holds services."""

    name = NAME

    def __init__(
        self,
        grids: Sequence[Grid],
        left: Sequence[Left] = (),
        *,
        mapping: str = "",
        home: str = "US",
        today: dt.date | None = None,
    ) -> None:
        """``mapping`` is the text of a mapping file; ``home`` the country that is meant where none is stated."""
        self._given = mapping
        self._rules: TableRules = table_rules(mapping) if mapping else TableRules()
        self._words = load_mapping(text=mapping)
        self._home = home
        self._today = today or utc_now().date()
        self._left = left
        self._skipped: list[Refused] = []
        self._tables: list[_Read] = []
        self._fit = Fit(self._rules)
        check_sheets(self._rules, _sheets(grids), mapping)
        check_constants(self._rules, self._words, mapping)
        self._gazetteer = Gazetteer()
        with self._gazetteer:
            self._is_town = lru_cache(maxsize=20_000)(self._find_town)
            self._is_county = lru_cache(maxsize=5_000)(self._find_county)
            rows = [
                row for number, grid in enumerate(grids, 1) for part in parted(grid) for row in self._grid(part, number)
            ]
        if not self._tables:
            raise RefusedError("No sheet holds a list of services. A mapping file can say where its header is.")
        self._records: Records = records_of(rows)
        self._skipped = _each_row_once(self._skipped, rows)
        self._streets = frozenset(word for row in rows for site in row.record.sites for word in marks_of(site).words)

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        yield from self._records.organizations

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        yield from self._records.services

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        yield from self._skipped

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        counted: Counter[str] = Counter({one.what: one.number for one in self._left if one.number})
        if self._records.people:
            counted["cells that name people"] = self._records.people
        return dict(counted)

    # What people are shown of the columns

    def columns(self, is_public: Callable[[RowPosition], bool]) -> tuple[ColumnRead, ...]:
        """What each column was taken for. Examples are of rows that ``is_public``, and tell no street."""
        return tuple(
            ColumnRead(
                read.sheet,
                self._shown(column),
                column.written or None,
                column.confidence,
                column.filled,
                self._examples(read, column, is_public),
                question_about(column),
            )
            for read in self._tables
            for column in read.columns
        )

    def mapping_text(self) -> str:
        """The columns as a mapping file, with what one said that was given."""
        lines: dict[str, tuple[str, str, str]] = {}
        for read in self._tables:
            for column in read.columns:
                shown = self._shown(column)
                is_hidden = column.is_hidden or shown != column.header
                remark = remark_about(column, is_hidden=is_hidden)
                lines.setdefault(folded(column.header), (shown, column.written or "notes", remark))
        for header, meaning in self._rules.columns.items():
            if not self._fit.is_used(header):
                lines.setdefault(folded(header), (header, meaning, "no column of this file"))
        return written(lines.values(), given=self._given)

    def remarks(self) -> tuple[str, ...]:
        """See ``Tabular``."""
        return self._fit.remarks()

    def _shown(self, column: Column) -> str:
        """A header as it may be repeated: one that names a street of any row may not."""
        return by_letter(column.index) if without_mentions(column.header, self._streets).rules else column.header

    def _examples(self, read: _Read, column: Column, is_public: Callable[[RowPosition], bool]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        if column.meaning in ("confidential", "publishable", "exclude", "person", "mailing"):
            return ()
        for entry in read.entries:
            text = next((one.text for one in entry.said if one.column.index == column.index), "")
            if not text or not is_public(RowPosition(read.grid.file, read.numbers[entry.row], read.sheet)):
                continue
            is_telling = column.meaning not in ("address", "street", "unit", "postal", "city") and holds_location(text)
            if not is_telling and not without_mentions(text, self._streets if is_telling else ()).rules:
                found[one_line(text, _LONGEST_EXAMPLE)] = None
            if len(found) == _MOST_EXAMPLES:
                break
        return tuple(found)

    # Sheets

    def _grid(self, grid: Grid, number: int) -> Iterator[RowRead]:
        sheet = grid.sheet if grid.sheet is None or not could_be_address(grid.sheet) else f"sheet {number}"
        rules = rules_for(self._rules, sheet)
        if not rules.use:
            self._skip(grid, sheet, [Item(row) for row in range(len(grid.rows))], why="unused")
            return
        if not rules.header_rows and (on_its_side := turned(grid)) is not None:
            for row, has_text in on_its_side.others:
                self._skipped.append(_skipped_row(grid.file, sheet, row, "label" if has_text else "blank"))
            numbers = on_its_side.rows
            turned_grid = on_its_side.grid
            for table in lay_out(turned_grid, header_rows=(1,)).tables:
                yield from self._table(turned_grid, sheet, rules, table, lambda row: numbers[row - 1])
            return
        if not rules.header_rows and (cards := stacked(grid)) is not None:
            self._skip(grid, sheet, [Item(row) for row in cards.parts], why="part")
            yield from self._table(grid, sheet, rules, cards.table, lambda row: self._number(grid, row))
            return
        layout = lay_out(grid, header_rows=rules.header_rows, known=rules.columns)
        if self._tables and (above := going_on(grid, layout, self._tables[-1].table)):
            layout = Layout((continued(grid, above),), ())
        self._skip(grid, sheet, layout.outside)
        for table in layout.tables:
            yield from self._table(grid, sheet, rules, table, lambda row: self._number(grid, row))

    def _table(
        self, grid: Grid, sheet: str | None, rules: SheetRules, table: Table, position: Callable[[int], int]
    ) -> Iterator[RowRead]:
        rows = [item.cells for item in table.items if item.skipped is None]
        columns = propose(
            table.header,
            rows,
            said=rules.columns,
            is_kind=lambda text: _is_kind(self._words, text),
            is_population=lambda text: _is_population(self._words, text),
            may_show=_may_show,
            is_barrier=lambda text: bool(self._words.meaning([TaxonomyName(text, is_population=True)]).barriers),
            is_language=lambda text: resolves(self._words, LANGUAGE, text),
            languages=frozenset(map(folded, self._words.languages)),
        )
        names = names_of(table.header, max((len(row) for row in grid.rows), default=0), _may_show)
        self._fit.add(sheet, (spellings(table.header, index, name) for index, name in enumerate(names)))
        check_crosses(columns, self._words)
        meanings = {column.meaning for column in columns if column.filled}
        is_asked = bool(rules.header_rows)
        if not (meanings & _NAMED) or not (
            is_asked
            or {one.partition(":")[0] for one in meanings} & _TELLING
            or len(meanings) > 4
            or _are_cards(columns, rows)
        ):
            self._skip(grid, sheet, table.items, position, why="no-table")
            return
        used = [column for column in columns if column.meaning != IGNORE]
        entries = tuple(entries_of(table, used, fill_down=self._rules.layout.fill_down))
        numbers = {item.row: position(item.row) for item in table.items}
        self._tables.append(_Read(grid, sheet, table, columns, entries, numbers))
        self._skip(grid, sheet, [item for item in table.items if item.skipped is not None], position)
        setting = self._setting(grid, sheet, rules, entries)
        taken = {row for entry in entries if entry.said for row in (entry.row, *entry.also)}
        for item in table.items:
            if item.skipped is None and item.row not in taken:
                self._skipped.append(_skipped_row(grid.file, sheet, position(item.row), "blank"))
        for entry in entries:
            if entry.said:
                yield read_entry(entry, setting, position)

    def _setting(self, grid: Grid, sheet: str | None, rules: SheetRules, entries: Sequence[Entry]) -> Setting:
        country = rules.constants.get("country") or self._country(entries)
        days = [text for entry in entries for text in entry.all("verified-on")]
        order = rules.constants.get("date-order", "") or order_of(days, country=country)
        titles = [grid.sheet or "", grid.file.rpartition(".")[0].replace("_", " ").replace("-", " ")]
        titles += [cell for row in self._rows_above(grid) for cell in row if _is_title(cell)]
        return Setting(
            grid.file,
            sheet,
            tuple(title for title in titles if title),
            signs_in(cell for row in grid.rows for cell in row if cell and sum(map(bool, row)) <= 2),
            rules.constants,
            country,
            order if order in ("month-first", "day-first") else "",  # type: ignore[arg-type]
            self._today,
            self._words,
            self._is_town,
            self._state_of_most(entries, country) or _state_named(titles, country),
            self._region_of,
            self._is_county,
        )

    def _state_of_most(self, entries: Sequence[Entry], country: str) -> str:
        """The state in which nearly all rows are; empty where they differ, or hardly any says."""
        found: Counter[str] = Counter()
        for entry in entries:
            written = find_region(entry.first("state"), country)
            codes = [entry.first("postal"), *(word for text in entry.all("address") for word in text.split()[-1:])]
            found[
                written.code if written else next(filter(None, (self._region_of(code, country) for code in codes)), "")
            ] += 1
        said = {code: number for code, number in found.items() if code}
        best = max(said, key=lambda code: said[code], default="")
        return best if best and said[best] >= _NEARLY_ALL * sum(said.values()) and sum(said.values()) >= 2 else ""

    def _region_of(self, code: str, country: str) -> str:
        found = self._gazetteer.postal(code, country) if code else None
        return found.region if found is not None else ""

    def _rows_above(self, grid: Grid) -> list[tuple[str, ...]]:
        """The rows above the first table, but for a title that is of that table alone."""
        tables = [read.table for read in self._tables if read.grid is grid]
        starts = [
            table.header.rows[0] if table.header and table.header.rows else table.items[0].row for table in tables
        ]
        first = min(starts, default=self._first_full_row(grid))
        own = {item.row for table in tables for item in table.items if item.is_title}
        return [row for number, row in enumerate(grid.rows[:first]) if number not in own]

    @staticmethod
    def _first_full_row(grid: Grid) -> int:
        return next((row for row, cells in enumerate(grid.rows) if sum(map(bool, cells)) > 1), 0)

    def _country(self, entries: Sequence[Entry]) -> str:
        """The country of most rows, as their postal codes and provinces tell."""
        canadian = american = 0
        for entry in entries[:500]:
            for text in entry.all("state"):
                canadian += find_region(text, "CA") is not None
                american += find_region(text, "US") is not None
            for text in (*entry.all("postal"), *(one.rpartition(" ")[2] for one in entry.all("address"))):
                if "postal" in shapes_of(text) or len(text) == 3:
                    canadian += text[:1].isalpha() or (text[:1].isdigit() and len(text) == 3 and text[1:2].isalpha())
                    american += text[:5].isdigit()
        if canadian == american == 0:
            return self._home
        return "CA" if canadian > american else "US"

    def _skip(
        self,
        grid: Grid,
        sheet: str | None,
        items: Iterable[Item],
        position: Callable[[int], int] | None = None,
        *,
        why: str = "",
    ) -> None:
        for item in items:
            is_blank = item.skipped == "blank" or not any(grid.rows[item.row])
            reason = "blank" if is_blank else why or item.skipped or "no-table"
            number = position(item.row) if position else self._number(grid, item.row)
            self._skipped.append(_skipped_row(grid.file, sheet, number, reason))

    @staticmethod
    def _number(grid: Grid, row: int) -> int:
        return grid.first_row + row

    # Places

    def _find_town(self, town: str, state: str, country: str) -> bool:
        region = find_region(state, country)
        try:
            place = self._gazetteer.find(f"{town}, {region.code if region else state}", country=country)
        except SeveralPlacesError as several:
            return any(one.kind == "city" for one in several.candidates)
        except UnknownTermError:
            return False
        return place.kind not in ("county", "region", "country", "postal", "fsa")

    def _find_county(self, name: str, state: str) -> str:
        """The county of a state that a text names, with the state; empty if it names none."""
        region = find_region(state, "US")
        if region is None:
            return ""
        bare = folded(name)
        spelled = name if bare.endswith(("county", "parish", "borough")) else f"{name} County"
        try:
            place = self._gazetteer.find(f"{spelled}, {region.code}", country="US")
        except (UnknownTermError, SeveralPlacesError):
            return ""
        return f"{place.name}, {region.code}" if place.kind == "county" else ""


def _each_row_once(skipped: Iterable[Refused], rows: Iterable[RowRead]) -> list[Refused]:
    """Of tables side by side, a row that one of them has is none that is left out, and is told once."""
    taken = {position for row in rows for position in (row.record.position, *row.also)}
    # What says more than that there is nothing comes first.
    ordered = sorted(skipped, key=lambda one: one.rule == _REASONS["blank"][0])
    kept = {one.position: one for one in reversed(ordered)}
    return [one for one in skipped if one.position not in taken and kept[one.position] is one]


def _skipped_row(file: str, sheet: str | None, row: int, why: str) -> Refused:
    rule, reason = _REASONS[why]
    return Refused(RowPosition(file, row, sheet), "skipped", rule, reason)


def _state_named(titles: Iterable[str], country: str) -> str:
    """The one state that titles name in full: "Georgia Coalition ..."; empty if they name none, or several."""
    words = [title.split() for title in titles]
    phrases = {" ".join(row[start : start + size]) for row in words for start in range(len(row)) for size in (1, 2, 3)}
    found = {
        region.code for phrase in phrases if len(phrase) > 3 and (region := find_region(phrase, country)) is not None
    }
    return found.pop() if len(found) == 1 else ""


def _is_title(cell: str) -> bool:
    """Whether a cell above a table may say what is listed; a sentence says something about the list."""
    return 0 < len(cell) <= _LONGEST_TITLE and not cell.endswith(".")


def _are_cards(columns: Iterable[Column], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of names hold addresses and numbers too."""
    named = [column.index for column in columns if column.meaning in _NAMED]
    shares = [shares_of([row[index] for row in rows if index < len(row) and row[index]]) for index in named]
    return any(max(one.get("address", 0), one.get("phone", 0)) >= _MOSTLY for one in shares)


def _sheets(grids: Iterable[Grid]) -> list[str]:
    """The names by which a mapping may speak of the sheets."""
    named = [(grid.sheet or "", f"sheet {number}") for number, grid in enumerate(grids, 1)]
    return [numbered if could_be_address(name) else name for name, numbered in named]


def _may_show(header: str) -> bool:
    known = read_header(header)
    if known is not None and known.share >= _WHOLLY_KNOWN:
        return True
    return not could_be_address(header) and not set(holds_location(header)) & {"street-address", "coordinates"}


def _is_kind(words: HsdsMapping, text: str) -> bool:
    return bool(known_kind(words, text)) or find_term(KIND, text) is not None


def _is_population(words: HsdsMapping, text: str) -> bool:
    return bool(words.meaning([TaxonomyName(text, is_population=True)]).who)
