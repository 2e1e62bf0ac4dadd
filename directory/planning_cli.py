"""The command ``plan``: whom to call in the minutes that people have, and what the calls found."""

import datetime as dt
import sys
from collections.abc import Sequence
from itertools import groupby
from random import Random, SystemRandom
from typing import Any

import click
from rich.console import Console
from sqlalchemy.orm import Session

from directory.bootstrap import opened_ready
from directory.clock import day_number
from directory.confirming.calls import GREETINGS, note_call
from directory.confirming_cli import OUTCOMES_TAUGHT, line_named, show_script, tell_of_call
from directory.db import Database
from directory.errors import NothingFitsError
from directory.freshness.policy import CALL_OUTCOMES
from directory.json_output import write_json
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.planning.queries import PlannedListing, call_from, listings_of, open_calls, planned_from
from directory.planning.service import call_of, claim, make_plan, open_task, preview
from directory.planning.told import (
    KIND_WORDS,
    TIER_MEANS,
    TIER_WORDS,
    in_short,
    minutes_by_kind,
    named,
    reasons,
    summary,
    when,
)
from directory.settings import Settings, load_settings
from directory.truth_cli import of_plan
from directory.values.phone import grouped

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_NOTHING = "There is nobody to call: nothing is listed here that has a number. Practice listings are never called."
_EXAMPLES = """\b
Examples:
  handrail plan --minutes 180
  handrail plan call 12
  handrail plan call 12 --outcome live --greeting neutral
  handrail plan --minutes 60 --as-of 2026-03-01 --json
"""


@click.group(invoke_without_command=True, epilog=_EXAMPLES)
@click.option("--minutes", type=click.IntRange(5, 6_000), default=180, show_default=True, help="How long you have.")
@click.option("--as-of", type=_DAY, help="Only show what the plan of this day would be (YYYY-MM-DD); keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.pass_context
def plan(context: click.Context, *, minutes: int, as_of: dt.datetime | None, as_json: bool) -> None:
    """Say whom to call first in the MINUTES that you have, why, and when.

    Calls are ordered by the harm that they are expected to avoid in a minute. At most half of the minutes go to what
    nobody has confirmed for a year, and a few to listings drawn by lot, by which you see how much of the list is
    wrong: call those too, whatever you think of them. What is asked about in one call stands together. Services where
    people in danger call are called on weekday mornings, by a person, never by a machine.

    The plan is kept, and takes the place of the one before; calls that somebody has in hand, and draws, stay. See what
    to say, and enter what you heard, with: handrail plan call ID
    """
    if context.invoked_subcommand is not None:
        return
    with opened_ready(load_settings()) as database:
        day = as_of.date() if as_of is not None else None
        found, now = _planned(database, minutes, day)
    if as_json:
        write_json(_object(found, minutes, day or now.date()))
        return
    if not found:
        raise NothingFitsError(_NOTHING)
    _show(found, minutes, None if day else now)


@plan.command(epilog=OUTCOMES_TAUGHT)
@click.argument("number", metavar="ID", type=int)
@click.option(
    "--outcome", type=click.Choice(CALL_OUTCOMES), help="What the call found; leave it out to see the script."
)
@click.option("--greeting", type=click.Choice(GREETINGS), help="How the line answers.")
@click.option("--line", help="Which number was called, by its name (voice, text ...); else the first voice line.")
@click.option(
    "--all", "whole", is_flag=True, help="The outcome holds for everything that was asked about in this call."
)
def call(number: int, *, outcome: str | None, greeting: str | None, line: str | None, whole: bool) -> None:
    """Make the call ID of the plan: without --outcome, take it in hand and see the number and what to say.

    With --outcome, enter what you found. It is noted as any call is (handrail verify call): what needs a second
    person still needs one.
    """
    settings = load_settings()
    with opened_ready(settings) as database, database.transaction() as session:
        by, now = actor_of(session, command_line_person(session, now=session.info["now"]).id), session.info["now"]
        if outcome is None:
            _begin(session, settings, number, by=by, now=now)
            return
        task = open_task(session, number)
        tasks = call_of(session, task) if whole else [task]
        for one in tasks:
            listing = session.get_one(Record, one.listing_id)
            called = note_call(
                session, listing.id, outcome=outcome, by=by, line=line_named(session, listing, line),
                greeting=greeting or "", now=now,
            )  # fmt: skip
            tell_of_call(called)
        if any(one.done_on is None for one in tasks):
            click.echo("It was drawn by lot, so it stays in the plan until somebody is reached. Try again another day.")


for command in of_plan:
    plan.add_command(command)
commands: list[click.Command] = [plan]


def _planned(database: Database, minutes: int, day: dt.date | None) -> tuple[list[PlannedListing], dt.datetime]:
    """The plan of a day that is only thought of, or that of today, which is kept."""
    if day is not None:
        with database.reading() as session:
            number = day.toordinal()
            # The same day shows the same draws.
            found = preview(session, minutes=minutes, day=number, random=Random(number))  # noqa: S311 - no secret
            return listings_of(session, [planned_from(one, day=number) for one in found], day=number), session.info[
                "now"
            ]
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        by = command_line_person(session, now=now).id
        planned = {one.listing for one in make_plan(session, minutes=minutes, now=now, random=SystemRandom(), by=by)}
        calls = [one for one in open_calls(session, now=now) if one.listing_id in planned or one.claimed_by]
        return listings_of(session, calls, day=day_number(now)), now


def _begin(session: Session, settings: Settings, number: int, *, by: Actor, now: dt.datetime) -> None:
    tasks = claim(session, number, by=by, now=now)
    found = listings_of(session, [call_from(one, now=now) for one in tasks], day=day_number(now))
    listing = session.get_one(Record, tasks[0].listing_id)
    for one in found:
        click.echo(f"{named(one)} [{one.call.id}]: {TIER_MEANS[one.call.tier]}")
    for said in reasons(found[0].call.why) if found else ():
        click.echo(f"  {said}.")
    if found:
        click.echo(f"Call {when(found[0].hours, now)}.\n")
    show_script(session, settings, listing)
    click.echo(f"\nThen: handrail plan call {number} --outcome CODE (see --help){' [--all]' if len(tasks) > 1 else ''}")


def _show(found: Sequence[PlannedListing], minutes: int, now: dt.datetime | None) -> None:
    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
    for place, of_call in groupby(found, key=lambda one: one.call.place):
        together = list(of_call)
        first = together[0]
        number = grouped(first.number) if first.number else "a number that is not public"
        spent = sum(one.call.minutes for one in together)
        console.print(
            f"[bold]{place}. {number}{f' ext. {first.ext}' if first.ext else ''}[/bold], {spent:.0f} min,"
            f" {when(first.hours, now)}"
        )
        for one in together:
            held = "; somebody has it in hand" if one.call.claimed_by is not None else ""
            mark = f"{one.call.id}: " if one.call.id is not None else ""
            console.print(f"   {mark}{named(one)} ({TIER_WORDS[one.call.tier]}{held})", markup=False)
            console.print(f"      {in_short(one)}.", markup=False)
    console.print(f"\n{summary(found, minutes)}", markup=False)
    if now is not None:
        console.print("What to say, and what you heard: handrail plan call ID", markup=False)


def _object(found: Sequence[PlannedListing], minutes: int, day: dt.date) -> dict[str, Any]:
    spent = minutes_by_kind(found)
    total = sum(spent.values())
    return {
        "as_of": day.isoformat(),
        "minutes": minutes,
        "total_minutes": round(total, 1),
        "shares": {kind: round(spent.get(kind, 0.0) / total, 3) if total else 0.0 for kind in KIND_WORDS},
        "calls": [
            {
                "call": one.call.place,
                "id": one.call.id,
                "listing": one.listing,
                "name": one.name,
                "organization": one.organization,
                "number": one.number,
                "ext": one.ext,
                "tier": one.call.tier,
                "kind": one.call.kind,
                "minutes": round(one.call.minutes, 1),
                "state": one.state,
                "is_crisis_line": one.is_crisis_line,
                "hours": one.hours.text,
                "hours_stated": one.hours.is_stated,
                "zone": one.hours.zone,
                "why": [{"code": why.code, "on": _iso(why.on), "times": why.times} for why in one.call.why],
                "reasons": reasons(one.call.why),
            }
            for one in found
        ],
    }


def _iso(day: int) -> str | None:
    return dt.date.fromordinal(day).isoformat() if day else None
