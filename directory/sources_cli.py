"""The command ``sources``: who the sources are, what may be done with their facts, and what flows back to them."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from directory.bootstrap import opened_ready
from directory.corrections.service import Asked, Format, hand_out
from directory.errors import NothingFitsError
from directory.integrity.conflicts import number_conflicts
from directory.json_output import write_json
from directory.people.service import command_line_person
from directory.settings import load_settings
from directory.sources.models import SHARING
from directory.sources.policy import SHARING_WORDS, TRUST
from directory.sources.queries import list_sources
from directory.sources.service import NewTerms, add_source, set_paused, set_terms

T = TypeVar("T")


@click.group()
def sources() -> None:
    """Say who a source is and what may be done with its facts; see what sources disagree about; send corrections."""


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one object per source.")
def list_(*, as_json: bool) -> None:
    """List the sources, with what may be done with what they say."""
    with opened_ready(load_settings()) as database, database.reading() as session:
        found = list_sources(session)
    if not found:
        raise NothingFitsError("Nothing was imported yet.")
    if as_json:
        write_json(found)
        return
    for one in found:
        said = f"{one.owner}{'  paused' if one.is_paused else ''}"
        click.echo(f"{one.key:<24}  {one.trust:<8}  {one.sharing:<11}  {one.rows:>7} rows  {said}".rstrip())


@sources.command()
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print it as an object.")
def show(key: str, *, as_json: bool) -> None:
    """Show one source: who it is, its licence, how many of its rows are held."""
    with opened_ready(load_settings()) as database, database.reading() as session:
        found = list_sources(session, key=key)[0]
    if as_json:
        write_json(found)
        return
    read = f"{found.read_at:%Y-%m-%d}" if found.read_at else "never"
    for name, value in (
        ("owner", found.owner or "not stated"),
        ("licence", found.licence or "not stated"),
        ("sharing", f"{found.sharing}: {SHARING_WORDS[found.sharing]}"),
        ("terms", found.terms or "not stated"),
        ("trust", found.trust),
        ("rows", f"{found.rows}, read {found.runs} times, last {read}"),
        ("mapping", "kept; every import of it is read by that" if found.has_mapping else "none kept"),
    ):
        click.echo(f"{name + ':':<9} {value}")
    if found.is_paused:
        click.echo("Paused: nothing of it is read.")


@sources.command()
@click.argument("key")
def add(key: str) -> None:
    """Make a source known before its first import, so that its licence can be stated first."""
    _act(lambda session, by: add_source(session, key, by=by, now=session.info["now"]))
    click.echo(f"Known. Say what its licence allows with: handrail sources set {key} --sharing ...")


@sources.command("set")
@click.argument("key")
@click.option("--owner", help="Who publishes it, as it is to be named beside its facts.")
@click.option("--licence", help="Its licence, in a word or two, such as CC BY 4.0.")
@click.option("--sharing", type=click.Choice(SHARING), help="What the licence allows to do with its facts.")
@click.option("--terms", help="Where the terms stand, or what was agreed, in one line.")
@click.option("--trust", type=click.Choice(TRUST), help="How far it is trusted; by command at most as a partner.")
def set_(key: str, **said: str | None) -> None:
    """Say who a source is and what its licence allows. An empty text takes away what was said.

    Facts that only sources say which do not allow passing on stay out of every copy that leaves this directory.
    """
    new = NewTerms(**said)
    _act(lambda session, by: set_terms(session, key, new, by=by, now=session.info["now"]))
    click.echo("Noted.")


@sources.command()
@click.argument("key")
def pause(key: str) -> None:
    """Let nothing of a source be read until further notice. What is held stays."""
    _act(lambda session, by: set_paused(session, key, is_paused=True, by=by, now=session.info["now"]))
    click.echo("Paused. What is held of it stays.")


@sources.command()
@click.argument("key")
def resume(key: str) -> None:
    """Let a paused source be read again."""
    _act(lambda session, by: set_paused(session, key, is_paused=False, by=by, now=session.info["now"]))
    click.echo("It may be read again.")


@sources.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object per item.")
def conflicts(*, as_json: bool) -> None:
    """List numbers to call about: one that stands for two things, or two that sources give for one line.

    An item goes when a number changes, when people decide about it, or when a call has confirmed each number.
    """
    with opened_ready(load_settings()) as database, database.reading() as session:
        found = number_conflicts(session)
    if not found:
        raise NothingFitsError("All numbers go together.")
    if as_json:
        shown = [
            {"kind": one.kind, "numbers": one.numbers, "services": one.services, "text": one.text} for one in found
        ]
        write_json(shown)
        return
    for one in found:
        click.echo(one.text)


@sources.command()
@click.argument("key")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what is known since this day.")
@click.option("--format", "form", type=click.Choice(["csv", "hsds"]), default="csv", show_default=True)
@click.option("--confirmed", is_flag=True, help="Also what was found to be as the source says.")
@click.option("--language", type=click.Choice(["en", "es"]), help="Of the reasons; the deployment's own otherwise.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file that only you can read.")
def corrections(
    key: str,
    since: dt.datetime | None,
    form: Format,
    language: str | None,
    output: Path | None,
    *,
    confirmed: bool,
) -> None:
    """Write what is otherwise here than source KEY says, and why, so that its list heals too.

    Only what anybody may see here is in it, and only what the licences of other sources let pass; of people nothing but
    their role. With --format hsds it is a page of HSDS services with a metadata object for each change.
    """
    settings = load_settings()
    day = f"{since:%Y-%m-%d}" if since else ""
    asked = Asked(key, form, day, confirmed, language or settings.language)
    with opened_ready(load_settings()) as database:
        written = hand_out(database, asked, by=_by, output=output)
    if not written.number:
        raise NothingFitsError("There is nothing to correct.")
    if output is None:
        click.echo(written.content, nl=False)
    else:
        click.echo(f"{written.number} corrections are in {output.name}.")


def _by(session: Session) -> int:
    return command_line_person(session, now=session.info["now"]).id


def _act(verb: Callable[[Session, int], T]) -> T:
    with opened_ready(load_settings()) as database, database.transaction() as session:
        return verb(session, _by(session))
