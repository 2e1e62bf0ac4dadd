"""Commands of ``plan`` that look back: how much is wrong, how well it is kept, and what calls teach."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import click
from rich.console import Console
from rich.table import Table

from directory.bootstrap import opened_ready
from directory.json_output import write_json
from directory.people.service import command_line_person
from directory.places.gazetteer import Gazetteer
from directory.progress import telling
from directory.search.indexing import rebuild
from directory.search.written import area_name
from directory.settings import load_settings
from directory.truth.figures import Calibration, Cell, Truth
from directory.truth.learning import LEAST_CALIBRATION, LEAST_CASES
from directory.truth.queries import truth_of
from directory.truth.service import Taught, accept, forget, taught
from directory.truth.told import (
    audit_told,
    calibration_told,
    compliance_told,
    freshness_told,
    means,
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


_LEARNING = """\b
Examples:
  handrail plan learn
  handrail plan learn --accept 3f9c21ab
  handrail plan learn --forget
"""


@click.command(epilog=_LEARNING)
@click.option("--accept", "mark", metavar="MARK", help="Believe by the proposal that has this mark from now on.")
@click.option("--forget", "is_forgotten", is_flag=True, help="Believe by the reviewed figures again.")
@click.option("--json", "as_json", is_flag=True, help="Print the proposal as JSON.")
def learn(mark: str | None, *, is_forgotten: bool, as_json: bool) -> None:
    """Say what calls teach about how listings go out of date. Nothing is changed unless you accept.

    For each figure: what it is now, what calls say, from how many cases. Too few cases propose nothing, and no figure
    moves by more than a factor of 1.5 at once, at most every 28 days. Read it, ask yourself whether these months were
    like others, and accept by the mark that is printed. Then all cards are made anew, and who accepted stands in the
    audit. How long a trace takes to go, and how fast hours and languages change, calls do not tell: those figures stay.
    """
    if mark is not None and is_forgotten:
        raise click.UsageError("Give one of --accept and --forget.")
    with opened_ready(load_settings()) as database:
        if mark is None and not is_forgotten:
            with database.reading() as session:
                found = taught(session, now=session.info["now"])
            write_json(found) if as_json else _print_taught(found)
            return
        with database.transaction() as session:
            now = session.info["now"]
            by = command_line_person(session, now=now).id
            if mark:
                accept(session, mark, by=by, now=now)
            else:
                forget(session, by=by, now=now)
        with telling("Making cards anew") as told:
            rebuild(database, progress=told)
    said = "Accepted. All cards are made anew." if mark else "The reviewed figures are in use again."
    click.echo(said, err=as_json)


of_plan: list[click.Command] = [figures, learn]


def _print_taught(found: Taught) -> None:
    console = Console(highlight=False, width=max(Console().width, _WIDTH), soft_wrap=True)
    if found.accepted_on:
        console.print(f"Figures were accepted last on {found.accepted_on}.\n")
    proposed = [one for one in found.proposals if one.verdict == "proposed"]
    for one in proposed:
        console.print(f"[bold]{one.figure}[/]  {one.old:.3g} -> {one.new:.3g}")
        console.print(f"  {means(one.figure)}.", markup=False)
        console.print(f"  {one.why} The true figure is between {one.low:.3g} and {one.high:.3g}.", markup=False)
    if found.correction.verdict == "proposed":
        console.print("[bold]correction[/]  what a doubt counts as")
        for believed, counts in found.correction.points:
            console.print(f"  {percent(believed)} -> {percent(counts)}", markup=False)
        console.print(f"  {found.correction.why}", markup=False)
    rest = [one for one in found.proposals if one.verdict != "proposed"]
    if rest:
        table = Table(box=None, pad_edge=False)
        for heading in ("Stays", "Now", "Cases", ""):
            table.add_column(heading, justify="right" if heading in {"Now", "Cases"} else "left", no_wrap=True)
        for one in rest:
            verdict = f"too few, {LEAST_CASES} are needed" if one.verdict == "too-few" else "calls agree with it"
            table.add_row(one.figure, f"{one.old:.3g}", str(one.cases), verdict)
        if found.correction.verdict != "proposed":
            is_short = found.correction.verdict == "too-few"
            verdict = f"too few, {LEAST_CALIBRATION} are needed" if is_short else "calls agree with it"
            table.add_row("correction", "-", str(found.correction.cases), verdict)
        console.print(table)
    if found.mark:
        console.print(f"\nNothing is changed yet. To accept this: handrail plan learn --accept {found.mark}")
    else:
        console.print("\nNothing is proposed.")


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
