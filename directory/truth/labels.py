"""From what was seen and heard of services to what it teaches: spans, lost traces, changes that were found. Pure.

A service is one case, however many places it has, and of its lines the one that is called most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from directory.freshness.chances import YEAR_DAYS
from directory.freshness.gathered import TRACES
from directory.freshness.observations import OF_PEOPLE
from directory.truth.learning import About, Edge, Missed, Span, Watching

# A call so many days after a trace was lost tells whether there was a cause.
_SOON = 120
# A call says these of what they are about; a dead line may be a number or an organization that is gone.
_CLOSED = frozenset({"ended", "closed"})
_OTHERS_LINE, _DEAD_LINE = "wrong-party", "disconnected"
_OF_CALLS = frozenset({"call", "callback", "peer"})
# By what a call found: the traces that should have told of it.
_TOLD_BY = {"ended": ("service",), "closed": ("site",), _OTHERS_LINE: ("phone",), _DEAD_LINE: ("phone",)}


class Look(NamedTuple):
    """One piece of evidence: its day number, the field and the line (record and slot) of its fact, what it was.

    ``seen`` is of a trace: whether it was there.
    """

    day: int
    field: str
    line: tuple[int, str]
    method: str
    outcome: str
    log2_odds: int
    seen: bool | None = None


class Family(NamedTuple):
    """A service with all its places.

    Attributes:
        group: of its kinds.
        looks: all that was seen and heard, in any order, values included that do not stand any more.
        p_phone: what is believed today: that its number is wrong; None where nobody can find it any more.
        p_closed: the same, that it is not offered.
        phone_share: of dead lines, the share of which only the number is gone.
    """

    group: str
    looks: Sequence[Look]
    p_phone: float | None
    p_closed: float | None
    phone_share: float


class _Word(NamedTuple):
    """What a person or the provider found on a day; ``right`` or one of the outcomes of a call."""

    day: int
    found: str
    is_of_line: bool


def watched(families: Iterable[Family], *, day: int) -> Watching:
    """All that calls until a day teach."""
    spans: list[Span] = []
    edges: list[Edge] = []
    missed: list[Missed] = []
    trace_days: Counter[str] = Counter()
    for family in families:
        looks = sorted(one for one in family.looks if one.day <= day)
        words = _words(looks)
        spans += _spans(family, words, day)
        lost = _lost(looks, trace_days)
        edges += [Edge(trace, _had_cause(on, words)) for trace, days in lost.items() for on in days]
        missed += _missed(words, looks, lost)
    years = {trace: days / YEAR_DAYS for trace, days in trace_days.items()}
    return Watching(tuple(spans), tuple(edges), tuple(missed), years)


def _words(looks: Sequence[Look]) -> list[_Word]:
    lines = Counter(one.line for one in looks if one.field == "phone" and one.method in _OF_CALLS)
    called = min(lines, key=lambda line: (-lines[line], line[1] != "voice", line), default=None)
    words: list[_Word] = []
    for one in looks:
        is_of_line = one.field == "phone" and one.line == called
        if one.log2_odds < 0 and (one.method in OF_PEOPLE or one.outcome == "confirmed"):
            words.append(_Word(one.day, "right", is_of_line))
        elif _says_wrong(one, is_of_line=is_of_line):
            words.append(_Word(one.day, one.outcome, is_of_line))
    return words


def _says_wrong(one: Look, *, is_of_line: bool) -> bool:
    if one.outcome in _CLOSED:
        return one.method in OF_PEOPLE
    return one.outcome in {_OTHERS_LINE, _DEAD_LINE} and one.method in _OF_CALLS and is_of_line


def _spans(family: Family, words: Sequence[_Word], day: int) -> list[Span]:
    spans: list[Span] = []
    about: About
    for about, believed in (("phone", family.p_phone), ("closed", family.p_closed)):
        since: int | None = None
        for word in words:
            failed = _failed(about, word, family.phone_share)
            if failed is None:
                continue
            if since is not None and word.day > since:
                spans.append(Span(family.group, about, (word.day - since) / YEAR_DAYS, failed))
            # What has failed is watched again from the day on which somebody finds it right.
            since = word.day if word.found == "right" else None
        if since is not None and believed is not None and day > since:
            spans.append(Span(family.group, about, (day - since) / YEAR_DAYS, believed, is_open=True))
    return spans


def _failed(about: About, word: _Word, phone_share: float) -> float | None:
    """How far a word says that it had failed; None where it says nothing about it."""
    if about == "closed":
        return {"right": 0.0, "ended": 1.0, "closed": 1.0}.get(word.found)
    if word.found == "right" and not word.is_of_line:
        return None
    # Until it ended, its number was right as far as anybody knows.
    return {_OTHERS_LINE: 1.0, _DEAD_LINE: phone_share}.get(word.found, 0.0)


def _lost(looks: Sequence[Look], trace_days: Counter[str]) -> dict[str, list[int]]:
    """Trace -> the days on which it was lost; counts the days on which each was watched while it was there."""
    by_fact: dict[tuple[str, tuple[int, str]], list[Look]] = defaultdict(list)
    for one in looks:
        trace = TRACES.get((one.method, one.field))
        if one.seen is not None and trace is not None:
            by_fact[trace, one.line].append(one)
    lost: dict[str, set[int]] = defaultdict(set)
    for (trace, _), of_fact in by_fact.items():
        for before, after in pairwise(of_fact):
            if before.seen:
                trace_days[trace] += after.day - before.day
                if not after.seen:
                    lost[trace].add(after.day)
    return {trace: sorted(days) for trace, days in lost.items()}


def _had_cause(lost_on: int, words: Sequence[_Word]) -> bool | None:
    after = next((word for word in words if lost_on <= word.day <= lost_on + _SOON), None)
    return None if after is None else after.found != "right"


def _missed(words: Sequence[_Word], looks: Sequence[Look], lost: dict[str, list[int]]) -> list[Missed]:
    found: list[Missed] = []
    right_on: int | None = None
    for word in words:
        if word.found == "right":
            right_on = word.day
        elif right_on is not None:
            since, right_on = right_on, None
            for trace in _TOLD_BY[word.found]:
                last = [one for one in looks if TRACES.get((one.method, one.field)) == trace and one.seen is not None]
                # As it was on the last look up to then; or, where looks begin with the call, on the first.
                before = [one for one in last if one.day <= since] or last[:1]
                if before and before[-1].seen and before[-1].day < word.day:
                    gone = any(since < day <= word.day for day in lost.get(trace, []))
                    found.append(Missed(trace, (word.day - since) / YEAR_DAYS, gone))
    return found
