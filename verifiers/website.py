"""Whether a listed page is still there, and still the organization's.

What can be read off one look and what cannot is the point of this module. A wall (401, 403, 429, a challenge), a
server in trouble, a robots.txt that says no: all of them say nothing. Of 18 links that a naive check had called broken
two were (public-api-lists, issue 649), so a page is called gone only when it was on three days. A page that somebody
else has now is called so at once: only the link is hidden, and to leave it is the greater harm.
"""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from directory.clock import day_number
from directory.values.web_address import NotAWebAddressError, normalise_url
from verifiers.fetching.fetcher import Fetched, Fetcher
from verifiers.fetching.robots import Permission, Robots
from verifiers.hosts import domain_of, is_platform, may_be_asked, own_domains
from verifiers.look import Look, Verifier
from verifiers.pages.reading import read_pages
from verifiers.pages.shapes import FEWEST_WORDS, Body, Page
from verifiers.pages.signs import signs
from verifiers.subject import Known

# "Gone" is said of what was seen gone on so many days, none longer ago than a month.
DAYS_TO_BE_SURE = 3
_FORGOTTEN_AFTER = 30
# Certificates are forgotten for some days by people who are still there.
_EXPIRED_DAYS = 14.0
_GONE = frozenset({404, 410})
# Two pages of one site have their frame in common; two answers that nothing is there have nearly everything.
_ALIKE = 0.9
# A redesign keeps more than this of a site's longer words, and the name besides.
_OTHER_TOPIC = 0.08
_WORDS_OF_A_TOPIC = 40


def website(fetcher: Fetcher) -> Verifier:
    """A check of web addresses (the field "url").

    - ``live``: the page is there. ``moved``: it is, at another address of the same domain, or at another domain where
      the organization's name stands.
    - ``gone``: there is no such page or no such domain, also where that is said with a friendly page; ``expired``: the
      certificate has been over for more than two weeks. Both on the third day on which it was seen.
    - ``parked``: nobody uses the domain. ``taken-over``: somebody else does. Both at once.

    Everything else is no information. The memory holds digests of words, days on which it was gone, and what the host
    wants to hear again (``If-None-Match``).
    """
    robots = Robots(fetcher)

    async def look(known: Known) -> Look:
        try:
            url = normalise_url(str(known.value.get("text", ""))) if known.field == "url" else ""
        except NotAWebAddressError:
            url = ""
        may_ask = may_be_asked(known, url)
        if not url or not may_ask(urlsplit(url).hostname or ""):
            return Look(memory=known.memory)
        permission = await robots.permission(url, may_ask=may_ask)
        if not permission.is_given or not await permission.lets(url):
            return _without_page(permission, known, fetcher)
        return await _Looking(fetcher, known, url, permission, may_ask).at_page()

    return look


def _without_page(permission: Permission, known: Known, fetcher: Fetcher) -> Look:
    """What can be said without having asked for the page."""
    today = day_number(fetcher.clock())
    if permission.problem == "unknown name":
        return _sighted("gone", known.memory, today)
    if permission.problem == "expired" and permission.expired_days > _EXPIRED_DAYS:
        return _sighted("expired", known.memory, today)
    return Look(memory=known.memory, retry_after=permission.retry_after)


def _sighted(outcome: str, memory: dict[str, Any], today: int) -> Look:
    """That something was seen to be gone: said when it was seen on enough days, remembered until then."""
    days = [day for day in _days(memory, outcome) if 0 <= today - day <= _FORGOTTEN_AFTER]
    days = sorted({*days, today})[-DAYS_TO_BE_SURE:]
    remembered = {**memory, "missing": {"as": outcome, "days": days}}
    return Look(outcome if len(days) >= DAYS_TO_BE_SURE else "", remembered)


def _days(memory: dict[str, Any], outcome: str) -> list[int]:
    missing = memory.get("missing")
    if not isinstance(missing, dict) or missing.get("as") != outcome:
        return []
    return [day for day in missing.get("days", ()) if isinstance(day, int)]


class _Looking:
    """One look at one page."""

    def __init__(
        self, fetcher: Fetcher, known: Known, url: str, permission: Permission, may_ask: Callable[[str], bool]
    ) -> None:
        self._fetcher = fetcher
        self._known = known
        self._url = url
        self._host = urlsplit(url).hostname or ""
        self._permission = permission
        self._may_ask = may_ask

    async def at_page(self) -> Look:
        memory = self._known.memory
        fetched = await self._fetcher.get(
            self._url,
            etag=str(memory.get("etag", "")),
            modified=str(memory.get("modified", "")),
            may_ask=self._may_ask,
        )
        said = self._by_answer(fetched)
        if said is not None:
            return said
        page = await self._read(fetched)
        if page is not None and page.leads_to and page.leads_to != fetched.url:
            # A page that sends everybody on is a redirect; it gets no second chance to send further.
            followed = await self._fetcher.get(page.leads_to, may_ask=self._may_ask)
            said = self._by_answer(followed)
            if said is not None:
                return said
            fetched, page = followed, await self._read(followed)
        if page is None or page.is_challenge or page.kind == "empty":
            return self._nothing(fetched)
        return await self._by_page(fetched, page)

    def _nothing(self, fetched: Fetched) -> Look:
        return Look(memory=self._known.memory, retry_after=fetched.retry_after)

    def _missing(self, outcome: str) -> Look:
        return _sighted(outcome, self._known.memory, day_number(self._fetcher.clock()))

    def _by_answer(self, fetched: Fetched) -> Look | None:
        """What an answer says before anybody reads the page; None if the page has to be read."""
        if fetched.problem == "elsewhere":
            # Whoever is there must not be asked, so it cannot be said that they are the same.
            return Look("taken-over", self._known.memory)
        if fetched.problem == "expired" and fetched.expired_days > _EXPIRED_DAYS and self._is_here(fetched):
            return self._missing("expired")
        if (fetched.problem == "unknown name" and self._is_here(fetched)) or fetched.status in _GONE:
            return self._missing("gone")
        if self._is_unchanged(fetched):
            return Look(str(self._known.memory.get("said", "")) or "live", _still_there(self._known.memory))
        if fetched.problem or not 200 <= fetched.status < 300 or fetched.status == 202 or fetched.is_challenge:
            return self._nothing(fetched)
        return None

    def _is_unchanged(self, fetched: Fetched) -> bool:
        """Whether it is as it was: only what was asked for with marks, where they belong, can be."""
        marks = self._known.memory.get("etag") or self._known.memory.get("modified")
        return fetched.status == 304 and bool(marks) and fetched.url == self._url

    def _is_here(self, fetched: Fetched) -> bool:
        return domain_of(fetched.host) == domain_of(self._host)

    async def _read(self, fetched: Fetched) -> Page | None:
        pages = await read_pages(self._body(fetched))
        return pages[0] if pages else None

    def _body(self, fetched: Fetched) -> Body:
        return Body(
            fetched.body,
            fetched.url,
            content_type=fetched.content_type,
            organization=self._known.organization,
            service=self._known.service,
        )

    async def _by_page(self, fetched: Fetched, page: Page) -> Look:
        """What a page says of itself."""
        outcome = await self._of_others(fetched, page)
        if outcome is not None:
            return Look(outcome, self._known.memory) if outcome else self._nothing(fetched)
        is_missing = page.is_not_found or await self._is_soft_404(fetched)
        if is_missing is None or self._cannot_be_known_again(page):
            return self._nothing(fetched)
        if is_missing:
            return self._missing("gone")
        outcome = "live" if _same_page(self._url, fetched.url) else "moved"
        return Look(outcome, self._remembered(outcome, fetched, page))

    async def _of_others(self, fetched: Fetched, page: Page) -> str | None:
        """Whose page it is, if not the organization's; empty if nothing can be said."""
        domain = domain_of(fetched.host)
        if page.is_parked or (
            not page.says_name and (domain in signs().parking_hosts or await self._is_parked_by_name(domain))
        ):
            return "parked"
        if page.is_stranger or self._is_other_topic(page):
            return "taken-over"
        if not self._is_here(fetched) and domain not in own_domains(self._known):
            # Whoever took a name over can write the organization's on their page too: a person has to look. What leads
            # to a file elsewhere says nothing of who put it there.
            return "" if page.kind == "file" else "taken-over"
        if page.says_name:
            return None
        # What stands on a platform instead of a page is the platform's own.
        return "" if is_platform(fetched.host) else None

    async def _is_parked_by_name(self, domain: str) -> bool:
        servers = await self._fetcher.names.nameservers(domain)
        return any(domain_of(server) in signs().parking_hosts for server in servers)

    def _is_other_topic(self, page: Page) -> bool:
        """Whether a page that said the name is about something else now, and without the name."""
        before = self._known.memory.get("words")
        if not self._known.memory.get("named") or page.says_name or not before or page.words < _WORDS_OF_A_TOPIC:
            return False
        return _in_common(frozenset(before), frozenset(page.sketch)) < _OTHER_TOPIC

    def _cannot_be_known_again(self, page: Page) -> bool:
        return bool(self._known.memory.get("named")) and not page.says_name and page.words < FEWEST_WORDS

    async def _is_soft_404(self, fetched: Fetched) -> bool | None:
        """Whether the same comes for a page that cannot be there; None if nothing can be said."""
        if not urlsplit(self._url).path.strip("/"):
            return False
        parts = urlsplit(self._url)
        nowhere = urlunsplit((parts.scheme, parts.netloc, f"/{secrets.token_hex(8)}", "", ""))
        if not await self._permission.lets(nowhere):
            return False
        probed = await self._fetcher.get(nowhere, may_ask=self._may_ask)
        if probed.problem or probed.status != 200:
            return False
        pages = await read_pages(self._body(fetched), self._body(probed))
        if len(pages) < 2 or pages[1].is_challenge:
            return None
        if pages[0].kind != "page" or pages[1].kind != "page" or pages[1].likeness < _ALIKE:
            return False
        # The shell of a page that a script fills is the same everywhere.
        return None if pages[0].has_script and not pages[0].is_readable else True

    def _remembered(self, outcome: str, fetched: Fetched, page: Page) -> dict[str, Any]:
        memory = _still_there(self._known.memory)
        if page.kind == "page":
            memory["words"] = list(page.sketch)
            memory["named"] = page.says_name or bool(memory.get("named"))
        memory["said"] = outcome
        # Marks are of the page that was asked for, not of one that it led to.
        for name, mark in (("etag", fetched.etag), ("modified", fetched.modified)):
            if outcome == "live" and mark and fetched.url == self._url:
                memory[name] = mark
            else:
                memory.pop(name, None)
        return memory


def _still_there(memory: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in memory.items() if name != "missing"}


def _same_page(listed: str, found: str) -> bool:
    return _plain(listed) == _plain(found)


def _plain(url: str) -> tuple[str, str, str]:
    """What makes a page another one: not https, "www.", a slash at the end, or the name of a start page."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/index.html").removesuffix("/index.php").removesuffix("/home")
    return (parts.hostname or "").removeprefix("www."), path.lower(), parts.query


def _in_common(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of words that two pages have in common, by the lowest digests of both together."""
    lowest = sorted(one | other)[: max(len(one), len(other))]
    return sum(digest in one and digest in other for digest in lowest) / len(lowest) if lowest else 1.0
