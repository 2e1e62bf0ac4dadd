"""What belief is made of: one observation after another, each with its fact, its day and its weight. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from directory.freshness.parameters import Parameters

# Methods by which a person, or the provider, says something themselves.
OF_PEOPLE = frozenset({"call", "callback", "provider", "handoff", "peer"})
# From here on one of them is the word of somebody who spoke with the service (odds of 1 to 30 and less).
CONFIRMING_LOG2_ODDS = -5
# What is noted of a list with its day, which counts each time.
_DATED = frozenset({"said", "verified-at-source"})
# By method and outcome: by what its last look is found, and whether it is the loss of a trace.
Roles: TypeAlias = Mapping[tuple[Any, ...], tuple[object, bool]]
_EPOCH_DAY = 719_163
_DAY_SECONDS = 86_400
_FIRST_SECOND = -_EPOCH_DAY * _DAY_SECONDS


class Observation(NamedTuple):
    """One piece of evidence about a listing, or one day on which readers reported it.

    Attributes:
        at: seconds since 1970, UTC.
        field: of ``directory.listings.fields``; empty for what is about the listing as a whole.
        slot: of the field.
        method: one of ``models.METHODS``.
        outcome: a code of the method.
        log2_odds: how strongly it speaks for the fact being wrong; negative supports it.
        lineage: where a copied word comes from; copies count once.
    """

    at: int
    field: str
    method: str
    outcome: str
    log2_odds: int = 0
    slot: str = ""
    lineage: str = ""

    @property
    def day(self) -> int:
        """The day number (UTC)."""
        return max(1, self.at // _DAY_SECONDS + _EPOCH_DAY)

    @property
    def confirms(self) -> bool:
        """Whether a person or the provider stood up for the fact; ``confirmed`` is what no machine says."""
        return self.log2_odds < 0 and (self.method in OF_PEOPLE or self.outcome == "confirmed")


def second_of(day: int) -> int:
    """The first second of a day number, as ``Observation.at``."""
    return (day - _EPOCH_DAY) * _DAY_SECONDS


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """By time; what has the same time, in an order of its own: what speaks for a fact before what speaks against it."""
    return sorted(observations, key=_rank)


def _rank(one: Observation) -> tuple[int, int, Observation]:
    return max(one.at, _FIRST_SECOND), one.log2_odds, one


def that_count(observations: Collection[Observation], roles: Roles) -> list[Observation]:
    """Without the looks that say nothing beside a later one.

    As long as a trace was never found gone, the last look that saw it rules out all that earlier ones did; what has no
    weight and is no trace is only noted, and the last note says it. A year of weekly looks becomes one.
    """
    kept: list[Observation] = []
    last: dict[tuple[object, ...], Observation] = {}
    lost: set[tuple[object, ...]] = set()
    for one in observations:
        role = roles.get(one[2:4])
        if role is None:
            kept.append(one)
            continue
        key = (role[0], one[1], one[5])
        if role[1]:
            lost.add(key)
            kept.append(one)
        elif key not in last or last[key] < one:
            last[key] = one
    seen_before_lost = lost & last.keys()
    if seen_before_lost:
        for one in observations:
            role = roles.get(one[2:4])
            if role is not None and not role[1] and (role[0], one[1], one[5]) in seen_before_lost:
                kept.append(one)
    kept += [one for key, one in last.items() if key not in seen_before_lost]
    return kept


def roles_of(figures: Parameters) -> Roles:
    """The outcomes of which only the last look counts, and those that say that a trace is gone."""
    found: dict[tuple[str, ...], tuple[object, bool]] = {}
    for method, outcomes in figures.outcomes.items():
        for outcome, known in outcomes.items():
            if known.seen is not None:
                found[method, outcome] = (method, not known.seen)
            elif known.about == "nothing" and not known.attempt and outcome not in _DATED:
                found[method, outcome] = ((method, outcome), False)
    return found


def line_of(observations: Iterable[Observation], line: str | None) -> Callable[[Observation], bool]:
    """Which observations are about the line that is called.

    Args:
        observations: all of the listing.
        line: its slot; None = every number. Of a listing without any number all that is said about it counts.
    """
    if not any(one.field == "phone" for one in observations):
        return _always
    return lambda one: one.field == "phone" and (line is None or one.slot == line)


def _always(_one: Observation) -> bool:
    return True
