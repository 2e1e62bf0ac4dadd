"""Vetting: programs by where they stand, what runs out, and the page of one program with its next step."""

import datetime as dt
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError
from directory.integrity.table import MOST_HIDINGS
from directory.listings.vetting_steps import LOOKED_AT, STEPS
from directory.people.policy import KEEPERS
from directory.vetting.excluding import exclusions_of
from directory.vetting.explaining import records_of, unexplained
from directory.vetting.panels import LEVELS, panels_of
from directory.vetting.pausing import lift_pause
from directory.vetting.policy import REMINDED_DAYS, months_after, usual_end
from directory.vetting.queries import evidence_of, expiring, find_programs, programs
from directory.vetting.queries import program as read_program
from directory.vetting.service import take_step
from directory.vocabulary import terms
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.desk.program_terms import terms_of
from web.doors import DESK
from web.exclusions import reasons_in_words
from web.forms import Form
from web.wording import Wording

VETTING = f"{DESK}/vetting"
_ENGLISH = Wording("en")
# What a button does, and what it then says where a second person has to agree.
DOING = {
    "recruited": "Begin to vet them", "screened": "They are checked", "trained": "They are trained",
    "agreement-signed": "They signed the agreement", "active": "Let them work with us", "paused": "Pause them now",
    "removed": "Remove them",
}  # fmt: skip
SAID = {
    "noted": "Noted.",
    "answered": "Noted. Where the panel passed, another person has to approve what follows.",
    "waits": "Proposed. Another person has to approve it among the changes.",
    "warned": "Proposed: so many listings are paused by two. Until the second decides, and for three days at most, all "
    "of them say to call first.",
    "paused": "Paused at once: nobody finds what they offer. It ends in three days unless somebody else seconds it.",
}

NOTICE_WORDS = {"letter": "By letter", "mail": "By e-mail", "call": "By a call", "in-person": "In person"}
OUTCOME_WORDS = {"upheld": "It stands", "lifted": "It is lifted"}
CONFLICT_WORDS = {
    "none": "Asked: nobody had a tie to the program",
    "declared-stepped-back": "Declared: whoever had a tie stepped back and is not counted",
}
PANEL_WORDS = {
    "whole": "Counts", "waits": "Waits for a second person", "reply": "The program may still answer", "over": "Over",
    "not-passed": "Did not pass", "declined": "Declined by a second person",
}  # fmt: skip


class VettingPages(Controller):
    """The list, and one program. What is outside one's scope is not there."""

    path = VETTING

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere, by: By) -> Response[bytes]:
        """Every program that is vetted, and what runs out."""
        return _list(request, desk, by, only="", words="")

    @post("/", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def find(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Those in one state, or any program by words of its name."""
        form = desk_form(request, body, {"words", "only"})
        return _list(request, desk, by, only=form.one("only"), words=form.one("words"))

    @get("/{program:str}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show_one(
        self,
        request: Request[Any, Any, Any],
        program: FromPath[str],
        desk: DeskHere,
        by: By,
        said: FromQuery[str] = "",
    ) -> Response[bytes]:
        """One program: what was done, what holds, what may be done now."""
        with desk.database.reading() as session:
            today = session.info["now"].date()
            seen = read_program(session, program, by=by, on=today)
            panels = panels_of(session, seen.record_id, on=today)
            own = records_of(session, seen.record_id)
            exclusions = exclusions_of(session, own)
            without = unexplained(session, by=by, of=own)
            evidence = evidence_of(session, seen.record_id)
            asks = terms_of(session, seen.listings)
        return desk.pages.page(
            "vetting_program", request, seen=seen, words=_words(), doing=DOING, today=today.isoformat(),
            ends={step: end.isoformat() for step in LOOKED_AT if (end := usual_end(step, today)) is not None},
            notice=SAID.get(said, ""), panels=panels, exclusions=exclusions, evidence=evidence, asks=asks,
            without=without,
            levels={code: word for code, word in _words("trauma-informed").items() if code in LEVELS},
            every_level=_words("trauma-informed"), reasons=reasons_in_words(_ENGLISH),
            notices=NOTICE_WORDS, outcomes=OUTCOME_WORDS, conflicts=CONFLICT_WORDS,
            most=MOST_HIDINGS, panel_words=PANEL_WORDS, evidence_end=months_after(today, 24).isoformat(),
        )  # fmt: skip

    @post("/{program:str}/step", opt=opens_to(KEEPERS), sync_to_thread=True)
    def step(
        self, request: Request[Any, Any, Any], body: RawBody, program: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Take a step: at once, or as a proposal."""
        form = desk_form(request, body, {"step", "on", "expires_on", "reference", "reason"})
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            taken = take_step(
                session, read_program(session, program, by=by, on=now.date()).record_id, form.one("step"),
                on=day_of(form, "on") or now.date(), expires_on=day_of(form, "expires_on"),
                reference=form.one("reference"), reason=form.one("reason"), by=by, now=now,
            )  # fmt: skip
        is_pause = form.one("step") == "paused"
        if taken.is_applied:
            return back_to(program, "paused" if is_pause else "noted")
        return back_to(program, "warned" if is_pause else "waits")

    @post("/{program:str}/lift", opt=opens_to(KEEPERS), sync_to_thread=True)
    def lift(self, program: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Propose that a pause of one person ends before its time."""
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            lift_pause(session, read_program(session, program, by=by, on=now.date()).record_id, by=by, now=now)
        return back_to(program, "waits")


def day_of(form: Form, field: str) -> dt.date | None:
    """A day of a form; None where nothing was said. Raises ``BadInputError`` for what is no day."""
    written = form.one(field)
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise BadInputError("A day is written as 2026-03-31.") from None


def back_to(public_id: str, said: str) -> Response[Any]:
    """The page of a program again, with what was done."""
    return Redirect(f"{VETTING}/{public_id}?said={said}", status_code=303)


def _list(request: Request[Any, Any, Any], desk: Desk, by: By, *, only: str, words: str) -> Response[bytes]:
    chosen = next((step for step in STEPS if step == only), None)
    with desk.database.reading() as session:
        today = session.info["now"].date()
        every = programs(session, by=by)
        found = find_programs(session, words, by=by) if words else []
        ends = expiring(session, on=today, by=by)
        without = unexplained(session, by=by)
    counts = {step: sum(line.state == step for line in every) for step in STEPS}
    return desk.pages.page(
        "vetting", request, lines=[line for line in every if chosen is None or line.state == chosen], found=found,
        searched=words, only=chosen or "", counts=counts, everything=len(every), ends=ends, days=REMINDED_DAYS,
        words=_words(), levels=_words("trauma-informed"), today=today, without=without,
    )  # fmt: skip


def _words(scheme: str = "vetting") -> dict[str, str]:
    """What steps are called, or the terms of another list."""
    return {term.code: terms.label(scheme, term.code, "en") for term in terms.terms(scheme)}
