"""Tabular HSDS 1.x packages: a folder or zip of ``organizations.csv``, ``services.csv`` and what hangs on them.

Organizations and services are streamed; the tables that hang on them are held in memory. People are left out (contacts
and their direct lines), and so is where an organization itself sits.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from directory.errors import RefusedError
from importers.mapping import TaxonomyName
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers.hsds_tables import Child, Table
from importers.record import Cells, Refused, RowPosition, SourceRecord, SourceSite, Status
from importers.tables import Row

NAME = "hsds"

# Ids become keys that are kept for ever, so nothing that could be words or an address passes for one.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|+=@-]{0,63}")
_ADDRESS_LINES = ("address_2", "address_3", "address_4")
_REASONS: dict[str, tuple[Status, str]] = {
    "blank": ("skipped", "The row is blank."),
    "row-too-long": (
        "quarantined",
        "The row has more cells than the table has columns, so each may be in a wrong one.",
    ),
    "cell-too-long": ("quarantined", "A cell is longer than 32 KiB; perhaps a quotation mark was never closed."),
    "no-id": ("rejected", "The row has no usable id, so nothing can be joined to it."),
    "no-name": ("quarantined", "The row has no name."),
    "duplicate-id": ("rejected", "An earlier row of this table has the same id."),
    "names-nothing": ("rejected", "The row does not say to which record it belongs."),
    "owner-missing": ("rejected", "The record to which the row belongs is not in the package."),
    "location-without-service": ("rejected", "No service is offered at this location."),
}


class HsdsReader:
    """An open package. Raises ``RefusedError`` when it has no table of services with ids and names."""

    name = NAME

    def __init__(self, package: Package) -> None:
        if tables.file_of(package, tables.SERVICES) is None:
            raise RefusedError("The package has no table of services.")
        self._package = package
        self._children = tables.read_children(package)
        self._service_ids = self._ids(tables.SERVICES)
        self._organization_ids = self._ids(tables.ORGANIZATIONS)

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for row, refused in self._rows(tables.ORGANIZATIONS):
            position = self._position(tables.ORGANIZATIONS, row)
            identity = _usable_id(row.cells.get("id", ""))
            own = self._children.by_organization.get(identity or "", [])
            record = SourceRecord(
                "organization",
                position,
                f"organization:{identity}",
                cells=_without(row.cells, "id"),
                phones=_cells(own, tables.PHONES),
                dropped=row.dropped,
                rules=row.rules,
            )
            yield record if refused is None else _refused(position, refused, record if identity else None)

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        for row, refused in self._rows(tables.SERVICES):
            position = self._position(tables.SERVICES, row)
            identity = _usable_id(row.cells.get("id", ""))
            record = self._service(row, identity, position) if identity else None
            if refused is not None or record is None:
                yield _refused(position, refused or "no-id", record)
            else:
                yield record

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        children = self._children
        for child in children.loose:
            yield self._leftover(
                child, child.row.problem or ("duplicate-id" if "id" in child.row.cells else "names-nothing")
            )
        yield from self._strangers(children.by_organization, self._organization_ids)
        yield from self._strangers(children.by_service_at_location, children.location_of)
        offered = self._offered()
        yield from self._strangers(children.by_location, offered)
        for identity, row in children.locations.items():
            if identity not in offered:
                yield self._leftover(Child(tables.LOCATIONS, row), "location-without-service")
        for identity, hanging in children.by_service.items():
            if identity in self._service_ids:
                continue
            # A service whose row is missing or could not be read. What its kind is may still be known.
            ghost = self._service(Row(0, {}), identity, self._position(hanging[0].table, hanging[0].row))
            for number, child in enumerate(hanging):
                position = self._position(child.table, child.row)
                yield _refused(position, "owner-missing", None if number else ghost)

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        counted = tables.tables_left_out(self._package)
        if self._children.contact_phones:
            counted["phones of contacts"] = self._children.contact_phones
        return counted

    def _ids(self, table: Table) -> frozenset[str]:
        rows = tables.rows_of(self._package, table, required=frozenset({"id", "name"}))
        return frozenset(row.cells["id"] for row in rows if "id" in row.cells)

    def _rows(self, table: Table) -> Iterator[tuple[Row, str | None]]:
        """Each row, and why it is refused."""
        seen: set[str] = set()
        for row in tables.rows_of(self._package, table, required=frozenset({"id", "name"})):
            identity = _usable_id(row.cells.get("id", ""))
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
        own = self._children.by_service.get(identity, [])
        places = dict.fromkeys(
            child.row.cells["location_id"]
            for child in own
            if child.table is tables.SERVICES_AT_LOCATION and "location_id" in child.row.cells
        )
        if "location_id" in row.cells:
            places.setdefault(row.cells["location_id"])
        organization = _usable_id(row.cells.get("organization_id", ""))
        there = [child for place in places for child in self._children.by_location.get(place, [])]
        cells = _without(row.cells, "id", "organization_id", "program_id", "location_id")
        eligibility = _cells(own, tables.ELIGIBILITY)
        for ages in eligibility:
            cells |= {name: ages[name] for name in ("minimum_age", "maximum_age") if name in ages and name not in cells}
        return SourceRecord(
            "service",
            position,
            f"service:{identity}",
            organization_key=f"organization:{organization}" if organization else None,
            cells=cells,
            phones=_cells(own, tables.PHONES),
            schedules=_cells(own, tables.SCHEDULES),
            # A language of the place is one of every service there.
            languages=_column([*own, *there], tables.LANGUAGES, "language"),
            names=self._names(own),
            eligibility=_column(own, tables.ELIGIBILITY, "eligibility"),
            service_areas=_column(own, tables.SERVICE_AREAS, "service_area"),
            sites=tuple(self._site(place, identity) for place in places),
            dropped=row.dropped,
            rules=row.rules,
        )

    def _names(self, own: Iterable[Child]) -> tuple[TaxonomyName, ...]:
        found: dict[TaxonomyName, None] = {}
        for child in own:
            if child.table is tables.SERVICES_TAXONOMY:
                found |= dict.fromkeys(self._children.names.get(child.row.cells.get("taxonomy_id", ""), []))
        return tuple(found)

    def _site(self, place: str, service: str) -> SourceSite:
        own = self._children.by_location.get(place, [])
        both = [
            child for child in self._children.by_service.get(service, []) if child.table is tables.SERVICES_AT_LOCATION
        ]
        here = [child.row.cells.get("id", "") for child in both if child.row.cells.get("location_id") == place]
        at_site = [child for link in here if link for child in self._children.by_service_at_location.get(link, [])]
        location = self._children.locations.get(place, Row(0, {}))
        cells = {} if location.problem else _without(location.cells, "id", "organization_id")
        addresses = _cells(own, tables.PHYSICAL_ADDRESSES) or _cells(own, tables.POSTAL_ADDRESSES)
        if addresses:
            cells |= _address(addresses[0])
        access = [
            line
            for child in _cells(own, tables.ACCESSIBILITY)
            for line in _without(child, "id", "location_id").values()
        ]
        if access:
            cells["accessibility"] = "\n".join(dict.fromkeys(access))
        return SourceSite(
            key=f"location:{place}",
            cells=cells,
            phones=_cells([*at_site, *own], tables.PHONES),
            schedules=_cells([*at_site, *own], tables.SCHEDULES),
            traces=self._traces(own, location),
        )

    @staticmethod
    def _traces(own: Iterable[Child], location: Row) -> tuple[str, ...]:
        about = [child for child in own if child.table in (tables.PHYSICAL_ADDRESSES, tables.POSTAL_ADDRESSES)]
        cells = [
            cell
            for child in about
            for cell in _without(child.row.cells, "id", "location_id", "organization_id").values()
        ]
        if location.problem:
            cells += location.cells.values()
        return tuple(dict.fromkeys(cells))

    def _offered(self) -> frozenset[str]:
        """Ids of the locations at which something is offered."""
        linked = {
            child.row.cells["location_id"]
            for own in self._children.by_service.values()
            for child in own
            if child.table is tables.SERVICES_AT_LOCATION and "location_id" in child.row.cells
        }
        rows = tables.rows_of(self._package, tables.SERVICES)
        return frozenset(linked | {row.cells["location_id"] for row in rows if "location_id" in row.cells})

    def _strangers(self, groups: Mapping[str, list[Child]], known: Iterable[str]) -> Iterator[Refused]:
        known = frozenset(known)
        for identity, hanging in groups.items():
            if identity not in known:
                for child in hanging:
                    if not child.row.problem:
                        yield self._leftover(child, "owner-missing")

    def _leftover(self, child: Child, rule: str) -> Refused:
        return _refused(self._position(child.table, child.row), rule, None)

    def _position(self, table: Table, row: Row) -> RowPosition:
        file = tables.file_of(self._package, table) or table.files[0]
        return RowPosition(self._package.tables.get(file, f"{file}.csv"), row.line)


def _usable_id(text: str) -> str | None:
    """The id, if it is one."""
    return text if _ID.fullmatch(text) else None


def _refused(position: RowPosition, rule: str, record: SourceRecord | None) -> Refused:
    status, reason = _REASONS[rule]
    return Refused(position, status, rule, reason, record.key if record else None, record)


def _cells(children: Iterable[Child], table: Table) -> tuple[Cells, ...]:
    """The readable rows of one table."""
    return tuple(child.row.cells for child in children if child.table is table and not child.row.problem)


def _column(children: Iterable[Child], table: Table, column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cells[column] for cells in _cells(children, table) if column in cells))


def _without(cells: Cells, *columns: str) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if name not in columns}


def _address(cells: Cells) -> dict[str, str]:
    """The columns of an address, with all further lines in the second."""
    kept = ("address_1", "city", "state_province", "postal_code", "country")
    address = {name: cells[name] for name in kept if name in cells}
    if more := ", ".join(cells[name] for name in _ADDRESS_LINES if name in cells):
        address["address_2"] = more
    return address
