"""Postings follow the directory at once; questions are checked; nothing in an order tells where or when."""

from collections.abc import Iterator, Sequence

import msgspec
import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.db import Database
from directory.errors import BadInputError, DirectoryError, UnknownTermError
from directory.listings.service import Created, set_standing
from directory.places.gazetteer import Gazetteer
from directory.places.place import SeveralPlacesError
from directory.search.answer import Answer, Question, Result
from directory.search.indexing import post_cards
from directory.search.models import SearchKey, SearchText, Week
from directory.search.service import check_question, search
from tests import makers
from tests.conftest import NOW
from tests.directory.search.seeding import Mix, Seed, dice, plant, random_card
from tests.services import DatabaseSource

MIX = Mix(kinds=("safe-house", "shelter"), who=("women", "men"), barriers=("transport",), languages=("en", "es"))


@pytest.fixture
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def ask(database: Database, gazetteer: Gazetteer, near: str = "33130", **asked: object) -> Answer:
    question = check_question(**({"need": "shelter", "near": near} | asked), gazetteer=gazetteer)  # type: ignore[arg-type]
    return search(database, question, gazetteer=gazetteer, now=NOW)


def names(answer: Answer) -> list[str]:
    return [result.card.name for result in answer.results]


def make(database: Database, name: str = "Practice Service", area: str | None = None) -> Created:
    with database.transaction() as session:
        sites = [] if area else [makers.site()]
        return makers.make_service(session, makers.kind("safe-house"), name=name, area=area, sites=sites)


@pytest.mark.parametrize("standing", ["suspended", "closed", "do-not-list"])
@pytest.mark.parametrize("area", [None, "US-FL-331"])
def test_a_listing_that_is_not_listed_any_more_is_gone_when_the_change_commits(
    database: Database, gazetteer: Gazetteer, standing: str, area: str | None
) -> None:
    made = make(database, area=area)
    assert ask(database, gazetteer).total == 1
    with database.transaction() as session:
        set_standing(session, made.record_id, standing, by=None, reason="a call", now=NOW)
        # Others still see it as it was: the change has not happened yet.
        assert ask(database, gazetteer).total == 1
    assert ask(database, gazetteer).results == ()
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SearchKey)) == 0
        kept = [(row.names, row.words) for row in session.scalars(sa.select(SearchText))]
    # Whoever asks for what is closed by its name is told so; nothing else of it is kept.
    assert kept == ([("practice service practice house",) * 2] if standing == "closed" else [])


def test_what_is_listed_again_is_found_again(database: Database, gazetteer: Gazetteer) -> None:
    made = make(database)
    for standing in ("suspended", "listed"):
        with database.transaction() as session:
            set_standing(session, made.record_id, standing, by=None, reason="a call", now=NOW)
    assert names(ask(database, gazetteer)) == ["Practice Service"]


def test_posting_the_same_cards_twice_changes_nothing(database: Database) -> None:
    random = dice(1)
    seeds = [Seed(random_card(random, MIX, today=NOW.date()), (25.7, -80.2)) for _ in range(20)]
    with database.transaction() as session:
        shown = plant(session, seeds)
        before = [list(session.execute(sa.select(table))) for table in (SearchKey.__table__, SearchText.__table__)]
        post_cards(session, shown)
        after = [list(session.execute(sa.select(table))) for table in (SearchKey.__table__, SearchText.__table__)]
    assert after == before
    assert len(before[1]) == len(seeds)


def test_equal_weeks_are_stored_once(database: Database) -> None:
    random = dice(2)
    weeks = [{"office": [(540, 1_020)]}, {"office": [(540, 1_020)]}, {"office": [(540, 1_080)]}, {}]
    cards = [random_card(random, MIX, today=NOW.date(), weeks=one, zone="America/New_York", closed={}) for one in weeks]
    for portion in (cards[:2], cards[2:]):
        with database.transaction() as session:
            plant(session, [Seed(card, (25.7, -80.2)) for card in portion])
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Week)) == 2
        used = set(session.scalars(sa.select(SearchKey.open_week)))
    assert 0 in used
    assert len(used) == 3


def test_changed_words_replace_the_old_ones(sqlite_database: Database) -> None:
    card = random_card(dice(4), MIX, today=NOW.date(), name="Casa Íntima")
    with sqlite_database.transaction() as session:
        [shown] = plant(session, [Seed(card, (25.7, -80.2))])
        post_cards(session, [msgspec.structs.replace(shown, names="Casa Nueva", words="Casa Nueva")])

    def found(word: str) -> int:
        with sqlite_database.reading() as session:
            query = sa.text("SELECT count(*) FROM search_text_index WHERE search_text_index MATCH :word")
            return int(session.scalar(query, {"word": word}) or 0)

    assert (found("casa"), found("nueva"), found("intima")) == (1, 1, 0)


# ---------------------------------------------------------------------- confidential listings


def hidden_seeds(order: int) -> list[Seed]:
    """The same confidential listings, always; written in another order each time."""
    random = dice(6)
    areas = ["US-FL-331", "US-FL-330", "US-FL-331", "US-FL"] * 10
    seeds = [
        Seed(random_card(random, MIX, today=NOW.date(), block="confidential", place=area, name=f"House {n}"))
        for n, area in enumerate(areas)
    ]
    dice(order).shuffle(seeds)
    return seeds


def shown(answer: Answer, block: str = "confidential") -> Sequence[Result]:
    return [result for result in answer.results if result.block == block]


def test_no_order_tells_in_which_order_listings_were_entered(
    database_source: DatabaseSource, gazetteer: Gazetteer
) -> None:
    told = []
    for order in (1, 2):
        url = database_source.migrated()
        database = open_database(url, clock=lambda: NOW)
        random = dice(13)
        seeds = [Seed(random_card(random, MIX, today=NOW.date()), makers.MIAMI) for _ in range(30)]
        dice(order).shuffle(seeds)
        with database.transaction() as session:
            plant(session, [*hidden_seeds(order), *seeds])
        answer = ask(database, gazetteer, who=["women"])
        assert (len(shown(answer)), len(shown(answer, "near"))) == (20, 20)
        told.append(msgspec.json.encode(answer))
        database.dispose()
        database_source.discard(url)
    assert told[0] == told[1]


def test_confidential_listings_are_the_same_from_everywhere_that_touches_the_same_areas(
    database: Database, gazetteer: Gazetteer
) -> None:
    with database.transaction() as session:
        plant(session, hidden_seeds(order=1))
    asked = {"who": ["women"], "languages": ["es"], "within_km": 12.0}
    places = ["33130", "33125", "33135", "33145"]
    touched = {place: gazetteer.areas_within(p.lat, p.lon, 12.0) for place in places if (p := gazetteer.find(place))}
    assert len(set(touched.values())) == 1
    answers = [ask(database, gazetteer, place, **asked) for place in places]
    assert len(shown(answers[0])) == 20
    for answer in answers[1:]:
        assert msgspec.json.encode(shown(answer)) == msgspec.json.encode(shown(answers[0]))
        assert answer.total == answers[0].total


def test_confidential_listings_are_ordered_by_what_is_known_of_them_and_show_no_distance(
    database: Database, gazetteer: Gazetteer
) -> None:
    with database.transaction() as session:
        plant(session, hidden_seeds(order=1))
    answer = ask(database, gazetteer, who=["women"], barriers=["transport"], limit=100)
    found = shown(answer)
    unknown = [sum(need.state == "ask" for need in result.needs) for result in found]
    assert unknown == sorted(unknown)
    assert set(unknown) == {0, 1, 2}
    assert {result.distance_km for result in found} == {None}


def test_a_confidential_near_miss_shows_no_distance(database: Database, gazetteer: Gazetteer) -> None:
    card = random_card(dice(2), MIX, today=NOW.date(), block="confidential", place="US-FL-331", yes={}, no=["women"])
    with database.transaction() as session:
        plant(session, [Seed(card)])
    [result] = ask(database, gazetteer, who=["women"]).results
    assert (result.block, result.distance_km, result.missing) == ("near-miss", None, ("women",))


def test_equal_listings_come_in_the_order_of_their_ids(database: Database, gazetteer: Gazetteer) -> None:
    random = dice(12)
    stated = {"kinds": ["shelter"], "yes": {}, "no": [], "languages": {}, "fresh_until": 0, "may_not_work": False}
    cards = [random_card(random, MIX, today=NOW.date(), **stated) for _ in range(30)]
    with database.transaction() as session:
        plant(session, [Seed(card, makers.MIAMI) for card in cards])
    found = [result.card.id for result in ask(database, gazetteer).results]
    assert found == sorted(card.id for card in cards)[:20]


# ---------------------------------------------------------------------- questions


def question(gazetteer: Gazetteer, **asked: object) -> Question:
    return check_question(**({"need": "shelter"} | asked), gazetteer=gazetteer)  # type: ignore[arg-type]


def test_typed_words_become_slugs_and_tags(gazetteer: Gazetteer) -> None:
    asked = question(
        gazetteer, near="33130", languages=["Spanish", "es", "Kreyòl"], who=["women"], trauma_informed="none-known"
    )
    assert asked.near is not None
    assert (asked.near.postal, asked.languages, asked.who) == ("33130", ("es", "ht"), ("women",))
    assert asked.trauma_informed is None  # everything has at least that level
    assert question(gazetteer).near is None


@pytest.mark.parametrize(
    "asked",
    [
        {"need": "sheltr"},
        {"near": "Nowhereville, ZZ"},
        {"languages": ["Klingon"]},
        {"who": ["walk-in"]},
        {"barriers": ["women"]},
        {"trauma_informed": "very"},
    ],
)
def test_a_word_that_is_not_known_is_refused_without_repeating_it(
    gazetteer: Gazetteer, asked: dict[str, object]
) -> None:
    with pytest.raises(UnknownTermError) as refusal:
        question(gazetteer, **asked)
    for value in asked.values():
        for word in [value] if isinstance(value, str) else value:  # type: ignore[attr-defined]
            assert str(word) not in str(refusal.value)


def test_a_name_of_several_places_asks_which_and_the_deployments_own_state_answers(gazetteer: Gazetteer) -> None:
    with pytest.raises(SeveralPlacesError):
        question(gazetteer, near="Miami")
    near = question(gazetteer, near="Miami", near_region="FL").near
    assert near is not None
    assert near.region == "FL"


@pytest.mark.parametrize(
    "asked", [{"within_km": 0}, {"within_km": float("nan")}, {"within_km": 1e6}, {"limit": 0}, {"who": ["women"] * 31}]
)
def test_figures_out_of_bounds_are_refused(gazetteer: Gazetteer, asked: dict[str, object]) -> None:
    with pytest.raises(BadInputError) as refusal:
        question(gazetteer, **asked)
    assert isinstance(refusal.value, DirectoryError)
