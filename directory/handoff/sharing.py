"""Whether a program lets others see whom to ask for, and that it stops at once when one of its people says so.

Letting them is a value that changes by two people (``shares-contacts``). Stopping opens nothing, so one person may, of
the program or of those who keep it: whatever was let before counts no longer. Letting them again is to say it anew.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.handoff.agreed import kept_by, speaks_for
from directory.handoff.models import ContactStop
from directory.integrity.reach import family
from directory.listings.models import Change, Record
from directory.listings.queries import current_facts, get_record, joined_ids, survivor_of
from directory.people.actor import Actor
from directory.people.policy import KEEPERS, SHARES_CONTACTS
from directory.people.queries import names_of


class Stopped(msgspec.Struct, frozen=True):
    """That a program stopped: who said so, since when, and whether whoever asks may still take it back."""

    by: str
    since: dt.date
    can_be_undone: bool


def shares_of(session: Session, listing: Record, *, by: Actor) -> set[str]:
    """By which words a program lets others see whom to ask for at a listing, as it counts for ``by``.

    Law enforcement is let in listing by listing, never by a whole organization (SAFETY A10).
    """
    records = [one for one in family(session, listing) if one.kind != "listing" or one.id == listing.id]
    deciding = [one for one in records if by.role != "law-enforcement" or one.kind in {"listing", "service"}]
    ended = max((one.before_change for one in _stops(session, listing)), default=0)
    return {
        fact.slot
        for facts in current_facts(session, [one.id for one in deciding], fields=("attribute",)).values()
        for fact in facts
        if fact.slot.startswith(SHARES_CONTACTS) and fact.change_id > ended
    }


def may_stop(session: Session, listing: Record, *, by: Actor) -> bool:
    """Whether somebody may stop it for the organization of a listing: who speaks for that, or keeps it."""
    owner = survivor_of(session, listing.organization_id) or 0
    if by.role in KEEPERS and kept_by(session, [owner], by=by):
        return True
    return by.role == "partner" and owner in speaks_for(session, by)


def stop_sharing(session: Session, listing: Record, *, by: Actor, now: dt.datetime) -> None:
    """Show nobody outside any more whom to ask for at an organization, from now on.

    Raises:
        RefusedError: ``by`` neither speaks for the organization nor keeps it.
    """
    queue_writers(session)
    if not may_stop(session, listing, by=by):
        raise RefusedError("Whoever speaks for the organization, or keeps its listings, stops it.")
    owner = get_record(session, survivor_of(session, listing.organization_id) or 0)
    last = session.scalar(sa.select(sa.func.max(Change.id))) or 0
    stood = session.get(ContactStop, owner.id)
    if stood is None:
        session.add(ContactStop(organization_id=owner.id, by_id=by.id, stopped_on=day_number(now), before_change=last))
    else:
        # It stays whose it was: else whoever stops again, and takes that back, would take the first one back.
        stood.before_change = last
    session.flush()
    record(session, [Act("contacts.stopped", str(owner.public_id), {}, by.id)], now=now)


def undo_stop(session: Session, listing: Record, *, by: Actor, now: dt.datetime) -> None:
    """Take one's own stop back, on the same day.

    Raises:
        NotFoundError: there is none that ``by`` could take back.
    """
    queue_writers(session)
    mine = [one for one in _stops(session, listing) if _is_own(one, by, now)]
    if not mine:
        raise NotFoundError("There is nothing to take back.")
    for one in mine:
        owner = get_record(session, one.organization_id)
        session.delete(one)
        session.flush()
        record(session, [Act("contacts.stop-undone", str(owner.public_id), {}, by.id)], now=now)


def stopped(session: Session, listing: Record, *, by: Actor, now: dt.datetime) -> Stopped | None:
    """The last stop at the organization of a listing; None if nobody stopped it."""
    stops = _stops(session, listing)
    if not stops:
        return None
    last = max(stops, key=lambda one: one.before_change)
    names = names_of(session, [last.by_id])
    return Stopped(names.get(last.by_id, ""), dt.date.fromordinal(last.stopped_on), _is_own(last, by, now))


def _stops(session: Session, listing: Record) -> list[ContactStop]:
    """What was stopped at its organization, and at what was merged into that."""
    owners = joined_ids(session, [listing.organization_id])
    return list(session.scalars(sa.select(ContactStop).where(ContactStop.organization_id.in_(owners))))


def _is_own(stop: ContactStop, by: Actor, now: dt.datetime) -> bool:
    return stop.by_id == by.id and stop.stopped_on == day_number(now)
