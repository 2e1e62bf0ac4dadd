"""The page of reports: by listing, until somebody calls; a flood changes nothing but a count of three a day."""

import datetime as dt
from collections.abc import Callable

import pytest

from directory.cards.queries import findable_listing
from directory.confirming.calls import lines_of
from directory.db import Database
from directory.freshness.policy import REPORT_REASONS
from directory.freshness.service import count_report
from directory.listings.models import Record
from tests import makers
from tests.conftest import NOW
from tests.staff import Desk
from web.desk.reports import REASON_WORDS

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def listing(database: Database) -> int:
    """A listing that readers reported ten days ago, and forty times today."""
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("food"), makers.phone("+13055550142"), name="Lantern House")
        found = made.listings[0][1]
        count_report(session, found, reason="closed", now=NOW - dt.timedelta(days=10))
        for _ in range(40):
            count_report(session, found, reason="wrong-number", now=NOW)
    return found


def test_a_listing_stands_there_with_what_was_said_and_since_when(sign_in: Seat, listing: int) -> None:
    page = sign_in("coordinator").get("/desk/reports").text
    assert "Lantern House" in page
    assert "wrong number, 3 times; closed" in page
    assert '<td class="n">10</td>' in page
    assert listing


def test_a_flood_hides_nothing(sign_in: Seat, listing: int, database: Database) -> None:
    with database.reading() as session:
        record = session.get_one(Record, listing)
        assert record.standing == "listed"
        assert findable_listing(session, str(record.public_id))
    assert sign_in("coordinator")


def test_a_call_that_finds_it_right_ends_the_report_of_days_before(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("food"), makers.phone("+13055550142"), name="Lantern House")
        record = session.get_one(Record, made.listings[0][1])
        count_report(session, record.id, reason="closed", now=NOW - dt.timedelta(days=10))
        public_id = record.public_id
    desk = sign_in("coordinator", "Ada")
    assert "Lantern House" in desk.get("/desk/reports").text
    with database.reading() as session:
        fact = lines_of(session, session.get_one(Record, made.listings[0][1]))[0].id
    assert desk.post(f"/desk/listings/{public_id}/call", {"fact": str(fact), "outcome": "live"}).status_code == 303
    assert "Nothing is reported" in desk.get("/desk/reports").text


def test_what_is_outside_of_ones_scope_is_not_there(sign_in: Seat, listing: int) -> None:
    away = sign_in("coordinator", "Far", scopes=(("area", "US-TX"),))
    assert "Lantern House" not in away.get("/desk/reports").text
    assert sign_in("partner").get("/desk/reports").status_code == 403
    assert listing


def test_every_reason_has_words(database: Database) -> None:
    assert set(REASON_WORDS) == set(REPORT_REASONS)
    assert database
