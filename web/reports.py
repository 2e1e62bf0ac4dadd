"""Writes what readers report, in a thread: a report waits for its turn with whatever else writes.

Few wait at once, the others are told that the site is busy, so that a flood of reports keeps no search waiting.
"""

import asyncio

from litestar.exceptions import TooManyRequestsException

from directory.cards.queries import findable_listing
from directory.db import Database
from directory.freshness.service import count_report

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
        if self._running >= _MOST_AT_ONCE:
            raise TooManyRequestsException(headers={"retry-after": "10"})
        self._running += 1
        try:
            await asyncio.to_thread(self._count, listing, reason)
        finally:
            self._running -= 1

    def _count(self, listing: str, reason: str) -> None:
        with self._database.transaction() as session:
            count_report(session, findable_listing(session, listing), reason=reason, now=session.info["now"])
