"""Who is told when something happens to an account, or to a listing (SAFETY A8)."""

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail.service import put_out
from directory.people.models import Person
from directory.people.policy import KEEPERS


def tell(session: Session, person_id: int, letter: str, *, now: dt.datetime, role: str = "") -> None:
    """Put a letter out for one person, if they have an address."""
    email = session.scalar(sa.select(Person.email).where(Person.id == person_id))
    if email:
        put_out(session, email, letter, _fields(now, role), now=now)


def tell_admins(session: Session, letter: str, *, now: dt.datetime, role: str = "", apart_from: int = 0) -> None:
    """Put a letter out for every active admin but one."""
    for email in _addresses(session, {"admin"}, apart_from):
        put_out(session, email, letter, _fields(now, role), now=now)


def tell_keepers(
    session: Session, letter: str, fields: Mapping[str, str] | None = None, *, now: dt.datetime, apart_from: int = 0
) -> None:
    """Put a letter out for every active admin and coordinator but one; ``fields`` hold ids only."""
    for email in keepers(session, apart_from=apart_from):
        put_out(session, email, letter, {**_fields(now, ""), **(fields or {})}, now=now)


def keepers(session: Session, *, apart_from: int = 0) -> list[str]:
    """The addresses of all active admins and coordinators but one, in the order in which they came."""
    return _addresses(session, KEEPERS, apart_from)


def _addresses(session: Session, roles: Collection[str], apart_from: int) -> list[str]:
    return list(
        session.scalars(
            sa.select(Person.email)
            .where(
                Person.role.in_(roles), Person.standing == "active", Person.email.is_not(None), Person.id != apart_from
            )
            .order_by(Person.id)
        )
    )


def _fields(now: dt.datetime, role: str) -> dict[str, str]:
    return {"when": now.date().isoformat()} | ({"role": role} if role else {})
