"""What a search finds is what looking at every card would find, everywhere on Earth and on both databases."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

import msgspec
import pytest

from directory.bootstrap import open_database
from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.search import query
from directory.search.answer import Answer, Child, Question, Result
from directory.search.query import answering
from directory.search.reader import read
from directory.search.sources import Areas
from tests.conftest import NOW
from tests.directory.search.brute_force import Candidate, Expected, answer_slowly
from tests.directory.search.seeding import Mix, Point, Seed, dice, new_id, places_around, plant, random_card
from tests.services import DatabaseSource

MIAMI = Place("Miami", "postal", "FL", "US", 25.7672, -80.2059, "America/New_York", "12086", "33130")
# Both sides of the 180th meridian, a pole, and a town among others.
CENTERS: dict[str, Point] = {
    "Miami": (25.7672, -80.2059),
    "the 180th meridian": (-16.8, 179.99),
    "the north pole": (90.0, 0.0),
    "the south pole": (-89.98, 40.0),
    "the equator": (0.0, 0.0),
}
AWAY = msgspec.structs.replace(MIAMI, lat=25.9, lon=-80.3)
MIX = Mix(
    kinds=("emergency-shelter", "safe-house", "shelter", "legal-civil", "food"),
    who=("women", "men", "minors", "with-children"),
    barriers=("transport", "walk-in"),
    languages=("en", "es", "ht"),
)
AREAS = ("US-FL-331", "US-FL-330", "US-FL-334", "US-GA-303", "US-FL")
SERVED = (["US"], ["US-FL"], ["12086"], ["US-FL", "12086"], ["US-GA"], ["CA"])


def everything(random: Random) -> list[Seed]:
    """Sites around the centers, services with several places, area-wide and confidential ones."""
    today = NOW.date()
    seeds = [
        Seed(random_card(random, MIX, today=today, place="Miami, FL"), point, random.choice(["", "", "Harbor of hope"]))
        for point in places_around(random, list(CENTERS.values()), 360, 0.25)
    ]
    services = [new_id(random) for _ in range(12)]
    seeds += [
        Seed(random_card(random, MIX, today=today, service=random.choice(services), organization="Harbor House"), point)
        for point in places_around(random, [CENTERS["Miami"]], 60, 0.2)
    ]
    for areas in SERVED * 8:
        shared = {"service": random.choice(services)} if random.random() < 0.3 else {}
        seeds.append(
            Seed(random_card(random, MIX, today=today, block="area", place=areas[0], service_areas=areas, **shared))
        )
    for area in AREAS * 8:
        served = random.choice([[], ["US-FL"], ["US-GA"]])
        card = random_card(random, MIX, today=today, block="confidential", place=area, service_areas=served)
        seeds.append(Seed(card))
    return seeds


def questions(random: Random, count: int) -> Iterator[Question]:
    """Random questions from the centers and from anywhere."""
    for _ in range(count):
        center = random.choice([None, *CENTERS.values()])
        lat, lon = center or (0.0, 0.0)
        lat = max(-90.0, min(90.0, lat + random.uniform(-0.1, 0.1)))
        yield Question(
            need=random.choice(["shelter", "emergency-shelter", "food", "legal", ""]),
            near=None if center is None else msgspec.structs.replace(MIAMI, lat=lat, lon=lon),
            within_km=random.choice([3.0, 15.0, 40.0, 130.0, 600.0, 20_100.0]),
            who=tuple(random.sample(MIX.who, random.choice([0, 0, 1, 2, 4]))),
            barriers=tuple(random.sample(MIX.barriers, random.choice([0, 0, 1]))),
            languages=tuple(random.sample(MIX.languages, random.choice([0, 1, 2]))),
            trauma_informed=random.choice([None, None, "trained"]),
            minor_age=random.choice([None, 0, 13, 16]),
            children=random.choice([(), (Child(12, "m"),), (Child(3),), (Child(2, "f"), Child(15, "f"), Child(11))]),
            open=random.choice(["", "", "now", "tonight"]),
            group=random.choice([None, None, 4, 14]),
            accepts_from=random.choice([None, None, "US", "US-FL", "12086", "US-TX", "MX"]),
            away_from=random.choice([None, None, AWAY]),
            beyond_km=random.choice([2.0, 60.0, 300.0]),
            name=random.choice(["", "", "", "Practice", "Harbor", "harbor house practice"]),
            limit=random.choice([1, 3, 20, 200]),
        )


class Known(msgspec.Struct, frozen=True):
    """A question, the areas that its circles touch or hold, and what must be found."""

    question: Question
    areas: Areas
    expected: Expected


@pytest.fixture(scope="module")
def known(gazetteer: Gazetteer) -> list[Known]:
    """Answers to random questions about the listings that are planted."""
    seeds = everything(dice(7))
    asked = [(question, areas_of(question, gazetteer)) for question in questions(dice(11), 400)]
    return [Known(one, areas, answer_slowly(seeds, one, areas=areas, now=NOW)) for one, areas in asked]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def planted(request: pytest.FixtureRequest, database_source_of: Callable[[str], DatabaseSource]) -> Iterator[Database]:
    """A database full of random listings, read by all tests here."""
    source = database_source_of(request.param)
    url = source.migrated()
    database = open_database(url, clock=lambda: NOW)
    with database.transaction() as session:
        plant(session, everything(dice(7)))
    yield database
    database.dispose()
    source.discard(url)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def ask(database: Database, question: Question, areas: Areas) -> Answer:
    answer: Answer = read(database, answering(question, areas=areas, now=NOW))
    return answer


def areas_of(question: Question, gazetteer: Gazetteer) -> Areas:
    place, away, beyond = question.near, question.away_from, question.beyond_km
    touched = frozenset() if place is None else gazetteer.areas_within(place.lat, place.lon, question.within_km)
    if away is None:
        return Areas(touched)
    held = gazetteer.areas_held(away.lat, away.lon, beyond)
    return Areas(touched, held, gazetteer.areas_within(away.lat, away.lon, beyond) - held)


def agree(found: Sequence[Result], expected: Sequence[Candidate], limit: int) -> None:
    """The same listings with the same scores; equal scores may only be told apart by the last digit of a float."""
    assert [one.score_km for one in found] == pytest.approx([one.score for one in expected[:limit]], abs=0.0011)
    by_id = {one.card.id: one for one in expected}
    for one in found:
        assert by_id[one.card.id].score == pytest.approx(one.score_km, abs=0.0011)
    exact = [one.card.id for one in expected[:limit] if _stands_apart(one, expected)]
    assert [one.card.id for one in found if _stands_apart(by_id[one.card.id], expected)] == exact


def _stands_apart(one: Candidate, expected: Sequence[Candidate]) -> bool:
    """Whether no other score is so near that rounding could decide the order. Ties at one place are exact."""
    others = [other for other in expected if other is not one and other.rank == one.rank]
    return not any(0 < abs(other.score - one.score) < 0.0015 for other in others)


def check(answer: Answer, expected: Expected) -> None:
    question = answer.question
    assert answer.total == expected.total
    for block in ("near", "wide", "confidential"):
        agree(answer.block(block), expected.fits[block], question.limit)
    asked_for_misses = expected.total < 5
    agree(answer.block("near-miss"), expected.misses if asked_for_misses else [], 5)
    for result in answer.results:
        if result.block != "near-miss":
            assert result.more_sites == expected.places[result.card.service] - 1


@pytest.mark.parametrize(("many_rows", "small_circle_km"), [(2_000, 500.0), (8, 10.0)])
def test_search_finds_exactly_what_looking_at_every_card_finds(
    planted: Database,
    known: list[Known],
    monkeypatch: pytest.MonkeyPatch,
    many_rows: int,
    small_circle_km: float,
) -> None:
    # However much is read at once: all that fits, or ring by ring and in order.
    monkeypatch.setattr(query, "MANY_ROWS", many_rows)
    monkeypatch.setattr(query, "SMALL_CIRCLE_KM", small_circle_km)
    blocks = set()
    for one in known:
        answer = ask(planted, one.question, one.areas)
        check(answer, one.expected)
        blocks |= {result.block for result in answer.results}
    assert blocks == {"near", "wide", "confidential", "near-miss"}
