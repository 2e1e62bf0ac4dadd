"""Opening hours of the HAARRRvest feed, whose records name days and times in two dozen ways, as rows of HSDS 3.

A row says days and times only where the record says both. Anything else, such as a list of dates, becomes a line of
text, which people can read and nobody takes for hours that hold every week.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

_DAYS = ("byday", "by_day", "days", "day", "day_of_week", "days_of_week", "weekday", "weekdays")
_OPENS = ("opens_at", "start_time", "open_time", "time_open", "opens_time", "time_start", "opens", "open", "start")
_CLOSES = ("closes_at", "end_time", "close_time", "time_close", "closes_time", "time_end", "closes", "close", "end")
_DATES = ("date", "dates", "event_dates", "open_date")
_INSIDE = (
    "times", "time_slots", "time", "schedule_items", "schedule_details", "open_times", "open_intervals", "calendars",
    "hours", "days", "slots", "events", "open_hours",
)  # fmt: skip
_PASSED_ON = ("freq", "interval", "until", "count", "bymonthday", "valid_from", "valid_to", "description", "notes")
_FROM = ("valid_from", "effective_date", "start_date")
_TO = ("valid_to", "end_date")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LONGEST_TEXT = 500
_MOST_DATES = 12
_DEEPEST = 4


def schedules_of(parts: list[Any]) -> list[dict[str, str]]:
    """The rows that a record's hours make; each that says the same once."""
    rows = [row for part in parts for row in _rows(part, {}, _DEEPEST)]
    return list({repr(sorted(row.items())): row for row in rows}.values())


def _rows(part: Any, above: dict[str, Any], depth: int) -> Iterator[dict[str, str]]:
    if isinstance(part, str) and part.strip():
        yield {"original_text": part.strip()}
    if not isinstance(part, dict) or not depth:
        return
    said = {**above, **{name.lower(): one for name, one in part.items() if one not in (None, "", [], {})}}
    inside = [one for name in _INSIDE for one in _objects(said.get(name))]
    if inside:
        outside = {name: one for name, one in said.items() if not _objects(one)}
        for one in inside:
            yield from _rows(one, outside, depth - 1)
        return
    row = _row(said)
    if row:
        yield row


def _objects(part: Any) -> list[dict[str, Any]]:
    return [one for one in (part if isinstance(part, list) else [part]) if isinstance(one, dict)] if part else []


def _row(said: dict[str, Any]) -> dict[str, str]:
    dates = [text for name in _DATES for text in _texts(said.get(name))]
    days = [code for name in _DAYS for text in _texts(said.get(name)) for code in _codes(text)]
    opens, closes = _time(said, _OPENS), _time(said, _CLOSES)
    start = str(said.get("dtstart", ""))
    if not opens and "T" in start:
        opens, closes = start.partition("T")[2][:5], str(said.get("dtend", "")).partition("T")[2][:5]
    if not days and start and str(said.get("freq", "")).upper() == "WEEKLY":
        days = _day_of(start)
    if days and opens and closes and not dates:
        row = {name: str(said[name]) for name in _PASSED_ON if isinstance(said.get(name), (str, int))}
        row |= {"byday": ",".join(dict.fromkeys(days)), "opens_at": opens, "closes_at": closes}
        for column, names in (("valid_from", _FROM), ("valid_to", _TO)):
            if text := next((str(said[name]) for name in names if isinstance(said.get(name), str)), ""):
                row[column] = text[:10]
        return row
    return _as_text(said, days, dates, opens, closes)


def _as_text(said: dict[str, Any], days: list[str], dates: list[str], opens: str, closes: str) -> dict[str, str]:
    told = [text for name in ("description", "original_text", "notes") for text in _texts(said.get(name))]
    often = str(said.get("freq", "")).lower() if not dates else ""
    shown = dates[:_MOST_DATES] + [f"and {len(dates) - _MOST_DATES} more dates"] * (len(dates) > _MOST_DATES)
    times = "-".join(filter(None, (opens, closes)))
    line = " ".join(filter(None, (often, ", ".join([*dict.fromkeys(days), *shown]), times)))
    is_told = bool(days or dates or times or told)
    return {"original_text": "; ".join([*told, line])[:_LONGEST_TEXT]} if is_told else {}


def _texts(part: Any) -> list[str]:
    return [one.strip() for one in (part if isinstance(part, list) else [part]) if isinstance(one, str) and one.strip()]


def _codes(text: str) -> list[str]:
    """Days by their codes: "MO", "Monday", "THU", "MO,WE"."""
    words = text.replace(",", " ").replace(";", " ").split()
    found = [word[:2].upper() for word in words]
    return found if found and all(code in _CODES for code in found) else []


def _time(said: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        part = said.get(name)
        part = part.get("time") if isinstance(part, dict) else part
        if isinstance(part, str) and part.strip():
            text = part.strip()
            return text.partition("T")[2][:5] if "T" in text[:11] and "-" in text[:8] else text
    return ""


def _day_of(start: str) -> list[str]:
    try:
        return [_CODES[dt.date.fromisoformat(start[:10]).weekday()]]
    except ValueError:
        return []
