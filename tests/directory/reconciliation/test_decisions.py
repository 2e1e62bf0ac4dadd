"""What people propose, prove, second, decline and hide by the table of states raises no alarm, however it ends."""

import datetime as dt
import secrets

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import open_database
from directory.db import Database
from directory.intake.revision import withdraw
from directory.integrity.applying import digest_of
from directory.integrity.dead_lines import prove_dead
from directory.integrity.due import do_what_is_due
from directory.integrity.editing import Edit, confirm_by_call, edit
from directory.integrity.hiding import hide, second_hiding
from directory.integrity.proposals import add_key, approve, break_glass, decline, intend
from directory.integrity.undoing import undo
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Actor
from directory.people.models import Credential, Person
from directory.people.queries import actor_of
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.audit.tampering import without_triggers

NUMBERS = ("+13055550150", "+13055550151", "+13055550152", "+13055550153")


def _people(session: Session, count: int = 3) -> list[Actor]:
    """Admins who have been here for long, with a key of their own, who have just proved who they are."""
    people = [
        Person(
            public_id=session.info["new_id"](), name=f"Practice {number}", email=f"{number}@example.org",
            role="admin", created_at=NOW - dt.timedelta(days=90),
        )
        for number in range(count)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    for person in people:
        key = {"kind": "passkey", "secret": b"k", "handle": secrets.token_bytes(8), "created_at": person.created_at}
        session.add(Credential(person_id=person.id, **key))
    session.flush()
    return [actor_of(session, person.id, stepped_up=True) for person in people]


def _service(session: Session) -> int:
    return session.scalars(sa.select(Record.id).where(Record.kind == "service")).one()


def _phone(session: Session) -> int:
    return session.scalars(sa.select(Fact.id).where(Fact.field == "phone", Fact.standing == "current")).one()


def _proposed(session: Session, number: str, *, by: Actor, note: str = "") -> int:
    """A proposal of another number; its id."""
    line = FactDraft("phone", Phone(number, description=note), slot="voice", match_key=number)
    [change] = edit(
        session, _service(session), [Edit(line)], by=by, reason="told", now=session.info["now"]
    ).proposed  # fmt: skip
    return change


def _approved(session: Session, change: int, *, by: Actor) -> None:
    shown = digest_of(session, session.get_one(Change, change))
    approve(session, change, shown=shown, by=by, now=session.info["now"])


@pytest.fixture
def verified(database: Database) -> tuple[Database, list[Actor]]:
    """A service whose number another person confirmed, and three people."""
    with database.transaction() as session:
        makers.make_service(session, makers.kind("food"), sites=[makers.site()])
        one, two, three = _people(session)
        edit(session, _service(session), [Edit(makers.phone(NUMBERS[0]))], by=one, reason="a call", now=NOW)
        confirm_by_call(session, _phone(session), outcome="confirmed", by=two, now=NOW)
    assert alarms(database) == []
    return database, [one, two, three]


def alarms(database: Database, days: int = 0) -> list[str]:
    """What differs."""
    return [f"{one.kind} {one.subject}" for one in reconcile(database, now=NOW + dt.timedelta(days=days))]


def test_a_proposal_that_is_proven_and_seconded(verified: tuple[Database, list[Actor]]) -> None:
    database, (one, two, _) = verified
    with database.transaction() as session:
        change = _proposed(session, NUMBERS[1], by=one)
    assert alarms(database) == []
    with database.transaction() as session:
        add_key(session, change, "old-number", outcome="confirmed", by=two, now=NOW)
        _approved(session, change, by=two)
    with database.reading() as session:
        assert session.get_one(Change, change).state == "applied"
    assert alarms(database) == []
    # Then somebody does by SQL what it would have taken two people for.
    without_triggers(database, "fact", "change")
    with database.engine.begin() as connection:
        connection.execute(sa.update(Change).where(Change.id == change).values(needs_second=False))
    assert f"second-person change {change}" in alarms(database)


def test_a_place_withdrawn_that_was_told_by_the_note_of_a_number_which_is_past(
    verified: tuple[Database, list[Actor]],
) -> None:
    database, (one, two, _) = verified
    for number, note in ((NUMBERS[1], f"Ring at {makers.STREET}."), (NUMBERS[2], "")):
        with database.transaction() as session:
            change = _proposed(session, number, by=one, note=note)
            add_key(session, change, "old-number", outcome="confirmed", by=two, now=NOW)
            _approved(session, change, by=two)
            confirm_by_call(session, _phone(session), outcome="confirmed", by=two, now=NOW)
    with database.transaction() as session:
        withdraw(session, _service(session), disclosure="withheld", area=None, author=makers.AUTHOR, now=NOW)
    with database.reading() as session:
        phones = sa.select(Fact.standing).where(Fact.field == "phone").order_by(Fact.id)
        assert session.scalars(phones).all()[-2:] == ["purged", "current"]
    assert alarms(database) == []


def test_proposals_that_are_declined_or_withdrawn(verified: tuple[Database, list[Actor]]) -> None:
    database, (one, two, _) = verified
    for by in (one, two):
        with database.transaction() as session:
            change = _proposed(session, NUMBERS[1], by=one)
            decline(session, change, by=by, now=NOW)
        assert alarms(database) == []


def test_a_proposal_that_waits_and_is_applied_by_the_clock(verified: tuple[Database, list[Actor]]) -> None:
    database, (one, two, three) = verified
    with database.transaction() as session:
        change = _proposed(session, NUMBERS[1], by=one)
        add_key(session, change, "independent-number", outcome="confirmed", by=two, now=NOW)
        add_key(session, change, "own-site", outcome="confirmed", by=three, now=NOW)
        _approved(session, change, by=three)
        assert session.get_one(Change, change).state == "proposed"
    assert alarms(database) == []
    later = open_database(
        database.engine.url.render_as_string(hide_password=False), clock=lambda: NOW + dt.timedelta(days=4)
    )
    with later.transaction() as session:
        assert do_what_is_due(session, now=session.info["now"]).applied == 1
    later.dispose()
    assert alarms(database, days=4) == []


def test_a_dead_line_and_an_emergency(verified: tuple[Database, list[Actor]]) -> None:
    database, (one, two, three) = verified
    with database.transaction() as session:
        change = break_glass(session, _proposed(session, NUMBERS[1], by=one), by=two, now=NOW)
        _approved(session, change, by=three)
    assert alarms(database) == []
    with database.transaction() as session:
        fact = _phone(session)
        assert not prove_dead(session, fact, outcome="disconnected", by=one, now=NOW)
        assert prove_dead(session, fact, outcome="disconnected", by=two, now=NOW)
    assert alarms(database) == []


def test_hidings_and_standings(verified: tuple[Database, list[Actor]]) -> None:
    database, (one, two, three) = verified
    with database.transaction() as session:
        listing = session.scalars(sa.select(Record.id).where(Record.kind == "listing")).one()
        hide(session, listing, by=one, reason="unsafe", now=NOW)
    assert alarms(database) == []
    with database.transaction() as session:
        second_hiding(session, listing, by=two, now=NOW)
        change = intend(session, listing, "show-again", by=one, reason="safe", now=NOW)
        _approved(session, change, by=three)
        assert session.get_one(Record, listing, populate_existing=True).standing == "listed"
    assert alarms(database) == []
    with database.transaction() as session:
        change = intend(session, listing, "close", by=one, reason="moved", now=NOW)
        add_key(session, change, "old-number", outcome="confirmed", by=two, now=NOW)
        _approved(session, change, by=two)
        assert session.get_one(Record, listing, populate_existing=True).standing == "closed"
    assert alarms(database) == []
    without_triggers(database, "record")
    with database.engine.begin() as connection:
        connection.execute(sa.update(Record).where(Record.id == listing).values(standing="listed"))
    assert f"record record {listing}" in alarms(database)


def test_what_is_undone(verified: tuple[Database, list[Actor]]) -> None:
    database, (one, two, _) = verified
    hours = makers.opens({"MO": [(540, 600)]})
    with database.transaction() as session:
        edited = edit(session, _service(session), [Edit(hours)], by=one, reason="a call", now=NOW)
        again = edit(
            session, _service(session), [Edit(makers.opens({"MO": [(540, 660)]}))], by=one, reason="a call", now=NOW
        )
    assert edited.applied
    with database.transaction() as session:
        assert undo(session, again.applied or 0, by=two, now=NOW).applied
    assert alarms(database) == []
    with database.transaction() as session:
        change = _proposed(session, NUMBERS[1], by=one)
        add_key(session, change, "old-number", outcome="confirmed", by=two, now=NOW)
        _approved(session, change, by=two)
    with database.transaction() as session:
        [back] = undo(session, change, by=one, now=NOW).proposed
    assert alarms(database) == []
    with database.transaction() as session:
        add_key(session, back, "old-number", outcome="confirmed", by=two, now=NOW)
        _approved(session, back, by=two)
        assert session.get_one(Fact, _phone(session)).value == f'{{"number":"{NUMBERS[0]}"}}'
    assert alarms(database) == []
