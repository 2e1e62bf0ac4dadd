"""iCarol's export of a 211: one table of agencies, sites, programs, and programs at sites, tied by their numbers.

A program is a service: where it has sites of its own it is offered there, else where its own row says. An agency of
which no program says that it belongs to it is one too, if it says what it offers, and so is a site without programs.

What the source keeps from the public does not come in, with all that belongs to it. Its place counts as secret, so that
no other row gives it away; a program that is also offered at a hidden site is confidential everywhere, because an
earlier run may have shown that site.
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from directory.clock import utc_now
from directory.errors import RefusedError
from directory.places.gazetteer import Gazetteer
from importers.mapping import TaxonomyName
from importers.packages import Package
from importers.readers import icarol_columns as columns
from importers.readers.hsds_leftovers import REASONS
from importers.record import Cells, Refused, RowPosition, SourceRecord, SourceSite, Status
from importers.tables import Row, read_rows

NAME = "icarol"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|+=@-]{0,63}")
_NO_PARENT = "0"
_MOST_ABOVE = 16
_LONGEST_NAME = 200
# What an address says that is not told; redaction knows it.
_NOT_TOLD = "confidential"
_REASONS: Mapping[str, tuple[Status, str]] = {
    **REASONS,
    "kept-private": ("quarantined", "The source keeps this from the public."),
    "belongs-to-private": ("quarantined", "The source keeps what this belongs to from the public."),
    "not-referred-to": ("quarantined", "The source says that nobody is to be referred there."),
    "cut-short": ("quarantined", "The row ends before it says whether it is kept from the public."),
    "part-of-program": ("accepted", "It says where a program is offered, and came in with it."),
}
_HIDING = frozenset({"kept-private", "belongs-to-private", "not-referred-to"})


class _Entry(msgspec.Struct):
    """What is remembered of every number.

    Attributes:
        level: agency, site, program or program-at-site.
        parent: number of what it belongs to; empty if nothing.
        name: of it.
        rule: why it does not come in; empty if it does.
        places: of a program, numbers of its rows at sites.
    """

    level: str
    parent: str
    name: str
    rule: str
    places: list[str]


class IcarolReader:
    """An open package that holds a table of iCarol. Raises ``RefusedError`` when it holds none.

    Args:
        package: with one table of iCarol; others are not read.
        gazetteer: open; knows counties.
        today: the day on which messages have to hold; the day that it is where it is left out.
    """

    name = NAME

    def __init__(self, package: Package, gazetteer: Gazetteer, *, today: dt.date | None = None) -> None:
        self._package = package
        self._gazetteer = gazetteer
        self._today = today or utc_now().date()
        self._table = self._find_table()
        self._file = package.tables[self._table]
        self._entries: dict[str, _Entry] = {}
        # Rows that say where programs are. They are few, and needed wherever their programs stand.
        self._places: dict[str, Cells] = {}
        self._connected: dict[str, tuple[str, str]] = {}
        self._has_flags = False
        self._left_out: Counter[str] = Counter()
        self._remember()
        self._offering = self._with_something_below()

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for row, cells, identity, problem in self._rows():
            if not problem and self._is_organization(identity, cells):
                yield self._organization(row, cells, identity)

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for row, cells, identity, problem in self._rows():
            if problem == "blank":
                yield self._refused(row, problem)
            elif problem:
                is_whole = problem in ("duplicate-id", "no-name")
                record = self._service(row, cells, identity) if is_whole else self._ghost(row, cells)
                yield self._refused(row, problem, record)
            elif self._is_organization(identity, cells) or self._is_part(identity):
                continue
            elif rule := self._rule(identity):
                record = self._service(row, cells, identity, is_secret=rule != "not-referred-to")
                yield self._refused(row, rule, record)
            else:
                yield self._service(row, cells, identity)

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        for row, _, identity, problem in self._rows():
            if not problem and self._is_part(identity):
                yield self._refused(row, self._rule(identity) or "part-of-program")

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        return dict(sorted(self._left_out.items()))

    # What stands where

    def _find_table(self) -> str:
        for table in self._package.tables:
            try:
                with self._package.text(table) as text:
                    next(read_rows(text, known=columns.KNOWN, required=columns.REQUIRED), None)
            except RefusedError:
                continue
            return table
        raise RefusedError("There is no table of iCarol in it: none has ResourceAgencyNum, PublicName and its level.")

    def _table_rows(self) -> Iterator[tuple[Row, Cells]]:
        with self._package.text(self._table) as text:
            for row in read_rows(text, known=columns.KNOWN, required=columns.REQUIRED, quiet=columns.PLACES):
                yield row, columns.known_cells(row.cells)

    def _rows(self) -> Iterator[tuple[Row, Cells, str, str]]:
        """Each row with its cells, its number, and what makes it unusable."""
        seen: set[str] = set()
        for row, cells in self._table_rows():
            identity = cells.get(columns.ID, "")
            problem = row.problem
            if not problem and not _ID.fullmatch(identity):
                problem = "no-id"
            elif not problem and identity in seen:
                problem = "duplicate-id"
            elif not problem and self._has_flags and "row-too-short" in row.rules and not columns.has_flags(cells):
                problem = "cut-short"
            elif not problem:
                seen.add(identity)
                problem = "" if columns.NAME in cells else "no-name"
            yield row, cells, identity, problem

    def _remember(self) -> None:
        at_sites: list[tuple[str, str, str]] = []
        for row, cells in self._table_rows():
            self._has_flags = self._has_flags or columns.has_flags(cells)
            self._left_out["internal notes"] += sum(column in cells for column in columns.INTERNAL)
            self._left_out["private lines"] += columns.phones_of(cells)[1]
            identity = cells.get(columns.ID, "")
            if row.problem or not _ID.fullmatch(identity):
                continue
            rule = (
                "kept-private"
                if columns.is_hidden(cells)
                else "not-referred-to"
                if columns.is_not_referred_to(cells)
                else ""
            )
            level, parent = columns.level_of(cells), cells.get(columns.PARENT, _NO_PARENT)
            parent = "" if parent in (_NO_PARENT, identity) else parent
            if identity in self._entries:
                # Whichever of two rows is meant, what one of them hides is hidden.
                known = self._entries[identity]
                known.rule = "kept-private" if "kept-private" in (rule, known.rule) else known.rule or rule
                continue
            self._entries[identity] = _Entry(level, parent, cells.get(columns.NAME, ""), rule, [])
            if level in ("site", "program-at-site"):
                self._places[identity] = cells
            program, site = cells.get(columns.OF_PROGRAM, ""), cells.get(columns.AT_SITE, "")
            if level == "program-at-site" and program:
                at_sites.append((identity, program, site))
            elif level == "program" and site:
                at_sites.append((site, identity, site))
        for place, program, site in at_sites:
            owner = self._entries.get(program)
            if owner is not None and owner.level == "program" and place in self._places:
                owner.places.append(place)
                self._connected[place] = (program, site)
                self._connected.setdefault(site, (program, site))
        self._left_out = +self._left_out

    def _with_something_below(self) -> frozenset[str]:
        """Numbers of agencies to which something else belongs."""
        below = defaultdict(set)
        for identity, entry in self._entries.items():
            if entry.level != "agency":
                below[self._above(identity)[0]].add(identity)
        return frozenset(filter(None, below))

    def _above(self, identity: str) -> tuple[str, tuple[str, ...]]:
        """The agency to which something belongs, known or not, and all numbers on the way; none if there is none."""
        way: dict[str, None] = {}
        entry = self._entries.get(identity)
        while entry is not None and entry.level != "agency" and len(way) < _MOST_ABOVE:
            identity = entry.parent
            if not identity or identity in way:
                return "", tuple(way)
            way[identity] = None
            entry = self._entries.get(identity)
        is_found = entry is None or entry.level == "agency"
        return identity if is_found and _ID.fullmatch(identity) else "", tuple(way)

    def _rule(self, identity: str) -> str:
        """Why a row does not come in; empty if it does."""
        entry = self._entries[identity]
        if entry.rule == "kept-private":
            return entry.rule
        above = self._above(identity)[1]
        if identity in self._connected:
            above = (*above, *self._connected[identity])
        owners = {self._entries[one].rule for one in above if one in self._entries and one != identity}
        if "kept-private" in owners:
            return "belongs-to-private"
        return entry.rule

    def _is_organization(self, identity: str, cells: Cells) -> bool:
        """Whether a row is an agency and no service: others do what it does, or it does not say what it does."""
        entry = self._entries[identity]
        if entry.level != "agency" or entry.rule == "kept-private":
            return False
        return identity in self._offering or not (entry.rule or columns.offers_something(cells))

    def _is_part(self, identity: str) -> bool:
        """Whether a row only says where a program is."""
        return identity in self._connected

    # Records

    def _organization(self, row: Row, cells: Cells, identity: str) -> SourceRecord:
        phones, private = columns.phones_of(cells)
        said = columns.said(cells)
        said.pop("application_process", None)
        tax = {"tax_id": cells["fein"]} if "fein" in cells else {}
        day, wrong = columns.verified_on(cells)
        return SourceRecord(
            "organization",
            self._position(row),
            f"organization:{identity}",
            cells={**said, **tax},
            phones=phones,
            funding=(cells["sourceoffunds"],) if "sourceoffunds" in cells else (),
            contacts=columns.contacts_of(cells),
            dropped=row.dropped,
            notes=columns.notes_of(cells),
            verified_on=day,
            rules=(*row.rules, *wrong, *_rules_of_lines(private)),
        )

    def _service(self, row: Row, cells: Cells, identity: str, *, is_secret: bool = False) -> SourceRecord:
        entry = self._entries[identity]
        agency = identity if entry.level == "agency" else self._above(identity)[0]
        texts, mended = columns.said_of_service(cells, today=self._today)
        phones, private = columns.phones_of(cells)
        day, wrong = columns.verified_on(cells)
        sites = self._sites(cells, identity, is_secret=is_secret)
        is_bare = entry.level in ("site", "program-at-site")
        is_lost = not agency and bool(entry.parent)
        return SourceRecord(
            "service",
            self._position(row),
            f"service:{identity}",
            organization_key=f"organization:{agency}" if agency else None,
            organization_name=self._name_of(agency, cells) if agency else "",
            cells=texts,
            phones=phones,
            schedules=columns.hours_of(cells),
            languages=columns.languages_of(cells),
            names=columns.names_of(cells),
            eligibility=(cells["eligibility"],) if "eligibility" in cells else (),
            service_areas=columns.areas_of(cells, self._gazetteer),
            sites=sites,
            required_documents=(cells["documentsrequired"],) if "documentsrequired" in cells else (),
            funding=(cells["sourceoffunds"],) if "sourceoffunds" in cells else (),
            contacts=columns.contacts_of(cells),
            dropped=row.dropped,
            notes=columns.notes_of(cells),
            verified_on=day,
            rules=(
                *row.rules,
                *mended,
                *wrong,
                *_rules_of_lines(private),
                *(("site-without-program",) if is_bare else ()),
                *(("agency-not-found",) if is_lost else ()),
            ),
        )

    def _name_of(self, agency: str, cells: Cells) -> str:
        """The name of an agency that has no row which says so."""
        known = self._entries.get(agency)
        if known is not None:
            return known.name
        return cells.get(columns.PARENT_NAME, "") if cells.get(columns.PARENT) == agency else ""

    def _sites(self, cells: Cells, identity: str, *, is_secret: bool) -> tuple[SourceSite, ...]:
        own = columns.place_of(cells)
        is_secret = is_secret or columns.is_hidden(cells) or columns.is_place_hidden(cells)
        further = columns.further_places(cells)
        places = self._entries[identity].places
        if not places:
            place = self._connected.get(identity, ("", ""))[1]
            own = columns.place_of(self._places[place]) if not _is_somewhere(own) and place in self._places else own
            if not _is_somewhere(own) and not further:
                return ()
            return (SourceSite(f"location:{identity}", own, traces=_traces(further, is_secret=is_secret)),)
        # Where the program itself is said to be is mostly where its agency is: no place of its own.
        beside = (*further, *(own[name] for name in ("address_1", "address_2") if name in own))
        return tuple(self._site(place, beside, is_secret=is_secret) for place in dict.fromkeys(places))

    def _site(self, identity: str, beside: Iterable[str], *, is_secret: bool) -> SourceSite:
        """A site as the row of the site and the row of the program there tell it."""
        there = self._places[identity]
        of_site = self._connected[identity][1]
        site = self._places.get(of_site, there)
        own = columns.place_of(there)
        place = columns.place_of(site)
        cells = place if _is_somewhere(place) or not _is_somewhere(own) else own
        if columns.NAME in site:
            cells = {**cells, "name": site[columns.NAME]}
        is_secret = is_secret or any(
            columns.is_place_hidden(row) or columns.is_hidden(row) or self._entries[one].rule == "kept-private"
            for one, row in ((identity, there), (of_site if of_site in self._places else identity, site))
        )
        further = (*beside, *columns.further_places(there), *columns.further_places(site), *own.values())
        said = there.get("agencydescription", "") if there is not site else ""
        return SourceSite(
            f"location:{of_site if of_site in self._places else identity}",
            cells,
            phones=_each_once((*columns.phones_of(there)[0], *columns.phones_of(site)[0])),
            schedules=columns.hours_of(there) or columns.hours_of(site),
            contacts=columns.contacts_of(there),
            offer={"description": said} if said else {},
            service_areas=columns.areas_of(there, self._gazetteer),
            traces=_traces(further, is_secret=is_secret),
        )

    def _ghost(self, row: Row, cells: Cells) -> SourceRecord:
        """What a row that cannot be read may be about, so that nothing else tells its place if it is a secret."""
        texts = tuple(dict.fromkeys(cells.values()))
        identity, parent = cells.get(columns.ID, ""), cells.get(columns.PARENT, "")
        key = identity if _ID.fullmatch(identity) else f"unread in {row.line}"
        places = tuple(cells[column] for column in sorted(columns.PLACES & cells.keys()))
        traces = _traces(places, is_secret=columns.may_be_hidden(cells))
        return SourceRecord(
            "service",
            self._position(row),
            f"service:{key}",
            organization_key=f"organization:{parent}" if _ID.fullmatch(parent) and parent != _NO_PARENT else None,
            cells={"description": "\n".join(texts)},
            names=tuple(TaxonomyName(text) for text in texts if len(text) < _LONGEST_NAME),
            sites=(SourceSite(f"location:{key}", columns.place_of(cells), traces=traces),),
        )

    def _refused(self, row: Row, rule: str, record: SourceRecord | None = None) -> Refused:
        status, reason = _REASONS[rule]
        key = record.key if record else None
        return Refused(self._position(row), status, rule, reason, key, record, is_hidden=rule in _HIDING)

    def _position(self, row: Row) -> RowPosition:
        return RowPosition(self._file, row.line)


def _is_somewhere(place: Cells) -> bool:
    return any(name in place for name in ("address_1", "address_2", "city", "postal_code"))


def _traces(texts: Iterable[str], *, is_secret: bool) -> tuple[str, ...]:
    return (*dict.fromkeys(texts), *((_NOT_TOLD,) if is_secret else ()))


def _rules_of_lines(private: int) -> tuple[str, ...]:
    return ("private-line-left-out",) if private else ()


def _each_once(rows: Iterable[Cells]) -> tuple[Cells, ...]:
    return tuple(map(dict, dict.fromkeys(tuple(row.items()) for row in rows)))
