"""Time as the directory uses it: instants in UTC with a zone, days as proleptic ordinals."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """This instant, in UTC with a zone."""
    return dt.datetime.now(dt.UTC)


def day_number(instant: dt.datetime, zone: str = "UTC") -> int:
    """The day number (``date.toordinal``) of an instant as people in ``zone`` count days."""
    return instant.astimezone(ZoneInfo(zone)).date().toordinal()
