"""Who asks for a listing by its id gets one that anyone may find, or none."""

import pytest

from directory.cards.queries import findable_listing
from directory.db import Database
from directory.errors import NotFoundError
from directory.listings.drafts import FactDraft
from directory.listings.models import Record
from directory.listings.service import set_standing
from tests import makers
from tests.conftest import NOW


def made(database: Database, *facts: FactDraft, area: str | None = None) -> tuple[int, str]:
    """A listing that is stored, by its record and its public id."""
    with database.transaction() as session:
        sites = [] if area else [makers.site()]
        listing = makers.make_service(session, makers.kind("food"), *facts, area=area, sites=sites).listings[0][1]
        return listing, str(session.get_one(Record, listing).public_id)


def find(database: Database, public_id: str) -> int:
    with database.reading() as session:
        return findable_listing(session, public_id)


@pytest.mark.parametrize("area", [None, "US-FL-331"])
def test_a_listing_is_found_by_its_public_id(database: Database, area: str | None) -> None:
    listing, public_id = made(database, area=area)
    assert find(database, public_id) == listing


@pytest.mark.parametrize("public_id", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_what_is_no_listing_is_not_found(database: Database, public_id: str) -> None:
    made(database)
    with pytest.raises(NotFoundError):
        find(database, public_id)


@pytest.mark.parametrize("level", ["listing", "service", "organization"])
def test_what_is_suspended_at_any_level_is_not_found(database: Database, level: str) -> None:
    listing, public_id = made(database)
    with database.transaction() as session:
        record = session.get_one(Record, listing)
        service = session.get_one(Record, record.service_id)
        chosen = {"listing": listing, "service": service.id, "organization": service.organization_id}[level]
        set_standing(session, chosen or 0, "suspended", by=None, reason="a test", now=NOW)
    with pytest.raises(NotFoundError):
        find(database, public_id)


@pytest.mark.parametrize(("status", "is_found"), [("inactive", False), ("Active", True)])
def test_what_its_source_calls_inactive_is_not_found(database: Database, status: str, is_found: bool) -> None:
    listing, public_id = made(database, makers.text("status", status))
    if is_found:
        assert find(database, public_id) == listing
    else:
        with pytest.raises(NotFoundError):
            find(database, public_id)


def test_a_service_is_no_listing(database: Database) -> None:
    listing, _ = made(database)
    with database.reading() as session:
        record = session.get_one(Record, listing)
        service = str(session.get_one(Record, record.service_id).public_id)
    with pytest.raises(NotFoundError):
        find(database, service)


def test_what_was_merged_is_found_as_what_it_was_merged_into(database: Database) -> None:
    kept, _ = made(database)
    with database.transaction() as session:
        merged = makers.make_service(session, makers.kind("food"), sites=[makers.site("site:2")]).listings[0][1]
        record = session.get_one(Record, merged)
        record.standing, record.merged_into = "merged", kept
        session.info["touched"].add(merged)
        public_id = str(record.public_id)
    assert find(database, public_id) == kept
