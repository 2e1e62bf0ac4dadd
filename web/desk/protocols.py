"""Agreements between two organizations at the desk: the list, one of them, entering, changing and putting one back."""

import datetime as dt
from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.handoff.agreed import (
    Agreed,
    Side,
    due_for_review,
    organization_of,
    organizations_like,
    protocol,
    protocols,
)
from directory.handoff.models import LONGEST_REFERENCE, LONGEST_STEP, MOST_STEPS
from directory.handoff.protocols import RESPOND_MINUTES, Terms, agree, change, doubt, end, put_back, settle
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import PARTNERS, opens_to
from web.doors import DESK
from web.forms import Form

PROTOCOLS: Final = f"{DESK}/protocols"
# In how long they answer, in words.
ANSWER_WORDS: Final = {
    15: "15 minutes", 30: "30 minutes", 60: "an hour", 120: "2 hours", 240: "4 hours", 480: "8 hours", 1440: "a day",
    2880: "2 days", 10080: "a week",
}  # fmt: skip
SAID: Final = {
    "agreed": "Entered. Both organizations read it here, and on the page from which they call.",
    "changed": "Changed. What was agreed before stands below for thirty days.",
    "ended": "Ended. It can be put back for thirty days.",
    "back": "Put back: this is what counts now.",
    "doubted": "Noted. It goes on to count, and whoever keeps the listings sees that you do not agree.",
    "settled": "Noted: it is what was agreed.",
}
# After these one press goes back to what stood before.
_UNDONE_BY_PUTTING_BACK: Final = frozenset({"changed", "back"})
_TERMS: Final = ("signed", "reference", "steps", "respond", "review")
_PAIR: Final = ("refers_words", "refers", "takes_words", "takes")
# Room for what is too long, so that it comes back and is not lost.
_LONGEST: Final = 2 * (LONGEST_STEP + 1) * MOST_STEPS
_USUAL_ANSWER = "60"


class Choice(msgspec.Struct, frozen=True):
    """One side of the form: what was typed, those that have it in their names, which is chosen, what is wrong."""

    words: str
    found: tuple[Side, ...] = ()
    chosen: str = ""
    wrong: str = ""


class Protocols(Controller):
    """The list and one of it. What somebody may not know of is not there."""

    path = PROTOCOLS

    @get("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere, by: By) -> Response[bytes]:
        """Every agreement that counts, and what is to be looked at again."""
        return _list(request, desk, by, "")

    @post("/", opt=opens_to(PARTNERS), status_code=200, sync_to_thread=True)
    def find(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Those of an organization, by words of its name."""
        return _list(request, desk, by, desk_form(request, body, {"words"}).one("words"))

    @get("/new", opt=opens_to(KEEPERS), sync_to_thread=True)
    def ask(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, takes: FromQuery[str] = ""
    ) -> Response[bytes]:
        """The empty form; ``takes`` is the public id of who takes people."""
        with desk.database.reading() as session:
            side = organization_of(session, takes, by=by) if takes else None
            form = {"takes_words": (side.name,), "takes": (side.id,)} if side else {}
            pair = _choices(session, Form(form), by) if side else (Choice(""), Choice(""))
        return _form(request, desk, Form(form | {"respond": (_USUAL_ANSWER,)}), pair=pair)

    @post("/new", opt=opens_to(KEEPERS), sync_to_thread=True)
    def enter(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Enter one; where a name fits several, or something is wrong, the form comes back as it was."""
        form = desk_form(request, body, {*_PAIR, *_TERMS}, longest=_LONGEST, lines=True)
        with desk.database.reading() as session:
            pair = _choices(session, form, by)
        if not (pair[0].chosen and pair[1].chosen):
            return _form(request, desk, form, pair=pair, status=400)
        try:
            with desk.database.transaction() as session:
                made = agree(
                    session, pair[0].chosen, pair[1].chosen, _terms(form), by=by, now=session.info["now"]
                )  # fmt: skip
        except (RefusedError, BadInputError) as error:
            return _form(request, desk, form, pair=pair, wrong=str(error), status=409)
        return back_to(made, "agreed")

    @get("/{protocol_id:str}", opt=opens_to(PARTNERS), sync_to_thread=True)
    def show_one(
        self, request: Request[Any, Any, Any], protocol_id: FromPath[str], desk: DeskHere, by: By,
        said: FromQuery[str] = "",
    ) -> Response[bytes]:  # fmt: skip
        """One version, and those before and after it."""
        with desk.database.reading() as session:
            seen, history = protocol(session, protocol_id, by=by, now=session.info["now"])
        before = next((one for one in history if one.ended), None) if said in _UNDONE_BY_PUTTING_BACK else None
        current = next((one for one in history if not one.ended), None)
        return desk.pages.page(
            "protocol", request, seen=seen, history=history, notice=SAID.get(said, ""), before=before, current=current,
            answer=ANSWER_WORDS,
        )  # fmt: skip

    @get("/{protocol_id:str}/edit", opt=opens_to(KEEPERS), sync_to_thread=True)
    def edit(
        self, request: Request[Any, Any, Any], protocol_id: FromPath[str], desk: DeskHere, by: By
    ) -> Response[bytes]:
        """The form of one, as it stands."""
        with desk.database.reading() as session:
            seen, _ = protocol(session, protocol_id, by=by, now=session.info["now"])
        said = {
            "signed": seen.signed.isoformat(), "reference": seen.reference, "steps": "\n".join(seen.steps),
            "respond": str(seen.respond_minutes), "review": seen.review.isoformat(),
        }  # fmt: skip
        return _form(request, desk, Form({field: (value,) for field, value in said.items()}), seen=seen)

    @post("/{protocol_id:str}/edit", opt=opens_to(KEEPERS), sync_to_thread=True)
    def change(
        self, request: Request[Any, Any, Any], body: RawBody, protocol_id: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say something else; what is refused comes back in the form."""
        form = desk_form(request, body, set(_TERMS), longest=_LONGEST, lines=True)
        with desk.database.reading() as session:
            seen, _ = protocol(session, protocol_id, by=by, now=session.info["now"])
        try:
            with desk.database.transaction() as session:
                made = change(session, protocol_id, _terms(form), by=by, now=session.info["now"])
        except (RefusedError, BadInputError) as error:
            return _form(request, desk, form, seen=seen, wrong=str(error), status=409)
        return back_to(made, "changed")

    @post("/{protocol_id:str}/end", opt=opens_to(KEEPERS), sync_to_thread=True)
    def end(self, protocol_id: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """End it."""
        with desk.database.transaction() as session:
            end(session, protocol_id, by=by, now=session.info["now"])
        return back_to(protocol_id, "ended")

    @post("/{protocol_id:str}/back", opt=opens_to(KEEPERS), sync_to_thread=True)
    def put_back(self, protocol_id: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Let a version that ended count again."""
        with desk.database.transaction() as session:
            made = put_back(session, protocol_id, by=by, now=session.info["now"])
        return back_to(made, "back")

    @post("/{protocol_id:str}/doubt", opt=opens_to(PARTNERS), sync_to_thread=True)
    def doubt(self, protocol_id: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Say that it is not what was agreed."""
        with desk.database.transaction() as session:
            doubt(session, protocol_id, by=by, now=session.info["now"])
        return back_to(protocol_id, "doubted")

    @post("/{protocol_id:str}/settle", opt=opens_to(PARTNERS), sync_to_thread=True)
    def settle(self, protocol_id: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Say that it is, after all."""
        with desk.database.transaction() as session:
            settle(session, protocol_id, by=by, now=session.info["now"])
        return back_to(protocol_id, "settled")


def back_to(protocol_id: str, said: str) -> Response[Any]:
    """To the page of an agreement, which says what was done."""
    return Redirect(f"{PROTOCOLS}/{protocol_id}?said={said}", status_code=303)


def _list(request: Request[Any, Any, Any], desk: Desk, by: Actor, words: str) -> Response[bytes]:
    with desk.database.reading() as session:
        now: dt.datetime = session.info["now"]
        found = protocols(session, by=by, now=now, words=words)
        due = due_for_review(session, by=by, now=now)
    return desk.pages.page("protocols", request, found=found, due=due, words=words, answer=ANSWER_WORDS)


def _form(
    request: Request[Any, Any, Any], desk: Desk, form: Form, *, pair: tuple[Choice, Choice] | None = None,
    seen: Agreed | None = None, wrong: str = "", status: int = 200,
) -> Response[bytes]:  # fmt: skip
    return desk.pages.page(
        "protocol_form", request, typed={field: form.one(field) for field in _TERMS}, pair=pair, seen=seen, wrong=wrong,
        answer={str(minutes): ANSWER_WORDS[minutes] for minutes in RESPOND_MINUTES}, most=MOST_STEPS,
        longest=LONGEST_STEP, longest_reference=LONGEST_REFERENCE, status=status,
    )  # fmt: skip


def _choices(session: Session, form: Form, by: Actor) -> tuple[Choice, Choice]:
    refers, takes = (_choice(session, form.one(f"{side}_words"), form.one(side), by) for side in ("refers", "takes"))
    return refers, takes


def _choice(session: Session, words: str, chosen: str, by: Actor) -> Choice:
    found = tuple(organizations_like(session, words, by=by))
    if not found:
        return Choice(words, wrong="No organization that you work on has these words in its name.")
    if chosen in {one.id for one in found}:
        return Choice(words, found, chosen)
    if len(found) == 1:
        return Choice(words, found, found[0].id)
    return Choice(words, found, wrong="Several have these words in their names: choose one.")


def _terms(form: Form) -> Terms:
    return Terms(
        _day(form, "signed"), form.one("reference"), form.one("steps"), form.number("respond") or 0,
        _day(form, "review"),
    )  # fmt: skip


def _day(form: Form, field: str) -> dt.date:
    try:
        return dt.date.fromisoformat(form.one(field))
    except ValueError:
        raise BadInputError("A day is written as 2026-03-31.") from None
