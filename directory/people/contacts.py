"""Whoever opens a contact that is not public is noted, for 90 days and outside the chain (SAFETY A2, P1)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.db import queue_writers
from directory.people.actor import Actor
from directory.people.letters import tell_admins
from directory.people.models import ContactView
from directory.people.policy import CONTACT_VIEWS_KEPT, MOST_CONTACTS_A_DAY

# No listing has this id: it notes that somebody was refused today, and that the admins know.
_TOO_MANY = 0


def note_view(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> bool:
    """Note that somebody opens a contact (``policy.may_open_contact`` was asked); False when it is one too many today.

    The admins are told of the first one too many. A refusal has to be committed too, so nothing is raised.
    """
    day = day_number(now)
    # Whoever asks for many at the same time is counted like anybody else.
    queue_writers(session)
    opened = set(
        session.scalars(sa.select(ContactView.listing_id).where(ContactView.person_id == by.id, ContactView.day == day))
    )
    if listing_id in opened:
        return True
    is_allowed = len(opened) < MOST_CONTACTS_A_DAY
    noted = listing_id if is_allowed else _TOO_MANY
    if noted not in opened:
        session.add(ContactView(person_id=by.id, listing_id=noted, day=day))
        session.flush()
        if not is_allowed:
            tell_admins(session, "many-contacts", now=now)
    return is_allowed


def forget_contact_views(session: Session, *, now: dt.datetime) -> int:
    """Forget who opened contacts more than 90 days ago; return how many rows went."""
    oldest = day_number(now) - CONTACT_VIEWS_KEPT.days
    gone = session.execute(sa.delete(ContactView).where(ContactView.day < oldest).returning(ContactView.day)).all()
    return len(gone)
