"""Commands of the directory itself: ``init`` and ``listings``; others come from rooms of their own."""

import json
import sys
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.audit.signing import ensure_key
from directory.audit_cli import audit
from directory.bootstrap import bring_up_to_date, open_database, open_ready
from directory.cards.queries import card_of, documents_of, list_listings
from directory.changes_cli import changes
from directory.clock import day_number, utc_now
from directory.clocks_cli import clocks_command
from directory.database_cli import db
from directory.db import Database
from directory.errors import NotFoundError, NothingFitsError, SettingsError
from directory.freshness.belief import state_on
from directory.freshness.told import sentences
from directory.index_cli import search_index
from directory.json_output import write_json
from directory.listings.fields import TIERS, Tier
from directory.listings.queries import find_record
from directory.matches_cli import matches
from directory.needs_cli import needs
from directory.people.invitations import first_admin
from directory.people.service import command_line_person
from directory.people_cli import commands as people_commands
from directory.people_cli import desk_address
from directory.pinned import pinned_lines
from directory.pinned_cli import pinned
from directory.places.gazetteer import Gazetteer
from directory.places.regions import country as country_of
from directory.reporting_cli import reporting
from directory.search.answer import Closed, Question
from directory.search.cli import search
from directory.search.closed import reading_closed
from directory.search.reader import read
from directory.search.written import closed_lines, closed_object
from directory.settings import load_settings, save_settings
from directory.sources.queries import no_longer_listed
from directory.sources_cli import sources
from directory.values.phone import grouped


@click.command()
@click.option("--site-name", help="Neutral name shown on every page; says nothing about the topic.")
@click.option("--area", help="Where searches start from when no place is typed: a ZIP code, or a city with its state.")
@click.option("--exit", "exit_url", help="Where Leave goes: an ordinary https page, such as a weather service.")
@click.option(
    "--exit-host",
    "exit_hosts",
    multiple=True,
    help="A host that an exit may have because you looked: it shows everybody the same page, signed in or not.",
)
@click.option("--country", help="Two-letter code; decides the pinned line (US or CA).")
@click.option("--admin", help="Work e-mail of the first admin: prints an address that is good once, to set up a key.")
def init(
    site_name: str | None,
    area: str | None,
    exit_url: str | None,
    exit_hosts: tuple[str, ...],
    *,
    country: str | None,
    admin: str | None,
) -> None:
    """Set up a deployment: its name, its area, its exit, and an empty database.

    Asks for what is not given. Running it again changes only what you answer.
    """
    now = load_settings()
    asked = (
        ("site_name", site_name, "Neutral site name", now.site_name),
        ("default_area", area, "Default area (empty for none)", now.default_area),
        ("exit_url", exit_url, "Leave goes to", now.exit_url),
        ("country", country, "Country", now.country),
    )
    can_ask = sys.stdin.isatty() and site_name is None
    chosen = {
        name: given if given is not None else click.prompt(question, default=default) if can_ask else default
        for name, given, question, default in asked
    }
    if hosts := " ".join(exit_hosts) or now.exit_hosts:
        chosen["exit_hosts"] = hosts
    if country_of(chosen["country"]) is None and not pinned_lines(chosen["country"]).emergency:
        raise SettingsError("--country must be the two-letter code of a country, in capitals.")
    if chosen["default_area"]:
        Gazetteer().find(chosen["default_area"], country=chosen["country"])
    path = save_settings(chosen)
    settings = load_settings()
    database = open_database(settings.database_url)
    try:
        bring_up_to_date(database)
        with database.transaction() as session:
            by = command_line_person(session, now=session.info["now"])
            act = Act("deployment.initialised", settings.country, {"settings": sorted(chosen)}, by.id)
            write_audit(session, [act], now=session.info["now"])
            link = first_admin(session, admin, by=by.id, now=session.info["now"]) if admin else ""
    finally:
        database.dispose()
    ensure_key(settings)
    click.echo(f"Settings are in {path}\nThe database is ready. Start the pages with: handrail serve")
    if link:
        click.echo(f"Then open this once, within seven days: {desk_address(settings)}/desk/join/{link}")


@click.group()
def listings() -> None:
    """Look at listings."""


@listings.command()
@click.argument("listing")
@click.option("--tier", type=click.Choice(TIERS), default="public", help="Whose view: public, partner or coordinator.")
@click.option("--json", "as_json", is_flag=True, help="Print the card and the documents as JSON.")
def show(listing: str, tier: Tier, *, as_json: bool) -> None:
    """Show one listing by its id, fact by fact, with who says so and since when.

    Of one that is closed it says so first, with the nearest open listing that does the same.
    A list that has it no longer is named: what is missing at its source stays here until people say otherwise.
    """
    database = open_ready(load_settings())
    try:
        with database.reading() as session:
            record = find_record(session, listing, kind="listing")
            card = card_of(session, record.id)
            documents = documents_of(session, record, tier=tier)
            gone = no_longer_listed(
                session, [record.service_id or record.id], is_confidential=record.location_disclosure != "public"
            )
        with Gazetteer() as gazetteer:
            closed = _closed(database, listing, gazetteer)
            told = None if closed is None else closed_object(closed, gazetteer)
            lines = [] if closed is None else closed_lines(closed, gazetteer)
    finally:
        database.dispose()
    if as_json:
        write_json(
            {
                "listing": listing,
                "standing": record.standing,
                "closed": told,
                "gone": gone,
                "card": card,
                "documents": documents,
            }
        )
        return
    if card is not None:
        today = day_number(utc_now())
        lines += sentences(card.reasons, state_on(card, today), day=today, by_month=card.block == "confidential")
    lines += [f"No longer on {one.source}'s list since {one.since}." for one in gone]
    for line in lines:
        click.echo(line)
    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
    for document in documents:
        table = Table(title=f"{document.kind} ({document.standing})", title_justify="left", expand=sys.stdout.isatty())
        for heading in ("fact", "value", "said by, since", "confirmed"):
            table.add_column(heading, overflow="fold")
        for fact in document.facts:
            name = f"{fact.field} {fact.slot}".strip()
            said = f"{fact.source} {fact.said}".strip()
            table.add_row(name, _shown(fact.value), said, f"{fact.confirmed} {fact.method}".strip() or "not yet")
        console.print(table)


def _closed(database: Database, listing: str, gazetteer: Gazetteer) -> Closed | None:
    """That a listing is closed, and what is there instead; None for one that is not."""
    plan = reading_closed(listing, question=Question(), gazetteer=gazetteer, now=utc_now())
    try:
        found: Closed = read(database, plan)
    except NotFoundError:
        return None
    return found


def _shown(value: Any) -> str:
    """A value in one cell: its text or number alone if that is all it says."""
    if set(value) == {"text"}:
        return str(value["text"])
    if "number" in value:
        rest = {key: part for key, part in value.items() if key != "number"}
        return grouped(value["number"]) + (f" {json.dumps(rest, ensure_ascii=False)}" if rest else "")
    return json.dumps(value, ensure_ascii=False) if value else "yes"


@listings.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--confidential", is_flag=True, help="Only listings whose location is confidential.")
@click.option("--json", "as_json", is_flag=True, help="Print one object per listing.")
def list_(limit: int, *, confidential: bool, as_json: bool) -> None:
    """List listings by name."""
    database = open_ready(load_settings())
    try:
        with database.reading() as session:
            found = list_listings(session, limit=limit, only_confidential=confidential)
    finally:
        database.dispose()
    if not found:
        raise NothingFitsError("There is no such listing.")
    if as_json:
        write_json(found)
        return
    for one in found:
        names = " - ".join(dict.fromkeys(filter(None, (one.name, one.organization))))
        click.echo(f"{one.id}  {one.standing:<10} {one.location:<9}  {names}")


commands: list[click.Command] = [
    init,
    db,
    listings,
    search,
    search_index,
    audit,
    changes,
    clocks_command,
    matches,
    *people_commands,
    pinned,
    reporting,
    needs,
    sources,
]
