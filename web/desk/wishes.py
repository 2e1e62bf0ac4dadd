"""What people here want of a listing: that it be called this month, that no letter go there by itself for a while."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import FromPath, RawBody

from directory.errors import BadInputError
from directory.people.policy import KEEPERS
from directory.planning.staff_wishes import WISH_KINDS, end_staff_wish, rest_letters, want_call
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS, back_to, listing_here


class Wishes(Controller):
    """Buttons of the page of a listing."""

    path = f"{LISTINGS}/{{listing:str}}/wishes"

    @post("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def want(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Want a call this month, or no letters for some months."""
        form = desk_form(request, body, {"kind", "months"})
        with desk.database.transaction() as session:
            found, now = listing_here(session, listing, by), session.info["now"]
            if _kind(form.one("kind")) == "call":
                want_call(session, found.id, by=by, now=now)
            else:
                rest_letters(session, found.id, months=form.number("months") or 0, by=by, now=now)
        return back_to(listing, f"wants-{form.one('kind')}")

    @post("/end", opt=opens_to(KEEPERS), sync_to_thread=True)
    def end(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Want it no longer."""
        kind = _kind(desk_form(request, body, {"kind"}).one("kind"))
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            end_staff_wish(session, found.id, kind, by=by, now=session.info["now"])
        return back_to(listing, "unwanted")


def _kind(said: str) -> str:
    if said not in WISH_KINDS:
        raise BadInputError("That is nothing that can be wanted of a listing.")
    return said
