"""Reading the page of one listing."""

import asyncio
import uuid

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import NotFoundError
from directory.listings.models import Record
from directory.listings.service import Created, set_standing
from directory.search.queries import ListingPage, reading_listing
from directory.search.reader import open_reader, read
from tests import makers
from tests.conftest import NOW


def make(database: Database, area: str | None = None) -> Created:
    with database.transaction() as session:
        sites = [] if area else [makers.site()]
        return makers.make_service(session, makers.kind("safe-house"), area=area, sites=sites)


def public_id(database: Database, made: Created) -> str:
    with database.reading() as session:
        return str(session.scalars(sa.select(Record.public_id).where(Record.id == made.listings[0][1])).one())


def test_a_listing_is_read_with_everything_it_is_composed_of(database: Database) -> None:
    listing = public_id(database, make(database))
    page: ListingPage = read(database, reading_listing(listing))
    assert page.card.id == page.parts.listing.id == listing
    assert page.parts.service.text("name") == "Practice Service"
    assert page.parts.organization.text("name") == "Practice House"
    assert page.parts.location is not None
    assert page.parts.location.all("address")


def test_a_confidential_listing_has_no_place(database: Database) -> None:
    page: ListingPage = read(database, reading_listing(public_id(database, make(database, area="US-FL-331"))))
    assert page.card.block == "confidential"
    assert page.parts.location is None


def test_a_listing_that_is_suspended_is_not_shown(database: Database) -> None:
    made = make(database)
    with database.transaction() as session:
        set_standing(session, made.record_id, "suspended", by=None, reason="a call", now=NOW)
    with pytest.raises(NotFoundError):
        read(database, reading_listing(public_id(database, made)))


@pytest.mark.parametrize("listing", [str(uuid.UUID(int=1)), "'; DROP TABLE record", ""])
def test_an_id_of_no_listing_is_not_found(database: Database, listing: str) -> None:
    with pytest.raises(NotFoundError) as refusal:
        read(database, reading_listing(listing))
    assert not listing or listing not in str(refusal.value)


def test_pages_read_the_same_as_commands(database: Database) -> None:
    listing = public_id(database, make(database))

    async def ask() -> object:
        reader = open_reader(database)
        try:
            return await reader.run(reading_listing(listing))
        finally:
            await reader.close()

    assert asyncio.run(ask()) == read(database, reading_listing(listing))
