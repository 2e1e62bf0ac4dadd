"""How much one network may ask: enough for a ward that shares an address, too little for a machine that reads it all.

Kept in memory only. An address is cut to its network and turned into a key with a secret that is thrown away every
hour, so what is held names nobody, and nothing of it is ever written down (SAFETY P5). No guarantee of the directory
rests on it. Pages that are not searches are never held back: the start page, its lines, Leave. A sealed address is the
second half of a search that was counted when it was posted, and only takes its place among those that run.

A place among the searches that run at once is taken only while one runs: not while its words are still coming, nor
while its answer is going out. So nobody can take the places of others by being slow.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send, WebSocketReceiveMessage

from web.documents import TOKENS
from web.forms import MOST_BYTES

Refuse = Callable[..., Awaitable[None]]

_KEY_SECONDS = 3_600.0
_MOST_NETWORKS = 20_000
# For a file of somebody who is signed in, over a slow line.
_FILE_SECONDS = 180.0
_CLOSE = (b"connection", b"close")
_LATER = (b"retry-after", b"60")


class RequestCap:
    """Answers 429 when too many searches run at once, or one network asks faster than its bucket fills.

    Args:
        app: what is protected.
        refuse: answers with the page of a status: takes the scope, the status, where to send, and further headers.
        at_once: searches that may run at the same time in this process.
        open_each: searches that one network may have open at the same time, whatever they wait for.
        body_seconds: how long the words of a search may take to come; 408 and a closed connection after that.
        burst: searches that a network may make at once after a quiet time.
        per_second: searches that a network gains each second.
        clock: seconds that only grow.
        most_of: how many bytes the body of a request may have, where that is more than a form's; more time goes with
            more bytes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        refuse: Refuse,
        at_once: int = 64,
        open_each: int = 16,
        body_seconds: float = 5.0,
        burst: float = 60.0,
        per_second: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        most_of: Callable[[Scope], Awaitable[int]] | None = None,
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._at_once = at_once
        self._open_each = open_each
        self._body_seconds = body_seconds
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._most_of = most_of
        self._running = 0
        self._open: Counter[bytes] = Counter()
        self._secret = secrets.token_bytes(32)
        self._secret_until = clock() + _KEY_SECONDS
        # key of a network -> (searches left, as of this second); the longest silent first.
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(TOKENS):
            await self._run_if_there_is_a_place(scope, receive, send)
            return
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        network = self._key(scope)
        if self._open[network] >= self._open_each:
            # Its words have not been read, so nothing else can follow on this connection.
            await self._refuse(scope, 429, send, _LATER, _CLOSE)
            return
        self._open[network] += 1
        try:
            await self._answer(network, scope, receive, send)
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]

    async def _answer(self, network: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        most = await self._most_of(scope) if self._most_of is not None else MOST_BYTES
        try:
            async with asyncio.timeout(self._body_seconds if most <= MOST_BYTES else _FILE_SECONDS):
                body = await _whole_body(receive, most)
        except TimeoutError:
            await self._refuse(scope, 408, send, _CLOSE)
            return
        if body is None:
            return
        if len(body) > most:
            await self._refuse(scope, 413, send)
        elif not self._takes_one(network):
            await self._refuse(scope, 429, send, _LATER)
        else:
            await self._run_if_there_is_a_place(scope, _replayed(body, receive), send)

    async def _run_if_there_is_a_place(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._running >= self._at_once:
            await self._refuse(scope, 429, send, _LATER)
        else:
            await self._run(scope, receive, send)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._running += 1
        is_running = True

        def done() -> None:
            nonlocal is_running
            self._running -= is_running
            is_running = False

        async def send_when_done(message: Message) -> None:
            # Pages are whole when they begin; whoever reads one slowly keeps nobody else waiting.
            done()
            await send(message)

        try:
            await self._app(scope, receive, send_when_done)
        finally:
            done()

    def turn(self) -> None:
        """Throw away a secret whose hour is over: to be called every few seconds, also when nobody asks."""
        now = self._clock()
        if now >= self._secret_until:
            self._secret, self._secret_until = secrets.token_bytes(32), now + _KEY_SECONDS
            self._buckets.clear()

    def _key(self, scope: Scope) -> bytes:
        """The key of the network that asks, for as long as the secret lasts."""
        self.turn()
        client = scope.get("client")
        return hmac.digest(self._secret, network_of(client[0] if client else ""), hashlib.sha256)

    def _takes_one(self, network: bytes) -> bool:
        now = self._clock()
        left, since = self._buckets.pop(network, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        is_allowed = left >= 1
        self._buckets[network] = (left - 1 if is_allowed else left, now)
        if len(self._buckets) > _MOST_NETWORKS:
            self._buckets.popitem(last=False)
        return is_allowed


async def _whole_body(receive: Receive, most: int) -> bytes | None:
    """Everything that was sent; of what is too much, just enough to show that. None when the sender has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        # The rest of what is too much is read all the same: a browser that is still sending sees no answer.
        body += message["body"][: most + 1 - len(body)]
        if not message["more_body"]:
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, and then whatever else comes."""
    is_given = False

    async def receive_again() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def network_of(host: str) -> bytes:
    """The network of an address: /24 of IPv4 (also when written as IPv6), /56 of IPv6; one for all that is neither."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return b""
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            return address.packed[:7]
        address = mapped
    return address.packed[:3]
