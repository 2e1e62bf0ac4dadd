"""A run stores what a document says, once; tells what became of every row; and can be stopped and begun again."""

import signal
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.cards.queries import card_of
from directory.db import Database
from directory.errors import BadInputError
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import find_record
from directory.sources.models import ImportRun, SourceRecord
from importers.run import import_package
from importers.store import Store
from tests.importers.feeds import join, service, write_package, write_zip
from tests.services import DatabaseSource

_ORGANIZATION: dict[str, list[dict[str, str]]] = {"organizations": [{"id": "1", "name": "Harbor Aid"}]}
_FEED = join(
    _ORGANIZATION,
    service("10", "Harbor Office", url="example.org"),
    service("11", "Harbor House", kind="Emergency Shelter", street="4815 Quincewater Road", postal="33196"),
    service("12", "Lost Property", organization="77"),
    service("13", "Ownerless", organization=""),
)


def _run(database: Database | None, package: Path, **more: Any) -> tuple[Any, dict[str, Any]]:
    report = package.parent / "report.json"
    summary = import_package(database, "hsds", package, source="test", report=report, **more)
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    return summary, told


def _row(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in report["rows"] if row["name"] == name)


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Record, Fact, Change, SourceRecord)
        }


def test_every_row_is_told_in_the_form_that_scripts_rely_on(database: Database, tmp_path: Path) -> None:
    summary, report = _run(database, write_package(tmp_path / "feed", _FEED))
    assert set(report) == {"source", "run", "totals", "rows", "review"}
    assert report["totals"] == summary.totals == {"repaired": 4, "accepted": 1}
    assert [row["file"] for row in report["rows"]] == ["organizations.csv"] + ["services.csv"] * 4
    assert [row["row"] for row in report["rows"]] == [2, 2, 3, 4, 5]
    row = _row(report, "Harbor Office")
    line = {"e164": "+13055550142", "short": None, "kind": "voice", "ext": None}
    assert row | {"organization": 0, "listing": 0, "listings": 0} == {
        "file": "services.csv", "sheet": None, "row": 2, "status": "repaired", "reason": None,
        "rules": ["url-scheme-added", "point-from-postal"], "listings": 0, "listing": 0, "organization": 0,
        "name": "Harbor Office", "phones": [line], "phones_unparsed": [], "languages": ["es"],
        "interpreter_on_request": None, "confidential": False, "kinds": ["case-management"], "city": "Miami",
        "region": "FL", "postal": "33130", "questions": [],
    }  # fmt: skip
    assert row["listing"] == row["listings"][0]
    assert row["organization"] == _row(report, "Harbor Aid")["organization"]
    with database.reading() as session:
        card = card_of(session, find_record(session, row["listing"], kind="listing").id)
    assert card is not None
    assert (card.name, card.organization, card.place) == ("Harbor Office", "Harbor Aid", "Miami, FL")


def test_a_confidential_row_tells_no_place(database: Database, tmp_path: Path) -> None:
    _, report = _run(database, write_package(tmp_path / "feed", _FEED))
    row = _row(report, "Harbor House")
    assert row["confidential"]
    assert (row["city"], row["region"], row["postal"]) == (None, None, None)
    assert "uincewater" not in (tmp_path / "report.json").read_text(encoding="utf-8")
    with database.reading() as session:
        listing = find_record(session, row["listing"], kind="listing")
        card = card_of(session, listing.id)
    assert listing.location_id is None
    assert card is not None
    assert (card.block, card.place) == ("confidential", "US-FL-331")


def test_a_service_whose_organization_is_missing_is_found_under_a_placeholder(
    database: Database, tmp_path: Path
) -> None:
    _, report = _run(database, write_package(tmp_path / "feed", _FEED))
    lost, ownerless = _row(report, "Lost Property"), _row(report, "Ownerless")
    for row in (lost, ownerless):
        assert row["status"] == "repaired"
        assert "organization-not-stated" in row["rules"]
        assert "organization-not-stated" in {question["rule"] for question in row["questions"]}
    assert len({lost["organization"], ownerless["organization"], _row(report, "Harbor Aid")["organization"]}) == 3
    with database.reading() as session:
        card = card_of(session, find_record(session, lost["listing"], kind="listing").id)
    assert card is not None
    assert "not stated" in card.organization


def test_the_same_document_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    package = write_package(tmp_path / "feed", _FEED, raw={"services": b"bad id,1,x\r\n14,1,y" + b",z" * 20 + b"\r\n"})
    _, first = _run(database, package)
    before = _counts(database)
    _, second = _run(database, package)
    assert _counts(database) == before
    assert first["rows"] == second["rows"]


def test_a_zip_says_the_same_as_its_folder(database: Database, tmp_path: Path) -> None:
    _, folder = _run(database, write_package(tmp_path / "feed", _FEED))
    before = _counts(database)
    _, archive = _run(database, write_zip(tmp_path / "feed.zip", _FEED))
    assert folder["rows"] == archive["rows"]
    assert _counts(database) == before


def test_an_organization_that_turns_up_later_replaces_its_placeholder(database: Database, tmp_path: Path) -> None:
    _, before = _run(database, write_package(tmp_path / "feed", _FEED))
    later = join({"organizations": [{"id": "77", "name": "Found Again"}]}, _FEED)
    _, after = _run(database, write_package(tmp_path / "feed", later))
    assert _row(after, "Lost Property")["organization"] == _row(before, "Lost Property")["organization"]
    assert "organization-not-stated" not in _row(after, "Lost Property")["rules"]
    with database.reading() as session:
        card = card_of(session, find_record(session, _row(after, "Lost Property")["listing"], kind="listing").id)
    assert card is not None
    assert card.organization == "Found Again"


def test_an_organization_whose_row_is_spoilt_later_keeps_its_name(database: Database, tmp_path: Path) -> None:
    _run(database, write_package(tmp_path / "feed", _FEED))
    spoilt = {**_FEED, "organizations": []}
    _, after = _run(
        database, write_package(tmp_path / "feed", spoilt, raw={"organizations": b"1,Harbor Aid" + b",x" * 9})
    )
    with database.reading() as session:
        card = card_of(session, find_record(session, _row(after, "Harbor Office")["listing"], kind="listing").id)
    assert card is not None
    assert card.organization == "Harbor Aid"


def test_a_dry_run_stores_nothing_and_gives_the_same_ids_every_time(tmp_path: Path) -> None:
    package = write_package(tmp_path / "feed", _FEED)
    summary, first = _run(None, package)
    _, second = _run(None, package)
    assert summary.run is None
    assert first == second
    listings = [listing for row in first["rows"] for listing in row["listings"]]
    assert len(listings) == len(set(listings)) == 4


def test_a_run_that_is_stopped_goes_on_where_it_ended(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.document.BATCH_ROWS", 2)
    package = write_package(tmp_path / "feed", _FEED)

    def stop(done: int, total: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_package(database, "hsds", package, source="test", progress=stop)
    with database.reading() as session:
        assert session.scalars(sa.select(ImportRun.state)).all() == ["failed"]
        held = session.scalar(sa.select(sa.func.count()).select_from(Record)) or 0
    assert held > 0
    summary, report = _run(database, package)
    assert sum(summary.totals.values()) == len(report["rows"]) == 5
    with database.reading() as session:
        assert session.scalars(sa.select(ImportRun.state).order_by(ImportRun.id)).all() == ["failed", "applied"]
        services = session.scalar(sa.select(sa.func.count()).where(Record.kind == "service"))
    assert services == 4


def test_ctrl_c_waits_for_the_end_of_a_transaction(
    database_source: DatabaseSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of one it would leave the database locked."""
    monkeypatch.setattr("importers.document.BATCH_ROWS", 2)
    made: list[uuid.UUID] = []

    def press_ctrl_c_soon() -> uuid.UUID:
        made.append(uuid.uuid4())
        if len(made) == 2:
            signal.raise_signal(signal.SIGINT)
        return made[-1]

    url = database_source.migrated()
    database = open_database(url, ids=press_ctrl_c_soon)
    usual = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        import_package(database, "hsds", write_package(tmp_path / "feed", _FEED), source="test")
    assert signal.getsignal(signal.SIGINT) is usual
    assert _states(database) == ["failed"]
    assert _counts(database)["record"] > 1
    database.dispose()
    database_source.discard(url)


def test_a_run_that_was_killed_is_failed_when_its_source_is_read_again(database: Database, tmp_path: Path) -> None:
    for source in ("test", "other"):
        # What a killed process leaves behind: a run that nobody ends.
        Store(database, source, reader="hsds").__enter__()
    _run(database, write_package(tmp_path / "feed", _FEED))
    assert _states(database) == ["failed", "running", "applied"]
    with database.reading() as session:
        ended = session.scalars(sa.select(ImportRun.finished_at).order_by(ImportRun.id)).all()
    assert [end is not None for end in ended] == [True, False, True]


@pytest.mark.parametrize("report", ["nowhere/report.json", "feed"])
def test_nothing_is_stored_when_there_is_no_place_for_the_report(
    report: str, database: Database, tmp_path: Path
) -> None:
    package = write_package(tmp_path / "feed", _FEED)
    with pytest.raises(BadInputError, match="report cannot be written there"):
        import_package(database, "hsds", package, source="test", report=tmp_path / report)
    assert _states(database) == []
    assert [path.name for path in tmp_path.iterdir()] == ["feed"]


def _states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(ImportRun.state).order_by(ImportRun.id)))


def test_a_status_that_closes_is_noted_for_the_store(database: Database, tmp_path: Path) -> None:
    _run(database, write_package(tmp_path / "feed", join(_ORGANIZATION, service("10", "Old", status="defunct"))))
    with database.reading() as session:
        notes = session.scalar(sa.select(SourceRecord.notes).where(SourceRecord.source_key == "service:10"))
    assert msgspec.json.decode(notes or "{}") == {"standing": "defunct"}


def test_unknown_columns_are_counted_and_what_they_hold_is_not_kept(database: Database, tmp_path: Path) -> None:
    _run(database, write_package(tmp_path / "feed", join(_ORGANIZATION, service("10", "Open", staff_diary="Pat Doe"))))
    with database.reading() as session:
        notes = session.scalar(sa.select(SourceRecord.notes).where(SourceRecord.source_key == "service:10"))
        values = session.scalars(sa.select(Fact.value)).all()
    assert msgspec.json.decode(notes or "{}") == {"unknown-columns": "1"}
    assert not any("Pat Doe" in (value or "") for value in values)


def test_a_report_is_its_owners_alone(tmp_path: Path) -> None:
    _run(None, write_package(tmp_path / "feed", _FEED))
    assert (tmp_path / "report.json").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed", "report.json"]


def test_there_is_no_reader_but_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such reader"):
        import_package(None, "stone-tablets", tmp_path, source="test")
