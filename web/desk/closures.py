"""Closed for a time: from when until when, why by a fixed list, and what whoever calls should do instead."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from litestar import Controller, Request, Response, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.confirming.for_a_time import close_for_a_time, open_again
from directory.errors import BadInputError
from directory.people.policy import KEEPERS
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS, back_to, listing_here
from web.desk.saved import SAVED
from web.languages import spoken

WHY: Final = {
    "works": {"en": "Building work.", "es": "Obras."},
    "staff": {"en": "Too few people to answer.", "es": "Falta personal."},
    "holiday": {"en": "Holidays.", "es": "Vacaciones."},
    "full": {"en": "No room.", "es": "No hay lugar."},
    "emergency": {"en": "An emergency in the area.", "es": "Una emergencia en la zona."},
    "moving": {"en": "They are moving.", "es": "Se est\u00e1n mudando."},
}
# What whoever calls should do, as words of a list: in a free one, a stolen session could send people anywhere.
INSTEAD: Final = {
    "": {"en": "", "es": ""},
    "call": {"en": "Call before you go.", "es": "Llame antes de ir."},
    "message": {"en": "Leave a message only if that is safe.", "es": "Deje un mensaje solo si es seguro."},
    "other": {"en": "Look for another place meanwhile.", "es": "Busque otro lugar mientras tanto."},
    "hotline": {"en": "Call the hotline meanwhile.", "es": "Llame a la l\u00ednea nacional mientras tanto."},
}


class Closures(Controller):
    """Two buttons of the page of a listing."""

    path = f"{LISTINGS}/{{listing:str}}"

    @post("/closed", opt=opens_to(KEEPERS), sync_to_thread=True)
    def close(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say that it is closed from one day to another; it ends by itself."""
        form = desk_form(request, body, {"first", "last", "why", "instead"})
        try:
            first, last = (dt.date.fromisoformat(form.one(field)) for field in ("first", "last"))
        except ValueError:
            raise BadInputError("Write both days as year-month-day, such as 2027-03-31.") from None
        if form.one("why") not in WHY or form.one("instead") not in INSTEAD:
            raise BadInputError("Choose why, and what to do instead.")
        note = _said(desk, first, last, WHY[form.one("why")], INSTEAD[form.one("instead")])
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            done = close_for_a_time(session, found.id, first, last, note=note, by=by, now=session.info["now"])
        return _back(listing, done)

    @post("/open-again", opt=opens_to(KEEPERS), sync_to_thread=True)
    def reopen(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Say that it is open again from today on."""
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            done = open_again(session, found.id, by=by, now=session.info["now"])
        return _back(listing, done) if done else back_to(listing, "same")


def _back(listing: str, done: list[int]) -> Response[Any]:
    return Redirect(f"{LISTINGS}/{listing}?said={SAVED}{'-'.join(map(str, done))}", status_code=303)


def _said(desk: Desk, first: dt.date, last: dt.date, *more: Mapping[str, str]) -> str:
    """Notes to everybody are in the site's own language."""
    language = desk.settings.language
    t = spoken(desk.settings)[language]
    words = str(t("over.alert.closed", first=first.isoformat(), last=last.isoformat()))
    return " ".join([words, *(one.get(language, one["en"]) for one in more)]).strip()
