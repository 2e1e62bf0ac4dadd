"""Which side of a deployment a request is for: the public pages, or the desk where people sign in.

They may share a host name (a small site, a demo) or have one each (SAFETY A4). Where they share, the cookie of the desk
is bound to ``/desk``, so that no browser sends it with a public page; where the desk has a host of its own, that host
shows nothing else, and the public one shows no desk. A different port would separate nothing.
"""

from collections.abc import Collection
from typing import Any, Literal

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

Side = Literal["public", "desk"]
SIDES: tuple[Side, ...] = ("public", "desk")
DESK = "/desk"
# What both sides need of the other's application: files of pages, and whether it lives.
_SHARED = ("/static/", "/healthz")


class Doors:
    """Hands a request to the side that it is for.

    Args:
        public: answers everything but the desk; also what is not served here, as an address that is not known.
        desk: answers ``/desk`` and below.
        desk_host: the host name of the desk alone, in small letters; empty when it shares the public one.
        sides: which sides are served here.
    """

    def __init__(self, public: ASGIApp, desk: ASGIApp, *, desk_host: str, sides: Collection[Side]) -> None:
        self._public = public
        self._desk = desk
        self._desk_host = desk_host
        self._sides = sides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._public(scope, receive, send)
            return
        path = scope["path"]
        is_at_desk_host = not self._desk_host or host_of(scope) == self._desk_host
        if is_of_desk(path) and "desk" in self._sides and is_at_desk_host:
            await self._desk(scope, receive, send)
        elif path.startswith(_SHARED) or (not is_of_desk(path) and self._shows_public(scope)):
            await self._public(scope, receive, send)
        else:
            await self._public(_unknown(scope), receive, send)

    def _shows_public(self, scope: Scope) -> bool:
        return "public" in self._sides and not (self._desk_host and host_of(scope) == self._desk_host)


def is_of_desk(path: str) -> bool:
    """Whether a path leads to the desk."""
    return path == DESK or path.startswith(f"{DESK}/")


def host_of(scope: Scope) -> str:
    """The host name that a browser asked for, in small letters, without a port."""
    named = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return (
        named.decode("latin-1").rpartition("]")[0].lstrip("[") or named.decode("latin-1").partition(":")[0].casefold()
    )


def _unknown(scope: Scope) -> Scope:
    """The same request for an address that nothing answers."""
    unknown: Any = {**scope, "path": "/-", "raw_path": b"/-"}
    return unknown  # type: ignore[no-any-return]
