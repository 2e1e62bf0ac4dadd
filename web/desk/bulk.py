"""One thing for many listings: a look at what would happen to each, then doing it, then what was done."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import RawBody

from directory.errors import BadInputError
from directory.listings.notes_screen import LONGEST_NOTE
from directory.people.policy import KEEPERS
from directory.planning.staff_wishes import MONTHS, USUAL_MONTHS
from directory.worklist.bulk import MOST, Further, Outcome, carry_out, counted, preview, take_back, withdraw
from directory.worklist.notes import DAYS, USUAL_DAYS
from directory.worklist.queries import found_ids
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.listings import ACTION_WORDS, ASKED, asked_in
from web.desk.notes import LONGEST_TYPED
from web.desk.one_listing import LISTINGS, reason_of
from web.forms import Form

_CHOSEN = {"listing", "action", "reason", "text", "days", "months"}
_WOULD = {
    "written": "a letter goes to the program", "hidden": "hidden at once, for 72 hours",
    "closed": "closed at once: nobody had confirmed it", "proposed": "proposed; a second person decides",
    "withdrawn": "withdrawn", "noted": "the note is left there", "called-for": "it comes into the next plan of calls",
    "left-out": "no letter goes there by itself", "taken-back": "taken back",
}  # fmt: skip
_DONE = {
    "written": "a letter is on its way", "hidden": "hidden; it comes back after 72 hours unless somebody seconds it",
    "closed": "closed", "proposed": "proposed; what was shown stays until a second person has decided",
    "withdrawn": "the proposal is withdrawn", "noted": "the note is left there",
    "called-for": "the next plan has it, tonight at the latest, as far as the minutes go",
    "left-out": "no letter goes there by itself until that is over", "taken-back": "taken back",
}  # fmt: skip


_LONGEST_ID = 20


class Bulk(Controller):
    """The pages; the listings are posted, so that no address says which they are."""

    path = f"{LISTINGS}/chosen"

    @post("/", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def look(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """What would happen to each; nothing of it is done."""
        form = desk_form(request, body, {*_CHOSEN, *ASKED, "which"}, longest=LONGEST_TYPED, lines=True)
        listings = form.all("listing")
        if form.one("which") == "all-found":
            with desk.database.reading() as session:
                asked = asked_in(form)
                listings = tuple(found_ids(session, asked, by=by, most=MOST, country=desk.settings.country))
        action = form.one("action")
        reason, further = reason_of(form.one("reason")), _further(form)
        found = preview(desk.database, listings, action, by=by, reason=reason, further=further)
        going = [one.id for one in found if one.said != "refused"]
        return _page(desk, request, found, form, action=action, going=going, words=_WOULD)

    @post("/done", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def do(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Do it, and say of each what became of it."""
        form = desk_form(request, body, _CHOSEN, longest=LONGEST_TYPED, lines=True)
        reason, action = reason_of(form.one("reason")), form.one("action")
        found = carry_out(desk.database, form.all("listing"), action, by=by, reason=reason, further=_further(form))
        return _page(desk, request, found, form, action=action, words=_DONE)

    @post("/withdrawn", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def take_back(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Withdraw the proposals that were just made."""
        form = desk_form(request, body, {"change"})
        found = withdraw(desk.database, _rows(form, "change"), by=by)
        return _page(desk, request, found, form, action="", words=_DONE)

    @post("/undone", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def undo(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Delete the notes that were just left, or want no longer what was just wanted."""
        form = desk_form(request, body, {"action", "note", "listing"})
        notes, listings = _rows(form, "note"), form.all("listing")
        found = take_back(desk.database, form.one("action"), by=by, notes=notes, listings=listings)
        return _page(desk, request, found, form, action="", words=_DONE)


def _further(form: Form) -> Further:
    return Further(form.one("text"), form.number("days") or USUAL_DAYS, form.number("months") or USUAL_MONTHS)


def _rows(form: Form, field: str) -> list[int]:
    numbers = form.all(field)
    if not all(one.isascii() and one.isdigit() and len(one) < _LONGEST_ID for one in numbers):
        raise BadInputError("There is nothing of the kind.")
    return [row(int(one)) for one in numbers]


def _page(
    desk: Desk,
    request: Request[Any, Any, Any],
    found: list[Outcome],
    form: Form,
    *,
    action: str,
    words: dict[str, str],
    going: list[str] | None = None,
) -> Response[bytes]:
    done, refused = counted(found)
    # What was just done is taken back by one press; what is only looked at has nothing to take back.
    made = found if going is None else []
    return desk.pages.page(
        "bulk", request,
        # What is refused stands first: it is what somebody has to look at.
        found=sorted(found, key=lambda one: one.said != "refused"), done=done, refused=refused,
        action=action, reason=form.one("reason"), going=going, words=words, action_words=ACTION_WORDS,
        further=_further(form), days=DAYS, months=MONTHS, longest=LONGEST_NOTE,
        changes=[one.change for one in made if one.change is not None],
        notes=[one.note for one in made if one.note is not None],
        wanted=[one.id for one in made if one.said in {"called-for", "left-out"}],
    )  # fmt: skip
