"""What a program's page of vetting notes beside its steps: evidence, panels, exclusions with notice and appeal."""

import datetime as dt
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import FromPath, RawBody

from directory.people.policy import KEEPERS
from directory.vetting.excluding import decide_appeal, give_notice, open_appeal, put_on_do_not_list
from directory.vetting.explaining import give_reason
from directory.vetting.panels import enter_panel, note_evidence, note_reply
from directory.vetting.queries import program as read_program
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.vetting import VETTING, back_to, day_of

_LONGEST = 300


class VettingNotes(Controller):
    """The buttons of the page that are no steps."""

    path = f"{VETTING}/{{program:str}}"

    @post("/evidence", opt=opens_to(KEEPERS), sync_to_thread=True)
    def evidence(
        self, request: Request[Any, Any, Any], body: RawBody, program: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Note evidence of trauma-informed work."""
        form = desk_form(request, body, {"level", "issuer", "on", "expires_on"})
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            today = now.date()
            found = read_program(session, program, by=by, on=today)
            note_evidence(
                session, found.record_id, form.one("level"), issuer=form.one("issuer"), on=day_of(form, "on") or today,
                expires_on=day_of(form, "expires_on") or today, by=by, now=now,
            )  # fmt: skip
        return back_to(program, "noted")

    @post("/panels", opt=opens_to(KEEPERS), sync_to_thread=True)
    def panel(
        self, request: Request[Any, Any, Any], body: RawBody, program: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Enter that a panel met."""
        form = desk_form(request, body, {"held_on", "seats", "paid", "conflicts", "result"})
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            found = read_program(session, program, by=by, on=now.date())
            enter_panel(
                session, found.record_id, held_on=day_of(form, "held_on") or now.date(),
                seats=form.one("seats").upper().replace(",", " ").split(), paid=form.one("paid") == "yes",
                conflicts=form.one("conflicts"), result=form.one("result"), by=by, now=now,
            )  # fmt: skip
        return back_to(program, "noted")

    @post("/panels/{number:int}/reply", opt=opens_to(KEEPERS), sync_to_thread=True)
    def reply(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        program: FromPath[str],
        number: FromPath[int],
        *,
        desk: DeskHere,
        by: By,
    ) -> Response[Any]:
        """Note what the program answered to a panel."""
        form = desk_form(request, body, {"reply", "text"}, longest=_LONGEST)
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            found = read_program(session, program, by=by, on=now.date())
            note_reply(session, found.record_id, row(number), form.one("reply"), form.one("text"), by=by, now=now)
        return back_to(program, "answered")

    @post("/do-not-list", opt=opens_to(KEEPERS), sync_to_thread=True)
    def exclude(
        self, request: Request[Any, Any, Any], body: RawBody, program: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Propose that it is never listed."""
        form = desk_form(request, body, {"reason"})
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            found = read_program(session, program, by=by, on=now.date())
            put_on_do_not_list(session, found.record_id, form.one("reason"), by=by, now=now)
        return back_to(program, "waits")

    @post("/exclusions/{number:int}", opt=opens_to(KEEPERS), sync_to_thread=True)
    def go_on(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        program: FromPath[str],
        number: FromPath[int],
        *,
        desk: DeskHere,
        by: By,
    ) -> Response[Any]:
        """Note that the program was told, that it appeals, what was decided, or why it went, if nobody said."""
        form = desk_form(request, body, {"how", "on", "outcome", "reason"})
        with desk.database.transaction() as session:
            now: dt.datetime = session.info["now"]
            on = day_of(form, "on") or now.date()
            if form.one("reason"):
                give_reason(session, row(number), form.one("reason"), by=by, now=now)
            elif form.one("outcome"):
                decide_appeal(session, row(number), form.one("outcome"), by=by, now=now)
            elif form.one("how"):
                give_notice(session, row(number), form.one("how"), on=on, by=by, now=now)
            else:
                open_appeal(session, row(number), on=on, by=by, now=now)
        return back_to(program, "noted")
