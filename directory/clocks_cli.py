"""The command ``clocks``: what comes first after a sexual assault, and for what there is time."""

import sys
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from directory.clock import utc_now
from directory.forensic import told
from directory.forensic.clocks import Clocks, Step, clocks
from directory.forensic.windows import covered
from directory.json_output import write_json
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.places.stated import stated_place
from directory.settings import load_settings

_MOST_HOURS, _OLDEST = 9_999, 120
_EXAMPLES = """\b
Examples:
  handrail clocks --near 02118
  handrail clocks --state MA --age 9 --hours-ago 30
  handrail clocks --state IL --json
"""


@click.command("clocks", epilog=_EXAMPLES)
@click.option("--state", metavar="STATE", help="State, province or territory, by code or name.")
@click.option("--near", metavar="PLACE", help="A ZIP code, town or county in one.")
@click.option("--age", type=click.IntRange(0, _OLDEST), help="In whole years; without it, all ages are told.")
@click.option(
    "--hours-ago", type=click.IntRange(0, _MOST_HOURS), help="How long ago it was. Your shell may keep what you type."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def clocks_command(
    state: str | None, near: str | None, *, age: int | None, hours_ago: int | None, as_json: bool
) -> None:
    """Say what comes first after a sexual assault: care, then how long evidence is taken there, by age.

    Each figure is shown with its official page and day, and is to be checked before use. No hour is the end of
    anything: after it the exam line is asked. Without a place it is the default area.

    Ends with 0, also where no hours of evidence are known; 4 for an unknown place, 5 when several places have the
    name. Nothing of what is asked is kept here.
    """
    settings = load_settings()
    with Gazetteer() as gazetteer:
        place = stated_place(
            gazetteer, state=state, near=near, country=settings.country, area=settings.default_area
        )  # fmt: skip
    found = clocks(hours_ago, place, age)
    if as_json:
        write_json(answer_object(found, place, age=age, hours_ago=hours_ago))
    else:
        _print(found, place)


def answer_object(found: Clocks, place: Place, *, age: int | None, hours_ago: int | None) -> dict[str, Any]:
    """The answer as other programs read it."""
    return {
        "place": {"name": place.label, "kind": place.kind, "region": place.region, "country": place.country},
        "age": age,
        "hours_ago": hours_ago,
        "care": [_step_object(step) for step in found.care],
        "evidence": [_step_object(step) for step in found.evidence],
        "ask_the_exam_line": found.is_asked,
        "always": found.always,
        "check_before_use": _is_old(found),
        "covered": covered(),
    }


def _step_object(step: Step) -> dict[str, Any]:
    return {**msgspec.to_builtins(step), "text": told.step_told(step)}


def _is_old(found: Clocks) -> bool:
    today = utc_now().date()
    return any(source.is_stale(today) for step in found.steps for source in step.sources)


def _print(found: Clocks, place: Place) -> None:
    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False)

    def line(text: str, style: str = "") -> None:
        if text:
            console.print(Text(text, style=style))

    def steps(title: str, of: tuple[Step, ...]) -> None:
        line(f"\n{title}", "bold")
        for step in of:
            line(told.step_told(step))
            for source in step.sources:
                line(f"  Says so: {told.source_told(source)}", "dim")

    line(place.label, "bold")
    line(told.HOSPITAL)
    line(told.NO_VERDICT)
    steps("Care", found.care)
    steps("Then evidence", found.evidence)
    line(told.asked_told(found))
    line(f"\n{told.always_told(found.always)}")
    line(told.CHECK if _is_old(found) else "")
    line(f"\n{told.covered_told(covered())}", "dim")
