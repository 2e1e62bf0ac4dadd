"""The same service is read the same, whichever version of HSDS tells of it."""

from pathlib import Path

import msgspec
import pytest

from importers.packages import open_package
from importers.readers.hsds import HsdsReader
from importers.record import Refused, RowPosition, SourceRecord
from tests.importers.feeds import Rows, join, service, write_package
from tests.importers.third_feeds import WRITERS

_MONDAY = {"weekday": "Monday", "opens_at": "09:00", "closes_at": "17:00", "original_text": "9-5"}
_TABLES: dict[str, list[dict[str, str]]] = join(
    {"organizations": [{"id": "1", "name": "Harbor Aid", "url": "example.org"}]},
    service("10", "Harbor Office", description="Help with papers.", email="office@example.org"),
    service("11", "Harbor Pantry", kind="Food"),
    {
        "accessibility_for_disabilities": [{"location_id": "L10", "accessibility": "Ramp"}],
        "regular_schedules": [{"service_id": "10", **_MONDAY}],
        "phones": [{"location_id": "L10", "number": "305-555-0143"}],
        "contacts": [{"id": "C1", "service_id": "10", "name": "Ann Example"}],
    },
)


def _read(path: Path) -> tuple[list[SourceRecord], list[Refused], dict[str, int]]:
    with open_package(path, max_mb=1) as package:
        reader = HsdsReader.of(package)
        rows = [*reader.organizations(), *reader.services()]
        kept = [row for row in rows if isinstance(row, SourceRecord)]
        assert len(kept) == len(rows)
        return kept, list(reader.leftovers()), dict(reader.not_read())


def _alike(record: SourceRecord) -> SourceRecord:
    """Without its position, and without how its hours are written."""
    sites = tuple(msgspec.structs.replace(site, traces=()) for site in record.sites)
    return msgspec.structs.replace(record, position=RowPosition("", 0), schedules=(), sites=sites)


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_tells_the_same(form: str, tmp_path: Path) -> None:
    first, _, _ = _read(write_package(tmp_path / "first", _TABLES))
    other, leftovers, _ = _read(WRITERS[form](tmp_path / "other", _TABLES))
    assert sorted(map(repr, map(_alike, other))) == sorted(map(repr, map(_alike, first)))
    assert leftovers == []
    hours = next(record.schedules for record in other if record.key == "service:10")
    assert [(row["freq"], row["byday"], row["opens_at"]) for row in hours] == [("WEEKLY", "MO", "09:00")]


def test_a_contact_brings_its_lines_and_no_line_of_a_person_is_public(tmp_path: Path) -> None:
    direct: dict[str, Rows] = {"phones": [{"service_id": "10", "contact_id": "C1", "number": "305-555-0149"}]}
    tables = join(_TABLES, {name: [dict(row) for row in rows] for name, rows in direct.items()})
    records, _, not_read = _read(write_package(tmp_path / "feed", tables))
    office = next(record for record in records if record.key == "service:10")
    assert [phone["number"] for phone in office.phones] == ["305-555-0142"]
    [contact] = office.contacts
    assert (contact.cells["name"], contact.phones[0]["number"]) == ("Ann Example", "305-555-0149")
    assert "phones of contacts" not in not_read


def test_holidays_payments_and_attributes_of_older_versions_are_read(tmp_path: Path) -> None:
    tables = join(
        _TABLES,
        {
            "holiday_schedules": [
                {"service_id": "10", "closed": "true", "start_date": "2026-12-25", "end_date": "2026-12-26"}
            ],
            "payments_accepted": [{"service_id": "10", "payment": "Cash only"}],
            "service_attributes": [{"service_id": "11", "taxonomy_term_id": "T9"}],
            "taxonomy": [{"id": "T9", "name": "Soup Kitchens"}],
        },
    )
    records, leftovers, _ = _read(write_package(tmp_path / "feed", tables))
    office, pantry = records[1:]
    assert office.schedules[-1] == {"closed": "true", "end_date": "2026-12-26", "start_date": "2026-12-25"}
    assert office.cells["fees_description"] == "Cash only"
    assert [name.name for name in pantry.names] == ["Food", "Soup Kitchens"]
    assert leftovers == []


def test_what_has_no_place_here_is_counted(tmp_path: Path) -> None:
    tables = join(
        _TABLES,
        {
            "programs": [{"id": "P1", "name": "Papers"}],
            "metadata": [{"id": "M1", "previous_value": "x"}],
            "strange": [{"id": "1"}],
        },
    )
    tables["services"][0]["licenses"] = "All"
    _, _, not_read = _read(write_package(tmp_path / "feed", tables))
    assert not_read == {"metadata": 1, "other tables": 1, "programs": 1, "licenses": 1}


def test_a_parent_names_the_branch_of_a_term(tmp_path: Path) -> None:
    tables = dict(_TABLES)
    tables["taxonomy"] = [
        {"id": "T-Food", "name": "Women", "parent_id": "T-top"}, {"id": "T-top", "name": "Target Populations"},
        {"id": "T-Case Management", "name": "Case Management"},
    ]  # fmt: skip
    records, _, _ = _read(write_package(tmp_path / "feed", tables))
    assert [(name.name, name.is_population) for name in records[-1].names] == [("Women", True)]
