"""How browsers load pages so that nothing stays behind: what a form asks is posted, sealed, and answered once.

A page of ours asks in one of two ways (SAFETY D2, D3):

- by script, from within the page, which says so with a header: the answer comes at once and is put in place;
- by a form, when there is no script: the answer is a redirect to ``/v/TOKEN``, an address that holds what was posted,
  sealed. It answers once, as if the form had been posted to it; afterwards, like every address that is unknown, too old
  or from before a restart, it shows the same neutral page. So no browser ever holds the body of a post, not even one
  that was refused.

A page is answered with 203, not 200: Chromium then keeps it out of its back/forward cache, in which even a page that
must not be stored is kept for the Back button. That is observed, not promised: journeys watch it in both browsers.
"""

from collections.abc import Callable
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from web.headers import Headers, answer_with
from web.sealing import Seal, TooLongToSealError
from web.sizes import padded

TOKENS = "/v/"
_IN_PAGE = b"x-in-page"
_FORM = b"application/x-www-form-urlencoded"
# What a token holds: a form as it was posted, or the status of a refusal.
_POSTED, _REFUSED = b"p", b"r"
_NOT_KEPT = 203


class Documents:
    """Answers forms by way of sealed addresses.

    Args:
        app: answers a form that is posted to ``/``.
        seal: seals what was posted.
        page: gives the page of a refusal, by its status.
        away: gives the neutral page for addresses that hold nothing.
        letter: gives the page for the address in a letter to a program, whatever its key; None for what is no such
            address. It may have no effect (``pages.look_over``).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        seal: Seal,
        page: Callable[[int], bytes],
        away: Callable[[], bytes],
        letter: Callable[[str], bytes | None] = lambda _token: None,
    ) -> None:
        self._app = app
        self._seal = seal
        self._page = page
        self._away = away
        self._letter = letter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        # The framework takes any number of slashes for one.
        path = scope["path"] if scope["path"].strip("/") else "/"
        if path.startswith(TOKENS) and method == "GET":
            await self._open(scope, receive, send)
        elif path != "/" or method not in {"GET", "POST"}:
            await self._app(scope, receive, send)
        elif method == "GET":
            await self._app(scope, receive, _not_kept(send) if _wants_page(scope) else send)
        elif is_in_page(scope):
            await self._app(scope, receive, _in_few_sizes(send))
        else:
            await self._send_on(await _body(receive), _header(scope, b"content-type"), send)

    async def refuse(self, scope: Scope, status: int, send: Send, *headers: tuple[bytes, bytes]) -> None:
        """Answer with the page of a refusal; a browser is sent to it, so that it forgets what it posted."""
        if scope["path"] == "/" and not is_in_page(scope) and _wants_page(scope):
            await _redirect(self._refusal(status), send, headers)
        else:
            await answer_with(padded(self._page(status)), status=status, send=send, headers=headers)

    async def _send_on(self, body: bytes, kind: bytes, send: Send) -> None:
        is_form = kind.partition(b";")[0].strip().lower() == _FORM
        try:
            token = self._seal.seal(_POSTED + body) if is_form else self._refusal(415)
        except TooLongToSealError:
            token = self._refusal(413)
        await _redirect(token, send)

    def _refusal(self, status: int) -> str:
        # It costs nothing to be refused, so a refusal must take no room from those who are answered.
        return self._seal.seal(_REFUSED + str(status).encode(), opens_once=False)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (letter := self._letter(scope["path"].removeprefix(TOKENS))) is not None:
            await answer_with(padded(letter), status=_NOT_KEPT, send=send)
            return
        # Whoever only asks for the head of a page must not use it up.
        token = "" if scope.get("state", {}).get("asks_for_head") else scope["path"].removeprefix(TOKENS)
        held = self._seal.open(token)
        if held is None:
            await answer_with(padded(self._away()), status=200, send=send)
        elif held[:1] == _REFUSED:
            status = int(held[1:])
            await answer_with(padded(self._page(status)), status=status, send=send)
        else:
            await self._app(_as_posted(scope), _given(held[1:], receive), _in_few_sizes(_not_kept(send)))


def is_in_page(scope: Scope) -> bool:
    """Whether script asks, from within a page."""
    return bool(_header(scope, _IN_PAGE))


def _wants_page(scope: Scope) -> bool:
    """Whether a browser asks that will show what it gets as a page."""
    return b"text/html" in _header(scope, b"accept")


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for header, value in scope["headers"] if header == name), b"")


async def _body(receive: Receive) -> bytes:
    """A body that has come already (the request cap saw to that)."""
    message: Any = await receive()
    body: bytes = message.get("body", b"")
    return body


def _as_posted(scope: Scope) -> Scope:
    posted: Any = {**scope, "method": "POST", "path": "/", "raw_path": b"/", "query_string": b""}
    posted["headers"] = [(b"content-type", _FORM)]
    return posted  # type: ignore[no-any-return]


def _given(body: bytes, receive: Receive) -> Receive:
    """Gives a body, and then whatever else comes."""
    waiting = [body]

    async def receive_again() -> Any:
        return {"type": "http.request", "body": waiting.pop(), "more_body": False} if waiting else await receive()

    return receive_again


async def _redirect(token: str, send: Send, headers: Headers = ()) -> None:
    location = (b"location", f"{TOKENS}{token}".encode())
    await send(
        {"type": "http.response.start", "status": 303, "headers": [location, (b"content-length", b"0"), *headers]}
    )
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _is_page(start: HTTPResponseStartEvent) -> bool:
    """Whether an answer is a page; a file to keep has its own length and stays as it is."""
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def _not_kept(send: Send) -> Send:
    """Sends a page in a way that no browser keeps for its Back button."""

    async def send_not_kept(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200 and _is_page(message):
            message["status"] = _NOT_KEPT
        await send(message)

    return send_not_kept


def _in_few_sizes(send: Send) -> Send:
    """Sends a page, which comes whole, at one of few sizes."""
    begun: list[HTTPResponseStartEvent] = []

    async def send_padded(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            begun.append(message)
            return
        if begun and message["type"] == "http.response.body":
            start = begun.pop()
            message["body"] = padded(message["body"])
            kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            start["headers"] = [*kept, (b"content-length", str(len(message["body"])).encode())]
            await send(start)
        await send(message)

    return send_padded
