"""The chain shows every change, removal, insertion and reordering."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.service import Act, broken_at, record
from directory.db import Database
from directory.listings.changes import digest
from tests import makers


def fill(database: Database, entries: int = 6) -> None:
    """A chain of so many entries."""
    with database.transaction() as session:
        acts = [Act("thing.done", str(number), {"change": number}) for number in range(entries)]
        record(session, acts, now=session.info["now"])


def tamper(database: Database, statement: Any) -> None:
    """Do what the triggers refuse, as someone with the whole database could."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            for name in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_entry_refuses_{name}")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_entry_is_append_only ON audit_entry")
        connection.execute(statement)


def breaks(database: Database) -> int | None:
    """Where the chain breaks."""
    with database.reading() as session:
        return broken_at(session)


def test_an_untouched_chain_holds(database: Database) -> None:
    fill(database)
    assert breaks(database) is None


@pytest.mark.parametrize("column", ["verb", "subject", "body", "at", "hash", "prev_hash"])
def test_a_changed_column_breaks_the_chain_there(database: Database, column: str) -> None:
    fill(database)
    value: Any = {"at": sa.func.current_timestamp(), "hash": b"x" * 32, "prev_hash": b"x" * 32}.get(column, "x")
    if column == "body":
        value = '{"seq":3}'
    tamper(database, sa.update(AuditEntry).where(AuditEntry.seq == 3).values({column: value}))
    assert breaks(database) == 3


def test_a_removed_entry_breaks_the_chain(database: Database) -> None:
    fill(database)
    tamper(database, sa.delete(AuditEntry).where(AuditEntry.seq == 2))
    assert breaks(database) == 2


def test_an_entry_put_in_from_outside_breaks_the_chain(database: Database) -> None:
    fill(database)
    with database.engine.begin() as connection:
        row = dict(connection.execute(sa.select(AuditEntry).where(AuditEntry.seq == 6)).mappings().one())
        connection.execute(sa.insert(AuditEntry).values(row | {"seq": 7, "hash": b"y" * 32}))
    assert breaks(database) == 7


def test_writers_at_the_same_time_never_fork_the_chain(database: Database) -> None:
    def write() -> None:
        for number in range(10):
            with database.transaction() as session:
                record(session, [Act("thing.done", str(number), {})], now=session.info["now"])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert (session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)), broken_at(session)) == (40, None)


def test_the_first_listing_starts_the_chain_and_no_value_enters_it(session: Session) -> None:
    makers.make_service(session, makers.text("description", "Soup and bread"), sites=[makers.site()])
    bodies = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.seq)).all()
    assert len(bodies) == 2
    assert broken_at(session) is None
    for value in ("Evergreen", "33130", "Soup", "5550142", "Practice"):
        assert not any(value in body for body in bodies)


def test_a_digest_does_not_depend_on_a_place_or_a_text_but_does_on_a_number() -> None:
    def of(street: str, words: str, number: str) -> str:
        said = [makers.text("description", words), makers.phone(number)]
        facts = [(1, fact.field, fact.slot, fact.stored) for fact in said]
        facts += [(2, fact.field, fact.slot, fact.stored) for fact in makers.site(street=street).location]
        return digest(facts, location_ids=[2])

    assert of("1 First Street", "one", "+13055550142") == of("2 Second Street", "two", "+13055550142")
    assert of("1 First Street", "one", "+13055550142") != of("1 First Street", "one", "+13055550143")
