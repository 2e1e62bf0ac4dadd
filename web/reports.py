"""Writes what readers report, and what came of their calls, in a thread: each waits for its turn with whatever writes.

Few wait at once, the others are told that the site is busy, so that a flood of reports keeps no search waiting.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from litestar.exceptions import TooManyRequestsException

from directory.cards.queries import findable_listing
from directory.db import Database
from directory.freshness.service import count_report
from directory.handoff.outcomes import tap, tap_reason

_MOST_AT_ONCE = 2


class Reports:
    """Writes reports into a database, few at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running = 0

    async def count(self, listing: str, reason: str) -> None:
        """Count a report of a listing, by its public id.

        Raises:
            NotFoundError: there is no such listing, or nobody may find it (any longer).
            UnknownTermError: there is no such reason.
            TooManyRequestsException: too many are waiting.
        """
        await self._write(partial(count_report, reason=reason), listing)

    async def tell(self, listing: str, outcome: str, reason: str | None = None) -> None:
        """Count what came of a call; with a ``reason``, what was missing where they said no. Raises as ``count``."""
        counted = partial(tap, outcome=outcome) if reason is None else partial(tap_reason, reason=reason)
        await self._write(counted, listing)

    async def _write(self, count: Callable[..., None], listing: str) -> None:
        if self._running >= _MOST_AT_ONCE:
            raise TooManyRequestsException(headers={"retry-after": "10"})
        self._running += 1
        try:
            await asyncio.to_thread(self._in_thread, count, listing)
        finally:
            self._running -= 1

    def _in_thread(self, count: Callable[..., None], listing: str) -> None:
        with self._database.transaction() as session:
            count(session, findable_listing(session, listing), now=session.info["now"])
