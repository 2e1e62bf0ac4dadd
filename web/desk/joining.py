"""Joining by an invitation, or coming back by a recovery: links that are good once, and looking uses nothing up."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.errors import RefusedError
from directory.people import sessions
from directory.people.invitations import Invited, look_at_link
from directory.people.recovery import come_back
from web.desk.app import Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import ANYBODY, opens_to
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


class Joining(Controller):
    """The pages behind a link."""

    path = f"{DESK}/join/{{link:str}}"

    @get("/", opt=opens_to(ANYBODY), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], link: FromPath[str], desk: DeskHere) -> Response[Any]:
        """What can be set up; has no effect, however often it is looked at."""
        return _page(request, desk, link, _invited(desk, link))

    @post("/", opt=opens_to(ANYBODY), status_code=200, sync_to_thread=True)
    def with_password(
        self, request: Request[Any, Any, Any], body: RawBody, link: FromPath[str], desk: DeskHere
    ) -> Response[Any]:
        """Set up a password and an app that makes codes."""
        form = desk_form(request, body, PASSWORD_FIELDS)
        invited = _invited(desk, link)
        owner = _owner(invited)
        try:
            new = new_password(desk, form, owner)
        except RefusedError as refused:
            return _page(request, desk, link, invited, secret=secret_in(desk, form, owner), notice=str(refused))
        with desk.database.transaction() as session:
            now = session.info["now"]
            come_back(session, link, now=now)
            give_password(session, desk, owner, new, now=now)
            key = sessions.begin(session, owner.id, now=now)
        return Redirect(DESK, status_code=303, headers={"set-cookie": desk.cookie.given(key)})

    @post("/passkey", opt=opens_to(ANYBODY), status_code=200, sync_to_thread=True)
    def with_passkey(
        self, request: Request[Any, Any, Any], body: RawBody, link: FromPath[str], desk: DeskHere
    ) -> Response[Any]:
        """Set up a passkey."""
        form = desk_form(request, body, PASSKEY_FIELDS, longest=LONGEST_ANSWER)
        invited = _invited(desk, link)
        owner = _owner(invited)
        try:
            with desk.database.transaction() as session:
                now = session.info["now"]
                come_back(session, link, now=now)
                # An answer that is none must not use the link up: the error takes all of it back.
                give_passkey(session, request, desk, owner, form, now=now)
                key = sessions.begin(session, owner.id, now=now)
        except RefusedError as refused:
            return _page(request, desk, link, invited, notice=str(refused))
        return Redirect(DESK, status_code=303, headers={"set-cookie": desk.cookie.given(key)})


def _invited(desk: Desk, link: str) -> Invited:
    with desk.database.reading() as session:
        return look_at_link(session, link, now=session.info["now"])


def _owner(invited: Invited) -> Owner:
    return Owner(invited.person_id, invited.public_id, invited.name, invited.email)


def _page(
    request: Request[Any, Any, Any], desk: Desk, link: str, invited: Invited, *, secret: str = "", notice: str = ""
) -> Response[bytes]:
    values = offered(request, desk, _owner(invited), secret=secret)
    return desk.pages.page(
        "join", request, notice=notice, purpose=invited.purpose, name=invited.name, address=f"{DESK}/join/{link}",
        **values,
    )  # fmt: skip
