"""What evidence lets us believe of a listing: a pure function of observations, parameters and a day.

``standing_of`` says what holds whatever day it is (and is stored), ``state_on`` what that means on a day, ``believe``
how probable it is on a day that the service can be reached. Reports of readers count in ``believe`` alone: they may
raise the priority of a call and label a card, and never change a state.
"""

import math
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal, Protocol

import msgspec

from directory.freshness.chances import (
    ORGANIZATION,
    SERVICE,
    YEAR_DAYS,
    Chances,
    Model,
)
from directory.freshness.correction import back
from directory.freshness.gathered import Gathered, attempts_of, chances_after, gather
from directory.freshness.observations import Observation, in_order, line_of, that_count
from directory.freshness.parameters import Parameters
from directory.freshness.parameters import parameters as reviewed
from directory.freshness.reasons import SOFT, Reason, reasons_of

State = Literal["unverified", "verified", "due", "stale", "unreachable"]
EvidenceState = Literal["unverified", "verified", "unreachable"]


class Belief(msgspec.Struct, frozen=True):
    """What is believed of a listing whatever day it is; the row of table ``belief``.

    Attributes:
        state: what evidence alone says.
        confirmed_on: the day number of the last word of a person or the provider about its line.
        due_on: from this day number on a call is due, if nothing is heard; 0 where nobody ever confirmed it.
        stale_on: from this day number on readers are warned; 0 where nobody ever confirmed it.
        reasons: codes and dates.
        model_version: of the parameters.
        gathered: what observations come to, from which the chances of a day follow; None where nobody asked.
    """

    state: EvidenceState
    confirmed_on: int | None
    due_on: int
    stale_on: int
    reasons: tuple[Reason, ...]
    model_version: int
    gathered: Gathered | None = None


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
    chances = chances_after(model, gather(model, heard, line=line), as_of)
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
    gathered = gather(model, heard, line=line)
    due_on = stale_on = 0
    if confirmed_on is not None:
        due_on, stale_on = (
            min(
                gathered.quiet_on + model.days_until(gathered.quiet, back(limit.p, model.figures.correction)),
                confirmed_on + limit.days,
            )
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
        gathered=gathered,
    )


def model_of(kinds: frozenset[str], parameters: Parameters | None = None) -> Model:
    """The model of listings with these kinds; made once for each group of the same parameters."""
    return _model_of(kinds, _Same(parameters or reviewed()))


class _Same:
    """Parameters that are equal to themselves alone, so that models can be looked up by them."""

    def __init__(self, figures: Parameters) -> None:
        self.figures = figures

    def __hash__(self) -> int:
        return id(self.figures)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.figures is other.figures


@lru_cache(maxsize=4_096)
def _model_of(kinds: frozenset[str], same: _Same) -> Model:
    return _group_model(same.figures.group_of(kinds).code, same)


@lru_cache(maxsize=64)
def _group_model(code: str, same: _Same) -> Model:
    return Model(same.figures, next(group for group in same.figures.groups if group.code == code))


def chances_of(
    observations: Collection[Observation],
    kinds: Iterable[str],
    *,
    as_of: int,
    line: str | None = None,
    parameters: Parameters | None = None,
) -> Chances:
    """What may have become of a listing on a day, state by state (for whoever ranks calls); as for ``believe``."""
    model = model_of(frozenset(kinds), parameters)
    gathered = gather(model, in_order(that_count(observations, model.roles)), line=line)
    return chances_after(model, gathered, as_of)


def chances_on(gathered: Gathered, kinds: frozenset[str], *, day: int, parameters: Parameters | None = None) -> Chances:
    """The same from what was stored of a listing with these kinds (``Belief.gathered``)."""
    return chances_after(model_of(kinds, parameters), gathered, day)


def _is_unreachable(figures: Parameters, of_line: Iterable[Observation]) -> bool:
    """Whether a call found the line dead, or calls on several days reached nobody, since somebody was reached."""
    dead, attempts = attempts_of(figures, of_line)
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
