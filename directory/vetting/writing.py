"""How a step is written: within one applied change, or as a proposal of it."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.drafts import FactDraft
from directory.listings.models import Fact, Record
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.people.letters import tell_keepers


class Taken(msgspec.Struct, frozen=True):
    """The change that a step made, and whether it holds already or waits for a second person."""

    change: int
    is_applied: bool


def apply_step(
    session: Session, program: Record, draft: FactDraft, ended: Sequence[Fact], *, by: Actor, now: dt.datetime
) -> Taken:
    """Write a step that holds at once, and end what holds no longer."""
    change = OpenChange(session, _author(draft, by), subject_id=program.id, now=now)
    for fact in ended:
        change.end(fact)
    change.add(program, draft)
    change.close(verb="vetting.paused" if draft.slot == "paused" else "vetting.step-taken")
    touch(session, program.id)
    return Taken(change.id, is_applied=True)


def propose_step(
    session: Session,
    program: Record,
    draft: FactDraft,
    ended: Sequence[Fact],
    *,
    by: Actor,
    now: dt.datetime,
    reason: str = "",
) -> Taken:
    """Propose a step that another person has to approve; raises ``RefusedError`` where the same waits already."""
    if waiting_step(session, program.id, draft.slot) is not None:
        raise RefusedError("The same is proposed already and waits for a second person.")
    # Two people, and no key: nobody outside can speak for it.
    terms = Terms(needs_proof=False)
    author = Author("edit", reason, by.id) if reason else _author(draft, by)
    proposal = OpenChange(session, author, subject_id=program.id, state="proposed", now=now, terms=terms)
    for fact in ended:
        proposal.item("fact", fact.id, {"standing": "current"})
    proposal.add(program, draft)
    proposal.close()
    tell_keepers(session, "proposed", {"change": str(proposal.id)}, now=now, apart_from=by.id)
    return Taken(proposal.id, is_applied=False)


def waiting_step(session: Session, program_id: int, step: str) -> int | None:
    """The change that proposes a step of a program; None if nothing does."""
    return session.scalar(
        sa.select(Fact.change_id).where(
            Fact.record_id == program_id, Fact.field == "vetting", Fact.slot == step, Fact.standing == "proposed"
        )
    )


def _author(draft: FactDraft, by: Actor) -> Author:
    return Author("edit", f"vetting: {draft.slot}", by.id)
