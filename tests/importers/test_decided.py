"""An import that people have reviewed: what they took comes in, what they kept out is remembered, the rest waits."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import sqlalchemy as sa

from directory.db import Database
from directory.intake.deciding import Decided, ValueKey, Verdict
from directory.intake.reviewing import counts_of, decided_by, lines_of
from directory.intake.undoing import undo_run
from directory.listings.models import Fact, Record
from directory.people.actor import Actor
from importers.report import Summary
from importers.run import import_package
from tests.importers.feeds import join
from tests.importers.planned import Rows, bring, confirm_number_of, feed, offer, plan, record_named, shown, write
from tests.staff import acting, make_person


def somebody(database: Database) -> Actor:
    """Who reviews."""
    with database.transaction() as session:
        return acting(session, make_person(session, "Ana", "admin", scopes=()))


def reviewed(database: Database, folder: Path, tables: Rows, decided: Decided) -> Summary:
    """Import a feed as it was reviewed."""
    return import_package(database, "hsds", write(folder, tables), source="county", by=decided.by.id, decided=decided)


def deciding(
    database: Database, folder: Path, tables: Rows, verdict: Verdict, *, fields: Iterable[str] = (), by: Actor
) -> Decided:
    """Decide every line of a feed's plan alike, or those about some fields."""
    lines = lines_of(plan(database, folder, tables))
    wanted = {str(line.number) for line in lines if line.is_open and (not fields or line.field in fields)}
    return decided_by(lines, dict.fromkeys(wanted, (verdict, "older")), by)


def told(database: Database, number: int, field: str = "description") -> list[str]:
    """What stands at an office."""
    with database.reading() as session:
        found = sa.select(Fact.value).where(
            Fact.record_id == record_named(database, f"Office {number}"),
            Fact.field == field,
            Fact.standing == "current",
        )
        return [str(one) for one in session.scalars(found)]


def test_what_nobody_decided_changes_nothing_and_is_asked_about_again(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 103)))
    before, by = shown(database), somebody(database)
    later = feed(range(100, 104), {100: {"description": "New words."}, 101: {"phone": "305-555-9001"}})
    first = plan(database, tmp_path, later)
    assert first.counts()["changed"] == 2
    reviewed(database, tmp_path, later, Decided(by))
    assert shown(database) == before
    again = plan(database, tmp_path, later)
    assert (again.rows, again.new_rows) == (first.rows, first.new_rows)


def test_what_everybody_takes_is_what_an_import_would_have_done(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 103)))
    later = feed(range(100, 104), {100: {"description": "New words."}, 101: {"phone": "305-555-9001"}})
    decided = deciding(database, tmp_path, later, "take", by=somebody(database))
    assert reviewed(database, tmp_path, later, decided).did == {"new": 2, "changed": 2, "unchanged": 4}
    assert told(database, 100) == ['{"text":"New words."}']
    assert plan(database, tmp_path, later).counts() == {"unchanged": 8}


def test_a_declined_value_is_remembered_until_its_source_says_something_else(
    database: Database, tmp_path: Path
) -> None:
    bring(database, tmp_path, feed([100]))
    by = somebody(database)
    second = feed([100], {100: {"description": "Second."}})
    reviewed(database, tmp_path, second, deciding(database, tmp_path, second, "take", by=by))
    third = feed([100], {100: {"description": "Third."}})
    reviewed(database, tmp_path, third, deciding(database, tmp_path, third, "keep", by=by))
    assert told(database, 100) == ['{"text":"Second."}']
    # The same again, with something else beside it: only that is asked about, here and at the command line.
    beside = feed([100], {100: {"description": "Third.", "email": "office@harbor.example.org"}})
    lines = [line for line in lines_of(plan(database, tmp_path, beside)) if line.is_open]
    assert [line.field for line in lines] == ["email"]
    bring(database, tmp_path, beside)
    assert told(database, 100) == ['{"text":"Second."}']
    fourth = feed([100], {100: {"description": "Fourth."}})
    assert "description" in {line.field for line in lines_of(plan(database, tmp_path, fourth)) if line.is_open}


def test_a_number_that_somebody_confirmed_never_changes_by_a_review(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed([100, 101]))
    confirm_number_of(database, 100)
    later = feed([100, 101], {100: {"phone": "305-555-9001"}})
    [line] = [one for one in lines_of(plan(database, tmp_path, later)) if one.is_open]
    assert line.kind == "two-people"
    before = shown(database)["card"]
    done = reviewed(database, tmp_path, later, deciding(database, tmp_path, later, "take", by=somebody(database)))
    assert done.proposed == 1
    assert [card[0] for card in shown(database)["card"]] == [card[0] for card in before]
    assert "9001" not in str(told(database, 100, "phone"))


def test_what_becomes_confidential_waits_for_no_review(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed([100, 101]))
    closed: Mapping[str, str] = {"kind": "Emergency Shelter"}
    later = feed([100, 101], {100: closed})
    by = somebody(database)
    done = reviewed(database, tmp_path, later, Decided(by))
    assert done.withdrawn == 1
    with database.reading() as session:
        assert session.get_one(Record, record_named(database, "Office 100")).location_disclosure != "public"
    # Nor does a review open it again.
    back = feed([100, 101])
    reviewed(database, tmp_path, back, deciding(database, tmp_path, back, "take", by=by))
    with database.reading() as session:
        assert session.get_one(Record, record_named(database, "Office 100")).location_disclosure != "public"


def test_a_decision_about_a_value_that_moved_on_is_none(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed([100]))
    later = feed([100], {100: {"description": "Second."}})
    by = somebody(database)
    decided = deciding(database, tmp_path, later, "take", by=by)
    bring(database, tmp_path, feed([100], {100: {"description": "Meanwhile."}}))
    reviewed(database, tmp_path, later, decided)
    assert told(database, 100) == ['{"text":"Meanwhile."}']


def test_a_review_can_be_taken_back(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed([100, 101]))
    before, by = shown(database), somebody(database)
    later = feed([100, 101, 102], {100: {"description": "Second."}, 101: {"description": "Second."}})
    decided = deciding(database, tmp_path, later, "take", by=by)
    key = next(one for one in decided.values if one.row == "service:101")
    decided = Decided(by, {**decided.values, key: ("keep", "wrong")}, decided.rows)
    done = reviewed(database, tmp_path, later, decided)
    with database.transaction() as session:
        undo_run(session, done.run or 0, by=by, now=session.info["now"])
    assert shown(database) == before


def test_lines_are_counted_and_what_is_new_stands_last(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed([100, 101]))
    later = join(feed([100], {100: {"description": "Second."}}), offer(140, of=100), feed([150]))
    lines = lines_of(plan(database, tmp_path, later))
    # Two rows of Harbor 101 are missing.
    assert [line.kind for line in lines] == ["fills", "nothing", "nothing", "new", "new"]
    open_ones = [line.number for line in lines if line.is_open]
    assert len(set(open_ones)) == 3
    # They are of what is decided, wherever it stands.
    more = lines_of(plan(database, tmp_path, join(later, offer(99, of=101, description="First."))))
    assert set(open_ones) < {line.number for line in more if line.is_open}
    opened = [line for line in lines if line.is_open]
    counts = counts_of(lines, {str(opened[0].number): ("take", ""), str(opened[1].number): ("keep", "older")})
    assert (counts.of, counts.decided, counts.taken) == (3, 2, 1)
    assert counts.nothing == len(lines) - 3
    assert decided_by(lines, {}, somebody(database)).of_value(ValueKey("x", "y", "", "", "")) == ("later", "")


def test_a_line_stands_for_both_values_also_where_their_words_are_the_same(database: Database, tmp_path: Path) -> None:
    long = "Help with forms. " * 10
    offices = {
        number: {"description": f"Now: {long}{end}", "street": f"{number} Lantern Road"}
        for number, end in ((100, "A."), (101, "B."))
    }
    bring(database, tmp_path, feed(offices, offices))
    moved = {number: {"description": f"New: {long}", "street": "9 Harbor Road"} for number in offices}
    both = [one for row in plan(database, tmp_path, feed(offices, moved)).rows for one in row.differences]
    for field in ("description", "address"):
        one, other = (value for value in both if value.field == field)
        assert (one.ours, one.theirs) == (other.ours, other.theirs)
        assert one.mark != other.mark
    # Of a place there is no digest, only which fact stands there.
    with database.reading() as session:
        places = [str(fact_id) for fact_id in session.scalars(sa.select(Fact.id).where(Fact.field == "address"))]
    assert [value.mark for value in both if value.field == "address"] == places
