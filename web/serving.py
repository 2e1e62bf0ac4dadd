"""Serving a site until told to stop, in one process or in several that share what they seal pages with."""

import os
import signal
import socket
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from directory.db import Database
from directory.settings import Settings, telling_names
from web.doors import SIDES, Side
from web.traces import trace_of

if TYPE_CHECKING:
    from litestar import Litestar

# A worker that cannot work is not started again and again without a pause.
_PAUSE_SECONDS = 1.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def serve_site(
    settings: Settings,
    database: Database,
    listener: socket.socket,
    *,
    workers: int = 1,
    forwarded_allow_ips: str = "127.0.0.1",
    sides: Collection[Side] = SIDES,
    is_watched: bool = True,
    announce: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM.

    The key that seals pages is made here, by the parent of all workers, and dies with them (SAFETY D3).

    Args:
        settings: what the deployment chose.
        database: is closed at the end.
        listener: where browsers connect.
        workers: how many processes serve; one of them does the work that time makes necessary.
        forwarded_allow_ips: addresses of proxies whose word about a visitor's network is taken.
        sides: what is served: the public pages, the desk, or both.
        is_watched: whether somebody is expected to look after it: False in a demo.
        announce: called when nothing can go wrong any more, before the first answer.

    Raises:
        SettingsError: the default area is not one place.
    """
    from web.asgi import create_app
    from web.logs import configure_logging, log
    from web.sealing import Seal
    from web.self_check import end_with_parent, keep_memory_private, self_check, warnings_of

    # What a process leaves behind when it dies may hold a search, so neither this one nor a worker leaves anything.
    keep_memory_private()
    configure_logging()
    seal = Seal()
    site = create_app(settings, database, seal=seal, sides=sides, is_watched=is_watched)
    names = [f"Warning: {sentence}" for sentence in telling_names(settings)]
    for warning in (*names, *warnings_of(self_check(site, database))):
        click.echo(warning, err=True)
    announce()
    if workers == 1:
        _serve(site, database, listener, forwarded_allow_ips)
        return
    # Processes must not share a connection.
    database.dispose()

    def start(number: int) -> int:
        child = os.fork()
        if child == 0:
            try:
                for stopping in _STOPPING:
                    signal.signal(stopping, signal.SIG_DFL)
                end_with_parent()
                signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
                own = create_app(
                    settings, database, seal=seal, has_worker=number == 0, sides=sides, is_watched=is_watched
                )
                _serve(own, database, listener, forwarded_allow_ips)
            except BaseException as error:  # noqa: BLE001 - a worker has nobody above it who could be told
                log.error("worker failed", error_type=type(error).__qualname__, trace=trace_of(error))
                os._exit(1)
            os._exit(0)
        return child

    _keep_running(start, workers)


def _serve(site: "Litestar", database: Database, listener: socket.socket, forwarded_allow_ips: str) -> None:
    import uvicorn

    from web.proxies import named_by_proxies

    config = uvicorn.Config(
        named_by_proxies(site, forwarded_allow_ips),
        # Its own way of believing proxies keeps thousands of visitors' addresses.
        proxy_headers=False,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    # The server ends what it is doing and then lets the signal do its usual work, which must not be sudden death: the
    # database has still to be closed.
    for stopping in _STOPPING:
        signal.signal(stopping, signal.default_int_handler)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        database.dispose()


def _keep_running(start: Callable[[int], int], workers: int) -> None:
    """Start workers by number, start again those that die, and end when told to and all have ended."""
    running: dict[int, int] = {}
    is_stopping = False

    def stop(*_: object) -> None:
        nonlocal is_stopping
        is_stopping = True
        for process in running:
            # One that has just died is not there any more, and not yet taken out.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)

    def run(number: int) -> None:
        # A signal between the birth of a worker and its entry here would not reach it, so it waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            running[start(number)] = number
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    for stopping in _STOPPING:
        signal.signal(stopping, stop)
    for number in range(workers):
        run(number)
    while running:
        died, _ = os.wait()
        number = running.pop(died)
        if not is_stopping:
            time.sleep(_PAUSE_SECONDS)
        # Told to stop during the pause, or not at all.
        if not is_stopping:
            run(number)
