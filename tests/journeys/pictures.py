"""Takes the pictures of the pages for the README: ``python -m tests.journeys.pictures [FOLDER]``.

The practice network is loaded into a fresh database and looked at in a real Chromium two at night, at the width of a
phone and of a desk, light and dark. A picture is taken of what a person sees first, so that it shows whether the number
is there.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import utc_now
from directory.settings import Settings
from importers.readers.bundled import load_bundled
from tests.journeys.asking import ask_at_two, two_at_night
from tests.services import ROOT, OpenPage, running_chromium, serve

AREA = "33130"
_SIZES = {"360": (360, 640), "1280": (1280, 800)}


def start(page: Page, address: str) -> None:
    """The front page."""
    page.goto(address)


def form(page: Page, address: str) -> None:
    """The front page with the fold in which everything can be asked."""
    start(page, address)
    page.get_by_text("More kinds").click()
    page.get_by_label("Kind of help").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#m').closest('details').scrollIntoView()")


def results(page: Page, address: str) -> None:
    """The social worker's question: shelter tonight, Spanish, trans woman, with a child."""
    ask_at_two(page, address)
    page.locator(".result").first.wait_for()


def near_misses(page: Page, address: str) -> None:
    """The same answer, where it says what almost fits."""
    results(page, address)
    page.evaluate("document.querySelector('#miss').scrollIntoView()")


def wrong(page: Page, address: str) -> None:
    """The first result with the fold in which something can be said to be wrong."""
    results(page, address)
    page.get_by_text("Something wrong?").first.click()
    page.evaluate("document.querySelector('.result .acts').scrollIntoView()")


def reported(page: Page, address: str) -> None:
    """What follows on a report."""
    wrong(page, address)
    page.get_by_role("button", name="Nobody answered").first.click()


def listing(page: Page, address: str) -> None:
    """The first result's own page."""
    results(page, address)
    page.get_by_role("button", name="More about it").first.click()


def nothing(page: Page, address: str) -> None:
    """A question to which nothing fits nearby, with the changes that would help."""
    start(page, address)
    page.get_by_label("Near").fill("West Palm Beach, FL")
    page.get_by_role("button", name="Nurse exam").click()
    page.locator("#keep").wait_for(state="attached")


def spanish(page: Page, address: str) -> None:
    """The answer in Spanish."""
    results(page, address)
    page.get_by_role("button", name="Español").click()


def right_to_left(page: Page, address: str) -> None:
    """The answer turned to right-to-left, as a page in Arabic would stand."""
    results(page, address)
    page.evaluate("document.documentElement.dir = 'rtl'")


def cover(page: Page, address: str) -> None:
    """What lies over the answer after one press."""
    results(page, address)
    page.locator("#look").check()


def calling(page: Page, address: str) -> None:
    """What lies over a listing while somebody calls it."""
    listing(page, address)
    page.locator("#calling").check()
    page.locator("#look").check()


def away(page: Page, address: str) -> None:
    """What an address shows that was opened before, with its fold open."""
    page.goto(f"{address}/v/opened-before")
    page.locator("summary").click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


# A report stays on its card, so it comes last.
_STATES: dict[str, Callable[[Page, str], None]] = {
    "start": start, "form": form, "results": results, "near-misses": near_misses, "listing": listing,
    "nothing": nothing, "spanish": spanish, "right-to-left": right_to_left, "cover": cover, "calling": calling,
    "away": away, "wrong": wrong, "reported": reported,
}  # fmt: skip


def take(folder: Path) -> list[Path]:
    """Take every picture into ``folder`` and return their files."""
    folder.mkdir(exist_ok=True)
    taken = []
    with tempfile.TemporaryDirectory() as place:
        database = open_database(f"sqlite:///{place}/pictures.sqlite3")
        try:
            bring_up_to_date(database)
            load_bundled(database, starter=True, local=True, practice=True, now=utc_now())
            settings = Settings(database_url="", default_area=AREA)
            with serve(database, settings, clock=two_at_night) as address, running_chromium() as browser:
                for state, show in _STATES.items():
                    for name, (width, height) in _SIZES.items():
                        for dark in (False, True):
                            file = folder / f"{state}-{name}-{'dark' if dark else 'light'}.png"
                            pages = OpenPage(browser)
                            page = pages(width=width, height=height, dark=dark)
                            show(page, address)
                            page.wait_for_load_state("networkidle")
                            page.screenshot(path=file)
                            pages.close()
                            assert pages.complaints == [], pages.complaints
                            taken.append(file)
        finally:
            database.dispose()
    return taken


if __name__ == "__main__":
    for path in take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".docs"):
        sys.stdout.write(f"{path}\n")
