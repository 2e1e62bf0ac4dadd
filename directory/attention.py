"""Whether anybody still looks after a deployment: a directory without a keeper keeps lying (SAFETY I14)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.jobs import WORKER
from directory.mail.models import Job
from directory.people.models import Person

PEOPLE_SILENT, WORKER_SILENT = dt.timedelta(days=60), dt.timedelta(days=14)


def abandoned_since(session: Session, *, now: dt.datetime) -> dt.date | None:
    """Since when nobody has looked after this deployment; None while somebody does.

    Nobody does when no coordinator or admin has done anything for 60 days (whoever runs the program counts), or when
    the clock that once ran has been silent for 14. A deployment without any entry is just being set up.
    """
    last = session.scalar(
        sa.select(sa.func.max(AuditEntry.at))
        .join(Person, Person.id == AuditEntry.by_id)
        .where(Person.role.in_(("coordinator", "admin")))
    )
    if last is None:
        last = session.scalar(sa.select(sa.func.min(AuditEntry.at)))
    worked = session.scalar(sa.select(Job.last_ok_at).where(Job.name == WORKER))
    silent = [
        at
        for at, most in ((last, PEOPLE_SILENT), (worked, WORKER_SILENT))
        if at is not None and now - _with_zone(at) >= most
    ]
    return min(_with_zone(at) for at in silent).date() if silent else None


def _with_zone(at: dt.datetime) -> dt.datetime:
    """An aggregate of an embedded database comes without its zone."""
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
