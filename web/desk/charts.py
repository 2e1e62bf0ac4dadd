"""Charts of the overview as templates draw them: sentences first, then bars with the same figures beside them. Pure."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from directory.planning.months import Month, months_told
from directory.truth.figures import MOST_ERROR, STATES, Audited, Calibration, Cell, Compliance, largest
from directory.truth.told import (
    AIM,
    STATE_WORDS,
    audit_told,
    calibration_told,
    compliance_told,
    percent,
    states_told,
)

# A chart is at least so wide that the aim stands well inside it, and ends at a round share.
_LEAST_SCALE, _STEP = 0.1, 0.1
# So many lines a chart has at most; the terminal lists all.
_MOST_LINES = 16


class Part(msgspec.Struct, frozen=True):
    """A part of a bar: ``kind`` decides how it is drawn; from where to where, in hundredths of the bar."""

    kind: str
    start: float
    end: float


class Bar(msgspec.Struct, frozen=True):
    """One row of a chart: what it is about, its parts, what they say in words, and the figures beside it."""

    label: str
    parts: tuple[Part, ...]
    said: str
    figures: tuple[str, ...]


class Chart(msgspec.Struct, frozen=True):
    """A chart with the sentences that say what it shows.

    Attributes:
        code: names it in the page, and its table as a file.
        title: what it is about.
        told: the sentences.
        how: how it is read, in one sentence; empty without bars.
        headings: of the rows' labels and figures.
        bars: the rows.
        scale: what its left end and its right end stand for.
        key: what kinds of parts mean, where colour and pattern tell them apart.
    """

    code: str
    title: str
    told: Sequence[str]
    how: str = ""
    headings: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    scale: tuple[str, str] = ("0 %", "100 %")
    key: tuple[tuple[str, str], ...] = ()


def audited(found: Audited) -> Chart:
    """How much is wrong, from calls drawn at random."""
    told = audit_told(found)
    if found.share is None:
        return Chart("wrong", "How much is wrong", told)
    scale = _scale(max(found.high, found.most))
    at = partial(_at, scale=scale)
    parts = (
        Part("bound", at(found.least), at(found.most)), Part("interval", at(found.low), at(found.high)),
        Part("found", at(found.share), at(found.share)), Part("mark", at(AIM), at(AIM)),
    )  # fmt: skip
    bar = Bar("All listings", parts, " ".join(told), (f"{found.reached:,}", percent(found.share)))
    how = (
        "The dot is the share that was wrong, the line the interval of 95 %, the upright the aim of 5 %; the band is "
        "where the share of all draws lies, whatever those turn out to be that were not reached."
    )
    return Chart(
        "wrong", "How much is wrong", told, how, ("", "Reached", "Wrong"), (bar,), ("0 %", percent(scale))
    )  # fmt: skip


def calibrated(found: Calibration) -> Chart:
    """Whether what was believed came true."""
    title = "Whether what was believed came true"
    if not found.bins:
        return Chart("calibration", title, calibration_told(found))
    scale = _scale(max(max(one.high, one.believed) for one in found.bins))
    at = partial(_at, scale=scale)
    bars = tuple(
        Bar(
            f"{percent(one.of)} to {percent(one.to)}",
            (
                Part("bound", at(one.believed - MOST_ERROR), at(one.believed + MOST_ERROR)),
                Part("interval", at(one.low), at(one.high)), Part("found", at(one.found), at(one.found)),
                Part("mark", at(one.believed), at(one.believed)),
            ),
            f"Of {one.n} listings that were doubted {percent(one.believed)}, {percent(one.found)} were wrong; the "
            f"interval is {percent(one.low)} to {percent(one.high)}.",
            (f"{one.n:,}", percent(one.believed), percent(one.found)),
        )
        for one in found.bins
    )  # fmt: skip
    how = (
        "Each row is a doubt. The upright is what was believed, with a band of 3 points on each side; the dot is the "
        "share that calls found wrong, the line its interval of 95 %. Line and band should meet."
    )
    return Chart(
        "calibration", title, calibration_told(found), how, ("Doubt", "Calls", "Believed", "Found"), bars,
        ("0 %", percent(scale)),
    )  # fmt: skip


def fresh(code: str, title: str, cells: Sequence[Cell], name: Callable[[str], str]) -> Chart:
    """How many listings of each kind or area are in which state."""
    bars = tuple(
        Bar(
            name(cell.code),
            _stacked([(state, cell.states[state]) for state in STATES], cell.listings),
            f"{name(cell.code)}, {cell.listings:,} listings: "
            + ", ".join(f"{cell.states[state]:,} {STATE_WORDS[state].lower()}" for state in STATES) + ".",
            (f"{cell.listings:,}", f"{cell.states['verified']:,}", percent(cell.states["verified"] / cell.listings)),
        )
        for cell in largest(cells, _MOST_LINES)
    )  # fmt: skip
    how = "Each bar is all listings of its line, from those in time to those that nobody confirmed." if bars else ""
    key = tuple((state, STATE_WORDS[state]) for state in STATES)
    return Chart(code, title, states_told(cells, name), how, ("", "Listings", "In time", "Share"), bars, key=key)


def planned(found: Sequence[Month]) -> Chart:
    """What was planned in each month and what was done."""
    title = "Planned and done"
    told = months_told(found)
    shown = [one for one in found if one.planned is not None or one.done]
    if not shown:
        return Chart("plan", title, told)
    most = max(max(one.planned or 0, one.done) for one in shown)
    bars = tuple(_month(one, most) for one in shown)
    how = "The bar is what was done, the upright what was planned."
    return Chart("plan", title, told, how, ("", "Planned", "Done"), bars, ("0", f"{most:,}"))


def _month(one: Month, most: int) -> Bar:
    done = (Part("track", 0, 100), Part("done", 0, 100 * one.done / most))
    if one.planned is None:
        return Bar(f"{one.first:%b %Y}", done, f"{one.first:%B %Y}: {one.done:,} done.", ("none", f"{one.done:,}"))
    at = 100 * one.planned / most
    said = f"{one.first:%B %Y}: {one.planned:,} planned, {one.done:,} done."
    return Bar(f"{one.first:%b %Y}", (*done, Part("mark", at, at)), said, (f"{one.planned:,}", f"{one.done:,}"))


def kept(found: Compliance) -> Chart:
    """How well the yearly update is kept."""
    code = "kept"
    title = "Confirmed within 12 months"
    if found.share is None:
        return Chart(code, title, compliance_told(found))
    rows = (
        ("By a person or the provider", found.within_year, found.share),
        ("Gone through in full", found.full_within_year, found.full_share),
    )
    bars = tuple(
        Bar(
            label, (Part("track", 0, 100), Part("done", 0, 100 * number / found.listings)),
            f"{label}: {number} of {found.listings}, {percent(share)}.", (f"{number:,}", percent(share)),
        )
        for label, number, share in rows
    )  # fmt: skip
    how = "The full part of each bar was confirmed within 12 months."
    return Chart(code, title, compliance_told(found), how, ("", "Listings", "Share"), bars)


def _stacked(counts: Sequence[tuple[str, int]], of: int) -> tuple[Part, ...]:
    parts, start = [], 0
    for kind, number in counts:
        if number:
            parts.append(Part(kind, round(100 * start / of, 2), round(100 * (start + number) / of, 2)))
        start += number
    return tuple(parts)


def _scale(most: float) -> float:
    """A round share at which a chart can end that has to hold this one."""
    scale = _LEAST_SCALE
    while scale < most - 1e-9:
        scale += _STEP
    return round(min(1.0, scale), 1)


def _at(share: float, *, scale: float) -> float:
    return round(100 * min(1.0, max(0.0, share / scale)), 2)
