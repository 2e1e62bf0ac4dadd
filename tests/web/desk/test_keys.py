"""The keys of the desk, in a browser, and the same pages without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from directory.db import Database
from tests.conftest import NOW
from tests.makers import make_organization, make_service, opens
from tests.services import OpenPage, serve
from tests.staff import COOKIE, make_person, seated
from tests.web.conftest import public_id, settings

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
    page.locator("#words").fill("House 1")
    page.keyboard.press("Enter")
    expect(page.locator("tbody th")).to_have_text(["House 1"])
    assert page.url.rpartition("/desk")[2] == "/listings"


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
    page.locator("#words").fill("house 2")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="House 2", exact=True).click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Note to everybody: What it says").fill("Knock twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Changed: Note to everybody.")
    expect(page.locator("tr", has_text="Note to everybody")).to_contain_text("Knock twice.")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("status")).to_have_text("Undone.")
    page.wait_for_load_state()
    assert page.locator("tr", has_text="Note to everybody").count() == 0


def test_an_hour_is_fixed_with_three_presses_and_a_need_with_one_letter(
    open_page: OpenPage, database: Database
) -> None:
    with database.transaction() as session:
        week = opens({"MO": [(540, 1020)], "TU": [(540, 1020)]})
        made = make_service(session, week, name="House", organization_id=make_organization(session, "Owner"))
        key = seated(session, make_person(session, "Ana"))
        path = f"/desk/listings/{public_id(session, made)}"
    with serve(database, settings(), clock=lambda: NOW) as address:
        page = open_page()
        _sit_down(page.context, key)
        page.goto(f"{address.replace('127.0.0.1', 'localhost')}{path}")
        # One: the link beside the hours. Two: the new hours, over those of Monday. Three: save.
        page.get_by_role("link", name="Change it: Hours").click()
        expect(page.get_by_label("Office: Monday")).to_be_focused()
        page.keyboard.type("10-16")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("status")).to_contain_text("Changed: Hours (office).")
        expect(page.locator(".facts-table")).to_contain_text("Mon 10:00-16:00; Tue 09:00-17:00")
        page.keyboard.press("e")
        page.keyboard.press("Enter")
        page.wait_for_url("**/edit")
        page.locator(".tri input:checked").first.focus()
        for letter in "yna":
            page.keyboard.press(letter)
        answers = page.locator(".tri").evaluate_all("all => all.map(one => one.querySelector(':checked').value)")
        assert answers[:4] == ["yes", "no", "ask", "ask"]
        page.keyboard.press("k")
        page.keyboard.press("n")
        page.keyboard.press("s")
        expect(page.get_by_role("button", name="Save")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Changed: Takes.")
        # In a box letters are letters.
        page.goto(f"{address.replace('127.0.0.1', 'localhost')}{path}/edit")
        page.get_by_role("textbox", name="Other name").first.fill("")
        page.keyboard.type("yes any s")
        expect(page.get_by_role("textbox", name="Other name").first).to_have_value("yes any s")


def test_x_chooses_a_listing_but_never_while_somebody_types(open_page: OpenPage, desk: tuple[str, str]) -> None:
    address, key = desk
    page = open_page()
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    expect(page.get_by_text("chooses a listing")).to_be_visible()
    chosen = page.locator("input[name=listing]:checked")
    page.keyboard.press("x")
    expect(chosen).to_have_count(0)
    for pressed in ("j", "x", "j", "j", "x"):
        page.keyboard.press(pressed)
    assert [one.get_attribute("aria-label") for one in chosen.all()] == ["Choose House 0", "Choose House 2"]
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen.")
    assert _focused(page) == "House 2"
    page.keyboard.press("x")
    expect(chosen).to_have_count(1)
    page.locator("#words").focus()
    page.keyboard.type("xx")
    expect(page.locator("#words")).to_have_value("xx")
    expect(chosen).to_have_count(1)


def test_keys_of_one_letter_are_turned_off_and_on_again(open_page: OpenPage, desk: tuple[str, str]) -> None:
    address, key = desk
    page = open_page()
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    page.get_by_role("button", name="Turn these keys off").press("Enter")
    page.goto(f"{address}/desk/listings")
    for pressed in ("j", "x", "/", "?"):
        page.keyboard.press(pressed)
    assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("#keys")).to_have_count(0)
    # Arrows and Tab are no letters.
    page.get_by_role("link", name="House 0", exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert _focused(page) == "House 1"
    page.get_by_role("button", name="Turn these keys on").press("Enter")
    page.keyboard.press("j")
    assert _focused(page) == "House 0"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{address}/desk")
    assert page.evaluate("localStorage.length") == 0


def test_without_script_no_keys_are_promised(open_page: OpenPage, desk: tuple[str, str]) -> None:
    address, key = desk
    page = open_page(javascript=False)
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/listings")
    expect(page.get_by_text("chooses a listing")).to_be_hidden()


@pytest.mark.parametrize("javascript", [False, True])
def test_in_a_narrow_window_the_tabs_are_one_row_that_scrolls(
    open_page: OpenPage, desk: tuple[str, str], *, javascript: bool
) -> None:
    address, key = desk
    page = open_page(javascript=javascript, width=360, height=640)
    _sit_down(page.context, key)
    page.goto(f"{address}/desk/people")
    tabs = page.get_by_role("navigation", name="Desk")
    row = tabs.bounding_box()
    assert row
    assert row["height"] < 60
    assert row["width"] <= 360
    last = tabs.get_by_role("link").last
    last.focus()
    box = last.bounding_box()
    assert box
    assert 0 <= box["x"] <= 360 - box["width"]
    page.goto(f"{address}/desk/changes")
    here = tabs.get_by_role("link", name="Changes").bounding_box()
    assert here
    if javascript:
        assert 0 <= here["x"] <= 360 - here["width"]
