"""What readers reported to be wrong and nobody has called about since: by listing, with reasons and days.

There is nothing here of who reported: not how many people, not from where. A report changes nothing that anybody sees
but a label (SAFETY I6); a call that finds the listing right ends it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import ReportCount
from directory.people.actor import Actor
from directory.worklist.asked import within
from directory.worklist.models import WorkLine

MOST_SHOWN = 200
_SHOWN = ("listed", "suspended")


class Reason(msgspec.Struct, frozen=True):
    """A reason that was given (of ``freshness.policy.REPORT_REASONS``), and how often; a few a day count at most."""

    code: str
    times: int


class Reported(msgspec.Struct, frozen=True):
    """A listing with its open reports.

    Attributes:
        id: public id of the listing.
        name: of its service.
        organization: its name.
        standing: ``listed`` or ``suspended``.
        reasons: the most frequent first.
        first: the first day of an open report.
        last: the last.
        mark: stands for what is open, so that nobody dismisses what they have not seen (``mark_of``).
    """

    id: str
    name: str
    organization: str
    standing: str
    reasons: tuple[Reason, ...]
    first: dt.date
    last: dt.date
    mark: str


def open_reports(session: Session, *, by: Actor) -> list[Reported]:
    """Listings that readers reported on the day of their last confirmation or later, within somebody's scope.

    Those reported last come first; ``MOST_SHOWN`` at most.
    """
    mine = [] if by.role == "admin" else [within(by)]
    rows = session.execute(
        sa.select(
            WorkLine.public_id, WorkLine.name, WorkLine.organization, WorkLine.standing, ReportCount.reason,
            sa.func.sum(ReportCount.n).label("times"), sa.func.min(ReportCount.day).label("first"),
            sa.func.max(ReportCount.day).label("last"), sa.func.sum(ReportCount.day).label("days"),
        )
        .join(ReportCount, ReportCount.listing_id == WorkLine.listing_id)
        .where(ReportCount.day >= WorkLine.confirmed_on, WorkLine.standing.in_(_SHOWN), *mine)
        .group_by(
            WorkLine.listing_id, WorkLine.public_id, WorkLine.name, WorkLine.organization, WorkLine.standing,
            ReportCount.reason,
        )
    ).all()  # fmt: skip
    by_listing: dict[str, list[Any]] = {}
    for row in rows:
        by_listing.setdefault(str(row.public_id), []).append(row)
    found = [_reported(listing, of_one) for listing, of_one in by_listing.items()]
    return sorted(found, key=lambda one: (-one.last.toordinal(), one.name, one.id))[:MOST_SHOWN]


def open_rows(session: Session, listing_id: int) -> Sequence[ReportCount]:
    """What is open of one listing, row by row."""
    return session.scalars(
        sa.select(ReportCount)
        .join(WorkLine, WorkLine.listing_id == ReportCount.listing_id)
        .where(ReportCount.listing_id == listing_id, ReportCount.day >= WorkLine.confirmed_on)
        .order_by(ReportCount.day, ReportCount.reason)
    ).all()


def mark_of(rows: Iterable[ReportCount]) -> str:
    """The same for the same open reports; counts only grow and days only come, so the sums are enough."""
    found = list(rows)
    return _mark(sum(row.n for row in found), sum(row.day for row in found))


def _mark(times: int, days: int) -> str:
    return f"{times}.{days}"


def _reported(listing: str, rows: Iterable[Any]) -> Reported:
    ordered = sorted(rows, key=lambda row: (-row.times, row.reason))
    one = ordered[0]
    return Reported(
        listing, one.name, one.organization, one.standing, tuple(Reason(row.reason, int(row.times)) for row in ordered),
        dt.date.fromordinal(min(row.first for row in ordered)), dt.date.fromordinal(max(row.last for row in ordered)),
        _mark(sum(row.times for row in ordered), sum(row.days for row in ordered)),
    )  # fmt: skip
