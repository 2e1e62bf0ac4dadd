"""Reads of people."""

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
