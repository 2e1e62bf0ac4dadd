"""Ohana's tables, from which HSDS grew: a service belongs to a location, and a location to an organization.

Lists stand in one cell with commas between, and a holiday of the year 1 is one of every year.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from directory.clock import utc_now
from directory.errors import RefusedError
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers.adapted import AdaptedFeed, AdaptedReader, Rows, derived, renamed
from importers.readers.hsds_tables import Table
from importers.tables import Row

NAME = "ohana"

_ORGANIZATION = {name: name for name in ("id", "name", "alternate_name", "description", "email", "website", "tax_id")}
_SERVICE = {
    name: name
    for name in (
        "id", "location_id", "name", "alternate_name", "description", "email", "status", "interpretation_services",
        "application_process", "fees",
    )
} | {"website": "url", "eligibility": "eligibility_description"}  # fmt: skip
_LOCATION = {
    name: name
    for name in (
        "id", "organization_id", "name", "alternate_name", "description", "transportation", "latitude", "longitude",
    )
} | {"website": "url"}  # fmt: skip
_ADDRESS = {
    name: name
    for name in ("id", "location_id", "address_1", "address_2", "city", "state_province", "postal_code", "country")
}
_OWNED = ("id", "contact_id", "location_id", "organization_id", "service_id")
_PHONE = {name: name for name in (*_OWNED, "department", "extension", "number")} | {"number_type": "type"}
_CONTACT = {name: name for name in (*_OWNED, "name", "title", "email", "department")}
_SCHEDULE = {name: name for name in (*_OWNED, "weekday", "opens_at", "closes_at")}
_HOLIDAY = {name: name for name in (*_OWNED, "closed", "opens_at", "closes_at", "start_date", "end_date")}
_TERM = {"taxonomy_id": "id", "name": "name", "parent_id": "parent_id", "parent_name": "parent_name"}
# Cells that are lists, or that become rows of their own.
_OF_SERVICE = frozenset(
    {"audience", "keywords", "languages", "accepted_payments", "required_documents", "service_areas", "taxonomy_ids"}
    | {"funding_sources"}
)
_OF_LOCATION = frozenset({"accessibility", "languages", "short_desc"})
# What the directory has no place for, and who may edit what.
_UNKEPT = {
    "organizations": frozenset({"accreditations", "date_incorporated", "legal_status", "licenses", "tax_status"}),
    "locations": frozenset({"admin_emails", "virtual", "email"}),
    "services": frozenset({"program_id", "wait_time"}),
    "phones": frozenset({"country_prefix", "vanity_number"}),
    "mail_addresses": frozenset({"attention"}),
    "addresses": frozenset({"attention"}),
}
_READ = frozenset(
    {"organizations", "locations", "addresses", "mail_addresses", "services", "phones", "contacts"}
    | {"regular_schedules", "holiday_schedules", "taxonomy", "programs"}
)
_KEYWORD = "keyword "
_EVERY_YEAR = 1
_DATES = ("%B %d, %Y", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d")


class OhanaFeed(AdaptedFeed):
    """A package of Ohana's tables. ``today`` dates the holidays of every year; the day that it is if left out."""

    def __init__(self, package: Package, *, today: dt.date | None = None) -> None:
        super().__init__(package)
        self._today = today or utc_now().date()
        self._owners = {
            row.cells["id"]: row.cells["organization_id"]
            for row in self._of("locations", _LOCATION)
            if not row.problem and {"id", "organization_id"} <= row.cells.keys()
        }

    def made(self) -> Mapping[Table, Rows]:
        """See ``AdaptedFeed``."""
        return {
            tables.ORGANIZATIONS: lambda: self._of("organizations", _ORGANIZATION, required="id name"),
            tables.SERVICES: self._services,
            tables.LOCATIONS: self._locations,
            tables.PHYSICAL_ADDRESSES: lambda: self._of("addresses", _ADDRESS),
            tables.POSTAL_ADDRESSES: lambda: self._of("mail_addresses", _ADDRESS),
            tables.PHONES: self._phones,
            tables.CONTACTS: lambda: self._of("contacts", _CONTACT),
            tables.SCHEDULES: lambda: self._of("regular_schedules", _SCHEDULE),
            tables.HOLIDAYS: self._holidays,
            tables.LANGUAGES: self._languages,
            tables.ACCESSIBILITY: self._accessibility,
            tables.ELIGIBILITY: self._from_services("audience", "eligibility", is_list=False),
            tables.PAYMENTS: self._from_services("accepted_payments", "payment", is_list=False),
            tables.REQUIRED_DOCUMENTS: self._from_services("required_documents", "document"),
            tables.SERVICE_AREAS: self._from_services("service_areas", "service_area"),
            tables.FUNDING: self._funding,
            tables.TAXONOMY: self._terms,
            tables.SERVICES_TAXONOMY: self._terms_of_services,
        }

    def left_out(self) -> dict[str, int]:
        """See ``Feed``."""
        programs = sum(row.problem != "blank" for row in self.table("programs", frozenset({"id"})))
        others = len(self.package.tables.keys() - _READ)
        counted = {"programs": programs, "other tables": others}
        return {name: number for name, number in counted.items() if number}

    def _of(self, table: str, names: Mapping[str, str], *, required: str = "") -> Iterator[Row]:
        known = frozenset(names) | _UNKEPT.get(table, frozenset())
        known |= _OF_SERVICE if table == "services" else _OF_LOCATION if table == "locations" else frozenset()
        known |= {"funding_sources"} if table == "organizations" else frozenset()
        return (renamed(row, names) for row in self.table(table, known, required=required))

    def _cells(self, table: str, *columns: str) -> Iterator[Row]:
        return self.table(table, frozenset({"id", *columns}))

    def _services(self) -> Iterator[Row]:
        for row in self._of("services", _SERVICE, required="id name location_id"):
            if owner := self._owners.get(row.cells.get("location_id", "")):
                row.cells["organization_id"] = owner
            yield row

    def _locations(self) -> Iterator[Row]:
        short = {row.line: row.cells.get("short_desc", "") for row in self._cells("locations", "short_desc")}
        for row in self._of("locations", _LOCATION):
            if short[row.line]:
                row.cells.setdefault("description", short[row.line])
            yield row

    def _phones(self) -> Iterator[Row]:
        prefixes = {row.line: row.cells.get("country_prefix", "") for row in self._cells("phones", "country_prefix")}
        for row in self._of("phones", _PHONE):
            number = row.cells.get("number", "")
            if prefixes[row.line].startswith("+") and number and not number.startswith("+"):
                row.cells["number"] = f"{prefixes[row.line]} {number}"
            yield row

    def _holidays(self) -> Iterator[Row]:
        for row in self._of("holiday_schedules", _HOLIDAY):
            days = [_day(row.cells.get(column, "")) for column in ("start_date", "end_date")]
            start, end = days[0], days[1] or days[0]
            if start is None or end is None:
                yield row
                continue
            is_yearly = start.year == _EVERY_YEAR
            for year in (self._today.year, self._today.year + 1) if is_yearly else (start.year,):
                ends = year + (is_yearly and (end.month, end.day) < (start.month, start.day))
                first, last = _in_year(start, year), _in_year(end, ends if is_yearly else end.year)
                dates = {"start_date": first.isoformat(), "end_date": last.isoformat()}
                yield Row(row.line, row.cells | dates, row.rules, row.problem, row.dropped, row.file)

    def _languages(self) -> Iterator[Row]:
        for table, owner in (("services", "service_id"), ("locations", "location_id")):
            for row in self._cells(table, "languages"):
                if {"id", "languages"} <= row.cells.keys():
                    yield derived(row, **{owner: row.cells["id"], "language": row.cells["languages"]})

    def _accessibility(self) -> Iterator[Row]:
        for row in self._cells("locations", "accessibility"):
            if {"id", "accessibility"} <= row.cells.keys():
                words = row.cells["accessibility"].replace("_", " ")
                yield derived(row, location_id=row.cells["id"], accessibility=words)

    def _from_services(self, column: str, name: str, *, is_list: bool = True) -> Callable[[], Iterator[Row]]:
        """Rows of one column each, from a cell of each service."""

        def rows() -> Iterator[Row]:
            for row in self._cells("services", column):
                if {"id", column} <= row.cells.keys():
                    for part in _parts(row.cells[column]) if is_list else (row.cells[column],):
                        yield derived(row, **{"service_id": row.cells["id"], name: part})

        return rows

    def _funding(self) -> Iterator[Row]:
        for table, owner in (("services", "service_id"), ("organizations", "organization_id")):
            for row in self._cells(table, "funding_sources"):
                if {"id", "funding_sources"} <= row.cells.keys():
                    for part in _parts(row.cells["funding_sources"]):
                        yield derived(row, **{owner: row.cells["id"], "source": part})

    def _terms(self) -> Iterator[Row]:
        yield from self._of("taxonomy", _TERM)
        for row in self._cells("services", "keywords"):
            for word in _parts(row.cells.get("keywords", "")):
                yield derived(row, id=f"{_KEYWORD}{word}", name=word)

    def _terms_of_services(self) -> Iterator[Row]:
        for row in self._cells("services", "taxonomy_ids", "keywords"):
            terms = _parts(row.cells.get("taxonomy_ids", ""))
            terms += [f"{_KEYWORD}{word}" for word in _parts(row.cells.get("keywords", ""))]
            for term in terms:
                if "id" in row.cells:
                    yield derived(row, service_id=row.cells["id"], taxonomy_id=term)


def read_ohana(package: Package, *, today: dt.date | None = None) -> AdaptedReader:
    """A reader of a package of Ohana's tables.

    Raises:
        RefusedError: it has no locations or services, or they have no ids or names.
    """
    if not {"locations", "services"} <= package.tables.keys():
        raise RefusedError("There are no tables of locations and services, as Ohana has them.")
    return AdaptedReader(OhanaFeed(package, today=today), NAME)


def _parts(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.split(",")) if part]


def _day(written: str) -> dt.date | None:
    for form in _DATES:
        try:
            return dt.datetime.strptime(written, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    return None


def _in_year(day: dt.date, year: int) -> dt.date:
    """The same day of another year; the 28th of February where there is no 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
