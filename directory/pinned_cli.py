"""Commands about the pinned lines: ``pinned show|update``."""

import datetime as dt
import hashlib
import sys
from pathlib import Path

import click

from directory.audit.service import Act, record
from directory.bootstrap import open_ready
from directory.clock import utc_now
from directory.errors import RefusedError
from directory.files import read_small, write_whole
from directory.json_output import write_json
from directory.people.service import command_line_person
from directory.pinned import (
    FILE,
    MOST_BYTES,
    WHAT,
    PinnedFile,
    brought_along,
    bundled,
    checked,
    file_in_use,
    problem_of,
    read_signed,
)
from directory.settings import data_folder, load_settings, tells
from directory.values.phone import grouped


@click.group()
def pinned() -> None:
    """Look at the lines that stand on every page, and bring a newer signed file of them."""


@pinned.command()
@click.option("--json", "as_json", is_flag=True, help="Print the whole file as JSON.")
def show(*, as_json: bool) -> None:
    """Show what is pinned, and the day of the file."""
    file = file_in_use()
    if as_json:
        write_json(file)
        return
    click.echo(f"Dated {file.dated}")
    for line in _lines(file):
        click.echo(line)
    if problem := problem_of(data_folder()):
        click.echo(f"The file in the data folder is not used. {problem}", err=True)


@pinned.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def update(file: Path, *, yes: bool) -> None:
    """Use a newer signed FILE of pinned lines from the next start on.

    Only a file that the maintainers signed counts, and none that is as old as what is in use. What changes is shown
    first. Where several servers serve the site, do it on each.
    """
    content = read_small(file, what="The file", most=MOST_BYTES)
    new, old = read_signed(content), _newest()
    check(new, old, today=utc_now().date())
    was, will = _lines(old), _lines(new)
    for line in was:
        if line not in will:
            click.echo(f"- {line}")
    for line in will:
        if line not in was:
            click.echo(f"+ {line}")
    if not yes and is_terminal():
        click.confirm("Show these lines on every page from the next start on?", abort=True)
    database = open_ready(load_settings())
    try:
        with database.transaction() as session:
            now = session.info["now"]
            by = command_line_person(session, now=now)
            body = {"digest": hashlib.sha256(content).hexdigest()}
            record(session, [Act("pinned.updated", new.dated.isoformat(), body, by.id)], now=now)
            write_whole(data_folder() / FILE, content, what=WHAT, makes_folder=True)
    finally:
        database.dispose()
    click.echo(f"The file of {new.dated} is in place. Start the site again to show it.")


def check(new: PinnedFile, old: PinnedFile, *, today: dt.date) -> None:
    """Whether a signed file may take the place of the one in use.

    Raises:
        RefusedError: it is older, from the future, or leaves out a country or territory where a line is shown now.
        BadInputError: a number in it cannot exist, or words are missing.
    """
    if new.dated <= old.dated:
        raise RefusedError("The file is not newer than the one in use.")
    if new.dated > today:
        raise RefusedError("The file is dated in the future.")
    if lost := [code for code, country in old.countries.items() if country.lines and not _has_lines(new, code)]:
        raise RefusedError(f"The file leaves out {', '.join(sorted(lost))}, whose line is shown now.")
    if lost := [code for code, nation in old.territories.items() if new.territories.get(code) != nation]:
        raise RefusedError(f"The file leaves out {', '.join(sorted(lost))}, where a line is shown now.")
    checked(new)
    if any(
        tells(words) for country in new.countries.values() for line in country.lines for words in line.label.values()
    ):
        raise RefusedError("Words in the file would tell on every page what this site is.")


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def _has_lines(file: PinnedFile, country: str) -> bool:
    known = file.countries.get(country)
    return known is not None and bool(known.lines)


def _newest() -> PinnedFile:
    own, brought = bundled(), brought_along(data_folder())
    return brought if brought is not None and brought.dated > own.dated else own


def _lines(file: PinnedFile) -> list[str]:
    """Every number in the file and the words beside it, a line each."""
    told = []
    for code, country in sorted(file.countries.items()):
        told.append(f"{code}  emergency {country.emergency}")
        for line in country.lines:
            short = f"text {line.text.code if line.text else '-'}  TTY {line.tty or '-'}"
            told.append(f"{code}  {grouped(line.number)}  {short}  {line.name['en']}")
            told += [f"{code}  {tag}: {words}" for tag, words in sorted(line.label.items())]
    return told


commands: list[click.Command] = [pinned]
