"""Listings that take reports beside the lines of files: whose calls count, and where."""

from collections.abc import Iterator
from typing import Any

import pytest

from directory.cards.card import Card, CardPhone
from directory.places.gazetteer import Gazetteer
from directory.reporting.confirmed import OwnLine, others, own_lines, question_of, same_number
from directory.reporting.lines import known_lines
from directory.search.answer import Result
from directory.vocabulary.terms import expand_kind


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def _result(
    number: str = "+16175550142",
    *,
    method: str = "call",
    kinds: tuple[str, ...] = ("child-protection",),
    place: str = "US-MA",
    card: dict[str, Any] | None = None,
    **changed: Any,
) -> Result:
    line = CardPhone(number=number, confirmed="2026-11-20" if method else "", method=method)
    made = Card(
        id="a", service="s", name="Intake", block="area", place=place, kinds=[*kinds], phones=[line], **(card or {})
    )
    whole: dict[str, Any] = {"card": made, "block": "wide", "score_km": 25.0, "freshness": "verified", **changed}
    return Result(**whole)


def _own(gazetteer: Gazetteer, result: Result, where: str = "02118") -> list[str]:
    found = own_lines([result], "child-protection", gazetteer.find(where))
    return [phone.number for one in found for phone in one.phones]


def test_whatever_takes_reports_is_searched_for(gazetteer: Gazetteer) -> None:
    question = question_of(gazetteer.find("02118"))
    assert {"child-protection", "injury-report"} <= expand_kind(question.need)


@pytest.mark.parametrize(
    ("given", "is_told"),
    [
        ({}, True),
        ({"method": "callback"}, True),
        # A referral that was taken is the last word on a number; it does not take away the call before.
        ({"method": "handoff"}, True),
        # A list, a program's letter and a neighbour have not called.
        ({"method": ""}, False),
        ({"method": "feed"}, False),
        ({"method": "provider"}, False),
        ({"card": {"practice": True}}, False),
        ({"freshness": "due"}, True),
        ({"freshness": "stale"}, False),
        ({"freshness": "unverified"}, False),
        ({"freshness": "unreachable"}, False),
        ({"card": {"may_not_work": True}}, False),
        ({"kinds": ("adult-protection",)}, False),
        ({"kinds": ("adult-protection", "child-protection")}, True),
        # Nothing confidential has a say; what lies over a border is not the state's.
        ({"block": "confidential"}, False),
        ({"block": "near-miss"}, False),
        ({"block": "near", "place": "Boston, MA"}, True),
        ({"block": "near", "place": "Nashua, NH"}, False),
        ({"block": "near", "place": "Boston, MA", "card": {"country": "GB"}}, False),
    ],
)
def test_only_what_people_have_called_in_that_state_is_told(
    gazetteer: Gazetteer, given: dict[str, Any], *, is_told: bool
) -> None:
    assert _own(gazetteer, _result(**given)) == (["+16175550142"] if is_told else [])


def test_of_a_listing_the_numbers_that_people_have_called_are_told_and_no_others(gazetteer: Gazetteer) -> None:
    lines = [
        CardPhone(number="+16175550142", slot="voice", confirmed="2026-11-20", method="call"),
        CardPhone(number="+16175550143", slot="intake"),
        CardPhone(number="+16175550144", slot="fax", kind="fax", confirmed="2026-11-20", method="call"),
    ]
    card = Card(
        id="a", service="s", name="Intake", block="area", place="US-MA", kinds=["child-protection"], phones=lines
    )
    found = Result(card=card, block="wide", score_km=25.0, freshness="verified")
    assert _own(gazetteer, found) == ["+16175550142"]


def test_one_number_is_one_line_and_another_number_is_another(gazetteer: Gazetteer) -> None:
    place = gazetteer.find("02118")
    child = next(line for line in known_lines()["US-MA"] if line.id == "us-ma-child")
    same = own_lines([_result("+18007925200")], "child-protection", place)
    other = own_lines([_result()], "child-protection", place)
    found = same_number(same, child)
    assert found is not None
    assert (found[0].card.id, found[1].confirmed) == ("a", "2026-11-20")
    assert same_number(other, child) is None
    assert others(same, [child]) == ()
    assert others(other, [child]) == other
    assert all(isinstance(one, OwnLine) for one in other)
