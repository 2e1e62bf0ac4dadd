"""Hours in boxes: a box for each weekday, read by the same reader as those of a spreadsheet, and one for closed days.

Only hours stand in such a box. Words beside them, and what can be read in two ways, are told of and not guessed at.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from directory.errors import BadInputError
from directory.listings.fields import Schedule
from directory.values.hours import DAY_MINUTES, WEEKDAYS, days_in_short, joined, spread
from importers.hours_text import read_text
from web.desk.texts import same

CLOSED, ZONE, TEXT = "closed", "zone", "text"
DAY_NAMES: Final = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
ZONES: Final = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "America/Toronto",
    "America/Winnipeg", "America/Edmonton", "America/Vancouver", "America/Halifax", "America/St_Johns",
)  # fmt: skip
_LONGEST = 80
# What an empty box and these words say is one thing.
_SHUT: Final = frozenset({"", "closed", "-", "no"})
_ALL_DAY: Final = frozenset({"all day", "24", "24h", "24 h", "24/7"})
_HOURS_ONLY = re.compile(
    r"(?:\d{1,2}(?:[:.]\d{2})?(?: ?h)?|[ap]\.?m?\.?|noon|midnight|hours|open|to|and|until|[-\u2010-\u2015,;&/ ])+",
    re.IGNORECASE | re.ASCII,
)
_CLOCKS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
# Hours that nobody writes who counts to twelve.
_FULL_CLOCK = re.compile(r"\b(?:0\d|1[3-9]|2[0-4]):", re.ASCII)
_BETWEEN_DAYS = re.compile(r";|,\s*(?=\d{4}-)|\n")
_HOW: Final = 'Write hours alone, such as "9-17", "9:00-12:00, 13-17", "22-6", "24 h" or "closed".'
_PROBLEMS: Final = {
    "hours-ambiguous": "That can be read in two ways. Write am or pm, or hours up to 24.",
    "hours-improbable": "That can be read in two ways. Write am or pm, or hours up to 24.",
    "hours-without-end": "Say also until when.",
}  # fmt: skip


def shown_hours(value: Mapping[str, Any] | None, *, today: dt.date) -> dict[str, str]:
    """What the boxes of a schedule begin with; ``value`` is plain JSON, None where none is said."""
    value = value or {}
    days = {day: [(a, b) for a, b in spans] for day, spans in value.get("days", {}).items()}
    texts = days_in_short(days)
    # The early morning after a night is no opening of its own day.
    boxes = {day: texts[day] or ("closed" if days and not days.get(day) else "") for day in WEEKDAYS}
    coming = [day for day in map(dt.date.fromisoformat, value.get("closed", ())) if day >= today]
    return {**boxes, CLOSED: _days_in_short(coming), ZONE: value.get("zone", ""), TEXT: value.get("text", "")}


def hours_of(
    typed: Mapping[str, str], before: Mapping[str, str], base: Schedule | None, *, country: str, today: dt.date
) -> Schedule | None:
    """The schedule that boxes say; None where nothing is left of it.

    Args:
        typed: what the boxes hold; those that are missing stay as they were.
        before: what they held when the form was made.
        base: the schedule of that time.
        country: ISO code; decides which holidays are meant, and what "12/1" is.
        today: closed days count from here on.

    Raises:
        BadInputError: something is no hours; the text says on which day.
    """
    base = base or Schedule()
    new = {**before, **typed}
    days: Mapping[str, Any] = base.days
    text = new[TEXT]
    if any(not same(new[day], before[day]) for day in WEEKDAYS):
        read = (
            # What was shown and left alone is read as it was written.
            _of_full_clock(day, new[day])
            if same(new[day], before[day])
            else _of_day(day, new[day], country=country, today=today)
            for day in WEEKDAYS
        )
        days = joined(*read)
        if same(text, before[TEXT]):
            # What a source wrote about other hours would say the contrary.
            text = ""
    closed = base.closed
    if not same(new[CLOSED], before[CLOSED]):
        closed = sorted(one.isoformat() for one in _closed(new[CLOSED], country=country, today=today))
    if not days and not text:
        if closed != base.closed:
            raise BadInputError("Say first when it is open.")
        return None
    if new[ZONE] and new[ZONE] not in {*ZONES, base.zone}:
        raise BadInputError("Choose one of the zones.")
    return msgspec.structs.replace(base, zone=new[ZONE], days=dict(days), closed=closed, text=text)


def _of_full_clock(day: str, shown: str) -> dict[str, list[tuple[int, int]]]:
    """The hours that ``shown_hours`` wrote of a weekday."""
    spans = [_CLOCKS.fullmatch(piece.strip()) for piece in shown.split(",")]
    weeks = [{day: [(0, DAY_MINUTES)]}] if shown == "24 h" else []
    for found in filter(None, spans):
        start, end = (int(found[hour]) * 60 + int(found[minute]) for hour, minute in ((1, 2), (3, 4)))
        weeks.append(spread((day,), start, end if end > start else end + DAY_MINUTES))
    return joined(*weeks)


def _of_day(day: str, written: str, *, country: str, today: dt.date) -> dict[str, list[tuple[int, int]]]:
    """The hours of one weekday, and those of the early morning after it."""
    said = " ".join(written.lower().split())
    if said in _SHUT:
        return {}
    if said in _ALL_DAY:
        return {day: [(0, DAY_MINUTES)]}
    if all(_CLOCKS.fullmatch(piece.strip()) for piece in said.split(",")) and _FULL_CLOCK.search(said):
        return _of_full_clock(day, said)
    name = DAY_NAMES[day]
    if len(said) > _LONGEST or not _HOURS_ONLY.fullmatch(said):
        raise BadInputError(f"{name}: {_HOW}")
    read = read_text(f"{name}: {said.replace('.', ':') if re.search(r'[0-9][.][0-9]', said) else said}", zone=None,
                     country=country, today=today)  # fmt: skip
    if read.problems or not read.parts or any(not part.days or part.label for part in read.parts):
        reason = next((_PROBLEMS[one.rule] for one in read.problems if one.rule in _PROBLEMS), _HOW)
        raise BadInputError(f"{name}: {reason}")
    return joined(*(part.days for part in read.parts))


def _closed(written: str, *, country: str, today: dt.date) -> set[dt.date]:
    """The days that somebody wrote, from today on."""
    found: set[dt.date] = set()
    for piece in _BETWEEN_DAYS.split(written):
        if not piece.strip():
            continue
        read = read_text(f"closed {piece.strip()}", zone=None, country=country, today=today)
        if read.problems or not (read.closed or "hours-closure-past" in read.rules):
            raise BadInputError(
                'Closed on: write days with semicolons between, such as "2027-12-24 to 2027-12-31; Thanksgiving".'
            )
        found |= read.closed
    return found


def _days_in_short(days: Iterable[dt.date]) -> str:
    """Days in words that are read again: "2027-12-24 to 2027-12-31; 2028-01-06"."""
    runs: list[list[dt.date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][-1] == dt.timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return "; ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
