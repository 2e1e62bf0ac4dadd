"""Shares with their intervals, and figures that may only rise. Pure.

The interval is Wilson's (J. Am. Stat. Assoc. 22, 1927), which Brown, Cai and DasGupta (Stat. Sci. 16, 2001) recommend
for few cases: it says something sensible of 0 in 12, where the usual one says "exactly none".
"""

import math
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

# The quantile of the normal distribution that leaves 2.5 % on each side.
Z_95 = 1.959963984540054


class Rate(NamedTuple):
    """So many of so many, and the interval that holds the true share in 95 of 100 such counts.

    Of nothing counted nothing is known: ``share`` is None, and the interval is 0 to 1.
    """

    found: int
    of: int
    share: float | None
    low: float
    high: float


def rate(found: int, of: int) -> Rate:
    """The share with Wilson's interval.

    Raises:
        ValueError: more were found than counted, or fewer than none.
    """
    if not 0 <= found <= of:
        raise ValueError("A share is of what was counted.")
    if not of:
        return Rate(0, 0, None, 0.0, 1.0)
    p, z2 = found / of, Z_95 * Z_95
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z_95 * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    # At the ends it is exact; rounding must not put the share itself outside.
    low = 0.0 if found == 0 else max(0.0, min(p, middle - half))
    high = 1.0 if found == of else min(1.0, max(p, middle + half))
    return Rate(found, of, p, low, high)


class Level(NamedTuple):
    """Cases that were believed alike: how many, the mean of what was believed, and what was found."""

    n: int
    believed: float
    found: float


def rising(cases: Iterable[tuple[float, bool]], *, least: int = 1) -> list[Level]:
    """The best figures that never fall while belief rises (pool-adjacent-violators; Ayer and others, 1955).

    Args:
        cases: what was believed of each, and whether it came true.
        least: levels of fewer cases join their lower neighbour (the first one its upper one).
    """
    levels: list[Level] = []
    # What was believed alike is one case: its order among itself says nothing.
    for believed, alike in groupby(sorted(cases), key=itemgetter(0)):
        came_true = [float(true) for _, true in alike]
        levels.append(Level(len(came_true), believed, sum(came_true) / len(came_true)))
        while len(levels) > 1 and levels[-2].found >= levels[-1].found:
            levels[-2:] = [_joined(*levels[-2:])]
    place = 0
    while place < len(levels):
        if levels[place].n >= least or len(levels) == 1:
            place += 1
            continue
        # Neighbours that are joined stay between theirs, so nothing falls.
        first = max(0, place - 1)
        levels[first : first + 2] = [_joined(*levels[first : first + 2])]
        place = first
    return levels


def _joined(one: Level, other: Level) -> Level:
    n = one.n + other.n
    # Between the two, whatever rounding makes of the mean.
    believed = max(one.believed, min(other.believed, (one.n * one.believed + other.n * other.believed) / n))
    return Level(n, believed, (one.n * one.found + other.n * other.found) / n)
