"""One's own account: which sessions there are, and ending them."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from directory.people import sessions
from web.desk.app import DeskHere, SeatHere
from web.desk.guards import SIGNED_IN, opens_to


class Own(Controller):
    """Pages about oneself."""

    path = "/desk/own"

    @get("/", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def own(self, request: Request[Any, Any, Any], desk: DeskHere, seat: SeatHere) -> Response[bytes]:
        """What is open under one's name."""
        with desk.database.reading() as session:
            open_sessions = sessions.list_own(session, seat.actor.id, now=session.info["now"])
        return desk.pages.page("own", request, sessions=open_sessions)

    @post("/sessions/{session_id:int}/end", opt=opens_to(SIGNED_IN), sync_to_thread=True)
    def end(self, session_id: FromPath[int], desk: DeskHere, seat: SeatHere) -> Redirect:
        """End one of one's own sessions."""
        with desk.database.transaction() as session:
            sessions.end(session, session_id, person_id=seat.actor.id, now=session.info["now"])
        return Redirect("/desk/own", status_code=303)
