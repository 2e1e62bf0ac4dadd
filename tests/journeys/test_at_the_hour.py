"""At this hour: the line that takes a report about a minor, the exam that is open, and a call with its words at hand.

An emergency clinician in Boston, on a Sunday at nine in the evening and on a Tuesday at ten in the morning; a social
worker near Miami at two at night; a partner at the desk. In Chromium with and without script, and in Firefox.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from directory.db import Database
from directory.listings.drafts import FactDraft, SiteDraft
from directory.listings.fields import Address, Point
from directory.listings.models import Fact
from directory.settings import Settings
from tests.conftest import NOW
from tests.journeys.asking import ask_at_two
from tests.journeys.at_desk import local_address, seat
from tests.journeys.looking import scrolls_sideways
from tests.journeys.watching import started
from tests.makers import confirm, kind, make_organization, make_service, opens, phone
from tests.services import OpenPage, serve
from tests.services.watched_browser import until
from tests.staff import make_person, seated
from tests.web.conftest import ALWAYS_OPEN

Week = dict[str, list[tuple[int, int]]]
_BY_DAY: Week = {day: [(540, 1020)] for day in ("MO", "TU", "WE", "TH", "FR")}
_OFFICE = "Area Office of the child's town"


class _Hour(NamedTuple):
    """An instant in Boston, how it is with offices then, and which team of an exam is the nearest that answers."""

    at: dt.datetime
    offices: str
    team: str
    number: str


_SUNDAY_NIGHT = _Hour(dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC), "Closed now.", "Night team", "617 555 0142")
_TUESDAY_MORNING = _Hour(
    dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC), "Answers now. Until 5 p.m.", "Day clinic", "617 555 0143"
)
_with_and_without_script = pytest.mark.parametrize("javascript", [True, False])
_one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class _Boston:
    """A site whose own area is Boston, at an instant that can be set: two teams of an exam, one of them by day."""

    def __init__(self, database: Database) -> None:
        self.database, self.hour, self.address = database, _SUNDAY_NIGHT, ""

    def at(self, hour: _Hour) -> str:
        """Its address, at an instant."""
        self.hour = hour
        return self.address

    def add(self, name: str, of: str, number: str, week: Week, *, north: float = 0.0) -> None:
        """A service so many degrees north of the middle, whose number somebody called lately."""
        with self.database.transaction() as session:
            owner = make_organization(session, f"Practice owner of {name}")
            facts = (kind(of), phone(number), opens(week, slot="intake"))
            made = make_service(session, *facts, name=name, organization_id=owner, sites=[_place(north)])
            session.flush()
            confirm(session, next(fact for _, fact in made.facts if session.get_one(Fact, fact).field == "phone"))


def _place(north: float) -> SiteDraft:
    address = Address(address_1="1 Practice Street", city="Boston", state_province="MA", postal_code="02118")
    return SiteDraft(
        "site:1", [FactDraft("address", address), FactDraft("point", Point(42.338 + north, -71.071, "source"))]
    )


@pytest.fixture
def boston(sqlite_database: Database) -> Iterator[_Boston]:
    """A site of Boston."""
    town = _Boston(sqlite_database)
    town.add("Day clinic", "sane-adult", "+16175550143", _BY_DAY, north=0.001)
    town.add("Night team", "sane-adult", "+16175550142", ALWAYS_OPEN, north=0.03)
    chosen = Settings(database_url="", default_area="02118")
    with serve(sqlite_database, chosen, clock=lambda: town.hour.at) as town.address:
        yield town


def _open_the_exam(page: Page, address: str) -> None:
    """The listing of the exam that is open: what is needed, and one press."""
    page.goto(address)
    page.get_by_role("button", name="Nurse exam", exact=True).click()
    page.get_by_text("Already in an emergency department?").click()
    page.get_by_role("button", name="Nearest that answers now").click()


def _child_protection(page: Page) -> Locator:
    """The lines of a report about a minor, on the page of a listing."""
    fold = page.locator("details", has_text="Lines that take reports").last
    fold.locator("summary").click()
    return fold.locator("h3:has-text('Child protection') ~ ul").first.locator("li")


def _tells_the_child_line(entry: Locator) -> None:
    expect(entry).to_contain_text("Child-at-Risk Hotline")
    expect(entry.locator(".phone")).to_have_text("1 800 792 5200")
    expect(entry).to_contain_text("Answers now. 24 hours a day.")


@_with_and_without_script
def test_the_exam_that_is_open_and_the_line_that_takes_a_report_about_a_minor(
    boston: _Boston, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(javascript=javascript, width=360, height=640)
    for hour in (_SUNDAY_NIGHT, _TUESDAY_MORNING):
        _open_the_exam(page, boston.at(hour))
        expect(page.locator("h1#name")).to_have_text(hour.team)
        expect(page.locator(".phone").first).to_have_text(hour.number)
        expect(page.locator(".phone").first).to_be_in_viewport(ratio=1)
        expect(page.locator(".facts").first).to_contain_text("Answers now.")
        lines = _child_protection(page)
        _tells_the_child_line(lines.nth(0))
        expect(lines.nth(1)).to_contain_text(_OFFICE)
        expect(lines.nth(1)).to_contain_text(hour.offices)
        # Each town has its own: none is known here, and where it is found is said.
        expect(lines.nth(1).locator(".phone")).to_have_count(0)
        expect(lines.nth(1)).to_contain_text("mass.gov/dcf")
        expect(lines).to_have_count(2)
    # An office that somebody called comes after the official line, and before one without a number.
    boston.add("Practice area office", "child-protection", "+16175550150", _BY_DAY)
    for hour in (_SUNDAY_NIGHT, _TUESDAY_MORNING):
        _open_the_exam(page, boston.at(hour))
        lines = _child_protection(page)
        _tells_the_child_line(lines.nth(0))
        expect(lines.nth(1)).to_contain_text("Practice area office")
        expect(lines.nth(1)).to_contain_text(hour.offices.partition(".")[0])
        expect(lines.nth(1).locator(".phone")).to_have_text("617 555 0150")
        expect(lines.nth(1)).to_contain_text("Number confirmed by phone")
        expect(lines.nth(2)).to_contain_text(_OFFICE)
    assert not scrolls_sideways(page)


def test_in_firefox_the_open_exam_and_the_line_of_the_hour_are_there(
    boston: _Boston, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with started("firefox", tmp_path_factory.mktemp("hour"), javascript=True) as (browser, _):
        for hour in (_SUNDAY_NIGHT, _TUESDAY_MORNING):
            browser.go(boston.at(hour))
            browser.wait_for("button[name=n][value=sane]")
            browser.press("button[name=n][value=sane]")
            browser.wait_for("details:has(#clocks)")
            browser.press("details:has(#clocks) > summary")
            browser.press("button.go[name=l][aria-describedby^=exam]")
            browser.wait_for("h1#name")
            browser.press("section[aria-labelledby=tell] details:last-child > summary")
            until(lambda: "Child-at-Risk Hotline" in browser.seen().shown, what="the line of this hour")
            shown = " ".join(browser.seen().shown.split())
            assert f"{hour.team} " in shown
            assert hour.number in shown
            assert "1 800 792 5200 Answers now. 24 hours a day. Child-at-Risk Hotline" in shown
            assert f"{hour.offices}" in shown.partition("Child-at-Risk Hotline")[2].partition(_OFFICE)[0]


class _Worker:
    """Whoever uses a page, and what they do: a press, or a turn of the page down to something."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, 0

    def press(self, part: Locator) -> None:
        self.done += 1
        part.click()

    def turn_to(self, part: Locator) -> None:
        self.done += 1
        part.evaluate("part => part.scrollIntoView({ block: 'center' })")


@_with_and_without_script
@_one_database
def test_from_the_answer_at_two_to_a_call_with_its_words_and_its_number_on_one_screen(
    open_page: OpenPage, practice_site_at_two: str, javascript: bool
) -> None:
    """At most three steps are asked for; it takes two: the entry, and down to the words."""
    page = open_page(javascript=javascript, width=360, height=640)
    ask_at_two(page, practice_site_at_two)
    worker, first = _Worker(page), page.locator(".result").first
    number = first.locator(".phone").inner_text()
    worker.press(first.get_by_role("button", name="More about it"))
    expect(page.locator("h1#name")).to_be_visible()
    expect(page.locator(".phone").first).to_have_text(number)
    hour, say = _row(page, "At this hour"), _row(page, "Say")
    worker.turn_to(say)
    assert worker.done <= 3
    expect(hour).to_contain_text("Answers now.")
    expect(hour.get_by_text(number)).to_be_in_viewport(ratio=1)
    expect(say.locator(".say")).to_be_in_viewport(ratio=1)
    for words in ("There are children too.", "for tonight.", "The language is Spanish."):
        expect(say.locator(".say")).to_contain_text(words)
    # What only the person may say stands beside the words, and not in them.
    expect(say).to_contain_text("No name, no status, no story.")
    expect(say).to_contain_text("Not in these words: trans women.")
    for heading in ("Ask for", "They will ask"):
        expect(_row(page, heading)).to_be_visible()
    assert not scrolls_sideways(page)


def _row(page: Page, heading: str) -> Locator:
    """A row of the call, on the page of a listing."""
    return page.locator("#call ~ .pairs > div", has=page.get_by_text(heading, exact=True))


@_one_database
def test_in_firefox_the_same_call_is_one_press_from_the_answer(
    practice_site_at_two: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with started("firefox", tmp_path_factory.mktemp("two"), javascript=True) as (browser, _):
        browser.go(practice_site_at_two)
        browser.wait_for("#ask")
        # A label leads to its list, and letters choose in it.
        browser.type_into("label[for=b]", "Spanish")
        browser.press("#ask > details > summary")
        for tick in ("[name=o][value=tonight]", "[name=w][value=trans-women]", "[name=w][value=with-children]"):
            browser.press(f"label:has({tick})")
        browser.press("button[name=n][value=shelter]")
        browser.wait_for(".result button[name=l]")
        number = re.search(r"305 555 \d{4}", browser.seen().shown)
        assert "all five needs" in browser.seen().shown
        assert number
        browser.press(".result button[name=l]")
        browser.wait_for("#call")
        shown = " ".join(browser.seen().shown.split())
        assert number[0] in shown
        for words in ("Ask for", "They will ask", "No name, no status, no story."):
            assert words in shown, words


@pytest.fixture
def partner(sqlite_database: Database) -> Iterator[tuple[str, str]]:
    """A site with three listings, at ten in the morning, and the key of a partner who has signed in there."""
    with sqlite_database.transaction() as session:
        for number, name in enumerate(("Anchor House", "Beacon House", "Cove House")):
            facts = (kind("safe-house"), phone(f"+1305555014{number}"), opens({"TH": [(480, 1020)]}, slot="intake"))
            make_service(session, *facts, name=name, area="US-FL-331")
        key = seated(session, make_person(session, "Pia", "partner"))
    with serve(sqlite_database, Settings(database_url=""), clock=lambda: NOW) as address:
        yield local_address(address), key


def test_a_partner_goes_from_the_list_to_a_call_and_says_what_came_of_it_by_keys_alone(
    open_page: OpenPage, partner: tuple[str, str]
) -> None:
    page, (site, key) = open_page(), partner
    seat(page, key)
    page.goto(f"{site}/desk/listings")
    for pressed in ("j", "j", "Enter"):
        page.keyboard.press(pressed)
    expect(page.locator("h1")).to_have_text("Beacon House")
    for pressed in ("c", "Enter"):
        page.keyboard.press(pressed)
    expect(page.locator("h1")).to_have_text("Call Beacon House")
    expect(page.locator(".phone").first).to_have_text("305 555 0141")
    expect(page.locator(".phone").first).to_be_in_viewport(ratio=1)
    expect(page.locator(".say")).to_contain_text("No name, no status, no story.")
    expect(page.locator(".say")).to_be_in_viewport(ratio=1)
    # The key goes there, and Enter says it: a letter that was hit by mistake counts nothing.
    page.keyboard.press("y")
    expect(page.get_by_role("button", name="They said yes")).to_be_focused()
    expect(page.get_by_role("status")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Noted for this week: they said yes.")


def test_without_script_tab_and_enter_are_enough_for_a_call_from_the_list(
    open_page: OpenPage, partner: tuple[str, str]
) -> None:
    page, (site, key) = open_page(javascript=False), partner
    seat(page, key)
    page.goto(f"{site}/desk/listings")
    _tab_to(page, page.get_by_role("link", name="Call Cove House"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Call Cove House")
    _tab_to(page, page.get_by_role("button", name="They are full"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Noted for this week: they are full.")


def _tab_to(page: Page, part: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        if part.evaluate("part => part === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(part).to_be_focused()
