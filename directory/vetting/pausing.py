"""Pausing a program: one person, at once, for three days at most unless another seconds it; never the whole list.

It takes everything that a program offers out of sight, so it is held to what holds of hiding (SAFETY I1).
"""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import RefusedError
from directory.integrity.hiding import count_listings, not_seconded, paused_alone
from directory.integrity.table import MISSING, REST, Case, judge
from directory.listings.changes import Author, OpenChange
from directory.listings.drafts import FactDraft
from directory.listings.fields import Vetting, decode_value
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.vetting.policy import PAUSED_ALONE
from directory.vetting.writing import Taken, apply_step, propose_step, waiting_step


def pause(session: Session, program: Record, value: Vetting, *, by: Actor, now: dt.datetime) -> Taken:
    """Pause a program for three days at most, and propose that it stays so.

    Raises:
        RefusedError: ``by`` paused it lately already, or more than ten listings would be out of sight by
            them that nobody seconded.
    """
    lately = session.scalar(
        paused_alone().where(Fact.record_id == program.id, Change.proposed_by == by.id, Change.proposed_at > now - REST)
    )
    verdict = judge(
        Case(
            state="verified", action="hide", actor=by, hidden_before=lately is not None,
            other_hidings=not_seconded(session, by.id) + max(count_listings(session, program.id) - 1, 0), now=now,
        )
    )  # fmt: skip
    if not verdict.is_allowed:
        raise RefusedError("Not now: " + "; ".join(MISSING[code] for code in verdict.missing) + ".")
    until = (now.date() + PAUSED_ALONE).isoformat()
    for_now = FactDraft("vetting", msgspec.structs.replace(value, expires_on=until), slot="paused")
    # What was proposed about an earlier pause must not be in the way of this one.
    _forget_proposal(session, program, now=now)
    taken = apply_step(session, program, for_now, [], by=by, now=now)
    [paused] = session.scalars(sa.select(Fact).where(Fact.change_id == taken.change, Fact.standing == "current"))
    propose_step(session, program, FactDraft("vetting", value, slot="paused"), [paused], by=by, now=now)
    return taken


def end_old_pauses(session: Session, *, now: dt.datetime) -> int:
    """Let every pause go that one person made and nobody seconded in three days; return how many."""
    queue_writers(session)
    over = [
        fact
        for fact in session.scalars(paused_alone().where(Fact.standing == "current").order_by(Fact.id))
        if dt.date.fromisoformat(decode_value("vetting", fact.value or "{}").expires_on) < now.date()
    ]
    for fact in over:
        program = get_record(session, fact.record_id)
        change = OpenChange(session, Author("edit", "nobody seconded the pause"), subject_id=program.id, now=now)
        change.end(fact)
        change.close(verb="vetting.pause-ended")
        _forget_proposal(session, program, now=now)
        touch(session, program.id)
        tell_keepers(session, "pause-ended", {"program": str(program.public_id)}, now=now)
    return len(over)


def _forget_proposal(session: Session, program: Record, *, now: dt.datetime) -> None:
    change_id = waiting_step(session, program.id, "paused")
    if change_id is None:
        return
    session.execute(sa.update(Change).where(Change.id == change_id).values(state="declined"))
    session.execute(
        sa.update(Fact).where(Fact.change_id == change_id, Fact.standing == "proposed").values(standing="declined")
    )
    record(session, [Act("change.declined", str(change_id), {"change": change_id, "why": "moved-on"})], now=now)
