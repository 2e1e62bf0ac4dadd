"""A pack opens without a server, asks nobody, and is nothing but the pinned lines after its last day."""

import datetime as dt
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from directory.db import Database
from directory.settings import TELLING_WORDS
from tests.journeys.watching import started
from tests.services import OpenPage
from tests.web.pack.making import HERE, contents_of, make_ward
from web.pack.html_file import pack_page
from web.rendering import Pages
from web.wording import LANGUAGES

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _page(database: Database, now: dt.datetime, language: str = "en") -> str:
    pages = Pages(HERE, clock=lambda: now)
    return pack_page(pages, contents_of(database, now, language=language)).decode()


def test_it_may_use_its_own_style_and_script_alone(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    page = _page(database, now)
    policy = unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0])
    for part in ("style", "script"):
        inside = re.findall(rf"<{part}>(.*?)</{part}>", page, re.DOTALL)
        assert len(inside) == 1
        assert f"{part}-src 'sha256-{b64encode(sha256(inside[0].encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"https?://|src=|url\(|href=", page)
    assert "Nurse &lt;b&gt;exam" in page


def test_nothing_that_is_seen_from_afar_names_the_topic(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    page = _page(database, now)
    assert re.findall(r"<title>(.*?)</title>", page) == ["Daybook"]
    heads = " ".join(re.findall(r"<h1>(.*?)</h1>", page)).casefold()
    assert heads == "numbers for 33130 (miami, fl)"
    assert not any(word in heads for word in TELLING_WORDS)


@only_sqlite
def test_every_language_writes_it(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    for language in LANGUAGES:
        page = _page(database, now, language)
        assert "305 555 0151" in page
        assert not re.search(r'="[^"]*<span', page)


@only_sqlite
@pytest.mark.parametrize("language", ["en", "ar"])
def test_until_its_last_day_it_holds_all_and_the_day_after_only_the_pinned_lines(
    database: Database, now: dt.datetime, tmp_path: Path, open_page: OpenPage, language: str
) -> None:
    make_ward(database)
    last = contents_of(database, now).good_until
    file = tmp_path / "pack.html"
    file.write_text(_page(database, now, language), encoding="utf-8")
    page = open_page(width=360, height=640)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install(time=dt.datetime.combine(last, dt.time(23, 59, 30)))
    page.goto(file.as_uri())
    shown = page.locator("body").inner_text()
    assert ("305 555 0151" in shown, "1 888 373 7888" in shown) == (True, True)
    assert page.locator("#over").is_hidden()
    # It ends also while it is open.
    page.clock.fast_forward(120_000)
    page.locator("#over").wait_for()
    shown = page.locator("main").inner_text()
    assert ("305 555 0151" in shown, "1 888 373 7888" in shown, "911" in shown) == (False, True, True)
    assert page.locator("article, table, ol").count() == 0
    assert page.locator("#today b").inner_text() != ""
    assert asked == [file.as_uri()]


@only_sqlite
@pytest.mark.parametrize(("language", "dark", "width"), [("en", False, 320), ("ar", True, 360), ("es", True, 1280)])
def test_it_is_for_everybody_at_every_width(
    database: Database, now: dt.datetime, tmp_path: Path, open_page: OpenPage, language: str, *, dark: bool, width: int
) -> None:
    make_ward(database)
    file = tmp_path / "pack.html"
    file.write_text(_page(database, now, language), encoding="utf-8")
    page = open_page(dark=dark, width=width, height=640)
    page.goto(file.as_uri())
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@only_sqlite
def test_a_clock_that_was_set_back_shows_in_large_letters(
    database: Database, now: dt.datetime, tmp_path: Path, open_page: OpenPage
) -> None:
    make_ward(database)
    file = tmp_path / "pack.html"
    file.write_text(_page(database, now), encoding="utf-8")
    page = open_page()
    page.clock.set_fixed_time(dt.datetime(2021, 3, 4, 12, tzinfo=dt.UTC))
    page.goto(file.as_uri())
    day = page.locator("#day")
    assert day.inner_text() == "March 4, 2021"
    assert day.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") > 16
    assert "Good until" in page.locator(".dates").inner_text()


@only_sqlite
def test_without_script_a_sentence_says_which_lines_stay(
    database: Database, now: dt.datetime, tmp_path: Path, open_page: OpenPage
) -> None:
    make_ward(database)
    file = tmp_path / "pack.html"
    file.write_text(_page(database, now), encoding="utf-8")
    page = open_page(javascript=False)
    page.goto(file.as_uri())
    shown = page.locator("body").inner_text()
    assert "After that day use only the first lines here" in shown
    assert shown.index("1 888 373 7888") < shown.index("After that day") < shown.index("305 555 0151")
    assert page.locator("#today").is_hidden()


@only_sqlite
def test_firefox_ends_it_too(
    database: Database, now: dt.datetime, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its clock is that of the machine, so the days of the two packs are long past and long to come."""
    make_ward(database)
    whole = _page(database, now)
    last = contents_of(database, now).good_until.isoformat()
    for name, day in (("past", "2001-01-01"), ("to-come", "2999-01-01")):
        assert whole.count(f'data-until="{last}"') == 1
        changed = whole.replace(f'data-until="{last}"', f'data-until="{day}"')
        (tmp_path / f"{name}.html").write_text(changed, encoding="utf-8")
    with started("firefox", tmp_path_factory.mktemp("at"), javascript=True) as (browser, _):
        shown = {}
        for name in ("past", "to-come"):
            browser.follow((tmp_path / f"{name}.html").as_uri())
            browser.wait_for("#today:not([hidden])")
            shown[name] = browser.seen().shown
    assert ("305 555 0151" in shown["past"], "1 888 373 7888" in shown["past"]) == (False, True)
    assert "305 555 0151" in shown["to-come"]
