"""The site as an application for any ASGI server: ``create_app``."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from litestar import Litestar, MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from directory.clock import utc_now
from directory.db import Database
from directory.settings import Settings
from web.compression import Compressed
from web.dependencies import Site, SiteHere, open_site, provide
from web.desk.app import desk_app
from web.documents import Documents
from web.doors import SIDES, Doors, Side
from web.errors import ErrorPages
from web.forms import MOST_BYTES
from web.headers import KEPT_FOR_EVER, EveryMethod, StrictHeaders
from web.limits import RequestCap
from web.pages.finder import Finder
from web.pages.look_over import begin, is_key
from web.privacy import privacy
from web.sealing import Seal
from web.worker import running_worker

_TURN_SECONDS = 15


def create_app(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], dt.datetime] = utc_now,
    seal: Seal | None = None,
    has_worker: bool = True,
    sides: Collection[Side] = SIDES,
    is_watched: bool = True,
) -> Litestar:
    """The whole site over a database whose schema is up to date.

    Args:
        settings: what the deployment chose.
        database: stays the caller's; the site opens its own connections for reading and closes them at its end.
        clock: the present, as pages tell it.
        seal: seals what forms ask; processes that serve the same site share one.
        has_worker: whether this process does the work that time makes necessary.
        sides: what is served: the public pages, the desk, or both.
        is_watched: whether somebody is expected to look after it: False in a demo.

    Raises:
        SettingsError: the default area is not one place.
    """
    site = open_site(settings, database, clock=clock, is_watched=is_watched)
    seal = seal or Seal()
    errors = ErrorPages(site.pages, settings.language)
    turned = [seal.turn]
    app = Litestar(
        route_handlers=[Finder, static_file, health, clock_health, privacy],
        dependencies=provide(site),
        exception_handlers=errors.handlers(),
        lifespan=[_lifespan(site, has_worker=has_worker), _turning(turned)],
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    # Outermost first: what is said about every answer, then HEAD and OPTIONS, then what is sent compressed, then how
    # much one network may ask, then how browsers come to what they asked for.
    own = site.pages.wording(settings.language)
    documents = Documents(
        app.asgi_handler,
        seal=seal,
        page=errors.page,
        away=lambda: site.pages.page("away", own),
        letter=lambda token: begin(site.pages, own, token) if is_key(token) else None,
    )
    capped = RequestCap(documents, refuse=documents.refuse)
    desk = desk_app(settings, database, static=site.pages.static, gazetteer=site.gazetteer, clock=clock)
    turned += [capped.turn, desk.turn]
    doors = Doors(Compressed(capped), desk, desk_host=settings.desk_host.casefold(), sides=sides)
    app.asgi_handler = StrictHeaders(EveryMethod(doors), fault_page=lambda: errors.page(500))
    return app


def _lifespan(site: Site, *, has_worker: bool) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await site.reader.open()
        try:
            async with running_worker(site.database, site.settings) if has_worker else nullcontext():
                yield
        finally:
            await site.reader.close()
            site.gazetteer.close()

    return lifespan


def _turning(turned: Iterable[Callable[[], None]]) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Secrets go when their time is over, also when nobody asks."""

    async def turn() -> None:
        while True:
            await asyncio.sleep(_TURN_SECONDS)
            for turn_one in turned:
                turn_one()

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        turning = asyncio.create_task(turn())
        try:
            yield
        finally:
            turning.cancel()

    return lifespan


@get("/static/{mark:str}/{name:str}")
async def static_file(mark: FromPath[str], name: FromPath[str], site: SiteHere) -> Response[bytes]:
    """A file in the folder that its content names, so that it can be kept for ever."""
    file = site.pages.static.find(mark, name)
    if file is None:
        raise NotFoundException
    return Response(file.content, media_type=file.content_type, headers={"cache-control": KEPT_FOR_EVER})


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=True)
def health(site: SiteHere) -> str:
    """That the site answers, and on a second line how its clock is: pages are worth having without one."""
    return f"ok\n{site.health.of_clock().line}"


@get("/healthz/clock", media_type=MediaType.TEXT, sync_to_thread=True)
def clock_health(site: SiteHere) -> Response[str]:
    """How the clock is: 503 when it has been silent for five minutes, for whoever watches over it."""
    found = site.health.of_clock()
    return Response(found.line, media_type=MediaType.TEXT, status_code=200 if found.is_well else 503)
