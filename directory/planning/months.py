"""What was planned and what was done, month by month.

A plan takes the place of the one before it, so how large each was stands in the audit: of a month counts the last one,
with what had been done of the month when it was made.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.timeline import body_of
from directory.planning.models import CallTask

# The verb of the audit.
PLANNED = "plan.made"
MONTHS = 12


class Month(msgspec.Struct, frozen=True):
    """A month (``2026-11``): calls about how many listings were planned (None where nobody planned), and made."""

    month: str
    planned: int | None
    done: int

    @property
    def short_by(self) -> int:
        """How many calls of the plan were not made."""
        return max(0, (self.planned or 0) - self.done)

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date.fromisoformat(f"{self.month}-01")


def months(session: Session, *, day: dt.date) -> list[Month]:
    """The twelve months that end with that of a day, the oldest first."""
    shown = _months_until(day)
    begin = dt.date.fromisoformat(f"{shown[0]}-01")
    done = Counter(
        _month(on)
        for on in session.scalars(sa.select(CallTask.done_on).where(CallTask.done_on >= begin.toordinal()))
        if on is not None
    )
    planned = {
        entry.subject[:7]: _size(entry)
        for entry in session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == PLANNED).order_by(AuditEntry.seq))
    }
    return [Month(month, planned.get(month), done[month]) for month in shown]


def done_in_month(session: Session, *, day: int) -> int:
    """About how many listings calls were made in the month of a day number."""
    begin = dt.date.fromordinal(day).replace(day=1).toordinal()
    return session.scalar(sa.select(sa.func.count()).where(CallTask.done_on >= begin)) or 0


def months_told(found: Sequence[Month]) -> list[str]:
    """What the months show, in sentences."""
    *full, last = found
    planned = [one for one in full if one.planned is not None]
    told = []
    if planned:
        reached = sum(not one.short_by for one in planned)
        told.append(f"The plan was done in {reached} of {len(planned)} full months with a plan.")
        if short := [one for one in planned if one.short_by]:
            told.append(f"{short[-1].first:%B} fell short by {_count(short[-1].short_by)}.")
    if last.planned is not None:
        told.append(f"{last.first:%B} has begun: {last.done:,} of {last.planned:,}.")
    elif last.done:
        told.append(f"{last.first:%B} has begun: {_count(last.done)} made, and no plan yet.")
    else:
        told.append("Nobody has planned calls this month yet.")
    return told


def _size(entry: AuditEntry) -> int:
    body = body_of(entry)
    return sum(part for key in ("listings", "done") if isinstance(part := body.get(key), int))


def _month(number: int) -> str:
    return dt.date.fromordinal(number).isoformat()[:7]


def _months_until(day: dt.date) -> list[str]:
    last = day.year * 12 + day.month - 1
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(last - MONTHS + 1, last + 1)]


def _count(number: int) -> str:
    return f"{number:,} call{'' if number == 1 else 's'}"
