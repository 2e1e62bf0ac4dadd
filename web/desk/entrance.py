"""In front of every page of the desk: whose request it is, and whether a form came from a page of ours.

A form is taken only when the browser says that a page of this very host sent it (Sec-Fetch-Site, or Origin where a
browser knows no such header) and, when somebody is signed in, when it carries the mark of their session, which no other
site can know (SAFETY A6).
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from web.desk.guards import Seat
from web.desk.upload_form import WITH_FILE, is_upload, mark_in
from web.doors import DESK, host_of

MARK = "csrf"
_SAFE = frozenset({"GET", "HEAD", "TRACE"})
_MARK_LETTERS = 43
Refuse = Callable[[Scope, int, Send], Awaitable[None]]


class Cookie:
    """The one cookie of the desk.

    On a host of its own it is bound to the host by its name; on a shared one to ``/desk``, which excludes that name.
    """

    def __init__(self, *, has_own_host: bool) -> None:
        self.name = "__Host-desk" if has_own_host else "__Secure-desk"
        self._path = "/" if has_own_host else DESK

    def given(self, key: str) -> str:
        """The header that gives a session to a browser, for as long as the browser runs."""
        return f"{self.name}={key}; Path={self._path}; Secure; HttpOnly; SameSite=Strict"

    def taken(self) -> str:
        """The header that takes it back."""
        return f"{self.name}=; Path={self._path}; Secure; HttpOnly; SameSite=Strict; Max-Age=0"

    def read(self, scope: Scope) -> str:
        """What a browser sends; empty if it sends none."""
        for name, value in scope["headers"]:
            if name == b"cookie":
                try:
                    found = SimpleCookie(value.decode("latin-1")).get(self.name)
                except CookieError:
                    return ""
                if found is not None:
                    return found.value
        return ""


class Entrance:
    """Finds out who asks, and refuses forms that no page of ours sent.

    Args:
        app: the desk.
        cookie: where the key of a session stands.
        find: the seat of a key, None if it opens none; asks the database, so it is called in a thread.
        refuse: answers with the page of a status.
    """

    def __init__(self, app: ASGIApp, *, cookie: Cookie, find: Callable[[str], Seat | None], refuse: Refuse) -> None:
        self._app = app
        self._cookie = cookie
        self._find = find
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; its body has come already."""
        key = self._cookie.read(scope)
        seat = await asyncio.to_thread(self._find, key) if key else None
        scope.setdefault("state", {})["seat"] = seat
        if scope["type"] == ScopeType.HTTP and scope["method"] not in _SAFE:
            message: Any = await receive()
            if not _is_from_here(scope) or (seat is not None and not _is_marked(scope, message, seat)):
                await self._refuse(scope, 403, send)
                return
            receive = _again(message, receive)
        await self._app(scope, receive, send)


def mark_of(seat: Seat) -> str:
    """What a form of ours carries while somebody is signed in."""
    return hmac.digest(seat.key.encode(), b"a form of the desk", hashlib.sha256).hex()[:_MARK_LETTERS]


def _is_marked(scope: Scope, message: Any, seat: Seat) -> bool:
    body: bytes = message.get("body", b"")
    kind = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"content-type"), "")
    if is_upload(scope) and kind.startswith(WITH_FILE):
        sent = mark_in(body, kind, MARK)
    else:
        try:
            sent = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True)).get(MARK, "")
        except ValueError:
            return False
    return hmac.compare_digest(sent.encode(), mark_of(seat).encode())


def _is_from_here(scope: Scope) -> bool:
    """Whether a page of this host sent a form, as far as the browser tells; one that tells nothing is refused."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if site := headers.get(b"sec-fetch-site"):
        return site == "same-origin"
    origin = headers.get(b"origin", "")
    return bool(origin) and origin != "null" and (urlsplit(origin).hostname or "") == host_of(scope)


def _again(message: Any, receive: Receive) -> Receive:
    waiting = [message]

    async def receive_again() -> Any:
        return waiting.pop() if waiting else await receive()

    return receive_again
