"""Saying of a listing that it is the same as another: finding the other one, which leads to both side by side."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.intake.matches import pair_of
from directory.integrity.queries import name_of
from directory.integrity.reach import is_in_scope
from directory.listings.models import Record
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.worklist.asked import Asked
from directory.worklist.queries import find
from web.desk.app import By, Desk, DeskHere
from web.desk.duplicates import DUPLICATES
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS, listing_here

_SHOWN = 20


class SameAs(Controller):
    """The page of one listing; what is searched for is posted, so that none of it stands in an address."""

    path = f"{LISTINGS}/{{listing:str}}/same"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def ask(self, request: Request[Any, Any, Any], listing: FromPath[str], desk: DeskHere, by: By) -> Response[bytes]:
        """Which other one?"""
        return _page(request, desk, by, listing)

    @post("/", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def say(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Find others; or take one of them, which leads to the pair."""
        form = desk_form(request, body, {"words", "other"})
        if not form.one("other"):
            return _page(request, desk, by, listing, words=form.one("words"))
        with desk.database.transaction() as session:
            one, other = (listing_here(session, public_id, by) for public_id in (listing, form.one("other")))
            pair, is_owners = _pair(session, one, other, by)
        return Redirect(f"{DUPLICATES}/{pair}{'?said=first' if is_owners else ''}", status_code=303)


def _pair(session: Session, one: Record, other: Record, by: Actor) -> tuple[int, bool]:
    """The pair to decide about first, and whether it is that of the organizations behind the two."""
    now = session.info["now"]
    if one.id == other.id:
        raise BadInputError("That is the same listing.")
    services, owners = (
        [survivor_of(session, getattr(side, column)) or 0 for side in (one, other)]
        for column in ("service_id", "organization_id")
    )
    if services[0] == services[1]:
        return pair_of(session, one.id, other.id, by=by, now=now), False
    pair = pair_of(session, *services, by=by, now=now)
    if owners[0] == owners[1]:
        return pair, False
    if not all(is_in_scope(session, get_record(session, owner), by=by) for owner in owners):
        raise RefusedError(
            "They stand under two organizations. Whoever looks after both of those has to say first whether they are "
            "one."
        )
    return pair_of(session, *owners, by=by, now=now), True


def _page(
    request: Request[Any, Any, Any], desk: Desk, by: Actor, public_id: str, *, words: str = ""
) -> Response[bytes]:
    with desk.database.reading() as session:
        found = listing_here(session, public_id, by)
        name = name_of(session, found)
        asked = Asked(words=words)
        page = find(session, asked, by=by, country=desk.settings.country) if words.strip() else None
    lines = [one for one in page.lines if one.id != public_id] if page is not None else []
    return desk.pages.page(
        "same_as", request, listing=public_id, name=name, words=words, lines=lines[:_SHOWN],
        has_more=len(lines) > _SHOWN or (page is not None and page.has_more), is_asked=page is not None,
    )  # fmt: skip
