"""Proposals: keys that speak for them, the second person who decides, and what is done when they are applied."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.freshness.parameters import weight_of
from directory.integrity.applying import apply_change, digest_of, draft_of, ended_by, standing_of
from directory.integrity.as_kept import note_about
from directory.integrity.dead_lines import DEAD, line_is_dead
from directory.integrity.editing import observe
from directory.integrity.hiding import count_listings, open_hiding
from directory.integrity.proposed import is_of_protected, proposed_fact, testified
from directory.integrity.reach import is_in_scope, is_verified, require_scope
from directory.integrity.states import state_of_record
from directory.integrity.table import HIDDEN_FOR, MISSING, Action, Case, Key, Verdict, judge
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.models import Change, ChangeProof, Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.people.queries import actor_if_here

# What a key is as evidence, and which outcomes speak for the proposal.
_METHODS = {
    "old-number": "callback", "independent-number": "call", "own-site": "website", "provider": "provider",
    "lookup": "lookup", "neighbour": "peer", "dead-line": "call",
}  # fmt: skip
OUTCOMES = frozenset({"confirmed", "refused", "no-answer", *DEAD})
# Which part of the table an approval is, by what is wanted of the record.
_ACTIONS: dict[str | None, Action] = {
    None: "approve", "close": "close", "do-not-list": "do-not-list", "list": "list", "show-again": "show-again",
    "open-location": "open-location",
}  # fmt: skip
# What two people alone may do, without a key.
_WITHOUT_PROOF = frozenset({"show-again", "open-location"})


class Approved(msgspec.Struct, frozen=True):
    """Whether it was applied; if it waits, until when."""

    is_applied: bool
    not_before: dt.datetime | None = None


def intend(session: Session, record_id: int, intention: str, *, by: Actor, reason: str, now: dt.datetime) -> int:
    """Propose something about a listing as a whole (``models.INTENTIONS``); return the id of the change.

    What one person may do (to close what nobody verified) is done at once.

    Raises:
        NotFoundError: there is no such record, or ``by`` does not work on it.
        RefusedError: ``by`` may not, it is proposed already, or opening a location names no authorization.
    """
    queue_writers(session)
    target = get_record(session, record_id)
    require_scope(session, target, by=by)
    if intention not in _ACTIONS or not _can_be(target, intention):
        raise RefusedError("That is nothing a listing can be made.")
    reason = note_about(session, target, reason)
    if intention == "open-location" and not reason:
        raise RefusedError("Say who authorized it in writing, when, and where that is kept.")
    state = state_of_record(session, target)
    terms = Terms(needs_proof=intention not in _WITHOUT_PROOF, intends=intention)
    closes = _closes(session, target, intention, by=by, now=now)
    alone = judge(Case(state=state, action=_ACTIONS[intention], actor=by, closes=closes, now=now))
    if alone.is_allowed:
        change = OpenChange(session, Author("edit", reason, by.id), subject_id=record_id, now=now, terms=terms)
        set_intended(session, change, target, intention)
        return change.id
    may_propose = judge(Case(state=state, action="propose", actor=by, now=now))
    if not may_propose.is_allowed:
        raise refusal_of(may_propose)
    if "state" in alone.missing:
        raise refusal_of(alone)
    waiting = session.scalar(
        sa.select(Change.id).where(
            Change.subject_id == record_id, Change.intends == intention, Change.state == "proposed"
        )
    )
    if waiting is not None:
        raise RefusedError("The same is proposed already and waits for a second person.")
    proposal = OpenChange(
        session, Author("edit", reason, by.id), subject_id=record_id, state="proposed", now=now, terms=terms
    )
    proposal.close()
    tell_keepers(session, "proposed", {"change": str(proposal.id)}, now=now, apart_from=by.id)
    return proposal.id


def _closes(session: Session, target: Record, intention: str | None, *, by: Actor, now: dt.datetime) -> int:
    """How many listings somebody would have closed alone lately with this; 0 where it closes none."""
    if intention != "close":
        return 0
    alone = sa.or_(
        sa.and_(Change.proposed_by == by.id, sa.or_(Change.decided_by.is_(None), Change.decided_by == by.id)),
        # Nobody proposed it, so one person's yes closed it.
        sa.and_(Change.proposed_by.is_(None), Change.decided_by == by.id),
    )
    at = sa.func.coalesce(Change.decided_at, Change.proposed_at)
    lately = session.scalars(
        sa.select(Change.subject_id).where(
            Change.intends == "close", Change.state == "applied", alone, at > now - HIDDEN_FOR
        )
    )
    return sum(max(count_listings(session, one), 1) for one in {*lately, target.id} if one is not None)


def _can_be(target: Record, intention: str) -> bool:
    """Whether this can be wanted of a record at all: locations belong to services, hiding to listings.

    What was merged into another has no standing of its own.
    """
    if target.standing == "merged":
        return False
    if intention == "open-location":
        return target.kind == "service" and target.location_disclosure != "public"
    return target.kind == "listing" or (target.kind != "location" and intention != "show-again")


def set_intended(session: Session, change: OpenChange, target: Record, intention: str) -> None:
    """Do at once what is wanted of a record, within an applied change that is closed with it."""
    standing = standing_of(intention)
    change.set_record(target, standing=standing)
    change.close(verb=f"{target.kind}.{standing}")
    session.info["touched"].add(target.id)


def add_key(session: Session, change_id: int, key: str, *, outcome: str, by: Actor, now: dt.datetime) -> int:
    """Bring a key for a proposal: what a call, a site or a look-up said; return the id of the evidence.

    Only ``confirmed`` speaks for it (``dead-line`` and ``lookup``: that the old line is dead). When the provider
    refuses it on the old number, it is declined at once and everybody is told.

    Raises:
        NotFoundError: there is no such open proposal, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or it is no key or outcome.
    """
    queue_writers(session)
    change = open_change(session, change_id, by=by)
    is_known = key in _METHODS and outcome in OUTCOMES
    if not is_known or (key == "neighbour" and by.role != "neighbour"):
        raise RefusedError("That is no key, or no outcome of one.")
    target = get_record(session, change.subject_id or 0)
    allowed = judge(Case(state=state_of_record(session, target), action="add-key", actor=by, now=now))
    if not allowed.is_allowed:
        raise refusal_of(allowed)
    fact, says_something = testified(session, change, target, outcome)
    odds = weight_of(_METHODS[key], outcome) if says_something else 0
    evidence = observe(session, fact.id, method=_METHODS[key], outcome=outcome, log2_odds=odds, by=by, now=now)
    speaks = outcome == "confirmed" or (outcome in DEAD and key in {"dead-line", "lookup"})
    if speaks and session.get(ChangeProof, (change_id, evidence)) is None:
        session.add(ChangeProof(change_id=change_id, evidence_id=evidence, key=key, by_id=by.id))
        session.flush()
    record(
        session,
        [Act("change.key-brought", str(change_id), {"key": key, "outcome": outcome, "evidence": evidence}, by.id)],
        now=now,
    )
    if key == "old-number" and outcome == "refused":
        _close(session, change, by=by, verb="change.declined", now=now)
        tell_keepers(session, "refused-on-old-number", {"change": str(change_id)}, now=now)
    return evidence


def approve(session: Session, change_id: int, *, shown: str, by: Actor, now: dt.datetime) -> Approved:
    """Second a proposal: it is applied, or waits until it may be.

    Args:
        session: a writing session.
        change_id: the proposal.
        shown: the digest of what ``by`` was shown (``applying.digest_of``): what moved on since is not approved.
        by: who seconds it.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such open proposal, or ``by`` does not work on it.
        RefusedError: something of the table of states is missing, or it moved on since it was shown.
    """
    # One after the other, so that nobody approves what somebody else is changing at this moment.
    queue_writers(session)
    change = open_change(session, change_id, by=by)
    if shown != digest_of(session, change):
        raise RefusedError("This has changed since you saw it. Look again.")
    if change.decided_by is not None:
        raise RefusedError("It is approved already, and waits until it may be applied.")
    verdict = judge(case_of(session, change, by=by, now=now))
    if not verdict.is_allowed:
        raise refusal_of(verdict)
    acts = [Act("change.approved", str(change_id), {"change": change_id}, by.id)]
    if verdict.not_before is not None and verdict.not_before > now:
        claimed = session.execute(
            sa.update(Change)
            .where(Change.id == change_id, Change.state == "proposed", Change.decided_by.is_(None))
            .values(
                decided_by=by.id, decided_at=now, hold_until=verdict.not_before, proof_id=_proof(session, change_id)
            )
            .returning(Change.id)
        ).first()
        if claimed is None:
            raise RefusedError("Somebody else decided it meanwhile.")
        session.expire_all()
        record(session, acts, now=now)
        tell_keepers(session, "approved", {"change": str(change_id)}, now=now, apart_from=by.id)
        return Approved(False, verdict.not_before)  # noqa: FBT003
    apply_change(session, change, decided_by=by.id, proof_id=_proof(session, change_id), before=acts, now=now)
    letter = "glass-broken" if change.broke_glass else "approved"
    tell_keepers(session, letter, {"change": str(change_id)}, now=now, apart_from=by.id)
    return Approved(True)  # noqa: FBT003


def decline(session: Session, change_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Decline a proposal, or withdraw one's own; also while it waits after an approval.

    Raises:
        NotFoundError: there is no such open proposal, or ``by`` does not work on it.
        RefusedError: ``by`` may not.
    """
    queue_writers(session)
    change = open_change(session, change_id, by=by)
    verdict = judge(msgspec.structs.replace(case_of(session, change, by=by, now=now), action="decline"))
    if not verdict.is_allowed:
        raise refusal_of(verdict)
    _close(session, change, by=by, verb="change.declined", now=now)
    tell_keepers(session, "declined", {"change": str(change_id)}, now=now, apart_from=by.id)


def break_glass(session: Session, change_id: int, *, by: Actor, now: dt.datetime) -> int:
    """Ask, as an admin, that a proposal be applied without a key; a second admin approves it. Returns the new change.

    Raises:
        NotFoundError: there is no such open proposal of values.
        RefusedError: ``by`` is no admin with a fresh proof.
    """
    change = open_change(session, change_id, by=by)
    target = get_record(session, change.subject_id or 0)
    verdict = judge(Case(state=state_of_record(session, target), action="break-glass", actor=by, now=now))
    if not verdict.is_allowed:
        raise refusal_of(verdict)
    fact = proposed_fact(session, change)
    if change.intends is not None or fact is None:
        raise NotFoundError("There is no such proposal of a value.")
    terms = Terms(needs_proof=False, broke_glass=True)
    again = OpenChange(
        session, Author("edit", "without a key, by two admins", by.id), subject_id=change.subject_id,
        state="proposed", now=now, terms=terms,
    )  # fmt: skip
    for old in ended_by(session, change_id):
        again.item("fact", old, {"standing": "current"})
    again.add(get_record(session, fact.record_id), draft_of(fact))
    again.close()
    record(session, [Act("glass.asked", str(again.id), {"change": again.id}, by.id)], now=now)
    tell_keepers(session, "glass-broken", {"change": str(again.id)}, now=now, apart_from=by.id)
    return again.id


def case_of(session: Session, change: Change, *, by: Actor, now: dt.datetime) -> Case:
    """A proposal as the table of states sees it, were ``by`` to approve it."""
    target = get_record(session, change.subject_id or 0)
    state = state_of_record(session, target)
    keys = tuple(
        Key(proof.key, proof.by_id)  # type: ignore[arg-type]
        for proof in session.scalars(sa.select(ChangeProof).where(ChangeProof.change_id == change.id))
    )
    action = _ACTIONS[change.intends]
    if action == "approve" and not (is_verified(session, target) and is_of_protected(session, change)):
        # Nobody has confirmed what it changes.
        state = "unverified"
    hiding = open_hiding(session, target.id) if change.intends == "show-again" else None
    return Case(
        state=state,
        action=action,
        actor=by,
        now=now,
        proposer=actor_if_here(session, change.proposed_by),
        keys=keys,
        holds=tuple(change.holds.split()),
        old_line_is_dead=line_is_dead(session, proposed_fact(session, change), target) if hiding is None else False,
        emergency=change.broke_glass,
        closes=_closes(session, target, change.intends, by=by, now=now),
        needs_key=change.needs_proof,
    )


def open_change(session: Session, change_id: int, *, by: Actor) -> Change:
    """The open proposal with this id; raises ``NotFoundError`` also for what ``by`` does not work on."""
    change = session.get(Change, change_id, populate_existing=True)
    if change is None or change.state != "proposed" or change.subject_id is None:
        raise NotFoundError("There is no such proposal, or it is decided.")
    if not is_in_scope(session, get_record(session, change.subject_id), by=by):
        raise NotFoundError("There is no such proposal, or it is decided.")
    return change


def _close(session: Session, change: Change, *, by: Actor, verb: str, now: dt.datetime) -> None:
    values: dict[str, Any] = {"state": "declined", "decided_at": now}
    if change.proposed_by != by.id:
        values["decided_by"] = by.id
    closed = session.execute(
        sa.update(Change)
        .where(Change.id == change.id, Change.state == "proposed")
        .values(**values)
        .returning(Change.id)
    ).first()
    if closed is None:
        raise RefusedError("Somebody else decided it meanwhile.")
    session.execute(
        sa.update(Fact).where(Fact.change_id == change.id, Fact.standing == "proposed").values(standing="declined")
    )
    session.expire_all()
    record(session, [Act(verb, str(change.id), {"change": change.id}, by.id)], now=now)


def close_declined(session: Session, change: Change, *, by: Actor, now: dt.datetime) -> None:
    """Decline a proposal that nobody has heard of yet, in the transaction that makes it: no letter is due for it."""
    _close(session, change, by=by, verb="change.declined", now=now)


def refusal_of(verdict: Verdict) -> RefusedError:
    """What is missing, in words."""
    return RefusedError("Not yet: " + "; ".join(MISSING[code] for code in verdict.missing) + ".")


def _proof(session: Session, change_id: int) -> int | None:
    return session.scalar(
        sa.select(ChangeProof.evidence_id)
        .where(ChangeProof.change_id == change_id)
        # A word on the old number is the best there is.
        .order_by((ChangeProof.key == "old-number").desc(), ChangeProof.evidence_id)
        .limit(1)
    )
