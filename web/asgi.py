"""The site as an application for any ASGI server: ``create_app``."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar, MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from directory.clock import utc_now
from directory.db import Database
from directory.settings import Settings
from web.dependencies import Site, SiteHere, open_site, provide
from web.errors import ErrorPages
from web.forms import MOST_BYTES
from web.headers import KEPT_FOR_EVER, EveryMethod, StrictHeaders
from web.limits import RequestCap
from web.pages.finder import Finder
from web.worker import running_worker


def create_app(settings: Settings, database: Database, *, clock: Callable[[], dt.datetime] = utc_now) -> Litestar:
    """The whole site over a database whose schema is up to date.

    Args:
        settings: what the deployment chose.
        database: stays the caller's; the site opens its own connections for reading and closes them at its end.
        clock: the present, as pages tell it.

    Raises:
        SettingsError: the default area is not one place.
    """
    site = open_site(settings, database, clock=clock)
    errors = ErrorPages(site.pages, settings.language)
    app = Litestar(
        route_handlers=[Finder, static_file, health],
        dependencies=provide(site),
        exception_handlers=errors.handlers(),
        lifespan=[_lifespan(site)],
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    # Outermost first: what is said about every answer, then HEAD and OPTIONS, then how much one network may ask.
    capped = RequestCap(app.asgi_handler, page=errors.page)
    app.asgi_handler = StrictHeaders(EveryMethod(capped), fault_page=errors.page(500))
    return app


def _lifespan(site: Site) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await site.reader.open()
        try:
            async with running_worker(site.database):
                yield
        finally:
            await site.reader.close()
            site.gazetteer.close()

    return lifespan


@get("/static/{mark:str}/{name:str}")
async def static_file(mark: FromPath[str], name: FromPath[str], site: SiteHere) -> Response[bytes]:
    """A file in the folder that its content names, so that it can be kept for ever."""
    file = site.pages.static.find(mark, name)
    if file is None:
        raise NotFoundException
    return Response(file.content, media_type=file.content_type, headers={"cache-control": KEPT_FOR_EVER})


@get("/healthz", media_type=MediaType.TEXT)
async def health() -> str:
    """That the site answers; says nothing of what is in it."""
    return "ok"
