"""What time itself does: approved changes whose delay is over are applied, hidings that nobody seconded end."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.integrity.applying import apply_change
from directory.integrity.hiding import end_old_hidings
from directory.integrity.proposals import case_of, refusal_of
from directory.integrity.table import judge
from directory.listings.models import Change, Fact
from directory.people.letters import tell_keepers
from directory.people.queries import actor_of


class Due(msgspec.Struct, frozen=True):
    """How many approved changes were applied, how many could not be any more, how many hidings ended."""

    applied: int
    outdated: int
    ended: int


def do_what_is_due(session: Session, *, now: dt.datetime) -> Due:
    """Do it; what has moved on since it was approved is declined instead, and everybody is told.

    So is what somebody approved who works here no longer: why they left may be why it must not happen.
    """
    queue_writers(session)
    waiting = session.scalars(
        sa.select(Change)
        .where(Change.state == "proposed", Change.decided_by.is_not(None), Change.hold_until <= now)
        .order_by(Change.hold_until, Change.id)
    ).all()
    applied = outdated = 0
    for change in waiting:
        change_id = change.id
        try:
            # What the database itself refuses must keep nothing else from its time.
            with session.begin_nested():
                _judge_again(session, change, now=now)
                apply_change(
                    session, change, decided_by=change.decided_by or 0, proof_id=change.proof_id, before=[], now=now
                )
        except (RefusedError, NotFoundError, sa.exc.IntegrityError):
            session.execute(sa.update(Change).where(Change.id == change_id).values(state="declined"))
            session.execute(
                sa.update(Fact)
                .where(Fact.change_id == change_id, Fact.standing == "proposed")
                .values(standing="declined")
            )
            record(session, [Act("change.declined", str(change_id), {"change": change_id, "why": "moved-on"})], now=now)
            tell_keepers(session, "declined", {"change": str(change_id)}, now=now)
            outdated += 1
        else:
            applied += 1
    return Due(applied, outdated, end_old_hidings(session, now=now))


def _judge_again(session: Session, change: Change, *, now: dt.datetime) -> None:
    """Raise unless the approval would still do: a listing may have been confirmed meanwhile, somebody been removed."""
    # That it was them, they proved when they approved.
    by = actor_of(session, change.decided_by or 0, stepped_up=True)
    verdict = judge(msgspec.structs.replace(case_of(session, change, by=by, now=now), approved_at=change.decided_at))
    if not verdict.is_allowed or (verdict.not_before is not None and verdict.not_before > now):
        raise refusal_of(verdict)
