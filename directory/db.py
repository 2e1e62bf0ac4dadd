"""The database: one engine, two ways in.

``transaction()`` writes: on SQLite it takes the write lock at once (BEGIN IMMEDIATE), because a deferred
read-then-write loses updates without an error. ``reading()`` never waits for a writer and cannot write.
Everything that differs between SQLite and PostgreSQL is in this file or in ``directory/search/sql.py``.
"""

import datetime as dt
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from directory.clock import Clock, utc_now
from directory.errors import DirectoryError, NoRoomError, SettingsError

BeforeCommit = Callable[[Session], None]
# How long a scrub waits for readers of an older state; what could not be finished is finished later.
SCRUB_WAIT_MS = 5_000
_BUSY_TIMEOUT_MS = 30_000

NO_ROOM = "The disk of the database is full, so nothing was written. Make room; nothing is lost."
_PG_DISK_FULL = "53100"

# One number for the whole product: writers that must be ordered (the audit chain) queue behind it on PostgreSQL.
_WRITER_LOCK = 0x48414E44


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant in UTC. Refuses naive values; gives aware ones back on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Store UTC; raises ``ValueError`` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a stored time needs a zone"
            raise ValueError(msg)
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Give the instant back with its zone (SQLite forgets it)."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# SQLite only counts up by itself on plain INTEGER keys.
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
AUTOINCREMENT = {"sqlite_autoincrement": True}  # ids are never reused


def one_of(column: str, *values: str) -> sa.CheckConstraint:
    """A CHECK that a text column holds one of these words, named ``<column>_known``."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def where(condition: str) -> dict[str, Any]:
    """Make an index partial on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


class Base(DeclarativeBase):
    """The tables of the directory. Relations are not mapped: a query names what it loads."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BIG,
        str: sa.Text(),
        bytes: sa.LargeBinary(),
        dt.datetime: UtcDateTime(),
        uuid.UUID: sa.Uuid(),
        bool: sa.Boolean(create_constraint=False),
    }


def make_engine(url: str) -> sa.Engine:
    """An engine for ``sqlite:///FILE`` or ``postgresql://...``; raises ``SettingsError`` for anything else.

    Statement parameters never appear in errors (``hide_parameters``): they are addresses and numbers.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed, hide_parameters=True, pool_size=10, pool_pre_ping=True)
    Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"isolation_level": None}, hide_parameters=True)
    sa.event.listen(engine, "connect", lambda connection, _record: prepare_sqlite(connection))
    sa.event.listen(engine, "begin", _begin)
    return engine


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise SettingsError("The database address cannot be read.") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and (parsed.database in (None, "", ":memory:") or "mode=memory" in (parsed.database or "")):
        # Each thread would get an empty database of its own.
        raise SettingsError("An in-memory database cannot be used; give a file.")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SettingsError("The database must be SQLite or PostgreSQL.")
    return parsed


def prepare_sqlite(connection: Any) -> None:
    """Set what every connection to an embedded database needs (a raw ``sqlite3`` connection is meant)."""
    for pragma in (
        "foreign_keys=on",
        "journal_mode=wal",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "synchronous=normal",
        "secure_delete=on",  # a purged value must not survive in a free page
        "trusted_schema=off",
        "temp_store=memory",  # a sort must not spill listings into a temporary file
    ):
        connection.execute(f"pragma {pragma}")


def _begin(connection: sa.Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    # The pool hands one connection to readers and writers in turn: each says anew whether it may write.
    connection.exec_driver_sql(f"pragma query_only={'on' if mode == 'DEFERRED' else 'off'}")
    connection.exec_driver_sql(f"BEGIN {mode}")


class Database:
    """The directory's database. Give this to handlers and jobs; verbs get the session it opens.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://...``.
        before_commit: called with the session just before every commit of ``transaction()``; ``directory.bootstrap``
            passes the one that rebuilds the cards of touched listings.
        after_withdrawal: called after a commit in which a location was withdrawn; ``directory.bootstrap`` passes the
            one that scrubs, and remembers what could not be scrubbed yet.
        clock: gives ``session.info["now"]``; when None, the database's own clock is read once per transaction.
        ids: makes the public ids (``session.info["new_id"]``).
    """

    def __init__(
        self,
        url: str,
        *,
        before_commit: BeforeCommit | None = None,
        after_withdrawal: "Callable[[Database], object] | None" = None,
        clock: Clock | None = None,
        ids: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._before_commit = before_commit
        self._after_withdrawal = after_withdrawal
        self._clock = clock
        self._ids = ids
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        options: dict[str, Any] = {"sqlite_begin": "DEFERRED"} if self.is_sqlite else {"postgresql_readonly": True}
        self._readers = sessionmaker(self.engine.execution_options(**options), expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls everything back on an error.

        ``session.info`` holds ``now`` (read once), ``new_id`` and ``touched`` (record ids whose cards are rebuilt
        before the commit). When a location was withdrawn inside (``has_withdrawn``), ``after_withdrawal`` is called.

        Raises:
            NoRoomError: the disk is full; nothing of the transaction is written.
        """
        with _saying_when_full(), self._writers() as session, session.begin():
            session.info.update(now=self._now(session), new_id=self._ids, touched=set())
            yield session
            session.flush()
            if self._before_commit is not None:
                self._before_commit(session)
            has_withdrawn = bool(session.info.get("has_withdrawn"))
            if has_withdrawn and self.is_sqlite:
                # The text index keeps removed words in old segments until it is rebuilt; a backup would copy them.
                session.execute(sa.text("INSERT INTO search_text_index(search_text_index) VALUES ('rebuild')"))
        if has_withdrawn and self._after_withdrawal is not None:
            self._after_withdrawal(self)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one consistent state, never waits for a writer and is refused every write."""
        with self._readers() as session, session.begin():
            session.info["now"] = self._now(session)
            yield session

    def _now(self, session: Session) -> dt.datetime:
        if self._clock is not None:
            return self._clock()
        if self.is_sqlite:
            return utc_now()  # an embedded database's clock is the process's
        return session.execute(sa.select(sa.func.now())).scalar_one()

    def scrub(self) -> bool:
        """Make what was purged unrecoverable from the live database: rewrite the file, empty its log, free dead rows.

        Returns:
            Whether it is done. Not while something still reads a state from before: try again later. Nor by a role that
            does not own the tables.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not self.is_sqlite:
                tables = (
                "fact", "card", "search_text", "search_word", "search_typo", "search_key", "source_record",
                "work_line", "note",
            )  # fmt: skip
                if not _owns(connection, tables):
                    return False
                connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
                return True
            return _rewrite(connection, is_whole=True)

    def wipe(self, table: str) -> bool:
        """Make rows that were deleted from one table unrecoverable from the live database, without rewriting the rest.

        What an embedded database deletes it overwrites; its log is emptied here. Returns as ``scrub``.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.is_sqlite:
                return _rewrite(connection, is_whole=False)
            is_ours = _owns(connection, (table,))
            if is_ours:
                connection.exec_driver_sql(f"VACUUM {_plain_name(table)}")
            return is_ours

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to ``revision`` in one transaction. A new file is its owner's alone."""
        if self.is_sqlite:
            Path(self.engine.url.database or "").touch(mode=0o600)
        self._alembic("upgrade", revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to ``revision``, keeping the data that still has a place."""
        self._alembic("downgrade", revision)

    def schema_differences(self) -> list[Any]:
        """What the tables in code say that the database does not have (empty = they agree)."""
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        from migrations.env_options import COMPARE_OPTIONS

        with self.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={**COMPARE_OPTIONS, "target_metadata": Base.metadata})
            differences: list[Any] = compare_metadata(context, Base.metadata)
        return differences

    def current_revision(self) -> str | None:
        """The schema revision in the database; None when it is empty."""
        from alembic.migration import MigrationContext

        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def is_up_to_date(self) -> bool:
        """Whether the schema is the one this version of the program was written for."""
        from alembic.script import ScriptDirectory

        return self.current_revision() == ScriptDirectory.from_config(_alembic_config()).get_current_head()

    def _alembic(self, command: str, revision: str) -> None:
        from alembic import command as commands

        config = _alembic_config()
        with self.engine.connect() as connection:
            if self.is_sqlite:
                # A table rebuild on the way down must not cascade; keys are checked again at the end.
                raw: Any = connection.connection.driver_connection
                raw.execute("pragma foreign_keys=off")
            try:
                with connection.begin():
                    config.attributes["connection"] = connection
                    getattr(commands, command)(config, revision)
                    if self.is_sqlite and connection.exec_driver_sql("pragma foreign_key_check").first():
                        raise DirectoryError("The migration would break a reference; nothing was changed.")
            finally:
                if self.is_sqlite:
                    raw.execute("pragma foreign_keys=on")

    def dispose(self) -> None:
        """Close every connection. A file may only be copied after this."""
        self.engine.dispose()


def _rewrite(connection: sa.Connection, *, is_whole: bool) -> bool:
    """Empty the log of an embedded database, and rewrite its file before if it is to be ``is_whole``."""
    raw: Any = connection.connection.driver_connection
    raw.execute(f"pragma busy_timeout={SCRUB_WAIT_MS}")
    raw.execute("pragma query_only=off")  # a reader may have had this connection last
    try:
        if is_whole:
            raw.execute("vacuum")
        is_busy, _, _ = raw.execute("pragma wal_checkpoint(truncate)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        raw.execute(f"pragma busy_timeout={_BUSY_TIMEOUT_MS}")
    return not is_busy


@contextmanager
def _saying_when_full() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        cause: Any = error.orig
        is_full = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        if is_full or getattr(cause, "sqlstate", None) == _PG_DISK_FULL:
            raise NoRoomError(NO_ROOM) from None
        raise


def _alembic_config() -> Any:
    from alembic.config import Config

    import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def reserve_ids(session: Session, mapped: type[Base], count: int) -> int:
    """Reserve ``count`` ids of a mapped table and return the first.

    Never ``max(id) + 1``: after an import is undone that would hand out ids which the audit already names.
    """
    connection = session.connection()
    table = mapped.__tablename__
    if connection.dialect.name == "sqlite":
        row = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).first()
        first = (row[0] if row else 0) + 1
        if row:
            connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (first + count - 1, table))
        else:
            connection.exec_driver_sql(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, first + count - 1)
            )
        return first
    sequence = f"pg_get_serial_sequence('{_plain_name(table)}', 'id')"
    last: int = connection.exec_driver_sql(
        f"SELECT setval({sequence}, nextval({sequence}) + {int(count) - 1})"
    ).scalar_one()
    return last - count + 1


def _owns(connection: sa.Connection, tables: Sequence[str]) -> bool:
    """Whether this role may vacuum tables; PostgreSQL passes over others without an error."""
    owned = sa.text(
        "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:tables)"
        " AND pg_has_role(relowner, 'USAGE')"
    )
    return bool(connection.execute(owned, {"tables": list(tables)}).scalar_one() == len(tables))


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[a-z_]+", name):
        msg = "not a table name"
        raise ValueError(msg)
    return name


def queue_writers(session: Session) -> None:
    """Let writers that must be ordered go one at a time until commit (SQLite's write lock does it already)."""
    take_turns(session, _WRITER_LOCK)


def take_turns(session: Session, lock: int) -> None:
    """Let those who name the same lock go one at a time until commit (SQLite's write lock does it already)."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({int(lock)})")


def in_portions(values: Sequence[Any], size: int = 5_000) -> Iterator[Sequence[Any]]:
    """Cut a long list so that no statement meets a database's limit on bound values."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def insert_rows(session: Session, table: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows of one table, all with the same columns.

    SQLAlchemy's objects are passed by, which knew no more of them and took twice as long.
    """
    session.flush()
    columns: Any = table.__table__
    for portion in in_portions(rows):
        session.execute(sa.insert(columns), portion)


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite address; None for PostgreSQL."""
    parsed = _parsed(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def integrity_problems(database: Database) -> list[str]:
    """What SQLite's own check finds wrong with the file (empty = sound; PostgreSQL keeps itself)."""
    if not database.is_sqlite:
        return []
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        found = [row[0] for row in raw.execute("pragma integrity_check(20)").fetchall()]
    return [] if found == ["ok"] else found
