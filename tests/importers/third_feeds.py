"""Invented feeds in the words of HSDS 3.x: the tables of ``feeds`` renamed, or as objects within one another."""

import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.importers.feeds import Rows, write_package

Tables = Mapping[str, Rows]
Writer = Callable[[Path, Tables], Path]

_DAYS = {"Monday": "MO", "Tuesday": "TU", "Wednesday": "WE", "Thursday": "TH", "Friday": "FR"}
_RENAMED = {
    "physical_addresses": "addresses", "services_at_location": "service_at_location",
    "accessibility_for_disabilities": "accessibility", "regular_schedules": "schedules",
    "services_taxonomy": "attributes", "taxonomy": "taxonomy_terms", "eligibility": "eligibilities",
}  # fmt: skip
# What stands in what, in the documents of the standard.
_OWNED = {
    "phones": "phones", "schedules": "schedules", "languages": "languages", "contacts": "contacts",
    "service_areas": "service_areas", "funding": "funding", "cost_options": "cost_options",
    "required_documents": "required_documents", "addresses": "addresses", "accessibility": "accessibility",
    "url": "additional_urls", "organization_identifiers": "organization_identifiers", "eligibilities": "eligibility",
}  # fmt: skip


def third(tables: Tables) -> dict[str, list[dict[str, str]]]:
    """The same tables under the names, and with the columns, of the third version."""
    renamed: dict[str, list[dict[str, str]]] = {}
    for table, rows in tables.items():
        renamed.setdefault(_RENAMED.get(table, table), []).extend(_row(table, dict(row)) for row in rows)
    number = itertools.count(1)
    for rows in renamed.values():
        for row in rows:
            row.setdefault("id", f"r{next(number)}")
    return renamed


def _row(table: str, row: dict[str, str]) -> dict[str, str]:
    if table == "physical_addresses":
        return row | {"address_type": "physical"}
    if table == "accessibility_for_disabilities":
        return {"location_id": row["location_id"], "description": row["accessibility"]}
    if table == "regular_schedules":
        owner = {name: cell for name, cell in row.items() if name.endswith("_id")}
        day = _DAYS.get(row.get("weekday", ""), "MO")
        said = {"description": row.get("original_text", ""), "notes": row.get("original_text", "")}
        return owner | said | {"freq": "WEEKLY", "byday": day, "opens_at": "09:00", "closes_at": "17:00"}
    if table == "services_taxonomy":
        return {
            "link_id": row["service_id"], "link_entity": "service", "taxonomy_term_id": row["taxonomy_id"],
            "link_type": "taxonomy",
        }  # fmt: skip
    if table == "languages":
        return {"service_id": row["service_id"], "name": row["language"]}
    return row


def services(tables: Tables) -> list[dict[str, Any]]:
    """The services, each with its organization and everything that hangs on it."""
    given = third(tables)
    organizations = {row["id"]: _object(row, given, "organization_id") for row in given.get("organizations", [])}
    found = []
    for row in given.get("services", []):
        one = _object(row, given, "service_id")
        if row.get("organization_id") in organizations:
            one["organization"] = organizations[row["organization_id"]]
        one["service_at_locations"] = [
            _link(link, given) for link in given.get("service_at_location", []) if link["service_id"] == row["id"]
        ]
        one["attributes"] = [
            {"id": f"a{row['id']}", "link_type": "taxonomy", "taxonomy_term": term}
            for attribute in given.get("attributes", [])
            if attribute["link_id"] == row["id"]
            for term in given.get("taxonomy_terms", [])
            if term["id"] == attribute["taxonomy_term_id"]
        ]
        one["metadata"] = [line for line in given.get("metadata", []) if line["resource_id"] == row["id"]]
        found.append(one)
    return found


def organizations(tables: Tables) -> list[dict[str, Any]]:
    """The organizations with their services inside them, and services of none behind."""
    listed: dict[str, dict[str, Any]] = {}
    alone = []
    for one in services(tables):
        owner = one.pop("organization", None)
        if owner is None:
            alone.append(one)
        else:
            listed.setdefault(owner["id"], {**owner, "services": []})["services"].append(one)
    return [*listed.values(), *alone]


def _link(link: dict[str, str], given: Tables) -> dict[str, Any]:
    one = _object(link, given, "service_at_location_id")
    location = next((row for row in given.get("locations", []) if row["id"] == link["location_id"]), None)
    row = {"id": link["location_id"]} if location is None else dict(location)
    return one | {"location": _object(row, given, "location_id")}


def _object(row: Mapping[str, str], given: Tables, column: str) -> dict[str, Any]:
    """A row with what hangs on it by a column."""
    one: dict[str, Any] = {name: cell for name, cell in row.items() if cell}
    for table, name in _OWNED.items():
        inside = [
            {key: cell for key, cell in part.items() if cell and key != column}
            for part in given.get(table, [])
            if part.get(column) == row["id"]
        ]
        if inside:
            one[name] = inside
    return one


def write_third(folder: Path, tables: Tables) -> Path:
    """As tables of the third version."""
    return write_package(folder, third(tables))


def write_services(folder: Path, tables: Tables) -> Path:
    """As a page of services."""
    return _written(folder, "services.json", json.dumps({"empty": False, "contents": services(tables)}))


def write_organizations(folder: Path, tables: Tables) -> Path:
    """As a list of organizations."""
    return _written(folder, "organizations.json", json.dumps(organizations(tables)))


def write_lines(folder: Path, tables: Tables) -> Path:
    """As a line for each service."""
    return _written(folder, "services.ndjson", "\n".join(map(json.dumps, services(tables))))


def _written(folder: Path, name: str, content: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


WRITERS: dict[str, Writer] = {
    "tables of 3.x": write_third,
    "page of services": write_services,
    "organizations": write_organizations,
    "lines": write_lines,
}
