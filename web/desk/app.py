"""The desk as an application: its routes, each with its guard, behind the entrance."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect
from litestar.types import Scope, Send

from directory.clock import Clock
from directory.db import Database, sqlite_file
from directory.errors import BadInputError, DirectoryError, NotFoundError, RefusedError, UnknownTermError
from directory.intake.runs import keeps_imports
from directory.people.actor import Actor
from directory.people.passkeys import Place
from directory.people.sealing import desk_key
from directory.people.sessions import note_seen, session_of
from directory.places.gazetteer import Gazetteer
from directory.settings import Settings, data_folder
from directory.sources.uploads import uploads_of
from importers.at_desk import Importing
from web.desk.entrance import Cookie, Entrance
from web.desk.guards import ANYBODY, ProofNeededError, Seat, SignInNeededError, let_in, opens_to, seat_of
from web.desk.rendering import DeskPages
from web.desk.upload_form import is_upload
from web.doors import DESK, host_of
from web.forms import MOST_BYTES
from web.headers import KEPT_FOR_EVER, answer_with
from web.limits import RequestCap
from web.logs import log_fault
from web.static_files import StaticFiles

# An office shares an address, and a form of the desk is no search: the figures only stop machines.
_BURST, _PER_SECOND = 240.0, 4.0
# Pages on which every button stands, whatever its address.
_WHOLE = (f"{DESK}/people", f"{DESK}/lines", f"{DESK}/own")
_TITLES = {
    400: "That could not be read",
    401: "Sign in first",
    403: "That is not open to you",
    404: "There is nothing here",
    405: "There is nothing here",
    409: "That could not be done",
    413: "That was too long",
    415: "That could not be read",
    429: "Too much at once",
    500: "Something went wrong here",
}


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What handlers of the desk are given.

    Attributes:
        settings: what the deployment chose.
        database: handlers open the transaction themselves.
        pages: renders them.
        cookie: gives and takes sessions.
        gazetteer: where places are.
        clock: the present.
        key: seals what the desk must not store open.
    """

    settings: Settings
    database: Database
    pages: DeskPages
    cookie: Cookie
    gazetteer: Gazetteer
    clock: Clock
    key: bytes

    @property
    def importing(self) -> Importing:
        """What reads and brings in what somebody uploaded."""
        return Importing(self.database, self.settings, uploads_of(self.database, self.settings))

    def place(self, request: Request[Any, Any, Any]) -> Place:
        """Where the desk is, as passkeys know it: the configured host, or the one that was asked for (a demo)."""
        host = self.settings.desk_host or self.settings.public_host
        origin = f"https://{host}" if host else f"{request.url.scheme}://{request.headers.get('host', '')}"
        return Place(host or host_of(request.scope), origin, self.settings.site_name)


DeskHere = NamedDependency[SkipValidation[Desk]]
# Who acts; only for routes that nobody may use who is not signed in.
By = NamedDependency[SkipValidation[Actor]]
SeatHere = NamedDependency[SkipValidation[Seat]]


def desk_app(
    settings: Settings, database: Database, *, static: StaticFiles, gazetteer: Gazetteer, clock: Clock
) -> RequestCap:
    """The desk of a deployment, ready to be put behind the doors."""
    return behind_entrance(routes_of_desk(settings, database, static=static, gazetteer=gazetteer, clock=clock))


def routes_of_desk(
    settings: Settings, database: Database, *, static: StaticFiles, gazetteer: Gazetteer, clock: Clock
) -> Litestar:
    """The desk without its entrance: every route with its guard."""
    pages = DeskPages(settings, static, clock=clock)
    cookie = Cookie(has_own_host=bool(settings.desk_host))
    desk = Desk(
        settings=settings, database=database, pages=pages, cookie=cookie, gazetteer=gazetteer, clock=clock,
        key=_key(settings, database),
    )  # fmt: skip
    return Litestar(
        route_handlers=list(_routes()),
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "by": Provide(_by, sync_to_thread=False),
            "seat": Provide(_seat, sync_to_thread=False),
        },
        guards=[let_in],
        exception_handlers={
            SignInNeededError: _to_sign_in,
            ProofNeededError: _to_proof,
            HTTPException: _answer,
            DirectoryError: _answer_ours,
            Exception: _answer_fault,
        },
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
        state=State({"desk": desk}),
    )


def _key(settings: Settings, database: Database) -> bytes:
    if settings.desk_secret:
        return bytes.fromhex(settings.desk_secret)
    file = sqlite_file(database.engine.url.render_as_string(hide_password=False))
    return desk_key(file.parent if file else data_folder())


def behind_entrance(app: Litestar) -> RequestCap:
    """The entrance in front of the routes, and in front of that how much one network may send."""
    desk: Desk = app.state["desk"]

    def find(key: str) -> Seat | None:
        with desk.database.reading() as session:
            found = session_of(session, key, now=session.info["now"])
        if found is None:
            return None
        if found.is_unnoted:
            with desk.database.transaction() as session:
                note_seen(session, found.session_id, now=session.info["now"])
        return Seat(found.actor, found.session_id, key, found.since)

    async def refuse(_scope: Scope, status: int, send: Send, *headers: tuple[bytes, bytes]) -> None:
        page = _text(desk.pages, None, status)
        await answer_with(page, status=status, send=send, headers=headers)

    entrance = Entrance(app, cookie=desk.cookie, find=find, refuse=refuse)

    async def most_of(scope: Scope) -> int:
        """A file is read only of somebody who may import, before anything of it is kept in memory."""
        key = desk.cookie.read(scope) if is_upload(scope) else ""
        seat = await asyncio.to_thread(find, key) if key else None
        may_upload = seat is not None and keeps_imports(seat.actor)
        return desk.settings.max_feed_mb * 1024 * 1024 + MOST_BYTES if may_upload else MOST_BYTES

    return RequestCap(entrance, refuse=refuse, burst=_BURST, per_second=_PER_SECOND, most_of=most_of)


def _routes() -> Sequence[Any]:
    from web.desk import (
        bulk,
        changes,
        closures,
        duplicates,
        editing,
        entering,
        gaps,
        handoff,
        imports,
        joining,
        letters,
        lines,
        listing,
        listings,
        month,
        needs,
        notes,
        overview,
        own,
        parting,
        people,
        protocols,
        record,
        reports,
        review,
        same_as,
        sign_in,
        succession,
        uploads,
        vetting,
        vetting_more,
        wishes,
    )

    pages = (
        month.MonthPages, listings.Listings, bulk.Bulk, listing.Listing, handoff.Handoff, notes.Notes, wishes.Wishes,
        editing.Editing, imports.Imports,
        uploads.UploadPages,
        review.ReviewPages, changes.Changes, letters.Letters, protocols.Protocols, record.RecordPages, people.People,
        vetting.VettingPages, vetting_more.VettingNotes,
    )  # fmt: skip
    after = (succession.handover, succession.sheet)
    same = (duplicates.Duplicates, parting.Parting, same_as.SameAs)
    reached = (reports.Reports, overview.Overview, overview.figures, gaps.Gaps, needs.Needs, *after)
    first = (file_of_desk, sign_in.SignIn, joining.Joining, own.Own, lines.Lines)
    return (*first, entering.Entering, closures.Closures, *same, *reached, *pages)


@get("/desk/files/{mark:str}/{name:str}", opt=opens_to(ANYBODY), sync_to_thread=False)
def file_of_desk(mark: FromPath[str], name: FromPath[str], desk: DeskHere) -> Response[bytes]:
    """A file of the desk's pages, in the folder that its content names."""
    file = desk.pages.files.find(mark, name)
    if file is None:
        raise NotFoundException
    return Response(file.content, media_type=file.content_type, headers={"cache-control": KEPT_FOR_EVER})


def _by(request: Request[Any, Any, Any]) -> Actor | None:
    seat = seat_of(request)
    return seat.actor if seat else None


def _seat(request: Request[Any, Any, Any]) -> Seat | None:
    return seat_of(request)


def _to_sign_in(_request: Request[Any, Any, Any], _error: Exception) -> Response[Any]:
    return Redirect(DESK, status_code=303)


def _to_proof(request: Request[Any, Any, Any], _error: Exception) -> Response[Any]:
    # What the form held has to be pressed again: nothing of it is kept. The button stood on the page above its address.
    above = request.url.path.rpartition("/")[0]
    back = next((page for page in _WHOLE if above.startswith(page)), above)
    return Redirect(f"{DESK}/prove?back={quote(back, safe='/')}", status_code=303)


def _answer(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    return _html(request, error.status_code)


def _answer_ours(request: Request[Any, Any, Any], error: DirectoryError) -> Response[bytes]:
    if isinstance(error, NotFoundError):
        return _html(request, 404)
    if isinstance(error, RefusedError):
        return _html(request, 409, str(error))
    if isinstance(error, BadInputError | UnknownTermError):
        return _html(request, 400, str(error))
    return _answer_fault(request, error)


def _answer_fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    code = log_fault(error, method=request.method, route=str(request.scope.get("path_template", "")))
    return _html(request, 500, f"It was written down as {code}.")


def _html(request: Request[Any, Any, Any], status: int, said: str = "") -> Response[bytes]:
    desk: Desk = request.app.state["desk"]
    return Response(_text(desk.pages, seat_of(request), status, said), status_code=status, media_type=MediaType.HTML)


def _text(pages: DeskPages, seat: Seat | None, status: int, said: str = "") -> bytes:
    return pages.text("error", seat, title=_TITLES.get(status, _TITLES[400 if status < 500 else 500]), said=said)
