"""The command ``audit``: seal, anchor and verify the chain, tell what was done, compare what is stored with it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.anchor import Anchor, SpokenAnchor, anchor_of, read_anchor, read_spoken, spoken, write_anchor
from directory.audit.signing import ensure_key, key_file, last_seal, read_public_keys
from directory.audit.timeline import About, timeline
from directory.audit.verification import Finding, trust_of
from directory.audit.verification import verify as findings_of
from directory.bootstrap import open_database
from directory.db import Database
from directory.errors import BadInputError, DirectoryError, NotFoundError
from directory.jobs import reconcile_all, seal_audit
from directory.json_output import write_json
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.queries import find_record
from directory.people.queries import names_of
from directory.people.service import command_line_person
from directory.reconciliation.letters import mail_anchor
from directory.settings import Settings, load_settings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Look after the record of everything that was done: seal, anchor, verify, show, reconcile."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the anchor that the seal makes.")
def seal(*, as_json: bool) -> None:
    """Verify the record and sign its end. Let cron do it every day, as the user who owns the key.

    A key is made at the first time. Take an anchor of the seal elsewhere: handrail audit anchor
    """
    settings = load_settings()
    with _opened(settings) as database:
        made = ensure_key(settings)
        anchor = seal_audit(database, settings)
    if as_json:
        write_json(anchor)
        return
    if made:
        click.echo(f"A new key is in {key_file(settings)}; keep a copy of the .pub file beside it elsewhere.", err=True)
    click.echo(f"The audit is sealed up to entry {anchor.seq}.")


@audit.command()
@click.option("--out", type=_FILE, help="Write it to a file, to be kept on another machine.")
@click.option("--mail", is_flag=True, help="Mail it to every coordinator and admin.")
@click.option("--text", is_flag=True, help="Print it as one line, to be written on paper or sent as a text message.")
def anchor(out: Path | None, *, mail: bool, text: bool) -> None:
    """Take the last seal out of this machine, so that it shows when the end of the record is cut off."""
    if not (out or mail or text):
        raise click.UsageError("Say where the anchor goes: --out FILE, --mail or --text.")
    letters = 0
    with _opened(load_settings()) as database:
        with database.reading() as session:
            last = last_seal(session)
        if last is None:
            raise DirectoryError("There is no seal yet. Run: handrail audit seal")
        taken = anchor_of(last)
        if mail:
            with database.transaction() as session:
                now: dt.datetime = session.info["now"]
                letters = mail_anchor(session, taken, by=command_line_person(session, now=now).id, now=now)
    if out is not None:
        write_anchor(out, taken)
        click.echo(f"The anchor of entry {taken.seq} is written.", err=True)
    if mail:
        click.echo(f"{letters} letters with the anchor of entry {taken.seq} are on their way.", err=True)
    if text:
        click.echo(spoken(taken))


@audit.command()
@click.option("--anchor", "file", type=_FILE, help="A file with an anchor that was kept elsewhere.")
@click.option("--text", "line", help="An anchor as one line, as it was written down.")
@click.option("--key", type=_FILE, help="A file with public keys that was kept elsewhere; the deployment's otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def verify(file: Path | None, line: str | None, key: Path | None, *, as_json: bool) -> None:
    """Check the record: its chain, its seals, and an anchor. Ends with 1 if anything is wrong.

    Without an anchor from elsewhere nobody can tell whether its end was cut off.
    """
    if file and line:
        raise click.UsageError("Give one anchor: --anchor FILE or --text LINE.")
    settings = load_settings()
    try:
        given = read_anchor(file) if file else read_spoken(line) if line else None
        keys = read_public_keys(key) if key else None
    except BadInputError as error:
        # Nothing was compared yet, so this must not end as a record that is not sound.
        raise click.UsageError(str(error)) from None
    with _opened(settings) as database:
        trust = trust_of(settings)
        anchors: list[Anchor | SpokenAnchor | None] = [one for one in (given, trust.anchor) if one is not None]
        found: dict[Finding, None] = {}
        with database.reading() as session:
            for one in anchors or [None]:
                now = session.info["now"]
                found |= dict.fromkeys(findings_of(session, keys=keys or trust.keys, anchor=one, now=now))
    is_sound = not any(finding.is_wrong for finding in found)
    if as_json:
        write_json({"ok": is_sound, "findings": list(found), "has_keys": bool(keys or trust.keys)})
    else:
        for finding in found:
            click.echo(finding.words)
        if not (keys or trust.keys):
            click.echo("There is no public key here, so no signature was looked at.")
        if is_sound:
            click.echo("The record is sound.")
    if not is_sound:
        raise SystemExit(1)


@audit.command()
@click.option("--listing", help="Only what was done to this listing, by its id.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Print one object per line.")
def show(listing: str | None, limit: int, *, as_json: bool) -> None:
    """Tell what was done, by whom and when, the latest first. Values are never in it."""
    with _opened(load_settings()) as database, database.reading() as session:
        about = _about(session, listing) if listing else None
        lines = timeline(session, names=names_of, about=about, limit=limit)
    if as_json:
        write_json(lines)
        return
    if not lines:
        raise NotFoundError("Nothing was done yet.")
    for line in lines:
        click.echo(f"{line.at:%Y-%m-%d %H:%M} UTC  {line.seq:>6}  {line.who} {line.what}")


def _about(session: Session, public_id: str) -> About:
    """All that was done to a listing, and to the service, the place and the organization that it is made of."""
    listing = find_record(session, public_id, kind="listing")
    family = [one for one in (listing.id, listing.service_id, listing.location_id, listing.organization_id) if one]
    facts = sa.select(Fact.id).where(Fact.record_id.in_(family))
    moved = (ChangeItem.entity == "fact") & ChangeItem.entity_id.in_(facts)
    moved |= (ChangeItem.entity == "record") & ChangeItem.entity_id.in_(family)
    changes: set[int] = set()
    for query in (
        sa.select(Change.id).where(Change.subject_id.in_(family)),
        sa.select(Fact.change_id).where(Fact.record_id.in_(family)),
        sa.select(Record.change_id).where(Record.id.in_(family)),
        sa.select(ChangeItem.change_id).where(moved),
    ):
        changes.update(session.scalars(query))
    public = session.scalars(sa.select(Record.public_id).where(Record.id.in_(family)))
    return About(changes, [str(one) for one in (*family, *public)])


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def reconcile(*, as_json: bool) -> None:
    """Compare everything that is stored and found with what was approved. Ends with 1 if anything differs.

    What was approved and had to wait is applied first. Of differences every coordinator and admin gets a letter.
    """
    settings = load_settings()
    with _opened(settings) as database:
        alarms = reconcile_all(database, settings)
    if as_json:
        write_json({"ok": not alarms, "alarms": alarms})
    else:
        for alarm in alarms:
            click.echo(f"{alarm.subject}: {alarm.words}")
        click.echo(f"{len(alarms)} differences." if alarms else "Everything is as it was approved.")
    if alarms:
        raise SystemExit(1)


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = open_database(settings.database_url)
    try:
        if not database.is_up_to_date():
            raise DirectoryError("The database is of another version of this program. Run: handrail db upgrade")
        yield database
    finally:
        database.dispose()
