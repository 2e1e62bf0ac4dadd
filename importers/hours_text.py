"""What a text about opening hours says: weekly hours by label, days on which it is closed, and a time zone.

Whatever can be read in two ways, holds only some weeks or only part of the year is no weekly hour: it becomes a problem
with a name, and stays in the text.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from directory.values.hours import DAY_MINUTES, WEEKDAYS, Days, cut_out, is_always_open, joined, spread
from importers.hours_closures import closed_days, holidays, read_day
from importers.hours_groups import Group, Start, Statement, statements
from importers.hours_labels import Label, speaks_of_night
from importers.hours_pairs import UNCLEAR, Closure, Pair, Paired, paired
from importers.hours_spans import is_inferred, minutes_between
from importers.hours_words import Token, has_broken_dash, is_misspelled, mended, tokens
from importers.hours_zones import zone_named

LONGEST_READ = 4_000

Spans = frozenset[tuple[int, int]]

_HOUR_KINDS = frozenset({"day", "anyday", "daily", "weekdays", "weekends", "clock", "always"})
_ONLY_ENDS = "hours-without-end"


class Part(msgspec.Struct, frozen=True):
    """Weekly hours of one statement: whose they are, and where in the text they stand.

    ``is_inline`` is a label without a colon, which may be no label at all.
    """

    label: Label
    name: str
    days: Days
    start: int
    end: int
    is_inline: bool = False


class Problem(msgspec.Struct, frozen=True):
    """Why some words were not taken for weekly hours: a rule, the words, whose hours they were to be."""

    rule: str
    words: str
    label: Label = ""


class TextRead(msgspec.Struct, frozen=True):
    """A text read.

    Attributes:
        parts: in order; those without days only say where words with this label stand.
        closed: days to come.
        closes_part: whether a part of its own is closed on them, so that crisis lines stay open.
        zone: that its words name.
        rules: what was mended or noticed.
        problems: what was not taken, and why.
        spans: every two times that stand together, whether taken or not.
        mentions_hours: it names a weekday or a time.
        is_shut: it is closed until nobody knows when.
    """

    parts: tuple[Part, ...] = ()
    closed: frozenset[dt.date] = frozenset()
    zone: str | None = None
    rules: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    spans: Spans = frozenset()
    mentions_hours: bool = False
    is_shut: bool = False


def read_text(text: str, *, zone: str | None, country: str, today: dt.date) -> TextRead:
    """Read a text about opening hours.

    Args:
        text: as the source wrote it.
        zone: IANA zone of the place, where it is known.
        country: ISO code; decides which holidays are meant, and what "12/1" is.
        today: the day from which coming closures count.
    """
    if len(text) > LONGEST_READ:
        return TextRead(problems=(Problem("hours-too-long", ""),), mentions_hours=True)
    return _Reading(text, zone, country, today).result()


class _Reading:
    def __init__(self, text: str, zone: str | None, country: str, today: dt.date) -> None:
        self._text = text
        self._plain = mended(text)
        self._zone = zone
        self._country = country
        self._today = today
        found = tokens(text)
        marks = {token.value.mark for token in found if token.kind == "clock"}
        self._is_full_clock = "full" in marks and not marks & {"am", "pm"}
        self._rules: dict[str, None] = {}
        self._problems: list[Problem] = []
        self._spans: set[tuple[int, int]] = set()
        self._closed: set[dt.date] = set()
        self._parts: list[Part] = []
        self._cuts: list[tuple[int, Days]] = []
        self._sections: list[int] = []
        self._is_shut = False
        self._mentions_hours = any(token.kind in _HOUR_KINDS for token in found)
        if has_broken_dash(text):
            self._rules["hours-dash-mended"] = None
        if any(token.kind == "day" and is_misspelled(self._plain[token.start : token.end]) for token in found):
            self._rules["hours-weekday-misspelled"] = None
        found, self._named_zone = self._without_zones(found)
        self._read(statements(found, self._plain))

    def result(self) -> TextRead:
        return TextRead(
            tuple(self._parts),
            frozenset(self._closed),
            self._named_zone,
            tuple(self._rules),
            tuple(dict.fromkeys(self._problems)),
            frozenset(self._spans),
            self._mentions_hours,
            self._is_shut,
        )

    def _without_zones(self, found: Sequence[Token]) -> tuple[list[Token], str | None]:
        """The tokens without time zones, and the zone if they name one."""
        kept: list[Token] = []
        named: dict[str, None] = {}
        for token in found:
            is_zone = token.kind == "zone" and bool(kept) and kept[-1].kind not in ("word", "line", "gap")
            if not is_zone:
                kept.append(token if token.kind != "zone" else msgspec.structs.replace(token, kind="word"))
                continue
            known = zone_named(token.value, known=self._zone, country=self._country)
            if known:
                named[known] = None
        if len(named) > 1:
            self._problems.append(Problem("hours-several-zones", ""))
        zone = next(iter(named)) if len(named) == 1 else None
        if zone is not None and zone != self._zone:
            self._rules["hours-zone-from-words"] = None
        return kept, zone

    # Statements

    def _read(self, found: list[Statement]) -> None:
        read = [(one, paired(one.groups, one.label, one.name)) for one in found]
        for section in dict.fromkeys(one.section for one in found):
            mine = [(one, said) for one, said in read if one.section == section]
            together = self._together(mine)
            if together is None and _is_torn([said for _, said in mine]):
                for pair in (pair for _, said in mine for pair in said.pairs):
                    pair.problem = pair.problem or UNCLEAR
            for statement, said in together or mine:
                self._keep(statement, said)
        for section, cut in self._cuts:
            self._cut(section, cut)

    def _together(self, mine: list[tuple[Statement, Paired]]) -> list[tuple[Statement, Paired]] | None:
        """A section as one statement, where its statements do not come out even but it does as a whole."""
        if len(mine) < 2 or all(said.is_even for _, said in mine):
            return None
        first, last = mine[0][0], mine[-1][0]
        groups: list[Group] = [group for statement, _ in mine for group in statement.groups]
        said = paired(groups, first.label, first.name)
        if not said.is_even or said.problems:
            return None
        whole = msgspec.structs.replace(first, groups=tuple(groups), end=last.end)
        return [(whole, said)]

    def _keep(self, statement: Statement, said: Paired) -> None:
        words = self._text[statement.start : statement.end]
        self._rules |= dict.fromkeys(said.rules)
        if said.is_shut:
            self._is_shut = True
            self._problems.append(Problem("hours-closed-for-now", words))
        is_night = speaks_of_night((self._plain[statement.start : statement.end], statement.name))
        for pair in said.pairs:
            days = self._days(pair, words, is_night=is_night)
            self._add(statement, pair.label, pair.name, days, is_inline=pair.is_inline)
        if not said.pairs:
            self._add(statement, statement.label, statement.name, {})
            self._without_pairs(statement, said, words)
        for closure in said.closures:
            self._close(statement, closure, words, has_pairs=bool(said.pairs))

    def _add(self, statement: Statement, label: Label, name: str, days: Days, *, is_inline: bool = False) -> None:
        self._parts.append(Part(label, name, days, statement.start, statement.end, is_inline))
        self._sections.append(statement.section)

    def _without_pairs(self, statement: Statement, said: Paired, words: str) -> None:
        """Say why a statement that names hours gives none."""
        times = [group for group in statement.groups if group.kind == "time"]
        is_about_hours = bool(times) or any(group.kind == "days" for group in statement.groups)
        if said.problems and is_about_hours:
            self._problems.append(Problem(said.problems[0], words, statement.label))
        elif is_about_hours and not said.is_even:
            self._problems.append(Problem(UNCLEAR, words, statement.label))
        elif said.problems and said.problems[0] == "hours-closed-unclear":
            self._problems.append(Problem("hours-closed-unclear", words, statement.label))

    def _days(self, pair: Pair, words: str, *, is_night: bool) -> Days:
        """The weekly hours of a pair; none if there is a problem with it, which is kept."""
        days: list[Days] = []
        problem = pair.problem
        for clocks in pair.times:
            span = self._span(*clocks, is_night=is_night)
            if isinstance(span, str):
                problem = problem or span
            else:
                self._spans.add(span)
                days.append(spread(sorted(pair.weekly.days, key=WEEKDAYS.index), *span))
        if problem:
            self._problems.append(Problem(problem, words, pair.label))
        return {} if pair.problem else joined(*days)

    def _span(self, start: Start, end: Start, *, is_night: bool) -> tuple[int, int] | str:
        if start is None:
            self._rules["hours-around-the-clock"] = None
            return 0, DAY_MINUTES
        if end is None:
            return _ONLY_ENDS
        span = minutes_between(start, end, is_full_clock=self._is_full_clock, is_night=is_night)
        if not isinstance(span, str) and is_inferred(start, end, is_full_clock=self._is_full_clock):
            self._rules["hours-half-inferred"] = None
        return span

    # Closed

    def _close(self, statement: Statement, closure: Closure, words: str, *, has_pairs: bool) -> None:
        if closure.holidays or closure.dates:
            self._close_days(closure, words)
            return
        weekdays = closure.weekly.days if closure.weekly else frozenset(WEEKDAYS)
        spans = [self._span(*clocks, is_night=False) for clocks in closure.times] or [(0, DAY_MINUTES)]
        if closure.weekly and (closure.weekly.is_monthly or not closure.weekly.is_sure):
            # On the other weeks it is open, but nobody can tell which week this is.
            self._problems.append(Problem("hours-monthly" if closure.weekly.is_monthly else UNCLEAR, words))
            spans = [(0, DAY_MINUTES)]
        for span in spans:
            if isinstance(span, str):
                self._problems.append(Problem(span, words))
                continue
            self._rules["hours-break-cut-out" if closure.times else "hours-closed-weekday"] = None
            cut = spread(sorted(weekdays), *span)
            if closure.times and has_pairs:
                self._cut_last(statement, cut)
            else:
                self._cuts.append((statement.section, cut))

    def _cut_last(self, statement: Statement, cut: Days) -> None:
        """Take a break out of the hours of the statement that names it."""
        for place, part in enumerate(self._parts):
            if (part.start, part.end) == (statement.start, statement.end):
                self._parts[place] = msgspec.structs.replace(part, days=cut_out(part.days, cut))

    def _cut(self, section: int, cut: Days) -> None:
        """Take closed times out of the hours of a section; of all but what never closes, if it has none."""
        mine = [place for place, of in enumerate(self._sections) if of == section and self._parts[place].days]
        everywhere = [place for place, part in enumerate(self._parts) if not is_always_open(part.days)]
        for place in mine or everywhere or range(len(self._parts)):
            part = self._parts[place]
            self._parts[place] = msgspec.structs.replace(part, days=cut_out(part.days, cut))

    def _close_days(self, closure: Closure, words: str) -> None:
        for name in closure.holidays:
            days, is_all = holidays(name, country=self._country, today=self._today)
            self._closed |= days
            if days:
                self._rules["hours-holidays-dated"] = None
            if not is_all:
                self._problems.append(Problem("hours-holidays-not-named", words))
        weekdays = list(closure.weekly.days) if closure.weekly else []
        weekday = WEEKDAYS.index(weekdays[0]) if len(weekdays) == 1 else None
        for first, last in closure.dates:
            days_closed = self._dated(first, last, weekday)
            if days_closed is None or (closure.is_week and len(days_closed) != 1):
                self._problems.append(Problem("hours-closure-not-dated", words))
                continue
            self._rules["hours-closure-dated" if days_closed else "hours-closure-past"] = None
            self._closed |= set(_weeks(days_closed)) if closure.is_week else days_closed

    def _dated(self, first: str, last: str, weekday: int | None) -> set[dt.date] | None:
        start = read_day(first, country=self._country)
        end = read_day(last, country=self._country) if last else None
        if start is None or (last and end is None):
            return None
        return closed_days(start, end, today=self._today, weekday=weekday)


def _is_torn(section: list[Paired]) -> bool:
    """Whether weekdays are left over in one statement and times in another, so that nothing there may be paired."""
    return any(said.left == "days" for said in section) and any(said.left == "time" for said in section)


def _weeks(days: Iterable[dt.date]) -> Iterable[dt.date]:
    """Monday to Friday of the weeks of these days: the weekend belongs to either week."""
    for day in days:
        monday = day - dt.timedelta(days=day.weekday())
        yield from (monday + dt.timedelta(days=n) for n in range(5))
