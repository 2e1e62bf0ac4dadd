"""What a page says: names, numbers, and by which signs it is not the page that was meant. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from zlib import crc32

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from directory.values.plain_text import folded
from directory.values.web_address import NotAWebAddressError, normalise_url, registered_domain
from verifiers.pages.decoding import text_of
from verifiers.pages.naming import says
from verifiers.pages.numbers import MOST_NUMBERS, as_number, has_short_code, mark, numbers_in, place_before
from verifiers.pages.shapes import SKETCH, Body, Number, Page
from verifiers.pages.signs import said_in, signs

# A wall, and a page of a domain that nobody uses, says little. A long page may speak of either.
_FEW_WORDS_OF_WALL = 80
_FEW_WORDS_OF_PARKED = 400
_MOST_HEADINGS = 3
_MOST_LINKS = 2_000
_MOST_OBJECTS = 5_000
_LONGEST_OBJECT = 128 * 1024
_SOON = 10  # seconds: after these a page has been read, and sends nobody on unasked
_REFRESH = re.compile(
    r"\s{0,9}(?P<seconds>[0-9]{1,4})[0-9.]{0,9}\s{0,9}[;,]\s{0,9}url\s{0,9}=\s{0,9}['\"]?(?P<url>[^'\"\s>]{1,2000})",
    re.IGNORECASE,
)
# Keys of schema.org, and what they hold.
_SAID = {"telephone": "telephone", "name": "name", "legalName": "name", "alternateName": "name"}
_NOT_READ = "script, style, noscript, template, svg, iframe"


def page_of(body: Body, *, like: Body | None = None) -> Page:
    """What a page says.

    Args:
        body: of the page.
        like: another one, whose words are compared.
    """
    if not body.body.strip():
        return Page()
    text = text_of(body.body, body.content_type)
    if text is None:
        return Page(kind="file")
    found = _Found(text, body)
    page = found.page()
    if like is None or like is body:
        return page
    other = text_of(like.body, like.content_type) or ""
    return msgspec.structs.replace(page, likeness=_likeness(found, _Found(other, like)))


class _Found:
    def __init__(self, text: str, body: Body) -> None:
        tree = LexborHTMLParser(text)
        self.body = body
        self.source = text.lower()
        self.title = _text_of(tree.css("title")[:1])
        self.objects = list(_objects(tree))
        self.links = tree.css("a[href]")[:_MOST_LINKS]
        self.refresh = _refresh_of(tree)
        self.hosts = _hosts_of(tree)
        self.has_password = tree.css_first('input[type="password"]') is not None
        self.has_script = tree.css_first("script") is not None
        # Attributes are read before scripts go, texts after.
        self.spoken = " ".join(node.attributes.get("alt") or "" for node in tree.css("img[alt]")[:200])
        tree.strip_tags([tag.strip() for tag in _NOT_READ.split(",")])
        self.headings = _text_of(tree.css("h1")[:_MOST_HEADINGS])
        self.text = " ".join(tree.body.text(separator=" ").split()) if tree.body is not None else ""
        self.folded = folded(self.text)
        self.words = self.folded.split()

    def page(self) -> Page:
        body = self.body
        names = [value for key, value in self.objects if key == "name"]
        where = " ".join((self.folded, folded(self.title), folded(self.spoken), *map(folded, names)))
        heads = " ".join((folded(self.title), folded(self.headings), folded(self.spoken)))
        numbers = list(self._numbers())
        says_organization = says(body.organization, where, heads)
        says_service = says(body.service, where, heads)
        is_known = says_organization or says_service
        return Page(
            kind="page",
            words=len(self.words),
            has_script=self.has_script,
            says_organization=says_organization,
            says_service=says_service,
            is_not_found=self._is_not_found(),
            is_parked=not is_known and self._is_parked(),
            is_challenge=self._is_challenge(is_known=is_known),
            is_stranger=not is_known and len(said_in(f"{self.folded} {folded(self.title)}", signs().stranger)) > 1,
            says_number=bool(body.number) and self._says(body.number, numbers),
            numbers=tuple(dict.fromkeys(Number(mark(number), mark(place)) for number, place in numbers))[:MOST_NUMBERS],
            sketch=_sketch(self.words),
            leads_to=self._leads_to(),
            contact=self._contact(),
        )

    def comparable(self) -> set[str]:
        """Words and pairs of words, without those of the address, which many pages repeat, and without numbers."""
        own = set(folded(unquote(self.body.url)).split())
        words = [word for word in self.words if word not in own and not any(map(str.isdigit, word))]
        return {*words, *map(" ".join, pairwise(words))}

    def _numbers(self) -> Iterator[tuple[str, str]]:
        country = self.body.country
        for link in self.links:
            scheme, _, written = (link.attributes.get("href") or "").strip().partition(":")
            if scheme.lower() == "tel":
                number = as_number(unquote(written).partition(";")[0], country)
                if number:
                    yield number, f"tel {place_before(link.text(), len(link.text()))}"
        for key, value in self.objects:
            number = as_number(value, country) if key == "telephone" else ""
            if number:
                yield number, "telephone"
        yield from numbers_in(self.text, country)

    def _says(self, wanted: str, numbers: Iterable[tuple[str, str]]) -> bool:
        if any(number == wanted for number, _ in numbers):
            return True
        return not wanted.startswith("+") and has_short_code(self.text, wanted)

    def _is_not_found(self) -> bool:
        title, headings = folded(self.title), folded(self.headings)
        return bool(said_in(title, signs().not_found) or said_in(headings, signs().not_found))

    def _is_parked(self) -> bool:
        if len(self.words) > _FEW_WORDS_OF_PARKED:
            return False
        return (
            bool(said_in(f"{self.folded} {folded(self.title)}", signs().parked))
            or not self.hosts.isdisjoint(signs().parking_hosts)
            or any(one in self.source for one in signs().parking_marks)
        )

    def _is_challenge(self, *, is_known: bool) -> bool:
        if len(self.words) > _FEW_WORDS_OF_WALL:
            return False
        # Who has to sign in first is not shown the page either.
        if self.has_password or said_in(folded(self.title), signs().challenge):
            return True
        # A page of few words may load the same scripts for its form.
        return not is_known and (
            any(one in self.source for one in signs().challenge_marks) or bool(said_in(self.folded, signs().challenge))
        )

    def _leads_to(self) -> str:
        return _absolute(self.body.url, self.refresh) if self.refresh else ""

    def _contact(self) -> str:
        own = urlsplit(self.body.url).hostname
        for link in self.links:
            if folded(link.text()) in signs().contact:
                url = _absolute(self.body.url, link.attributes.get("href") or "")
                if url and urlsplit(url).hostname == own and url.partition("#")[0] != self.body.url:
                    return url
        return ""


def _text_of(nodes: Iterable[LexborNode]) -> str:
    return " ".join(" ".join(node.text(separator=" ").split()) for node in nodes)


def _absolute(base: str, reference: str) -> str:
    try:
        return normalise_url(urljoin(base, reference.strip()))
    except (NotAWebAddressError, ValueError):
        return ""


def _refresh_of(tree: LexborHTMLParser) -> str:
    for node in tree.css("meta[http-equiv]")[:20]:
        if (node.attributes.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(node.attributes.get("content") or "")
            if found is not None and int(found["seconds"]) <= _SOON:
                return found["url"]
    return ""


def _hosts_of(tree: LexborHTMLParser) -> frozenset[str]:
    """Registered domains whose scripts and frames a page loads."""
    hosts = set()
    for node in tree.css("script[src], iframe[src], frame[src], form[action]")[:200]:
        reference = node.attributes.get("src") or node.attributes.get("action") or ""
        url = _absolute("https://a.example.org/", reference)
        hosts.add(registered_domain(urlsplit(url).hostname or ""))
    return frozenset(hosts)


def _objects(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Names and numbers that the page states for machines (JSON-LD)."""
    waiting = list(_stated(tree))
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one[:_MOST_OBJECTS])
        elif isinstance(one, dict):
            for key in _SAID.keys() & one.keys():
                values = one[key] if isinstance(one[key], list) else [one[key]]
                yield from ((_SAID[key], text[:300]) for text in values[:20] if isinstance(text, str))
            waiting.extend(value for value in one.values() if isinstance(value, dict | list))


def _stated(tree: LexborHTMLParser) -> Iterator[Any]:
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        content = node.text()
        if len(content) <= _LONGEST_OBJECT:
            with suppress(ValueError, RecursionError):
                yield json.loads(content)


def _likeness(one: _Found, other: _Found) -> float:
    first, second = one.comparable(), other.comparable()
    together = len(first | second)
    return len(first & second) / together if together else 1.0


def _sketch(words: Iterable[str]) -> tuple[int, ...]:
    """The lowest digests of the longer words: of two pages, the share they have in common is that of their words."""
    longer = {word for word in words if len(word) > 3 and not any(map(str.isdigit, word))}
    return tuple(sorted({crc32(word.encode()) for word in longer})[:SKETCH])
