"""The list of what one works on, and entering a listing by hand."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import RawBody

from directory.integrity.queries import protections_off
from directory.people.policy import KEEPERS
from directory.vocabulary import terms
from directory.worklist.asked import CUTTING, Asked
from directory.worklist.bulk import MOST
from directory.worklist.queries import choices, find
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import PARTNERS as WORKING
from web.desk.guards import SIGNED_IN, opens_to
from web.desk.one_listing import REASONS
from web.doors import DESK
from web.forms import Form

_LISTINGS = f"{DESK}/listings"
LONGEST_NAME = 120
LIST_STATES = {
    "unverified": "Never confirmed", "verified": "Confirmed", "due": "Due for a call", "stale": "Too old",
    "unreachable": "Nobody is reached", "suspended": "Hidden", "closed": "Closed", "do-not-list": "Do not list",
    "merged": "Merged into another",
}  # fmt: skip
ACTION_WORDS = {
    "letter": "ask by letter whether it is right", "hide": "hide for 72 hours", "close": "propose to close",
    "note": "leave a note", "call": "want them called this month", "no-letter": "leave them out of letters for a time",
}  # fmt: skip
ABOUT_WORDS = {
    "": "Everything", "waiting": "Something waits", "reported": "Said to be wrong", "expiring": "Running out",
    "mine": "Mine", "noted": "Has a note",
}  # fmt: skip
SORT_WORDS = {
    "name": "Name", "organization": "Organization", "confirmed": "Longest not confirmed", "due": "Due first",
}  # fmt: skip
ASKED = tuple(field.name for field in msgspec.structs.fields(Asked))
STATE_WORDS = {
    "unverified": "Not confirmed", "verified": "Confirmed", "pending": "A change waits", "disputed": "Said to be wrong",
    "hidden": "Hidden", "closed": "Closed", "do-not-list": "Do not list",
}  # fmt: skip


class Listings(Controller):
    """The list; whatever it is asked for is posted, so that none of it stands in an address (SAFETY D1)."""

    path = _LISTINGS

    @get("/", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere, by: By) -> Response[bytes]:
        """The beginning of the list."""
        return list_page(request, desk, by, Asked())

    @post("/", opt=opens_to(SIGNED_IN), status_code=200, sync_to_thread=True)
    def find(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """A page of what was asked for."""
        return list_page(request, desk, by, asked_in(desk_form(request, body, set(ASKED))))


def asked_in(form: Form) -> Asked:
    """What a form of the list asks for."""
    return Asked(**{field: form.one(field) for field in ASKED})


def list_page(request: Request[Any, Any, Any], desk: Desk, by: By, asked: Asked) -> Response[bytes]:
    """The list as it was asked for."""
    is_keeper = by.role in KEEPERS
    with desk.database.reading() as session:
        found = find(session, asked, by=by, country=desk.settings.country)
        chosen_from = choices(session) if is_keeper else None
        off = protections_off(session, now=session.info["now"]) if is_keeper else []
    kinds = [(kind.code, terms.label("kind", kind.code, "en")) for kind in terms.kinds()]
    return desk.pages.page(
        "listings", request, found=found, asked=asked, states=LIST_STATES, about=ABOUT_WORDS, sorts=SORT_WORDS,
        kinds=sorted(kinds, key=lambda one: one[1]), choices=chosen_from, off=off,
        works=by.role in WORKING, fields=ASKED, chooses=is_keeper, actions=ACTION_WORDS, reasons=REASONS, most=MOST,
        is_cut=any(getattr(asked, field) for field in CUTTING),
    )  # fmt: skip
