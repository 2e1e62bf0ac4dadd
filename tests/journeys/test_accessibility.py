"""Every public page is for everybody: checked by axe, at every width, in system colours, by keyboard, with fingers.

Four looks hold each pair of theme, script and width. ``HANDRAIL_EVERY_LOOK=1`` checks all.
"""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import utc_now
from directory.settings import Settings
from importers.readers.bundled import load_bundled
from tests.journeys.looking import clipped, leave_box, scrolls_sideways, small_targets
from tests.journeys.states import STATES, every_page, make_card, shown, unfold
from tests.services import OpenPage, serve
from web.languages import approved
from web.wording import DRAFTED, LANGUAGES

_AXE = Axe()
# All rules of WCAG to 2.2 AA and good practice. One title for all pages is on purpose, and axe cannot see it: each page
# has a title.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
Look = tuple[str, bool, bool, tuple[int, int]]
_PHONE, _DESK = (360, 640), (1280, 800)
_PAIRS: tuple[Look, ...] = (
    ("ar", False, True, _PHONE), ("es", False, False, _DESK), ("en", True, True, _DESK), ("ar", True, False, _PHONE),
)  # fmt: skip
_ALL = tuple(itertools.product(LANGUAGES, (False, True), (False, True), (_PHONE, _DESK)))
LOOKS = _ALL if os.environ.get("HANDRAIL_EVERY_LOOK") else _PAIRS
# What WCAG 1.4.12 lets a reader set.
_SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } "
_SPACED += "p { margin-block-end: 2em !important }"


@pytest.fixture(scope="module")
def practice_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that holds the practice network."""
    url = f"sqlite:///{tmp_path_factory.mktemp('practice') / 'practice.sqlite3'}"
    database = open_database(url)
    bring_up_to_date(database)
    load_bundled(database, starter=True, local=True, practice=True, now=utc_now())
    database.dispose()
    return url


@pytest.fixture(scope="module")
def sites(practice_url: str) -> Iterator[dict[bool, str]]:
    """Two sites over it: one whose other languages nobody has read, and one where a person has."""
    database = open_database(practice_url)
    drafts = Settings(database_url="", default_area="33130")
    reviewed = drafts
    for language in DRAFTED:
        reviewed = Settings(
            database_url="", default_area="33130", reviewed_languages=approved(reviewed, language)
        )  # fmt: skip
    with serve(database, drafts) as first, serve(database, reviewed) as second:
        yield {False: first, True: second}
    database.dispose()


def _without_script(context: BrowserContext) -> None:
    """The pages' own scripts do not run; what looks at the page still does."""
    context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))


def _go(page: Page, address: str, state: str) -> None:
    page.goto(f"{address}/state/{state}")
    if state != "away":
        unfold(page)
    if state == "aloud":
        make_card(page)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing_on_any_page(open_page: OpenPage, sites: dict[bool, str], look: Look) -> None:
    language, dark, script, size = look
    # With script the drafts are approved, without it they are not: each is seen in both directions of text.
    address = sites[script]
    page = open_page(dark=dark, width=size[0], height=size[1])
    if not script:
        _without_script(page.context)
    found: dict[str, Any] = {}
    with shown(page.context, address, every_page(address, language)):
        for state in STATES:
            _go(page, address, state)
            found[state] = _violations(page)
        _go(page, address, "results")
        page.locator("#look").check()
        found["cover"] = _violations(page)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def _violations(page: Page) -> list[str]:
    results = _AXE.run(page, options=_RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in results for node in rule["nodes"]]


def test_axe_would_find_something(open_page: OpenPage) -> None:
    page = open_page()
    page.set_content("<html><body><img src='data:,'><button></button></body></html>")
    assert {text.partition(":")[0] for text in _violations(page)} >= {"button-name", "html-has-lang", "image-alt"}


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_nothing_is_cut_off_and_all_is_large_enough_for_fingers_at_every_width(
    open_page: OpenPage, sites: dict[bool, str], language: str
) -> None:
    """320 pixels are 400 % of a window of 1280; the last look has the spacing that a reader may set."""
    address = sites[True]
    page = open_page(width=320, height=640)
    wrong = []
    with shown(page.context, address, every_page(address, language)):
        for state, width in itertools.product(STATES, (320, 360, 1280)):
            page.set_viewport_size({"width": width, "height": 640})
            _go(page, address, state)
            wrong += [f"{state} {width} runs sideways"] * scrolls_sideways(page)
            wrong += [f"{state} {width} {what}" for what in clipped(page)]
            wrong += [f"{state} {width} small: {what}" for what in small_targets(page)]
            leave = leave_box(page)
            wrong += [f"{state} {width} leave"] * (leave["covered"] or min(leave["width"], leave["height"]) < 44)
            if width == 320:
                page.add_style_tag(content=_SPACED)
                wrong += [f"{state} spaced runs sideways"] * scrolls_sideways(page)
    assert wrong == []


def test_no_page_moves_anything(sites: dict[bool, str], open_page: OpenPage) -> None:
    page = open_page()
    page.goto(sites[False])
    style = page.evaluate("[...document.styleSheets].flatMap(sheet => [...sheet.cssRules].map(r => r.cssText)).join()")
    assert "border-radius" in style
    assert [word for word in ("transition", "animation", "@keyframes", "scroll-behavior") if word in style] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_control_has_a_name_and_every_part_its_language(
    open_page: OpenPage, sites: dict[bool, str], language: str
) -> None:
    """Before a person has read a language, its labels are in it and its prose is marked as English."""
    address = sites[False]
    page = open_page(width=360, height=640)
    with shown(page.context, address, every_page(address, language)):
        for state in STATES:
            if state in ("error", "away"):
                continue
            page.goto(f"{address}/state/{state}")
            assert page.evaluate(_NAMELESS) == [], state
            assert page.evaluate("document.documentElement.lang").startswith(language)
            lent = page.evaluate("[...document.querySelectorAll('main span[lang]')].map(part => part.lang)")
            assert bool(lent) == (language in DRAFTED), state
            assert set(lent) <= {"en"}


_NAMELESS = """
[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')]
  .filter(control => !control.disabled && !control.closest('.unseen')
    && !(control.ariaLabel || control.textContent.trim() || control.labels?.[0]?.textContent.trim()))
  .map(control => control.outerHTML.slice(0, 100))
"""


def test_in_system_colours_what_is_chosen_and_what_is_hidden_still_differ(
    open_page: OpenPage, sites: dict[bool, str]
) -> None:
    address = sites[False]
    page = open_page(width=360, height=640)
    page.emulate_media(forced_colors="active")
    with shown(page.context, address, every_page(address, "en")):
        _go(page, address, "aloud-role")
        chosen, other = (page.locator(f'button[name="v"][aria-pressed="{is_it}"]').first for is_it in ("true", "false"))
        assert _looks(chosen) != _looks(other)
        part = page.locator(".chunk").first
        before = part.screenshot()
        part.locator("input").evaluate("box => { box.checked = true }")
        assert part.screenshot() != before
        assert float(page.locator("#leave").evaluate("leave => parseFloat(getComputedStyle(leave).borderWidth)")) >= 1


def _looks(element: Any) -> Any:
    return element.evaluate(
        "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.borderWidth, s.color] }"
    )


@pytest.mark.parametrize("script", [True, False])
def test_an_operator_finds_opens_reads_and_returns_without_a_mouse(
    open_page: OpenPage, sites: dict[bool, str], script: bool
) -> None:
    """From the front page to a number read aloud and back to the list, and another question, by keys alone."""
    page = open_page(javascript=script, width=1280, height=800)
    page.goto(sites[False])
    assert _tab_until(page, "#leave") == 2
    _tab_until(page, "#a")
    page.keyboard.type("33130")
    _tab_until(page, "#b")
    page.keyboard.type("Spanish")
    _tab_until(page, 'button[name="n"][value="shelter"]')
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_be_visible()
    assert _tab_until(page, "#leave") <= 2
    # Back from the number the focus is on the button that was pressed, so the list goes on from there.
    _tab_until(page, '.result button[name="z"]')
    opened = page.evaluate("document.activeElement.value")
    page.keyboard.press("Enter")
    expect(page.locator(".aloud")).to_be_visible()
    assert _tab_until(page, "#leave") <= 2
    _tab_until(page, ".chunk input")
    page.keyboard.press("Space")
    expect(page.locator(".chunk .digits").first).to_be_hidden()
    _tab_until(page, 'button[name="z"][value=""]', backwards=True)
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_be_visible()
    if script:
        assert page.evaluate("document.activeElement.value") == opened
    _tab_until(page, ".section summary", backwards=script)
    page.keyboard.press("Enter")
    _tab_until(page, 'button[name="x"][value="e"]')
    page.keyboard.press("Enter")
    expect(page.locator("#ask")).to_be_visible()


def _tab_until(page: Page, selector: str, *, backwards: bool = False) -> int:
    """Press Tab until an element has the focus, and see it each time: never beneath the bar, never unmarked."""
    for presses in range(1, 120):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        seen = page.evaluate(_FOCUS)
        assert not seen["isBeneathTheBar"], seen["what"]
        assert seen["isMarked"], seen["what"]
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(selector)


_FOCUS = """
(() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect(), bar = document.querySelector('.bar').getBoundingClientRect();
  const shown = element.matches('.look input, .switch input, .chunk input') ? element.parentElement : element;
  return {
    what: element.outerHTML.slice(0, 80),
    isBeneathTheBar: !element.closest('.bar') && box.bottom <= bar.bottom && box.height > 1,
    isMarked: element.matches('body, main, h1') || getComputedStyle(shown).outlineStyle !== 'none',
  };
})()
"""
