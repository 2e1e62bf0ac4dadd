"""Closed for a time: from when until when, why by a fixed list, and what whoever calls should do instead."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from litestar import Controller, Request, Response, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.confirming.closures import closing
from directory.errors import BadInputError, RefusedError
from directory.integrity import service
from directory.integrity.reach import family
from directory.integrity.service import Edit
from directory.integrity.table import HIDDEN_FOR, MOST_HIDINGS
from directory.listings.drafts import FactDraft
from directory.listings.fields import Note, decode_plain, decode_value
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import current_facts
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS, back_to, listing_here
from web.desk.saved import SAVED
from web.languages import spoken

# Its own place among the notes, so that one that always holds stays.
NOTE: Final = "closure"
WHY: Final = {
    "works": {"en": "Building work.", "es": "Obras."},
    "staff": {"en": "Too few people to answer.", "es": "Falta personal."},
    "holiday": {"en": "Holidays.", "es": "Vacaciones."},
    "full": {"en": "No room.", "es": "No hay lugar."},
    "emergency": {"en": "An emergency in the area.", "es": "Una emergencia en la zona."},
    "moving": {"en": "They are moving.", "es": "Se est\u00e1n mudando."},
}
# What whoever calls should do, as words of a list: in a free one, a stolen session could send people anywhere.
INSTEAD: Final = {
    "": {"en": "", "es": ""},
    "call": {"en": "Call before you go.", "es": "Llame antes de ir."},
    "message": {"en": "Leave a message only if that is safe.", "es": "Deje un mensaje solo si es seguro."},
    "other": {"en": "Look for another place meanwhile.", "es": "Busque otro lugar mientras tanto."},
    "hotline": {"en": "Call the hotline meanwhile.", "es": "Llame a la l\u00ednea nacional mientras tanto."},
}
# Whoever is in danger is answered all the same.
_GOES_ON = ("crisis-line",)
# No more than one person may hide (SAFETY I1), in as many hours.
_MOST, _WITHIN = MOST_HIDINGS, HIDDEN_FOR
_REASON = "closed for a time"


class Closures(Controller):
    """Two buttons of the page of a listing."""

    path = f"{LISTINGS}/{{listing:str}}"

    @post("/closed", opt=opens_to(KEEPERS), sync_to_thread=True)
    def close(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say that it is closed from one day to another; it ends by itself."""
        form = desk_form(request, body, {"first", "last", "why", "instead"})
        try:
            first, last = (dt.date.fromisoformat(form.one(field)) for field in ("first", "last"))
        except ValueError:
            raise BadInputError("Write both days as year-month-day, such as 2027-03-31.") from None
        if form.one("why") not in WHY or form.one("instead") not in INSTEAD:
            raise BadInputError("Choose why, and what to do instead.")
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            facts = _facts(session, found)
            _require_may_close(session, facts, by)
            edits = closing(
                facts, first, last, today=session.info["now"].date() - dt.timedelta(days=1),
                say=lambda _first, _last: "", but_for=_GOES_ON,
            )  # fmt: skip
            closed = [one for one in edits if one.draft and one.draft.field == "schedule"]
            note = Note(_said(desk, first, last, WHY[form.one("why")], INSTEAD[form.one("instead")]), last.isoformat())
            said = _placed(facts, [*closed, Edit(FactDraft("alert", note, NOTE))], found)
            done = _write(session, said, by=by, reason=_REASON)
        return Redirect(f"{LISTINGS}/{listing}?said={SAVED}{'-'.join(map(str, done))}", status_code=303)

    @post("/open-again", opt=opens_to(KEEPERS), sync_to_thread=True)
    def reopen(self, listing: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Say that it is open again from today on."""
        with desk.database.transaction() as session:
            found = listing_here(session, listing, by)
            facts = _facts(session, found)
            note = next((fact for fact in facts if fact.field == "alert" and fact.slot == NOTE), None)
            if note is None:
                return back_to(listing, "same")
            until = decode_value("alert", note.value or "{}").until
            today = session.info["now"].date().isoformat()
            edits = [Edit(fact_id=note.id)]
            for fact in facts:
                if fact.field == "schedule" and not fact.slot.startswith(_GOES_ON):
                    hours = decode_value("schedule", fact.value or "{}")
                    kept = [day for day in hours.closed if day < today or day > until]
                    if kept != hours.closed:
                        plain = {**decode_plain(fact.value or "{}"), "closed": kept}
                        edits.append(Edit(FactDraft("schedule", type(hours)(**plain), fact.slot, tier=fact.tier)))  # type: ignore[arg-type]
            done = _write(session, _placed(facts, edits, found), by=by, reason="open again")
        return Redirect(f"{LISTINGS}/{listing}?said={SAVED}{'-'.join(map(str, done))}", status_code=303)


def _facts(session: Session, listing: Record) -> list[Fact]:
    ids = [one.id for one in family(session, listing) if one.kind not in {"listing", "organization"}]
    found = current_facts(session, [*ids, listing.id])
    return [fact for many in found.values() for fact in many]


def _require_may_close(session: Session, facts: list[Fact], by: Actor) -> None:
    """Refuse to close a hotline alone, and more listings at once than anybody may hide (SAFETY I1)."""
    if any(fact.field == "kind" and fact.slot == "hotline" for fact in facts):
        raise RefusedError("The hours of a hotline change by two people. Say so on its form.")
    closed = session.scalar(
        sa.select(sa.func.count(sa.distinct(Fact.record_id)))
        .join(Change, Change.id == Fact.change_id)
        .where(
            Fact.field == "alert", Fact.slot == NOTE, Change.proposed_by == by.id, Change.reason == _REASON,
            Change.proposed_at > session.info["now"] - _WITHIN,
        )
    )  # fmt: skip
    if (closed or 0) >= _MOST:
        raise RefusedError(f"Nobody closes more than {_MOST} listings in three days. Somebody else has to.")


def _placed(facts: list[Fact], edits: list[Edit], listing: Record) -> dict[int, list[Edit]]:
    """The edits by the record on which what they change stands; the note stands with the listing."""
    found: dict[int, list[Edit]] = {}
    for one in edits:
        if one.draft is None:
            held = [fact for fact in facts if fact.id == one.fact_id]
        else:
            place = (one.draft.field, one.draft.slot)
            held = [fact for fact in facts if (fact.field, fact.slot) == place]
        found.setdefault(held[0].record_id if held else listing.id, []).append(one)
    return found


def _write(session: Session, edits: dict[int, list[Edit]], *, by: Any, reason: str) -> list[int]:
    done: list[int] = []
    for record_id, many in edits.items():
        edited = service.edit(session, record_id, many, by=by, reason=reason, now=session.info["now"])
        done += [*([edited.applied] if edited.applied else []), *edited.proposed]
    return done


def _said(desk: Desk, first: dt.date, last: dt.date, *more: Mapping[str, str]) -> str:
    """Notes to everybody are in the site's own language."""
    language = desk.settings.language
    t = spoken(desk.settings)[language]
    words = str(t("over.alert.closed", first=first.isoformat(), last=last.isoformat()))
    return " ".join([words, *(one.get(language, one["en"]) for one in more)]).strip()
