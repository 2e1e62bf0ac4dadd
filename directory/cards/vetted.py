"""What anybody is told of how a program was looked at: the last steps, to the month. Pure.

Only steps that somebody here took are told. What a list says of its own vetting is that list's word, and why something
is paused, removed or not to be listed is nobody's to know.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec

from directory.listings.vetting_steps import LOOKED_AT, Step, is_kept_away

# What helps a reader; to be recruited or screened is still the work of those who keep the list.
TOLD: tuple[Step, ...] = ("active", "trained", "agreement-signed")


class Vetted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step as it is told. Months are ISO (``2026-03``).

    Attributes:
        step: one of ``TOLD``.
        since: the month in which it was taken.
        until: the last month through which it holds whole; empty where it has no end.
    """

    step: Step
    since: str
    until: str = ""


class _Fact(Protocol):
    """A current fact, with the list that says it, if one does."""

    @property
    def field(self) -> str: ...
    @property
    def slot(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def source(self) -> str: ...


def told_steps(facts: Iterable[_Fact]) -> list[Vetted]:
    """What is told of a program by its current facts.

    Nothing is told of one that is kept away, by whatever list; and what a list says is no word of ours.
    """
    known = [fact for fact in facts if fact.field == "vetting"]
    if is_kept_away([fact.slot for fact in known]):
        return []
    return vetted({fact.slot: fact.value for fact in known if not fact.source and not fact.value.get("by")})


def vetted(steps: Mapping[str, Mapping[str, Any]]) -> list[Vetted]:
    """What is told of the current steps of a program that is not kept away, by their values."""
    until = {step: _last_whole_month(steps[step].get("expires_on", "")) for step in LOOKED_AT if step in steps}
    found = []
    for step in TOLD:
        value = steps.get(step, {})
        # Whoever works is told so only as long as all that was looked at holds.
        is_whole = step != "active" or len(until) == len(LOOKED_AT)
        if value.get("on") and is_whole:
            ends = filter(None, until.values()) if step == "active" else [until[step]]
            found.append(Vetted(step, value["on"][:7], min(ends, default="")))
    return found


def told_in(steps: list[Vetted], today: dt.date) -> list[Vetted]:
    """Those that still hold in the month of a day."""
    return [one for one in steps if not one.until or one.until >= f"{today:%Y-%m}"]


def _last_whole_month(end: str) -> str:
    if not end:
        return ""
    # The day after is in the month that does not hold whole any more.
    after = dt.date.fromisoformat(end) + dt.timedelta(1)
    return f"{after.replace(day=1) - dt.timedelta(1):%Y-%m}"
