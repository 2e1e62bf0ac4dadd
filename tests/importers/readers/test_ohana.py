"""Ohana's tables: services of locations of organizations, lists in cells, holidays of every year."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import RefusedError
from directory.listings.models import Change, Fact, Record
from directory.sources.models import Claim, SourceRecord
from importers.packages import open_package
from importers.readers.adapted import AdaptedReader
from importers.readers.ohana import read_ohana
from importers.record import SourceRecord as Read
from importers.report import Summary
from importers.run import import_package
from tests.importers.feeds import join
from tests.importers.other_layouts import OHANA, ohana_service, write_tables

_ORGANIZATION: dict[str, list[dict[str, str]]] = {"organizations": [{"id": "1", "name": "Harbor Aid"}]}


def _service(path: Path, **more: Any) -> Read:
    """The only service of a package with these tables and cells."""
    tables = {name: more.pop(name) for name in OHANA if name in more and not isinstance(more[name], str)}
    package = write_tables(path, OHANA, join(_ORGANIZATION, ohana_service("10", "Harbor Office", **more), tables))
    with open_package(package, max_mb=1) as opened:
        (read,) = read_ohana(opened, today=dt.date(2026, 5, 1)).services()
    assert isinstance(read, Read)
    return read


def _run(database: Database | None, folder: Path, **more: Any) -> tuple[Summary, list[dict[str, Any]]]:
    report = folder.parent / "report.json"
    summary = import_package(database, "ohana", folder, source="test", report=report, **more)
    rows: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    return summary, rows


def test_a_service_belongs_to_the_organization_of_its_location(tmp_path: Path) -> None:
    service = _service(tmp_path / "ohana", location={"accessibility": "disabled_parking, ramp"})
    assert (service.key, service.organization_key) == ("service:10", "organization:1")
    (place,) = service.sites
    assert (place.key, place.cells["address_1"], place.cells["accessibility"]) == (
        "location:10", "9 Public Lantern Avenue", "disabled parking, ramp"
    )  # fmt: skip


def test_lists_in_cells_are_taken_apart(tmp_path: Path) -> None:
    service = _service(
        tmp_path / "ohana",
        service_areas="Marin County, Sonoma County",
        required_documents="Picture identification, Proof of address",
        funding_sources="State, Grants",
        keywords="Food, Case Management",
        taxonomy_ids="101, 102",
        taxonomy=[{"taxonomy_id": "101", "name": "Emergency"}, {"taxonomy_id": "102", "name": "Clothing"}],
        location={"languages": "Spanish, Tagalog"},
        languages="French",
    )
    assert service.service_areas == ("Marin County", "Sonoma County")
    assert service.required_documents == ("Picture identification", "Proof of address")
    assert service.funding == ("State", "Grants")
    assert [name.name for name in service.names] == ["Emergency", "Clothing", "Food", "Case Management"]
    assert service.languages == ("French", "Spanish, Tagalog")


def test_a_prefix_is_part_of_the_number(tmp_path: Path) -> None:
    line = {"id": "1", "service_id": "10", "number": "416 555 0142", "number_type": "voice", "country_prefix": "+1"}
    assert {"number": "+1 416 555 0142", "type": "voice"} in _service(tmp_path / "ohana", phones=[line]).phones


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("December 24, 2026", "12/25/26", [("2026-12-24", "2026-12-25")]),
        ("January 01, 0001", "January 01, 0001", [("2026-01-01", "2026-01-01"), ("2027-01-01", "2027-01-01")]),
        ("December 30, 0001", "January 02, 0001", [("2026-12-30", "2027-01-02"), ("2027-12-30", "2028-01-02")]),
        ("some day", "", [("some day", "")]),
    ],
)
def test_holidays_of_the_year_one_come_every_year(
    tmp_path: Path, start: str, end: str, days: list[tuple[str, str]]
) -> None:
    holiday = {"id": "1", "service_id": "10", "closed": "true", "start_date": start, "end_date": end}
    service = _service(tmp_path / "ohana", holiday_schedules=[holiday])
    assert [(row["start_date"], row.get("end_date", "")) for row in service.schedules] == days


def test_every_row_is_explained(tmp_path: Path) -> None:
    tables = join(
        _ORGANIZATION,
        ohana_service("10", "Harbor Office"),
        ohana_service("11", "Lost Office", owner="77"),
        {
            "services": [
                {"id": "12", "location_id": "404", "name": "Nowhere"},
                {"id": "10", "location_id": "10", "name": "Harbor Twin"},
                {"id": "not an id", "location_id": "10", "name": "Harbor Nameless"},
                {"id": "13", "location_id": "10"},
            ],
            "locations": [{"id": "50", "organization_id": "1", "name": "Empty", "languages": "Spanish"}],
            "phones": [{"id": "9", "location_id": "405", "number": "305-555-0199"}],
            "programs": [{"id": "1", "organization_id": "1", "name": "Harbor Program"}],
        },
    )
    raw = {"services": b"14,10" + b",x" * 40 + b"\r\n,,\r\n"}
    summary, rows = _run(None, write_tables(tmp_path / "ohana", OHANA, tables, raw=raw))
    told = {(row["file"], row["row"]): row["rules"] for row in rows if row["status"] not in ("accepted", "repaired")}
    assert told == {
        ("services.csv", 5): ["duplicate-id"],
        ("services.csv", 6): ["no-id"],
        ("services.csv", 7): ["no-name"],
        ("services.csv", 8): ["row-too-long"],
        ("services.csv", 9): ["blank"],
        ("locations.csv", 4): ["location-without-service"],
        ("phones.csv", 4): ["owner-missing"],
    }
    assert len(rows) == len({(row["file"], row["row"]) for row in rows})
    assert summary.not_read == {"programs": 1}


def test_terms_that_go_round_in_a_circle_are_read(tmp_path: Path) -> None:
    terms = [
        {"taxonomy_id": "1", "name": "Food", "parent_id": "2"},
        {"taxonomy_id": "2", "name": "Help", "parent_id": "1"},
    ]
    assert [name.name for name in _service(tmp_path / "ohana", taxonomy_ids="1", taxonomy=terms).names] == ["Food"]


def test_the_same_package_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    tables = join(
        _ORGANIZATION,
        ohana_service("10", "Harbor Office", keywords="Food", languages="Spanish"),
        ohana_service("11", "Harbor House", keywords="Domestic Violence Shelters", street="4 Quince Road"),
    )
    package = write_tables(tmp_path / "ohana", OHANA, tables)

    def counts() -> list[int]:
        with database.reading() as session:
            every = (Record, Fact, Change, SourceRecord, Claim)
            return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in every]

    _run(database, package)
    before = counts()
    _run(database, package)
    assert counts() == before


def test_a_package_without_locations_is_refused(tmp_path: Path) -> None:
    package = write_tables(tmp_path / "ohana", {"services": OHANA["services"]}, {})
    with open_package(package, max_mb=1) as opened, pytest.raises(RefusedError, match="no tables of locations"):
        read_ohana(opened)


def test_a_package_without_services_is_refused(tmp_path: Path) -> None:
    with (
        open_package(write_tables(tmp_path / "ohana", OHANA, _ORGANIZATION), max_mb=1) as opened,
        pytest.raises(RefusedError, match="no services"),
    ):
        read_ohana(opened)


def test_a_real_package_comes_in_whole(shared: Path, tmp_path: Path) -> None:
    folder, report = shared / "data" / "ohana" / "data" / "sample-csv", tmp_path / "report.json"
    summary = import_package(None, "ohana", folder, source="ohana", report=report)
    rows: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    assert Counter(row["file"] for row in rows) == {"organizations.csv": 8, "services.csv": 23}
    assert summary.totals == {"accepted": 7, "repaired": 24}
    services = [row for row in rows if row["file"] == "services.csv"]
    assert sum(bool(row["phones"]) for row in services) == 22
    assert sum(row["city"] is not None for row in services) == 22
    assert sum("es" in row["languages"] for row in services) == 16
    assert [row["name"] for row in services if row["confidential"]] == ["Redwood City Corps"]
    assert not any("organization-not-stated" in row["rules"] for row in services)


def test_the_reader_says_its_name(tmp_path: Path) -> None:
    package = write_tables(tmp_path / "ohana", OHANA, join(_ORGANIZATION, ohana_service("10", "Harbor Office")))
    with open_package(package, max_mb=1) as opened:
        reader = read_ohana(opened)
        assert isinstance(reader, AdaptedReader)
        assert reader.name == "ohana"
