"""Flat tables by the names of their columns: what holds for every layout, and what each says.

``layouts/`` has a table of invented rows for each; a new one is read by the tests of all layouts as soon as it is
there.
"""

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
from importers.layout import layouts
from importers.run import import_package
from tests.importers.layouts import FOLDER, columns_of, header_of, rows_of, write_table

_CMS = Path("data") / "cms_hospitals" / "Hospital_General_Information.csv"
every_layout = pytest.mark.parametrize("name", sorted(layouts()))


def _import(path: Path, name: str, folder: Path, database: Database | None = None) -> list[dict[str, Any]]:
    report = folder / "report.json"
    import_package(database, name, path, source="test", report=report)
    rows: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    return rows


def _everything(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Record, Fact, Change, SourceRecord, Claim)
        }


@every_layout
def test_every_row_of_a_table_is_told_once(name: str, tmp_path: Path) -> None:
    rows = _import(FOLDER / f"{name}.csv", name, tmp_path)
    assert Counter(row["row"] for row in rows) == Counter(range(1, len(rows_of(name)) + 1))


@every_layout
def test_columns_stand_in_any_order_and_case_with_others_between(name: str, tmp_path: Path) -> None:
    rows = rows_of(name)
    number = header_of(rows)
    rows[number] = [cell.upper() if index % 2 else f" {cell} " for index, cell in enumerate(rows[number])]
    turned = [[*row[::-1][:2], f"extra {index}", *row[::-1][2:]] for index, row in enumerate(rows)]
    told = _import(write_table(tmp_path / "table.csv", turned), name, tmp_path)
    expected = _import(FOLDER / f"{name}.csv", name, tmp_path)
    kept = ("row", "status", "name", "phones", "languages", "kinds", "city", "region", "postal", "confidential")
    assert [[row[key] for key in kept] for row in told if row["name"]] == [
        [row[key] for key in kept] for row in expected if row["name"]
    ]


@every_layout
def test_a_table_without_a_required_column_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    layout = layouts()[name]
    for meaning in layout.required:
        rows = rows_of(name)
        number = header_of(rows)
        missing = next(n for n, m in columns_of(name, rows[number]).items() if m == meaning)
        path = write_table(tmp_path / "table.csv", [row[:missing] + row[missing + 1 :] for row in rows])
        with pytest.raises(RefusedError, match=layout.columns[meaning][0]):
            import_package(None, name, path, source="test")


@every_layout
def test_a_row_with_a_cell_too_many_does_not_come_in(name: str, tmp_path: Path) -> None:
    rows = rows_of(name)
    rows.append(["", *rows[-1], "one more"])
    told = _import(write_table(tmp_path / "table.csv", rows), name, tmp_path)
    assert next(row for row in told if row["row"] == len(rows))["rules"] == ["row-too-long"]


@every_layout
def test_nothing_changes_when_the_rows_come_again_in_another_order(
    name: str, database: Database, tmp_path: Path
) -> None:
    rows = rows_of(name)
    start = header_of(rows) + 1
    counted = []
    for order in (rows, rows, rows[:start] + rows[start:][::-1]):
        _import(write_table(tmp_path / "table.csv", order), name, tmp_path, database)
        counted.append(_everything(database))
    assert counted[0] == counted[1]
    # A row that does not come in is noted by its place.
    records = ("record", "fact", "change")
    assert [counted[2][table] for table in records] == [counted[0][table] for table in records]


# What each layout says


def _by_name(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in _import(FOLDER / f"{name}.csv", name, folder) if row["name"]}


def test_a_health_center_site_is_where_it_says(tmp_path: Path) -> None:
    row = _by_name("hrsa", tmp_path)["Lantern Family Clinic"]
    assert (row["kinds"], row["city"], row["region"], row["postal"]) == (["primary-care"], "Miami", "FL", "33130")
    assert [phone["e164"] for phone in row["phones"]] == ["+13055550142"]
    assert "point-from-postal" not in row["rules"]


def test_sites_of_one_health_center_have_one_organization(tmp_path: Path) -> None:
    rows = _by_name("hrsa", tmp_path)
    assert rows["Lantern Family Clinic"]["organization"] == rows["Lantern School Clinic"]["organization"]
    assert rows["Lantern Family Clinic"]["organization"] != rows["Almanac Clinic"]["organization"]


def test_a_site_that_is_not_active_comes_in_as_inactive_and_an_office_not_at_all(
    database: Database, tmp_path: Path
) -> None:
    rows = _import(FOLDER / "hrsa.csv", "hrsa", tmp_path, database)
    inactive = next(row for row in rows if row["name"] == "Lantern Old Clinic")
    assert "not-active-at-source" in inactive["rules"]
    with database.reading() as session:
        statuses = Counter(session.scalars(sa.select(Fact.value).where(Fact.field == "status")))
        found = session.scalar(sa.text("select count(*) from card where brief is not null"))
    assert sorted(statuses.values()) == [1, 4]
    assert found == 4
    office = next(row for row in rows if row["rules"] == ["left-out-by-layout"])
    assert (office["status"], office["reason"]) == ("rejected", "Only administration is at this site.")


def test_a_site_that_is_not_active_any_more_is_not_found_any_more(database: Database, tmp_path: Path) -> None:
    _import(FOLDER / "hrsa.csv", "hrsa", tmp_path, database)
    rows = [["Inactive" if cell == "Active" else cell for cell in row] for row in rows_of("hrsa")]
    _import(write_table(tmp_path / "table.csv", rows), "hrsa", tmp_path, database)
    with database.reading() as session:
        assert session.scalar(sa.text("select count(*) from card where brief is not null")) == 0


def test_health_centers_without_numbers_are_told_apart_by_name_and_state(tmp_path: Path) -> None:
    """One has the name of its street, which no key may hold; so has its namesake in another state."""
    header = ["Site Name", "Site Address", "Site City", "Site State Abbreviation", "Site Postal Code"]
    header += ["Site Telephone Number", "Site Status Description", "Health Center Name"]
    rows = [
        ["North", "9 Lantern Avenue", "Miami", "FL", "33130", "305-555-0142", "Active", "Lantern Avenue Health"],
        ["South", "12 Almanac Street", "Tampa", "FL", "33602", "813-555-0143", "Active", "Lantern Avenue Health"],
        ["East", "14 Daybook Road", "Tampa", "FL", "33602", "813-555-0144", "Active", "Daybook Road Health"],
        ["West", "9 Distant Avenue", "Newark", "NJ", "07102", "973-555-0145", "Active", "Lantern Avenue Health"],
    ]
    told = _import(write_table(tmp_path / "table.csv", [header, *rows]), "hrsa", tmp_path)
    of = {row["name"]: row["organization"] for row in told if row["name"]}
    assert of["North"] == of["South"]
    assert len({of["North"], of["East"], of["West"]}) == 3


def test_a_clinic_inside_a_shelter_is_confidential(tmp_path: Path) -> None:
    row = _by_name("hrsa", tmp_path)["Almanac Garden Clinic"]
    assert (row["confidential"], row["city"], row["kinds"]) == (True, None, ["primary-care"])


def test_an_organization_of_several_courts_is_one_service_with_places(database: Database, tmp_path: Path) -> None:
    rows = _import(FOLDER / "eoir.csv", "eoir", tmp_path, database)
    harbor = [row for row in rows if row["name"] == "Harbor Immigrant Law"]
    assert len(harbor) == 3
    assert len({row["organization"] for row in harbor}) == len({row["listing"] for row in harbor}) == 1
    first = next(row for row in harbor if row["rules"] != ["further-row"])
    assert first["kinds"] == ["immigration-relief"]
    assert {"es", "ht"} <= set(first["languages"])
    assert {phone["e164"] for phone in first["phones"]} == {"+13055550151", "+14075550152"}
    assert len(first["listings"]) == 2
    with database.reading() as session:
        told = [value or "" for value in session.scalars(sa.select(Fact.value).where(Fact.field == "description"))]
    assert any("Krome: Detained people only." in text and "Miami: Walk-ins on Mondays." in text for text in told)
    assert any("Immigration court: Krome, Miami" in text for text in told)


def test_headings_between_the_rows_name_the_court(tmp_path: Path) -> None:
    rows = [
        ["Organization", "Address", "Phone"],
        ["Miami Immigration Court", "", ""],
        ["Harbor Immigrant Law", "9 Public Lantern Avenue, Miami, FL 33130", "305-555-0151"],
        ["Organization", "Address", "Phone"],
        ["", "Newark, NJ", ""],
        ["Distant Law", "", "973-555-0154"],
    ]
    told = _import(write_table(tmp_path / "table.csv", rows), "eoir", tmp_path)
    assert [row["rules"][0] for row in sorted(told, key=lambda row: row["row"]) if row["status"] == "skipped"] == [
        "header", "section", "header", "section",
    ]  # fmt: skip
    assert [(row["name"], row["city"]) for row in told if row["name"]] == [
        ("Harbor Immigrant Law", "Miami"),
        ("Distant Law", "Newark"),
    ]


def test_a_town_beside_a_whole_address_is_that_of_the_court(tmp_path: Path) -> None:
    rows = [
        ["State", "City", "Organization", "Address", "Phone"],
        ["FL", "Orlando", "Harbor Immigrant Law", "9 Public Lantern Avenue\nSuite 4\nMiami, FL 33130", "305-555-0151"],
        ["FL", "Tampa", "Harbor Immigrant Law", "9 Public Lantern Avenue, Suite 4, Miami, FL 33130", "(305) 555-0151"],
    ]
    told = _import(write_table(tmp_path / "table.csv", rows), "eoir", tmp_path)
    assert [(row["city"], row["postal"]) for row in told if row["name"]] == [("Miami", "33130")] * 2
    assert {len(row["listings"]) for row in told if row["name"]} == {1}


def test_namesakes_on_a_list_of_courts_stay_apart(tmp_path: Path) -> None:
    rows = [row for row in _import(FOLDER / "eoir.csv", "eoir", tmp_path) if row["name"] == "Charities of Concord"]
    assert len({row["organization"] for row in rows}) == 2
    assert {row["city"] for row in rows} == {"Miami", "Newark"}


def test_emergency_care_is_said_only_of_hospitals_that_state_it_and_an_exam_of_none(tmp_path: Path) -> None:
    rows = _by_name("cms", tmp_path)
    assert rows["LANTERN GENERAL HOSPITAL"]["kinds"] == ["emergency-care"]
    assert rows["ALMANAC REHABILITATION HOSPITAL"]["kinds"] == ["health"]
    assert rows["DAYBOOK PSYCHIATRIC CENTER"]["kinds"] == ["psychiatry"]
    assert not any("sane" in kind for row in rows.values() for kind in row["kinds"])


def test_an_id_that_stands_twice_is_taken_once(tmp_path: Path) -> None:
    rows = _import(FOLDER / "cms.csv", "cms", tmp_path)
    assert [row["rules"] for row in rows if row["status"] == "rejected"] == [["duplicate-id"]]


@pytest.mark.timeout(240)
def test_all_hospitals_come_in(shared: Path, tmp_path: Path) -> None:
    """5,421 hospitals; the figures are frozen, and whoever changes one says why."""
    rows = _import(shared / _CMS, "cms", tmp_path)
    assert Counter(row["status"] for row in rows) == {"repaired": 5_421, "skipped": 1}
    hospitals = [row for row in rows if row["name"]]
    assert all(row["city"] and row["region"] and row["postal"] for row in hospitals)
    assert sum(not row["phones"] for row in hospitals) == 3
    assert not any(row["confidential"] for row in hospitals)
    kinds = Counter(tuple(row["kinds"]) for row in hospitals)
    assert kinds == {
        ("emergency-care",): 4_420,
        ("emergency-care", "psychiatry"): 85,
        ("psychiatry",): 541,
        ("health",): 375,
    }
