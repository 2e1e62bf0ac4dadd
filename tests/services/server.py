"""The whole site, served on loopback by the server that deployments use."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import uvicorn

from directory.clock import Clock, utc_now
from directory.db import Database
from directory.settings import Settings

# Ports of sites under test that have ended: a page that is open still may ask for an icon only then.
ENDED: set[int] = set()
_LOOK_SECONDS = 0.005
_START_SECONDS = 30
_FINISH_SECONDS = 5
_STOP_SECONDS = 15


class _PromptServer(uvicorn.Server):
    """Ends when it is told to, and when nobody is answered any more: uvicorn looks ten times a second, and waits."""

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # noqa: ASYNC110 - other threads tell it by an attribute
            await asyncio.sleep(_LOOK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        async with asyncio.timeout(_FINISH_SECONDS):
            while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - as uvicorn waits
                await asyncio.sleep(_LOOK_SECONDS)
        await self.lifespan.shutdown()


@contextmanager
def serve(database: Database, settings: Settings | None = None, *, clock: Clock = utc_now) -> Iterator[str]:
    """Serve ``database`` from a thread and give the site's address, ``http://127.0.0.1:PORT``.

    Args:
        database: stays the caller's: it is open before, during and after.
        settings: what the test's deployment has chosen; database, host and port are set here.
        clock: the present, as pages tell it.
    """
    from web.asgi import create_app

    url = database.engine.url.render_as_string(hide_password=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # asyncio leaves Nagle's algorithm on for a socket it is given: kept connections would wait 40 ms an answer.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        port = listener.getsockname()[1]
        settings = msgspec.structs.replace(
            settings or Settings(database_url=url),
            database_url=url,
            host="127.0.0.1",
            port=port,
            # No test leaves a key in the user's own folder.
            desk_secret="0" * 64,
            # Nor asks it anybody outside whether a listing holds.
            checks="off",
        )
        server = _PromptServer(
            uvicorn.Config(
                create_app(settings, database, clock=clock),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="on",
                ws="none",
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="the site under test")
        ENDED.discard(port)
        thread.start()
        try:
            _wait_until_it_serves(server, thread)
            yield f"http://127.0.0.1:{port}"
        finally:
            ENDED.add(port)
            server.should_exit = True
            thread.join(_STOP_SECONDS)
            if thread.is_alive():
                msg = "the site under test does not end"
                raise RuntimeError(msg)


def _wait_until_it_serves(server: uvicorn.Server, thread: threading.Thread) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > give_up:
            msg = "the site under test did not start"
            raise RuntimeError(msg)
        time.sleep(_LOOK_SECONDS)
