"""Pausing a program: one person, at once, for three days at most unless another seconds it; never the whole list.

It takes everything that a program offers out of sight, so it is held to what holds of hiding (SAFETY I1). A program
with more listings than one person may hide is paused by two; until the second decides, and for as long as a pause by
one, whatever it offers says to call first. Who wants a pause back before its time needs a second person, too.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import RefusedError
from directory.integrity.applying import ended_by
from directory.integrity.hiding import count_listings, not_seconded, paused_alone
from directory.integrity.table import MISSING, MOST_HIDINGS, REST, Case, judge
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.drafts import FactDraft
from directory.listings.fields import Note, Vetting, decode_value
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import current_facts, get_record, services_of_organization
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.vetting.policy import PAUSED_ALONE
from directory.vetting.programs import program_of
from directory.vetting.writing import Taken, apply_step, propose_step, waiting_step

# Why a change is that is none of the usual steps.
_BY_TWO, _LIFTED = "vetting: paused, by two", "vetting: pause ends early"
# Its own place among the notes, and words that do not tell why: nobody is to read that a program may be paused.
_NOTE = "call-first"
_WORDS = "Call before you send anybody there. / Llame antes de enviar a alguien."


def pause(session: Session, program: Record, value: Vetting, *, by: Actor, now: dt.datetime) -> Taken:
    """Pause a program for three days at most, and propose that it stays so.

    Of one with more listings than one person may hide the pause is proposed, and everybody reads meanwhile that one has
    to call first.

    Raises:
        RefusedError: ``by`` paused it lately already, or more than ten listings would be out of sight by
            them that nobody seconded.
    """
    lately = session.scalar(
        sa.select(Fact.id)
        .join(Change, Change.id == Fact.change_id)
        .where(
            Fact.record_id == program.id, Fact.field == "vetting", Fact.slot == "paused", Change.proposed_by == by.id,
            Change.proposed_at > now - REST,
            sa.or_(Fact.value.contains('"expires_on":'), Change.reason == _BY_TWO),
        )
        .limit(1)
    )  # fmt: skip
    is_large = count_listings(session, program.id) > MOST_HIDINGS
    verdict = judge(
        Case(
            state="verified", action="hide", actor=by, hidden_before=lately is not None,
            # What is not hidden does not count.
            other_hidings=0
            if is_large
            else not_seconded(session, by.id) + max(count_listings(session, program.id) - 1, 0),
            now=now,
        )
    )  # fmt: skip
    if not verdict.is_allowed:
        raise RefusedError("Not now: " + "; ".join(MISSING[code] for code in verdict.missing) + ".")
    until = (now.date() + PAUSED_ALONE).isoformat()
    for_now = FactDraft("vetting", msgspec.structs.replace(value, expires_on=until), slot="paused")
    if is_large:
        return _warn(session, program, value, until, by=by, now=now)
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
    _forget_what_moved_on(session, now=now)
    for fact in over:
        program = get_record(session, fact.record_id)
        change = OpenChange(session, Author("edit", "nobody seconded the pause"), subject_id=program.id, now=now)
        change.end(fact)
        change.close(verb="vetting.pause-ended")
        _forget_proposal(session, program, now=now)
        touch(session, program.id)
        tell_keepers(session, "pause-ended", {"program": str(program.public_id)}, now=now)
    return len(over)


def lift_pause(session: Session, organization_id: int, *, by: Actor, now: dt.datetime) -> int:
    """Propose that a pause ends before its time that nobody seconded; another person approves it. Returns the change.

    That holds for whoever paused it, too: what is out of sight comes back by two (SAFETY I1).

    Raises:
        NotFoundError: there is no such organization, or ``by`` does not work on it.
        RefusedError: ``by`` may not, no such pause is there, or the same waits already.
    """
    queue_writers(session)
    program = program_of(session, organization_id, by=by, now=now)
    paused = session.scalar(paused_alone().where(Fact.record_id == program.id, Fact.standing == "current"))
    if paused is None:
        raise RefusedError("No pause is there that nobody seconded.")
    if lifting(session, program.id) is not None:
        raise RefusedError("The same is proposed already and waits for a second person.")
    proposal = OpenChange(
        session, Author("edit", _LIFTED, by.id), subject_id=program.id, state="proposed", now=now,
        terms=Terms(needs_proof=False),
    )  # fmt: skip
    proposal.item("fact", paused.id, {"standing": "current"})
    proposal.close()
    tell_keepers(session, "proposed", {"change": str(proposal.id)}, now=now, apart_from=by.id)
    return proposal.id


def lifting(session: Session, program_id: int) -> int | None:
    """The change that would end a program's pause before its time; None if none waits."""
    return session.scalar(
        sa.select(Change.id).where(
            Change.subject_id == program_id, Change.state == "proposed", Change.reason == _LIFTED
        )
    )


def _warn(session: Session, program: Record, value: Vetting, until: str, *, by: Actor, now: dt.datetime) -> Taken:
    """Propose the pause, and let whatever a program offers say to call first; a note of that kind ends by itself."""
    taken = propose_step(
        session, program, FactDraft("vetting", value, slot="paused"), [], by=by, reason=_BY_TWO, now=now
    )
    services = services_of_organization(session, program.id)
    held = current_facts(session, [one.id for one in services])
    for service in services:
        change = OpenChange(
            session, Author("edit", "call first while a pause waits", by.id), subject_id=service.id, now=now
        )
        for fact in held[service.id]:
            if (fact.field, fact.slot) == ("alert", _NOTE):
                change.end(fact)
        change.add(service, FactDraft("alert", Note(_WORDS, until), _NOTE))
        change.close()
        touch(session, service.id)
    return taken


def _forget_what_moved_on(session: Session, *, now: dt.datetime) -> None:
    """Decline proposals about pauses that are over."""
    waiting = sa.select(Change).where(Change.state == "proposed", Change.reason.in_((_LIFTED, "vetting: paused")))
    for change in session.scalars(waiting).all():
        ended = [session.get_one(Fact, one, populate_existing=True) for one in ended_by(session, change.id)]
        if any(fact.standing != "current" for fact in ended):
            _decline(session, change.id, now=now)


def _forget_proposal(session: Session, program: Record, *, now: dt.datetime) -> None:
    change_id = waiting_step(session, program.id, "paused")
    if change_id is not None:
        _decline(session, change_id, now=now)


def _decline(session: Session, change_id: int, *, now: dt.datetime) -> None:
    session.execute(sa.update(Change).where(Change.id == change_id).values(state="declined"))
    session.execute(
        sa.update(Fact).where(Fact.change_id == change_id, Fact.standing == "proposed").values(standing="declined")
    )
    record(session, [Act("change.declined", str(change_id), {"change": change_id, "why": "moved-on"})], now=now)
