"""A 211's export from iCarol: its levels, its flags, its days, and rows that are not what they should be."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.cards.queries import card_of
from directory.db import Database
from directory.errors import RefusedError
from directory.freshness.models import Evidence
from directory.listings.models import Change, Fact, Record
from directory.places.gazetteer import Gazetteer
from directory.sources.models import Claim, SourceRecord
from importers.packages import open_package
from importers.readers.icarol import IcarolReader
from importers.record import Refused
from importers.record import SourceRecord as Read
from importers.report import Summary
from importers.run import import_package
from tests.importers.icarol_feeds import Cells, agency, at_site, program, site, write_export

_TODAY = dt.date(2026, 5, 1)


def _read(path: Path) -> dict[str, list[Read | Refused]]:
    with open_package(path, max_mb=1) as package, Gazetteer() as gazetteer:
        reader = IcarolReader(package, gazetteer, today=_TODAY)
        return {
            "organizations": list(reader.organizations()),
            "services": list(reader.services()),
            "leftovers": list(reader.leftovers()),
        }


def _service(path: Path, *rows: Cells) -> Read:
    (read,) = _read(write_export(path / "211.csv", rows))["services"]
    assert isinstance(read, Read)
    return read


def _run(database: Database | None, path: Path, *rows: Cells, raw: bytes = b"") -> tuple[Summary, dict[int, Any]]:
    export, report = write_export(path / "211.csv", rows, raw=raw), path / "report.json"
    summary = import_package(database, "icarol", export, source="test", report=report)
    told: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    assert len({row["row"] for row in told}) == len(told)
    return summary, {row["row"]: row for row in told}


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        tables = (Record, Fact, Change, SourceRecord, Claim, Evidence)
        return {
            table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
        }


# What a row says


def test_a_program_is_a_service_of_its_agency(tmp_path: Path) -> None:
    read = _read(
        write_export(
            tmp_path / "211.csv",
            [agency(AgencyDescription="We help."), program(LastVerifiedOn="5/8/12 8:45", ServiceCapacity="12 beds")],
        )
    )
    (owner,), (service,) = read["organizations"], read["services"]
    assert isinstance(owner, Read)
    assert isinstance(service, Read)
    assert (owner.key, owner.cells["name"], owner.cells["description"]) == ("organization:1", "Harbor Aid", "We help.")
    assert (service.key, service.organization_key) == ("service:10", "organization:1")
    assert (service.verified_on, service.notes) == ("2012-05-08", {"servicecapacity": "12 beds"})
    (place,) = service.sites
    assert place.cells["address_1"] == "9 Public Lantern Avenue"
    assert [name.name for name in service.names] == ["Case Management"]


def test_lines_have_their_names_and_private_ones_are_not_read(tmp_path: Path) -> None:
    lines = {"Phone1Name": "Intake Number    ", "PhoneFax": "305-555-0150", "PhoneTTY": "711"}
    private = {"Phone2Number": "305-555-0199", "Phone2Name": "Director", "Phone2IsPrivate": "Yes"}
    service = _service(tmp_path, program(**lines, **private))
    assert service.phones == (
        {"number": "305-555-0142", "description": "Intake Number"},
        {"number": "711", "type": "tty"},
        {"number": "305-555-0150", "type": "fax"},
    )
    assert "private-line-left-out" in service.rules


def test_private_people_and_internal_notes_are_not_read(tmp_path: Path) -> None:
    open_one = _service(tmp_path / "open", program(MainContactName="Ann Example"))
    private = {"MainContactName": "Ann Example", "MainContactIsPrivate": "Yes", "InternalNotes": "Ask Ann Example"}
    assert [contact.cells for contact in open_one.contacts] == [{"name": "Ann Example"}]
    assert b"Ann Example" not in msgspec.json.encode(_service(tmp_path, program(**private)))


def test_terms_of_target_populations_are_known_by_their_codes(tmp_path: Path) -> None:
    cells = {"TaxonomyTerm": "Case Management; Women; ", "TaxonomyCodes": "PH-1000 * YS-2000.9500"}
    assert [name.is_population for name in _service(tmp_path, program(**cells)).names] == [False, True]


def test_categories_stand_in_for_terms(tmp_path: Path) -> None:
    service = _service(tmp_path, program(TaxonomyTerm="", Categories="Food; Clothing;"))
    assert [name.name for name in service.names] == ["Food", "Clothing"]


@pytest.mark.parametrize(
    ("cells", "areas"),
    [
        ({"CoverageArea": "Miami-Dade County"}, ("Miami-Dade County",)),
        (
            {"Coverage": "FL - Miami-Dade County; FL - Broward County; "},
            ("Miami-Dade County, FL", "Broward County, FL"),
        ),
        ({"Coverage": "FL - Quincewater Hills County; "}, ()),
    ],
)
def test_areas_are_what_is_written_or_counties_that_exist(
    tmp_path: Path, cells: dict[str, str], areas: tuple[str, ...]
) -> None:
    assert _service(tmp_path, program(**cells)).service_areas == areas


@pytest.mark.parametrize(("expires", "is_shown"), [("12/31/26 0:00", True), ("1/10/12 0:00", False), ("", True)])
def test_a_message_is_shown_while_it_holds(tmp_path: Path, expires: str, is_shown: bool) -> None:
    service = _service(tmp_path, program(TemporaryMessage="Closed on Friday.", TemporaryMessageExpires=expires))
    assert ("alert" in service.cells) is is_shown
    assert ("old-message-left-out" in service.rules) is not is_shown


@pytest.mark.parametrize(
    ("written", "day"), [("5/8/12 8:45", "2012-05-08"), ("05/08/2012", "2012-05-08"), ("2012-05-08", "2012-05-08")]
)
def test_days_are_read_as_they_are_written(tmp_path: Path, written: str, day: str) -> None:
    assert _service(tmp_path, program(LastVerifiedOn=written)).verified_on == day


def test_a_day_that_is_none_is_named(tmp_path: Path) -> None:
    service = _service(tmp_path, program(LastVerifiedOn="last spring"))
    assert (service.verified_on, "verified-date-not-readable" in service.rules) == ("", True)


def test_cells_that_hold_no_choice_and_quarters_of_a_town_say_nothing(tmp_path: Path) -> None:
    service = _service(tmp_path, program(DisabilitiesAccess="NW   ", BusServiceAccess="-1", PhysicalAddress2="-1"))
    assert not {"accessibility", "transportation", "address_2"} & service.sites[0].cells.keys()


# Levels


def test_a_program_is_offered_at_its_sites(tmp_path: Path) -> None:
    rows = [agency(), program(), site(), at_site("30", HoursOfOperation="9-5 Monday")]
    read = _read(write_export(tmp_path / "211.csv", rows))
    (service,) = read["services"]
    assert isinstance(service, Read)
    (place,) = service.sites
    assert (place.key, place.cells["address_1"], place.cells["name"]) == (
        "location:20", "7 Second Lantern Road", "Harbor Branch"
    )  # fmt: skip
    assert place.schedules == ({"original_text": "9-5 Monday"},)
    assert [(row.position.row, row.status) for row in read["leftovers"] if isinstance(row, Refused)] == [
        (4, "accepted"),
        (5, "accepted"),
    ]


def test_an_agency_without_programs_is_a_service_if_it_says_what_it_does(tmp_path: Path) -> None:
    rows = [agency("1", "Harbor Line", TaxonomyTerm="Crisis Hotlines; "), agency("2", "Harbor Name")]
    read = _read(write_export(tmp_path / "211.csv", rows))
    (owner,), (service,) = read["organizations"], read["services"]
    assert isinstance(owner, Read)
    assert isinstance(service, Read)
    assert owner.key == "organization:2"
    assert (service.key, service.organization_key, service.organization_name) == (
        "service:1", "organization:1", "Harbor Line"
    )  # fmt: skip


def test_an_orphan_keeps_the_name_of_its_agency(database: Database, tmp_path: Path) -> None:
    _, rows = _run(database, tmp_path, program(parent="77", ParentAgency="Absent Aid"))
    with database.reading() as session:
        listing = session.scalars(sa.select(Record.id).where(Record.kind == "listing")).one()
        card = card_of(session, listing)
    assert card is not None
    assert card.organization == "Absent Aid"
    assert "organization-not-stated" not in rows[2]["rules"]


def test_a_site_without_programs_comes_in_and_says_so(tmp_path: Path) -> None:
    _, rows = _run(None, tmp_path, agency(), site())
    assert rows[3]["status"] == "repaired"
    assert "site-without-program" in rows[3]["rules"]


def test_what_goes_round_in_a_circle_has_no_agency(tmp_path: Path) -> None:
    _, rows = _run(None, tmp_path, program("10", parent="11"), program("11", parent="10"), program("12", parent="12"))
    assert all("organization-not-stated" in row["rules"] for row in rows.values())
    assert "agency-not-found" in rows[2]["rules"]


# What the source keeps from the public

_FLAGS = [
    {"ExcludeFromWebsite": "Yes"}, {"ExcludeFromDirectory": "TRUE"}, {"IsPrivate": "1"}, {"AvailableForReferral": "No"},
    {"ExcludeFromWebsite": "perhaps"},
]  # fmt: skip


@pytest.mark.parametrize("flag", _FLAGS)
def test_a_hidden_row_does_not_come_in(tmp_path: Path, flag: dict[str, str]) -> None:
    summary, rows = _run(
        None, tmp_path, agency(), program(**flag), program("11", "Harbor Meals", street="8 Other Road")
    )
    assert (rows[3]["status"], rows[3]["rules"], rows[3]["confidential"]) == ("quarantined", ["kept-private"], True)
    assert (rows[3]["name"], rows[3]["phones"], rows[3]["city"]) == (None, [], None)
    assert rows[4]["status"] != "quarantined"
    assert summary.totals["quarantined"] == 1


def test_a_neighbour_does_not_tell_the_place_of_a_hidden_row(tmp_path: Path) -> None:
    neighbour = program("11", "Harbor Meals", street="9 PUBLIC LANTERN AVE., Suite 2")
    _, rows = _run(None, tmp_path, agency(), program(ExcludeFromWebsite="Yes"), neighbour)
    assert rows[4]["confidential"]


def test_all_that_belongs_to_a_hidden_agency_is_hidden(tmp_path: Path) -> None:
    _, rows = _run(None, tmp_path, agency(ExcludeFromWebsite="Yes"), program(), site(), at_site("30"))
    assert {number: row["rules"] for number, row in rows.items()} == {
        2: ["kept-private"], 3: ["belongs-to-private"], 4: ["belongs-to-private"], 5: ["belongs-to-private"]
    }  # fmt: skip


def test_whichever_of_two_rows_hides_a_number_hides_it(tmp_path: Path) -> None:
    _, rows = _run(None, tmp_path, agency(), program(), program(ExcludeFromWebsite="Yes"))
    assert [rows[3]["rules"], rows[4]["rules"]] == [["kept-private"], ["duplicate-id"]]


def test_a_private_address_makes_the_service_confidential(tmp_path: Path) -> None:
    neighbour = program("11", "Harbor Meals")
    _, rows = _run(None, tmp_path, agency(), program(PhysicalAddressIsPrivate="Yes"), neighbour)
    assert [rows[number]["confidential"] for number in (3, 4)] == [True, True]
    assert rows[3]["name"] == "Harbor Office"


def test_a_hidden_site_makes_its_program_confidential(tmp_path: Path) -> None:
    rows = [agency(), program(), site(), at_site("30"), site("21", street="5 Fourth Road"), at_site("31", "10", "21")]
    rows[4] = {**rows[4], "ExcludeFromWebsite": "Yes"}
    _, told = _run(None, tmp_path, *rows)
    assert told[3]["confidential"]
    assert told[6]["rules"] == ["kept-private"]


def test_nobody_is_sent_where_nobody_is_to_be_referred(tmp_path: Path) -> None:
    status = {"AgencyStatus": "Active, but do not refer"}
    _, rows = _run(None, tmp_path, agency(), program(**status), program("11", "Harbor Meals"))
    assert (rows[3]["rules"], rows[3]["confidential"]) == (["not-referred-to"], False)
    assert not rows[4]["confidential"]


def test_what_was_public_before_loses_its_place_and_waits_for_people(database: Database, tmp_path: Path) -> None:
    rows = [agency(), program(), program("11", "Harbor Meals", street="8 Other Road", postal="33131")]
    _run(database, tmp_path, *rows)
    rows[1] = {**rows[1], "ExcludeFromWebsite": "Yes"}
    summary, _ = _run(database, tmp_path, *rows)
    assert (summary.withdrawn, summary.proposed) == (1, 1)
    again, _ = _run(database, tmp_path, *rows)
    assert (again.withdrawn, again.proposed) == (0, 0)
    with database.reading() as session:
        values = " ".join(value for value in session.scalars(sa.select(Fact.value)) if value)
        waiting = session.scalars(sa.select(Change.intends).where(Change.state == "proposed")).all()
        standings = set(session.scalars(sa.select(Record.standing).where(Record.kind == "listing")))
    assert "9 Public Lantern" not in values
    assert "8 Other Road" in values
    assert (list(waiting), standings) == (["close"], {"listed"})


def test_where_nobody_is_referred_any_more_people_decide_and_the_place_stays(
    database: Database, tmp_path: Path
) -> None:
    _run(database, tmp_path, agency(), program())
    summary, _ = _run(database, tmp_path, agency(), program(AgencyStatus="Active, but do not refer"))
    assert (summary.withdrawn, summary.proposed) == (0, 1)


# Again, and rows that are not what they should be


def test_the_same_export_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    rows = [
        agency(LastVerifiedOn="5/8/12 8:45"),
        program(LastVerifiedOn="5/8/12 8:45"),
        program("12", "Harbor House", term="Domestic Violence Shelters", LastVerifiedOn="5/9/12 0:00"),
        site(),
        at_site("30"),
        program("13", "Harbor Attic", ExcludeFromWebsite="Yes"),
        agency("2", "Harbor Line", TaxonomyTerm="Crisis Hotlines; ", LastVerifiedOn="5/8/12 8:45"),
    ]
    _run(database, tmp_path, *rows)
    before = _counts(database)
    assert before["evidence"] > 0
    _run(database, tmp_path, *rows)
    assert _counts(database) == before


def test_a_later_day_is_noted_although_nothing_else_changed(database: Database, tmp_path: Path) -> None:
    _run(database, tmp_path, agency(), program(LastVerifiedOn="5/8/12 0:00"))
    before = _counts(database)
    _run(database, tmp_path, agency(), program(LastVerifiedOn="5/8/13 0:00"))
    after = _counts(database)
    assert after["evidence"] == 2 * before["evidence"]
    assert after["fact"] == before["fact"]


def test_rows_that_cannot_be_used_are_explained(tmp_path: Path) -> None:
    rows = [
        agency(),
        program("not an id"),
        program("11", ""),
        program("12"),
        program("12", "Harbor Twin"),
        program("13", AgencyDescription="x" * 40_000),
    ]
    raw = b'14,"Harbor Cut",,Program,,1\r\n' + b",".join([b"15"] * 80) + b"\r\n,,,\r\n"
    summary, told = _run(None, tmp_path, *rows, raw=raw)
    refused = {number: row["rules"][0] for number, row in told.items() if row["status"] in ("rejected", "quarantined")}
    assert refused == {
        3: "no-id", 4: "no-name", 6: "duplicate-id", 7: "cell-too-long", 8: "cut-short", 9: "row-too-long"
    }  # fmt: skip
    assert told[10]["status"] == "skipped"
    assert sum(summary.totals.values()) == 9


def test_a_package_without_such_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("id,name\n1,x\n")
    with pytest.raises(RefusedError, match="no table of iCarol"):
        _read(tmp_path / "other.csv")


# A real export


def test_a_real_export_comes_in_whole(shared: Path, tmp_path: Path) -> None:
    export, report = shared / "data" / "icarol_dc211" / "dc211.csv", tmp_path / "report.json"
    summary = import_package(None, "icarol", export, source="dc", report=report)
    rows: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    assert len(rows) == len({row["row"] for row in rows}) == 1_979
    assert summary.totals == {"accepted": 289, "repaired": 1_678, "quarantined": 12}
    refused = Counter(row["rules"][0] for row in rows if row["status"] == "quarantined")
    assert refused == {"not-referred-to": 10, "no-name": 1, "name-tells-place": 1}
    assert sum(bool(row["phones"]) for row in rows) >= 1_850
    assert sum(bool(row["phones_unparsed"]) for row in rows) <= 12
    languages = Counter(tag for row in rows for tag in row["languages"])
    assert (languages["es"], languages["ase"], languages["am"]) == (327, 80, 22)
    shelters = [row for row in rows if {"emergency-shelter", "transitional-housing", "shelter"} & {*row["kinds"]}]
    assert len(shelters) >= 90
    confidential = [row for row in rows if row["confidential"]]
    assert 150 <= len(confidential) <= 200
    assert not any(row["city"] or row["postal"] for row in confidential)
