"""The figures that calls are planned with: reviewed data in ``figures.toml``, checked when they are read."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Annotated

import msgspec

from directory.freshness.parameters import OTHER

_Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Minutes = Annotated[float, msgspec.Meta(gt=0, le=240)]
_Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
_Rate = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Minutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What staff spend, in minutes; see the file."""

    liveness: _Minutes
    full: _Minutes
    further_liveness: _Minutes
    further_full: _Minutes
    unanswered: _Minutes
    research: _Minutes
    second_person: _Minutes


class Floor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days without a confirmation are too many, how long before them a call is planned, and the share."""

    days: _Days
    lead_days: _Days
    share: _Share


class Audit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share of the minutes for listings that are drawn uniformly."""

    share: _Share


class Update(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After how many days a full update is due, and how much old details weigh beside a wrong number."""

    days: _Days
    weight: _Share


class Ramp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days a deployment is new, and the kinds that come first then: sets of slugs, in order."""

    days: _Days
    kinds: tuple[frozenset[str], ...]


class Attempts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long to wait after an attempt that reached nobody: the first ``patience`` of them, and later ones.

    After ``look_into`` of them it is found out by other ways what became of the listing; where that fails too, it is
    left alone for longer.
    """

    wait_days: _Days
    patience: Annotated[int, msgspec.Meta(ge=1, le=20)]
    later_wait_days: _Days
    look_into: Annotated[int, msgspec.Meta(ge=1, le=50)]
    looked_into_wait_days: _Days


class Disputed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how much the odds of a wrong number rise when sources contradict one another."""

    ratio: Annotated[float, msgspec.Meta(ge=1, le=60)]


class GroupFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one group: the harm of a wrong entry, the share of calls that are answered, reports a year of a wrong one."""

    weight: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    answered: _Share
    reports: _Rate


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in the file."""

    minutes: Minutes
    floor: Floor
    audit: Audit
    update: Update
    ramp: Ramp
    attempts: Attempts
    disputed: Disputed
    groups: dict[str, GroupFigures]

    def of_group(self, code: str) -> GroupFigures:
        """The figures of a group; those of all others for one that the file does not name."""
        return self.groups.get(code) or self.groups[OTHER]

    def wait_after(self, attempts: int) -> int:
        """How many days not to call after so many attempts in a row that reached nobody."""
        rules = self.attempts
        if attempts <= 0:
            return 0
        if attempts > rules.look_into:
            return rules.looked_into_wait_days
        return rules.wait_days if attempts < rules.patience else rules.later_wait_days


@lru_cache(maxsize=1)
def figures() -> Figures:
    """The reviewed figures.

    Raises:
        ValueError: a figure is out of its bounds, or two of them do not go together.
    """
    text = resources.files("directory.planning").joinpath("figures.toml").read_text("utf-8")
    return checked(msgspec.convert(tomllib.loads(text), Figures))


def checked(found: Figures) -> Figures:
    """The same figures, when they go together.

    Raises:
        ValueError: they do not.
    """
    minutes = found.minutes
    if OTHER not in found.groups:
        raise ValueError("There is a group of all others.")
    if found.floor.lead_days >= found.floor.days:
        raise ValueError("The floor begins after a confirmation.")
    if found.floor.share + found.audit.share >= 1:
        raise ValueError("Floor and audit leave minutes for what is worth most.")
    if minutes.liveness > minutes.full or minutes.further_liveness > minutes.further_full:
        raise ValueError("A full update is no shorter than a short call.")
    if minutes.further_liveness > minutes.liveness or minutes.further_full > minutes.full:
        raise ValueError("A further listing takes no longer than a call of its own.")
    return found
