"""Signing in. Whatever is wrong, it takes as long and comes to the same: nothing (SAFETY A7).

The verbs return who signed in, or None; they raise nothing, because the failure has to be counted and committed.
"""

import datetime as dt
from typing import Literal

import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.people.actor import Actor
from directory.people.codes import use_code
from directory.people.models import Credential, Person
from directory.people.passkeys import Place, person_of_answer
from directory.people.passwords import HASHER, is_right
from directory.people.policy import wait_after
from directory.people.queries import actor_of

FAILED, SIGNED_IN = "person.sign-in-failed", "person.signed-in"
# Whoever tries addresses that nobody has must not fill the chain.
_MOST_UNKNOWN_AN_HOUR = 20


class Compared(msgspec.Struct, frozen=True):
    """What comparing a password came to.

    Attributes:
        person_id: whose it would be; 0 when nobody is known by what was told.
        credential_id: the password it was held against; 0 when they have none.
        is_right: whether it is that one.
    """

    person_id: int
    credential_id: int
    is_right: bool


def compare_password(
    session: Session, password: str, *, email: str = "", person_id: int = 0, hasher: PasswordHasher = HASHER
) -> Compared:
    """Hold a password against that of whoever has this address or number. One is hashed in every case.

    Only reads, so that nobody who writes waits while it is hashed.
    """
    is_them = Person.email == email.strip().casefold() if email else Person.id == person_id
    person = session.scalar(sa.select(Person).where(is_them))
    stored = _held(session, person).get("password")
    is_known = is_right(password, stored.secret if stored else None, hasher=hasher)
    return Compared(person.id if person else 0, stored.id if stored else 0, is_known)


def sign_in_with_password(
    session: Session,
    compared: Compared,
    *,
    code: str,
    desk_key: bytes,
    now: dt.datetime,
    way: Literal["password", "proof"] = "password",
) -> Actor | None:
    """Who signs in, or proves once more that it is them, with a password that was compared; None if nobody does."""
    # From here on one goes after another, so that many guesses at once are counted like many in a row.
    queue_writers(session)
    person = session.get(Person, compared.person_id, populate_existing=True)
    held = _held(session, person)
    stored = held.get("password")
    # It may have been changed, or taken away, since it was compared.
    is_known = compared.is_right and stored is not None and stored.id == compared.credential_id
    blocked = person is not None and person.blocked_until is not None and now < person.blocked_until
    may_use = is_known and person is not None and person.standing == "active" and not blocked
    # The code of somebody else's guess is not used up, but looked at all the same.
    has_code = use_code(session, held.get("totp") if may_use else None, code, desk_key=desk_key, now=now)
    if person is None or not may_use or not has_code:
        if not blocked:
            _note_failure(session, person, now=now)
        return None
    return _let_in(session, person, way=way, now=now)


def sign_in_with_passkey(
    session: Session, *, answer: str, token: str, place: Place, desk_key: bytes, now: dt.datetime, person_id: int = 0
) -> Actor | None:
    """Who signs in with this answer of a passkey, or proves again that they are ``person_id``; None if nobody."""
    queue_writers(session)
    found = person_of_answer(session, answer, token, place=place, desk_key=desk_key, now=now)
    person = session.get(Person, found) if found is not None and person_id in {0, found} else None
    if person is None or person.standing != "active":
        _note_failure(session, None, now=now)
        return None
    return _let_in(session, person, way="passkey", now=now)


def _held(session: Session, person: Person | None) -> dict[str, Credential]:
    found = session.scalars(
        sa.select(Credential)
        .where(Credential.person_id == (person.id if person else 0), Credential.retired_at.is_(None))
        .order_by(Credential.id)
    )
    return {credential.kind: credential for credential in found}


def _let_in(session: Session, person: Person, *, way: str, now: dt.datetime) -> Actor:
    person.failures, person.blocked_until = 0, None
    session.flush()
    record(session, [Act(SIGNED_IN, str(person.public_id), {"way": way}, person.id)], now=now)
    return actor_of(session, person.id, stepped_up=True)


def _note_failure(session: Session, person: Person | None, *, now: dt.datetime) -> None:
    if person is not None:
        person.failures += 1
        wait = wait_after(person.failures)
        person.blocked_until = now + wait if wait else None
        session.flush()
        record(session, [Act(FAILED, str(person.public_id), {"failures": person.failures})], now=now)
        return
    # Read from the end, so that a long chain costs no more than a short one.
    one_before: dt.datetime | None = session.scalar(
        sa.select(AuditEntry.at)
        .where(AuditEntry.verb == FAILED, AuditEntry.subject == "unknown")
        .order_by(AuditEntry.seq.desc())
        .offset(_MOST_UNKNOWN_AN_HOUR - 1)
        .limit(1)
    )
    if one_before is None or one_before <= now - dt.timedelta(hours=1):
        record(session, [Act(FAILED, "unknown", {})], now=now)


def set_password(
    session: Session,
    person_id: int,
    *,
    hashed: bytes,
    sealed_totp: bytes,
    first_step: int,
    now: dt.datetime,
) -> None:
    """Give somebody a password and an app that makes codes, in place of those they had.

    ``hashed`` is ``passwords.hash_of`` a password that was checked, made before the transaction so that nobody who
    writes waits for it. ``first_step`` is the step of the code that they showed the app works with: it is used up.
    """
    session.execute(
        sa.update(Credential)
        .where(
            Credential.person_id == person_id,
            Credential.kind.in_(("password", "totp")),
            Credential.retired_at.is_(None),
        )
        .values(retired_at=now)
    )
    session.add_all(
        [
            Credential(person_id=person_id, kind="password", secret=hashed, created_at=now),
            Credential(person_id=person_id, kind="totp", secret=sealed_totp, counter=first_step, created_at=now),
        ]
    )
    session.flush()
