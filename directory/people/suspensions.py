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

from directory.errors import RefusedError
from directory.people import requests
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.people.models import Request
from directory.people.policy import is_seasoned
from directory.suspended import is_suspended, line_named, show_again, suspend

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
    return requests.open_requests(session, {SUSPENSION, RETURN}, now=now)


def _write_down_request(session: Session, kind: str, subject: str, verb: str, by: Actor, *, now: dt.datetime) -> int:
    if any((one.kind, one.subject) == (kind, subject) for one in open_requests(session, now=now)):
        raise RefusedError("Somebody has asked for that already. Another admin has to second it.")
    return requests.ask(session, kind, subject, verb=verb, by=by, now=now)


def _decide_request(
    session: Session, kind: str, request_id: int, verb: str, by: Actor, *, now: dt.datetime
) -> tuple[Request, Actor]:
    _check(by, now=now)
    asked = requests.open_request(session, kind, request_id, now=now)
    return asked, requests.second(session, asked, about=requests.NOBODY, verb=verb, by=by, now=now)


def _check(by: Actor, *, now: dt.datetime) -> None:
    requests.require_admin(by)
    if not is_seasoned(by, now=now):
        raise RefusedError("You are new here. Somebody else has to know you first.")


def _with_the_commit(session: Session, write: Callable[[], None]) -> None:
    """Write the file at the very end: what is rolled back changes no page, what cannot be written is rolled back."""

    def at_the_end(_session: Any) -> None:
        write()

    sa.event.listen(session, "before_commit", at_the_end, once=True)
