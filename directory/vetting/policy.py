"""What may follow what in vetting, and how many people it takes: the one table. Pure.

Whatever no row names is refused. ``as_markdown`` says the same for people, and SECURITY.md shows it.
"""

import calendar
import datetime as dt
from collections.abc import Mapping

import msgspec

from directory.listings.vetting_steps import LOOKED_AT, STEPS, Step

# Where somebody begins, who was never vetted.
NEW = "new"
# So long a step holds where nobody says otherwise.
USUAL_MONTHS: Mapping[Step, int] = {"screened": 24, "trained": 24, "agreement-signed": 12}
# So long one person pauses alone: to the end of this day after, so never longer than 72 hours (SAFETY I1).
PAUSED_ALONE = dt.timedelta(days=2)
# So long before its end a step is on the list of what expires.
REMINDED_DAYS = 60


class Move(msgspec.Struct, frozen=True):
    """One thing that may be done.

    Attributes:
        before: the state in which it may be; ``NEW`` where vetting never began.
        step: what is done.
        people: how many have to stand behind it.
        after: the state that it makes.
        needs: steps that have to hold on that day.
        ends: steps that hold no longer then.
    """

    before: str
    step: Step
    people: int
    after: Step
    needs: tuple[Step, ...] = ()
    ends: tuple[Step, ...] = ()


def _again(before: Step) -> list[Move]:
    """What was looked at may be looked at again: it would run out otherwise while the rest goes on."""
    reached = STEPS[: STEPS.index(before) + 1]
    return [Move(before, step, 1, before, ends=(step,)) for step in LOOKED_AT if step in reached]


MOVES: tuple[Move, ...] = (
    Move(NEW, "recruited", 1, "recruited"),
    Move("recruited", "screened", 1, "screened"),
    Move("screened", "trained", 1, "trained"),
    Move("trained", "agreement-signed", 1, "agreement-signed"),
    Move("agreement-signed", "active", 2, "active", needs=LOOKED_AT),
    # The brake: one person, at once, from wherever it is. It is let go after three days unless another seconds it.
    *(Move(state, "paused", 1, "paused") for state in STEPS[:5]),
    Move("paused", "paused", 2, "paused"),
    Move("paused", "active", 2, "active", needs=LOOKED_AT, ends=("paused", "active")),
    *(Move(state, "removed", 2, "removed") for state in STEPS[:6]),
    Move(NEW, "removed", 2, "removed"),
    # From the beginning: nothing that was looked at before counts.
    Move("removed", "recruited", 2, "recruited", ends=STEPS),
    *(move for state in STEPS[1:6] for move in _again(state)),
)
_BY_PLACE = {(move.before, move.step): move for move in MOVES}


def move_of(state: Step | None, step: str) -> Move | None:
    """The row of the table; None for what is not lawful."""
    return _BY_PLACE.get((state or NEW, step))  # type: ignore[arg-type]


def moves_from(state: Step | None) -> tuple[Move, ...]:
    """What may be done in a state, in the order of the table."""
    return tuple(move for move in MOVES if move.before == (state or NEW))


def usual_end(step: Step, on: dt.date) -> dt.date | None:
    """Until when a step usually holds; None for one that has no end."""
    months = USUAL_MONTHS.get(step)
    return None if months is None else months_after(on, months)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def as_markdown() -> str:
    """The table as SECURITY.md shows it: moves of one kind in one row."""
    said: dict[tuple[Step, str, int, tuple[Step, ...]], list[str]] = {}
    for move in MOVES:
        after = "stays" if move.after == move.before else move.after
        said.setdefault((move.step, after, move.people, move.needs), []).append(move.before)
    lines = ["| Step | In which state | Which it becomes | Who | What has to hold |", "|---|---|---|---|---|"]
    lines += [
        f"| {step} | {', '.join(before)} | {after} | {'one person' if people == 1 else 'two people'} "
        f"| {', '.join(needs) or 'nothing more'} |"
        for (step, after, people, needs), before in said.items()
    ]
    return "\n".join(lines)
