"""Verbs of admins: who may do what, who is known to a third person, who works here no longer, and neighbours."""

import datetime as dt

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.people.actor import ROLES, Actor, Role
from directory.people.knowing import why_no_vouch
from directory.people.letters import tell, tell_admins
from directory.people.models import Credential, Link, Person, Scope, Vouch
from directory.people.policy import KEEPERS, Scopes, are_scopes
from directory.people.queries import actor_of, person_by_public_id
from directory.people.sessions import end_all


def vouch(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> None:
    """Say that one knows somebody, who may then second others before their first week is over.

    Raises:
        NotFoundError: there is no such person.
        RefusedError: it is oneself or one's own guest, or the word of this role does not count; or ``by`` is new and
            came by way of the same people.
    """
    person = person_by_public_id(session, public_id)
    if by.role not in KEEPERS or not by.stepped_up or not by.has_key:
        raise RefusedError("A coordinator or admin has to do that, and show once more that it is them.")
    if refusal := why_no_vouch(session, person, by=by, now=now):
        raise RefusedError(refusal)
    if session.get(Vouch, (person.id, by.id)) is None:
        session.add(Vouch(person_id=person.id, by_id=by.id, at=now))
        session.flush()
        record(session, [Act("person.vouched-for", public_id, {}, by.id)], now=now)


def change_role(session: Session, public_id: str, role: Role, *, by: Actor, now: dt.datetime) -> None:
    """Give somebody another role; their sessions end.

    Raises:
        NotFoundError: there is no such person.
        RefusedError: ``by`` is no admin with a fresh proof, it is oneself, or it is the last admin.
    """
    person = _for_admin(session, public_id, by)
    if role not in ROLES or "neighbour" in {role, person.role}:
        raise BadInputError("That is not a role somebody can be given.")
    _keep_an_admin(session, person, becomes=role)
    was, person.role = person.role, role
    session.flush()
    end_all(session, person.id, now=now)
    record(session, [Act("person.role-changed", public_id, {"was": was, "is": role}, by.id)], now=now)
    tell(session, person.id, "role-changed", now=now, role=role)
    tell_admins(session, "role-changed", now=now, role=role, apart_from=by.id)


def set_scopes(session: Session, public_id: str, scopes: Scopes, *, by: Actor, now: dt.datetime) -> None:
    """Say anew what somebody works on.

    Raises:
        BadInputError: those are no scopes.
        NotFoundError: there is no such person.
        RefusedError: ``by`` is no admin with a fresh proof, or it is oneself.
    """
    person = _for_admin(session, public_id, by)
    if not are_scopes(scopes):
        raise BadInputError("That is nothing somebody can work on.")
    session.execute(sa.delete(Scope).where(Scope.person_id == person.id))
    session.add_all([Scope(person_id=person.id, kind=kind, key=key) for kind, key in sorted(scopes)])
    session.flush()
    record(session, [Act("person.scopes-set", public_id, {"n": len(scopes)}, by.id)], now=now)
    tell(session, person.id, "role-changed", now=now, role=person.role)
    tell_admins(session, "role-changed", now=now, role=person.role, apart_from=by.id)


def remove(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> None:
    """Let somebody work here no longer: sessions end, keys and links are good no more. What they did stays.

    Their address is forgotten: whoever is invited with it later is somebody new, whom nobody knows yet.

    Raises:
        NotFoundError: there is no such person.
        RefusedError: ``by`` is no admin with a fresh proof, it is oneself, or it is the last admin.
    """
    _remove(session, _for_admin(session, public_id, by), by=by.id, now=now)


def remove_from_shell(session: Session, email: str, *, by: int, now: dt.datetime) -> None:
    """The same by whoever runs the program; raises ``NotFoundError`` when nobody has this address."""
    person = session.scalar(sa.select(Person).where(Person.email == email.strip().casefold()))
    if person is None or person.standing == "removed":
        raise NotFoundError("There is no such person.")
    _remove(session, person, by=by, now=now)


def retire_keys(session: Session, person_id: int, *, now: dt.datetime) -> None:
    """None of somebody's keys, links and sessions is good any more."""
    session.execute(
        sa.update(Credential)
        .where(Credential.person_id == person_id, Credential.retired_at.is_(None))
        .values(retired_at=now)
    )
    session.execute(sa.update(Link).where(Link.person_id == person_id, Link.used_at.is_(None)).values(used_at=now))
    end_all(session, person_id, now=now)


def add_neighbour(session: Session, *, name: str, public_key: bytes, by: int, now: dt.datetime) -> Person:
    """Know a neighbour deployment by the key with which it signs approvals. Only whoever runs the program does this.

    Raises:
        BadInputError: the key is no Ed25519 public key of 32 bytes, or the name is none.
        RefusedError: a neighbour has that key already.
    """
    called = " ".join(name.split())
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        raise BadInputError("That is no public key of a neighbour.") from None
    if not 1 <= len(called) <= 80 or not called.isprintable():
        raise BadInputError("A name has 1 to 80 letters.")
    if session.scalar(sa.select(Credential.id).where(Credential.handle == public_key)) is not None:
        raise RefusedError("That key is known here already.")
    person = Person(
        public_id=session.info["new_id"](), name=called, role="neighbour", standing="active", created_at=now
    )
    session.add(person)
    session.flush()
    session.add(
        Credential(person_id=person.id, kind="signing-key", secret=public_key, handle=public_key, created_at=now)
    )
    session.flush()
    record(session, [Act("person.neighbour-added", str(person.public_id), {}, by)], now=now)
    tell_admins(session, "signing-key-added", now=now)
    return person


def note_new_key(session: Session, *, by: Actor, now: dt.datetime) -> None:
    """Note that somebody added or changed what they sign in with; they and the admins are told."""
    record(session, [Act("person.key-added", by.public_id, {}, by.id)], now=now)
    tell(session, by.id, "new-key", now=now)
    tell_admins(session, "new-key", now=now, apart_from=by.id)


def neighbour_of_key(session: Session, public_key: bytes) -> Actor | None:
    """The neighbour that signs with a key; None when nobody here knows it."""
    person_id = session.scalar(
        sa.select(Credential.person_id).where(
            Credential.handle == public_key, Credential.kind == "signing-key", Credential.retired_at.is_(None)
        )
    )
    return None if person_id is None else actor_of(session, person_id)


def _for_admin(session: Session, public_id: str, by: Actor) -> Person:
    if by.role != "admin" or not by.stepped_up:
        raise RefusedError("An admin has to do that, and show once more that it is them.")
    person = person_by_public_id(session, public_id)
    if person.id == by.id:
        raise RefusedError("Nobody does that to their own account.")
    return person


def _remove(session: Session, person: Person, *, by: int, now: dt.datetime) -> None:
    _keep_an_admin(session, person, becomes=None)
    person.standing = "removed"
    session.flush()
    retire_keys(session, person.id, now=now)
    record(session, [Act("person.removed", str(person.public_id), {}, by)], now=now)
    tell(session, person.id, "removed", now=now)
    tell_admins(session, "removed", now=now, apart_from=by)
    person.email = None
    session.flush()


def _keep_an_admin(session: Session, person: Person, *, becomes: str | None) -> None:
    if person.role != "admin" or person.standing != "active" or becomes == "admin":
        return
    others = session.scalar(
        sa.select(sa.func.count())
        .select_from(Person)
        .where(Person.role == "admin", Person.standing == "active", Person.email.is_not(None), Person.id != person.id)
    )
    if not others:
        raise RefusedError("There has to be an admin. Make somebody else one first.")
