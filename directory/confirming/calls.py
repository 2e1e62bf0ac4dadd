"""What a call found, written to the facts that it speaks about; and what follows from it.

The codes are ``freshness.policy.CALL_OUTCOMES``. A call that stood in the plan is done by it, wherever it is noted. A
call confirms, warns or proposes. It takes a number away only where two callers found the line dead
(``integrity.dead_lines``), and closes nothing that somebody confirmed.
"""

import datetime as dt
from collections.abc import Iterable

import msgspec
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.confirming.shown import SHOWN_FIELDS, is_offered, shown_facts
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.freshness.parameters import weight_of
from directory.freshness.policy import CALL_OUTCOMES
from directory.intake.do_not_call import may_be_called, say_do_not_call
from directory.integrity import service
from directory.integrity.dead_lines import DEAD
from directory.integrity.editing import observe
from directory.integrity.offering import waiting_for
from directory.integrity.reach import require_scope
from directory.integrity.service import Edit
from directory.integrity.states import state_of_record
from directory.integrity.table import MISSING, Action, Case, State, judge
from directory.listings.drafts import FactDraft
from directory.listings.fields import Greeting, decode_value
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.planning.service import finish_call
from directory.vetting.explaining import note_own_wish

GREETINGS = ("neutral", "names-service", "names-topic")
# What an outcome speaks about besides the line that was called.
_OF_SILENCE = frozenset({"no-answer", "nothing-found", "disconnected"})
_OF_EVERYTHING = frozenset({"confirmed"})
_OF_BEING_OFFERED = frozenset({"confirmed-with-changes", "live"})
_OF_BEING_GONE = {"ended": "close", "closed": "close", "do-not-list": "do-not-list"}
_REASONS = {
    "ended": "they say on the telephone that it is not offered any more",
    "closed": "they say on the telephone that they have closed",
    "do-not-list": "they asked on the telephone not to be listed",
}
# What a caller asks about goes beyond what anybody sees: mail may be sent only where somebody confirmed the address.
_ASKED_FIELDS = SHOWN_FIELDS | {"email"}


class Called(msgspec.Struct, frozen=True):
    """What a call came to.

    Attributes:
        facts: how many facts it is evidence about.
        is_hidden: whether the number is hidden now, because two callers found it dead.
        change: the change that wants the listing closed or not listed; None if there is none.
        is_closed: whether that change is applied already, as it is where nobody had confirmed the listing.
        greeting: the change that says how the line answers, proposed or applied; None if there is none.
    """

    facts: int
    is_hidden: bool = False
    change: int | None = None
    is_closed: bool = False
    greeting: int | None = None


def lines_of(session: Session, listing: Record) -> list[Fact]:
    """The numbers of a listing that a caller may try: voice lines first."""
    phones = [fact for fact in shown_facts(session, listing, tier="coordinator") if fact.field == "phone"]
    return sorted(phones, key=lambda fact: (fact.slot != "voice", fact.tier != "public", fact.id))


def note_call(
    session: Session,
    listing_id: int,
    *,
    outcome: str,
    by: Actor,
    now: dt.datetime,
    line: int | None = None,
    greeting: str = "",
) -> Called:
    """Note what a call to a listing found.

    Args:
        session: a writing session.
        listing_id: the record of the listing.
        outcome: one of ``CALL_OUTCOMES``.
        by: who called.
        now: the transaction's time.
        line: the fact of the number that was called; the listing's first voice line if none is named.
        greeting: how the line answers, one of ``GREETINGS``; empty when nobody noticed.

    Raises:
        NotFoundError: there is no such listing or number, or ``by`` does not work on it.
        RefusedError: ``by`` may not, it is no outcome, or only what the caller entered could be confirmed.
    """
    queue_writers(session)
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if outcome not in CALL_OUTCOMES or greeting not in {"", *GREETINGS}:
        raise RefusedError("That is not an outcome of a call.")
    if greeting and outcome in _OF_SILENCE:
        raise RefusedError("Nobody answered, so nobody heard how the line answers.")
    called = _line(session, listing, line)
    state = state_of_record(session, listing)
    _refuse_unless(state, "add-key", by, now)
    finish_call(session, listing.id, outcome=outcome, now=now)
    if outcome in DEAD:
        return Called(1, is_hidden=service.prove_dead(session, called.id, outcome=outcome, by=by, now=now))
    facts = _spoken_about(session, listing, called, outcome)
    if weight_of("call", outcome) < 0:
        _refuse_unless(state, "confirm", by, now)
        facts = _entered_by_others(session, facts, by)
    evidence = [_observe(session, fact, outcome, by=by, now=now) for fact in facts]
    body = {"outcome": outcome, "facts": len(facts), "evidence": max(evidence)}
    record(session, [Act("listing.called", str(listing.public_id), body, by.id)], now=now)
    if outcome == "do-not-call":
        owner = listing.organization_id or listing.id
        say_do_not_call(session, owner, by=by.id, reason="they asked on the telephone", now=now)
    change = _want_gone(session, listing, outcome, by=by, now=now) if outcome in _OF_BEING_GONE else None
    heard = _note_greeting(session, listing, called, greeting, by=by, now=now) if greeting else None
    is_closed = change is not None and session.get_one(Change, change).state == "applied"
    return Called(len(facts), change=change, is_closed=is_closed, greeting=heard)


def _line(session: Session, listing: Record, line: int | None) -> Fact:
    lines = lines_of(session, listing)
    if line is None and not lines:
        raise RefusedError("There is no number here that anybody could have called.")
    found = next((fact for fact in lines if line in {None, fact.id}), None)
    if found is None:
        raise NotFoundError("There is no such number.")
    return found


def _refuse_unless(state: State, action: Action, by: Actor, now: dt.datetime) -> None:
    verdict = judge(Case(state=state, action=action, actor=by, now=now))
    if not verdict.is_allowed:
        raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")


def _spoken_about(session: Session, listing: Record, called: Fact, outcome: str) -> list[Fact]:
    shown = shown_facts(session, listing)
    if outcome in _OF_EVERYTHING:
        # An address that is withheld was read to nobody: a call about the rest does not bring it back.
        read_out = {fact.id for fact in shown}
        every = shown_facts(session, listing, tier="coordinator", fields=_ASKED_FIELDS)
        return [fact for fact in every if fact.field != "url" or fact.id in read_out]
    if outcome in _OF_BEING_OFFERED:
        return [called, *(fact for fact in shown if fact.field == "status")]
    return [is_offered(shown)] if outcome in _OF_BEING_GONE else [called]


# What is refused of whoever entered or imported what was called.
CONFIRMING = frozenset(one for one in CALL_OUTCOMES if weight_of("call", one) < 0)


def can_confirm(session: Session, listing: Record, by: Actor) -> bool:
    """Whether a call of somebody can confirm the number of a listing: not where they entered or imported all of it."""
    lines = lines_of(session, listing)
    said = _spoken_about(session, listing, lines[0], "live") if lines else []
    return any(session.get_one(Change, fact.change_id).proposed_by != by.id for fact in said)


def _entered_by_others(session: Session, facts: Iterable[Fact], by: Actor) -> list[Fact]:
    """Those that the caller did not enter; raises ``RefusedError`` when none is left."""
    kept = [fact for fact in facts if session.get_one(Change, fact.change_id).proposed_by != by.id]
    if not kept:
        raise RefusedError("Whoever entered or imported this cannot confirm it: somebody else has to.")
    return kept


def _observe(session: Session, fact: Fact, outcome: str, *, by: Actor, now: dt.datetime) -> int:
    return observe(
        session, fact.id, method="call", outcome=outcome, log2_odds=weight_of("call", outcome), by=by, now=now
    )  # fmt: skip


def _want_gone(session: Session, listing: Record, outcome: str, *, by: Actor, now: dt.datetime) -> int:
    """Propose what they said, or bring their word to the proposal that waits; closed at once where one person may."""
    intention = _OF_BEING_GONE[outcome]
    change = waiting_for(session, listing.id, intention)
    if change is None:
        change = service.intend(session, listing.id, intention, by=by, reason=_REASONS[outcome], now=now)
    if intention == "do-not-list":
        note_own_wish(session, change, by=by, now=now)
    if session.get_one(Change, change, populate_existing=True).state == "proposed":
        service.add_key(session, change, "old-number", outcome="confirmed", by=by, now=now)
    return change


def _note_greeting(
    session: Session, listing: Record, called: Fact, greeting: str, *, by: Actor, now: dt.datetime
) -> int | None:
    """Say how the line answers; when it answers as before, that is confirmed."""
    held = next(
        (fact for fact in shown_facts(session, listing) if fact.field == "greeting" and fact.slot == called.slot), None
    )
    before: Greeting | None = decode_value("greeting", held.value or "{}") if held is not None else None
    if held is not None and before is not None and before.answers_as == greeting:
        if session.get_one(Change, held.change_id).proposed_by != by.id:
            _observe(session, held, "confirmed", by=by, now=now)
        return None
    value = Greeting(greeting, checked_on=now.date().isoformat())  # type: ignore[arg-type]
    if before is not None:
        value = msgspec.structs.replace(before, answers_as=value.answers_as, checked_on=value.checked_on)
    where = held.record_id if held is not None else listing.service_id or listing.id
    edit = Edit(FactDraft("greeting", value, slot=called.slot))
    edited = service.edit(session, where, [edit], by=by, reason="heard on the telephone", now=now)
    return edited.applied or edited.proposed[0]


def may_call(session: Session, listing_id: int) -> bool:
    """Whether nobody of a listing's organization asked not to be called."""
    return may_be_called(session, get_record(session, listing_id))
