"""Somebody who lost their keys comes back by the word of two admins, or of whoever runs the program (SAFETY A7, A8)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import NotFoundError, RefusedError
from directory.mail.service import put_out
from directory.people import requests
from directory.people.accounts import retire_keys
from directory.people.actor import Actor
from directory.people.invitations import Invited, make_link, use_link
from directory.people.letters import tell, tell_admins, tell_keepers
from directory.people.models import Person, Request
from directory.people.queries import person_by_public_id

_RECOVERY = "recovery"


def ask_recovery(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> int:
    """Ask that somebody may come back; another admin has to second it. Returns the id of the request.

    Raises:
        NotFoundError: there is no such person.
        RefusedError: ``by`` is no admin with a fresh proof, or asks for themselves.
    """
    person = _for(session, public_id, by)
    request_id = requests.ask(session, _RECOVERY, public_id, verb="person.recovery-asked", by=by, now=now)
    tell(session, person.id, "recovery-asked", now=now)
    tell_admins(session, "recovery-asked", now=now, apart_from=by.id)
    return request_id


def second_recovery(session: Session, request_id: int, *, by: Actor, now: dt.datetime) -> str:
    """Second what another admin asked for; return the key of the link, which is mailed too.

    Raises:
        NotFoundError: there is no such request, or it is too old or decided.
        RefusedError: ``by`` asked for it, is the one who comes back, or is no admin with a fresh proof; or the two
            admins do not count as two (``policy.are_two``), or whoever asked works here no longer.
    """
    request = requests.open_request(session, _RECOVERY, request_id, now=now)
    person = _for(session, request.subject, by)
    requests.second(session, request, about=person.id, verb="person.recovery-seconded", by=by, now=now)
    return _let_back(session, person, now=now)


def recover_from_shell(session: Session, email: str, *, by: int, now: dt.datetime) -> str:
    """Let somebody come back by the word of whoever runs the program alone; every admin and coordinator is told.

    Raises:
        NotFoundError: nobody who works here has this address.
    """
    person = session.scalar(sa.select(Person).where(Person.email == email.strip().casefold()))
    if person is None or person.standing != "active":
        raise NotFoundError("There is no such person.")
    record(session, [Act("person.recovery-by-shell", str(person.public_id), {}, by)], now=now)
    tell_keepers(session, "recovery-asked", now=now)
    return _let_back(session, person, now=now)


def come_back(session: Session, key: str, *, now: dt.datetime) -> Invited:
    """Use a link up; whoever comes back by one loses all keys and sessions they had. See ``invitations.use_link``."""
    invited = use_link(session, key, now=now)
    if invited.purpose == "recover":
        retire_keys(session, invited.person_id, now=now)
    return invited


def open_requests(session: Session, *, now: dt.datetime) -> list[Request]:
    """Recoveries that wait for a second admin."""
    return requests.open_requests(session, {_RECOVERY}, now=now)


def _for(session: Session, public_id: str, by: Actor) -> Person:
    requests.require_admin(by)
    person = person_by_public_id(session, public_id)
    if person.id == by.id:
        raise RefusedError("Nobody does that to their own account.")
    if person.standing != "active" or not person.email:
        raise RefusedError("Only somebody who joined can come back.")
    return person


def _let_back(session: Session, person: Person, *, now: dt.datetime) -> str:
    key = make_link(session, person.id, "recover", now=now)
    put_out(
        session, person.email or "", "recovery", {"link": f"/desk/join/{key}", "when": now.date().isoformat()}, now=now
    )
    return key
