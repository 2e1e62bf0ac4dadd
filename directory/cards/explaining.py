"""Why a listing is in its state, for those who work here: every fact with its evidence, figures, and what would help.

Readers see reasons and dates, never a probability.
"""

import datetime as dt
from itertools import groupby

import msgspec
from sqlalchemy.orm import Session

from directory.cards.service import heard_of
from directory.freshness.belief import Belief, Believed, believe, state_on
from directory.freshness.learnt import figures_of
from directory.freshness.observations import Observation, in_order
from directory.freshness.parameters import Group
from directory.freshness.reasons import reasons_on
from directory.listings.models import Record

_IN_WORDS = ((0.97, "very likely"), (0.9, "likely"), (0.75, "probably"), (0.5, "in doubt"), (0.0, "rather not"))
_WOULD_CHANGE = {
    "unverified": "A call that reaches the service, or the word of its provider, makes it verified.",
    "due": "A call that reaches the service, or the word of its provider, makes it verified.",
    "stale": "A call that reaches the service, or the word of its provider, makes it verified.",
    "unreachable": "A call that reaches the service makes it verified; so does another number that two keys prove.",
}


class Seen(msgspec.Struct, frozen=True):
    """One observation: its day (ISO), how it was made, what it was, and the binary logarithm of the odds against."""

    on: str
    method: str
    outcome: str
    log2_odds: int


class ExplainedFact(msgspec.Struct, frozen=True):
    """A fact with its evidence in order; the listing as a whole has no field."""

    field: str
    slot: str
    evidence: tuple[Seen, ...]


class Told(msgspec.Struct, frozen=True):
    """A reason with its day (ISO)."""

    code: str
    on: str | None
    field: str
    method: str


class Explanation(msgspec.Struct, frozen=True):
    """All that ``handrail verify explain`` says. Days are ISO dates.

    ``p_*`` are probabilities, ``sure`` is ``p_reachable`` in words; ``soft`` the probability that details still hold.
    """

    id: str
    as_of: str
    standing: str
    state: str
    group: str
    confirmed_on: str | None
    due_on: str | None
    stale_on: str | None
    sure: str
    p_reachable: float
    p_open: float
    p_phone: float
    p_organization_closed: float
    p_service_ended: float
    soft: dict[str, float]
    reasons: tuple[Told, ...]
    why: str
    what_would_change_it: str
    facts: tuple[ExplainedFact, ...]
    model_version: int

    def in_words(self) -> list[str]:
        """The lines that are printed."""
        stands = "" if self.standing == "listed" else f" (it is {self.standing})"
        lines = [
            f"{self.id}  {self.state} on {self.as_of}{stands}",
            self.why,
            self.what_would_change_it,
            "",
            f"Can it be reached? {self.sure.capitalize()}: {_percent(self.p_reachable)}.",
            f"  still offered {_percent(self.p_open)}, number right {_percent(self.p_phone)}",
            f"  organization gone {_percent(self.p_organization_closed)}",
            f"  service ended {_percent(self.p_service_ended)}",
        ]
        lines += [f"  {name} still as stated {_percent(p)}" for name, p in self.soft.items()]
        lines += ["", "Reasons"]
        lines += [f"  {_reason(reason)}" for reason in self.reasons]
        lines += ["", "Evidence"]
        for fact in self.facts:
            lines.append(f"  {' '.join(filter(None, (fact.field or 'the listing', fact.slot)))}")
            lines += [
                f"    {seen.on}  {seen.method:<13} {seen.outcome}{_odds(seen.log2_odds)}" for seen in fact.evidence
            ]
        lines += ["", f"Kinds of the group {self.group}, parameters {self.model_version}."]
        return lines


def explain(session: Session, listing: Record, *, day: dt.date) -> Explanation:
    """Explain the state of a listing at the end of a day, by the values that stand today.

    Evidence of later days is left out.
    """
    heard = heard_of(session, [listing.id], until=day)[listing.id]
    figures = figures_of(session)
    belief = heard.belief(figures)
    number = day.toordinal()
    found = believe(heard.observations, heard.kinds, as_of=number, line=heard.line, parameters=figures)
    group = figures.group_of(heard.kinds)
    state = state_on(belief, number)
    return Explanation(
        id=str(listing.public_id),
        as_of=day.isoformat(),
        standing=listing.standing,
        state=state,
        group=group.code,
        confirmed_on=_iso(belief.confirmed_on),
        due_on=_iso(belief.due_on),
        stale_on=_iso(belief.stale_on),
        sure=next(words for least, words in _IN_WORDS if found.p_reachable >= least),
        p_reachable=round(found.p_reachable, 4),
        p_open=round(found.p_open, 4),
        p_phone=round(found.p_phone, 4),
        p_organization_closed=round(found.p_organization_closed, 4),
        p_service_ended=round(found.p_service_ended, 4),
        soft={name: round(p, 4) for name, p in found.soft.items()},
        reasons=tuple(
            Told(one.code, _iso(one.on), one.field, one.method) for one in reasons_on(belief.reasons, number)
        ),
        why=_why(state, belief, found, group, day),
        what_would_change_it=_WOULD_CHANGE.get(state)
        or f"If nothing is heard, a call is due on {_iso(belief.due_on)} and readers are warned from"
        f" {_iso(belief.stale_on)} on.",
        facts=_facts(heard.observations),
        model_version=belief.model_version,
    )


def _facts(observations: list[Observation]) -> tuple[ExplainedFact, ...]:
    ordered = sorted(in_order(observations), key=_fact)
    return tuple(
        ExplainedFact(
            field,
            slot,
            tuple(Seen(_iso(one.day) or "", one.method, one.outcome, one.log2_odds) for one in of_fact),
        )
        for (field, slot), of_fact in groupby(ordered, key=_fact)
    )


def _fact(one: Observation) -> tuple[str, str]:
    return one.field, one.slot


def _why(state: str, belief: Belief, found: Believed, group: Group, day: dt.date) -> str:
    if state == "unverified":
        return "Neither a person nor the provider has confirmed its number yet."
    if state == "unreachable":
        return "Calls found its line dead or somebody else's, or reached nobody on several days, and nobody since."
    confirmed = belief.confirmed_on or 0
    age = day.toordinal() - confirmed
    told = f"A person or the provider confirmed it on {_iso(confirmed)}, {age} days before"
    if state == "verified":
        return f"{told}; a call is due after {group.due.days} days or from {_percent(group.due.p)} of doubt on."
    limit = group.due if state == "due" else group.warn
    if age >= limit.days:
        return f"{told}, and {limit.days} days is the limit of its kind."
    return f"{told}, and since then the doubt has reached {_percent(limit.p)}; it is {_percent(1 - found.p_reachable)}."


def _reason(reason: Told) -> str:
    about = ", ".join(filter(None, (reason.field, reason.method)))
    return " ".join(filter(None, (reason.code, reason.on, f"({about})" if about else "")))


def _odds(log2_odds: int) -> str:
    if not log2_odds:
        return ""
    return f"  ({'for' if log2_odds < 0 else 'against'} it, {2 ** abs(log2_odds)} to 1)"


def _percent(p: float) -> str:
    return f"{100 * p:.1f} %"


def _iso(day: int | None) -> str | None:
    return dt.date.fromordinal(day).isoformat() if day else None
