"""The web server of the search benchmark: an empty JSON answer and a search answered as JSON, one after the other.

``python -m tests.benchmarks.search_server DATABASE_URL`` serves on a free port of loopback, which it prints.
"""

import asyncio
import itertools
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
import uvicorn
from litestar import Litestar, MediaType, Response, get

from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.reader import open_reader
from directory.search.service import plan_for
from tests.benchmarks.synthetic import NOW, World


def create_app(url: str) -> Litestar:
    """Two routes: ``/hello`` and ``/search``, which answers the next of the benchmark's questions."""
    reader = open_reader(Database(url))
    gazetteer = Gazetteer()
    questions = itertools.cycle([question for _, question in World().questions(50)])
    encode = msgspec.json.Encoder().encode

    @get("/hello", sync_to_thread=False)
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    @get("/search")
    async def search() -> Response[bytes]:
        answer = await reader.run(plan_for(next(questions), gazetteer=gazetteer, now=NOW))
        return Response(encode(answer), media_type=MediaType.JSON)

    @asynccontextmanager
    async def reading(_app: Litestar) -> AsyncGenerator[None, None]:
        await reader.open()
        yield
        await reader.close()

    return Litestar([hello, search], lifespan=[reading], openapi_config=None)


def main() -> None:
    """Serve until the process is ended."""
    # Only of a socket that says it is TCP does asyncio send small answers at once; of others they wait 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(
            create_app(sys.argv[1]), log_config=None, log_level="warning", access_log=False, lifespan="on", ws="none"
        )
        sys.stdout.write(f"{listener.getsockname()[1]} {os.getpid()}\n")
        sys.stdout.flush()
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
