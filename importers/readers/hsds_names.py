"""What objects of HSDS in JSON are called, what each is, and which of two that stand in one another names the other."""

from collections.abc import Mapping
from typing import Any

from importers.readers import hsds_tables as tables
from importers.readers.hsds_tables import Table


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Under which names objects stand inside others, and of which table they are.
PARTS: dict[str, Table] = {
    name: table
    for table, names in {
        tables.ORGANIZATIONS: "organization organizations",
        tables.SERVICES: "service services",
        tables.LOCATIONS: "location locations",
        tables.SERVICES_AT_LOCATION:
            "service_at_location service_at_locations services_at_location services_at_locations",
        tables.ADDRESSES: "address addresses addresss",
        tables.PHYSICAL_ADDRESSES: "physical_address physical_addresses",
        tables.POSTAL_ADDRESSES: "postal_address postal_addresses",
        tables.PHONES: "phone phones phone_numbers",
        tables.SCHEDULES: "schedule schedules regular_schedule regular_schedules",
        tables.HOLIDAYS: "holiday_schedule holiday_schedules",
        tables.LANGUAGES: "language languages",
        tables.ACCESSIBILITY: "accessibility accessibility_for_disabilities",
        tables.ELIGIBILITY: "eligibility eligibilities eligibilitys",
        tables.PAYMENTS: "payment_accepted payments_accepted",
        tables.COST_OPTIONS: "cost_option cost_options",
        tables.REQUIRED_DOCUMENTS: "required_document required_documents",
        tables.FUNDING: "funding fundings",
        tables.URLS: "additional_url additional_urls additional_website additional_websites urls",
        tables.IDENTIFIERS: "organization_identifier organization_identifiers",
        tables.CONTACTS: "contact contacts",
        tables.SERVICES_TAXONOMY: "service_taxonomy service_taxonomys services_taxonomy",
        tables.ATTRIBUTES: "attribute attributes",
        tables.TAXONOMY: "taxonomy_term taxonomy_terms",
        tables.VOCABULARIES: "taxonomy taxonomies taxonomy_detail",
        tables.SERVICE_AREAS: "service_area service_areas",
    }.items()
    for name in names.split()
}  # fmt: skip
# The column of each table that a bare text in place of an object stands in.
MAIN = {
    tables.PHONES: "number", tables.LANGUAGES: "name", tables.ACCESSIBILITY: "description",
    tables.ELIGIBILITY: "eligibility", tables.PAYMENTS: "payment", tables.COST_OPTIONS: "option",
    tables.REQUIRED_DOCUMENTS: "document", tables.FUNDING: "source", tables.URLS: "url",
    tables.SERVICE_AREAS: "service_area", tables.SCHEDULES: "original_text",
}  # fmt: skip
# By which column rows of other tables name one of these.
NAMED_BY = {
    tables.ORGANIZATIONS: "organization_id", tables.SERVICES: "service_id", tables.LOCATIONS: "location_id",
    tables.SERVICES_AT_LOCATION: "service_at_location_id", tables.CONTACTS: "contact_id", tables.PHONES: "phone_id",
    tables.TAXONOMY: "taxonomy_term_id", tables.VOCABULARIES: "taxonomy_id",
}  # fmt: skip
# An object inside one of these that is named by it, and not the other way round.
UPWARDS = {
    (tables.SERVICES, tables.ORGANIZATIONS), (tables.SERVICES_AT_LOCATION, tables.SERVICES),
    (tables.SERVICES_AT_LOCATION, tables.LOCATIONS), (tables.ATTRIBUTES, tables.TAXONOMY),
    (tables.SERVICES_TAXONOMY, tables.TAXONOMY), (tables.TAXONOMY, tables.VOCABULARIES),
}  # fmt: skip
# Columns that only objects of one kind have, by which a bare object is known.
_MARKS: dict[Table, frozenset[str]] = {
    tables.SERVICES: _words(
        "organization organization_id service_at_locations status eligibility_description application_process fees "
        "interpretation_services fees_description cost_options required_documents service_areas minimum_age "
        "maximum_age alert wait_time accreditations licenses capacities assured_date assurer_email program "
        "additional_urls"
    ),
    tables.ORGANIZATIONS: _words(
        "services locations website organization_identifiers tax_id tax_status year_incorporated legal_status logo "
        "parent_organization_id additional_websites programs"
    ),
    tables.LOCATIONS: _words("location_type latitude longitude addresses transportation accessibility"),
    tables.SERVICES_AT_LOCATION: _words("service location service_id location_id"),
    tables.TAXONOMY: _words("taxonomy taxonomy_detail term_uri term code taxonomy_id parent_id"),
    tables.VOCABULARIES: _words("version taxonomy_terms"),
}


def hint_of(file: str) -> str:
    """What the name of a file says that its records are; empty where it says nothing."""
    name = file.lower()
    words = ("service_at_location", "organi", "service", "location", "taxonom")
    return next((word for word in words if word in name), "")


_HINTED = {
    "service_at_location": tables.SERVICES_AT_LOCATION, "organi": tables.ORGANIZATIONS, "service": tables.SERVICES,
    "location": tables.LOCATIONS, "taxonom": tables.TAXONOMY,
}  # fmt: skip


def kind_of(value: Mapping[str, Any], hint: str) -> Table | None:
    """What a record is; None for one that only holds others, or that nobody can tell."""
    names = {name.strip().lower() for name in value}
    if isinstance(value.get("service"), dict) and not names & {"name", "organization", "organizations", "services"}:
        return tables.SERVICES_AT_LOCATION
    if "name" not in names and names & {"organization", "organizations", "services", "locations"}:
        return tables.SERVICES if names & (_MARKS[tables.SERVICES] - {"organization"}) else None
    scores = {table: len(names & marks) for table, marks in _MARKS.items()}
    best = max(scores.values())
    winners = [table for table, score in scores.items() if score == best]
    hinted = _HINTED.get(hint)
    if best == 0 or len(winners) > 1:
        is_named = bool(names & {"name", "term"})
        return hinted if is_named and (best == 0 or hinted in winners) else winners[0] if best and is_named else None
    if winners[0] in (tables.TAXONOMY, tables.VOCABULARIES) and not names & {"id", "name", "term"}:
        return None
    return winners[0]
