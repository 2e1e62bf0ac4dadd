"""The command ``matches``: pairs of records that may be one, and what somebody says of them."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from directory.bootstrap import open_ready
from directory.errors import NothingFitsError
from directory.intake import matches as verbs
from directory.intake import pairs
from directory.intake.pairs import PairLine, Verdict
from directory.json_output import write_json
from directory.people.actor import Actor
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.settings import load_settings

T = TypeVar("T")
Deciding = Callable[..., Any]
_VERDICTS = ("review", "same", "different")
_EXAMPLES = """\b
Examples:
  handrail matches list
  handrail matches show 12
  handrail matches same 12
"""


@click.group(epilog=_EXAMPLES)
def matches() -> None:
    """Decide which records are one.

    An import merges by itself what is certainly one, and lists here what only may be. To merge never changes what a
    verified listing shows, and can be taken back. Who is told to be different is never asked about again.
    """


@matches.command("list")
@click.option(
    "--verdict", type=click.Choice(_VERDICTS), default="review", show_default=True, help="Open pairs, or decided ones."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Print one object per pair.")
def list_(verdict: Verdict, limit: int, *, as_json: bool) -> None:
    """List pairs, the likeliest first."""
    found = _read(lambda session: pairs.list_pairs(session, verdict=verdict, limit=limit))
    if not found:
        raise NothingFitsError("There is no such pair.")
    if as_json:
        write_json(found)
        return
    for one in found:
        click.echo(f"{one.id:>6}  {one.score / 10:5.1f} %  {one.kind:<12}  {one.names[0]}  |  {one.names[1]}")


@matches.command()
@click.argument("pair", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(pair: int, *, as_json: bool) -> None:
    """Show one pair, and what speaks for and against it."""
    found: PairLine = _read(lambda session: pairs.show_pair(session, pair))
    if as_json:
        write_json(found)
        return
    for name, listing, record in zip(found.names, found.listings, found.records, strict=True):
        click.echo(f"{name}\n    {found.kind} {record}" + (f", listing {listing}" if listing != record else ""))
    click.echo(f"{found.score / 10:.1f} %: {', '.join(found.why)}")
    later = f", left for later until {found.put_off_until}" if found.put_off_until else ""
    click.echo(f"{found.verdict}, {'merged' if found.is_merged else 'not merged'}{later}")


@matches.command()
@click.argument("pair", type=int)
@click.option("--into", default="", metavar="ID", help="Which of the two goes on (see show); the program chooses else.")
@click.option("--json", "as_json", is_flag=True, help="Print the pair afterwards as JSON.")
def same(pair: int, into: str, *, as_json: bool) -> None:
    """Say that two records are one, and merge them."""
    _decide(pair, partial(verbs.decide_same, survivor=into), "Merged.", as_json=as_json)


@matches.command()
@click.argument("pair", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the pair afterwards as JSON.")
def different(pair: int, *, as_json: bool) -> None:
    """Say that two records are two; if they were merged, that is taken back."""
    _decide(pair, verbs.decide_different, "Kept apart, for good.", as_json=as_json)


@matches.command()
@click.argument("pair", type=int)
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, verbs.MOST_DAYS))
@click.option("--json", "as_json", is_flag=True, help="Print the pair afterwards as JSON.")
def later(pair: int, days: int, *, as_json: bool) -> None:
    """Leave an open pair for later: the desk asks nobody before these days have passed."""
    _decide(pair, partial(verbs.put_off, days=days), f"Left for {days} days.", as_json=as_json)


@matches.command()
@click.argument("pair", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the pair afterwards as JSON.")
def undo(pair: int, *, as_json: bool) -> None:
    """Let a pair be open again; if the two were merged, that is taken back."""
    _decide(pair, verbs.undo_decision, "Open again.", as_json=as_json)


def _decide(pair: int, verb: Deciding, said: str, *, as_json: bool) -> None:
    def act(session: Session, by: Actor) -> PairLine:
        verb(session, pair, by=by, now=session.info["now"])
        return pairs.show_pair(session, pair)

    decided = _write(act)
    if as_json:
        write_json(decided)
    else:
        click.echo(said)


def _read(read: Callable[[Session], T]) -> T:
    database = open_ready(load_settings())
    try:
        with database.reading() as session:
            return read(session)
    finally:
        database.dispose()


def _write(verb: Callable[[Session, Actor], T]) -> T:
    database = open_ready(load_settings())
    try:
        with database.transaction() as session:
            by = command_line_person(session, now=session.info["now"])
            return verb(session, actor_of(session, by.id))
    finally:
        database.dispose()


commands: list[click.Command] = [matches]
