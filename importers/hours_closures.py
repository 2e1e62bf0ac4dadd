"""Days on which something is closed: holidays by name or by kind, and dates, for the 400 days to come.

Worked out from the laws' own rules, without asking anybody: for the United States 5 U.S.C. 6103, for Canada the Canada
Labour Code and the Holidays Act, for Mexico article 74 of the Ley Federal del Trabajo.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable

import msgspec

from importers.hours_words import MONTHS

HORIZON_DAYS = 400
# A date without a year that lies farther ahead was rather meant for the year that is over.
_NEXT_DAYS = 240
_LONGEST_CLOSURE_DAYS = 200

Rule = Callable[[int], dt.date]


def _fixed(month: int, day: int) -> Rule:
    return lambda year: dt.date(year, month, day)


def _weekday(month: int, weekday: int, number: int, plus: int = 0) -> Rule:
    """The n-th weekday (0 is Monday) of a month, the last one for -1, and ``plus`` days."""

    def rule(year: int) -> dt.date:
        days = [day for day in calendar.Calendar().itermonthdates(year, month) if day.month == month]
        return [day for day in days if day.weekday() == weekday][number - (number > 0)] + dt.timedelta(days=plus)

    return rule


def _easter(plus: int) -> Rule:
    """So many days from Easter Sunday of the Gregorian calendar (the anonymous rule of 1876)."""

    def rule(year: int) -> dt.date:
        a, b, c = year % 19, year // 100, year % 100
        h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
        k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
        m = (a + 11 * h + 22 * k) // 451
        month, day = divmod(h + k - 7 * m + 114, 31)
        return dt.date(year, month, day + 1) + dt.timedelta(days=plus)

    return rule


def _victoria(year: int) -> dt.date:
    return dt.date(year, 5, 24) - dt.timedelta(days=dt.date(year, 5, 24).weekday())


_RULES: dict[str, Rule] = {
    "new-year": _fixed(1, 1),
    "new-year-eve": _fixed(12, 31),
    "mlk": _weekday(1, 0, 3),
    "lincoln": _fixed(2, 12),
    "presidents": _weekday(2, 0, 3),
    "pulaski": _weekday(3, 0, 1),
    "good-friday": _easter(-2),
    "easter": _easter(0),
    "easter-monday": _easter(1),
    "victoria": _victoria,
    "memorial": _weekday(5, 0, -1),
    "juneteenth": _fixed(6, 19),
    "canada": _fixed(7, 1),
    "independence": _fixed(7, 4),
    "labor": _weekday(9, 0, 1),
    "truth": _fixed(9, 30),
    "columbus": _weekday(10, 0, 2),
    "remembrance": _fixed(11, 11),
    "veterans": _fixed(11, 11),
    "thanksgiving": _weekday(11, 3, 4),
    "thanksgiving-ca": _weekday(10, 0, 2),
    "thanksgiving-after": _weekday(11, 3, 4, plus=1),
    "christmas-eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing": _fixed(12, 26),
    "mx-constitution": _weekday(2, 0, 1),
    "mx-juarez": _weekday(3, 0, 3),
    "mx-labor": _fixed(5, 1),
    "mx-independence": _fixed(9, 16),
    "mx-revolution": _weekday(11, 0, 3),
}
_ALL = {
    "US": "new-year mlk presidents memorial juneteenth independence labor columbus veterans thanksgiving christmas",
    "CA": "new-year good-friday victoria canada labor truth thanksgiving-ca remembrance christmas boxing",
    "MX": "new-year mx-constitution mx-juarez mx-labor mx-independence mx-revolution christmas",
}
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
        return _coming([_RULES[key]], today), True
    if country not in _ALL or _UNCLEAR.search(words):
        return set(), False
    is_lawful, is_major = bool(_LAWFUL.search(words)), "major" in words
    names = (_ALL if is_lawful else _MAJOR)[country]
    rules = [_RULES[name] for name in names.split()]
    return _coming([*rules, *map(_observed, rules)], today), (is_lawful or is_major) and not _LOCAL.search(words)


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


def _observed(rule: Rule) -> Rule:
    """Saturday's holiday is kept on Friday, Sunday's on Monday."""

    def observed(year: int) -> dt.date:
        day = rule(year)
        return day + dt.timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))

    return observed
