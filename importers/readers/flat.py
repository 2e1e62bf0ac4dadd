"""Flat tables whose columns are known by their names: a row is a service, or a place at which one is offered.

What the columns mean is said by a layout (``importers.layout``); nothing here knows any of them. Columns come in any
order, in any case, and with others between them. Keys are the source's own ids where it has any; see ``identities``.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

import msgspec

from directory.errors import RefusedError
from directory.values.plain_text import folded
from importers.kind_items import stated_kinds
from importers.layout import MEANINGS, ORGANIZATION, PHONES, SERVICE, Layout, Says
from importers.mapping import TaxonomyName
from importers.readers.flat_rows import FlatRow, find_header, plain_name, rows_of
from importers.readers.hsds_leftovers import refused
from importers.readers.hsds_parts import OWN_KINDS, own_name
from importers.readers.identities import Mention, told_apart
from importers.record import Cells, Refused, SourceRecord, SourceSite
from importers.sheets.grid import Grid, Left

NOT_ACTIVE = "not-active-at-source"
LEFT_OUT = "left-out-by-layout"
# In a row about a place this says that it must not be told.
_CONFIDENTIAL = "confidential"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|+=@-]{0,63}")
# What the rows of one service may say differently, each for its own place.
_SAID_OF_PLACES = ("description", "eligibility", "application", "fees")


class FlatReader:
    """Tables in a layout. See ``Reader``.

    Raises:
        RefusedError: a required column is missing; the text names it.
    """

    def __init__(self, name: str, layout: Layout, grids: Iterable[Grid], left: Iterable[Left] = ()) -> None:
        """``left`` is what was left out of the document already."""
        self.name = name
        self._left = {one.what: one.number for one in left}
        self._layout = layout
        self._rows: list[FlatRow] = []
        self._skipped: list[Refused] = []
        missing: list[str] = []
        is_found = False
        for grid in grids:
            header, lacking = find_header(grid, layout)
            if header is None:
                missing.append(lacking)
                continue
            is_found = True
            for row in rows_of(grid, header, layout):
                if isinstance(row, Refused):
                    self._skipped.append(row)
                else:
                    self._rows.append(row)
        if not is_found:
            raise RefusedError(f"The table has no column {missing[0]}." if missing else "The table is empty.")
        self._others = len(missing)
        self._give_keys()

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for key, rows in self._grouped(lambda row: row.organization).items():
            told = [_cells(row, ORGANIZATION) for row in rows]
            cells = {name: cell for one in reversed(told) for name, cell in one.items()} | {"name": rows[0].name}
            yield SourceRecord("organization", rows[0].position, key, cells=cells, is_in_service_row=True)

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        differing = {rows[0].position: _differs(rows) for rows in self._grouped(lambda row: row.organization).values()}
        for key, rows in self._grouped(lambda row: row.service).items():
            is_each = self._layout.service_for_each == "row"
            record = self._record(key, rows[:1] if is_each else rows)
            record = msgspec.structs.replace(record, differs=differing.get(record.position, ()))
            if not is_each:
                yield record
                continue
            reason = next((one.reason for one in self._layout.left_out if _says(rows[0], one)), "")
            yield Refused(record.position, "rejected", LEFT_OUT, reason, key, record) if reason else record
            for again in rows[1:]:
                yield refused(again.position, "duplicate-id", self._record(key, [again]))
        for row in self._rows:
            if row.problem:
                ghost = self._record(f"service:unread in {row.position.row}", [row])
                yield refused(row.position, row.problem, ghost if "name" in ghost.cells else None)

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``: what is no row of the table."""
        yield from self._skipped

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        return self._left | ({"other tables": self._others} if self._others else {})

    # Which rows are about one thing

    def _give_keys(self) -> None:
        rows = [row for row in self._rows if not row.problem]
        called: dict[str, list[FlatRow]] = defaultdict(list)
        for row in rows:
            called[folded(row.name)].append(row)
        plain = {name: plain_name(name, same) for name, same in called.items()}
        for key, same in told_apart([self._organization_of(row, plain[folded(row.name)]) for row in rows]):
            for index in same:
                rows[index].organization = f"organization:{key}"
                rows[index].service = f"service:{key}"
        if self._layout.service_for_each == "row":
            for key, same in told_apart([_service_of(row, index) for index, row in enumerate(rows)]):
                for index in same:
                    rows[index].service = f"service:{key}"

    def _organization_of(self, row: FlatRow, plain: str) -> Mention:
        if (key := row.cells.get("organization-key", "")) and _ID.fullmatch(key):
            return Mention(key, frozenset({key}))
        name = folded(row.name)
        marks: set[Hashable] = {(name, mark) for one in self._layout.one_organization for mark in row.marks(one)}
        return Mention(plain, frozenset(marks), row.numbers, row.rank)

    def _grouped(self, key_of: Callable[[FlatRow], str]) -> dict[str, list[FlatRow]]:
        groups: dict[str, list[FlatRow]] = defaultdict(list)
        for row in self._rows:
            if not row.problem:
                groups[key_of(row)].append(row)
        return {key: sorted(rows, key=lambda row: row.rank) for key, rows in groups.items()}

    # From rows to records

    def _record(self, key: str, rows: list[FlatRow]) -> SourceRecord:
        first = rows[0]
        cells = {"name": first.cells.get("site-name") or first.name, **_cells(first, SERVICE)}
        cells |= {SERVICE[meaning]: _told(rows, meaning) for meaning in _SAID_OF_PLACES}
        rules = []
        if self._layout.active and (status := self._status(rows)):
            cells["status"] = status
            rules += [NOT_ACTIVE] if status != "active" else []
        kinds = self._kinds(rows)
        names = [*map(own_name, kinds), *map(TaxonomyName, self._layout.kinds.named)]
        for cell in (row.cells["kind"] for row in rows if "kind" in row.cells):
            names += map(TaxonomyName, (cell, *stated_kinds(cell)))
        return SourceRecord(
            "service",
            first.position,
            key,
            organization_key=first.organization or None,
            cells={name: cell for name, cell in cells.items() if cell},
            phones=_each_once(phone for row in rows for phone in _phones(row)),
            schedules=_each_once({"original_text": row.cells["hours"]} for row in rows if "hours" in row.cells),
            languages=tuple(dict.fromkeys(row.cells["languages"] for row in rows if "languages" in row.cells)),
            names=tuple(dict.fromkeys(names)),
            service_areas=tuple(dict.fromkeys(row.cells["area"] for row in rows if "area" in row.cells)),
            sites=self._sites(key.partition(":")[2], rows),
            attributes=tuple({"taxonomy": OWN_KINDS, "code": code} for code in kinds),
            notes=_notes(rows),
            rules=tuple(rules),
            further=tuple(row.position for row in rows[1:]),
        )

    def _sites(self, identity: str, rows: list[FlatRow]) -> tuple[SourceSite, ...]:
        """The places of a service, each once, in an order that does not depend on that of the rows."""
        places: dict[tuple[tuple[str, str], ...], list[FlatRow]] = defaultdict(list)
        for row in rows:
            places[tuple(sorted((column, folded(cell)) for column, cell in row.place().items()))].append(row)
        told = sorted(places.items())
        return tuple(
            self._site(f"{identity}.{number}", same[0].place(), same) for number, (_, same) in enumerate(told, 1)
        )

    def _site(self, identity: str, cells: Cells, rows: list[FlatRow]) -> SourceSite:
        offered = ", ".join(sorted({row.cells["offered-at"] for row in rows if "offered-at" in row.cells}))
        said = ": ".join(filter(None, (self._layout.offered_at, offered))) if offered else ""
        is_told = not any(_says(row, one) for row in rows for one in self._layout.confidential)
        offer = {"description": said} if said else {}
        return SourceSite(f"location:{identity}", cells, offer=offer, traces=() if is_told else (_CONFIDENTIAL,))

    def _kinds(self, rows: list[FlatRow]) -> list[str]:
        kinds = self._layout.kinds
        said = [slug for one in kinds.where if any(_says(row, one) for row in rows) for slug in one.kinds]
        return list(dict.fromkeys([*kinds.always, *(said or kinds.otherwise)]))

    def _status(self, rows: list[FlatRow]) -> str:
        """Active as soon as one row says so; what is called anything else is not."""
        said = {folded(row.cells["status"]) for row in rows if "status" in row.cells}
        return "" if not said else "active" if said & set(map(folded, self._layout.active)) else "inactive"


def _service_of(row: FlatRow, index: int) -> Mention:
    if (key := row.cells.get("service-key", "")) and _ID.fullmatch(key):
        return Mention(key, frozenset({key}))
    organization = row.organization.partition(":")[2]
    name = row.cells.get("service-name") or row.cells.get("site-name") or row.name
    plain = "=".join(dict.fromkeys((plain_name(name, [row]), organization)))
    return Mention(plain[-60:].lstrip("=.-"), frozenset({index}), row.numbers, row.rank)


def _differs(rows: list[FlatRow]) -> tuple[str, ...]:
    """What rows say differently of the organization that they share."""
    columns = [meaning for meaning in ORGANIZATION if len({mark for row in rows for mark in row.marks(meaning)}) > 1]
    return tuple(meaning.replace("-", "'s ") for meaning in columns)


def _says(row: FlatRow, said: Says) -> bool:
    cell = folded(row.cells.get(said.column, ""))
    return cell in map(folded, said.is_) or any(folded(words) in cell for words in said.holds)


def _cells(row: FlatRow, columns: Mapping[str, str]) -> dict[str, str]:
    return {column: row.cells[meaning] for meaning, column in columns.items() if meaning in row.cells}


def _phones(row: FlatRow) -> Iterator[Cells]:
    for meaning, kind in PHONES.items():
        if meaning in row.cells:
            line = {"number": row.cells[meaning]} | ({"type": kind} if kind != "voice" else {})
            if meaning == "phone" and "extension" in row.cells:
                line["extension"] = row.cells["extension"]
            yield line


def _told(rows: list[FlatRow], meaning: str) -> str:
    """What rows say, each text once; where they differ, with the places for which it is said."""
    texts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if meaning in row.cells:
            texts[row.cells[meaning]].append(row.cells.get("offered-at", ""))
    if len(texts) < 2:
        return next(iter(texts), "")
    lines = [
        f"{where}: {text}" if (where := ", ".join(filter(None, places))) else text for text, places in texts.items()
    ]
    return "\n".join(lines)


def _notes(rows: list[FlatRow]) -> dict[str, str]:
    """Cells of columns without a meaning, and of those that a layout only looks at."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        looked_at = {
            meaning: cell for meaning, cell in row.cells.items() if meaning not in MEANINGS or meaning == "notes"
        }
        for name, cell in (looked_at | row.notes).items():
            found[name][cell] = None
    return {name: "; ".join(cells) for name, cells in found.items()}


def _each_once(rows: Iterable[Cells]) -> tuple[Cells, ...]:
    return tuple({tuple(row.items()): row for row in rows}.values())
