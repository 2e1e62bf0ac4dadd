"""Beside each value of a listing: how sure we are, and who said it, a source or one of the people here."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.freshness.models import Evidence, WithdrawnEvidence
from directory.integrity.said_by import Behind, people_behind
from directory.people.models import Person
from tests.makers import observe
from tests.staff import Desk
from tests.web.desk.test_listing import House
from tests.web.desk.test_listing import house as house  # noqa: PLC0414 - a fixture

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def behind(database: Database, fact_id: int) -> Behind:
    """Who stands behind a value."""
    with database.reading() as session:
        return people_behind(session, [fact_id]).get(fact_id, Behind())


def test_one_s_own_word_stands_beside_the_value(sign_in: Seat, house: House) -> None:
    ana, partner = sign_in("coordinator", "Ana"), sign_in("partner", "Pat")
    house.says(ana, "phone", "305 555 0177", "voice")
    said = "Said by Ana on Nov 26, 2026"
    assert ana.get(house.path).text.count(said) == 1
    assert said in ana.get(f"{house.path}/edit").text
    ben = sign_in("coordinator", "Ben")
    called = ben.post(f"{house.path}/call", {"fact": str(house.fact("phone", "voice")), "outcome": "confirmed"})
    assert called.headers["location"].endswith("said=called")
    page = ana.get(house.path).text
    assert said in page
    assert "Ben, Nov 26, 2026" in page
    # Who works here is nobody's business who only looks things up.
    assert not {"Ana", "Ben"} & set(partner.get(house.path).text.replace(",", " ").split())


def test_only_the_last_word_has_a_name_and_none_that_was_taken_back(sign_in: Seat, house: House) -> None:
    ben = sign_in("coordinator", "Ben")
    line = house.fact("phone", "voice")
    ben.post(f"{house.path}/call", {"fact": str(line), "outcome": "confirmed"})
    assert behind(house.database, line).confirmed_by == "Ben"
    with house.database.transaction() as session:
        observe(session, line, "provider", "confirmed", days_ago=-1)
    assert behind(house.database, line).confirmed_by == ""
    with house.database.transaction() as session:
        _take_back(session, line)
    assert behind(house.database, line) == Behind()


def _take_back(session: Session, fact_id: int) -> None:
    by = session.scalars(sa.select(Person.id).where(Person.name == "Ben")).one()
    for one in session.scalars(sa.select(Evidence.id).where(Evidence.fact_id == fact_id)):
        session.add(WithdrawnEvidence(evidence_id=one, by_id=by, at=session.info["now"]))
