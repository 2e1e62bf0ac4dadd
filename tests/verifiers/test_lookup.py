"""A service on this machine that says whether numbers were disconnected, and what is made of its answers."""

import asyncio
import datetime as dt
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.outbound import Internet, Reply
from directory.settings import Settings
from tests.services.certificates import self_signed
from verifiers.look import Look, Verifier
from verifiers.lookup import lookup
from verifiers.subject import Known

NUMBER = "+13055550142"
CONFIRMED = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


class Service:
    """Speaks the protocol of ``verifiers.lookup`` over https, and says what it is told to say."""

    def __init__(self, certificate: Path) -> None:
        self.status, self.body, self.headers = 200, b"", {}  # type: int, bytes, dict[str, str]
        self.waits = 0.0
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self._released = threading.Event()
        service = self

        class Answers(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["content-length"]))
                service.asked.append(({k.lower(): v for k, v in self.headers.items()}, said))
                if service.waits:
                    service._released.wait(service.waits)
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(service.body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.internet = Internet(trusted=ssl.create_default_context(cafile=str(certificate)), most_seconds=2)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"https://127.0.0.1:{self._server.server_address[1]}/disconnected"

    def close(self) -> None:
        """End it."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        """What it answers from now on; bytes as they are, everything else as JSON."""
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("certificate"), "lookup.example.org")


@pytest.fixture
def service(certificate: Path) -> Iterator[Service]:
    running = Service(certificate)
    yield running
    running.close()


def verifier(service: Service, **chosen: Any) -> Verifier:
    """The check, as a deployment would have chosen it."""
    made = lookup(Settings(database_url="", lookup_url=service.url, **chosen), service.internet)
    assert made is not None
    return made


def look(check: Verifier, **known: Any) -> Look:
    """One look at a number."""
    about: dict[str, Any] = {"fact_id": 1, "field": "phone", "value": {"number": NUMBER}, "verified_at": CONFIRMED}
    return asyncio.run(check(Known(**about | known)))  # type: ignore[arg-type]


def test_it_is_off_unless_an_address_is_set() -> None:
    assert lookup(Settings(database_url=""), Internet()) is None


def test_number_and_day_are_sent_and_nothing_else(service: Service) -> None:
    service.says({"disconnected": "no"})
    known: dict[str, Any] = {
        "organization": "Practice House",
        "service": "Beds",
        "city": "Miami",
        "point": (25.7, -80.2),
    }
    assert look(verifier(service, lookup_key="s3cret"), **known) == Look("in-service")
    ((headers, said),) = service.asked
    # The day in UTC: the call was late in the evening there.
    assert json.loads(said) == {"number": NUMBER, "since": "2026-02-01"}
    assert headers["authorization"] == "Bearer s3cret"
    assert headers["content-type"] == "application/json"
    assert "handrail" not in str(headers).casefold()
    assert "cookie" not in headers


def test_without_a_key_none_is_sent(service: Service) -> None:
    service.says({"disconnected": "no"})
    look(verifier(service))
    assert "authorization" not in service.asked[0][0]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"disconnected": "yes"}, "disconnected"),
        ({"disconnected": "no"}, "in-service"),
        ({"disconnected": "no", "carrier": "Practice"}, "in-service"),
        ({"disconnected": "no data"}, ""),
        ({"disconnected": "YES"}, ""),
        ({"disconnected": True}, ""),
        ({"disconnected": None}, ""),
        ({}, ""),
        ([], ""),
        ("yes", ""),
        (b"", ""),
        (b"yes", ""),
        (b'{"disconnected": "yes"', ""),
        (b"\xff\xfe", ""),
        (b'{"disconnected": "\xff"}', ""),
        (b"[" * 60_000, ""),
        (b'{"more": ' + b"[" * 60_000, ""),
        (b'{"disconnected": "yes"}' + b" " * 100_000, ""),
    ],
)
def test_only_the_two_words_are_evidence(service: Service, answer: Any, outcome: str) -> None:
    service.says(answer)
    assert look(verifier(service)) == Look(outcome)


@pytest.mark.parametrize("status", [201, 204, 301, 307, 400, 401, 403, 404, 429, 500, 503])
def test_every_other_status_says_nothing_and_no_redirect_is_followed(service: Service, status: int) -> None:
    service.says({"disconnected": "yes"} if status != 204 else b"", status, location=service.url)
    assert look(verifier(service)) == Look()
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("0", 0.0), ("Fri, 27 Nov 2026 08:00:00 GMT", None), ("-5", None), ("9" * 99, None), ("²", None)],
)
def test_it_is_left_alone_as_long_as_it_asks_for(service: Service, header: str, seconds: float | None) -> None:
    service.says({}, 429, retry_after=header)
    assert look(verifier(service)) == Look(retry_after=seconds)


def test_an_answer_that_is_packed_says_nothing(service: Service) -> None:
    service.says({"disconnected": "yes"}, content_encoding="gzip")
    assert look(verifier(service)) == Look()


def test_a_time_out_is_no_evidence(service: Service) -> None:
    service.says({"disconnected": "yes"})
    service.waits, service.internet = 5.0, Internet(trusted=service.internet._trusted, most_seconds=0.5)
    assert look(verifier(service)) == Look()
    assert len(service.asked) == 1


def test_nobody_there_and_a_stranger_there_say_nothing(service: Service) -> None:
    service.says({"disconnected": "yes"})
    settings = Settings(database_url="", lookup_url=service.url)
    trusts_others = lookup(settings, Internet(most_seconds=2))
    assert trusts_others is not None
    assert look(trusts_others) == Look()
    assert service.asked == []
    check = verifier(service)
    service.close()
    assert look(check) == Look()


def test_numbers_of_confidential_organizations_are_not_asked_about_unless_allowed(service: Service) -> None:
    service.says({"disconnected": "no"})
    assert look(verifier(service), is_confidential=True) == Look()
    assert service.asked == []
    assert look(verifier(service, lookup_confidential=True), is_confidential=True) == Look("in-service")


@pytest.mark.parametrize(
    "known",
    [
        {"verified_at": None},
        {"value": {"number": "988"}},
        {"value": {"number": "233733"}},
        {"value": {"text": NUMBER}},
        {"field": "url", "value": {"text": "https://example.org"}},
    ],
)
def test_what_nobody_can_tell_is_not_asked(service: Service, known: dict[str, Any]) -> None:
    service.says({"disconnected": "yes"})
    assert look(verifier(service), **known) == Look()
    assert service.asked == []


@given(st.binary(max_size=500) | st.recursive(st.none() | st.text(), st.lists).map(msgspec.json.encode))
def test_no_answer_is_too_odd_to_be_read(body: bytes) -> None:
    class Says(Internet):
        def ask(self, url: str, question: bytes, *, key: str = "") -> Reply:
            assert (url, key) == ("https://lookup.example.org/", "")
            assert question
            return Reply(200, body)

    check = lookup(Settings(database_url="", lookup_url="https://lookup.example.org/"), Says())
    assert check is not None
    assert look(check).outcome == ""
