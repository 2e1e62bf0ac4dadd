"""Why a listing is called and when, in English sentences, for commands and the desk. Pure."""

import datetime as dt
from collections.abc import Iterable

from directory.planning.hours import CallingHours
from directory.planning.queries import LATER, Why

TIER_WORDS = {"liveness": "short", "full": "whole entry"}
KIND_WORDS = {
    "queue": "worth most", "floor": "a year without a word", "audit": "drawn by lot", "report": "reported",
    "ramp": "comes first",
}  # fmt: skip
TIER_MEANS = {
    "liveness": "Is it the right number, are they there, do they take new people?",
    "full": "Go through the whole entry with them.",
}
_SAID = {
    "audit": "Drawn by lot, to measure how much of the list is wrong: call it whatever you think of it",
    "reported": "A reader says that it is wrong",
    "disputed": "Sources give different numbers, or one number for two things",
    "ramp": "Comes first in a new directory: a wrong one here does most harm",
    "doubt": "As likely wrong as one that is due for a call",
    "harm": "A wrong one of this kind does much harm",
    "same-call": "Asked about in the same call",
    "crisis-line": "People in danger call it: not in the evening, at night or at weekends",
    "second-person": "If something changes, a second person is needed; their minutes are counted",
}
_DATED = {
    "floor": "Nobody has confirmed it for nearly a year or longer: since {when}",
    "never-confirmed": "Not confirmed here yet, here since {when}",
    "confirmed": "Confirmed {when}",
    "full-update": "The whole entry was last gone through {when}",
    LATER: "Not before {when}",
}
_NEVER = {
    "full-update": "Nobody has gone through the whole entry yet",
    "never-confirmed": "Not confirmed here yet",
    "floor": "Nobody has confirmed it for nearly a year or longer",
}


def reasons(why: Iterable[Why]) -> list[str]:
    """Why a call is made, in sentences without a full stop, the most important first."""
    return [said for one in why if (said := _sentence(one))]


def in_short(why: Iterable[Why]) -> str:
    """The same in one line, without what is only said to whoever makes the call, or is said already."""
    told = list(why)
    codes = {one.code for one in told}
    left_out = {"second-person", "crisis-line"}
    if "never-confirmed" in codes:
        # Then it is as doubtful as lists are, and nobody has gone through any of it.
        left_out |= {"doubt", "full-update", "harm"}
    if "floor" in codes:
        left_out |= {"doubt", "harm", "never-confirmed"}
    kept = [one for one in told if one.code not in left_out]
    return "; ".join(reasons(kept or told))


def when(hours: CallingHours, now: dt.datetime | None) -> str:
    """When to call, in one line. ``now`` None = on some other day."""
    text = hours.text
    if not hours.is_stated:
        text += " (their hours are not stated)"
    zone = f", time in {_town(hours.zone)}" if hours.zone else ", their time"
    if now is None or not hours.zone:
        return text + zone
    if until := hours.open_until(now):
        return f"now, until {until:%H:%M}{zone} ({text})"
    if opens := hours.opens(now):
        return f"from {opens:%a %H:%M}{zone} ({text})"
    return text + zone


def _sentence(one: Why) -> str:
    if one.code == "tried":
        return "Nobody answered the last time" if one.times == 1 else f"Nobody answered {one.times} times"
    if one.code in _DATED:
        if not one.on:
            return _NEVER.get(one.code, "")
        return _DATED[one.code].format(when=dt.date.fromordinal(one.on).isoformat())
    return _SAID.get(one.code, "")


def _town(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
