"""Every revision goes up and down with data on both databases; code and database have the same tables."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.checking.models import CheckTask, HostState
from directory.confirming.models import Confirmation
from directory.db import Database
from directory.listings.models import Fact, Record
from directory.people.service import command_line_person
from directory.vetting.models import ReviewPanel
from tests import everything, makers
from tests.directory.intake.test_service import organization, run, service


@pytest.fixture
def unmigrated(database_url: str) -> Iterator[Database]:
    """A database without any table."""
    database = open_database(database_url)
    yield database
    database.dispose()


def test_the_tables_in_code_are_the_tables_in_the_database(unmigrated: Database) -> None:
    unmigrated.upgrade()
    assert unmigrated.schema_differences() == []


def test_a_difference_between_code_and_database_is_seen(unmigrated: Database) -> None:
    unmigrated.upgrade()
    with unmigrated.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE network ADD COLUMN colour TEXT")
    assert "colour" in str(unmigrated.schema_differences())


def test_finding_goes_down_and_up_with_data_and_cards_can_be_made_again(unmigrated: Database) -> None:
    unmigrated.upgrade()
    with unmigrated.transaction() as session:
        makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    unmigrated.downgrade("0001_ground")
    assert _tables(unmigrated).isdisjoint({"card", "week", "search_key", "search_text"})
    assert _count(unmigrated, "fact") == 6
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert (_count(unmigrated, "fact"), _count(unmigrated, "card")) == (6, 0)
    with unmigrated.transaction() as session:
        session.info["touched"].update(session.scalars(sa.text("SELECT id FROM record")))
    assert _count(unmigrated, "card") == 4


_OF_TRUST = {
    "scope", "vouch", "credential", "session", "link", "request", "contact_view", "testimony", "change_proof", "hiding",
    "outbox", "job",
}  # fmt: skip


def test_trust_goes_down_and_up_with_data_and_guards_again(unmigrated: Database) -> None:
    unmigrated.upgrade()
    everything.fill(unmigrated)
    assert [table for table in _OF_TRUST if not _count(unmigrated, table)] == []
    kept = {
        table: _count(unmigrated, table) for table in ("person", "fact", "change", "evidence", "card", "report_count")
    }
    unmigrated.downgrade("0004_reports")
    assert _tables(unmigrated).isdisjoint(_OF_TRUST)
    assert {table: _count(unmigrated, table) for table in kept} == kept
    assert not {"failures", "intends", "holds", "broke_glass"} & (
        _columns(unmigrated, "person") | _columns(unmigrated, "change")
    )
    with unmigrated.engine.begin() as connection:
        # No trigger of trust is left that would ask tables which are gone.
        connection.exec_driver_sql("UPDATE fact SET standing = 'past' WHERE field = 'phone' AND standing = 'current'")
        connection.exec_driver_sql("UPDATE fact SET standing = 'current' WHERE standing = 'past'")
        connection.exec_driver_sql("UPDATE change SET needs_second = needs_second")
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert unmigrated.schema_differences() == []
    assert {table: _count(unmigrated, table) for table in kept} == kept
    assert [table for table in _OF_TRUST if _count(unmigrated, table)] == []
    for statement, said in (
        ("UPDATE fact SET standing = 'past' WHERE id IN (SELECT fact_id FROM evidence)", "two people only"),
        ("UPDATE change SET needs_second = (1 = 0) WHERE needs_second", "keeps its terms"),
    ):
        with pytest.raises(sa.exc.DBAPIError, match=said), unmigrated.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_import_goes_down_and_up_with_data(unmigrated: Database) -> None:
    unmigrated.upgrade()
    run(unmigrated, organization(), service(makers.kind("food")))
    with unmigrated.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE import_run SET state = 'held', holds = 'mass-change'")
        connection.execute(sa.text("UPDATE import_run SET digest = :digest"), {"digest": b"\1" * 16})
        connection.exec_driver_sql("UPDATE source_record SET gone_at = seen_at")
    kept = {table: _count(unmigrated, table) for table in ("source", "import_run", "source_record", "claim", "fact")}
    assert all(kept.values())
    unmigrated.downgrade("0005_trust")
    assert not {"match_pair"} & _tables(unmigrated)
    assert not {"gone_at"} & _columns(unmigrated, "source_record")
    assert not {"holds", "released_by", "digest"} & _columns(unmigrated, "import_run")
    assert not {"mapping", "sharing"} & _columns(unmigrated, "source")
    assert {table: _count(unmigrated, table) for table in kept} == kept
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert unmigrated.schema_differences() == []
    assert {table: _count(unmigrated, table) for table in kept} == kept


def test_fresh_goes_down_and_up_with_data(unmigrated: Database) -> None:
    unmigrated.upgrade()
    run(unmigrated, organization(), service(makers.kind("food")))
    with unmigrated.transaction() as session:
        now = session.info["now"]
        fact = session.scalars(sa.select(Fact.id)).first()
        listing = session.scalars(sa.select(Record.id).where(Record.kind == "listing")).one()
        session.add_all(
            [
                CheckTask(fact_id=fact, method="website", host="example.org", due_at=now),
                HostState(host="example.org", next_ok_at=now),
                Confirmation(
                    key_hash=bytes(32),
                    listing_id=listing,
                    written_to=fact,
                    digest=bytes(32),
                    message_hash=bytes(32),
                    requested_by=command_line_person(session, now=now).id,
                    created_at=now,
                    expires_at=now,
                ),
            ]
        )
    assert _count(unmigrated, "belief") == 1
    kept = {table: _count(unmigrated, table) for table in ("fact", "record", "source_record", "evidence")}
    unmigrated.downgrade("0006_import")
    assert _tables(unmigrated).isdisjoint({"belief", "check_task", "host_state", "confirmation"})
    assert {table: _count(unmigrated, table) for table in kept} == kept
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert unmigrated.schema_differences() == []
    assert {table: _count(unmigrated, table) for table in kept} == kept


def test_plan_goes_down_and_up_with_data(unmigrated: Database) -> None:
    unmigrated.upgrade()
    everything.fill(unmigrated)
    assert _count(unmigrated, "call_task") == 1
    kept = {table: _count(unmigrated, table) for table in ("fact", "record", "evidence", "belief", "person")}
    unmigrated.downgrade("0007_fresh")
    assert "call_task" not in _tables(unmigrated)
    assert {table: _count(unmigrated, table) for table in kept} == kept
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert unmigrated.schema_differences() == []
    assert {table: _count(unmigrated, table) for table in kept} == kept
    assert _count(unmigrated, "call_task") == 0


def test_learning_goes_down_and_up_with_data(unmigrated: Database) -> None:
    unmigrated.upgrade()
    everything.fill(unmigrated)
    assert _count(unmigrated, "lesson") == 1
    kept = {table: _count(unmigrated, table) for table in ("fact", "evidence", "belief", "call_task", "person")}
    unmigrated.downgrade("0008_plan")
    assert "lesson" not in _tables(unmigrated)
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert unmigrated.schema_differences() == []
    assert {table: _count(unmigrated, table) for table in kept} == kept
    assert _count(unmigrated, "lesson") == 0


def test_vetting_goes_down_and_up_with_data(unmigrated: Database) -> None:
    unmigrated.upgrade()
    everything.fill(unmigrated)
    assert (_count(unmigrated, "exclusion"), _count(unmigrated, "review_panel")) == (1, 1)
    kept = {table: _count(unmigrated, table) for table in ("fact", "record", "change", "person", "audit_entry")}
    unmigrated.downgrade("0013_month")
    assert not {"exclusion", "review_panel"} & _tables(unmigrated)
    unmigrated.upgrade()
    assert unmigrated.schema_differences() == []
    assert {table: _count(unmigrated, table) for table in kept} == kept
    unpaid = sa.insert(ReviewPanel).values(
        organization_id=1, held_on=1, seats="A1 B2 C3", paid=False, conflicts="none", result="passed", entered_by=1
    )
    # Nobody sits on a panel unpaid, whoever writes it.
    with pytest.raises(sa.exc.IntegrityError), unmigrated.engine.begin() as connection:
        connection.execute(unpaid)


def test_asking_goes_down_and_up_with_data_and_letters_of_the_clock_go(unmigrated: Database) -> None:
    unmigrated.upgrade()
    everything.fill(unmigrated)
    assert _letters(unmigrated) == [0, 1]
    assert unmigrated.schema_differences() == []
    kept = {table: _count(unmigrated, table) for table in ("fact", "record", "evidence", "person", "audit_entry")}
    unmigrated.downgrade("0009_learning")
    assert _letters(unmigrated) == [0]
    with pytest.raises(sa.exc.IntegrityError), unmigrated.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE confirmation SET requested_by = NULL")
    assert {table: _count(unmigrated, table) for table in kept} == kept
    unmigrated.upgrade()
    assert unmigrated.is_up_to_date()
    assert unmigrated.schema_differences() == []
    assert _letters(unmigrated) == [0]
    with unmigrated.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE confirmation SET requested_by = NULL")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_table_that_was_copied_is_the_same_word_for_word(unmigrated: Database) -> None:
    """A backup is held against the schema of its version by these words, and comparing tables sees not all of them."""

    def said() -> list[str]:
        with unmigrated.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE tbl_name = 'confirmation'")
            return [text for (text,) in rows if text]

    unmigrated.upgrade("0009_learning")
    before = said()
    assert "WITHOUT ROWID" in before[0]
    unmigrated.upgrade()
    assert said() == [one.replace("requested_by INTEGER NOT NULL", "requested_by INTEGER") for one in before]
    unmigrated.downgrade("0009_learning")
    assert said() == before


def test_ground_goes_down_to_nothing_and_up_again(unmigrated: Database) -> None:
    unmigrated.upgrade("0001_ground")
    with unmigrated.engine.begin() as connection:
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        person = sa.table("person", *(sa.column(name) for name in ("public_id", "name", "role", "created_at")))
        connection.execute(
            sa.insert(person).values(public_id=_stored(unmigrated, uuid.uuid4()), name="A", role="admin", created_at=at)
        )
    unmigrated.downgrade("base")
    assert _tables(unmigrated) <= {"alembic_version", "spatial_ref_sys", "sqlite_sequence"}
    unmigrated.upgrade()
    assert _count(unmigrated, "person") == 0


def test_a_failed_upgrade_leaves_nothing_half_done(unmigrated: Database) -> None:
    with unmigrated.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE audit_entry (seq INTEGER)")
    with pytest.raises(sa.exc.DBAPIError):
        unmigrated.upgrade()
    assert "person" not in _tables(unmigrated)


def _stored(database: Database, value: uuid.UUID) -> object:
    return value.hex if database.is_sqlite else value


def _tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def _columns(database: Database, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(database.engine).get_columns(table)}


def _letters(database: Database) -> list[int]:
    """The letters to programs, by the first byte of their keys."""
    with database.engine.connect() as connection:
        return sorted(bytes(key)[0] for (key,) in connection.exec_driver_sql("SELECT key_hash FROM confirmation"))


def _count(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
