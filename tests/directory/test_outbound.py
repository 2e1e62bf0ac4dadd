"""What an address answers, over real connections: every problem has its word, and none holds a value."""

import contextlib
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from directory.outbound import Certificate, Internet, Reply
from tests.services import ROOT
from tests.services.certificates import self_signed

NAMES = ("almanac.example.org", "www.example.org")


class _Page(BaseHTTPRequestHandler):
    """Answers by path: a page, a page without end, one that never comes, or the way to another address."""

    seen: list[str]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.seen.append(f"{self.path}\n{self.headers}")
        _, _, where = self.path.partition("?to=")
        if where:
            self.send_response(302)
            self.send_header("location", where)
            self.send_header("set-cookie", "a=1")
            self.end_headers()
        elif self.path == "/slow":
            threading.Event().wait(3)
        elif self.path == "/drips":
            self._drip()
        elif self.path == "/nonsense":
            self.wfile.write(b"nonsense\r\n\r\n")
        else:
            self.send_response(404 if self.path == "/gone" else 200)
            self.end_headers()
            self.wfile.write(b"x" * (1_000_000 if self.path == "/long" else 10))

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        with contextlib.suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x: y\r\n")
                time.sleep(0.02)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("certificate"), *NAMES)


@contextmanager
def _serving(certificate: Path) -> Iterator[tuple[int, list[str]]]:
    seen: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Page", (_Page,), {"seen": seen}))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def internet(certificate: Path) -> Internet:
    return Internet(trusted=ssl.create_default_context(cafile=str(certificate)), most_seconds=2)


def test_a_page_is_seen_with_its_status_and_nothing_of_ours_is_told(internet: Internet, certificate: Path) -> None:
    with _serving(certificate) as (port, seen):
        found = internet.look(f"https://127.0.0.1:{port}/long")
    assert (found.status, found.host, found.problem) == (200, "127.0.0.1", "")
    assert 0 < found.seconds < 2
    (asked,) = seen
    assert "handrail" not in asked.casefold()
    assert "cookie" not in asked.casefold()


def test_a_page_that_is_gone_has_its_status(internet: Internet, certificate: Path) -> None:
    with _serving(certificate) as (port, _):
        assert internet.look(f"https://127.0.0.1:{port}/gone").status == 404


def test_redirects_are_followed_a_little_way_and_to_https_only(internet: Internet, certificate: Path) -> None:
    with _serving(certificate) as (port, seen):
        here = f"https://127.0.0.1:{port}"
        assert internet.look(f"{here}/?to=/a").status == 200
        assert "cookie" not in seen[-1].casefold()
        assert internet.look(f"{here}/?to=http://127.0.0.1:{port}/").problem == "not https"
        assert internet.look(f"{here}/?to=/?to=/?to=/a").status == 200
        assert internet.look(f"{here}/?to=/?to=/?to=/?to=/a").problem == "too many redirects"


def test_every_problem_has_its_word(internet: Internet, certificate: Path) -> None:
    with _serving(certificate) as (port, _):
        here = f"https://127.0.0.1:{port}"
        assert internet.look(f"{here}/slow").problem == "too slow"
        assert internet.look(f"{here}/nonsense").problem == "no answer"
        assert Internet().look(here).problem == "bad certificate"
        assert internet.look(f"http://127.0.0.1:{port}/").problem == "not https"
    assert internet.look(here).problem == "no connection"


def test_the_names_of_a_certificate_are_read_whoever_signed_it(internet: Internet, certificate: Path) -> None:
    with _serving(certificate) as (port, _):
        assert internet.certificate_names("127.0.0.1", port) == Certificate(NAMES)
    assert internet.certificate_names("127.0.0.1", port).problem == "no connection"


def test_a_question_is_put_over_https_only(internet: Internet, certificate: Path) -> None:
    with _serving(certificate) as (port, seen):
        assert internet.ask(f"http://127.0.0.1:{port}/", b"{}").problem == "not https"
        assert internet.ask("nonsense", b"{}").problem == "not https"
        assert seen == []
        # This server knows no POST.
        assert internet.ask(f"https://127.0.0.1:{port}/", b"{}") == Reply(501)
    assert internet.ask(f"https://127.0.0.1:{port}/", b"{}").problem == "no connection"


def test_proxies_of_the_environment_are_not_used(
    internet: Internet, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with _serving(certificate) as (port, _):
        assert internet.look(f"https://127.0.0.1:{port}/").status == 200


def test_an_answer_that_drips_in_is_not_waited_for(certificate: Path) -> None:
    hurried = Internet(trusted=ssl.create_default_context(cafile=str(certificate)), most_seconds=0.5)
    with _serving(certificate) as (port, _):
        assert hurried.look(f"https://127.0.0.1:{port}/drips").problem == "too slow"


def test_a_host_that_cannot_be_one_has_its_word_too(internet: Internet) -> None:
    assert internet.certificate_names("a" * 70).problem == "unknown name"
    assert internet.look("https://").problem == "not https"


def test_what_nobody_expected_is_raised_where_the_answer_is_waited_for(internet: Internet) -> None:
    with pytest.raises(TypeError):
        internet.look(None)  # type: ignore[arg-type]


def test_no_other_command_waits_for_it() -> None:
    program = "import sys, directory.outbound; sys.exit('httpx' in sys.modules or 'cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
