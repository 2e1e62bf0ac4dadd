"""Commands of ``plan`` that look back: how much is wrong, how well it is kept, and what calls teach."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import click
from rich.console import Console
from rich.table import Table

from directory.bootstrap import opened_ready
from directory.json_output import write_json
from directory.places.gazetteer import Gazetteer
from directory.search.written import area_name
from directory.settings import load_settings
from directory.truth.figures import Calibration, Cell, Truth
from directory.truth.queries import truth_of
from directory.truth.told import (
    audit_told,
    calibration_told,
    compliance_told,
    freshness_told,
    of_area,
    of_group,
    percent,
)

_WIDTH = 110
_EXAMPLES = """\b
Examples:
  handrail plan figures
  handrail plan figures --as-of 2026-06-30 --json
"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Leave out what was found after this day."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def figures(as_of: dt.datetime | None, *, as_json: bool) -> None:
    """Say how much of the directory is wrong, and how well it is kept.

    The share that is wrong comes from calls that were drawn at random, with the interval that holds it in 95 of 100
    such counts, and with the draws that nobody was reached for. Then: whether what was believed came true, how fresh
    listings are by kind and by area, and how many were confirmed within 12 months. Lines with fewer than five listings
    are counted together.
    """
    with opened_ready(load_settings()) as database, database.reading() as session:
        now: dt.datetime = session.info["now"]
        found = truth_of(session, day=as_of.date() if as_of else now.date(), now=now)
    if as_json:
        write_json(found)
        return
    with Gazetteer() as gazetteer:
        _print(found, partial(of_area, area_name=lambda code: area_name(code, gazetteer)))


of_plan: list[click.Command] = [figures]


def _print(found: Truth, area: Callable[[str], str]) -> None:
    # Figures are never cut: a table that is too wide for the window runs over.
    console = Console(highlight=False, width=max(Console().width, _WIDTH), soft_wrap=True)

    def section(title: str, lines: Sequence[str], table: Table | None = None) -> None:
        console.print(f"[bold]{title}[/]")
        for line in lines:
            console.print(line, markup=False)
        if table is not None and table.row_count:
            console.print(table)
        console.print()

    section(f"How much is wrong, {found.since} to {found.as_of}", audit_told(found.audited))
    section(
        "Whether what was believed came true", calibration_told(found.calibration), _calibration(found.calibration)
    )  # fmt: skip
    section("How fresh, by kind", freshness_told(found.by_group, of_group), _cells(found.by_group, of_group))
    section("How fresh, by area", freshness_told(found.by_area, area), _cells(found.by_area, area))
    section("Confirmed within 12 months", compliance_told(found.compliance))


def _calibration(found: Calibration) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Doubt", "Calls", "Believed", "Found", "95 % from", "to"):
        table.add_column(heading, justify="left" if heading == "Doubt" else "right")
    for one in found.bins:
        table.add_row(
            f"{percent(one.of)} to {percent(one.to)}", str(one.n), percent(one.believed), percent(one.found),
            percent(one.low), percent(one.high),
        )  # fmt: skip
    return table


def _cells(cells: Sequence[Cell], name: Callable[[str], str]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    states = list(cells[0].states) if cells else []
    for heading in ("Listings", "Within a year", "Never", "Median days", *(state.capitalize() for state in states)):
        table.add_column(heading, justify="right")
    for cell in cells:
        days = "-" if cell.median_days is None else str(cell.median_days)
        shown = (cell.listings, percent(cell.within_year / cell.listings), cell.never, days, *cell.states.values())
        table.add_row(name(cell.code), *(str(one) for one in shown))
    return table
