"""What people do to keep a listing true, from the shell: ask by letter, note calls, exchange with neighbours.

``verify`` gathers these commands with those of automatic checks; ``mail`` takes in letters that came back.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from directory.bootstrap import opened_ready
from directory.confirming import peers
from directory.confirming.bounces import MOST_BYTES, note_report
from directory.confirming.calls import GREETINGS, Called, lines_of, may_call, note_call
from directory.confirming.script import script
from directory.confirming.service import ask as ask_by_letter
from directory.db import Database
from directory.errors import BadInputError, RefusedError
from directory.files import read_small, write_whole
from directory.freshness.policy import CALL_OUTCOMES
from directory.integrity.neighbour import read_signing_key
from directory.integrity.queries import name_of
from directory.listings.fields import decode_plain
from directory.listings.models import Record
from directory.listings.queries import find_record, get_record
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.settings import Settings, load_settings
from directory.values.phone import grouped

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("listing")
def ask(listing: str) -> None:
    """Write to the program of a LISTING whether it is still right.

    The letter goes to an e-mail address that was verified before, or to one on the domain of their own site if a look
    at that site has seen it. It holds a link that is good once, for seven days; the answer confirms or proposes.

    With HANDRAIL_ASK_PROGRAMS=on the clock of a site asks every program by itself, twice a year.
    """
    with _opened() as (database, _), database.transaction() as session:
        by = actor_of(session, command_line_person(session, now=session.info["now"]).id)
        ask_by_letter(session, find_record(session, listing, kind="listing").id, by=by, now=session.info["now"])
    click.echo("The letter is on its way. The program has seven days to answer it.")


OUTCOMES_TAUGHT = """\b
confirmed               everything that is shown is right
confirmed-with-changes  it is right but for some things: propose those
live                    the number is right, and they take new people
no-answer               nobody answered
voicemail-named         a machine that names the service
voicemail-generic       a machine that names nobody
nothing-found           nobody answered, and other ways told nothing either (a register, neighbours, who pays for it)
disconnected            the line is dead (two callers hide it)
wrong-party             somebody else has the number (two callers hide it)
ended, closed           not offered any more; closed: proposed, for a second person
do-not-list             they do not want to be listed: proposed, for a second person
do-not-call             they do not want to be called: no plan names them again
referred                they send elsewhere
wrong                   they say another value than ours
"""


@click.command(epilog=OUTCOMES_TAUGHT)
@click.argument("listing")
@click.option(
    "--outcome", type=click.Choice(CALL_OUTCOMES), help="What the call found; leave it out to see the script."
)
@click.option("--greeting", type=click.Choice(GREETINGS), help="How the line answers.")
@click.option("--line", help="Which number was called, by its name (voice, text ...); else the first voice line.")
def call(listing: str, *, outcome: str | None, greeting: str | None, line: str | None) -> None:
    """Note what a call to a LISTING found. Without --outcome: which number to call, and what to say."""
    with _opened() as (database, settings):
        if outcome is None:
            with database.reading() as session:
                show_script(session, settings, find_record(session, listing, kind="listing"))
            return
        with database.transaction() as session:
            now = session.info["now"]
            found = find_record(session, listing, kind="listing")
            called = note_call(
                session, found.id, outcome=outcome, by=actor_of(session, command_line_person(session, now=now).id),
                line=line_named(session, found, line), greeting=greeting or "", now=now,
            )  # fmt: skip
    tell_of_call(called)


def line_named(session: Session, listing: Record, name: str | None) -> int | None:
    """The fact of a listing's line with this name; None where none is named.

    Raises:
        BadInputError: it has no such line.
    """
    if name is None:
        return None
    found = next((fact.id for fact in lines_of(session, listing) if fact.slot == name), None)
    if found is None:
        raise BadInputError("There is no line of that name.")
    return found


def show_script(session: Session, settings: Settings, listing: Record) -> None:
    """Print which number to call, and what to say; raises ``RefusedError`` where they asked not to be called."""
    if not may_call(session, listing.id):
        raise RefusedError("They asked not to be called. Ask by letter: handrail verify ask")
    name = name_of(session, get_record(session, listing.service_id or 0))
    for fact in lines_of(session, listing):
        phone = decode_plain(fact.value or "{}")
        click.echo(" ".join(filter(None, (grouped(phone["number"]), phone.get("ext", "")))))
    click.echo()
    for said in script(name, site=settings.site_name, language=settings.language):
        click.echo(f"  {said}")


def tell_of_call(called: Called) -> None:
    """Print what a call came to."""
    click.echo(f"Noted on {called.facts} fact{'s' if called.facts != 1 else ''}.")
    if called.is_hidden:
        click.echo("Two people found the line dead: its number is hidden.")
    if called.change is not None:
        click.echo(f"Change {called.change} says so of the listing: handrail changes show {called.change}")


@click.command("export-peer")
@click.argument("file", type=_FILE)
@click.option("--key", required=True, type=_FILE, help="The private key of this deployment (handrail changes keygen).")
def export_peer(file: Path, *, key: Path) -> None:
    """Write to FILE what people here found out about public numbers, signed, for neighbours.

    Nothing of an organization that has a confidential service is in it.
    """
    signing = read_signing_key(key)
    with _opened() as (database, settings), database.reading() as session:
        told = peers.export_peer(session, signing, site=settings.site_name, now=session.info["now"])
    write_whole(file, told, what="The file for neighbours")
    click.echo(f"Send {file.name} to neighbours who know your key; they take it with: handrail verify import-peer FILE")


@click.command("import-peer")
@click.argument("file", type=_FILE)
def import_peer(file: Path) -> None:
    """Take what a neighbour found out, from a FILE that it signed. It is evidence, and changes and hides nothing."""
    told = read_small(file, what="The file of the neighbour", most=peers.MOST_BYTES)
    with _opened() as (database, _), database.transaction() as session:
        now = session.info["now"]
        taken = peers.import_peer(session, told, by=command_line_person(session, now=now).id, now=now)
    click.echo(f"{taken.evidence} new pieces of evidence; {taken.unknown} of its items are about nothing listed here.")


@click.group()
def mail() -> None:
    """Take in letters that came back."""


@mail.command()
def bounced() -> None:
    """Read a delivery report (RFC 3464) on standard input: that a letter to a program came back is evidence.

    Let your mail server pipe what comes to the address of HANDRAIL_MAIL_FROM into this command.
    """
    report = sys.stdin.buffer.read(MOST_BYTES + 1)
    with _opened() as (database, _), database.transaction() as session:
        came_back = note_report(session, report, now=session.info["now"])
    click.echo("Noted: the letter came back." if came_back else "The letter may still arrive: nothing is noted.")


@contextmanager
def _opened() -> Iterator[tuple[Database, Settings]]:
    settings = load_settings()
    with opened_ready(settings) as database:
        yield database, settings


# Commands of the group ``verify``, which the automatic checks share.
of_verify: list[click.Command] = [ask, call, export_peer, import_peer]
commands: list[click.Command] = [mail]
