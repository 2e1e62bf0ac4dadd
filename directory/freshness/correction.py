"""Doubts told as they came true: points of believed and found, between which the odds are bent. Pure."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from directory.freshness.chances import EVERYTHING, Chances, weighed

# What was believed and what was found, both rising and neither 0 nor 1. Without points nothing is corrected.
Points: TypeAlias = Sequence[tuple[float, float]]
# Beyond this the odds of a doubt are taken as they are: 1 : 10^9.
_LEAST = 1e-9


def corrected(chances: Chances, points: Points) -> Chances:
    """The same chances, all ratios scaled so that the doubt of all together is what it should count as."""
    whole = sum(chances)
    if not points or whole <= 0:
        return chances
    found = moved(1 - chances.p_right, points)
    return weighed(chances, found / (1 - found) / whole, EVERYTHING)


def moved(p: float, points: Points) -> float:
    """What a doubt should count as; the more doubt, the more it counts as."""
    if not points or not _LEAST < p < 1 - _LEAST:
        return p
    here = _logit(p)
    known = [(_logit(believed), _logit(found)) for believed, found in points]
    if here <= known[0][0]:
        return _from_logit(here + known[0][1] - known[0][0])
    for (before, told), (after, then) in pairwise(known):
        if here <= after:
            return _from_logit(told + (then - told) * (here - before) / (after - before))
    return _from_logit(here + known[-1][1] - known[-1][0])


def back(p: float, points: Points) -> float:
    """What had to be believed so that it counts as this; undoes ``moved``."""
    return moved(p, [(found, believed) for believed, found in points])


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _from_logit(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
