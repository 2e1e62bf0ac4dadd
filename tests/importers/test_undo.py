"""An import can be taken back: cards are then what they were, and what people have touched since stays."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import NotFoundError, RefusedError
from directory.intake.undoing import Undone, undo_run
from directory.integrity import service as integrity
from directory.integrity.editing import Edit
from directory.integrity.table import HIDDEN_FOR, MOST_HIDINGS
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from directory.listings.models import Change, Fact, Record
from directory.listings.service import set_standing
from directory.people.models import Person
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from directory.sources.models import ImportRun, MatchPair, SourceRecord
from directory.worklist.asked import Asked
from directory.worklist.queries import find
from importers.run import import_package
from tests.conftest import NOW
from tests.importers.feeds import join
from tests.importers.planned import (
    bring,
    confirm_number_of,
    feed,
    number_of,
    offer,
    record_named,
    shown,
    write,
)
from tests.staff import acting, make_person


def undo(database: Database, run: int | None) -> Undone:
    """Take a run back, as the command does."""
    with database.transaction() as session:
        by = actor_of(session, command_line_person(session, now=NOW).id)
        return undo_run(session, run or 0, by=by, now=NOW)


def _number_of_facts_with_values(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(Fact.value.is_not(None))) or 0


def test_the_first_import_taken_back_leaves_nothing_to_see_and_nothing_that_was_said(
    database: Database, tmp_path: Path
) -> None:
    before = shown(database)
    run = bring(database, tmp_path, feed(range(100, 112))).run
    undone = undo(database, run)
    assert (undone.removed, undone.restored, undone.proposals, undone.kept) == (24, 0, 0, ())
    assert shown(database) == before == {"card": [], "search_key": [], "search_text": []}
    assert _number_of_facts_with_values(database) == 0
    assert reconcile(database, now=NOW) == []
    with database.reading() as session:
        by = actor_of(session, 1)
        assert find(session, Asked(), by=by).lines == ()
    again = bring(database, tmp_path, feed(range(100, 112)))
    assert again.did == {"new": 24}
    assert len(shown(database)["card"]) == 48
    assert reconcile(database, now=NOW) == []


def test_an_import_taken_back_leaves_the_bytes_that_were_there_before(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 130)))
    bring(database, tmp_path, feed(range(200, 204)), source="state")
    confirm_number_of(database, 101)
    before = shown(database)
    after = join(
        feed(
            range(103, 135),
            {
                103: {"phone": "305-555-0998", "description": "Bread.", "street": "12 Other Road"},
                104: {"url": "https://office.example.org"},
                105: {"name": "Harbor Kitchen"},
                106: {"place": "second"},
            },
        ),
        feed([101], {101: {"phone": "305-555-0999"}}),
        offer(140, of=104),
    )
    done = bring(database, tmp_path, after)
    assert done.did == {"new": 11, "changed": 5, "waits": 1, "missing": 4, "unchanged": 51}
    assert shown(database) != before
    undone = undo(database, done.run)
    assert (undone.removed, undone.proposals, undone.kept) == (11, 1, ())
    assert shown(database) == before
    assert reconcile(database, now=NOW) == []
    with database.reading() as session:
        assert session.scalars(sa.select(Change.id).where(Change.state == "proposed")).all() == []
        assert session.scalars(sa.select(SourceRecord.id).where(SourceRecord.gone_at.is_not(None))).all() == []
    assert bring(database, tmp_path, after).did == done.did
    assert reconcile(database, now=NOW) == []


def test_what_returned_is_missing_again_when_that_is_taken_back(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 110)))
    bring(database, tmp_path, feed(range(102, 110)))
    before = shown(database)
    done = bring(database, tmp_path, feed(range(100, 110)))
    assert done.did == {"returned": 4, "unchanged": 16}
    assert shown(database) != before
    undo(database, done.run)
    assert shown(database) == before
    assert reconcile(database, now=NOW) == []


def test_what_somebody_confirmed_changed_or_closed_since_is_kept_and_listed(database: Database, tmp_path: Path) -> None:
    run = bring(database, tmp_path, feed(range(100, 106))).run
    confirm_number_of(database, 101)
    with database.transaction() as session:
        editor = acting(session, make_person(session, "Editor"))
        words = Edit(FactDraft("description", Text("Ring twice.")))
        integrity.edit(session, record_named(database, "Office 102"), [words], by=editor, reason="they said", now=NOW)
        set_standing(session, record_named(database, "Office 103"), "closed", by=editor.id, reason="closed", now=NOW)
    undone = undo(database, run)
    kept = {(one.name, one.why) for one in undone.kept}
    assert kept == {
        ("Office 101", "confirmed"), ("Harbor 101", "needed"), ("Office 102", "changed"), ("Harbor 102", "needed"),
        ("Office 103", "changed"), ("Harbor 103", "needed"),
    }  # fmt: skip
    assert undone.removed == 6
    assert all(one.sentence for one in undone.kept)
    assert reconcile(database, now=NOW) == []
    assert bring(database, tmp_path, feed(range(100, 106))).did == {"new": 6, "unchanged": 6}


def test_a_value_that_was_confirmed_since_the_run_brought_it_stays(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    new = {n: {"phone": number_of(n + 500)} for n in (101, 102)}
    done = bring(database, tmp_path, feed(range(100, 104), new))
    confirm_number_of(database, 101)
    undone = undo(database, done.run)
    assert [(one.name, one.why) for one in undone.kept] == [("Office 101", "confirmed")]
    assert undone.restored == 1
    with database.reading() as session:
        current = session.scalars(
            sa.select(Fact.match_key).where(Fact.field == "phone", Fact.standing == "current").order_by(Fact.match_key)
        ).all()
    assert current == ["+13055550100", "+13055550102", "+13055550103", "+13055550601"]
    assert reconcile(database, now=NOW) == []


def test_what_became_confidential_stays_confidential(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    done = bring(database, tmp_path, feed(range(100, 104), {101: {"kind": "Emergency Shelter"}}))
    undone = undo(database, done.run)
    assert {one.why for one in undone.kept} == {"withdrawn"}
    assert "101 Public Lantern" not in repr(shown(database))
    with database.reading() as session:
        closed = sa.select(Record.id).where(Record.location_disclosure != "public", Record.kind == "service")
        assert len(session.scalars(closed).all()) == 1
    assert reconcile(database, now=NOW) == []


def test_runs_of_a_source_are_taken_back_from_the_last(database: Database, tmp_path: Path) -> None:
    empty = shown(database)
    first = bring(database, tmp_path, feed(range(100, 104))).run
    between = shown(database)
    second = bring(database, tmp_path, feed(range(100, 106), {101: {"description": "Bread."}})).run
    third = bring(database, tmp_path, feed(range(100, 106), {101: {"description": "Bread."}})).run
    with pytest.raises(RefusedError, match=f"import undo {third}"):
        undo(database, first)
    after = shown(database)
    undo(database, third)
    assert shown(database) == after
    undo(database, second)
    assert shown(database) == between
    undo(database, first)
    assert shown(database) == empty
    with pytest.raises(RefusedError, match="already"):
        undo(database, first)
    with pytest.raises(NotFoundError):
        undo(database, 99)
    assert reconcile(database, now=NOW) == []


def test_a_run_that_was_stopped_can_be_taken_back(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.document.BATCH_ROWS", 2)
    bring(database, tmp_path, feed(range(100, 104)))
    before = shown(database)

    def stop(done: int, total: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    changed = write(tmp_path, feed(range(101, 110), {102: {"description": "Bread."}}))
    with pytest.raises(KeyboardInterrupt):
        import_package(database, "hsds", changed, source="county", progress=stop)
    assert shown(database) != before
    with database.reading() as session:
        run = session.scalars(sa.select(ImportRun.id).where(ImportRun.state == "failed")).one()
        assert session.scalars(sa.select(SourceRecord.id).where(SourceRecord.gone_at.is_not(None))).all() == []
    undo(database, run)
    assert shown(database) == before
    assert reconcile(database, now=NOW) == []
    assert import_package(database, "hsds", changed, source="county").did == {
        "new": 12, "changed": 1, "missing": 2, "unchanged": 5,
    }  # fmt: skip


def test_only_people_who_keep_the_directory_take_an_import_back(database: Database, tmp_path: Path) -> None:
    run = bring(database, tmp_path, feed([100])).run
    with database.transaction() as session:
        partner = acting(session, make_person(session, "Partner", role="partner"))
        with pytest.raises(RefusedError, match="coordinator"):
            undo_run(session, run or 0, by=partner, now=NOW)


def test_what_a_run_merged_is_apart_again_when_it_is_taken_back(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104)))
    before = shown(database)
    run = bring(database, tmp_path, feed(range(100, 104)), source="state").run
    with database.reading() as session:
        merges = session.scalars(sa.select(Change).where(Change.kind == "merge", Change.run_id == run)).all()
        pairs = session.scalar(sa.select(sa.func.count()).select_from(MatchPair))
    assert merges
    assert pairs
    undone = undo(database, run)
    assert undone.kept == ()
    assert shown(database) == before
    assert reconcile(database, now=NOW) == []
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Record.merged_into.is_not(None))) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(MatchPair)) == 0


def test_an_import_that_people_rely_on_is_taken_back_by_two(database: Database, tmp_path: Path) -> None:
    run = bring(database, tmp_path, feed(range(100, 100 + MOST_HIDINGS + 1))).run or 0
    before, later = shown(database), NOW + HIDDEN_FOR + dt.timedelta(minutes=1)
    with database.transaction() as session:
        one, two, young = (make_person(session, name) for name in ("One", "Two", "Young"))
        made = sa.update(Person).where(Person.id == young)
        session.execute(made.values(created_at=later, invited_by=one))

    def press(person: int) -> Undone:
        with database.transaction() as session:
            return undo_run(session, run, by=acting(session, person, stepped_up=True), now=later)

    # Once more by the same is no second word.
    assert [press(one).waits, press(one).waits] == [MOST_HIDINGS + 1] * 2
    with pytest.raises(RefusedError, match="younger than seven days"):
        press(young)
    assert shown(database) == before
    undone = press(two)
    assert (undone.waits, undone.removed) == (0, 2 * (MOST_HIDINGS + 1))
    assert shown(database)["card"] == []


def test_a_few_listings_of_an_old_import_go_by_one_and_add_up(database: Database, tmp_path: Path) -> None:
    half = MOST_HIDINGS // 2 + 1
    runs = [bring(database, tmp_path, feed(range(n, n + half)), source=f"list-{n}").run or 0 for n in (100, 200)]
    later = NOW + HIDDEN_FOR + dt.timedelta(minutes=1)
    with database.transaction() as session:
        one = acting(session, make_person(session, "One"))
    waits = []
    for run in runs:
        with database.transaction() as session:
            waits.append(undo_run(session, run, by=one, now=later).waits)
    assert waits == [0, half]
