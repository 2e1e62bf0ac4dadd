"""The product as a policy: real observations, the production belief, table of states and plan of calls.

No rule of belief, hiding or planning stands here. What is done here is what a worker and a caller do: look on the
days the clock says, note what is seen, and ask for the plan of the day.
"""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from directory.confirming.rhythm import asked_next_on, is_reminder
from directory.freshness import parameters as reviewed
from directory.freshness.belief import Belief, model_of, standing_of
from directory.freshness.chances import Chances, Model, with_trace
from directory.freshness.gathered import Gathered, chances_after
from directory.freshness.observations import Observation, second_of
from directory.integrity.table import HIDDEN_FOR, Case, judge
from directory.integrity.witnesses import Look, speaking, speaks_against
from directory.people.actor import Actor
from directory.planning.figures import figures
from directory.planning.plan import choose
from directory.planning.worth import Candidate
from tests.benchmarks.freshness.desk import Desk, Result
from tests.benchmarks.freshness.world import Flags, Floats, World
from tests.benchmarks.freshness.worlds import GROUPS, KINDS, Setting

# The first day of the world as a day number; what is seen in the morning comes before what is heard at noon.
FIRST_DAY = 740_000
_MORNING, _NOON = 8 * 3_600, 12 * 3_600
# What a look at a trace is called in evidence: trace -> field, method, outcomes when it is there and when it is gone.
_LOOKS = {
    "site": ("url", "website", "live", "gone"),
    "phone": ("phone", "corroboration", "seen", "gone"),
    "service": ("name", "corroboration", "seen", "gone"),
}
_FACTS = {"phone": 1, "url": 2, "name": 3}
# What is missed is looked for again, and said to be gone on the third day (verifiers.website).
_SURE_AFTER_DAYS = 3
_PROGRAM = Actor(
    id=1, public_id="program", name="program", role="admin", created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
)


class Ours:
    """What we do.

    Args:
        world: of the referee; only what machines and callers may see is read of it.
        setting: what is believed.
        seed: of the draws of the audit.
        paid: whether look-ups of numbers and upstream lists are asked too.
    """

    two_keys = True

    def __init__(self, world: World, setting: Setting, seed: int, *, paid: bool) -> None:
        self._world = world
        self._parameters = setting.believed
        known = setting.believed or reviewed.parameters()
        self._paid = paid
        self._random = random.Random(seed)  # noqa: S311 - the draws of an audit in an invented world
        self._kinds = [frozenset({kind}) for kind in KINDS]
        self._models = [model_of(kinds, setting.believed) for kinds in self._kinds]
        self._groups: list[int] = world.group.tolist()
        self._check_days = np.asarray([known.group_of(kinds).check_days for kinds in self._kinds])[world.group]
        self._letter_days, self._look_up_days = known.every["provider"], known.every["lookup"]
        self._turn = np.arange(world.size)
        # The round of letters is under way when the years begin; of each program: when it was written to and answered.
        begun = (FIRST_DAY - 1 - (self._turn * 7) % self._letter_days).tolist()
        self._written: list[list[int]] = [[on] for on in begun]
        self._answered_on = list(begun)
        self._write_on = [asked_next_on([on], answered_on=on) for on in begun]
        self.hidden: Flags = np.zeros(world.size, bool)
        self.false_suspensions = 0
        # What was observed of each, but for the last look that saw each trace: trace -> day.
        self._observed: list[list[Observation]] = [[] for _ in range(world.size)]
        self._seen: list[dict[str, int]] = [{} for _ in range(world.size)]
        self._missed: list[dict[str, int]] = [{} for _ in range(world.size)]
        self._false_look_ups: dict[int, int] = {}
        self._hidden_until: dict[int, int] = {}
        self._hidden_on: dict[int, int] = {}
        self._gathered: list[Gathered] = []
        self.candidates: list[Candidate] = []
        for one in range(world.size):
            self._note(one, int(world.confirmed[one]), "call", "confirmed", "phone", hour=_NOON)
            self._gathered.append(Gathered(self._models[0].at_import))
            group = GROUPS[self._groups[one]]
            kinds = self._kinds[self._groups[one]]
            self.candidates.append(
                Candidate(one, None, group, self._gathered[one].quiet, kinds=kinds, needs_second_person=True)
            )
            self._take_in(one, 0)

    # ------------------------------------------------------------------ what is new

    def morning(self, day: int, desk: Desk, reported: Sequence[int]) -> None:
        """Look where a look is due, and take in reports, letters, look-ups and lists."""
        for one in np.flatnonzero((self._turn + day) % self._check_days == 0).tolist():
            self._look(one, day)
        for one in [one for one, missed in enumerate(self._missed) if missed]:
            self._miss(one, day)
        for one in reported:
            self._note(one, day, "report", "reported", "")
            self._replace(one, is_reported=True)
            self._take_in(one, day)
        self._write(day, desk)
        if self._paid:
            self._ask_others(day)
        for one in [one for one, until in self._hidden_until.items() if until <= day]:
            self._show(one)

    def calls(self, day: int, desk: Desk) -> None:
        """Make the calls of the plan, in its order."""
        plan = choose(
            self.candidates, minutes=desk.purse, day=FIRST_DAY + day, random=self._random, parameters=self._parameters
        )
        for planned in plan:
            one = planned.listing
            if planned.kind == "audit":
                self._replace(one, is_drawn=True)
            if planned.not_before <= FIRST_DAY + day and desk.can_call():
                if any(reason.code == "look-into" for reason in planned.why):
                    found = desk.look_into(one, day)
                    self._after(one, found, day, method="call", outcome="live", silent="nothing-found")
                else:
                    in_full = planned.tier == "full"
                    result = desk.call(one, day, in_full=in_full)
                    self._after(one, result, day, method="call", outcome="confirmed" if in_full else "live")

    def corrected(self, one: int, day: int) -> None:
        """A new number is shown: what was observed of the old one is not about it."""
        self._begin_again(one, day, of_listing=False)

    def doubts(self, day: int) -> Floats:
        """What is believed today."""
        chances = (self._chances(one, day) for one in range(self._world.size))
        return np.fromiter((1 - one.p_right for one in chances), float, self._world.size)

    # ------------------------------------------------------------------ machines

    def _look(self, one: int, day: int) -> None:
        world, seen = self._world, self._seen[one]
        changed = False
        for trace, present in world.present.items():
            if present[one]:
                changed |= trace not in seen
                seen[trace] = day
                self._missed[one].pop(trace, None)
            elif trace in seen:
                self._missed[one].setdefault(trace, day)
        if changed:
            self._take_in(one, day)
        else:
            self._see_again(one, day)

    def _miss(self, one: int, day: int) -> None:
        """Say that a trace is gone, once that is sure."""
        lost = [trace for trace, since in self._missed[one].items() if day - since >= _SURE_AFTER_DAYS]
        for trace in lost:
            del self._missed[one][trace]
            if self._world.present[trace][one] or trace not in self._seen[one]:
                continue
            field, method, there, gone = _LOOKS[trace]
            self._note(one, self._seen[one].pop(trace), method, there, field)
            # Without a site nobody can say what stands on it.
            if trace == "site" or self._world.present["site"][one]:
                self._note(one, day, method, gone, field)
        if lost:
            self._take_in(one, day)
            self._suspend(one, day)

    def _write(self, day: int, desk: Desk) -> None:
        """Write to providers whose turn it is, and remind those who did not answer."""
        today = FIRST_DAY + day
        due = [one for one, on in enumerate(self._write_on) if on <= today]
        for one in due:
            self._written[one] = [*self._written[one][-2:], today]
        for are_reminders in (False, True):
            asked = [one for one in due if is_reminder(self._written[one]) is are_reminders]
            for one, answer in self._world.letters(asked, are_reminders=are_reminders):
                self._answered_on[one] = today
                self._after(one, desk.answered_letter(one, answer, day), day, method="provider", outcome="confirmed")
        for one in due:
            self._write_on[one] = self._writes_next(one)

    def _writes_next(self, one: int) -> int:
        missed_on = self._gathered[one].attempted_on
        return asked_next_on(self._written[one], answered_on=self._answered_on[one], missed_on=missed_on)

    def _ask_others(self, day: int) -> None:
        world = self._world
        for one in [one for one, on in self._false_look_ups.items() if on + self._look_up_days <= day]:
            del self._false_look_ups[one]
            self.observe(one, day, "lookup", "in-service", "phone")
        asked = np.flatnonzero((self._turn + day) % self._look_up_days == 0)
        for one, is_so in world.looked_up(asked, day):
            if not is_so:
                self._false_look_ups[one] = day
            self.observe(one, day, "lookup", "disconnected", "phone")
        for one in world.dropped_by_lists(day):
            self.observe(one, day, "feed", "dropped", "name")

    def observe(self, one: int, day: int, method: str, outcome: str, field: str) -> None:
        """Take in what a machine saw."""
        self._note(one, day, method, outcome, field)
        self._take_in(one, day)
        self._suspend(one, day)

    def _suspend(self, one: int, day: int) -> None:
        """Hide a listing as the table of states allows machines to."""
        against = [item for item in self._observed[one] if speaks_against(item.method, item.outcome)]
        if len({item.method for item in against}) < 2 or self.hidden[one]:
            return
        now = _time(day)
        confirmed = self.candidates[one].confirmed_on
        told = speaking(
            [
                Look(_time_of(item), _FACTS[item.field], item.field, item.method, item.outcome)
                for item in self.observed(one)
                if item.field in _FACTS
            ],
            lines=[_FACTS["phone"]],
            after=None
            if confirmed is None
            else dt.datetime.combine(dt.date.fromordinal(confirmed), dt.time(12), dt.UTC),
        )
        last = self._hidden_on.get(one)
        case = Case(
            state="verified", action="suspend", actor=_PROGRAM, now=now, witnesses=frozenset(told),
            doubt=1 - self._chances(one, day, quiet=True).p_right, is_last=False,
            hidden_before=last is not None and day - last < 14, other_hidings=len(self._hidden_until),
            is_known=last is not None and all(since <= _time(last) for since in told.values()),
        )  # fmt: skip
        if judge(case).is_allowed:
            self.hidden[one] = True
            self._hidden_until[one] = day + HIDDEN_FOR.days
            self._hidden_on[one] = day
            self.false_suspensions += not self._world.bad[one]

    def _show(self, one: int) -> None:
        self.hidden[one] = False
        self._hidden_until.pop(one, None)

    # ------------------------------------------------------------------ people

    def _after(
        self, one: int, result: Result, day: int, *, method: str, outcome: str, silent: str = "no-answer"
    ) -> None:
        """Note what a call, a letter or a look by other ways came to."""
        if result == "right":
            self._note(one, day, method, outcome, "phone", hour=_NOON)
            self._replace(one, is_reported=False, is_drawn=False)
            self._show(one)
        elif result in ("closed", "number"):
            self._begin_again(one, day, of_listing=result == "closed")
            return
        elif result == "waits":
            self._replace(one, wait_until=FIRST_DAY + day + 4, is_drawn=False)
            return
        else:
            self._note(one, day, "call", silent if result == "silent" else "disconnected", "phone", hour=_NOON)
        self._take_in(one, day)

    def _begin_again(self, one: int, day: int, *, of_listing: bool) -> None:
        """Another listing, or the same with another number: nothing that was observed is about it."""
        kept = [] if of_listing else [item for item in self._observed[one] if item.field in ("url", "name")]
        self._observed[one] = kept
        if of_listing:
            self._seen[one] = {}
        self._seen[one].pop("phone", None)
        self._missed[one].pop("phone", None)
        self._false_look_ups.pop(one, None)
        self._show(one)
        self._note(one, day, "call", "confirmed", "phone", hour=_NOON)
        self._replace(one, is_reported=False, is_drawn=False)
        self._take_in(one, day)

    # ------------------------------------------------------------------ belief

    def _note(self, one: int, day: int, method: str, outcome: str, field: str, *, hour: int = _MORNING) -> None:
        self._observed[one].append(_observation(day, method, outcome, field, hour=hour))

    def observed(self, one: int) -> list[Observation]:
        """Everything that was observed of a listing."""
        seen = ((_LOOKS[trace], day) for trace, day in self._seen[one].items())
        return [
            *self._observed[one],
            *(_observation(day, method, there, field) for (field, method, there, _), day in seen),
        ]

    def _standing(self, one: int) -> Belief:
        return standing_of(self.observed(one), self._kinds[self._groups[one]], parameters=self._parameters)

    def _take_in(self, one: int, day: int) -> None:
        """Work out anew what all observations of a listing come to."""
        belief = self._standing(one)
        gathered = self._gathered[one] = belief.gathered or Gathered(self._model(one).at_import)
        wait = gathered.attempted_on + figures().wait_after(gathered.attempts)
        self._replace(
            one,
            chances=self._chances(one, day),
            live=frozenset(gathered.live),
            confirmed_on=belief.confirmed_on,
            full_on=gathered.full_on or None,
            attempts=gathered.attempts,
            wait_until=max(wait, self.candidates[one].wait_until),
        )
        self._write_on[one] = self._writes_next(one)

    def _see_again(self, one: int, day: int) -> None:
        """What was there is there still: the same as to take in all of it, in a step from the last time."""
        gathered, model = self._gathered[one], self._model(one)
        today = FIRST_DAY + day
        there = [trace for trace, seen_on in self._seen[one].items() if seen_on == day]
        if there:
            loud = gathered.loud
            self._gathered[one] = msgspec.structs.replace(
                gathered,
                quiet=_with(there, model.after(gathered.quiet, today - gathered.quiet_on)),
                quiet_on=today,
                loud=None if loud is None else _with(there, model.after(loud, today - gathered.loud_on)),
                loud_on=0 if loud is None else today,
            )
        self._replace(one, chances=self._chances(one, day))

    def _chances(self, one: int, day: int, *, quiet: bool = False) -> Chances:
        gathered = self._gathered[one]
        if quiet and gathered.loud is not None:
            gathered = msgspec.structs.replace(gathered, loud=None)
        return chances_after(self._model(one), gathered, FIRST_DAY + day)

    def _model(self, one: int) -> Model:
        return self._models[self._groups[one]]

    def _replace(self, one: int, **known: Any) -> None:
        self.candidates[one] = self.candidates[one]._replace(**known)


def _with(there: Sequence[str], chances: Chances) -> Chances:
    for trace in there:
        chances = with_trace(chances, trace)
    return chances


def _observation(day: int, method: str, outcome: str, field: str, *, hour: int = _MORNING) -> Observation:
    weight = reviewed.weight_of(method, outcome)
    return Observation(second_of(FIRST_DAY + day) + hour, field, method, outcome, weight)


def _time(day: int) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromordinal(FIRST_DAY + day), dt.time(12), dt.UTC)


def _time_of(item: Observation) -> dt.datetime:
    return dt.datetime.fromtimestamp(item.at, dt.UTC)
