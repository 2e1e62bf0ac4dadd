"""The command ``booklet``: the public directory as a file for a drawer."""

from pathlib import Path

import click
import msgspec
import sqlalchemy as sa

from directory.bootstrap import open_ready
from directory.cards.models import CardRow
from directory.errors import NothingFitsError, RefusedError
from directory.progress import telling
from directory.settings import load_settings
from web.booklet import write_booklet
from web.file_names import neutral_name
from web.rendering import Pages
from web.wording import LANGUAGES


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; NAME-DATE.html here otherwise.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Its language; the deployment's own otherwise.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def booklet(out: Path | None, language: str | None, *, force: bool, as_json: bool) -> None:
    """Write the public directory to one file, for a day without a server.

    The file opens in any browser and needs nothing else. It holds what anybody can find, so no confidential place. It
    grows old: after 90 days throw it away and write a new one. Keep it and its prints where you would keep the list
    itself.
    """
    settings = load_settings()
    database = open_ready(settings)
    try:
        with database.reading() as session:
            now = session.info["now"]
        file = out or Path(f"{neutral_name(settings, Pages(settings, clock=lambda: now).today())}.html")
        if file.exists() and not force:
            raise RefusedError("That file is there already. Use --force to replace it, or name another with --out.")
        with database.reading() as session:
            if not session.scalar(sa.select(sa.exists().where(CardRow.brief.is_not(None)))):
                raise NothingFitsError("The directory is empty: import listings first, or see HANDRAIL_DATABASE_URL.")
        with telling("Writing") as told:
            written = write_booklet(
                database, settings, language=language or settings.language, out=file, now=now, progress=told
            )
    finally:
        database.dispose()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(written)).decode())
    else:
        click.echo(f"{written.entries} entries are in {written.file}. Throw it away after 90 days.")
