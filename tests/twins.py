"""Twins: two directories that differ in a secret place alone, asked the same by somebody who looks for a difference.

What is asked next is made from what was answered, as a scraper would: every form, button and choice of a page may be
pressed. Whatever comes back has to be the same, to the byte, from both (SAFETY L3).
"""

import datetime as dt
import itertools
import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random

import httpx

from directory.bootstrap import open_database
from directory.db import Database
from tests.conftest import NOW
from tests.services import SqliteFiles, serve
from tests.staff import Desk
from tests.web.conftest import IN_PAGE, settings

# What somebody types who hunts for a place: around it, far from it, and what a street would be found by.
TYPED = (
    "33130", "33142", "33196", "33101", "331", "Miami, FL", "Hialeah, FL", "Miami-Dade County, FL", "Naples, FL",
    "10001", "Boston, MA", "Quince", "Harbor House", "Lantern", "Harbor", "",
)  # fmt: skip
_FIRST_ID, _NEXT_ID = 1 << 64, 1 << 65
# Shorter than a server waits on a connection on which nothing comes.
_SHORT = httpx.Limits(keepalive_expiry=1)
# What the wire adds by itself.
_OF_THE_WIRE = {"date", "content-length"}
# Drawn anew for each page on which somebody signs in, or may prove with a passkey that it is them.
_DRAWN = re.compile(rb"(&#34;challenge&#34;: &#34;|name=\"token\" value=\")[\w-]+")


@dataclass
class Form:
    """A form of a page: where it goes, and what may be sent with it."""

    action: str = ""
    method: str = "get"
    hidden: list[tuple[str, str]] = field(default_factory=list)
    boxes: dict[str, str] = field(default_factory=dict)
    ticks: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, dice: Random) -> list[tuple[str, str]]:
        """What somebody may send who presses about."""
        sent = list(self.hidden)
        # Whoever asks for everything at once finds nothing.
        sent += [(name, dice.choice(TYPED) if dice.random() < 0.2 else value) for name, value in self.boxes.items()]
        sent += [tick for tick in self.ticks if dice.random() < 0.03]
        sent += [(name, dice.choice(values)) for name, values in self.choices.items() if dice.random() < 0.06]
        return [*sent, dice.choice(self.buttons)] if self.buttons else sent


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.links: list[str] = []
        self._open = ""
        self._select: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = has.get("id", f"form-{len(self.forms)}")
            form = self._form(self._open)
            form.action, form.method = has.get("action", ""), has.get("method", "get").lower()
        elif tag == "a":
            self.links.append(has.get("href", ""))
        elif tag == "select" and "name" in has:
            self._select = (has.get("form", self._open), has["name"])
        elif tag == "option" and self._select:
            form_of, name = self._select
            self._form(form_of).choices.setdefault(name, []).append(has.get("value", ""))
        elif tag in {"input", "button", "textarea"} and has.get("name"):
            self._control(self._form(has.get("form", self._open)), tag, has)

    def _control(self, form: Form, tag: str, has: dict[str, str]) -> None:
        pair = (has["name"], has.get("value", ""))
        kind = has.get("type", "text")
        if tag == "button":
            form.buttons.append(pair)
        elif kind == "hidden":
            form.hidden.append(pair)
        elif kind in {"checkbox", "radio"}:
            form.ticks.append((pair[0], pair[1] or "on"))
        else:
            form.boxes[pair[0]] = pair[1]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = ""
        elif tag == "select":
            self._select = None

    def _form(self, name: str) -> Form:
        return self.forms.setdefault(name, Form())


def read(page: str) -> tuple[list[Form], list[str]]:
    """The forms of a page and its links."""
    parser = _Forms()
    parser.feed(page)
    return list(parser.forms.values()), parser.links


class Twins:
    """Two sites, asked the same. ``asked`` counts, ``met`` those answers in which the ``house`` is named."""

    def __init__(self, one: httpx.Client, other: httpx.Client, *, house: str = "Harbor House") -> None:
        self._both = (one, other)
        self._house = house
        self.asked = 0
        self.met = 0
        self.statuses: dict[int, int] = {}

    def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None, **headers: str) -> str:
        """The answer of both; fails where they differ in a byte, a status or a header."""
        data: dict[str, list[str]] = {}
        for name, value in form or ():
            data.setdefault(name, []).append(value)
        got = [client.request(method, path, data=data or None, headers=headers) for client in self._both]
        one, other = (
            (
                answer.status_code,
                sorted((name, _sorted(value)) for name, value in answer.headers.items() if name not in _OF_THE_WIRE),
                _DRAWN.sub(rb"\1", answer.content),
            )
            for answer in got
        )
        assert one[:2] == other[:2], (method, path, data, one[0], other[0], set(one[1]) ^ set(other[1]))
        assert one[2] == other[2], (method, path, data, first_difference(one[2], other[2]))
        self.asked += 1
        self.met += self._house in got[0].text
        self.statuses[one[0]] = self.statuses.get(one[0], 0) + 1
        return got[0].text

    def mark_of(self, key: str) -> str:
        """What the forms of a session carry: the same in both, since the session is."""
        return Desk(self._both[0], key).mark

    def wander(self, times: int, dice: Random) -> None:
        """Press about on the public pages, each time on what the last answer showed."""
        page = ""
        for _ in range(times):
            forms = [form for form in read(page)[0] if form.method == "post" and form.action == "/" and form.buttons]
            luck = dice.random()
            if not page or luck < 0.05:
                page = self.ask("GET", "/")
            elif luck < 0.3 or not forms:
                page = self.ask("POST", "/", _question(dice), **IN_PAGE)
            else:
                page = self.ask("POST", "/", dice.choice(forms).filled(dice), **IN_PAGE)

    def crawl(self, start: str, cookie: str, *, most: int) -> set[str]:
        """Follow every link of the desk from a page on, as whoever sits there; the paths that were opened.

        The pages on which somebody looks after their own keys are left out: they hold secrets that are drawn anew.
        """
        seen: set[str] = set()
        next_ones = [start]
        while next_ones and len(seen) < most:
            path = next_ones.pop(0).partition("#")[0]
            if path in seen or not re.match(r"/desk\b(?!/(?:files|sign-out|own|prove))", path):
                continue
            seen.add(path)
            next_ones += read(self.ask("GET", path, cookie=cookie))[1]
        return seen


def _sorted(value: str) -> str:
    """The methods that a path allows stand in no order."""
    return ", ".join(sorted(value.split(", ")))


def _question(dice: Random) -> list[tuple[str, str]]:
    """A question near one place, and now and then away from another, as who draws circles around a house asks."""
    asked = [
        ("n", dice.choice(("shelter", "shelter", "basic-needs", "hotline", "sane"))),
        ("a", dice.choice(TYPED[:10])),
    ]
    asked += [("k", dice.choice(("1", "3", "10", "25", "60", "250")))]
    if dice.random() < 0.3:
        asked += [("c", dice.choice(TYPED[:10])), ("e", dice.choice(("1", "5", "25", "60")))]
    return asked


def first_difference(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """Where two answers come apart, with a little around it."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[max(0, at - 80) : at + 80], other[max(0, at - 80) : at + 80]


def opened(url: str, *, first: int = _FIRST_ID) -> Database:
    """A directory whose clock stands and whose ids follow one another."""
    numbers = itertools.count(first)
    return open_database(url, clock=lambda: NOW, ids=lambda: uuid.UUID(int=next(numbers)))


@contextmanager
def served(*databases: Database, now: dt.datetime = NOW) -> Iterator[Twins]:
    """Two directories served, both at the same instant."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(
                httpx.Client(
                    base_url=stack.enter_context(serve(one, settings(), clock=lambda: now)), timeout=60, limits=_SHORT
                )
            )
            for one in databases
        ]
        yield Twins(*clients)


@contextmanager
def copies(files: SqliteFiles, url: str) -> Iterator[list[Database]]:
    """Two copies of a directory to which nobody is connected."""
    urls = [files.copy_of(url) for _ in range(2)]
    databases = [opened(one, first=_NEXT_ID) for one in urls]
    try:
        yield databases
    finally:
        for database, one in zip(databases, urls, strict=True):
            database.dispose()
            files.discard(one)
