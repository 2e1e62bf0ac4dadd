"""Entering a listing by hand: what it holds then, what its kind keeps private, and what is there already."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.fields import decode_value
from directory.listings.models import Fact, Record
from tests.makers import kind, make_organization, make_service
from tests.staff import Desk
from tests.web.conftest import public_id

Seat = Callable[..., Desk]
ID = r"[0-9a-f-]{36}"
FORM = {
    "organization": "Owner House", "name": "Night House", "kind": "safe-house", "number": "305 555 0142",
    "state": "FL", "postal": "",
}  # fmt: skip


def records(database: Database, kind_: str) -> int:
    """How many records of a kind there are."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Record).where(Record.kind == kind_)) or 0


def said(database: Database, field: str) -> dict[str, Any]:
    """What is said of a field, by slot."""
    with database.reading() as session:
        facts = session.scalars(sa.select(Fact).where(Fact.field == field, Fact.standing == "current"))
        return {fact.slot: decode_value(field, fact.value or "{}") for fact in facts}


def test_each_box_says_in_words_whether_it_has_to_be_filled_in(sign_in: Seat) -> None:
    page = sign_in("coordinator").get("/desk/listings/new").text
    fields = re.findall(r'<div class="field"><label for="(\w+)">.*?(required|optional)</span></label>(.*?)</div>', page)
    assert {field for field, word, _ in fields if word == "required"} == {
        "organization",
        "name",
        "kind",
        "number",
        "state",
    }
    assert {field for field, word, _ in fields if word != "required"} == {"postal", "hours", "languages"}
    assert all((" required" in box) == (word == "required") for _, word, box in fields)
    # The first box has the keyboard, and the state is that of this deployment.
    assert re.search(r'<input id="organization"[^>]* autofocus', page)
    assert re.search(r'<input id="state" name="state" value="FL"', page)
    assert page.count("autofocus") == 1


@pytest.mark.parametrize("box", ["organization", "name"])
def test_a_name_that_tells_where_a_safe_house_is_is_refused_beside_its_box(
    sign_in: Seat, database: Database, box: str
) -> None:
    telling = {box: "Night House, 12 Orange Street"}
    desk = sign_in("coordinator")
    answer = desk.post("/desk/listings/new", FORM | telling)
    assert answer.status_code == 400
    beside = re.search(rf'id="{box}-wrong">([^<]*)<', answer.text)
    assert beside
    assert "confidential place" in beside[1]
    assert "Orange" not in beside[1]
    assert 'value="Night House, 12 Orange Street"' in answer.text
    assert records(database, "service") == 0
    assert records(database, "organization") == 0
    # What is no secret may say so in its name.
    answer = desk.post("/desk/listings/new", FORM | telling | {"kind": "food"})
    assert re.fullmatch(rf"/desk/listings/{ID}\?said=added", answer.headers["location"])


@pytest.mark.parametrize(
    ("where", "area"),
    [
        ({"state": "FL", "postal": "331"}, "US-FL-331"),
        ({"state": "florida", "postal": "33130"}, "US-FL-331"),
        ({"state": "FL", "postal": ""}, "US-FL"),
        ({"state": "GA", "postal": "331"}, "US-GA"),
    ],
)
def test_a_safe_house_entered_by_hand_has_an_area_and_no_place(
    sign_in: Seat, database: Database, where: dict[str, str], area: str
) -> None:
    answer = sign_in("coordinator").post("/desk/listings/new", FORM | where)
    assert re.fullmatch(rf"/desk/listings/{ID}\?said=added", answer.headers["location"])
    with database.reading() as session:
        made = session.query(Record).filter_by(kind="service").one()
        assert (made.location_disclosure, made.published_area) == ("area_only", area)
        assert session.query(Record).filter_by(kind="location").count() == 0


def test_a_form_that_says_too_little_enters_nothing_and_comes_back_as_it_was(sign_in: Seat, database: Database) -> None:
    desk = sign_in("coordinator")
    for wrong in (
        {"name": " "}, {"number": "none"}, {"kind": "nothing"}, {"state": "XX"}, {"organization": ""},
        {"hours": "sometimes"}, {"hours": "5-9 Mondays"}, {"languages": "Elvish"}, {"who": "nobody"},
    ):  # fmt: skip
        answer = desk.post("/desk/listings/new", FORM | wrong)
        assert answer.status_code == 400, wrong
        [field] = wrong
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
        assert "Nothing is entered yet" in answer.text
        kept = FORM | wrong
        assert all(f'value="{kept[box]}"' in answer.text for box in ("number", "state") if kept[box])
    assert desk.post("/desk/listings/new", FORM | {"address": "742 Evergreen Terrace"}).status_code == 400
    assert records(database, "service") == 0


def test_one_form_says_all_that_a_first_call_tells(sign_in: Seat, database: Database) -> None:
    form: dict[str, str | list[str]] = {
        **FORM, "kind": "legal-civil", "number": "305 555 0142 ext 7", "languages": "Spanish; Haitian Creole",
        "hours": "Mon-Fri 9-17; Sat 10-14", "who": ["women", "men"],
    }  # fmt: skip
    page = sign_in("coordinator").get(
        sign_in("coordinator", "Two").post("/desk/listings/new", form).headers["location"]
    ).text  # fmt: skip
    assert "Somebody else has to call" in page
    assert "Not confirmed" in page
    assert set(said(database, "language")) == {"es:staff", "ht:staff"}
    office = said(database, "schedule")["office"]
    assert (office.days["FR"], office.days["SA"], office.zone) == ([(540, 1020)], [(600, 840)], "America/New_York")
    assert set(said(database, "eligibility")) == {"women", "men"}
    assert said(database, "service_area")["US-FL"].extent == "state"
    assert said(database, "phone")["voice"].ext == "7"


def test_what_is_likely_there_already_is_shown_before_anything_is_entered(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        owner = make_organization(session, "Owner House, Inc.")
        made = make_service(session, kind("safe-house"), name="Night  Houses", organization_id=owner, area="US-FL")
        listing, owner_id = public_id(session, made), str(session.get_one(Record, owner).public_id)
    desk = sign_in("coordinator")
    answer = desk.post("/desk/listings/new", FORM)
    assert answer.status_code == 200
    assert "Is it one of these?" in answer.text
    assert f'href="/desk/listings/{listing}"' in answer.text
    assert "it has this number" in answer.text
    assert "Owner House, Inc., which is here already" in answer.text
    assert answer.text.count("autofocus") == 1
    assert re.search(r'name="sure"[^>]* autofocus', answer.text)
    assert records(database, "service") == 1
    # Who has looked says so, and says whose it is.
    assert desk.post("/desk/listings/new", FORM | {"owner": owner_id}).status_code == 200
    assert desk.post("/desk/listings/new", FORM | {"owner": owner_id, "sure": "on"}).status_code == 303
    assert (records(database, "service"), records(database, "organization")) == (2, 1)
    assert desk.post("/desk/listings/new", FORM | {"owner": "new", "sure": "on"}).status_code == 303
    assert records(database, "organization") == 2


def test_only_what_somebody_may_know_of_is_shown_to_be_there_or_taken(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        owner = make_organization(session, "Owner House")
        make_service(session, name="Night House", organization_id=owner)
        owner_id = str(session.get_one(Record, owner).public_id)
    other = sign_in("coordinator", scopes=(("area", "US-GA"),))
    form = FORM | {"state": "GA"}
    assert other.post("/desk/listings/new", form | {"owner": owner_id}).status_code == 404
    answer = other.post("/desk/listings/new", form)
    assert answer.status_code == 303
    assert records(database, "organization") == 2


def test_a_private_program_does_not_join_an_organization_that_is_shown_in_full(
    sign_in: Seat, database: Database
) -> None:
    with database.transaction() as session:
        owner = make_organization(session, "Owner House")
        make_service(session, name="Advice", organization_id=owner)
        owner_id = str(session.get_one(Record, owner).public_id)
    desk = sign_in("coordinator")
    answer = desk.post("/desk/listings/new", FORM | {"owner": owner_id, "sure": "on"})
    assert answer.status_code == 409
    assert "Enter the organization anew" in answer.text
    assert 'value="Night House"' in answer.text
    public = FORM | {"kind": "legal-civil", "owner": owner_id, "sure": "on"}
    assert desk.post("/desk/listings/new", public).status_code == 303
    assert (records(database, "service"), records(database, "organization")) == (2, 1)
