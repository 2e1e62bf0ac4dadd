"""The history of a listing at the desk: what stood there before and after, and what is never told."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.models import Fact
from tests.makers import STREET, make_organization, make_service, site
from tests.staff import Desk
from tests.web.conftest import public_id
from tests.web.desk.filled import typed_into
from tests.web.desk.test_listing import CONTACT, House
from tests.web.desk.test_listing import house as house  # noqa: PLC0414 - a fixture

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_each_change_tells_before_and_after_by_whom_and_why(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator", "Kim")
    house.says(desk, "alert", "No beds in June.")
    house.says(desk, "alert", "No beds in July.")
    page = desk.get(house.path).text
    shown = page[page.index("<h2>History</h2>") :]
    assert "Kim (coordinator): changed. Why: the program told us." in shown
    assert '<del><span class="unseen">before: </span>No beds in June.</del>' in shown
    assert '<ins><span class="unseen">after: </span>No beds in July.</ins>' in shown
    # Of two that build on each other the later one goes first.
    assert shown.count('aria-label="Undo change') == 1
    assert shown.count("Something was changed there since") == 1


def test_what_others_built_upon_is_refused_in_words(sign_in: Seat, house: House) -> None:
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    house.says(one, "alert", "No beds in June.")
    first = house.database
    with first.reading() as session:
        change = session.scalars(
            sa.select(Fact.change_id).where(Fact.field == "alert", Fact.standing == "current")
        ).one()
    house.says(two, "alert", "No beds in July.")
    answer = one.post(f"{house.path}/undo/{change}")
    assert answer.status_code == 409
    assert "Something else has changed there meanwhile" in answer.text
    assert house.value("alert").text == "No beds in July."


def test_neither_a_place_nor_whom_to_ask_for_is_told_there(sign_in: Seat, database: Database) -> None:
    desk = sign_in("coordinator")
    with database.transaction() as session:
        made = make_service(session, sites=[site()], organization_id=make_organization(session, "Owner"))
        path = f"/desk/listings/{public_id(session, made)}"
    typed = typed_into(desk, path, {"p~address~~address_1": "9 Other Street"})
    assert desk.post(f"{path}/edit", typed).status_code == 303
    page = desk.get(path).text
    shown = page[page.index("<h2>History</h2>") :]
    assert STREET not in shown
    assert "Other Street" not in shown
    assert "Address: changed" in shown
    other = House(database, CONTACT)
    typed = typed_into(desk, other.path, {"s~contact~intake~title": "Night lead"})
    assert desk.post(f"{other.path}/edit", typed).status_code == 303
    page = desk.get(other.path).text
    assert "Night lead" not in page
    assert "Intake lead" not in page


def test_partners_are_told_no_history(sign_in: Seat, house: House) -> None:
    house.says(sign_in("coordinator"), "alert", "No beds in June.")
    for role in ("partner", "law-enforcement"):
        page = sign_in(role).get(house.path).text
        assert "<h2>History</h2>" not in page
        assert "No beds in May" not in page
