"""What a watcher does to a browser that somebody has used: presses Back and Forward, waits, pulls the plug, reads.

The words that are asked, and those of the one listing that answers, stand nowhere else in the world, so a file that
holds one of them has it from the search. A run is one browser with a folder of its own; runs share only the site.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import msgspec

from directory.settings import TELLING_WORDS
from tests.journeys.surroundings import EXIT_HOST, Relay, Sink, Surroundings
from tests.services.chromium_profile import ChromiumProfile
from tests.services.firefox import FirefoxProfile
from tests.services.left_behind import Trace, Visit, history, stores_of, traces
from tests.services.watched_browser import Seen, WatchedBrowser, until

Kind = Literal["chromium", "firefox"]
NAME, PLACE, AWAY = "Quorvexlight Zanthólm", "Sopchoppy, FL", "Okahumpka, FL"
NUMBER = "+18505550163"
# Without its accent, as it may be kept for searching.
_ASKED = ("quorvexlight", "zanthólm", "zantholm", "sopchoppy", "okahumpka")
_ANSWERED = ("8505550163", "850 555 0163", "850-555-0163", "(850) 555-0163", "18505550163")
_MOST_STEPS = 6
# What people have done and browsers have not yet written: both write within six seconds, or in their own time.
_SECONDS_BEFORE_THE_END = 6.0
# How often Firefox writes what is open, from its start on (browser.sessionstore.interval).
_SESSION_SECONDS = 15.0
_FRONT_PAGES = re.compile(r"/|/v/[A-Za-z0-9_-]+")
# Asked for by the browsers themselves, with or without a page: updates, accounts, settings, telemetry, whether there
# is a network, push messages, advertising on their own start pages, and that start page.
_BROWSERS_OWN = re.compile(
    r"(?:accounts|clients\d|www)\.google\.com|(?:.+\.)?(?:googleapis|gstatic|gvt1)\.com|start\.duckduckgo\.com"
    r"|(?:.+\.)?(?:mozilla|firefox|mozgcp)\.(?:com|org|net)|firefox-settings\.mozilla-backup\.org"
)


class Sight(msgspec.Struct, frozen=True):
    """What a step back (-1) or forward (1) showed that it must not: words, in a page that ``came`` somehow."""

    left_by: str
    steps: tuple[int, ...]
    came: str
    url: str
    words: tuple[str, ...]


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found; where nothing is wrong most of it is empty.

    Attributes:
        steps: the pages that Back and Forward brought: how the site was left, and where each is (without the site).
        sights: what such a page told.
        while_typing: what the site was asked while somebody typed.
        paths: the paths that the site was asked for, each once.
        heads: the heads of requests, to the site and to the page that was left to, with one of the words in them.
        hosts: other hosts that were asked for, but for those that browsers ask for by themselves.
        stored: kinds of storage that the browser says the site uses, or the files where it does.
        files: what the folder of the browser holds of the words.
        visits: the rows of its history about the site, as paths and titles.
        restored: what a browser that goes on where it was ended shows of the words.
    """

    steps: tuple[tuple[str, str], ...] = ()
    sights: tuple[Sight, ...] = ()
    while_typing: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    files: tuple[Trace, ...] = ()
    visits: tuple[Visit, ...] = ()
    restored: tuple[str, ...] = ()


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs happen: the site, what stands around it, the public id of the listing that answers."""

    site: str
    around: Surroundings
    listing: str

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that must not be found."""
        return (*_ASKED, *_ANSWERED, self.listing, self.listing.replace("-", ""))


def leave_and_look(scene: Scene, kind: Kind, folder: Path, *, javascript: bool) -> Findings:
    """Search, open the listing, leave, step back and forward; three times; then end the browser and read its folder."""
    sights: list[Sight] = []
    stored: set[str] = set()
    typing: list[str] = []
    steps: list[tuple[str, str]] = []
    with Relay(scene.site) as relay, started(kind, folder, javascript=javascript) as (browser, sink):
        for left_by, leave in _WAYS.items():
            browser.open_tab()
            browser.go(scene.around.before)
            typing += _search(browser, relay)
            _open_listing(browser)
            stored |= browser.stored(relay.address).keys()
            leave(browser, scene.around)
            for seen_here in _steps(browser, scene, relay, left_by):
                steps.append((left_by, seen_here.url))
                sights += [seen_here] if seen_here.words else []
        browser.close()
        return Findings(
            steps=tuple(steps),
            sights=tuple(sights),
            while_typing=tuple(typing),
            paths=_paths(relay),
            heads=tuple(head for head in (*relay.heads, *scene.around.left) if _held(head, scene.words)),
            hosts=_foreign(sink),
            stored=(*sorted(stored), *stores_of(folder, relay.address)),
            files=tuple(traces(folder, scene.words)),
            visits=_visits(folder, relay),
        )


def pull_the_plug(
    scene: Scene, kind: Kind, folder: Path, *, javascript: bool, in_its_own_time: bool = False
) -> Findings:
    """Type in one tab, search in another, and kill the browser six seconds later, as ``_killed`` does."""
    with Relay(scene.site) as relay, _used_before(kind, folder, javascript=javascript) as (browser, sink):
        browser.go(relay.address)
        _fill_in(browser)
        browser.open_tab()
        _search(browser, relay)
        _open_listing(browser)
        found = _killed(scene, kind, browser, relay, javascript=javascript, in_its_own_time=in_its_own_time)
        return msgspec.structs.replace(found, hosts=_foreign(sink))


def leak(scene: Scene, kind: Kind, folder: Path) -> Findings:
    """The same looks at a page that leaks in every way, so that there is something to find."""
    with (
        Relay(scene.around.leak) as relay,
        _used_before(kind, folder, javascript=True) as (browser, sink),
    ):
        browser.go(f"{relay.address}/leak?typed={quote(PLACE)}")
        heads = len(relay.heads)
        browser.type_into("#typed", NAME)
        until(lambda: len(relay.heads) > heads, what="what typing asks")
        typing = relay.heads[heads:]
        browser.press("#send")
        until(lambda: NAME in browser.seen().title, what="the answer")
        stored = browser.stored(relay.address)
        sights = tuple(sight for sight in _steps(browser, scene, relay, "") if sight.words)
        if kind == "chromium":
            # It writes the history in turns of ten seconds, so what is killed after six may not have written it.
            until(lambda: _is_in_history(browser.folder, quote(PLACE)), what="the history on the disk")
        found = _killed(scene, kind, browser, relay, javascript=True, in_its_own_time=kind == "firefox")
        return msgspec.structs.replace(
            found,
            sights=sights,
            while_typing=tuple(typing),
            heads=tuple(head for head in relay.heads if _held(head, scene.words)),
            hosts=_foreign(sink),
            stored=(*stored, *found.stored),
        )


def _is_in_history(folder: Path, word: str) -> bool:
    return any(word.encode() in file.read_bytes() for file in folder.rglob("History*") if file.is_file())


def _killed(
    scene: Scene, kind: Kind, browser: WatchedBrowser, relay: Relay, *, javascript: bool, in_its_own_time: bool
) -> Findings:
    """Kill the browser after six seconds and read its folder; let another one restore what was open, and read again.

    ``in_its_own_time`` is for Firefox, which writes what is open only every 15 seconds, and what was typed a turn
    later: it is killed after two of its turns.
    """
    if in_its_own_time:
        _wait_for_session(browser.folder)
    else:
        time.sleep(_SECONDS_BEFORE_THE_END)
    browser.kill()
    files, stored = traces(browser.folder, scene.words), stores_of(browser.folder, relay.address)
    restored: list[str] = []
    if kind == "chromium" or in_its_own_time:
        with started(kind, browser.folder, javascript=javascript, restores=True) as (again, _):
            until(
                lambda: any(relay.address in seen.url for seen in again.all_seen()),
                what=lambda: f"what was open, not {[seen.url for seen in again.all_seen()]}",
            )
            restored += [f"{word} at {seen.url}" for seen in again.all_seen() for word in _told(seen, scene, relay)]
            again.close()
        files += traces(browser.folder, scene.words)
        stored += stores_of(browser.folder, relay.address)
    return Findings(
        files=tuple(sorted(set(files))),
        visits=_visits(browser.folder, relay),
        stored=tuple(sorted(set(stored))),
        paths=_paths(relay),
        restored=tuple(restored),
    )


@contextmanager
def _used_before(kind: Kind, folder: Path, *, javascript: bool) -> Iterator[tuple[WatchedBrowser, Sink]]:
    """A browser on a profile that is not new: Chromium restores only what comes after a first use that ended well."""
    if kind == "chromium":
        with started(kind, folder, javascript=javascript) as (first, _):
            first.close()
    with started(kind, folder, javascript=javascript) as again:
        yield again


@contextmanager
def started(
    kind: Kind, folder: Path, *, javascript: bool, restores: bool = False
) -> Iterator[tuple[WatchedBrowser, Sink]]:
    """A running browser on a profile in a folder, and what hears it ask for other hosts; it is killed at the end."""
    with Sink() as sink:
        browser: WatchedBrowser
        if kind == "chromium":
            browser = ChromiumProfile(
                folder, javascript=javascript, sink=sink.port, here=(EXIT_HOST,), restores=restores
            )  # fmt: skip
        else:
            # Firefox restores by itself what a crash closed.
            browser = FirefoxProfile(folder, javascript=javascript, sink=sink.port, here=(EXIT_HOST,))
        try:
            yield browser, sink
        finally:
            browser.kill()


def _fill_in(browser: WatchedBrowser) -> None:
    browser.press("#ask > details > summary")
    browser.type_into("#q", NAME)
    browser.press("#ask .folds > details:has(#c) > summary")
    browser.type_into("#c", AWAY)
    browser.type_into("#a", PLACE)


def _search(browser: WatchedBrowser, relay: Relay) -> list[str]:
    """Ask the question; what the site was asked while it was typed."""
    browser.go(relay.address)
    browser.wait_for("#ask")
    heads = len(relay.heads)
    _fill_in(browser)
    typing = [head for head in relay.heads[heads:] if "/static/" not in head.partition("\r\n")[0]]
    browser.press("#ask > details button.go")
    browser.wait_for("button[name=l]:not([value=''])")
    return typing


def _open_listing(browser: WatchedBrowser) -> None:
    browser.press("button[name=l]:not([value=''])")
    browser.wait_for("h1#name")
    assert len(_held(browser.seen().shown, ("quorvexlight", "850 555 0163"))) == 2, "the listing that answers is open"


def _by_exit(browser: WatchedBrowser, around: Surroundings) -> None:
    browser.press("#leave")
    browser.wait_for_url(around.leave)


def _by_address(browser: WatchedBrowser, around: Surroundings) -> None:
    browser.go(f"{around.before}?later")


def _by_link(browser: WatchedBrowser, around: Surroundings) -> None:
    browser.follow(f"{around.before}?other")


_WAYS: dict[str, Callable[[WatchedBrowser, Surroundings], None]] = {
    "exit": _by_exit, "address": _by_address, "link": _by_link,
}  # fmt: skip


def _steps(browser: WatchedBrowser, scene: Scene, relay: Relay, left_by: str) -> Iterator[Sight]:
    """Back as far as it goes, six steps at most, then forward: what each page tells, at once and when it is at rest."""
    taken: tuple[int, ...] = ()
    for by in (-1,) * _MOST_STEPS + (1,) * _MOST_STEPS:
        came = browser.step(by)
        if not came:
            continue
        taken += (by,)
        # What script does to a page of ours that comes back, it does at once; before that nothing may be there either.
        for wait in (0.0, 0.2):
            time.sleep(wait)
            seen = browser.seen()
            url = seen.url.removeprefix(relay.address)
            yield Sight(left_by, taken, came, url, tuple(_told(seen, scene, relay)))
            if url == seen.url:
                break


def _told(seen: Seen, scene: Scene, relay: Relay) -> list[str]:
    """What a page tells: words of the search anywhere in it, and words that tell what the site is.

    The kinds that a fresh start page offers are words of the second sort, as folded away as for anybody who goes there.
    """
    open_to_all = f"{seen.url}\n{seen.title}\n{seen.shown}"
    everything = f"{open_to_all}\n{seen.content}"
    is_start = seen.url == f"{relay.address}/"
    return _held(everything, scene.words) + _held(open_to_all if is_start else everything, TELLING_WORDS)


def _held(text: str, words: Iterable[str]) -> list[str]:
    small = text.casefold()
    return [word for word in words if word in small]


def _paths(relay: Relay) -> tuple[str, ...]:
    return tuple(sorted({head.split(" ")[1] for head in relay.heads}))


def _visits(folder: Path, relay: Relay) -> tuple[Visit, ...]:
    return tuple(
        Visit(visit.url.removeprefix(relay.address), visit.title)
        for visit in history(folder)
        if visit.url.startswith(relay.address)
    )


def _foreign(sink: Sink) -> tuple[str, ...]:
    return tuple(sorted({host for host in sink.hosts if not _BROWSERS_OWN.fullmatch(host)}))


def _wait_for_session(folder: Path) -> None:
    file = folder / "profile" / "sessionstore-backups" / "recovery.jsonlz4"
    until(file.exists, what="the session", seconds=_SESSION_SECONDS * 3)
    # What the first turn did not know yet is written in the second, if there is anything.
    time.sleep(_SESSION_SECONDS + 1)
