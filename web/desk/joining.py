"""Joining by an invitation, or coming back by a recovery: links that are good once, and looking uses nothing up."""

import datetime as dt
import uuid
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from markupsafe import Markup
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.people import sessions
from directory.people.codes import address_of, new_secret, picture_of, sealed_secret, step_of
from directory.people.invitations import Invited, look_at_link
from directory.people.passkeys import add_passkey, ask_to_register
from directory.people.passwords import check_password
from directory.people.recovery import come_back
from directory.people.sealing import issue, redeem
from directory.people.signing_in import set_password
from web.desk.app import Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import ANYBODY, opens_to
from web.desk.sign_in import HOME, LONGEST_ANSWER
from web.doors import DESK
from web.forms import Form

# Long enough to install an app and type fifteen letters twice.
_SECRET_HOLDS = dt.timedelta(minutes=30)
_PURPOSE = "new app"


class Joining(Controller):
    """The pages behind a link."""

    path = f"{DESK}/join/{{link:str}}"

    @get("/", opt=opens_to(ANYBODY), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], link: FromPath[str], desk: DeskHere) -> Response[Any]:
        """What can be set up; has no effect, however often it is looked at."""
        with desk.database.reading() as session:
            invited = look_at_link(session, link, now=session.info["now"])
        return _page(request, desk, link, invited, secret=new_secret())

    @post("/", opt=opens_to(ANYBODY), status_code=200, sync_to_thread=True)
    def with_password(
        self, request: Request[Any, Any, Any], body: RawBody, link: FromPath[str], desk: DeskHere
    ) -> Response[Any]:
        """Set up a password and an app that makes codes."""
        form = desk_form(request, body, {"sealed", "password", "code"})
        with desk.database.reading() as session:
            invited = look_at_link(session, link, now=session.info["now"])
        ticket = redeem(desk.key, form.one("sealed"), purpose=_PURPOSE, now=desk.clock())
        if ticket is None or ticket.about != invited.person_id:
            return _page(request, desk, link, invited, secret=new_secret(), notice="That took too long. Start again.")
        secret = ticket.secret.decode()
        step = step_of(secret, form.one("code"), now=desk.clock())
        try:
            about = (invited.name, invited.email, desk.settings.site_name)
            password = check_password(form.one("password"), about=about)
        except RefusedError as refused:
            return _page(request, desk, link, invited, secret=secret, notice=str(refused))
        if step is None:
            return _page(request, desk, link, invited, secret=secret, notice="Those are not the digits of this app.")
        with desk.database.transaction() as session:
            now = session.info["now"]
            joined = come_back(session, link, now=now)
            sealed = sealed_secret(secret, person_id=joined.person_id, desk_key=desk.key)
            set_password(session, joined.person_id, password=password, sealed_totp=sealed, first_step=step, now=now)
            key = sessions.begin(session, joined.person_id, now=now)
        return Redirect(HOME, status_code=303, headers={"set-cookie": desk.cookie.given(key)})

    @post("/passkey", opt=opens_to(ANYBODY), status_code=200, sync_to_thread=True)
    def with_passkey(
        self, request: Request[Any, Any, Any], body: RawBody, link: FromPath[str], desk: DeskHere
    ) -> Response[Any]:
        """Set up a passkey."""
        form = desk_form(request, body, {"token", "credential"}, longest=LONGEST_ANSWER)
        with desk.database.reading() as session:
            invited = look_at_link(session, link, now=session.info["now"])
        try:
            with desk.database.transaction() as session:
                now = session.info["now"]
                joined = come_back(session, link, now=now)
                _add_passkey(session, request, form, desk, person_id=joined.person_id, now=now)
                key = sessions.begin(session, joined.person_id, now=now)
        except RefusedError as refused:
            return _page(request, desk, link, invited, secret=new_secret(), notice=str(refused))
        return Redirect(HOME, status_code=303, headers={"set-cookie": desk.cookie.given(key)})


def _add_passkey(
    session: Session, request: Request[Any, Any, Any], form: Form, desk: Desk, *, person_id: int, now: dt.datetime
) -> None:
    """Raises ``RefusedError`` for an answer that is none: the link must not be used up by it."""
    is_added = add_passkey(
        session, form.one("credential"), form.one("token"), person_id=person_id, place=desk.place(request),
        desk_key=desk.key, now=now,
    )  # fmt: skip
    if not is_added:
        raise RefusedError("That passkey could not be set up. Try again.")


def _page(
    request: Request[Any, Any, Any], desk: Desk, link: str, invited: Invited, *, secret: str, notice: str = ""
) -> Response[bytes]:
    with desk.database.reading() as session:
        question = ask_to_register(
            session, desk.place(request), person_id=invited.person_id, handle=uuid.UUID(invited.public_id).bytes,
            name=invited.name, desk_key=desk.key, now=desk.clock(),
        )  # fmt: skip
    sealed = issue(
        desk.key, purpose=_PURPOSE, about=invited.person_id, secret=secret.encode(), until=desk.clock() + _SECRET_HOLDS
    )
    address = address_of(secret, name=invited.email, site=desk.settings.site_name)
    written = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return desk.pages.page(
        "join", request, notice=notice, purpose=invited.purpose, name=invited.name, address=f"{DESK}/join/{link}",
        options=question.options, token=question.token, sealed=sealed, written=written,
        # The picture is made here, of shapes alone.
        picture=Markup(picture_of(address)),  # noqa: S704
    )  # fmt: skip
