"""What evidence lets us believe of a listing: a pure function of observations, parameters and a day.

``standing_of`` says what holds whatever day it is (and is stored), ``state_on`` what that means on a day, ``believe``
how probable it is on a day that the service can be reached. Reports of readers count in ``believe`` alone: they may
raise the priority of a call and label a card, and never change a state.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Literal, Protocol

import msgspec

from directory.freshness.chances import (
    CLOSED,
    EVERYTHING,
    ORGANIZATION,
    PHONE,
    SERVICE,
    YEAR_DAYS,
    Chances,
    Model,
    at_most,
    supported,
    weighed,
    with_trace,
    without_trace,
)
from directory.freshness.observations import CONFIRMING_LOG2_ODDS, Observation, in_order, line_of, that_count
from directory.freshness.parameters import Outcome, Parameters
from directory.freshness.parameters import parameters as reviewed
from directory.freshness.reasons import SOFT, Reason, reasons_of

State = Literal["unverified", "verified", "due", "stale", "unreachable"]
EvidenceState = Literal["unverified", "verified", "unreachable"]
_ABOUT: dict[str, tuple[int, ...]] = {
    "reach": EVERYTHING,
    "line": (*PHONE, *ORGANIZATION),
    "phone": PHONE,
    "organization": ORGANIZATION,
    "service": SERVICE,
}
# What is said about the listing itself, and not about one of its details.
_OF_LISTING = frozenset({"", "phone", "name", "status", "url"})
_TRACES = {("corroboration", "phone"): "phone", ("corroboration", "name"): "service", ("website", "url"): "site"}
_FIELDS_OF_SOURCES = frozenset({"phone", "name", "status"})


class Belief(msgspec.Struct, frozen=True):
    """What is believed of a listing whatever day it is; the row of table ``belief``.

    Attributes:
        state: what evidence alone says.
        confirmed_on: the day number of the last word of a person or the provider about its line.
        due_on: from this day number on a call is due, if nothing is heard; 0 where nobody ever confirmed it.
        stale_on: from this day number on readers are warned; 0 where nobody ever confirmed it.
        reasons: codes and dates.
        model_version: of the parameters.
    """

    state: EvidenceState
    confirmed_on: int | None
    due_on: int
    stale_on: int
    reasons: tuple[Reason, ...]
    model_version: int


class Believed(msgspec.Struct, frozen=True):
    """How probable it is on one day: that the service is still offered, that its number reaches it, both.

    ``soft`` holds ``hours``, ``intake``, ``languages`` and ``address``, as far as they are stated: the probability that
    they still hold, by their age alone. They are never folded into the others.
    """

    p_open: float
    p_phone: float
    p_reachable: float
    p_organization_closed: float
    p_service_ended: float
    soft: dict[str, float]


class Timeless(Protocol):
    """A ``Belief``, or a row of its table."""

    @property
    def state(self) -> str:
        """What evidence alone says."""

    @property
    def due_on(self) -> int:
        """See ``Belief``."""

    @property
    def stale_on(self) -> int:
        """See ``Belief``."""


def state_on(belief: Timeless, day: int) -> State:
    """The state of a listing on a day."""
    if belief.state == "unreachable":
        return "unreachable"
    if belief.state == "unverified":
        return "unverified"
    if day >= belief.stale_on:
        return "stale"
    return "due" if day >= belief.due_on else "verified"


def believe(
    observations: Collection[Observation],
    kinds: Iterable[str],
    *,
    as_of: int,
    line: str | None = None,
    parameters: Parameters | None = None,
) -> Believed:
    """How probable it is on a day that a listing can be reached.

    Args:
        observations: all that is known, in any order, reports included. What is dated later than ``as_of`` counts as if
            it were of that day, so that a clock that was set back forgets nothing.
        kinds: slugs of its kinds of service.
        as_of: a day number.
        line: the slot of the line that is called; None = every number counts.
        parameters: the reviewed ones unless others are given.
    """
    model = model_of(frozenset(kinds), parameters)
    heard = in_order(that_count(observations, model.roles))
    chances = _chances_on(model, heard, as_of, line=line)
    whole = 1 + sum(chances)
    later = chances.closed_later
    share = model.figures.organization_share
    return Believed(
        p_open=chances.p_open,
        p_phone=chances.p_phone,
        p_reachable=chances.p_right,
        p_organization_closed=(sum(chances[one] for one in ORGANIZATION) + later * share) / whole,
        p_service_ended=(sum(chances[one] for one in SERVICE) + later * (1 - share)) / whole,
        soft=_soft(model, heard, as_of),
    )


def standing_of(
    observations: Collection[Observation],
    kinds: Iterable[str],
    *,
    line: str | None = None,
    parameters: Parameters | None = None,
) -> Belief:
    """What evidence says of a listing whatever day it is; arguments as for ``believe``."""
    model = model_of(frozenset(kinds), parameters)
    heard = in_order(that_count(observations, model.roles))
    of_line = line_of(heard, line)
    confirmed_on = max((one.day for one in heard if one.confirms and of_line(one)), default=None)
    due_on = stale_on = 0
    if confirmed_on is not None:
        chances, last = _heard(model, _without_reports(heard), line=line)
        due_on, stale_on = (
            min(last + model.days_until(chances, limit.p), confirmed_on + limit.days)
            for limit in (model.group.due, model.group.warn)
        )
    unreachable = _is_unreachable(model.figures, [one for one in heard if of_line(one)])
    return Belief(
        state="unreachable" if unreachable else "unverified" if confirmed_on is None else "verified",
        confirmed_on=confirmed_on,
        due_on=due_on,
        stale_on=stale_on,
        reasons=reasons_of(heard, line=line, figures=model.figures),
        model_version=model.figures.version,
    )


def model_of(kinds: frozenset[str], parameters: Parameters | None = None) -> Model:
    """The model of listings with these kinds; made once for each group of the reviewed parameters."""
    if parameters is None:
        return _reviewed_model(kinds)
    return Model(parameters, parameters.group_of(kinds))


@lru_cache(maxsize=4_096)
def _reviewed_model(kinds: frozenset[str]) -> Model:
    return _group_model(reviewed().group_of(kinds).code)


@lru_cache(maxsize=64)
def _group_model(code: str) -> Model:
    return Model(reviewed(), next(group for group in reviewed().groups if group.code == code))


def chances_of(
    observations: Collection[Observation], kinds: Iterable[str], *, as_of: int, line: str | None = None
) -> Chances:
    """What may have become of a listing on a day, state by state (for whoever ranks calls); as for ``believe``."""
    model = model_of(frozenset(kinds))
    return _chances_on(model, in_order(that_count(observations, model.roles)), as_of, line=line)


def _chances_on(model: Model, heard: Sequence[Observation], as_of: int, *, line: str | None) -> Chances:
    if not heard:
        return model.at_import
    quiet = _without_reports(heard)
    chances, last = _heard(model, quiet, line=line)
    found = model.after(chances, as_of - last) if quiet else model.at_import
    if len(quiet) == len(heard):
        return found
    chances, last = _heard(model, heard, line=line)
    # However many reports there are, all of them weigh no more than one strong observation.
    most = weighed(found, model.figures.reports.most_ratio, EVERYTHING)
    return at_most(model.after(chances, as_of - last), most, EVERYTHING)


def _without_reports(heard: Iterable[Observation]) -> list[Observation]:
    return [one for one in heard if one.method != "report"]


# ---------------------------------------------------------------------- one observation after another


class _Heard:
    """Chances as they are after what was heard so far, and what must not be counted twice."""

    def __init__(self, model: Model, day: int) -> None:
        self.model = model
        self.day = day
        self.chances = model.at_import
        # Trace and fact -> the day on which it was seen last; traces that are lost.
        self.seen: dict[tuple[str, str, str], int] = {}
        self.lost: set[str] = set()
        # Origin and cause -> the day and the ratio that was counted.
        self.counted: dict[tuple[str, str], tuple[int, float]] = {}
        self.reported_on = 0

    def wait_until(self, day: int) -> None:
        if day > self.day:
            self.chances = self.model.after(self.chances, day - self.day)
            self.day = day

    def trace(self, trace: str, one: Observation, *, is_seen: bool) -> None:
        key = (trace, one.field, one.slot)
        if is_seen:
            self.seen[key] = self.day
            self.lost.discard(trace)
            self.chances = with_trace(self.chances, trace)
            return
        seen_on = self.seen.pop(key, None)
        # Only the step from seen to gone says something, and once, however many pages a site has.
        if seen_on is None or trace in self.lost:
            return
        self.lost.add(trace)
        phi = getattr(self.model.figures.traces, trace).phi
        false_loss = 1 - math.exp(-phi * max(1, self.day - seen_on) / YEAR_DAYS)
        self.chances = without_trace(self.chances, trace, false_loss)

    def report(self, day: int) -> None:
        rules = self.model.figures.reports
        if self.reported_on and day < self.reported_on + rules.days_apart:
            return
        self.wait_until(day)
        self.reported_on = day
        self.chances = weighed(self.chances, rules.ratio, EVERYTHING)

    def confirm(self, states: Iterable[int]) -> None:
        """The word of somebody who spoke with the service: what was doubted before is settled."""
        self.chances = at_most(self.chances, self.model.confirmed, states)

    def against(self, one: Observation, about: str, ratio: float) -> None:
        key = (one.lineage or one.method, about)
        on, before = self.counted.get(key, (0, 1.0))
        if on and one.day < on + self.model.figures.decorrelation.get(one.method, 0):
            if ratio <= before:
                return
            self.counted[key] = (on, ratio)
            ratio /= before
        else:
            self.counted[key] = (one.day, ratio)
        self.wait_until(one.day)
        self.chances = weighed(self.chances, ratio, _ABOUT[about])


def _heard(model: Model, heard: Sequence[Observation], *, line: str | None) -> tuple[Chances, int]:
    """The chances after all observations, which are in order, and the day of the last one that changed them."""
    if not heard:
        return model.at_import, 0
    found = _Heard(model, heard[0].day)
    is_of_line = line_of(heard, line)
    figures = model.figures
    for one in heard:
        known = figures.outcome_of(one.method, one.outcome)
        trace = _TRACES.get((one.method, one.field))
        if one.method == "report":
            found.report(one.day)
        elif known is not None and known.about == "trace":
            if trace is not None and (trace != "phone" or is_of_line(one)):
                found.wait_until(one.day)
                found.trace(trace, one, is_seen=bool(known.seen))
        elif one.outcome == "verified-at-source":
            if one.field in _FIELDS_OF_SOURCES:
                found.wait_until(one.day)
                found.chances = at_most(found.chances, model.at_import, EVERYTHING)
        elif one.log2_odds:
            _weigh(found, one, known, of_line=is_of_line(one))
    return found.chances, found.day


def _weigh(found: _Heard, one: Observation, known: Outcome | None, *, of_line: bool) -> None:
    about: str = "field" if known is None else known.about
    figures = found.model.figures
    ratio = min(figures.most_ratio, max(figures.least_ratio, 2.0**one.log2_odds))
    if one.log2_odds < 0:
        # Who confirms a detail spoke with the service; whether its number was the way is another question.
        states = EVERYTHING if of_line else CLOSED
        if not one.confirms and one.field not in _OF_LISTING:
            return
        found.wait_until(one.day)
        if one.confirms and one.log2_odds <= CONFIRMING_LOG2_ODDS:
            found.confirm(states)
        else:
            found.chances = supported(found.chances, ratio, found.model.confirmed, states)
        return
    if about in ("field", "nothing", "trace"):
        about = "phone" if one.field == "phone" else "reach" if one.field in ("name", "status") else ""
    is_of_other_line = one.field == "phone" and not of_line
    if not about or (about in ("phone", "line", "reach") and (one.field not in _OF_LISTING or is_of_other_line)):
        return
    found.against(one, about, ratio)


def _is_unreachable(figures: Parameters, of_line: Iterable[Observation]) -> bool:
    """Whether a call found the line dead, or calls on several days reached nobody, since somebody was reached."""
    dead = False
    attempts: list[int] = []
    for one in of_line:
        known = figures.outcome_of(one.method, one.outcome)
        if one.confirms:
            dead = False
            attempts.clear()
        elif known is not None and known.dead:
            dead = True
        elif known is not None and known.attempt:
            attempts.append(one.day)
    rules = figures.attempts
    return dead or (len(attempts) >= rules.most and len(set(attempts)) >= rules.days)


def _soft(model: Model, heard: Iterable[Observation], as_of: int) -> dict[str, float]:
    """The probability that details still hold, by how long ago somebody confirmed them."""
    first: dict[str, int] = {}
    confirmed: dict[str, int] = {}
    for one in heard:
        name = "address" if one.field == "address" else SOFT.get(one.field)
        if name is not None:
            first.setdefault(name, one.day)
            if one.confirms:
                confirmed[name] = one.day
    hazards = model.group.hazards
    found: dict[str, float] = {}
    for name, since in first.items():
        rate = {"hours": hazards.hours, "address": hazards.address}.get(name, hazards.intake)
        years = max(0, as_of - confirmed.get(name, since)) / YEAR_DAYS
        found[name] = (1.0 if name in confirmed else 1 - model.group.delta) * math.exp(-rate * years)
    return dict(sorted(found.items()))
