"""Letters of their own for two things that run out of time: changes that wait for somebody, and papers about to end.

Numbers alone and where the desk is: no name, no topic. They go out on working mornings, and at most one of a kind a day
to anybody; when they did is noted in the same transaction, so a site that was off catches up and nothing is lost.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import queue_writers
from directory.integrity.asking import KEYS
from directory.integrity.in_scope import which_in_scope
from directory.integrity.proposals import case_of
from directory.integrity.protection import REVIEWED
from directory.integrity.table import judge
from directory.listings.models import Change, Record
from directory.mail.models import Job
from directory.mail.service import note_done, put_out
from directory.people.actor import Actor
from directory.people.models import Person
from directory.people.policy import KEEPERS
from directory.people.queries import actor_of
from directory.vetting.queries import Expiring, expiring
from directory.worklist.weekly import is_working_morning

# The name under which it is noted when they were put out.
REMINDERS = "reminders"
# So long before its end a paper is written about, once.
BEFORE_DAYS = 30
# So many proposals are looked at for one person; whoever has more reads them at the desk.
_MOST = 200


def put_out_reminders(session: Session, *, zone: str, now: dt.datetime) -> int:
    """Put the letters of a working morning out, if they were not; return how many.

    Of changes somebody is told who may decide one, when something was proposed since the last morning; of papers who
    works on the program, thirty days before one ends.

    Args:
        session: a writing session.
        zone: IANA, of the deployment.
        now: the transaction's time.
    """
    queue_writers(session)
    local = now.astimezone(ZoneInfo(zone))
    noted = session.get(Job, REMINDERS, populate_existing=True)
    last = noted.last_ok_at if noted is not None else None
    last_day = None if last is None else last.astimezone(ZoneInfo(zone)).date()
    if not is_working_morning(local) or last_day == local.date():
        return 0
    count = 0
    for actor, email in _keepers(session):
        changes = _decidable(session, actor, now=now)
        if any(last is None or change.proposed_at > last for change in changes):
            _write_of_changes(session, email, len(changes), local.date(), now=now)
            count += 1
        ending = _ending(session, actor, last_day, local.date())
        if ending:
            _write_of_papers(session, email, ending, local.date(), now=now)
            count += 1
    note_done(session, REMINDERS, now=now)
    return count


def _write_of_changes(session: Session, email: str, count: int, today: dt.date, *, now: dt.datetime) -> None:
    put_out(session, email, "approvals-due", {"when": today.isoformat(), "approvals": str(count)}, now=now)


def _write_of_papers(session: Session, email: str, ending: list[Expiring], today: dt.date, *, now: dt.datetime) -> None:
    fields = {
        "when": today.isoformat(),
        "checks": _count(ending, "screened"),
        "trainings": _count(ending, "trained"),
        "agreements": _count(ending, "agreement-signed"),
        "evidence": str(sum(one.is_evidence and one.what != REVIEWED for one in ending)),
        "reviews": _count(ending, REVIEWED),
    }
    put_out(session, email, "papers-ending", fields, now=now)


def _keepers(session: Session) -> list[tuple[Actor, str]]:
    rows = session.execute(
        sa.select(Person.id, Person.email)
        .where(Person.role.in_(KEEPERS), Person.standing == "active", Person.email.is_not(None))
        .order_by(Person.id)
    ).all()
    return [(actor_of(session, person, stepped_up=True), email) for person, email in rows if email]


def _decidable(session: Session, actor: Actor, *, now: dt.datetime) -> list[Change]:
    """The proposals that somebody could decide, as soon as the keys are there."""
    waiting = session.execute(
        sa.select(Change, Record)
        .join(Record, Record.id == Change.subject_id)
        .where(
            Change.state == "proposed", Change.decided_by.is_(None),
            sa.or_(Change.proposed_by.is_(None), Change.proposed_by != actor.id),
        )
        .order_by(Change.id.desc())
        .limit(_MOST)
    ).all()  # fmt: skip
    theirs = which_in_scope(session, (target for _, target in waiting), by=actor)
    return [
        change
        for change, target in waiting
        if target.id in theirs and set(judge(case_of(session, change, by=actor, now=now)).missing) <= KEYS
    ]


def _ending(session: Session, actor: Actor, last_day: dt.date | None, today: dt.date) -> list[Expiring]:
    """What has just come within thirty days of its end; at the first time whatever is within them."""
    known_until = None if last_day is None else last_day + dt.timedelta(days=BEFORE_DAYS)
    return [
        one
        for one in expiring(session, on=today, within_days=BEFORE_DAYS, by=actor)
        if not one.has_run_out and (known_until is None or one.expires_on > known_until)
    ]


def _count(ending: list[Expiring], what: str) -> str:
    return str(sum(one.what == what for one in ending))
