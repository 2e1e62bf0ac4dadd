"""The pages of proposals: what whoever decides is shown, and what each press does."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.models import Change, Record
from directory.people.models import Person
from tests.makers import make_organization, make_service, phone, takes
from tests.staff import Desk
from tests.web.conftest import public_id
from tests.web.desk.test_listing import NEW, OLD, House

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(database: Database) -> House:
    """A house whose number a call confirmed."""
    house = House(database, takes("women"))
    house.verify()
    return house


@pytest.fixture
def one(sign_in: Seat) -> Desk:
    """Who proposes."""
    return sign_in("coordinator", "One")


@pytest.fixture
def two(sign_in: Seat) -> Desk:
    """Who decides."""
    return sign_in("coordinator", "Two")


def propose(house: House, desk: Desk, value: str = "305 555 0177") -> str:
    """Propose another number; the address of the proposal."""
    assert house.says(desk, "phone", value, "voice") == 303
    return f"/desk/changes/{house.proposals()[-1]}"


def shown(page: str) -> str:
    """What the button for approving carries; empty where it is not offered."""
    found = re.search(r'name="shown" value="([0-9a-f]+)"', page)
    return found[1] if found else ""


def test_the_page_shows_both_values_and_the_listed_number_to_call(house: House, one: Desk, two: Desk) -> None:
    address = propose(house, one)
    page = two.get(address).text
    assert "<del>305 555 0142</del>" in page
    assert "<ins>305 555 0177</ins>" in page
    assert '<p class="phone nums">305 555 0142</p>' in page
    assert "One proposed it" in page
    assert f'href="{house.path}"' in page
    listed = two.get("/desk/changes").text
    assert f'href="{address}"' in listed
    assert "305 555" not in listed
    # Who proposed it sees that it waits for another.
    assert "waits for a second person" in listed
    own = one.get("/desk/changes").text
    assert "yours: somebody else decides" in own
    assert "waits for a second person" not in own


def test_approving_is_offered_when_nothing_is_missing_but_a_proof(
    house: House, one: Desk, two: Desk, database: Database
) -> None:
    address = propose(house, one)
    page = two.get(address).text
    assert not shown(page)
    assert "a call to the old number, or two keys" in page
    answer = two.post(f"{address}/keys", {"key": "old-number", "outcome": "confirmed"})
    assert answer.headers["location"] == f"{address}?said=noted"
    # Nobody approves what they proposed.
    assert not shown(one.get(address).text)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE session SET stepped_up_at = NULL")
    digest = shown(two.get(address).text)
    assert two.post(f"{address}/approve", {"shown": digest}).headers["location"].startswith("/desk/prove?back=")
    assert house.value("phone", "voice").number == OLD


def test_two_people_and_a_call_to_the_old_number_change_it(house: House, one: Desk, two: Desk) -> None:
    address = propose(house, one)
    two.post(f"{address}/keys", {"key": "old-number", "outcome": "confirmed"})
    assert two.post(f"{address}/approve", {"shown": "0" * 32}).status_code == 409
    answer = two.post(f"{address}/approve", {"shown": shown(two.get(address).text)})
    assert answer.headers["location"] == "/desk/changes?said=applied"
    assert house.value("phone", "voice").number == NEW
    assert two.get(address).status_code == 404


def test_two_other_keys_wait_three_days_and_the_page_says_so(house: House, one: Desk, two: Desk) -> None:
    address = propose(house, one)
    one.post(f"{address}/keys", {"key": "own-site", "outcome": "confirmed"})
    two.post(f"{address}/keys", {"key": "independent-number", "outcome": "confirmed"})
    answer = two.post(f"{address}/approve", {"shown": shown(two.get(address).text)})
    assert answer.headers["location"] == "/desk/changes?said=waiting"
    page = one.get(address).text
    assert "It is shown after Nov 29, 2026" in page
    assert not shown(page)
    assert house.value("phone", "voice").number == OLD


def test_a_refusal_on_the_old_number_declines_it(house: House, one: Desk, two: Desk) -> None:
    address = propose(house, one)
    answer = two.post(f"{address}/keys", {"key": "old-number", "outcome": "refused"})
    assert answer.headers["location"] == "/desk/changes?said=declined"
    assert house.proposals() == []


def test_it_is_declined_by_another_or_withdrawn_by_whoever_proposed_it(house: House, one: Desk, two: Desk) -> None:
    address = propose(house, one)
    assert ">Withdraw<" in one.get(address).text
    assert ">Decline<" in two.get(address).text
    assert two.post(f"{address}/decline").status_code == 303
    again = propose(house, one)
    assert one.post(f"{again}/decline").status_code == 303
    assert house.proposals() == []
    assert house.value("phone", "voice").number == OLD


def test_nobody_brings_the_word_of_a_neighbour_by_hand(house: House, one: Desk, two: Desk) -> None:
    address = propose(house, one)
    assert two.post(f"{address}/keys", {"key": "neighbour", "outcome": "confirmed"}).status_code == 400
    for key, outcome in (("", "confirmed"), ("own-site", "perhaps"), ("x", "x")):
        assert two.post(f"{address}/keys", {"key": key, "outcome": outcome}).status_code in {400, 409}
    assert "Nothing yet." in two.get(address).text


def test_a_partner_proposes_reads_and_withdraws_what_is_their_own_and_nothing_else(
    sign_in: Seat, house: House, one: Desk
) -> None:
    partner = sign_in("partner")
    theirs = propose(house, one)
    own = propose(house, partner, "305 555 0178")
    listed = partner.get("/desk/changes").text
    assert (f'href="{own}"' in listed, f'href="{theirs}"' in listed) == (True, False)
    assert partner.get(theirs).status_code == 404
    assert "<ins>305 555 0178</ins>" in partner.get(own).text
    for door in ("keys", "approve", "break-glass"):
        assert partner.post(f"{own}/{door}").status_code == 403
    assert partner.post(f"{theirs}/decline").status_code in {404, 409}
    assert len(house.proposals()) == 2
    assert partner.post(f"{own}/decline").status_code == 303
    assert len(house.proposals()) == 1


def test_a_partner_changes_nothing_at_once(sign_in: Seat, house: House) -> None:
    partner = sign_in("partner")
    assert house.says(partner, "alert", "No beds in June.") == 303
    assert house.value("alert") is None
    assert len(house.proposals()) == 1


def test_an_admin_asks_to_break_the_glass_and_another_has_to_approve(
    sign_in: Seat, house: House, one: Desk, database: Database
) -> None:
    ann, bea = sign_in("admin", "Ann"), sign_in("admin", "Bea")
    address = propose(house, one)
    assert "Break the glass" in ann.get(address).text
    assert "Break the glass" not in one.get(address).text
    broken = ann.post(f"{address}/break-glass").headers["location"].partition("?")[0]
    assert broken != address
    page = bea.get(broken).text
    assert "everybody is told" in page
    assert not shown(ann.get(broken).text)
    assert bea.post(f"{broken}/approve", {"shown": shown(page)}).headers["location"].endswith("said=applied")
    assert house.value("phone", "voice").number == NEW
    with database.reading() as session:
        assert session.get_one(Change, int(broken.rpartition("/")[2])).broke_glass


def test_a_number_that_looks_wrong_is_shown_with_why(house: House, one: Desk, two: Desk) -> None:
    page = two.get(propose(house, one, "1-900-555-1234")).text
    assert "Calling it costs extra." in page


def test_an_address_that_no_proposal_has_leads_nowhere(one: Desk) -> None:
    for number in ("0", "-1", "7", "9" * 40):
        assert one.get(f"/desk/changes/{number}").status_code == 404
        assert one.post(f"/desk/changes/{number}/decline").status_code == 404
    assert one.get("/desk/changes/x").status_code == 404


def test_the_record_says_who_did_what_and_no_value(sign_in: Seat, house: House, one: Desk) -> None:
    change = propose(house, one).rpartition("/")[2]
    page = one.get("/desk/record").text
    assert f"proposed a change (change {change})" in page
    assert "305 555" not in page
    assert "Night House" not in page
    assert one.get("/desk/record", params={"before": "1"}).text.count("<td") == 0
    assert one.get("/desk/record", params={"before": "9" * 40}).status_code == 404
    for role in ("partner", "law-enforcement"):
        assert sign_in(role).get("/desk/record").status_code == 403


def test_who_may_not_decide_is_told_whose_account_did_what_and_whom_to_ask(
    sign_in: Seat, house: House, one: Desk, two: Desk, database: Database
) -> None:
    address = propose(house, one)
    own = one.get(address).text
    assert "somebody else has to decide: you proposed it" in own
    assert "Two could decide it, as soon as the keys are there." in own
    assert '<a href="/desk/people">' in own
    assert "As soon as the keys are there, you could decide it." in two.get(address).text
    with database.reading() as session:
        host = session.scalars(sa.select(Person.id).where(Person.name == "One")).one()
    new = sign_in("coordinator", "New", days=2, invited_by=host).get(address).text
    assert "your account (made on Nov 24, 2026, invited by One) needs the word of a third person who knows you" in new
    assert "One, who proposed it, invited you" in new
    two.post(f"{address}/keys", {"key": "old-number", "outcome": "confirmed"})
    assert "Two could decide it. " in one.get(address).text
    elsewhere = sign_in("coordinator", "Else", scopes=(("network", "other"),))
    assert elsewhere.get(address).status_code == 404
    assert "Else" not in one.get(address).text


def test_where_nobody_else_could_decide_it_says_so(house: House, one: Desk) -> None:
    assert "Nobody else here could decide it now." in one.get(propose(house, one)).text


def test_another_organization_with_the_number_is_named_to_whoever_works_on_it(
    sign_in: Seat, house: House, database: Database
) -> None:
    with database.transaction() as session:
        made = make_service(session, phone(NEW), organization_id=make_organization(session, "Other House"))
        other = public_id(session, made)
        owner = str(session.get_one(Record, session.get_one(Record, house.id).organization_id).public_id)
    scoped = sign_in("coordinator", "Scoped", scopes=(("organization", owner),))
    address = propose(house, scoped)
    page = sign_in("coordinator", "Both").get(address).text
    assert f'The same number: <a href="/desk/listings/{other}">Other House</a>.' in page
    page = scoped.get(address).text
    assert "The same number: 1 outside what you work on." in page
    assert "Other House" not in page
