"""A backup holds the directory and nothing that signs anybody in; it comes back whole, or not at all."""

import contextlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.backups import embedded, server
from directory.backups.age import Identity, Opening, Passphrase, Plain, Recipient, close, new_identity, open_closed
from directory.backups.service import MOST_BYTES, back_up, read, restore_from
from directory.backups.versions import LEFT_OUT
from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Base, Database, sqlite_file
from directory.errors import BadInputError, DirectoryError, RefusedError, SettingsError
from directory.people.models import Person
from directory.people.service import ensure_network
from directory.soundness import problems_of
from tests import everything

Restore = Callable[[bytes, Opening], Database]
SECRET, PUBLIC = new_identity()
WORDS = Passphrase("nine grey pelicans over the pier")


@pytest.fixture
def full(database: Database) -> Database:
    """A directory with something of everything."""
    bring_up_to_date(database)
    everything.fill(database)
    return database


@pytest.fixture
def restored(database_url: str) -> Iterator[Restore]:
    """Restores to where no directory is, and opens what is there then."""
    opened: list[Database] = []

    def restore(content: bytes, opening: Opening) -> Database:
        restore_from(content, opening, url=database_url, name="copy.age")
        opened.append(open_database(database_url))
        return opened[-1]

    yield restore
    for database in opened:
        database.dispose()


def copy_of(database: Database) -> bytes:
    """What a backup holds for whoever has its key."""
    return embedded.copy(database) if database.is_sqlite else server.copy(database)


def is_nothing_at(url: str) -> bool:
    """Whether no directory, and no part of one, is there."""
    if (file := sqlite_file(url)) is not None:
        return list(file.parent.glob(f"*{file.name}*")) == []
    database = open_database(url)
    try:
        return server.is_empty(database)
    finally:
        database.dispose()


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    with database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(sa.select(table)).all()))
            for name, table in Base.metadata.tables.items()
        }


def test_a_directory_comes_back_whole_but_for_what_people_sign_in_with(
    full: Database, restored: Restore, tmp_path: Path
) -> None:
    back_up(full, tmp_path / "copy.age", PUBLIC)
    before = rows(full)
    assert all(before[table] for table in LEFT_OUT)
    after = rows(restored((tmp_path / "copy.age").read_bytes(), SECRET))
    assert after == before | {table: [] for table in LEFT_OUT} | {"audit_entry": after["audit_entry"]}
    assert len(after["audit_entry"]) == len(before["audit_entry"]) + 1
    assert set(before["audit_entry"]) < set(after["audit_entry"])


def test_what_was_restored_is_sound_refuses_what_the_first_one_refuses_and_gives_no_number_twice(
    full: Database, restored: Restore, tmp_path: Path
) -> None:
    back_up(full, tmp_path / "copy.age", PUBLIC)
    again = restored((tmp_path / "copy.age").read_bytes(), SECRET)
    assert problems_of(again) == {"file": [], "schema": [], "audit": []}
    for statement in (
        "UPDATE audit_entry SET verb = 'x'",
        "DELETE FROM evidence",
        "UPDATE change SET needs_second = false",
    ):
        with pytest.raises(sa.exc.DBAPIError), again.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    with again.transaction() as session:
        most = session.scalar(sa.select(sa.func.max(Person.id))) or 0
        person = Person(public_id=session.info["new_id"](), name="D", role="partner", created_at=session.info["now"])
        session.add(person)
        session.flush()
        assert person.id == most + 1
    if not again.is_sqlite:
        assert _unlike(full, again) == set()


def _unlike(one: Database, other: Database) -> set[Any]:
    """Triggers and references of PostgreSQL that are on, or checked at once, in one database only."""
    found = []
    for database in (one, other):
        with database.engine.connect() as connection:
            triggers = connection.exec_driver_sql("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal")
            keys = connection.exec_driver_sql("SELECT conname, condeferrable FROM pg_constraint WHERE contype = 'f'")
            found.append({tuple(row) for row in (*triggers, *keys)})
    assert len(found[0]) > 20
    return found[0] ^ found[1]


def test_the_backup_is_noted_before_and_after(full: Database, restored: Restore, tmp_path: Path) -> None:
    back_up(full, tmp_path / "copy.age", PUBLIC)
    again = restored((tmp_path / "copy.age").read_bytes(), SECRET)
    with again.reading() as session:
        noted = session.execute(sa.text("SELECT verb, subject FROM audit_entry WHERE verb LIKE 'backup%' ORDER BY seq"))
        assert [tuple(row) for row in noted] == [("backup.made", "copy.age"), ("backup.restored", "copy.age")]


def test_no_key_letter_or_session_is_in_a_backup(full: Database) -> None:
    copy = copy_of(full)
    assert everything.STREET.encode() in copy
    for secret in (everything.SECRET, everything.SECRET.hex().encode(), everything.LETTER.encode()):
        assert secret not in copy


def test_nothing_readable_touches_the_disk(full: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    file = tmp_path / "copy.age"
    back_up(full, file, PUBLIC)
    with pytest.raises(DirectoryError, match="exists already"):
        back_up(full, file, PUBLIC)
    with pytest.raises(DirectoryError, match="cannot be written"):
        back_up(full, tmp_path / "nowhere" / "copy.age", PUBLIC)
    with pytest.raises(SettingsError):
        back_up(full, tmp_path / "other.age", Recipient("age1nonsense"))
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o077 == 0
    content = file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert re.search(rb"Lanternfield|Quiet Rooms|CREATE TABLE|example\.org", content) is None
    assert b"Lanternfield" in open_closed(content, SECRET)


def test_a_plain_backup_is_its_owners_alone_and_comes_back_too(
    full: Database, restored: Restore, tmp_path: Path
) -> None:
    back_up(full, tmp_path / "copy", Plain())
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    assert b"Lanternfield" in (tmp_path / "copy").read_bytes()
    assert rows(restored((tmp_path / "copy").read_bytes(), Plain()))["fact"] == rows(full)["fact"]


def test_a_passphrase_opens_what_it_closed_and_another_does_not(sqlite_database: Database, tmp_path: Path) -> None:
    bring_up_to_date(sqlite_database)
    back_up(sqlite_database, tmp_path / "copy.age", WORDS)
    content = (tmp_path / "copy.age").read_bytes()
    assert open_closed(content, WORDS).startswith(embedded.MAGIC)
    for other in (Passphrase("nine grey pelicans over the peer"), SECRET, Plain()):
        with pytest.raises(BadInputError):
            open_closed(content, other)


def test_a_copy_is_of_one_state_while_others_write(full: Database, restored: Restore) -> None:
    with contextlib.suppress(ZeroDivisionError), full.transaction() as session:
        ensure_network(session, key="half-done", name="Half done", kind="working")
        copy = copy_of(full)
        raise ZeroDivisionError
    assert b"half-done" not in copy
    assert rows(restored(copy, Plain()))["network"] == rows(full)["network"]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_what_is_committed_between_two_tables_is_in_neither(full: Database) -> None:
    with ThreadPoolExecutor(1) as beside:
        with full.engine.begin() as other:
            # The copy reads the tables by their names, and has to wait at this one.
            other.exec_driver_sql("LOCK TABLE origin_set IN ACCESS EXCLUSIVE MODE")
            other.exec_driver_sql("INSERT INTO network (key, name, kind) VALUES ('too-late', 'Too late', 'working')")
            other.exec_driver_sql("INSERT INTO search_word (word) VALUES ('afterwards')")
            copying = beside.submit(copy_of, full)
            while not other.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar():
                assert not copying.done()
        copy = copying.result(60)
    assert b"too-late" not in copy
    assert b"afterwards" not in copy


def test_a_wrong_key_or_a_damaged_file_leaves_nothing(full: Database, database_url: str, tmp_path: Path) -> None:
    back_up(full, tmp_path / "copy.age", PUBLIC)
    content = (tmp_path / "copy.age").read_bytes()
    half, flipped = len(content) // 2, bytearray(content)
    flipped[half] ^= 1
    damaged: list[tuple[bytes, Opening]] = [
        (content, new_identity()[0]),
        (content, Identity("not a key")),
        (content, Identity("# nothing\n")),
        (content, Plain()),
        (content[:half], SECRET),
        (content[:-1], SECRET),
        (content + b"x", SECRET),
        (bytes(flipped), SECRET),
        (content[:30], SECRET),
        (b"", Plain()),
        (b"nothing of ours", Plain()),
        (close(b"nothing of ours", PUBLIC), SECRET),
    ]
    for wrong, opening in damaged:
        with pytest.raises(BadInputError) as refused:
            restore_from(wrong, opening, url=database_url, name="copy.age")
        assert not re.search("KEY-1[0-9A-Z]|sqlite|psycopg|Error", str(refused.value))
    assert is_nothing_at(database_url)


def test_a_copy_that_was_cut_or_changed_inside_leaves_nothing(full: Database, database_url: str) -> None:
    copy = copy_of(full)
    spoiled = bytearray(copy)
    middle = len(copy) // 2
    spoiled[middle : middle + 5_000] = b"\xff" * 5_000
    for wrong in (copy[:middle], bytes(spoiled), copy[:40], copy[:16]):
        with pytest.raises(BadInputError):
            restore_from(wrong, Plain(), url=database_url, name="copy.age")
    assert is_nothing_at(database_url)


def test_a_chain_that_was_cut_leaves_nothing(full: Database, database_url: str) -> None:
    _without_triggers(full, "audit_entry", "UPDATE audit_entry SET subject = 'x', body = '{}' WHERE seq = 2")
    with pytest.raises(BadInputError, match="chain breaks at entry 2"):
        restore_from(copy_of(full), Plain(), url=database_url, name="copy.age")
    assert is_nothing_at(database_url)


def _without_triggers(database: Database, table: str, statement: str) -> None:
    """Change what triggers guard, as whoever has the whole database could."""
    with database.engine.begin() as connection:
        run = connection.exec_driver_sql
        if not database.is_sqlite:
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            run(statement)
            run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        made = run(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'").all()
        for name, _ in made:
            run(f"DROP TRIGGER {name}")
        run(statement)
        for _, sql in made:
            run(sql)


def test_rows_that_do_not_fit_together_leave_nothing(full: Database, database_url: str) -> None:
    with full.engine.connect() as connection:
        if full.is_sqlite:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = off")
        else:
            connection.exec_driver_sql("ALTER TABLE evidence DROP CONSTRAINT fk_evidence_fact_id")
            connection.commit()
    _without_triggers(full, "evidence", "UPDATE evidence SET fact_id = 999")
    with pytest.raises(BadInputError, match="do not fit together"):
        restore_from(copy_of(full), Plain(), url=database_url, name="copy.age")
    assert is_nothing_at(database_url)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER extra AFTER INSERT ON fact BEGIN DELETE FROM report_count; END",
        "CREATE VIEW extra AS SELECT 1",
        "UPDATE alembic_version SET version_num = '9999_newer'",
        "UPDATE alembic_version SET version_num = '../../etc'",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
        "DROP TRIGGER evidence_refuses_update",
    ],
)
def test_an_embedded_database_of_another_make_is_refused(full: Database, database_url: str, statement: str) -> None:
    with full.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(BadInputError):
        restore_from(copy_of(full), Plain(), url=database_url, name="copy.age")
    assert is_nothing_at(database_url)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"name":"audit_entry"', b'"name":"person; --  "'),
        (b'"columns":["brief"', b'"columns":["bri\\""'),
        (b'"revision":"0', b'"revision":"9'),
        (b'"sequences"', b'"Sequences"'),
        (b'"size":', b'"size":-'),
    ],
)
def test_a_copy_of_rows_cannot_name_other_tables_columns_or_versions(
    full: Database, database_url: str, was: bytes, becomes: bytes
) -> None:
    copy = copy_of(full)
    assert was in copy
    changed = copy.replace(was, becomes, 1)
    grown = len(changed) - len(copy)
    start = len(server.MAGIC)
    changed = changed[:start] + (int.from_bytes(copy[start : start + 8]) + grown).to_bytes(8) + changed[start + 8 :]
    with pytest.raises(BadInputError):
        restore_from(changed, Plain(), url=database_url, name="copy.age")
    assert is_nothing_at(database_url)


def test_a_backup_of_an_older_version_is_brought_to_this_one(database_url: str, database: Database) -> None:
    database.downgrade("0004_reports")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO network (key, name, kind) VALUES ('old', 'Old', 'working')")
    restore_from(copy_of(database), Plain(), url=database_url, name="copy.age")
    again = open_database(database_url)
    try:
        assert again.is_up_to_date()
        assert "'old'" in "".join(rows(again)["network"])
    finally:
        again.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_keys_that_somebody_put_into_a_backup_open_nothing(full: Database, restored: Restore) -> None:
    full.dispose()
    file = sqlite_file(full.engine.url.render_as_string())
    assert file is not None
    whole = file.read_bytes()
    assert everything.SECRET in whole
    again = restored(whole, Plain())
    assert rows(again)["fact"] == rows(full)["fact"]
    assert [table for table in LEFT_OUT if rows(again)[table]] == []


def test_a_backup_never_goes_over_a_directory(full: Database, database_source: Any) -> None:
    url = database_source.migrated()
    there = open_database(url)
    with there.transaction() as session:
        write_audit(session, [Act("deployment.initialised", "US", {})], now=session.info["now"])
    before = rows(there)
    with pytest.raises(RefusedError, match="There is a directory already"):
        restore_from(copy_of(full), Plain(), url=url, name="copy.age")
    assert rows(there) == before
    there.dispose()
    database_source.discard(url)


def test_the_log_of_a_database_that_is_gone_is_a_directory_too(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "own.sqlite3-wal").write_bytes(b"something")
    with pytest.raises(RefusedError):
        restore_from(copy_of(sqlite_database), Plain(), url=f"sqlite:///{tmp_path / 'own.sqlite3'}", name="copy.age")


def test_the_two_kinds_of_database_do_not_read_each_others_backups(
    full: Database, database_source_of: Callable[[str], Any]
) -> None:
    source = database_source_of("postgres" if full.is_sqlite else "sqlite")
    url = source.empty()
    with pytest.raises(BadInputError, match="other kind"):
        restore_from(copy_of(full), Plain(), url=url, name="copy.age")
    assert is_nothing_at(url)
    if full.is_sqlite:
        source.discard(url)


def test_a_file_that_is_too_large_to_be_a_backup_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.age").open("wb") as huge:
        huge.write(b"age-encryption.org/v1\n")
        huge.truncate(2 * MOST_BYTES + 1)
    with pytest.raises(BadInputError, match="too large"):
        read(tmp_path / "huge.age")
    with pytest.raises(BadInputError, match="cannot be read"):
        read(tmp_path / "nowhere.age")
