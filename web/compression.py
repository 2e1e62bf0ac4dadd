"""Sends the first visit compressed, so that it is light on a slow line: the front page and the files that it links to.

Only what is the same for everybody who asks. An answer to what somebody asked is never compressed: its size is padded
so that it tells nothing (SAFETY D14), and compressing would undo that.
"""

import gzip
from functools import lru_cache

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

_FILES = "/static/"
# A page as it is sent to browsers and to everybody else (see ``documents``).
_GOOD = frozenset({200, 203})
# The front page of a day or two, and every file of ours.
_KEPT = 32


@lru_cache(maxsize=_KEPT)
def compressed(content: bytes) -> bytes:
    """The content as gzip: worked out once, and the same bytes in every process."""
    return gzip.compress(content, compresslevel=9, mtime=0)


class Compressed:
    """Compresses what is the same for everybody, for those who say that they understand it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_common = (
            scope["type"] == ScopeType.HTTP
            and scope["method"] == "GET"
            and (not scope["path"].strip("/") or scope["path"].startswith(_FILES))
        )
        await self._app(scope, receive, _compressing(send, may_compress=_takes_gzip(scope)) if is_common else send)


def _compressing(send: Send, *, may_compress: bool) -> Send:
    """Sends an answer, which comes whole, and says that what is sent depends on what was said to be understood."""
    begun: list[HTTPResponseStartEvent] = []

    async def send_compressed(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in _GOOD:
            message["headers"] = [*message["headers"], (b"vary", b"accept-encoding")]
            if may_compress:
                begun.append(message)
                return
        if begun and message["type"] == "http.response.body":
            start = begun.pop()
            message["body"] = compressed(message["body"])
            kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            length = (b"content-length", str(len(message["body"])).encode())
            start["headers"] = [*kept, (b"content-encoding", b"gzip"), length]
            await send(start)
        await send(message)

    return send_compressed


def _takes_gzip(scope: Scope) -> bool:
    """Whether gzip is named among what is understood, and not with the weight 0, which means that it is not."""
    named = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").decode("latin-1").lower()
    for part in named.split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        if coding == "gzip":
            return not any(word.startswith("q=") and not word[2:].strip("0.") for word in parameters)
    return False
