"""The database loses no update, makes no reader wait, and refuses what it cannot do safely."""

import datetime as dt
import threading
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database, make_engine, reserve_ids
from directory.errors import SettingsError
from directory.listings.models import Change
from directory.people.models import Network, Person
from directory.people.service import ensure_network


def test_no_increment_is_lost_when_six_threads_read_then_write(database: Database) -> None:
    with database.transaction() as session:
        ensure_network(session, key="count", name="0", kind="working")
    errors: list[Exception] = []

    def increment() -> None:
        for _ in range(50):
            try:
                with database.transaction() as session:
                    # PostgreSQL needs the row lock that BEGIN IMMEDIATE gives on SQLite.
                    network = session.scalars(sa.select(Network).with_for_update()).one()
                    network.name = str(int(network.name) + 1)
            except Exception as error:  # noqa: BLE001  the test reports whatever a thread met
                errors.append(error)

    threads = [threading.Thread(target=increment) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert (session.scalars(sa.select(Network.name)).one(), errors) == ("300", [])


def test_a_reader_does_not_wait_for_a_writer_and_sees_the_state_before_it(database: Database) -> None:
    with database.transaction() as writer:
        ensure_network(writer, key="new", name="New", kind="working")
        with database.reading() as reader:
            assert reader.scalar(sa.select(sa.func.count()).select_from(Network)) == 0
    with database.reading() as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(Network)) == 1


def test_a_reader_is_refused_every_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.reading() as session:
        ensure_network(session, key="new", name="New", kind="working")
    with database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Network)) == 0


def test_an_error_rolls_everything_back(database: Database) -> None:
    def half_a_job(session: Session) -> None:
        ensure_network(session, key="new", name="New", kind="working")
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as session:
        half_a_job(session)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Network)) == 0


def test_times_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    berlin = dt.timezone(dt.timedelta(hours=2))
    with database.transaction() as session:
        at = dt.datetime(2026, 5, 1, 2, tzinfo=berlin)
        session.add(Person(public_id=uuid.uuid4(), name="A", role="admin", created_at=at))
    with database.reading() as session:
        found = session.scalars(sa.select(Person.created_at)).one()
        assert (found, found.tzinfo) == (dt.datetime(2026, 5, 1, tzinfo=dt.UTC), dt.UTC)
    naive = dt.datetime(2026, 5, 1)  # noqa: DTZ001  that is the point
    with pytest.raises(sa.exc.StatementError), database.transaction() as session:
        session.add(Person(public_id=uuid.uuid4(), name="B", role="admin", created_at=naive))


def test_reserved_ids_are_never_handed_out_twice_even_after_rows_are_gone(database: Database) -> None:
    with database.transaction() as session:
        first = reserve_ids(session, Change, 5)
        second = reserve_ids(session, Change, 1)
        assert second == first + 5
    with database.transaction() as session:
        ensure_network(session, key="a", name="A", kind="working")
        session.execute(sa.delete(Network))
        following = ensure_network(session, key="b", name="B", kind="working")
        assert following.id == 2


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense"])
def test_a_database_that_cannot_be_used_safely_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        make_engine(url)
    assert url not in str(refused.value)


def test_errors_of_statements_hold_no_values(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as refused, database.transaction() as session:
        session.add(Network(key="x", name="742 Evergreen Terrace", kind="nonsense"))
    shown = str(refused.value)
    if database.is_sqlite:
        assert "Evergreen" not in shown
    else:
        # PostgreSQL's own DETAIL repeats the row; doors therefore never show a driver's text (see web.errors).
        assert "parameters hidden" in shown


def test_a_new_embedded_database_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0] * len(list(tmp_path.iterdir()))
    database.dispose()
    assert file.exists()
