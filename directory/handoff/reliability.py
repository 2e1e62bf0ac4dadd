"""How calls to a listing went, summed up: what readers see of it, and what the program sees before. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from directory.handoff.policy import BANDS, LEAST, RELIABILITY_WEEKS, SPOKEN, last_week

_WEEK = 7


class Told(NamedTuple):
    """What people who are signed in told of one week: the number of its Monday, and how often it ended so."""

    week: int
    outcome: str
    reply_band: int
    n: int


class Reliability(msgspec.Struct, frozen=True):
    """How calls of the last weeks went.

    Attributes:
        tries: of how many calls was told.
        answered: how often somebody answered.
        full: how often they had no room.
        first: the Monday of the first week that has any.
        last: the Sunday of the last one.
        usual: the band of minutes in which half of them or more had spoken with somebody; None where too few told.
    """

    tries: int
    answered: int
    full: int
    first: dt.date
    last: dt.date
    usual: int | None


def reliability(told: Iterable[Told], *, today: dt.date, for_program: bool = False) -> Reliability | None:
    """What the last ``policy.RELIABILITY_WEEKS`` weeks come to; None where too few calls were told of.

    Only weeks that may be shown count, see ``policy.last_week``.
    """
    last = last_week(today, for_program=for_program)
    counted = [one for one in told if last - RELIABILITY_WEEKS * _WEEK < one.week <= last]
    outcomes, bands = Counter[str](), Counter[int]()
    for one in counted:
        outcomes[one.outcome] += one.n
        if one.reply_band:
            bands[one.reply_band] += one.n
    if outcomes.total() < LEAST:
        return None
    weeks = [one.week for one in counted]
    return Reliability(
        tries=outcomes.total(),
        answered=sum(n for outcome, n in outcomes.items() if outcome in SPOKEN),
        full=outcomes["full"],
        first=dt.date.fromordinal(min(weeks)),
        last=dt.date.fromordinal(max(weeks) + _WEEK - 1),
        usual=_median(bands),
    )


def _median(bands: Counter[int]) -> int | None:
    if bands.total() < LEAST:
        return None
    within = 0
    for band in BANDS:
        within += bands[band]
        if 2 * within >= bands.total():
            return band
    return None
