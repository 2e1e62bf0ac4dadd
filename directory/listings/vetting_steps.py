"""The steps of vetting in their order, and in which state those that are current leave a program. Pure.

Steps are facts (``vetting``, the slot is the step), so whoever reads facts can tell the state; what may follow what,
and by how many people, stands in ``directory.vetting.policy``.
"""

from collections.abc import Collection
from typing import Literal, get_args

Step = Literal["recruited", "screened", "trained", "agreement-signed", "active", "paused", "removed"]
STEPS: tuple[Step, ...] = get_args(Step)
# What was looked at, each with its own end; the others say where a program stands.
LOOKED_AT: tuple[Step, ...] = ("screened", "trained", "agreement-signed")
# Nobody finds what stands here (CONTRACTS: searchable), whatever a source says meanwhile.
KEPT_AWAY: frozenset[Step] = frozenset({"paused", "removed"})


def state_of_steps(steps: Collection[str]) -> Step | None:
    """The state of a program by its current steps: the last of them in order; None where vetting never began.

    To be paused or removed comes last, so it holds until somebody ends it, whatever else is said.
    """
    return next((step for step in reversed(STEPS) if step in steps), None)


def is_kept_away(steps: Collection[str]) -> bool:
    """Whether nobody is to find a program with these current steps."""
    return not KEPT_AWAY.isdisjoint(steps)
