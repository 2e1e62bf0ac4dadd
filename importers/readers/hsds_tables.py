"""The tables of an HSDS package of any version, and whose rows hang on which others.

A table may be a file, or the objects of one kind in a JSON document: a ``Feed`` gives the rows of either.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from directory.errors import RefusedError
from directory.values.plain_text import folded
from importers.mapping import TaxonomyName
from importers.packages import Package
from importers.tables import Row, read_rows


class Table(msgspec.Struct, frozen=True):
    """One table of the standard: the names its file goes by, the columns that are read.

    ``unkept`` are columns of the standard for which the directory has no place; they are counted.
    """

    files: tuple[str, ...]
    columns: frozenset[str]
    unkept: frozenset[str] = frozenset()


def _table(files: str, columns: str, unkept: str = "") -> Table:
    return Table(tuple(files.split()), frozenset(columns.split()), frozenset(unkept.split()))


_ADDRESS = (
    "id location_id organization_id address_1 address_2 address_3 address_4 city state_province postal_code country "
    "address_type"
)
_OWNED = "id service_id service_at_location_id location_id organization_id"

ORGANIZATIONS = _table(
    "organizations organization",
    "id name alternate_name description email url website tax_id",
    "tax_status year_incorporated legal_status logo uri parent_organization_id",
)
SERVICES = _table(
    "services service",
    "id organization_id program_id location_id name alternate_name description url email status alert "
    "interpretation_services application_process fees fees_description eligibility_description minimum_age maximum_age",
    "wait_time accreditations licenses assured_date assurer_email last_modified",
)
LOCATIONS = _table(
    "locations location",
    "id organization_id name alternate_name description transportation latitude longitude url",
    "location_type external_identifier external_identifier_type",
)
SERVICES_AT_LOCATION = _table(
    "services_at_location service_at_location services_at_locations service_at_locations",
    "id service_id location_id description",
)
PHYSICAL_ADDRESSES = _table("physical_addresses physical_address", _ADDRESS)
POSTAL_ADDRESSES = _table("postal_addresses postal_address", _ADDRESS)
ADDRESSES = _table("addresses address", _ADDRESS, "attention region")
PHONES = _table("phones phone", f"{_OWNED} contact_id number extension type language description department")
SCHEDULES = _table(
    "regular_schedules regular_schedule schedules schedule",
    f"{_OWNED} weekday opens_at closes_at original_text freq byday interval valid_from valid_to dtstart until count "
    "wkst bymonthday byweekno byyearday timezone description notes attending_type",
    "schedule_link",
)
HOLIDAYS = _table("holiday_schedules holiday_schedule", f"{_OWNED} closed opens_at closes_at start_date end_date")
LANGUAGES = _table("languages language", f"{_OWNED} phone_id language name code note")
ACCESSIBILITY = _table(
    "accessibility_for_disabilities accessibility", "id location_id accessibility description details", "url"
)
ELIGIBILITY = _table("eligibility eligibilities", "id service_id eligibility minimum_age maximum_age")
PAYMENTS = _table("payments_accepted payment_accepted payments", "id service_id payment")
COST_OPTIONS = _table(
    "cost_options cost_option", "id service_id option currency amount amount_description valid_from valid_to"
)
REQUIRED_DOCUMENTS = _table("required_documents required_document", "id service_id document", "uri")
FUNDING = _table("funding fundings", f"{_OWNED} source")
URLS = _table("urls url additional_urls additional_websites", f"{_OWNED} label url")
IDENTIFIERS = _table(
    "organization_identifiers organization_identifier",
    "id organization_id identifier_scheme identifier_type identifier",
)
CONTACTS = _table("contacts contact", f"{_OWNED} name title department email")
SERVICES_TAXONOMY = _table(
    "services_taxonomy service_taxonomy services_taxonomies",
    "id service_id taxonomy_id taxonomy_term_id",
    "taxonomy_detail",
)
SERVICE_ATTRIBUTES = _table("service_attributes service_attribute", "id service_id taxonomy_term_id")
ATTRIBUTES = _table(
    "attributes attribute other_attributes other_attribute",
    f"{_OWNED} link_id link_entity link_type value taxonomy_term_id",
    "label",
)
TAXONOMY = _table(
    "taxonomy_terms taxonomy_term taxonomy taxonomies",
    "id code name term parent_id parent_name taxonomy taxonomy_id vocabulary taxonomy_facet",
    "description language term_uri",
)
VOCABULARIES = _table("taxonomies taxonomy", "id name", "description uri version")
SERVICE_AREAS = _table(
    "service_areas service_area", f"{_OWNED} service_area name description", "extent extent_type uri"
)

_READ = (
    ORGANIZATIONS, SERVICES, LOCATIONS, SERVICES_AT_LOCATION, PHYSICAL_ADDRESSES, POSTAL_ADDRESSES, ADDRESSES, PHONES,
    SCHEDULES, HOLIDAYS, LANGUAGES, ACCESSIBILITY, ELIGIBILITY, PAYMENTS, COST_OPTIONS, REQUIRED_DOCUMENTS, FUNDING,
    URLS, IDENTIFIERS, CONTACTS, SERVICES_TAXONOMY, SERVICE_ATTRIBUTES, ATTRIBUTES, TAXONOMY, VOCABULARIES,
    SERVICE_AREAS,
)  # fmt: skip
# What else the standard has and the directory has no place for. Changes of the past (metadata) may hold any secret.
LEFT_OUT = {
    name: counted
    for counted, names in {
        "programs": "programs program",
        "metadata": "metadata",
        "capacities": "service_capacity service_capacities capacities capacity",
        "units": "units unit",
        "descriptions of tables": "meta_table_descriptions meta_table_description",
    }.items()
    for name in names.split()
}
_MOST_ABOVE = 16
# Tables that only the third version has.
_OF_THIRD = frozenset({"addresses", "attributes", "accessibility", "service_capacity", "url", "urls", "cost_options"})


class Feed(Protocol):
    """Where the rows of tables come from."""

    # Whether a row hangs on every record that it names, as in HSDS 3.x, or on the nearest only.
    has_many_owners: bool

    def has(self, table: Table) -> bool:
        """Whether there is such a table."""
        ...

    def rows(self, table: Table, *, required: frozenset[str] = frozenset()) -> Iterator[Row]:
        """Its rows, in order; none if it is missing. Raises ``RefusedError`` when a required column is missing."""
        ...

    def file_of(self, table: Table, row: Row) -> str:
        """The name of the file in which a row stands."""
        ...

    def broken(self) -> Iterator[Row]:
        """Parts that belong to no table, each with its problem; the cells only say what must not be told."""
        ...

    def left_out(self) -> dict[str, int]:
        """How many rows of tables that are not read. Names that the standard does not have are not shown."""
        ...


class TabularFeed:
    """A package of tables in files."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.has_many_owners = not _OF_THIRD.isdisjoint(package.tables)

    def has(self, table: Table) -> bool:
        """See ``Feed``."""
        return self._name(table) is not None

    def rows(self, table: Table, *, required: frozenset[str] = frozenset()) -> Iterator[Row]:
        """See ``Feed``."""
        name = self._name(table)
        if name is None:
            return
        with self._package.text(name) as text:
            yield from read_rows(text, known=table.columns | table.unkept, required=required)

    def file_of(self, table: Table, row: Row) -> str:  # noqa: ARG002 - in a table all rows stand in one file
        """See ``Feed``."""
        name = self._name(table) or table.files[0]
        return self._package.tables.get(name, f"{name}.csv")

    def broken(self) -> Iterator[Row]:
        """See ``Feed``."""
        return iter(())

    def left_out(self) -> dict[str, int]:
        """See ``Feed``."""
        counted: dict[str, int] = {}
        read = {name for table in _READ for name in table.files}
        for name in self._package.tables.keys() - read:
            shown = LEFT_OUT.get(name)
            if shown is None:
                counted["other tables"] = counted.get("other tables", 0) + 1
                continue
            rows = _optional(self, Table((name,), frozenset({"id"})))
            counted[shown] = counted.get(shown, 0) + sum(row.problem != "blank" for row in rows)
        return {name: number for name, number in sorted(counted.items()) if number}

    def _name(self, table: Table) -> str | None:
        """The base name of a table's file in the package, if it is there."""
        found = next((name for name in table.files if name in self._package.tables), None)
        # The only table of a taxonomy is the one of its terms.
        return None if table is VOCABULARIES and found == self._name(TAXONOMY) else found


class Child(msgspec.Struct, frozen=True):
    """A row that hangs on another."""

    table: Table
    row: Row


class Term(msgspec.Struct, frozen=True):
    """A term of a taxonomy. ``vocabulary`` and ``code`` are only looked at to know the directory's own."""

    name: TaxonomyName
    vocabulary: str = ""
    code: str = ""


class Children(msgspec.Struct, frozen=True):
    """Everything but organizations and services, by what it hangs on.

    Attributes:
        hanging: by the column that names the owner, by the owner's id.
        location_of: of a service at a location, by its id.
        locations: by id.
        loose: rows that name nothing, or were malformed.
        terms: of the taxonomy by id. An id that stands twice has both.
    """

    hanging: Mapping[str, Mapping[str, list[Child]]]
    location_of: Mapping[str, str]
    locations: Mapping[str, Row]
    loose: list[Child]
    terms: Mapping[str, list[Term]]

    def of(self, column: str, identity: str) -> list[Child]:
        """What hangs on a record: ``service_id``, ``location_id`` and so on, and its id."""
        return self.hanging[column].get(identity, [])


def read_children(feed: Feed) -> Children:
    """Read all tables but organizations and services into memory."""
    groups: dict[str, dict[str, list[Child]]] = {column: defaultdict(list) for column in OWNERS}
    loose: list[Child] = []
    for child in _hanging(feed):
        owners = _owners(child, has_many=feed.has_many_owners)
        if not owners or (child.row.problem and child.table not in _MAY_BE_MALFORMED):
            loose.append(child)
        for owner in owners:
            groups[owner][child.row.cells[owner]].append(child)
    links = [
        child.row.cells
        for children in groups["service_id"].values()
        for child in children
        if child.table is SERVICES_AT_LOCATION
    ]
    locations, doubles = _locations(feed)
    return Children(
        hanging=groups,
        location_of={cells["id"]: cells["location_id"] for cells in links if {"id", "location_id"} <= cells.keys()},
        locations=locations,
        loose=[*loose, *doubles],
        terms=_terms(feed),
    )


# Rows that can only make something more confidential count even when a cell too many stands in them.
_MAY_BE_MALFORMED = (SERVICES_TAXONOMY, SERVICES_AT_LOCATION, SERVICE_ATTRIBUTES, ATTRIBUTES)
_HANGING = (
    SERVICES_AT_LOCATION, PHONES, SCHEDULES, HOLIDAYS, LANGUAGES, ELIGIBILITY, PAYMENTS, COST_OPTIONS,
    REQUIRED_DOCUMENTS, FUNDING, URLS, IDENTIFIERS, CONTACTS, SERVICES_TAXONOMY, SERVICE_ATTRIBUTES, ATTRIBUTES,
    SERVICE_AREAS, PHYSICAL_ADDRESSES, POSTAL_ADDRESSES, ADDRESSES, ACCESSIBILITY,
)  # fmt: skip
_RECORDS = ("service_id", "service_at_location_id", "location_id", "organization_id")
_PLACES = frozenset({"service_at_location_id", "location_id"})
OWNERS = (*_RECORDS, "contact_id", "phone_id", "link_id")


def _hanging(feed: Feed) -> Iterator[Child]:
    for table in _HANGING:
        for row in _optional(feed, table):
            if row.problem != "blank":
                yield Child(table, row)


def _owners(child: Child, *, has_many: bool) -> tuple[str, ...]:
    """The columns that say on what a row hangs."""
    cells = child.row.cells
    if child.table is SERVICES_AT_LOCATION:
        # It joins the two; of a location alone it says nothing.
        return tuple(column for column in ("service_id", "location_id") if column in cells)[:1]
    named = tuple(column for column in OWNERS if column in cells)
    if "contact_id" in named and child.table is PHONES and not (has_many and not _PLACES.isdisjoint(named)):
        # The direct line of a person, whoever else it is said to belong to. A place has no line of a person.
        return ("contact_id",)
    return named if has_many or (child.table is LANGUAGES and "phone_id" in named) else named[:1]


def _locations(feed: Feed) -> tuple[dict[str, Row], list[Child]]:
    """Locations by id, and the rows that are none or repeat one."""
    locations: dict[str, Row] = {}
    doubles: list[Child] = []
    for row in _optional(feed, LOCATIONS):
        if row.problem == "blank":
            continue
        identity = row.cells.get("id")
        if row.problem or identity is None or identity in locations:
            doubles.append(Child(LOCATIONS, row))
        if identity is not None:
            locations.setdefault(identity, row)
    return locations, doubles


def _optional(feed: Feed, table: Table) -> Iterator[Row]:
    """The rows of a table that a package may leave out, or leave empty."""
    try:
        yield from feed.rows(table)
    except RefusedError:
        return


def _terms(feed: Feed) -> dict[str, list[Term]]:
    vocabularies = {row.cells["id"]: row.cells.get("name", "") for row in _optional(feed, VOCABULARIES) if _has_id(row)}
    rows = [row.cells for row in _optional(feed, TAXONOMY) if _has_id(row)]
    parents = {cells["id"]: cells["parent_id"] for cells in rows if "parent_id" in cells}
    names = {cells["id"]: cells.get("name") or cells.get("term", "") for cells in rows}
    terms: dict[str, list[Term]] = defaultdict(list)
    for cells in rows:
        name = cells.get("name") or cells.get("term", "")
        if not name:
            continue
        above = " ".join(names.get(term, "") for term in _line(cells["id"], parents))
        branch = folded(f"{cells.get('parent_name', '')} {cells.get('taxonomy_facet', '')} {above}")
        vocabulary = cells.get("taxonomy", "") or vocabularies.get(cells.get("taxonomy_id", ""), "")
        terms[cells["id"]].append(
            Term(TaxonomyName(name, "target population" in branch), vocabulary, cells.get("code", ""))
        )
    return terms


def _has_id(row: Row) -> bool:
    return "id" in row.cells


def _line(term: str, parents: Mapping[str, str]) -> list[str]:
    """The terms above one, a few of them. Where they go round in circles, each stands once."""
    line: dict[str, None] = {}
    while len(line) < _MOST_ABOVE and (term := parents.get(term, "")) and term not in line:
        line[term] = None
    return list(line)
