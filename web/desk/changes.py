"""Proposals: what waits, what speaks for it, and deciding about it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError, NotFoundError
from directory.intake.pairs import count_waiting
from directory.integrity import service
from directory.integrity.queries import change_of, open_changes
from directory.people.policy import KEEPERS
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import ADMINS, PARTNERS, opens_to
from web.desk.value_words import FIELD_WORDS, WANTS, value_in_words
from web.doors import DESK

_CHANGES = f"{DESK}/changes"
KEY_WORDS = {
    "old-number": "A call to the number that is listed", "independent-number": "A call to a number from another source",
    "own-site": "Their own site shows it", "provider": "The program confirmed it in writing",
    "lookup": "A look-up of the number", "neighbour": "A neighbour deployment", "dead-line": "The old line is dead",
}  # fmt: skip
# A neighbour's word comes as a signed file.
_BROUGHT_BY_HAND = KEY_WORDS.keys() - {"neighbour"}
_SAID = {
    "noted": "Noted.", "applied": "Approved and shown from now on.", "declined": "Declined.",
    "waiting": "Approved. It is shown after 72 hours, unless somebody declines it meanwhile.",
    "glass": "Asked for. Another admin has to approve it; everybody is told.",
}  # fmt: skip


class Changes(Controller):
    """The list of proposals, and one of them. What is outside one's scope is not there."""

    path = _CHANGES

    @get("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """What waits, the oldest first."""
        with desk.database.reading() as session:
            waiting = open_changes(session, by=by)
            if by.role == "partner":
                waiting = [one for one in waiting if one.is_own]
            pairs = count_waiting(session, by=by)
        return desk.pages.page(
            "changes", request, waiting=waiting, pairs=pairs, wants=WANTS, words=FIELD_WORDS, notice=_SAID.get(said, "")
        )

    @get("/{change:int}", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show_one(
        self, request: Request[Any, Any, Any], change: FromPath[int], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """One proposal with what speaks for it and what is missing."""
        with desk.database.reading() as session:
            seen = change_of(session, row(change), by=by, now=session.info["now"])
        if by.role == "partner" and not seen.is_own:
            # What others propose may be for fewer eyes than a partner's.
            raise NotFoundError("There is no such proposal.")
        old = value_in_words(seen.wants, seen.old, seen.slot) if seen.old is not None else ""
        new = value_in_words(seen.wants, seen.new, seen.slot) if seen.new is not None else ""
        return desk.pages.page(
            "change", request, seen=seen, brought=seen.keys, old=old, new=new, wants=WANTS, words=FIELD_WORDS,
            can_approve=seen.may_approve and seen.waits_until is None, keys=KEY_WORDS,
            notice=_SAID.get(said, ""),
        )  # fmt: skip

    @post("/{change:int}/keys", opt=opens_to(KEEPERS), sync_to_thread=True)
    def add_key(
        self, request: Request[Any, Any, Any], body: RawBody, change: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Bring a key: what a call, a site or a look-up said."""
        form = desk_form(request, body, {"key", "outcome"})
        if form.one("key") not in _BROUGHT_BY_HAND:
            raise BadInputError("That is no key that anybody brings here.")
        with desk.database.transaction() as session:
            service.add_key(
                session, row(change), form.one("key"), outcome=form.one("outcome"), by=by, now=session.info["now"]
            )
        is_over = form.one("key") == "old-number" and form.one("outcome") == "refused"
        return Redirect(f"{_CHANGES}?said=declined" if is_over else f"{_CHANGES}/{change}?said=noted", status_code=303)

    @post("/{change:int}/approve", opt=opens_to(KEEPERS, proved=True), sync_to_thread=True)
    def approve(
        self, request: Request[Any, Any, Any], body: RawBody, change: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Second it, exactly as it was shown."""
        shown = desk_form(request, body, {"shown"}).one("shown")
        with desk.database.transaction() as session:
            approved = service.approve(session, row(change), shown=shown, by=by, now=session.info["now"])
        return Redirect(f"{_CHANGES}?said={'applied' if approved.is_applied else 'waiting'}", status_code=303)

    @post("/{change:int}/decline", opt=opens_to(PARTNERS), sync_to_thread=True)
    def decline(self, change: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Decline it, or withdraw one's own."""
        with desk.database.transaction() as session:
            service.decline(session, row(change), by=by, now=session.info["now"])
        return Redirect(f"{_CHANGES}?said=declined", status_code=303)

    @post("/{change:int}/break-glass", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def break_glass(self, change: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Ask that two admins do it without a key; everybody is told."""
        with desk.database.transaction() as session:
            asked = service.break_glass(session, row(change), by=by, now=session.info["now"])
        return Redirect(f"{_CHANGES}/{asked}?said=glass", status_code=303)
