"""Commands of ``verify`` that are about automatic checks: what is due, and looking now."""

import os
import secrets
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from directory.bootstrap import opened_ready
from directory.checking.planning import plan_checks
from directory.checking.policy import check_method
from directory.checking.queries import backlog, clockwork, due_tasks, tasks_of_listing
from directory.checking.service import hasten
from directory.db import Database
from directory.errors import NothingFitsError, RefusedError
from directory.json_output import write_json
from directory.listings.queries import find_record
from directory.progress import telling
from directory.settings import Settings, load_settings
from verifiers.registry import Verifiers, registered, told_all
from verifiers.rounds import Tally, run_round

_OFF = "Checks are off here (HANDRAIL_CHECKS=off): nothing outside is asked."
_NOTHING = "Nothing of this listing can be checked by a machine; practice listings never are."
_NOBODY = "There is no such check here, or it is switched off."


_EXAMPLES = """\b
Examples:
  handrail verify now
  handrail verify now 5f2c1d0e-4a7b-4c1d-9e3f-0a1b2c3d4e5f
  handrail verify now --method website
"""


@click.command(epilog=_EXAMPLES)
@click.argument("listing", required=False)
@click.option("--method", help="Only checks of this kind: website, corroboration, mx, import, geocode, feed, lookup.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def now(listing: str | None, method: str | None, *, as_json: bool) -> None:
    """Do the checks that are due; with the id of a LISTING all of its checks, due or not.

    Sites are asked one at a time, with pauses, and as seldom as they wish. It can be stopped: what was seen until then
    is kept, and the rest stays due.
    """
    with _opened() as (settings, database):
        if settings.checks == "off":
            raise RefusedError(_OFF)
        with registered(database, settings) as known:
            verifiers = _chosen(known, method)
            plan_checks(database, methods=verifiers.keys(), told_all=told_all(settings))
            task_ids = _hastened(database, listing, verifiers)
            tally = _run(database, verifiers, task_ids, told_all(settings))
    if as_json:
        write_json({"seen": tally.seen, "silent": tally.silent, "dropped": tally.dropped})
        return
    if not task_ids:
        click.echo(_NOTHING if listing else "No check is due.")
        return
    click.echo(f"{tally.seen} looks said something, {tally.silent} nothing, {tally.dropped} were dropped.")


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100_000), help="How many tasks to list.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures and the tasks as JSON.")
def due(limit: int, *, as_json: bool) -> None:
    """Show which checks are due, how far they are behind, and whether the clock ticks."""
    with (
        _opened() as (settings, database),
        registered(database, settings) as verifiers,
        database.reading() as session,
    ):
        at, methods = session.info["now"], verifiers.keys()
        found, clock = due_tasks(session, now=at, limit=limit), clockwork(session, now=at)
        behind = {method: backlog(session, methods=[method], now=at) for method in sorted(methods)}
    if as_json:
        write_json({"clock": clock, "methods": behind, "due": found})
        return
    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
    ticked = f"{clock.last_tick_at:%Y-%m-%d %H:%M} UTC" if clock.last_tick_at else "never"
    total = clock.backlog
    console.print(
        f"{total.planned} checks are planned, {total.due} are due, {total.overdue} for more than a day; "
        f"{total.failing} got no answer three times. The clock ticked last: {ticked}."
    )
    if found:
        table = Table(*("since (UTC)", "check", "fact", "of", "host"), box=None, pad_edge=False)
        for task in found:
            table.add_row(
                f"{task.due_at:%Y-%m-%d %H:%M}", task.method, task.field, f"{task.kind} {task.record}", task.host
            )
        console.print(table)


of_verify: list[click.Command] = [now, due]


def _chosen(verifiers: Verifiers, method: str | None) -> Verifiers:
    if method is None:
        return verifiers
    if check_method(method) not in verifiers:
        raise NothingFitsError(_NOBODY)
    return {method: verifiers[method]}


def _hastened(database: Database, listing: str | None, verifiers: Verifiers) -> list[int]:
    """The tasks that are meant: those of a listing, made due, or those that are due."""

    def due_now(session: Session) -> list[int]:
        found = due_tasks(session, now=session.info["now"], limit=sys.maxsize, methods=verifiers.keys())
        return [task.id for task in found]

    if listing is None:
        with database.reading() as session:
            return due_now(session)
    with database.transaction() as session:
        task_ids = tasks_of_listing(session, find_record(session, listing, kind="listing"), methods=verifiers.keys())
        hasten(session, task_ids, now=session.info["now"])
    return task_ids


def _run(database: Database, verifiers: Verifiers, task_ids: list[int], told_too: Collection[str]) -> Tally:
    if not task_ids:
        return Tally()
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    with telling("Looking") as told:
        each: Callable[[int], None] | None = (lambda done: told(done, len(task_ids))) if told else None
        return run_round(
            database, verifiers, owner=owner, told_all=told_too, only=task_ids, until_done=True, told=each
        )  # fmt: skip


@contextmanager
def _opened() -> Iterator[tuple[Settings, Database]]:
    settings = load_settings()
    with opened_ready(settings) as database:
        yield settings, database
