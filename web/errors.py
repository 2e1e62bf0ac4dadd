"""Pages for what goes wrong: made once at the start, so that they are there when everything else is broken.

They say nothing of what was asked or sent, look like every other page, and carry the lines that always answer. What is
logged is where it happened and of which kind it was (SAFETY D16, P1).
"""

from contextlib import suppress
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from directory.errors import BadInputError, DirectoryError, NotFoundError, UnknownTermError
from directory.search.reader import SearchTooSlowError
from web.logs import log_fault
from web.rendering import Pages

# Every other status gets the page of its class: 4xx that of 400, 5xx that of 500.
STATUSES = (400, 404, 405, 413, 422, 429, 500)
_CODE = b"------"
_ALLOWED_HEADERS = frozenset({"allow", "retry-after"})


class ErrorPages:
    """The finished pages of a deployment, in its own language."""

    def __init__(self, pages: Pages, language: str) -> None:
        self._renderer = pages
        self._language = language
        self._finish()

    def page(self, status: int) -> bytes:
        """The page of a status."""
        self._keep_up()
        return self._pages.get(status) or self._pages[500 if status >= 500 else 400]

    def fault(self, code: str) -> bytes:
        """The page of a fault that was logged under a code."""
        self._keep_up()
        return self._fault.replace(_CODE, code.encode())

    def _keep_up(self) -> None:
        """Finish the pages anew when something on every page has changed, such as the day that the cover shows.

        Where nothing can be looked at any more they stay as they are: templates are kept in memory.
        """
        # Yesterday's sun is better than no page.
        with suppress(Exception):
            if self._finished != self._renderer.as_of():
                self._finish()

    def _finish(self) -> None:
        render, t, as_of = self._renderer.page, self._renderer.wording(self._language), self._renderer.as_of()
        self._pages = {status: render("error", t, status=status, fault_code="") for status in STATUSES}
        self._fault = render("error", t, status=500, fault_code=_CODE.decode())
        self._finished = as_of

    def handlers(self) -> dict[Any, Any]:
        """What the framework calls when a handler, or the framework itself, raises."""
        return {HTTPException: self._answer, DirectoryError: self._answer_ours, Exception: self._answer_fault}

    def _answer(self, _request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() in _ALLOWED_HEADERS}
        return _html(self.page(error.status_code), error.status_code, headers)

    def _answer_ours(self, request: Request[Any, Any, Any], error: DirectoryError) -> Response[bytes]:
        if isinstance(error, NotFoundError):
            return _html(self.page(404), 404)
        if isinstance(error, BadInputError | UnknownTermError):
            return _html(self.page(400), 400)
        if isinstance(error, SearchTooSlowError):
            return _html(self.page(429), 503, {"retry-after": "10"})
        return self._answer_fault(request, error)

    def _answer_fault(self, request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        code = log_fault(error, method=request.method, route=_route(request))
        return _html(self.fault(code), 500)


def _route(request: Request[Any, Any, Any]) -> str:
    """The route as the program writes it: what was asked for in its place may be a search."""
    return str(request.scope.get("path_template", ""))


def _html(page: bytes, status: int, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(page, status_code=status, media_type=MediaType.HTML, headers=headers)
