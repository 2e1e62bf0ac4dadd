"""The audit as a person reads it."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromQuery

from directory.audit.timeline import timeline
from directory.people.policy import KEEPERS
from directory.people.queries import names_of
from web.desk.app import DeskHere
from web.desk.forms import row
from web.desk.guards import opens_to
from web.doors import DESK

_PAGE = 100


class RecordPages(Controller):
    """What was done here, by whom and when; the chain holds no values."""

    path = f"{DESK}/record"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], desk: DeskHere, before: FromQuery[int] = 0) -> Response[bytes]:
        """A page of it, the latest first."""
        with desk.database.reading() as session:
            lines = timeline(session, names=names_of, limit=_PAGE, before=row(before) if before else None)
        return desk.pages.page("record", request, lines=lines, more=lines[-1].seq if len(lines) == _PAGE else 0)
