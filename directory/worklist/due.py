"""How much is due of somebody's work: numbers alone, the same for the page of the month and for the weekly letter."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.intake.pairs import count_waiting
from directory.listings.models import Change
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.planning.queries import open_calls
from directory.sources.models import ImportRun
from directory.vetting.queries import expiring
from directory.worklist.asked import within
from directory.worklist.models import WorkLine
from directory.worklist.reports import open_reports


class Due(msgspec.Struct, frozen=True):
    """What waits for somebody.

    Attributes:
        calls: of the plan, within their scope.
        approvals: changes that others proposed there and nobody has decided.
        reports: listings there that readers reported since they were confirmed (``reports.open_reports``).
        vetting: what runs out there within the days of ``vetting.policy``, or has run out.
        imports: runs that are held; only whoever keeps imports decides about them.
        duplicates: pairs there of which nobody said whether they are the same (``pairs.count_waiting``).
    """

    calls: int
    approvals: int
    reports: int
    vetting: int
    imports: int
    duplicates: int

    @property
    def is_nothing(self) -> bool:
        """Whether nothing waits."""
        return not any(msgspec.structs.astuple(self))


def due_of(session: Session, *, by: Actor, now: dt.datetime) -> Due:
    """Count what waits for somebody who keeps listings; all 0 for others."""
    if by.role not in KEEPERS:
        return Due(0, 0, 0, 0, 0, 0)
    mine = [] if by.role == "admin" else [within(by)]
    parts = (WorkLine.listing_id, WorkLine.service_id, WorkLine.organization_id, WorkLine.location_id)
    about_mine = sa.or_(*(Change.subject_id.in_(sa.select(part).where(part.is_not(None), *mine)) for part in parts))
    approvals = sa.select(sa.func.count()).where(
        Change.state == "proposed", Change.decided_by.is_(None),
        sa.or_(Change.proposed_by.is_(None), Change.proposed_by != by.id), about_mine,
    )  # fmt: skip
    held = sa.select(sa.func.count()).where(ImportRun.state == "held")
    return Due(
        calls=len({one.place for one in open_calls(session, now=now, by=by)}),
        approvals=session.scalar(approvals) or 0,
        reports=len(open_reports(session, by=by)),
        vetting=len(expiring(session, on=now.date(), by=by)),
        imports=session.scalar(held) or 0,
        duplicates=count_waiting(session, by=by),
    )
