"""Copies of a PostgreSQL database: the rows of every table, without any statement.

``pg_dump`` writes statements and ``pg_restore`` runs them: whoever can write a file could make the server do anything.
Here the tables and triggers of a restored directory come from our own migrations and the file brings rows alone. It
needs none of PostgreSQL's programs, which a container with ours mostly lacks or has in another version.
"""

import io
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa

from directory.backups.versions import LEFT_OUT, bring_to
from directory.db import Base, Database
from directory.errors import BadInputError

MAGIC = b"handrail rows 1\n"
_DAMAGED = "The backup is damaged, or it is none."
_LENGTH_BYTES = 8


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in a copy: its rows are the next ``size`` bytes, as ``COPY`` writes them."""

    name: str
    columns: list[str]
    size: int


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a copy begins with. ``sequences`` are the last numbers given; None where there was none yet."""

    revision: str
    tables: list[_Table]
    sequences: dict[str, int | None]


def copy(database: Database) -> bytes:
    """A consistent copy of a database, without the rows of ``LEFT_OUT``."""
    rows = io.BytesIO()
    tables = []
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.connect().execution_options(**options) as connection:
        revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        for name, columns in _columns(connection).items():
            if name not in LEFT_OUT:
                start = rows.tell()
                for block in _copying(connection, f"COPY {name} ({_listed(columns)}) TO STDOUT"):
                    rows.write(block)
                tables.append(_Table(name, columns, rows.tell() - start))
        head = msgspec.json.encode(_Head(revision, tables, _sequences(connection)))
    return MAGIC + len(head).to_bytes(_LENGTH_BYTES) + head + rows.getvalue()


def is_empty(database: Database) -> bool:
    """Whether a database has none of our tables."""
    with database.engine.connect() as connection:
        return database.current_revision() is None and not set(sa.inspect(connection).get_table_names()) & set(_ours())


def load(database: Database, content: bytes) -> None:
    """Fill an empty database with a copy: its own version of the schema first, then the rows.

    Triggers do not look at single rows, which come in no order; whole tables are checked for their references. When it
    fails, nothing is left.

    Raises:
        BadInputError: the copy is damaged, holds other tables than its version has, or rows that do not fit together.
    """
    head, rows = _read(content)
    bring_to(database, head.revision)
    try:
        with database.engine.begin() as connection:
            _fill(connection, head, rows)
    except (sa.exc.DBAPIError, psycopg.Error, BadInputError) as error:
        empty_again(database)
        if isinstance(error, BadInputError):
            raise
        raise BadInputError("The rows of the backup do not fit together.") from None


def empty_again(database: Database) -> None:
    """Take away all of our tables from a database that was empty before."""
    database.downgrade("base")


def _fill(connection: sa.Connection, head: _Head, rows: memoryview) -> None:
    columns = _columns(connection)
    if {table.name: table.columns for table in head.tables} != {
        name: listed for name, listed in columns.items() if name not in LEFT_OUT
    }:
        raise BadInputError("The backup holds other tables than a directory of its version.")
    run = connection.exec_driver_sql
    references = [(table, key["name"]) for table in columns for key in sa.inspect(connection).get_foreign_keys(table)]
    for table, key in references:
        run(f"ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED")
    for table in columns:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        run(f"DELETE FROM {table}")
    start = 0
    for told in head.tables:
        statement = f"COPY {told.name} ({_listed(told.columns)}) FROM STDIN"
        with _cursor(connection) as cursor, cursor.copy(statement) as copying:
            copying.write(rows[start : start + told.size])
        start += told.size
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in columns:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table, key in references:
        run(f"ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE")
    for sequence in _sequences(connection):
        if (last := head.sequences.get(sequence)) is not None:
            connection.execute(sa.text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _read(content: bytes) -> tuple[_Head, memoryview]:
    start = len(MAGIC) + _LENGTH_BYTES
    end = start + int.from_bytes(content[len(MAGIC) : start])
    try:
        head = msgspec.json.decode(content[start:end], type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadInputError(_DAMAGED) from None
    rows = memoryview(content)[end:]
    if any(table.size < 0 for table in head.tables) or sum(table.size for table in head.tables) != len(rows):
        raise BadInputError(_DAMAGED)
    return head, rows


def _ours() -> list[str]:
    return sorted(Base.metadata.tables)


def _columns(connection: sa.Connection) -> dict[str, list[str]]:
    """The columns of our tables that the database has, in the order of their names."""
    there = set(sa.inspect(connection).get_table_names())
    return {
        name: sorted(
            column["name"] for column in sa.inspect(connection).get_columns(name) if not column.get("computed")
        )
        for name in _ours()
        if name in there
    }


def _sequences(connection: sa.Connection) -> dict[str, int | None]:
    found = sa.text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
    return {row.sequencename: row.last_value for row in connection.execute(found)}


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _cursor(connection: sa.Connection) -> "psycopg.Cursor[Any]":
    raw: Any = connection.connection.driver_connection
    cursor: psycopg.Cursor[Any] = raw.cursor()
    return cursor


def _copying(connection: sa.Connection, statement: str) -> Any:
    with _cursor(connection) as cursor, cursor.copy(statement) as copying:
        yield from copying
