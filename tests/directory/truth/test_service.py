"""Learning: what calls in a directory teach, who accepts it, and what is believed afterwards."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import broken_at
from directory.audit.timeline import timeline
from directory.db import Database
from directory.errors import NothingFitsError, RefusedError
from directory.freshness.learnt import Learnt, accepted, figures_of
from directory.freshness.models import Lesson
from directory.freshness.parameters import parameters
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.people.queries import names_of
from directory.people.service import command_line_person
from directory.planning.models import CallTask
from directory.truth.learning import DAYS_BETWEEN, LEAST_CASES, MOST_STEP, Proposal
from directory.truth.service import Taught, accept, forget, taught
from tests import makers
from tests.conftest import NOW

SHIPPED = next(group for group in parameters().groups if group.code == "legal").hazards.phone


def _called(session: Session, *looks: tuple[str, int]) -> int:
    """A legal service whose line was called, each time so many days ago."""
    listing = makers.make_service(session, makers.kind("legal"), makers.serves("US-FL")).listings[0][1]
    service = session.get_one(Record, listing).service_id
    phone = session.query(Fact).filter_by(record_id=service, field="phone", standing="current").one()
    for outcome, ago in looks:
        makers.observe(session, phone.id, "call", outcome, days_ago=ago)
    return listing


@pytest.fixture
def taught_much(database: Database) -> Database:
    """Thirty services whose numbers were right a year ago, of which half belong to somebody else by now."""
    with database.transaction() as session:
        for number in range(30):
            _called(session, ("live", 370), ("wrong-party" if number % 2 else "live", 5))
    return database


def _taught(database: Database) -> Taught:
    with database.reading() as session:
        return taught(session, now=NOW)


def _of(found: Taught, figure: str) -> Proposal:
    return next(one for one in found.proposals if one.figure == figure)


def _by(session: Session) -> int:
    return command_line_person(session, now=NOW).id


def test_calls_that_find_more_wrong_than_thought_propose_more(taught_much: Database) -> None:
    found = _of(_taught(taught_much), "legal.phone")
    assert (found.verdict, found.cases, found.old) == ("proposed", 30, SHIPPED)
    assert found.new == pytest.approx(SHIPPED * MOST_STEP)
    assert "found 15.0 that had ended" in found.why


def test_nothing_is_written_before_somebody_accepts(taught_much: Database) -> None:
    _taught(taught_much)
    with taught_much.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Lesson)) == 0
        assert figures_of(session) is parameters()


def test_groups_without_calls_propose_nothing(taught_much: Database) -> None:
    found = _taught(taught_much)
    assert _of(found, "shelter.phone").verdict == "too-few"
    assert [one.figure for one in found.proposals if one.verdict == "proposed"] == ["legal.phone"]
    assert _of(found, "trace.site.phi").cases < LEAST_CASES
    assert found.correction.verdict == "too-few"


def test_what_is_accepted_is_believed_and_stands_in_the_audit(taught_much: Database) -> None:
    mark = _taught(taught_much).mark
    with taught_much.transaction() as session:
        accept(session, mark, by=_by(session), now=NOW)
        assert figures_of(session).group_of(["legal"]).hazards.phone == pytest.approx(SHIPPED * MOST_STEP)
    with taught_much.reading() as session:
        lesson = session.scalars(sa.select(Lesson)).one()
        assert (lesson.calls, lesson.accepted_by) == (30, _by(session))
        assert figures_of(session).version > parameters().version
        (last, *_) = timeline(session, names=names_of, limit=1)
        assert last.what == "accepted figures that calls taught about how listings go out of date (lesson 1)"
        assert broken_at(session) is None


def test_only_what_was_read_is_accepted(taught_much: Database) -> None:
    mark = _taught(taught_much).mark
    with taught_much.transaction() as session:
        for _ in range(30):
            _called(session, ("live", 370), ("live", 5))
    with taught_much.transaction() as session:
        by = _by(session)
        with pytest.raises(RefusedError, match="Read it again"):
            accept(session, mark, by=by, now=NOW)
        with pytest.raises(RefusedError):
            accept(session, "", by=by, now=NOW)
        assert accepted(session).number == 0


def test_figures_move_once_in_four_weeks(taught_much: Database) -> None:
    with taught_much.transaction() as session:
        by = _by(session)
        accept(session, taught(session, now=NOW).mark, by=by, now=NOW)
        again = taught(session, now=NOW)
        assert _of(again, "legal.phone").old == pytest.approx(SHIPPED * MOST_STEP)
        assert again.mark
        with pytest.raises(RefusedError, match="next time"):
            accept(session, again.mark, by=by, now=NOW)
        later = NOW + dt.timedelta(days=DAYS_BETWEEN)
        accept(session, taught(session, now=later).mark, by=by, now=later)
        assert accepted(session).number == 2


def test_the_reviewed_figures_come_back(taught_much: Database) -> None:
    with taught_much.transaction() as session:
        by = _by(session)
        with pytest.raises(NothingFitsError):
            forget(session, by=by, now=NOW)
        accept(session, taught(session, now=NOW).mark, by=by, now=NOW)
        forget(session, by=by, now=NOW)
        assert accepted(session).learnt == Learnt()
        assert figures_of(session).groups == parameters().groups


def test_doubts_that_never_come_true_are_corrected_once(database: Database) -> None:
    today = NOW.date().toordinal()
    with database.transaction() as session:
        for _ in range(110):
            listing = _called(session)
            session.add(
                CallTask(
                    listing_id=listing, kind="queue", tier="liveness", minutes=2.5, p_wrong=0.4, why="[]",
                    planned_on=today - 10, done_on=today - 5, result="right",
                )
            )  # fmt: skip
        session.flush()
        found = taught(session, now=NOW)
        assert found.correction.verdict == "proposed"
        ((believed, counts_as),) = found.figures.correction
        assert believed == 0.4
        assert counts_as < 0.2
        accept(session, found.mark, by=_by(session), now=NOW)
        assert figures_of(session).correction == found.figures.correction
        # What was believed before says nothing about what is believed now.
        assert taught(session, now=NOW).correction.cases == 0


def test_a_service_that_was_closed_since_still_teaches(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(LEAST_CASES):
            _called(session, ("live", 370), ("wrong-party", 5))
    before = _of(_taught(database), "legal.phone")
    with database.transaction() as session:
        for service in session.scalars(sa.select(Record.id).where(Record.kind == "service")).all():
            set_standing(session, service, "closed", by=None, reason="a test closes it", now=NOW)
    after = _of(_taught(database), "legal.phone")
    assert (after.cases, after.new) == (before.cases, before.new)
    assert before.cases == LEAST_CASES


def test_own_pages_that_lost_a_number_teach_too(database: Database) -> None:
    with database.transaction() as session:
        for number in range(6):
            listing = _called(session, ("live", 300), ("wrong-party" if number == 0 else "live", 90))
            service = session.get_one(Record, listing).service_id
            phone = session.query(Fact).filter_by(record_id=service, field="phone", standing="current").one()
            for days_ago in (310, 250, 150):
                makers.observe(session, phone.id, "corroboration", "seen", days_ago=days_ago)
            if number < 3:
                makers.observe(session, phone.id, "corroboration", "gone", days_ago=100)
    found = _taught(database)
    # Three losses that were followed by a call, one of them with a cause: so one change, of which the page had told.
    assert _of(found, "trace.phone.phi").cases == 3
    assert "After 3 of 3 losses somebody called, and 2 times the fact still held" in _of(found, "trace.phone.phi").why
    assert "the trace was watched for 3 years" in _of(found, "trace.phone.phi").why
    assert _of(found, "trace.phone.q").cases == 1
    assert "the trace had gone before 1;" in _of(found, "trace.phone.q").why
