"""Invented packages of Ohana and of Illinois Legal Aid Online: a few lines of a test become a folder of tables."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = Sequence[Mapping[str, str]]

OHANA = {
    "organizations": ("id", "name", "alternate_name", "description", "email", "funding_sources", "tax_id", "website"),
    "locations": (
        "id", "organization_id", "accessibility", "admin_emails", "alternate_name", "description", "email", "languages",
        "latitude", "longitude", "name", "short_desc", "transportation", "website", "virtual",
    ),
    "addresses": ("id", "location_id", "address_1", "address_2", "city", "state_province", "postal_code", "country"),
    "mail_addresses": ("id", "location_id", "attention", "address_1", "city", "state_province", "postal_code"),
    "services": (
        "id", "location_id", "program_id", "accepted_payments", "alternate_name", "application_process", "audience",
        "description", "eligibility", "email", "fees", "funding_sources", "interpretation_services", "keywords",
        "languages", "name", "required_documents", "service_areas", "status", "wait_time", "website", "taxonomy_ids",
    ),
    "phones": (
        "id", "contact_id", "location_id", "organization_id", "service_id", "country_prefix", "department", "extension",
        "number", "number_type", "vanity_number",
    ),
    "contacts": ("id", "location_id", "organization_id", "service_id", "name", "title", "email", "department"),
    "regular_schedules": ("id", "location_id", "service_id", "weekday", "opens_at", "closes_at"),
    "holiday_schedules": (
        "id", "location_id", "service_id", "start_date", "end_date", "closed", "opens_at", "closes_at",
    ),
    "programs": ("id", "organization_id", "name"),
    "taxonomy": ("taxonomy_id", "name", "parent_id", "parent_name"),
}  # fmt: skip
ILAO = {
    "organizations": (
        "Organization ID", "Title", "Alternate name", "Body", "Organization provides services to the public?",
        "Display physical address to public users?", "Physical address", "Mailing address", "Phone number",
        "Website address", "Email", "Services",
    ),
    "locations": (
        "Location_id", "Field 2", "Phone number", "Toll-free phone number", "TTY phone number",
        "Use the same address as the organization", "Location", "Hours of operation", "Recurring dates",
        "Holiday schedule (location closed)", "Location serves all of Illinois", "Cities", "Counties", "Zip codes",
        "Organization ID", "Services",
    ),
    "services": (
        "Services-ID", "Title", "Is this service open?", "Service type", "Phone number", "Level of service",
        "Is this service a hotline?", "Service availability", "Hours of operation", "Dates and hours",
        "Holiday schedule", "Geolocation", "Income eligibility and fees", "Max percentage of income standard",
        "Amenities offered", "Printing costs", "An individual must be one of these to qualify", "Featured content",
        "Application process", "Application form link", "Process for applying by phone", "Process for walk-ins",
        "Service is delivered", "Website address", "Organization ID", "Location ID",
    ),
}  # fmt: skip


def write_tables(
    folder: Path,
    layout: Mapping[str, Sequence[str]],
    tables: Mapping[str, Rows],
    *,
    raw: Mapping[str, bytes] | None = None,
) -> Path:
    """Write tables of a layout as a folder. ``raw`` is put behind a table's rows as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in layout.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(tables.get(table, ()))
        (folder / f"{table}.csv").write_bytes(text.getvalue().encode() + (raw or {}).get(table, b""))
    return folder


def ohana_service(
    number: str,
    name: str,
    *,
    owner: str = "1",
    street: str = "9 Public Lantern Avenue",
    place: str = "",
    location: Mapping[str, str] | None = None,
    **cells: str,
) -> dict[str, list[dict[str, str]]]:
    """The rows of a service at a location of an organization, with one line; see ``feeds.join``."""
    at = place or number
    address = {"address_1": street, "city": "Miami", "state_province": "FL", "postal_code": "33130", "country": "US"}
    return {
        "locations": [{"id": at, "organization_id": owner, "name": name, "virtual": "false", **(location or {})}],
        "addresses": [{"id": at, "location_id": at, **address}],
        "services": [{"id": number, "location_id": at, "name": name, "status": "active", **cells}],
        "phones": [{"id": number, "service_id": number, "number": "305-555-0142", "number_type": "voice"}],
    }


def ilao_service(
    number: str,
    name: str,
    cells: Mapping[str, str] | None = None,
    *,
    owner: str = "1",
    location: Mapping[str, str] | None = None,
) -> dict[str, list[dict[str, str]]]:
    """The rows of a service at a location of an organization; its names of columns are no names of Python."""
    at = f"9{number}"
    place = {"Location_id": at, "Field 2": "Main Office", "Organization ID": owner, "Counties": "Cook"}
    about = {"Services-ID": number, "Title": name, "Location ID": at, "Organization ID": owner}
    about |= {"Service type": "Direct representation", "Is this service open?": "Yes", "Phone number": "312-555-0142"}
    return {"locations": [{**place, **(location or {})}], "services": [{**about, **(cells or {})}]}
