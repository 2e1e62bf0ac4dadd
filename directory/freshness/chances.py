"""What may have become of a listing, as ratios to its being right; how that moves by itself and by evidence. Pure.

Hidden states: the listing is right; its number is wrong; its organization is gone; its service has ended. Each of the
wrong ones with what became of its trace (the number on the own page, the own site, the service's name there): still
there, gone since, or one that never goes. A trace that is seen rules out the states in which it is gone; one that goes
is either the change or a new design (FRESHNESS 3.1). Between two events everything is exact: the equations of a chain
with constant rates are solved, not stepped through.

A ratio (of a state to being right) never falls by time, and falls by support in every state at once, so no support can
make a listing more doubtful, whatever comes after it.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from directory.freshness.observations import roles_of
from directory.freshness.parameters import Group, Parameters

YEAR_DAYS = 365
# Beyond this nothing changes: 1 : 10^9, and a hundred years.
_MOST = 1e9
_MOST_DAYS = 36_500


class Chances(NamedTuple):
    """Ratios to the state in which everything is right."""

    phone_shown: float  # the number is wrong, and the own page still shows it
    phone_gone: float
    phone_mute: float  # wrong, and no page will ever tell
    site_shown: float  # the organization is gone, and its site still stands
    site_gone: float
    site_mute: float
    service_shown: float  # the service has ended, and the own page still names it
    service_gone: float
    service_mute: float
    closed_later: float  # closed after the number had gone from the page

    @property
    def p_open(self) -> float:
        """That the service is still offered."""
        closed = sum(self[3:])
        return (1 + sum(self[:3])) / (1 + sum(self[:3]) + closed)

    @property
    def p_phone(self) -> float:
        """That the number reaches the service, if that is still offered."""
        return 1 / (1 + sum(self[:3]))

    @property
    def p_right(self) -> float:
        """That the service can be reached: ``p_open * p_phone``."""
        return 1 / (1 + sum(self))


PHONE = (0, 1, 2)
ORGANIZATION = (3, 4, 5)
SERVICE = (6, 7, 8)
CLOSED = (*ORGANIZATION, *SERVICE, 9)
EVERYTHING = (*PHONE, *CLOSED)
# By trace: in which states it is gone.
GONE: dict[str, tuple[int, ...]] = {"phone": (1, 9), "site": (4,), "service": (7,)}


class _Waited(NamedTuple):
    """What a number of days does; everything in parts of what is right after them.

    Attributes:
        alive: of what is offered, what still is.
        shown: of wrong numbers that are shown, what still is.
        whole: what was everything.
        lived: the years that each source of ends was there.
        ends: by trace of an end: what is still shown of it, and what comes of each source.
    """

    alive: float
    shown: float
    whole: float
    lived: tuple[float, float, float]
    ends: tuple[tuple[float, ...], ...]


class Model:
    """The chances of the listings of one group."""

    def __init__(self, figures: Parameters, group: Group) -> None:
        self.figures = figures
        self.group = group
        self.roles = roles_of(figures)
        self._phone = group.hazards.phone
        self._closed = group.hazards.closed
        self._traces = figures.traces
        share = figures.organization_share
        of_phone = self._phone / (self._phone + self._closed)
        self._shares = (of_phone, (1 - of_phone) * share, (1 - of_phone) * (1 - share))
        self._ends = (
            (self._closed * share, figures.traces.site),
            (self._closed * (1 - share), figures.traces.service),
        )
        self._q = figures.traces.phone.q
        goes = YEAR_DAYS / figures.traces.phone.tau_days
        # Numbers that are wrong and still shown, as soon as as many come as go; and how many of them have gone.
        self._steady = self._phone * self._q / (goes - self._phone)
        self._gone = self._steady * goes / self._phone
        self._waited: dict[int, _Waited] = {}
        # As it comes in, and as it is right after somebody has confirmed it.
        self.at_import = self._doubt(group.delta)
        self.confirmed = self._doubt(figures.doubt_after_confirmation)

    def _doubt(self, p: float) -> Chances:
        """A doubt about something whose traces had their time to go."""
        parts: list[float] = []
        for share, trace in zip(
            self._shares, (self._traces.phone, self._traces.site, self._traces.service), strict=True
        ):
            ratio = p / (1 - p) * share
            parts += (0.0, ratio * trace.q, ratio * (1 - trace.q))
        return Chances._make((*parts, 0.0))

    def after(self, chances: Chances, days: int) -> Chances:
        """The same, so many days later, if nothing is heard."""
        if days <= 0:
            return chances
        waited = self._waited.get(days)
        if waited is None:
            waited = self._waited[days] = self._after(min(days, _MOST_DAYS))
        q, steady = self._q, self._steady
        alive, shown, whole = waited.alive, waited.shown, waited.whole
        mute = chances.phone_mute + 1 - q
        fading = chances.phone_shown - steady
        # How long those who may still end were there: that are right, whose page never tells, whose page shows it.
        lived = (steady + q) * waited.lived[0] + mute * waited.lived[1] + fading * waited.lived[2]
        ends: list[float] = []
        for place, (rate, trace), (fades, *arrives) in zip((3, 6), self._ends, waited.ends, strict=True):
            arrived = (steady + q) * arrives[0] + mute * arrives[1] + fading * arrives[2]
            still = chances[place] * fades + rate * trace.q * arrived
            gone = (chances[place] + chances[place + 1]) * whole + rate * trace.q * lived - still
            ends += (still, gone, chances[place + 2] * whole + rate * (1 - trace.q) * lived)
        everyone = 1 + chances[0] + chances[1] + chances[2]
        found = (
            fading * shown + steady,
            chances.phone_gone * alive + fading * (alive - shown) + self._gone * (alive - 1),
            mute * alive - 1 + q,
            *ends,
            chances.closed_later * whole + everyone * (whole - alive) - self._closed * lived,
        )
        if min(found) < 0 or max(found) > _MOST:
            found = tuple(0.0 if one < 0 else min(one, _MOST) for one in found)
        return Chances._make(found)

    def _after(self, days: int) -> "_Waited":
        """What so many days do, in parts of what is right after them."""
        years = days / YEAR_DAYS
        fails, ends, goes = self._phone, self._closed, YEAR_DAYS / self._traces.phone.tau_days
        # By which rate each of those fades who may still end, in the order of `lived`.
        rates = (fails + ends, ends, ends + goes)
        decays = [math.exp(-rate * years) for rate in rates]
        whole = 1 / decays[0]
        arrives = []
        for _, trace in self._ends:
            told = YEAR_DAYS / trace.tau_days
            fades = math.exp(-told * years)
            arrived = ((decay - fades) / (told - rate) * whole for rate, decay in zip(rates, decays, strict=True))
            arrives.append((fades * whole, *arrived))
        lived = [(1 - decay) / rate * whole for rate, decay in zip(rates, decays, strict=True)]
        return _Waited(decays[1] * whole, decays[2] * whole, whole, (lived[0], lived[1], lived[2]), tuple(arrives))

    def days_until(self, chances: Chances, p_wrong: float) -> int:
        """After how many days without news the listing is wrong with this probability; 0 if it is now."""
        right = chances.p_right
        if 1 - right >= p_wrong:
            return 0
        rate = (self._phone + self._closed) / YEAR_DAYS
        return math.ceil(math.log(right / (1 - p_wrong)) / rate)


def weighed(chances: Chances, ratio: float, states: Iterable[int]) -> Chances:
    """After evidence that is ``ratio`` times as likely in these states as in the one where all is right."""
    found = list(chances)
    for state in states:
        found[state] = min(_MOST, found[state] * ratio)
    return Chances(*found)


def at_most(chances: Chances, others: Chances, states: Iterable[int]) -> Chances:
    """No more doubt in these states than ``others`` have."""
    found = list(chances)
    for state in states:
        found[state] = min(found[state], others[state])
    return Chances(*found)


def supported(chances: Chances, ratio: float, floor: Chances, states: Iterable[int]) -> Chances:
    """After support: as ``weighed``, but what somebody just confirmed does not become more certain than that."""
    found = list(chances)
    for state in states:
        found[state] = min(found[state], max(found[state] * ratio, floor[state]))
    return Chances(*found)


def with_trace(chances: Chances, trace: str) -> Chances:
    """After the trace was seen: what it would have gone with is ruled out."""
    found = list(chances)
    for state in GONE[trace]:
        found[state] = 0.0
    return Chances(*found)


def without_trace(chances: Chances, trace: str, false_loss: float) -> Chances:
    """After the trace has gone, which happens with probability ``false_loss`` where nothing has changed."""
    return weighed(chances, 1 / false_loss, GONE[trace])
