"""Letters to many programs at once: whom they would go to and whom not, and what became of those that went out."""

import datetime as dt
from collections import Counter
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromQuery, RawBody
from litestar.response import Redirect

from directory.confirming.stopping import going, stop, stops
from directory.errors import BadInputError, RefusedError
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.settings import Settings
from directory.vocabulary import terms
from directory.worklist.campaigns import Addressee, Wanted, preview, progress, start
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.doors import DESK
from web.forms import Form

LETTERS = f"{DESK}/letters"
STATES = {
    "unverified": "Not confirmed here yet", "verified": "Confirmed", "due": "Due for a call", "stale": "Stale",
    "unreachable": "Nobody is reached",
}  # fmt: skip
# For how many months nobody confirmed it.
MONTHS = (3, 6, 9, 12, 18)
WHY_NOT = {
    "no-mailbox": "No mailbox is verified, or mail came back: ask for one when you call",
    "left-alone": "They asked to be left alone",
    "left-out": "Left out of letters for a while, as its page says",
    "ending": "A proposal would close it or take it off the list: decide that first",
    "recently": "Asked lately: three letters in half a year at most",
    "mailbox-rests": "The same mailbox is asked about another listing first",
    "full": "No more letters go out today: press again tomorrow",
}  # fmt: skip
_SAID = {
    "stopped": "Stopped: what had not gone out does not. Links that are out stay good.",
    "started": "The letters are put out, and go one after the other.",
    "none": "Nobody was left to write to.",
}  # fmt: skip
_FIELDS = frozenset({"kind", "area", "state", "months"})
# How many lines of a reason are shown; the others are counted.
_MOST_LINES = 200


class Letters(Controller):
    """Choose, look, start; and see what came back. What is outside one's scope is not there."""

    path = LETTERS

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """What became of the letters of the last three months, and the choice of whom to ask."""
        return _page(request, desk, by, Wanted(), notice=_SAID.get(said, ""))

    @post("/", opt=opens_to(KEEPERS), sync_to_thread=True, status_code=200)
    def look(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Whom letters would go to, and to whom not and why. Nothing is written."""
        wanted = _wanted(desk_form(request, body, _FIELDS))
        with desk.database.reading() as session:
            found = preview(session, wanted, by=by, now=session.info["now"])
        return _page(request, desk, by, wanted, found=found)

    @post("/start", opt=opens_to(KEEPERS), sync_to_thread=True)
    def begin(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Write to those who were shown."""
        wanted = _wanted(desk_form(request, body, _FIELDS))
        if missing := _missing(desk.settings):
            raise RefusedError(missing)
        count = start(desk.database, wanted, by=by)
        return Redirect(f"{LETTERS}?said={'started' if count else 'none'}", status_code=303)

    @post("/stop", opt=opens_to(KEEPERS), sync_to_thread=True)
    def end(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Let what somebody had written, and has not gone out, not go out."""
        person = desk_form(request, body, {"person"}).one("person")
        with desk.database.transaction() as session:
            stop(session, person, by=by, now=session.info["now"])
        return Redirect(f"{LETTERS}?said=stopped", status_code=303)


def _wanted(form: Form) -> Wanted:
    kind, area, state, months = (form.one(field) for field in ("kind", "area", "state", "months"))
    if kind and kind not in {one.code for one in terms.kinds()}:
        raise BadInputError("There is no such kind.")
    if (state and state not in STATES) or (months and months not in map(str, MONTHS)):
        raise BadInputError("Choose one of the list.")
    return Wanted(kind, area.upper(), state, int(months or 0))


def _missing(settings: Settings) -> str:
    """What has to be set before a letter can go out; empty where nothing has."""
    if not settings.mail_server:
        return "No letter can go out: no mail server is set (HANDRAIL_MAIL_SERVER)."
    if not settings.public_host:
        return "No letter can go out: its link would lead nowhere (HANDRAIL_PUBLIC_HOST is not set)."
    return ""


def _page(
    request: Request[Any, Any, Any],
    desk: Desk,
    by: Actor,
    wanted: Wanted,
    *,
    found: list[Addressee] | None = None,
    notice: str = "",
) -> Response[bytes]:
    with desk.database.reading() as session:
        now = session.info["now"]
        went, goes_out, stopped = progress(session, by=by, now=now), going(session, by=by), stops(session, now=now)
    told = found or []
    counts = Counter(one.why_not for one in told)
    kinds = sorted((one.code, terms.label("kind", one.code, "en")) for one in terms.kinds())
    return desk.pages.page(
        "letters", request, went=went, going=goes_out, stopped=stopped, wanted=wanted,
        found=found, counts=counts, why_not=WHY_NOT, states=STATES,
        kinds=sorted(kinds, key=lambda one: one[1]), months=MONTHS, notice=notice, missing=_missing(desk.settings),
        goes=[one for one in told if not one.why_not][:_MOST_LINES],
        stays=[(one, _until(one)) for one in told if one.why_not][:_MOST_LINES],
        reminds=desk.settings.ask_programs == "on",
    )  # fmt: skip


def _until(one: Addressee) -> dt.date | None:
    """The day from which on somebody who was asked lately may be asked again."""
    return dt.date.fromordinal(one.due_on) if one.why_not == "recently" else None
