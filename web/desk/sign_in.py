"""Signing in and out, and proving once more that it is oneself.

Whatever goes wrong, the same page comes with the same words: it tells nothing about which accounts there are, and which
part was wrong (SAFETY A7).
"""

import re
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromQuery, RawBody
from litestar.response import Redirect

from directory.people import sessions
from directory.people.actor import Actor
from directory.people.passkeys import ask_to_sign_in
from directory.people.policy import KEEPERS
from directory.people.signing_in import compare_password, sign_in_with_passkey, sign_in_with_password
from web.desk.app import Desk, DeskHere, SeatHere
from web.desk.forms import desk_form
from web.desk.guards import ANYBODY, SIGNED_IN, opens_to, seat_of
from web.doors import DESK

REFUSED = "That did not work. Check all of it, or wait a little if you have tried several times."
# Where somebody is sent who came from nowhere: a page that everybody has.
HOME = f"{DESK}/listings"
_MONTH = f"{DESK}/month"
# A passkey's answer holds a signature and what was signed.
LONGEST_ANSWER = 8_192
_CLEARED = '"cache", "cookies", "storage"'
# Where somebody may go back to after a proof: a page of the desk, named by ids alone.
_BACK = re.compile(rf"{DESK}(?:/[0-9a-z-]{{1,40}}){{0,4}}")

Shown = Response[Any]


class SignIn(Controller):
    """The way in, the way out, and the fresh proof."""

    path = DESK

    @get("/", opt=opens_to(ANYBODY), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere) -> Shown:
        """The form, or the desk itself for whoever is signed in."""
        seat = seat_of(request)
        return Redirect(home_of(seat.actor), status_code=303) if seat else _sign_in(request, desk)

    @post("/", opt=opens_to(ANYBODY), status_code=200, sync_to_thread=True)
    def with_password(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere) -> Shown:
        """Sign in with a password and a code."""
        form = desk_form(request, body, {"email", "password", "code"})
        with desk.database.reading() as session:
            compared = compare_password(session, form.one("password"), email=form.one("email"))
        with desk.database.transaction() as session:
            now = session.info["now"]
            actor = sign_in_with_password(session, compared, code=form.one("code"), desk_key=desk.key, now=now)
            key = sessions.begin(session, actor.id, now=now) if actor else ""
        return _seated(desk, key, actor) if actor else _sign_in(request, desk, notice=REFUSED)

    @post("/passkey", opt=opens_to(ANYBODY), status_code=200, sync_to_thread=True)
    def with_passkey(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere) -> Shown:
        """Sign in with a passkey."""
        form = desk_form(request, body, {"token", "credential"}, longest=LONGEST_ANSWER)
        with desk.database.transaction() as session:
            now = session.info["now"]
            actor = sign_in_with_passkey(
                session, answer=form.one("credential"), token=form.one("token"), place=desk.place(request),
                desk_key=desk.key, now=now,
            )  # fmt: skip
            key = sessions.begin(session, actor.id, now=now) if actor else ""
        return _seated(desk, key, actor) if actor else _sign_in(request, desk, notice=REFUSED)

    @post("/sign-out", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def sign_out(self, desk: DeskHere, seat: SeatHere) -> Shown:
        """End this session, here and in the browser."""
        with desk.database.transaction() as session:
            sessions.end(session, seat.session_id, person_id=seat.actor.id, now=session.info["now"])
        headers = {"set-cookie": desk.cookie.taken(), "clear-site-data": _CLEARED}
        return Redirect(DESK, status_code=303, headers=headers)

    @get("/prove", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def ask_for_proof(
        self, request: Request[Any, Any, Any], desk: DeskHere, seat: SeatHere, back: FromQuery[str] = HOME
    ) -> Shown:
        """The form for a fresh proof."""
        return _prove(request, desk, seat.actor, back)

    @post("/prove", opt=opens_to(SIGNED_IN), status_code=200, sync_to_thread=True)
    def prove_by_password(
        self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, seat: SeatHere
    ) -> Shown:
        """Prove it with the password and a code."""
        form = desk_form(request, body, {"password", "code", "back"})
        with desk.database.reading() as session:
            compared = compare_password(session, form.one("password"), person_id=seat.actor.id)
        with desk.database.transaction() as session:
            now = session.info["now"]
            actor = sign_in_with_password(
                session, compared, code=form.one("code"), desk_key=desk.key, now=now, way="proof"
            )
            if actor:
                sessions.step_up(session, seat.session_id, now=now)
        back = form.one("back")
        return Redirect(_safe(back), status_code=303) if actor else _prove(request, desk, seat.actor, back, REFUSED)

    @post("/prove/passkey", opt=opens_to(SIGNED_IN), status_code=200, sync_to_thread=True)
    def prove_by_passkey(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, seat: SeatHere) -> Shown:
        """Prove it with one's passkey."""
        form = desk_form(request, body, {"token", "credential", "back"}, longest=LONGEST_ANSWER)
        with desk.database.transaction() as session:
            now = session.info["now"]
            actor = sign_in_with_passkey(
                session, answer=form.one("credential"), token=form.one("token"), place=desk.place(request),
                desk_key=desk.key, now=now, person_id=seat.actor.id,
            )  # fmt: skip
            if actor:
                sessions.step_up(session, seat.session_id, now=now)
        back = form.one("back")
        return Redirect(_safe(back), status_code=303) if actor else _prove(request, desk, seat.actor, back, REFUSED)


def home_of(actor: Actor) -> str:
    """The first page of somebody: the month for who makes calls, the listings for others."""
    return _MONTH if actor.role in KEEPERS else HOME


def _seated(desk: Desk, key: str, actor: Actor) -> Shown:
    return Redirect(home_of(actor), status_code=303, headers={"set-cookie": desk.cookie.given(key)})


def _sign_in(request: Request[Any, Any, Any], desk: Desk, *, notice: str = "") -> Shown:
    question = ask_to_sign_in(desk.place(request), desk_key=desk.key, now=desk.clock())
    return desk.pages.page("sign_in", request, notice=notice, options=question.options, token=question.token)


def _prove(request: Request[Any, Any, Any], desk: Desk, actor: Actor, back: str, notice: str = "") -> Shown:
    question = ask_to_sign_in(desk.place(request), desk_key=desk.key, now=desk.clock(), person_id=actor.id)
    return desk.pages.page(
        "prove", request, notice=notice, back=_safe(back), options=question.options, token=question.token
    )


def _safe(back: str) -> str:
    """Where to go back to: a page of the desk and nothing else."""
    return back if _BACK.fullmatch(back) else HOME
