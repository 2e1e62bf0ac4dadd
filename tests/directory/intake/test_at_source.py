"""The day on which a source looked at a record is kept, and makes nothing confirmed."""

import datetime as dt

import msgspec
import pytest
import sqlalchemy as sa

from directory.cards.queries import card_of
from directory.db import Database
from directory.freshness.models import Evidence
from directory.intake.service import SourceRow
from directory.integrity import queries
from directory.integrity.reach import is_verified
from directory.listings.models import Fact, Record
from tests import makers
from tests.conftest import NOW
from tests.directory.intake.test_service import count, organization, run, service

DAY = dt.date(2026, 5, 8)


def looked_at(row: SourceRow, day: dt.date = DAY) -> SourceRow:
    """The row with the day on which its source looked at it."""
    return msgspec.structs.replace(row, verified_on=day)


def observed(database: Database) -> list[tuple[str, str]]:
    """Kind of record and field of every fact that the source stands behind."""
    with database.reading() as session:
        rows = session.execute(
            sa.select(Fact.record_kind, Fact.field)
            .join(Evidence, Evidence.fact_id == Fact.id)
            .where(Evidence.outcome == "verified-at-source")
            .order_by(Fact.record_kind, Fact.field)
        )
        return [(row.record_kind, row.field) for row in rows]


def the(database: Database, kind: str) -> int:
    """The id of the only record of a kind."""
    with database.reading() as session:
        return session.scalars(sa.select(Record.id).where(Record.kind == kind)).one()


def test_the_day_is_noted_on_what_a_person_could_confirm(database: Database) -> None:
    said = (makers.text("status", "active"), makers.text("description", "We help."), makers.opens({"mo": [(540, 600)]}))
    run(database, looked_at(organization()), looked_at(service(*said)))
    fields = [("organization", "name"), *(("service", field) for field in ("name", "phone", "schedule", "status"))]
    assert observed(database) == fields
    with database.reading() as session:
        evidence = session.scalars(sa.select(Evidence)).all()
    assert {(one.method, one.log2_odds, one.lineage, one.actor_role) for one in evidence} == {
        ("import", 0, "county", None)
    }
    assert {one.observed_at.date() for one in evidence} == {DAY}


def test_the_same_day_again_adds_nothing_and_a_later_one_is_noted_beside_it(database: Database) -> None:
    rows = [organization(), looked_at(service())]
    run(database, *rows)
    before = count(database, Evidence)
    run(database, *rows)
    assert count(database, Evidence) == before
    run(database, organization(), looked_at(service(), DAY + dt.timedelta(days=90)))
    assert count(database, Evidence) == 2 * before


@pytest.mark.parametrize("day", [NOW.date() + dt.timedelta(days=1), dt.date(1989, 12, 31)])
def test_a_day_that_cannot_be_is_not_noted(database: Database, day: dt.date) -> None:
    run(database, organization(), looked_at(service(), day))
    assert count(database, Evidence) == 0


def test_the_day_of_the_run_itself_is_noted(database: Database) -> None:
    run(database, organization(), looked_at(service(), NOW.date()))
    assert count(database, Evidence) > 0


def test_a_sources_word_confirms_nothing(database: Database) -> None:
    """No state, no guard and no card takes it for a confirmation; what the source says next is followed."""
    run(database, organization(), looked_at(service(), NOW.date()))
    listing = the(database, "listing")
    with database.reading() as session:
        card = card_of(session, listing)
        assert not is_verified(session, session.get_one(Record, listing))
        assert queries.state_of(session, listing).state == "unverified"
    assert card is not None
    assert (card.confirmed, card.fresh_until, card.phones[0].confirmed) == ({}, 0, "")
    answers = run(database, organization(), looked_at(service(number="+13055550199"), NOW.date()))
    assert answers[1].proposed == 0


def test_a_sources_word_ends_no_warning(database: Database) -> None:
    """A call found the line dead; that the source looked at it later does not bring it back."""
    run(database, organization(), service())
    with database.transaction() as session:
        phone = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
        makers.confirm(session, phone, days_ago=30, log2_odds=5, key="dead")
    listing = the(database, "listing")
    run(database, organization(), looked_at(service(makers.text("description", "We help.")), NOW.date()))
    with database.reading() as session:
        card = card_of(session, listing)
    assert card is not None
    assert card.may_not_work
