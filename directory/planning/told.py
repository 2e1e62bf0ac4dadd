"""Why a listing is called and when, in English sentences, for commands and the desk. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence

from directory.freshness.told import GROUP_WORDS
from directory.planning.hours import CallingHours
from directory.planning.queries import LATER, PlannedListing, Why

TIER_WORDS = {"liveness": "short", "full": "whole entry"}
# What minutes are for.
KIND_WORDS = {
    "queue": "for what helps most", "floor": "for what nobody confirmed for a year", "audit": "for what was drawn",
    "report": "for what was reported", "ramp": "for kinds that come first",
}  # fmt: skip
TIER_MEANS = {
    "liveness": "Is it the right number, are they there, do they take new people?",
    "full": "Go through the whole entry with them.",
}
_SAID = {
    "audit": "Drawn by lot, to measure how much of the list is wrong: call it whatever you think of it",
    "reported": "A reader says that it is wrong",
    "disputed": "Sources give different numbers, or one number for two things",
    "ramp": "Of a kind that comes first in a new directory: a wrong one does most harm",
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
    "called-for": "Somebody here wants it called this month, since {when}",
    "wished": "Somebody says that they run it ({when}), and no e-mail address is verified: ask for one",
}
_NEVER = {
    "full-update": "Nobody has gone through the whole entry yet",
    "never-confirmed": "Not confirmed here yet",
    "floor": "Nobody has confirmed it for nearly a year or longer",
}


# Shorter, where many stand below one another.
_SHORT = {
    "audit": "Drawn by lot: call it whatever you think of it", "never-confirmed": "Not confirmed here yet",
    "look-into": "Nobody answers: find out by other ways",
}  # fmt: skip


def reasons(why: Iterable[Why]) -> list[str]:
    """Why a call is made, in sentences without a full stop, the most important first."""
    return [said for one in why if (said := _sentence(one))]


def in_short(one: PlannedListing) -> str:
    """The same for a line of a list: the kind of service, and without what is said already or only to the caller."""
    codes = {reason.code for reason in one.call.why}
    left_out = {"second-person", "crisis-line", "harm"}
    if "never-confirmed" in codes:
        # Then it is as doubtful as lists are, and nobody has gone through any of it.
        left_out |= {"doubt", "full-update"}
    if "floor" in codes:
        left_out |= {"doubt", "never-confirmed"}
    told = []
    if one.group in GROUP_WORDS:
        first = codes & {"ramp", "harm"}
        told.append(GROUP_WORDS[one.group] + (", comes first in a new directory" if "ramp" in first else ""))
        left_out |= {"ramp"}
    told += [_SHORT.get(reason.code) or _sentence(reason) for reason in one.call.why if reason.code not in left_out]
    return ". ".join(filter(None, told)) or "; ".join(reasons(one.call.why))


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


def named(one: PlannedListing) -> str:
    """A listing by its name and its organization's."""
    name = one.name or "A listing without a name"
    return name if one.organization in ("", one.name) else f"{name}, {one.organization}"


def summary(found: Sequence[PlannedListing], minutes: int | None = None) -> str:
    """How many calls there are, how long they take, of how many ``minutes``, and for what."""
    calls = len({one.call.place for one in found})
    spent = minutes_by_kind(found)
    parts = ", ".join(f"{spent[kind]:.0f} {KIND_WORDS[kind]}" for kind in KIND_WORDS if spent.get(kind))
    return (
        f"{_count(calls, 'call')} about {_count(len(found), 'listing')}, about {sum(spent.values()):.0f}"
        f"{f' of {minutes}' if minutes is not None else ''} minutes{f': {parts}' if parts else ''}."
    )


def minutes_by_kind(found: Iterable[PlannedListing]) -> dict[str, float]:
    """Minutes of the calls, by why they were chosen."""
    spent: dict[str, float] = {}
    for one in found:
        spent[one.call.kind] = spent.get(one.call.kind, 0.0) + one.call.minutes
    return spent


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _sentence(one: Why) -> str:
    if one.code == "tried":
        return "Nobody answered the last time" if one.times == 1 else f"Nobody answered {one.times} times"
    if one.code == "look-into":
        return (
            f"Nobody answered {one.times} times: find out by other ways (a register, neighbours, who pays for it), and"
            " propose what you find on its page; if that is nothing, note so"
        )
    if one.code in _DATED:
        if not one.on:
            return _NEVER.get(one.code, "")
        return _DATED[one.code].format(when=dt.date.fromordinal(one.on).isoformat())
    return _SAID.get(one.code, "")


def _town(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
