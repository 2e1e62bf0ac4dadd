"""Reads PostgreSQL for the two pages that only read cards, on a pool of connections that cannot write."""

from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from directory.search.query import Plan
from directory.search.reader import MOST_SECONDS, SearchTooSlowError
from directory.search.sql import POSTGRESQL

_POOL_SIZE = 8
_WAIT_SECONDS = 5.0


class PostgresReader:
    """Reads PostgreSQL on a pool of read-only connections of the running event loop."""

    def __init__(self, url: str, *, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._url = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool: AsyncConnectionPool[Any] | None = None

    async def open(self) -> None:
        """See ``CardReader``."""
        await self._opened()

    async def _opened(self) -> AsyncConnectionPool[Any]:
        if self._pool is None:
            # The plan does not depend on the values: made once, it saves more than half of a short search.
            milliseconds = int(self._most_seconds * 1000)
            options = f"-c plan_cache_mode=force_generic_plan -c jit=off -c statement_timeout={milliseconds}"
            self._pool = AsyncConnectionPool(
                self._url,
                min_size=1,
                max_size=_POOL_SIZE,
                timeout=_WAIT_SECONDS,
                kwargs={"options": options, "prepare_threshold": 0},
                configure=_prepare,
                open=False,
            )
        await self._pool.open()  # does nothing when it is open; waits when it is being opened
        return self._pool

    async def close(self) -> None:
        """See ``CardReader``."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.close()

    async def run(self, plan: Plan) -> Any:
        """See ``CardReader``."""
        pool = await self._opened()
        try:
            async with pool.connection() as connection, connection.cursor(binary=True) as cursor:
                steps = plan(POSTGRESQL)
                try:
                    statement = next(steps)
                    while True:
                        await cursor.execute(POSTGRESQL.written(statement).encode(), statement.values)
                        statement = steps.send(await cursor.fetchall())
                except StopIteration as finished:
                    return finished.value
        except (psycopg.errors.QueryCanceled, PoolTimeout):
            raise SearchTooSlowError("The search takes too long. Ask for less, or nearer.") from None


async def _prepare(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_read_only(True)
    await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
    # One width for every number, so that one text is one prepared statement.
    connection.adapters.register_dumper(int, Int8Dumper)
