"""Whose word about a visitor's network is taken, without keeping any address (SAFETY P5)."""

from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def named_by_proxies(app: Any, trusted: str) -> ProxyHeadersMiddleware:
    """The application, told of visitors' addresses by the proxies that are ``trusted`` (addresses, commas between).

    The server's own middleware remembers the last 4,096 addresses that it looked at, whole and in their order; this
    one looks each up anew.
    """
    named = ProxyHeadersMiddleware(app, trusted_hosts=trusted)
    named.trusted_hosts._trusts = named.trusted_hosts._compute_trust  # type: ignore[assignment] # noqa: SLF001
    return named
