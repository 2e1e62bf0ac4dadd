"""Who answers at which time of the week: what stays true on paper, where "answers now" does not. Pure."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from directory.cards.card import Card, CardPhone
from directory.cards.lines import OWN, Week, hours_of_lines

Cell = Literal["yes", "part", "no", "ask"]

_DAY, _WEEK = 24 * 60, 7 * 24 * 60
# The hours of an office; what is not in them is night.
MORNING, EVENING = 9 * 60, 17 * 60
_WEEKDAYS, _WEEKEND = range(5), range(5, 7)
# Spans of the week from Monday, in the order of the table: offices' hours, nights of all days, days of the weekend.
_TIMES: tuple[tuple[tuple[int, int], ...], ...] = (
    tuple((day * _DAY + MORNING, day * _DAY + EVENING) for day in _WEEKDAYS),
    tuple((day * _DAY + EVENING, (day + 1) * _DAY + MORNING) for day in range(7)),
    tuple((day * _DAY + MORNING, day * _DAY + EVENING) for day in _WEEKEND),
)
UNKNOWN: tuple[Cell, Cell, Cell] = ("ask", "ask", "ask")


def cells_of(card: Card, line: CardPhone, *, zone: str, now: dt.datetime) -> tuple[Cell, Cell, Cell]:
    """Whether somebody answers a line by day, by night and on weekends, on the clocks of a place.

    Unknown where nobody states whose hours they are, or only in words.

    Args:
        card: the listing.
        line: one of its lines.
        zone: IANA, whose clocks the reader sees.
        now: as of when the clocks of two places are compared.
    """
    weeks: dict[str, Week] = {**card.weeks, OWN + line.slot: line.week}
    slots = hours_of_lines(card).get(line.slot, ())
    spans = [span for slot in slots for span in weeks.get(slot, ())]
    if not spans or not card.zone:
        return UNKNOWN
    later = _offset(zone, now) - _offset(card.zone, now)
    return cells([(start + later, end + later) for start, end in spans])


def _offset(zone: str, now: dt.datetime) -> int:
    """Minutes by which the clocks of a zone are ahead of UTC."""
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
    return int(ahead.total_seconds()) // 60


def cells(spans: Sequence[tuple[int, int]]) -> tuple[Cell, Cell, Cell]:
    """The same of spans of minutes of the week from Monday; the end of one may lie in the next week."""
    minutes: set[int] = set()
    for start, end in spans:
        minutes.update(minute % _WEEK for minute in range(start, end))
    day, night, weekend = (_cell(minutes, times) for times in _TIMES)
    return day, night, weekend


def _cell(minutes: set[int], times: Sequence[tuple[int, int]]) -> Cell:
    wanted = [minute % _WEEK for start, end in times for minute in range(start, end)]
    met = sum(minute in minutes for minute in wanted)
    if not met:
        return "no"
    return "yes" if met == len(wanted) else "part"
