"""Words that somebody types find listings: whole, by their beginning, with one mistake, in both languages."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cards.card import Card
from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer
from directory.search.service import check_question, search
from directory.search.words import is_one_mistake, meant, typing_keys
from tests.conftest import NOW
from tests.directory.search.seeding import Seed, dice, new_id, plant

LETTERS = st.text(st.characters(categories=["Ll"]), min_size=4, max_size=12)


@pytest.fixture
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def plant_some(database: Database) -> None:
    random = dice(4)
    with database.transaction() as session:
        plant(
            session,
            [
                Seed(
                    Card(id=new_id(random), service=new_id(random), name=name, organization=organization, kinds=kinds),
                    (25.7, -80.2),
                    says,
                )
                for name, organization, kinds, says in (
                    ("Casa Íntima", "Lotus House", ["emergency-shelter"], "A quiet house for a few weeks"),
                    ("Legal Counsel", "Lotus House", ["legal-civil"], "Works beside the casa"),
                    ("Harbor Pantry", "Practice Kitchens", ["food"], "Groceries on Tuesdays"),
                )
            ],
        )


def ask(database: Database, gazetteer: Gazetteer, name: str, **more: str) -> list[str]:
    question = check_question(name=name, gazetteer=gazetteer, **more)  # type: ignore[arg-type]
    answer: Answer = search(database, question, gazetteer=gazetteer, now=NOW)
    return [result.card.name for result in answer.results]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Casa Íntima", ["Casa Íntima"]),
        ("casa intima", ["Casa Íntima"]),
        ("INTIM", ["Casa Íntima"]),
        ("casa intmia", ["Casa Íntima"]),
        ("harbour", ["Harbor Pantry"]),
        ("Harbor Pantri", ["Harbor Pantry"]),
        ("refugio", ["Casa Íntima"]),
        ("refugo", ["Casa Íntima"]),
        ("pantri", ["Harbor Pantry"]),
        ("shelter", ["Casa Íntima"]),
        ("safe house", []),
        ("abogado", ["Legal Counsel"]),
        ("banco de alimentos", ["Harbor Pantry"]),
        ("food bank", ["Harbor Pantry"]),
        ("lotus abogada", ["Legal Counsel"]),
        ("lotus refugio", ["Casa Íntima"]),
        ("the casa of intima", ["Casa Íntima"]),
        ("zzzz", []),
        ("casa zzzz", []),
        ("'\" OR NEAR(", []),
        ("%", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(
    database: Database, gazetteer: Gazetteer, typed: str, found: list[str]
) -> None:
    plant_some(database)
    assert ask(database, gazetteer, typed) == found
    assert ask(database, gazetteer, typed, near="33130") == found


def test_a_mistyped_name_of_a_kind_is_found_beside_a_word_that_is_as_near(
    database: Database, gazetteer: Gazetteer
) -> None:
    plant_some(database)
    random = dice(5)
    card = Card(id=new_id(random), service=new_id(random), name="Refuge Books", kinds=["education"])
    with database.transaction() as session:
        plant(session, [Seed(card, (25.7, -80.2))])
    assert set(ask(database, gazetteer, "refugo")) == {"Casa Íntima", "Refuge Books"}


def test_a_name_comes_before_a_mention(database: Database, gazetteer: Gazetteer) -> None:
    plant_some(database)
    assert ask(database, gazetteer, "casa") == ["Casa Íntima", "Legal Counsel"]


def test_a_kind_and_a_name_must_both_hold(database: Database, gazetteer: Gazetteer) -> None:
    plant_some(database)
    assert ask(database, gazetteer, "lotus", need="legal") == ["Legal Counsel"]
    assert ask(database, gazetteer, "pantry", need="legal") == []


@given(LETTERS, st.data())
def test_spellings_one_mistake_apart_share_a_key_and_are_told_as_such(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.characters(categories=["Ll"]))
    changed = {
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    } - {word}
    for typed in changed:
        assert is_one_mistake(typed, word)
        assert is_one_mistake(word, typed)
        if len(typed) >= 4:
            assert typing_keys(typed) & typing_keys(word)


@given(LETTERS, LETTERS)
def test_two_mistakes_are_too_many(one: str, other: str) -> None:
    if abs(len(one) - len(other)) > 1 or sum(a != b for a, b in zip(one, other, strict=False)) > len(one) + 1:
        assert not is_one_mistake(one, other)
    assert not is_one_mistake(one, one)


def test_a_beginning_goes_before_a_mistake() -> None:
    assert meant("care", ["cares", "core", "care"]) == ["care", "cares"]
    assert meant("carre", ["care", "core"]) == ["care"]
    assert meant("no", ["now", "no"]) == ["no"]
