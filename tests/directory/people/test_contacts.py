"""Contacts that are not public: who may open them, how many a day, and how long it is known."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.people.actor import Actor
from directory.people.contacts import forget_contact_views, note_view
from directory.people.models import ContactView
from tests.directory.people.written import entries, letters
from tests.staff import acting, make_person


@pytest.fixture
def partner(session: Session) -> Actor:
    """A partner; there is an admin, too."""
    make_person(session, "Root", "admin")
    return acting(session, make_person(session, "Partner", "partner"))


def test_fifty_contacts_a_day_are_open_to_one_person(session: Session, partner: Actor, now: dt.datetime) -> None:
    assert all(note_view(session, number, by=partner, now=now) for number in range(1, 51))
    assert not any(note_view(session, number, by=partner, now=now) for number in range(51, 60))


def test_what_was_opened_today_stays_open_and_counts_once(session: Session, partner: Actor, now: dt.datetime) -> None:
    for _ in range(80):
        assert note_view(session, 7, by=partner, now=now)
    for number in range(100, 149):
        assert note_view(session, number, by=partner, now=now)
    assert not note_view(session, 200, by=partner, now=now)
    assert note_view(session, 7, by=partner, now=now)


def test_one_too_many_stays_closed_however_often_it_is_asked_for(
    session: Session, partner: Actor, now: dt.datetime
) -> None:
    for number in range(1, 51):
        note_view(session, number, by=partner, now=now)
    assert [note_view(session, 51, by=partner, now=now) for _ in range(3)] == [False, False, False]


def test_the_admins_are_told_once_a_day_of_somebody_who_opens_too_many(
    session: Session, partner: Actor, now: dt.datetime
) -> None:
    for number in range(1, 51):
        note_view(session, number, by=partner, now=now)
    assert letters(session) == []
    for number in range(51, 60):
        note_view(session, number, by=partner, now=now)
    assert letters(session) == [("root@example.org", "many-contacts")]


def test_each_person_and_each_day_has_fifty(session: Session, partner: Actor, now: dt.datetime) -> None:
    other = acting(session, make_person(session, "Other", "partner"))
    for number in range(1, 52):
        note_view(session, number, by=partner, now=now)
    assert note_view(session, 51, by=other, now=now)
    assert note_view(session, 51, by=partner, now=now + dt.timedelta(days=1))


def test_who_opened_what_is_known_for_ninety_days_and_never_part_of_the_chain(
    session: Session, partner: Actor, now: dt.datetime
) -> None:
    for days in (0, 90, 91, 400):
        note_view(session, days + 1, by=partner, now=now - dt.timedelta(days=days))
    assert forget_contact_views(session, now=now) == 2
    assert sorted(session.scalars(sa.select(ContactView.listing_id))) == [1, 91]
    assert entries(session) == []
