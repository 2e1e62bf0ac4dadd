"""Entering what a call found at the desk, and taking it back within a day.

Evidence only grows: what was entered by mistake stays and is withdrawn by a row of its own, and then beliefs are what
they were before. What the call proposed is declined, a value that it said is what it was, and a planned call stands
open again. What other people have built on is not pulled away under them.
"""

import datetime as dt
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.confirming.calls import Called, note_call
from directory.confirming.models import EnteredCall
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.freshness.models import Evidence, Testimony, WithdrawnEvidence
from directory.integrity import service
from directory.integrity.dead_lines import DEAD
from directory.integrity.reach import require_scope
from directory.listings.models import Change, ChangeProof, Fact
from directory.listings.queries import get_record
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.planning.figures import figures
from directory.planning.models import CallTask
from directory.planning.policy import RESULT_OF
from directory.planning.service import reopen_call

UNDONE_WITHIN = dt.timedelta(days=1)
# A month's account needs no more, and who called whom when is nobody's business after that.
KEPT = dt.timedelta(days=90)
WITHDRAWN = "call.withdrawn"
_STANDS = "Something stands on this call already: {what} Ask a colleague to look at it with you."


class Entered(msgspec.Struct, frozen=True):
    """What was entered about one listing: the row's id, and what the call came to."""

    id: int
    called: Called


class Undone(msgspec.Struct, frozen=True):
    """What taking a call back came to: of how many listings, and whether a value waits for a second person."""

    listings: int
    waits: bool


def enter_call(
    session: Session,
    listing_id: int,
    *,
    outcome: str,
    by: Actor,
    now: dt.datetime,
    line: int | None = None,
    greeting: str = "",
    together_with: int | None = None,
) -> Entered:
    """Note what a call found (``calls.note_call``), and keep so much of it that it can be taken back within a day.

    ``together_with`` is the id of what was entered first, of a call that asked about several listings.
    """
    queue_writers(session)
    task = session.scalar(sa.select(CallTask).where(CallTask.listing_id == listing_id, CallTask.done_on.is_(None)))
    task_id, minutes = (task.id, task.minutes) if task is not None else (None, figures().minutes.liveness)
    if RESULT_OF.get(outcome) == "unreached" and outcome != "nothing-found":
        minutes = min(minutes, figures().minutes.unanswered)
    evidence, change = _last(session, Evidence.id), _last(session, Change.id)
    called = note_call(session, listing_id, outcome=outcome, by=by, now=now, line=line, greeting=greeting)
    row = EnteredCall(
        first_id=together_with, listing_id=listing_id, task_id=task_id, by_id=by.id, at=now, outcome=outcome,
        minutes=minutes, evidence_from=evidence, evidence_to=_last(session, Evidence.id), change_from=change,
        change_to=_last(session, Change.id),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Entered(row.id, called)


def undo_call(session: Session, entered_id: int, *, by: Actor, now: dt.datetime) -> Undone:
    """Take back what somebody entered after a call, for all listings that it was entered for.

    Raises:
        NotFoundError: ``by`` entered no such call, or took it back already, or does not work on its listings now.
        RefusedError: it is more than a day ago, or something stands on it.
    """
    queue_writers(session)
    rows = _rows(session, entered_id, by=by)
    for row in rows:
        require_scope(session, get_record(session, row.listing_id), by=by)
    if now - rows[0].at > UNDONE_WITHIN:
        raise RefusedError("A call is taken back within a day. Call again, and enter what is right.")
    noted = {row.id: _evidence(session, row, by) for row in rows}
    changes = {row.id: _changes(session, row, by) for row in rows}
    for row in rows:
        _refuse_if_built_on(session, row, noted[row.id], changes[row.id])
    waits = False
    for row in reversed(rows):
        waits |= _take_back_changes(session, changes[row.id], by=by, now=now)
        for evidence in noted[row.id]:
            session.add(WithdrawnEvidence(evidence_id=evidence.id, by_id=by.id, at=now))
            touch(session, session.get_one(Fact, evidence.fact_id).record_id)
        touch(session, row.listing_id)
        if row.task_id is not None:
            reopen_call(session, row.task_id, done_on=day_number(row.at))
        body = {"outcome": row.outcome, "withdrawn": [one.id for one in noted[row.id]]}
        record(session, [Act(WITHDRAWN, str(get_record(session, row.listing_id).public_id), body, by.id)], now=now)
    session.execute(sa.update(EnteredCall).where(EnteredCall.id.in_([row.id for row in rows])).values(undone_at=now))
    session.expire_all()
    return Undone(len(rows), waits)


def forget_entered(session: Session, *, now: dt.datetime) -> int:
    """Forget what was entered when its time is over, the evidence apart; return of how many listings."""
    over = EnteredCall.at < now - KEPT
    # Those of one call go with its first.
    counted = session.scalar(sa.select(sa.func.count()).select_from(EnteredCall).where(over)) or 0
    session.execute(sa.delete(EnteredCall).where(over))
    return counted


def _rows(session: Session, entered_id: int, *, by: Actor) -> list[EnteredCall]:
    found = session.scalars(
        sa.select(EnteredCall)
        .where(sa.or_(EnteredCall.id == entered_id, EnteredCall.first_id == entered_id))
        .order_by(EnteredCall.id)
        .execution_options(populate_existing=True)
    ).all()
    if not found or any(row.by_id != by.id or row.undone_at for row in found) or found[0].first_id is not None:
        raise NotFoundError("There is no such call of yours.")
    return list(found)


def _evidence(session: Session, row: EnteredCall, by: Actor) -> Sequence[Evidence]:
    """What this entering wrote; other writers may have got numbers between its own."""
    return session.scalars(
        sa.select(Evidence)
        .join(Testimony, Testimony.evidence_id == Evidence.id)
        .where(
            Evidence.id > row.evidence_from, Evidence.id <= row.evidence_to, Testimony.by_id == by.id,
            Evidence.observed_at == row.at,
        )
        .order_by(Evidence.id)
    ).all()  # fmt: skip


def _changes(session: Session, row: EnteredCall, by: Actor) -> Sequence[Change]:
    return session.scalars(
        sa.select(Change)
        .where(
            Change.id > row.change_from, Change.id <= row.change_to, Change.proposed_by == by.id,
            Change.proposed_at == row.at,
        )
        .order_by(Change.id)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip


def _refuse_if_built_on(
    session: Session, row: EnteredCall, evidence: Sequence[Evidence], changes: Sequence[Change]
) -> None:
    own = {one.id for one in changes}
    for change in changes:
        if change.intends is not None and change.state == "applied":
            raise RefusedError(_STANDS.format(what="the listing is closed. Its own page proposes to list it again."))
        if change.decided_by not in (None, row.by_id):
            raise RefusedError(_STANDS.format(what="somebody has decided about what it proposed."))
    ids = [one.id for one in evidence]
    proofs = sa.select(ChangeProof.change_id).join(Change, Change.id == ChangeProof.change_id)
    others = session.scalars(
        proofs.where(
            ChangeProof.evidence_id.in_(ids), ChangeProof.change_id.not_in(own),
            Change.state.in_(("proposed", "applied")),
        )
    ).all()  # fmt: skip
    if others:
        raise RefusedError(_STANDS.format(what=f"it speaks for change {others[0]}."))
    if row.outcome in DEAD:
        hidden = sa.select(Fact.id).where(Fact.id.in_([one.fact_id for one in evidence]), Fact.standing != "current")
        if session.scalar(hidden.limit(1)) is not None:
            raise RefusedError(_STANDS.format(what="two callers found the line dead, and the number is hidden."))


def _take_back_changes(session: Session, changes: Sequence[Change], *, by: Actor, now: dt.datetime) -> bool:
    """Decline what was proposed and undo what was said at once; whether some of it waits for a second person."""
    waits = False
    for change in reversed(changes):
        if change.state == "proposed":
            service.decline(session, change.id, by=by, now=now)
        elif change.state == "applied":
            waits |= bool(service.undo(session, change.id, by=by, now=now).proposed)
    return waits


def _last(session: Session, column: sa.orm.InstrumentedAttribute[int]) -> int:
    return session.scalar(sa.select(sa.func.max(column))) or 0
