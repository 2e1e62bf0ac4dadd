"""One's own account: where one is signed in, and what one signs in with."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.errors import RefusedError
from directory.people import sessions
from directory.people.accounts import note_new_key
from directory.people.models import Person
from directory.people.policy import KEEPERS
from directory.people.preferences import set_weekly, wants_weekly
from web.desk.app import Desk, DeskHere, SeatHere
from web.desk.forms import desk_form
from web.desk.guards import SIGNED_IN, Seat, opens_to
from web.desk.new_keys import (
    PASSKEY_FIELDS,
    PASSWORD_FIELDS,
    Owner,
    give_passkey,
    give_password,
    new_password,
    offered,
    secret_in,
)
from web.desk.sign_in import LONGEST_ANSWER
from web.doors import DESK

_OWN = f"{DESK}/own"
_SAVED = "Saved. It works from the next time on."


class Own(Controller):
    """Pages about oneself."""

    path = _OWN

    @get("/", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def own(self, request: Request[Any, Any, Any], desk: DeskHere, seat: SeatHere) -> Response[bytes]:
        """What is open under one's name."""
        return _page(request, desk, seat)

    @post("/sessions/{session_id:int}/end", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def end(self, session_id: FromPath[int], desk: DeskHere, seat: SeatHere) -> Redirect:
        """End one of one's own sessions."""
        with desk.database.transaction() as session:
            sessions.end(session, session_id, person_id=seat.actor.id, now=session.info["now"])
        return Redirect(_OWN, status_code=303)

    @post("/weekly", opt=opens_to(KEEPERS), sync_to_thread=True)
    def choose_weekly(
        self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, seat: SeatHere
    ) -> Response[Any]:
        """Say whether one wants a letter each week."""
        wanted = desk_form(request, body, {"weekly"}).one("weekly") == "on"
        with desk.database.transaction() as session:
            set_weekly(session, wanted=wanted, by=seat.actor)
        return Redirect(_OWN, status_code=303)

    @post("/password", opt=opens_to(SIGNED_IN, proved=True), status_code=200, sync_to_thread=True)
    def change_password(
        self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, seat: SeatHere
    ) -> Response[bytes]:
        """Take another password and app; every other session ends."""
        form = desk_form(request, body, PASSWORD_FIELDS)
        owner = _owner(desk, seat)
        try:
            new = new_password(desk, form, owner)
        except RefusedError as refused:
            return _page(request, desk, seat, secret=secret_in(desk, form, owner), notice=str(refused))
        with desk.database.transaction() as session:
            now = session.info["now"]
            give_password(session, desk, owner, new, now=now)
            note_new_key(session, by=seat.actor, now=now)
            sessions.end_all(session, owner.id, now=now, apart_from=seat.session_id)
        return _page(request, desk, seat, notice=_SAVED)

    @post("/passkey", opt=opens_to(SIGNED_IN, proved=True), status_code=200, sync_to_thread=True)
    def add_passkey(
        self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, seat: SeatHere
    ) -> Response[bytes]:
        """Add a passkey to those one has."""
        form = desk_form(request, body, PASSKEY_FIELDS, longest=LONGEST_ANSWER)
        try:
            with desk.database.transaction() as session:
                now = session.info["now"]
                give_passkey(session, request, desk, _owner(desk, seat), form, now=now)
                note_new_key(session, by=seat.actor, now=now)
        except RefusedError as refused:
            return _page(request, desk, seat, notice=str(refused))
        return _page(request, desk, seat, notice=_SAVED)


def _owner(desk: Desk, seat: Seat) -> Owner:
    with desk.database.reading() as session:
        person = session.get_one(Person, seat.actor.id)
        return Owner(person.id, str(person.public_id), person.name, person.email or "")


def _page(
    request: Request[Any, Any, Any], desk: Desk, seat: Seat, *, secret: str = "", notice: str = ""
) -> Response[bytes]:
    with desk.database.reading() as session:
        open_sessions = sessions.list_own(session, seat.actor.id, now=session.info["now"])
        weekly = wants_weekly(session, seat.actor.id)
    values = offered(request, desk, _owner(desk, seat), secret=secret)
    return desk.pages.page(
        "own", request, sessions=open_sessions, notice=notice, weekly=weekly, **values, **_letters(desk, seat)
    )


def _letters(desk: Desk, seat: Seat) -> dict[str, bool]:
    """Whether the weekly letter can be chosen, and whether this deployment sends it."""
    return {"may_choose": seat.actor.role in KEEPERS, "sends_weekly": desk.settings.weekly_letters == "on"}
