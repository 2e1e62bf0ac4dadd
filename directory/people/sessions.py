"""Sessions at the desk: begun with a new key at every sign-in, found by its hash, ended at the server (SAFETY A5)."""

import datetime as dt
import hashlib
import secrets

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import NotFoundError
from directory.people.actor import Actor, Role
from directory.people.models import Person, SignedIn
from directory.people.queries import actor_of

# How long a session of each role lasts without a request; whoever stands in an open console may get longer (A11).
IDLE: dict[Role, dt.timedelta] = {
    "partner": dt.timedelta(minutes=15),
    "coordinator": dt.timedelta(minutes=15),
    "admin": dt.timedelta(minutes=15),
    "law-enforcement": dt.timedelta(minutes=15),
    "neighbour": dt.timedelta(0),
}
LONGEST = dt.timedelta(hours=8)
PROOF_HOLDS = dt.timedelta(minutes=10)
# A request is noted this often at most, so that reading pages writes little.
_NOTED_EVERY = dt.timedelta(minutes=1)


class Seated(msgspec.Struct, frozen=True):
    """Who a key belongs to.

    Attributes:
        actor: the person.
        session_id: the row of the session.
        since: when it began.
        is_unnoted: whether ``note_seen`` should be told that somebody was here.
    """

    actor: Actor
    session_id: int
    since: dt.datetime
    is_unnoted: bool


class OwnSession(msgspec.Struct, frozen=True):
    """One of somebody's open sessions."""

    id: int
    since: dt.datetime
    seen: dt.datetime


def begin(session: Session, person_id: int, *, now: dt.datetime) -> str:
    """Begin a session; return its key, which is stored nowhere. Whoever signs in has just proved that it is them."""
    key = secrets.token_urlsafe(32)
    session.add(
        SignedIn(
            key_hash=_hash(key), person_id=person_id, created_at=now, seen_at=now, expires_at=now + LONGEST,
            stepped_up_at=now,
        )
    )  # fmt: skip
    session.flush()
    return key


def session_of(session: Session, key: str, *, now: dt.datetime) -> Seated | None:
    """Who a key belongs to; None when it opens nothing: unknown, ended, idle or open for too long, person removed.

    Only reads, because every request asks it: none waits for whoever writes.
    """
    row = session.scalar(sa.select(SignedIn).where(SignedIn.key_hash == _hash(key)))
    if row is None or row.revoked_at is not None or now >= row.expires_at:
        return None
    proved = row.stepped_up_at is not None and now - row.stepped_up_at < PROOF_HOLDS
    try:
        actor = actor_of(session, row.person_id, stepped_up=proved)
    except NotFoundError:
        return None
    if now - row.seen_at >= IDLE[actor.role]:
        return None
    return Seated(actor, row.id, row.created_at, is_unnoted=now - row.seen_at >= _NOTED_EVERY)


def note_seen(session: Session, session_id: int, *, now: dt.datetime) -> None:
    """Note that somebody was here, so that the session is not idle; wanted once a minute (``Seated.is_unnoted``)."""
    session.execute(sa.update(SignedIn).where(SignedIn.id == session_id).values(seen_at=now))


def step_up(session: Session, session_id: int, *, now: dt.datetime) -> None:
    """Note that whoever sits in a session has just proved again that it is them; holds for ``PROOF_HOLDS``."""
    session.execute(sa.update(SignedIn).where(SignedIn.id == session_id).values(stepped_up_at=now))


def end(session: Session, session_id: int, *, person_id: int, now: dt.datetime) -> None:
    """End one of a person's own sessions; raises ``NotFoundError`` when it is none of theirs."""
    ended = session.execute(
        sa.update(SignedIn)
        .where(SignedIn.id == session_id, SignedIn.person_id == person_id, SignedIn.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(SignedIn.id)
    ).all()
    if not ended:
        raise NotFoundError("There is no such session.")
    person = session.get_one(Person, person_id)
    record(session, [Act("person.signed-out", str(person.public_id), {"session": session_id}, person_id)], now=now)


def end_all(session: Session, person_id: int, *, now: dt.datetime, apart_from: int | None = None) -> None:
    """End every session of a person, but for one."""
    session.execute(
        sa.update(SignedIn)
        .where(SignedIn.person_id == person_id, SignedIn.revoked_at.is_(None), SignedIn.id != (apart_from or 0))
        .values(revoked_at=now)
    )


def list_own(session: Session, person_id: int, *, now: dt.datetime) -> list[OwnSession]:
    """A person's open sessions, the latest first."""
    role: Role = session.get_one(Person, person_id).role  # type: ignore[assignment]
    rows = session.scalars(
        sa.select(SignedIn)
        .where(
            SignedIn.person_id == person_id, SignedIn.revoked_at.is_(None), SignedIn.expires_at > now,
            SignedIn.seen_at > now - IDLE[role],
        )
        .order_by(SignedIn.created_at.desc())
    )  # fmt: skip
    return [OwnSession(row.id, row.created_at, row.seen_at) for row in rows]


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
