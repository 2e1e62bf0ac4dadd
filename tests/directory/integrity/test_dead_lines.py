"""Lines that are dead: who may say so, what comes after them, and what becomes of their listing."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import NotFoundError, RefusedError
from directory.freshness.service import add_evidence
from directory.integrity import queries, service
from directory.integrity.service import Edit
from directory.listings.models import Change
from directory.people.models import Person
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import NEW, OLD, Force, approve, fact, key, numbers, propose
from tests.staff import acting, make_person


def call(session: Session, force: Force, person: int, outcome: str = "disconnected", *, at: dt.datetime = NOW) -> bool:
    return service.prove_dead(session, force.phone, outcome=outcome, by=acting(session, person), now=at)


def look_up(session: Session, force: Force) -> None:
    add_evidence(
        session, force.phone, method="lookup", outcome="disconnected", log2_odds=5, observed_at=NOW, run_key="looked"
    )


def test_the_successor_of_the_only_confirmed_number_needs_two_keys_too(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        call(session, force, force.one)
        assert call(session, force, force.two)
        assert numbers(session, force) == []
        state = queries.state_of(session, force.listing)
        assert (state.state, state.is_verified) == ("disputed", True)
        change = propose(session, force)
        key(session, change, "own-site", force.one)
        with pytest.raises(RefusedError, match="two keys"):
            approve(session, change, force.two)
        key(session, change, "independent-number", force.two)
        assert approve(session, change, force.two).is_applied
        assert numbers(session, force) == [NEW]
        assert queries.state_of(session, force.listing).state == "verified"
    assert reconcile(database, now=NOW) == []


def test_a_line_that_nobody_had_confirmed_is_followed_by_any_other(session: Session) -> None:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    one, two = make_person(session, "One"), make_person(session, "Two")
    phone = fact(session, made.record_id, "phone")
    service.prove_dead(session, phone, outcome="disconnected", by=acting(session, one), now=NOW)
    assert service.prove_dead(session, phone, outcome="disconnected", by=acting(session, two), now=NOW)
    edited = service.edit(
        session, made.record_id, [Edit(makers.phone(NEW))], by=acting(session, one), reason="", now=NOW
    )
    assert edited.applied is not None


def test_a_look_up_and_one_caller_hide_it_in_the_name_of_the_program(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        look_up(session, force)
        assert call(session, force, force.one)
        change = session.scalars(sa.select(Change).order_by(Change.id.desc()).limit(1)).one()
        first = session.get_one(Person, change.proposed_by)
        assert (first.email, change.decided_by) == (None, force.one)
        assert numbers(session, force) == []
    assert reconcile(database, now=NOW) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_call_of_last_month_is_no_witness_of_today(session: Session, force: Force) -> None:
    call(session, force, force.one, at=NOW - dt.timedelta(days=30))
    assert not call(session, force, force.two)
    assert numbers(session, force) == [OLD]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_a_number_that_is_shown_dies_and_only_of_what_kills_it(session: Session, force: Force) -> None:
    with pytest.raises(RefusedError, match="line is dead"):
        call(session, force, force.one, "no-answer")
    name, one = fact(session, force.service, "name"), acting(session, force.one)
    with pytest.raises(NotFoundError):
        service.prove_dead(session, name, outcome="disconnected", by=one, now=NOW)
    call(session, force, force.one)
    call(session, force, force.two)
    with pytest.raises(NotFoundError):
        call(session, force, force.one)


def test_two_callers_at_the_same_moment_hide_it(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
    begin, found = threading.Barrier(2), []

    def press(person: int) -> None:
        begin.wait()
        with database.transaction() as session:
            found.append(call(session, force, person))

    threads = [threading.Thread(target=press, args=(person,)) for person in (force.one, force.two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, True]


def test_a_listing_whose_line_is_dead_is_closed_by_two(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        call(session, force, force.one)
        call(session, force, force.two)
        change = service.intend(session, force.listing, "close", by=acting(session, force.one), reason="", now=NOW)
        with pytest.raises(RefusedError, match="one key"):
            approve(session, change, force.two)
        key(session, change, "dead-line", force.one, "disconnected")
        assert approve(session, change, force.two).is_applied
        assert queries.state_of(session, force.listing).state == "closed"
    assert reconcile(database, now=NOW) == []
