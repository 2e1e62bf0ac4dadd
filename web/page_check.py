"""Reads every listing's page as anyone would and holds its numbers against what was approved (SAFETY I13).

``directory.reconciliation`` compares what is stored; this compares what comes out at the door, so that a number which
changes on its way to a reader shows too. The pages are asked in this process: no server has to run.
"""

import asyncio
import datetime as dt
import html.parser
import itertools
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import click
import httpx
import msgspec
import sqlalchemy as sa

from directory.audit_cli import audit
from directory.bootstrap import open_ready
from directory.cards.card import Card
from directory.cards.service import make_cards
from directory.clock import utc_now
from directory.db import Database, in_portions
from directory.jobs import note_alarms
from directory.json_output import write_json
from directory.listings.models import Record
from directory.reconciliation.alarm import Alarm
from directory.settings import Settings, load_settings
from directory.suspended import shown_lines
from directory.values.phone import grouped
from web.doors import Side
from web.pages.asking import LISTING

_PORTION = 200
# One network may not ask for everything at once; a check asks as many.
_ASKED_EACH = 40
_AS_A_PAGE = {"x-in-page": "1"}
_A_NUMBER = re.compile(r"\+?[0-9][0-9 ()/.-]*")
_PAGES = "pages"
_PUBLIC: Side = "public"
_NOT_TO_BE_FOUND = "A page is shown that nobody should find."
_OTHER_NUMBERS = "A page tells other numbers than those that were approved."


class Numbers(html.parser.HTMLParser):
    """The numbers that a page tells, as digits: of its listing, and of the lines that stand on every page.

    Lines that take reports are left out: they come with the program, or are listings with pages of their own.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.own: set[str] = set()
        self.pinned: set[str] = set()
        self.is_of_closed = False
        self._section: str | None = None
        self._is_of_others = False
        self._is_number = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See whether a number follows, and whose."""
        about = dict(attrs)
        classes = (about.get("class") or "").split()
        self.is_of_closed |= tag == "section" and "over" in classes
        if tag == "section" and self._section is None:
            self._section = "always" if "always" in classes else None
        self._is_of_others |= tag == "details" and "takes" in classes
        self._is_number = tag == "bdi" or (tag == "b" and "nums" in classes and "aria-hidden" not in about)

    def handle_endtag(self, tag: str) -> None:
        """See where the lines of every page end."""
        self._is_number = False
        if tag == "section":
            self._section = None
        elif tag == "details":
            self._is_of_others = False

    def handle_data(self, data: str) -> None:
        """Note a number."""
        if self._is_number and not self._is_of_others and _A_NUMBER.fullmatch(data.strip()):
            (self.pinned if self._section else self.own).add(_digits(data))


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def check_pages(settings: Settings, database: Database, *, clock: Callable[[], dt.datetime] = utc_now) -> list[Alarm]:
    """Ask for the page of every listing, and tell which has other numbers than its facts, or should not be there.

    Args:
        settings: what the deployment chose; of its country is the line on every page.
        database: is up to date; the pages are those of this very database.
        clock: the present, as pages tell it.
    """
    return asyncio.run(_check_pages(settings, database, clock))


async def _check_pages(settings: Settings, database: Database, clock: Callable[[], dt.datetime]) -> list[Alarm]:
    from web.asgi import create_app

    url = database.engine.url.render_as_string(hide_password=False)
    of_it = msgspec.structs.replace(settings, database_url=url)
    # A deployment that nobody looks after leaves pages out; what they would tell is looked at all the same.
    app: Any = create_app(of_it, database, clock=clock, has_worker=False, sides=(_PUBLIC,), is_watched=False)
    alarms: list[Alarm] = []
    async with app.lifespan():
        ask = _asking(app)
        closed = _closed(database)
        told: dict[str, set[str]] = {}
        numbers: set[str] = set()
        for portion in in_portions(_listings(database), _PORTION):
            for listing, (public_id, card) in _approved(database, portion).items():
                numbers |= _numbers_of(card)
                if card is None and listing in closed:
                    page = Numbers((await ask(public_id)).text)
                    told[public_id] = page.own - page.pinned
                    alarms += [] if page.is_of_closed else [Alarm("page", f"listing {public_id}", _NOT_TO_BE_FOUND)]
                    continue
                if not _compare(public_id, card, await ask(public_id), country=settings.country):
                    continue
                # It may have been changed by a verb in between: then it is right now.
                for again, approved in _approved(database, [listing]).values():
                    alarms += _compare(again, approved, await ask(again), country=settings.country)
    # What is closed tells the number of another that is open, or none.
    alarms += [Alarm("page", f"listing {one}", _OTHER_NUMBERS) for one, own in told.items() if not own <= numbers]
    return alarms


def _asking(app: Any) -> Callable[[str], Awaitable[httpx.Response]]:
    """Asks for the page of a listing, as one network after the other."""
    numbers = itertools.count()

    async def ask(public_id: str) -> httpx.Response:
        network = next(numbers) // _ASKED_EACH
        transport = httpx.ASGITransport(app, client=(f"10.{network >> 8 & 255}.{network & 255}.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="https://check.invalid") as client:
            return await client.post("/", data={LISTING: public_id}, headers=_AS_A_PAGE)

    return ask


def _listings(database: Database) -> Sequence[int]:
    with database.reading() as session:
        # A merged listing shows the page of the one that it was merged into.
        listings = sa.select(Record.id).where(Record.kind == "listing", Record.standing != "merged")
        return session.scalars(listings.order_by(Record.id)).all()


def _closed(database: Database) -> frozenset[int]:
    """Listings that are closed, by themselves or with what they are part of, and not hidden besides."""
    service, organization = sa.orm.aliased(Record), sa.orm.aliased(Record)
    levels = (Record.standing, service.standing, organization.standing)
    with database.reading() as session:
        return frozenset(
            session.scalars(
                sa.select(Record.id)
                .join(service, service.id == Record.service_id)
                .join(organization, organization.id == service.organization_id)
                .where(
                    sa.or_(*(one == "closed" for one in levels)),
                    *(one.in_(("closed", "listed", "merged")) for one in levels),
                )
            )
        )


def _numbers_of(card: Card | None) -> set[str]:
    return {_digits(grouped(phone.number)) for phone in card.phones} if card is not None else set()


def _approved(database: Database, listings: Sequence[int]) -> dict[int, tuple[str, Card | None]]:
    """Of each listing the public id and the card that its facts give; None where nobody may find one."""
    with database.reading() as session:
        made = make_cards(session, listings, now=session.info["now"])
        rows = session.execute(sa.select(Record.id, Record.public_id).where(Record.id.in_(listings)))
        public = {row.id: str(row.public_id) for row in rows}
    return {one.record_id: (public[one.record_id], one.card) for one in made.shown if one.record_id in public}


def _compare(public_id: str, card: Card | None, answer: httpx.Response, *, country: str) -> list[Alarm]:
    subject = f"listing {public_id}"
    if card is None:
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return []
        return [Alarm("page", subject, _NOT_TO_BE_FOUND)]
    if answer.status_code != HTTPStatus.OK:
        return [Alarm("page", subject, "A page that anyone may find is not shown.")]
    numbers = Numbers(answer.text)
    wrong = []
    # Whoever reaches nobody is told the line of the nation, once more.
    if numbers.own - numbers.pinned != _numbers_of(card) - numbers.pinned:
        wrong.append(Alarm("page", subject, _OTHER_NUMBERS))
    if numbers.pinned != pinned_numbers(country):
        wrong.append(Alarm("page", subject, "The lines of every page are not those that are pinned."))
    return wrong


def pinned_numbers(country: str) -> set[str]:
    """The digits that every page shows in a country: lines, codes for texts and relay, the emergency number."""
    pinned = shown_lines(country, today=utc_now().date())
    told = [pinned.emergency]
    for line in pinned.shown:
        told += [grouped(line.number), line.text.code if line.text else "", line.tty]
    return {_digits(number) for number in told if number}


@audit.command(_PAGES)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def pages(*, as_json: bool) -> None:
    """Ask for every listing's page and compare its numbers with those that were approved. Ends with 1 if any differ."""
    settings = load_settings()
    database = open_ready(settings)
    try:
        alarms = check_pages(settings, database)
        note_alarms(database, alarms, job=_PAGES)
    finally:
        database.dispose()
    if as_json:
        write_json({"ok": not alarms, "alarms": msgspec.to_builtins(alarms)})
    else:
        for alarm in alarms:
            click.echo(f"{alarm.subject}: {alarm.words}")
        click.echo(f"{len(alarms)} differences." if alarms else "Every page tells what was approved.")
    if alarms:
        raise SystemExit(1)
