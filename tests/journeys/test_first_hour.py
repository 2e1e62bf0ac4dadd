"""A coordinator's first hour in a real browser: invited by letter, a passkey, a list, its review, calls, a proposal."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from directory.db import Database
from directory.listings.models import Change, Fact, Record
from directory.mail.sending import send_due
from tests.journeys.at_desk import local_address, seat, with_authenticator
from tests.services import OpenPage, serve
from tests.services.mail import Kept, catching
from tests.staff import make_person, seated

_COUNT, _CALLS = 30, 25
_OLD, _NEW = "+13055550101", "+13055550199"
_HEADERS = ("Agency", "Program", "Phone", "City", "State", "Zip", "Services", "Languages")
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _list(folder: Path) -> Path:
    """A partner's spreadsheet, as a table of text."""
    rows = [_HEADERS] + [
        (
            f"Harbor {number}", f"Office {number}", f"305-555-{100 + number:04d}", "Miami", "FL", "33130",
            "Emergency shelter" if number % 3 else "Legal services", "English; Spanish",
        )
        for number in range(1, _COUNT + 1)
    ]  # fmt: skip
    file = folder / "partners.csv"
    file.write_text("".join(",".join(row) + "\n" for row in rows))
    return file


def _invite(page: Page, site: str, name: str) -> None:
    """Fill the form in as an admin does."""
    page.goto(f"{site}/desk/people")
    form = page.locator("form[action='/desk/people/invite']")
    form.get_by_label("Name required").fill(name)
    form.get_by_label("Work e-mail").fill(f"{name.lower()}@example.org")
    form.get_by_role("radio", name="Coordinator keeps listings").check()
    form.get_by_label("Works on").select_option("the whole list")
    form.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("status")).to_be_visible()


def _link(kept: Kept, name: str) -> str:
    """The link of the letter that somebody got."""
    letter = next(one for one in kept.letters if str(one["To"]) == f"{name.lower()}@example.org")
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(r"/desk/join/\S+", body.get_content())
    assert found
    return found[0]


def _listing(database: Database) -> str:
    """The listing whose number is to change."""
    with database.reading() as session:
        held = sa.select(Fact.record_id).where(Fact.match_key == _OLD)
        listing = sa.select(Record.public_id).where(Record.kind == "listing", Record.service_id.in_(held))
        return str(session.scalars(listing).one())


def _change(database: Database) -> int:
    """The proposal that waits."""
    with database.reading() as session:
        return session.scalars(sa.select(Change.id).where(Change.state == "proposed")).one()


def _standing(database: Database, number: str) -> int:
    """How many current facts of anything hold a number."""
    with database.reading() as session:
        return len(
            session.scalars(sa.select(Fact.id).where(Fact.match_key == number, Fact.standing == "current")).all()
        )


def test_a_first_hour(database: Database, open_page: OpenPage, tmp_path: Path) -> None:
    with database.transaction() as session:
        keys = {name: seated(session, make_person(session, name, "admin", scopes=())) for name in ("Ana", "Cleo")}
    ana, cleo, kim, lou = (open_page() for _ in range(4))
    with catching() as (kept, settings), serve(database) as address:
        site = local_address(address)
        seat(ana, keys["Ana"])
        seat(cleo, keys["Cleo"])
        # Invited by one admin; the letters go out by a real server.
        for name in ("Kim", "Lou"):
            _invite(ana, site, name)
        assert send_due(database, settings).sent >= 2
        for page, name in ((kim, "Kim"), (lou, "Lou")):
            with_authenticator(page)
            page.goto(site + _link(kept, name))
            page.get_by_role("button", name="Set up a passkey").click()
            page.wait_for_url(f"{site}/desk/month")
        # A partner's list, reviewed and brought in.
        kim.goto(f"{site}/desk/imports")
        kim.get_by_label("The list").set_input_files(_list(tmp_path))
        kim.get_by_label("Whose list it is").fill("partners")
        kim.get_by_role("button", name="Read it").click()
        title = kim.get_by_role("heading", level=1)
        expect(title).to_have_text(f"partners: {_COUNT} to decide")
        kim.get_by_text("All of a kind at once").click()
        kim.get_by_role("button", name="All of: New: take").click()
        expect(kim.get_by_text(f"{_COUNT} decided, 0 left")).to_be_visible()
        kim.get_by_role("button", name="Bring in what you took").click()
        expect(kim.get_by_text("It came in as")).to_be_visible()
        # The month: a plan for the minutes that there are. What she brought in herself another person's calls confirm.
        kim.goto(f"{site}/desk/month")
        kim.get_by_label("Minutes that I have").fill("300")
        kim.get_by_role("button", name="Plan").click()
        kim.locator("tbody th button").first.click()
        expect(kim.get_by_text("You brought this in yourself.")).to_be_visible()
        expect(kim.get_by_role("button", name="Right number, takes new people")).to_have_count(0)
        lou.goto(f"{site}/desk/month")
        for number in range(_CALLS):
            # The first is in Kim's hand.
            lou.locator("tbody th button").first.click()
            lou.get_by_role("button", name="Right number, takes new people").click()
            expect(lou.get_by_role("status")).to_contain_text("Noted.")
            expect(lou.get_by_text(f"{number + 1} made by you")).to_be_visible()
        # A number that was confirmed waits for two.
        cleo.goto(f"{site}/desk/listings/{_listing(database)}")
        cleo.get_by_text("Call them", exact=True).click()
        cleo.get_by_role("button", name="All of it is right").click()
        expect(cleo.get_by_role("status")).to_have_text("Noted.")
        kim.goto(f"{site}/desk/listings/{_listing(database)}/edit")
        kim.locator("#lines input[inputmode=tel]").first.fill("305 555 0199")
        kim.locator(".saving button").first.click()
        expect(kim.get_by_role("status")).to_contain_text("second person")
        assert (_standing(database, _OLD), _standing(database, _NEW)) == (1, 0)
        # The second person is as new as the first: a third one has to know them before they count as two.
        proposal = f"{site}/desk/changes/{_change(database)}"
        lou.goto(proposal)
        expect(lou.get_by_text("Before you could approve it:")).to_be_visible()
        for name in ("Kim", "Lou"):
            cleo.goto(f"{site}/desk/people")
            cleo.get_by_role("row", name=name).get_by_role("button", name="I know them").click()
            expect(cleo.get_by_role("status")).to_have_text("Your word is noted.")
        lou.goto(proposal)
        lou.get_by_role("button", name="They say it is right").click()
        lou.get_by_role("button", name="Approve").click()
        expect(lou.get_by_role("status")).to_be_visible()
        assert (_standing(database, _OLD), _standing(database, _NEW)) == (0, 1)
