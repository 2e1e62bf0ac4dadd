"""The page from which people who are signed in call about somebody: the line of the hour, what was agreed, what came.

Nothing is asked about whom it is, and nothing of the call is kept but what came of it in which week.
"""

import datetime as dt
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.cards.queries import card_of, documents_of
from directory.handoff.agreed import between
from directory.handoff.line_now import LineNow, line_now
from directory.handoff.outcomes import speaks_for, tell
from directory.handoff.policy import BANDS, OUTCOMES, REASONS
from directory.handoff.sharing import may_stop, shares_of, stop_sharing, stopped, undo_stop
from directory.integrity.queries import name_of
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.pinned import nation_of
from directory.suspended import shown_lines
from directory.values.phone import grouped
from web.desk.app import By, Desk, DeskHere
from web.desk.call_words import call_in_words
from web.desk.forms import desk_form
from web.desk.guards import PARTNERS, SIGNED_IN, opens_to
from web.desk.listing import SAID as SAID_OF_LISTINGS
from web.desk.listing import contacts_of, opened_contacts
from web.desk.one_listing import LISTINGS, listing_here
from web.desk.protocols import ANSWER_WORDS

# What came of the call: words, and the letter that goes to the button.
OUTCOME_WORDS: Final = {
    "answered": ("Somebody answered", "A"), "voicemail": ("A machine answered", "M"),
    "disconnected": ("The line is dead", "D"), "full": ("They are full", "F"), "declined": ("They said no", "N"),
    "accepted": ("They said yes", "Y"),
}  # fmt: skip
REASON_WORDS: Final = {
    "children": "children", "gender": "gender", "language": "language", "documents": "papers", "area": "the area",
    "distance": "too far", "substance-use": "use of drugs or alcohol", "safety": "safety",
    "waiting-list": "a waiting list", "not-our-scope": "it is not what they do", "other": "something else",
}  # fmt: skip
BAND_WORDS: Final = {
    0: "not noticed", 20: "20 minutes or less", 60: "an hour or less", 240: "4 hours or less", 241: "longer",
}  # fmt: skip
SAID: Final = {
    "stopped": "From now on nobody outside is shown whom to ask for at this organization.",
    "shared": "Taken back: what the program let others see counts again.",
}
_TOLD: Final = "Noted for this week: {}. Who called, when, and for whom is kept nowhere, so nobody can take it back."


class LineShown(msgspec.Struct, frozen=True):
    """The line of this hour: its number, and in words who answers now and until or from when."""

    number: str
    ext: str
    answers: str
    needs_another: bool


class Handoff(Controller):
    """The page of a call. What is outside one's scope is not there; law enforcement sees what everybody sees."""

    path = f"{LISTINGS}/{{listing:str}}/handoff"

    @get("/", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], listing: FromPath[str], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[Any]:
        """The page, with what was noted last."""
        with desk.database.reading() as session:
            found = listing_here(session, listing, by)
            if found.standing == "merged" and found.merged_into is not None:
                return Redirect(_page_of(str(get_record(session, found.merged_into).public_id)), status_code=303)
        told = OUTCOME_WORDS.get(said)
        notice = _TOLD.format(told[0].lower()) if told else SAID.get(said, "")
        return handoff_page(request, desk, listing, by, notice=notice)

    @post("/contact", opt=opens_to(SIGNED_IN), status_code=200, sync_to_thread=True)
    def open_contact(
        self, request: Request[Any, Any, Any], listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """Whom to ask for by name, where the program lets them know; that somebody looked is noted."""
        contacts = opened_contacts(desk, listing, by)
        if not contacts:
            return handoff_page(request, desk, listing, by, notice=SAID_OF_LISTINGS["enough"])
        return handoff_page(request, desk, listing, by, contacts=contacts)

    @post("/stop", opt=opens_to(PARTNERS), sync_to_thread=True)
    def stop(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Show nobody outside any more whom to ask for, at once."""
        with desk.database.transaction() as session:
            stop_sharing(session, listing_here(session, listing, by), by=by, now=session.info["now"])
        return Redirect(f"{_page_of(listing)}?said=stopped", status_code=303)

    @post("/stop/undo", opt=opens_to(PARTNERS), sync_to_thread=True)
    def undo_stop(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Take that back, on the same day."""
        with desk.database.transaction() as session:
            undo_stop(session, listing_here(session, listing, by), by=by, now=session.info["now"])
        return Redirect(f"{_page_of(listing)}?said=shared", status_code=303)

    @post("/outcome", opt=opens_to(PARTNERS), sync_to_thread=True)
    def tell(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Count what came of the call."""
        form = desk_form(request, body, {"outcome", "reason", "band"})
        outcome = form.one("outcome")
        with desk.database.transaction() as session:
            tell(
                session, listing_here(session, listing, by).id, outcome=outcome,
                # The list of reasons stands beside all answers.
                reason=form.one("reason") if outcome == "declined" else "",
                reply_band=form.number("band") or 0, by=by, now=session.info["now"],
            )  # fmt: skip
        return Redirect(f"{_page_of(listing)}?said={outcome}", status_code=303)


def handoff_page(
    request: Request[Any, Any, Any], desk: Desk, public_id: str, by: Actor, *, notice: str = "",
    contacts: tuple[str, ...] | None = None,
) -> Response[bytes]:  # fmt: skip
    """The page of a call to a listing as somebody sees it."""
    with desk.database.reading() as session:
        found = listing_here(session, public_id, by)
        now: dt.datetime = session.info["now"]
        card = card_of(session, found.id)
        line = None if card is None else line_now(card, now)
        documents = documents_of(session, found, tier="public")
        owner = get_record(session, survivor_of(session, found.organization_id) or 0)
        values: dict[str, Any] = {
            "name": name_of(session, get_record(session, found.service_id or 0)),
            "organization": name_of(session, owner),
            "owner": str(owner.public_id),
            "line": line and _shown(line),
            "words": None if card is None or line is None else call_in_words(card, documents, role=line.role),
            "stopped": stopped(session, found, by=by, now=now) if may_stop(session, found, by=by) else None,
            "can_stop": may_stop(session, found, by=by) and bool(shares_of(session, found, by=by)),
            "has_contact": bool(contacts_of(session, found, by)),
            "agreed": [] if by.role == "law-enforcement" else between(session, owner.id, by=by, now=now),
            "is_own": speaks_for(session, found, by=by),
        }
    pinned = shown_lines(nation_of(desk.settings.country), today=now.date()).shown
    own = set() if card is None else {phone.number for phone in card.phones}
    return desk.pages.page(
        "handoff", request, listing=public_id, notice=notice, contacts=contacts, is_shown=card is not None,
        any_hour=next((line for line in pinned if line.number not in own), None), answer=ANSWER_WORDS,
        outcomes={code: OUTCOME_WORDS[code] for code in OUTCOMES},
        reasons={code: REASON_WORDS[code] for code in REASONS},
        bands={code: BAND_WORDS[code] for code in BANDS}, **values,
    )  # fmt: skip


def _shown(found: LineNow) -> LineShown:
    phone = found.phone
    number, ext = (grouped(phone.number), phone.ext) if phone else ("", "")
    return LineShown(number, ext, _answers(found), found.needs_another)


def _answers(found: LineNow) -> str:
    """Who answers at this hour, in words, on the clocks of the place."""
    until = f"until {_at(found.until, found.zone)}" if found.until else "at any hour"
    opens = f"Whoever takes new people answers from {_at(found.opens, found.zone)}." if found.opens else ""
    words = {
        "open": f"Answers now, {until}.",
        "beside": f"Nobody takes new people at this hour; somebody else answers here {until}.",
        "which": "Somebody answers now, and nobody has said on which number.",
        "closed": "Nobody answers at this hour.",
        "unknown": f"Hours as the program wrote them: {found.written}"
        if found.written
        else "Nobody has said the hours.",
    }
    doubt = "When this number was last tried, it did not work." if found.is_doubted else ""
    return " ".join(filter(None, (words[found.state], opens if found.state in {"beside", "closed"} else "", doubt)))


def _at(instant: dt.datetime | None, zone: str) -> str:
    return "" if instant is None else instant.astimezone(ZoneInfo(zone or "UTC")).strftime("%a %H:%M %Z")


def _page_of(listing: str) -> str:
    return f"{LISTINGS}/{listing}/handoff"
