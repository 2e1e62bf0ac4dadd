"""One thing for many listings: a look at what would happen to each, then doing it, then what was done."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import RawBody

from directory.errors import BadInputError
from directory.people.policy import KEEPERS
from directory.worklist.bulk import MOST, Outcome, carry_out, counted, preview, withdraw
from directory.worklist.queries import found_ids
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.listings import ACTION_WORDS, ASKED, asked_in
from web.desk.one_listing import LISTINGS, reason_of

_CHOSEN = {"listing", "action", "reason"}
_WOULD = {
    "written": "a letter goes to the program", "hidden": "hidden at once, for 72 hours",
    "closed": "closed at once: nobody had confirmed it", "proposed": "proposed; a second person decides",
    "withdrawn": "withdrawn",
}  # fmt: skip
_DONE = {
    "written": "a letter is on its way", "hidden": "hidden; it comes back after 72 hours unless somebody seconds it",
    "closed": "closed", "proposed": "proposed; what was shown stays until a second person has decided",
    "withdrawn": "the proposal is withdrawn",
}  # fmt: skip


class Bulk(Controller):
    """The pages; the listings are posted, so that no address says which they are."""

    path = f"{LISTINGS}/chosen"

    @post("/", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def look(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """What would happen to each; nothing of it is done."""
        form = desk_form(request, body, {*_CHOSEN, *ASKED, "which"})
        listings = form.all("listing")
        if form.one("which") == "all-found":
            with desk.database.reading() as session:
                asked = asked_in(form)
                listings = tuple(found_ids(session, asked, by=by, most=MOST, country=desk.settings.country))
        action = form.one("action")
        found = preview(desk.database, listings, action, by=by, reason=reason_of(form.one("reason")))
        going = [one.id for one in found if one.said != "refused"]
        return _page(desk, request, found, action=action, reason=form.one("reason"), going=going, words=_WOULD)

    @post("/done", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def do(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Do it, and say of each what became of it."""
        form = desk_form(request, body, _CHOSEN)
        reason = reason_of(form.one("reason"))
        found = carry_out(desk.database, form.all("listing"), form.one("action"), by=by, reason=reason)
        return _page(desk, request, found, action=form.one("action"), words=_DONE)

    @post("/withdrawn", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def take_back(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Withdraw the proposals that were just made."""
        numbers = desk_form(request, body, {"change"}).all("change")
        if not all(one.isascii() and one.isdigit() and len(one) < 20 for one in numbers):
            raise BadInputError("These are no proposals.")
        found = withdraw(desk.database, [row(int(one)) for one in numbers], by=by)
        return _page(desk, request, found, action="", words=_DONE)


def _page(
    desk: Desk,
    request: Request[Any, Any, Any],
    found: list[Outcome],
    *,
    action: str,
    words: dict[str, str],
    reason: str = "",
    going: list[str] | None = None,
) -> Response[bytes]:
    done, refused = counted(found)
    # What is refused stands first: it is what somebody has to look at.
    return desk.pages.page(
        "bulk", request, found=sorted(found, key=lambda one: one.said != "refused"), done=done, refused=refused,
        action=action, reason=reason, going=going, words=words, action_words=ACTION_WORDS,
        changes=[] if going is not None else [one.change for one in found if one.change is not None],
    )  # fmt: skip
