"""What verbs of people leave behind: letters that wait to be sent, and entries of the audit."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.mail.models import Outbox
from directory.people.models import Person


def letters(session: Session) -> list[tuple[str, str]]:
    """To whom, and which letter, sorted."""
    return sorted((letter.recipient, letter.template) for letter in session.scalars(sa.select(Outbox)))


def entries(session: Session) -> list[tuple[str, str]]:
    """What was done, and to whom, in order."""
    return [(entry.verb, entry.subject) for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))]


def all_that_is_audited(session: Session) -> str:
    """The audit as text."""
    return "\n".join(session.scalars(sa.select(AuditEntry.body)))


def fields_of(session: Session, template: str) -> dict[str, Any]:
    """What is filled into the latest letter of a kind."""
    written = session.scalar(sa.select(Outbox.fields).where(Outbox.template == template).order_by(Outbox.id.desc()))
    found: dict[str, Any] = json.loads(written or "{}")
    return found


def id_of(session: Session, person_id: int) -> str:
    """The public id of a person."""
    return str(session.get_one(Person, person_id).public_id)


def find(session: Session, email: str) -> Person:
    """The person with an address."""
    return session.scalars(sa.select(Person).where(Person.email == email)).one()
