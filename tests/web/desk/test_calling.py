"""The page of a listing: what to say on the telephone, what was heard, and asking by letter."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.freshness.policy import CALL_OUTCOMES
from directory.listings.models import Fact, Record
from directory.mail.models import Outbox
from tests.directory.confirming.house import MAILBOX, House, found
from tests.staff import Desk
from web.desk.listing import HEARD, OUTCOMES

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Listed:
    """The house with the addresses of its page."""

    def __init__(self, database: Database, house: House) -> None:
        self.database, self.house = database, house
        with database.reading() as session:
            public = session.get_one(Record, house.listing).public_id
            self.phone = str(house.fact(session, "phone"))
        self.path = f"/desk/listings/{public}"

    def call(self, desk: Desk, outcome: str, **more: str) -> str:
        """Note a call; what is said then."""
        answer = desk.post(f"{self.path}/call", {"fact": self.phone, "outcome": outcome} | more)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("said=")[2]

    def found(self) -> list[tuple[str, str]]:
        """What calls found."""
        with self.database.reading() as session:
            return [one for one in found(session, "call") if one != ("email", "answered")]


@pytest.fixture
def listed(database: Database) -> Listed:
    with database.transaction() as session:
        house = House(session)
    return Listed(database, house)


def test_the_page_says_what_to_say_and_offers_every_outcome(sign_in: Seat, listed: Listed) -> None:
    page = sign_in("coordinator").get(listed.path).text
    assert "Is this still the right number for Lantern House?" in page
    assert set(re.findall(r'name="outcome" value="([\w-]+)"', page)) == set(OUTCOMES) == set(CALL_OUTCOMES)
    assert all(f'<option value="{code}">{word}</option>' in page for code, word in HEARD.items())


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("confirmed", "called"), ("no-answer", "called"), ("closed", "gone"), ("do-not-list", "gone"), ("live", "called")],
)
def test_what_a_call_found_is_noted(sign_in: Seat, listed: Listed, outcome: str, said: str) -> None:
    assert listed.call(sign_in("coordinator", "Ada"), outcome) == said
    assert outcome in {found_then for _, found_then in listed.found()}


def test_how_it_answers_is_noted_with_the_call(sign_in: Seat, listed: Listed, database: Database) -> None:
    listed.call(sign_in("coordinator", "Ada"), "voicemail-named", greeting="names-service")
    with database.reading() as session:
        held = session.scalars(sa.select(Fact).where(Fact.field == "greeting", Fact.standing == "current")).one()
        assert '"answers_as":"names-service"' in (held.value or "")


def test_what_is_no_outcome_is_refused(sign_in: Seat, listed: Listed) -> None:
    desk = sign_in("coordinator", "Ada")
    for form in ({"outcome": "answered"}, {"outcome": ""}, {"outcome": "live", "greeting": "loud"}):
        assert desk.post(f"{listed.path}/call", {"fact": listed.phone} | form).status_code == 409
    assert listed.found() == []


def test_who_asked_not_to_be_called_is_asked_by_letter(sign_in: Seat, listed: Listed) -> None:
    desk = sign_in("coordinator", "Ada")
    listed.call(desk, "do-not-call")
    page = desk.get(listed.path).text
    assert "They asked not to be called" in page
    assert 'name="outcome"' not in page
    assert "Ask them by letter" in page


def test_a_letter_is_written_with_one_press_and_not_twice(sign_in: Seat, listed: Listed, database: Database) -> None:
    desk = sign_in("coordinator", "Ada")
    assert desk.post(f"{listed.path}/letter").headers["location"].endswith("said=letter")
    again = desk.post(f"{listed.path}/letter")
    assert (again.status_code, "on its way" in again.text) == (409, True)
    with database.reading() as session:
        letters = session.scalars(sa.select(Outbox).where(Outbox.template == "look-over")).all()
        assert [letter.recipient for letter in letters] == [MAILBOX]
    # The key is for the program alone: no page of the desk shows it.
    assert letters[0].fields.rpartition("/v/")[2][:43] not in desk.get(listed.path).text
