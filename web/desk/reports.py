"""What readers reported to be wrong: by listing, with what was said and for how long; and dismissing it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.people.policy import KEEPERS
from directory.worklist.dismissing import Chosen, bring_back, dismiss, dismissals, preview
from directory.worklist.reports import open_reports
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.doors import DESK
from web.forms import Form

REPORTS = f"{DESK}/reports"
REASON_WORDS = {
    "wrong-number": "wrong number", "no-answer": "nobody answers", "closed": "closed", "moved": "moved",
    "wrong-hours": "wrong hours", "turned-away": "somebody was turned away",
}  # fmt: skip
WHY_WORDS = {
    "not-confirmed": "It cannot be confirmed", "already-right": "It is right here already",
    "other-listing": "It is about another listing", "spam": "It is no report of anything",
}  # fmt: skip
_SAID = {"back": "Taken back: the reports are open again."}
_FIELDS = frozenset({"listing", "why"})


class Reports(Controller):
    """The list of reports. What is outside one's scope is not there."""

    path = REPORTS

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """What was reported and nobody has called about since, and what was dismissed lately."""
        with desk.database.reading() as session:
            now = session.info["now"]
            found = open_reports(session, by=by)
            gone = dismissals(session, by=by, now=now)
        return desk.pages.page(
            "reports", request, found=found, gone=gone, words=REASON_WORDS, why=WHY_WORDS, today=now.date(),
            notice=_SAID.get(said, ""),
        )  # fmt: skip

    @post("/chosen", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def look(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """What dismissing would do; nothing of it is done."""
        form = desk_form(request, body, _FIELDS)
        found = preview(desk.database, _chosen(form), why=form.one("why"), by=by)
        return desk.pages.page("dismissing", request, found=found, why=form.one("why"), words=WHY_WORDS, is_done=False)

    @post("/dismissed", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def do(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """Dismiss them, and say of each what became of it."""
        form = desk_form(request, body, _FIELDS)
        with desk.database.transaction() as session:
            found = dismiss(session, _chosen(form), why=form.one("why"), by=by, now=session.info["now"])
        return desk.pages.page("dismissing", request, found=found, why=form.one("why"), words=WHY_WORDS, is_done=True)

    @post("/dismissed/{number:int}/undo", opt=opens_to(KEEPERS), sync_to_thread=True)
    def take_back(self, number: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Take a dismissal back."""
        with desk.database.transaction() as session:
            bring_back(session, row(number), by=by, now=session.info["now"])
        return Redirect(f"{REPORTS}?said=back", status_code=303)


def _chosen(form: Form) -> list[Chosen]:
    return [Chosen(listing, mark) for listing, _, mark in (one.partition("~") for one in form.all("listing"))]
