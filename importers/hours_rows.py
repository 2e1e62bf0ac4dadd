"""Rows of hours as HSDS has them: weekdays and times in 1.1, recurrences of calendars in 3.x, holidays in both.

Only what recurs every week, now, in the time of the place, is a weekly hour; every other row stays as words.
"""

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from directory.values.hours import WEEKDAYS, Days, days_from_rows
from importers.hours_closures import HORIZON_DAYS
from importers.record import Cells

NOT_NOW = "hours-not-now"
NOT_EVERY_WEEK = "hours-monthly"

_MACHINE_CELLS = (
    "weekday", "freq", "interval", "byday", "bymonthday", "byweekno", "byyearday", "count", "dtstart", "until",
    "valid_from", "valid_to", "timezone", "opens_at", "closes_at",
)  # fmt: skip
_SAID_CELLS = ("description", "notes", "attending_type")
_WITH_OFFSET = re.compile(r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?)\s*(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)")
_YES = frozenset({"true", "t", "yes", "y", "1", "closed", "x"})


class Row(msgspec.Struct, frozen=True):
    """A row read: its weekly hours, or the reason why it has none (a rule, and what is wrong with its cells)."""

    days: Days = {}
    span: tuple[str, str] = ("", "")
    reason: str = ""
    rules: tuple[str, ...] = ()


def read_row(row: Cells, *, zone: str | None, today: dt.date) -> Row:
    """Read one row.

    ``reason`` is ``NOT_NOW``, ``NOT_EVERY_WEEK``, "hours-in-utc", or what ``days_from_rows`` says of it.
    """
    if not _holds(row, today):
        return Row(reason=NOT_NOW)
    weekdays, rules = _weekdays(row)
    if weekdays is None:
        return Row(reason=NOT_EVERY_WEEK)
    opens, closes = (_local_clock(row.get(cell, ""), zone, today) for cell in ("opens_at", "closes_at"))
    if opens is None or closes is None:
        return Row(reason="hours-in-utc")
    read = days_from_rows((day, opens, closes) for day in weekdays)
    reason = next((problem.reason for problem in read.problems), "")
    return Row(read.days, (opens.lower(), closes.lower()), reason, rules)


def words_of_row(row: Cells) -> str:
    """What a row says in words of its own."""
    return "\n".join(row[name] for name in _SAID_CELLS if row.get(name))


def figures_of_row(row: Cells) -> str:
    """What the machine-readable cells of a row say, for people to read where it was not taken for hours."""
    return ", ".join(f"{name} {row[name]}" for name in _MACHINE_CELLS if row.get(name))


def closed_by_rows(rows: Iterable[Cells], today: dt.date) -> tuple[set[dt.date], list[str]]:
    """The coming days that HSDS 1.1 holiday schedules close, and the rows that say something else, as words."""
    closed: set[dt.date] = set()
    others: list[str] = []
    for row in rows:
        start = _day(row.get("start_date", ""))
        end = _day(row.get("end_date", "")) or start
        is_closed = row.get("closed", "").strip().lower() in _YES
        if start is None or end is None or not is_closed or not 0 <= (end - start).days <= HORIZON_DAYS:
            others.append(", ".join(f"{name} {cell}" for name, cell in row.items() if cell and not name.endswith("id")))
            continue
        days = {start + dt.timedelta(days=n) for n in range((end - start).days + 1)}
        closed |= {day for day in days if 0 <= (day - today).days <= HORIZON_DAYS}
    return closed, others


def _holds(row: Cells, today: dt.date) -> bool:
    """Whether a row holds on a day; an unreadable date never ends one."""
    starts = [_day(row.get(cell, "")) for cell in ("valid_from", "dtstart")]
    ends = [_day(row.get(cell, "")) for cell in ("valid_to", "until")]
    return not any(day and day > today for day in starts) and not any(day and day < today for day in ends)


def _weekdays(row: Cells) -> tuple[list[str] | None, tuple[str, ...]]:
    """The weekdays of every week on which a row holds; None if it is not every week."""
    freq = row.get("freq", "").strip().upper()
    by_day = [part.strip().upper() for part in re.split(r"[,;\s]+", row.get("byday", "")) if part.strip()]
    is_rare = row.get("interval", "").strip() not in ("", "1", "1.0") or any(
        row.get(cell, "").strip() for cell in ("bymonthday", "byweekno", "byyearday", "count")
    )
    if is_rare or freq not in ("", "WEEKLY", "DAILY") or any(day not in WEEKDAYS for day in by_day):
        return None, ()
    if by_day:
        return by_day, () if freq else ("hours-freq-missing",)
    if row.get("weekday", "").strip():
        return [row["weekday"]], ()
    if freq == "DAILY":
        return list(WEEKDAYS), ()
    first = _day(row.get("dtstart", ""))
    # A calendar's weekly event without weekdays is on the weekday of its first time.
    return [WEEKDAYS[first.weekday()]] if freq and first else [""], ()


def _local_clock(written: str, zone: str | None, today: dt.date) -> str | None:
    """The time on the clocks of the place; None if it is another place's time."""
    found = _WITH_OFFSET.fullmatch(written.strip())
    if found is None:
        return written
    offset = found["offset"].upper()
    minutes = 0 if offset == "Z" else int(offset[0] + "1") * (int(offset[1:3]) * 60 + int(offset[3:].strip(":") or 0))
    if zone is None:
        return None if minutes == 0 else found["clock"]
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
    # A feed writes the offset of the season in which it was made.
    seasons = (dt.datetime(today.year, month, 1, tzinfo=place).utcoffset() for month in (1, 7))
    return found["clock"] if dt.timedelta(minutes=minutes) in seasons else None


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written.strip()[:10])
    except ValueError:
        return None
