"""The command ``needs``: what calls asked for and did not get."""

from collections.abc import Callable
from functools import partial

import click
from rich.console import Console
from rich.table import Table

from directory.bootstrap import opened_ready
from directory.coverage.unmet import UnmetNeeds, area_told, unmet_needs
from directory.handoff.policy import LEAST
from directory.json_output import write_json
from directory.places.gazetteer import Gazetteer
from directory.search.written import area_name
from directory.settings import load_settings
from directory.truth.told import of_area, of_group

_WIDTH = 110
_EXAMPLES = """\b
Examples:
  handrail needs
  handrail needs --json
"""


@click.command(epilog=_EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON; what is not told is left out.")
def needs(*, as_json: bool) -> None:
    """Say what calls asked for and did not get, by kind of service and area, over thirteen whole weeks.

    It is counted from what people say after a call. A number under five is not told, nor is one from which a smaller
    number could be worked out; reports follow one another and share no week. No listing and nobody stands in it.
    """
    with opened_ready(load_settings()) as database, database.reading() as session:
        found = unmet_needs(session, today=session.info["now"].date())
    if as_json:
        write_json(found)
        return
    with Gazetteer() as gazetteer:
        _print(found, partial(of_area, area_name=lambda code: area_name(code, gazetteer)))


def _print(found: UnmetNeeds, area: Callable[[str], str]) -> None:
    console = Console(width=_WIDTH, highlight=False)
    console.print(f"From {found.first} to {found.last}: the last thirteen weeks that are over as a whole.")
    if not found.lines:
        console.print(f"Nobody told of as many as {LEAST} calls about one kind of service in those weeks.")
        return
    table = Table("kind", "where", box=None, pad_edge=False)
    for heading in ("asked", "yes", "no room", "no", "nobody reached"):
        table.add_column(heading, justify="right")
    table.add_column("what was missing")
    for one in found.lines:
        ends = (str(one.ends.get(end, "-")) for end in ("accepted", "full", "declined", "unreached"))
        missing = ", ".join(f"{code} ({n})" for code, n in sorted(one.reasons.items(), key=lambda two: -two[1]))
        table.add_row(of_group(one.kind), area_told(one.area, area), str(one.asked), *ends, missing or "-")
    console.print(table)
    console.print(f"A dash: fewer than {LEAST}, or left out so that a smaller number cannot be worked out.")
