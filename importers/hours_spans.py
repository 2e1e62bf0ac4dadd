"""From two times of day, as people write them, to the minutes between.

"9-5" can be meant in one way only, "7-9" in two. What can be meant in two ways, or in none that anybody keeps, is a
reason and no span.
"""

from typing import Literal

import msgspec

from directory.values.hours import DAY_MINUTES

AMBIGUOUS = "hours-ambiguous"
IMPROBABLE = "hours-improbable"

Mark = Literal["am", "pm", "noon", "midnight", "full", "bare"]

_NOON = 720
# Nobody keeps a desk open longer without keeping it open always.
_LONGEST_DAY = 18 * 60
_LONGEST_NIGHT = 16 * 60
_SMALL_HOURS = 5 * 60
_LONGEST_FROM_SMALL_HOURS = 10 * 60


class Clock(msgspec.Struct, frozen=True):
    """A time as written: the hour and minute on it, and how it says which half of the day is meant.

    ``full`` is a clock of 24 hours ("17:00", "08:30"); ``bare`` says nothing ("9", "5:30").
    """

    hour: int
    minute: int
    mark: Mark

    @property
    def face(self) -> int:
        """Minutes on the face of a clock of twelve hours, 0 to 719."""
        return self.hour % 12 * 60 + self.minute


def minutes_between(start: Clock, end: Clock, *, is_full_clock: bool, is_night: bool) -> tuple[int, int] | str:
    """The minutes from a start to an end, counted from the midnight before; the end may lie on the next day.

    Args:
        start: as written.
        end: as written.
        is_full_clock: everything beside it is written on a clock of 24 hours.
        is_night: the words beside it speak of nights or evenings, so that nothing may be taken for daytime.

    Returns:
        The span, or the name of the reason why there is none: ``AMBIGUOUS`` or ``IMPROBABLE``.
    """
    span = _literal(start, end, is_full_clock=is_full_clock) or _by_half(start, end, is_night=is_night)
    return AMBIGUOUS if span is None else _kept(start, end, *span)


def is_inferred(start: Clock, end: Clock, *, is_full_clock: bool) -> bool:
    """Whether a half of the day had to be inferred."""
    return _literal(start, end, is_full_clock=is_full_clock) is None


def _literal(start: Clock, end: Clock, *, is_full_clock: bool) -> tuple[int, int] | None:
    """The span if both say what they mean."""
    marks = {start.mark, end.mark}
    if "bare" not in marks:
        return _minute(start), _minute(end, is_end=True)
    if "full" in marks or (is_full_clock and start.face < end.face and marks == {"bare"}):
        return start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return None


def _minute(clock: Clock, *, is_end: bool = False) -> int:
    if clock.mark == "full":
        return clock.hour * 60 + clock.minute
    if clock.mark == "midnight":
        return DAY_MINUTES if is_end else 0
    return clock.face + (_NOON if clock.mark in ("pm", "noon") else 0)


def _by_half(start: Clock, end: Clock, *, is_night: bool) -> tuple[int, int] | None:
    """The span if only one reading is sensible."""
    if start.mark == "bare" and end.mark == "bare":
        return None if is_night else _of_two_bare(start, end)
    if start.mark == "bare":
        return _before_marked(start, end)
    return _after_marked(start, end)


def _of_two_bare(start: Clock, end: Clock) -> tuple[int, int] | None:
    a, b = start.face, end.face
    noon_or_after = end.hour == 12 or end.hour <= 6
    if start.hour == 12:
        # "12-5" begins at noon.
        return (a + _NOON, b + _NOON) if a < b <= 6 * 60 + 59 else None
    if 7 <= start.hour <= 11 and noon_or_after:
        return a, b + _NOON
    if 8 <= start.hour <= 11 and b <= a:
        # "9-9", "10-8": from morning to evening.
        return a, b + _NOON
    if 9 <= start.hour <= 11 and a < b:
        return a, b
    # "1-4" is an afternoon.
    return (a + _NOON, b + _NOON) if 1 <= start.hour <= 4 and a < b and end.hour <= 6 else None


def _before_marked(start: Clock, end: Clock) -> tuple[int, int] | None:
    """Of "9-5pm", "2-4pm", "10-noon", "10-2am"; the start says nothing."""
    a, end_minute = start.face, _minute(end, is_end=True)
    if start.hour == 12:
        return (a + _NOON, end_minute) if end.mark == "pm" and a < end.face else None
    if end.mark == "noon" or (end.mark == "pm" and a >= end.face):
        return a, end_minute
    if end.mark == "am":
        # "9-11am" is one half of the day; "10-6am" goes over midnight.
        return (a if a < end_minute else a + _NOON), end_minute
    # "7-9pm" may be two hours or fourteen, and so "7-midnight".
    return (a + _NOON, end_minute) if start.hour <= (6 if end.mark == "pm" else 5) else None


def _after_marked(start: Clock, end: Clock) -> tuple[int, int] | None:
    """Of "9am-5", "1pm-5", "noon-4"; the end says nothing."""
    start_minute, b = _minute(start), end.face
    if start.mark == "am":
        return (start_minute, b + _NOON) if b <= start.face else None
    if start.mark in ("pm", "noon") and start.face < b and start_minute < 17 * 60:
        return start_minute, b + _NOON
    return None


def _kept(start: Clock, end: Clock, a: int, b: int) -> tuple[int, int] | str:
    """The span with its end on the right day, unless nobody keeps such hours."""
    if b == DAY_MINUTES - 1:
        # Many cannot write 24:00.
        b = DAY_MINUTES
    if a % DAY_MINUTES == 0 and b % DAY_MINUTES == 0:
        return 0, DAY_MINUTES
    if b == 0:
        # "4pm-12am" ends with the day; "9am-12am" was rather meant to end at noon.
        return (a, DAY_MINUTES) if a >= _NOON or end.mark == "full" else IMPROBABLE
    if b <= a:
        return (a, b + DAY_MINUTES) if 0 < b + DAY_MINUTES - a <= _LONGEST_NIGHT and a >= _NOON else IMPROBABLE
    if b - a > _LONGEST_DAY:
        return IMPROBABLE
    # "2:30am-7pm", "12am-5pm": one of the two halves is the wrong one.
    is_slip = a < _SMALL_HOURS and b - a > _LONGEST_FROM_SMALL_HOURS and start.mark != "midnight"
    return IMPROBABLE if is_slip else (a, b)
