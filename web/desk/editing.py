"""The form of one listing: all that people here may say of it, with one button for all of it."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.errors import RefusedError
from directory.integrity import service
from directory.integrity.queries import name_of
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.search.written import area_name
from importers.places_of_rows import Places
from web.desk import edits
from web.desk.app import By, Desk, DeskHere
from web.desk.edit_sheet import sections
from web.desk.entries import LONGEST_TEXT
from web.desk.facts_shown import tier_of
from web.desk.forms import desk_form
from web.desk.guards import PARTNERS, opens_to
from web.desk.one_listing import LISTINGS, REASONS, listing_here, reason_of
from web.desk.saved import SAVED
from web.desk.spots import Boxes, Sheet, Spot, Typed

# A listing has some hundred boxes, and each value a mark of what was seen.
_MOST_FIELDS = 2_000
_NOTHING = "Nothing was changed: every box says what it said before."
_WRONG = "Nothing is saved yet. What you typed is still here."


class Editing(Controller):
    """The form, and what it asks for. What is outside one's scope is not there."""

    path = f"{LISTINGS}/{{listing:str}}/edit"

    @get("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], listing: FromPath[str], desk: DeskHere, by: By) -> Response[bytes]:
        """The form as things stand."""
        return _form(request, desk, listing, by)

    @post("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def save(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Write what one person may change, and propose the rest; nothing at all where something typed is wrong."""
        typed = Typed({}, {})
        try:
            with desk.database.transaction() as session:
                found = listing_here(session, listing, by)
                sheet = Sheet(session, found, by=by, tier=tier_of(by.role))
                typed = Typed.of(
                    desk_form(
                        request, body, Boxes(sheet), longest=LONGEST_TEXT, lines=True, most_fields=_MOST_FIELDS
                    )
                )  # fmt: skip
                asked = edits.read(session, sheet, typed, places=Places(desk.gazetteer, desk.settings.country))
                done: list[int] = []
                for letter, many in asked.by_record().items() if not asked.wrong else ():
                    edited = service.edit(
                        session, sheet.records[letter].id, many, by=by, reason=reason_of(typed.reason),
                        now=session.info["now"],
                    )  # fmt: skip
                    done += [*([edited.applied] if edited.applied else []), *edited.proposed]
        except RefusedError as error:
            return _form(request, desk, listing, by, typed=typed, notice=f"{error} {_WRONG}", status=409)
        if asked.wrong:
            status = 409 if asked.conflicts else 400
            return _form(request, desk, listing, by, typed=typed, wrong=asked.wrong, notice=_WRONG, status=status)
        if not done:
            return _form(request, desk, listing, by, typed=typed, notice=_NOTHING)
        return Redirect(f"{LISTINGS}/{listing}?said={SAVED}{'-'.join(map(str, done))}", status_code=303)


def _form(
    request: Request[Any, Any, Any],
    desk: Desk,
    public_id: str,
    by: Actor,
    *,
    typed: Typed | None = None,
    wrong: Mapping[Spot, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response[bytes]:
    tier = tier_of(by.role)
    with desk.database.reading() as session:
        found = listing_here(session, public_id, by)
        sheet = Sheet(session, found, by=by, tier=tier)
        made = sections(session, sheet, tier=tier, gazetteer=desk.gazetteer, typed=typed, wrong=wrong)
        service_record = get_record(session, found.service_id or 0)
        name = name_of(session, service_record)
        area = area_name(service_record.published_area or "", desk.gazetteer)
    return desk.pages.page(
        "edit", request, status=status, listing=public_id, name=name, sections=made, is_private=sheet.is_private,
        area=area, reasons=REASONS, chosen=typed.reason if typed else "", notice=notice, keeps=by.role in KEEPERS,
    )  # fmt: skip
