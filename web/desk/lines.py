"""The lines that stand on every page: who looks after them may read them, two admins may suspend one, nobody edits."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from directory.people import suspensions
from directory.people.policy import KEEPERS
from directory.pinned import nation_of, pinned_lines
from directory.suspended import is_suspended
from web.desk.app import By, DeskHere
from web.desk.guards import ADMINS, opens_to
from web.doors import DESK

_LINES = f"{DESK}/lines"
_SAID = {
    "asked": "Asked for. Another admin has to second it.",
    "suspended": "From now on no page shows the number. It comes back by itself after 14 days.",
    "returned": "From now on every page shows it again.",
}


class Lines(Controller):
    """The page of the pinned lines."""

    path = _LINES

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere, said: FromQuery[str] = "") -> Response[bytes]:
        """What is pinned here, and what waits for a second admin."""
        country = nation_of(desk.settings.country)
        pinned = pinned_lines(country)
        today = desk.clock().date()
        lines = [
            (place, line, is_suspended(f"{country}/{place}", today=today)) for place, line in enumerate(pinned.lines)
        ]
        with desk.database.reading() as session:
            waiting = suspensions.open_requests(session, now=session.info["now"])
        return desk.pages.page(
            "lines", request, lines=lines, dated=pinned.dated, waiting=waiting, country=country,
            notice=_SAID.get(said, ""),
        )  # fmt: skip

    @post("/{place:int}/suspend", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def ask_suspension(self, place: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Ask that a line is not shown until it was checked."""
        with desk.database.transaction() as session:
            name = f"{nation_of(desk.settings.country)}/{place}"
            suspensions.ask_suspension(session, name, by=by, now=session.info["now"])
        return Redirect(f"{_LINES}?said=asked", status_code=303)

    @post("/{place:int}/return", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def ask_return(self, place: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Ask that it is shown again."""
        with desk.database.transaction() as session:
            name = f"{nation_of(desk.settings.country)}/{place}"
            suspensions.ask_return(session, name, by=by, now=session.info["now"])
        return Redirect(f"{_LINES}?said=asked", status_code=303)

    @post("/requests/{number:int}/suspend", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def second_suspension(self, number: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Second that it is not shown."""
        with desk.database.transaction() as session:
            suspensions.second_suspension(session, number, by=by, now=session.info["now"])
        return Redirect(f"{_LINES}?said=suspended", status_code=303)

    @post("/requests/{number:int}/return", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def second_return(self, number: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Second that it is shown again."""
        with desk.database.transaction() as session:
            suspensions.second_return(session, number, by=by, now=session.info["now"])
        return Redirect(f"{_LINES}?said=returned", status_code=303)
