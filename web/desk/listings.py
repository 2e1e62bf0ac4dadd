"""The list of what one works on, and entering a listing by hand."""

import uuid
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import RawBody
from litestar.response import Redirect

from directory.bootstrap import working_network
from directory.errors import BadInputError
from directory.integrity import service
from directory.integrity.queries import protections_off
from directory.listings.disclosure import default_disclosure
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.fields import Phone, ServiceArea, TermValue, Text
from directory.listings.queries import get_record
from directory.people.policy import KEEPERS
from directory.places.areas import Area, area_by_id, area_of, areas_of_postal_prefix, coarser
from directory.values.phone import parse_phone
from directory.values.plain_text import folded, one_line
from directory.vocabulary import terms
from directory.worklist.asked import CUTTING, Asked
from directory.worklist.queries import choices, find
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import PARTNERS as WORKING
from web.desk.guards import SIGNED_IN, opens_to
from web.doors import DESK
from web.forms import Form

_LISTINGS = f"{DESK}/listings"
LONGEST_NAME = 120
LIST_STATES = {
    "unverified": "Never confirmed", "verified": "Confirmed", "due": "Due for a call", "stale": "Too old",
    "unreachable": "Nobody is reached", "suspended": "Hidden", "closed": "Closed", "do-not-list": "Do not list",
    "merged": "Merged into another",
}  # fmt: skip
ABOUT_WORDS = {
    "": "Everything", "waiting": "Something waits", "reported": "Said to be wrong", "expiring": "Running out",
    "mine": "Mine",
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

    @get("/new", opt=opens_to(KEEPERS), sync_to_thread=True)
    def ask(self, request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
        """The form of a new listing."""
        kinds = [(kind.code, terms.label("kind", kind.code, "en")) for kind in terms.kinds()]
        return desk.pages.page("new", request, kinds=sorted(kinds, key=lambda one: one[1]))

    @post("/new", opt=opens_to(KEEPERS), sync_to_thread=True)
    def add(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Enter it; it is unverified until another person calls."""
        form = desk_form(request, body, {"organization", "name", "kind", "number", "state", "postal"})
        organization, name = _name(form.one("organization")), _name(form.one("name"))
        kind = terms.kind(form.one("kind")).code
        number = parse_phone(form.one("number"), country=desk.settings.country).number
        facts = [
            _named(name),
            FactDraft("kind", TermValue(), slot=kind),
            FactDraft("phone", Phone(number), slot="voice", match_key=number),
        ]
        disclosure = default_disclosure([kind])
        country, state = desk.settings.country, form.one("state").upper()
        region = area_by_id(f"{country}-{state}")
        if region is None:
            raise BadInputError("Say in which state it is, by its two letters.")
        area = _area(region, form.one("postal"))
        if disclosure == "public":
            facts.append(FactDraft("service_area", ServiceArea("state"), slot=f"{country}-{state}"))
        key = f"hand:{uuid.uuid4()}"
        with desk.database.transaction() as session:
            made = service.add_listing(
                session,
                OrganizationDraft(f"{key}:organization", [_named(organization)]),
                ServiceDraft(
                    key, f"{key}:organization", facts, disclosure, area.id if disclosure == "area_only" else None
                ),
                network_id=working_network(session).id,
                by=by,
                now=session.info["now"],
            )
            public_id = str(get_record(session, made.listings[0][1]).public_id)
        return Redirect(f"{_LISTINGS}/{public_id}?said=added", status_code=303)


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
        works=by.role in WORKING, fields=ASKED,
        is_cut=any(getattr(asked, field) for field in CUTTING),
    )  # fmt: skip


def _named(name: str) -> FactDraft:
    return FactDraft("name", Text(name), match_key=folded(name))


def _area(region: Area, postal: str) -> Area:
    """The area of a postal code or its beginning, if it lies in the state that was said; else the whole state."""
    found = area_of(region.country, region.region, postal)
    if found is not None and found != region:
        return found
    begun = (
        [area for area in areas_of_postal_prefix(postal, region.country) if region in coarser(area)] if postal else []
    )
    return begun[0] if len(begun) == 1 else region


def _name(written: str) -> str:
    name = one_line(written, LONGEST_NAME)
    if not name:
        raise BadInputError("A listing and its organization need names.")
    return name
