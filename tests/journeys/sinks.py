"""Where the way out leads in tests, and servers that do not do what ours does: all of them on loopback."""

import datetime as dt
import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import utc_now
from directory.settings import Settings
from importers.readers.bundled import load_bundled
from tests.services import serve

ELSEWHERE = "Cloudy with a light breeze"
_PAGE = f"<!doctype html><html lang=en><title>Elsewhere</title><body><p>{ELSEWHERE}</p></body></html>".encode()


class Sink(msgspec.Struct, frozen=True):
    """A page elsewhere.

    Attributes:
        address: on another site than ours, as a browser sees it.
        asked: when it was asked for, once for each time.
        may_answer: while it is not set, whoever asks waits.
    """

    address: str
    asked: list[dt.datetime]
    may_answer: threading.Event


@contextmanager
def page_elsewhere() -> Iterator[Sink]:
    """Serve it; it answers at once until it is told otherwise."""
    asked: list[dt.datetime] = []
    may_answer = threading.Event()
    may_answer.set()

    class Page(_Quiet):
        def do_GET(self) -> None:
            if self.path == "/":
                asked.append(utc_now())
                may_answer.wait()
            self.answer(200, {"content-type": "text/html"}, _PAGE if self.path == "/" else b"")

    with _serving(Page) as port:
        yield Sink(f"http://localhost:{port}/", asked, may_answer)
        may_answer.set()


def refusing_address() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://localhost:{listener.getsockname()[1]}/"


class Relay(msgspec.Struct):
    """Stands before a site and passes on what is asked and answered.

    Attributes:
        address: the site's address, as browsers are told.
        is_mute: whether it lets everything wait that is posted.
        is_kept: whether it lets browsers keep every page: 200, and no word against storing it.
        posted: how many posts came.
        cut: where it stops in the middle of a page, until ``rest_may_come`` is set; nowhere when it is empty.
    """

    address: str
    is_mute: bool = False
    is_kept: bool = False
    posted: int = 0
    cut: bytes = b""
    rest_may_come: threading.Event = msgspec.field(default_factory=threading.Event)


@contextmanager
def relay_to(site: str) -> Iterator[Relay]:
    """A relay to the site at an address; what waits is let go at the end, without an answer."""
    relay = Relay("")
    is_over = threading.Event()

    class Page(_Quiet):
        def do_GET(self) -> None:
            self.pass_on(b"")

        def do_POST(self) -> None:
            relay.posted += 1
            body = self.rfile.read(int(self.headers["content-length"]))
            if relay.is_mute:
                is_over.wait()
                self.close_connection = True
            else:
                self.pass_on(body)

        def pass_on(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(urlsplit(site).netloc)
            connection.request(self.command, self.path, body, {**self.headers, "connection": "close"})
            answer = connection.getresponse()
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_ONE_CONNECTION}
            if relay.is_kept:
                headers.pop("cache-control", None)
            status = 200 if relay.is_kept and answer.status == 203 else answer.status
            page = answer.read()
            begun = page.partition(relay.cut)[0] if relay.cut and relay.cut in page else page
            self.answer(status, headers | {"content-length": str(len(page))}, begun)
            if begun != page:
                relay.rest_may_come.wait()
                self.wfile.write(page[len(begun) :])
            connection.close()

    with _serving(Page) as port:
        relay.address = f"http://127.0.0.1:{port}"
        yield relay
        is_over.set()
        relay.rest_may_come.set()


@contextmanager
def serve_practice(folder: Path, *, exit_url: str, area: str) -> Iterator[str]:
    """Serve the practice network from a database of its own in ``folder``; give the site's address."""
    database = open_database(f"sqlite:///{folder / 'practice.sqlite3'}")
    bring_up_to_date(database)
    load_bundled(database, starter=True, local=True, practice=True, now=utc_now())
    with serve(database, Settings(database_url="", default_area=area, exit_url=exit_url)) as address:
        yield address
    database.dispose()


_OF_ONE_CONNECTION = frozenset({"connection", "content-length", "transfer-encoding", "date", "keep-alive"})


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in ({"content-length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it overrides
        """Say nothing."""

    def handle(self) -> None:
        """Answer; a browser may go away at any time."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    class Server(ThreadingHTTPServer):
        daemon_threads = True
        # What still waits for an answer must not keep the end of the test waiting.
        block_on_close = False

    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
