"""The clock of a running site: work that time itself makes necessary, done in a thread beside the pages.

The clock keeps nothing: what is due stands in the database, and a site that was off for a week catches up at its start.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from directory import jobs
from directory.db import Database
from directory.listings.withdrawal import finish_withdrawals
from directory.mail.sending import send_due
from directory.settings import Settings
from web.logs import log
from web.traces import trace_of

_AT_ONCE, _SOON, _LATER = dt.timedelta(0), dt.timedelta(minutes=1), dt.timedelta(minutes=10)


class Duty(msgspec.Struct, frozen=True):
    """Something to be done again and again: for the first time a while after the start, then at every interval."""

    do: Callable[[Database, Settings], object]
    first: dt.timedelta
    every: dt.timedelta


def refresh_lapsed_cards(database: Database, _settings: Settings) -> None:
    """Cards on which something lapsed by itself; days end at different times, so this is looked at every hour."""
    jobs.refresh_lapsed_cards(database)


def scrub_withdrawals(database: Database, _settings: Settings) -> None:
    """What a withdrawal could not scrub at once."""
    finish_withdrawals(database)


DUTIES: tuple[Duty, ...] = (
    Duty(jobs.note_that_it_works, _AT_ONCE, dt.timedelta(hours=1)),
    Duty(refresh_lapsed_cards, _AT_ONCE, dt.timedelta(hours=1)),
    Duty(scrub_withdrawals, _AT_ONCE, dt.timedelta(hours=1)),
    Duty(jobs.apply_what_is_due, _AT_ONCE, dt.timedelta(minutes=10)),
    Duty(send_due, _SOON, dt.timedelta(minutes=1)),
    Duty(jobs.reconcile_all, _LATER, dt.timedelta(hours=6)),
    Duty(jobs.seal_and_send, _LATER, dt.timedelta(days=1)),
    Duty(jobs.forget_what_is_over, _LATER, dt.timedelta(days=1)),
)


@asynccontextmanager
async def running_worker(database: Database, settings: Settings) -> AsyncIterator[None]:
    """Do every duty when its time comes; on the way out wait for the one that is being done."""
    scheduler = AsyncIOScheduler(timezone=dt.UTC, executors={"default": ThreadPoolExecutor(1)})
    start = dt.datetime.now(dt.UTC)
    for duty in DUTIES:
        scheduler.add_job(
            _quietly(duty.do, database, settings),
            "interval",
            seconds=duty.every.total_seconds(),
            next_run_time=start + duty.first,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _quietly(
    duty: Callable[[Database, Settings], object], database: Database, settings: Settings
) -> Callable[[], None]:
    """The duty with its failure logged as its kind and place: a message could hold a value."""

    def run() -> None:
        try:
            duty(database, settings)
        except Exception as error:  # noqa: BLE001 - there is another try; a site that serves is worth more
            log.error("job failed", job=duty.__name__, error_type=type(error).__qualname__, trace=trace_of(error))

    return run
