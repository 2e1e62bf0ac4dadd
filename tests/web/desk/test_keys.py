"""The keys of the desk, in a browser, and the same pages without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from directory.db import Database
from tests.conftest import NOW
from tests.makers import make_organization, make_service
from tests.services import OpenPage, serve
from tests.staff import COOKIE, make_person, seated
from tests.web.conftest import settings

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database) -> Iterator[tuple[str, str]]:
    """The address of a desk with three listings, and the key of a coordinator."""
    with database.transaction() as session:
        owner = make_organization(session, "Owner")
        for number in range(3):
            make_service(session, name=f"House {number}", organization_id=owner)
        key = seated(session, make_person(session, "Ana"))
    with serve(database, settings(), clock=lambda: NOW) as address:
        yield address.replace("127.0.0.1", "localhost"), key


def _sit_down(context: BrowserContext, key: str) -> None:
    context.add_cookies(
        [{"name": COOKIE, "value": key, "domain": "localhost", "path": "/desk", "secure": True, "httpOnly": True,
          "sameSite": "Strict"}]
    )  # fmt: skip


def _focused(page: Page) -> str:
    words: str = page.evaluate("document.activeElement.textContent")
    return words


def test_letters_and_arrows_go_through_the_list_and_enter_opens(open_page: OpenPage, desk: tuple[str, str]) -> None:
    address, key = desk
    page = open_page()
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    page.keyboard.press("j")
    assert _focused(page) == "House 0"
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    assert _focused(page) == "House 2"
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert _focused(page) == "House 0"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("House 0")


def test_a_slash_goes_to_the_name_and_letters_in_a_field_are_letters(
    open_page: OpenPage, desk: tuple[str, str]
) -> None:
    address, key = desk
    page = open_page()
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    page.keyboard.press("/")
    page.keyboard.type("j/k?1")
    expect(page.locator("#words")).to_have_value("j/k?1")
    assert page.locator("#keys").count() == 0
    page.locator("#words").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator("tbody th")).to_have_text(["House 1"])
    assert "1" not in page.url.rpartition("/desk")[2]


def test_a_question_mark_shows_the_keys_and_takes_them_away(open_page: OpenPage, desk: tuple[str, str]) -> None:
    address, key = desk
    page = open_page()
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("find a name")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_have_count(0)


def test_a_listing_is_found_changed_and_undone_without_script(open_page: OpenPage, desk: tuple[str, str]) -> None:
    address, key = desk
    page = open_page(javascript=False, width=360, height=640)
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    page.get_by_label("Name").fill("house 2")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="House 2").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Note to everybody").fill("Knock twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Changed: Note to everybody.")
    expect(page.locator("tr", has_text="Note to everybody")).to_contain_text("Knock twice.")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("status")).to_have_text("Undone.")
    page.wait_for_load_state()
    assert page.locator("tr", has_text="Note to everybody").count() == 0
