"""Weekly opening hours: minutes of the local day, in an IANA time zone, with whole days on which it is closed.

``days`` maps "MO" .. "SU" to spans [start, end) in minutes of the local day, 0 to 1440; a span over midnight is stored
as two. A closed day closes its own calendar day, so also the early hours that belong to the evening before.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from directory.errors import BadInputError

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_MINUTES = 1_440
WEEK_MINUTES = 7 * DAY_MINUTES

_SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Days = Mapping[str, Sequence[Sequence[int]]]

# No closure that is announced as days is longer; without one, two weeks show every change there is.
_LONGEST_LOOK_DAYS = 400
_USUAL_LOOK_DAYS = 15
_LAST_MINUTE = DAY_MINUTES - 1
_EARLIEST_BARE = 7 * 60

# "5:00pm"; "17:00" or "05:00", which can only be read one way; "5:00", which can be read in two.
_ClockStyle = Literal["half", "full", "bare"]

_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::[0-9]{2})?)? ?(?P<half>a|p)?\.?(?(half)m?\.?)", re.IGNORECASE
)
_WEEKDAY_NAMES = {
    "monday": "MO", "mon": "MO", "mo": "MO", "lunes": "MO",
    "tuesday": "TU", "tues": "TU", "tue": "TU", "tu": "TU", "martes": "TU",
    "wednesday": "WE", "wed": "WE", "we": "WE", "miercoles": "WE", "miércoles": "WE",
    "thursday": "TH", "thurs": "TH", "thur": "TH", "thu": "TH", "th": "TH", "jueves": "TH",
    "friday": "FR", "fri": "FR", "fr": "FR", "viernes": "FR",
    "saturday": "SA", "sat": "SA", "sa": "SA", "sabado": "SA", "sábado": "SA",
    "sunday": "SU", "sun": "SU", "su": "SU", "domingo": "SU",
}  # fmt: skip


class NotAClockTimeError(BadInputError):
    """A text that is not one time of day; the message never repeats it."""


class RowProblem(msgspec.Struct, frozen=True):
    """A row of hours that was left out: its place in the list and why.

    ``reason`` is unknown-weekday, no-hours, unreadable-time, ambiguous-time ("9:00" to "5:00": morning or evening?) or
    equal-times.
    """

    row: int
    reason: str


class DaysRead(msgspec.Struct, frozen=True):
    """Hours read from rows, and the rows that could not be read."""

    days: dict[str, list[tuple[int, int]]]
    problems: tuple[RowProblem, ...]


def week_minutes(days: Days) -> list[tuple[int, int]]:
    """The open minutes of the local week, counted from Monday 00:00 (0 to 10080), merged and sorted."""
    spans = [
        (index * DAY_MINUTES + start, index * DAY_MINUTES + end)
        for index, day in enumerate(WEEKDAYS)
        for start, end in days.get(day, ())
    ]
    return _merged(spans)


def days_of_week(week: Iterable[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """The open minutes of the local week, counted from Monday, as spans of its days: ``week_minutes`` turned round."""
    days: dict[str, list[tuple[int, int]]] = {}
    for start, end in week:
        for index in range(start // DAY_MINUTES, -(-end // DAY_MINUTES)):
            midnight = index * DAY_MINUTES
            span = max(start - midnight, 0), min(end - midnight, DAY_MINUTES)
            days.setdefault(WEEKDAYS[index % 7], []).append(span)
    return days


def week_in_short(week: Iterable[tuple[int, int]]) -> str:
    """The open minutes of a week as people write them in English: "24/7", "Mon-Fri 09:00-17:00; Sat 10:00-14:00".

    A span that runs over midnight is written whole, on the day on which it begins.
    """
    spans = sorted(week)
    if spans == [(0, WEEK_MINUTES)]:
        return "24/7"
    groups: list[tuple[int, int, str]] = []
    for day, written in enumerate(_in_short(spans)):
        if groups and groups[-1][1:] == (day - 1, written):
            groups[-1] = (groups[-1][0], day, written)
        elif written:
            groups.append((day, day, written))
    return "; ".join(
        f"{_SHORT_DAYS[first]}{f'-{_SHORT_DAYS[last]}' if last > first else ''} {written}"
        for first, last, written in groups
    )


def days_in_short(days: Days) -> dict[str, str]:
    """Each weekday's hours as ``week_in_short`` writes them ("09:00-12:00, 13:00-17:00"); empty where it is closed.

    The whole day is "24 h".
    """
    whole = {day for day, spans in days.items() if _merged((a, b) for a, b in spans) == [(0, DAY_MINUTES)]}
    # Whole days are written by themselves: a neighbour that opens at midnight is no end of theirs.
    rest = {day: spans for day, spans in days.items() if day not in whole}
    written = _in_short(week_minutes(rest))
    return {day: "24 h" if day in whole else written[number] for number, day in enumerate(WEEKDAYS)}


def _in_short(spans: Sequence[tuple[int, int]]) -> list[str]:
    """What is written of each day of a week."""
    of_days = [
        [
            (max(start - midnight, 0), min(end - midnight, DAY_MINUTES))
            for start, end in spans
            if start < midnight + DAY_MINUTES and end > midnight
        ]
        for midnight in range(0, WEEK_MINUTES, DAY_MINUTES)
    ]
    texts = []
    for day, own in enumerate(of_days):
        before, after = of_days[day - 1], of_days[(day + 1) % len(of_days)]
        texts.append(
            ", ".join(
                f"{_clock(start)}-{_clock(_end_of(end, after) if start else end)}"
                for start, end in own
                if start or end == DAY_MINUTES or not any(a and b == DAY_MINUTES for a, b in before)
            )
        )
    return texts


def _end_of(end: int, following: Sequence[tuple[int, int]]) -> int:
    """When a span of one day ends that may run on into the next."""
    return next((b for a, b in following if end == DAY_MINUTES and not a and b < DAY_MINUTES), end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def is_always_open(days: Days) -> bool:
    """Whether every minute of the week is open."""
    return week_minutes(days) == [(0, WEEK_MINUTES)]


def is_open(days: Days, zone: str, closed_days: Collection[int], at: dt.datetime) -> bool:
    """Whether it is open at an instant; ``closed_days`` are day numbers (``date.toordinal``) of the local calendar."""
    local = _local(at, zone)
    return any(start <= at < end for start, end in _spans_of_day(days, local.tzinfo, closed_days, local.date()))


def next_opening(days: Days, zone: str, closed_days: Collection[int], at: dt.datetime) -> dt.datetime | None:
    """The next instant (UTC) at which it opens after being closed; None if there is none, as when it is always open."""
    return next((start for start, _ in _open_spans(days, zone, closed_days, at) if start > at), None)


def closes_at(days: Days, zone: str, closed_days: Collection[int], at: dt.datetime) -> dt.datetime | None:
    """The instant (UTC) at which it closes next; None if it is closed now, or never closes."""
    start, end = next(_open_spans(days, zone, closed_days, at), (at, None))
    return end if start <= at else None


def weekday_named(name: str) -> str | None:
    """The code, MO to SU, of a weekday in English or Spanish, whole or shortened; None for everything else."""
    return _WEEKDAY_NAMES.get(name.strip().rstrip(".").lower())


def spread(weekdays: Iterable[str], start: int, end: int) -> dict[str, list[tuple[int, int]]]:
    """The same hours on several weekdays; an ``end`` beyond 1440 lies on the day after each."""
    days: dict[str, list[tuple[int, int]]] = {}
    for day in weekdays:
        days.setdefault(day, []).append((start, min(end, DAY_MINUTES)))
        if end > DAY_MINUTES:
            following = WEEKDAYS[(WEEKDAYS.index(day) + 1) % 7]
            days.setdefault(following, []).append((0, end - DAY_MINUTES))
    return joined(days)


def joined(*weeks: Days) -> dict[str, list[tuple[int, int]]]:
    """Open whenever any of these is: days in the order of the week, spans sorted and merged, none of them empty."""
    spans = {day: _merged((a, b) for week in weeks for a, b in week.get(day, ()) if a < b) for day in WEEKDAYS}
    return {day: kept for day, kept in spans.items() if kept}


def cut_out(days: Days, cut: Days) -> dict[str, list[tuple[int, int]]]:
    """What remains of ``days`` without ``cut``."""
    closed = {day: _complement(cut.get(day, ())) for day in WEEKDAYS}
    return common(days, closed)


def common(days: Days, others: Days) -> dict[str, list[tuple[int, int]]]:
    """Open only when both are."""
    both = {
        day: [(max(a, c), min(b, d)) for a, b in days.get(day, ()) for c, d in others.get(day, ())] for day in WEEKDAYS
    }
    return joined(both)


def parse_clock(text: str) -> int:
    """The minute of the day of "9:00am", "9 a.m.", "17:30", "17:30:00", "noon" or "midnight"; 1440 for "24:00".

    Raises:
        NotAClockTimeError: this is no time of day.
    """
    return _read_clock(text)[0]


def days_from_rows(rows: Iterable[tuple[str, str, str]]) -> DaysRead:
    """Weekly hours from (weekday, opens, closes) rows as HSDS 1.1 has them.

    A close at or before the opening is on the next day; 00:00 to 23:59 and 12:00am to 12:00am are the whole day. What
    cannot be read, or can be read in two ways, is left out and reported.
    """
    weeks: list[Days] = []
    problems: list[RowProblem] = []
    for number, (weekday, opens, closes) in enumerate(rows):
        day = weekday_named(weekday)
        if day is None:
            problems.append(RowProblem(number, "unknown-weekday"))
            continue
        span = _span(opens, closes)
        if isinstance(span, str):
            problems.append(RowProblem(number, span))
            continue
        weeks.append(spread((day,), *span))
    return DaysRead(joined(*weeks), tuple(problems))


def _span(opens: str, closes: str) -> tuple[int, int] | str:
    """Start and end in minutes of the opening day (the end may lie on the next), or the reason why not."""
    if not opens.strip() or not closes.strip():
        return "no-hours"
    try:
        start, start_style = _read_clock(opens)
        end, end_style = _read_clock(closes)
    except NotAClockTimeError:
        return "unreadable-time"
    if _is_ambiguous(start, end, {start_style, end_style}):
        return "ambiguous-time"
    start %= DAY_MINUTES
    if end == _LAST_MINUTE:
        # Many sources cannot write 24:00.
        end = DAY_MINUTES
    if start == end:
        return (0, DAY_MINUTES) if start == 0 else "equal-times"
    return (start, end) if end > start else (start, end + DAY_MINUTES)


def _is_ambiguous(start: int, end: int, styles: set[_ClockStyle]) -> bool:
    if "bare" not in styles or "full" in styles:
        return False
    if "half" in styles:
        return True
    # "9:00" to "12:00" is a morning; "1:00" to "5:00" and "9:00" to "5:00" may be anything.
    return start < _EARLIEST_BARE or end <= start


def _read_clock(text: str) -> tuple[int, _ClockStyle]:
    """The minute of the day and how it was written."""
    written = " ".join(text.lower().split())
    if written in ("noon", "midday", "midnight"):
        return (0 if written == "midnight" else DAY_MINUTES // 2), "half"
    found = _CLOCK.fullmatch(written)
    if found is None or (found["minute"] is None and found["half"] is None):
        raise NotAClockTimeError("This is not a time of day.")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] and 1 <= hour <= 12 and minute < 60:
        return hour % 12 * 60 + minute + (DAY_MINUTES // 2 if found["half"] == "p" else 0), "half"
    if found["half"] or minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise NotAClockTimeError("This is not a time of day.")
    return hour * 60 + minute, "full" if found["hour"].startswith("0") or hour > 12 else "bare"


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _complement(spans: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The minutes of a day that these spans leave."""
    edges = [0, *(edge for span in _merged((a, b) for a, b in spans if a < b) for edge in span), DAY_MINUTES]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _local(at: dt.datetime, zone: str) -> dt.datetime:
    if at.tzinfo is None:
        msg = "an instant needs a zone"
        raise ValueError(msg)
    return at.astimezone(ZoneInfo(zone))


def _open_spans(
    days: Days, zone: str, closed_days: Collection[int], at: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
    """Open spans as instants, in order, joined over midnight, from the one that ends after ``at`` on.

    The end is None where none can be seen.
    """
    local = _local(at, zone)
    today = local.date().toordinal()
    last_day = min(max((today, *closed_days)) + _USUAL_LOOK_DAYS, today + _LONGEST_LOOK_DAYS)
    span: tuple[dt.datetime, dt.datetime] | None = None
    for day in range(today - 1, last_day + 1):
        for start, end in _spans_of_day(days, local.tzinfo, closed_days, dt.date.fromordinal(day)):
            if span is not None and start <= span[1]:
                span = span[0], max(span[1], end)
                continue
            if span is not None and span[1] > at:
                yield span
            span = start, end
    if span is not None and span[1] > at:
        horizon = dt.datetime.combine(dt.date.fromordinal(last_day), dt.time(), local.tzinfo)
        yield span[0], span[1] if span[1] <= horizon else None


def _spans_of_day(
    days: Days, zone: dt.tzinfo | None, closed_days: Collection[int], day: dt.date
) -> list[tuple[dt.datetime, dt.datetime]]:
    if day.toordinal() in closed_days:
        return []
    spans = _merged((start, end) for start, end in days.get(WEEKDAYS[day.weekday()], ()))
    instants = [(_instant(day, start, zone, fold=0), _instant(day, end, zone, fold=1)) for start, end in spans]
    # What lies whole in an hour that is skipped is no time at all.
    return [(start, end) for start, end in instants if start < end]


def _instant(day: dt.date, minute: int, zone: dt.tzinfo | None, *, fold: int) -> dt.datetime:
    """The instant at which clocks there show this minute of this day.

    An hour that is shown twice in autumn is open both times (``fold`` 0 for starts, 1 for ends); a minute that is
    skipped in spring gives the first one after it.
    """
    shown = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
    while True:
        instant = shown.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == shown:
            return instant
        shown += dt.timedelta(minutes=1)
