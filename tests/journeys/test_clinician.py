"""The clinician: sixty seconds, a companion behind the door, a number to read aloud."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import clipped, largest_text, leave_box, scrolls_sideways, small_targets
from tests.services import OpenPage

NUMBER = re.compile(r"^1? ?\d{3} \d{3} \d{4}$")
SIZES = [(320, 568), (360, 640), (1280, 800)]


@pytest.mark.parametrize("javascript", [True, False])
def test_one_press_gives_a_number_where_the_site_knows_its_area(
    open_page: OpenPage, practice_site: str, javascript: bool
) -> None:
    page = open_page(javascript=javascript, width=360, height=640)
    page.goto(practice_site)
    page.get_by_role("button", name="A bed tonight").click()
    number = page.locator(".result .phone").first
    expect(number).to_have_text(NUMBER)
    expect(number).to_be_in_viewport(ratio=1)


def test_five_characters_and_one_press_give_a_number_anywhere(
    open_page: OpenPage, practice_site_without_area: str
) -> None:
    page = open_page(javascript=False, width=360, height=640)
    page.goto(practice_site_without_area)
    page.get_by_label("Near").press_sequentially("33130")
    page.get_by_role("button", name="Nurse exam").click()
    expect(page.locator(".result .phone").first).to_have_text(NUMBER)


def test_the_first_screen_says_what_must_be_known_to_call(open_page: OpenPage, practice_site: str) -> None:
    """At 360 x 640, without scrolling: name, number, who answers now, language, when it was confirmed."""
    page = open_page(width=360, height=640)
    page.goto(practice_site)
    page.get_by_role("button", name="A bed tonight").click()
    first = page.locator(".result").first
    for part in (first.locator("h3"), first.locator(".phone"), *first.locator(".facts > li").all()):
        expect(part).to_be_in_viewport(ratio=1)
    facts = " ".join(first.locator(".facts").all_inner_texts())
    assert re.search(r"Answers now\.|Closed now\.|Hours", facts)
    assert re.search(r"Number (confirmed|seen|not confirmed)", facts)
    assert re.search(r"by staff|by interpreter|Languages not known", facts)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_number_is_the_largest_text_and_nothing_is_cut_off(
    open_page: OpenPage, practice_site: str, width: int, height: int
) -> None:
    page = open_page(width=width, height=height)
    for show in (_start, _results, _listing, _form_open, _folds_open, _reported):
        show(page, practice_site)
        largest = largest_text(page)
        assert NUMBER.match(largest["text"]), (show.__name__, largest)
        assert largest["size"] >= 24
        assert not scrolls_sideways(page), show.__name__
        assert clipped(page) == [], show.__name__
        assert small_targets(page) == [], show.__name__
    _results(page, practice_site)
    on_card = largest_text(page, ".result")
    assert NUMBER.match(on_card["text"])
    assert on_card["size"] == 32
    digits = page.locator(".result .phone").first.evaluate("e => getComputedStyle(e).fontVariantNumeric")
    assert "tabular-nums" in digits


@pytest.mark.parametrize(("width", "height"), [(256, 500), *SIZES])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_leave_is_the_second_tab_always_in_its_corner_and_never_covered(
    open_page: OpenPage, practice_site: str, width: int, height: int
) -> None:
    page = open_page(width=width, height=height)
    for show in (_start, _results, _listing, _lost, _reported):
        show(page, practice_site)
        for part in (0, 0.5, 1):
            page.evaluate(f"scrollTo(0, document.body.scrollHeight * {part})")
            box = leave_box(page)
            assert not box["covered"], (show.__name__, part)
            assert min(box["width"], box["height"]) >= 44
            assert 0 <= box["right"] <= 16
            assert 0 <= box["top"] <= 16
        page.evaluate("scrollTo(0, 0)")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "leave", show.__name__


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_press_on_leave_hides_the_page_before_the_next_one_comes(open_page: OpenPage, practice_site: str) -> None:
    """Without script, by mouse: while the button is down, and after, until the other page answers."""
    page = open_page(javascript=False)
    _results(page, practice_site)
    box = page.locator("#leave").bounding_box()
    assert box is not None
    expect(page.locator("main")).to_have_css("visibility", "visible")
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    expect(page.locator("main")).to_have_css("visibility", "hidden")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_is_stored_and_no_address_but_the_front_page_is_seen(open_page: OpenPage, practice_site: str) -> None:
    page = open_page()
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url.removeprefix(practice_site)))
    _listing(page, practice_site)
    assert set(seen) == {"/"}
    assert page.title() == "Daybook"
    assert page.context.cookies() == []
    stored = "[localStorage.length, sessionStorage.length, document.cookie].join()"
    assert page.evaluate(stored) == "0,0,"
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whatever_is_printed_is_a_blank_notice(open_page: OpenPage, practice_site: str) -> None:
    page = open_page()
    _listing(page, practice_site)
    page.emulate_media(media="print")
    assert page.locator("main").is_hidden()
    assert page.locator("header").is_hidden()
    printed = page.evaluate("getComputedStyle(document.body, '::before').content")
    assert printed == '"This page is not made for paper. Please use the screen."'


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_page_turned_right_to_left_keeps_its_corner_and_its_digits(open_page: OpenPage, practice_site: str) -> None:
    page = open_page(width=360, height=640)
    _results(page, practice_site)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert not scrolls_sideways(page)
    assert clipped(page) == []
    assert leave_box(page)["right"] <= 16
    expect(page.locator(".result .phone").first).to_have_text(NUMBER)


def _start(page: Page, address: str) -> None:
    page.goto(address)


def _form_open(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("More kinds").click()
    for fold in page.locator("#ask .folds > details").all():
        fold.locator("summary").click()


def _results(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def _folds_open(page: Page, address: str) -> None:
    _results(page, address)
    for fold in page.locator(".result").first.locator(".asides summary").all():
        fold.click()


def _reported(page: Page, address: str) -> None:
    _folds_open(page, address)
    page.get_by_role("button", name="It has moved").first.click()
    expect(page.locator("h1")).to_have_text("Thank you")


def _listing(page: Page, address: str) -> None:
    _results(page, address)
    page.get_by_role("button", name="More about it").first.click()
    expect(page.locator("h1#name")).to_be_visible()


def _lost(page: Page, address: str) -> None:
    """A name of several places."""
    page.goto(address)
    page.get_by_label("Near").fill("Portland")
    page.get_by_role("button", name="Lawyer").click()
    expect(page.locator("h1")).to_have_text("Which one?")
