"""A letter each week to those who want one: how much is due, in numbers, and where the desk is. No name, no topic."""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import queue_writers
from directory.mail.models import Job
from directory.mail.service import note_done, put_out
from directory.people.models import Person, Preference
from directory.people.policy import KEEPERS
from directory.people.queries import actor_of
from directory.worklist.due import due_of

# The name under which it is noted when the letters of a week were put out.
WEEKLY = "weekly"
# From this hour of a working day on, on the clocks of the deployment.
_FROM_HOUR, _WORKING_DAYS = 7, 5


def put_out_weekly(session: Session, *, zone: str, now: dt.datetime) -> int:
    """Put the letters of this week out, if its first working morning has come and they were not; return how many.

    Whoever has nothing to do gets none. It is noted in the same transaction, and writers come one after the other: so
    each letter is put out once, however many clocks run, and a site that was off on Monday catches up.

    Args:
        session: a writing session.
        zone: IANA, of the deployment.
        now: the transaction's time.
    """
    queue_writers(session)
    local = now.astimezone(ZoneInfo(zone))
    if not is_working_morning(local):
        return 0
    noted = session.get(Job, WEEKLY, populate_existing=True)
    if noted is not None and noted.last_ok_at is not None:
        last = noted.last_ok_at.astimezone(ZoneInfo(zone))
        if last.isocalendar()[:2] >= local.isocalendar()[:2]:
            return 0
    wanting = session.execute(
        sa.select(Person.id, Person.email)
        .join(Preference, Preference.person_id == Person.id)
        .where(
            Preference.weekly.is_(True), Person.role.in_(KEEPERS), Person.standing == "active",
            Person.email.is_not(None),
        )
        .order_by(Person.id)
    ).all()  # fmt: skip
    count = 0
    for person, email in wanting:
        due = due_of(session, by=actor_of(session, person), now=now)
        if email is None or due.is_nothing:
            continue
        fields = {
            "when": local.date().isoformat(),
            "calls": str(due.calls),
            "approvals": str(due.approvals),
            "reports": str(due.reports),
            "vetting": str(due.vetting),
            "imports": str(due.imports),
            "duplicates": str(due.duplicates),
        }
        put_out(session, email, "weekly", fields, now=now)
        count += 1
    note_done(session, WEEKLY, now=now)
    return count


def is_working_morning(local: dt.datetime) -> bool:
    """Whether letters that can wait go out now, on the clocks of the deployment: on a working day, from seven."""
    return local.weekday() < _WORKING_DAYS and local.hour >= _FROM_HOUR
