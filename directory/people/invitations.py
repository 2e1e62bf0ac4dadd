"""How somebody comes to work here: an invitation, a link that is good once, and a key of their own.

Whoever invites learns nothing: an address that has an account already is answered alike, and its owner gets a letter.
"""

import datetime as dt
import hashlib
import re
import secrets

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.mail.models import Outbox
from directory.mail.service import put_out
from directory.people.actor import ROLES, Actor, Role
from directory.people.letters import tell, tell_admins
from directory.people.models import Link, Person, Scope
from directory.people.policy import MOST_OPEN_INVITATIONS, Scopes, are_scopes, may_invite
from directory.people.queries import actor_of

INVITE_HOLDS, RECOVERY_HOLDS = dt.timedelta(days=7), dt.timedelta(hours=24)
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.IGNORECASE)
_LONGEST_NAME = 80


class Invited(msgspec.Struct, frozen=True):
    """Who a link is for, and what it is for (``invite`` or ``recover``)."""

    person_id: int
    public_id: str
    name: str
    email: str
    purpose: str


def invite(
    session: Session, *, email: str, name: str, role: Role, scopes: Scopes = frozenset(), by: Actor, now: dt.datetime
) -> str:
    """Invite somebody; return the key of their link. It opens nothing when the address has an account already.

    Raises:
        BadInputError: the address, the name, the role or a scope is none.
        RefusedError: ``by`` may not invite so, has not just proved that it is them, or has too many open invitations.
    """
    address, called = _checked(email, name)
    if role not in ROLES:
        raise BadInputError("There is no such role.")
    if not by.stepped_up:
        raise RefusedError("Whoever invites has to show once more that it is them.")
    if not may_invite(by, role, scopes):
        raise RefusedError("You cannot invite to that role or scope.")
    return _invite(session, address, called, role, scopes, by=by.id, now=now)


def invite_from_shell(
    session: Session, *, email: str, name: str, role: Role, scopes: Scopes = frozenset(), by: int, now: dt.datetime
) -> str:
    """The same by whoever runs the program (``service.command_line_person``): first admins come in this way.

    Raises:
        BadInputError: the address, the name or a scope is none.
        RefusedError: the address is invited already, to something else.
    """
    address, called = _checked(email, name)
    return _invite(session, address, called, role, scopes, by=by, now=now, is_from_shell=True)


def first_admin(session: Session, email: str, *, by: int, now: dt.datetime) -> str:
    """Invite the first admin of a deployment; return the key of their link.

    Raises:
        BadInputError: the address is none.
        RefusedError: there is an admin already; admins invite admins.
    """
    admins = sa.select(Person.id).where(Person.role == "admin", Person.standing == "active", Person.email.is_not(None))
    if session.scalar(admins) is not None:
        raise RefusedError("There is an admin already. Admins invite others at the desk.")
    return invite_from_shell(session, email=email, name=email.partition("@")[0], role="admin", by=by, now=now)


def look_at_link(session: Session, key: str, *, now: dt.datetime) -> Invited:
    """Who a link is for. Looking has no effect: scanners of mail look, too.

    Raises:
        NotFoundError: there is no such link, or it was used, or its time is over.
    """
    link = session.get(Link, _hash(key))
    person = session.get(Person, link.person_id) if link is not None else None
    if link is None or person is None or link.used_at is not None or now >= link.expires_at:
        raise NotFoundError("This link is not good any more.")
    if person.standing == "removed":
        raise NotFoundError("This link is not good any more.")
    return Invited(person.id, str(person.public_id), person.name, person.email or "", link.purpose)


def use_link(session: Session, key: str, *, now: dt.datetime) -> Invited:
    """Use a link up, also for whoever tries at the same time; the person is active from now on.

    The caller gives them a password or a passkey in the same transaction, and ends it with an error if that fails.

    Raises:
        NotFoundError: as ``look_at_link``.
    """
    invited = look_at_link(session, key, now=now)
    used = session.execute(
        sa.update(Link)
        .where(Link.key_hash == _hash(key), Link.used_at.is_(None))
        .values(used_at=now)
        .returning(Link.purpose)
    ).first()
    if used is None:
        raise NotFoundError("This link is not good any more.")
    person = session.get_one(Person, invited.person_id)
    person.standing, person.failures, person.blocked_until = "active", 0, None
    session.flush()
    verb, letter = ("person.joined", "joined") if invited.purpose == "invite" else ("person.recovered", "recovered")
    record(session, [Act(verb, invited.public_id, {}, person.id)], now=now)
    tell(session, person.id, letter, now=now)
    tell_admins(session, letter, now=now, apart_from=person.id)
    return invited


def make_link(session: Session, person_id: int, purpose: str, *, now: dt.datetime) -> str:
    """A new link for somebody; those they had are good no longer."""
    session.execute(sa.update(Link).where(Link.person_id == person_id, Link.used_at.is_(None)).values(used_at=now))
    key = secrets.token_urlsafe(32)
    holds = INVITE_HOLDS if purpose == "invite" else RECOVERY_HOLDS
    session.add(Link(key_hash=_hash(key), purpose=purpose, person_id=person_id, created_at=now, expires_at=now + holds))
    session.flush()
    return key


def _invite(
    session: Session,
    email: str,
    name: str,
    role: Role,
    scopes: Scopes,
    *,
    by: int,
    now: dt.datetime,
    is_from_shell: bool = False,
) -> str:
    if not are_scopes(scopes):
        raise BadInputError("That is nothing somebody can work on.")
    # Whoever invites the same address at the same time comes after.
    queue_writers(session)
    if not is_from_shell and _open_invitations(session, by, now=now) >= MOST_OPEN_INVITATIONS:
        raise RefusedError("Too many of your invitations are still open.")
    person = session.scalar(sa.select(Person).where(Person.email == email))
    if person is not None and (person.standing != "invited" or (person.invited_by != by and not is_from_shell)):
        # Alike for whoever asks; the owner of the address is told, once a day.
        if not _was_told(session, email, now=now):
            put_out(session, email, "already-here", {"when": now.date().isoformat()}, now=now)
        return secrets.token_urlsafe(32)
    if person is None:
        person = Person(
            public_id=session.info["new_id"](), name=name, email=email, role=role, standing="invited",
            invited_by=None if is_from_shell else by, created_at=now,
        )  # fmt: skip
        session.add(person)
        session.flush()
        session.add_all([Scope(person_id=person.id, kind=kind, key=key) for kind, key in sorted(scopes)])
    elif (person.role, actor_of(session, person.id).scopes) != (role, scopes):
        raise RefusedError("This address is invited already, to something else. Remove that invitation first.")
    key = make_link(session, person.id, "invite", now=now)
    body = {"role": role, "scopes": sorted(kind for kind, _ in scopes)}
    record(session, [Act("person.invited", str(person.public_id), body, by)], now=now)
    put_out(
        session, email, "invited", {"link": f"/desk/join/{key}", "when": now.date().isoformat(), "role": role}, now=now
    )
    tell_admins(session, "someone-invited", now=now, role=role, apart_from=by)
    return key


def _open_invitations(session: Session, by: int, *, now: dt.datetime) -> int:
    """How many links of somebody's guests are still good."""
    open_ones = session.scalar(
        sa.select(sa.func.count())
        .select_from(Link)
        .join(Person, Person.id == Link.person_id)
        .where(Person.invited_by == by, Person.standing == "invited", Link.used_at.is_(None), Link.expires_at > now)
    )
    return open_ones or 0


def _was_told(session: Session, email: str, *, now: dt.datetime) -> bool:
    put_out_at = session.scalar(
        sa.select(sa.func.max(Outbox.due_at)).where(Outbox.recipient == email, Outbox.template == "already-here")
    )
    return put_out_at is not None and now - put_out_at < dt.timedelta(days=1)


def _checked(email: str, name: str) -> tuple[str, str]:
    address, called = email.strip().casefold(), " ".join(name.split())
    # Of the letters as they came: some that look like others become those when capitals are taken away.
    if not email.isascii():
        raise BadInputError("Letters go to addresses of plain letters only: a to z, digits and signs, without accents.")
    if not _EMAIL.fullmatch(address):
        raise BadInputError("That is no e-mail address.")
    if not 1 <= len(called) <= _LONGEST_NAME or not called.isprintable():
        raise BadInputError("A name has 1 to 80 letters.")
    return address, called


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
