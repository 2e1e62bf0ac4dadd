"""When a listing may be called: in the hours of its own line, in its own zone, not when others need it. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from directory.cards.card import Card
from directory.cards.lines import hours_of_lines, schedules
from directory.values.hours import (
    WEEKDAYS,
    closes_at,
    days_of_week,
    is_open,
    next_opening,
    spread,
    week_in_short,
    week_minutes,
)

_DAY = 1_440
Span = tuple[int, int]
_WORKDAYS = WEEKDAYS[:5]
# Most who call a crisis line call in the evening, at night and at the weekend; nobody keeps such a line busy then.
OFF_PEAK = week_minutes(spread(_WORKDAYS, 9 * 60, 12 * 60))
# Who answers at night has somebody else to talk to.
BY_DAY = week_minutes(spread(_WORKDAYS, 8 * 60, 18 * 60))
# Where nobody states any hours.
USUAL = week_minutes(spread(_WORKDAYS, 9 * 60, 17 * 60))


class CallingHours(msgspec.Struct, frozen=True):
    """When to call.

    Attributes:
        week: spans of minutes of the week from Monday, there.
        zone: IANA; empty where nobody states it.
        is_stated: whether the hours are those of the listing; else they are those of most offices.
        closed: day numbers on which nobody answers.
    """

    week: tuple[Span, ...]
    zone: str = ""
    is_stated: bool = True
    closed: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """Such as ``Mon-Fri 09:00-12:00``."""
        return week_in_short(self.week)

    def open_until(self, now: dt.datetime) -> dt.datetime | None:
        """Until when one may call, there, if one may at this instant; None if not, or where the zone is not known."""
        days = days_of_week(self.week)
        if not self.zone or not is_open(days, self.zone, self.closed, now):
            return None
        until = closes_at(days, self.zone, self.closed, now)
        return there(until, self.zone) if until else None

    def opens(self, now: dt.datetime) -> dt.datetime | None:
        """From when on one may call next, there; None where the zone is not known."""
        if not self.zone:
            return None
        at = next_opening(days_of_week(self.week), self.zone, self.closed, now)
        return there(at, self.zone) if at else None


def calling_hours(card: Card, *, is_crisis_line: bool) -> CallingHours:
    """When the line of a listing may be called that is called first."""
    spoken = [phone for phone in card.phones if phone.kind == "voice"]
    weeks = schedules(card)
    slots = [slot for slot in hours_of_lines(card).get(spoken[0].slot, ()) if slot in weeks] if spoken else []
    slots = slots or list(weeks)
    stated = merged(span for slot in slots for span in weeks[slot])
    suited = OFF_PEAK if is_crisis_line else BY_DAY
    # Who is there in the evening alone can be called only then.
    week = (in_both(stated, suited) or stated) if stated else (OFF_PEAK if is_crisis_line else USUAL)
    closed = set.intersection(*(set(card.closed.get(slot, ())) for slot in slots)) if slots else set()
    return CallingHours(tuple(week), card.zone, bool(stated), tuple(sorted(closed)))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes, in order, without overlaps."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def in_both(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The minutes that are in both."""
    return merged(
        (max(a, c), min(b, d)) for a, b in some for c, d in others if max(a, c) < min(b, d)
    )  # fmt: skip


def there(at: dt.datetime, zone: str) -> dt.datetime:
    """The same instant on the clocks of a zone."""
    return at.astimezone(ZoneInfo(zone))
