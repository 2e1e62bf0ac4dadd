"""Whoever opens a contact that is not public is noted, for 90 days and outside the chain (SAFETY A2, P1)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.people.actor import Actor
from directory.people.letters import tell_admins
from directory.people.models import ContactView
from directory.people.policy import CONTACT_VIEWS_KEPT, MOST_CONTACTS_A_DAY


def note_view(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> bool:
    """Note that somebody opens a contact (``policy.may_open_contact`` was asked); False when it is one too many today.

    The admins are told of the first one too many. A refusal has to be committed too, so nothing is raised.
    """
    day = day_number(now)
    if session.get(ContactView, (by.id, listing_id, day)) is not None:
        return True
    today = session.scalar(
        sa.select(sa.func.count())
        .select_from(ContactView)
        .where(ContactView.person_id == by.id, ContactView.day == day)
    )
    if (today or 0) > MOST_CONTACTS_A_DAY:
        return False
    # The first one too many is noted as well, so that the admins are told once.
    session.add(ContactView(person_id=by.id, listing_id=listing_id, day=day))
    session.flush()
    if (today or 0) == MOST_CONTACTS_A_DAY:
        tell_admins(session, "many-contacts", now=now)
        return False
    return True


def forget_contact_views(session: Session, *, now: dt.datetime) -> int:
    """Forget who opened contacts more than 90 days ago; return how many rows went."""
    oldest = day_number(now) - CONTACT_VIEWS_KEPT.days
    gone = session.execute(sa.delete(ContactView).where(ContactView.day < oldest).returning(ContactView.day)).all()
    return len(gone)
