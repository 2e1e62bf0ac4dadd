"""The HAARRRvest feed: three shapes, ids that mean nothing, and still every line has an outcome that stays the same.

The figures of the real feed are frozen: whoever changes one says why.
"""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.models import Change, Fact, Record
from directory.sources.models import Claim, SourceRecord
from importers.keys import NeutralKeys, could_be_address
from importers.packages import open_package
from importers.readers.haarrrvest import HaarrrvestReader
from importers.record import SourceRecord as Read
from importers.run import import_package

_FEED = Path("data") / "haarrrvest" / "hsds_2025-08-08.jsonl.gz"
_TOWN = {"city": "Columbus", "state_province": "OH", "postal_code": "43215"}


def _plain(name: str, **more: Any) -> dict[str, Any]:
    """An organization with its place inside and a program in place of a service."""
    place = {
        "id": "loc_1", "name": name, "latitude": 39.96, "longitude": -83.0,
        "addresss": [{"id": "addr_1", "address_1": "12 Lantern Street", **_TOWN}],
        "phones": [{"number": "614-555-0101", "languages": [{"name": "English"}]}],
        "schedules": [{"freq": "WEEKLY", "wkst": "MO", "opens_at": "10:00", "closes_at": "12:00"}],
    }  # fmt: skip
    told = {"_scraper": "almanac", "id": "org_1", "name": name, "description": "Food pantry in Columbus."}
    return {**told, "locations": [place], "programs": [{"id": "prg_1", "name": "Choice Pantry"}], **more}


def _envelope(name: str, *, street: str = "7 Almanac Road", number: str = "614-555-0102") -> dict[str, Any]:
    """Organization and services side by side, under other names than the standard's."""
    organization = {
        "id": "org_1", "name": name, "alternate_names": ["The Pantry"],
        "addresses": [{"id": "loc_1", "street_address_1": street, **_TOWN}],
        "phone_numbers": [{"number": number}],
    }  # fmt: skip
    service = {
        "id": "svc_1", "organization_id": "org_1", "name": "Pantry", "service_status": "active",
        "locations": [
            {"id": "loc_1", "street_address": street, **_TOWN, "coordinates": {"latitude": 39.97, "longitude": -83.01}}
        ],
        "schedule": [{"days": ["TU", "TH"], "freq": "WEEKLY", "times": [{"start_time": "09:00", "end_time": "11:30"}]}],
    }  # fmt: skip
    return {"_scraper": "almanac", "organizations": [organization], "services": [service]}


def _write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def _read(path: Path) -> list[Any]:
    with open_package(path, max_mb=60) as package:
        document = NeutralKeys(HaarrrvestReader(package))
        return [*document.organizations(), *document.services(), *document.leftovers()]


def _services(path: Path) -> list[Read]:
    return [row for row in _read(path) if isinstance(row, Read) and row.kind == "service"]


def _without_positions(path: Path) -> dict[str, bytes]:
    records = [row for row in _read(path) if isinstance(row, Read)]
    told = {row.key: msgspec.json.encode(msgspec.structs.replace(row, position=None)) for row in records}
    assert len(told) == len(records)
    return told


def test_a_program_is_the_service_of_an_organization_without_services(tmp_path: Path) -> None:
    (service,) = _services(_write(tmp_path / "feed.jsonl", _plain("Harbor Church")))
    assert service.cells["name"] == "Choice Pantry"
    assert "program-as-service" in service.rules
    (site,) = service.sites
    assert (site.cells["address_1"], site.cells["latitude"]) == ("12 Lantern Street", "39.96")
    assert [phone["number"] for phone in site.phones] == ["614-555-0101"]


def test_an_envelope_is_read_under_its_own_names(tmp_path: Path) -> None:
    (service,) = _services(_write(tmp_path / "feed.jsonl", _envelope("Harbor Church")))
    assert (service.cells["name"], service.cells["status"]) == ("Pantry", "active")
    (site,) = service.sites
    assert (site.cells["address_1"], site.cells["city"]) == ("7 Almanac Road", "Columbus")
    assert (site.cells["latitude"], site.cells["longitude"]) == ("39.97", "-83.01")
    (hours,) = service.schedules
    assert (hours["byday"], hours["opens_at"], hours["closes_at"]) == ("TU,TH", "09:00", "11:30")


@pytest.mark.parametrize("wrapped", ["schema", "payload", "data"])
def test_a_wrapper_is_opened(wrapped: str, tmp_path: Path) -> None:
    record = {"_scraper": "almanac", "type": "object", wrapped: _envelope("Harbor Church")}
    assert len(_services(_write(tmp_path / "feed.jsonl", record))) == 1


def test_a_place_may_be_named_by_its_id_in_the_same_record_only(tmp_path: Path) -> None:
    """The second record names a place that it does not tell; the first one's is not it."""
    stranger: dict[str, Any] = {"_scraper": "almanac", "id": "org_1", "name": "Far Church"}
    stranger["services"] = [{"id": "svc_1", "name": "Meals", "locations": ["loc_1"], "location_id": "loc_1"}]
    near, far = _services(_write(tmp_path / "feed.jsonl", _plain("Harbor Church"), stranger))
    assert near.sites
    assert far.sites == ()


def test_one_id_and_one_name_are_two_organizations_where_nothing_else_agrees(tmp_path: Path) -> None:
    records = [_envelope("First Church"), _envelope("First Church", street="90 Distant Lane", number="614-555-0109")]
    both = _services(_write(tmp_path / "feed.jsonl", *records))
    assert len({service.organization_key for service in both}) == 2
    alone = _services(_write(tmp_path / "alone.jsonl", records[0]))
    # Neither goes by the key that the first had alone, or the second could be taken for it.
    assert alone[0].key not in {service.key for service in both}


def test_two_lines_about_one_organization_are_taken_together_and_both_accounted_for(tmp_path: Path) -> None:
    again = {**_plain("Harbor Church"), "description": "Food for everybody."}
    path = _write(tmp_path / "feed.jsonl", _plain("Harbor Church"), again)
    rows = _read(path)
    assert [row.cells["name"] for row in rows if isinstance(row, Read)] == ["Harbor Church", "Choice Pantry"]
    assert [(row.rule, row.status) for row in rows if not isinstance(row, Read)] == [
        ("joined-with-another-line", "repaired")
    ]


def test_no_key_holds_the_name_of_a_place(tmp_path: Path) -> None:
    services = _services(_write(tmp_path / "feed.jsonl", _plain("12 Lantern Street Church"), _plain("Lantern Pantry")))
    assert not any("lantern" in service.key for service in services)
    assert not any(could_be_address(service.key.partition(":")[2]) for service in services)


def test_a_point_that_strangers_without_an_address_share_is_left_out(tmp_path: Path) -> None:
    nowhere = {"address_type": "physical", "state_province": "NY", "coordinates": {"latitude": 40.7, "longitude": -74}}
    records = [
        {"_scraper": "almanac", "organization": {"name": f"Church {letter}", "addresses": [nowhere]}}
        for letter in "ABC"
    ]
    sites = [site for service in _services(_write(tmp_path / "feed.jsonl", *records)) for site in service.sites]
    assert not any("latitude" in site.cells for site in sites)


def test_a_list_of_dates_is_no_hours_of_every_week(tmp_path: Path) -> None:
    record = _envelope("Harbor Church")
    record["services"][0]["schedule"] = [
        {"freq": "WEEKLY", "start_time": "09:00", "end_time": "11:30", "event_dates": ["2025-08-14", "2025-08-21"]}
    ]
    (service,) = _services(_write(tmp_path / "feed.jsonl", record))
    assert [*map(dict, service.schedules)] == [{"original_text": "2025-08-14, 2025-08-21 09:00-11:30"}]


def test_a_record_that_calls_itself_a_sample_does_not_come_in(tmp_path: Path) -> None:
    path = _write(tmp_path / "feed.jsonl", _plain("Harbor Church"), _plain("Sample Church") | {"_scraper": "sample"})
    assert [row.rule for row in _read(path) if not isinstance(row, Read)] == ["practice-record"]


def test_nothing_changes_when_the_lines_come_again_in_another_order(database: Database, tmp_path: Path) -> None:
    records = [
        _plain("Harbor Church"), {**_plain("Harbor Church"), "description": "Food."}, _envelope("First Church"),
        _envelope("First Church", street="90 Distant Lane", number="614-555-0109"), _envelope("Last Church"),
    ]  # fmt: skip
    counted = []
    for number, order in enumerate((records, records, records[::-1])):
        import_package(database, "haarrrvest", _write(tmp_path / f"{number}.jsonl", *order), source="test")
        counted.append(_everything(database))
    assert counted[0] == counted[1] == counted[2]


def _everything(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Record, Fact, Change, SourceRecord, Claim)
        }


@pytest.mark.timeout(240)
def test_every_line_of_the_real_feed_has_an_outcome(shared: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    summary = import_package(None, "haarrrvest", shared / _FEED, source="feed", report=report)
    rows = msgspec.json.decode(report.read_bytes())["rows"]
    lines = {row["row"] if isinstance(row["row"], int) else int(row["row"].split("/")[1]) for row in rows}
    assert lines == set(range(1, 3_826))
    assert summary.totals == {"accepted": 797, "repaired": 6_833, "quarantined": 4, "rejected": 292}
    services = [row for row in rows if row["listing"]]
    assert len(services) == 3_809
    refused = Counter(row["rules"][0] for row in rows if row["status"] in ("quarantined", "rejected"))
    assert refused == {
        # Places at which none of an organization's services is, and what hangs on them.
        "owner-missing": 117,
        "location-without-service": 87,
        # Attributes of official numbers.
        "names-nothing": 88,
        "practice-record": 3,
        "not-known-what": 1,
    }
    assert summary.rules["joined-with-another-line"] == 387
    assert summary.rules["point-of-many-left-out"] == 316
    assert sum(bool(row["city"]) for row in services) > 3_550
    assert sum(row["kinds"] == ["food"] for row in services) > 3_000


@pytest.mark.timeout(240)
def test_the_real_feed_reads_the_same_in_any_order(shared: Path, tmp_path: Path) -> None:
    lines = gzip.decompress((shared / _FEED).read_bytes()).decode().splitlines()
    first, other = tmp_path / "first.jsonl", tmp_path / "other.jsonl"
    first.write_text("\n".join(lines), encoding="utf-8")
    other.write_text("\n".join(sorted(lines)), encoding="utf-8")
    assert _without_positions(first) == _without_positions(other)


@pytest.mark.timeout(600)
def test_the_real_feed_a_second_time_changes_nothing(sqlite_database: Database, shared: Path) -> None:
    import_package(sqlite_database, "haarrrvest", shared / _FEED, source="feed")
    before = _everything(sqlite_database)
    summary = import_package(sqlite_database, "haarrrvest", shared / _FEED, source="feed")
    assert _everything(sqlite_database) == before
    assert summary.proposed == 0
