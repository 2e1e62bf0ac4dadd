"""Time zones that words beside hours name: "9-5 ET", "Central Time"."""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# First letter or word of a zone -> hours behind UTC in winter, and the zone by country ("" for the others).
_ZONES: dict[str, tuple[float, dict[str, str]]] = {
    "e": (-5, {"": "America/New_York", "CA": "America/Toronto"}),
    "c": (-6, {"": "America/Chicago", "CA": "America/Winnipeg", "MX": "America/Mexico_City"}),
    "m": (-7, {"": "America/Denver", "CA": "America/Edmonton"}),
    "p": (-8, {"": "America/Los_Angeles", "CA": "America/Vancouver"}),
    "a": (-4, {"CA": "America/Halifax", "US": "America/Puerto_Rico"}),
    "ak": (-9, {"": "America/Anchorage"}),
    "h": (-10, {"": "Pacific/Honolulu"}),
    "n": (-3.5, {"": "America/St_Johns"}),
}
_WINTER = dt.datetime(2026, 1, 15, 12)  # noqa: DTZ001


def zone_named(words: str, *, known: str | None, country: str) -> str | None:
    """The IANA zone of such words; None if they name none for certain.

    Where the zone that is ``known`` of the place keeps the same time in winter, it is the one that is meant: Detroit's
    Eastern time is its own, and Phoenix's Mountain time has no summer.
    """
    said = words.lower().strip(". ")
    key = "ak" if said.startswith(("ak", "alaska")) else said[:1]
    if key not in _ZONES:
        return None
    behind, zones = _ZONES[key]
    if known:
        try:
            if _WINTER.replace(tzinfo=ZoneInfo(known)).utcoffset() == dt.timedelta(hours=behind):
                return known
        except (ZoneInfoNotFoundError, ValueError):
            return None
    return zones.get(country) or zones.get("")
