"""Coverage of a small directory, on both databases: by county, whole areas, and whom to ask."""

import pytest
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.coverage.gaps import Gap
from directory.coverage.ground import ground_of
from directory.coverage.needs import need_of
from directory.coverage.queries import coverage_of, services_of, whom_to_ask
from directory.listings.models import Fact, Record
from directory.people.actor import Actor
from directory.places.gazetteer import Gazetteer
from directory.truth.queries import known_listings
from tests import makers
from tests.conftest import NOW
from tests.staff import acting, make_person

DAY = NOW.date().toordinal()
MIAMI_DADE, BROWARD = "12086", "12011"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


def _stay(session: Session, name: str, *facts: object, area: str | None = "US-FL-331", ago: int | None = None) -> int:
    sites = [] if area else [makers.site(f"site:{name}")]
    made = makers.make_service(
        session, makers.kind("emergency-shelter" if area else "public-walk-in-shelter"), makers.phone(), *facts,  # type: ignore[arg-type]
        name=name, area=area, sites=sites,
    )  # fmt: skip
    listing = made.listings[0][1]
    if ago is not None:
        service = session.get_one(Record, listing).service_id
        phone = session.query(Fact).filter_by(record_id=service, field="phone", standing="current").one()
        makers.observe(session, phone.id, "call", "confirmed", days_ago=ago)
    return listing


def _gap(session: Session, gazetteer: Gazetteer, code: str) -> Gap | None:
    show_touched(session)
    covered = coverage_of(known_listings(session), gazetteer, day=DAY)
    assert covered.ground.region == "US-FL"
    assert len(covered.ground.people) == 67
    return next((gap for gap in covered.gaps if gap.need.code == code), None)


def _by(session: Session, role: str = "admin", scope: tuple[str, str] = ("network", "main")) -> Actor:
    return acting(session, make_person(session, f"Ada {role}", role, scopes=(scope,)))  # type: ignore[arg-type]


def test_a_confidential_shelter_closes_a_gap_in_the_whole_of_its_area(session: Session, gazetteer: Gazetteer) -> None:
    _stay(session, "Lantern Rooms", makers.takes("men"), ago=10)
    gap = _gap(session, gazetteer, "stay-men")
    assert gap is not None
    assert MIAMI_DADE not in gap.areas
    assert BROWARD in gap.areas
    # Wherever in its area it is, the page is the same: a second one changes nothing.
    _stay(session, "Heron Rooms", makers.takes("men"), ago=10)
    assert _gap(session, gazetteer, "stay-men") == gap


def test_a_site_closes_a_gap_in_its_county_and_only_while_it_is_confirmed_in_time(
    session: Session, gazetteer: Gazetteer
) -> None:
    _stay(session, "Open Door", makers.takes("men"), area=None, ago=2_000)
    gap = _gap(session, gazetteer, "stay-men")
    assert gap is not None
    assert MIAMI_DADE in gap.areas
    assert gap.to_ask == 1
    _stay(session, "Wide Door", makers.takes("men"), area=None, ago=5)
    after = _gap(session, gazetteer, "stay-men")
    assert after is not None
    assert set(gap.areas) - set(after.areas) == {MIAMI_DADE}


def test_what_serves_a_whole_state_closes_the_gap(session: Session, gazetteer: Gazetteer) -> None:
    _stay(session, "Quiet Line", makers.takes("men"), makers.serves("US-FL"), ago=5)
    assert _gap(session, gazetteer, "stay-men") is None


def test_whom_to_ask_comes_nearest_to_a_yes_first_and_only_within_scope(session: Session, gazetteer: Gazetteer) -> None:
    _stay(session, "Nobody Asked", ago=5)
    _stay(session, "Says Yes", makers.takes("men"), makers.takes("with-children"))
    _stay(session, "Says No", makers.refuses("men"), ago=5)
    show_touched(session)
    need = need_of("stay-men-children")
    gap, found = whom_to_ask(session, need, gazetteer, by=_by(session), day=DAY)
    assert gap is not None
    assert [(one.name, one.says, one.is_confirmed) for one in found] == [
        ("Says Yes", "unconfirmed", False), ("Nobody Asked", "unknown", True),
    ]  # fmt: skip
    assert found[0].areas[0] == MIAMI_DADE
    elsewhere = _by(session, "coordinator", ("area", "US-GA"))
    assert whom_to_ask(session, need, gazetteer, by=elsewhere, day=DAY)[1] == []


def test_a_directory_of_several_states_is_looked_at_by_states(session: Session, gazetteer: Gazetteer) -> None:
    for area in ("US-FL-331", "US-GA-303"):
        _stay(session, f"Rooms {area}", makers.takes("men"), area=area, ago=5 if "FL" in area else None)
    show_touched(session)
    covered = coverage_of(known_listings(session), gazetteer, day=DAY)
    assert covered.ground.people.keys() == {"US-FL", "US-GA"}
    assert next(gap.areas for gap in covered.gaps if gap.need.code == "stay-men") == ("US-GA",)


def test_confirmed_services_are_counted_in_every_area_they_reach(session: Session, gazetteer: Gazetteer) -> None:
    _stay(session, "Lantern Rooms", ago=10)
    _stay(session, "Open Door", area=None, ago=10)
    _stay(session, "Old Door", area=None, ago=2_000)
    show_touched(session)
    known = known_listings(session)
    counts = services_of(known, ground_of(known.offered, gazetteer), "shelter", day=DAY)
    assert {area: number for area, number in counts.items() if number} == {MIAMI_DADE: 2}
    assert len(counts) == 67
