"""What a call is worth: the harm it is expected to avoid, and the minutes it is expected to take. Pure.

A listing that is wrong does harm for as long as nobody notices. How long that is depends on what became of it: a number
that the own page still shows will soon be missed there, a service that ended without a trace stays until a call.
A call is worth the harm of that time, by what is believed of the listing, times how much a wrong entry of its group
weighs. No record of what anybody looked for plays a part.
"""

import math
from collections.abc import Iterable
from typing import Literal, NamedTuple

from directory.freshness.chances import PHONE, YEAR_DAYS, Chances, weighed
from directory.freshness.parameters import Parameters
from directory.freshness.parameters import parameters as reviewed
from directory.planning.figures import Figures

Tier = Literal["liveness", "full"]
# By trace: the state in which it is still there although the fact has changed.
_SHOWN = {"phone": 0, "site": 3, "service": 6}
# Below this the series of the logarithm is nearer than what is left of it.
_SMALL = 1e-4


class Candidate(NamedTuple):
    """One listing that people are shown, and what there is to know about calling it. Numbers only.

    Attributes:
        listing: id of its record.
        organization: id of the organization; listings with the same one are asked about in one call. Give it only
            where one call can answer for both; None = the listing has a call of its own.
        group: code of its group in ``freshness/parameters.toml``.
        chances: what may have become of it on the day of the plan, reports included (``belief.chances_of``).
        live: the traces that were there when they were looked at last: ``phone``, ``site``, ``service``.
        confirmed_on: the day number on which a person or the provider last stood up for its line; None = never.
        full_on: the day number of the last full update; a letter that a provider answered counts. None = never.
        since: the day number on which it came here, from which the floor counts where nobody ever confirmed it.
        kinds: slugs of its kinds of service, by which the first days of a deployment are ordered.
        attempts: how many calls in a row reached nobody.
        wait_until: the day number before which nobody calls it (``Figures.wait_after``; what they asked for).
        is_callable: whether there is a time, in the hours for which the plan is made, at which it may be called.
        is_crisis_line: whether people in danger call it: called off-peak, by people only.
        needs_second_person: whether a second person has to stand behind a change (it is verified).
        is_reported: whether readers reported it since it was last confirmed.
        is_disputed: whether sources contradict one another about its number, or its number serves two functions.
        is_drawn: whether an audit drew it and it has not been reached since.
        wished_on: the day number on which somebody said that they run it, and no letter could go out; 0 = nobody did.
        called_for_on: the day number on which somebody here said that it should be called this month; 0 = nobody did.
    """

    listing: int
    organization: int | None
    group: str
    chances: Chances
    live: frozenset[str] = frozenset()
    confirmed_on: int | None = None
    full_on: int | None = None
    since: int = 0
    kinds: frozenset[str] = frozenset()
    attempts: int = 0
    wait_until: int = 0
    is_callable: bool = True
    is_crisis_line: bool = False
    needs_second_person: bool = False
    is_reported: bool = False
    is_disputed: bool = False
    is_drawn: bool = False
    wished_on: int = 0
    called_for_on: int = 0

    @property
    def p_wrong(self) -> float:
        """The probability that its service cannot be reached, as it is believed; what a task remembers."""
        return 1 - self.chances.p_right


class Weighed(NamedTuple):
    """A candidate, and what calling it is worth on a day.

    Attributes:
        candidate: the listing.
        tier: ``full`` when its last full update is older than ``Figures.update`` says, or never was.
        worth: weight x years of a wrong entry that are avoided.
        minutes: expected minutes of a call about it alone: attempts that reach nobody, what it takes to find out what
            became of it if it is wrong, and the second person.
        further: the same when the organization is being asked about another listing anyhow.
        second: the part of both that is the second person's.
        is_looked_into: whether so many calls reached nobody that other ways of finding out take less time than one
            more; the minutes are then theirs.
    """

    candidate: Candidate
    tier: Tier
    worth: float
    minutes: float
    further: float
    second: float
    is_looked_into: bool


class Scale(NamedTuple):
    """What is the same for all listings of a group in one plan.

    Attributes:
        weight: harm of a wrong entry.
        arrives: how much of all that is right becomes wrong in a year.
        noticed: how often in a year what is wrong is noticed without a call, or becomes wrong once more.
        shown: by trace: the part of ``arrives`` after which the trace goes, and how often in a year it then goes.
        silence: expected minutes of attempts that reach nobody.
        intake: how often in a year hours, intake or languages change.
        delta: the probability that they are wrong when a listing comes.
    """

    weight: float
    arrives: float
    noticed: float
    shown: dict[str, tuple[float, float]]
    silence: float
    intake: float
    delta: float


def scales_of(groups: Iterable[str], *, figures: Figures, parameters: Parameters | None = None) -> dict[str, Scale]:
    """The scale of each group.

    Args:
        groups: their codes; repeated or not.
        figures: the reviewed ones.
        parameters: those that the chances were computed with; the reviewed ones unless others are given.
    """
    believed = parameters or reviewed()
    by_code = {group.code: group for group in believed.groups}
    traces, share = believed.traces, believed.organization_share
    found = {}
    for code in set(groups):
        group, known = by_code.get(code, believed.groups[-1]), figures.of_group(code)
        hazards = group.hazards
        arrives = hazards.closed + hazards.phone
        of_trace = {
            "phone": (hazards.phone, traces.phone), "site": (hazards.closed * share, traces.site),
            "service": (hazards.closed * (1 - share), traces.service),
        }  # fmt: skip
        found[code] = Scale(
            known.weight, arrives, arrives + known.reports,
            {name: (rate * trace.q, YEAR_DAYS / trace.tau_days) for name, (rate, trace) in of_trace.items()},
            figures.minutes.unanswered * (1 / known.answered - 1), hazards.intake, group.delta,
        )  # fmt: skip
    return found


def avoided(p: float, arrives: float, ends: float) -> float:
    """The years of a wrong entry that a call avoids, beside one that is made when doubt is as large again.

    The index of Whittle for a doubt that grows evenly from nothing and is gone after a call: near ``p * p`` over twice
    its growth, while it grows; ``p`` times the years it stays, once it is larger than it would ever grow by itself.

    Args:
        p: the probability that it is wrong.
        arrives: how much of what is right becomes wrong in a year.
        ends: how often in a year what is wrong ends by itself.
    """
    part = p * ends / arrives
    if part >= 1:
        return p / ends
    if part < _SMALL:
        return p * p / (2 * arrives)
    return (part + (1 - part) * math.log1p(-part)) * arrives / ends**2


def weigh(candidate: Candidate, *, day: int, scale: Scale, figures: Figures) -> Weighed:
    """What a call about this listing is worth on a day, and what it takes.

    Args:
        candidate: the listing.
        day: a day number.
        scale: of its group.
        figures: the reviewed ones.
    """
    chances = candidate.chances
    if candidate.is_disputed:
        chances = weighed(chances, figures.disputed.ratio, PHONE)
    wrong = sum(chances)
    p_wrong = wrong / (1 + wrong)
    # What a machine will soon miss is worth a call only for the time until then.
    silent, arrives, worth = p_wrong, scale.arrives, 0.0
    for trace in candidate.live:
        shown = chances[_SHOWN[trace]] / (1 + wrong)
        comes, goes = scale.shown[trace]
        worth += avoided(shown, comes, scale.noticed + goes)
        silent -= shown
        arrives -= comes
    worth += avoided(max(0.0, silent), arrives, scale.noticed)
    minutes = figures.minutes
    second = p_wrong * minutes.second_person if candidate.needs_second_person else 0.0
    if candidate.attempts >= figures.attempts.look_into:
        spent = minutes.research + second
        return Weighed(candidate, "liveness", scale.weight * worth, spent, spent, second, is_looked_into=True)
    found_out = p_wrong * minutes.research + second
    tier: Tier = "liveness"
    alone, further = minutes.liveness, minutes.further_liveness
    if candidate.full_on is None or day - candidate.full_on > figures.update.days:
        tier, alone, further = "full", minutes.full, minutes.further_full
        details = avoided(_p_details_changed(candidate, day, scale), scale.intake, scale.intake)
        worth += figures.update.weight * details
    alone, further = alone + scale.silence + found_out, further + found_out
    return Weighed(candidate, tier, scale.weight * worth, alone, further, second, is_looked_into=False)


def _p_details_changed(candidate: Candidate, day: int, scale: Scale) -> float:
    """That hours, intake or languages are otherwise by now."""
    if candidate.full_on is None:
        since, right = candidate.since or day, 1 - scale.delta
    else:
        since, right = candidate.full_on, 1.0
    return 1 - right * math.exp(-scale.intake * max(0, day - since) / YEAR_DAYS)
