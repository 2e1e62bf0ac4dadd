"""Whether anybody still looks after a deployment: a directory without a keeper keeps lying (SAFETY I14)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.mail.models import Job
from directory.people.models import Person

# The job under which the clock of a site notes that it works.
WORKER = "worker"
PEOPLE_SILENT, WORKER_SILENT = dt.timedelta(days=60), dt.timedelta(days=14)
# A machine does these every night in the name of whoever runs the program: that is nobody who looks.
_NOBODYS_WORK = ("audit.anchored", "audit.sealed", "backup.made", "pack.built")


def abandoned_since(session: Session, *, now: dt.datetime) -> dt.date | None:
    """Since when nobody has looked after this deployment; None while somebody does.

    Nobody does when no coordinator or admin has done anything for 60 days (whoever runs the program counts, nightly
    backups and seals do not), or when the clock that once ran has been silent for 14. A deployment without any entry is
    just being set up.
    """
    last = _last_work(session)
    worked = session.scalar(sa.select(Job.last_ok_at).where(Job.name == WORKER))
    silent = [
        at for at, most in ((last, PEOPLE_SILENT), (worked, WORKER_SILENT)) if at is not None and now - at >= most
    ]
    return min(silent).date() if silent else None


def abandoned_from(session: Session) -> dt.date | None:
    """The day from which a deployment counts as abandoned if no coordinator or admin does anything; None before any."""
    last = _last_work(session)
    return (last + PEOPLE_SILENT).date() if last is not None else None


def _last_work(session: Session) -> dt.datetime | None:
    last = session.scalar(
        sa.select(AuditEntry.at)
        .join(Person, Person.id == AuditEntry.by_id)
        .where(Person.role.in_(("coordinator", "admin")), AuditEntry.verb.not_in(_NOBODYS_WORK))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    if last is None:
        last = session.scalar(sa.select(AuditEntry.at).order_by(AuditEntry.seq).limit(1))
    return last
