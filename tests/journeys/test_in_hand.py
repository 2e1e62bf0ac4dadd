"""The number in hand in a browser: two presses away, parts that hide, one's place kept, a file that tells nothing."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import clipped, largest_text, leave_box, scrolls_sideways, small_targets
from tests.journeys.sinks import serve_practice
from tests.journeys.surroundings import EXIT_HOST, Sink
from tests.services import OpenPage, unavailable
from tests.services.chromium_profile import ChromiumProfile
from tests.services.left_behind import traces
from tests.services.watched_browser import until
from web.paper.drawing import can_make_files

_STATE = "[history.length, location.href, document.title].join()"
_HIDE = """
hidden => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}
"""
_IDLE_MS = 600_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Miami."""
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url="http://localhost:9/", area="33130") as address:
        yield address


class _Hand:
    """Whoever uses the page: counts what is pressed."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.presses = page, 0
        page.goto(address)

    def press(self, name: str) -> None:
        self.presses += 1
        self.page.get_by_role("button", name=name).first.click()


def _aloud(page: Page, address: str) -> str:
    """The first number of a list, in hand; gives its digits."""
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    page.locator(".result").get_by_role("button", name="Read aloud").first.click()
    expect(page.locator("#aloud")).to_be_visible()
    page.wait_for_load_state()
    return " ".join(page.locator(".chunk .digits").all_inner_texts())


@pytest.mark.parametrize("javascript", [True, False])
def test_numbers_are_one_press_away_and_the_second_reads_one_aloud(
    open_page: OpenPage, site: str, javascript: bool
) -> None:
    hand = _Hand(open_page(javascript=javascript, width=360, height=640), site)
    hand.press("A bed tonight")
    number = hand.page.locator(".result .phone").first
    expect(number).to_be_in_viewport(ratio=1)
    digits = number.inner_text()
    assert hand.presses == 1
    hand.press("Read aloud")
    expect(hand.page.locator("#aloud")).to_be_visible()
    assert hand.presses == 2
    assert " ".join(hand.page.locator(".chunk .digits").all_inner_texts()) == digits
    expect(hand.page.locator(".chunk .digits").first).to_be_in_viewport(ratio=1)


def test_the_first_screen_of_results_still_says_what_must_be_known_to_call(open_page: OpenPage, site: str) -> None:
    """At 360 x 640: name, number, who answers now, when it was confirmed, language; the button is beneath them."""
    page = open_page(width=360, height=640)
    _Hand(page, site).press("A bed tonight")
    first = page.locator(".result").first
    for part in (first.locator("h3"), first.locator(".phone"), *first.locator(".facts > li").all()):
        expect(part).to_be_in_viewport(ratio=1)
    facts = first.locator(".facts").inner_text()
    for said in (r"Answers now|Closed now|Hours", r"Number (confirmed|seen|not confirmed)", r"by staff|by interpreter"):
        assert re.search(said, facts), said
    assert first.locator(".phone").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 24
    assert first.get_by_role("button", name="Read aloud").count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_part_that_is_pressed_hides_its_digits_and_how_they_are_said(
    open_page: OpenPage, site: str, javascript: bool
) -> None:
    page = open_page(javascript=javascript, width=360, height=640)
    digits = _aloud(page, site)
    assert re.fullmatch(r"\d{3} \d{3} \d{4}", digits)
    parts = page.locator(".chunk")
    said = parts.last.locator(".spoken").inner_text()
    parts.last.locator("input").check()
    for hidden in (".digits", ".spoken"):
        expect(parts.last.locator(hidden)).to_be_hidden()
    seen = page.locator(".aloud").inner_text()
    assert digits.split()[-1] not in seen
    assert said not in seen
    assert digits.split()[0] in seen
    for part in parts.all():
        part.locator("input").check()
    assert re.search(r"\d{3}", page.locator(".chunks").inner_text()) is None
    # The same press, and the space bar, bring it back.
    parts.last.locator("input").press("Space")
    expect(parts.last.locator(".digits")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(256, 500), (320, 568), (360, 640), (1280, 800)])
def test_the_digits_are_the_largest_thing_and_leave_is_never_far(
    open_page: OpenPage, site: str, width: int, height: int
) -> None:
    page = open_page(width=width, height=height)
    _aloud(page, site)
    assert largest_text(page)["text"] == page.locator(".chunk .digits").first.inner_text()
    style = page.locator(".chunk .digits").first.evaluate("e => getComputedStyle(e).fontVariantNumeric")
    assert "tabular-nums" in style
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "leave"
    for box in ("#agreed", "#told", "#size-fold"):
        page.locator(box).check()
    assert not scrolls_sideways(page)
    if width >= 320:
        assert clipped(page) == []
        assert small_targets(page) == []
    for part in (0, 0.5, 1):
        page.evaluate(f"scrollTo(0, document.body.scrollHeight * {part})")
        assert not leave_box(page)["covered"]


def test_who_reads_is_told_in_its_place_and_stays_told(open_page: OpenPage, site: str) -> None:
    page = open_page(width=360, height=640)
    _aloud(page, site)
    before = page.evaluate(_STATE)
    role = page.get_by_role("button", name="Clinician")
    notes = page.locator("#notes ~ ul")
    at_first = notes.inner_text()
    role.scroll_into_view_if_needed()
    where = page.evaluate("scrollY")
    role.click()
    expect(role).to_have_attribute("aria-pressed", "true")
    expect(role).to_be_focused()
    assert page.evaluate("scrollY") == where > 0
    assert notes.inner_text() != at_first
    expect(page.get_by_role("button", name="Police")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Back to the list").click()
    page.locator(".result").get_by_role("button", name="Read aloud").nth(1).click()
    expect(page.locator("#aloud")).to_be_visible()
    expect(role).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(_STATE) == before


def test_back_finds_the_press_again_in_the_list_and_in_the_entry(open_page: OpenPage, site: str) -> None:
    page = open_page(width=360, height=640)
    page.goto(site)
    page.get_by_role("button", name="A bed tonight").click()
    aloud = page.locator(".result").nth(2).get_by_role("button", name="Read aloud")
    aloud.click()
    expect(page.locator("#aloud")).to_be_focused()
    page.get_by_role("button", name="Back to the list").click()
    expect(aloud).to_be_focused()
    page.get_by_role("button", name="More about it").nth(2).click()
    expect(page.locator("h1#name")).to_be_visible()
    page.locator(".card").get_by_role("button", name="Read aloud").click()
    expect(page.locator("#aloud")).to_be_focused()
    page.get_by_role("button", name="Back to this entry").click()
    expect(page.locator("h1#name")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("button", name="More about it").nth(2)).to_be_focused()


def test_while_a_number_is_read_aloud_only_a_hidden_tab_is_covered(open_page: OpenPage, site: str) -> None:
    """Two people look at it and press nothing; on any other page they would meet the cover."""
    page = open_page()
    page.clock.install()
    _aloud(page, site)
    page.clock.run_for(_IDLE_MS)
    expect(page.locator("#aloud")).to_be_visible()
    page.evaluate(_HIDE, True)
    page.evaluate(_HIDE, False)
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator(".strip")).to_be_hidden()
    assert not re.search(r"\d{3} \d{3} \d{4}", page.locator("body").inner_text())
    page.locator(".cover summary").click()
    page.locator("#show").click()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".result").first).to_be_visible()
    page.clock.run_for(_IDLE_MS)
    expect(page.locator("main")).to_be_hidden()


def test_a_file_comes_as_a_download_and_the_page_stays(open_page: OpenPage, site: str, tmp_path: Path) -> None:
    _needs_files()
    page = open_page()
    _aloud(page, site)
    before = page.evaluate(_STATE)
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    for box in ("#agreed", "#told"):
        page.locator(box).check()
    page.get_by_text("Make a file instead").click()
    expect(page.locator("details[open]").filter(has_text="Make a file instead")).to_contain_text("Delete it in both")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make the file").click()
    file = coming.value
    assert file.suggested_filename == "document.pdf"
    assert re.fullmatch(rf"{re.escape(site)}/v/[\w-]+", file.url)
    file.save_as(tmp_path / "card.pdf")
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
    assert page.evaluate(_STATE) == before
    assert seen == []
    # What was ticked stays as it was, so a second copy needs no second question.
    expect(page.locator("#agreed")).to_be_checked()
    expect(page.locator("#aloud")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_blank_form_to_sign_comes_with_a_press_and_nothing_has_to_be_agreed(
    open_page: OpenPage, site: str, tmp_path: Path, javascript: bool
) -> None:
    _needs_files()
    page = open_page(javascript=javascript, width=360, height=640)
    _aloud(page, site)
    before = page.evaluate(_STATE)
    page.get_by_text("A form to sign: who may tell whom").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make the form").click()
    file = coming.value
    assert file.suggested_filename == "document.pdf"
    file.save_as(tmp_path / "form.pdf")
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF")
    assert page.evaluate(_STATE) == before
    expect(page.locator("#aloud")).to_be_visible()
    expect(page.locator("#agreed")).not_to_be_checked()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_list_of_downloads_knows_neither_digits_nor_what_was_asked(
    site: str, tmp_path_factory: pytest.TempPathFactory, javascript: bool
) -> None:
    """Read in the browser's own files, when it has ended."""
    _needs_files()
    if not shutil.which("pdftotext"):
        unavailable("print", "a card is read with poppler-utils")
    # Chromium makes a socket in it, whose path may not be long.
    folder = tmp_path_factory.mktemp("kept")
    profile = folder / "profile" / "Default"
    profile.mkdir(parents=True)
    chosen: dict[str, object] = {"download": {"default_directory": str(folder / "kept"), "prompt_for_download": False}}
    if not javascript:
        chosen["profile"] = {"default_content_setting_values": {"javascript": 2}}
    (profile / "Preferences").write_text(json.dumps(chosen))
    with Sink() as sink:
        browser = ChromiumProfile(folder, javascript=javascript, sink=sink.port, here=(EXIT_HOST,))
        try:
            browser.go(f"{site}/")
            for press in ("button[value=shelter]", ".result button[name=z]", "#agreed", "#told"):
                browser.press(press)
            shown = browser.seen().shown
            browser.press("details:has(button[form=file]) > summary")
            browser.press("button[form=file]:not([disabled])")
            file = until(lambda: next((folder / "kept").glob("*.pdf"), None), what="the file")
            browser.close()
        finally:
            browser.kill()
    name, number = "Walk-in beds", re.search(r"\b305 555 \d{4}\b", shown)
    assert number
    assert name in shown
    assert file
    assert file.name == "document.pdf"
    rows = _rows(profile / "History")
    assert any(value.endswith("/document.pdf") for row in rows for value in row)
    told = {
        re.sub(r"/v/[\w-]+", "/v/", url.removeprefix(site)) for row in rows for url in row if url.startswith("http")
    }
    assert told <= {"/", "/v/", ""}
    assert "/v/" in told
    digits = number.group()
    words = [digits, digits.replace(" ", ""), digits.replace(" ", "-"), name, "33130", "doctor", "Dr. office"]
    assert traces(folder / "profile", words) == []


def _rows(file: Path) -> list[list[str]]:
    """What the history tells of downloads and pages, as texts."""
    connection = sqlite3.connect(file)
    try:
        return [
            [str(value) for value in row]
            for table in ("downloads", "downloads_url_chains", "urls")
            for row in connection.execute(f"SELECT * FROM {table}")
        ]
    finally:
        connection.close()


def _needs_files() -> None:
    if not can_make_files():
        unavailable("print", "a card is drawn by WeasyPrint with Pango")
