"""Illinois Legal Aid Online's three tables: organizations, their locations, and the services at each.

A location that is where its organization is has the organization's address. Where the organization's is not to be shown
and stands there all the same, it counts as secret; where it was taken out, no point tells it either.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from directory.errors import RefusedError
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers import ilao_columns as columns
from importers.readers.adapted import AdaptedFeed, AdaptedReader, Rows, derived, renamed
from importers.readers.hsds_tables import Table
from importers.record import Cells
from importers.tables import Row

NAME = "ilao"

# What an address says that is not told; redaction knows it.
_NOT_TOLD = "confidential"
_REQUIRED = {"organizations": "organization_id title", "locations": "location_id", "services": "services-id title"}
_POPULATIONS = "Target populations"


class IlaoFeed(AdaptedFeed):
    """A package of the three tables."""

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self._organizations = self._by_id("organizations", "organization_id")
        self._locations = self._by_id("locations", "location_id")
        self._points: dict[str, Cells] = {}
        for row in self._of("services"):
            if not row.problem and "location_id" in row.cells and (point := columns.point_of(row.cells)):
                self._points.setdefault(row.cells["location_id"], point)

    def made(self) -> Mapping[Table, Rows]:
        """See ``AdaptedFeed``."""
        return {
            tables.ORGANIZATIONS: lambda: (renamed(row, columns.ORGANIZATION) for row in self._of("organizations")),
            tables.SERVICES: self._services,
            tables.LOCATIONS: self._places,
            tables.PHYSICAL_ADDRESSES: self._addresses,
            tables.PHONES: self._phones,
            tables.SCHEDULES: self._schedules,
            tables.URLS: self._forms,
            tables.SERVICE_AREAS: self._areas,
            tables.TAXONOMY: self._terms,
            tables.SERVICES_TAXONOMY: self._terms_of_services,
        }

    def left_out(self) -> dict[str, int]:
        """See ``Feed``."""
        others = len(self.package.tables.keys() - columns.KNOWN.keys())
        return {"other tables": others} if others else {}

    def _of(self, table: str) -> Iterator[Row]:
        return self.table(table, columns.KNOWN[table], required=_REQUIRED[table], quiet=columns.PLACES)

    def _by_id(self, table: str, identity: str) -> dict[str, Cells]:
        found: dict[str, Cells] = {}
        for row in self._of(table):
            if not row.problem and identity in row.cells:
                found.setdefault(row.cells[identity], row.cells)
        return found

    def _services(self) -> Iterator[Row]:
        for row in self._of("services"):
            one = renamed(row, columns.SERVICE)
            one.cells.update(columns.said_of_service(row.cells))
            yield one

    def _places(self) -> Iterator[Row]:
        for row in self._of("locations"):
            one = renamed(row, columns.LOCATION)
            if not row.problem and not self._is_kept_back(row.cells):
                one.cells.update(self._points.get(one.cells.get("id", ""), {}))
            yield one

    def _is_kept_back(self, location: Cells) -> bool:
        """Whether a location is at the address of an organization that does not show its own."""
        organization = self._organizations.get(location.get("organization_id", ""), {})
        return columns.is_as_organization(location) and not columns.is_shown(organization)

    def _addresses(self) -> Iterator[Row]:
        for row in self._of("locations"):
            organization = self._organizations.get(row.cells.get("organization_id", ""), {})
            is_as_organization = columns.is_as_organization(row.cells)
            own = row.cells.get(columns.ADDRESS_OF_LOCATION, "")
            owners = organization.get(columns.ADDRESS_OF_ORGANIZATION, "") if is_as_organization else ""
            place = row.cells.get("location_id", "")
            if address := columns.address_in(own or owners):
                yield derived(row, location_id=place, **address)
                if self._is_kept_back(row.cells):
                    yield derived(row, location_id=place, address_1=_NOT_TOLD, address_type="postal")
            elif state := columns.state_of(self._points.get(place, {})):
                yield derived(row, location_id=place, state_province=state)

    def _phones(self) -> Iterator[Row]:
        said: dict[str, list[str]] = defaultdict(list)
        for row in self._of("services"):
            for phone in columns.phones_of(row.cells):
                said[row.cells.get("location_id", "")].append(columns.digits(phone["number"]))
                yield derived(row, service_id=row.cells.get("services-id", ""), **phone)
        for row in self._of("locations"):
            place = row.cells.get("location_id", "")
            for phone in columns.phones_of(row.cells):
                # A number that every service there has is theirs.
                if set(said[place]) != {columns.digits(phone["number"])}:
                    yield derived(row, location_id=place, **phone)
        for row in self._of("organizations"):
            for phone in columns.phones_of(row.cells):
                yield derived(row, organization_id=row.cells.get("organization_id", ""), **phone)

    def _schedules(self) -> Iterator[Row]:
        for table, owner, identity in (
            ("services", "service_id", "services-id"), ("locations", "location_id", "location_id")
        ):  # fmt: skip
            for row in self._of(table):
                for schedule in columns.schedules_of(row.cells):
                    yield derived(row, **{owner: row.cells.get(identity, ""), **schedule})

    def _forms(self) -> Iterator[Row]:
        for row in self._of("services"):
            if form := row.cells.get("application_form_link", ""):
                yield derived(row, service_id=row.cells.get("services-id", ""), label="Application form", url=form)

    def _areas(self) -> Iterator[Row]:
        for row in self._of("services"):
            for area in columns.areas_of(self._locations.get(row.cells.get("location_id", ""), {})):
                yield derived(row, service_id=row.cells.get("services-id", ""), service_area=area)

    def _terms(self) -> Iterator[Row]:
        for row in self._of("services"):
            for term, is_population in columns.terms_of(row.cells):
                branch = _POPULATIONS if is_population else ""
                yield derived(row, id=_id_of(term, is_population=is_population), name=term, parent_name=branch)

    def _terms_of_services(self) -> Iterator[Row]:
        for row in self._of("services"):
            for term, is_population in columns.terms_of(row.cells):
                identity = _id_of(term, is_population=is_population)
                yield derived(row, service_id=row.cells.get("services-id", ""), taxonomy_id=identity)


def read_ilao(package: Package) -> AdaptedReader:
    """A reader of a package of the three tables.

    Raises:
        RefusedError: one of them is missing, or has no ids.
    """
    if not columns.KNOWN.keys() <= package.tables.keys():
        raise RefusedError("There are no tables of organizations, locations and services in it.")
    return AdaptedReader(IlaoFeed(package), NAME)


def _id_of(term: str, *, is_population: bool) -> str:
    return f"population {term}" if is_population else term
