"""Notes at a listing: leaving one and deleting it. What is refused comes back in its form and is kept nowhere."""

from typing import Any, Final

from litestar import Controller, Request, Response, post
from litestar.params import FromPath, RawBody

from directory.errors import NotFoundError, RefusedError
from directory.listings.notes_screen import LONGEST_NOTE
from directory.listings.queries import survivor_of
from directory.worklist.notes import DAYS, USUAL_DAYS, delete_note, write_note
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import PARTNERS, opens_to
from web.desk.listing import NoteForm, listing_page
from web.desk.one_listing import LISTINGS, back_to, listing_here

# Room for what is too long, so that it comes back and is not lost.
LONGEST_TYPED: Final = 10 * LONGEST_NOTE


class Notes(Controller):
    """Two buttons of the page of a listing."""

    path = f"{LISTINGS}/{{listing:str}}/notes"

    @post("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def write(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Leave a note."""
        form = desk_form(request, body, {"text", "days"}, longest=LONGEST_TYPED, lines=True)
        typed = NoteForm(form.one("text"), form.number("days") or USUAL_DAYS)
        try:
            with desk.database.transaction() as session:
                found = listing_here(session, listing, by)
                write_note(session, found.id, typed.text, days=typed.days, by=by, now=session.info["now"])
        except RefusedError as error:
            days = typed.days if typed.days in DAYS else USUAL_DAYS
            return listing_page(request, desk, listing, by, note=NoteForm(typed.text, days, str(error)))
        return back_to(listing, "noted")

    @post("/{note:int}/delete", opt=opens_to(PARTNERS), sync_to_thread=True)
    def delete(self, listing: FromPath[str], note: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Delete one before its day."""
        with desk.database.transaction() as session:
            here = listing_here(session, listing, by)
            left_at = delete_note(session, row(note), by=by, now=session.info["now"])
            if here.id not in {left_at.id, survivor_of(session, left_at.id)}:
                raise NotFoundError("There is no such note.")
        return back_to(listing, "unnoted")
