"""The web server of the search benchmark: the real site, and beside it what its pages are compared with.

``python -m tests.benchmarks.search_server DATABASE_URL`` serves on a free port of loopback, which it prints with its
process. Everything but what lies under ``/benchmark/`` is the site itself. There:

- ``hello`` is a small JSON answer, ``search`` the answer to the next of the benchmark's questions as JSON;
- ``page`` is a result page rendered by the site's templates from what such a page was rendered from before: the same
  results as the pages that were asked for since the start, in the same order, without the search and the words.
"""

import asyncio
import itertools
import os
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import msgspec
import uvicorn
from litestar import Litestar, MediaType, Response, get
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, Receive, Scope, Send

from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.reader import open_reader
from directory.search.service import plan_for
from directory.settings import Settings
from tests.benchmarks.questions import questions
from tests.benchmarks.synthetic import NOW, World
from web.asgi import create_app
from web.rendering import Pages

OURS = "/benchmark/"
_RESULTS = "results"


class RenderedPages:
    """Remembers from what pages are rendered, until they are asked for again."""

    def __init__(self) -> None:
        self._render = Pages.page
        self._remembered: list[tuple[Pages, str, Any, dict[str, Any]]] = []
        self._again: Iterator[tuple[Pages, str, Any, dict[str, Any]]] | None = None
        self._patch = patch.object(Pages, "page", self._remember())
        self._patch.start()

    def _remember(self) -> Callable[..., bytes]:
        def page(pages: Pages, template: str, t: Any, **values: Any) -> bytes:
            self._remembered.append((pages, template, t, values))
            return self._render(pages, template, t, **values)

        return page

    def next_one(self) -> bytes:
        """The next page, rendered anew. From the first time on nothing more is remembered.

        Raises:
            ClientException: there is none, or one of them shows no results.
        """
        if self._again is None:
            others = {template for _, template, _, _ in self._remembered} - {_RESULTS}
            if others or not self._remembered:
                raise ClientException(f"pages that show no results: {', '.join(sorted(others)) or 'all'}")
            self._patch.stop()
            self._again = itertools.cycle(self._remembered)
        pages, template, t, values = next(self._again)
        return self._render(pages, template, t, **values)


def comparisons(url: str) -> Litestar:
    """What pages and searches are compared with."""
    reader = open_reader(Database(url))
    gazetteer = Gazetteer()
    asked = itertools.cycle([question for _, question in questions(World(), 50)])
    encode = msgspec.json.Encoder().encode
    rendered = RenderedPages()

    @get(OURS + "hello", sync_to_thread=False)
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    @get(OURS + "search")
    async def search() -> Response[bytes]:
        answer = await reader.run(plan_for(next(asked), gazetteer=gazetteer, now=NOW))
        return Response(encode(answer), media_type=MediaType.JSON)

    @get(OURS + "page", sync_to_thread=False)
    def page() -> Response[bytes]:
        return Response(rendered.next_one(), media_type=MediaType.HTML)

    return Litestar([hello, search, page], openapi_config=None, logging_config=None)


def create_server(url: str) -> ASGIApp:
    """The site over a filled database, with the comparisons beside it."""
    site = create_app(Settings(database_url=url), Database(url), clock=lambda: NOW)
    # Afterwards, because the site renders its pages of errors at its start.
    ours = comparisons(url)

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == ScopeType.HTTP and scope["path"].startswith(OURS)
        await (ours if is_ours else site)(scope, receive, send)

    return either


def main() -> None:
    """Serve until the process is ended."""
    # Only of a socket that says it is TCP does asyncio send small answers at once; of others they wait 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        application: Any = create_server(sys.argv[1])
        config = uvicorn.Config(
            application, log_config=None, log_level="warning", access_log=False, lifespan="on", ws="none"
        )
        sys.stdout.write(f"{listener.getsockname()[1]} {os.getpid()}\n")
        sys.stdout.flush()
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
