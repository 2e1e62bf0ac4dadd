"""Recording a call from the page of the month: how many presses it takes, with a mouse and with keys alone."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from directory.confirming.models import EnteredCall
from directory.db import Database
from directory.planning.service import make_plan
from tests import makers
from tests.conftest import NOW
from tests.directory.search.seeding import dice
from tests.services import OpenPage, serve
from tests.staff import COOKIE, make_person, seated
from tests.web.conftest import settings

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
_MOST_INTERACTIONS = 4


@pytest.fixture
def month(database: Database, open_page: OpenPage) -> Iterator[Page]:
    """The page of the month of a coordinator, with three calls to make."""
    with database.transaction() as session:
        for number in range(3):
            makers.make_service(
                session, makers.kind("food"), makers.phone(f"+1305555014{number}"), name=f"House {number}",
                organization_id=makers.make_organization(session, f"Owner {number}"),
            )  # fmt: skip
        key = seated(session, make_person(session, "Ana"))
    with database.transaction() as session:
        make_plan(session, minutes=120, now=NOW, random=dice(1))
    with serve(database, settings(), clock=lambda: NOW) as address:
        page = open_page(width=1280, height=800)
        page.context.add_cookies(
            [{"name": COOKIE, "value": key, "domain": "localhost", "path": "/desk", "secure": True, "httpOnly": True,
              "sameSite": "Strict"}]
        )  # fmt: skip
        page.goto(f"{address.replace('127.0.0.1', 'localhost')}/desk")
        page.wait_for_url("**/desk/month")
        yield page


def _entered(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(EnteredCall.outcome).where(EnteredCall.undone_at.is_(None))))


def test_two_presses_of_a_mouse_enter_a_call_and_one_more_takes_it_back(month: Page, database: Database) -> None:
    presses = 0
    for button in (month.locator("tbody th button").first, month.locator("button[value=live]")):
        button.click()
        presses += 1
    expect(month.get_by_role("status")).to_contain_text("Noted.")
    assert presses <= _MOST_INTERACTIONS
    assert _entered(database) == ["live"]
    month.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(month.get_by_role("status")).to_contain_text("Taken back.")
    assert _entered(database) == []


def test_four_keys_enter_a_call_and_two_more_take_it_back(month: Page, database: Database) -> None:
    name = month.locator("tbody th button").nth(1).text_content()
    expect(month.get_by_text("Keys: 1 to 9 go to a call")).to_be_visible()
    keys = ["2", "Enter", "l", "Enter"]
    for key in keys[:2]:
        month.keyboard.press(key)
    expect(month.locator("#call")).to_be_visible()
    month.wait_for_load_state()
    for key in keys[2:]:
        month.keyboard.press(key)
    expect(month.get_by_role("status")).to_contain_text("Noted.")
    assert name is not None
    assert name.partition(",")[0] in month.get_by_role("status").inner_text()
    assert len(keys) <= _MOST_INTERACTIONS
    assert _entered(database) == ["live"]
    month.wait_for_load_state()
    month.keyboard.press("u")
    month.keyboard.press("Enter")
    expect(month.get_by_role("status")).to_contain_text("Taken back.")
    assert _entered(database) == []


def test_a_figure_in_a_field_is_a_figure(month: Page) -> None:
    month.locator("#minutes").focus()
    month.keyboard.type("12")
    expect(month.locator("#minutes")).to_have_value("12")
