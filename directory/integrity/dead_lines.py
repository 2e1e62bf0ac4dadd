"""Lines that are dead: two callers, or a look-up and a caller, hide the number at once (SAFETY I2)."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.freshness.models import Evidence, Testimony
from directory.freshness.parameters import weight_of
from directory.freshness.queries import not_withdrawn
from directory.integrity.applying import apply_change
from directory.integrity.editing import observe
from directory.integrity.reach import proven_dead, require_scope
from directory.integrity.states import state_of_record
from directory.integrity.table import MISSING, Case, Key, judge
from directory.listings.changes import Author, OpenChange
from directory.listings.models import Change, ChangeProof, Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.people.service import command_line_person

DEAD = frozenset({"disconnected", "wrong-party"})
# What a caller found longer ago says nothing about today.
_WITNESS_HOLDS = dt.timedelta(days=30)


def prove_dead(session: Session, fact_id: int, *, outcome: str, by: Actor, now: dt.datetime) -> bool:
    """Note that a call found a number dead; with a second caller, or a look-up that says so, it is hidden at once.

    Returns whether it is hidden now. The old value is past then, and its successor needs two keys and no delay.

    Raises:
        NotFoundError: there is no such current number, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or it is no outcome of a dead line.
    """
    queue_writers(session)
    fact = session.get(Fact, fact_id, populate_existing=True)
    if fact is None or fact.standing != "current" or fact.field != "phone":
        raise NotFoundError("There is no such number.")
    target = get_record(session, fact.record_id)
    require_scope(session, target, by=by)
    if outcome not in DEAD:
        raise RefusedError("That does not say that a line is dead.")
    evidence = observe(
        session, fact_id, method="call", outcome=outcome, log2_odds=weight_of("call", outcome), by=by, now=now
    )
    witnesses = _witnesses(session, fact_id, now=now)
    verdict = judge(
        Case(
            state=state_of_record(session, target), action="prove-dead", actor=by,
            keys=tuple(key for key, _ in witnesses), now=now,
        )
    )  # fmt: skip
    record(session, [Act("line.called-dead", str(fact_id), {"outcome": outcome, "evidence": evidence}, by.id)], now=now)
    if not verdict.is_allowed:
        if verdict.missing != ("second-caller",):
            raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")
        return False
    # Two stood up for it: the one who called before, or the program for a look-up, and the one who calls now.
    first = next((key.by for key, _ in witnesses if key.by not in {0, by.id}), 0)
    if not first:
        first = command_line_person(session, now=now).id
    change = OpenChange(
        session, Author("edit", "the line is dead", first), subject_id=target.id, state="proposed", now=now
    )
    change.item("fact", fact_id, {"standing": "current"})
    change.close()
    session.add(ChangeProof(change_id=change.id, evidence_id=evidence, key="dead-line", by_id=by.id))
    session.flush()
    proposal = session.get_one(Change, change.id)
    apply_change(session, proposal, decided_by=by.id, proof_id=evidence, before=[], now=now)
    tell_keepers(session, "line-dead", {"change": str(change.id)}, now=now)
    return True


def line_is_dead(session: Session, fact: Fact | None, target: Record) -> bool:
    """Whether the number in the place of a proposed one (``fact``) was proven dead and is hidden."""
    if fact is None or fact.field != "phone":
        return False
    last = session.scalar(
        sa.select(Fact)
        .where(Fact.record_id == target.id, Fact.field == "phone", Fact.slot == fact.slot, Fact.standing == "past")
        .order_by(Fact.id.desc())
        .limit(1)
    )
    is_there = session.scalar(
        sa.select(Fact.id).where(
            Fact.record_id == target.id, Fact.field == "phone", Fact.slot == fact.slot, Fact.standing == "current"
        )
    )
    if last is None or is_there is not None:
        return False
    return session.scalar(sa.select(Fact.id).where(Fact.id == last.id, proven_dead())) is not None


def _witnesses(session: Session, fact_id: int, *, now: dt.datetime) -> list[tuple[Key, int]]:
    """Who found a number dead within the last days, and look-ups that say so, as keys of the table."""
    rows = session.execute(
        sa.select(Evidence.id, Evidence.method, Testimony.by_id)
        .outerjoin(Testimony, Testimony.evidence_id == Evidence.id)
        .where(
            Evidence.fact_id == fact_id,
            Evidence.outcome.in_(DEAD),
            Evidence.observed_at > now - _WITNESS_HOLDS,
            Evidence.method.in_(("call", "lookup")),
            not_withdrawn(),
        )
        .order_by(Evidence.id)
    )
    kinds: dict[str, Any] = {"call": "dead-line", "lookup": "lookup"}
    return [
        (Key(kinds[method], by_id or 0), evidence) for evidence, method, by_id in rows if by_id or method == "lookup"
    ]
