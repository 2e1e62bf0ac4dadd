"""What belief is made of: one observation after another, each with its fact, its day and its weight. Pure."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

# Methods by which a person, or the provider, says something themselves.
OF_PEOPLE = frozenset({"call", "callback", "provider", "handoff", "peer"})
# From here on one of them is the word of somebody who spoke with the service (odds of 1 to 30 and less).
CONFIRMING_LOG2_ODDS = -5
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
