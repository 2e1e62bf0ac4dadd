"""Stopping letters that somebody had written to many programs: what has not gone out does not, what has stays good."""

import datetime as dt
import hashlib

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.service import Act, record
from directory.confirming.models import Confirmation
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.mail.models import Outbox
from directory.mail.naming import name_of
from directory.people.actor import Actor
from directory.people.models import Person

# The letter with a link to a listing (``confirming.service``).
LETTER = "look-over"
_STOPPED = "letters.stopped"


class Going(msgspec.Struct, frozen=True):
    """Letters of one person (a public id and a name) that have not gone out.

    ``tried`` of them may be out; ``may_stop`` is whether the viewer may stop them.
    """

    person: str
    name: str
    waiting: int
    tried: int
    may_stop: bool


class Stopped(msgspec.Struct, frozen=True):
    """That somebody stopped letters: when, by whom, whose, and how many did not go out."""

    at: dt.datetime
    by: str
    whose: str
    letters: int


def going(session: Session, *, by: Actor) -> list[Going]:
    """Whose letters to programs wait to go out; those of the clock are nobody's."""
    of_person: dict[int, list[Outbox]] = {}
    for letter, link in _waiting(session):
        if link.requested_by is not None:
            of_person.setdefault(link.requested_by, []).append(letter)
    found = []
    for person_id, letters in sorted(of_person.items()):
        person = session.get_one(Person, person_id)
        tried = sum(letter.attempts > 0 for letter in letters)
        may_stop = by.role == "admin" or by.id == person_id
        found.append(Going(str(person.public_id), person.name, len(letters), tried, may_stop))
    return found


def stop(session: Session, person: str, *, by: Actor, now: dt.datetime) -> int:
    """Let the letters of somebody that wait not go out; return how many.

    A letter that was never tried is as if it had not been written: its program can be asked again. One that was tried
    may have arrived, so it is tried no more, and its link stays good. What is being sent at this moment goes out.

    Args:
        session: a writing session.
        person: the public id of whoever had them written.
        by: who stops them: the same person, or an admin.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such person.
        RefusedError: ``by`` is neither, or nothing waits.
    """
    queue_writers(session)
    # Also of somebody who was removed since: what they began goes on.
    whose = next((one for one in session.scalars(sa.select(Person)) if str(one.public_id) == person), None)
    if whose is None:
        raise NotFoundError("There is no such person.")
    if by.role != "admin" and by.id != whose.id:
        raise RefusedError("Whoever had the letters written stops them, or an admin.")
    stopped = 0
    for letter, link in _waiting(session):
        if link.requested_by != whose.id:
            continue
        gone = session.scalar(
            sa.delete(Outbox).where(Outbox.id == letter.id, Outbox.sent_at.is_(None)).returning(Outbox.attempts)
        )
        if gone == 0:
            session.execute(sa.delete(Confirmation).where(Confirmation.key_hash == link.key_hash))
        stopped += gone is not None
    if not stopped:
        raise RefusedError("No letter waits any more.")
    session.expire_all()
    record(session, [Act(_STOPPED, person, {"letters": stopped}, by.id)], now=now)
    return stopped


def was_stopped(session: Session, by: Actor, *, since: int) -> bool:
    """Whether somebody's letters were stopped after a place in the chain."""
    later = sa.select(AuditEntry.seq).where(
        AuditEntry.verb == _STOPPED, AuditEntry.seq > since, AuditEntry.subject == by.public_id
    )
    return session.scalar(later.limit(1)) is not None


def stops(session: Session, *, now: dt.datetime, days: int = 90) -> list[Stopped]:
    """Whose letters were stopped in the last days, the latest first."""
    entries = session.execute(
        sa.select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.by_id)
        .where(AuditEntry.verb == _STOPPED, AuditEntry.at > now - dt.timedelta(days=days))
        .order_by(AuditEntry.seq.desc())
    ).all()
    names = {str(one.public_id): one.name for one in session.scalars(sa.select(Person))} if entries else {}
    return [
        Stopped(
            entry.at, by or "", names.get(entry.subject, ""), int(msgspec.json.decode(entry.body)["body"]["letters"])
        )
        for entry, by in entries
    ]


def _waiting(session: Session) -> list[tuple[Outbox, Confirmation]]:
    """Letters to programs that have not gone out, each with its link."""
    letters = session.scalars(
        sa.select(Outbox)
        .where(Outbox.template == LETTER, Outbox.sent_at.is_(None), Outbox.fields != "{}")
        .order_by(Outbox.id)
    ).all()
    if not letters:
        return []
    since = sa.select(Confirmation).where(Confirmation.used_at.is_(None), Confirmation.returned_at.is_(None))
    links = {link.message_hash: link for link in session.scalars(since)}
    named = [(one, _hash(name_of(one.id, one.recipient, one.template, one.fields))) for one in letters]
    return [(letter, links[name]) for letter, name in named if name in links]


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
