"""The page of a call at the desk: the line of the hour, who is named to whom, what was agreed, what came of it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import OUTCOMES
from directory.listings.models import Record
from directory.listings.service import set_standing
from directory.people.actor import Role
from directory.people.models import ContactView
from directory.people.policy import MOST_CONTACTS_A_DAY, SHARES_CONTACTS, SHARES_CONTACTS_WITH_LAW_ENFORCEMENT
from tests.conftest import NOW
from tests.makers import observe, opens, serves
from tests.staff import Desk
from tests.web.desk.test_listing import CONTACT, INNER, House, shares
from tests.web.desk.test_protocols import HOME, TERMS, Town
from tests.web.pack.making import fact_of
from web.desk.handoff import OUTCOME_WORDS

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
# Thursday, ten in the morning there.
OPEN, LATER = opens({"TH": [(480, 1020)]}, slot="intake"), opens({"FR": [(480, 1020)]}, slot="intake")


def told(database: Database) -> list[tuple[str, str, int, int]]:
    """What was counted: outcome, reason, band and how often."""
    with database.reading() as session:
        columns = (OutcomeCount.outcome, OutcomeCount.reason, OutcomeCount.reply_band, OutcomeCount.n)
        return [tuple(row) for row in session.execute(sa.select(*columns).order_by(OutcomeCount.outcome))]  # type: ignore[misc]


def owner_of(house: House) -> str:
    """The public id of its organization."""
    with house.database.reading() as session:
        listing = session.get_one(Record, house.id)
        return str(session.get_one(Record, listing.organization_id or 0).public_id)


def test_one_press_leads_from_the_list_and_from_a_listing_to_the_line_of_the_hour(
    sign_in: Seat, database: Database
) -> None:
    house = House(database, OPEN)
    for role in ("partner", "coordinator", "law-enforcement"):
        desk = sign_in(role)
        assert f'href="{house.path}/handoff"' in desk.get("/desk/listings").text
        assert f'href="{house.path}/handoff" data-key="c"' in desk.get(house.path).text
        page = desk.get(f"{house.path}/handoff").text
        assert '<p class="phone"><bdi>305 555 0142</bdi>' in page
        assert "Answers now, until Thu 17:00 EST." in page
        assert "Whoever takes in new people." in page
        assert page.index("We would like to know what help there is.") < page.index("They will ask")
        assert "No name, no status, no story." in page


def test_out_of_hours_a_line_that_answers_at_any_hour_stands_beside(sign_in: Seat, database: Database) -> None:
    page = sign_in("partner").get(f"{House(database, LATER).path}/handoff").text
    assert "Nobody answers at this hour. Whoever takes new people answers from Fri 08:00 EST." in page
    assert "At any hour: <b" in page


def test_beside_a_line_that_did_not_work_stands_one_that_answers_at_any_hour(sign_in: Seat, database: Database) -> None:
    house = House(database, OPEN)
    with database.transaction() as session:
        observe(session, fact_of(session, "+13055550142"), "call", "disconnected")
    page = sign_in("partner").get(f"{house.path}/handoff").text
    assert "Answers now, until Thu 17:00 EST. When this number was last tried, it did not work." in page
    assert "At any hour: <b" in page


@pytest.mark.parametrize(
    ("role", "opted", "sees"),
    [
        ("partner", "", False),
        ("partner", SHARES_CONTACTS, True),
        ("partner", SHARES_CONTACTS_WITH_LAW_ENFORCEMENT, False),
        ("law-enforcement", SHARES_CONTACTS, False),
        ("law-enforcement", SHARES_CONTACTS_WITH_LAW_ENFORCEMENT, True),
        ("coordinator", "", True),
    ],
)
def test_whom_to_ask_for_by_name_is_opened_by_a_press_that_is_noted(
    sign_in: Seat, database: Database, role: Role, opted: str, sees: bool
) -> None:
    house = House(database, OPEN, CONTACT, INNER, *((shares(opted),) if opted else ()))
    desk = sign_in(role)
    page = desk.get(f"{house.path}/handoff").text
    assert "305 555 0119" not in page
    assert ("Show whom to ask for" in page) == sees
    answer = desk.post(f"{house.path}/handoff/contact")
    assert answer.status_code == (200 if sees else 404)
    assert ("Intake lead, 305 555 0119" in answer.text) == sees
    assert ("Home address" in answer.text) == (role == "coordinator")
    with database.reading() as session:
        assert session.scalars(sa.select(ContactView.listing_id)).all() == ([house.id] if sees else [])


def test_the_fifty_first_contact_of_a_day_stays_closed(sign_in: Seat, database: Database) -> None:
    house, desk = House(database, CONTACT, shares(SHARES_CONTACTS)), sign_in("partner")
    with database.transaction() as session:
        person = session.scalars(sa.text("SELECT id FROM person WHERE name = 'Partner'")).one()
        session.add_all(
            [
                ContactView(person_id=person, listing_id=10_000 + n, day=NOW.toordinal())
                for n in range(MOST_CONTACTS_A_DAY)
            ]
        )
    answer = desk.post(f"{house.path}/handoff/contact")
    assert "The admins are told" in answer.text
    assert "Intake lead" not in answer.text


def test_a_partner_of_another_region_or_organization_finds_nothing_there(sign_in: Seat, database: Database) -> None:
    house = House(database, OPEN, CONTACT, shares(SHARES_CONTACTS), serves("US-FL"))
    assert sign_in("partner", "Own", scopes=(("area", "US-FL"),)).get(f"{house.path}/handoff").status_code == 200
    for scopes in ((), (("area", "US-GA"),), (("network", "other"),), (("organization", house.listing),)):
        other = sign_in("partner", f"P{scopes}", scopes=scopes)
        asked = [
            other.get(f"{house.path}/handoff"), other.post(f"{house.path}/handoff/contact"),
            other.post(f"{house.path}/handoff/outcome", {"outcome": "answered"}),
        ]  # fmt: skip
        assert {answer.status_code for answer in asked} == {404}
        assert all("305 555" not in answer.text for answer in asked)
    assert told(database) == []


def test_what_came_of_it_is_counted_and_said(sign_in: Seat, database: Database) -> None:
    house, desk = House(database, OPEN), sign_in("partner")
    page = desk.get(f"{house.path}/handoff").text
    assert len({key for _, key in OUTCOME_WORDS.values()}) == len(OUTCOMES) == len(OUTCOME_WORDS)
    for code, (word, key) in OUTCOME_WORDS.items():
        assert f'value="{code}" data-key="{key.lower()}">{word}' in page
        answer = desk.post(f"{house.path}/handoff/outcome", {"outcome": code, "reason": "children", "band": "20"})
        assert answer.headers["location"] == f"{house.path}/handoff?said={code}"
    assert told(database) == [
        (code, "children" if code == "declined" else "", 20, 1) for code in sorted(OUTCOME_WORDS)
    ]  # fmt: skip
    assert "Noted for this week: they said no." in desk.get(f"{house.path}/handoff?said=declined").text
    assert "Noted for" not in desk.get(f"{house.path}/handoff?said=anything").text


def test_nothing_else_is_counted_and_nobody_tells_of_their_own(sign_in: Seat, database: Database) -> None:
    house, desk = House(database, OPEN), sign_in("coordinator")
    door = f"{house.path}/handoff/outcome"
    for form in (
        {"outcome": "moved"},
        {},
        {"outcome": "declined", "reason": "Maria"},
        {"outcome": "full", "band": "7"},
    ):
        assert desk.post(door, form).status_code == 400
    assert desk.post(door, {"outcome": "full", "note": "Maria"}).status_code == 400
    own = sign_in("partner", "Own", scopes=(("organization", owner_of(house)),))
    assert "others tell" in own.get(f"{house.path}/handoff").text
    assert own.post(door, {"outcome": "full"}).status_code == 409
    officer = sign_in("law-enforcement")
    assert "What came of it" not in officer.get(f"{house.path}/handoff").text
    assert officer.post(door, {"outcome": "full"}).status_code == 403
    desk.mark = ""
    assert desk.post(door, {"outcome": "full"}).status_code == 403
    assert told(database) == []


def test_what_was_agreed_is_shown_to_the_two_and_to_coordinators(sign_in: Seat, database: Database) -> None:
    house, town = House(database, OPEN), Town(database)
    ada = sign_in("coordinator", "Ada")
    page = ada.get(f"{house.path}/handoff").text
    assert f'href="{HOME}/new?takes={owner_of(house)}"' in page
    pair = {"refers_words": "elm clinic", "takes_words": "owner house"}
    assert 'value="Owner House"' in ada.get(f"{HOME}/new?takes={owner_of(house)}").text
    assert ada.post(f"{HOME}/new", pair | TERMS).status_code == 303
    region = ("network", "main")
    cleo = sign_in("partner", "Cleo", scopes=(("organization", town.ids["Elm Clinic"]), region))
    dora = sign_in("partner", "Dora", scopes=(("organization", town.ids["Night House"]), region))
    for desk, sees in ((ada, True), (cleo, True), (dora, False), (sign_in("law-enforcement"), False)):
        page = desk.get(f"{house.path}/handoff").text
        assert all((words in page) == sees for words in ("They keep a bed for two hours.", "30 minutes", "Mar 2, 2027"))
    assert "No agreement with them is entered for your organization" in dora.get(f"{house.path}/handoff").text


def test_where_nobody_finds_it_nobody_is_sent(sign_in: Seat, database: Database) -> None:
    house, ada = House(database, OPEN), sign_in("coordinator", "Ada")
    ada.post(f"{house.path}/hide", {"reason": "threat"})
    page = ada.get(f"{house.path}/handoff").text
    assert "Send nobody there" in page
    assert "305 555 0142" not in page
    assert "What came of it" not in page
    officer = sign_in("law-enforcement")
    assert officer.get(f"{house.path}/handoff").status_code == 404
    with database.transaction() as session:
        set_standing(session, house.id, "closed", by=None, reason="told", now=NOW)
    assert "Send nobody there" in ada.get(f"{house.path}/handoff").text


def test_reading_the_page_counts_nothing(sign_in: Seat, database: Database) -> None:
    house, desk = House(database, OPEN, CONTACT), sign_in("coordinator")
    for door in ("outcome?outcome=full", "contact"):
        assert desk.get(f"{house.path}/handoff/{door}").status_code == 405
    assert told(database) == []


def test_a_program_stops_at_once_and_lets_others_see_again_by_saying_it_anew(sign_in: Seat, database: Database) -> None:
    house = House(database, OPEN, CONTACT, shares(SHARES_CONTACTS), serves("US-FL"))
    region = ("area", "US-FL")
    other = sign_in("partner", "Cleo", scopes=(region,))
    own = sign_in("partner", "Dora", scopes=(("organization", owner_of(house)),))
    ada, page = sign_in("coordinator", "Ada"), f"{house.path}/handoff"
    assert other.post(f"{page}/stop").status_code == 409
    assert other.post(f"{page}/contact").status_code == 200
    assert own.post(f"{page}/stop").headers["location"] == f"{page}?said=stopped"
    for path in (f"{page}/contact", f"{house.path}/contact"):
        assert other.post(path).status_code == 404
    assert "Show whom to ask for" not in other.get(page).text + other.get(house.path).text
    assert "Dora said so" in ada.get(page).text
    assert ada.post(f"{page}/stop/undo").status_code == 404
    assert "Intake lead" in ada.post(f"{page}/contact").text
    assert own.post(f"{page}/stop/undo").headers["location"] == f"{page}?said=shared"
    assert other.post(f"{page}/contact").status_code == 200
    ada.post(f"{page}/stop")
    spot = f"s~attribute~{SHARES_CONTACTS}"
    fact = house.fact("attribute", SHARES_CONTACTS)
    assert ada.post(f"{house.path}/edit", {"seen": f"{spot}={fact}", "reason": "told"}).status_code == 303
    assert house.value("attribute", SHARES_CONTACTS) is None
    assert ada.post(f"{house.path}/edit", {f"{spot}~on": "on", "reason": "told"}).status_code == 303
    assert other.post(f"{page}/contact").status_code == 200


def test_who_stops_again_does_not_take_the_first_stop_back(sign_in: Seat, database: Database) -> None:
    house = House(database, OPEN, CONTACT, shares(SHARES_CONTACTS), serves("US-FL"))
    other = sign_in("partner", "Cleo", scopes=(("area", "US-FL"),))
    own = sign_in("partner", "Dora", scopes=(("organization", owner_of(house)),))
    ada, page = sign_in("coordinator", "Ada"), f"{house.path}/handoff"
    own.post(f"{page}/stop")
    # A page that was opened before still has the button.
    assert ada.post(f"{page}/stop").status_code == 303
    assert ada.post(f"{page}/stop/undo").status_code == 404
    assert other.post(f"{page}/contact").status_code == 404
    assert "Dora said so" in ada.get(page).text
