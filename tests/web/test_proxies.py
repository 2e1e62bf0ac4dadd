"""A proxy is believed about a visitor's address, which is then forgotten."""

import asyncio
from typing import Any

import pytest

from web.proxies import named_by_proxies


def _client_of(proxy: str, visitor: str, *, trusted: str = "127.0.0.1,10.0.0.0/8") -> str:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["client"][0])

    named = named_by_proxies(app, trusted)
    scope: Any = {"type": "http", "client": (proxy, 1), "headers": [(b"x-forwarded-for", visitor.encode())]}
    asyncio.run(named(scope, None, None))  # type: ignore[arg-type]
    # Whatever it remembers would be found here.
    assert not hasattr(named.trusted_hosts._trusts, "cache_info")
    return seen[0]


@pytest.mark.parametrize(
    ("proxy", "client"), [("127.0.0.1", "203.0.113.77"), ("10.1.2.3", "203.0.113.77"), ("192.0.2.1", "192.0.2.1")]
)
def test_only_trusted_proxies_are_believed(proxy: str, client: str) -> None:
    assert _client_of(proxy, "203.0.113.77") == client


def test_a_list_of_proxies_ends_at_the_first_stranger() -> None:
    assert _client_of("127.0.0.1", "198.51.100.9, 203.0.113.77, 10.9.9.9") == "203.0.113.77"
