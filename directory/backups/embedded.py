"""Copies of an embedded database that are made and looked at in memory: nothing readable touches the disk."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from directory.backups.versions import LEFT_OUT, bring_to
from directory.bootstrap import open_database
from directory.db import Database
from directory.errors import BadInputError, DirectoryError

MAGIC = b"SQLite format 3\x00"
# Where a file says that it has a write-ahead log: a database in memory can have none.
_JOURNAL_BYTES, _NO_LOG = slice(18, 20), b"\x01\x01"
_DAMAGED = "The backup is damaged, or it is none."
_Schema = frozenset[tuple[str, str, str, str | None]]


def copy(database: Database) -> bytes:
    """A consistent copy of a database as a file would hold it, without ``LEFT_OUT`` and without free pages."""
    with _in_memory() as memory:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            raw: Any = connection.connection.driver_connection
            raw.backup(memory)
        _leave_out(memory)
        return memory.serialize()


def write(content: bytes, file: Path) -> None:
    """Write a copy to a new file that its owner alone can read, if it is a directory of a version that is known.

    Before anything is written the copy is looked at in memory: that no page is damaged, that rows fit together, and
    that tables, constraints and triggers are those of its version: one without a trigger would take every change.

    Raises:
        BadInputError: it is damaged, no directory, or its schema is of no version that this program knows.
        DirectoryError: it cannot be written there.
    """
    with _in_memory() as memory:
        try:
            # The bytes of the log are set back: the file gets them again when it is opened.
            memory.deserialize(content[: _JOURNAL_BYTES.start] + _NO_LOG + content[_JOURNAL_BYTES.stop :])
            if memory.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise BadInputError(_DAMAGED)
            schema = _schema(memory)
            revision = memory.execute("SELECT version_num FROM alembic_version").fetchone()
        except (sqlite3.Error, OverflowError):
            raise BadInputError(_DAMAGED) from None
        if revision is None or schema != _schema_of(str(revision[0])):
            raise BadInputError("The backup holds other tables or triggers than a directory of its version.")
        if memory.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BadInputError("The rows of the backup do not fit together.")
        # Whoever made the file may have put keys of their own into it.
        _leave_out(memory)
        file.touch(mode=0o600, exist_ok=False)
        try:
            with closing(sqlite3.connect(file)) as written:
                memory.backup(written)
        except sqlite3.Error:
            raise DirectoryError("The database cannot be written there.") from None


@contextmanager
def _in_memory() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        for pragma in ("temp_store=memory", "trusted_schema=off", "cell_size_check=on"):
            memory.execute(f"PRAGMA {pragma}")
        yield memory


def _leave_out(memory: sqlite3.Connection) -> None:
    for (table,) in memory.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table in LEFT_OUT:
            memory.execute(f"DELETE FROM {table}")
    memory.execute("VACUUM")


def _schema(connection: sqlite3.Connection) -> _Schema:
    # What SQLite keeps for itself (statistics) may be there or not.
    own = "substr(name, 1, 7) <> 'sqlite_'"
    return frozenset(connection.execute(f"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE {own}").fetchall())


def _schema_of(revision: str) -> _Schema:
    """The schema as our own migrations make it; raises ``BadInputError`` for a revision that they do not know."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite3"
        database = open_database(f"sqlite:///{file}")
        try:
            bring_to(database, revision)
        finally:
            database.dispose()
        with closing(sqlite3.connect(file)) as connection:
            return _schema(connection)
