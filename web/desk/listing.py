"""One listing at the desk: its facts, what waits, its history, and everything that one may do about it."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from sqlalchemy.orm import Session

from directory.confirming.calls import may_call
from directory.confirming.entered import enter_call
from directory.confirming.script import script
from directory.confirming.service import ask as ask_by_letter
from directory.errors import BadInputError, NotFoundError
from directory.handoff.sharing import shares_of
from directory.intake.absorbed import absorbed_by
from directory.integrity import service
from directory.integrity.closed_days import NOTE
from directory.integrity.history import PastChange, PastValue, history
from directory.integrity.queries import name_of, state_of
from directory.integrity.reach import family, is_in_scope
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.listings.notes_screen import LONGEST_NOTE
from directory.listings.queries import current_facts, get_record
from directory.people.actor import Actor
from directory.people.contacts import note_view
from directory.people.policy import KEEPERS, may_open_contact
from directory.planning.staff_wishes import MONTHS, USUAL_MONTHS, WISH_KINDS, staff_wishes_at
from directory.search.written import area_name
from directory.vetting.explaining import keep_off, list_again
from directory.vocabulary import terms
from directory.worklist.notes import DAYS, USUAL_DAYS, notes_at
from web.desk.app import By, Desk, DeskHere
from web.desk.closures import INSTEAD
from web.desk.closures import WHY as CLOSED_WHY
from web.desk.entries import ENTRIES
from web.desk.facts_shown import facts_of, lent_to, tier_of
from web.desk.forms import desk_form, row
from web.desk.guards import PARTNERS, SIGNED_IN, opens_to
from web.desk.listings import STATE_WORDS
from web.desk.one_listing import LISTINGS, REASONS, back_to, listing_here, reason_of
from web.desk.outcomes import calls_shown
from web.desk.saved import SAVED, saved_of
from web.desk.value_words import FIELD_WORDS, WANTS, slot_in_words, value_in_words
from web.exclusions import reasons_in_words
from web.wording import Wording

SAID = {
    "added": "Entered. Somebody else has to call before it counts as confirmed.",
    "proposed": "Proposed. What was shown stays until another person has decided.",
    "hidden": "Hidden at once. It comes back after 72 hours unless somebody else seconds it.",
    "seconded": "It stays hidden until two people show it again.", "called": "Noted.",
    "dead": "Two people found the line dead: its number is hidden.", "undone": "Undone.",
    "same": "That is what it says already.",
    "letter": "The letter is on its way. The program has seven days to answer it.",
    "gone": "Noted, and proposed for a second person. What was shown stays until then.",
    "closed": "Closed: nobody had confirmed it, so one person may. Undo takes it back.",
    "noted": "Your note is here for those who work on the listing. It goes by itself after its day.",
    "unnoted": "The note is deleted.",
    "merged": "They are one now. What it took in stands below, and can be separated again.",
    "merged-waits": "They are one now. Values that were confirmed wait for a second person; until then they stay.",
    "led-on": "The listing that you asked for was merged into this one.",
    "parted": "Separated: each shows its own again.",
    "parted-but": "Separated. A value that was changed since stays as it is: look at it.",
    "wants-call": "Noted: the next plan of calls has it, tonight at the latest, as far as the minutes go.",
    "wants-no-letter": "No letter goes there by itself until that is over. You can still send one from here.",
    "unwanted": "Taken back.",
    "enough": "That is more contacts than anybody opens on one day. The admins are told.",
}  # fmt: skip
# After these the page leads to where a merge is taken back.
MERGED = {"merged", "merged-waits", "led-on"}
# What a call found, in the order of the buttons.
OUTCOMES = {
    "confirmed": "All of it is right", "confirmed-with-changes": "Right, but for some things",
    "live": "Right number, takes new people", "no-answer": "Nobody answered",
    "voicemail-named": "A machine that says their name", "voicemail-generic": "A machine that says no name",
    "nothing-found": "Nobody answered, and other ways told nothing",
    "wrong": "They say it is wrong", "wrong-party": "Somebody else answered", "disconnected": "The line is dead",
    "referred": "They send elsewhere", "ended": "Not offered any more", "closed": "They have closed",
    "do-not-call": "Do not call them", "do-not-list": "Do not list them",
}  # fmt: skip
HEARD = {"neutral": "no name", "names-service": "their name", "names-topic": "what it is about"}
PAST_WORDS = {"proposed": "proposed", "applied": "changed", "declined": "declined", "undone": "changed, undone since"}
_ENGLISH = Wording("en")
INTENTIONS = ("close", "do-not-list", "list", "show-again")


class NoteForm(msgspec.Struct, frozen=True):
    """What somebody typed as a note, for how many days, and why it was refused; as it stands in the form."""

    text: str = ""
    days: int = USUAL_DAYS
    wrong: str = ""


class Listing(Controller):
    """The page of one listing, and its buttons. What is outside one's scope is not there."""

    path = f"{LISTINGS}/{{listing:str}}"

    @get("/", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        listing: FromPath[str],
        desk: DeskHere,
        by: By,
        said: FromQuery[str] = "",
    ) -> Response[Any]:
        """The page, with what was done last; of what was merged into another, that one's."""
        with desk.database.reading() as session:
            found = listing_here(session, listing, by)
            if found.standing == "merged" and found.merged_into is not None:
                return back_to(str(get_record(session, found.merged_into).public_id), "led-on")
        return listing_page(
            request, desk, listing, by, notice=SAID.get(said, ""), saved=said.removeprefix(SAVED),
            is_just_merged=said in MERGED,
        )  # fmt: skip

    @post("/contact", opt=opens_to(SIGNED_IN), status_code=200, sync_to_thread=True)
    def open_contact(
        self, request: Request[Any, Any, Any], listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """Whom to ask for, where the program lets them know; that somebody looked is noted."""
        contacts = opened_contacts(desk, listing, by)
        if not contacts:
            return listing_page(request, desk, listing, by, notice=SAID["enough"])
        return listing_page(request, desk, listing, by, contacts=contacts)

    @post("/call", opt=opens_to(KEEPERS), sync_to_thread=True)
    def call(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Note what a call to a number found."""
        form = desk_form(request, body, {"fact", "outcome", "greeting"})
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            called = enter_call(
                session, found.id, outcome=form.one("outcome"), line=_fact(session, found, form.one("fact"), by).id,
                greeting=form.one("greeting"), by=by, now=session.info["now"],
            ).called  # fmt: skip
        if called.is_hidden:
            return back_to(listing, "dead")
        if called.change is not None:
            return back_to(listing, "closed" if called.is_closed else "gone")
        return back_to(listing, "called")

    @post("/letter", opt=opens_to(KEEPERS), sync_to_thread=True)
    def write(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Ask the program by letter whether it is right."""
        with desk.database.transaction() as session:
            ask_by_letter(session, listing_here(session, listing, by).id, by=by, now=session.info["now"])
        return back_to(listing, "letter")

    @post("/hide", opt=opens_to(KEEPERS), sync_to_thread=True)
    def hide(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Take it out of sight at once."""
        reason = reason_of(desk_form(request, body, {"reason"}).one("reason"))
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            service.hide(session, found.id, by=by, reason=reason, now=session.info["now"])
        return back_to(listing, "hidden")

    @post("/second", opt=opens_to(KEEPERS, proved=True), sync_to_thread=True)
    def second(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Second that it is hidden."""
        with desk.database.transaction() as session:
            service.second_hiding(session, listing_here(session, listing, by).id, by=by, now=session.info["now"])
        return back_to(listing, "seconded")

    @post("/intend", opt=opens_to(PARTNERS), sync_to_thread=True)
    def intend(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Propose to close it, not to list it, to list it, or to show it again."""
        form = desk_form(request, body, {"intention", "reason"})
        if form.one("intention") not in INTENTIONS:
            raise BadInputError("That is nothing a listing can be made.")
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            intention, reason, now = form.one("intention"), form.one("reason"), session.info["now"]
            if intention == "do-not-list":
                keep_off(session, found.id, reason, by=by, now=now)
            elif intention == "list":
                list_again(session, found.id, by=by, reason=reason_of(reason), now=now)
            else:
                service.intend(session, found.id, intention, by=by, reason=reason_of(reason), now=now)
        return back_to(listing, "proposed")

    @post("/undo/{change:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def undo(self, listing: FromPath[str], change: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Go back to what was said before."""
        with desk.database.transaction() as session:
            listing_here(session, listing, by)
            edited = service.undo(session, row(change), by=by, now=session.info["now"])
        return back_to(listing, "proposed" if edited.proposed else "undone")


def listing_page(
    request: Request[Any, Any, Any],
    desk: Desk,
    public_id: str,
    by: Actor,
    *,
    notice: str = "",
    saved: str = "",
    contacts: tuple[str, ...] | None = None,
    note: NoteForm | None = None,
    is_just_merged: bool = False,
) -> Response[bytes]:
    """The page of a listing as somebody sees it; a ``note`` that was refused stands in its form again."""
    with desk.database.reading() as session:
        found = listing_here(session, public_id, by)
        state = state_of(session, found.id)
        shown = facts_of(session, found, tier=tier_of(by.role))
        service_record = get_record(session, found.service_id or 0)
        # What the service says itself comes before what its organization says.
        taken = {one.slot: one.answer for one in reversed(shown) if one.field == "eligibility"}
        values: dict[str, Any] = {
            "listing": public_id,
            "name": name_of(session, service_record),
            "organization": name_of(session, get_record(session, found.organization_id or 0)),
            "is_private": found.location_disclosure != "public",
            "area": area_name(service_record.published_area or "", desk.gazetteer),
            "state": state,
            "facts": [one for one in shown if one.field not in {"eligibility", "contact"}],
            "takes": [
                (term.code, terms.label("population", term.code, "en"), taken.get(term.code, "ask"))
                for term in terms.terms("population")
            ],
            "has_contact": bool(contacts_of(session, found, by)),
            "may_call": may_call(session, found.id),
            "is_closed_for_now": any(one.field == "alert" and one.slot == NOTE for one in shown),
            "has_mailbox": any(one.field == "email" for one in shown),
            "notes": notes_at(session, found.id, by=by, now=session.info["now"]),
            "wishes": dict.fromkeys(WISH_KINDS)
            | {one.kind: one for one in staff_wishes_at(session, found.id, by=by, now=session.info["now"])},
            "saved": saved_of(session, found, saved, by=by) if by.role in PARTNERS else [],
            "absorbed": absorbed_by(session, found) if by.role in KEEPERS else [],
            "calls": calls_shown(session, found, by=by),
            "lent": lent_to(session, found, tier=tier_of(by.role)),
            "history": _told(history(session, found.id)) if by.role in KEEPERS else [],
        }
    return desk.pages.page(
        "listing", request, notice=notice, is_just_merged=is_just_merged, contacts=contacts, states=STATE_WORDS,
        reasons=REASONS,
        script=script(values["name"], site=desk.settings.site_name, language=desk.settings.language),
        spoken=desk.settings.language, outcomes=OUTCOMES, heard=HEARD, words=FIELD_WORDS, wants=WANTS,
        past=PAST_WORDS, kept_off=reasons_in_words(_ENGLISH), closures=CLOSED_WHY, instead=INSTEAD, editable=ENTRIES,
        typed=note or NoteForm(), days=DAYS,
        longest_note=LONGEST_NOTE, months=MONTHS, usual_months=USUAL_MONTHS, status=409 if note else 200, **values,
    )  # fmt: skip


def _ids(session: Session, listing: Record) -> list[int]:
    return [one.id for one in family(session, listing) if one.kind != "listing" or one.id == listing.id]


def _facts(session: Session, listing: Record) -> list[Fact]:
    return [fact for many in current_facts(session, _ids(session, listing)).values() for fact in many]


def _fact(session: Session, listing: Record, number: str, by: Actor) -> Fact:
    """The current fact of the listing with this id, if ``by`` may see it; raises ``NotFoundError``."""
    seen = {one.id for one in facts_of(session, listing, tier=tier_of(by.role))}
    for fact in _facts(session, listing):
        if str(fact.id) == number and fact.id in seen:
            return fact
    raise NotFoundError("There is no such value.")


def opened_contacts(desk: Desk, public_id: str, by: Actor) -> tuple[str, ...]:
    """Whom to ask for, in words, and that ``by`` looked is noted; empty when it is one too many today.

    Raises:
        NotFoundError: there is nobody whom ``by`` may see.
    """
    with desk.database.transaction() as session:
        found = listing_here(session, public_id, by)
        contacts = contacts_of(session, found, by)
        if not contacts:
            raise NotFoundError("There is nothing to show.")
        return contacts if note_view(session, found.id, by=by, now=session.info["now"]) else ()


def contacts_of(session: Session, listing: Record, by: Actor) -> tuple[str, ...]:
    """Whom to ask for, in words; empty when the program names nobody, or does not let ``by`` see it."""
    facts, opted_in = _facts(session, listing), shares_of(session, listing, by=by)
    if not may_open_contact(by, is_in_scope=is_in_scope(session, listing, by=by), opted_in=opted_in):
        return ()
    sees_all = by.role in KEEPERS
    return tuple(
        value_in_words("contact", decode_plain(fact.value or "{}"))
        for fact in facts
        if fact.field == "contact" and (sees_all or fact.tier != "coordinator")
    )


def _told(changes: list[PastChange]) -> list[tuple[PastChange, list[tuple[str, str, str, bool]]]]:
    """Each change with its values in words: the place, what stood there before and after, whether that is shown."""
    return [(one, [_value_told(value) for value in one.values]) for one in changes]


def _value_told(one: PastValue) -> tuple[str, str, str, bool]:
    part = slot_in_words(one.field, one.slot)
    word = f"{FIELD_WORDS[one.field]}, {part.lower()}" if part else FIELD_WORDS[one.field]
    before, after = (value_in_words(one.field, plain, one.slot) if plain else "" for plain in (one.before, one.after))
    return word, before, after, one.is_shown
