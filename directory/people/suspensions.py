"""Two admins may suspend a pinned line that is found wrong, and bring it back; nobody may edit one (SAFETY I4).

The requests stand in the database, what pages obey in a file of the data folder (``directory.suspended``): a row that
somebody wrote takes no line off the pages. On several servers each has its own folder, so the file has to be copied.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import NotFoundError, RefusedError
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.people.models import Request
from directory.people.policy import are_two, is_seasoned
from directory.people.queries import actor_of
from directory.suspended import is_suspended, line_named, show_again, suspend

# What nobody seconded by then has to be asked for again.
ASKING_HOLDS = dt.timedelta(days=3)
SUSPENSION, RETURN = "pinned-suspension", "pinned-return"


def ask_suspension(session: Session, subject: str, *, by: Actor, now: dt.datetime, folder: Path | None = None) -> int:
    """Ask that no page shows the number of a pinned line (``US/0``); another admin has to second it.

    Changes nothing on the pages. Returns the id of the request. ``folder`` is where the file is; the data folder if
    left out.

    Raises:
        NotFoundError: there is no such line.
        RefusedError: ``by`` is no admin with a fresh proof, or is too new here; it is suspended, or asked for already.
    """
    _check(by, now=now)
    if is_suspended(subject, today=now.date(), folder=folder):
        raise RefusedError("That line is suspended already.")
    return _write_down_request(session, SUSPENSION, subject, "pinned.suspension-asked", by, now=now)


def ask_return(session: Session, subject: str, *, by: Actor, now: dt.datetime, folder: Path | None = None) -> int:
    """Ask that pages show the number of a suspended line again, before it comes back by itself.

    As ``ask_suspension``, the other way round.
    """
    _check(by, now=now)
    if not is_suspended(subject, today=now.date(), folder=folder):
        raise RefusedError("That line is shown.")
    return _write_down_request(session, RETURN, subject, "pinned.return-asked", by, now=now)


def second_suspension(
    session: Session, request_id: int, *, by: Actor, now: dt.datetime, folder: Path | None = None
) -> None:
    """Second what another admin asked for: with the commit no page shows the number, for 14 days at most.

    Raises:
        NotFoundError: there is no such request, or it is too old or decided.
        RefusedError: ``by`` asked for it, is no admin with a fresh proof, or is too new here; the two do not count as
            two (``policy.are_two``), or whoever asked is an admin no longer.
    """
    asked, asker = _decide_request(session, SUSPENSION, request_id, "pinned.suspended", by, now=now)
    line_named(asked.subject)
    two = (asker.public_id, by.public_id)
    _with_the_commit(session, lambda: suspend(asked.subject, by=two, today=now.date(), folder=folder))
    tell_keepers(session, "pinned-suspended", now=now)


def second_return(
    session: Session, request_id: int, *, by: Actor, now: dt.datetime, folder: Path | None = None
) -> None:
    """Second that a line is shown again: with the commit it is. As ``second_suspension``."""
    asked, _ = _decide_request(session, RETURN, request_id, "pinned.returned", by, now=now)
    _with_the_commit(session, lambda: show_again(asked.subject, today=now.date(), folder=folder))
    tell_keepers(session, "pinned-returned", now=now)


def open_requests(session: Session, *, now: dt.datetime) -> list[Request]:
    """What waits for a second admin."""
    return list(
        session.scalars(
            sa.select(Request)
            .where(
                Request.kind.in_((SUSPENSION, RETURN)),
                Request.state == "open",
                Request.opened_at > now - ASKING_HOLDS,
            )
            .order_by(Request.id)
        )
    )


def _write_down_request(session: Session, kind: str, subject: str, verb: str, by: Actor, *, now: dt.datetime) -> int:
    if any((one.kind, one.subject) == (kind, subject) for one in open_requests(session, now=now)):
        raise RefusedError("Somebody has asked for that already. Another admin has to second it.")
    request = Request(kind=kind, subject=subject, opened_by=by.id, opened_at=now)
    session.add(request)
    session.flush()
    record(session, [Act(verb, subject, {"request": request.id}, by.id)], now=now)
    return request.id


def _decide_request(
    session: Session, kind: str, request_id: int, verb: str, by: Actor, *, now: dt.datetime
) -> tuple[Request, Actor]:
    _check(by, now=now)
    asked = session.get(Request, request_id)
    if asked is None or asked.kind != kind or asked.state != "open" or now - asked.opened_at > ASKING_HOLDS:
        raise NotFoundError("There is no such request.")
    try:
        asker = actor_of(session, asked.opened_by)
    except NotFoundError:
        raise RefusedError("Whoever asked for that works here no longer.") from None
    if asker.id == by.id or asker.role != "admin":
        raise RefusedError("Another admin has to second that.")
    # It is about nobody: 0 is no person.
    if not are_two(asker, by, about=0, now=now):
        raise RefusedError("One of you is new here, or the guest of the other. Somebody else has to know them first.")
    decided = session.execute(
        sa.update(Request)
        .where(Request.id == request_id, Request.state == "open")
        .values(state="seconded", decided_by=by.id, decided_at=now)
        .returning(Request.id)
    ).first()
    if decided is None:
        raise NotFoundError("There is no such request.")
    record(session, [Act(verb, asked.subject, {"request": request_id}, by.id)], now=now)
    return asked, asker


def _check(by: Actor, *, now: dt.datetime) -> None:
    if by.role != "admin" or not by.stepped_up or not by.has_key:
        raise RefusedError("An admin has to do that, and show once more that it is them.")
    if not is_seasoned(by, now=now):
        raise RefusedError("You are new here. Somebody else has to know you first.")


def _with_the_commit(session: Session, write: Callable[[], None]) -> None:
    """Write the file at the very end: what is rolled back changes no page, what cannot be written is rolled back."""

    def at_the_end(_session: Any) -> None:
        write()

    sa.event.listen(session, "before_commit", at_the_end, once=True)
