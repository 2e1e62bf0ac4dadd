"""HSDS packages are joined as their ids say, and every row is either read or refused with a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from directory.errors import RefusedError
from importers.packages import open_package
from importers.readers.hsds import HsdsReader
from importers.record import Refused, SourceRecord
from tests.importers.feeds import Rows, join, service, write_package

_ORGANIZATION: dict[str, list[dict[str, str]]] = {"organizations": [{"id": "1", "name": "Harbor Aid"}]}


class _Read:
    """A package read to its end."""

    def __init__(self, folder: Path) -> None:
        with open_package(folder, max_mb=1) as package:
            reader = HsdsReader.of(package)
            self.organizations = list(reader.organizations())
            rows = list(reader.services())
            self.leftovers = list(reader.leftovers())
            self.not_read = reader.not_read()
        self.refused = [row for row in rows if isinstance(row, Refused)]
        self.services = {row.key: row for row in rows if isinstance(row, SourceRecord)}


Reads = Callable[..., _Read]


@pytest.fixture
def read(tmp_path: Path) -> Reads:
    """Reads a package of these tables."""

    def of(*tables: dict[str, list[dict[str, str]]], raw: dict[str, bytes] | None = None) -> _Read:
        return _Read(write_package(tmp_path / "feed", join(*tables), raw=raw))

    return of


def test_a_service_has_all_that_hangs_on_it(read: Reads) -> None:
    more = {
        "phones": [{"location_id": "L10", "number": "305-555-0143"}],
        "regular_schedules": [{"service_id": "10", "weekday": "Monday", "opens_at": "9:00am", "closes_at": "5:00pm"}],
        "accessibility_for_disabilities": [{"location_id": "L10", "accessibility": "Ramp"}],
        "eligibility": [{"service_id": "10", "eligibility": "Adults"}],
    }
    found = read(_ORGANIZATION, service("10", "Harbor House", description="Beds."), more).services["service:10"]
    assert found.organization_key == "organization:1"
    assert found.cells == {"name": "Harbor House", "description": "Beds."}
    assert [phone["number"] for phone in found.phones] == ["305-555-0142"]
    assert found.schedules[0]["weekday"] == "Monday"
    assert (found.languages, found.eligibility) == (("Spanish",), ("Adults",))
    assert [name.name for name in found.names] == ["Case Management"]
    site = found.sites[0]
    assert site.key == "location:L10"
    assert (site.cells["address_1"], site.cells["accessibility"]) == ("9 Public Lantern Avenue", "Ramp")
    assert [phone["number"] for phone in site.phones] == ["305-555-0143"]


def test_people_are_left_out_and_counted(read: Reads) -> None:
    people: dict[str, list[dict[str, str]]] = {
        "contacts": [{"id": "C1", "name": "Pat Doe"}],
        "phones": [{"service_id": "10", "contact_id": "C1", "number": "305-555-0149"}],
    }
    found = read(_ORGANIZATION, service("10", "Harbor House"), people)
    assert [phone["number"] for phone in found.services["service:10"].phones] == ["305-555-0142"]
    assert found.not_read == {"contacts": 1, "phones of contacts": 1}
    assert "Pat Doe" not in repr(found.services)


def test_a_taxonomy_says_which_names_are_people(read: Reads) -> None:
    tables = join(_ORGANIZATION, service("10", "Harbor House", kind="Women"))
    tables["taxonomy"] = [{"id": "T-Women", "name": "Women", "parent_name": "Target Populations"}]
    assert read(tables).services["service:10"].names[0].is_population


def test_only_a_table_of_services_is_needed(tmp_path: Path) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    (folder / "services.csv").write_text("id,name\n10,Harbor House\n", encoding="utf-8")
    found = _Read(folder)
    assert found.services["service:10"].sites == ()
    assert found.services["service:10"].organization_key is None


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"id,title\n1,x\n", "no column name"), (None, "no table of services")]
)
def test_a_package_without_services_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    folder = write_package(tmp_path / "feed", _ORGANIZATION)
    if content is not None:
        (folder / "services.csv").write_bytes(content)
    with open_package(folder, max_mb=1) as package, pytest.raises(RefusedError, match=words):
        HsdsReader.of(package)


@pytest.mark.parametrize(
    ("row", "rule", "status"),
    [
        (b'10,1,Again\r\n', "duplicate-id", "rejected"),
        (b',1,No id\r\n', "no-id", "rejected"),
        (b'742 Evergreen Terrace,1,Odd id\r\n', "no-id", "rejected"),
        (b'11,1,\r\n', "no-name", "quarantined"),
        (b'12,1,Too long' + b',x' * 20 + b'\r\n', "row-too-long", "quarantined"),
        (b'13,1,' + b'x' * 40_000 + b'\r\n', "cell-too-long", "quarantined"),
        (b',,,,\r\n', "blank", "skipped"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_come_in_says_why(row: bytes, rule: str, status: str, read: Reads) -> None:
    found = read(_ORGANIZATION, service("10", "Harbor House"), raw={"services": row})
    assert [(one.rule, one.status, one.position.row) for one in found.refused] == [(rule, status, 3)]
    assert "Evergreen" not in found.refused[0].reason
    assert set(found.services) == {"service:10"}


def test_a_short_row_with_bad_bytes_comes_in(read: Reads) -> None:
    found = read(_ORGANIZATION, service("10", "Harbor House"), raw={"services": b"14,1,Caf\xe9\x00\r\n"})
    assert found.services["service:14"].cells["name"] == "Café"
    rules = ("bytes-read-as-windows-1252", "nul-removed", "row-too-short")
    assert found.services["service:14"].rules == rules


def test_rows_that_hang_on_nothing_are_accounted_for(read: Reads) -> None:
    strays: dict[str, Rows] = {
        "eligibility": [{"eligibility": "Adults"}],
        "languages": [{"service_id": "99", "language": "French"}, {"service_id": "99", "language": "Mam"}],
        "phones": [
            {"location_id": "L99", "number": "305-555-0150"},
            {"organization_id": "9", "number": "305-555-0151"},
        ],
        "locations": [{"id": "L98", "name": "Nobody's"}],
    }
    found = read(_ORGANIZATION, service("10", "Harbor House"), strays)
    told = sorted((one.position.file, one.rule) for one in found.leftovers)
    assert told == [
        ("eligibility.csv", "names-nothing"),
        ("languages.csv", "owner-missing"),
        ("languages.csv", "owner-missing"),
        ("locations.csv", "location-without-service"),
        ("phones.csv", "owner-missing"),
        ("phones.csv", "owner-missing"),
    ]


def test_a_service_without_a_row_is_still_known_by_what_hangs_on_it(read: Reads) -> None:
    tables = join(_ORGANIZATION, service("10", "Harbor House"), service("20", "Gone", kind="Emergency Shelter"))
    tables["services"] = [row for row in tables["services"] if row["id"] != "20"]
    ghosts = [one.record for one in read(tables).leftovers if one.record is not None]
    assert [ghost.key for ghost in ghosts] == ["service:20"]
    assert [name.name for name in ghosts[0].names] == ["Emergency Shelter"]


def test_a_malformed_row_of_a_table_is_not_joined(read: Reads) -> None:
    raw = {"languages": b"10,French,x,y\r\n", "physical_addresses": b"A,L10,1 Wrong Street" + b",z" * 9 + b"\r\n"}
    found = read(_ORGANIZATION, service("10", "Harbor House"), raw=raw)
    assert found.services["service:10"].languages == ("Spanish",)
    assert found.services["service:10"].sites[0].cells["address_1"] == "9 Public Lantern Avenue"
    assert sorted(one.rule for one in found.leftovers) == ["row-too-long", "row-too-long"]
    # What a malformed row says of the place must not be told of it either, if it is confidential.
    assert "1 Wrong Street" in found.services["service:10"].sites[0].traces
