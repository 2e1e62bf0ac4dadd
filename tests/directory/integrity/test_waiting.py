"""What was approved and waits is judged again when its time has come."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.integrity import queries, service
from directory.integrity.service import Edit
from directory.integrity.table import DELAY
from directory.listings.models import Change
from directory.people import accounts
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import NEW, OLD, Force, approve, fact, key, numbers, propose
from tests.staff import acting, make_person

DUE = NOW + DELAY


def waiting(session: Session, force: Force) -> int:
    change = propose(session, force)
    key(session, change, "own-site", force.one)
    key(session, change, "independent-number", force.two)
    assert approve(session, change, force.two).not_before == DUE
    return change


def test_what_somebody_approved_who_works_here_no_longer_is_declined(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        change = waiting(session, force)
        admin = acting(session, make_person(session, "Admin", "admin"))
        accounts.remove(session, acting(session, force.two).public_id, by=admin, now=NOW)
        due = service.do_what_is_due(session, now=DUE)
        assert (due.applied, due.outdated) == (0, 1)
        assert session.get_one(Change, change, populate_existing=True).state == "declined"
        assert numbers(session, force) == [OLD]
        told = session.scalar(sa.text("SELECT count(*) FROM outbox WHERE template = 'declined'"))
        assert told >= 2
    assert reconcile(database, now=NOW) == []


def test_what_was_changed_otherwise_meanwhile_is_declined(session: Session, force: Force) -> None:
    change = waiting(session, force)
    other = propose(session, force, "+13055550188", by=force.two)
    key(session, other, "old-number", force.one)
    assert approve(session, other, force.one).is_applied
    assert service.do_what_is_due(session, now=DUE).outdated == 1
    assert session.get_one(Change, change, populate_existing=True).state == "declined"
    assert numbers(session, force) == ["+13055550188"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_that_cannot_be_applied_keeps_no_other_from_it(session: Session, force: Force) -> None:
    waiting(session, force)
    other = propose(session, force, "+13055550188", by=force.two)
    key(session, other, "own-site", force.two)
    key(session, other, "independent-number", force.one)
    approve(session, other, force.one)
    due = service.do_what_is_due(session, now=DUE)
    assert (due.applied, due.outdated) == (1, 1)
    assert numbers(session, force) == [NEW]


def test_a_proposal_that_came_later_bars_no_other(session: Session, force: Force) -> None:
    change = propose(session, force)
    later = propose(session, force, "+13055550188", by=force.two)
    service.decline(session, later, by=acting(session, force.one), now=NOW)
    propose(session, force, "+13055550199", by=force.two)
    key(session, change, "old-number", force.two)
    assert approve(session, change, force.two).is_applied
    assert numbers(session, force) == [NEW]


def test_a_proposal_from_before_a_listing_was_confirmed_needs_what_a_confirmed_one_needs(session: Session) -> None:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    one, two = make_person(session, "One"), make_person(session, "Two")
    partner = acting(session, make_person(session, "Partner", "partner"))
    edited = service.edit(session, made.record_id, [Edit(makers.phone(NEW))], by=partner, reason="", now=NOW)
    [change] = edited.proposed
    seen = queries.change_of(session, change, by=acting(session, two, stepped_up=True), now=NOW)
    assert seen.missing == ()
    makers.confirm(session, fact(session, made.record_id, "phone"))
    seen = queries.change_of(session, change, by=acting(session, two, stepped_up=True), now=NOW)
    assert [words for words in seen.missing if "old number" in words]
    key(session, change, "old-number", one)
    assert approve(session, change, two).is_applied


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_held_value_of_an_unconfirmed_listing_is_judged_as_it_is_when_its_time_has_come(session: Session) -> None:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    one, two = make_person(session, "One"), make_person(session, "Two")
    edits = [Edit(makers.phone("+19005551234"))]
    [change] = service.edit(session, made.record_id, edits, by=acting(session, one), reason="", now=NOW).proposed
    key(session, change, "own-site", two)
    assert approve(session, change, two).not_before == DUE
    makers.confirm(session, fact(session, made.record_id, "phone"))
    # One key was enough for what nobody had confirmed, and is not for what somebody has.
    assert service.do_what_is_due(session, now=DUE).outdated == 1
    assert fact(session, made.record_id, "phone")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_comes_before_its_time(session: Session, force: Force) -> None:
    waiting(session, force)
    due = service.do_what_is_due(session, now=DUE - dt.timedelta(seconds=1))
    assert (due.applied, due.outdated, due.ended) == (0, 0, 0)
