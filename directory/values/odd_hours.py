"""What in a weekly schedule cannot be meant: spans that collide, end before they begin, or leave no hour of the week.

Pure. Nothing is repaired here: a person is asked what is meant.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from directory.values.hours import DAY_MINUTES, WEEKDAYS, Days, is_always_open

# A text that is longer is told in parts, and what it says of appointments is about one of them.
_LONGEST_TEXT = 500
_BY_APPOINTMENT = re.compile(
    r"\b(?:by|with|upon) (?:prior )?(?:appointment|appt)|\bappointments? (?:only|needed|required|necessary)"
    r"|\b(?:con|previa) cita|\bcita previa|\b(?:sur|avec) rendez-vous",
    re.IGNORECASE,
)
# What else the text has hours of; the line that always answers is then not the one with appointments.
_SEVERAL_LINES = re.compile(
    r"\b(?:crisis|hot ?line|help ?line|phone|telephone|call|text|chat|office|walk|emergenc|l[ií]nea|oficina|urgence)",
    re.IGNORECASE,
)


def oddities(days: Days, text: str = "") -> tuple[str, ...]:
    """Codes of what is odd, each once, in this order; empty for hours that can be meant.

    ``no-such-day`` (a key that is no weekday), ``outside-the-day`` (a minute below 0 or above 1440), ``backwards`` (a
    span that closes when it opens, or before), ``overlap``, ``too-long`` (spans of one day add up to more than 24
    hours), ``never`` (there are days and no open minute in any), ``always-by-appointment`` (every minute of the week,
    and ``text``, in the source's words, says by appointment and speaks of no other line).

    A week without days says nothing, so nothing about it is odd: its hours are in the text, or not known.
    """
    found = dict.fromkeys(code for day, spans in days.items() for code in _of_day(day, spans))
    if days and not any(start < end for spans in days.values() for start, end in spans):
        found["never"] = None
    if not found and is_always_open(days) and _is_by_appointment(text):
        found["always-by-appointment"] = None
    return tuple(code for code in _ORDER if code in found)


_ORDER = ("no-such-day", "outside-the-day", "backwards", "overlap", "too-long", "never", "always-by-appointment")


def _of_day(day: str, spans: Sequence[Sequence[int]]) -> list[str]:
    found = []
    if day not in WEEKDAYS:
        found.append("no-such-day")
    if any(not 0 <= minute <= DAY_MINUTES for span in spans for minute in span):
        found.append("outside-the-day")
    if any(end <= start for start, end in spans):
        found.append("backwards")
    forward = sorted((start, end) for start, end in spans if start < end)
    # Sorted by their beginnings, any two that collide have two neighbours that do.
    if any(later[0] < earlier[1] for earlier, later in pairwise(forward)):
        found.append("overlap")
    if sum(end - start for start, end in forward) > DAY_MINUTES:
        found.append("too-long")
    return found


def _is_by_appointment(text: str) -> bool:
    if len(text) > _LONGEST_TEXT:
        return False
    return _BY_APPOINTMENT.search(text) is not None and _SEVERAL_LINES.search(text) is None
