"""Nobody looks at the page, or somebody comes in: the cover lies over it, and only two acts take it away again."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.sinks import serve_practice
from tests.services import OpenPage

_HIDE = """
hidden => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}
"""
_SWITCHES = "['look', 'show', 'sure'].map(id => Number(document.getElementById(id).checked)).join('')"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Miami."""
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url="http://localhost:9/", area="33130") as address:
        yield address


def _results(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def _expect_covered(page: Page) -> None:
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator(".cover [aria-level='1']")).to_be_in_viewport()
    expect(page.locator(".cover [aria-level='1']")).to_be_focused()


def _come_back(page: Page) -> None:
    """Two acts: open the fold, turn the switch."""
    expect(page.locator("#show")).to_be_hidden()
    page.locator(".cover summary").click()
    expect(page.locator("main")).to_be_hidden()
    page.locator("#show").click()
    expect(page.locator("main")).to_be_visible()
    expect(page.locator(".cover")).to_be_hidden()


def test_three_minutes_without_an_act_cover_the_page_and_any_act_begins_them_anew(
    open_page: OpenPage, site: str
) -> None:
    page = open_page(width=360, height=640)
    page.clock.install()
    _results(page, site)
    acts: tuple[Callable[[], None], ...] = (
        lambda: page.mouse.move(100, 300),
        lambda: page.mouse.wheel(0, 500),
        lambda: page.keyboard.press("ArrowDown"),
        lambda: page.mouse.click(5, 300),
    )
    for act in acts:
        page.clock.run_for(170_000)
        expect(page.locator("main")).to_be_visible()
        act()
        where = _settled(page)
    page.clock.run_for(186_000)
    _expect_covered(page)
    _come_back(page)
    assert page.evaluate("scrollY") == where > 0


def _settled(page: Page) -> int:
    """Where the page stands once it scrolls no further: a key scrolls for a while."""
    before, where = -1, page.evaluate("scrollY")
    while where != before:
        page.wait_for_timeout(150)
        before, where = where, int(page.evaluate("scrollY"))
    return int(where)


def test_a_machine_that_slept_shows_the_cover_at_the_first_act(open_page: OpenPage, site: str) -> None:
    page = open_page()
    page.clock.install()
    _results(page, site)
    page.evaluate("const now = Date.now; Date.now = () => now() + 3_600_000")
    page.mouse.move(100, 300)
    _expect_covered(page)


def test_a_hidden_tab_is_covered_and_each_return_takes_two_acts(open_page: OpenPage, site: str) -> None:
    page = open_page()
    _results(page, site)
    before = page.evaluate("[history.length, location.href, document.title].join()")
    more = page.get_by_role("button", name="More about it").nth(1)
    more.focus()
    for cover in (
        lambda: page.evaluate(_HIDE, True),
        lambda: page.locator("#look").click(),
        lambda: page.locator("#look").press("Space"),
        lambda: page.evaluate(_HIDE, True),
    ):
        cover()
        page.evaluate(_HIDE, False)
        _expect_covered(page)
        assert page.evaluate(_SWITCHES) == "100"
        _come_back(page)
        assert page.evaluate(_SWITCHES) == "000"
        expect(more).to_be_focused()
    assert page.evaluate("[history.length, location.href, document.title].join()") == before


def test_a_window_in_the_background_is_covered_only_where_somebody_asked_for_it(open_page: OpenPage, site: str) -> None:
    page = open_page()
    page.goto(site)
    page.evaluate("dispatchEvent(new Event('blur'))")
    expect(page.locator("main")).to_be_visible()
    page.locator("details", has=page.locator("#keys")).locator("summary").click()
    page.locator("#cover-blur").check()
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()
    expect(page.locator("#cover-blur")).to_be_checked()
    page.evaluate("dispatchEvent(new Event('blur'))")
    _expect_covered(page)


def test_an_answer_that_comes_under_the_cover_stays_under_it(open_page: OpenPage, site: str) -> None:
    page = open_page()
    _results(page, site)
    page.evaluate("""
        document.querySelector('button[name="l"]').click();
        document.getElementById('look').click();
    """)
    expect(page.locator("main h1#name")).to_be_attached()
    _expect_covered(page)
    page.keyboard.press("Tab")
    expect(page.locator("#leave")).to_be_focused()
    _come_back(page)
    expect(page.locator("main h1#name")).to_be_focused()


def test_the_digits_stay_while_somebody_calls(open_page: OpenPage, site: str) -> None:
    page = open_page(width=360, height=640)
    page.clock.install()
    _results(page, site)
    page.get_by_role("button", name="More about it").first.click()
    page.locator("#calling").check()
    digits = page.locator("main .phone.big").inner_text()
    page.clock.run_for(186_000)
    _expect_covered(page)
    expect(page.locator(".strip")).to_have_text(digits)
    expect(page.locator(".strip")).to_be_in_viewport(ratio=1)
    _come_back(page)
    expect(page.locator("#calling")).to_be_checked()
