"""The page of one listing at the desk: who sees what, what can be done, and what cannot."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.integrity.queries import state_of
from directory.listings.drafts import FactDraft
from directory.listings.fields import Contact, Phone, TermValue, decode_value
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Role
from directory.people.models import ContactView
from directory.people.policy import MOST_CONTACTS_A_DAY, SHARES_CONTACTS, SHARES_CONTACTS_WITH_LAW_ENFORCEMENT
from tests.makers import confirm, kind, make_organization, make_service, opens, speaks, takes, text
from tests.staff import Desk
from tests.web.conftest import public_id

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
OLD, NEW = "+13055550142", "+13055550177"


class House:
    """A listing, its service and its organization, and what is said of them now."""

    def __init__(self, database: Database, *facts: FactDraft, of_organization: tuple[FactDraft, ...] = ()) -> None:
        self.database = database
        with database.transaction() as session:
            owner = make_organization(session, "Owner House", *of_organization)
            lines = text("description", "A first line.\nA second one.")
            made = make_service(session, lines, *facts, name="Night House", organization_id=owner)
            self.id, self.service_id = made.listings[0][1], made.record_id
            self.listing = public_id(session, made)
            self.service = str(session.get_one(Record, made.record_id).public_id)
        self.path = f"/desk/listings/{self.listing}"

    def verify(self) -> None:
        """Let a call confirm its number."""
        with self.database.transaction() as session:
            confirm(session, self._fact(session, "phone", "voice").id)

    def fact(self, field: str, slot: str = "") -> int:
        """The id of a current fact of the service."""
        with self.database.reading() as session:
            return self._fact(session, field, slot).id

    def value(self, field: str, slot: str = "") -> Any:
        """What is said now in a place; None if nothing is."""
        with self.database.reading() as session:
            found = session.scalar(self._query(field, slot))
            return None if found is None else decode_value(field, found.value or "{}")

    def says(self, desk: Desk, field: str, value: str, slot: str = "") -> int:
        """Change one value of what stands now by the form; the status of the answer."""
        part = {"phone": "number", "eligibility": "answer"}.get(field, "text")
        form = {f"s~{field}~{slot}~{part}": value, "reason": "told"}
        if self.value(field, slot) is not None:
            form["seen"] = f"s~{field}~{slot}={self.fact(field, slot)}"
        return desk.post(f"{self.path}/edit", form).status_code

    def proposals(self) -> list[int]:
        """The open proposals."""
        with self.database.reading() as session:
            return list(state_of(session, self.id).open_changes)

    def state(self) -> str:
        """How it stands."""
        with self.database.reading() as session:
            return state_of(session, self.id).state

    def _fact(self, session: Session, field: str, slot: str) -> Fact:
        return session.scalars(self._query(field, slot)).one()

    def _query(self, field: str, slot: str) -> sa.Select[Fact]:
        return sa.select(Fact).where(
            Fact.record_id == self.service_id, Fact.field == field, Fact.slot == slot, Fact.standing == "current"
        )


@pytest.fixture
def house(database: Database) -> House:
    """A house whose number nobody has confirmed."""
    return House(database, takes("women", "exclusive"), text("alert", "No beds in May."))


def changes(database: Database) -> int:
    """How many changes there ever were."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Change)) or 0


def test_nobody_else_s_listing_or_proposal_is_there_by_any_route(
    sign_in: Seat, house: House, database: Database
) -> None:
    house.verify()
    own = sign_in("coordinator", "Own")
    house.says(own, "phone", "305 555 0177", "voice")
    [change] = house.proposals()
    before, number = changes(database), str(house.fact("phone", "voice"))
    forms: dict[str, dict[str, str]] = {
        "edit": {"s~alert~~text": "Something"},
        "call": {"fact": number, "outcome": "disconnected"}, "hide": {"reason": "threat"},
        "second": {}, "intend": {"intention": "close"}, f"undo/{change}": {}, "contact": {},
    }  # fmt: skip
    keys = {"key": "old-number", "outcome": "refused"}
    for role in ("coordinator", "partner", "law-enforcement"):
        for scopes in ((), (("network", "other"),), (("area", "US-GA"),), (("organization", house.listing),)):
            other = sign_in(role, f"{role.title()}{len(str(scopes))}", scopes=scopes)
            refused = {403, 404} if role != "coordinator" else {404}
            asked = [other.get(house.path), other.get(f"/desk/changes/{change}")]
            asked += [other.post(f"{house.path}/{door}", form) for door, form in forms.items()]
            asked += [other.post(f"/desk/changes/{change}/{door}", keys if door == "keys" else {"shown": "x"} if
                                 door == "approve" else {}) for door in ("keys", "approve", "decline")]  # fmt: skip
            assert {answer.status_code for answer in asked} <= refused
            assert all("Night House" not in answer.text and "305 555" not in answer.text for answer in asked)
            assert "Night House" not in other.get("/desk/listings").text + other.get("/desk/changes").text
    assert changes(database) == before
    assert house.proposals() == [change]
    assert own.get(house.path).status_code == 200


def test_no_form_of_one_listing_reaches_into_another(sign_in: Seat, house: House, database: Database) -> None:
    other = House(database)
    desk = sign_in("coordinator")
    number = str(other.fact("phone", "voice"))
    assert desk.post(f"{house.path}/call", {"fact": number, "outcome": "wrong"}).status_code == 404
    for strange in ("", "0", "-1", "x", "9" * 40):
        assert desk.post(f"{house.path}/call", {"fact": strange, "outcome": "wrong"}).status_code == 404
    assert desk.get("/desk/listings/no-id").status_code == 404
    assert desk.get("/desk/listings/no-id/edit").status_code == 404


def test_reading_a_page_changes_nothing(sign_in: Seat, house: House, database: Database) -> None:
    desk = sign_in("coordinator")
    before = changes(database)
    for door in ("edit/x", "call", "hide", "second", "intend", "undo/1", "contact"):
        address = f"{house.path}/{door}?intention=close&reason=told&fact=1&outcome=wrong&field=alert&value=x"
        assert desk.get(address).status_code in {404, 405}
    assert (changes(database), house.state()) == (before, "unverified")


def test_who_keeps_no_listings_reads_no_proposed_value(sign_in: Seat, house: House) -> None:
    house.verify()
    house.says(sign_in("coordinator"), "phone", "305 555 0177", "voice")
    for role in ("partner", "law-enforcement"):
        page = sign_in(role).get(house.path).text
        assert "305 555 0142" in page
        assert "305 555 0177" not in page
        assert "/desk/changes/" not in page


CONTACT = FactDraft("contact", Contact(title="Intake lead", phones=[Phone("+13055550119")]), slot="intake")
INNER = FactDraft("contact", Contact(name="Home address of the director"), slot="inner", tier="coordinator")


def shares(slot: str) -> FactDraft:
    """That an organization lets somebody see whom to ask for."""
    return FactDraft("attribute", TermValue(), slot=slot)


@pytest.mark.parametrize(
    ("role", "opted", "sees"),
    [
        ("partner", "", False),
        ("partner", SHARES_CONTACTS, True),
        ("partner", f"organization {SHARES_CONTACTS}", True),
        ("partner", SHARES_CONTACTS_WITH_LAW_ENFORCEMENT, False),
        ("law-enforcement", SHARES_CONTACTS, False),
        ("law-enforcement", SHARES_CONTACTS_WITH_LAW_ENFORCEMENT, True),
        ("law-enforcement", f"organization {SHARES_CONTACTS_WITH_LAW_ENFORCEMENT}", False),
        ("coordinator", "", True),
    ],
)
def test_whom_to_ask_for_is_shown_by_a_press_where_the_program_lets_it_be(
    sign_in: Seat, database: Database, role: Role, opted: str, sees: bool
) -> None:
    owner, _, slot = opted.rpartition(" ")
    share = (shares(slot),) if slot else ()
    house = House(database, CONTACT, INNER, *(() if owner else share), of_organization=share if owner else ())
    desk = sign_in(role)
    page = desk.get(house.path).text
    assert "305 555 0119" not in page
    assert ("Show whom to ask for" in page) == sees
    answer = desk.post(f"{house.path}/contact")
    assert answer.status_code == (200 if sees else 404)
    assert ("Intake lead, 305 555 0119" in answer.text) == sees
    assert ("Home address" in answer.text) == (role == "coordinator")
    assert answer.headers["cache-control"] == "no-store"
    with database.reading() as session:
        views = session.scalars(sa.select(ContactView.listing_id)).all()
    assert views == ([house.id] if sees else [])


def test_the_fifty_first_contact_of_a_day_stays_closed(sign_in: Seat, database: Database) -> None:
    house = House(database, CONTACT)
    desk = sign_in("coordinator")
    with database.transaction() as session:
        person = session.scalars(sa.text("SELECT id FROM person WHERE name = 'Coordinator'")).one()
        day = session.info["now"].toordinal()
        session.add_all(
            [ContactView(person_id=person, listing_id=10_000 + n, day=day) for n in range(MOST_CONTACTS_A_DAY)]
        )
    answer = desk.post(f"{house.path}/contact")
    assert "The admins are told" in answer.text
    assert "Intake lead" not in answer.text


def test_a_listing_is_hidden_by_one_seconded_by_another_and_shown_by_two(
    sign_in: Seat, house: House, now: dt.datetime
) -> None:
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    assert one.post(f"{house.path}/hide", {"reason": "threat"}).headers["location"] == f"{house.path}?said=hidden"
    assert house.state() == "hidden"
    assert "Hidden until Nov 29, 2026" in two.get(house.path).text
    assert one.post(f"{house.path}/second").status_code == 409
    assert two.post(f"{house.path}/second").status_code == 303
    assert "until two people show it again" in two.get(house.path).text
    assert two.post(f"{house.path}/intend", {"intention": "show-again", "reason": "told"}).status_code == 303
    assert house.state() == "hidden"
    assert len(house.proposals()) == 1
    assert two.post(f"{house.path}/intend", {"intention": "open-location"}).status_code == 400


def test_two_who_find_a_line_dead_hide_its_number(sign_in: Seat, house: House) -> None:
    house.verify()
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    form = {"fact": str(house.fact("phone", "voice")), "outcome": "disconnected"}
    assert one.post(f"{house.path}/call", form).headers["location"].endswith("said=called")
    assert house.value("phone", "voice").number == OLD
    assert two.post(f"{house.path}/call", form).headers["location"].endswith("said=dead")
    assert house.value("phone", "voice") is None


def test_a_change_is_undone_with_one_press(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    house.says(desk, "alert", "No beds in June.")
    page = desk.get(house.path).text
    [door] = re.findall(rf'action="({house.path}/undo/\d+)"', page)
    assert desk.post(door).headers["location"] == f"{house.path}?said=undone"
    assert house.value("alert").text == "No beds in May."
    assert desk.post(f"{house.path}/undo/{'9' * 30}").status_code == 404


def test_a_form_without_the_mark_of_the_session_does_nothing(sign_in: Seat, house: House, database: Database) -> None:
    desk = sign_in("coordinator")
    before = changes(database)
    assert desk.post(f"{house.path}/hide", {"reason": "threat"}, **{"sec-fetch-site": "cross-site"}).status_code == 403
    desk.mark = ""
    assert desk.post(f"{house.path}/hide", {"reason": "threat"}).status_code == 403
    assert (changes(database), house.state()) == (before, "unverified")


def test_what_is_said_stands_in_words(sign_in: Seat, database: Database) -> None:
    hours = opens({"MO": [(480, 1200)], "TU": [(480, 1200)], "SU": [(0, 1440)]})
    house = House(database, kind("safe-house"), speaks("es"), hours, shares(SHARES_CONTACTS))
    page = sign_in("coordinator").get(house.path).text
    for words in (
        "Safe house", "Spanish: staff speak it", "Mon Tue 08:00-20:00; Sun all day",
        "Lets partners see whom to ask for", "Nobody has confirmed it", "of the organization",
    ):  # fmt: skip
        assert words in page, words
    assert page.index("305 555 0142") < page.index("A first line.")
