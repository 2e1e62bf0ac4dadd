"""Reasons of what is kept away: one list of them for programs and single listings, however somebody asked for it.

What was entered before there were reasons is told, and is not touched again before somebody said why.
"""

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError, RefusedError
from directory.integrity.in_scope import which_in_scope
from directory.integrity.proposals import intend
from directory.integrity.queries import name_of
from directory.integrity.reach import family
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.vetting.excluding import note_reason, require_reason
from directory.vetting.models import Exclusion
from directory.vetting.programs import program_of


class Unexplained(msgspec.Struct, frozen=True):
    """Something that is kept away without a reason of the list.

    Attributes:
        change: that brought it about.
        record: what it is about.
        program: the public id of its organization.
        name: of what it is about.
        intends: ``do-not-list`` or ``removed``.
        on: the day on which it was proposed.
    """

    change: int
    record: int
    program: str
    name: str
    intends: str
    on: dt.date


def unexplained(session: Session, *, by: Actor, of: Collection[int] | None = None) -> list[Unexplained]:
    """What is kept away without a reason, of what somebody works on, the oldest first; ``of``: only these records."""
    last = (
        sa.select(sa.func.max(Change.id))
        .where(Change.intends == "do-not-list", Change.state == "applied")
        .group_by(Change.subject_id)
    )
    never = sa.select(Change, Record, sa.literal("do-not-list")).join(Record, Record.id == Change.subject_id)
    gone = (
        sa.select(Change, Record, sa.literal("removed"))
        .join(Fact, Fact.change_id == Change.id)
        .join(Record, Record.id == Fact.record_id)
        .where(
            Fact.field == "vetting", Fact.slot == "removed", Fact.standing == "current", Change.run_id.is_(None)
        )
    )  # fmt: skip
    is_explained = sa.exists().where(Exclusion.change_id == Change.id)
    found = []
    for query in (never.where(Change.id.in_(last), Record.standing == "do-not-list"), gone):
        wanted = query.where(~is_explained) if of is None else query.where(~is_explained, Record.id.in_(of))
        rows = session.execute(wanted).all()
        theirs = which_in_scope(session, (record for _, record, _ in rows), by=by)
        for change, record, intends in rows:
            if record.id in theirs:
                owner = session.get_one(Record, survivor_of(session, record.organization_id or record.id))
                found.append(
                    Unexplained(
                        change.id, record.id, str(owner.public_id), name_of(session, record), intends,
                        change.proposed_at.date(),
                    )
                )  # fmt: skip
    return sorted(found, key=lambda one: one.change)


def give_reason(session: Session, change_id: int, reason: str, *, by: Actor, now: dt.datetime) -> None:
    """Say why something is kept away that has no reason yet.

    Raises:
        NotFoundError: there is no such thing, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or the reason is none of the list.
    """
    one = next((one for one in unexplained(session, by=by) if one.change == change_id), None)
    if one is None:
        raise NotFoundError("There is nothing here that has no reason.")
    record = get_record(session, one.record)
    program_of(session, record.organization_id or record.id, by=by, now=now)
    require_reason(reason)
    note_reason(session, record, change_id, reason, by=by, now=now)


def keep_off(session: Session, listing_id: int, reason: str, *, by: Actor, now: dt.datetime) -> int:
    """Propose that a listing is never listed, for a reason of the list; return the change. Raises as ``intend``."""
    require_reason(reason)
    change = intend(session, listing_id, "do-not-list", by=by, reason="", now=now)
    note_reason(session, get_record(session, listing_id), change, reason, by=by, now=now)
    return change


def note_own_wish(session: Session, change_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Note beside a change that the program asked for it itself, where nothing is noted yet."""
    change = session.get_one(Change, change_id)
    if session.get(Exclusion, change_id) is None and change.subject_id is not None:
        record = get_record(session, change.subject_id)
        note_reason(session, record, change_id, "asked-by-program", by=by, now=now)


def list_again(session: Session, listing_id: int, *, by: Actor, reason: str, now: dt.datetime) -> int:
    """Propose to list something again; raises as ``intend``, and ``RefusedError`` where nobody said why it went."""
    require_explained(session, [one.id for one in family(session, get_record(session, listing_id))], by=by)
    return intend(session, listing_id, "list", by=by, reason=reason, now=now)


def require_explained(session: Session, record_ids: Collection[int], *, by: Actor) -> None:
    """Raise ``RefusedError`` where one of these records is kept away and nobody said why."""
    if unexplained(session, by=by, of=record_ids):
        raise RefusedError("It was kept away before reasons were noted. First say why, on the page of vetting.")


def records_of(session: Session, organization_id: int) -> list[int]:
    """The organization and all that is its own."""
    own = sa.or_(Record.id == organization_id, Record.organization_id == organization_id)
    return list(session.scalars(sa.select(Record.id).where(own)))
