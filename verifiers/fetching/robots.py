"""Whether a site wants its pages to be looked at by programs (RFC 9309)."""

from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from verifiers.fetching.fetcher import AGENT, Fetched, Fetcher, Problem
from verifiers.pages.reading import allowed_by
from verifiers.pages.shapes import Rules

# Rules are read again after an hour, so that the facts of one organization do not ask for them one by one.
_KEPT_SECONDS = 3_600
_MOST_KEPT = 32
# Here nothing can be said of the site: it asks to wait, or something stands before it.
_NO_ANSWER = frozenset({401, 403, 429})


class Permission(msgspec.Struct, frozen=True):
    """What a site says to programs.

    Attributes:
        is_given: whether pages may be asked for, those that ``rules`` name excepted.
        rules: the body of its robots.txt.
        origin: scheme and host.
        problem: why the site gave no answer; then it would give none for a page.
        expired_days: with the problem "expired".
        retry_after: seconds for which not to ask again.
    """

    is_given: bool
    rules: bytes = b""
    problem: Problem = ""
    expired_days: float = 0.0
    retry_after: float | None = None

    async def lets(self, *urls: str) -> bool:
        """Whether all of these addresses may be asked for."""
        if not self.is_given:
            return False
        return not self.rules.strip() or await allowed_by(Rules(self.rules, AGENT, urls))


class Robots:
    """Asks sites for their rules, and remembers a few for an hour."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._kept: OrderedDict[str, tuple[float, Permission]] = OrderedDict()

    async def permission(self, url: str, *, may_ask: Callable[[str], bool] = lambda _: True) -> Permission:
        """What the site of an address says to programs."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        now = self._fetcher.clock().timestamp()
        kept = self._kept.get(origin)
        if kept is not None and 0 <= now - kept[0] < _KEPT_SECONDS:
            return kept[1]
        permission = _permission_of(await self._fetcher.get(f"{origin}/robots.txt", may_ask=may_ask))
        if permission.is_given:
            self._kept[origin] = now, permission
            self._kept.move_to_end(origin)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return permission


def _permission_of(fetched: Fetched) -> Permission:
    if fetched.problem in ("too many redirects", "elsewhere"):
        # Rules that lead away from the site are none (RFC 9309, 2.3.1.2); the page shows where it leads itself.
        return Permission(is_given=True)
    if fetched.problem or fetched.status >= 500 or fetched.status in _NO_ANSWER or fetched.is_challenge:
        return Permission(
            is_given=False,
            problem=fetched.problem,
            expired_days=fetched.expired_days,
            retry_after=fetched.retry_after,
        )
    return Permission(is_given=True, rules=fetched.body if fetched.status == 200 else b"")
