"""What time itself does: approved changes whose delay is over are applied, hidings that nobody seconded end."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import RefusedError
from directory.integrity.applying import apply_change
from directory.integrity.hiding import end_old_hidings
from directory.integrity.letters import tell_keepers
from directory.listings.models import Change, Fact


class Due(msgspec.Struct, frozen=True):
    """How many approved changes were applied, how many could not be any more, how many hidings ended."""

    applied: int
    outdated: int
    ended: int


def do_what_is_due(session: Session, *, now: dt.datetime) -> Due:
    """Do it; what has moved on since it was approved is declined instead, and everybody is told."""
    waiting = session.scalars(
        sa.select(Change)
        .where(Change.state == "proposed", Change.decided_by.is_not(None), Change.hold_until <= now)
        .order_by(Change.hold_until, Change.id)
    ).all()
    applied = outdated = 0
    for change in waiting:
        change_id = change.id
        try:
            apply_change(
                session, change, decided_by=change.decided_by or 0, proof_id=change.proof_id, before=[], now=now
            )
        except RefusedError:
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
