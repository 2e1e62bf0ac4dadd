"""Days on which something is closed: holidays by name or by kind, and dates, for the 400 days to come."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable

import msgspec

from directory.values.holidays import HOLIDAYS, OF_THE_NATION, Rule, observed
from importers.hours_words import MONTHS

HORIZON_DAYS = 400
# A date without a year that lies farther ahead was rather meant for the year that is over.
_NEXT_DAYS = 240
_LONGEST_CLOSURE_DAYS = 200

# The days that are meant whatever is meant by holidays.
_MAJOR = {
    "US": "new-year memorial independence labor thanksgiving christmas",
    "CA": "new-year good-friday canada labor thanksgiving-ca christmas",
    "MX": "new-year mx-labor mx-independence christmas",
}
_NAMES = (
    (r"new year.*eve", "new-year-eve"),
    (r"new year|ano nuevo|jour de l", "new-year"),
    (r"king|mlk", "mlk"),
    (r"lincoln", "lincoln"),
    (r"president|washington", "presidents"),
    (r"pulaski", "pulaski"),
    (r"good friday", "good-friday"),
    (r"easter monday", "easter-monday"),
    (r"easter", "easter"),
    (r"victoria", "victoria"),
    (r"memorial", "memorial"),
    (r"juneteenth", "juneteenth"),
    (r"canada", "canada"),
    (r"independence|july", "independence"),
    (r"labou?r", "labor"),
    (r"columbus|indigenous", "columbus"),
    (r"remembrance", "remembrance"),
    (r"veteran", "veterans"),
    (r"(?:after|following) thanksgiving|black friday", "thanksgiving-after"),
    (r"thanksgiving", "thanksgiving"),
    (r"christmas eve|nochebuena", "christmas-eve"),
    (r"christmas|x-?mas|navidad|noel", "christmas"),
    (r"boxing", "boxing"),
)
_LAWFUL = re.compile(r"\b(?:federal|national|public|legal|bank|government|statutory|stat|u\.?s|official)\b|dias?|feri")
_UNCLEAR = re.compile(r"\b(?:some|most|certain|school|jewish|religious|other)\b")
_LOCAL = re.compile(r"\b(?:state|county|city|civic|observed)\b")
_WRITTEN = re.compile(
    r"(?P<iso>\d{4})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)|(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<short>\d{2,4}))?"
    r"|(?P<name>[a-z]+)\.? ?(?P<day>\d{1,2})?(?:st|nd|rd|th)?(?:,? ?(?P<year>\d{4}))?"
    r"|(?P<day_before>\d{1,2})(?:st|nd|rd|th)?(?: of| de)? (?P<name_after>[a-z]+)\.?"
    r"(?:,?(?: del?)? (?P<year_after>\d{4}))?"
)


class Day(msgspec.Struct, frozen=True):
    """A date as written; without a day it is the whole month."""

    month: int
    day: int | None = None
    year: int | None = None


def holidays(words: str, *, country: str, today: dt.date) -> tuple[set[dt.date], bool]:
    """The coming days that a holiday's name or kind stands for, and whether these are all that is meant.

    Kinds of the law ("federal holidays") bring the days on which they are observed; names mean their own day.
    """
    words = words.lower()
    key = next((key for pattern, key in _NAMES if re.search(pattern, words)), None)
    if key is not None:
        key = {("thanksgiving", "CA"): "thanksgiving-ca", ("labor", "MX"): "mx-labor"}.get((key, country), key)
        return _coming([HOLIDAYS[key]], today), True
    if country not in OF_THE_NATION or _UNCLEAR.search(words):
        return set(), False
    is_lawful, is_major = bool(_LAWFUL.search(words)), "major" in words
    names = (OF_THE_NATION if is_lawful else _MAJOR)[country]
    rules = [HOLIDAYS[name] for name in names.split()]
    return _coming([*rules, *map(observed, rules)], today), (is_lawful or is_major) and not _LOCAL.search(words)


def read_day(written: str, *, country: str) -> Day | None:
    """A date as the text has it ("Dec 24", "12/24/2026", "24 de diciembre", "August"); None if it can be two dates."""
    found = _WRITTEN.fullmatch(written.lower().strip().rstrip("."))
    if found is None:
        return None
    if found["iso"]:
        return Day(int(found["iso_month"]), int(found["iso_day"]), int(found["iso"]))
    if found["first"]:
        return _numeric(int(found["first"]), int(found["second"]), found["short"], country)
    month = MONTHS.get(found["name"] or found["name_after"])
    day, year = found["day"] or found["day_before"], found["year"] or found["year_after"]
    return Day(month, int(day) if day else None, int(year) if year else None) if month else None


def closed_days(start: Day, end: Day | None, *, today: dt.date, weekday: int | None = None) -> set[dt.date] | None:
    """The coming days from one date to another, both closed; empty if they are over, None if the year is unsure.

    ``weekday`` (0 is Monday) is the one that the text gives with the date.
    """
    end = end or start
    if start.year or end.year:
        years: Iterable[int] = [
            start.year or (end.year or 0) - ((start.month, start.day or 1) > (end.month, end.day or 31))
        ]
    else:
        years = range(today.year - 1, today.year + 2)
    spans = [span for year in years if (span := _span(start, end, year)) is not None]
    if weekday is not None:
        spans = [span for span in spans if span[0].weekday() == weekday]
    elif not (start.year or end.year):
        spans = [span for span in spans if span[1] >= today][:1]
    if len(spans) != 1:
        return None
    first, last = spans[0]
    is_named = bool(start.year or end.year) or weekday is not None or first.month == 12 or first <= today
    if (last - first).days > _LONGEST_CLOSURE_DAYS or not (is_named or (first - today).days <= _NEXT_DAYS):
        return None
    return _within((first + dt.timedelta(days=n) for n in range((last - first).days + 1)), today)


def _span(start: Day, end: Day, year: int) -> tuple[dt.date, dt.date] | None:
    try:
        first = dt.date(year, start.month, start.day or 1)
        wraps = end.year is None and (end.month, end.day or 31) < (start.month, start.day or 1)
        last_year = end.year or year + wraps
        last = dt.date(last_year, end.month, end.day or calendar.monthrange(last_year, end.month)[1])
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _numeric(first: int, second: int, year: str | None, country: str) -> Day | None:
    """Month and day of "12/24"; Canadians write it either way round."""
    if country == "MX" or (country == "CA" and first > 12):
        first, second = second, first
    elif country == "CA" and second <= 12 and first != second:
        return None
    if not (1 <= first <= 12 and 1 <= second <= 31):
        return None
    return Day(first, second, (int(year) + 2_000 * (len(year) == 2)) if year else None)


def _coming(rules: Iterable[Rule], today: dt.date) -> set[dt.date]:
    return _within((rule(year) for rule in rules for year in range(today.year, today.year + 3)), today)


def _within(days: Iterable[dt.date], today: dt.date) -> set[dt.date]:
    return {day for day in days if 0 <= (day - today).days <= HORIZON_DAYS}
