"""Illinois Legal Aid Online's tables: services at locations, hours of every day, addresses that are kept back."""

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
from importers.readers.ilao import read_ilao
from importers.readers.ilao_columns import address_in
from importers.record import SourceRecord as Read
from importers.report import Summary
from importers.run import import_package
from tests.importers.feeds import join
from tests.importers.other_layouts import ILAO, ilao_service, write_tables

_POINT = {"Geolocation": "Geolocation is 41.880001, -87.620001"}


def _organization(**cells: str) -> dict[str, list[dict[str, str]]]:
    return {"organizations": [{"Organization ID": "1", "Title": "Harbor Legal Aid", **cells}]}


def _service(
    path: Path,
    cells: dict[str, str] | None = None,
    *,
    owner: dict[str, str] | None = None,
    location: dict[str, str] | None = None,
) -> Read:
    tables = join(_organization(**(owner or {})), ilao_service("10", "Harbor Clinic", cells, location=location))
    with open_package(write_tables(path, ILAO, tables), max_mb=1) as opened:
        (read,) = read_ilao(opened).services()
    assert isinstance(read, Read)
    return read


def _run(database: Database | None, folder: Path) -> tuple[Summary, list[dict[str, Any]]]:
    report = folder.parent / "report.json"
    summary = import_package(database, "ilao", folder, source="test", report=report)
    rows: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    return summary, rows


def test_a_service_is_told_in_words_of_hsds(tmp_path: Path) -> None:
    cells = {
        "Level of service": "Brief services\n\n    Advice",
        "Income eligibility and fees": "Free to eligible persons/entities",
        "Max percentage of income standard": "150%",
        "An individual must be one of these to qualify": "a senior (60 years or older)",
        "Application process": "Telephone\n\n    Walk-in",
        "Process for walk-ins": "Come early.",
        "Is this service a hotline?": "Yes",
    }
    service = _service(tmp_path / "ilao", cells)
    assert service.organization_key == "organization:1"
    assert service.cells == {
        "name": "Harbor Clinic",
        "status": "active",
        "description": "Direct representation.\nLevel of service: Brief services, Advice.",
        "fees_description": "Free to eligible persons/entities",
        "eligibility_description": "A senior (60 years or older)\nIncome of at most 150% of the Federal Poverty Level",
        "application_process": "Telephone, Walk-in\nCome early.",
    }
    assert [(name.name, name.is_population) for name in service.names] == [
        ("Direct representation", False), ("Legal aid", False), ("Legal hotline", False),
        ("a senior (60 years or older)", True),
    ]  # fmt: skip


def test_hours_of_every_day_are_rows_and_holidays_close(tmp_path: Path) -> None:
    hours = {"Hours of operation": "Sunday: Closed Monday: 8:30-12:00 , 13:00-17:00  Tuesday: 9:00-17:00"}
    service = _service(tmp_path / "ilao", {**hours, "Holiday schedule": "Labor Day\n\n    Memorial Day"})
    assert service.schedules == (
        {"weekday": "Monday", "opens_at": "8:30", "closes_at": "12:00"},
        {"weekday": "Monday", "opens_at": "13:00", "closes_at": "17:00"},
        {"weekday": "Tuesday", "opens_at": "9:00", "closes_at": "17:00"},
        {"description": "Closed on Labor Day, Memorial Day"},
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Service availability": "Available 24/7/365"}, "24 hours a day, 7 days a week"),
        ({"Hours of operation": "Mondays after five"}, "Mondays after five"),
        (
            {
                "Dates and hours": "Repeats every month on the third Tuesday 100 times. "
                "Tuesday, January 15, 2019 - 5:00pm to 7:00pm"
            },
            "every month on the third Tuesday, 5:00pm to 7:00pm",
        ),
    ],
)
def test_other_hours_stay_words(tmp_path: Path, cells: dict[str, str], words: str) -> None:
    assert _service(tmp_path / "ilao", cells).schedules == ({"original_text": words},)


@pytest.mark.parametrize(
    ("location", "areas"),
    [
        ({"Counties": "Cook\n\n    DuPage"}, ("Cook County, IL", "DuPage County, IL")),
        ({"Location serves all of Illinois": "Yes"}, ("Illinois",)),
        ({"Counties": "", "Cities": "Evanston\n\n    Skokie"}, ("Evanston, Skokie",)),
    ],
)
def test_a_service_serves_whom_its_location_serves(
    tmp_path: Path, location: dict[str, str], areas: tuple[str, ...]
) -> None:
    assert _service(tmp_path / "ilao", location=location).service_areas == areas


def test_a_number_is_not_told_twice(tmp_path: Path) -> None:
    lines = {"Phone number": "(312) 555-0142", "Toll-free phone number": "800-555-0143"}
    service = _service(tmp_path / "ilao", location=lines)
    assert [phone["number"] for phone in service.phones] == ["312-555-0142"]
    assert [phone["number"] for phone in service.sites[0].phones] == ["800-555-0143"]


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        (
            "100 North Lantern StreetSuite 600Chicago, IL 60602",
            {"address_1": "100 North Lantern Street", "address_2": "Suite 600", "city": "Chicago"}
            | {"state_province": "IL", "postal_code": "60602"},
        ),
        (
            "5 Lantern Road\nOak Park, IL 60301-1234",
            {"address_1": "5 Lantern Road", "city": "Oak Park", "state_province": "IL", "postal_code": "60301-1234"},
        ),
        ("Behind the library", {"address_1": "Behind the library"}),
        ("", {}),
    ],
)
def test_an_address_in_one_cell_is_taken_apart(written: str, cells: dict[str, str]) -> None:
    assert address_in(written) == cells


def test_a_point_in_illinois_has_its_state(tmp_path: Path) -> None:
    (place,) = _service(tmp_path / "ilao", _POINT).sites
    assert place.cells == {
        "name": "Main Office", "latitude": "41.880001", "longitude": "-87.620001", "state_province": "IL"
    }  # fmt: skip


def test_a_location_where_its_organization_is_has_its_address(tmp_path: Path) -> None:
    owner = {
        "Physical address": "5 Lantern Road\nChicago, IL 60602",
        "Display physical address to public users?": "Yes",
    }
    same = {"Use the same address as the organization": "Yes"}
    assert _service(tmp_path / "ilao", owner=owner, location=same).sites[0].cells["address_1"] == "5 Lantern Road"


def test_an_address_that_is_not_to_be_shown_is_secret(tmp_path: Path) -> None:
    owner = {"Physical address": "5 Lantern Road\nChicago, IL 60602", "Display physical address to public users?": "No"}
    same = {"Use the same address as the organization": "Yes"}
    tables = join(
        _organization(**owner),
        ilao_service("10", "Harbor Clinic", _POINT, location=same),
        ilao_service("11", "Harbor Desk", location={"Location": "7 Other Street\nChicago, IL 60601"}),
    )
    _, rows = _run(None, write_tables(tmp_path / "ilao", ILAO, tables))
    assert {row["name"]: row["confidential"] for row in rows if row["file"] == "services.csv"} == {
        "Harbor Clinic": True, "Harbor Desk": False
    }  # fmt: skip


def test_no_point_tells_an_address_that_was_taken_out(tmp_path: Path) -> None:
    owner = {"Display physical address to public users?": "No"}
    same = {"Use the same address as the organization": "Yes"}
    (place,) = _service(tmp_path / "ilao", _POINT, owner=owner, location=same).sites
    assert not {"latitude", "longitude"} & place.cells.keys()


def test_every_row_is_explained(tmp_path: Path) -> None:
    tables = join(
        _organization(),
        ilao_service("10", "Harbor Clinic"),
        ilao_service("11", "Lost Clinic", owner="77"),
        {
            "locations": [{"Location_id": "50", "Field 2": "Empty", "Phone number": "312-555-0199"}],
            "services": [
                {"Services-ID": "10", "Title": "Harbor Twin"},
                {"Organization ID": "1", "Title": "Harbor Nameless"},
                {"Services-ID": "12", "Organization ID": "1"},
                {"Services-ID": "13", "Title": "Harbor Line", "Organization ID": "1", "Featured content": "x" * 40_000},
            ],
        },
    )
    summary, rows = _run(None, write_tables(tmp_path / "ilao", ILAO, tables))
    told = {(row["file"], row["row"]): row["rules"] for row in rows if row["status"] not in ("accepted", "repaired")}
    assert told == {
        ("services.csv", 4): ["duplicate-id"],
        ("services.csv", 5): ["no-id"],
        ("services.csv", 6): ["no-name"],
        ("services.csv", 7): ["cell-too-long"],
        ("locations.csv", 4): ["location-without-service"],
    }
    assert len(rows) == len({(row["file"], row["row"]) for row in rows})
    assert sum(summary.totals.values()) == len(rows)


def test_the_same_package_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    tables = join(_organization(), ilao_service("10", "Harbor Clinic", _POINT), ilao_service("11", "Lost", owner="7"))
    package = write_tables(tmp_path / "ilao", ILAO, tables)

    def counts() -> list[int]:
        with database.reading() as session:
            every = (Record, Fact, Change, SourceRecord, Claim)
            return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in every]

    _run(database, package)
    before = counts()
    _run(database, package)
    assert counts() == before


def test_a_package_of_other_tables_is_refused(tmp_path: Path) -> None:
    package = write_tables(tmp_path / "other", {"services": ("id", "name")}, {"services": [{"id": "1", "name": "x"}]})
    with open_package(package, max_mb=1) as opened, pytest.raises(RefusedError, match="no tables"):
        read_ilao(opened)


def test_a_real_package_comes_in_whole(shared: Path, tmp_path: Path) -> None:
    folder, report = shared / "data" / "ilao_legal_aid", tmp_path / "report.json"
    summary = import_package(None, "ilao", folder, source="ilao", report=report)
    rows: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    assert Counter(row["file"] for row in rows) == {"services.csv": 430, "locations.csv": 185, "organizations.csv": 33}
    assert summary.totals == {"accepted": 37, "repaired": 425, "rejected": 186}
    assert Counter(row["rules"][0] for row in rows if row["status"] == "rejected") == {
        "location-without-service": 185, "no-id": 1
    }  # fmt: skip
    services = [row for row in rows if row["file"] == "services.csv" and row["status"] != "rejected"]
    assert sum(bool(row["phones"]) for row in services) == 426
    assert sum("legal-civil" in row["kinds"] for row in services) == 428
    assert sum("organization-not-stated" in row["rules"] for row in services) == 340
    assert not any(row["confidential"] for row in rows)
