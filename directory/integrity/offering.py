"""What a program says of itself: proposed always, and decided by people who work here; nothing changes by it alone."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.service import add_evidence
from directory.integrity.applying import ended_by
from directory.integrity.as_kept import as_kept
from directory.integrity.editing import Edit, propose_value, proposed_in
from directory.integrity.holds import holds_of
from directory.integrity.protection import is_protected
from directory.integrity.reach import is_verified
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.drafts import check_facts
from directory.listings.models import Change, ChangeProof, Fact, Record
from directory.listings.queries import current_facts, get_record
from directory.people.letters import tell_keepers
from directory.people.service import command_line_person

TO_END = ("close", "do-not-list")
# In these it is that already, or more than that.
_ENDED = {"close": {"merged", "closed", "do-not-list"}, "do-not-list": {"merged", "do-not-list"}}


def offer(
    session: Session, record_id: int, edits: Sequence[Edit], *, reason: str, run_key: str, now: dt.datetime
) -> tuple[int, ...]:
    """Propose what a program says of itself; return the changes. What holds already, or is proposed, is left out.

    That the program says so is noted as evidence on the proposed value, and against the one it would replace. Where a
    value is not sensitive that word is a key; where it is, keys have to come from elsewhere (SAFETY I2).

    Args:
        session: a writing session.
        record_id: the record that the values stand on.
        edits: values to be said, and current facts that are to end.
        reason: why, in words of the program.
        run_key: names this answer, once and for all.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such record or current fact.
        RefusedError: a value could place what is confidential, or the record is merged into another.
        MisplacedFactError: a value cannot stand on this kind of record.
    """
    queue_writers(session)
    record = get_record(session, record_id)
    if record.standing == "merged":
        raise RefusedError("This listing was merged into another; change that one.")
    current = {(fact.field, fact.slot): fact for fact in current_facts(session, [record.id])[record.id]}
    verified = is_verified(session, record)
    proposed = []
    for edit in edits:
        made = _offer(session, record, edit, current, verified=verified, reason=reason, now=now)
        if made is not None:
            proposed.append(made)
            _note_word(session, made, run_key=run_key, now=now)
    if proposed:
        tell_keepers(session, "proposed", {"change": str(proposed[0])}, now=now)
    return tuple(proposed)


def _offer(
    session: Session,
    record: Record,
    edit: Edit,
    current: dict[tuple[str, str], Fact],
    *,
    verified: bool,
    reason: str,
    now: dt.datetime,
) -> int | None:
    draft = edit.draft
    if draft is None:
        held = next((fact for fact in current.values() if fact.id == edit.fact_id), None)
        if held is None:
            raise NotFoundError("There is no such value.")
    else:
        check_facts([draft], record.kind)  # type: ignore[arg-type]
        draft = as_kept(session, record, draft)
        held = current.get((draft.field, draft.slot))
        if (held is not None and held.value == draft.stored) or proposed_in(session, record.id, draft):
            return None
    field, slot = (draft.field, draft.slot) if draft else (held.field, held.slot) if held else ("", "")
    guarded = is_protected(field, slot)
    holds = holds_of(session, record, draft, held) if draft and guarded else ()
    terms = Terms(needs_proof=(verified and guarded) or bool(holds), holds=" ".join(holds))
    return propose_value(session, record, draft, held, author=Author("edit", reason), terms=terms, now=now)


def _note_word(session: Session, change_id: int, *, run_key: str, now: dt.datetime) -> None:
    """Note on both values what the program said, and let it be a key where the value is not sensitive."""
    change = session.get_one(Change, change_id)
    said = session.scalar(sa.select(Fact).where(Fact.change_id == change.id))
    ended = _ended(session, change.id)
    for fact, outcome in ((said, "confirmed"), (ended, "changed")):
        if fact is not None:
            _add(session, fact, outcome, run_key=run_key, now=now)
    about = said or ended
    if about is None or is_protected(about.field, about.slot):
        return
    evidence = session.scalars(sa.select(Evidence.id).where(Evidence.run_key == f"{run_key}:{about.id}")).one()
    by = command_line_person(session, now=now).id
    session.add(ChangeProof(change_id=change.id, evidence_id=evidence, key="provider", by_id=by))
    session.flush()


def _ended(session: Session, change_id: int) -> Fact | None:
    found = ended_by(session, change_id)
    return session.get_one(Fact, found[0]) if found else None


def _add(session: Session, fact: Fact, outcome: str, *, run_key: str, now: dt.datetime) -> None:
    add_evidence(
        session, fact.id, method="provider", outcome=outcome, log2_odds=weight_of("provider", outcome), observed_at=now,
        run_key=f"{run_key}:{fact.id}",
    )  # fmt: skip


def offer_to_end(session: Session, record_id: int, intention: str, *, reason: str, now: dt.datetime) -> int:
    """Propose that a listing be closed or not listed, as its program says; return the change, also one that waits.

    Raises:
        NotFoundError: there is no such record.
        RefusedError: it is closed or not listed already.
    """
    queue_writers(session)
    target = get_record(session, record_id)
    if intention not in TO_END or target.standing in _ENDED[intention]:
        raise RefusedError("That is nothing a listing can be made.")
    waiting = waiting_for(session, record_id, intention)
    if waiting is not None:
        return waiting
    proposal = OpenChange(
        session, Author("edit", reason), subject_id=record_id, state="proposed", now=now,
        terms=Terms(needs_proof=True, intends=intention),
    )  # fmt: skip
    proposal.close()
    tell_keepers(session, "proposed", {"change": str(proposal.id)}, now=now)
    return proposal.id


def waiting_for(session: Session, record_id: int, intention: str) -> int | None:
    """The open proposal that wants this of a record, if there is one."""
    return session.scalar(
        sa.select(Change.id).where(
            Change.subject_id == record_id, Change.intends == intention, Change.state == "proposed"
        )
    )


def waiting_to_end(session: Session) -> set[int]:
    """The records that an open proposal would close or not list any more."""
    waiting = sa.select(Change.subject_id).where(
        Change.intends.in_(TO_END), Change.state == "proposed", Change.subject_id.is_not(None)
    )
    return {record for record in session.scalars(waiting) if record is not None}
