"""An exam is looked for: what comes first, what is left of it by a figure that stays on the screen, and one number."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.looking import clipped, scrolls_sideways, small_targets
from tests.journeys.sinks import serve_practice
from tests.journeys.watching import Kind, started
from tests.services import OpenPage
from tests.services.chromium_profile import chromium_program
from tests.services.firefox import firefox_program
from tests.services.left_behind import stores_of, traces
from tests.services.watched_browser import until

_BOSTON = "02118"
_PROGRAMS = {"chromium": chromium_program, "firefox": firefox_program}
# No figure, so that no file holds it by chance; as long as the field lets it be.
_WORD = "52qzv"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Boston."""
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url="http://localhost:9/", area=_BOSTON) as address:
        yield address


def _look_for_an_exam(page: Page, address: str) -> Locator:
    """The fold that stands before the numbers, open."""
    page.goto(address)
    page.get_by_role("button", name="Nurse exam", exact=True).click()
    expect(page.locator(".result").first).to_be_visible()
    page.get_by_text("Already in an emergency department?").click()
    return page.locator("details:has(#clocks)")


def test_a_figure_marks_and_orders_what_comes_first_and_goes_nowhere(open_page: OpenPage, site: str) -> None:
    page = open_page(width=360, height=640)
    fold = _look_for_an_exam(page, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    care = fold.locator(".care > li")
    hours = page.get_by_label("How many hours ago?")
    expect(care.first).to_contain_text("HIV medicine")
    for figure in ("52", "\u0665\u0662", "\uff15\uff12"):
        hours.fill(figure)
        expect(care.nth(0)).to_contain_text("Hours left, about: 20")
        expect(care.nth(1)).to_contain_text("Hours left, about: 68")
    hours.fill("72")
    expect(care.nth(0)).to_contain_text("Hours left, about: <1")
    hours.fill("80")
    expect(care.nth(0)).to_contain_text("Emergency contraception")
    expect(care.nth(0)).to_contain_text("Hours left, about: 40")
    expect(care.nth(1)).to_contain_text("Past the usual 72 hours: ask the exam line. Much can still be done.")
    page.get_by_label("Age of the person").select_option("12+")
    expect(fold.get_by_text("Age 0\u201311")).to_be_hidden()
    expect(fold.get_by_text("Age 12+")).to_be_visible()
    assert not scrolls_sideways(page)
    assert clipped(page) == []
    assert small_targets(page) == []
    for figure in ("two days", "-3", ""):
        hours.fill(figure)
        expect(care.nth(0)).to_contain_text("HIV medicine")
        expect(fold.get_by_text("Hours left, about:").locator("visible=true")).to_have_count(0)
        expect(fold.get_by_text("Past the usual").locator("visible=true")).to_have_count(0)
    hours.fill("97")
    hours.press("Enter")
    assert asked == []
    fold.get_by_role("button", name="Advocate").click()
    expect(page.locator("#clocks")).to_have_count(0)
    assert len(asked) == 1
    assert "97" not in asked[0]


def test_under_the_cover_the_figure_is_forgotten(open_page: OpenPage, site: str) -> None:
    page = open_page()
    fold = _look_for_an_exam(page, site)
    page.get_by_label("How many hours ago?").fill("80")
    page.get_by_label("Age of the person").select_option("12+")
    page.locator("#look").click()
    expect(page.locator("main")).to_be_hidden()
    assert page.locator("#since").input_value() == page.locator("#aged").input_value() == ""
    page.locator(".cover summary").click()
    page.locator("#show").click()
    expect(fold.locator(".care > li").first).to_contain_text("HIV medicine")
    expect(fold.get_by_text("Past the usual").locator("visible=true")).to_have_count(0)


def test_without_script_the_list_stands_and_nothing_asks_for_a_figure(open_page: OpenPage, site: str) -> None:
    page = open_page(javascript=False, width=360, height=640)
    fold = _look_for_an_exam(page, site)
    expect(page.locator("#clocks")).to_be_hidden()
    expect(fold.get_by_text("HIV medicine")).to_be_visible()
    for inner in page.locator("#clocks input, #clocks select").all():
        assert inner.get_attribute("name") is None


@pytest.mark.parametrize("javascript", [True, False])
def test_the_nearest_that_is_open_is_one_press_away(open_page: OpenPage, site: str, javascript: bool) -> None:
    """In the fold whoever comes by video first, for those who are in a hospital already; all told apart."""
    page = open_page(javascript=javascript, width=360, height=640)
    fold = _look_for_an_exam(page, site)
    first = fold.locator(".in > *").first
    expect(first).to_contain_text("You need not go anywhere else first.")
    text = fold.inner_text()
    told = ["Forensic nurse by video (tele-SANE)", "Care comes first", "Forensic nurse exam for adults (SANE)"]
    places = [text.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places)
    shown = fold.locator(".phone").last.inner_text()
    page.get_by_role("button", name="Nearest that answers now").click()
    expect(page.locator("h1#name")).to_have_text("Nurse exam, adults")
    expect(page.locator(".phone").first).to_have_text(shown)
    expect(page.locator(".phone").first).to_be_in_viewport(ratio=1)
    # What comes first stands on its page too, without anybody else's number.
    page.get_by_text("Already in an emergency department?").click()
    expect(page.get_by_text("HIV medicine")).to_be_visible()
    expect(page.get_by_role("button", name="Nearest that answers now")).to_have_count(0)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_no_file_of_the_browser_holds_what_was_put_in(
    kind: Kind, site: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Chromium puts a socket into it, whose address may not be long.
    folder = tmp_path_factory.mktemp("kept")
    if not _PROGRAMS[kind]().exists():
        pytest.skip(f"there is no {kind}")
    with started(kind, folder, javascript=True) as (browser, _):
        browser.go(site)
        browser.wait_for("button[name=n][value=sane]")
        browser.press("button[name=n][value=sane]")
        browser.wait_for("#since")
        browser.press("details:has(#clocks) > summary")
        until(lambda: "Care comes first" in browser.seen().shown, what="the open fold")
        browser.type_into("#since", _WORD[:2])
        until(lambda: "Hours left, about: 20" in " ".join(browser.seen().shown.split()), what="what is left")
        browser.type_into("#since", _WORD[2:])
        assert _WORD in browser.seen().content
        # It ends with the page open: what is open is written then.
        browser.close()
    assert traces(folder, [_WORD]) == []
    assert stores_of(folder, site) == []
