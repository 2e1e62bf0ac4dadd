"""The command ``search``: a need, a place, and what must hold; numbers to call."""

import datetime as dt
import sys
from typing import Any

import click
import msgspec
import sqlalchemy as sa
from rich.console import Console
from rich.text import Text

from directory.attention import abandoned_since
from directory.cards.card import Card, CardPhone
from directory.clock import utc_now
from directory.db import Database, sqlite_file
from directory.errors import BadQuestionError, DirectoryError, NothingFitsError
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Block, NeedAnswer, Question, Result
from directory.search.asking import LARGEST_GROUP
from directory.search.indexing import is_current
from directory.search.needs import last_confirmed
from directory.search.postings import INTAKE
from directory.search.service import LARGEST_CIRCLE_KM, MOST_RESULTS, USUAL_DISTANCE_KM, check_question
from directory.search.service import search as find
from directory.search.written import (
    answer_object,
    closed_lines,
    distance_in_words,
    doubts,
    hours_of_each,
    need_name,
    unplaced,
    where,
)
from directory.settings import Settings, load_settings
from directory.values.phone import grouped
from directory.vocabulary.terms import ask_about, label

# So many lines are told apart below a result; all of them stand in its JSON.
_MOST_LINES = 5
_ONLY_CONFIRMED = "Only numbers confirmed within a year are shown. Call before you send someone."
_HEADINGS: dict[Block, str] = {
    "near": "Near",
    "wide": "For the whole area",
    "confidential": "Confidential location: call",
    "near-miss": "Nearly fits",
}
_MARKS = {"yes": ("yes", "green"), "ask": ("ask", "yellow"), "no": ("no ", "red")}
_HOWS = {
    "exclusive": "only for them",
    "welcomes": "welcome",
    "does-not-exclude": "not excluded",
    "staff": "spoken by staff",
    "interpreter": "through an interpreter",
}

_EXAMPLES = """\b
Examples:
  handrail search --need shelter --near 33130 --language es --who women
  handrail search --need sane --near "Boston, MA" --within-km 80 --json
  handrail search --need shelter --near 33130 --who trans-women --who with-children=4m --open tonight
  handrail search --need shelter --within-km 400 --away-from 33130 --beyond-km 100 --group 14 --accepts-from FL
  handrail search --name refugio --near 33130
"""


@click.command(epilog=_EXAMPLES)
@click.option("--need", default="", metavar="KIND", help="A kind of service, or a parent of kinds (shelter, legal).")
@click.option("--name", default="", metavar="TEXT", help="Words of its name, or of what it says about itself.")
@click.option("--near", metavar="PLACE", help="A ZIP code, town, county or state. Without it: the default area.")
@click.option(
    "--within-km",
    default=40.0,
    show_default=True,
    type=click.FloatRange(0, LARGEST_CIRCLE_KM, min_open=True),
    help="How far, in kilometres.",
)
@click.option("--away-from", default="", metavar="PLACE", help="A place to keep away from.")
@click.option(
    "--beyond-km",
    type=click.FloatRange(0, LARGEST_CIRCLE_KM, min_open=True),
    help=f"By more than this. Without it: {USUAL_DISTANCE_KM:g}.",
)
@click.option(
    "--language", "languages", multiple=True, metavar="TAG", help="A language that is needed. Repeat for more."
)
@click.option(
    "--who",
    multiple=True,
    metavar="SLUG[=N]",
    help="Who it is for (women, minors=16, with-children=12m). Repeat: all must hold.",
)
@click.option(
    "--barrier", "barriers", multiple=True, metavar="SLUG", help="A barrier that must be removed. Repeatable."
)
@click.option("--trauma-informed", metavar="LEVEL", help="At least this level of evidence, unexpired.")
@click.option("--open", type=click.Choice(["now", "tonight"]), help="Open now; or somebody can come in tonight.")
@click.option("--group", type=click.IntRange(1, LARGEST_GROUP), metavar="N", help="How many people come together.")
@click.option("--accepts-from", default="", metavar="REGION", help="Where they come from: a state, county or country.")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, MOST_RESULTS), help="Results in each block."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def search(near: str | None, *, as_json: bool, **asked: Any) -> None:
    """Find who can help, and the number to call. Ask for a kind of service (--need), for a name, or for both.

    Every need must hold. What nobody has stated is kept and marked "ask", with the question to ask; what is stated
    otherwise is left out. When little fits, what nearly fits is shown with what it lacks.

    Ends with 0 when something fits, 3 when nothing does, 4 for an unknown place or word, 5 when several places have
    the name. Nothing of a search is kept.
    """
    asked["open"] = asked["open"] or ""
    if not asked["need"] and not asked["name"].strip():
        raise BadQuestionError("Give a kind of service (--need), or words of its name (--name).")
    settings = load_settings()
    with Gazetteer() as gazetteer:
        question = _question(settings, near, asked, gazetteer)
        now = utc_now()
        answer = _answer(settings.database_url, question, gazetteer, now)
        if as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(answer_object(answer, gazetteer))).decode())
        else:
            _Page(answer, gazetteer).print()
    if not answer.total:
        raise SystemExit(NothingFitsError.exit_code)


def _question(settings: Settings, near: str | None, asked: dict[str, Any], gazetteer: Gazetteer) -> Question:
    """What was asked; from the deployment's own area where no place was given, and in its state rather than another."""
    home = gazetteer.find(settings.default_area, country=settings.country) if settings.default_area else None
    question = check_question(
        near=near or "",
        gazetteer=gazetteer,
        country=settings.country,
        near_region=(home.region or None) if home else None,
        **asked,
    )
    return msgspec.structs.replace(question, near=home) if near is None else question


def _answer(url: str, question: Question, gazetteer: Gazetteer, now: dt.datetime) -> Answer:
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise DirectoryError("There is no directory here yet. Make one with: handrail init")
    # Nothing is written here, so the hook that rebuilds cards is not needed.
    database = Database(url)
    try:
        if not database.is_up_to_date() or not is_current(database):
            raise DirectoryError("The database is of another version of this program. Run: handrail db upgrade")
        since = _abandoned_since(database, now)
        if since is not None:
            click.echo(f"Nobody has kept this list up to date since {since}. {_ONLY_CONFIRMED}", err=True)
            question = msgspec.structs.replace(question, only_confirmed=True)
        return find(database, question, gazetteer=gazetteer, now=now)
    finally:
        database.dispose()


def _abandoned_since(database: Database, now: dt.datetime) -> dt.date | None:
    try:
        with database.reading() as session:
            return abandoned_since(session, now=now)
    except sa.exc.ProgrammingError:
        # The role of the public pages may not read who did what.
        return None


class _Page:
    """An answer for people: the number first and largest, then who answers now, then why it fits."""

    def __init__(self, answer: Answer, gazetteer: Gazetteer) -> None:
        self._answer = answer
        self._gazetteer = gazetteer
        # Piped, a line is a line: no colour, and nothing is broken at the width of a terminal that is not there.
        self._console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False)

    def print(self) -> None:
        """Print a heading for all, then each block that is not empty."""
        self._console.print(Text(self._summary(), style="bold"))
        for block, heading in _HEADINGS.items():
            found = self._answer.block(block)
            if found:
                self._console.print()
                self._console.print(Text(heading, style="bold underline"))
            for result in found:
                self._console.print()
                self._print(result)
        for closed in self._answer.closed:
            self._console.print()
            for line in closed_lines(closed, self._gazetteer):
                self._console.print(Text(line))

    def _summary(self) -> str:
        question, total = self._answer.question, self._answer.total
        what = label("kind", question.need, "en") if question.need else "By these words"
        around = f" within {self._distance(question.within_km)} of {question.near.label}" if question.near else ""
        if total:
            return f"{what}{around}: {total} fit{'s' if total == 1 else ''}"
        nearly = " These nearly do:" if self._answer.results else ""
        return f"{what}{around}: nothing fits every need.{nearly}"

    def _print(self, result: Result) -> None:
        card = result.card
        lines = result.lines
        first = next(iter(lines), None)
        if first:
            line = Text(grouped(first.number), style="bold")
            line.append(f"  {' '.join(self._after_number(result, first))}".rstrip(), style="not bold")
            self._console.print(line)
        else:
            self._console.print(Text("No number is known.", style="yellow"))
        rows = [Text(" - ".join(self._names(result)))]
        rows += self._lines(card, lines)
        rows += [self._need(answer) for answer in result.needs]
        rows.append(Text(self._known(result), style="dim"))
        for row in rows:
            self._console.print(Text("  ").append_text(row))

    def _after_number(self, result: Result, phone: CardPhone) -> list[str]:
        card = result.card
        state = {True: "open now", False: "closed now", None: "hours unknown"}[result.open_now]
        if self._answer.question.open == "tonight" and result.by == INTAKE:
            state = "open tonight"
        parts = [
            f"ext. {phone.ext}" if phone.ext else "",
            f"(text {phone.keyword})" if phone.keyword else "(text)" if phone.kind == "text" else "",
            unplaced(result) or state,
            "- practice, not a real service" if card.practice else "",
            "- may not work" if card.may_not_work and phone is card.phones[0] else "",
        ]
        return [part for part in parts if part]

    def _lines(self, card: Card, lines: list[CardPhone]) -> list[Text]:
        """Which line is which, where there are several to speak on."""
        spoken = [phone for phone in lines if phone.kind == "voice"]
        hours = hours_of_each(card)
        if len(spoken) < 2 or not any(phone.slot in hours for phone in spoken):
            return []
        return [
            Text(f"{grouped(phone.number)}  {hours.get(phone.slot, 'hours not stated')}", style="dim")
            for phone in spoken[:_MOST_LINES]
        ]

    def _names(self, result: Result) -> list[str]:
        card = result.card
        far = self._distance(result.distance_km, card.country) if result.distance_km is not None else ""
        more = f"{result.more_sites} more place{'s' if result.more_sites > 1 else ''}" if result.more_sites else ""
        names = (card.name, card.organization, where(card, self._gazetteer), far, more)
        return list(dict.fromkeys(name for name in names if name))

    def _need(self, answer: NeedAnswer) -> Text:
        mark, color = _MARKS[answer.state]
        line = Text.assemble((mark, color), f"  {need_name(answer.need)}")
        how = _HOWS.get(answer.how or "")
        if how is None and answer.how:
            how = label("trauma-informed", answer.how, "en").lower()
        if answer.state == "ask":
            line.append(f": {ask_about(answer.need, 'en')}" + (f" (so far: {how})" if how else ""))
            return line
        known = "confirmed" if answer.verified else "as stated"
        parts = [how or "", f"{known} {answer.as_of}" if answer.as_of else ""]
        line.append("".join(f", {part}" for part in parts if part))
        return line

    def _known(self, result: Result) -> str:
        card = result.card
        said = " ".join(part for part in (card.source, card.said) if part)
        whose = [f"Said by: {said}."] if said and not last_confirmed(card, result.by) else []
        return " ".join([*doubts(result), *whose])

    def _distance(self, km: float, country: str = "") -> str:
        near = self._answer.question.near
        return distance_in_words(km, country or (near.country if near else "US"))
