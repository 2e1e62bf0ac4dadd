"""The values of cells as a person would write them."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from importers.tables import LONGEST_CELL, plain_cell

CUT_OFF = "cell-cut-off"
NO_NUMBER = "numbers-out-of-range-emptied"
# A number has about 15 digits; what follows is left from its way through the binary system.
_DIGITS = 15
_LONGEST_NUMBER = 1e20
_PERCENT = re.compile(r"[#,0]*0(?:\.(0+))?\s?%")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
# Zeros with signs between them, as in 00000-0000.
_MASK = re.compile(r"[0 ()+/-]*0[0 ()+/-]*0[0 ()+/-]*")


def text_of(value: Any, shape: str = "") -> tuple[str, tuple[str, ...]]:
    """A cell as plain text, and the names of what was mended in it.

    Args:
        value: as a spreadsheet holds it.
        shape: the number format of the cell where it says how a number is written, such as ``00000``; see ``shape_of``.
    """
    if isinstance(value, str):
        if len(value) <= LONGEST_CELL:
            return plain_cell(value)
        text, rules = plain_cell(value[:LONGEST_CELL])
        return text, (*rules, CUT_OFF)
    written = _written(value, shape)
    return written, () if written else (NO_NUMBER,)


def shape_of(code: str) -> str:
    """What a number format adds to the figures themselves: ``0.0%``, or zeros as in ``00000-0000``; else nothing."""
    shown = _QUOTED.sub(lambda found: found[1] or found[2] or "", code.split(";", maxsplit=1)[0])
    if _PERCENT.fullmatch(shown):
        return shown
    return shown if _MASK.fullmatch(shown) else ""


def _written(value: Any, shape: str) -> str:
    # A datetime is a date and a bool is a number, so they come first.
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _shaped(value, shape) or _number(value)
    if isinstance(value, datetime):
        whole = _to_the_second(value)
        return whole.date().isoformat() if whole.time() == time.min else f"{whole.date()} {_clock(whole.time())}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _clock(_to_the_second(datetime.combine(date(2000, 1, 1), value)).time())
    return _duration(value) if isinstance(value, timedelta) else ""


def _number(value: float) -> str:
    # Nothing is equal to itself but numbers, and the infinite are larger than any.
    if not abs(value) <= _LONGEST_NUMBER:
        return ""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**_DIGITS):
        return str(int(value))
    text = format(Decimal(f"{value:.{_DIGITS}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shaped(value: float, shape: str) -> str:
    if not shape or not abs(value) <= _LONGEST_NUMBER:
        return ""
    if found := _PERCENT.fullmatch(shape):
        return f"{value * 100:.{min(len(found[1] or ''), _DIGITS)}f}%"
    if value < 0 or value != int(value):
        return ""
    places = shape.count("0")
    figures = iter(str(int(value)).zfill(places))
    extra = "".join(next(figures) for _ in range(len(str(int(value))) - places))
    return extra + "".join(next(figures) if sign == "0" else sign for sign in shape)


def _to_the_second(moment: datetime) -> datetime:
    """Times are parts of a day in a spreadsheet, which 17:00 is not exactly."""
    try:
        return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:
        return moment.replace(microsecond=0)


def _clock(moment: time) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _duration(value: timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    sign = "-" if value < timedelta(0) else ""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if rest else "")
