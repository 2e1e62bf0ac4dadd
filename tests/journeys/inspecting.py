"""A proxy such as workplaces have: it opens what passes, reads it and writes it anew, in its own way."""

import gzip
import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import msgspec

# What belongs to one connection is never passed on.
_OF_ONE_CONNECTION = frozenset({"connection", "content-length", "transfer-encoding", "date", "keep-alive"})
_PART_BYTES = 1000
# What some proxies add to every page that they pass on.
INJECTED = b"<script>document.title = 'watched'</script>"


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """What a proxy does beside passing on.

    Attributes:
        speaks: the version of HTTP in which it answers browsers.
        drops: headers of requests that it does not know, or does not want.
        knows_203: whether it passes on a status that it seldom meets, or makes 200 of it.
        compresses: whether it compresses pages.
        injects: whether it adds a script of its own to pages.
        shouts: whether it writes the names of headers in capitals.
    """

    speaks: str = "HTTP/1.1"
    drops: frozenset[str] = frozenset()
    knows_203: bool = True
    compresses: bool = False
    injects: bool = False
    shouts: bool = False


class Proxy(msgspec.Struct):
    """A running proxy.

    Attributes:
        address: the site's address, as browsers are told.
        passed: method, status and size of each answer as the site gave it.
    """

    address: str
    passed: list[tuple[str, int, int]] = msgspec.field(default_factory=list)


@contextmanager
def inspecting(site: str, habits: Habits) -> Iterator[Proxy]:
    """Put a proxy with such habits before the site at an address."""
    proxy = Proxy("")
    with _Server(("127.0.0.1", 0), _passing(urlsplit(site).netloc, habits, proxy)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        proxy.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class _Passing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.pass_on(b"")

    def do_POST(self) -> None:
        self.pass_on(self.rfile.read(int(self.headers["content-length"])))

    def pass_on(self, body: bytes) -> None:
        raise NotImplementedError

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Answer; a browser may go away at any time."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True


def _passing(netloc: str, habits: Habits, proxy: Proxy) -> type[_Passing]:
    unwanted = habits.drops | _OF_ONE_CONNECTION

    class Passing(_Passing):
        protocol_version = habits.speaks

        def pass_on(self, body: bytes) -> None:
            kept = {name: value for name, value in self.headers.items() if name.lower() not in unwanted}
            kept |= {"Via": f"{habits.speaks[5:]} inspector", "X-Forwarded-For": "192.0.2.1", "Connection": "close"}
            asking = http.client.HTTPConnection(netloc, timeout=20)
            asking.request(self.command, self.path, body or None, kept)
            answer = asking.getresponse()
            content = answer.read()
            proxy.passed.append((self.command, answer.status, len(content)))
            headers = {
                name.lower(): value for name, value in answer.getheaders() if name.lower() not in _OF_ONE_CONNECTION
            }
            if "text/html" in headers.get("content-type", "") and "content-encoding" not in headers:
                content = self.written_anew(content, headers)
            self.send_response_only(answer.status if habits.knows_203 or answer.status != 203 else 200)
            for name, value in headers.items():
                self.send_header(name.upper() if habits.shouts else name.title(), value)
            self.send(content)
            asking.close()

        def written_anew(self, page: bytes, headers: dict[str, str]) -> bytes:
            if habits.injects:
                page = page.replace(b"<body", INJECTED + b"<body", 1)
            if habits.compresses and "gzip" in self.headers.get("accept-encoding", ""):
                headers["content-encoding"] = "gzip"
                page = gzip.compress(page)
            return page

        def send(self, content: bytes) -> None:
            if habits.speaks == "HTTP/1.0":
                # The end of the connection is the end of the page.
                self.end_headers()
                self.wfile.write(content)
                return
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for start in range(0, len(content), _PART_BYTES):
                part = content[start : start + _PART_BYTES]
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

    return Passing
