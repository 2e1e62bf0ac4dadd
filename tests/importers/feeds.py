"""Invented HSDS packages: a few lines of a test become a folder of tables."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = Sequence[Mapping[str, str]]

_COLUMNS = {
    "organizations": ["id", "name", "alternate_name", "description", "email", "url", "tax_id"],
    "services": [
        "id", "organization_id", "name", "alternate_name", "description", "url", "email", "status",
        "interpretation_services", "application_process", "fees",
    ],
    "locations": ["id", "name", "alternate_name", "description", "transportation", "latitude", "longitude"],
    "services_at_location": ["id", "service_id", "location_id"],
    "physical_addresses": [
        "id", "location_id", "address_1", "address_2", "city", "state_province", "postal_code", "country",
    ],
    "phones": ["id", "location_id", "service_id", "organization_id", "contact_id", "number", "type", "description"],
    "regular_schedules": ["service_id", "weekday", "opens_at", "closes_at", "original_text"],
    "languages": ["service_id", "language"],
    "accessibility_for_disabilities": ["location_id", "accessibility"],
    "eligibility": ["service_id", "eligibility"],
    "taxonomy": ["id", "name", "parent_name"],
    "services_taxonomy": ["service_id", "taxonomy_id"],
    "contacts": ["id", "name"],
}  # fmt: skip


def write_package(folder: Path, tables: Mapping[str, Rows], *, raw: Mapping[str, bytes] | None = None) -> Path:
    """Write tables as a folder. ``raw`` is put behind a table's rows as it is, for what no writer would produce."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _files(tables, raw or {}).items():
        (folder / name).write_bytes(content)
    return folder


def write_zip(path: Path, tables: Mapping[str, Rows]) -> Path:
    """Write tables as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(tables, {}).items():
            archive.writestr(name, content)
    return path


def service(
    identity: str,
    name: str,
    *,
    organization: str = "1",
    kind: str = "Case Management",
    street: str = "9 Public Lantern Avenue",
    postal: str = "33130",
    place: str | None = None,
    location: Mapping[str, str] | None = None,
    phone: str = "305-555-0142",
    **cells: str,
) -> dict[str, list[dict[str, str]]]:
    """The rows of a service with one place, one line and one taxonomy name, by table; see ``join``."""
    at = place or f"L{identity}"
    return {
        "services": [{"id": identity, "organization_id": organization, "name": name, **cells}],
        "locations": [{"id": at, "name": name, **(location or {})}],
        "services_at_location": [{"id": f"A{identity}", "service_id": identity, "location_id": at}],
        "physical_addresses": [
            {
                "id": at,
                "location_id": at,
                "address_1": street,
                "city": "Miami",
                "state_province": "FL",
                "postal_code": postal,
            }
        ],
        "phones": [{"id": identity, "service_id": identity, "number": phone}],
        "taxonomy": [{"id": f"T-{kind}", "name": kind}],
        "services_taxonomy": [{"service_id": identity, "taxonomy_id": f"T-{kind}"}],
        "languages": [{"service_id": identity, "language": "Spanish"}],
    }


def join(*parts: Mapping[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """The tables of several services, or of anything else, in one."""
    joined: dict[str, list[dict[str, str]]] = {}
    for part in parts:
        for table, rows in part.items():
            joined.setdefault(table, []).extend(row for row in rows if row not in joined.get(table, []))
    return joined


def _files(tables: Mapping[str, Rows], raw: Mapping[str, bytes]) -> dict[str, bytes]:
    files = {}
    for table in tables.keys() | raw.keys():
        rows = tables.get(table, [])
        columns = [
            *_COLUMNS.get(table, ["id"]),
            *dict.fromkeys(column for row in rows for column in row if column not in _COLUMNS.get(table, ["id"])),
        ]
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        files[f"{table}.csv"] = text.getvalue().encode() + raw.get(table, b"")
    return files
