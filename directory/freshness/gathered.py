"""What observations leave behind: the chances after the last of them, from which those of any later day follow. Pure.

It is stored with each belief, so that calls can be planned over a whole directory without reading its evidence again.
"""

import math
from collections.abc import Iterable, Sequence

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
from directory.freshness.correction import corrected
from directory.freshness.observations import CONFIRMING_LOG2_ODDS, OF_PEOPLE, Observation, line_of
from directory.freshness.parameters import Outcome, Parameters

_ABOUT: dict[str, tuple[int, ...]] = {
    "reach": EVERYTHING,
    "line": (*PHONE, *ORGANIZATION),
    "phone": PHONE,
    "organization": ORGANIZATION,
    "service": SERVICE,
}
# What is said about the listing itself, and not about one of its details.
_OF_LISTING = frozenset({"", "phone", "name", "status", "url"})
# By method and field of what was looked at: the trace that it is.
TRACES = {("corroboration", "phone"): "phone", ("corroboration", "name"): "service", ("website", "url"): "site"}
_FIELDS_OF_SOURCES = frozenset({"phone", "name", "status"})

# What is the word of somebody who went through the whole entry; a call back is about one proposal only.
_FULL = frozenset({"confirmed", "confirmed-with-changes"})
_OF_WHOLE_ENTRY = OF_PEOPLE - {"callback", "handoff"}


class Gathered(msgspec.Struct, frozen=True, array_like=True):
    """What observations come to, whatever day it is.

    Attributes:
        quiet: the chances after the last observation that is no report of a reader.
        quiet_on: the day number of the last one that moved them; 0 when nothing was heard.
        loud: the same with reports; None without any.
        loud_on: its day number.
        live: the traces that were there when they were looked at last (``phone``, ``site``, ``service``).
        full_on: the day number on which a person or the provider last went through the whole entry; 0 = never.
        attempts: calls that reached nobody, since the line was last confirmed.
        attempted_on: the day number of the last of them; 0 without any.
    """

    quiet: Chances
    quiet_on: int = 0
    loud: Chances | None = None
    loud_on: int = 0
    live: tuple[str, ...] = ()
    full_on: int = 0
    attempts: int = 0
    attempted_on: int = 0


def gather(model: Model, heard: Sequence[Observation], *, line: str | None) -> Gathered:
    """What observations come to.

    Args:
        model: of the listing's group.
        heard: those that count, in their order (``observations.in_order``, ``observations.that_count``).
        line: the slot of the line that is called; None = every number counts.
    """
    quiet = [one for one in heard if one.method != "report"]
    found = _heard(model, quiet, line=line)
    with_reports = _heard(model, heard, line=line) if len(quiet) < len(heard) else None
    is_of_line = line_of(heard, line)
    of_line = [one for one in quiet if is_of_line(one)]
    attempts = attempts_of(model.figures, of_line)[1]
    full = (
        one.day for one in of_line if one.outcome in _FULL and one.confirms and one.method in _OF_WHOLE_ENTRY
    )  # fmt: skip
    return Gathered(
        found.chances, found.day if quiet else 0,
        with_reports.chances if with_reports else None, with_reports.day if with_reports else 0,
        live=tuple(sorted({key[0] for key in found.seen} - found.lost)),
        full_on=max(full, default=0),
        attempts=len(attempts),
        attempted_on=attempts[-1] if attempts else 0,
    )  # fmt: skip


def chances_after(model: Model, gathered: Gathered, as_of: int) -> Chances:
    """The chances on a day; what is dated later counts as if it were of that day."""
    points = model.figures.correction
    quiet = model.after(gathered.quiet, as_of - gathered.quiet_on) if gathered.quiet_on else model.at_import
    if gathered.loud is None:
        return corrected(quiet, points)
    # However many reports there are, all of them weigh no more than one strong observation.
    most = weighed(quiet, model.figures.reports.most_ratio, EVERYTHING)
    return corrected(at_most(model.after(gathered.loud, as_of - gathered.loud_on), most, EVERYTHING), points)


def attempts_of(figures: Parameters, of_line: Iterable[Observation]) -> tuple[bool, list[int]]:
    """Whether a call found the line dead since somebody was reached, and the days of calls that reached nobody."""
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
    return dead, attempts


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


def _heard(model: Model, heard: Sequence[Observation], *, line: str | None) -> _Heard:
    """The chances after all observations, which are in order, and the day of the last one that changed them."""
    found = _Heard(model, heard[0].day if heard else 0)
    is_of_line = line_of(heard, line)
    figures = model.figures
    for one in heard:
        known = figures.outcome_of(one.method, one.outcome)
        trace = TRACES.get((one.method, one.field))
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
    return found


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
