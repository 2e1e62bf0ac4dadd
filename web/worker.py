"""The clock of a running site: work that time itself makes necessary, done in a thread beside the pages.

The clock keeps nothing: what is due stands in the database, and a site that was off for a week catches up at its start.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from directory.db import Database
from directory.jobs import refresh_lapsed_cards
from directory.listings.withdrawal import finish_withdrawals
from web.logs import log
from web.traces import trace_of

# A little after midnight UTC, when another day number begins.
_HOUR, _MINUTE = 0, 5


@asynccontextmanager
async def running_worker(database: Database) -> AsyncIterator[None]:
    """Do the work at the start, then cards once a day and open withdrawals every hour; on the way out wait for it."""
    scheduler = AsyncIOScheduler(timezone=dt.UTC, executors={"default": ThreadPoolExecutor(1)})
    scheduler.add_job(
        _quietly(refresh_lapsed_cards, database),
        "cron",
        hour=_HOUR,
        minute=_MINUTE,
        next_run_time=dt.datetime.now(dt.UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.add_job(
        _quietly(finish_withdrawals, database),
        "interval",
        hours=1,
        next_run_time=dt.datetime.now(dt.UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _quietly(job: Callable[[Database], object], database: Database) -> Callable[[], None]:
    """The job with its failure logged as its kind and place: a message could hold a value."""

    def run() -> None:
        try:
            job(database)
        except Exception as error:  # noqa: BLE001 - tomorrow is another try; a site that serves is worth more
            log.error("job failed", job=job.__name__, error_type=type(error).__qualname__, trace=trace_of(error))

    return run
