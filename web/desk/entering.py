"""Entering a listing by hand: a dozen boxes, a look at what is there already, and what its kind keeps private."""

import uuid
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import RawBody
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.errors import BadInputError, NotFoundError, RefusedError, UnknownTermError
from directory.integrity import service
from directory.integrity.as_kept import refuse_telling
from directory.integrity.queries import listing_of
from directory.integrity.reach import is_in_scope
from directory.listings.disclosure import default_disclosure
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.fields import Eligibility, Language, Phone, ServiceArea, TermValue, Text
from directory.listings.queries import find_record, get_record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.places.areas import Area, area_by_id, area_of, areas_of_postal_prefix, coarser
from directory.places.regions import find_region
from directory.values import language as languages
from directory.values.phone import parse_phone
from directory.values.plain_text import folded, one_line
from directory.vocabulary import terms
from importers.hours_cells import read_hours
from importers.matching.by_hand import Alike, alike
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS, back_to
from web.forms import Form

LONGEST_NAME = 120
_FIELDS = ("organization", "owner", "name", "kind", "number", "state", "postal", "languages", "hours", "who", "sure")
_NEW = "new"


class Written(msgspec.Struct):
    """What the form says of a service, as far as it can be read, and what is wrong by box."""

    organization: str
    facts: list[FactDraft]
    kind: str = ""
    number: str = ""
    disclosure: str = "public"
    area: Area | None = None
    wrong: dict[str, str] = msgspec.field(default_factory=dict)


class Like(msgspec.Struct, frozen=True):
    """Something that is there already: public ids of it and of a listing of it, its name, and how it is alike."""

    id: str
    listing: str
    name: str
    by_number: bool


class Entering(Controller):
    """The form of a new listing, and what it asks for."""

    path = f"{LISTINGS}/new"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def ask(self, request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
        """The empty form, in the state of this deployment."""
        return _page(request, desk, Form({"state": (_home(desk),)}))

    @post("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def add(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Enter it, unless it is likely there already or something is wrong: then the form comes back as it was."""
        form = desk_form(request, body, set(_FIELDS))
        written = _read(form, desk)
        if written.wrong:
            return _page(request, desk, form, wrong=written.wrong, status=400)
        try:
            with desk.database.transaction() as session:
                owners, twins = _alike(session, form, written, by)
                is_settled = form.one("owner") or not owners
                if not is_settled or (twins and not form.one("sure")):
                    return _page(request, desk, form, owners=owners, twins=twins)
                return back_to(_enter(session, form, written, by), "added")
        except RefusedError as error:
            return _page(request, desk, form, notice=str(error), status=409)


def _enter(session: Session, form: Form, written: Written, by: Actor) -> str:
    key = f"hand:{uuid.uuid4()}"
    owner: OrganizationDraft | int = OrganizationDraft(f"{key}:organization", [_named(written.organization)])
    if form.one("owner") not in {"", _NEW}:
        found = find_record(session, form.one("owner"), kind="organization")
        if not is_in_scope(session, found, by=by):
            raise NotFoundError("There is no such organization.")
        owner = found.id
    disclosure: Any = written.disclosure
    area = written.area.id if written.area and disclosure == "area_only" else None
    made = service.add_listing(
        session, owner, ServiceDraft(key, f"{key}:organization", written.facts, disclosure, area),
        network_id=working_network(session).id, by=by, now=session.info["now"],
    )  # fmt: skip
    return str(get_record(session, made.listings[0][1]).public_id)


def _alike(session: Session, form: Form, written: Written, by: Actor) -> tuple[list[Like], list[Like]]:
    """Organizations and services that are there already, as far as whoever asks may know of them."""
    network = working_network(session).id
    number, name = written.number, one_line(form.one("name"), LONGEST_NAME)
    owners = alike(session, name=written.organization, number="", kind="organization", network_id=network)
    twins = alike(session, name=name, number=number, kind="service", network_id=network)
    return _seen(session, owners, by), _seen(session, twins, by)


def _seen(session: Session, found: list[Alike], by: Actor) -> list[Like]:
    seen = []
    for one in found:
        record = get_record(session, one.record_id)
        if is_in_scope(session, record, by=by):
            listing = listing_of(session, record)
            seen.append(Like(str(record.public_id), listing, one.name, one.by_number))
    return seen


def _read(form: Form, desk: Desk) -> Written:
    country = desk.settings.country
    written = Written(one_line(form.one("organization"), LONGEST_NAME), [])
    name = one_line(form.one("name"), LONGEST_NAME)
    if not written.organization:
        written.wrong["organization"] = "An organization needs a name."
    if not name:
        written.wrong["name"] = "A listing needs a name."
    written.facts.append(_named(name))
    for field, read in (("kind", _kind), ("number", _number), ("languages", _languages), ("who", _who)):
        try:
            read(form, written, country)
        except (BadInputError, UnknownTermError) as error:
            written.wrong[field] = str(error)
    _refuse_places(written, organization=written.organization, name=name)
    region = find_region(form.one("state"), country)
    state = area_by_id(f"{country}-{region.code}") if region else None
    if state is None:
        written.wrong["state"] = "Say in which state it is, by its name or its two letters."
        return written
    written.area = _area(state, form.one("postal"))
    if written.disclosure == "public":
        written.facts.append(FactDraft("service_area", ServiceArea("state"), slot=f"{country}-{state.region}"))
    zone = desk.gazetteer.zone_for(state.region, form.one("postal") or None, country)
    if text := one_line(form.one("hours"), 200):
        read_ = read_hours(
            (), texts=(text,), zone=zone, is_hotline=written.kind == "hotline", today=desk.clock().date(),
            country=country,
        )  # fmt: skip
        if read_.questions or not any(schedule.days for _, schedule in read_.facts):
            asked = read_.questions[0].text if read_.questions else "These words were not understood"
            written.wrong["hours"] = f"{asked}. Write days and hours, such as Mon-Fri 9-17; Sat 10-14, or 24/7."
        for slot, schedule in read_.facts:
            written.facts.append(FactDraft("schedule", msgspec.structs.replace(schedule, text=""), slot=slot))
    return written


def _refuse_places(written: Written, **names: str) -> None:
    """Refuse names that tell where a private place is: they would be lost, and nobody would know why."""
    if written.disclosure == "public":
        return
    for box, name in names.items():
        try:
            refuse_telling(_named(name))
        except RefusedError as error:
            written.wrong.setdefault(box, str(error))


def _kind(form: Form, written: Written, _country: str) -> None:
    written.kind = terms.kind(form.one("kind")).code
    written.disclosure = default_disclosure([written.kind])
    written.facts.append(FactDraft("kind", TermValue(), slot=written.kind))


def _number(form: Form, written: Written, country: str) -> None:
    read = parse_phone(form.one("number"), country=country)
    written.number = read.number
    phone = Phone(read.number, read.kind, read.ext or "")
    written.facts.append(FactDraft("phone", phone, slot=phone.kind, match_key=read.number))


def _languages(form: Form, written: Written, _country: str) -> None:
    names = [name for name in form.one("languages").replace(";", ",").split(",") if name.strip()]
    tags = dict.fromkeys(languages.find_language(name.strip()) for name in names)
    written.facts += [FactDraft("language", Language(tag), slot=f"{tag}:staff") for tag in tags]


def _who(form: Form, written: Written, _country: str) -> None:
    for code in form.all("who"):
        answer = Eligibility("yes", how="welcomes")
        written.facts.append(FactDraft("eligibility", answer, slot=terms.population(code).code))


def _named(name: str) -> FactDraft:
    return FactDraft("name", Text(name), match_key=folded(name))


def _home(desk: Desk) -> str:
    """The state of the place that searches of this deployment start from; empty where none is set."""
    if not desk.settings.default_area:
        return ""
    return desk.gazetteer.find(desk.settings.default_area, country=desk.settings.country).region


def _area(region: Area, postal: str) -> Area:
    """The area of a postal code or its beginning, if it lies in the state that was said; else the whole state."""
    found = area_of(region.country, region.region, postal)
    if found is not None and found != region:
        return found
    begun = (
        [area for area in areas_of_postal_prefix(postal, region.country) if region in coarser(area)] if postal else []
    )
    return begun[0] if len(begun) == 1 else region


def _page(
    request: Request[Any, Any, Any], desk: Desk, form: Form, *, status: int = 200, notice: str = "", **more: Any
) -> Response[bytes]:
    kinds = sorted(((one.code, one.labels["en"], one.default_disclosure) for one in terms.kinds()), key=lambda x: x[1])
    who = [(one.code, one.labels["en"]) for one in terms.terms("population")]
    typed = {field: form.one(field) for field in _FIELDS}
    shown: dict[str, Any] = {"wrong": {}, "owners": [], "twins": []} | more
    return desk.pages.page(
        "new", request, status=status, notice=notice, kinds=kinds, who=who, typed=typed, takes=form.all("who"), **shown
    )
