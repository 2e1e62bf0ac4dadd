"""Two that are one, by the keyboard alone: from the list to both side by side, a look, the merge, and back."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from directory.db import Database
from directory.intake.matches import FoundPair, join_pairs
from directory.listings.changes import Author
from directory.settings import Settings
from tests import makers
from tests.journeys.at_desk import local_address, seat
from tests.journeys.looking import scrolls_sideways
from tests.services import OpenPage, serve
from tests.staff import make_person, seated

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def _is_for_everybody(page: Page) -> None:
    assert [one["id"] for one in Axe().run(page, options=_RULES).response["violations"]] == []
    assert not scrolls_sideways(page)


def _tab_to(page: Page, name: str) -> None:
    """Go to a button or link with Tab alone."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(name):
            return
    pytest.fail(f"Tab never comes to {name}")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_two_become_one_and_two_again_by_the_keyboard(database: Database, open_page: OpenPage, width: int) -> None:
    with database.transaction() as session:
        now = session.info["now"]
        owner = makers.make_organization(session, "Harbor Aid")
        one, other = (
            makers.make_service(session, makers.phone(number), makers.serves("US-FL"), name=name, organization_id=owner)
            for number, name in (("+13055550150", "Pantry"), ("+13055550151", "The Pantry of the Harbor"))
        )
        pair = FoundPair(one.record_id, other.record_id, 612, ("name-part", "phone-differs"))
        join_pairs(session, [pair], author=Author("merge", "a test"), now=now)
        key = seated(session, make_person(session, "Ana"))
    page = open_page(width=width, height=800, dark=width == 360)
    with serve(database, Settings(database_url="")) as address:
        site = local_address(address)
        seat(page, key)
        page.goto(f"{site}/desk/duplicates")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
        page.keyboard.press("s")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What everybody would read")).to_be_visible()
        _is_for_everybody(page)
        expect(page.get_by_text("305 555 0151").last).to_be_visible()
        _tab_to(page, "Make them one")
        page.keyboard.press("Enter")
        expect(page.get_by_text("They are one now.")).to_be_visible()
        _is_for_everybody(page)
        _tab_to(page, "Separate them again")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Separate them again?")).to_be_visible()
        _tab_to(page, "Separate: they are two")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"\?said=parted$"))
        expect(page.get_by_text("This listing took in")).to_have_count(0)
        page.goto(f"{site}/desk/duplicates")
        expect(page.get_by_text("No pair waits.")).to_be_visible()
