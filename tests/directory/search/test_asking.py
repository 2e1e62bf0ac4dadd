"""Ages, children and origins as people type them."""

from collections.abc import Iterator

import pytest

from directory.errors import BadQuestionError, UnknownTermError
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Child
from directory.search.asking import Who, read_origin, read_who
from directory.search.service import USUAL_DISTANCE_KM, check_question


@pytest.fixture
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("women", Who("women")),
        ("minors", Who("minors")),
        ("minors=16", Who("minors", minor_age=16)),
        ("minors=0", Who("minors", minor_age=0)),
        ("with-children=12m", Who("with-children", child=Child(12, "m"))),
        ("with-children=3F", Who("with-children", child=Child(3, "f"))),
        ("with-children= 7", Who("with-children", child=Child(7))),
    ],
)
def test_who_may_have_an_age(typed: str, read: Who) -> None:
    assert read_who(typed) == read


@pytest.mark.parametrize(
    "typed", ["women=16", "minors=18", "minors=16m", "minors=", "with-children=12x", "with-children=99", "minors=-1"]
)
def test_an_age_that_is_none_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(BadQuestionError) as refused:
        read_who(typed)
    assert typed.partition("=")[2] not in str(refused.value).split() or typed.endswith("=")


def test_an_unknown_population_is_unknown_whatever_its_age() -> None:
    with pytest.raises(UnknownTermError):
        read_who("giants=16")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("FL", "US-FL"),
        ("florida", "US-FL"),
        ("US-TX", "US-TX"),
        ("Puerto Rico", "US-PR"),
        ("USA", "US"),
        ("México", "MX"),
        ("Guatemala", "GT"),
        ("33130", "12086"),
        ("Miami-Dade County, FL", "12086"),
        ("CA-ON", "CA-ON"),
    ],
)
def test_where_people_come_from_is_a_county_state_or_nation(gazetteer: Gazetteer, typed: str, code: str) -> None:
    assert read_origin(typed, gazetteer=gazetteer, country="US") == code


def test_a_whole_question_is_read(gazetteer: Gazetteer) -> None:
    question = check_question(
        need="shelter",
        near="33130",
        away_from="Orlando, FL",
        who=["trans-women", "with-children=12m", "with-children=3"],
        open="tonight",
        group=3,
        accepts_from="FL",
        name=" refugio ",
        gazetteer=gazetteer,
    )
    assert question.who == ("trans-women", "with-children")
    assert question.children == (Child(12, "m"), Child(3))
    assert question.away_from is not None
    assert question.beyond_km == USUAL_DISTANCE_KM
    assert (question.open, question.group, question.accepts_from, question.name) == ("tonight", 3, "US-FL", "refugio")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": "  "},
        {"name": "x" * 300},
        {"need": "food", "group": 0},
        {"need": "food", "open": "later"},
        {"need": "food", "beyond_km": 10.0},
        {"need": "food", "away_from": "33130", "beyond_km": 0.0},
        {"need": "food", "who": ["minors=12", "minors=13"]},
        {"need": "food", "who": [f"with-children={age}" for age in range(13)]},
    ],
)
def test_what_makes_no_question_is_refused(gazetteer: Gazetteer, asked: dict[str, object]) -> None:
    with pytest.raises(BadQuestionError):
        check_question(**asked, gazetteer=gazetteer)  # type: ignore[arg-type]
