"""What is closed is told of to whoever still asks for it, with the nearest open listing that does the same."""

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import NotFoundError
from directory.listings.drafts import FactDraft
from directory.listings.models import Record
from directory.listings.queries import find_record
from directory.listings.service import set_standing
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Closed, Question
from directory.search.closed import reading_closed
from directory.search.reader import read
from directory.search.service import check_question, search
from directory.search.written import answer_object, closed_lines
from tests import makers
from tests.conftest import NOW

NEARBY, FARTHER, JACKSONVILLE = (25.79, -80.21), (25.93, -80.2), (30.33, -81.66)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def make(
    database: Database, name: str, *facts: FactDraft, at: tuple[float, float] | None = None, area: str = ""
) -> str:
    """A listing at a point of Florida, or confidential in an area; its public id."""
    with database.transaction() as session:
        organization = makers.make_organization(session, f"{name} Inc")
        sites = [makers.site(point=at)] if at else []
        made = makers.make_service(
            session, *facts, name=name, organization_id=organization, sites=sites, area=area or None
        )
        return str(session.get_one(Record, made.listings[0][1]).public_id)


def close(database: Database, listing: str, standing: str = "closed", *, level: str = "listing") -> None:
    with database.transaction() as session:
        record = find_record(session, listing, kind="listing")
        target = {"listing": record.id, "service": record.service_id, "organization": record.organization_id}[level]
        assert target is not None
        set_standing(session, target, standing, by=None, reason="a call", now=NOW)


def told(database: Database, gazetteer: Gazetteer, listing: str, question: Question | None = None) -> Closed:
    plan = reading_closed(listing, question=question or Question(), gazetteer=gazetteer, now=NOW)
    found: Closed = read(database, plan)
    return found


def by_name(database: Database, gazetteer: Gazetteer, name: str, near: str = "33130") -> Answer:
    question = check_question(name=name, near=near, gazetteer=gazetteer)
    return search(database, question, gazetteer=gazetteer, now=NOW)


def nearest(closed: Closed) -> str:
    assert closed.nearest is not None
    return closed.nearest.card.name


@pytest.mark.parametrize("level", ["listing", "service", "organization"])
def test_what_is_closed_says_since_when_and_offers_the_nearest_of_its_kind(
    database: Database, gazetteer: Gazetteer, level: str
) -> None:
    gone = make(database, "Gone Kitchen", makers.kind("food"), at=makers.MIAMI)
    make(database, "Far Kitchen", makers.kind("food"), at=FARTHER)
    make(database, "Near Kitchen", makers.kind("food"), at=NEARBY)
    make(database, "Near Dentist", makers.kind("dental"), at=makers.MIAMI)
    close(database, gone, level=level)
    closed = told(database, gazetteer, gone)
    assert (closed.name, closed.month, nearest(closed)) == ("Gone Kitchen", f"{NOW:%Y-%m}", "Near Kitchen")
    assert closed.is_same
    assert closed.near is not None
    assert closed.near.postal == "33130"
    assert closed.nearest is not None
    assert 1 < (closed.nearest.distance_km or 0) < 5
    assert closed_lines(closed, gazetteer)[0] == f"Gone Kitchen closed in {NOW:%B %Y}. Do not send anyone there."


def test_who_speaks_the_same_languages_comes_first_and_all_its_kinds_before_that(
    database: Database, gazetteer: Gazetteer
) -> None:
    both = (makers.kind("food"), makers.kind("clothing"))
    gone = make(database, "Gone", *both, makers.speaks("es"), at=makers.MIAMI)
    close(database, gone)
    make(database, "Kitchen", makers.kind("food"), makers.speaks("es"), at=makers.MIAMI)
    assert (nearest(told(database, gazetteer, gone)), told(database, gazetteer, gone).is_same) == ("Kitchen", False)
    make(database, "English", *both, makers.speaks("en"), at=makers.MIAMI)
    assert nearest(told(database, gazetteer, gone)) == "English"
    make(database, "Spanish", *both, makers.speaks("es"), at=FARTHER)
    assert nearest(told(database, gazetteer, gone)) == "Spanish"


def test_the_nearest_is_looked_for_as_far_as_it_takes(database: Database, gazetteer: Gazetteer) -> None:
    gone = make(database, "Gone", makers.kind("food"), at=makers.MIAMI)
    close(database, gone)
    assert told(database, gazetteer, gone).nearest is None
    assert closed_lines(told(database, gazetteer, gone), gazetteer)[1].startswith("No open listing")
    make(database, "North", makers.kind("food"), at=JACKSONVILLE)
    assert nearest(told(database, gazetteer, gone)) == "North"


@pytest.mark.parametrize("standing", ["suspended", "do-not-list"])
def test_what_is_hidden_or_asked_not_to_be_listed_is_not_told_of(
    database: Database, gazetteer: Gazetteer, standing: str
) -> None:
    gone = make(database, "Gone Kitchen", makers.kind("food"), at=makers.MIAMI)
    close(database, gone, standing)
    with pytest.raises(NotFoundError):
        told(database, gazetteer, gone)
    assert by_name(database, gazetteer, "Gone Kitchen").closed == ()


def test_what_is_open_is_not_told_of_as_closed(database: Database, gazetteer: Gazetteer) -> None:
    here = make(database, "Open Kitchen", makers.kind("food"), at=makers.MIAMI)
    for listing in (here, "no id", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFoundError):
            told(database, gazetteer, listing)
    assert by_name(database, gazetteer, "Open Kitchen").closed == ()


def test_a_search_by_name_tells_of_what_is_closed_and_never_lists_it(database: Database, gazetteer: Gazetteer) -> None:
    gone = make(database, "Gone Kitchen", makers.kind("food"), at=makers.MIAMI)
    make(database, "Near Kitchen", makers.kind("food"), at=NEARBY)
    close(database, gone)
    for typed in ("gone kitchen", "GONE kitchn", "gone"):
        answer = by_name(database, gazetteer, typed)
        assert "Gone Kitchen" not in [one.card.name for one in answer.results]
        assert [one.id for one in answer.closed] == [gone], typed
    written = answer_object(by_name(database, gazetteer, "gone kitchen"), gazetteer)["closed"]
    assert written[0].keys() == {"id", "name", "organization", "kinds", "area", "closed_in", "nearest"}
    assert (written[0]["closed_in"], written[0]["nearest"]["name"]) == (f"{NOW:%Y-%m}", "Near Kitchen")
    # A kind is no name, and far from where somebody asks it is somebody else's.
    assert by_name(database, gazetteer, "food").closed == ()
    assert by_name(database, gazetteer, "gone kitchen", near="32202").closed == ()
    question = check_question(need="food", near="33130", gazetteer=gazetteer)
    assert search(database, question, gazetteer=gazetteer, now=NOW).closed == ()


def test_what_is_listed_again_is_no_longer_told_of(database: Database, gazetteer: Gazetteer) -> None:
    gone = make(database, "Gone Kitchen", makers.kind("food"), at=makers.MIAMI)
    close(database, gone)
    close(database, gone, "listed")
    answer = by_name(database, gazetteer, "gone kitchen")
    assert (len(answer.results), answer.closed) == (1, ())


def test_of_a_closed_confidential_listing_nothing_is_told_beyond_its_area(
    database: Database, gazetteer: Gazetteer
) -> None:
    gone = make(database, "Quiet Rooms", makers.kind("safe-house"), area="US-FL-331")
    make(database, "Open Rooms", makers.kind("safe-house"), at=NEARBY)
    close(database, gone)
    closed = told(database, gazetteer, gone)
    assert (closed.block, closed.place, closed.near) == ("confidential", "US-FL-331", None)
    assert closed.nearest is not None
    assert (nearest(closed), closed.nearest.distance_km) == ("Open Rooms", None)
    written = json.dumps(answer_object(by_name(database, gazetteer, "quiet rooms"), gazetteer)["closed"])
    assert "Miami area (ZIP 331, 332), Florida" in written
    assert '"distance_km": null' in written
    assert "mile" not in " ".join(closed_lines(closed, gazetteer))


def test_a_confidential_listing_is_as_near_as_its_whole_area(database: Database, gazetteer: Gazetteer) -> None:
    gone = make(database, "Gone", makers.kind("safe-house"), at=makers.MIAMI)
    close(database, gone)
    make(database, "Open Rooms", makers.kind("safe-house"), at=NEARBY)
    make(database, "Orlando Rooms", makers.kind("safe-house"), area="US-FL-328")
    assert nearest(told(database, gazetteer, gone)) == "Open Rooms"
    make(database, "Quiet Rooms", makers.kind("safe-house"), area="US-FL-331")
    closed = told(database, gazetteer, gone)
    assert closed.nearest is not None
    assert (nearest(closed), closed.nearest.distance_km) == ("Quiet Rooms", None)


def test_the_nearest_keeps_away_from_what_was_to_be_kept_away_from(database: Database, gazetteer: Gazetteer) -> None:
    gone = make(database, "Gone", makers.kind("food"), at=makers.MIAMI)
    close(database, gone)
    make(database, "Near", makers.kind("food"), at=NEARBY)
    make(database, "North", makers.kind("food"), at=JACKSONVILLE)
    away = Question(away_from=gazetteer.find("33130"), beyond_km=80)
    assert nearest(told(database, gazetteer, gone, away)) == "North"


def test_what_has_no_card_is_not_told_of(database: Database, gazetteer: Gazetteer) -> None:
    gone = make(database, "Gone", makers.kind("food"), at=makers.MIAMI)
    close(database, gone)
    with database.transaction() as session:
        session.execute(sa.text("DELETE FROM card"))
    with pytest.raises(NotFoundError):
        told(database, gazetteer, gone)
