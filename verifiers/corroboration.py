"""Whether an organization's own pages still say a number or a name.

A baseline comes first: what was never read on a page cannot be missed there (a number in a picture, a page that a
script fills). Only then does its absence say something, and only when every page where it could stand can be read.
"""

from typing import Any

import msgspec

from directory.listings.fields import Phone
from verifiers.fetching.fetcher import Fetched, Fetcher
from verifiers.fetching.robots import Robots
from verifiers.hosts import domain_of, host_of, may_be_asked, own_domains
from verifiers.look import Look, Verifier
from verifiers.pages.numbers import mark
from verifiers.pages.reading import read_pages
from verifiers.pages.shapes import Body, Page
from verifiers.subject import Known

_HOME, _CONTACT = "home", "contact"
# The digest of no words.
_NOWHERE = mark("")
# So much is remembered: digests of eight digits in a kilobyte.
_MOST_PLACES = 8
_MOST_OTHERS = 40


def corroboration(fetcher: Fetcher) -> Verifier:
    """A check of numbers and names on the organization's own pages: the listed one, and its page for contact.

    - ``seen``: it stands there.
    - ``gone``: it stood there, and does not any more.
    - ``other-number``: where it stood there is a number now that was not on the page before.
    - ``unreadable``: it was never read there, or the page cannot be read any more.

    Pages that are not there, not the organization's, or behind a wall are no information: whether a site is still there
    is another check. The memory holds digests of numbers and of the words before them.
    """
    robots = Robots(fetcher)

    async def look(known: Known) -> Look:
        wanted = _wanted(known)
        url = next((one for one in known.urls if host_of(one)), "")
        if wanted is None or not url:
            return Look(memory=known.memory)
        return await _Looking(fetcher, robots, known, wanted).at(url)

    return look


def _wanted(known: Known) -> Body | None:
    """What is looked for; None where nothing can be."""
    about = Body(b"", "", organization=known.organization, service=known.service, country=known.country)
    if known.field == "phone":
        try:
            return msgspec.structs.replace(about, number=msgspec.convert(known.value, Phone).number)
        except msgspec.ValidationError:
            return None
    if known.field == "name":
        return msgspec.structs.replace(about, organization=str(known.value.get("text", "")), service="")
    return None


class _Looking:
    def __init__(self, fetcher: Fetcher, robots: Robots, known: Known, wanted: Body) -> None:
        self._fetcher = fetcher
        self._robots = robots
        self._known = known
        self._wanted = wanted
        self._before = _Memory(known.memory)

    async def at(self, url: str) -> Look:
        known, before = self._known, self._before
        may_ask = may_be_asked(known, url)
        if not may_ask(host_of(url)):
            return Look(memory=known.memory)
        permission = await self._robots.permission(url, may_ask=may_ask)
        if not permission.is_given or not await permission.lets(url):
            return Look(memory=known.memory, retry_after=permission.retry_after)
        # Where the page for contact counts too, an unchanged first page does not tell all.
        etag, modified = (before.etag, before.modified) if before.at == [_HOME] else ("", "")
        fetched = await self._fetcher.get(url, etag=etag, modified=modified, may_ask=may_ask)
        if fetched.status == 304 and before.at and (etag or modified) and fetched.url == url:
            return Look("seen", known.memory)
        home = await self._read(fetched, url)
        if home is None:
            return Look(memory=known.memory, retry_after=fetched.retry_after)
        pages = {_HOME: home}
        if not self._is_said(home) and home.contact and await permission.lets(home.contact):
            contact = await self._read(await self._fetcher.get(home.contact, may_ask=may_ask), url)
            if contact is not None:
                pages[_CONTACT] = contact
        return self._compare(pages, fetched if fetched.url == url else None)

    async def _read(self, fetched: Fetched, listed: str) -> Page | None:
        """What a page says; None where it is none of the organization's, or cannot be had."""
        if fetched.problem or fetched.status != 200 or fetched.is_challenge:
            return None
        is_elsewhere = domain_of(fetched.host) != domain_of(host_of(listed))
        pages = await read_pages(
            msgspec.structs.replace(self._wanted, body=fetched.body, url=fetched.url, content_type=fetched.content_type)
        )
        if not pages or pages[0].is_challenge or pages[0].is_not_found or pages[0].is_parked or pages[0].is_stranger:
            return None
        # On a page of another domain the number of a stranger may stand, and a stranger can write a name.
        if is_elsewhere and domain_of(fetched.host) not in own_domains(self._known):
            return None
        return pages[0]

    def _is_said(self, page: Page) -> bool:
        return page.says_number if self._wanted.number else page.says_organization

    def _compare(self, pages: dict[str, Page], home: Fetched | None) -> Look:
        said = [name for name, page in pages.items() if self._is_said(page)]
        before = self._before
        if said:
            return Look("seen", self._remembered(pages, said, home))
        if not before.at:
            return Look("unreadable", self._known.memory)
        # A page that could not be had now may still say it.
        if any(name not in pages for name in before.at) or (pages[_HOME].contact and _CONTACT not in pages):
            return Look(memory=self._known.memory)
        if any(not pages[name].is_readable for name in before.at):
            return Look("unreadable", self._known.memory)
        # What stands on a page that was not read when the number was seen may have stood there always.
        numbers = [number for name in before.at for number in pages[name].numbers]
        is_other = any(one.place in before.places and one.mark not in before.others for one in numbers)
        # What was remembered stays: it may come back, and it was there before all this.
        return Look("other-number" if is_other else "gone", self._known.memory)

    def _remembered(self, pages: dict[str, Page], said: list[str], home: Fetched | None) -> dict[str, Any]:
        numbers = [number for page in pages.values() for number in page.numbers]
        own = mark(self._wanted.number) if self._wanted.number else ""
        places = dict.fromkeys(one.place for one in numbers if one.mark == own and one.place != _NOWHERE)
        memory: dict[str, Any] = {"at": said}
        if own:
            memory["places"] = list(places)[:_MOST_PLACES]
            memory["others"] = list(dict.fromkeys(one.mark for one in numbers if one.mark != own))[:_MOST_OTHERS]
        if home is not None and said == [_HOME]:
            memory |= {name: text for name, text in (("etag", home.etag), ("modified", home.modified)) if text}
        return memory


class _Memory:
    """What was remembered, whatever shape it has come back in."""

    def __init__(self, memory: dict[str, Any]) -> None:
        self.at = [name for name in _texts(memory, "at") if name in (_HOME, _CONTACT)]
        self.places = frozenset(_texts(memory, "places"))
        self.others = frozenset(_texts(memory, "others"))
        self.etag = str(memory.get("etag", ""))
        self.modified = str(memory.get("modified", ""))


def _texts(memory: dict[str, Any], name: str) -> list[str]:
    values = memory.get(name)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
