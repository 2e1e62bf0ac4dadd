"""How much of the directory is wrong, and how well it is kept: sentences, and charts that are drawn here as SVG."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get

from directory.people.policy import KEEPERS
from directory.search.written import area_name
from directory.truth.figures import MOST_ERROR, Audited, Calibration, Cell, Compliance, largest
from directory.truth.queries import truth_of
from directory.truth.told import (
    AIM,
    audit_told,
    calibration_told,
    compliance_told,
    freshness_told,
    of_area,
    of_group,
    percent,
)
from web.desk.app import DeskHere
from web.desk.guards import opens_to
from web.doors import DESK

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
        code: names it in the page.
        title: what it is about.
        told: the sentences.
        how: how it is read, in one sentence; empty without bars.
        headings: of the rows' labels and figures.
        bars: the rows.
        scale: what its left end and its right end stand for.
    """

    code: str
    title: str
    told: Sequence[str]
    how: str = ""
    headings: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    scale: tuple[str, str] = ("0 %", "100 %")


class FiguresPage(Controller):
    """The figures of today, for those who look after the directory."""

    path = f"{DESK}/figures"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
        """All of them on one page."""
        with desk.database.reading() as session:
            now = session.info["now"]
            found = truth_of(session, day=now.date(), now=now)
        area = partial(of_area, area_name=lambda code: area_name(code, desk.gazetteer))
        charts = (
            _audited(found.audited),
            _kept("kept", found.compliance),
            _fresh("kinds", "How fresh, by kind", found.by_group, of_group),
            _fresh("areas", "How fresh, by area", found.by_area, area),
            _calibrated(found.calibration),
        )
        return desk.pages.page("figures", request, charts=charts, as_of=now)


def _audited(found: Audited) -> Chart:
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


def _calibrated(found: Calibration) -> Chart:
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


def _fresh(code: str, title: str, cells: Sequence[Cell], name: Callable[[str], str]) -> Chart:
    told = freshness_told(cells, name)
    bars = tuple(
        Bar(
            name(cell.code),
            _stacked(cell.listings, cell.within_year, cell.never),
            f"{name(cell.code)}: {cell.within_year} of {cell.listings} confirmed within a year, {cell.never} never.",
            (f"{cell.listings:,}", percent(cell.within_year / cell.listings), f"{cell.states['stale']:,}"),
        )
        for cell in largest(cells, _MOST_LINES)
    )
    how = (
        "Of each bar, the full part was confirmed within a year, the hatched part longer ago, the empty part never."
        if bars
        else ""
    )
    return Chart(code, title, told, how, ("", "Listings", "Within a year", "Stale"), bars)


def _kept(code: str, found: Compliance) -> Chart:
    title = "Confirmed within 12 months"
    if found.share is None:
        return Chart(code, title, compliance_told(found))
    rows = (
        ("By a person or the provider", found.within_year, found.share),
        ("Gone through in full", found.full_within_year, found.full_share),
    )
    bars = tuple(
        Bar(
            label, _stacked(found.listings, number, found.listings - number),
            f"{label}: {number} of {found.listings}, {percent(share)}.", (f"{number:,}", percent(share)),
        )
        for label, number, share in rows
    )  # fmt: skip
    how = "The full part of each bar was confirmed within 12 months."
    return Chart(code, title, compliance_told(found), how, ("", "Listings", "Share"), bars)


def _stacked(number: int, within: int, never: int) -> tuple[Part, ...]:
    first, second = 100 * within / number, 100 * (number - never) / number
    return (Part("track", 0, 100), Part("old", first, second), Part("done", 0, first))


def _scale(most: float) -> float:
    """A round share at which a chart can end that has to hold this one."""
    scale = _LEAST_SCALE
    while scale < most - 1e-9:
        scale += _STEP
    return round(min(1.0, scale), 1)


def _at(share: float, *, scale: float) -> float:
    return round(100 * min(1.0, max(0.0, share / scale)), 2)
