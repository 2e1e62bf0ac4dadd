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

from directory.freshness.parameters import Group, Parameters, Trace

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


class Model:
    """The chances of the listings of one group."""

    def __init__(self, figures: Parameters, group: Group) -> None:
        self.figures = figures
        self.group = group
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
        self._rates: dict[int, tuple[float, ...]] = {}
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
        years = min(days, _MOST_DAYS) / YEAR_DAYS
        fails, ends, goes = self._phone, self._closed, YEAR_DAYS / self._traces.phone.tau_days
        q = self._traces.phone.q
        right, alive, shown = self._decays(min(days, _MOST_DAYS), years)[:3]
        # A number that is wrong while the page shows it: what was so, and what becomes so.
        steady = fails * q / (goes - fails)
        fading = chances.phone_shown - steady
        phone_shown = fading * shown + steady * right
        phone_mute = (chances.phone_mute + 1 - q) * alive - (1 - q) * right
        phone_gone = chances.phone_gone * alive + fading * (alive - shown) + steady * goes / fails * (alive - right)
        # Of those that are right or whose page has not changed, which end meanwhile, by the rate at which each fades.
        sources = (
            (steady + q, fails + ends, right),
            (chances.phone_mute + 1 - q, ends, alive),
            (fading, ends + goes, shown),
        )
        lived = sum(part * (1 - decay) / rate for part, rate, decay in sources)
        closed: list[float] = []
        for place, (rate_of_end, trace) in zip((3, 6), self._ends, strict=True):
            closed += self._ended(
                chances[place : place + 3], rate_of_end, trace, sources=sources, lived=lived, days=days
            )
        everyone = 1 + sum(chances[:3])
        later = chances.closed_later + everyone * (1 - alive) - ends * lived
        found = (phone_shown, phone_gone, phone_mute, *closed, later)
        return Chances(*[min(_MOST, max(0.0, part / right)) for part in found])

    def _ended(
        self,
        before: tuple[float, ...],
        rate: float,
        trace: Trace,
        *,
        sources: Iterable[tuple[float, float, float]],
        lived: float,
        days: int,
    ) -> tuple[float, float, float]:
        """What has ended, with its trace: shown, gone, mute; in parts of those that were right before."""
        goes = YEAR_DAYS / trace.tau_days
        fades = math.exp(-goes * min(days, _MOST_DAYS) / YEAR_DAYS)
        arrived = rate * trace.q * sum(part * (decay - fades) / (goes - r) for part, r, decay in sources)
        shown = before[0] * fades + arrived
        gone = before[1] + before[0] + rate * trace.q * lived - shown
        return shown, gone, before[2] + rate * (1 - trace.q) * lived

    def _decays(self, days: int, years: float) -> tuple[float, ...]:
        """How much is left of what is right, of what is offered, and of a wrong number that is still shown."""
        found = self._rates.get(days)
        if found is None:
            goes = YEAR_DAYS / self._traces.phone.tau_days
            found = (
                math.exp(-(self._phone + self._closed) * years),
                math.exp(-self._closed * years),
                math.exp(-(self._closed + goes) * years),
            )
            self._rates[days] = found
        return found

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
