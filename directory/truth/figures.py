"""How much of the directory is wrong, how good its own doubt is, how fresh and how well kept it is. Pure.

Only calls that were drawn to measure (kind ``audit``, uniform over what is listed) tell how much is wrong: every other
call was made because something spoke for making it. Whether a doubt of so much came true as often as it says is told by
all of them.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import msgspec

from directory.freshness.belief import State, state_on
from directory.truth.rates import rate

# A year, as 211 centers count it: what nobody confirmed for longer is not kept up.
YEAR = 365
# Cells with fewer listings are counted together with others, so that no line is about somebody in particular.
LEAST_IN_CELL = 5
# A draw that nobody was reached for is tried on; within so many days that says nothing yet.
NEW_DAYS = 14
# Where what was believed is cut into bins: fine where nearly everything lies (FRESHNESS 3.1).
EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
# Up to this doubt it has to come true as often as it says, within this much (the bar of the simulation).
_CALIBRATED_TO, MOST_ERROR = 0.3, 0.03
SMALL, OTHERS = "smaller", "others"
STATES: tuple[State, ...] = ("verified", "due", "stale", "unreachable", "unverified")


class Draw(NamedTuple):
    """A call that was drawn to measure: day numbers, and ``right``, ``wrong``, ``unreached`` or None while it waits."""

    drawn_on: int
    result: str | None


class Audited(msgspec.Struct, frozen=True):
    """What the random audit found in the year before a day.

    Attributes:
        drawn: calls drawn.
        reached: those that told whether the listing is right.
        wrong: of those.
        share: wrong of reached; None while there is none.
        low: where its interval of 95 % begins.
        high: where it ends.
        unreached: draws that told nothing, however often they were tried.
        new: of those, how many were drawn in the last ``NEW_DAYS``.
        least: the share of all draws if every unreached one is right.
        most: the same if every unreached one is wrong.
    """

    drawn: int
    reached: int
    wrong: int
    share: float | None
    low: float
    high: float
    unreached: int
    new: int
    least: float
    most: float


def audited(draws: Iterable[Draw], *, day: int) -> Audited:
    """Count the draws of the year that ends with ``day``."""
    within = [draw for draw in draws if day - YEAR < draw.drawn_on <= day]
    results = Counter(draw.result for draw in within)
    wrong, reached = results["wrong"], results["wrong"] + results["right"]
    told = rate(wrong, reached)
    unreached = len(within) - reached
    new = sum(1 for draw in within if draw.result not in ("right", "wrong") and draw.drawn_on > day - NEW_DAYS)
    return Audited(
        drawn=len(within), reached=reached, wrong=wrong, share=told.share, low=told.low, high=told.high,
        unreached=unreached, new=new, least=wrong / len(within) if within else 0.0,
        most=(wrong + unreached) / len(within) if within else 1.0,
    )  # fmt: skip


class Labelled(NamedTuple):
    """What was believed of a listing when its call was drawn (that it is wrong), and whether it was."""

    believed: float
    is_wrong: bool


class Bin(msgspec.Struct, frozen=True):
    """Calls about listings of which was believed nearly the same.

    ``of`` and ``to`` bound what was believed, ``believed`` is its mean, ``found`` the share that was wrong with its
    interval of 95 %, ``error`` believed less found: above 0 it doubted too much.
    """

    of: float
    to: float
    n: int
    believed: float
    found: float
    low: float
    high: float
    error: float


class Calibration(msgspec.Struct, frozen=True):
    """Whether what was believed came true.

    Attributes:
        calls: how many told.
        bins: those that have calls, from little doubt to much.
        error: how far believed and found are apart, over all calls.
        worst: the same in the bin up to a doubt of 0.3 where it is largest; None without calls.
        is_off: whether that bin is too far off for chance: its interval lies beyond ``MOST_ERROR``.
    """

    calls: int
    bins: tuple[Bin, ...]
    error: float | None
    worst: float | None
    is_off: bool


def calibration(labelled: Iterable[Labelled]) -> Calibration:
    """Hold what was believed against what calls found, bin by bin."""
    sorted_in: dict[int, list[Labelled]] = defaultdict(list)
    inner = EDGES[1:-1]
    for one in labelled:
        sorted_in[sum(1 for edge in inner if one.believed >= edge)].append(one)
    bins = []
    for place, (of, to) in enumerate(pairwise(EDGES)):
        if cases := sorted_in.get(place):
            told = rate(sum(one.is_wrong for one in cases), len(cases))
            believed = sum(one.believed for one in cases) / len(cases)
            found = told.found / told.of
            bins.append(Bin(of, to, len(cases), believed, found, told.low, told.high, believed - found))
    calls = sum(one.n for one in bins)
    low = [one for one in bins if one.to <= _CALIBRATED_TO]
    return Calibration(
        calls,
        tuple(bins),
        sum(one.n * abs(one.error) for one in bins) / calls if calls else None,
        max((abs(one.error) for one in low), default=None),
        any(one.believed - MOST_ERROR > one.high or one.believed + MOST_ERROR < one.low for one in low),
    )


class Kept(msgspec.Struct, gc=False):
    """What is known of a listing that can be found: its belief, its group, its area, when it was last asked in full.

    ``country`` is that of the area.
    """

    state: str
    confirmed_on: int | None
    due_on: int
    stale_on: int
    group: str
    area: str
    full_on: int | None
    country: str = "US"


class Cell(msgspec.Struct, frozen=True):
    """Listings of one group, or one area.

    Attributes:
        code: of the group or area; ``smaller`` for those with too few listings.
        listings: how many.
        states: how many in each of ``STATES``.
        within_year: how many a person or the provider confirmed within a year.
        never: how many nobody ever confirmed.
        median_days: since the last confirmation, of those that have one.
    """

    code: str
    listings: int
    states: dict[str, int]
    within_year: int
    never: int
    median_days: int | None


def freshness(kept: Sequence[Kept], *, by: str, day: int) -> tuple[Cell, ...]:
    """How fresh listings are, by ``group`` or by ``area``, the largest first and what is too small last."""
    sorted_in: dict[str, list[Kept]] = defaultdict(list)
    for one in kept:
        sorted_in[one.group if by == "group" else one.area].append(one)
    large, small = _folded(sorted_in)
    cells = [_cell(code, sorted_in[code], day) for code in large]
    if small:
        cells.append(_cell(SMALL, [one for code in small for one in sorted_in[code]], day))
    return tuple(cells)


def _folded(cells: dict[str, list[Kept]]) -> tuple[list[str], list[str]]:
    """Codes that have a line of their own, the largest first, and those that share one.

    What shares a line has enough listings too: the sums over all are published, and the rest could be worked out.
    """
    ordered = sorted(cells, key=lambda code: (-len(cells[code]), code))
    small = [code for code in ordered if len(cells[code]) < LEAST_IN_CELL]
    large = ordered[: len(ordered) - len(small)]
    while small and large and sum(len(cells[code]) for code in small) < LEAST_IN_CELL:
        small.insert(0, large.pop())
    return large, small


def _cell(code: str, kept: Sequence[Kept], day: int) -> Cell:
    # A listing confirmed later than the day counts as if it were of that day.
    ages = [max(0, day - one.confirmed_on) for one in kept if one.confirmed_on is not None]
    states = Counter(state_on(one, day) for one in kept)
    return Cell(
        code, len(kept), {state: states[state] for state in STATES}, sum(age <= YEAR for age in ages),
        len(kept) - len(ages), round(median(ages)) if ages else None,
    )  # fmt: skip


def largest(cells: Sequence[Cell], most: int) -> tuple[Cell, ...]:
    """The first so many lines, the others in one at the end; it has no median."""
    if len(cells) <= most:
        return tuple(cells)
    rest = cells[most - 1 :]
    states: dict[str, int] = {state: sum(cell.states[state] for cell in rest) for state in STATES}
    together = Cell(
        OTHERS, sum(cell.listings for cell in rest), states, sum(cell.within_year for cell in rest),
        sum(cell.never for cell in rest), None,
    )  # fmt: skip
    return (*cells[: most - 1], together)


class Compliance(msgspec.Struct, frozen=True):
    """How well listings are kept: the practice of 211 centers is once a year.

    Attributes:
        listings: that anybody can find.
        within_year: how many a person or the provider confirmed within a year.
        share: of them; None without listings.
        full_within_year: how many were asked about, or answered for, in full within a year.
        full_share: of them.
        never: how many nobody ever confirmed.
        over_year: how many were confirmed once, and longer ago.
    """

    listings: int
    within_year: int
    share: float | None
    full_within_year: int
    full_share: float | None
    never: int
    over_year: int


def compliance(kept: Sequence[Kept], *, day: int) -> Compliance:
    """Count what was confirmed within the year that ends with ``day``, and what in full."""
    within = sum(one.confirmed_on is not None and day - one.confirmed_on <= YEAR for one in kept)
    in_full = sum(one.full_on is not None and day - one.full_on <= YEAR for one in kept)
    never = sum(one.confirmed_on is None for one in kept)
    number = len(kept)
    return Compliance(
        number, within, within / number if number else None, in_full, in_full / number if number else None, never,
        number - within - never,
    )  # fmt: skip


class Truth(msgspec.Struct, frozen=True):
    """All figures as of a day (ISO)."""

    as_of: str
    since: str
    audited: Audited
    calibration: Calibration
    by_group: tuple[Cell, ...]
    by_area: tuple[Cell, ...]
    compliance: Compliance


def truth(draws: Iterable[Draw], labelled: Iterable[Labelled], kept: Sequence[Kept], *, day: int) -> Truth:
    """Put all figures of a day together."""
    return Truth(
        _iso(day), _iso(max(1, day - YEAR + 1)), audited(draws, day=day), calibration(labelled),
        freshness(kept, by="group", day=day), freshness(kept, by="area", day=day), compliance(kept, day=day),
    )  # fmt: skip


def _iso(day: int) -> str:
    return dt.date.fromordinal(day).isoformat()
