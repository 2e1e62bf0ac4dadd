"""Who runs a program looks after its entry by letter; who works here decides; and partners see what is theirs."""

import re
from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page

from directory import jobs
from directory.bootstrap import show_touched
from directory.db import Database
from directory.listings.models import Change, Record
from directory.settings import Settings
from tests import makers
from tests.directory.confirming.house import MAILBOX, House
from tests.services import OpenPage, serve
from tests.services.mail import Kept, catching
from tests.staff import COOKIE, make_person, seated

HOST = "daybook.example.org"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Mail = tuple[Kept, Settings]


@pytest.fixture
def mail() -> Iterator[Mail]:
    """A server that keeps letters, and a deployment that sends them by it."""
    with catching() as (kept, settings):
        yield kept, msgspec.structs.replace(settings, public_host=HOST, desk_host="")


def _link(kept: Kept) -> str:
    """The path of the only link in the only letter to the program."""
    [body] = [letter.get_content() for letter in kept.letters if letter["To"] == MAILBOX]
    [path] = re.findall(rf"https://{re.escape(HOST)}(/v/[A-Za-z0-9_-]+)", body)
    return str(path)


def _sit_down(context: BrowserContext, key: str) -> None:
    context.add_cookies(
        [{"name": COOKIE, "value": key, "domain": "localhost", "path": "/desk", "secure": True, "httpOnly": True,
          "sameSite": "Strict"}]
    )  # fmt: skip


def _find(page: Page, site: str) -> None:
    """Open the entry of the house as anybody finds it."""
    page.goto(f"{site}/")
    page.locator("button[value=basic-needs]").click()
    page.locator(".result button[name=l]").first.click()
    page.get_by_role("button", name="Do you run this?").wait_for()


def test_a_program_asks_for_a_letter_says_what_is_different_and_a_coordinator_decides(
    database: Database, open_page: OpenPage, mail: Mail
) -> None:
    kept, settings = mail
    with database.transaction() as session:
        House(session)
        show_touched(session)
        key = seated(session, make_person(session, "Kim"))
    program, desk = open_page(), open_page()
    with serve(database, Settings(database_url="", default_area="33130", public_host=HOST)) as address:
        site = address.replace("127.0.0.1", "localhost")
        _find(program, site)
        program.get_by_role("button", name="Do you run this?").click()
        program.get_by_role("button", name="Ask for a letter").click()
        program.get_by_text("It is noted.").wait_for()
        # The clock writes the letter, and sends it.
        jobs.answer_wishes(database, settings)
        jobs.send_letters(database, settings)
        program.goto(f"{site}{_link(kept)}")
        program.get_by_role("button", name="Show it").click()
        program.get_by_role("heading", name="Only people who keep this list see this").wait_for()
        assert MAILBOX not in program.content()
        program.get_by_text("Something is different").click()
        program.get_by_label("One more language of your team").select_option(label="Haitian Creole")
        program.get_by_role("checkbox", name="Hours").check()
        program.locator("#otherwise").get_by_role("button", name="Send it").click()
        program.get_by_text("It is noted. Somebody calls you before anything is changed.").wait_for()
        # The link is over, and what is shown has not changed.
        program.goto(f"{site}{_link(kept)}")
        program.get_by_role("button", name="Show it").click()
        program.get_by_role("heading", name="This address is not good any more").wait_for()
        _find(program, site)
        assert "Haitian" not in program.locator("main .card").first.inner_text()

        _sit_down(desk.context, key)
        desk.goto(f"{site}/desk/changes")
        desk.locator("main a[href^='/desk/changes/']").click()
        assert "the program says so in a letter" in desk.locator("main").inner_text()
        desk.get_by_role("button", name="Approve").click()
        desk.wait_for_url(f"{site}/desk/changes?said=applied")
        _find(program, site)
        assert "Haitian" in program.locator("main .card").first.inner_text()
    with database.reading() as session:
        [applied] = session.scalars(sa.select(Change).where(Change.reason == "the program says so in a letter"))
        assert (applied.state, applied.proposed_by) == ("applied", None)


def test_a_partner_sees_only_what_lies_in_her_scope_and_proposes_there(database: Database, open_page: OpenPage) -> None:
    with database.transaction() as session:
        here = House(session)
        there = makers.make_service(session, makers.kind("food"), makers.serves("US-TX"), name="Far House")
        show_touched(session)
        far = str(session.get_one(Record, there.listings[0][1]).public_id)
        near = str(session.get_one(Record, here.listing).public_id)
        key = seated(session, make_person(session, "Pat", "partner", scopes=(("area", "US-FL"),)))
    page = open_page(expects=("404 (Not Found)", "403 (Forbidden)"))
    with serve(database, Settings(database_url="")) as address:
        site = address.replace("127.0.0.1", "localhost")
        _sit_down(page.context, key)
        page.goto(f"{site}/desk/listings")
        table = page.locator("table").inner_text()
        assert ("Lantern House" in table, "Far House" in table) == (True, False)
        page.locator("#words").fill("Far House")
        page.get_by_role("button", name="Find").click()
        page.get_by_text("Nothing fits all of this.").wait_for()
        assert page.goto(f"{site}/desk/listings/{far}").status == 404  # type: ignore[union-attr]
        for closed in ("people", "record", "month"):
            assert page.goto(f"{site}/desk/{closed}").status == 403  # type: ignore[union-attr]
        assert page.goto(f"{site}/desk/listings/{near}").status == 200  # type: ignore[union-attr]
        assert [one for one in page.locator("nav.tabs a").all_inner_texts() if one in {"People", "Record"}] == []
