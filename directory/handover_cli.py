"""The command ``handover``: what somebody has to know who takes this deployment over."""

from importlib.metadata import version

import click

from directory.bootstrap import opened_ready
from directory.handover import as_markdown
from directory.handover import handover as sections_of
from directory.settings import load_settings


@click.command()
def handover() -> None:
    """Print who may do what, where things lie, what is due, and how to restore: as Markdown, without any secret."""
    settings = load_settings()
    with opened_ready(settings) as database, database.reading() as session:
        found = sections_of(session, settings, now=session.info["now"], version=version("handrail"))
    click.echo(as_markdown(found), nl=False)
