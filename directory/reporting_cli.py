"""The command ``reporting``: which lines take a report, at this hour, in the right zone."""

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec
import sqlalchemy as sa
from rich.console import Console
from rich.text import Text

from directory.clock import utc_now
from directory.db import Database, sqlite_file
from directory.errors import BadQuestionError, NothingFitsError
from directory.json_output import write_json
from directory.pinned import PinnedLines
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.places.stated import stated_place
from directory.reporting import told
from directory.reporting.confirmed import OwnLine, others, own_lines, question_of, same_number
from directory.reporting.lines import KINDS, Kind
from directory.reporting.queries import READERS
from directory.reporting.this_hour import LineNow, LinesNow, lines_for
from directory.search.answer import Result
from directory.search.indexing import is_current
from directory.search.service import search
from directory.settings import load_settings
from directory.suspended import shown_lines
from directory.values.phone import grouped

_KINDS: dict[str, Kind] = {
    "child": "child-protection",
    "elder": "adult-protection",
    "disabled-adult": "disabled-protection",
    "injury": "injury-report",
    "sexual-crime": "sexual-crime-report",
    **{kind: kind for kind in KINDS},
}
_OPEN = {True: "answers now", False: "closed now", None: "hours not stated"}
_EXAMPLES = """\b
Examples:
  handrail reporting --state MA --kind child --role clinician
  handrail reporting --near 02118 --kind child --role clinician --at 2026-12-01T10:00
  handrail reporting --state ON --kind elder --json
"""


@click.command(epilog=_EXAMPLES)
@click.option("--state", metavar="STATE", help="State, province or territory, by code or name.")
@click.option("--near", metavar="PLACE", help="A ZIP code, town or county: its own clock, its own office.")
@click.option("--kind", "kind_word", required=True, type=click.Choice(list(_KINDS)), help="What is reported.")
@click.option("--role", "reader", type=click.Choice(READERS), help="Who you are; without it, what holds for everybody.")
@click.option("--at", "written", metavar="TIME", help="Another hour than now: 2026-12-01T10:00, on the clocks there.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def reporting(
    state: str | None, near: str | None, kind_word: str, *, reader: str | None, written: str | None, as_json: bool
) -> None:
    """Say which lines take a report about a child or an adult, what each is for, and whether it answers now.

    It never says that somebody has to report. What comes from official pages is shown with page and day, and is to be
    checked before use; nobody has called these lines from here. What people of this directory have called and confirmed
    comes first, with the day. Without a place it is the default area.

    Ends with 0 when a line with a number is known, 3 when none is (the national hotline is given instead), 4 for an
    unknown place, 5 when several places have the name. Nothing of what is asked is kept.
    """
    settings = load_settings()
    with Gazetteer() as gazetteer:
        place = stated_place(
            gazetteer, state=state, near=near, country=settings.country, area=settings.default_area
        )  # fmt: skip
        at = _instant(written, place)
        found = lines_for(place, _KINDS[kind_word], reader or "", at, zones=gazetteer.zones(place))
        own = own_lines(_listings(settings.database_url, place, gazetteer, at), found.kind, place)
    pinned = shown_lines(place.country, today=at.date())
    if as_json:
        write_json(answer_object(found, own, pinned, settings.reporting_policy))
    else:
        _Page(found, own, pinned, settings.reporting_policy).print()
    if found.is_missing and not own:
        raise SystemExit(NothingFitsError.exit_code)


def answer_object(found: LinesNow, own: Sequence[OwnLine], pinned: PinnedLines, policy: str) -> dict[str, Any]:
    """The answer as other programs read it."""
    place = found.place
    return {
        "place": {"name": place.label, "kind": place.kind, "region": place.region, "country": place.country},
        "kind": found.kind,
        "role": found.reader or None,
        "at": found.at,
        "local": found.at.astimezone(ZoneInfo(found.zone)),
        "zone": found.zone,
        "other_zones": found.other_zones,
        "missing": found.is_missing and not own,
        "own": [
            _own_object(one) for one in others(own, [one.line for one in (*found.lines, *found.in_indian_country)])
        ],
        "lines": [_line_object(one, found, own, pinned.emergency) for one in found.lines],
        "in_indian_country": [_line_object(one, found, own, pinned.emergency) for one in found.in_indian_country],
        "for_others": found.for_others,
        "policy": policy or None,
        "emergency": pinned.emergency or None,
        "pinned": [{"name": line.name["en"], "number": line.number} for line in pinned.shown],
        "covered": found.covered,
    }


def _own_object(one: OwnLine) -> dict[str, Any]:
    return {
        "id": one.card.id,
        "name": one.card.name,
        "run_by": one.card.organization or None,
        "phones": [{"number": phone.number, "kind": phone.kind, "called_on": phone.confirmed} for phone in one.phones],
        "open_now": one.open_now,
    }


def _line_object(one: LineNow, found: LinesNow, own: Sequence[OwnLine], emergency: str) -> dict[str, Any]:
    line, called = one.line, same_number(own, one.line)
    return {
        "id": line.id,
        "name": line.name,
        "run_by": line.run_by,
        "phones": [{"number": phone.number, "kind": phone.kind, "where": phone.where or None} for phone in one.phones],
        "number_missing": one.is_missing_number,
        "find_at": line.find_at or None,
        "open_now": one.is_open,
        "until": one.until,
        "opens": one.opens,
        "zone": one.zone,
        "holiday": one.holiday or None,
        "hours": told.hours_told(one, found.at),
        "from_age": line.from_age,
        "to_age": line.to_age,
        "readers": line.readers,
        "named": line.named,
        "named_by_law": one.is_named or None,
        "law": line.law,
        "written_within_hours": line.written_within_hours,
        "does_not": [*told.no_line_does(emergency), *told.limits_told(line)],
        "called_on": called[1].confirmed if called else None,
        "check_before_use": one.is_stale and called is None,
        "sources": [msgspec.to_builtins(source) for source in line.sources],
    }


def _listings(url: str, place: Place, gazetteer: Gazetteer, at: dt.datetime) -> tuple[Result, ...]:
    """What takes reports there among the listings of this machine; nothing where there is no directory of this version.

    The lines of files are an answer without one, so nothing that is wrong with it may take them away.
    """
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return ()
    database = Database(url)
    try:
        if database.is_up_to_date() and is_current(database):
            return search(database, question_of(place), gazetteer=gazetteer, now=at).results
    except sa.exc.SQLAlchemyError:
        pass
    finally:
        database.dispose()
    click.echo("The directory of this machine cannot be read, so its own listings are left out.", err=True)
    return ()


def _instant(written: str | None, place: Place) -> dt.datetime:
    if written is None:
        return utc_now()
    try:
        at = dt.datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(place.zone))).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise BadQuestionError("--at is an hour such as 2026-12-01T10:00.") from None


class _Page:
    """An answer for people: the number first and largest, then when somebody answers, then what it is for."""

    def __init__(self, found: LinesNow, own: Sequence[OwnLine], pinned: PinnedLines, policy: str) -> None:
        self._found = found
        self._own = own
        self._pinned = pinned
        self._policy = policy
        self._console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False)

    def print(self) -> None:
        """Print all of it."""
        found = self._found
        local = found.at.astimezone(ZoneInfo(found.zone))
        self._line(
            f"{told.KIND_WORDS[found.kind]}, {found.place.label}, {local:%A} {local.day} {local:%B %Y %H:%M} "
            f"({told.zone_told(found)})",
            "bold",
        )
        self._line(told.NO_VERDICT)
        if found.lines or found.in_indian_country:
            self._line(" ".join(["What no such line does:", *told.no_line_does(self._pinned.emergency)]))
        for one in found.lines:
            self._print(one)
        for mine in others(self._own, [one.line for one in (*found.lines, *found.in_indian_country)]):
            self._print_own(mine)
        if left_out := told.others_told(found):
            self._line(left_out)
        if found.is_missing and not self._own:
            self._missing()
        if found.in_indian_country:
            self._line("\nBeside these, if it happened in Indian country:", "bold")
            for one in found.in_indian_country:
                self._print(one)
        if self._policy:
            self._line(f"\nOf this house: {self._policy}")
        self._line(f"\n{told.covered_told(found.covered, found.kind)}", "dim")

    def _print_own(self, one: OwnLine) -> None:
        self._console.print()
        head = Text(", ".join(grouped(phone.number) for phone in one.phones), style="bold")
        head.append(f"  {_OPEN[one.open_now]}", style="not bold")
        self._console.print(head)
        whose = f" - {one.card.organization}" if one.card.organization else ""
        self._line(f"  {one.card.name}{whose}")
        self._line(f"  A listing of this directory: called and confirmed on {one.phones[0].confirmed}.")

    def _print(self, one: LineNow) -> None:
        line, at, called = one.line, self._found.at, same_number(self._own, one.line)
        self._console.print()
        shown = ", ".join(
            grouped(phone.number)
            + ("" if phone.kind == "voice" else f" ({phone.kind.upper()})")
            + (f" ({phone.where})" if phone.where else "")
            for phone in one.phones
        )
        missing = f"Number missing here.{f' Who has it: {line.find_at}' if line.find_at else ''}"
        head = Text(shown or missing, style="bold" if shown else "yellow")
        head.append(f"  {told.hours_told(one, at)}", style="not bold")
        self._console.print(head)
        for part in (
            f"{line.name} - {line.run_by}",
            told.for_whom(line),
            told.law_told(one),
            " ".join(told.limits_told(line)),
            *(f"Says so: {told.source_told(source)}" for source in line.sources),
            f"Called and confirmed on {called[1].confirmed}, as a listing of this directory." if called else "",
            told.CHECK if one.is_stale and not called else "",
        ):
            if part:
                self._line(f"  {part}")

    def _missing(self) -> None:
        whose = "such a line for you" if self._found.for_others else "such a line"
        self._line(f"\nMissing: no number of {whose} is known here. What can be given instead:", "yellow")
        for line in self._pinned.shown:
            self._line(f"{grouped(line.number)}  {line.name['en']}. {line.label['en']}", "bold")
        self._line(told.NOT_A_REPORT)

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))
