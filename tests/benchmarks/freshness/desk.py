"""The people who call: what they hear, how long it takes, and what they may change at once. Part of the referee."""

from typing import Literal, NamedTuple

import numpy as np

from tests.benchmarks.freshness.world import ORGANIZATION_GONE, SERVICE_ENDED, Flags, World

# ``right`` somebody of the service said so (in a world where that is not always true); ``closed`` it ended, and is
# replaced; ``number`` the right number was found; ``waits`` it was found, and waits for its hours; ``dead`` the number
# does not reach the service, and nobody found out more; ``silent`` nobody answered.
Result = Literal["right", "closed", "number", "waits", "dead", "silent"]
# A changed number that people rely on is not shown before (directory.integrity.table.DELAY).
HOLD_DAYS = 3
# Minutes that were not used are kept for so many days.
_KEPT_DAYS = 21


class Found(NamedTuple):
    """A listing that was found to be wrong: what it was, when that happened and when it was put right."""

    what: Literal["closed", "number"]
    since: int
    on: int


class Desk:
    """So many minutes a day, and what is done with them.

    Args:
        world: what is called.
        two_keys: whether a change of what people rely on takes a second person, whose minutes are charged, and a new
            number waits for 72 hours. The product asks for it; the practice that it is held against does not.
    """

    def __init__(self, world: World, *, two_keys: bool) -> None:
        self.world = world
        self.two_keys = two_keys
        truth = world.truth
        answered = np.asarray(truth.answered)[world.group]
        a_call = truth.minutes_full + truth.minutes_unanswered * (1 / answered - 1)
        # A tenth of all calls finds something to look into.
        a_year = float(np.sum(a_call)) + 0.1 * world.size * truth.minutes_research
        self.minutes_a_day = truth.calls_a_year * a_year / 365
        self.purse = 0.0
        self.spent = 0.0
        self.attempts = 0
        self.found: list[Found] = []
        self._waiting: list[tuple[int, int]] = []

    def open(self, day: int) -> list[int]:
        """Begin a day; return the listings whose new number is shown from today on."""
        self.purse = min(self.purse + self.minutes_a_day, self.minutes_a_day * _KEPT_DAYS)
        shown = [one for until, one in self._waiting if until <= day]
        self._waiting = [(until, one) for until, one in self._waiting if until > day]
        # Meanwhile the service may have ended; then a wrong number was replaced by another wrong one.
        shown = [one for one in shown if not self.world.closed[one]]
        for one in shown:
            self._put_right(one, day)
        return shown

    def can_call(self) -> bool:
        """Whether minutes are left."""
        return self.purse >= self.world.truth.minutes_unanswered

    def call(self, one: int, day: int, *, in_full: bool) -> Result:
        """Call a listing; what is found is put right as soon as it may be."""
        world, truth = self.world, self.world.truth
        self.attempts += 1
        takes = truth.minutes_full if in_full else truth.minutes_live
        closed = int(world.closed[one])
        drawn = world.chance.random()
        is_elsewhere = not closed and world.number_wrong[one]
        if is_elsewhere or (closed == ORGANIZATION_GONE and world.line_dead[one]):
            if drawn < truth.silent_if_wrong:
                return self._silent()
            self._pay(truth.minutes_dead)
            return self.look_into(one, day, else_="dead")
        if drawn < (truth.silent_if_gone if closed == ORGANIZATION_GONE else 1 - world.answered[one]):
            return self._silent()
        self._pay(takes)
        if closed == ORGANIZATION_GONE or (closed == SERVICE_ENDED and world.chance.random() < truth.told_right):
            return self._close(one, day)
        world.stand_up_for(one, day, in_full=in_full)
        return "right"

    def look_into(self, one: int, day: int, *, else_: Result = "silent") -> Result:
        """Find out by other ways what became of a listing."""
        world, truth = self.world, self.world.truth
        self._pay(truth.minutes_research)
        if world.chance.random() >= truth.research_works:
            return else_
        if world.closed[one]:
            return self._close(one, day)
        if world.number_wrong[one]:
            return self._new_number(one, day)
        world.stand_up_for(one, day, in_full=False)
        return "right"

    def answered_letter(self, one: int, answer: str, day: int) -> Result:
        """Do what a provider's answer asks for."""
        if answer == "confirmed":
            self.world.stand_up_for(one, day, in_full=True)
            return "right"
        if self.two_keys:
            # The other key: a call about what the letter says.
            self._pay(self.world.truth.minutes_live)
        return self._close(one, day) if answer == "closed" else self._new_number(one, day)

    def _silent(self) -> Result:
        self._pay(self.world.truth.minutes_unanswered)
        return "silent"

    def _close(self, one: int, day: int) -> Result:
        if self.two_keys:
            self._pay(self.world.truth.minutes_second)
        # One person hides it at once; whoever seconds that closes it.
        self._put_right(one, day)
        return "closed"

    def _new_number(self, one: int, day: int) -> Result:
        if not self.two_keys:
            self._put_right(one, day)
            return "number"
        if all(waiting != one for _, waiting in self._waiting):
            self._pay(self.world.truth.minutes_second)
            self._waiting.append((day + HOLD_DAYS, one))
        return "waits"

    def _put_right(self, one: int, day: int) -> None:
        world = self.world
        if world.bad_since[one] >= 0 or world.bad[one]:
            what: Literal["closed", "number"] = "closed" if world.closed[one] else "number"
            self.found.append(Found(what, int(world.bad_since[one]), day))
        world.put_right(one, day)

    def _pay(self, minutes: float) -> None:
        self.purse -= minutes
        self.spent += minutes


class Views:
    """What readers were shown, from one day on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.all = self.wrong = self.harm = self.harm_of_all = 0.0
        self.details = self.hidden_right = 0.0
        self.old: list[float] = []

    def count(self, day: int, hidden: Flags) -> None:
        """Count a day. What machines hid counts as wrong, whatever it is: nobody found the service there."""
        world = self._world
        wrong = world.bad | hidden
        views, harm = world.views, world.views * world.harm
        self.all += float(views.sum())
        self.wrong += float(views[wrong].sum())
        self.harm_of_all += float(harm.sum())
        self.harm += float(harm[wrong].sum())
        self.details += float(views[world.details_changed & ~wrong].sum())
        self.hidden_right += float(views[hidden & ~world.bad].sum())
        if day % 30 == 0:
            self.old.append(float((day - world.confirmed > 365).mean()))
