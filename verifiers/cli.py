"""The command ``verify``: what is believed of listings and why, and what people do to keep it true."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from directory.bootstrap import opened_ready
from directory.cards.explaining import Explanation, explain
from directory.clock import day_number
from directory.confirming_cli import of_verify
from directory.freshness.status import Status, status_of
from directory.json_output import write_json
from directory.listings.queries import find_record
from directory.settings import load_settings


@click.group()
def verify() -> None:
    """Keep listings true: see what is believed and why, ask by letter, note calls, exchange with neighbours."""


for command in of_verify:
    verify.add_command(command)


_STATES = """\b
unverified   nobody has confirmed it yet
verified     confirmed, and not long enough ago to be asked about again
due          a call is due; readers see no difference yet
stale        readers are told to call before they send someone
unreachable  calls found that nobody is reached under its number
"""


@verify.command(epilog=_STATES)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def status(*, as_json: bool) -> None:
    """Count listings by their state and the group of their kind.

    Says when one of them was confirmed last, and which confirmation is the oldest.
    """
    with _reading() as session:
        found = status_of(session, now=session.info["now"])
    if as_json:
        write_json(found)
    else:
        _print_status(found)


_EXAMPLE = """\b
Example:
  handrail verify explain 8da01097-be0f-451b-9b66-b5a9e3c43657 --as-of 2026-03-01
"""


@verify.command("explain", epilog=_EXAMPLE)
@click.argument("listing")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Leave out what was observed after this day."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def explain_listing(listing: str, as_of: dt.datetime | None, *, as_json: bool) -> None:
    """Say why a listing, given by its id, is in the state that it is in.

    Shows each fact with its evidence, how probable it is that the service can be reached, and what would change the
    state. It is for those who work here: readers never see a probability.
    """
    with _reading() as session:
        record = find_record(session, listing, kind="listing")
        day = as_of.date() if as_of else dt.date.fromordinal(day_number(session.info["now"]))
        found = explain(session, record, day=day)
    if as_json:
        write_json(found)
    else:
        _print_explanation(found)


@contextmanager
def _reading() -> Iterator[Session]:
    with opened_ready(load_settings()) as database, database.reading() as session:
        yield session


def _print_status(found: Status) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("Kind", *(state.capitalize() for state in found.states), "Last confirmed", "Oldest"):
        table.add_column(heading, justify="right" if heading.lower() in found.states else "left")
    for line in (*found.groups, found.all):
        table.add_row(
            line.group,
            *(str(line.states[state]) for state in found.states),
            line.last_confirmed or "never",
            line.oldest or "never",
        )
    # Figures are never cut: a table that is too wide for the window runs over.
    Console(width=max(Console().width, 130)).print(table)


def _print_explanation(found: Explanation) -> None:
    console = Console(highlight=False)
    for line in found.in_words():
        console.print(line, markup=False)
