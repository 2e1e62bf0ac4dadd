"""How many listings one person closes, for a time or for good: no more than they may hide, through whatever door."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.confirming.for_a_time import close_for_a_time, open_again
from directory.errors import RefusedError
from directory.integrity import service
from directory.integrity.service import Edit
from directory.integrity.table import HIDDEN_FOR, MOST_HIDINGS
from directory.listings.drafts import FactDraft
from directory.listings.fields import Schedule
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Actor
from directory.values.hours import WEEKDAYS
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import approve, key
from tests.staff import acting, make_person

DAYS = {day: [(540, 1020)] for day in WEEKDAYS}
FIRST, LAST = NOW.date(), NOW.date() + dt.timedelta(days=20)


def _shut(*days: int) -> FactDraft:
    closed = [(FIRST + dt.timedelta(days=day)).isoformat() for day in days]
    return FactDraft("schedule", Schedule(days=DAYS, closed=closed), slot="office")


def _made(session: Session, *facts: FactDraft, sites: int = 1) -> tuple[int, list[int]]:
    made = makers.make_service(session, *(facts or (makers.kind("food"),)), makers.opens(DAYS),
                               sites=[makers.site() for _ in range(sites)])  # fmt: skip
    return made.record_id, [listing for _, listing in made.listings]


@pytest.fixture
def one(session: Session) -> Actor:
    return acting(session, make_person(session, "One"))


def _edit(session: Session, record: int, days: range, by: Actor, now: dt.datetime = NOW) -> bool:
    edited = service.edit(session, record, [Edit(_shut(*days))], by=by, reason="they said so", now=now)
    return edited.applied is not None


def _close(session: Session, listing: int, by: Actor, now: dt.datetime = NOW) -> str:
    change = service.intend(session, listing, "close", by=by, reason="they said so", now=now)
    return session.get_one(Change, change).state


def test_a_form_and_an_edit_count_together_and_what_is_more_waits_for_a_second(session: Session, one: Actor) -> None:
    many = [_made(session) for _ in range(MOST_HIDINGS + 2)]
    for _, [listing] in many[:5]:
        close_for_a_time(session, listing, FIRST, LAST, note="Closed.", by=one, now=NOW)
    assert [_edit(session, record, range(14), one) for record, _ in many[5:]] == [True] * 5 + [False] * 2
    # The same again is not one more.
    assert _edit(session, many[5][0], range(10), one)
    [change] = session.scalars(sa.select(Change.id).where(Change.subject_id == many[-1][0], Change.state == "proposed"))
    assert approve(session, change, make_person(session, "Two")).is_applied
    later = NOW + HIDDEN_FOR + dt.timedelta(minutes=1)
    assert _edit(session, many[-2][0], range(5, 14), one, later)


def test_what_an_undoing_closes_again_counts(session: Session, one: Actor) -> None:
    many = [_made(session)[1][0] for _ in range(MOST_HIDINGS + 1)]
    long_ago, week = NOW - dt.timedelta(days=7), dt.timedelta(days=20)
    other = acting(session, make_person(session, "Other"))
    closed = close_for_a_time(
        session, many[0], long_ago.date(), long_ago.date() + week, note="Closed.", by=other, now=long_ago
    )
    assert len(closed) == 2
    opened = open_again(session, many[0], by=one, now=NOW)
    for listing in many[1:]:
        close_for_a_time(session, listing, FIRST, LAST, note="Closed.", by=one, now=NOW)
    for change in opened:
        assert service.undo(session, change, by=one, now=NOW).applied is None


def test_a_holiday_is_no_closure_and_days_that_add_up_to_one_are(session: Session, one: Actor) -> None:
    many = [_made(session)[0] for _ in range(2 * MOST_HIDINGS)]
    assert all(_edit(session, record, range(30, 33), one) for record in many)
    assert [_edit(session, record, range(29, 34), one) for record in many].count(True) == MOST_HIDINGS


def test_hours_that_hold_for_many_sites_close_all_of_them(session: Session, one: Actor) -> None:
    record, listings = _made(session, makers.kind("food"), sites=MOST_HIDINGS + 1)
    assert not _edit(session, record, range(14), one)
    changes = close_for_a_time(session, listings[0], FIRST, LAST, note="Closed.", by=one, now=NOW)
    assert {session.get_one(Change, change).state for change in changes} == {"proposed"}
    assert not session.scalars(
        sa.select(Fact.id).where(Fact.field == "alert", Fact.standing == "current")
    ).all()  # fmt: skip


def test_a_hotline_is_closed_by_two(session: Session, one: Actor) -> None:
    record, [listing] = _made(session, makers.kind("hotline"))
    assert not _edit(session, record, range(14), one)
    changes = close_for_a_time(session, listing, FIRST, LAST, note="Closed.", by=one, now=NOW)
    assert {session.get_one(Change, change).state for change in changes} == {"proposed"}


def test_one_person_closes_no_more_of_what_nobody_confirmed_than_they_may_hide(session: Session, one: Actor) -> None:
    many = [_made(session)[1][0] for _ in range(MOST_HIDINGS + 1)]
    assert [_close(session, listing, one) for listing in many] == ["applied"] * MOST_HIDINGS + ["proposed"]
    [change] = session.scalars(sa.select(Change.id).where(Change.state == "proposed"))
    key(session, change, "old-number", one.id)
    with pytest.raises(RefusedError, match="omebody else"):
        approve(session, change, one.id)
    assert session.get_one(Record, many[-1]).standing == "listed"
    assert approve(session, change, make_person(session, "Two")).is_applied


def test_an_organization_counts_as_what_it_offers(session: Session, one: Actor) -> None:
    _, listings = _made(session, makers.kind("food"), sites=MOST_HIDINGS + 1)
    listing = session.get_one(Record, listings[0])
    assert listing.service_id is not None
    assert listing.organization_id is not None
    assert _close(session, listing.service_id, one) == "proposed"
    assert _close(session, listing.organization_id, one) == "proposed"


def test_after_three_days_one_person_may_close_more(session: Session, one: Actor) -> None:
    many = [_made(session)[1][0] for _ in range(MOST_HIDINGS + 1)]
    for listing in many[:-1]:
        _close(session, listing, one)
    assert _close(session, many[-1], one, NOW + HIDDEN_FOR + dt.timedelta(minutes=1)) == "applied"


def test_what_others_closed_is_not_counted(session: Session, one: Actor) -> None:
    many = [_made(session)[1][0] for _ in range(MOST_HIDINGS + 1)]
    other = acting(session, make_person(session, "Other"))
    for listing in many[:-1]:
        _close(session, listing, other)
    assert _close(session, many[-1], one) == "applied"
