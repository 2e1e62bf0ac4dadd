"""Documents for whoever comes after, or asks for records: plain pages that can be printed."""

from importlib.metadata import version
from typing import Any

from litestar import Request, Response, get

from directory.handover import handover as handover_of
from directory.people.policy import KEEPERS
from directory.privacy.kept import kept
from directory.privacy.sheet import sheet as sheet_of
from web.desk.app import DeskHere
from web.desk.guards import ADMINS, opens_to
from web.doors import DESK


@get(f"{DESK}/handover", opt=opens_to(ADMINS), sync_to_thread=True)
def handover(request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
    """What somebody has to know who takes over."""
    with desk.database.reading() as session:
        now = session.info["now"]
        sections = handover_of(session, desk.settings, now=now, version=version("handrail"))
    return desk.pages.page("document", request, sections=sections)


@get(f"{DESK}/sheet", opt=opens_to(KEEPERS), sync_to_thread=True)
def sheet(request: Request[Any, Any, Any], desk: DeskHere) -> Response[bytes]:
    """The records and subpoena sheet, as ``handrail privacy sheet`` prints it."""
    sections = sheet_of(kept(), language="en", version=version("handrail"))
    return desk.pages.page("document", request, sections=sections)
