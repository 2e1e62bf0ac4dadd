"""What stands around the site while a watcher looks: the pages before and after it, and ears for every request.

All of it is on loopback. ``Relay`` hears what a browser asks of our site, ``Sink`` what it asks of any other host.
"""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

import msgspec

from tests.services.certificates import self_signed

EXIT_HOST = "almanac.example.org"
_REQUEST = re.compile(rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) \S+ HTTP/1\.[01]\r\n(?:[^\r\n]+\r\n)*")
_PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><body>{body}</body></html>"
# It does everything that ours must not: an address with the words, a title with them, an answer to a post, a store.
_LEAK = """
<h1>Answer about {asked}</h1><p>{asked}</p>
<form method=post action=/leak><input id=typed name=typed><button id=send>Send</button></form>
<img src="http://pictures.example.net/dot.png" alt="">
<script>document.getElementById("typed").oninput = (event) => fetch("/leak?typed=" + event.target.value);</script>
<script>localStorage.setItem("typed", "{asked}"); document.cookie = "typed=1; max-age=9999";</script>
"""


class Surroundings(msgspec.Struct, frozen=True):
    """Addresses around the site.

    Attributes:
        before: a page without anything to find.
        leak: a site whose page ``/leak`` leaves behind what is asked of it in ``typed``, by its address or its form.
        leave: where *Leave* goes, by the name ``EXIT_HOST``.
        left: the heads of requests that came there.
    """

    before: str
    leak: str
    leave: str
    left: list[str]


@contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """Serve them; ``folder`` takes the certificate of the page that *Leave* goes to."""
    left: list[str] = []
    with ExitStack() as stack:
        elsewhere = stack.enter_context(_serving(_Elsewhere))
        almanac = stack.enter_context(_serving(_almanac(left), self_signed(folder, EXIT_HOST)))
        yield Surroundings(
            before=f"http://localhost:{elsewhere}/",
            leak=f"http://127.0.0.1:{elsewhere}",
            leave=f"https://{EXIT_HOST}:{almanac}/today",
            left=left,
        )


class Relay:
    """Stands before a site and hears what is asked of it: ``with Relay(address) as relay``.

    Attributes:
        address: the site's address, as browsers are told.
        heads: the first line and the headers of each request, in order.
    """

    def __init__(self, address: str) -> None:
        self._site = ("127.0.0.1", urlsplit(address).port)
        self.heads: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that waits in ``accept`` is not woken by ``close`` alone.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            site = socket.create_connection(self._site)
            for end in (browser, site):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_on, args=(browser, site, self.heads), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(site, browser, None), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket, heads: list[str] | None) -> None:
        try:
            while part := source.recv(1 << 16):
                if heads is not None:
                    heads += [head.decode("latin-1") for head in _REQUEST.findall(part)]
                target.sendall(part)
        except OSError:
            pass
        finally:
            for end in (source, target):
                end.close()


class Sink:
    """A proxy that hears which hosts are asked for and refuses all of them: ``with Sink() as sink``.

    Attributes:
        port: where it listens.
        hosts: the host of each request, in order.
    """

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._refuse, args=(browser,), daemon=True).start()

    def _refuse(self, browser: socket.socket) -> None:
        with browser:
            try:
                asked = browser.recv(1 << 16).decode("latin-1").split(" ")
                if len(asked) < 2:
                    # It connected and asked for nothing.
                    return
                self.hosts.append(urlsplit(asked[1] if "://" in asked[1] else f"//{asked[1]}").hostname or asked[1])
                browser.sendall(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            except OSError:
                return


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing: what is asked here is nobody's to read."""

    def answer(self, title: str, body: str) -> None:
        """A page that may be kept."""
        page = _PAGE.format(title=title, body=body).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("cache-control", "max-age=600")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


class _Elsewhere(_Quiet):
    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == "/leak":
            self._leak(where.query)
        else:
            self.answer("Notes", "<h1>Notes</h1><p>Nothing to see.</p>")

    def do_POST(self) -> None:
        self._leak(self.rfile.read(int(self.headers["content-length"])).decode())

    def _leak(self, form: str) -> None:
        asked = parse_qs(form).get("typed", [""])[0]
        self.answer(f"About {asked}", _LEAK.format(asked=asked))


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing: browsers close connections whenever they like."""


def _almanac(left: list[str]) -> type[_Quiet]:
    class Almanac(_Quiet):
        def do_GET(self) -> None:
            left.append(f"{self.path}\n{self.headers}")
            self.answer("Almanac", "<h1>Almanac</h1><p>Sunrise 06:48, sunset 17:31.</p>")

    return Almanac


@contextmanager
def _serving(handler: type[_Quiet], certificate: Path | None = None) -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # Hands are shaken in the thread of each connection: one that says nothing keeps no other waiting.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
