"""One listing at the desk: its facts, what waits, its history, and everything that one may do about it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity import service
from directory.integrity.queries import history, name_of, state_of
from directory.integrity.reach import family, is_in_scope, require_scope
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Eligibility, Phone, Text, decode_plain
from directory.listings.models import Record
from directory.listings.queries import current_facts, find_record, get_record
from directory.people.actor import Actor
from directory.people.contacts import note_view
from directory.people.policy import may_open_contact
from directory.values.phone import parse_phone
from directory.values.plain_text import plain
from directory.vocabulary import terms
from web.desk.app import By, Desk, DeskHere
from web.desk.facts_shown import FIELD_WORDS, TEXTS, facts_of, tier_of, value_in_words
from web.desk.forms import desk_form
from web.desk.guards import KEEPERS, PARTNERS, SIGNED_IN, opens_to
from web.desk.listings import STATE_WORDS
from web.doors import DESK
from web.forms import Form

_LONGEST_TEXT = 4_000
# Whoever changes something says why with a word of this list: there is no field in which a name could stand.
REASONS = {
    "told": "the program told us", "site": "their own site says so", "moved": "they moved", "wrong": "it was wrong",
    "threat": "somebody may be in danger", "asked": "the program asked for it", "other": "another reason",
}  # fmt: skip
SAID = {
    "added": "Entered. Somebody else has to call before it counts as confirmed.",
    "changed": "Changed.", "proposed": "Proposed. What was shown stays until another person has decided.",
    "hidden": "Hidden at once. It comes back after 72 hours unless somebody else seconds it.",
    "seconded": "It stays hidden until two people show it again.", "called": "Noted.",
    "dead": "Two people found the line dead: its number is hidden.", "undone": "Undone.",
    "done": "Done.", "enough": "That is more contacts than anybody opens on one day. The admins are told.",
}  # fmt: skip
INTENTIONS = ("close", "do-not-list", "list", "show-again")
_LISTINGS = f"{DESK}/listings"


class Listing(Controller):
    """The page of one listing, and its buttons. What is outside one's scope is not there."""

    path = f"{_LISTINGS}/{{listing:str}}"

    @get("/", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        listing: FromPath[str],
        desk: DeskHere,
        by: By,
        said: FromQuery[str] = "",
    ) -> Response[bytes]:
        """The page."""
        return _page(request, desk, listing, by, notice=SAID.get(said, ""))

    @post("/contact", opt=opens_to(SIGNED_IN), status_code=200, sync_to_thread=True)
    def open_contact(
        self, request: Request[Any, Any, Any], listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """Whom to ask for, where the program lets them know; that somebody looked is noted."""
        with desk.database.transaction() as session:
            found = _listing(session, listing, by)
            facts = [fact for many in current_facts(session, _ids(session, found)).values() for fact in many]
            opted = {fact.slot for fact in facts if fact.field == "attribute"}
            if not may_open_contact(by, is_in_scope=is_in_scope(session, found, by=by), opted_in=opted):
                raise NotFoundError("There is nothing to show.")
            may_see = note_view(session, found.id, by=by, now=session.info["now"])
            contacts = [
                value_in_words("contact", decode_plain(fact.value or "{}")) for fact in facts if fact.field == "contact"
            ]
        if not may_see:
            return _page(request, desk, listing, by, notice=SAID["enough"])
        return _page(request, desk, listing, by, contacts=tuple(contacts))

    @post("/facts", opt=opens_to(PARTNERS), sync_to_thread=True)
    def change(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say something else, or something more: at once, or as a proposal."""
        form = desk_form(request, body, {"record", "field", "slot", "value", "reason"}, longest=_LONGEST_TEXT)
        with desk.database.transaction() as session:
            found = _listing(session, listing, by)
            target = _record(session, found, form.one("record"))
            one = _edit(session, target, form, country=desk.settings.country)
            edited = service.edit(
                session, target.id, [one], by=by, reason=_reason(form.one("reason")), now=session.info["now"]
            )
        return _back(listing, "proposed" if edited.proposed else "changed")

    @post("/end", opt=opens_to(PARTNERS), sync_to_thread=True)
    def end(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say something no longer."""
        form = desk_form(request, body, {"fact", "reason"})
        with desk.database.transaction() as session:
            found = _listing(session, listing, by)
            fact_id = form.number("fact") or 0
            target = next(
                (record_id for record_id, many in current_facts(session, _ids(session, found)).items()
                 if any(fact.id == fact_id for fact in many)), None,
            )  # fmt: skip
            if target is None:
                raise NotFoundError("There is no such value.")
            edited = service.edit(
                session, target, [Edit(fact_id=fact_id)], by=by, reason=_reason(form.one("reason")),
                now=session.info["now"],
            )  # fmt: skip
        return _back(listing, "proposed" if edited.proposed else "changed")

    @post("/call", opt=opens_to(KEEPERS), sync_to_thread=True)
    def call(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Note what a call about a number found."""
        form = desk_form(request, body, {"fact", "outcome"})
        fact_id, outcome = form.number("fact") or 0, form.one("outcome")
        with desk.database.transaction() as session:
            found = _listing(session, listing, by)
            if fact_id not in {
                fact.id for many in current_facts(session, _ids(session, found)).values() for fact in many
            }:
                raise NotFoundError("There is no such value.")
            now = session.info["now"]
            if outcome in {"disconnected", "wrong-party"}:
                is_dead = service.prove_dead(session, fact_id, outcome=outcome, by=by, now=now)
            else:
                service.confirm_by_call(session, fact_id, outcome=outcome, by=by, now=now)
                is_dead = False
        return _back(listing, "dead" if is_dead else "called")

    @post("/hide", opt=opens_to(KEEPERS), sync_to_thread=True)
    def hide(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Take it out of sight at once."""
        reason = _reason(desk_form(request, body, {"reason"}).one("reason"))
        with desk.database.transaction() as session:
            found = _listing(session, listing, by)
            service.hide(session, found.id, by=by, reason=reason, now=session.info["now"])
        return _back(listing, "hidden")

    @post("/second", opt=opens_to(KEEPERS, proved=True), sync_to_thread=True)
    def second(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Second that it is hidden."""
        with desk.database.transaction() as session:
            service.second_hiding(session, _listing(session, listing, by).id, by=by, now=session.info["now"])
        return _back(listing, "seconded")

    @post("/intend", opt=opens_to(PARTNERS), sync_to_thread=True)
    def intend(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Propose to close it, not to list it, to list it, or to show it again."""
        form = desk_form(request, body, {"intention", "reason"})
        if form.one("intention") not in INTENTIONS:
            raise BadInputError("That is nothing a listing can be made.")
        with desk.database.transaction() as session:
            found = _listing(session, listing, by)
            service.intend(
                session, found.id, form.one("intention"), by=by, reason=_reason(form.one("reason")),
                now=session.info["now"],
            )  # fmt: skip
        return _back(listing, "proposed")

    @post("/undo/{change:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def undo(self, listing: FromPath[str], change: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Go back to what was said before."""
        with desk.database.transaction() as session:
            _listing(session, listing, by)
            edited = service.undo(session, change, by=by, now=session.info["now"])
        return _back(listing, "proposed" if edited.proposed else "undone")


def _page(
    request: Request[Any, Any, Any],
    desk: Desk,
    public_id: str,
    by: Actor,
    *,
    notice: str = "",
    contacts: tuple[str, ...] | None = None,
) -> Response[bytes]:
    with desk.database.reading() as session:
        found = _listing(session, public_id, by)
        state = state_of(session, found.id)
        shown = facts_of(session, found, tier=tier_of(by.role))
        service_record = get_record(session, found.service_id or 0)
        taken = {one.slot: one.value for one in shown if one.field == "eligibility"}
        values: dict[str, Any] = {
            "listing": public_id,
            "name": name_of(session, service_record),
            "organization": name_of(session, get_record(session, found.organization_id or 0)),
            "service": str(service_record.public_id),
            "is_private": found.location_disclosure != "public",
            "state": state,
            "facts": [one for one in shown if one.field not in {"eligibility", "contact"}],
            "takes": [
                (term.code, terms.label("population", term.code, "en"), _answer(taken.get(term.code)))
                for term in terms.terms("population")
            ],
            "history": history(session, found.id) if by.role in KEEPERS else [],
        }
    return desk.pages.page(
        "listing", request, notice=notice, contacts=contacts, states=STATE_WORDS, reasons=REASONS, texts=TEXTS,
        words=FIELD_WORDS, **values,
    )  # fmt: skip


def _answer(value: str | None) -> str:
    if value is None:
        return "ask"
    return "no" if "answer: no" in value else "yes"


def _listing(session: Session, public_id: str, by: Actor) -> Record:
    """The listing; raises ``NotFoundError`` for what is not there and for what is not within one's scope."""
    found = find_record(session, public_id, kind="listing")
    require_scope(session, found, by=by)
    return found


def _ids(session: Session, listing: Record) -> list[int]:
    return [one.id for one in family(session, listing) if one.kind != "listing" or one.id == listing.id]


def _record(session: Session, listing: Record, public_id: str) -> Record:
    for one in family(session, listing):
        if str(one.public_id) == public_id:
            return one
    raise NotFoundError("There is no such record.")


def _edit(session: Session, target: Record, form: Form, *, country: str) -> Edit:
    field, slot, value = form.one("field"), form.one("slot"), form.one("value")
    if field in TEXTS:
        written = plain(value, _LONGEST_TEXT)
        if not written:
            raise BadInputError("Write something, or end the value instead.")
        key = written.casefold() if field == "name" else None
        return Edit(FactDraft(field, Text(written), match_key=key))
    if field == "phone":
        number = parse_phone(value, country=country)
        place = slot or "voice"
        phone = Phone(number.number, kind=number.kind, ext=number.ext or "")
        return Edit(FactDraft("phone", phone, slot=place, match_key=number.number))
    if field == "eligibility":
        code = terms.population(slot).code
        held = next(
            (one for one in current_facts(session, [target.id])[target.id] if one.field == field and one.slot == code),
            None,
        )
        if value == "ask":
            if held is None:
                raise RefusedError("Nothing would change.")
            return Edit(fact_id=held.id)
        if value not in {"yes", "no"}:
            raise BadInputError("Yes, no, or ask.")
        how = "welcomes" if value == "yes" else ""
        return Edit(FactDraft("eligibility", Eligibility(value, how=how), slot=code))  # type: ignore[arg-type]
    raise BadInputError("That is changed by an import, not here.")


def _reason(code: str) -> str:
    return REASONS.get(code, REASONS["other"])


def _back(listing: str, said: str) -> Response[Any]:
    return Redirect(f"{_LISTINGS}/{listing}?said={said}", status_code=303)
