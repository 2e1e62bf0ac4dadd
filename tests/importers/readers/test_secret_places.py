"""A shelter in any flat layout, or in the HAARRRvest feed, leaves no trace of its place, wherever that is."""

import itertools
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.bootstrap import open_database
from directory.db import sqlite_file
from importers.layout import layouts
from importers.run import import_package
from tests.conftest import NOW
from tests.importers.layouts import columns_of, header_of, rows_of, write_table
from tests.importers.traces import Commands, Deployment, codes_found, point_found, words_found
from tests.services import DatabaseSource, SqliteFiles

_NAME = "Harbor Night Shelter"
_SECRET = {
    "address": "4815 NW Quincewater Hollow Road", "address-more": "Unit 7Z9Q", "city": "Miami", "state": "FL",
    "postal-code": "33196", "latitude": "25.612345", "longitude": "-80.467891", "phone": "305-555-0199",
    "organization-name": _NAME, "site-name": _NAME, "service-name": _NAME, "status": "Active",
    "description": "We are at 4815 NW Quincewater Hollow Road, Miami FL 33196. Call first.",
}  # fmt: skip
_OTHER = _SECRET | {
    "address": "77 Distant Orchard Street", "address-more": "#4", "postal-code": "33186", "latitude": "25.7",
    "longitude": "-80.4", "description": "We are at 77 Distant Orchard Street, Miami FL 33186. Call first.",
}  # fmt: skip


def _table(name: str, folder: Path, secret: dict[str, str]) -> Path:
    """The invented rows of a layout, and a shelter at a secret place in every column that could tell it."""
    rows = rows_of(name)
    header = rows[header_of(rows)]
    meanings = columns_of(name, header)
    row = [secret.get(meanings.get(number, ""), "") for number in range(len(header))]
    unknown = next((number for number in range(len(header)) if number not in meanings), None)
    if unknown is not None:
        row[unknown] = f"Entrance at {secret['address']}"
    key = next((number for number, meaning in meanings.items() if meaning.endswith("-key")), None)
    if key is not None:
        row[key] = "990099"
    return write_table(folder / "table.csv", [*rows, row])


def _organization(name: str, secret: dict[str, str], **more: Any) -> dict[str, Any]:
    address = {
        "address_1": secret["address"], "address_2": secret["address-more"], "city": secret["city"],
        "state_province": secret["state"], "postal_code": secret["postal-code"],
    }  # fmt: skip
    place = {
        "id": "loc_1", "name": f"House on {secret['address']}", "latitude": float(secret["latitude"]),
        "longitude": float(secret["longitude"]), "addresss": [address], "phones": [{"number": secret["phone"]}],
    }  # fmt: skip
    told = {"_scraper": "almanac", "id": "org_1", "name": name, "description": secret["description"]}
    return {**told, "locations": [place], **more}


def _lines(folder: Path, secret: dict[str, str]) -> Path:
    """A shelter in two lines, one that its description tells, one in a line that is not understood, and a kitchen."""
    public = {"address": "9 Public Lantern Avenue", "address-more": "", "postal-code": "33130", "description": "Food."}
    program = [{"id": "prg_1", "name": _NAME, "description": secret["description"]}]
    records = [
        _organization(_NAME, secret, programs=program),
        _organization(_NAME, secret, programs=program, description="Beds."),
        _organization("Harbor Aid", secret | {"description": f"Emergency shelter. {secret['description']}"}),
        {"_scraper": "almanac", "type": "unknown", "text": f"{_NAME} at {secret['address']}"},
        _organization("Open Kitchen", secret | public | {"latitude": "25.76", "longitude": "-80.2"}),
    ]
    path = folder / "lines.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def _write(name: str, folder: Path, secret: dict[str, str]) -> Path:
    return _lines(folder, secret) if name == "haarrrvest" else _table(name, folder, secret)


def _public_streets(name: str) -> tuple[str, ...]:
    """The streets of a layout's own invented rows, without their numbers; some of them must be found."""
    if name == "haarrrvest":
        return ("lantern avenue",)
    rows = rows_of(name)
    header = header_of(rows)
    address = next(number for number, meaning in columns_of(name, rows[header]).items() if meaning == "address")
    cells = (row[address].partition(",")[0].lower() for row in rows[header + 1 :] if address < len(row))
    return tuple(dict.fromkeys(re.sub(r"^[0-9]+ ", "", cell) for cell in cells if cell))


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    running = Commands()
    yield running
    running.close()


@pytest.fixture
def deployment(database_source: DatabaseSource, tmp_path: Path, commands: Commands) -> Iterator[Deployment]:
    url = database_source.ready()
    yield Deployment(url, tmp_path / "deployment", commands)
    database_source.discard(url)


every_reader = pytest.mark.parametrize("name", ["haarrrvest", *sorted(layouts())])


@every_reader
def test_a_shelter_leaves_no_trace_of_its_place(name: str, deployment: Deployment, tmp_path: Path) -> None:
    path = _write(name, tmp_path, _SECRET)
    report = deployment.home / "report.json"
    for more in ((), (), ("--dry-run",)):
        ran = deployment.run("import", name, path, "--source", "test", "--report", report, *more)
        assert ran.code == 0, ran.errors
        told = [row for row in msgspec.json.decode(report.read_bytes())["rows"] if row["name"] == _NAME]
        assert any(row["confidential"] for row in told)
        assert not any(row["city"] or row["postal"] for row in told)
    left = deployment.left_behind()
    assert words_found(left, ("quincewater", "quince water", "hollow road", "7z9q", "25.6123", "80.4678")) == []
    assert codes_found(left, ("33196",)) == []
    assert point_found(left, 25.612345, -80.467891) == []
    assert words_found(left, _public_streets(name)) != []


@every_reader
def test_the_control_would_be_seen(name: str, deployment: Deployment, tmp_path: Path) -> None:
    """The same row is no secret where it is a library's."""
    public = {key: text.replace(_NAME, "Harbor Law Library") for key, text in _SECRET.items()}
    path = _write(name, tmp_path, public)
    path.write_text(path.read_text().replace(_NAME, "Harbor Law Library").replace("Emergency shelter. ", ""))
    assert deployment.run("import", name, path, "--source", "test").code == 0
    left = deployment.left_behind()
    assert {word for word, _ in words_found(left, ("quincewater",))} == {"quincewater"}


@every_reader
def test_two_documents_that_differ_in_a_secret_place_leave_the_same_bytes(
    name: str, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    one, other = (_bytes_of(sqlite_files, _write(name, tmp_path, secret), name) for secret in (_SECRET, _OTHER))
    assert one == other


def _bytes_of(files: SqliteFiles, path: Path, name: str) -> tuple[bytes, bytes]:
    """The whole database file, and the report, after importing a document twice with fixed time and ids."""
    numbers = itertools.count(1)
    url = files.migrated()
    database = open_database(url, clock=lambda: NOW, ids=lambda: uuid.UUID(int=next(numbers)))
    report = path.parent / "report.json"
    try:
        for _ in range(2):
            import_package(database, name, path, source="twins", report=report)
    finally:
        database.dispose()
    file = sqlite_file(url)
    assert file is not None
    content = file.read_bytes()
    files.discard(url)
    return content, report.read_bytes()
