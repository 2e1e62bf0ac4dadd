"""With script, answers take the place of the page: history, address and storage stay as they are."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.sinks import relay_to, serve_practice
from tests.services import OpenPage

_HISTORY = "[history.length, location.href, document.title].join()"
_FOCUSED = "document.activeElement.textContent.trim()"
_STORED = """
async () => [
  document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
].join()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Miami."""
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url="http://localhost:9/", area="33130") as address:
        yield address


def _results(page: Page) -> None:
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def test_everything_that_can_be_asked_changes_neither_history_nor_address_and_stores_nothing(
    open_page: OpenPage, site: str
) -> None:
    page = open_page()
    page.goto(site)
    at_first = page.evaluate(_HISTORY)
    requests: list[Request] = []
    # A browser asks for the icon whenever it finds the time.
    page.on("request", lambda request: requests.append(request) if "icon" not in request.url else None)
    heading = page.locator("main h1")
    _results(page)
    page.get_by_role("button", name="More about it").first.click()
    expect(page.locator("h1#name")).to_be_focused()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".result").first).to_be_visible()
    page.get_by_text("Something wrong?").first.click()
    page.get_by_role("button", name="Nobody answered").first.click()
    expect(heading).to_have_text("Thank you")
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".result .note")).to_have_count(1)
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#leave")).to_have_text("Salir")
    expect(page.locator(".cover [aria-level='1']")).not_to_have_text("Sun and measures")
    assert page.evaluate("document.body.dataset.print").startswith("Esta")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Daybook").click()
    expect(heading).to_have_text("Find a number")
    page.locator("#a").fill("nowhere at all")
    page.keyboard.press("Enter")
    expect(page.locator("main .note[role=status]")).to_have_text(re.compile("^That place is not known"))
    expect(heading).to_have_attribute("aria-describedby", "notice")
    # Keys of the skip link do not make a page of history either.
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert page.evaluate(_HISTORY) == at_first
    assert {request.url for request in requests} == {f"{site}/"}
    assert all(request.headers["x-in-page"] == "1" for request in requests)
    # As they went out: what a page asked for is another list, and has a referrer.
    assert not any({"cookie", "referer"} & request.all_headers().keys() for request in requests)
    assert page.evaluate(_STORED) == ",0,0,0,0,0"
    assert page.context.cookies() == []


def test_typing_and_choosing_ask_nothing(open_page: OpenPage, site: str) -> None:
    page = open_page()
    page.goto(site)
    asked: list[str] = []
    # A browser asks for the icon whenever it finds the time.
    page.on("request", lambda request: asked.append(request.url) if "icon" not in request.url else None)
    page.locator("#a").press_sequentially(" and farther on")
    page.locator("#b").select_option("es")
    page.get_by_text("More kinds").click()
    page.locator("#q").press_sequentially("a name")
    page.locator("#m").select_option(index=2)
    page.locator("[name=w]").first.check()
    page.wait_for_timeout(200)
    assert asked == []


def test_back_to_the_list_finds_the_card_again_and_a_new_page_begins_at_its_heading(
    open_page: OpenPage, site: str
) -> None:
    page = open_page(width=360, height=640)
    page.goto(site)
    _results(page)
    expect(page.locator("main h1")).to_be_focused()
    card = page.locator(".result").nth(3)
    more = card.get_by_role("button", name="More about it")
    more.scroll_into_view_if_needed()
    where, name = page.evaluate("scrollY"), card.locator("h3").inner_text()
    assert where > 1000
    more.click()
    expect(page.locator("h1#name")).to_have_text(name)
    expect(page.locator("h1#name")).to_be_focused()
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Back to the list").click()
    expect(more).to_be_focused()
    assert page.evaluate("scrollY") == where
    # From a heading, Tab begins at the top, as on a page that was loaded: Leave is never more than two away.
    more.click()
    expect(page.locator("h1#name")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#leave")).to_be_focused()


def test_a_press_on_leave_that_has_begun_still_leaves_when_an_answer_comes_between(
    open_page: OpenPage, site: str
) -> None:
    page = open_page()
    page.goto(site)
    page.evaluate("document.getElementById('leave').dataset.same = 'yes'")
    box = page.locator("#leave").bounding_box()
    assert box is not None
    page.get_by_role("button", name="A bed tonight").focus()
    page.keyboard.press("Enter")
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    expect(page.locator(".result").first).to_be_attached()
    assert page.locator("#leave").get_attribute("data-same") is None
    left: list[str] = []
    page.on("request", lambda request: left.append(request.url))
    page.mouse.up()
    page.wait_for_timeout(200)
    assert left == ["http://localhost:9/"]


def test_two_presses_in_a_row_ask_once(open_page: OpenPage, site: str) -> None:
    page = open_page()
    with relay_to(site) as relay:
        page.goto(relay.address)
        page.get_by_role("button", name="A bed tonight").dblclick()
        expect(page.locator(".result").first).to_be_visible()
        assert relay.posted == 1


def test_a_server_that_does_not_answer_leaves_the_page_as_it_is_and_the_next_press_works(
    open_page: OpenPage, site: str
) -> None:
    page = open_page(width=360, height=640, expects=["ERR_INTERNET_DISCONNECTED"])
    page.clock.install()
    with relay_to(site) as relay:
        page.goto(relay.address)
        relay.is_mute = True
        tile = page.get_by_role("button", name="A bed tonight")
        box, pinned = tile.bounding_box(), page.locator(".always .phone").first.inner_text()
        tile.click()
        page.clock.run_for(1_000)
        expect(page.locator("main")).to_have_attribute("aria-busy", "true")
        expect(page.locator("#said")).to_have_text("One moment")
        expect(page.locator("#lost")).to_be_hidden()
        page.clock.run_for(20_000)
        expect(page.get_by_role("alert")).to_have_text("No answer came. Check the connection and press again.")
        expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
        expect(page.locator(".always .phone").first).to_have_text(pinned)
        assert tile.bounding_box() == box
        expect(tile).to_be_focused()
        # It waits again, and something else is asked meanwhile.
        tile.click()
        page.get_by_role("button", name="Lawyer").click()
        page.wait_for_timeout(100)
        expect(page.get_by_role("alert")).to_be_hidden()
        expect(page.locator("main")).to_have_attribute("aria-busy", "true")
        page.locator("#a").fill("Hialeah, FL")
        relay.is_mute = False
        page.get_by_role("button", name="Nurse exam").click()
        expect(page.locator("main h1")).to_have_text(re.compile("Hialeah"))
        page.clock.run_for(30_000)
        expect(page.get_by_role("alert")).to_be_hidden()
    page.context.set_offline(True)
    page.get_by_role("link", name="Daybook").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("main h1")).to_have_text(re.compile("Hialeah"))


def test_an_error_comes_in_place_with_the_lines_that_always_answer(open_page: OpenPage, site: str) -> None:
    page = open_page(expects=["400 (Bad Request)", "422", "404", "413"])
    page.goto(site)
    at_first = page.evaluate(_HISTORY)
    page.locator("form#ask").evaluate(
        "form => form.append(Object.assign(document.createElement('input'), {name: 'zz'}))"
    )
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.get_by_role("link", name="Start again")).to_be_visible()
    expect(page.locator(".always .phone").first).to_be_visible()
    expect(page.locator("main h1")).to_be_focused()
    page.get_by_role("link", name="Start again").click()
    expect(page.locator("form#ask")).to_be_visible()
    assert page.evaluate(_HISTORY) == at_first
