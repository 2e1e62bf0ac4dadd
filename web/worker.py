"""The clock of a running site: work that time itself makes necessary, done in a thread beside the pages.

The clock keeps nothing: what is due stands in the database, and a site that was off for a week catches up at its start.
"""

import asyncio
import datetime as dt
import os
import secrets
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from directory import jobs
from directory.attention import WORKER
from directory.checking.planning import plan_checks
from directory.checking.policy import CHECKS
from directory.db import Database
from directory.listings.withdrawal import finish_withdrawals
from directory.mail.sending import MAIL
from directory.mail.service import note_done
from directory.settings import Settings
from directory.sources.uploads import uploads_of
from directory.worklist.reminders import REMINDERS
from directory.worklist.weekly import WEEKLY
from verifiers.registry import registered, told_all
from verifiers.rounds import run_round
from web.logs import log
from web.traces import trace_of

# How often the clock looks what has to be checked, and for how long it then takes on more.
_TICK, _TAKING_SECONDS = dt.timedelta(seconds=15), 10.0
_AT_ONCE, _SOON, _LATER = dt.timedelta(0), dt.timedelta(minutes=1), dt.timedelta(minutes=10)


class Duty(msgspec.Struct, frozen=True):
    """Something to be done again and again.

    Attributes:
        name: under which it is noted how it went (``directory.mail.models.Job``).
        do: does it.
        first: how long after the start it is done for the first time.
        every: how long after that it is done again.
        notes_itself: whether it notes how it went, unless it fails.
        keeps: which thread does it. Others wait for nothing that takes as long as a slow site.
    """

    name: str
    do: Callable[[Database, Settings], object]
    first: dt.timedelta
    every: dt.timedelta
    notes_itself: bool = False
    keeps: str = "default"


def be_there(_database: Database, _settings: Settings) -> None:
    """Nothing: it is noted, and so it shows when the clock of a deployment stops (SAFETY I14)."""


def refresh_lapsed_cards(database: Database, _settings: Settings) -> None:
    """Cards on which something lapsed by itself; days end at different times, so this is looked at every hour."""
    jobs.refresh_lapsed_cards(database)


def scrub_withdrawals(database: Database, _settings: Settings) -> None:
    """What a withdrawal could not scrub at once."""
    finish_withdrawals(database)


def forget_uploads(database: Database, settings: Settings) -> None:
    """Lists that somebody uploaded a day ago and never brought in."""
    with database.reading() as session:
        now = session.info["now"]
    uploads_of(database, settings).forget_old(now=now)


DUTIES: tuple[Duty, ...] = (
    Duty(WORKER, be_there, _AT_ONCE, dt.timedelta(hours=1)),
    Duty("cards", refresh_lapsed_cards, _AT_ONCE, dt.timedelta(hours=1)),
    Duty("withdrawals", scrub_withdrawals, _AT_ONCE, dt.timedelta(hours=1)),
    Duty("uploads", forget_uploads, _AT_ONCE, dt.timedelta(hours=1)),
    Duty("notes", jobs.end_notes, _AT_ONCE, dt.timedelta(hours=1)),
    Duty("due", jobs.apply_what_is_due, _AT_ONCE, dt.timedelta(minutes=10)),
    Duty("doubted", jobs.suspend_what_machines_doubt, _LATER, dt.timedelta(hours=6)),
    Duty(MAIL, jobs.send_letters, _SOON, dt.timedelta(minutes=1), notes_itself=True),
    Duty(jobs.RECONCILE, jobs.reconcile_all, _LATER, dt.timedelta(hours=6), notes_itself=True),
    Duty("asking", jobs.ask_programs, _LATER, dt.timedelta(hours=6)),
    Duty("wishes", jobs.answer_wishes, _SOON, dt.timedelta(minutes=10)),
    Duty(jobs.PLANNED_NIGHTLY, jobs.plan_calls_each_night, _LATER, dt.timedelta(hours=1), notes_itself=True),
    Duty(WEEKLY, jobs.put_out_weekly_letters, _SOON, dt.timedelta(hours=1), notes_itself=True),
    Duty(REMINDERS, jobs.put_out_reminders, _SOON, dt.timedelta(hours=1), notes_itself=True),
    Duty("seal", jobs.seal_and_send, _LATER, dt.timedelta(days=1)),
    Duty("forget", jobs.forget_what_is_over, _LATER, dt.timedelta(days=1)),
)


def checking_duties(settings: Settings, *, is_over: Callable[[], bool] = lambda: False) -> tuple[Duty, ...]:
    """What the clock does to look whether facts still hold; nothing where a deployment switched it off.

    ``is_over`` says that the clock stops: what is being looked at is given back.
    """
    if settings.checks == "off":
        return ()
    # No two workers have one name, also where one machine has the number of another's process.
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"

    def look(database: Database, settings: Settings) -> None:
        with registered(database, settings) as verifiers:
            run_round(
                database,
                verifiers,
                owner=owner,
                seconds=_TAKING_SECONDS,
                told_all=told_all(settings),
                is_over=is_over,
            )

    def plan(database: Database, settings: Settings) -> None:
        with registered(database, settings) as verifiers:
            plan_checks(database, methods=verifiers.keys(), told_all=told_all(settings))

    return (
        Duty("plan-checks", plan, _AT_ONCE, dt.timedelta(hours=1), keeps="checks"),
        Duty(CHECKS, look, _AT_ONCE, _TICK, keeps="checks"),
    )


@asynccontextmanager
async def running_worker(database: Database, settings: Settings) -> AsyncIterator[None]:
    """Do every duty when its time comes; on the way out wait for the one that is being done.

    The scheduler only ticks: its jobs live in memory, and what is due stands in tables of our own.
    """
    ends = threading.Event()
    threads = {"default": ThreadPoolExecutor(1), "checks": ThreadPoolExecutor(1)}
    scheduler = AsyncIOScheduler(timezone=dt.UTC, executors=threads)
    start = dt.datetime.now(dt.UTC)
    for duty in (*DUTIES, *checking_duties(settings, is_over=ends.is_set)):
        scheduler.add_job(
            _quietly(duty, database, settings),
            "interval",
            seconds=duty.every.total_seconds(),
            next_run_time=start + duty.first,
            executor=duty.keeps,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        ends.set()
        scheduler.shutdown(wait=True)


async def work_until_told(database: Database, settings: Settings, *, announce: Callable[[], None]) -> None:
    """Do every duty until SIGINT or SIGTERM. Beside a site that serves no letter goes out twice.

    ``announce`` is called when a signal ends the work as it should.
    """
    told = asyncio.Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stopping, told.set)
    announce()
    async with running_worker(database, settings):
        await told.wait()


def _quietly(duty: Duty, database: Database, settings: Settings) -> Callable[[], None]:
    """The duty with a note of how it went. No failure stops the clock."""

    def note(error: str | None) -> None:
        with database.transaction() as session:
            note_done(session, duty.name, now=session.info["now"], error=error)

    def run() -> None:
        error = _failure(duty.name, lambda: duty.do(database, settings))
        if error or not duty.notes_itself:
            _failure(duty.name, lambda: note(error))

    return run


def _failure(job: str, do: Callable[[], object]) -> str | None:
    """Do it; the kind of its failure, which is logged with its place: a message could hold a value."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 - there is another try; a site that serves is worth more
        kind = type(error).__qualname__
        log.error("job failed", job=job, error_type=kind, trace=trace_of(error))
        return kind
    return None
