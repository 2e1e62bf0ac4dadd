"""What the clocks on the wall show at an instant, as minutes of the week: what weekly hours are compared with."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from directory.clock import day_number
from directory.values.hours import DAY_MINUTES

_MORNING = 6 * 60

# The library itself keeps eight zones, and a country may have more.
_zone = lru_cache(maxsize=1_000)(ZoneInfo)


class Window(NamedTuple):
    """Minutes of the local week, ``start`` included and ``stop`` not, within one day (its number)."""

    start: int
    stop: int
    day: int


class WallClocks:
    """What the clocks on the wall show at one instant, zone by zone.

    On nights when clocks change it says what ``values.hours`` says: an hour that is shown twice is open both times,
    and a minute that is skipped is no time at all.
    """

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._shown: dict[str, dt.datetime | None] = {"": None}
        self._minutes: dict[str, tuple[Window, ...]] = {}
        self._nights: dict[str, tuple[Window, ...]] = {}

    @property
    def day(self) -> int:
        """The day number (UTC)."""
        return day_number(self._now)

    def this_minute(self, zone: str) -> tuple[Window, ...]:
        """The minute that it is there; nothing for a zone that is not known."""
        if zone not in self._minutes:
            local = self._at(zone)
            self._minutes[zone] = () if local is None else (_window(local, *_shown_alike(local)),)
        return self._minutes[zone]

    def tonight(self, zone: str) -> tuple[Window, ...]:
        """From now until six in the morning there."""
        if zone not in self._nights:
            local = self._at(zone)
            self._nights[zone] = () if local is None else tuple(_until_morning(local))
        return self._nights[zone]

    def _at(self, zone: str) -> dt.datetime | None:
        """What the clock there shows."""
        if zone not in self._shown:
            self._shown[zone] = self._read(zone)
        return self._shown[zone]

    def _read(self, zone: str) -> dt.datetime | None:
        try:
            return self._now.astimezone(_zone(zone))
        except (ZoneInfoNotFoundError, ValueError):
            # Better no hours than wrong ones.
            return None


def _minute(local: dt.datetime) -> int:
    return local.hour * 60 + local.minute


def _window(local: dt.datetime, start: int, stop: int) -> Window:
    """Minutes of a day as minutes of its week."""
    midnight = local.weekday() * DAY_MINUTES
    return Window(midnight + start, midnight + stop, local.toordinal())


def _shown_alike(local: dt.datetime) -> tuple[int, int]:
    """The minutes of the day whose hours hold at this one: itself, or a part of an hour that is shown twice.

    What opens in such an hour does so the first time, and what closes in it does so the second.
    """
    minute = _minute(local)
    if not _is_twice(local, minute):
        return minute, minute + 1
    if local.fold:
        stop = minute + 1
        while stop < DAY_MINUTES and _is_twice(local, stop):
            stop += 1
        return minute, stop
    start = minute
    while start and _is_twice(local, start - 1):
        start -= 1
    return start, minute + 1


def _until_morning(local: dt.datetime) -> Iterator[Window]:
    start, _ = _shown_alike(local)
    if _minute(local) < _MORNING:
        yield from _shown_between(local, start, _MORNING)
        return
    yield from _shown_between(local, start, DAY_MINUTES)
    yield from _shown_between(local + dt.timedelta(days=1), 0, _MORNING)


def _shown_between(local: dt.datetime, start: int, stop: int) -> Iterator[Window]:
    """Minutes of a day that its clocks show."""
    midnight, end = (_instant_shown(local, minute) for minute in (0, DAY_MINUTES - 1))
    if midnight.utcoffset() == end.utcoffset():
        yield _window(local, start, stop)
        return
    skipped = [minute for minute in range(start, stop) if not _is_shown(local, minute)]
    for first, last in pairwise([start - 1, *skipped, stop]):
        if last > first + 1:
            yield _window(local, first + 1, last)


def _instant_shown(local: dt.datetime, minute: int) -> dt.datetime:
    return local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0, fold=0)


def _is_twice(local: dt.datetime, minute: int) -> bool:
    shown = _instant_shown(local, minute)
    return _is_shown(local, minute) and shown.utcoffset() != shown.replace(fold=1).utcoffset()


def _is_shown(local: dt.datetime, minute: int) -> bool:
    shown = _instant_shown(local, minute)
    return shown.astimezone(dt.UTC).astimezone(local.tzinfo).replace(tzinfo=None, fold=0) == shown.replace(tzinfo=None)
