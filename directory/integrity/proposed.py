"""What a proposal is about: the value that it would bring, the line to call, and what a key for it says."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.integrity.applying import ended_by
from directory.integrity.dead_lines import DEAD
from directory.integrity.protection import is_protected
from directory.integrity.reach import family
from directory.listings.models import Change, Fact, Record


def proposed_fact(session: Session, change: Change) -> Fact | None:
    """The value that a proposal would bring; None when it only ends one, or wants something of the record."""
    return session.scalar(
        sa.select(Fact).where(Fact.change_id == change.id, Fact.standing == "proposed").order_by(Fact.id).limit(1)
    )


def phone_to_call(session: Session, change: Change, target: Record) -> Fact | None:
    """The number that is to be called: the one that would go, else the first voice line of the listing's family."""
    for fact_id in ended_by(session, change.id):
        fact = session.get_one(Fact, fact_id)
        if fact.field == "phone" and fact.standing == "current":
            return fact
    ids = [one.id for one in family(session, target)]
    found = session.scalars(
        sa.select(Fact)
        .where(Fact.record_id.in_(ids), Fact.field == "phone", Fact.standing == "current")
        .order_by(Fact.id)
    ).all()
    return next((fact for fact in found if fact.slot == "voice"), found[0] if found else None)


def testified(session: Session, change: Change, target: Record, outcome: str) -> tuple[Fact, bool]:
    """The value that a key says something about, and whether it does: the proposed one, or the line that is dead.

    What is wanted of a listing as a whole, or that a value shall end, says nothing for or against a value.
    """
    phone = phone_to_call(session, change, target)
    if outcome in DEAD and phone is not None:
        return phone, True
    fact = None if outcome in DEAD else proposed_fact(session, change)
    if fact is not None:
        return fact, True
    fact = phone or _last_said(session, target)
    if fact is None:
        raise RefusedError("There is nothing here that anybody could have been asked about.")
    return fact, False


def _last_said(session: Session, target: Record) -> Fact | None:
    """For a listing that has no number, or none any more: a number that it had, or else its name."""
    ids = [one.id for one in family(session, target)]
    return session.scalar(
        sa.select(Fact)
        .where(Fact.record_id.in_(ids), Fact.field.in_(("phone", "name")), Fact.standing.in_(("current", "past")))
        .order_by((Fact.field == "phone").desc(), Fact.id.desc())
        .limit(1)
    )


def is_of_protected(session: Session, change: Change) -> bool:
    """Whether a proposal would bring or end something sensitive."""
    facts = session.execute(
        sa.select(Fact.field, Fact.slot).where(
            sa.or_(Fact.change_id == change.id, Fact.id.in_(ended_by(session, change.id)))
        )
    )
    return any(is_protected(field, slot) for field, slot in facts)
