"""Connections to the deployment's own outside, exits and hosts: what an address answers, what certificate a host shows.

Addresses that strangers wrote are asked by ``verifiers.fetching`` alone, which trusts them with nothing.

It asks for what is told to it and keeps nothing. What it says of a failure is one word of a fixed list, never a value.
"""

import http.cookiejar
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import msgspec

if TYPE_CHECKING:
    import httpx

Problem = Literal[
    "",
    "not https",  # the address, or one that it leads to
    "unknown name",
    "bad certificate",
    "no connection",
    "too slow",
    "too many redirects",
    "no answer",  # a connection, and then nothing that can be understood
]
_T = TypeVar("_T")

_MOST_SECONDS = 10.0
_MOST_REDIRECTS = 3
_MOST_BYTES = 64 * 1024
# Without the name of the program or its topic: whoever runs the other end reads it.
_HEADERS = {"user-agent": "Mozilla/5.0 (compatible; link-check/1.0)", "accept": "text/html,*/*;q=0.5"}


class Seen(msgspec.Struct, frozen=True):
    """What an address answered.

    Attributes:
        status: the HTTP status; 0 when there is none.
        seconds: how long it took, redirects and the beginning of the page included.
        host: whose answer it is, after redirects; empty when there is none.
        problem: why there is no answer.
    """

    status: int = 0
    seconds: float = 0.0
    host: str = ""
    problem: Problem = ""


class Reply(msgspec.Struct, frozen=True):
    """What a service answered to a question.

    Attributes:
        status: the HTTP status; 0 when there is none.
        body: what it said, if it said so with 200 and not at too great a length.
        retry_after: seconds for which it asked not to be asked again; None if it did not.
        problem: why there is no answer.
    """

    status: int = 0
    body: bytes = b""
    retry_after: float | None = None
    problem: Problem = ""


class Certificate(msgspec.Struct, frozen=True):
    """The host names of the certificate that a host shows, or the problem of getting it."""

    names: tuple[str, ...] = ()
    problem: Problem = ""


class Outbound(Protocol):
    """Asks the outside. ``Internet`` does; tests of what is made of its answers have another."""

    def look(self, url: str) -> Seen:
        """Ask an https address for its page."""

    def certificate_names(self, host: str, port: int = 443) -> Certificate:
        """The names in the certificate of a host, trusted or not."""


class Internet:
    """Asks the outside, without proxies, cookies or credentials.

    Args:
        trusted: whose certificates are trusted; the usual authorities unless given.
        most_seconds: how long any question may take in all.
    """

    def __init__(self, *, trusted: ssl.SSLContext | None = None, most_seconds: float = _MOST_SECONDS) -> None:
        self._trusted = trusted
        self._most_seconds = most_seconds

    def look(self, url: str) -> Seen:
        """See ``Outbound``. Follows up to 3 redirects, to https only, and reads up to 64 KiB."""
        return self._in_time(lambda: self._look(url)) or Seen(seconds=self._most_seconds, problem="too slow")

    def ask(self, url: str, question: bytes, *, key: str = "") -> Reply:
        """Post a question in JSON to a service that this deployment chose; ``key`` is sent as a bearer's.

        To https only, and nowhere else than to this address: a redirect is no answer. Up to 64 KiB are read.
        """
        return self._in_time(lambda: self._ask(url, question, key)) or Reply(problem="too slow")

    def certificate_names(self, host: str, port: int = 443) -> Certificate:
        """See ``Outbound``. Nothing is sent, so nobody has to be trusted."""
        return self._in_time(lambda: self._certificate(host, port)) or Certificate(problem="too slow")

    def _in_time(self, ask: Callable[[], _T]) -> _T | None:
        """The answer; None when it does not come in time.

        Every step has its own limit, which a name server or an answer that drips in can stretch. So the question is
        asked in a thread that nobody waits for any longer, and that those limits end.
        """
        answer: Future[_T] = Future()

        def run() -> None:
            try:
                answer.set_result(ask())
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                answer.set_exception(error)

        threading.Thread(target=run, name="outbound", daemon=True).start()
        try:
            return answer.result(self._most_seconds)
        except TimeoutError:
            return None

    def _client(self) -> "httpx.Client":
        import httpx

        keeps_none = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        return httpx.Client(
            verify=self._trusted or True,
            trust_env=False,
            timeout=self._most_seconds / 2,
            headers=_HEADERS,
            cookies=keeps_none,
        )

    def _look(self, url: str) -> Seen:
        import httpx

        began = time.monotonic()
        try:
            with self._client() as client:
                for _ in range(_MOST_REDIRECTS + 1):
                    if httpx.URL(url).scheme != "https":
                        return _without_answer("not https", began)
                    with client.stream("GET", url) as answer:
                        if answer.next_request is None:
                            self._read(answer, began)
                            return Seen(answer.status_code, time.monotonic() - began, answer.url.host)
                        url = str(answer.next_request.url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _without_answer(_problem_of(error), began)
        return _without_answer("too many redirects", began)

    def _ask(self, url: str, question: bytes, key: str) -> Reply:
        import httpx

        began = time.monotonic()
        headers = {"content-type": "application/json", "accept": "application/json", "accept-encoding": "identity"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        try:
            if httpx.URL(url).scheme != "https":
                return Reply(problem="not https")
            with self._client() as client, client.stream("POST", url, content=question, headers=headers) as answer:
                status, later = answer.status_code, _seconds(answer.headers.get("retry-after", ""))
                body = self._whole(answer, began) if status == httpx.codes.OK else b""
                return Reply(status, body, later) if body is not None else Reply(status, problem="no answer")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Reply(problem=_problem_of(error))

    def _whole(self, answer: "httpx.Response", began: float) -> bytes | None:
        """All that was said, as it came; None when it is too much, too slow or packed."""
        if answer.headers.get("content-encoding", "identity") != "identity":
            return None
        read = bytearray()
        for part in answer.iter_raw():
            read += part
            if len(read) > _MOST_BYTES or time.monotonic() - began > self._most_seconds:
                return None
        return bytes(read)

    def _read(self, answer: "httpx.Response", began: float) -> None:
        """Read as much of the page as shows that there is one; as it comes, so that nothing can be blown up."""
        read = 0
        for part in answer.iter_raw():
            read += len(part)
            if read >= _MOST_BYTES or time.monotonic() - began > self._most_seconds:
                return

    def _certificate(self, host: str, port: int) -> Certificate:
        from cryptography import x509

        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname = False
        anybody.verify_mode = ssl.CERT_NONE
        try:
            with (
                socket.create_connection((host, port), timeout=self._most_seconds / 2) as connection,
                anybody.wrap_socket(connection, server_hostname=host) as speaking,
            ):
                shown = speaking.getpeercert(binary_form=True) or b""
            names = x509.load_der_x509_certificate(shown).extensions
            alternatives = names.get_extension_for_class(x509.SubjectAlternativeName).value
        except (OSError, UnicodeError) as error:
            return Certificate(problem=_problem_of(error))
        except (ValueError, x509.ExtensionNotFound):
            return Certificate(problem="bad certificate")
        return Certificate(tuple(alternatives.get_values_for_type(x509.DNSName)))


def _seconds(text: str) -> float | None:
    """What Retry-After says in seconds; None for a date, which a foreign clock decides, and for anything else."""
    return float(text) if text.isascii() and text.isdecimal() and len(text) <= 8 else None


def _without_answer(problem: Problem, began: float) -> Seen:
    return Seen(seconds=time.monotonic() - began, problem=problem)


def _problem_of(error: BaseException) -> Problem:
    """The word for what went wrong, read off the errors that caused it: their own words may hold values."""
    import httpx

    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    kinds: tuple[tuple[tuple[type[BaseException], ...], Problem], ...] = (
        ((ssl.SSLCertVerificationError,), "bad certificate"),
        ((socket.gaierror, UnicodeError), "unknown name"),
        ((httpx.TimeoutException, TimeoutError), "too slow"),
        ((httpx.InvalidURL, httpx.UnsupportedProtocol), "not https"),
        ((httpx.ConnectError, ConnectionRefusedError), "no connection"),
    )
    for kind, problem in kinds:
        if any(isinstance(one, kind) for one in causes):
            return problem
    return "no answer"
