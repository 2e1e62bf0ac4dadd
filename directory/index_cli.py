"""The command ``search-index``: makes what listings are found by anew, or compares it with what the facts say."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import msgspec

from directory.bootstrap import open_database
from directory.db import Database
from directory.errors import DirectoryError
from directory.progress import telling
from directory.search.indexing import check as compare
from directory.search.indexing import rebuild as make_anew
from directory.settings import load_settings


@click.group("search-index")
def search_index() -> None:
    """Look after what listings are found by: rebuild, check."""


@search_index.command()
def rebuild() -> None:
    """Make every card and posting anew from the facts.

    Searches go on meanwhile. It can be stopped, and goes on where it stood.
    """
    with _opened() as database, telling("Rebuilding") as told:
        listings = make_anew(database, progress=told)
    click.echo(f"{listings} listings can be found by what their facts say.")


@search_index.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(*, as_json: bool) -> None:
    """Compare every card and posting with what the facts say, and store nothing. Ends with 1 if any differ."""
    with _opened() as database, telling("Checking") as told:
        found = compare(database, progress=told)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        click.echo(f"{found.listings} listings: {found.cards} other cards, {found.postings} other postings.")
    if found.cards or found.postings:
        raise SystemExit(1)


@contextmanager
def _opened() -> Iterator[Database]:
    database = open_database(load_settings().database_url)
    try:
        if not database.is_up_to_date():
            raise DirectoryError("The database is of another version of this program. Run: handrail db upgrade")
        yield database
    finally:
        database.dispose()
