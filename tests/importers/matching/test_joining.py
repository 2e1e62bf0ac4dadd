"""A run joins what is certainly one, asks about what may be, never asks twice, and leaves people's decisions alone."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import NotFoundError, RefusedError
from directory.intake.matches import decide_different, decide_same, forget_pairs, undo_decision
from directory.intake.pairs import list_pairs, show_pair
from directory.listings.models import Change, Fact, Record
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from directory.sources.models import MatchPair
from importers.run import import_package
from tests.conftest import NOW
from tests.importers.feeds import join, service, write_package


def _feed(folder: Path, name: str, organization: str, *services: Any) -> Path:
    tables: Any = {"organizations": [{"id": "1", "name": organization}]}
    return write_package(folder / name, join(tables, *services))


def _import(database: Database | None, feed: Path, source: str) -> dict[str, Any]:
    report = feed.parent / f"{source}.json"
    import_package(database, "hsds", feed, source=source, report=report)
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    return told


def _row(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in report["rows"] if row["name"] == name)


@pytest.fixture
def two_lists(tmp_path: Path) -> tuple[Path, Path]:
    """One organization and its services as two lists have them."""
    one = _feed(
        tmp_path, "one", "Harbor Aid, Inc.", service("10", "Legal Clinic"), service("11", "Food Pantry"),
        service("12", "Safe Beds", kind="Emergency Shelter", street="4815 Quincewater Road", postal="33196"),
    )  # fmt: skip
    other = _feed(
        tmp_path, "other", "Harbor Aid", service("90", "The Legal Clinic"), service("91", "Food Pantry for Seniors"),
        service("92", "Safe Beds", kind="Emergency Shelter", street="4815 Quincewater Road", postal="33196"),
    )  # fmt: skip
    return one, other


def test_what_two_sources_say_of_one_service_becomes_one(database: Database, two_lists: tuple[Path, Path]) -> None:
    first = _import(database, two_lists[0], "one")
    second = _import(database, two_lists[1], "other")
    assert second["rows"][0]["organization"] == first["rows"][0]["organization"]
    assert _row(second, "The Legal Clinic")["listing"] == _row(first, "Legal Clinic")["listing"]
    assert _row(second, "Food Pantry for Seniors")["listing"] != _row(first, "Food Pantry")["listing"]
    with database.reading() as session:
        merges = session.scalars(sa.select(Change).where(Change.kind == "merge")).all()
        # Each belongs to the run, so that undoing the run takes it back.
        assert {change.run_id for change in merges} == {second["run"]}
        stored = session.scalars(sa.select(MatchPair)).all()
        assert {pair.verdict for pair in stored} <= {"same", "review"}
        assert not any("Quincewater" in pair.why or "305" in pair.why for pair in stored)
    assert reconcile(database, now=NOW) == []


def test_the_same_again_changes_nothing(database: Database, two_lists: tuple[Path, Path]) -> None:
    _import(database, two_lists[0], "one")
    before = _import(database, two_lists[1], "other")
    with database.reading() as session:
        changes = session.scalar(sa.select(sa.func.count()).select_from(Change))
        pairs = session.scalar(sa.select(sa.func.count()).select_from(MatchPair))
    again = _import(database, two_lists[1], "other")
    assert [row["listing"] for row in again["rows"]] == [row["listing"] for row in before["rows"]]
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Change)) == changes
        assert session.scalar(sa.select(sa.func.count()).select_from(MatchPair)) == pairs


def test_a_person_decides_and_is_not_put_off_until(database: Database, two_lists: tuple[Path, Path]) -> None:
    for number, feed in enumerate(two_lists):
        _import(database, feed, ("one", "other")[number])
    with database.transaction() as session:
        by = actor_of(session, command_line_person(session, now=NOW).id)
        [pair] = [one for one in list_pairs(session) if "Food Pantry" in one.names]
        decide_same(session, pair.id, by=by, now=NOW)
        assert show_pair(session, pair.id).is_merged
        with pytest.raises(RefusedError, match="one already"):
            decide_same(session, pair.id, by=by, now=NOW)
        undo_decision(session, pair.id, by=by, now=NOW)
        assert not show_pair(session, pair.id).is_merged
        with pytest.raises(RefusedError, match="Nobody has decided"):
            undo_decision(session, pair.id, by=by, now=NOW)
        decide_different(session, pair.id, by=by, now=NOW)
        assert pair.id not in {one.id for one in list_pairs(session)}
    _import(database, two_lists[1], "other")
    with database.transaction() as session:
        assert show_pair(session, pair.id).verdict == "different"
        with pytest.raises(NotFoundError):
            show_pair(session, 10_000)
        forget_pairs(session, session.scalars(sa.select(Record.id)).all())
        assert session.scalars(sa.select(MatchPair)).all() == []
    assert reconcile(database, now=NOW) == []


def test_a_merge_of_a_run_can_be_parted_by_a_person(database: Database, two_lists: tuple[Path, Path]) -> None:
    _import(database, two_lists[0], "one")
    _import(database, two_lists[1], "other")
    with database.transaction() as session:
        by = actor_of(session, command_line_person(session, now=NOW).id)
        same = {one.names[0]: one for one in list_pairs(session, verdict="same")}
        with pytest.raises(RefusedError, match="on top"):
            decide_different(session, same["Harbor Aid, Inc."].id, by=by, now=NOW)
        decide_different(session, same["Legal Clinic"].id, by=by, now=NOW)
    again = _import(database, two_lists[1], "other")
    first = _import(database, two_lists[0], "one")
    assert _row(again, "The Legal Clinic")["listing"] != _row(first, "Legal Clinic")["listing"]


def test_pairs_of_one_document_are_told_in_a_dry_run_too(tmp_path: Path) -> None:
    tables: Any = {"organizations": [{"id": "1", "name": "Harbor Aid"}, {"id": "2", "name": "Harbor Aid, Inc."}]}
    doubled = join(
        tables, service("10", "Legal Clinic"), service("11", "Legal Clinic"), service("12", "Clinic", organization="2")
    )  # fmt: skip
    report = _import(None, write_package(tmp_path / "feed", doubled), "one")
    assert _row(report, "Harbor Aid")["organization"] == _row(report, "Harbor Aid, Inc.")["organization"]
    [pair] = [one for one in report["review"] if one["rows"][0]["row"] == 2]
    assert set(pair) == {"rows", "score", "why"}
    assert [place["file"] for place in pair["rows"]] == ["services.csv"] * 2
    assert "the same name" in pair["why"]
    assert _import(None, tmp_path / "feed", "one") == report


def test_what_a_stopped_run_brought_is_joined_by_the_next(database: Database, two_lists: tuple[Path, Path]) -> None:
    first = _import(database, two_lists[0], "one")

    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_package(database, "hsds", two_lists[1], source="other", progress=stop)
    with database.reading() as session:
        assert session.scalars(sa.select(Change).where(Change.kind == "merge")).all() == []
    second = _import(database, two_lists[1], "other")
    assert _row(second, "The Legal Clinic")["listing"] == _row(first, "Legal Clinic")["listing"]


def test_records_whose_name_may_not_be_shown_are_never_joined(database: Database, tmp_path: Path) -> None:
    hidden = "4815 Quincewater Road House"
    for source, number in (("one", "10"), ("other", "90")):
        shelter = service(number, hidden, kind="Emergency Shelter", street="4815 Quincewater Road", postal="33196")
        _import(database, _feed(tmp_path, source, hidden, shelter), source)
    with database.reading() as session:
        names = session.scalars(sa.select(Fact.value).where(Fact.field == "name", Fact.standing == "current")).all()
        assert set(names) == {'{"text":"Name not shown"}'}
        assert session.scalars(sa.select(MatchPair)).all() == []
        assert session.scalars(sa.select(Change).where(Change.kind == "merge")).all() == []


def test_two_of_one_list_never_become_one_by_way_of_another(database: Database, tmp_path: Path) -> None:
    twice = (service("10", "Youth Program"), service("11", "Youth Program", place="L10"))
    first = _import(database, _feed(tmp_path, "one", "Harbor Aid", *twice), "one")
    second = _import(database, _feed(tmp_path, "other", "Harbor Aid", service("90", "Youth Program")), "other")
    listings = {row["listing"] for row in (*first["rows"], *second["rows"]) if row["name"] == "Youth Program"}
    assert len(listings) == 3
    with database.reading() as session:
        # Which of the two the other list means, people say.
        assert {one.names for one in list_pairs(session)} == {("Youth Program", "Youth Program")}
