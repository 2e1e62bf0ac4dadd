"""How much one network may ask: enough for a ward that shares an address, too little for a machine that reads it all.

Kept in memory only. An address is cut to its network and turned into a key with a secret that is thrown away every
hour, so what is held names nobody, and nothing of it is ever written down (SAFETY P5). No guarantee of the directory
rests on it. Pages that are not searches are never held back: the start page, its lines, Leave.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from web.headers import answer_with

_KEY_SECONDS = 3_600.0
_MOST_NETWORKS = 20_000


class RequestCap:
    """Answers 429 when too many searches run at once, or one network asks faster than its bucket fills.

    Args:
        app: what is protected.
        busy_page: the page to answer with.
        at_once: searches that may run at the same time in this process.
        burst: searches that a network may make at once after a quiet time.
        per_second: searches that a network gains each second.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        busy_page: bytes,
        at_once: int = 64,
        burst: float = 60.0,
        per_second: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._busy_page = busy_page
        self._at_once = at_once
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._running = 0
        self._secret = secrets.token_bytes(32)
        self._secret_until = clock() + _KEY_SECONDS
        # key of a network -> (searches left, as of this second); the longest silent first.
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if self._running >= self._at_once or not self._takes_one(scope):
            await answer_with(self._busy_page, status=429, send=send, headers=((b"retry-after", b"60"),))
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1

    def _takes_one(self, scope: Scope) -> bool:
        now = self._clock()
        if now >= self._secret_until:
            self._secret, self._secret_until = secrets.token_bytes(32), now + _KEY_SECONDS
            self._buckets.clear()
        client = scope.get("client")
        key = hmac.digest(self._secret, network_of(client[0] if client else ""), hashlib.sha256)
        left, since = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        is_allowed = left >= 1
        self._buckets[key] = (left - 1 if is_allowed else left, now)
        if len(self._buckets) > _MOST_NETWORKS:
            self._buckets.popitem(last=False)
        return is_allowed


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
