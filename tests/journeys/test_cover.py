"""Someone comes in: one press lays an ordinary page over everything, without script, and two bring it back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.settings import TELLING_WORDS
from tests.journeys.looking import leave_box, scrolls_sideways, small_targets
from tests.services import OpenPage

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

# What of the page can still be seen, has room on the screen, or takes the focus.
_STILL_THERE = """
() => [...document.querySelectorAll('main.page, main.page *, .look, .look *, .skip, .home, .home *')].filter(element =>
  element.checkVisibility({visibilityProperty: true, opacityProperty: true}) || element.getClientRects().length
  || (element.blur(), element.focus(), document.activeElement === element)
).map(element => `${element.tagName} ${element.id} ${element.className}`)
"""
_STICKS_OUT = """
() => [...document.querySelectorAll('.cover *, .bar *')].filter(element => {
  if (element.closest('.unseen')) return false;
  const box = element.getBoundingClientRect();
  return box.width && (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5);
}).map(element => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 40)}`)
"""
_AT_THE_LOOK = """
() => {
  const look = document.querySelector('.look'), box = look.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {width: box.width, height: box.height, covered: !look.contains(top), left: box.left, right: box.right,
          leave: document.getElementById('leave').getBoundingClientRect().left};
}
"""


def _results(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def _listing(page: Page, address: str) -> None:
    _results(page, address)
    page.get_by_role("button", name="More about it").first.click()
    expect(page.locator("h1#name")).to_be_visible()


def _expect_covered(page: Page) -> None:
    """The cover is all there is: to the eye, to a screen reader, and to the Tab key."""
    expect(page.get_by_role("heading", name="Sun and measures", level=1)).to_be_visible()
    assert page.evaluate(_STILL_THERE) == []
    heard = page.locator("body").aria_snapshot()
    assert heard.count("- main") == 1
    assert [
        word for word in (*TELLING_WORDS, "bed", "Practice", "Look away") if word.casefold() in heard.casefold()
    ] == []
    assert not leave_box(page)["covered"]


def _expect_uncovered(page: Page) -> None:
    expect(page.locator("main.page")).to_be_visible()
    expect(page.locator(".cover")).to_be_hidden()


def _by_mouse(page: Page, switch: str) -> None:
    page.locator(switch).click()


def _by_touch(page: Page, switch: str) -> None:
    page.locator(switch).tap()


def _by_keys(page: Page, switch: str) -> None:
    """Go a few controls on, else back, until it has the focus; then press what turns a checkbox or opens a fold."""
    for key in [*["Tab"] * 4, *["Shift+Tab"] * 12]:
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", switch):
            page.keyboard.press("Space")
            return
    raise AssertionError(switch)


@pytest.mark.parametrize("press", [_by_mouse, _by_touch, _by_keys])
def test_one_act_covers_and_two_bring_back_every_time_without_script(
    browser: Browser, practice_site: str, press: Callable[[Page, str], None]
) -> None:
    context = browser.new_context(java_script_enabled=False, has_touch=True, viewport={"width": 360, "height": 640})
    page = context.new_page()
    _results(page, practice_site)
    before = page.evaluate("[history.length, location.href, document.title].join()")
    for first in (".cover summary", "#sure", "#sure"):
        _expect_uncovered(page)
        press(page, "#look")
        _expect_covered(page)
        # Nothing on the cover brings the page back by itself.
        expect(page.locator("#show")).to_be_hidden()
        press(page, first)
        _expect_covered(page)
        press(page, "#show")
    _expect_uncovered(page)
    assert page.evaluate("[history.length, location.href, document.title].join()") == before
    context.close()


def test_look_away_is_the_third_tab_on_every_page(open_page: OpenPage, practice_site: str) -> None:
    page = open_page(javascript=False, expects=["404"])
    for path in ("/", "/nothing-here"):
        page.goto(practice_site + path)
        reached = []
        for _ in range(3):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        assert reached == ["skip unseen", "leave", "look"]
        switch = page.get_by_role("checkbox", name="Look away: shows a sunrise page instead")
        expect(switch).to_be_focused()
        ring = page.locator(".look").evaluate("e => getComputedStyle(e).outlineWidth")
        assert ring == "3px"


def test_only_the_digits_stay_while_somebody_calls(open_page: OpenPage, practice_site: str) -> None:
    page = open_page(javascript=False, width=360, height=640)
    _listing(page, practice_site)
    digits = page.locator("main .phone.big").inner_text()
    _by_mouse(page, "#look")
    expect(page.locator(".strip")).to_be_hidden()
    _by_mouse(page, ".cover summary")
    _by_mouse(page, "#show")
    page.get_by_label("Keep the digits in view while I call").check()
    expect(page.locator(".strip")).to_be_hidden()
    _by_mouse(page, "#look")
    page.evaluate("scrollTo(0, 0)")
    _expect_covered(page)
    strip = page.get_by_role("group", name="Note")
    expect(strip).to_be_in_viewport(ratio=1)
    assert strip.inner_text().strip() == digits
    # A press on Leave takes the digits with it, before the next page answers.
    box = page.locator("#leave").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    expect(page.locator(".strip")).to_have_css("visibility", "hidden")
    expect(page.locator(".cover")).to_have_css("visibility", "hidden")
    expect(page.locator("#leave")).to_have_css("visibility", "visible")


@pytest.mark.parametrize(("width", "height"), [(256, 500), (360, 640), (1280, 800)])
def test_the_bar_and_the_cover_fit(open_page: OpenPage, practice_site: str, width: int, height: int) -> None:
    page = open_page(javascript=False, width=width, height=height)
    for language in ("English", "Español"):
        page.goto(practice_site)
        if language != "English":
            # A press waits for the answer's first bytes only, and the look needs the whole page.
            with page.expect_navigation():
                page.get_by_role("button", name=language).click()
            expect(page.locator("html")).to_have_attribute("lang", "es")
        look: dict[str, Any] = page.evaluate(_AT_THE_LOOK)
        assert min(look["width"], look["height"]) >= 44
        assert not look["covered"]
        assert look["left"] >= 0
        assert look["right"] <= look["leave"]
        assert page.evaluate(_STICKS_OUT) == []
        _by_mouse(page, "#look")
        _by_mouse(page, ".cover summary")
        assert not scrolls_sideways(page)
        assert page.evaluate(_STICKS_OUT) == []
        assert small_targets(page) == []
        box = leave_box(page)
        assert min(box["width"], box["height"]) >= 44
        assert 0 <= box["right"] <= 16


def test_a_page_that_is_loaded_again_is_not_covered(open_page: OpenPage, practice_site: str) -> None:
    """The switches must not be found as they were: one alone would mean the opposite."""
    page = open_page(javascript=False)
    page.goto(practice_site)
    _by_mouse(page, "#look")
    page.reload()
    _expect_uncovered(page)
    assert page.locator(":is(#look, #sure, #show):checked").count() == 0


def test_an_address_that_holds_nothing_shows_the_cover_and_leads_to_the_start_in_two_acts(
    open_page: OpenPage, practice_site: str
) -> None:
    page = open_page(javascript=False, width=360, height=640)
    page.goto(f"{practice_site}/v/nothing")
    expect(page.get_by_role("heading", name="Sun and measures", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_visible()
    assert page.locator(".look").count() == 0
    expect(page.get_by_role("link", name="Start again")).to_be_hidden()
    page.get_by_text("About this page").click()
    assert small_targets(page) == []
    page.get_by_role("link", name="Start again").click()
    expect(page.locator("h1")).to_have_text("Find a number")


def test_enter_on_a_switch_sends_nothing(open_page: OpenPage, practice_site: str) -> None:
    """Boxes belong to a form, so that browsers write their state into no file; Enter in a form can send it."""
    page = open_page(javascript=False)
    _listing(page, practice_site)
    where = page.url
    for box in ("#calling", "#look"):
        page.locator(box).focus()
        page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.url == where
    expect(page.locator("h1#name")).to_be_visible()


@pytest.mark.parametrize("width", [360, 320, 256])
def test_at_twice_the_usual_size_of_text_both_ways_out_stay_in_the_window(
    open_page: OpenPage, practice_site: str, width: int
) -> None:
    page = open_page(width=width, height=640)
    page.goto(practice_site)
    page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% !important }')")
    for box in (page.locator("#leave").bounding_box(), page.locator(".look").bounding_box()):
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.locator("#look").check()
    assert not scrolls_sideways(page)
