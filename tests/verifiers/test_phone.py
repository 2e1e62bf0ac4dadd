"""Numbers that cannot be, numbers that a stranger has too, and numbers that may answer."""

import asyncio

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.db import Database
from directory.intake.service import SourceRow
from directory.listings.changes import Author
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.merging import merge
from directory.listings.models import Record
from directory.listings.service import set_standing
from tests import makers
from tests.directory.intake.test_service import organization, run, service
from tests.verifiers.facts import known_facts
from verifiers.look import Look
from verifiers.phone import phone
from verifiers.subject import Known


def look(database: Database, known: Known) -> Look:
    """One look at a number."""
    return asyncio.run(phone(database)(known))  # type: ignore[arg-type]


def outcomes(database: Database) -> list[str]:
    """What is seen of every current number, in the order in which they came."""
    return [look(database, known).outcome for known in known_facts(database, "phone")]


def rows_of(name: str) -> list[SourceRow]:
    """An organization and its service, which has the same number as every other."""
    key = f"organization:{name}"
    of_service = ServiceDraft(f"service:{name}", key, [makers.text("name", "Practice Service"), makers.phone()])
    return [
        SourceRow(key, OrganizationDraft(key, [makers.text("name", name)]), "accepted"),
        SourceRow(of_service.source_key, of_service, "accepted"),
    ]


@pytest.mark.parametrize(
    ("number", "country", "outcome"),
    [
        ("+13055550142", "US", "valid"),  # practice
        ("+18885550142", "US", "valid"),
        ("988", "US", "valid"),
        ("211", "US", "valid"),
        ("911", "US", "valid"),
        ("711", "US", "valid"),
        ("233733", "US", "valid"),
        ("988", "CA", "valid"),
        ("+442079460000", "US", "valid"),
        ("999", "GB", "valid"),
        ("999", "US", "invalid"),
        ("1234", "US", "invalid"),
        ("+1305555", "US", "invalid"),
        ("+11115550142", "US", "invalid"),
        ("+13055550142000", "US", "invalid"),
        ("3055550142", "US", "invalid"),  # not as it is stored
        ("+1 305 555 0142", "US", "invalid"),
        ("call 911", "US", "invalid"),
        ("988 911", "US", "invalid"),
        ("", "US", "invalid"),
        ("+1" * 5_000, "US", "invalid"),
    ],
)  # fmt: skip
def test_a_number_is_judged_by_the_tables_of_its_kind(
    sqlite_database: Database, number: str, country: str, outcome: str
) -> None:
    assert look(sqlite_database, Known(1, "phone", {"number": number}, country=country)) == Look(outcome)


def test_other_facts_and_values_say_nothing(sqlite_database: Database) -> None:
    assert look(sqlite_database, Known(1, "email", {"text": "desk@example.org"})) == Look()
    assert look(sqlite_database, Known(1, "phone", {"text": "1"})) == Look()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=3))
def test_no_text_is_too_odd_to_be_looked_at(sqlite_database: Database, number: str, country: str) -> None:
    assert look(sqlite_database, Known(1, "phone", {"number": number}, country=country)).outcome in {"valid", "invalid"}


def test_a_number_of_two_strangers_is_reused_at_both(database: Database) -> None:
    with database.transaction() as session:
        makers.make_service(session, organization_id=makers.make_organization(session, "One"))
        own = makers.make_organization(session, "Another")
        makers.make_service(session, organization_id=own)
        makers.make_service(session, organization_id=own)
    assert outcomes(database) == ["reused", "reused", "reused"]


def test_ones_own_number_at_many_services_is_no_strangers(database: Database) -> None:
    with database.transaction() as session:
        own = makers.make_organization(session, "One", makers.phone())
        makers.make_service(session, organization_id=own)
        makers.make_service(session, makers.phone("+13055550177"), organization_id=own)
    assert outcomes(database) == ["valid", "valid", "valid"]


def test_a_switchboard_of_one_list_is_known_to_its_people_and_to_no_other_list(database: Database) -> None:
    run(database, *rows_of("One"), *rows_of("Another"))
    assert outcomes(database) == ["valid", "valid"]
    run(database, organization(), service(), source="elsewhere")
    assert outcomes(database) == ["reused", "reused", "reused"]


def test_the_same_organization_in_two_lists_is_no_stranger_nor_is_one_that_was_merged(database: Database) -> None:
    run(database, organization(), service(), source="county")
    run(database, organization(), service(), source="state")
    assert outcomes(database) == ["valid", "valid"]
    with database.transaction() as session:
        one = makers.make_organization(session, "One")
        makers.make_service(session, makers.phone("+13055550177"), organization_id=one)
        other = makers.make_organization(session, "Another")
        makers.make_service(session, makers.phone("+13055550177"), organization_id=other)
    assert outcomes(database)[2:] == ["reused", "reused"]
    with database.transaction() as session:
        merge(session, one, other, author=Author("merge", "one and the same"), now=session.info["now"])
    assert outcomes(database)[2:] == ["valid", "valid"]


def test_a_number_of_a_listing_that_was_removed_is_reused_where_a_stranger_has_it_now(database: Database) -> None:
    with database.transaction() as session:
        gone = makers.make_organization(session, "Gone")
        makers.make_service(session, organization_id=gone)
        set_standing(session, gone, "closed", by=None, reason="a test", now=session.info["now"])
        makers.make_service(session, organization_id=makers.make_organization(session, "New"))
    with database.reading() as session:
        ids = list(session.scalars(sa.select(Record.id).where(Record.kind == "organization").order_by(Record.id)))
    assert len(ids) == 2
    assert outcomes(database)[1] == "reused"


def test_short_codes_are_everybodys(database: Database) -> None:
    with database.transaction() as session:
        for name in ("One", "Another"):
            makers.make_service(session, makers.phone("988"), organization_id=makers.make_organization(session, name))
    assert outcomes(database) == ["valid", "valid"]
