"""One GET of one page, as politely and as carefully as a stranger's address deserves (SAFETY S5, S6).

Who it may reach: machines with public addresses, at the usual ports, by http or https. The name is looked up once,
every address of it is looked at, and the connection goes to one of those. Every address that an answer leads to goes
the same way. Nothing is sent along: no cookie, no credential, no word on why it is asked for.
"""

import asyncio
import datetime as dt
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpcore
import msgspec
from httpcore import AsyncNetworkBackend

from directory.clock import Clock, utc_now
from directory.values.web_address import NotAWebAddressError, normalise_url
from verifiers.fetching.addresses import is_public
from verifiers.fetching.bodies import BombError, UnreadableBodyError, read_body
from verifiers.fetching.connecting import Pinned, expired_since
from verifiers.fetching.names import Names, NamesUnansweredError, UnknownNameError

Problem = Literal[
    "",
    "refused",  # an address that is no public page: another scheme or port, a bare number, a machine inside
    "unknown name",
    "no names",  # the name servers could not say
    "expired",  # only the time of the certificate is over
    "bad certificate",
    "no connection",
    "too slow",
    "too many redirects",
    "elsewhere",  # it leads to a host that was not to be asked
    "too much",
    "no answer",  # a connection, and then nothing that can be understood
]
MOST_REDIRECTS = 3
# The name by which robots.txt may speak to us: no word of the project or of its topic, and none that walls look for.
AGENT = "Readback"
_PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_MARK = 80
_MOST_PATIENCE = 30 * 86_400.0
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED


class Patience(msgspec.Struct, frozen=True):
    """Seconds that a look may take: to connect, to wait for more, and in all, redirects included."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 20.0


class Fetched(msgspec.Struct, frozen=True):
    """What came of a look.

    Attributes:
        url: the address that answered last, or was to be asked next when there is a problem.
        status: of HTTP; 0 when there is none.
        body: of the page, unpacked; its beginning where ``is_cut``.
        content_type: as the answer says.
        is_cut: whether there would have been more than is looked at.
        is_challenge: whether a header says that something stands before the page.
        etag: to ask again with.
        modified: likewise.
        retry_after: seconds for which not to ask again.
        expired_days: for how long the certificate has been over, with that problem.
        problem: why there is no answer.
    """

    url: str
    status: int = 0
    body: bytes = b""
    content_type: str = ""
    is_cut: bool = False
    is_challenge: bool = False
    etag: str = ""
    modified: str = ""
    retry_after: float | None = None
    expired_days: float = 0.0
    problem: Problem = ""

    @property
    def host(self) -> str:
        """Whose answer it is."""
        return urlsplit(self.url).hostname or ""


class _StoppedError(Exception):
    def __init__(self, problem: Problem, *, expired_days: float = 0.0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.expired_days = expired_days


class Fetcher:
    """Looks at pages.

    Args:
        names: where addresses of hosts come from.
        contact: how whoever runs a site may reach those who ask: an address of a page or a mailbox without a telling
            word; empty for none.
        network: opens connections to the addresses that passed; the machine's own unless given.
        trusted: whose certificates count; the usual authorities unless given.
        patience: how long to wait.
        clock: for how long a certificate has been over.
    """

    def __init__(
        self,
        names: Names,
        *,
        contact: str = "",
        network: AsyncNetworkBackend | None = None,
        trusted: ssl.SSLContext | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        clock: Clock = utc_now,
    ) -> None:
        self.names = names
        self.clock = clock
        self._network = network or httpcore.AnyIOBackend()
        self._trusted = trusted or httpcore.default_ssl_context()
        self._patience = patience
        words = f"; +{contact}" if contact else ""
        self._headers = {
            "user-agent": f"Mozilla/5.0 (compatible; {AGENT}/1.0{words})",
            "accept": "text/html,application/xhtml+xml,*/*;q=0.5",
            "accept-encoding": "gzip",
            "connection": "close",
        }

    async def get(
        self, url: str, *, etag: str = "", modified: str = "", may_ask: Callable[[str], bool] = lambda _: True
    ) -> Fetched:
        """Ask for a page, and follow up to three redirects.

        Args:
            url: of the page.
            etag: of the page as it was the last time; a page that is still the same is answered with 304 and no body.
            modified: likewise.
            may_ask: whether a host may be asked at all; else the problem is "elsewhere".
        """
        pages = _Pages(url)
        try:
            async with asyncio.timeout(self._patience.total):
                return await self._follow(pages, _marks(etag, modified), may_ask)
        except TimeoutError:
            return Fetched(pages.at, problem="too slow")
        except _StoppedError as stopped:
            return Fetched(pages.at, problem=stopped.problem, expired_days=stopped.expired_days)

    async def _follow(self, pages: "_Pages", marks: dict[str, str], may_ask: Callable[[str], bool]) -> Fetched:
        for hop in range(MOST_REDIRECTS + 1):
            host = pages.arrive()
            if not may_ask(host):
                raise _StoppedError("elsewhere")
            # Marks are of the page that answered, which is only known for the first address.
            fetched, leads_to = await self._ask(pages.at, host, marks if hop == 0 else {})
            if leads_to is None:
                return fetched
            try:
                pages.at = urljoin(pages.at, leads_to)
            except ValueError:
                raise _StoppedError("refused") from None
        raise _StoppedError("too many redirects")

    async def _ask(self, url: str, host: str, marks: dict[str, str]) -> tuple[Fetched, str | None]:
        """One answer, and where it leads if it is a redirect."""
        pinned = Pinned(self._network, host, await self._addresses(host))
        waiting = {"connect": self._patience.connect, "read": self._patience.read, "write": self._patience.read}
        try:
            async with (
                httpcore.AsyncConnectionPool(
                    ssl_context=self._trusted, max_connections=1, network_backend=pinned
                ) as pool,
                pool.stream(
                    "GET", url, headers=[*self._headers.items(), *marks.items()], extensions={"timeout": waiting}
                ) as answer,
            ):
                return await self._read(url, answer)
        except (BombError, UnreadableBodyError) as error:
            raise _StoppedError("too much" if isinstance(error, BombError) else "no answer") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, ssl.SSLError) as error:
            problem = _problem_of(error)
        days = await self._expired_days(pinned, url) if problem == "expired" else 0.0
        raise _StoppedError(problem, expired_days=days)

    async def _addresses(self, host: str) -> tuple[str, ...]:
        try:
            found = await self.names.addresses(host)
        except UnknownNameError:
            raise _StoppedError("unknown name") from None
        except NamesUnansweredError:
            raise _StoppedError("no names") from None
        # One machine inside among several outside is enough to be led there.
        if not found or not all(map(is_public, found)):
            raise _StoppedError("refused")
        return found

    async def _read(self, url: str, answer: httpcore.Response) -> tuple[Fetched, str | None]:
        headers = _Headers(answer.headers)
        if answer.status in _REDIRECTS and headers.one("location"):
            return Fetched(url, answer.status), headers.one("location")
        body, is_cut = await read_body(answer.aiter_stream(), encoding=headers.one("content-encoding"))
        fetched = Fetched(
            url,
            answer.status,
            body,
            content_type=headers.one("content-type"),
            is_cut=is_cut,
            is_challenge=headers.one("cf-mitigated") == "challenge"
            or headers.one("x-amzn-waf-action") in ("challenge", "captcha"),
            etag=_mark(headers.one("etag")),
            modified=_mark(headers.one("last-modified")),
            retry_after=_seconds_of(headers.one("retry-after"), self.clock()),
        )
        return fetched, None

    async def _expired_days(self, pinned: Pinned, url: str) -> float:
        parts = urlsplit(url)
        days = await expired_since(
            pinned, parts.hostname or "", parts.port or 443, most_seconds=self._patience.connect, now=self.clock()
        )
        return max(days or 0.0, 0.0)


class _Pages:
    """Where a look has come to."""

    def __init__(self, url: str) -> None:
        self.at = url

    def arrive(self) -> str:
        """The host of the page that is to be asked next, once it is sure that it is one."""
        try:
            self.at = normalise_url(self.at)
        except NotAWebAddressError:
            raise _StoppedError("refused") from None
        parts = urlsplit(self.at)
        if (parts.port or 443) not in _PORTS or parts.username is not None or not parts.hostname:
            raise _StoppedError("refused")
        return parts.hostname


class _Headers:
    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        self._pairs = pairs

    def one(self, name: str) -> str:
        """The first value under a name; empty if there is none."""
        wanted = name.encode()
        return next((value.decode("utf-8", "replace") for key, value in self._pairs if key.lower() == wanted), "")


def _marks(etag: str, modified: str) -> dict[str, str]:
    marks = {"if-none-match": _mark(etag), "if-modified-since": _mark(modified)}
    return {name: mark for name, mark in marks.items() if mark}


def _mark(text: str) -> str:
    """What a host wants to hear again, if it is short and harmless."""
    return text if len(text) <= _LONGEST_MARK and text.isascii() and text.isprintable() else ""


def _seconds_of(text: str, now: dt.datetime) -> float | None:
    """What "Retry-After" asks for, in seconds from now: at most thirty days, whatever it says."""
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _MOST_PATIENCE)
    with suppress(ValueError, TypeError, OverflowError):
        asked = (parsedate_to_datetime(text).replace(tzinfo=dt.UTC) - now).total_seconds()
        return min(max(asked, 0.0), _MOST_PATIENCE)
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield cause
        cause = cause.__cause__ or cause.__context__


def _problem_of(error: BaseException) -> Problem:
    """The word for what went wrong; the errors' own words may hold values."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "expired" if cause.verify_code == _EXPIRED else "bad certificate"
    if isinstance(error, httpcore.TimeoutException):
        return "too slow"
    return "no connection" if isinstance(error, httpcore.ConnectError) else "no answer"
