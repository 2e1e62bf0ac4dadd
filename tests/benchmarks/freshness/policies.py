"""Whom to call: the practice of today, what seems sensible, and who knows everything.

What they all hear is what readers report: such a listing is called first.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from tests.benchmarks.freshness.desk import Desk, Result
from tests.benchmarks.freshness.world import Flags, Floats, World

# Days between two calls that look reasonable, by group (hotlines monthly, shelters quarterly).
_INTERVALS = (30.0, 90.0, 90.0, 180.0, 365.0, 365.0, 365.0)
_WAIT, _LATER_WAIT = 3, 10
_PATIENCE, _LOOK_INTO = 3, 4
_AFTER_RESEARCH = 30
# No more listings of the order are looked at in a day than anybody could call.
_MOST_A_DAY = 200


class Policy(Protocol):
    """What the referee needs of a policy."""

    two_keys: bool
    hidden: Flags
    false_suspensions: int

    def morning(self, day: int, desk: Desk, reported: Sequence[int]) -> None:
        """Take in what is new."""

    def calls(self, day: int, desk: Desk) -> None:
        """Make the calls of a day, as long as there are minutes."""

    def corrected(self, one: int, day: int) -> None:
        """A new number that waited is shown now."""

    def doubts(self, day: int) -> Floats | None:
        """The probability of each listing being wrong, of whoever has one."""


class Rounds:
    """Policies that order listings by something simple; every call is a full one."""

    two_keys = False
    false_suspensions = 0

    def __init__(self, world: World, name: str, seed: int) -> None:
        self._world = world
        self._name = name
        self.hidden: Flags = np.zeros(world.size, bool)
        self._reported: Flags = np.zeros(world.size, bool)
        self._is_due: Flags = np.zeros(world.size, bool)
        self._unanswered = np.zeros(world.size, np.int64)
        self._wait_until = np.zeros(world.size, np.int64)
        self._anniversary = np.random.default_rng([seed, 4]).integers(0, 365, world.size)
        self._interval = np.asarray(_INTERVALS)[world.group]
        self._weight = world.harm * np.asarray(world.truth.views)[world.group]

    def morning(self, day: int, desk: Desk, reported: Sequence[int]) -> None:  # noqa: ARG002 - no letters
        """Note what was reported, and whose turn it is."""
        self._reported[list(reported)] = True
        self._is_due |= self._anniversary == day % 365

    def calls(self, day: int, desk: Desk) -> None:
        """Call what was reported, then one after the other."""
        score = np.where(self._reported & (self._score(day) > -1), 1e6, self._score(day))
        score[self._wait_until > day] = -1
        for one in np.argsort(-score, kind="stable")[:_MOST_A_DAY].tolist():
            if score[one] < 0 or not desk.can_call():
                return
            self._heard(one, desk.call(one, day, in_full=True), day, desk)

    def corrected(self, one: int, day: int) -> None:
        """Nothing waits here."""

    def doubts(self, day: int) -> None:
        """They believe nothing."""

    def _score(self, day: int) -> Floats:
        age = (day - self._world.confirmed).astype(float)
        if self._name == "annual":
            return np.where(self._is_due, 1e3 + age, age / 365)
        if self._name == "oldest":
            return age
        if self._name == "intervals":
            return np.asarray(age / self._interval)
        return np.where(self._world.bad, self._weight, -1.0)

    def _heard(self, one: int, result: Result, day: int, desk: Desk) -> None:
        if result in ("silent", "dead"):
            self._unanswered[one] += 1
            self._wait_until[one] = day + (_WAIT if self._unanswered[one] < _PATIENCE else _LATER_WAIT)
            if self._unanswered[one] < _LOOK_INTO:
                return
            result = desk.look_into(one, day)
            if result == "silent":
                self._unanswered[one] = 0
                self._wait_until[one] = day + _AFTER_RESEARCH
                return
        self._unanswered[one] = self._wait_until[one] = 0
        self._reported[one] = self._is_due[one] = False
