"""The truth table of needs: yes, ask and no, on both databases, in SQL and on the card alike."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from directory.cards.card import Card, CardTrauma
from directory.clock import day_number
from directory.db import Database
from directory.search.answer import Question
from directory.search.query import answering
from directory.search.ranking import NEVER_CONFIRMED_KM, STALE_KM
from directory.search.reader import read
from directory.search.sources import Areas
from tests.conftest import NOW
from tests.directory.search.seeding import Seed, dice, new_id, plant

WOMEN: dict[str, Mapping[str, Any]] = {"yes": {"yes": {"women": ""}}, "ask": {}, "no": {"no": ["women"]}}
TRANSPORT: dict[str, Mapping[str, Any]] = {"yes": {"yes": {"transport": ""}}, "ask": {}, "no": {"no": ["transport"]}}
# What a listing states of languages -> what that says to somebody who needs Haitian Creole.
CREOLE: dict[str, tuple[dict[str, str], str, str | None]] = {
    "spoken": ({"ht": "staff"}, "yes", "staff"),
    "interpreter for it": ({"en": "staff", "ht": "interpreter"}, "yes", "interpreter"),
    "interpreter for any": ({"en": "staff", "any": "interpreter"}, "yes", "interpreter"),
    "nothing stated": ({}, "ask", None),
    "others only": ({"en": "staff", "es": "interpreter"}, "no", None),
}
TRAINED: dict[str, tuple[str | None, str, str | None]] = {
    "none": (None, "ask", None),
    "lower": ("attested", "ask", "attested"),
    "that level": ("trained", "yes", "trained"),
    "better": ("certified", "yes", "certified"),
}
QUESTION = Question(
    need="food", who=("women",), barriers=("transport",), languages=("ht",), trauma_informed="trained", limit=1_000
)


def cards() -> dict[str, tuple[Card, dict[str, str]]]:
    """One card for every combination, by its id, with the states expected."""
    random = dice(3)
    made = {}
    for women, transport, creole, level in itertools.product(WOMEN, TRANSPORT, CREOLE, TRAINED):
        spoken, spoken_state, _ = CREOLE[creole]
        stated, stated_state, _ = TRAINED[level]
        yes = {**WOMEN[women].get("yes", {}), **TRANSPORT[transport].get("yes", {})}
        no = [*WOMEN[women].get("no", []), *TRANSPORT[transport].get("no", [])]
        card = Card(
            id=new_id(random),
            service=new_id(random),
            name="Practice Service",
            kinds=["food"],
            yes=yes,
            no=no,
            languages=spoken,
            trauma_informed=CardTrauma(stated) if stated else None,
        )
        states = {"women": women, "transport": transport, "language:ht": spoken_state, "trauma-informed": stated_state}
        made[card.id] = card, states
    return made


def test_every_combination_of_yes_ask_and_no_is_told_apart(database: Database) -> None:
    made = cards()
    with database.transaction() as session:
        plant(session, [Seed(card, (25.7, -80.2)) for card, _ in made.values()])
    answer = read(database, answering(QUESTION, areas=Areas(), now=NOW))
    fitting = {one for one, (_, states) in made.items() if "no" not in states.values()}
    assert {result.card.id for result in answer.results} == fitting
    assert answer.total == len(fitting)
    for result in answer.results:
        assert {one.need: one.state for one in result.needs} == made[result.card.id][1]


def test_the_fewer_needs_are_unknown_the_earlier_a_listing_comes(database: Database) -> None:
    made = cards()
    with database.transaction() as session:
        plant(session, [Seed(card, (25.7, -80.2)) for card, _ in made.values()])
    answer = read(database, answering(QUESTION, areas=Areas(), now=NOW))
    unknown = [sum(one.state == "ask" for one in result.needs) for result in answer.results]
    assert unknown[0] == 0
    assert unknown[-1] == 4
    assert [one for one, _ in itertools.groupby(unknown)] == sorted(set(unknown))


@pytest.mark.parametrize("creole", CREOLE)
def test_a_language_says_how_it_is_available(sqlite_database: Database, creole: str) -> None:
    spoken, state, how = CREOLE[creole]
    random = dice(5)
    card = Card(id=new_id(random), service=new_id(random), name="Practice Service", kinds=["food"], languages=spoken)
    with sqlite_database.transaction() as session:
        plant(session, [Seed(card, (25.7, -80.2))])
    question = Question(need="food", languages=("ht",))
    [result] = read(sqlite_database, answering(question, areas=Areas(), now=NOW)).results
    assert (result.needs[0].state, result.needs[0].how) == (state, how)
    assert result.block == ("near-miss" if state == "no" else "near")
    assert result.missing == (("language:ht",) if state == "no" else ())


def test_at_most_five_near_misses_are_shown_and_those_that_lack_least_come_first(sqlite_database: Database) -> None:
    random = dice(9)
    refusals = [["women"], ["women", "men"], ["women", "men", "minors"]] * 3
    seeds = [
        Seed(
            Card(id=new_id(random), service=new_id(random), name="Practice Service", kinds=["food"], no=sorted(no)),
            (25.7, -80.2),
        )
        for no in refusals
    ]
    with sqlite_database.transaction() as session:
        plant(session, seeds)
    question = Question(need="food", who=("women", "men", "minors"))
    answer = read(sqlite_database, answering(question, areas=Areas(), now=NOW))
    assert answer.total == 0
    assert [len(result.missing) for result in answer.results] == [1, 1, 1, 2, 2]
    assert {result.block for result in answer.results} == {"near-miss"}


def test_a_service_that_fits_at_one_place_is_no_near_miss_at_another(sqlite_database: Database) -> None:
    random = dice(10)
    shared: dict[str, Any] = {"service": new_id(random), "name": "Practice Service", "kinds": ["food"]}
    takes, refuses = {"yes": {"women": ""}}, {"no": ["women"]}
    seeds = [Seed(Card(**shared | stated | {"id": new_id(random)}), (25.7, -80.2)) for stated in (takes, refuses)]
    with sqlite_database.transaction() as session:
        plant(session, seeds)
    answer = read(sqlite_database, answering(Question(need="food", who=("women",)), areas=Areas(), now=NOW))
    assert [(result.block, result.more_sites) for result in answer.results] == [("near", 0)]


@pytest.mark.parametrize(("days_left", "penalty_km"), [(1, 0.0), (0, 0.0), (-1, STALE_KM), (None, NEVER_CONFIRMED_KM)])
def test_a_number_is_fresh_through_its_last_day(
    sqlite_database: Database, days_left: int | None, penalty_km: float
) -> None:
    random = dice(11)
    fresh_until = 0 if days_left is None else day_number(NOW) + days_left
    card = Card(
        id=new_id(random), service=new_id(random), name="Practice Service", kinds=["food"], fresh_until=fresh_until
    )
    with sqlite_database.transaction() as session:
        plant(session, [Seed(card, (25.7, -80.2))])
    [result] = read(sqlite_database, answering(Question(need="food"), areas=Areas(), now=NOW)).results
    assert result.score_km == penalty_km
