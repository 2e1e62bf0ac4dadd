"""What calls teach about the figures of belief: each with old, new, number of cases and an explanation. Pure.

How often something stops being true (a hazard) is the mean of a Gamma distribution: the shipped figure counts as much
as ``PRIOR_YEARS`` years of watching listings, and what was watched here is added. Neither may be left out that a call
found something early, because a trace had gone, nor that other listings were not called since: a span that no call has
closed counts with the share that is believed of it (the step of Dempster, Laird and Rubin, 1977). Counting only what
calls closed would take the calls' own choice for decay: ``tests/directory/truth/test_learning.py`` measures both.

Nothing moves by more than ``MOST_STEP`` at once, nor on fewer cases than ``LEAST_CASES``, so that no odd month decides.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from directory.truth.rates import Z_95, rate, rising

About = Literal["closed", "phone"]
# What the shipped figure weighs against what was seen here (FRESHNESS 3.1): years of watching, and cases.
PRIOR_YEARS = 50.0
PRIOR_CASES = 20.0
# Fewer calls than this propose nothing; for calibration they have to say something bin by bin.
LEAST_CASES = 20
LEAST_CALIBRATION = 100
LEAST_IN_LEVEL = 25
# By no more than this factor does a figure move at once; days between two times that somebody accepts.
MOST_STEP = 1.5
DAYS_BETWEEN = 28
# Smaller changes are noise, and not worth making all cards anew.
LEAST_STEP = 1.05
# The odds of a calibrated doubt are at most so many times, or so few, what belief says.
MOST_CORRECTION = 3.0
_HAZARD_BOUNDS = (0.001, 1.0)
_SHARE_BOUNDS = (0.01, 0.99)
_ROUNDS = 30


class Span(NamedTuple):
    """A time that something was watched, from a word that it is right to the next call, or to the present.

    Attributes:
        group: of the listing.
        about: what may have stopped being true.
        years: how long.
        failed: whether it had at its end; a share where a call left that open (a dead line: number or organization).
        is_open: no call has closed it: ``failed`` is what is believed.
    """

    group: str
    about: About
    years: float
    failed: float
    is_open: bool = False


class Edge(NamedTuple):
    """That a trace was lost which had been seen; whether a call then found the fact wrong, None without a call."""

    trace: str
    fact_was_wrong: bool | None


class Missed(NamedTuple):
    """A fact that a call found wrong, of which a trace had been seen when it was last right.

    Attributes:
        trace: which.
        years: from that day to the call.
        had_gone: whether the trace was lost before the call.
    """

    trace: str
    years: float
    had_gone: bool


class Watching(NamedTuple):
    """All that calls here taught: ``trace_years`` is how long each trace was watched while it was there."""

    spans: tuple[Span, ...] = ()
    edges: tuple[Edge, ...] = ()
    missed: tuple[Missed, ...] = ()
    trace_years: dict[str, float] = {}


class Proposal(msgspec.Struct, frozen=True):
    """What a figure should be.

    Attributes:
        figure: such as ``legal.phone`` or ``trace.site.phi``.
        old: as it is now.
        new: as it should be; the same where nothing is proposed.
        cases: calls that tell about it.
        low: where the interval of 95 % for the new one begins, before it was bounded.
        high: where it ends.
        verdict: ``proposed``, ``stays`` (the change is too small) or ``too-few``.
        why: in words.
    """

    figure: str
    old: float
    new: float
    cases: int
    low: float
    high: float
    verdict: Literal["proposed", "stays", "too-few"]
    why: str


def hazard(spans: Sequence[Span], *, figure: str, shipped: float, old: float) -> Proposal:
    """What one hazard of one group should be.

    Args:
        spans: of the group, about this.
        figure: its name.
        shipped: the reviewed figure, which is the prior.
        old: the figure by which what is open was believed.
    """
    closed = [one for one in spans if not one.is_open]

    def seen(rate: float) -> tuple[float, float]:
        """What had ended and how long it was true, if so many end in a year."""
        ended = [_failed(one, rate / old) for one in spans]
        return sum(ended), sum(_lived(one.years, share, rate) for one, share in zip(spans, ended, strict=True))

    def step(rate: float) -> float:
        ended, years = seen(rate)
        return (shipped * PRIOR_YEARS + ended) / (PRIOR_YEARS + years)

    found = _settled(step, old)
    ended, years = seen(found)
    closed_years = sum(_lived(one.years, one.failed, found) for one in closed)
    # What is only believed makes nothing more certain.
    certain = PRIOR_YEARS + closed_years
    low, high = _gamma_interval(found * certain, certain)
    gone = sum(one.failed for one in closed)
    told = (
        f"{len(closed)} calls closed {closed_years:.0f} years of watching and found {gone:.1f} that had ended; with"
        f" what is believed of the time since the last calls that is {ended:.1f} in {years:.0f} years,"
        f" beside {shipped:g} a year for {PRIOR_YEARS:.0f} years."
    )
    return _proposal(figure, old, found, told, cases=len(closed), interval=(low, high), bounds=_HAZARD_BOUNDS)


def _settled(step: Callable[[float], float], start: float) -> float:
    """Where a figure stays that is worked out from itself, sped up by Aitken's rule: the steps shrink slowly."""
    found = start
    for _ in range(_ROUNDS):
        one = step(found)
        two = step(one)
        bend = two - 2 * one + found
        ahead = found - (one - found) ** 2 / bend if abs(bend) > 1e-15 else two
        before, found = found, ahead if 0 < ahead < 1 else two
        if abs(found - before) < 1e-7:
            break
    return found


def _failed(span: Span, ratio: float) -> float:
    """The share that had ended; of what is open the odds go with the hazard by which they were believed."""
    if not span.is_open:
        return span.failed
    if span.failed >= 1:
        return 1.0
    odds = span.failed / (1 - span.failed) * ratio
    return odds / (1 + odds)


def _lived(years: float, failed: float, hazard: float) -> float:
    """How long it was true: all the time, or as long as what ends within that time lives on average."""
    x = hazard * years
    until_end = years * (0.5 - x / 12) if x < 1e-4 else 1 / hazard - years / math.expm1(x)
    return (1 - failed) * years + failed * until_end


def _gamma_interval(a: float, b: float) -> tuple[float, float]:
    """Quantiles of a Gamma distribution by Wilson and Hilferty (1931); within 1 % for a of 2 and more."""
    root, z = 1 / (9 * a), Z_95
    low, high = (a / b * max(0.0, 1 - root + side * z * math.sqrt(root)) ** 3 for side in (-1, 1))
    return low, high


def loss(edges: Sequence[Edge], *, trace: str, years: float, shipped: float, old: float) -> Proposal:
    """How often a trace goes though its fact still holds: ``phi``.

    Edges that no call followed tell nothing; the years are taken in the share that calls followed.
    """
    called = [one for one in edges if one.fact_was_wrong is not None]
    false = sum(one.fact_was_wrong is False for one in called)
    seen = years * len(called) / len(edges) if edges else years
    a, b = shipped * PRIOR_YEARS + false, PRIOR_YEARS + seen
    told = (
        f"After {len(called)} of {len(edges)} losses somebody called, and {false} times the fact still held; the trace"
        f" was watched for {seen:.0f} years, beside {shipped:g} a year for {PRIOR_YEARS:.0f} years."
    )
    name = f"trace.{trace}.phi"
    return _proposal(name, old, a / b, told, cases=len(called), interval=_gamma_interval(a, b), bounds=_SHARE_BOUNDS)


def going(missed: Sequence[Missed], *, trace: str, shipped: float, old: float, tau_days: float) -> Proposal:
    """The share of changes after which a trace goes at all: ``q``.

    A trace that was still there when the call found the change may go later: that share is taken by ``tau_days``.
    """
    gone = sum(one.had_gone for one in missed)
    n = PRIOR_CASES + len(missed)

    def step(q: float) -> float:
        later = sum(_goes_later(one.years, q, tau_days / 365) for one in missed if not one.had_gone)
        return (shipped * PRIOR_CASES + gone + later) / n

    found = _settled(step, old)
    told = (
        f"Of {len(missed)} changes that calls found, the trace had gone before {gone}; others may still go. Beside"
        f" {shipped:g} in {PRIOR_CASES:.0f} cases."
    )
    half = Z_95 * math.sqrt(found * (1 - found) / (n + 1))
    interval = max(0.0, found - half), min(1.0, found + half)
    name = f"trace.{trace}.q"
    return _proposal(name, old, found, told, cases=len(missed), interval=interval, bounds=_SHARE_BOUNDS)


def _goes_later(years: float, q: float, tau: float) -> float:
    """That a trace will go which is there so many years after its fact was last right, the change at any time since."""
    x = years / tau
    still = 1.0 if x < 1e-9 else -math.expm1(-x) / x
    return q * still / (q * still + 1 - q)


def _proposal(
    figure: str,
    old: float,
    found: float,
    told: str,
    *,
    cases: int,
    interval: tuple[float, float],
    bounds: tuple[float, float],
) -> Proposal:
    least, most = max(bounds[0], old / MOST_STEP), min(bounds[1], old * MOST_STEP)
    if figure.endswith(".q"):
        # A share near 1 moves by its rest.
        least, most = max(bounds[0], 1 - (1 - old) * MOST_STEP), min(bounds[1], 1 - (1 - old) / MOST_STEP)
    new = float(f"{min(most, max(least, found)):.3g}")
    if cases < LEAST_CASES:
        return Proposal(figure, old, old, cases, *interval, "too-few", f"{cases} cases of {LEAST_CASES}. {told}")
    if 1 / LEAST_STEP < new / old < LEAST_STEP:
        return Proposal(figure, old, old, cases, *interval, "stays", told)
    if not least <= found <= most:
        told += f" That says {found:.3g}; it moves by a factor of {MOST_STEP} at once, no more."
    return Proposal(figure, old, new, cases, *interval, "proposed", told)


class Corrected(msgspec.Struct, frozen=True):
    """What a doubt should count as: points of believed and found, which rise; and why.

    Attributes:
        points: empty where nothing is proposed.
        cases: calls that tell about it.
        verdict: as in ``Proposal``.
        why: in words.
    """

    points: tuple[tuple[float, float], ...]
    cases: int
    verdict: Literal["proposed", "stays", "too-few"]
    why: str


def correction(labelled: Iterable[tuple[float, bool]]) -> Corrected:
    """What belief should be told to say, from what was believed when calls were drawn and what they found."""
    cases = list(labelled)
    if len(cases) < LEAST_CALIBRATION:
        return Corrected((), len(cases), "too-few", f"{len(cases)} calls of {LEAST_CALIBRATION} told right or wrong.")
    levels = rising(cases, least=LEAST_IN_LEVEL)
    intervals = [rate(round(level.n * level.found), level.n) for level in levels]
    told = " ".join(f"{one.believed:.3f} came true as {one.found:.3f} ({one.n})." for one in levels)
    if all(told.low <= level.believed <= told.high for level, told in zip(levels, intervals, strict=True)):
        return Corrected((), len(cases), "stays", f"What was believed came true within chance: {told}")
    points: list[tuple[float, float]] = []
    for level in levels:
        believed = min(0.999, max(0.001, level.believed))
        # Half a case is added on each side: what never came true in a few calls is not impossible.
        found = (level.n * level.found + 0.5) / (level.n + 1)
        points.append((round(believed, 4), round(_within(found, believed, MOST_CORRECTION), 4)))
    return Corrected(_made_rising(points), len(cases), "proposed", told)


def _within(found: float, believed: float, most: float) -> float:
    odds, least = found / (1 - found), believed / (1 - believed)
    odds = min(least * most, max(least / most, odds))
    return odds / (1 + odds)


def _made_rising(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The same without points that do not rise after they were rounded and bounded."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if not kept or (point[0] > kept[-1][0] and point[1] > kept[-1][1]):
            kept.append(point)
    return tuple(kept)


def proposals(watching: Watching, *, figures: "Figures") -> list[Proposal]:
    """What every figure should be that calls tell about: hazards of each group, then traces."""
    found = [
        hazard(
            [one for one in watching.spans if (one.group, one.about) == (group, about)],
            figure=f"{group}.{about}", shipped=figures.shipped(f"{group}.{about}"), old=figures.now(f"{group}.{about}"),
        )
        for group in figures.groups
        for about in ("closed", "phone")
    ]  # fmt: skip
    for trace in figures.traces:
        edges = [one for one in watching.edges if one.trace == trace]
        q, phi = f"trace.{trace}.q", f"trace.{trace}.phi"
        found.append(
            going(
                [one for one in watching.missed if one.trace == trace], trace=trace, shipped=figures.shipped(q),
                old=figures.now(q), tau_days=figures.now(f"trace.{trace}.tau_days"),
            )
        )  # fmt: skip
        years = watching.trace_years.get(trace, 0.0)
        found.append(loss(edges, trace=trace, years=years, shipped=figures.shipped(phi), old=figures.now(phi)))
    return found


class Figures(NamedTuple):
    """Figures by their names: as they were shipped, and as they are."""

    groups: tuple[str, ...]
    traces: tuple[str, ...]
    shipped: Callable[[str], float]
    now: Callable[[str], float]
