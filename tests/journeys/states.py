"""Every page of the public side as the site sends it, to be looked at in a browser without pressing one's way there.

The pages come from a running site over the practice network. They are handed to the browser under addresses of that
site, so that style sheet and scripts are the site's own.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from types import MappingProxyType

import httpx
from playwright.sync_api import BrowserContext, Page, Route

# What a page is asked with; ``{listing}`` is an entry of the practice network, ``{line}`` its first line.
_NEEDS: dict[str, str | list[str]] = {
    "a": "33130",
    "n": "shelter",
    "b": "es",
    "w": ["trans-women", "with-children"],
    "o": "tonight",
}
_ASKED: Mapping[str, dict[str, str | list[str]]] = MappingProxyType(
    {
        "start": {},
        "what": {"a": "33130"},
        "results": {**_NEEDS},
        "interpreters": {"a": "33130", "n": "interpretation"},
        "exam": {"a": "02118", "n": "sane"},
        "nothing": {"a": "West Palm Beach, FL", "n": "sane"},
        "which": {"a": "Springfield", "n": "sane"},
        "listing": {**_NEEDS, "l": "{listing}"},
        "aloud": {**_NEEDS, "z": "{listing}:{line}"},
        "aloud-role": {**_NEEDS, "z": "{listing}:{line}", "v": "clinician"},
        "aloud-pinned": {"z": "pinned:0"},
        "safety": {**_NEEDS, "x": "s"},
        "beside": {**_NEEDS, "x": "b"},
        "entries": {**_NEEDS, "x": "p"},
        "reported": {**_NEEDS, "y": "no-answer:{listing}"},
        "told": {**_NEEDS, "z": "{listing}:{line}", "I": "declined:{listing}"},
    }
)
# Pages that no form brings.
_PATHS = MappingProxyType({"error": "/nothing-here", "away": "/v/opened-before"})
STATES = (*_ASKED, *_PATHS)
_NETWORKS = count()
_IN_HAND = re.compile(r'name="z" value="(?P<listing>[0-9a-f-]{36}):(?P<line>[^"]+)"')


def every_page(address: str, language: str) -> dict[str, str]:
    """The pages of a site in a language, by the name of their state."""
    # A site lets one network ask only so often, so each language is asked for from a network of its own.
    network = httpx.HTTPTransport(local_address=f"127.0.{1 + next(_NETWORKS) % 250}.1")
    with httpx.Client(base_url=address, headers={"x-in-page": "1"}, timeout=30, transport=network) as client:
        found = _IN_HAND.search(client.post("/", data=_NEEDS).text)
        assert found, "the practice network has an entry for this"
        pages = {}
        for state, asked in _ASKED.items():
            filled = {name: _filled(value, found.groupdict()) for name, value in asked.items()}
            pages[state] = client.post("/", data={**filled, "u": language}).text
        for state, path in _PATHS.items():
            pages[state] = client.get(path).text
    return pages


def _filled(value: str | list[str], values: Mapping[str, str]) -> str | list[str]:
    return value.format_map(values) if isinstance(value, str) else value


@contextmanager
def shown(context: BrowserContext, address: str, pages: Mapping[str, str]) -> Iterator[None]:
    """Lets a browser open the pages at ``ADDRESS/state/NAME``."""

    def answer(route: Route) -> None:
        route.fulfill(body=pages[route.request.url.rpartition("/")[2]], content_type="text/html")

    context.route(f"{address}/state/*", answer)
    yield
    context.unroute_all()


def unfold(page: Page) -> None:
    """Open every fold of the page."""
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")


def make_card(page: Page) -> None:
    """Open the card maker, as after both ticks."""
    for name in ("agreed", "told"):
        page.evaluate("name => { document.getElementById(name).checked = true }", name)
