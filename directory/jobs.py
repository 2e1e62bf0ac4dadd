"""Work that time itself makes necessary."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from directory.audit.verification import trust_of
from directory.cards.queries import lapsed
from directory.db import Database, in_portions
from directory.errors import BadInputError
from directory.integrity.service import do_what_is_due
from directory.listings.service import touch
from directory.mail.models import Job
from directory.reconciliation.alarm import Alarm
from directory.reconciliation.letters import mail_alarms
from directory.reconciliation.service import reconcile
from directory.settings import Settings

RECONCILE = "reconcile"


def refresh_lapsed_cards(database: Database) -> int:
    """Rebuild the cards on which something lapsed by itself (an expiry, the end of a closure); return their number."""
    with database.reading() as session:
        due = lapsed(session, now=session.info["now"])
    for portion in in_portions(due, 500):
        with database.transaction() as session:
            touch(session, *portion)
    return len(due)


def reconcile_all(database: Database, settings: Settings) -> list[Alarm]:
    """Do what is due, then hold everything that is stored against what was approved; return the differences.

    The job ``reconcile`` notes whether all was well. Of differences everybody who keeps the directory gets a letter: at
    once, and then once a day while they are the same.
    """
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        do_what_is_due(session, now=now)
    try:
        alarms = reconcile(database, now=now, trust=trust_of(settings))
    except BadInputError:
        words = "What the audit is held against, beside its key, is damaged."
        alarms = [Alarm("audit", "key", words), *reconcile(database, now=now)]
    note_alarms(database, alarms, job=RECONCILE)
    return alarms


def note_alarms(database: Database, alarms: list[Alarm], *, job: str) -> None:
    """Note in the row of a job that all is well, or that it is not; and then tell everybody who keeps the directory."""
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        noted = session.get(Job, job)
        if noted is None:
            noted = Job(name=job, last_ok_at=None, last_error=None)
            session.add(noted)
        if not alarms:
            noted.last_ok_at, noted.last_error = now, None
            return
        wrong = f"{len(alarms)} differences, {_mark(alarms, now.date())}"
        if wrong != noted.last_error:
            mail_alarms(session, alarms, now=now)
        noted.last_error = wrong


def _mark(alarms: Iterable[Alarm], day: dt.date) -> str:
    """What tells the same alarms on the same day from others."""
    told = " ".join(sorted(f"{alarm.kind} {alarm.subject}" for alarm in alarms))
    return hashlib.sha256(f"{day} {told}".encode()).hexdigest()[:12]
