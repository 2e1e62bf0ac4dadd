"""HSDS of any version: tables of 1.x, 2.x and 3.x, and the JSON of 3.x, whichever a folder, zip or file holds.

Organizations and services are streamed from tables; what hangs on them is held in memory. Where an organization itself
sits is left out.
"""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Self

from directory.errors import RefusedError
from importers.mapping import TaxonomyName
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers.hsds_leftovers import Leftovers, position_of, refused
from importers.readers.hsds_objects import JsonFeed, objects_of
from importers.readers.hsds_parts import (
    address_of,
    column_of,
    contacts_of,
    kept_cells,
    language_lines,
    names_of,
    own_attributes,
    phones_of,
    rows_of,
    schedules_of,
    without,
)
from importers.readers.hsds_tables import OWNERS, Child, Feed, Table, TabularFeed
from importers.record import Cells, Refused, RowPosition, SourceRecord, SourceSite
from importers.tables import Row

NAME = "hsds"

# Ids become keys that are kept for ever, so nothing that could be words or an address passes for one.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|+=@-]{0,63}")
_ADDRESSES = (tables.PHYSICAL_ADDRESSES, tables.ADDRESSES, tables.POSTAL_ADDRESSES)
_COSTS = ("option", "amount", "currency", "amount_description", "valid_from", "valid_to")
_OF_ADDRESSES = ("address_1", "address_2", "city", "state_province", "postal_code", "country")
_LONGEST_NAME = 200
_LOOKED_FOR = (tables.SERVICES, tables.ORGANIZATIONS, tables.TAXONOMY, tables.VOCABULARIES)
# What is no record, and no broken one either.
OTHER_THINGS = frozenset({"not-an-object", "not-known-what", "reference"})


def feed_of(package: Package) -> Feed:
    """The feed that a package holds: its tables if there is one of services, else its JSON documents.

    Raises:
        BadInputError: a document cannot be read.
        RefusedError: there are neither services nor organizations in it.
    """
    if not package.documents or any(name in package.tables for name in tables.SERVICES.files):
        return TabularFeed(package)
    return JsonFeed(objects_of(package))


def check_what_there_is(found: Collection[Table], *, has_broken: bool) -> None:
    """Raise ``RefusedError`` where JSON holds nothing to list.

    Args:
        found: the tables of which there are objects.
        has_broken: whether there is what may have been a record and cannot be read.
    """
    if has_broken or tables.SERVICES in found or tables.ORGANIZATIONS in found:
        return
    if tables.TAXONOMY in found or tables.VOCABULARIES in found:
        raise RefusedError("There are no services in it, only terms of a taxonomy.")
    raise RefusedError("There are neither services nor organizations in it.")


class HsdsReader:
    """A feed, read all at once; ``HsdsReader.of`` reads an open package."""

    name = NAME

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._children = tables.read_children(self._feed)
        self._service_ids = self._ids(tables.SERVICES)
        self._organization_ids = self._ids(tables.ORGANIZATIONS)

    @classmethod
    def of(cls, package: Package) -> Self:
        """Read a package. Raises ``RefusedError`` when there are no services in it, nor organizations in JSON."""
        feed = feed_of(package)
        if isinstance(feed, TabularFeed):
            if not feed.has(tables.SERVICES):
                raise RefusedError("The package has no table of services.")
        else:
            check_what_there_is({table for table in _LOOKED_FOR if feed.has(table)}, has_broken=_has_broken(feed))
        return cls(feed)

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for row, problem in self._rows(tables.ORGANIZATIONS):
            position = position_of(self._feed, tables.ORGANIZATIONS, row)
            identity = self._usable_id(row)
            own = self._children.of("organization_id", identity or "")
            cells = kept_cells(tables.ORGANIZATIONS, row)
            if website := cells.pop("website", ""):
                cells.setdefault("url", website)
            record = SourceRecord(
                "organization",
                position,
                f"organization:{identity}",
                cells=without(cells, "id"),
                phones=phones_of(own, self._children),
                urls=rows_of(own, tables.URLS, "label", "url"),
                funding=column_of(own, tables.FUNDING, "source"),
                contacts=contacts_of(own, self._children),
                identifiers=rows_of(own, tables.IDENTIFIERS, "identifier", "identifier_type", "identifier_scheme"),
                differs=row.differs,
                dropped=row.dropped,
                rules=row.rules,
            )
            yield record if problem is None else refused(position, problem, record if identity else None)

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for row, problem in self._rows(tables.SERVICES):
            position = position_of(self._feed, tables.SERVICES, row)
            identity = self._usable_id(row)
            record = self._service(row, identity, position) if identity else None
            if problem is not None or record is None:
                yield refused(position, problem or "no-id", record)
            else:
                yield record

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        for row in self._feed.broken():
            position = RowPosition(row.file, row.line)
            yield refused(position, row.problem, self._ghost_of(row, position))
        yield from Leftovers(self._feed, self._children, self._service_ids, self._organization_ids).rows()
        for identity, hanging in self._children.hanging["service_id"].items():
            if identity in self._service_ids:
                continue
            # A service whose row is missing or could not be read. What its kind is may still be known.
            ghost = self._service(Row(0, {}), identity, position_of(self._feed, hanging[0].table, hanging[0].row))
            for number, child in enumerate(hanging):
                position = position_of(self._feed, child.table, child.row)
                yield refused(position, "owner-missing", None if number else ghost)

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        counted = self._feed.left_out()
        contacts = self._contacts()
        lost = [children for owner, children in self._children.hanging["contact_id"].items() if owner not in contacts]
        people = sum(child.table is tables.CONTACTS and not child.row.problem for child in self._children.loose)
        for what, number in (("contacts", people), ("phones of contacts", sum(map(len, lost)))):
            if number:
                counted[what] = number
        return counted | self._unkept()

    def _ids(self, table: Table) -> frozenset[str]:
        rows = self._feed.rows(table, required=frozenset({"id", "name"}))
        return frozenset(row.cells["id"] for row in rows if "id" in row.cells)

    def _rows(self, table: Table) -> Iterator[tuple[Row, str | None]]:
        """Each row, and why it is refused."""
        seen: set[str] = set()
        for row in self._feed.rows(table, required=frozenset({"id", "name"})):
            identity = self._usable_id(row)
            if row.problem:
                yield row, row.problem
            elif identity is None:
                yield row, "no-id"
            elif identity in seen:
                yield row, "duplicate-id"
            else:
                # A row that was refused for its name keeps its id: a later one of the same id is not it.
                seen.add(identity)
                yield row, None if "name" in row.cells else "no-name"

    def _service(self, row: Row, identity: str, position: RowPosition) -> SourceRecord:
        children = self._children
        own = [*children.of("service_id", identity), *children.of("link_id", identity)]
        places = dict.fromkeys(
            child.row.cells["location_id"]
            for child in own
            if child.table is tables.SERVICES_AT_LOCATION and "location_id" in child.row.cells
        )
        if "location_id" in row.cells:
            places.setdefault(row.cells["location_id"])
        organization = row.cells.get("organization_id", "")
        there = [child for place in places for child in children.of("location_id", place)]
        cells = without(kept_cells(tables.SERVICES, row), "id", "organization_id", "program_id", "location_id")
        for ages in rows_of(own, tables.ELIGIBILITY, "minimum_age", "maximum_age"):
            cells = {**ages, **cells}
        if paid := column_of(own, tables.PAYMENTS, "payment"):
            fees = cells.get("fees_description") or cells.get("fees", "")
            cells["fees_description"] = "\n".join(filter(None, (fees, *paid)))
        return SourceRecord(
            "service",
            position,
            f"service:{identity}",
            organization_key=f"organization:{organization}" if _ID.fullmatch(organization) else None,
            cells=cells,
            phones=phones_of(own, children),
            schedules=schedules_of(own),
            # A language of the place is one of every service there.
            languages=language_lines([*own, *there]),
            names=names_of(own, children.terms),
            eligibility=column_of(own, tables.ELIGIBILITY, "eligibility"),
            service_areas=column_of(own, tables.SERVICE_AREAS, "service_area", "name", "description"),
            sites=tuple(self._site(place, own) for place in places),
            urls=rows_of(own, tables.URLS, "label", "url"),
            required_documents=column_of(own, tables.REQUIRED_DOCUMENTS, "document"),
            cost_options=rows_of(own, tables.COST_OPTIONS, *_COSTS),
            funding=column_of(own, tables.FUNDING, "source"),
            contacts=contacts_of(own, children),
            attributes=own_attributes(own, children.terms),
            differs=row.differs,
            dropped=row.dropped,
            rules=row.rules,
        )

    def _site(self, place: str, service: Iterable[Child]) -> SourceSite:
        children = self._children
        own = children.of("location_id", place)
        links = [child for child in service if child.table is tables.SERVICES_AT_LOCATION]
        here = [child for child in links if child.row.cells.get("location_id") == place]
        ids = [child.row.cells["id"] for child in here if "id" in child.row.cells]
        at_site = [child for link in ids for child in children.of("service_at_location_id", link)]
        location = children.locations.get(place, Row(0, {}))
        cells = {} if location.problem else without(kept_cells(tables.LOCATIONS, location), "id", "organization_id")
        if (address := _address(own)) is not None:
            cells |= address_of(address)
        access = rows_of(own, tables.ACCESSIBILITY, "accessibility", "description", "details")
        if access:
            cells["accessibility"] = "\n".join(dict.fromkeys(line for row in access for line in row.values()))
        said = column_of(here, tables.SERVICES_AT_LOCATION, "description")
        both = [*at_site, *own]
        return SourceSite(
            key=f"location:{place}",
            cells=cells,
            phones=phones_of(both, children),
            schedules=schedules_of(both),
            contacts=contacts_of(both, children),
            offer={"description": "\n".join(said)} if said else {},
            service_areas=column_of(at_site, tables.SERVICE_AREAS, "service_area", "name", "description"),
            differs=location.differs,
            traces=_traces([*own, *here], location),
        )

    def _contacts(self) -> frozenset[str]:
        """Ids of the contacts that hang on something."""
        groups = self._children.hanging.values()
        children = (child for group in groups for hanging in group.values() for child in hanging)
        return frozenset(
            child.row.cells.get("id", "")
            for child in children
            if child.table is tables.CONTACTS and not child.row.problem
        )

    def _unkept(self) -> dict[str, int]:
        """How often columns say something for which the directory has no place."""
        counted: Counter[str] = Counter()
        for table in (tables.ORGANIZATIONS, tables.SERVICES):
            for row in self._feed.rows(table):
                counted.update(name for name in row.cells if name in table.unkept)
        return dict(sorted(counted.items()))

    def _ghost_of(self, row: Row, position: RowPosition) -> SourceRecord:
        """What a record that cannot be read may be about, so that nothing else tells its place if it is a secret."""
        texts = list(row.cells.values())
        addresses: list[dict[str, str]] = []
        for name, text in itertools.pairwise(texts):
            if name == "address_1":
                addresses.append({})
            if name in _OF_ADDRESSES:
                addresses = addresses or [{}]
                addresses[-1][name] = text
        sites = [SourceSite(f"location:{text}") for text in texts if text in self._children.locations]
        sites += [SourceSite(f"location:{position.row} {number}", one) for number, one in enumerate(addresses)]
        identity = next((text for text in texts if text in self._service_ids), f"unread in {position.row}")
        organization = next((text for text in texts if text in self._organization_ids), None)
        return SourceRecord(
            "service",
            position,
            f"service:{identity}",
            organization_key=organization and f"organization:{organization}",
            cells={"description": "\n".join(texts)},
            names=tuple(TaxonomyName(text) for text in dict.fromkeys(texts) if len(text) < _LONGEST_NAME),
            sites=tuple(sites),
        )

    @staticmethod
    def _usable_id(row: Row) -> str | None:
        """The id of a row, if it is one."""
        identity = row.cells.get("id", "")
        return identity if _ID.fullmatch(identity) else None


def _has_broken(feed: Feed) -> bool:
    return any(row.problem not in OTHER_THINGS for row in feed.broken())


def _address(own: Iterable[Child]) -> Cells | None:
    """The address of a location: where people go before where they write."""
    own = list(own)
    columns = sorted(tables.ADDRESSES.columns)
    rows = [cells for table in _ADDRESSES for cells in rows_of(own, table, *columns)]
    return min(rows, key=lambda cells: cells.get("address_type", "physical") != "physical", default=None)


def _traces(own: Iterable[Child], location: Row) -> tuple[str, ...]:
    """What further rows say of a place. Those of its services there may name it too."""
    about = [child for child in own if child.table in (*_ADDRESSES, tables.SERVICES_AT_LOCATION)]
    cells = [cell for child in about for cell in without(child.row.cells, "id", *OWNERS).values()]
    if location.problem:
        cells += location.cells.values()
    return tuple(dict.fromkeys(cells))
