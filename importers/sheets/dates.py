"""Days as people write them in a column: 3/4/24, 2024-03-04, March 2024. Which part is the month, the column tells."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

Order = Literal["month-first", "day-first", ""]

_ISO = re.compile(
    r"(?<![0-9])([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?![0-9])|(?<![0-9])([12][0-9]{3})([01][0-9])([0-3][0-9])(?![0-9])"
)
_FIGURES = re.compile(r"(?<![0-9/.-])([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ELSEWHERE = {
    "ene": "jan",
    "abr": "apr",
    "ago": "aug",
    "dic": "dec",
    "fev": "feb",
    "avr": "apr",
    "mai": "may",
    "aou": "aug",
    "juin": "jun",
    "juil": "jul",
}
_WORDS = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ -](?:de )?)?(?P<month>[a-zéû]{3,10})\.?[ -](?:de )?"
    r"(?:(?P<later>[0-9]{1,2})(?:st|nd|rd|th)?,? )?(?P<year>[0-9]{4}|(?<=-)[0-9]{2}(?![0-9]))",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(r"(?<![0-9/])([0-9]{1,2})/([0-9]{4})(?![0-9])")
_EARLIEST = 1990


def order_of(cells: Iterable[str], *, country: str) -> Order:
    """Whether days or months stand first in a column; empty where nothing tells and the country has both customs."""
    firsts, seconds = [], []
    for cell in cells:
        if found := _FIGURES.search(cell):
            firsts.append(int(found[1]))
            seconds.append(int(found[2]))
    if any(first > 12 for first in firsts):
        return "" if any(second > 12 for second in seconds) else "day-first"
    if any(second > 12 for second in seconds) or country == "US":
        return "month-first"
    return ""


def day_of(cell: str, *, order: Order, today: dt.date) -> str:
    """The ISO day that a cell names; of a month without a day its first. Empty if there is none, or it is to come."""
    for year, month, day in _readings(cell, order):
        try:
            read = dt.date(year, month, day)
        except ValueError:
            continue
        if dt.date(_EARLIEST, 1, 1) <= read <= today:
            return read.isoformat()
    return ""


def _readings(cell: str, order: Order) -> Iterable[tuple[int, int, int]]:
    if found := _ISO.search(cell):
        year, month, day = filter(None, found.groups())
        yield int(year), int(month), int(day)
    elif found := _FIGURES.search(cell):
        one, two, year = int(found[1]), int(found[2]), int(found[3])
        year += 2000 if year < 100 else 0
        if order == "day-first":
            yield year, two, one
        elif order == "month-first" or two > 12 or one == two:
            yield year, one, two
    elif found := _WORDS.search(cell):
        named = found["month"].lower()
        begun = _ELSEWHERE.get(named[:4]) or _ELSEWHERE.get(named[:3]) or named[:3]
        if begun in _MONTHS:
            year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
            yield year, _MONTHS.index(begun) + 1, int(found["day"] or found["later"] or 1)
    elif found := _MONTH_ONLY.search(cell):
        yield int(found[2]), int(found[1]), 1
