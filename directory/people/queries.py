"""Reads of people."""

import uuid
from collections.abc import Collection, Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.people.actor import Actor, Role
from directory.people.models import Credential, Person, Scope, Vouch


def actor_of(session: Session, person_id: int, *, stepped_up: bool = False) -> Actor:
    """What rules need to know of a person; raises ``NotFoundError`` when there is none, or they were removed.

    ``stepped_up`` says that whoever asks has just seen a proof that it is them.
    """
    person = session.get(Person, person_id)
    if person is None or person.standing == "removed":
        raise NotFoundError("There is no such person.")
    kinds = set(
        session.scalars(
            sa.select(Credential.kind).where(Credential.person_id == person_id, Credential.retired_at.is_(None))
        )
    )
    role: Role = person.role  # type: ignore[assignment]
    return Actor(
        id=person.id,
        public_id=str(person.public_id),
        name=person.name,
        role=role,
        invited_by=person.invited_by,
        vouched_by=frozenset(session.scalars(sa.select(Vouch.by_id).where(Vouch.person_id == person_id))),
        created_at=person.created_at,
        has_key=bool(kinds & {"passkey", "signing-key"}) or {"password", "totp"} <= kinds,
        scopes=frozenset(
            (kind, key)
            for kind, key in session.execute(sa.select(Scope.kind, Scope.key).where(Scope.person_id == person_id))
        ),
        organization_id=person.organization_id,
        stepped_up=stepped_up,
    )


def actor_if_here(session: Session, person_id: int | None) -> Actor | None:
    """Who did something, as rules know them; None for the program, and for whoever was removed since."""
    try:
        return None if person_id is None else actor_of(session, person_id)
    except NotFoundError:
        return None


def person_by_public_id(session: Session, public_id: str) -> Person:
    """The person with a public id, who works here; raises ``NotFoundError`` (also when the id is none)."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise NotFoundError("There is no such person.") from None
    person = session.scalar(sa.select(Person).where(Person.public_id == wanted, Person.standing != "removed"))
    if person is None:
        raise NotFoundError("There is no such person.")
    return person


class ListedPerson(msgspec.Struct, frozen=True):
    """A line of the list of people. ``ways`` are the kinds of their keys; ``scopes`` is what they work on."""

    id: str
    name: str
    email: str
    role: str
    standing: str
    since: str
    ways: tuple[str, ...]
    scopes: tuple[str, ...]


def list_people(session: Session) -> list[ListedPerson]:
    """Everybody who works here or is invited, by name; the command line is none of them."""
    people = session.scalars(
        sa.select(Person)
        .where(Person.standing != "removed", sa.or_(Person.email.is_not(None), Person.role == "neighbour"))
        .order_by(Person.name, Person.id)
    ).all()
    ways: dict[int, list[str]] = {}
    for person_id, kind in session.execute(
        sa.select(Credential.person_id, Credential.kind).where(Credential.retired_at.is_(None)).order_by(Credential.id)
    ):
        ways.setdefault(person_id, []).append(kind)
    scopes: dict[int, list[str]] = {}
    for scope in session.scalars(sa.select(Scope).order_by(Scope.kind, Scope.key)):
        scopes.setdefault(scope.person_id, []).append(f"{scope.kind} {scope.key}")
    return [
        ListedPerson(
            str(person.public_id), person.name, person.email or "", person.role, person.standing,
            person.created_at.date().isoformat(), tuple(ways.get(person.id, ())), tuple(scopes.get(person.id, ())),
        )
        for person in people
    ]  # fmt: skip


def names_of(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """What people with these ids are called."""
    return {row.id: row.name for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))}
