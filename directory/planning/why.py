"""Why a listing is called: codes and days, never words or values. Pure."""

from functools import lru_cache
from typing import Literal, NamedTuple

from directory.freshness.parameters import parameters
from directory.planning.worth import Candidate, Weighed

Kind = Literal["queue", "floor", "audit", "report", "ramp"]
WhyCode = Literal[
    "audit", "reported", "disputed", "ramp", "floor", "never-confirmed", "doubt", "harm", "same-call", "confirmed",
    "full-update", "tried", "look-into", "crisis-line", "second-person", "wished",
    "called-for",
]  # fmt: skip


class Why(NamedTuple):
    """One reason for a call, without any value.

    Attributes:
        code: ``audit`` drawn at random; ``reported`` by readers; ``disputed`` between sources; ``ramp`` comes first in
            a new deployment; ``floor`` nobody stood up for it since ``on`` (twelve months); ``never-confirmed`` here
            since ``on``; ``doubt`` as likely wrong as listings are for which a call is due; ``harm`` a wrong entry of
            its group does most harm; ``same-call`` asked about because the organization is called anyhow;
            ``confirmed`` last on ``on``; ``full-update`` is due, the last one was on ``on``; ``tried`` so many times
            (``times``) without reaching anybody; ``look-into`` so many that other ways than a call take less time;
            ``crisis-line`` call off-peak; ``second-person`` a second person's
            minutes are counted; ``wished`` since ``on`` somebody says that they run it, and no letter can go there;
            ``called-for`` since ``on`` somebody here wants it called this month.
        on: a day number; 0 = never, or no day belongs to it.
        times: of ``tried`` and ``look-into``.
    """

    code: WhyCode
    on: int = 0
    times: int = 0


def stood_up_on(one: Candidate) -> int:
    """The day number from which the twelve months count: the last confirmation, or when it came here."""
    return one.since if one.confirmed_on is None else one.confirmed_on


def why(one: Weighed, kind: Kind, *, is_further: bool, is_overdue: bool) -> tuple[Why, ...]:
    """The reasons for asking about a listing, the most important first.

    Args:
        one: the listing.
        kind: why it was chosen.
        is_further: whether its organization is called anyhow.
        is_overdue: whether nobody stood up for it for nearly twelve months.
    """
    candidate = one.candidate
    is_doubted = candidate.p_wrong >= _due(candidate.group)
    stood_up = stood_up_on(candidate)
    chosen: dict[Why, bool] = {
        Why("audit"): kind == "audit",
        Why("called-for", candidate.called_for_on): candidate.called_for_on > 0,
        Why("ramp"): kind == "ramp",
        Why("same-call"): is_further and kind != "audit",
        Why("wished", candidate.wished_on): candidate.wished_on > 0,
        Why("reported"): candidate.is_reported,
        Why("disputed"): candidate.is_disputed,
        Why("floor", stood_up): is_overdue,
        Why("doubt"): is_doubted,
    }
    told = [reason for reason, holds in chosen.items() if holds] or [Why("harm")]
    further: dict[Why, bool] = {
        Why("never-confirmed", candidate.since): candidate.confirmed_on is None,
        Why("confirmed", stood_up): candidate.confirmed_on is not None and not is_overdue,
        Why("full-update", candidate.full_on or 0): one.tier == "full",
        Why("look-into" if one.is_looked_into else "tried", times=candidate.attempts): candidate.attempts > 0,
        Why("crisis-line"): candidate.is_crisis_line,
        Why("second-person"): one.second > 0,
    }
    return (*told, *(reason for reason, holds in further.items() if holds))


@lru_cache(maxsize=64)
def _due(code: str) -> float:
    """The probability of being wrong from which a call of this group is due."""
    groups = parameters().groups
    return next((group for group in groups if group.code == code), groups[-1]).due.p
