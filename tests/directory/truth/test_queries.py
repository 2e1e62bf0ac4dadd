"""The figures of a small directory, on both databases."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from directory.db import Database
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.planning.models import CallTask
from directory.truth.figures import SMALL
from directory.truth.queries import draws, labelled, truth_of
from tests import makers
from tests.conftest import NOW

TODAY = NOW.date()
DAY = TODAY.toordinal()


def _phone(session: Session, listing_id: int) -> int:
    listing = session.get_one(Record, listing_id)
    found = session.query(Fact).filter_by(record_id=listing.service_id, field="phone", standing="current").one()
    return found.id


def _listing(session: Session, kind: str = "legal", *, area: str | None = None, outcome: str = "", ago: int = 0) -> int:
    sites = [] if area else [makers.site()]
    made = makers.make_service(session, makers.kind(kind), area=area, sites=sites)
    listing_id = made.listings[0][1]
    if outcome:
        makers.observe(session, _phone(session, listing_id), "call", outcome, days_ago=ago)
    return listing_id


def _task(session: Session, listing_id: int, *, kind: str = "audit", ago: int = 50, **more: object) -> None:
    asked = {"tier": "liveness", "minutes": 2.5, "p_wrong": 0.1, "why": "[]"} | more
    session.add(CallTask(listing_id=listing_id, kind=kind, planned_on=DAY - ago, **asked))
    session.flush()


@pytest.fixture
def filled(database: Database) -> Database:
    """Six listings of the law of which a call confirmed five, a shelter, and calls of a plan."""
    with database.transaction() as session:
        legal = [_listing(session, outcome="live", ago=100) for _ in range(4)]
        legal += [_listing(session, outcome="confirmed", ago=20), _listing(session)]
        _listing(session, "emergency-shelter", area="US-FL-331", outcome="live", ago=500)
        _task(session, legal[0], done_on=DAY - 40, result="right")
        _task(session, legal[1], done_on=DAY - 5, result="wrong", p_wrong=0.4)
        _task(session, legal[2], done_on=DAY - 3, result="unreached")
        _task(session, legal[3], ago=2)
        _task(session, legal[4], kind="queue", done_on=DAY - 20, result="right", p_wrong=0.02)
        _task(session, legal[5], kind="audit", ago=500, done_on=DAY - 450, result="wrong")
    return database


def test_only_random_calls_of_the_year_tell_how_much_is_wrong(filled: Database) -> None:
    with filled.reading() as session:
        found = truth_of(session, day=TODAY, now=NOW).audited
    assert (found.drawn, found.reached, found.wrong, found.unreached, found.new) == (4, 2, 1, 2, 1)


def test_every_call_of_the_plan_tells_whether_belief_came_true(filled: Database) -> None:
    with filled.reading() as session:
        found = truth_of(session, day=TODAY, now=NOW).calibration
        assert sorted(labelled(session, day=DAY, since=DAY - 365)) == [(0.02, False), (0.1, False), (0.4, True)]
    assert [(one.of, one.n) for one in found.bins] == [(0.02, 1), (0.1, 1), (0.3, 1)]


def test_listings_are_counted_by_kind_and_area_and_small_cells_together(filled: Database) -> None:
    with filled.reading() as session:
        found = truth_of(session, day=TODAY, now=NOW)
    # One shelter alone would be somebody in particular.
    assert [(cell.code, cell.listings, cell.within_year, cell.never) for cell in found.by_group] == [(SMALL, 7, 5, 1)]
    assert [(cell.code, cell.listings) for cell in found.by_area] == [(SMALL, 7)]
    assert (found.compliance.within_year, found.compliance.full_within_year, found.compliance.over_year) == (5, 1, 1)


def test_what_was_found_later_is_left_out_of_the_figures_of_a_day(filled: Database) -> None:
    day = TODAY - dt.timedelta(days=30)
    with filled.reading() as session:
        assert [one.result for one in draws(session, day=DAY - 30)] == ["right", None, None]
        found = truth_of(session, day=day, now=NOW)
    assert (found.audited.reached, found.audited.wrong) == (1, 0)
    assert (found.compliance.within_year, found.compliance.full_within_year) == (4, 0)


def test_what_nobody_can_find_is_not_counted(filled: Database) -> None:
    with filled.transaction() as session:
        for service in session.query(Record).filter_by(kind="service").order_by(Record.id).limit(2):
            set_standing(session, service.id, "closed", by=None, reason="a test closes it", now=session.info["now"])
    with filled.reading() as session:
        assert truth_of(session, day=TODAY, now=NOW).compliance.listings == 5


@pytest.mark.parametrize(
    ("area", "counted"), [("US-TX", "US-TX"), ("12086", "US-FL"), ("US", "US"), ("US-GA", "US-GA"), ("99001", "US")]
)
def test_listings_of_several_states_are_counted_by_state(sqlite_database: Database, area: str, counted: str) -> None:
    with sqlite_database.transaction() as session:
        for code in [area] * 5 + ["US-NY"] * 5:
            makers.make_service(
                session, makers.kind("legal"), makers.serves(code, "county" if area.isdigit() else "state")
            )
    with sqlite_database.reading() as session:
        cells = truth_of(session, day=TODAY, now=NOW).by_area
    assert sorted((cell.code, cell.listings) for cell in cells) == sorted([(counted, 5), ("US-NY", 5)])


def test_where_nearly_all_is_in_one_state_towns_are_told_apart(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        for _ in range(5):
            makers.make_service(session, makers.kind("food"), sites=[makers.site()])
            makers.make_service(session, makers.kind("emergency-shelter"), area="US-FL-331")
    with sqlite_database.reading() as session:
        cells = truth_of(session, day=TODAY, now=NOW).by_area
    assert sorted((cell.code, cell.listings) for cell in cells) == [("Miami, FL", 5), ("US-FL-331", 5)]
