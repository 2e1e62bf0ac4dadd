"""The command ``import``: brings a document in, and says what became of every row."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from directory.bootstrap import open_existing, open_ready
from directory.db import Database
from directory.errors import DirectoryError
from directory.intake.held_runs import HeldError, release_run
from directory.intake.undoing import undo_run
from directory.people.actor import Actor
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.progress import telling
from directory.settings import load_settings
from importers.at_desk import UNSCRUBBED, after_withdrawals
from importers.opening import READERS, Way
from importers.plan_in_words import MOST_SHOWN, lines_of_plan
from importers.record import ColumnRead
from importers.report import Summary
from importers.run import import_package
from importers.sheets.mapping_guide import GUIDE

_MOST_SHOWN = 20
_UNMAPPED = {
    "none": "No mapping is kept with {}",
    "no-database": "There is no database here that could hold a mapping of {}",
}
T = TypeVar("T")
_EXAMPLES = """\b
Examples:
  handrail import hsds feed.zip --source miami211 --dry-run --report report.json
  handrail import hsds feed.zip --source miami211 --plan
  handrail import hsds ./package --source miami211 --mapping our-words.toml
  handrail import undo 7
"""


@click.group("import", epilog=_EXAMPLES)
def import_() -> None:
    """Bring the listings of a document into the directory.

    The same document again changes nothing. Values that people or calls have confirmed are never overwritten; what the
    document says instead waits as a proposal. Where something is confidential, its place is dropped before anything is
    stored. A document that would change too much at once is held whole; --plan shows what any would change.
    """


def _command_of(reader: str, way: Way) -> click.Command:
    """The command of one reader. They are asked alike."""
    # Only of a spreadsheet somebody has to say what its columns mean.
    epilog = "\b\nThe mapping file:\n" + "\n".join(f"  {line}" for line in GUIDE) if reader == "file" else None

    @click.command(reader, help=way.help, short_help=way.help, epilog=epilog)
    @click.argument("path", type=click.Path(path_type=Path))
    @click.option(
        "--source", required=True, metavar="NAME", help="Who says all this; the same name every time it is read."
    )
    @click.option("--plan", is_flag=True, help="Say what it would change in the directory, and change nothing.")
    @click.option(
        "--dry-run",
        is_flag=True,
        help="Read, clean and report, and store nothing. A mapping kept with the source is used.",
    )
    @click.option(
        "--mapping",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Your own list of what the source's words mean; it wins over the shipped one.",
    )
    @click.option(
        "--save-mapping",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write what each column of a spreadsheet was taken for, to change it and give it back with --mapping; "
        "never over a file that is there.",
    )
    @click.option(
        "--report",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write what became of every row, as JSON that only you can read.",
    )
    @click.option(
        "--max-mb", type=click.IntRange(1, 10_000), help="Most megabytes to take, unpacked. Without it: the setting."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
    def command(path: Path, *, plan: bool, dry_run: bool, as_json: bool, max_mb: int | None, **more: Any) -> None:
        _import(reader, path, is_plan=plan, is_dry=dry_run and not plan, as_json=as_json, max_mb=max_mb, **more)

    return command


def _import(
    reader: str, path: Path, *, is_plan: bool, is_dry: bool, as_json: bool, max_mb: int | None, **more: Any
) -> None:
    settings = load_settings()
    database = None if is_dry else open_ready(settings)
    # A dry run is read as the import will be, by the mapping that is kept; it only looks, and needs no database.
    to_look = open_existing(settings) if is_dry else None
    notes: tuple[str, ...] = ()
    try:
        with telling("Storing", before="Reading") as told:
            summary = import_package(
                database,
                reader,
                path,
                max_mb=max_mb or settings.max_feed_mb,
                home=settings.country,
                progress=told,
                is_plan=is_plan,
                looked_up_in=to_look,
                **more,
            )
        if database and summary.withdrawn:
            notes = after_withdrawals(database)
    except KeyboardInterrupt:
        raise StoppedError("Stopped. What is stored stays, and the same command goes on from there.") from None
    except HeldError as held:
        _show_held(held, database, as_json=as_json)
        raise
    finally:
        for one in filter(None, (database, to_look)):
            one.dispose()
    if as_json:
        shown = summary if is_plan else msgspec.structs.replace(summary, plan=None)
        click.echo(msgspec.json.format(msgspec.json.encode(shown)).decode())
    elif is_plan and summary.plan is not None:
        for line in lines_of_plan(summary.plan):
            click.echo(line)
        _tell_clashes(summary)
        _tell_mapping(summary)
        click.echo("This was a plan; nothing was changed.")
    else:
        _show(summary, is_dry=is_dry)
        _tell(notes)
    if UNSCRUBBED in notes:
        raise UnfinishedWithdrawalError(UNSCRUBBED)


def _show_held(held: HeldError, database: Database | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"run": held.run, "plan": held.plan})).decode())
        return
    for line in lines_of_plan(held.plan):
        click.echo(line)
    if database is not None and held.plan.of("withdrawn"):
        _tell(after_withdrawals(database))


def _tell_clashes(summary: Summary) -> None:
    if summary.clashes:
        click.echo(f"Numbers to decide ({len(summary.clashes)}); all of them come in until somebody has called:")
        for one in summary.clashes[:MOST_SHOWN]:
            click.echo(f"  {one}")
        if len(summary.clashes) > MOST_SHOWN:
            click.echo(f"  and {len(summary.clashes) - MOST_SHOWN} more, in the report")


def _tell(notes: Sequence[str]) -> None:
    for note in notes:
        if note != UNSCRUBBED:
            click.echo(note)


for name, way in READERS.items():
    import_.add_command(_command_of(name, way))


class StoppedError(DirectoryError):
    """Somebody pressed Ctrl+C. The code is what shells give for that."""

    exit_code = 130


class UnfinishedWithdrawalError(DirectoryError):
    """Everything is stored, but what was withdrawn could not be scrubbed from the file yet."""


def _show(summary: Summary, *, is_dry: bool) -> None:
    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
    if summary.columns:
        console.print(_columns(summary.columns))
    console.print(_table("Rows", "status", summary.totals))
    if summary.did:
        console.print(_table("What it did", "rows", _done(summary)))
    if summary.rules:
        console.print(_table("What was found or mended", "rule", summary.rules))
    if summary.questions:
        console.print(_table("What somebody should look at", "question", summary.questions))
    for what, number in summary.not_read.items():
        console.print(f"Left out: {what} ({number})")
    if summary.proposed:
        console.print(f"Waiting for people: {summary.proposed} values differ from what was confirmed.")
    if summary.conflicts:
        console.print(
            f"Numbers that do not go together: {summary.conflicts}. See them with: handrail sources conflicts"
        )
    if summary.review:
        console.print(f"May be one: {summary.review} pairs of rows. Decide with: handrail matches list")
    if summary.withdrawn:
        console.print(f"Locations withdrawn: {summary.withdrawn}. Any copy of the database made before now holds them.")
    _tell_clashes(summary)
    _tell_mapping(summary)
    console.print("This was a dry run; nothing was stored." if is_dry else f"Stored as run {summary.run}.")


def _tell_mapping(summary: Summary) -> None:
    """By which mapping it was read: a kept one counts though nobody named it."""
    if summary.mapping == "kept":
        click.echo(f"Read by the mapping that is kept with {summary.source}; another one can be given with --mapping.")
    elif summary.columns and summary.mapping in _UNMAPPED:
        found_out = "what columns mean was found out from headers and cells."
        click.echo(_UNMAPPED[summary.mapping].format(summary.source) + f": {found_out}")
    for remark in summary.remarks:
        click.echo(remark)


def _columns(columns: Sequence[ColumnRead]) -> Table:
    """What each column was taken for. Headers and cells are a stranger's words, so nothing in them is markup."""
    table = Table(title="Columns", title_justify="left")
    has_sheets = len({column.sheet for column in columns}) > 1
    for heading in (*(["sheet"] if has_sheets else []), "column", "meaning", "sure", "cells", "examples"):
        table.add_column(heading)
    for one in columns:
        told = " | ".join(one.examples) or one.question
        row = (one.column, one.meaning or "?", f"{one.confidence:.0%}", str(one.filled), told)
        table.add_row(*map(escape, (*((one.sheet or "",) if has_sheets else ()), *row)))
    return table


def _done(summary: Summary) -> dict[str, int]:
    """What became of the rows; organizations, which are no rows of a list, are told apart from services."""
    new_organizations = summary.plan.new_organizations if summary.plan is not None else 0
    if not new_organizations:
        return summary.did
    new = {"new services": summary.did["new"] - new_organizations, "new organizations": new_organizations}
    return {**new, **{name: number for name, number in summary.did.items() if name != "new"}}


def _table(title: str, heading: str, counted: dict[str, int]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(heading)
    table.add_column("number", justify="right")
    shown = sorted(counted.items(), key=lambda item: -item[1])
    for name, number in shown[:_MOST_SHOWN]:
        table.add_row(name, str(number))
    if len(shown) > _MOST_SHOWN:
        table.add_row(f"and {len(shown) - _MOST_SHOWN} more", "")
    return table


@import_.command("release")
@click.argument("run", type=int)
def release(run: int) -> None:
    """Let the document of a RUN that is held come in, once: then import the same document again."""
    _act(lambda session, by: release_run(session, run, by=by, now=session.info["now"]))
    click.echo("Released. Import the same document again; it comes in once.")


@import_.command("undo")
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON.")
def undo(run: int, *, as_json: bool) -> None:
    """Take back what a RUN brought. What somebody has confirmed or changed since is kept, and listed."""
    undone = _act(lambda session, by: undo_run(session, run, by=by, now=session.info["now"]))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(undone)).decode())
        return
    if undone.waits:
        click.echo(
            f"Nothing is taken back yet: {undone.waits} listings would be gone. It is noted that you ask for it; "
            "somebody else does it at the desk, within fourteen days."
        )
        return
    click.echo(
        f"Run {run} is taken back: {undone.removed} organizations and services removed, {undone.restored} as before, "
        f"{undone.proposals} proposals withdrawn."
    )
    if undone.kept:
        click.echo(f"Kept ({len(undone.kept)}):")
        for one in undone.kept:
            click.echo(f"  {one.sentence}  [{one.id}]")


def _act(verb: Callable[[Session, Actor], T]) -> T:
    database = open_ready(load_settings())
    try:
        with database.transaction() as session:
            by = command_line_person(session, now=session.info["now"])
            return verb(session, actor_of(session, by.id))
    finally:
        database.dispose()


commands: list[click.Command] = [import_]
