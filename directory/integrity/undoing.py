"""Undoing: back to what was said before, on the same rows, so that their evidence returns with them."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.queries import last_seq, subjects
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.integrity.applying import brought_back_by, draft_of, ended_by
from directory.integrity.closed_days import Closing, closing_of
from directory.integrity.editing import Edited
from directory.integrity.protection import has_own_verbs, is_protected
from directory.integrity.reach import is_verified, require_scope, service_of
from directory.integrity.table import MISSING, Case, judge
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.queries import get_record, services_of_organization
from directory.listings.service import touch
from directory.listings.withdrawal import WITHDRAWN
from directory.people.actor import Actor
from directory.people.letters import tell_keepers

_FOR_GOOD = "This cannot be undone: a location was withdrawn since, and what placed it is gone for good."


def undo(session: Session, change_id: int, *, by: Actor, now: dt.datetime) -> Edited:
    """Undo an applied change of values: at once where one person may, else as a proposal with the usual keys.

    Raises:
        NotFoundError: there is no such applied change, or ``by`` does not work on it.
        RefusedError: what it said has moved on or was purged, or it was no change of values.
    """
    queue_writers(session)
    change = session.get(Change, change_id, populate_existing=True)
    if change is None or change.state != "applied" or change.subject_id is None:
        raise NotFoundError("There is no such change that could be undone.")
    target = get_record(session, change.subject_id)
    require_scope(session, target, by=by)
    if change.intends is not None:
        raise RefusedError("Closing and listing have buttons of their own.")
    if brought_records(session, change_id):
        raise RefusedError("It brought something new. Close that instead.")
    born, ended = moved_by(session, change_id)
    if not born and not ended:
        raise RefusedError("It changed no value.")
    if any(has_own_verbs(fact.field, fact.slot) for fact in (*born, *ended)):
        raise RefusedError("Vetting has a page of its own: take the next step there.")
    if any(fact.standing == "purged" for fact in (*born, *ended)) or _was_withdrawn_since(session, target, change):
        raise RefusedError(_FOR_GOOD)
    if any(fact.standing != "current" for fact in born) or any(fact.standing != "past" for fact in ended):
        raise RefusedError("Something else has changed there meanwhile. Change it itself.")
    guarded = any(is_protected(fact.field, fact.slot) for fact in (*born, *ended)) and is_verified(session, target)
    state = "verified" if guarded else "unverified"
    closing = _closing(session, born, ended, by=by, now=now)
    verdict = judge(
        Case(
            state=state, action="undo", actor=by, closes=closing.count, is_hotline=closing.is_hotline, now=now  # type: ignore[arg-type]
        )
    )  # fmt: skip
    if verdict.is_allowed:
        return Edited(_flip(session, change, target, born, ended, by=by, now=now))
    if "coordinator" in verdict.missing:
        raise RefusedError(MISSING["coordinator"].capitalize() + ".")
    terms = Terms(needs_proof=guarded)
    return Edited(None, (_propose(session, change, target, born, ended, terms=terms, by=by, now=now),))


def brought_records(session: Session, change_id: int) -> bool:
    """Whether a change brought a listing, or part of one, into the directory."""
    return session.scalar(sa.select(Record.id).where(Record.change_id == change_id).limit(1)) is not None


def moved_by(session: Session, change_id: int) -> tuple[Sequence[Fact], Sequence[Fact]]:
    """The facts that a change brought, or brought back, and those that it ended."""
    brought = sa.or_(Fact.change_id == change_id, Fact.id.in_(brought_back_by(session, change_id)))

    def read(which: sa.ColumnElement[bool]) -> Sequence[Fact]:
        query = sa.select(Fact).where(which).order_by(Fact.id)
        return session.scalars(query, execution_options={"populate_existing": True}).all()

    return read(brought), read(Fact.id.in_(ended_by(session, change_id)))


def _closing(session: Session, born: Sequence[Fact], ended: Sequence[Fact], *, by: Actor, now: dt.datetime) -> Closing:
    """What comes back with an undoing may close something, as an edit that says it may."""
    held = {(one.record_id, one.field, one.slot): one for one in born}
    back = [(get_record(session, one.record_id), one, held.get((one.record_id, one.field, one.slot))) for one in ended]
    return closing_of(session, back, by=by, now=now)


def _flip(
    session: Session,
    change: Change,
    target: Record,
    born: Sequence[Fact],
    ended: Sequence[Fact],
    *,
    by: Actor,
    now: dt.datetime,
) -> int:
    author = Author("undo", "undone", by.id, undoes=change.id)
    undoing = OpenChange(session, author, subject_id=target.id, now=now)
    # What an undoing had taken back holds again; its values may be current only under an applied change.
    session.execute(
        sa.update(Change).where(Change.id == change.undoes_id, Change.state == "undone").values(state="applied")
    )
    for fact in born:
        undoing.end(fact)
        touch(session, fact.record_id)
    for fact in ended:
        undoing.bring_back(fact)
        touch(session, fact.record_id)
    session.execute(sa.update(Change).where(Change.id == change.id).values(state="undone"))
    session.expire_all()
    undoing.close()
    return undoing.id


def _propose(
    session: Session,
    change: Change,
    target: Record,
    born: Sequence[Fact],
    ended: Sequence[Fact],
    *,
    terms: Terms,
    by: Actor,
    now: dt.datetime,
) -> int:
    author = Author("undo", "to undo a change", by.id, undoes=change.id)
    proposal = OpenChange(session, author, subject_id=target.id, state="proposed", now=now, terms=terms)
    for fact in born:
        proposal.item("fact", fact.id, {"standing": "current"})
    for fact in ended:
        # A proposal is rows of its own; the old row stays in history.
        proposal.add(get_record(session, fact.record_id), draft_of(fact))
    proposal.close()
    tell_keepers(session, "proposed", {"change": str(proposal.id)}, now=now, apart_from=by.id)
    return proposal.id


def _was_withdrawn_since(session: Session, target: Record, change: Change) -> bool:
    """Whether a location was withdrawn there after the change; nothing leads back across that (SAFETY L17).

    The texts of an organization could place any of its services.
    """
    last = last_seq(session, WITHDRAWN)
    later = [one for one in map(int, subjects(session, WITHDRAWN, before=last + 1)) if one > change.id] if last else []
    if not later:
        return False
    service = service_of(session, target)
    services = (
        {one.id for one in services_of_organization(session, target.id)} if service is None else {service}
    )  # fmt: skip
    closed = sa.select(ChangeItem.change_id).where(
        ChangeItem.change_id.in_(later), ChangeItem.entity == "record", ChangeItem.entity_id.in_(services)
    )
    return session.scalar(closed.limit(1)) is not None
