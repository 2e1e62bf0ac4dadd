"""The tables of an HSDS 1.x package, and whose rows hang on which others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from directory.errors import RefusedError
from directory.values.plain_text import folded
from importers.mapping import TaxonomyName
from importers.packages import Package
from importers.tables import Row, read_rows


class Table(msgspec.Struct, frozen=True):
    """One table of the standard: the names its file goes by, the columns that are read."""

    files: tuple[str, ...]
    columns: frozenset[str]


def _table(files: str, columns: str) -> Table:
    return Table(tuple(files.split()), frozenset(columns.split()))


_ADDRESS = (
    "id location_id organization_id address_1 address_2 address_3 address_4 city state_province postal_code country"
)

ORGANIZATIONS = _table(
    "organizations organization",
    "id name alternate_name description email url tax_status tax_id year_incorporated legal_status",
)
SERVICES = _table(
    "services service",
    "id organization_id program_id location_id name alternate_name description url email status alert "
    "interpretation_services application_process wait_time fees fees_description accreditations licenses "
    "eligibility_description minimum_age maximum_age",
)
LOCATIONS = _table(
    "locations location", "id organization_id name alternate_name description transportation latitude longitude"
)
SERVICES_AT_LOCATION = _table(
    "services_at_location service_at_location services_at_locations service_at_locations", "id service_id location_id"
)
PHYSICAL_ADDRESSES = _table("physical_addresses physical_address addresses address", _ADDRESS)
POSTAL_ADDRESSES = _table("postal_addresses postal_address", _ADDRESS)
PHONES = _table(
    "phones phone",
    "id location_id service_id organization_id contact_id service_at_location_id number extension type language "
    "description department",
)
SCHEDULES = _table(
    "regular_schedules regular_schedule schedules schedule",
    "id service_id location_id service_at_location_id weekday opens_at closes_at original_text",
)
LANGUAGES = _table("languages language", "id service_id location_id language")
ACCESSIBILITY = _table("accessibility_for_disabilities accessibility", "id location_id accessibility details")
ELIGIBILITY = _table("eligibility eligibilities", "id service_id eligibility minimum_age maximum_age")
SERVICES_TAXONOMY = _table(
    "services_taxonomy service_taxonomy services_taxonomies", "id service_id taxonomy_id taxonomy_detail"
)
TAXONOMY = _table(
    "taxonomy taxonomies taxonomy_term taxonomy_terms", "id name parent_id parent_name vocabulary taxonomy_facet"
)
SERVICE_AREAS = _table("service_areas service_area", "id service_id service_area description")
CONTACTS = _table("contacts contact", "id")

_READ = (
    ORGANIZATIONS, SERVICES, LOCATIONS, SERVICES_AT_LOCATION, PHYSICAL_ADDRESSES, POSTAL_ADDRESSES, PHONES, SCHEDULES,
    LANGUAGES, ACCESSIBILITY, ELIGIBILITY, SERVICES_TAXONOMY, TAXONOMY, SERVICE_AREAS,
)  # fmt: skip
# What else the standard has, and this reader leaves out so far.
_LEFT_OUT = (
    "programs", "holiday_schedules", "funding", "payments_accepted", "required_documents", "metadata",
    "other_attributes", "meta_table_descriptions",
)  # fmt: skip


class Child(msgspec.Struct, frozen=True):
    """A row that hangs on another."""

    table: Table
    row: Row


class Children(msgspec.Struct, frozen=True):
    """Everything but organizations and services, by what it hangs on.

    Attributes:
        by_service: rows that name a service, by its id; and so on.
        location_of: of a service at a location, by its id.
        locations: by id.
        loose: rows that name nothing, or were malformed.
        names: names of the taxonomy by id. An id that stands twice has both names.
    """

    by_service: Mapping[str, list[Child]]
    by_location: Mapping[str, list[Child]]
    by_organization: Mapping[str, list[Child]]
    by_service_at_location: Mapping[str, list[Child]]
    location_of: Mapping[str, str]
    locations: Mapping[str, Row]
    loose: list[Child]
    names: Mapping[str, list[TaxonomyName]]
    contact_phones: int


def file_of(package: Package, table: Table) -> str | None:
    """The base name of a table's file in a package, if it is there."""
    return next((name for name in table.files if name in package.tables), None)


def rows_of(package: Package, table: Table, *, required: frozenset[str] = frozenset()) -> Iterator[Row]:
    """The rows of a table; none if its file is missing.

    Raises:
        BadInputError: the file cannot be read.
        RefusedError: a required column is missing.
    """
    name = file_of(package, table)
    if name is None:
        return
    with package.text(name) as text:
        yield from read_rows(text, known=table.columns, required=required)


def read_children(package: Package) -> Children:
    """Read all tables but organizations and services into memory."""
    groups: dict[str, dict[str, list[Child]]] = {column: defaultdict(list) for column in _OWNERS}
    loose: list[Child] = []
    contact_phones = 0
    for child in _hanging(package):
        owner = _owner(child)
        if owner == "contact_id":
            contact_phones += 1
            continue
        if owner is None or (child.row.problem and child.table not in _MAY_BE_MALFORMED):
            loose.append(child)
        if owner is not None:
            groups[owner][child.row.cells[owner]].append(child)
    links = [
        child.row.cells
        for children in groups["service_id"].values()
        for child in children
        if child.table is SERVICES_AT_LOCATION
    ]
    locations, doubles = _locations(package)
    return Children(
        by_service=groups["service_id"],
        by_location=groups["location_id"],
        by_organization=groups["organization_id"],
        by_service_at_location=groups["service_at_location_id"],
        location_of={cells["id"]: cells["location_id"] for cells in links if {"id", "location_id"} <= cells.keys()},
        locations=locations,
        loose=[*loose, *doubles],
        names=_names(package),
        contact_phones=contact_phones,
    )


def tables_left_out(package: Package) -> dict[str, int]:
    """How many contacts, and other tables, are left out. Names that the standard does not have are not shown."""
    counted: dict[str, int] = {}
    read = {name for table in _READ for name in table.files}
    for name in package.tables:
        if name in CONTACTS.files:
            counted["contacts"] = sum(row.problem != "blank" for row in rows_of(package, CONTACTS))
        elif name not in read:
            shown = name if name in _LEFT_OUT else "other tables"
            counted[shown] = counted.get(shown, 0) + 1
    return counted


# Rows that can only make something more confidential count even when a cell too many stands in them.
_MAY_BE_MALFORMED = (SERVICES_TAXONOMY, SERVICES_AT_LOCATION)


_HANGING = (
    SERVICES_AT_LOCATION, PHONES, SCHEDULES, LANGUAGES, ELIGIBILITY, SERVICES_TAXONOMY, SERVICE_AREAS,
    PHYSICAL_ADDRESSES, POSTAL_ADDRESSES, ACCESSIBILITY,
)  # fmt: skip
_OWNERS = ("service_id", "service_at_location_id", "location_id", "organization_id")


def _hanging(package: Package) -> Iterator[Child]:
    for table in _HANGING:
        for row in _optional(package, table):
            if row.problem != "blank":
                yield Child(table, row)


def _owner(child: Child) -> str | None:
    """The column that says on what a row hangs."""
    cells = child.row.cells
    if child.table is PHONES and "contact_id" in cells:
        # The direct line of a person, whoever else it is said to belong to.
        return "contact_id"
    return next((column for column in _OWNERS if column in cells), None)


def _locations(package: Package) -> tuple[dict[str, Row], list[Child]]:
    """Locations by id, and the rows that are none or repeat one."""
    locations: dict[str, Row] = {}
    doubles: list[Child] = []
    for row in _optional(package, LOCATIONS):
        if row.problem == "blank":
            continue
        identity = row.cells.get("id")
        if row.problem or identity is None or identity in locations:
            doubles.append(Child(LOCATIONS, row))
        if identity is not None:
            locations.setdefault(identity, row)
    return locations, doubles


def _optional(package: Package, table: Table) -> Iterator[Row]:
    """The rows of a table that a package may leave out, or leave empty."""
    try:
        yield from rows_of(package, table)
    except RefusedError:
        return


def _names(package: Package) -> dict[str, list[TaxonomyName]]:
    names: dict[str, list[TaxonomyName]] = defaultdict(list)
    for row in _optional(package, TAXONOMY):
        cells = row.cells
        if "id" in cells and "name" in cells:
            branch = folded(f"{cells.get('parent_name', '')} {cells.get('taxonomy_facet', '')}")
            names[cells["id"]].append(TaxonomyName(cells["name"], "target population" in branch))
    return names
