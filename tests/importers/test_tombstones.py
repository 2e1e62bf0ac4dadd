"""What is missing at its source is marked and stays; what people closed does not come back by any door."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.freshness.models import Evidence
from directory.intake.do_not_call import may_be_called, not_to_be_called, say_do_not_call
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.reconciliation.service import reconcile
from directory.sources.models import Claim, ImportRun, Source, SourceRecord
from directory.sources.queries import NoLongerListed, no_longer_listed
from importers.layout import layouts
from importers.opening import READERS
from importers.run import import_package
from tests.conftest import NOW
from tests.importers.feeds import join
from tests.importers.icarol_feeds import agency, program, write_export
from tests.importers.layouts import rows_of, write_table
from tests.importers.other_layouts import ILAO, OHANA, ilao_service, ohana_service, write_tables
from tests.importers.planned import bring, feed, number_of, offer, owner, record_named, shown, write
from tests.importers.test_undo import undo


def _gone(database: Database) -> list[str]:
    """Source keys that are marked as missing."""
    with database.reading() as session:
        rows = sa.select(SourceRecord.source_key).where(SourceRecord.gone_at.is_not(None))
        return sorted(session.scalars(rows))


def _listed(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.text("SELECT count(*) FROM card WHERE brief IS NOT NULL")) or 0


def _close(database: Database, name: str, standing: str = "closed") -> int:
    with database.transaction() as session:
        service = record_named(database, name)
        listing = session.scalars(sa.select(Record.id).where(Record.service_id == service)).one()
        set_standing(session, listing, standing, by=None, reason="they closed", now=NOW)
    return listing


def test_what_a_source_does_not_have_any_more_is_marked_stays_and_loses_the_mark_when_it_returns(
    database: Database, tmp_path: Path
) -> None:
    bring(database, tmp_path, feed(range(100, 110)))
    before = _listed(database)
    done = bring(database, tmp_path, feed(range(101, 110)))
    assert done.did == {"missing": 2, "unchanged": 18}
    assert _gone(database) == ["organization:100", "service:100"]
    assert _listed(database) == before == 10
    with database.reading() as session:
        assert session.scalars(sa.select(Evidence.outcome).distinct()).all() == ["dropped"]
        service = session.scalars(sa.select(SourceRecord).where(SourceRecord.source_key == "service:100")).one()
        assert service.gone_at is not None
        day = service.gone_at.date().isoformat()
        name = session.scalars(sa.select(sa.func.coalesce(Source.owner, Source.key))).one()
        marked = no_longer_listed(session, [service.record_id or 0], is_confidential=False)
        assert marked == [NoLongerListed(name, day)]
        assert no_longer_listed(session, [service.record_id or 0], is_confidential=True)[0].since == day[:7]
    assert bring(database, tmp_path, feed(range(101, 110))).did == {"unchanged": 18}
    assert bring(database, tmp_path, feed(range(100, 110))).did == {"returned": 2, "unchanged": 18}
    assert _gone(database) == []
    with database.reading() as session:
        assert no_longer_listed(session, session.scalars(sa.select(Record.id)).all(), is_confidential=False) == []
    with database.reading() as session:
        assert session.scalars(sa.select(Claim.fact_id).where(Claim.gone_at.is_not(None))).all() == []
    assert reconcile(database, now=NOW) == []


def test_nothing_is_missing_where_a_row_could_not_be_told_or_nothing_was_there(
    database: Database, tmp_path: Path
) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    spoilt = bring(database, tmp_path, feed(range(101, 104)), raw={"services": b'"' + b"x" * 40 + b",1" * 40 + b"\r\n"})
    assert spoilt.plan is not None
    assert not spoilt.plan.is_whole
    assert _gone(database) == []


def test_nothing_is_missing_after_a_run_that_was_stopped(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.document.BATCH_ROWS", 2)
    bring(database, tmp_path, feed(range(100, 104)))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_package(database, "hsds", write(tmp_path, feed(range(102, 106))), source="county", progress=stop)
    assert _gone(database) == []


def test_what_is_missing_at_one_source_is_not_missing_at_another(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    bring(database, tmp_path, feed(range(100, 104)), source="state")
    bring(database, tmp_path, feed(range(101, 104)))
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(SourceRecord.gone_at.is_not(None))) == 2


@pytest.mark.parametrize("standing", ["closed", "do-not-list"])
def test_what_people_closed_returns_under_no_key_and_from_no_source(
    database: Database, tmp_path: Path, standing: str
) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    listing = _close(database, "Office 101", standing)
    again = join(owner(101), offer(901, of=101, name="Office 101", phone=number_of(101)))
    assert bring(database, tmp_path, join(feed([100, 102, 103]), again)).did == {"closed": 1, "unchanged": 7}
    other = bring(
        database, tmp_path, join(owner(1), offer(7, of=1, name="OFFICE 101", phone=number_of(101))), source="x"
    )
    assert other.did == {"new": 1, "closed": 1}
    assert _listed(database) == 3
    with database.reading() as session:
        assert session.get_one(Record, listing).standing == standing
    # Another one with the same name or the same number alone is another one.
    twins = join(
        owner(2),
        offer(8, of=2, name="Office 101", phone="305-555-0888"),
        offer(9, of=2, name="Pantry", phone=number_of(101)),
    )
    assert bring(database, tmp_path, twins, source="y").did == {"new": 3}
    undo(database, other.run)
    assert reconcile(database, now=NOW) == []


def test_what_is_closed_is_found_by_what_it_was_called_before(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    bring(database, tmp_path, feed(range(100, 104), {101: {"name": "Kitchen 101", "phone": "305-555-0777"}}))
    _close(database, "Kitchen 101")
    again = join(owner(5), offer(5, of=5, name="Office 101", phone=number_of(101)))
    assert bring(database, tmp_path, again, source="x").did == {"new": 1, "closed": 1}


def test_an_import_that_is_taken_back_does_not_open_what_people_closed(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    second = bring(database, tmp_path, feed(range(100, 104), {101: {"description": "Bread."}})).run
    listing = _close(database, "Office 101")
    after = shown(database)
    undo(database, second)
    with database.reading() as session:
        assert session.get_one(Record, listing).standing == "closed"
    assert shown(database)["search_key"] == after["search_key"]


def test_who_does_not_want_to_be_called_is_not_called_whatever_is_imported(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    with database.transaction() as session:
        organization = session.get_one(Record, record_named(database, "Harbor 101", "organization"))
        say_do_not_call(session, organization.id, by=None, reason="they asked", now=NOW)
    bring(database, tmp_path, feed(range(100, 104), {101: {"description": "Call us!"}}))
    run = bring(database, tmp_path, feed(range(100, 105), {102: {"description": "Call us!"}})).run
    undo(database, run)
    again = join(owner(5), offer(5, of=5, name="Another name", phone=number_of(101)))
    bring(database, tmp_path, again, source="x")
    with database.reading() as session:
        records = session.scalars(sa.select(Record).where(Record.kind == "service").order_by(Record.id)).all()
        calls = {record.id: may_be_called(session, record) for record in records}
        silenced = not_to_be_called(session)
        assert {record.id: record.organization_id not in silenced for record in records} == calls
        assert session.scalars(sa.select(ImportRun.state)).all().count("undone") == 1
        marks = session.scalars(sa.select(Fact.tier).where(Fact.slot == "handrail:do-not-call")).all()
    names = {name: calls[record_named(database, name)] for name in ("Office 100", "Office 101", "Another name")}
    assert names == {"Office 100": True, "Office 101": False, "Another name": False}
    assert marks == ["coordinator"]
    assert reconcile(database, now=NOW) == []


def _lines(folder: Path) -> Path:
    """A document of the HAARRRvest feed."""
    place = {
        "id": "loc_1", "name": "Harbor Kitchen", "latitude": 25.77, "longitude": -80.2,
        "addresss": [{"address_1": "9 Public Lantern Avenue", "city": "Miami", "state_province": "FL"}],
        "phones": [{"number": "305-555-0142"}],
    }  # fmt: skip
    told = {
        "_scraper": "almanac",
        "id": "org_1",
        "name": "Harbor Kitchen",
        "description": "Food.",
        "locations": [place],
    }
    path = folder / "lines.jsonl"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def _sheet(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_text("Agency,Service,Phone,City,State\nHarbor Aid,Food pantry,305-555-0142,Miami,FL\n", encoding="utf-8")
    return path


def _flat(name: str) -> Callable[[Path], Path]:
    return lambda folder: write_table(folder / "table.csv", rows_of(name))


_OHANA = join({"organizations": [{"id": "1", "name": "Harbor Aid"}]}, ohana_service("10", "Harbor Office"))
_ILAO = join({"organizations": [{"Organization ID": "1", "Title": "Harbor Law"}]}, ilao_service("10", "Harbor Office"))
_DOCUMENTS: dict[str, Callable[[Path], Path]] = {
    "hsds": lambda folder: write(folder, feed([100, 101])),
    "file": _sheet,
    "icarol": lambda folder: write_export(folder / "export.csv", [agency(), program()]),
    "ohana": lambda folder: write_tables(folder / "ohana", OHANA, _OHANA),
    "ilao": lambda folder: write_tables(folder / "ilao", ILAO, _ILAO),
    "haarrrvest": _lines,
} | {name: _flat(name) for name in layouts()}


def test_every_reader_has_a_document_here() -> None:
    assert _DOCUMENTS.keys() == READERS.keys()


@pytest.mark.parametrize("reader", sorted(_DOCUMENTS))
def test_no_reader_brings_back_what_people_closed(sqlite_database: Database, tmp_path: Path, reader: str) -> None:
    database, document = sqlite_database, _DOCUMENTS[reader](tmp_path)
    import_package(database, reader, document, source="county")
    assert _listed(database) > 0
    with database.transaction() as session:
        for service in session.scalars(sa.select(Record.id).where(Record.kind == "service")).all():
            set_standing(session, service, "closed", by=None, reason="they closed", now=NOW)
    assert _listed(database) == 0
    for source in ("county", "county", "another list"):
        import_package(database, reader, document, source=source)
        assert _listed(database) == 0, source
    with database.reading() as session:
        standings = session.scalars(sa.select(Record.standing).where(Record.kind == "service").distinct()).all()
    assert standings == ["closed"]
