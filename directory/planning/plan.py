"""The calls that fill a number of minutes: which listings, in which order, how, and why. Pure.

In this order minutes are given away: to listings that an audit drew; to those that people here want called this month;
in the first days of a deployment to hotlines, shelters and forensic examinations; to listings that nobody stood up for
in twelve months, at most half of the minutes; to a few of which somebody says that they run them; and what is left to
the calls that avoid the most harm a minute.
Whatever a call is made for, the other listings of the organization are asked about in it when that is worth the further
minutes.
"""

import heapq
import math
import random as randomness
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from directory.freshness.parameters import Parameters
from directory.planning.figures import Figures
from directory.planning.figures import figures as reviewed
from directory.planning.why import Kind, Why, stood_up_on, why
from directory.planning.worth import Candidate, Tier, Weighed, scales_of, weigh

# Of the minutes, for programs that say that they run a listing; one call at least.
_WISHED_SHARE = 0.1


class PlannedCall(NamedTuple):
    """One listing to be asked about.

    Attributes:
        call: listings with the same number are asked about in one call; numbers count from 1 in the order of the plan.
        listing: id of its record.
        organization: as its candidate has it.
        tier: the short question whether it can be reached, or the whole entry.
        kind: why it was chosen. An audit draw keeps its kind whatever else would also have called it.
        minutes: expected minutes, the second person's included; those of a call are the sum over its listings.
        second_minutes: the part of ``minutes`` that is the second person's.
        score: worth a minute of its call (expected harm avoided; comparable within one plan only).
        p_wrong: what is believed on the day of the plan.
        why: the reasons, the most important first.
        not_before: the day number from which it can be called; later than the day of the plan only for an audit draw
            that nobody may call yet, which is kept all the same (``minutes`` are then not of this plan).
    """

    call: int
    listing: int
    organization: int | None
    tier: Tier
    kind: Kind
    minutes: float
    second_minutes: float
    score: float
    p_wrong: float
    why: tuple[Why, ...]
    not_before: int


def choose(
    candidates: Iterable[Candidate],
    *,
    minutes: float,
    day: int,
    random: randomness.Random,
    began_on: int | None = None,
    figures: Figures | None = None,
    parameters: Parameters | None = None,
) -> list[PlannedCall]:
    """Choose the calls that fill so many minutes.

    Args:
        candidates: every listing that people are shown, whether it may be called today or not: an audit draws among
            all of them. Those that were drawn before and not reached have ``is_drawn``; they come first and count
            against the share of the audit, so that no draw is replaced by an easier one.
        minutes: of staff, for this plan.
        day: the day number of the plan.
        random: draws the audit; the same seed draws the same listings.
        began_on: the day number on which the deployment began; None = it is not new.
        figures: the reviewed ones unless others are given.
        parameters: those that the candidates' chances were computed with; the reviewed ones unless others are given.

    Returns:
        The calls in the order in which they should be made. They never take more than ``minutes`` together, but for
        audit draws that had to be made.
    """
    known = figures or reviewed()
    everyone = list(candidates)
    groups = (one.group for one in everyone)
    scales = scales_of(groups, figures=known, parameters=parameters)
    weighed = [weigh(one, day=day, scale=scales[one.group], figures=known) for one in everyone]
    filling = _Filling(weighed, minutes, day, known)
    _audit(filling, weighed, random)
    _called_for(filling)
    if began_on is not None and day < began_on + known.ramp.days:
        _ramp(filling)
    _floor(filling)
    _wished(filling)
    _queue(filling)
    return filling.plan()


class _Asked(NamedTuple):
    """A listing in a call, why it is asked about, and the minutes that it adds."""

    weighed: Weighed
    kind: Kind
    minutes: float
    is_further: bool


class _Call:
    """A call in the making."""

    def __init__(self) -> None:
        self.listings: list[_Asked] = []
        self.is_first = False
        # Whose turn it is among what comes first in a new directory.
        self.turn = math.inf

    @property
    def score(self) -> float:
        """Harm avoided a minute."""
        return sum(one.weighed.worth for one in self.listings) / sum(one.minutes for one in self.listings)


class _Filling:
    """Minutes that are being given away."""

    def __init__(self, weighed: Sequence[Weighed], minutes: float, day: int, figures: Figures) -> None:
        self.minutes = minutes
        self.left = minutes
        self.day = day
        self.figures = figures
        self.callable = [one for one in weighed if self.may_call(one.candidate)]
        self.organizations: dict[int, list[Weighed]] = defaultdict(list)
        for one in self.callable:
            if one.candidate.organization is not None:
                self.organizations[one.candidate.organization].append(one)
        for others in self.organizations.values():
            others.sort(key=lambda one: (-one.worth / one.further, one.candidate.listing))
        self.taken: set[int] = set()
        self.calls: list[_Call] = []
        self.call_of: dict[int | None, _Call] = {}
        self.later: list[Weighed] = []

    def may_call(self, one: Candidate) -> bool:
        return one.is_callable and one.wait_until <= self.day

    def is_overdue(self, one: Candidate) -> bool:
        rules = self.figures.floor
        return self.day - stood_up_on(one) > rules.days - rules.lead_days

    def around(self, lead: Weighed) -> list[tuple[Weighed, float]]:
        """A listing, and the others of its organization that are worth the further minutes; each with its minutes.

        Where the organization is called already, the listing joins that call alone.
        """
        organization = lead.candidate.organization
        if organization is None:
            return [(lead, lead.minutes)]
        if organization in self.call_of:
            return [(lead, lead.further)]
        spent, worth = lead.minutes, lead.worth
        found = [(lead, spent)]
        for one in self.organizations[organization]:
            if one is lead or one.candidate.listing in self.taken:
                continue
            # As long as the whole call avoids more harm a minute with it than without.
            if one.worth * spent >= worth * one.further or self.is_overdue(one.candidate):
                found.append((one, one.further))
                worth += one.worth
                spent += one.further
        return found

    def add(self, lead: Weighed, kind: Kind, *, limit: float | None = None) -> float:
        """Plan a call for this listing; return its minutes, or 0 where it does not fit into the limit."""
        if lead.candidate.listing in self.taken:
            return 0.0
        most = self.left if limit is None else limit
        found = self.around(lead)
        spent = sum(minutes for _, minutes in found)
        while found and spent > most:
            spent -= found.pop()[1]
        if not found:
            return 0.0
        organization = lead.candidate.organization
        call = self.call_of.get(organization) if organization is not None else None
        is_joined = call is not None
        if call is None:
            call = _Call()
            self.calls.append(call)
            if organization is not None:
                self.call_of[organization] = call
        if kind == "ramp":
            call.turn = min(call.turn, len(self.taken))
        for one, minutes in found:
            asked = kind if one is lead else self.kind_of(one.candidate)
            call.listings.append(_Asked(one, asked, minutes, is_further=is_joined or one is not lead))
            self.taken.add(one.candidate.listing)
        call.is_first = call.is_first or (kind == "audit" and lead.candidate.is_drawn)
        self.left -= spent
        return spent

    def kind_of(self, one: Candidate) -> Kind:
        """Why a listing would be called if nobody had drawn it."""
        if one.is_reported:
            return "report"
        return "floor" if self.is_overdue(one) else "queue"

    def plan(self) -> list[PlannedCall]:
        """What was given away, in the order of the calls."""
        # What an audit drew earlier has waited already; what comes first in a new directory, kind by kind in turn;
        # everything else by what it is worth.
        ordered = sorted(
            (not call.is_first, call.turn, -call.score, call.listings[0].weighed.candidate.listing, call)
            for call in self.calls
        )
        found = [
            self._planned(number, -score, asked)
            for number, (_, _, score, _, call) in enumerate(ordered, start=1)
            for asked in call.listings
        ]
        for number, one in enumerate(self.later, start=len(ordered) + 1):
            planned = self._planned(
                number, one.worth / one.minutes, _Asked(one, "audit", one.minutes, is_further=False)
            )
            found.append(planned._replace(not_before=max(one.candidate.wait_until, self.day + 1)))
        return found

    def _planned(self, number: int, score: float, asked: "_Asked") -> PlannedCall:
        one, candidate = asked.weighed, asked.weighed.candidate
        told = why(one, asked.kind, is_further=asked.is_further, is_overdue=self.is_overdue(candidate))
        return PlannedCall(
            number, candidate.listing, candidate.organization, one.tier, asked.kind, asked.minutes, one.second, score,
            candidate.p_wrong, told, self.day,
        )  # fmt: skip


def _audit(filling: _Filling, weighed: Sequence[Weighed], random: randomness.Random) -> None:
    """Listings that were drawn and not reached, and as many new draws as the share still allows."""
    if not weighed or filling.minutes <= 0:
        return
    drawn = [one for one in weighed if one.candidate.is_drawn]
    # How many is settled before it is known whom: an expensive listing is drawn as often as a cheap one.
    mean = sum(one.minutes for one in weighed) / len(weighed)
    wanted = filling.minutes * filling.figures.audit.share / mean - len(drawn)
    count = math.floor(wanted) + (random.random() < wanted - math.floor(wanted)) if wanted > 0 else 0
    others = [one for one in weighed if not one.candidate.is_drawn]
    for one in [*drawn, *random.sample(others, min(count, len(others)))]:
        if not filling.may_call(one.candidate):
            if not one.candidate.is_drawn:
                filling.later.append(one)
                filling.taken.add(one.candidate.listing)
        elif one.candidate.listing in filling.taken:
            _keep_kind(filling, one)
        else:
            filling.add(one, "audit", limit=max(filling.left, one.minutes))


def _keep_kind(filling: _Filling, drawn: Weighed) -> None:
    """A listing that joined the call of another draw is a draw too."""
    for call in filling.calls:
        call.listings = [one._replace(kind="audit") if one.weighed is drawn else one for one in call.listings]


def _called_for(filling: _Filling) -> None:
    """What people here said should be called this month, in the order in which they said so."""
    wanted = [one for one in filling.callable if one.candidate.called_for_on]
    for one in sorted(wanted, key=lambda one: (one.candidate.called_for_on, one.candidate.listing)):
        filling.add(one, filling.kind_of(one.candidate))


def _ramp(filling: _Filling) -> None:
    """What nobody ever confirmed, of the kinds that come first: one of each in turn.

    A network may know so many hotlines that no shelter would be called in the first three months.
    """
    new = [one for one in filling.callable if one.candidate.confirmed_on is None]
    queues = [
        sorted(
            (one for one in new if one.candidate.kinds & kinds),
            key=lambda one: (-one.worth / one.minutes, one.candidate.listing),
        )
        for kinds in filling.figures.ramp.kinds
    ]
    for turn in zip_longest(*queues):
        for one in turn:
            if one is not None:
                filling.add(one, "ramp")


def _floor(filling: _Filling) -> None:
    """What nobody stood up for in twelve months, the longest first, within its share."""
    rest = filling.minutes * filling.figures.floor.share
    overdue = [one for one in filling.callable if filling.is_overdue(one.candidate)]
    for one in sorted(overdue, key=lambda one: (stood_up_on(one.candidate), -one.worth / one.minutes)):
        if rest < filling.figures.minutes.further_liveness:
            return
        rest -= filling.add(one, "floor", limit=min(rest, filling.left))


def _wished(filling: _Filling) -> None:
    """Those of which somebody says that they run them, the longest first: a small share, because anybody can say so."""
    rest = filling.minutes * _WISHED_SHARE
    wished = [one for one in filling.callable if one.candidate.wished_on]
    for one in sorted(wished, key=lambda one: (one.candidate.wished_on, one.candidate.listing)):
        spent = filling.add(one, filling.kind_of(one.candidate), limit=min(max(rest, one.minutes), filling.left))
        rest -= spent
        if rest <= 0:
            return


def _queue(filling: _Filling) -> None:
    """What avoids the most harm a minute: whole calls, and what may join a call that is made anyhow."""
    ranked = [_joining(one) for one in filling.callable if one.candidate.organization in filling.call_of]
    for lead in _leads(filling):
        call = filling.around(lead)
        score = sum(one.worth for one, _ in call) / sum(minutes for _, minutes in call)
        ranked.append((-score, lead.candidate.listing, lead))
    heapq.heapify(ranked)
    # What takes more than is left is not looked at one by one.
    least = min(
        (one.further if one.candidate.organization is not None else one.minutes for _, _, one in ranked), default=0
    )
    while ranked and filling.left >= least:
        _, _, one = heapq.heappop(ranked)
        organization = one.candidate.organization
        is_lead = organization is not None and organization not in filling.call_of
        spent = filling.add(one, "report" if one.candidate.is_reported else "queue")
        if spent and is_lead:
            for other in filling.organizations[organization or 0]:
                if other.candidate.listing not in filling.taken:
                    heapq.heappush(ranked, _joining(other))


def _leads(filling: _Filling) -> Iterator[Weighed]:
    """Of each organization that is not called yet, the listing that is worth a call most."""
    leads: dict[int, Weighed] = {}
    for one in filling.callable:
        organization = one.candidate.organization
        if organization in filling.call_of or one.candidate.listing in filling.taken:
            continue
        if organization is None:
            yield one
        elif (lead := leads.get(organization)) is None or one.worth * lead.minutes > lead.worth * one.minutes:
            leads[organization] = one
    yield from leads.values()


def _joining(one: Weighed) -> tuple[float, int, Weighed]:
    return -one.worth / one.further, one.candidate.listing, one
