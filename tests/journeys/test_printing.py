"""What a printer gets: digits and a neutral word when somebody agreed to a card, and else a notice, of every page."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, PdfMargins, expect

from tests.journeys.sinks import serve_practice
from tests.services import OpenPage, unavailable

NOTICE = "This page is not made for paper. Please use the screen."
MM = 72 / 25.4
# Room for what the browser writes above and beneath a page.
_MARGIN: PdfMargins = {"top": "0.5in", "bottom": "0.5in", "left": "0.25in", "right": "0.25in"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Miami."""
    if not shutil.which("pdftotext"):
        unavailable("print", "what was printed is read with poppler-utils")
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url="http://localhost:9/", area="33130") as address:
        yield address


def _printed(page: Page, folder: Path, *, has_margin: bool = False) -> tuple[list[str], dict[str, str]]:
    """The lines of what is printed, and what the print says of itself.

    With a margin it is printed as a person may have set it, with the browser's own header and footer.
    """
    file = folder / "print.pdf"
    margin = _MARGIN if has_margin else None
    page.pdf(path=file, prefer_css_page_size=True, display_header_footer=has_margin, margin=margin)
    said = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    about = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    lines = [line.strip() for line in said.replace("\f", "").splitlines() if line.strip()]
    return lines, dict(re.findall(r"^(.+?): +(.*)$", about, re.MULTILINE))


def _is_notice(page: Page, folder: Path) -> bool:
    lines, about = _printed(page, folder, has_margin=True)
    return lines == [NOTICE] and about["Title"] == "Daybook" and about["Pages"] == "1"


def _is_card(page: Page, folder: Path, *lines: str) -> bool:
    said, about = _printed(page, folder, has_margin=True)
    width, height = (float(side) for side in about["Page size"].split(" pts")[0].split(" x "))
    assert about["Title"] == "Daybook"
    assert about["Pages"] == "1"
    assert abs(width - 3.5 * 72) <= MM
    assert abs(height - 2 * 72) <= MM
    return said == list(lines)


def _results(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def _aloud(page: Page, address: str) -> str:
    """The page of a number whose line says its name; gives the digits."""
    _results(page, address)
    page.get_by_role("button", name="Read aloud").first.click()
    expect(page.locator("#aloud")).to_be_visible()
    page.wait_for_load_state()
    return " ".join(page.locator(".chunk .digits").all_inner_texts())


@pytest.mark.parametrize("javascript", [True, False])
def test_a_card_is_printed_only_when_it_was_agreed_to_and_all_that_is_heard_first_was_told(
    open_page: OpenPage, site: str, tmp_path: Path, javascript: bool
) -> None:
    page = open_page(javascript=javascript, dark=javascript)
    digits = _aloud(page, site)
    assert _is_notice(page, tmp_path)
    page.locator("#agreed").check()
    expect(page.locator(".maker .note").first).to_contain_text("says its name")
    expect(page.locator(".shoe")).to_be_hidden()
    assert _is_notice(page, tmp_path)
    page.locator("#told").check()
    expect(page.locator(".shoe")).to_be_visible()
    assert _is_card(page, tmp_path, "Dr. office", digits)
    page.locator("#size-fold").check()
    page.locator("#number-1").check()
    page.locator("#label-clinic").check()
    assert _is_card(page, tmp_path, "Clinic follow-up", digits, "1 888 373 7888")
    page.locator("#label-blank").check()
    page.locator("#number-0").uncheck()
    assert _is_card(page, tmp_path, "1 888 373 7888")
    # Another page lies over it: whoever covered it wants nobody to see what is beneath, on paper neither.
    page.locator("#look").check()
    assert _is_notice(page, tmp_path)
    page.locator(".cover summary").click()
    page.locator("#show").click()
    assert _is_card(page, tmp_path, "1 888 373 7888")
    page.locator("#number-1").uncheck()
    expect(page.locator(".shoe")).to_be_hidden()
    assert _is_notice(page, tmp_path)
    page.locator("#number-1").check()
    page.locator("#told").uncheck()
    assert _is_notice(page, tmp_path)
    page.locator("#told").check()
    page.locator("#agreed").uncheck()
    assert _is_notice(page, tmp_path)


def test_a_folded_card_has_everything_in_one_quarter_and_the_lines_to_fold_on(
    open_page: OpenPage, site: str, tmp_path: Path
) -> None:
    page = open_page(width=360, height=640)
    _aloud(page, site)
    for box in ("#agreed", "#told", "#size-fold", "#number-1"):
        page.locator(box).check()
    _printed(page, tmp_path)
    boxes = _boxes(tmp_path / "print.pdf")
    assert len(boxes) >= 8
    assert all(right <= 126 and bottom <= 72 for right, bottom in boxes)
    page.locator("#size-wallet").check()
    _printed(page, tmp_path)
    assert all(right <= 252 and bottom <= 144 for right, bottom in _boxes(tmp_path / "print.pdf"))
    sizes = page.locator(".shoe :is(p)").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 11 * 96 / 72


def _boxes(file: Path) -> list[tuple[float, float]]:
    said = subprocess.run(["pdftotext", "-bbox", file, "-"], check=True, capture_output=True, text=True).stdout
    return [(float(x), float(y)) for x, y in re.findall(r'<word .*xMax="([\d.]+)" yMax="([\d.]+)"', said)]


def test_a_pinned_line_is_never_printed_before_it_was_told(open_page: OpenPage, site: str, tmp_path: Path) -> None:
    page = open_page()
    _results(page, site)
    page.locator(".always").get_by_role("button", name="Read aloud").first.click()
    expect(page.locator("#aloud")).to_be_visible()
    page.locator("#agreed").check()
    assert _is_notice(page, tmp_path)
    page.locator("#told").check()
    assert _is_card(page, tmp_path, "Dr. office", "1 888 373 7888")


@pytest.mark.parametrize("javascript", [True, False])
def test_every_other_page_prints_as_a_notice(open_page: OpenPage, site: str, tmp_path: Path, javascript: bool) -> None:
    page = open_page(javascript=javascript, expects=("404",))
    for show in _OTHERS:
        show(page, site)
        assert _is_notice(page, tmp_path), show.__name__
        if page.locator("#look").count():
            page.locator("#look").check()
            assert _is_notice(page, tmp_path), show.__name__


def test_printing_by_the_button_opens_the_print_of_the_browser(open_page: OpenPage, site: str) -> None:
    page = open_page()
    page.add_init_script("window.prints = 0; window.print = () => { window.prints += 1; };")
    _aloud(page, site)
    expect(page.locator("#print")).to_be_hidden()
    for box in ("#agreed", "#told"):
        page.locator(box).check()
    expect(page.locator("#print-keys")).to_be_hidden()
    page.locator("#print").click()
    assert page.evaluate("window.prints") == 1
    assert page.evaluate("[location.pathname, history.length].join()") == "/,2"


def test_without_script_the_page_says_which_keys_print(open_page: OpenPage, site: str) -> None:
    page = open_page(javascript=False)
    _aloud(page, site)
    for box in ("#agreed", "#told"):
        page.locator(box).check()
    expect(page.locator("#print")).to_be_hidden()
    expect(page.locator("#print-keys")).to_contain_text("press Ctrl and P")


def _start(page: Page, address: str) -> None:
    page.goto(address)


def _listing(page: Page, address: str) -> None:
    _results(page, address)
    page.get_by_role("button", name="More about it").first.click()
    expect(page.locator("h1#name")).to_be_visible()


def _beside(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("button[name=x][value=b]").click()
    expect(page.locator("h1")).not_to_have_text("Find a number")


def _stays(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("details:has(button[name=x][value=s]) summary").click()
    page.locator("button[name=x][value=s]").click()
    expect(page.locator("h1")).not_to_have_text("Find a number")


def _away(page: Page, address: str) -> None:
    page.goto(f"{address}/v/none")


def _lost(page: Page, address: str) -> None:
    page.goto(f"{address}/nowhere")


_OTHERS: tuple[Callable[[Page, str], None], ...] = (_start, _results, _listing, _beside, _stays, _away, _lost)
