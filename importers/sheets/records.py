"""Rows of a file as organizations and their services: what belongs together, and under which keys.

Rows with one organization's name are that organization's if anything else agrees: a number, a site, a street, a town.
Namesakes stay apart; whether they are one is for matching and for people. Keys are the source's own ids, or names, and
never an address: the same rows in another order, or once more, have the same keys.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeVar

import msgspec

from directory.values.plain_text import folded
from directory.values.web_address import site_domain
from importers.keys import could_be_address
from importers.record import Refused, RowPosition, SourceRecord, SourceSite
from importers.sheets.row_records import RowRead
from importers.web_cells import read_web

NO_NAME = "no-name"
NAME_IS_ADDRESS = "name-is-an-address"
NOT_FOR_PUBLICATION = "not-for-publication"
_REASONS = {
    NO_NAME: "The row names neither an organization nor a program.",
    NAME_IS_ADDRESS: "What stands in the place of the name is an address.",
    NOT_FOR_PUBLICATION: "The source says that this is not to be published.",
}

_T = TypeVar("_T")

_DIGITS = re.compile(r"[2-9][0-9]{2}\D{0,3}[0-9]{3}\D{0,3}[0-9]{4}")
_IS_STREET = re.compile(
    r"\W*[0-9]{1,6}[a-z]?(?:-[0-9]{1,4})? (?:[\w.'-]+ ){1,5}?(?:st|street|ave?|avenue|rd|road|blvd|boulevard"
    r"|dr|drive|ln|lane|way|hwy|ct|court|pl|place|cir|ter|trail)\.?(?:,.*)?",
    re.IGNORECASE,
)
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")
# Mailboxes and pages that say nothing of whose they are.
_COMMON_DOMAINS = frozenset(
    {"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "facebook.com", "icloud.com", "comcast.net"}
    | {"msn.com", "instagram.com"}
)
_LEAST_UNIQUE = 0.95
_LONGEST_TOPIC = 60
_LONGEST_NOTE = 500


class Records(msgspec.Struct, frozen=True):
    """Everything that the rows of a file are."""

    organizations: tuple[SourceRecord, ...]
    services: tuple[SourceRecord | Refused, ...]
    people: int


class _Owned(msgspec.Struct):
    """A row and what is known of whose it is."""

    row: RowRead
    marks: frozenset[str]
    organization: str = ""
    identity: str = ""


# What the rows of an organization say, and the rows.
_Cluster = tuple[set[str], list[_Owned]]


def records_of(rows: Sequence[RowRead]) -> Records:
    """Join the rows of a file."""
    named = [_Owned(row, _marks(row)) for row in rows if not _problem(row)]
    _name_organizations(named)
    _name_services(named)
    kept = [one for one in named if not one.row.is_excluded]
    groups: dict[str, list[_Owned]] = defaultdict(list)
    for one in kept:
        groups[one.identity].append(one)
    services: list[SourceRecord | Refused] = [_service(identity, group) for identity, group in groups.items()]
    services += [_excluded(one) for one in named if one.row.is_excluded]
    services += [_nameless(row) for row in rows if _problem(row)]
    return Records(tuple(_organizations(kept)), tuple(services), sum(row.people for row in rows))


def _problem(row: RowRead) -> str:
    """Why a row cannot be called anything; empty if it can."""
    name = row.record.cells.get("name", "")
    return NO_NAME if not name else NAME_IS_ADDRESS if _IS_STREET.fullmatch(name) else ""


def _excluded(one: _Owned) -> Refused:
    """A row that does not come in; what earlier runs hold of it must become confidential."""
    record = _keyed(one.row.record, f"service:{one.identity}", one.organization or None)
    reason = _REASONS[NOT_FOR_PUBLICATION]
    return Refused(record.position, "quarantined", NOT_FOR_PUBLICATION, reason, record.key, record, is_hidden=True)


def _nameless(row: RowRead) -> Refused:
    """A row without a name. What it says still protects others of the same organization."""
    position, rule = row.record.position, _problem(row)
    owner = f"organization:{folded(row.organization)}" if row.organization and rule == NO_NAME else None
    record = _keyed(row.record, f"service:row {position.sheet or ''} {position.row}", owner)
    return Refused(position, "quarantined", rule, _REASONS[rule], record=record)


# Whose a row is


def _marks(row: RowRead) -> frozenset[str]:
    """What two rows of one organization have in common."""
    record = row.record
    # Many may share a hotline, and a number that is free to call is often one.
    marks = {
        f"phone {number}"
        for line in record.phones
        if line.get("type") != "fax" and line.get("description") != "Hotline"
        for number in _numbers(line.get("number", ""))
        if not number.startswith(_TOLL_FREE)
    }
    marks |= {f"domain {domain}" for domain in _domains(record)}
    for site in record.sites:
        if street := folded(site.cells.get("address_1", "")):
            marks.add(f"street {street} {site.cells.get('postal_code', '')[:5] or folded(site.cells.get('city', ''))}")
        if city := folded(site.cells.get("city", "")):
            marks.add(f"town {city} {row.place[0]}")
    if row.place[1] and row.place[0]:
        marks.add(f"town {row.place[1]} {row.place[0]}")
    return frozenset(marks)


def _numbers(text: str) -> list[str]:
    return ["".join(filter(str.isdigit, found)) for found in _DIGITS.findall(text)]


def _domains(record: SourceRecord) -> set[str]:
    read = read_web(record.cells.get("url", ""), record.cells.get("email", ""))
    domains = {site_domain(read.url)} if read.url else set()
    if read.email:
        domains.add(read.email.rpartition("@")[2].lower())
    return {domain.removeprefix("www.") for domain in domains if domain} - _COMMON_DOMAINS


def _name_organizations(rows: Sequence[_Owned]) -> None:
    """Give every row the key of its organization."""
    by_name: dict[str, list[_Owned]] = defaultdict(list)
    named: dict[str, set[str]] = defaultdict(set)
    for one in rows:
        named[one.row.ids[1]].add(folded(one.row.organization))
    for one in rows:
        # One number of several names, such as "0" for none, is no organization's.
        if one.row.ids[1] and len(named[one.row.ids[1]]) == 1:
            one.organization = f"organization:{one.row.ids[1]}"
        elif name := folded(one.row.organization):
            by_name[name].append(one)
    for name, namesakes in by_name.items():
        clusters = _clusters(namesakes)
        if len(clusters) > 1:
            # Numbered by what they say, not by where they stand.
            clusters.sort(key=lambda cluster: min(_order(one.row.record) for one in cluster))
        used: Counter[str] = Counter()
        for cluster in clusters:
            key = name if len(clusters) == 1 else f"{name} / {_told_apart(cluster)}"
            identity = key if not could_be_address(key) else f"{_told_apart(cluster)} of organizations"
            used[identity] += 1
            number = f" {used[identity]}" if used[identity] > 1 else ""
            for one in cluster:
                one.organization = f"organization:{identity}{number}"


def _clusters(rows: Sequence[_Owned]) -> list[list[_Owned]]:
    """Rows that have anything in common, one after another."""
    first: dict[str, int] = {}
    leader = list(range(len(rows)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for number, one in enumerate(rows):
        for mark in one.marks:
            leader[lead(number)] = lead(first.setdefault(mark, number))
    held: dict[int, list[_Owned]] = defaultdict(list)
    silent: list[_Owned] = []
    for number, one in enumerate(rows):
        (held[lead(number)] if one.marks else silent).append(one)
    clusters = [(set().union(*(one.marks for one in same)), same) for same in held.values()]
    clusters = _of_one_agency(clusters)
    return _with_silent([same for _, same in clusters], silent)


def _with_silent(clusters: list[list[_Owned]], silent: Sequence[_Owned]) -> list[list[_Owned]]:
    """The clusters with rows that have nothing but a state, or not even that: each goes where only one can be meant."""
    by_state: dict[str, list[_Owned]] = defaultdict(list)
    for one in silent:
        by_state[one.row.place[0]].append(one)
    found = [*clusters]
    for state, rows in sorted(by_state.items(), reverse=True):
        there = [same for same in found if not state or any(one.row.place[0] in (state, "") for one in same)]
        if len(there) == 1:
            there[0].extend(rows)
        else:
            found.append([*rows])
    return found


def _of_one_agency(clusters: list[_Cluster]) -> list[_Cluster]:
    """An agency with programs of different names in one state is one agency, wherever they are."""
    by_state: dict[str, list[_Cluster]] = defaultdict(list)
    apart: list[_Cluster] = []
    for marks, rows in clusters:
        states = {one.row.place[0] for one in rows if one.row.place[0]}
        has_programs = all(one.row.program for one in rows)
        (by_state[states.pop()] if len(states) == 1 and has_programs else apart).append((marks, rows))
    joined: list[_Cluster] = []
    for same in by_state.values():
        programs = [folded(one.row.program) for _, rows in same for one in rows]
        if len(set(programs)) == len(programs):
            joined.append((set().union(*(marks for marks, _ in same)), [row for _, rows in same for row in rows]))
        else:
            joined += same
    return [*apart, *joined]


def _told_apart(rows: Sequence[_Owned]) -> str:
    """What tells namesakes apart: a site of their own on the web, else a number, else the state."""
    for begin in ("domain ", "phone "):
        marks = sorted(mark for one in rows for mark in one.marks if mark.startswith(begin))
        own = [mark for mark in marks if not mark.removeprefix("phone ").startswith(_TOLL_FREE)]
        if own or marks:
            return (own or marks)[0].removeprefix(begin)
    return next((one.row.place[0] for one in rows if one.row.place[0]), "one of several")


# What a row is


def _name_services(rows: Sequence[_Owned]) -> None:
    """Give every row the identity of its service: its id where ids are such, else whose and what it is."""
    stated = [one.row.ids[0] for one in rows if one.row.ids[0]]
    are_ids = bool(stated) and len(set(stated)) >= _LEAST_UNIQUE * len(stated)
    by_name: dict[str, set[str]] = defaultdict(set)
    for one in rows:
        by_name[_named(one)].add(folded(one.row.topic)[:_LONGEST_TOPIC])
    for one in rows:
        name = _named(one)
        if are_ids and one.row.ids[0]:
            one.identity = one.row.ids[0]
        elif len(by_name[name]) > 1 and not one.row.program:
            # One organization on several rows, each with other kinds, offers several services.
            topic = folded(one.row.topic)[:_LONGEST_TOPIC]
            one.identity = f"{name} / {topic}" if topic and not could_be_address(topic) else name
        else:
            one.identity = name
        if could_be_address(one.identity) and one.identity != one.row.ids[0]:
            one.identity = f"{_told_apart([one])} of services"


def _named(one: _Owned) -> str:
    owner = one.organization.partition(":")[2]
    return f"{owner} / {folded(one.row.program)}" if one.row.program else owner or folded(one.row.record.cells["name"])


# The records


def _organizations(rows: Iterable[_Owned]) -> list[SourceRecord]:
    found: dict[str, SourceRecord] = {}
    for one in rows:
        if not one.organization or not one.row.organization:
            continue
        record = one.row.record
        cells = {"name": one.row.organization}
        if url := record.cells.get("url"):
            cells["url"] = url
        known = found.get(one.organization)
        if known is None:
            found[one.organization] = SourceRecord(
                "organization", record.position, one.organization, cells=cells, is_in_service_row=True
            )
        elif "url" in cells:
            # Whichever row comes first, the organization says the same.
            best = min(cells["url"], known.cells.get("url", cells["url"]))
            found[one.organization] = msgspec.structs.replace(known, cells={**known.cells, "url": best})
    return list(found.values())


def _service(identity: str, rows: Sequence[_Owned]) -> SourceRecord:
    key = f"service:{identity}"
    owner = next((one.organization for one in rows if one.organization), None)
    records = [_keyed(one.row.record, key, owner) for one in rows]
    positions = [position for one in rows for position in one.row.also]
    if len(records) == 1 and not positions:
        return records[0]
    # The report tells each row by itself.
    parts = [*records]
    for one, record in zip(rows, records, strict=True):
        parts += [msgspec.structs.replace(record, position=position) for position in one.row.also]
    whole = records[0] if len(records) == 1 else _joined(records)
    # Only rows are reported: each of them tells what does not go together.
    told = (msgspec.structs.replace(one, unlike_numbers=whole.unlike_numbers) for one in parts)
    return msgspec.structs.replace(whole, parts=tuple(told))


def _keyed(record: SourceRecord, key: str, owner: str | None) -> SourceRecord:
    sites = tuple(_site_of(key, number, site) for number, site in enumerate(record.sites, 1))
    return msgspec.structs.replace(record, key=key, organization_key=owner, sites=sites)


def _site_of(key: str, number: int, site: SourceSite) -> SourceSite:
    """A place under a key of its own: two services are at one place only if their addresses say so."""
    return msgspec.structs.replace(site, key=f"location:{key.partition(':')[2]} {number}")


def _joined(records: Sequence[SourceRecord]) -> SourceRecord:
    """Several rows about one service: everything that any of them says, each place once."""
    # In whatever order the rows stand, the record says the same.
    in_order = sorted(records, key=_order)
    cells: dict[str, str] = {}
    differs: dict[str, None] = {}
    for record in in_order:
        for name, text in record.cells.items():
            if cells.setdefault(name, text) != text:
                differs[name] = None
    sites = _sites(in_order)
    has_places = len(sites) > 1
    notes: dict[str, set[str]] = defaultdict(set)
    for record in in_order:
        for name, text in record.notes.items():
            notes[name].add(text)
    return msgspec.structs.replace(
        records[0],
        cells=cells,
        phones=()
        if has_places and all(record.sites for record in in_order)
        else _each(record.phones for record in in_order),
        schedules=()
        if has_places and all(record.sites for record in in_order)
        else _each(record.schedules for record in in_order),
        languages=_each(record.languages for record in in_order),
        names=_each(record.names for record in in_order),
        eligibility=_each(record.eligibility for record in in_order),
        service_areas=_each(record.service_areas for record in in_order),
        sites=sites,
        urls=_each(record.urls for record in in_order),
        required_documents=_each(record.required_documents for record in in_order),
        differs=tuple(differs),
        unlike_numbers=() if has_places else _unlike_numbers(in_order),
        notes={name: "\n".join(sorted(texts))[:_LONGEST_NOTE] for name, texts in notes.items()},
        verified_on=min(filter(None, (record.verified_on for record in in_order)), default=""),
        rules=_each((*(record.rules for record in in_order), ("rows-joined",))),
    )


def _unlike_numbers(records: Sequence[SourceRecord]) -> tuple[str, ...]:
    """The numbers of rows that have none in common for the same line: one of them may be wrong."""
    by_line: dict[tuple[str, str], set[frozenset[str]]] = defaultdict(set)
    for record in records:
        said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for line in record.phones:
            said[line.get("type", ""), folded(line.get("description", ""))] += _numbers(line.get("number", ""))
        for which, numbers in said.items():
            if numbers:
                by_line[which].add(frozenset(numbers))
    pairs = (pair for many in by_line.values() for pair in combinations(many, 2))
    unlike = {number for one, other in pairs if one.isdisjoint(other) for number in one | other}
    return tuple(f"{number[:3]}-{number[3:6]}-{number[6:]}" for number in sorted(unlike))


def _order(record: SourceRecord) -> str:
    """By what a row says but for where it is, so that no place decides what is kept."""
    return repr(msgspec.structs.replace(record, position=RowPosition("", 0), sites=()))


def _sites(records: Sequence[SourceRecord]) -> tuple[SourceSite, ...]:
    """The places of all rows, each with the lines and hours of its own rows."""
    places: dict[str, list[SourceSite]] = defaultdict(list)
    for record in records:
        for site in record.sites:
            cells = site.cells
            known = " | ".join(
                folded(cells.get(name, "")) for name in ("address_1", "postal_code", "city", "state_province")
            )
            own = msgspec.structs.replace(site, phones=record.phones, schedules=record.schedules)
            places[known].append(own)
    joined: list[SourceSite] = []
    for known in sorted(places):
        same = places[known]
        cells = {name: text for site in reversed(same) for name, text in site.cells.items()}
        joined.append(
            SourceSite(
                f"{same[0].key.rpartition(' ')[0]} {len(joined) + 1}",
                cells,
                phones=_each(site.phones for site in same) if len(places) > 1 else (),
                schedules=_each(site.schedules for site in same) if len(places) > 1 else (),
                traces=_each(site.traces for site in same),
            )
        )
    return tuple(joined)


def _each(many: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    """Everything once, in the order in which it comes."""
    found: list[_T] = []
    for some in many:
        found += [one for one in some if one not in found]
    return tuple(found)
