"""Who may use which route of the desk: every route says so, and a route that says nothing is closed (SAFETY A1)."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

import msgspec
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from directory.people.actor import Actor, Role
from directory.people.policy import KEEPERS

# What a route says in its ``opt``: who may use it, and whether they must just have proved that it is them.
WHO: Final = "who"
PROVED: Final = "proved"

ANYBODY: Final[frozenset[Role]] = frozenset()
ADMINS: Final[frozenset[Role]] = frozenset({"admin"})
PARTNERS: Final[frozenset[Role]] = KEEPERS | {"partner"}
SIGNED_IN: Final[frozenset[Role]] = PARTNERS | {"law-enforcement"}


class Seat(msgspec.Struct, frozen=True):
    """Somebody who is signed in, and where.

    Attributes:
        actor: who it is.
        session_id: the row of the session.
        key: what the cookie holds; never written anywhere.
        since: when they signed in.
    """

    actor: Actor
    session_id: int
    key: str
    since: dt.datetime


class SignInNeededError(HTTPException):
    """Nobody is signed in."""

    status_code = 401


class ForbiddenError(HTTPException):
    """Whoever is signed in may not."""

    status_code = 403


class ProofNeededError(HTTPException):
    """Whoever is signed in has to prove again that it is them."""

    status_code = 403


def opens_to(who: Collection[Role], *, proved: bool = False) -> dict[str, Any]:
    """The ``opt`` of a route that these roles may use; ``ANYBODY`` also who is not signed in."""
    return {WHO: frozenset(who), PROVED: proved}


def let_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse a request unless its route says that whoever asks may use it.

    Raises:
        SignInNeededError: nobody is signed in.
        ForbiddenError: the role is none of the route's, or the route names none at all.
        ProofNeededError: the route asks for a fresh proof.
    """
    who = handler.opt.get(WHO)
    if who == ANYBODY:
        return
    seat = seat_of(connection)
    if seat is None:
        raise SignInNeededError
    if not who or seat.actor.role not in who:
        raise ForbiddenError
    if handler.opt.get(PROVED) and not seat.actor.stepped_up:
        raise ProofNeededError


def seat_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Seat | None:
    """Who is signed in, as ``web.desk.entrance`` found out; None if nobody is."""
    seat: Seat | None = connection.scope["state"].get("seat")
    return seat
