"""The outermost layer: the same strict headers on every answer, whatever went wrong further in.

It wraps the whole application, because pages for errors, files and redirects are made in different places, and one of
them without its headers would be enough to leave a page in a cache (SAFETY D10).
"""

from collections.abc import Callable, Iterable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.doors import is_of_desk
from web.logs import log_fault

Headers = Iterable[tuple[bytes, bytes]]

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types page"
)
# What a page could ask a browser for; nothing here ever does.
_FEATURES_OFF = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "clipboard-write", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial",
    "usb", "xr-spatial-tracking",
)  # fmt: skip
# Who works here signs in with a passkey, which a browser only gives to pages that may ask for one.
_FEATURES_OF_DESK = frozenset({"publickey-credentials-create", "publickey-credentials-get"})

STRICT_HEADERS: dict[str, str] = {
    "content-security-policy": _CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _FEATURES_OFF),
    "strict-transport-security": "max-age=63072000",
    "x-dns-prefetch-control": "off",
    "x-robots-tag": "noindex, nofollow",
}
DESK_HEADERS: dict[str, str] = STRICT_HEADERS | {
    "permissions-policy": ", ".join(
        f"{feature}=({'self' if feature in _FEATURES_OF_DESK else ''})" for feature in _FEATURES_OFF
    ),
}
NOT_STORED = "no-store"
# A file whose name changes with its content may be kept: it is the same for everybody and says nothing.
KEPT_FOR_EVER = "public, max-age=31536000, immutable"

_STRICT, _STRICT_AT_DESK = (
    tuple((name.encode(), value.encode()) for name, value in headers.items())
    for headers in (STRICT_HEADERS, DESK_HEADERS)
)
# Set here only, or never: a version number helps nobody who means well.
_REPLACED = frozenset({name for name, _ in _STRICT} | {b"server", b"x-powered-by"})


class StrictHeaders:
    """Puts the headers on every answer; what is not said to be kept is not stored.

    A fault that no other layer answered becomes what ``fault_page`` gives, so that nobody ever meets an empty page.
    """

    def __init__(self, app: ASGIApp, *, fault_page: Callable[[], bytes]) -> None:
        self._app = app
        self._fault_page = fault_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        has_begun = False
        at_desk = is_of_desk(scope.get("path", ""))

        async def send_strictly(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = with_strict_headers(message.get("headers", ()), at_desk=at_desk)
            await send(message)

        try:
            await self._app(scope, receive, send_strictly)
        except Exception as error:
            if has_begun or scope["type"] != ScopeType.HTTP:
                raise
            # No layer below has answered, so none of them can be trusted to make a page.
            log_fault(error, method=scope["method"], route="")
            await answer_with(self._fault_page(), status=500, send=send_strictly)


class EveryMethod:
    """Answers HEAD and OPTIONS for every page, and names HEAD wherever an answer says what is allowed.

    HEAD has the headers of GET and no body: link checkers and uptime monitors ask that way. OPTIONS says what a wrong
    method would be told, because the framework's own answer names one handler of an address only.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        asked = scope["method"]
        has_body = asked != "HEAD"

        async def answer(message: Message) -> None:
            nonlocal has_body
            if message["type"] == "http.response.start":
                headers = [
                    (name, value.replace(b"GET", b"GET, HEAD") if name == b"allow" else value)
                    for name, value in message.get("headers", ())
                ]
                if asked == "OPTIONS" and message["status"] == 405:
                    message["status"], has_body = 204, False
                    headers = [(name, value) for name, value in headers if not name.startswith(b"content-")]
                message["headers"] = headers
            elif message["type"] == "http.response.body" and not has_body:
                message["body"] = b""
            await send(message)

        scope.setdefault("state", {})["asks_for_head"] = not has_body
        scope["method"] = {"HEAD": "GET", "OPTIONS": "TRACE"}.get(asked, asked)  # type: ignore[typeddict-item]
        await self._app(scope, receive, answer)


def with_strict_headers(headers: Headers, *, at_desk: bool = False) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with the strict ones in place of any of the same name."""
    kept = [(name, value) for name, value in headers if name.lower() not in _REPLACED]
    if not any(name.lower() == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", NOT_STORED.encode()))
    return kept + list(_STRICT_AT_DESK if at_desk else _STRICT)


async def answer_with(page: bytes, *, status: int, send: Send, headers: Headers = ()) -> None:
    """Send a finished page without the help of the framework."""
    length = str(len(page)).encode()
    fixed = ((b"content-type", b"text/html; charset=utf-8"), (b"content-length", length))
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": page, "more_body": False})
