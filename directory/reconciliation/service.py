"""Reconcile: hold what is stored and shown against what the audit chain says was approved (SAFETY I13)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.verification import Trust
from directory.db import Database
from directory.reconciliation.alarm import Alarm
from directory.reconciliation.chain import read_chain
from directory.reconciliation.changes import Ledger, check_changes, check_facts, check_records
from directory.reconciliation.second_person import check_second_person
from directory.reconciliation.shown import check_shown
from directory.reconciliation.withdrawn import check_withdrawn

# Whoever changes a thousand values is not told a thousand times.
MOST_ALARMS = 200
_NOTHING_TRUSTED = Trust()


def reconcile(database: Database, *, now: dt.datetime, trust: Trust = _NOTHING_TRUSTED) -> list[Alarm]:
    """Compare everything and change nothing; nothing is returned when all is as it was approved.

    What it can tell: a value that somebody wrote behind the verbs' back, a fact or record that was brought back, ended
    or hidden, a card or posting that says something else than the facts, a change of something verified by one person
    alone, and a chain that was tampered with. What it cannot: a changed street or free text whose card was changed
    alike, for the chain holds no trace of those; and what a program with all rights did in the very way of the verbs.

    Args:
        database: is read in one consistent state.
        now: the present, as cards tell it.
        trust: what the chain is held against (``directory.audit.verification.trust_of``).

    Returns:
        At most ``MOST_ALARMS``, in the order in which they should be looked at.
    """
    alarms: list[Alarm] = []
    with _one_state(database) as session:
        for alarm in _all(session, trust, now):
            alarms.append(alarm)
            if len(alarms) >= MOST_ALARMS:
                break
    return alarms


def _all(session: Session, trust: Trust, now: dt.datetime) -> Iterator[Alarm]:
    chain = read_chain(session, trust, now=now)
    yield from chain.alarms
    if chain.is_whole:
        ledger = Ledger(session, chain)
        for check in (check_changes(ledger), check_facts(session, ledger), check_records(session, ledger)):
            yield from _readable(check)
        yield from _readable(check_second_person(session, ledger))
        yield from _readable(check_withdrawn(session))
    yield from _readable(check_shown(session, now=now))


def _readable(check: Iterable[Alarm]) -> Iterator[Alarm]:
    """The alarms of a check; one more when something is stored that cannot even be read."""
    try:
        yield from check
    except (sa.exc.DBAPIError, UnicodeError, ValueError):
        yield Alarm("record", "database", "Something is stored that cannot be read as what it should be.")


@contextmanager
def _one_state(database: Database) -> Iterator[Session]:
    """A session that sees one state however long it looks; what is written meanwhile would look like a difference."""
    if not database.is_sqlite:
        engine = database.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    else:
        engine = database.engine.execution_options(sqlite_begin="DEFERRED")
    with Session(engine) as session, session.begin():
        yield session
