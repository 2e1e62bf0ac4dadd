"""What every page about one listing needs: finding it within one's scope, and why somebody changes something."""

from typing import Any, Final

from litestar import Response
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.cards.queries import findable_listing
from directory.integrity.reach import require_scope
from directory.listings.models import Record
from directory.listings.queries import find_record
from directory.people.actor import Actor
from web.doors import DESK

LISTINGS: Final = f"{DESK}/listings"
# Whoever changes something says why with a word of this list: there is no field in which a name could stand.
REASONS: Final = {
    "told": "the program told us", "site": "their own site says so", "moved": "they moved", "wrong": "it was wrong",
    "threat": "somebody may be in danger", "asked": "the program asked for it", "other": "another reason",
}  # fmt: skip


def listing_here(session: Session, public_id: str, by: Actor) -> Record:
    """The listing; raises ``NotFoundError`` for what is not there and for what is not within one's scope."""
    found = find_record(session, public_id, kind="listing")
    require_scope(session, found, by=by)
    if by.role == "law-enforcement":
        # What nobody may find, such as what was hidden from them, they do not find either (SAFETY A10).
        findable_listing(session, public_id)
    return found


def reason_of(code: str) -> str:
    """Why, in words."""
    return REASONS.get(code, REASONS["other"])


def back_to(listing: str, said: str) -> Response[Any]:
    """To the page of a listing, which says what was done."""
    return Redirect(f"{LISTINGS}/{listing}?said={said}", status_code=303)
