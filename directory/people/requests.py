"""What one admin asks for and another has to second: two who count as two, within three days (SAFETY A7, I4)."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import NotFoundError, RefusedError
from directory.people.actor import Actor
from directory.people.models import Request
from directory.people.policy import are_two
from directory.people.queries import actor_if_here

# What nobody seconded by then has to be asked for again.
ASKING_HOLDS = dt.timedelta(days=3)
# What a request is about that is about no person.
NOBODY = 0


def require_admin(by: Actor) -> None:
    """Raise ``RefusedError`` unless this is an admin with a key who has just proved that it is them."""
    if by.role != "admin" or not by.stepped_up or not by.has_key:
        raise RefusedError("An admin has to do that, and show once more that it is them.")


def ask(session: Session, kind: str, subject: str, *, verb: str, by: Actor, now: dt.datetime) -> int:
    """Write a request down, in the audit as ``verb``; return its id. Whoever calls has judged who asks and for what."""
    request = Request(kind=kind, subject=subject, opened_by=by.id, opened_at=now)
    session.add(request)
    session.flush()
    record(session, [Act(verb, subject, {"request": request.id}, by.id)], now=now)
    return request.id


def open_requests(session: Session, kinds: Collection[str], *, now: dt.datetime) -> list[Request]:
    """Requests of these kinds that wait for a second admin."""
    return list(
        session.scalars(
            sa.select(Request)
            .where(Request.kind.in_(kinds), Request.state == "open", Request.opened_at >= now - ASKING_HOLDS)
            .order_by(Request.id)
        )
    )


def open_request(session: Session, kind: str, request_id: int, *, now: dt.datetime) -> Request:
    """A request that waits; raises ``NotFoundError`` when it is of another kind, too old, decided, or none."""
    for request in open_requests(session, {kind}, now=now):
        if request.id == request_id:
            return request
    raise NotFoundError("There is no such request.")


def second(session: Session, request: Request, *, about: int, verb: str, by: Actor, now: dt.datetime) -> Actor:
    """Decide a request by the word of another admin (``require_admin``), once; return who asked.

    Args:
        session: a writing session.
        request: of ``open_request``.
        about: the person whom it is about, who has no word in it; ``NOBODY`` if it is about none.
        verb: as what it is written down in the audit.
        by: who seconds.
        now: the transaction's time.

    Raises:
        NotFoundError: somebody decided it at the same time.
        RefusedError: ``by`` asked for it, whoever asked is an admin no longer, or the two do not count as two
            (``policy.are_two``).
    """
    asker = actor_if_here(session, request.opened_by)
    if asker is None:
        raise RefusedError("Whoever asked for that works here no longer.")
    if asker.id == by.id or asker.role != "admin":
        raise RefusedError("Another admin has to second that.")
    if not are_two(asker, by, about=about, now=now):
        raise RefusedError("One of you is new here, or the guest of the other. Somebody else has to know them first.")
    decided = session.execute(
        sa.update(Request)
        .where(Request.id == request.id, Request.state == "open")
        .values(state="seconded", decided_by=by.id, decided_at=now)
        .returning(Request.id)
    ).first()
    if decided is None:
        raise NotFoundError("There is no such request.")
    record(session, [Act(verb, request.subject, {"request": request.id}, by.id)], now=now)
    return asker
