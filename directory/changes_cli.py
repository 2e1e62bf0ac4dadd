"""The command ``changes``: what waits, proposing and declining, and seconding a neighbour's change by a signed file.

The command line has no credential of its own, so it proposes and declines and never approves.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy.orm import Session

from directory.bootstrap import opened_ready
from directory.clock import utc_now
from directory.errors import BadInputError, NotFoundError, NothingFitsError
from directory.files import read_small, write_whole
from directory.integrity import service
from directory.integrity.neighbour import read_signing_key
from directory.integrity.queries import ProposalInFull, change_of, open_changes
from directory.integrity.reach import family
from directory.integrity.service import Approved, Edit, Edited
from directory.json_output import write_json
from directory.listings.drafts import FactDraft
from directory.listings.fields import FIELDS, Phone, Text
from directory.listings.models import Record
from directory.listings.queries import current_facts, find_record
from directory.people.actor import Actor
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.settings import load_settings
from directory.values.phone import grouped, parse_phone

_FILE = click.Path(dir_okay=False, path_type=Path)
_KINDS = ("service", "listing", "location", "organization")
T = TypeVar("T")


@click.group()
def changes() -> None:
    """Look at proposed changes, propose and decline; ask a neighbour to second one, and second one for it."""


@changes.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one object per proposal.")
def list_(*, as_json: bool) -> None:
    """List what waits for a decision, the oldest first."""
    with opened_ready(load_settings()) as database, database.reading() as session:
        found = open_changes(session, by=_onlooker(session.info["now"]))
    if not found:
        raise NothingFitsError("Nothing waits.")
    if as_json:
        write_json(found)
        return
    for one in found:
        waits = f"  until {one.waits_until:%Y-%m-%d %H:%M}" if one.waits_until else ""
        click.echo(f"{one.id:>6}  {one.at:%Y-%m-%d}  {f'{one.wants} {one.slot}'.strip():<22}  {one.name}{waits}")


@changes.command()
@click.argument("change", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print it as an object.")
def show(change: int, *, as_json: bool) -> None:
    """Show one proposal: what is shown now, what is proposed, which number to call, and what speaks for it."""
    with opened_ready(load_settings()) as database, database.reading() as session:
        now = session.info["now"]
        seen = change_of(session, change, by=_onlooker(now), now=now)
    if as_json:
        write_json(seen)
        return
    for line in _in_lines(seen):
        click.echo(line)


def _in_lines(seen: ProposalInFull) -> Iterator[str]:
    yield f"{seen.name} ({seen.listing})"
    yield f"{f'{seen.wants} {seen.slot}'.strip()}: {_written(seen.old)} -> {_written(seen.new)}"
    yield f"Proposed by {seen.by or 'a source'} on {seen.at:%Y-%m-%d}: {seen.reason or 'no reason given'}"
    yield from (f"Look twice: {one}" for one in seen.holds)
    if seen.call:
        yield f"Call the number that is listed, never the proposed one: {grouped(seen.call)}"
    yield from (f"Speaks for it: {one.key}, {one.by}, {one.at:%Y-%m-%d}" for one in seen.keys)
    if seen.waits_until:
        yield f"Approved. It waits until {seen.waits_until:%Y-%m-%d %H:%M} (UTC), unless somebody declines it."


def _written(value: dict[str, Any] | None) -> str:
    if value is None:
        return "nothing"
    return ", ".join(str(part) for part in value.values() if part not in (None, "", [])) or "yes"


@changes.command()
@click.argument("listing")
@click.argument("field", type=click.Choice(sorted(FIELDS)), metavar="FIELD")
@click.option("--slot", default="", help="The place within the field, such as voice for a phone.")
@click.option("--value", help="As JSON; a text or a number alone will do. Leave it out to say something no longer.")
@click.option("--on", type=click.Choice(_KINDS), help="On which record; where it stands today, or else the service.")
@click.option("--reason", required=True, help="Why, in a few words that name nobody.")
def propose(listing: str, field: str, *, slot: str, value: str | None, on: str | None, reason: str) -> None:
    """Say something else about a LISTING. What nobody confirmed is changed at once, anything else is proposed."""
    country = load_settings().country
    new = None if value is None else _read_value(field, value, country=country)

    def verb(session: Session, by: Actor) -> Edited:
        target, held = _target(session, find_record(session, listing, kind="listing"), field, slot, on)
        if new is None and held is None:
            raise NotFoundError("There is no such value.")
        edit = Edit(fact_id=held) if new is None else Edit(FactDraft(field, new, slot=slot))
        return service.edit(session, target.id, [edit], by=by, reason=reason, now=session.info["now"])

    edited = _act(verb)
    if edited.applied is not None:
        click.echo("Changed: nobody had confirmed it.")
    for change in edited.proposed:
        click.echo(f"Proposed as {change}. What was shown stays until another person has decided.")


def _target(session: Session, listing: Record, field: str, slot: str, on: str | None) -> tuple[Record, int | None]:
    """The record that is meant, and the fact that stands there today."""
    own = {one.kind: one for one in family(session, listing) if one.kind in {"service", "organization"}}
    own |= {"listing": listing}
    if listing.location_id is not None:
        own["location"] = session.get_one(Record, listing.location_id)
    records = [own[kind] for kind in _KINDS if kind in own and kind in FIELDS[field].records and on in (None, kind)]
    if not records:
        raise BadInputError("That cannot be said there.")
    facts = current_facts(session, [one.id for one in records])
    for record in records:
        for fact in facts[record.id]:
            if (fact.field, fact.slot) == (field, slot):
                return record, fact.id
    return records[0], None


def _read_value(field: str, written: str, *, country: str) -> Any:
    kind = FIELDS[field].value
    if not written.lstrip().startswith("{"):
        if kind is Text:
            return Text(written)
        if kind is Phone:
            number = parse_phone(written, country=country)
            return Phone(number.number, kind=number.kind, ext=number.ext or "")
    try:
        value = msgspec.json.decode(written, type=kind)
    except msgspec.MsgspecError:
        raise BadInputError("The value is not one that this field can have.") from None
    if isinstance(value, Phone):
        return msgspec.structs.replace(value, number=parse_phone(value.number, country=country).number)
    return value


@changes.command()
@click.argument("change", type=int)
def decline(change: int) -> None:
    """Decline a proposal, also one that was approved and waits."""
    _act(lambda session, by: service.decline(session, change, by=by, now=session.info["now"]))
    click.echo("Declined.")


@changes.command()
@click.argument("change", type=int)
@click.option("--out", required=True, type=_FILE, help="The file for the neighbour.")
def ask(change: int, out: Path) -> None:
    """Write a file that asks a neighbour deployment to call the old number and second a proposal."""
    site = load_settings().site_name
    with opened_ready(load_settings()) as database, database.reading() as session:
        now = session.info["now"]
        asked = service.request_file(session, change, site=site, by=_onlooker(now), now=now)
    write_whole(out, asked, what="The question")
    click.echo(f"Send {out.name} to the neighbour; take what comes back with: handrail changes accept {change} FILE")


@changes.command()
@click.argument("file", type=_FILE)
@click.option("--key", required=True, type=_FILE, help="The private key of this deployment (handrail changes keygen).")
@click.option("--outcome", required=True, type=click.Choice(["confirmed", "refused"]), help="What they said.")
@click.option("--name", required=True, help="Who called, as the neighbour knows them.")
@click.option("--out", required=True, type=_FILE, help="The signed file to send back.")
def sign(file: Path, *, key: Path, outcome: str, name: str, out: Path) -> None:
    """For a neighbour: sign what a call today to the number in FILE ("call", never the new one) found.

    It needs no database.
    """
    request = read_small(file, what="The file of the neighbour")
    signed = service.sign_request(read_signing_key(key), request, outcome=outcome, by_name=name, on=utc_now().date())
    write_whole(out, signed, what="The signed file")
    click.echo(f"Signed. Send {out.name} back.")


@changes.command()
@click.argument("change", type=int)
@click.argument("file", type=_FILE)
def accept(change: int, file: Path) -> None:
    """Take a neighbour's signed word as that of the second person."""
    signed = read_small(file, what="The signed file")

    def verb(session: Session, by: Actor) -> Approved | None:
        return service.accept_signed(session, change, signed, by=by, now=session.info["now"])

    approved = _act(verb)
    if approved is None:
        click.echo("The program refused it, so it is declined.")
    elif approved.not_before is not None:
        click.echo(f"Approved. It waits until {approved.not_before:%Y-%m-%d %H:%M} (UTC), unless somebody declines it.")
    else:
        click.echo("Approved and shown from now on.")


@changes.command()
@click.argument("file", type=_FILE)
def keygen(file: Path) -> None:
    """Make the key with which this deployment signs for its neighbours, and print the public half to send them."""
    if file.exists():
        raise BadInputError("There is a file of that name already.")
    key = Ed25519PrivateKey.generate()
    write_whole(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), what="The key")
    click.echo(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), nl=False)
    click.echo("A neighbour knows it by: handrail people add-neighbour NAME --key FILE", err=True)


def _onlooker(now: dt.datetime) -> Actor:
    """Whoever runs the program sees everything; to look, nobody has to be written down."""
    return Actor(id=0, public_id="", name="", role="admin", created_at=now, has_key=False)


def _act(verb: Callable[[Session, Actor], T]) -> T:
    with opened_ready(load_settings()) as database, database.transaction() as session:
        by = command_line_person(session, now=session.info["now"])
        return verb(session, actor_of(session, by.id))


commands: list[click.Command] = [changes]
