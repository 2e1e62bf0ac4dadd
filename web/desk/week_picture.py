"""The week of a listing as a picture: a row for each day, a bar for each schedule, and the same in words beside it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from directory.values.hours import DAY_MINUTES, WEEKDAYS, week_in_short, week_minutes

_LOOKS: Final = ("part-done", "part-old", "part-mid", "part-bound")
_NAME, _WIDE, _BAR, _GAP = 28, 320, 6, 6
_MARKS: Final = ((0, "midnight"), (6, "6"), (12, "noon"), (18, "18"), (24, ""))


class Bar(msgspec.Struct, frozen=True):
    """An open span of a day: how it looks, and where it lies."""

    look: str
    x: int
    y: int
    wide: int


class Day(msgspec.Struct, frozen=True):
    """A weekday, with the line on which its name stands, and its bars."""

    name: str
    y: int
    bars: tuple[Bar, ...]


class Week(msgspec.Struct, frozen=True):
    """The picture: its size, its days, the hours above it, and each schedule as name, look and words."""

    wide: int
    high: int
    bar: int
    days: tuple[Day, ...]
    marks: tuple[tuple[int, str], ...]
    said: tuple[tuple[str, str, str], ...]


def week_of(schedules: Sequence[tuple[str, Mapping[str, Any]]]) -> Week | None:
    """The picture of these schedules, each a name and a value (plain JSON); None where none says hours."""
    stated = [(name, value["days"]) for name, value in schedules if value.get("days")]
    if not stated:
        return None
    row = len(stated) * _BAR + (len(stated) + 1) * 2 + _GAP
    days = tuple(
        Day(
            weekday.title(),
            20 + number * row + row // 2 + 2,
            tuple(
                Bar(
                    _LOOKS[min(place, len(_LOOKS) - 1)], _NAME + start * _WIDE // DAY_MINUTES,
                    20 + number * row + 2 + place * (_BAR + 2), max(2, (end - start) * _WIDE // DAY_MINUTES),
                )
                for place, (_, spans) in enumerate(stated)
                for start, end in spans.get(weekday, ())
            ),
        )
        for number, weekday in enumerate(WEEKDAYS)
    )  # fmt: skip
    said = tuple(
        (name, _LOOKS[min(place, len(_LOOKS) - 1)], week_in_short(week_minutes(spans)))
        for place, (name, spans) in enumerate(stated)
    )
    marks = tuple((_NAME + hour * _WIDE // 24, word) for hour, word in _MARKS)
    return Week(_NAME + _WIDE + 4, 20 + 7 * row, _BAR, days, marks, said)
