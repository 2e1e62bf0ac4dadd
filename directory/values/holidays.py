"""Holidays by name: on which day each falls in a year, and which of them a nation keeps by law. Pure.

Worked out from the laws' own rules, without asking anybody: for the United States 5 U.S.C. 6103, for Canada the Canada
Labour Code and the Holidays Act, for Mexico article 74 of the Ley Federal del Trabajo.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable

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


HOLIDAYS: dict[str, Rule] = {
    "new-year": _fixed(1, 1),
    "new-year-eve": _fixed(12, 31),
    "mlk": _weekday(1, 0, 3),
    "lincoln": _fixed(2, 12),
    "presidents": _weekday(2, 0, 3),
    "pulaski": _weekday(3, 0, 1),
    "patriots": _weekday(4, 0, 3),
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
OF_THE_NATION = {
    "US": "new-year mlk presidents memorial juneteenth independence labor columbus veterans thanksgiving christmas",
    "CA": "new-year good-friday victoria canada labor truth thanksgiving-ca remembrance christmas boxing",
    "MX": "new-year mx-constitution mx-juarez mx-labor mx-independence mx-revolution christmas",
}


def observed(rule: Rule) -> Rule:
    """Saturday's holiday is kept on Friday, Sunday's on Monday."""

    def kept(year: int) -> dt.date:
        day = rule(year)
        return day + dt.timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))

    return kept


def kept_days(names: Iterable[str], around: dt.date) -> dict[int, str]:
    """Day numbers on which holidays of these names fall or are kept, in the year of a day and in those beside it."""
    days: dict[int, str] = {}
    for name in names:
        for rule in (HOLIDAYS[name], observed(HOLIDAYS[name])):
            for year in (around.year - 1, around.year, around.year + 1):
                days.setdefault(rule(year).toordinal(), name)
    return days
