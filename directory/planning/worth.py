"""What a call is worth: the harm it is expected to avoid, and the minutes it is expected to take. Pure.

A listing that is wrong does harm for as long as nobody notices. How long that is depends on what became of it: a number
that the own page still shows will soon be missed there, a service that ended without a trace stays until a call.
A call is worth the harm of that time, by what is believed of the listing, times how much a wrong entry of its group
weighs. No record of what anybody looked for plays a part.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from directory.freshness.chances import PHONE, YEAR_DAYS, Chances, weighed
from directory.freshness.parameters import Parameters
from directory.freshness.parameters import parameters as reviewed
from directory.planning.figures import Figures

Tier = Literal["liveness", "full"]
# By trace: the state in which it is still there although the fact has changed.
_SHOWN = {"phone": 0, "site": 3, "service": 6}


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
    """

    candidate: Candidate
    tier: Tier
    worth: float
    minutes: float
    further: float
    second: float


class Scale(NamedTuple):
    """What is the same for all listings of a group in one plan.

    Attributes:
        weight: harm of a wrong entry.
        unnoticed: years for which what is wrong stays so, if nobody calls now and no trace goes.
        spared: by trace: the part of these years that is spared where a machine will soon miss it.
        silence: expected minutes of attempts that reach nobody.
        intake: how often in a year hours, intake or languages change.
        delta: the probability that they are wrong when a listing comes.
    """

    weight: float
    unnoticed: float
    spared: dict[str, float]
    silence: float
    intake: float
    delta: float


def scales_of(
    groups: Iterable[str], *, minutes_a_month: float, figures: Figures, parameters: Parameters | None = None
) -> dict[str, Scale]:
    """The scale of each group.

    How long what is wrong stays unnoticed is measured by the rhythm of calls: the years between two of them, if all
    minutes went to calls at the best constant rhythm, which is the square root of weight times hazard.

    Args:
        groups: of each listing.
        minutes_a_month: how much time people have.
        figures: the reviewed ones.
        parameters: those that the chances were computed with; the reviewed ones unless others are given.
    """
    counts = Counter(groups)
    minutes = figures.minutes
    believed = parameters or reviewed()
    by_code = {group.code: group for group in believed.groups}
    groups_of = {code: by_code.get(code, believed.groups[-1]) for code in counts}
    hazards = {code: group.hazards for code, group in groups_of.items()}
    goes = {trace: YEAR_DAYS / float(getattr(believed.traces, trace).tau_days) for trace in _SHOWN}
    known = {code: figures.of_group(code) for code in counts}
    silence = {code: minutes.unanswered * (1 / known[code].answered - 1) for code in counts}
    pace = {code: math.sqrt(known[code].weight * (hazards[code].closed + hazards[code].phone)) for code in counts}
    calls = math.fsum(count * pace[code] * (minutes.liveness + silence[code]) for code, count in counts.items())
    rhythm = calls / max(1.0, minutes_a_month * 12)
    found = {}
    for code, group in known.items():
        noticed = figures.unnoticed.rhythm * pace[code] / rhythm + group.reports
        spared = {trace: 1 / noticed - 1 / (noticed + goes[trace]) for trace in _SHOWN}
        found[code] = Scale(
            group.weight, 1 / noticed, spared, silence[code], hazards[code].intake, groups_of[code].delta
        )
    return found


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
    harm = wrong * scale.unnoticed
    for trace in candidate.live:
        # It would be missed there soon: most of this harm is avoided without a call.
        harm -= chances[_SHOWN[trace]] * scale.spared[trace]
    worth = harm / (1 + wrong)
    minutes = figures.minutes
    second = p_wrong * minutes.second_person if candidate.needs_second_person else 0.0
    found_out = p_wrong * minutes.research + second
    tier: Tier = "liveness"
    alone, further = minutes.liveness, minutes.further_liveness
    if candidate.full_on is None or day - candidate.full_on > figures.update.days:
        tier, alone, further = "full", minutes.full, minutes.further_full
        worth += figures.update.weight * _p_details_changed(candidate, day, scale) * scale.unnoticed
    return Weighed(
        candidate, tier, scale.weight * worth, alone + scale.silence + found_out, further + found_out, second
    )


def _p_details_changed(candidate: Candidate, day: int, scale: Scale) -> float:
    """That hours, intake or languages are otherwise by now."""
    if candidate.full_on is None:
        since, right = candidate.since or day, 1 - scale.delta
    else:
        since, right = candidate.full_on, 1.0
    return 1 - right * math.exp(-scale.intake * max(0, day - since) / YEAR_DAYS)
