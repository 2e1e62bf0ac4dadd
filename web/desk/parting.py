"""Taking a merge back: what each of the two would show, and then doing it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError, RefusedError
from directory.intake.absorbed import show_merge
from directory.intake.matches import separate
from directory.people.policy import KEEPERS
from web.desk.app import By, DeskHere
from web.desk.duplicates import DUPLICATES, KIND_WORDS
from web.desk.forms import desk_form, row
from web.desk.guards import opens_to
from web.desk.one_listing import LISTINGS
from web.desk.rehearsal import rehearsed, shown
from web.desk.side_by_side import everybody_reads, moved

_VERDICTS = {"two": True, "again": False}


class Parting(Controller):
    """One merge that stands."""

    path = f"{DUPLICATES}/merges/{{merge:int}}"

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], merge: FromPath[int], desk: DeskHere, by: By) -> Response[bytes]:
        """What everybody reads now, and would read of each; nothing of it is done."""
        refused = ""
        with rehearsed(desk.database) as session:
            told = show_merge(session, row(merge), by=by)
            before = after = everybody_reads(session, told.stays)
            apart = moved({}, {})
            try:
                separate(session, told.change, are_two=True, by=by, now=session.info["now"])
                shown(session)
                after = everybody_reads(session, told.stays)
                apart = moved({}, everybody_reads(session, told.gone))
            except RefusedError as error:
                refused = str(error)
        return desk.pages.page(
            "part", request, told=told, refused=refused, stays=moved(before, after), apart=apart, kinds=KIND_WORDS
        )

    @post("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def part(
        self, request: Request[Any, Any, Any], body: RawBody, merge: FromPath[int], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Separate them: for good, or so that the pair is asked about again."""
        verdict = desk_form(request, body, {"verdict"}).one("verdict")
        if verdict not in _VERDICTS:
            raise BadInputError("Say whether they are two, or are to be asked about again.")
        with desk.database.transaction() as session:
            told = show_merge(session, row(merge), by=by)
            parted = separate(session, told.change, are_two=_VERDICTS[verdict], by=by, now=session.info["now"])
        said = "parted-but" if parted.kept else "parted"
        return Redirect(f"{LISTINGS}/{told.listing}?said={said}", status_code=303)
