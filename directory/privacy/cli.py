"""The command ``privacy``: what this program keeps, as a sheet for people and as a document; and whether it is so."""

from importlib.metadata import version

import click
import msgspec

from directory.db import Database
from directory.errors import DirectoryError
from directory.privacy.kept import LANGUAGES, differences, kept, privacy_json
from directory.privacy.schema import held_by
from directory.privacy.sheet import sheet as sections_of
from directory.privacy.sheet import written
from directory.settings import load_settings


@click.group()
def privacy() -> None:
    """Say what is kept and what is not: for people, for programs, and checked."""


@privacy.command()
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what the site publishes at /privacy.json.")
def sheet(language: str, *, as_json: bool) -> None:
    """Print the records sheet: what exists, what cannot be produced, and whom to call first.

    For administrators, attorneys and records officers. It needs no database.
    """
    if as_json:
        _write_json()
    else:
        told = sections_of(kept(), language=language, version=version("handrail"))
        click.echo(written(told, emphasize=lambda heading: click.style(heading, bold=True)), nl=False)


@privacy.command("json")
def json_() -> None:
    """Print every table and column with its class, as the site publishes it at /privacy.json."""
    _write_json()


@privacy.command()
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def check(*, as_json: bool) -> None:
    """Compare this deployment's database with the register, column by column. Ends with 1 if they differ."""
    database = Database(load_settings().database_url)
    try:
        if not database.is_up_to_date():
            raise DirectoryError("The database is of another version of this program. Run: handrail db upgrade")
        found = differences(kept(), held_by(database), database="sqlite" if database.is_sqlite else "postgresql")
    finally:
        database.dispose()
    if as_json:
        click.echo(msgspec.json.encode({"differences": found, "ok": not found}).decode())
    else:
        click.echo("\n".join(found) or "The database holds what the register names, and nothing else.")
    if found:
        raise SystemExit(1)


def _write_json() -> None:
    click.echo(privacy_json().decode(), nl=False)
