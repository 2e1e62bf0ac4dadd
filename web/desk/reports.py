"""What readers reported to be wrong: by listing, with what was said and for how long."""

from typing import Any

from litestar import Controller, Request, Response, get

from directory.people.policy import KEEPERS
from directory.worklist.reports import open_reports
from web.desk.app import By, DeskHere
from web.desk.guards import opens_to
from web.doors import DESK

REASON_WORDS = {
    "wrong-number": "wrong number", "no-answer": "nobody answers", "closed": "closed", "moved": "moved",
    "wrong-hours": "wrong hours", "turned-away": "somebody was turned away",
}  # fmt: skip


class Reports(Controller):
    """The list of reports. What is outside one's scope is not there."""

    path = f"{DESK}/reports"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere, by: By) -> Response[bytes]:
        """What was reported and nobody has called about since."""
        with desk.database.reading() as session:
            today = session.info["now"].date()
            found = open_reports(session, by=by)
        return desk.pages.page("reports", request, found=found, words=REASON_WORDS, today=today)
