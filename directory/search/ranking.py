"""The order of what fits: kilometres, with everything that is not known of a listing counted as kilometres too.

The order is by ``score_km``: the distance, plus penalties that are never more than ``MOST_PENALTY_KM`` in all. So a
listing is never sorted behind another that is farther away by more than that, however little is known of it. The
search writes the same figures into its SQL; they stand here and nowhere else.
"""

import math
from typing import Literal

import msgspec

# Needs that nobody has answered. One costs UNKNOWN_NEED_KM; when many are asked they share UNKNOWN_NEEDS_KM.
UNKNOWN_NEED_KM = 8.0
UNKNOWN_NEEDS_KM = 24.0
# A language through an interpreter on request is a yes, and a little less than somebody on the staff who speaks it.
INTERPRETED_SHARE = 0.5
# Nobody has confirmed the number within the year, or ever.
STALE_KM = 6.0
NEVER_CONFIRMED_KM = 8.0
# The last that was heard of the number is that it does not work.
MAY_NOT_WORK_KM = 8.0
MOST_PENALTY_KM = UNKNOWN_NEEDS_KM + NEVER_CONFIRMED_KM + MAY_NOT_WORK_KM

Extent = Literal["county", "state", "nation"]
# A line for a whole county is as near as something 10 km away, wherever in the county one asks.
WIDE_KM: dict[Extent, float] = {"county": 10.0, "state": 25.0, "nation": 50.0}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a listing against a question.

    Attributes:
        needs: how many needs were asked.
        unknown: how many of them nobody has answered.
        interpreted: how many languages there are only through an interpreter on request.
        confirmed: whether its number was confirmed, and within the year.
        may_not_work: the last that was heard of its number is that it does not work.
    """

    needs: int = 0
    unknown: int = 0
    interpreted: int = 0
    confirmed: Literal["fresh", "stale", "never"] = "fresh"
    may_not_work: bool = False


def unknown_need_km(needs: int) -> float:
    """What one unanswered need costs when so many were asked."""
    return min(UNKNOWN_NEED_KM, UNKNOWN_NEEDS_KM / max(needs, 1))


def penalty_km(standing: Standing) -> float:
    """What is not known, in kilometres: 0 to ``MOST_PENALTY_KM``."""
    unknown = standing.unknown + INTERPRETED_SHARE * standing.interpreted
    confirmed = {"fresh": 0.0, "stale": STALE_KM, "never": NEVER_CONFIRMED_KM}[standing.confirmed]
    broken = MAY_NOT_WORK_KM if standing.may_not_work else 0.0
    return unknown_need_km(standing.needs) * unknown + confirmed + broken


def score_km(distance_km: float | Extent | None, standing: Standing) -> float:
    """The score by which results are ordered, the lowest first.

    ``distance_km`` is a distance, the extent of what an area-wide service covers, or None when no place was asked for.
    """
    base = WIDE_KM[distance_km] if isinstance(distance_km, str) else distance_km or 0.0
    return round_km(base + penalty_km(standing))


def round_km(km: float) -> float:
    """A score to the metre, so that what differs in the last digits of a sum is a tie, on either database."""
    return math.floor(km * 1000 + 0.5) / 1000
