"""The command ``languages``: which languages the site speaks, who has read them, and the words that they avoid."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import chain

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from directory.audit.service import Act, record
from directory.bootstrap import open_ready
from directory.db import sqlite_file
from directory.errors import SettingsError, UnknownTermError
from directory.json_output import write_json
from directory.people.service import command_line_person
from directory.progress import telling
from directory.settings import OWN_LANGUAGES, PREFIX, Settings, load_settings, save_settings
from directory.vocabulary import terms
from web.languages import approvals, approved, is_reviewed, withdrawn
from web.locales import direction, own_name
from web.plain_texts import Found, in_listings, in_the_site
from web.plain_words import words_of
from web.wording import LANGUAGES, catalogue

_SETTING = f"{PREFIX}REVIEWED_LANGUAGES"
_STATES = {
    "own": "the program's own",
    "reviewed": "reviewed on this deployment",
    "draft": "draft: only numbers, hours, names and labels are shown",
    "changed": "changed since it was reviewed: only numbers, hours, names and labels are shown",
}
_NEEDS_NONE = "English and Spanish are the program's own: they need no approval."
_START_AGAIN = "The site speaks so when it is started again."


class SpokenLanguage(msgspec.Struct, frozen=True):
    """A line of the list of languages. ``drafts`` are the texts that wait for a person, or waited for one."""

    tag: str
    name: str
    direction: str
    texts: int
    drafts: int
    state: str


class SideBySide(msgspec.Struct, frozen=True):
    """A text in English and in another language, each in its forms for numbers."""

    id: str
    english: tuple[str, ...]
    text: tuple[str, ...]
    draft: bool


@click.group()
def languages() -> None:
    """Look at the languages of the site, and say which a person has read.

    English and Spanish are the program's own. The others are drafts: until somebody has read one, the site shows only
    numbers, hours, names and labels in it.
    """


@languages.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one object per language.")
def list_(*, as_json: bool) -> None:
    """List the languages of the site, and how much of each is shown."""
    settings = load_settings()
    spoken = [_spoken(language, settings) for language in LANGUAGES]
    if as_json:
        write_json(spoken)
        return
    table = Table()
    for heading in ("tag", "language", "direction", "texts", "drafts", "state"):
        table.add_column(heading, overflow="fold", justify="right" if heading in {"texts", "drafts"} else "left")
    for one in spoken:
        table.add_row(one.tag, one.name, one.direction, str(one.texts), str(one.drafts), _STATES[one.state])
    _print(table)


def _spoken(language: str, settings: Settings) -> SpokenLanguage:
    found = catalogue(language)
    return SpokenLanguage(
        language, own_name(language), direction(language), len(found.texts), len(found.drafts),
        _state(language, settings),
    )  # fmt: skip


def _state(language: str, settings: Settings) -> str:
    if language in OWN_LANGUAGES:
        return "own"
    if is_reviewed(settings, language):
        return "reviewed"
    return "changed" if language in approvals(settings) else "draft"


@languages.command()
@click.argument("tag")
@click.option("--drafts", is_flag=True, help="Only texts that wait for a person: those that somebody acts on.")
@click.option("--json", "as_json", is_flag=True, help="Print one object per text.")
def show(tag: str, *, drafts: bool, as_json: bool) -> None:
    """Show English beside a language, text by text, for whoever reviews it.

    {name} stands for what is filled in. Several forms of one text are for several numbers.
    """
    texts = [text for text in _side_by_side(_known(tag)) if text.draft or not drafts]
    if as_json:
        write_json(texts)
    elif sys.stdout.isatty():
        table = Table(show_lines=True)
        for heading in ("id", "English", own_name(tag)):
            table.add_column(heading, overflow="fold")
        for text in texts:
            name = f"{text.id}\n(draft)" if text.draft else text.id
            table.add_row(Text(name), Text("\n".join(text.english)), Text("\n".join(text.text)))
        _print(table)
    else:
        for text in texts:
            click.echo(f"{text.id}{' (draft)' if text.draft else ''}")
            for language, forms in (("en", text.english), (tag, text.text)):
                click.echo("\n".join(f"  {language}: {form}" for form in forms))


def _side_by_side(language: str) -> list[SideBySide]:
    """Every text and every label of the vocabulary, in the order of the English catalogue and of the vocabulary."""
    english, other = catalogue("en"), catalogue(language)
    texts = [
        SideBySide(text_id, forms, other.texts.get(text_id, ("",)), text_id in other.drafts)
        for text_id, forms in english.texts.items()
    ]
    for term in chain.from_iterable(map(terms.terms, terms.schemes())):
        text_id = f"term.{term.scheme}.{term.code}"
        said = other.texts.get(text_id) or (term.labels.get(language, ""),)
        texts.append(SideBySide(text_id, (term.labels["en"],), said, text_id in other.drafts))
    return texts


@languages.command()
@click.argument("tag")
@click.option("--yes", is_flag=True, help="Do not ask whether a person has read it.")
def approve(tag: str, *, yes: bool) -> None:
    """Say that a person has read a language, so that the site shows all of it."""
    settings = load_settings()
    if _known(tag) in OWN_LANGUAGES:
        click.echo(_NEEDS_NONE)
        return
    if is_reviewed(settings, tag):
        click.echo(f"{own_name(tag)} is approved already, as it is today.")
        return
    chosen = approved(settings, tag)
    _refuse_without_effect(chosen)
    click.echo(
        f"To approve {own_name(tag)} means: a person who speaks it as a first language has read every text that "
        f"`handrail languages show {tag}` shows, and would say each of them so to somebody in danger. "
        "From then on the site shows all of its texts, until an upgrade changes one of them."
    )
    if not yes:
        click.confirm("Has such a person read all of it?", abort=True)
    _save(settings, chosen, Act("language.approved", tag, {"digest": catalogue(tag).digest}))
    click.echo(f"{own_name(tag)} is approved. {_START_AGAIN}")


@languages.command()
@click.argument("tag")
def withdraw(tag: str) -> None:
    """Take an approval back: the site shows only numbers, hours, names and labels in that language again."""
    settings = load_settings()
    if _known(tag) in OWN_LANGUAGES:
        click.echo(_NEEDS_NONE)
        return
    if tag not in approvals(settings):
        click.echo(f"{own_name(tag)} is not approved.")
        return
    chosen = withdrawn(settings, tag)
    _refuse_without_effect(chosen)
    _save(settings, chosen, Act("language.withdrawn", tag, {"digest": approvals(settings)[tag]}))
    click.echo(f"{own_name(tag)} is no longer approved. {_START_AGAIN}")


def _known(tag: str) -> str:
    """The tag, if the site speaks that language at all."""
    if tag not in LANGUAGES:
        raise UnknownTermError("The site does not speak that language. See: handrail languages list")
    return tag


def _refuse_without_effect(chosen: str) -> None:
    """The environment wins over what is saved, so to save something would change nothing."""
    if given := next((name for name in (_SETTING, f"{_SETTING}_FILE") if name in os.environ), None):
        raise SettingsError(
            f"{given} is set in the environment, which wins over what is saved here. Nothing is changed; give it "
            f"there as: {_SETTING}={chosen}"
        )


def _save(settings: Settings, chosen: str, act: Act) -> None:
    """Save the setting; where there is a database its audit says so, and if it cannot, nothing is saved."""
    file = sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        save_settings({"reviewed_languages": chosen})
        return
    database = open_ready(settings)
    try:
        with database.transaction() as session:
            now = session.info["now"]
            by = command_line_person(session, now=now)
            record(session, [msgspec.structs.replace(act, by_id=by.id)], now=now)
            save_settings({"reviewed_languages": chosen})
    finally:
        database.dispose()


@languages.command()
@click.argument("tags", metavar="[TAG]...", nargs=-1)
@click.option("--listings", "with_listings", is_flag=True, help="Also what listings say of themselves; names are not.")
@click.option("--json", "as_json", is_flag=True, help="Print one object per word found.")
def check(tags: tuple[str, ...], *, with_listings: bool, as_json: bool) -> None:
    """Look for words that people who were hurt should not have to read: "rescue", "illegal alien", "are you sure".

    The list is the program's; a file that HANDRAIL_WORD_LIST names adds to it, or takes words away ("rescue": null).
    Without TAG every language is looked at, and listings in English and Spanish. Ends with 1 if a word is found.
    """
    settings = load_settings()
    words = words_of(settings.word_list)
    chosen = tuple(map(_known, tags)) or LANGUAGES
    found = [one for language in chosen for one in in_the_site(language, words)]
    if with_listings:
        database = open_ready(settings)
        try:
            with database.reading() as session, telling("Reading") if not as_json else nullcontext() as told:
                found += in_listings(session, words, languages=chosen if tags else OWN_LANGUAGES, progress=told)
        finally:
            database.dispose()
    if as_json:
        write_json(found)
    elif found:
        _print_found(found)
    else:
        click.echo("No word of the list is in these texts.")
    if found:
        raise SystemExit(1)


def _print_found(found: Sequence[Found]) -> None:
    table = Table()
    cells: dict[str, Callable[[Found], str]] = {
        "where": lambda one: f"{one.where} {one.of} {one.field}".strip(),
        "language": lambda one: one.language,
        "found": lambda one: one.found,
        "say instead": lambda one: one.say,
    }
    for heading in cells:
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(*(Text(cell(one)) for cell in cells.values()))
    _print(table)


def _print(table: Table) -> None:
    """A table for the screen; where its output goes on to a program, plain cells with tabs between, a line each."""
    if sys.stdout.isatty():
        Console(highlight=False).print(table)
        return
    for row in zip(*(column.cells for column in table.columns), strict=True):
        click.echo("\t".join(map(str, row)))
