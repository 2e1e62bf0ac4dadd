"""Taking back what was entered after a call: within a day, by whoever entered it, and beliefs are as before."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.models import CardRow
from directory.confirming.calls import note_call
from directory.confirming.entered import Entered, Undone, enter_call, forget_entered, undo_call
from directory.confirming.models import EnteredCall
from directory.errors import NotFoundError, RefusedError
from directory.freshness.models import Belief, Evidence, WithdrawnEvidence
from directory.intake.do_not_call import may_be_called
from directory.integrity.queries import state_of
from directory.listings.models import Change, Fact, Record
from directory.planning.models import CallTask
from directory.planning.service import make_plan
from tests.conftest import NOW
from tests.directory.confirming.house import House
from tests.directory.search.seeding import dice
from tests.staff import acting, make_person

LATER = NOW + dt.timedelta(minutes=3)


@pytest.fixture
def house(session: Session) -> House:
    return House(session, is_verified=False)


def _enter(session: Session, house: House, outcome: str, **more: Any) -> Entered:
    return enter_call(session, house.listing, outcome=outcome, by=house.one(session), now=NOW, **more)


def _undo(session: Session, house: House, entered: Entered, *, now: dt.datetime = LATER) -> Undone:
    return undo_call(session, entered.id, by=house.one(session), now=now)


def _believed(session: Session, house: House) -> tuple[Any, ...]:
    show_touched(session)
    belief = sa.select(Belief.state, Belief.confirmed_on, Belief.due_on, Belief.reasons, Belief.gathered)
    card = sa.select(CardRow.brief, CardRow.public).where(CardRow.record_id == house.listing)
    row = session.execute(belief.where(Belief.listing_id == house.listing)).one()
    return (*row, *session.execute(card).one())


def _plan(session: Session) -> None:
    """Plan without a draw, which would stay."""
    make_plan(session, minutes=60, now=NOW, random=dice(1))
    session.execute(sa.update(CallTask).where(CallTask.done_on.is_(None)).values(kind="queue"))


@pytest.mark.parametrize("outcome", ["confirmed", "live", "no-answer", "nothing-found", "disconnected", "wrong-party"])
def test_what_is_believed_is_what_it_was_before_to_the_byte(session: Session, house: House, outcome: str) -> None:
    before = _believed(session, house)
    entered = _enter(session, house, outcome)
    assert _believed(session, house) != before
    assert _undo(session, house, entered) == Undone(1, waits=False)
    assert _believed(session, house) == before
    assert may_be_called(session, session.get_one(Record, house.listing))


def test_evidence_stays_and_is_withdrawn_by_whoever_noted_it(session: Session, house: House) -> None:
    entered = _enter(session, house, "confirmed")
    noted = set(session.scalars(sa.select(Evidence.id).where(Evidence.method == "call")))
    _undo(session, house, entered)
    withdrawn = session.execute(sa.select(WithdrawnEvidence.evidence_id, WithdrawnEvidence.by_id)).all()
    assert {(one, house.people[0]) for one in noted} >= {tuple(row) for row in withdrawn}
    assert len(withdrawn) == entered.called.facts
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.delete(WithdrawnEvidence))


def test_a_call_can_be_entered_again_within_the_same_minute(session: Session, house: House) -> None:
    _undo(session, house, _enter(session, house, "live"))
    before = _believed(session, house)
    _enter(session, house, "live")
    assert _believed(session, house)[0] == "verified" != before[0]


def test_a_witness_who_took_it_back_hides_no_line(session: Session, house: House) -> None:
    _undo(session, house, _enter(session, house, "disconnected"))
    called = note_call(session, house.listing, outcome="disconnected", by=house.two(session), now=LATER)
    assert not called.is_hidden


def test_a_line_that_two_found_dead_is_not_shown_again_by_one_of_them(session: Session, house: House) -> None:
    first = _enter(session, house, "disconnected")
    second = enter_call(session, house.listing, outcome="disconnected", by=house.two(session), now=LATER)
    assert second.called.is_hidden
    for entered, by in ((first, house.one(session)), (second, house.two(session))):
        with pytest.raises(RefusedError):
            undo_call(session, entered.id, by=by, now=LATER)


def test_what_it_proposed_is_declined_and_what_it_closed_stays_closed(session: Session, house: House) -> None:
    closed = _enter(session, house, "closed")
    assert closed.called.is_closed
    with pytest.raises(RefusedError, match="the listing is closed"):
        _undo(session, house, closed)
    other = House(session, name="Second House", address="desk@second.example.org", web="https://second.example.org")
    note_call(session, other.listing, outcome="confirmed", by=other.two(session), now=NOW)
    gone = _enter(session, other, "closed")
    undo_call(session, gone.id, by=other.one(session), now=LATER)
    assert session.get_one(Change, gone.called.change, populate_existing=True).state == "declined"
    assert state_of(session, other.listing).state == "verified"


def test_how_it_answers_is_what_it_was(session: Session, house: House) -> None:
    entered = _enter(session, house, "live", greeting="neutral")
    assert session.scalar(sa.select(Fact.id).where(Fact.field == "greeting", Fact.standing == "current"))
    _undo(session, house, entered)
    assert session.scalar(sa.select(Fact.id).where(Fact.field == "greeting", Fact.standing == "current")) is None


def test_what_speaks_for_somebody_elses_proposal_stays_until_that_is_decided(session: Session, house: House) -> None:
    note_call(session, house.listing, outcome="confirmed", by=house.two(session), now=NOW)
    note_call(session, house.listing, outcome="ended", by=house.two(session), now=NOW)
    entered = _enter(session, house, "ended")
    with pytest.raises(RefusedError, match="speaks for change"):
        _undo(session, house, entered)


def test_the_planned_call_stands_open_again_where_it_was(session: Session, house: House) -> None:
    show_touched(session)
    _plan(session)
    task = session.scalars(sa.select(CallTask).where(CallTask.listing_id == house.listing)).one()
    was = (task.id, task.place, task.kind, task.minutes)
    entered = _enter(session, house, "live")
    assert session.get_one(EnteredCall, entered.id).minutes == task.minutes
    _plan(session)
    _undo(session, house, entered)
    opened = session.scalars(sa.select(CallTask).where(CallTask.listing_id == house.listing)).one()
    assert (opened.id, opened.place, opened.kind, opened.minutes) == was
    assert (opened.done_on, opened.result, opened.claimed_by) == (None, None, None)


def test_one_call_about_two_listings_is_taken_back_as_one(session: Session, house: House) -> None:
    other = House(session, is_verified=False, name="Annex", address="a@annex.example.org", web="https://annex.example")
    by = acting(session, make_person(session, "Cas"))
    first = enter_call(session, house.listing, outcome="live", by=by, now=NOW)
    second = enter_call(session, other.listing, outcome="live", by=by, now=NOW, together_with=first.id)
    with pytest.raises(NotFoundError):
        undo_call(session, second.id, by=by, now=NOW)
    assert undo_call(session, first.id, by=by, now=NOW).listings == 2
    assert session.scalars(sa.select(EnteredCall.undone_at)).all() == [NOW, NOW]


def test_only_whoever_entered_it_takes_it_back_once_and_within_a_day(session: Session, house: House) -> None:
    entered = _enter(session, house, "live")
    for by in (house.two(session), acting(session, make_person(session, "Boss", "admin"))):
        with pytest.raises(NotFoundError):
            undo_call(session, entered.id, by=by, now=LATER)
    with pytest.raises(RefusedError, match="within a day"):
        _undo(session, house, entered, now=NOW + dt.timedelta(days=1, seconds=1))
    _undo(session, house, entered, now=NOW + dt.timedelta(days=1))
    with pytest.raises(NotFoundError):
        _undo(session, house, entered)
    away = acting(session, make_person(session, "Far", scopes=(("area", "US-TX"),)))
    with pytest.raises(NotFoundError):
        undo_call(session, entered.id, by=away, now=LATER)


def test_a_number_that_was_confirmed_needs_two_people_also_after_the_call_was_taken_back(
    session: Session, house: House
) -> None:
    _undo(session, house, _enter(session, house, "confirmed"))
    assert state_of(session, house.listing).is_verified


def test_what_was_entered_is_forgotten_after_90_days(session: Session, house: House) -> None:
    first = _enter(session, house, "live")
    enter_call(session, house.listing, outcome="live", by=house.two(session), now=NOW, together_with=first.id)
    assert forget_entered(session, now=NOW + dt.timedelta(days=90)) == 0
    assert forget_entered(session, now=NOW + dt.timedelta(days=90, seconds=1)) == 2
