"""How questions are read from the database: plainly in commands, and at speed by the two pages that only read cards.

On SQLite those pages read inline, on one connection of the process: a thread for each would cost 1.7 times the work. So
that a rare long search cannot hold up everybody else, it is stopped after ``INLINE_SECONDS`` and run again in a thread.
On PostgreSQL they await a pool of connections. All of it is read-only, and nothing of a question is kept or logged.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from directory.db import Database, prepare_sqlite, sqlite_file
from directory.errors import DirectoryError
from directory.search.query import Plan
from directory.search.sql import POSTGRESQL, SQLITE, Row, Statement, add_missing_functions

INLINE_SECONDS = 0.05
MOST_SECONDS = 2.0

# How much SQLite does between two looks at the clock: well under a millisecond.
_STEPS_BETWEEN_LOOKS = 10_000


class SearchTooSlowError(DirectoryError):
    """A search that was stopped because it took too long."""


class CardReader(Protocol):
    """Reads plans. Open it in the event loop that uses it and close it there."""

    async def open(self) -> None:
        """Connect; a reader that is not open does so by itself when it is first used."""

    async def close(self) -> None:
        """Close every connection."""

    async def run(self, plan: Plan) -> Any:
        """What the plan answers, read from one consistent state; raises ``SearchTooSlowError``."""


def open_reader(database: Database) -> CardReader:
    """The reader for a database; it connects later (see ``CardReader.open``)."""
    url = database.engine.url.render_as_string(hide_password=False)
    if file := sqlite_file(url):
        return SqliteReader(file)
    # Whoever runs an embedded database need not load the driver of the other.
    from directory.search.postgresql_reader import PostgresReader

    return PostgresReader(url)


def read(database: Database, plan: Plan) -> Any:
    """What the plan answers, for commands and jobs: on a connection of the database, without a limit of time."""
    dialect = SQLITE if database.is_sqlite else POSTGRESQL
    with database.reading() as session:
        connection = session.connection()
        if database.is_sqlite:
            raw: Any = connection.connection.driver_connection
            add_missing_functions(raw)

        def execute(statement: Statement) -> list[Row]:
            rows = connection.exec_driver_sql(dialect.written(statement), tuple(statement.values))
            return [tuple(row) for row in rows]

        return _drive(plan(dialect), execute)


class SqliteReader:
    """Reads an embedded database on one connection, which belongs to the thread that uses it first."""

    def __init__(
        self, file: Path, *, inline_seconds: float = INLINE_SECONDS, most_seconds: float = MOST_SECONDS
    ) -> None:
        self._file = file
        self._inline_seconds = inline_seconds
        self._most_seconds = most_seconds
        self._connection: _LimitedConnection | None = None

    async def open(self) -> None:
        """See ``CardReader``."""
        self._opened()

    async def close(self) -> None:
        """See ``CardReader``."""
        self.close_now()

    async def run(self, plan: Plan) -> Any:
        """See ``CardReader``."""
        try:
            return self.run_now(plan)
        except SearchTooSlowError:
            return await asyncio.to_thread(self._run_at_leisure, plan)

    def run_now(self, plan: Plan) -> Any:
        """What the plan answers if that takes no longer than ``INLINE_SECONDS``; else ``SearchTooSlowError``."""
        return self._opened().run(plan, seconds=self._inline_seconds)

    def close_now(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> "_LimitedConnection":
        if self._connection is None:
            self._connection = _LimitedConnection(self._file)
        return self._connection

    def _run_at_leisure(self, plan: Plan) -> Any:
        connection = _LimitedConnection(self._file)
        try:
            return connection.run(plan, seconds=self._most_seconds)
        finally:
            connection.close()


class _LimitedConnection:
    """A connection that cannot write and gives up when time is over."""

    def __init__(self, file: Path) -> None:
        self._deadline = float("inf")
        # A statement that is kept keeps the values that it was given last: the words of a search.
        self._raw = sqlite3.connect(file, isolation_level=None, cached_statements=0)
        prepare_sqlite(self._raw)
        self._raw.execute("pragma query_only=on")
        add_missing_functions(self._raw)
        self._raw.set_progress_handler(self._is_late, _STEPS_BETWEEN_LOOKS)

    def run(self, plan: Plan, *, seconds: float) -> Any:
        self._raw.execute("BEGIN DEFERRED")
        self._deadline = time.monotonic() + seconds
        try:
            return _drive(plan(SQLITE), self._rows)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise SearchTooSlowError("The search takes too long. Ask for less, or nearer.") from None
            raise
        finally:
            self._deadline = float("inf")
            self._raw.execute("ROLLBACK")

    def close(self) -> None:
        self._raw.close()

    def _rows(self, statement: Statement) -> list[Row]:
        return self._raw.execute(statement.text, statement.values).fetchall()

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline


def _drive(steps: Any, execute: Callable[[Statement], list[Row]]) -> Any:
    """Let a planner ask until it has its answer."""
    try:
        statement = next(steps)
        while True:
            statement = steps.send(execute(statement))
    except StopIteration as finished:
        return finished.value
