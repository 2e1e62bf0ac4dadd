"""The verbs of vetting: taking a step, at once or as a proposal that a second person approves."""

import datetime as dt

from sqlalchemy.orm import Session

from directory.db import queue_writers
from directory.errors import RefusedError
from directory.listings.drafts import FactDraft
from directory.listings.fields import Vetting, decode_value
from directory.listings.models import Fact
from directory.listings.notes_screen import refuse_client_details
from directory.listings.queries import current_facts
from directory.listings.screen import screen
from directory.listings.vetting_steps import STEPS, Step, state_of_steps
from directory.people.actor import Actor
from directory.values.plain_text import one_line
from directory.vetting.excluding import note_reason, require_reason
from directory.vetting.explaining import require_explained
from directory.vetting.pausing import pause
from directory.vetting.policy import Move, move_of, moves_from, usual_end
from directory.vetting.programs import program_of
from directory.vetting.writing import Taken, apply_step, propose_step

LONGEST_REFERENCE = 120
# Before this day nothing that is entered now was looked at.
_FIRST_DAY = dt.date(2000, 1, 1)


def take_step(
    session: Session,
    organization_id: int,
    step: str,
    *,
    on: dt.date,
    expires_on: dt.date | None = None,
    reference: str = "",
    reason: str = "",
    by: Actor,
    now: dt.datetime,
) -> Taken:
    """Take a step of vetting, as the table allows it (``policy.MOVES``).

    What one person may do holds at once. The rest is proposed, and another person approves it among the changes. Who
    pauses does both: it is paused at once, for three days, and that it stays so waits for another.

    Args:
        session: a writing session.
        organization_id: the record of the program.
        step: one of ``STEPS``.
        on: the day on which it was done.
        expires_on: until when it holds; None = as long as is usual.
        reference: where the paper lies, in a few words.
        reason: why a program is removed, one of ``models.REASONS``; empty for every other step.
        by: who takes it.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such organization, or ``by`` does not work on it.
        RefusedError: ``by`` may not, the table does not allow it, something that has to hold does not, a day cannot be
            right, or the reference tells of a person or a place.
    """
    queue_writers(session)
    program = program_of(session, organization_id, by=by, now=now)
    held = steps_of(session, program.id)
    state = state_of_steps(held)
    move = move_of(state, step)
    if move is None:
        open_ones = ", ".join(one.step for one in moves_from(state))
        raise RefusedError(f"That does not follow here. What may: {open_ones}.")
    if move.before == "removed":
        require_explained(session, [program.id], by=by)
    value = _value(move, on, expires_on, reference, today=now.date())
    _require(move, held, on=now.date())
    if move.step == "paused" and move.people == 1:
        return pause(session, program, value, by=by, now=now)
    draft = FactDraft("vetting", value, slot=move.step)
    ended = [fact for slot, fact in held.items() if slot in {*move.ends, move.step}]
    if move.people == 1:
        return apply_step(session, program, draft, ended, by=by, now=now)
    if move.step != "removed":
        return propose_step(session, program, draft, ended, by=by, now=now)
    require_reason(reason)
    taken = propose_step(session, program, draft, ended, by=by, now=now)
    note_reason(session, program, taken.change, reason, by=by, now=now)
    return taken


def steps_of(session: Session, organization_id: int) -> dict[Step, Fact]:
    """The current steps of a program, in their order."""
    facts = {fact.slot: fact for fact in current_facts(session, [organization_id])[organization_id] if _is_step(fact)}
    return {step: facts[step] for step in STEPS if step in facts}


def holds_on(fact: Fact, day: dt.date) -> bool:
    """Whether a step still holds on a day."""
    end = decode_value("vetting", fact.value or "{}").expires_on
    return not end or dt.date.fromisoformat(end) >= day


def kept_reference(text: str) -> str:
    """Where a paper lies, as it may be kept: short, of no person and of no place (SAFETY L15, P3).

    Raises:
        RefusedError: it is too long, or seems to tell of a person or where something is.
    """
    reference = one_line(text, 10 * LONGEST_REFERENCE)
    if len(reference) > LONGEST_REFERENCE:
        raise RefusedError(f"Where the paper lies is said in at most {LONGEST_REFERENCE} letters.")
    refuse_client_details(reference)
    if screen(reference).rules:
        raise RefusedError("That could tell where something is. Say which binder and which paper, not where it stands.")
    return reference


def _is_step(fact: Fact) -> bool:
    return fact.field == "vetting" and fact.slot in STEPS


def _value(move: Move, on: dt.date, expires_on: dt.date | None, reference: str, *, today: dt.date) -> Vetting:
    if not _FIRST_DAY <= on <= today:
        raise RefusedError("A step is entered on the day on which it was done, or later.")
    usual = usual_end(move.step, on)
    if usual is None and expires_on is not None:
        raise RefusedError("That step has no end of its own.")
    end = expires_on or usual
    if end is not None and end < today:
        raise RefusedError("That is over already: look at it again, and enter that.")
    return Vetting(
        on.isoformat(), expires_on="" if end is None else end.isoformat(), reference=kept_reference(reference)
    )


def _require(move: Move, held: dict[Step, Fact], *, on: dt.date) -> None:
    missing = [step for step in move.needs if step not in held or not holds_on(held[step], on)]
    if missing:
        raise RefusedError(f"First, and not run out: {', '.join(missing)}.")
