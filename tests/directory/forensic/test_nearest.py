"""The nearest that answers now: a site for whom it is for, and whoever helps by video."""

import msgspec
import pytest

from directory.cards.card import Card
from directory.forensic.nearest import (
    Group,
    Nearest,
    exam_kinds,
    group_of,
    holds_all_open,
    is_about_exams,
    nearest_open,
)
from directory.search.answer import Answer, Block, Question, Result


def _result(
    name: str, *kinds: str, km: float | None, is_open: bool | None = True, block: Block = "near", **more: object
) -> Result:
    card = Card(id=name, service=name, name=name, kinds=list(kinds), **more)  # type: ignore[arg-type]
    return Result(card=card, block=block, score_km=km or 0.0, distance_km=km, open_now=is_open)


_FOUND = [
    _result("broken", "sane-adult", km=1, may_not_work=True),
    _result("shut", "sane-adult", km=2, is_open=False),
    _result("unknown", "sane-adult", km=3, is_open=None),
    _result("unfit", "sane-adult", "sane-pediatric", km=4, block="near-miss"),
    _result("children", "sane-pediatric", km=5),
    _result("far", "sane-adult", km=90),
    _result("adults", "sane-adult", km=40),
    _result("adolescents", "sane-adult", km=50, yes={"minors": ""}),
    _result("line", "sane", km=None, block="wide"),
    _result("video", "tele-sane", km=None, block="wide"),
]


def _names(found: Nearest) -> tuple[str, str]:
    return tuple(one.card.name if one else "" for one in (found.site, found.by_video))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("group", "without", "expected"),
    [
        ("", (), ("children", "video")),
        ("adult", (), ("adults", "video")),
        ("pediatric", (), ("children", "video")),
        ("pediatric", ("children",), ("adolescents", "video")),
        ("pediatric", ("children", "adolescents", "video"), ("line", "")),
        ("adult", ("adults", "adolescents", "far", "line"), ("broken", "video")),
    ],
)
def test_the_nearest_that_answers_and_fits_is_chosen(
    group: Group, without: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert _names(nearest_open([one for one in _FOUND if one.card.name not in without], group)) == expected


def test_of_two_lines_at_one_hospital_that_for_children_is_chosen_by_who_says_so() -> None:
    children, adults = _result("children", "sane-pediatric", km=5), _result("adults", "sane-adult", km=5)
    assert _names(nearest_open([children, adults], ""))[0] == "adults"
    assert _names(nearest_open([children, adults], "pediatric"))[0] == "children"
    both = _result("both", "sane-adult", "sane-pediatric", km=5)
    assert _names(nearest_open([both, adults], ""))[0] == "both"


def test_where_none_answers_none_is_named() -> None:
    assert _names(nearest_open([one for one in _FOUND if not one.open_now], "")) == ("", "")
    assert _names(nearest_open([], "adult")) == ("", "")


@pytest.mark.parametrize(
    ("question", "group"),
    [
        (Question(need="sane"), ""),
        (Question(need="sane-adult"), "adult"),
        (Question(need="sane-pediatric"), "pediatric"),
        (Question(need="sane", minor_age=7), "pediatric"),
        (Question(need="sane-adult", who=("minors",)), "pediatric"),
    ],
)
def test_whom_it_is_for_is_what_was_asked(question: Question, group: Group) -> None:
    assert is_about_exams(question)
    assert group_of(question) == group


def test_another_search_is_about_no_exam() -> None:
    assert not any(is_about_exams(Question(need=need)) for need in ("", "health", "shelter"))


def _answer(*results: Result, total: int | None = None, question: Question | None = None) -> Answer:
    return Answer(question=question or Question(need="sane"), results=results, total=total or len(results))


def test_an_answer_that_shows_all_that_fit_at_their_only_site_holds_all_who_answer_now() -> None:
    one, miss = _result("one", "sane-adult", km=1), _result("miss", "sane-adult", km=2, block="near-miss")
    shut = _result("shut", "sane-adult", km=3, is_open=False)
    assert holds_all_open(_answer(one, shut, total=2))
    assert holds_all_open(_answer(one, miss, total=1))
    assert not holds_all_open(_answer(one, total=2))
    # At another site of the same service somebody may answer.
    assert not holds_all_open(_answer(msgspec.structs.replace(shut, more_sites=1)))
    assert not holds_all_open(_answer(one, question=Question(need="sane", open="tonight")))


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("sane",), ("sane",)),
        (("sane", "sane-adult", "health"), ("sane-adult",)),
        (("sane-pediatric", "tele-sane"), ("sane-pediatric", "tele-sane")),
        (("health",), ()),
    ],
)
def test_whom_a_listing_examines_is_told_apart(kinds: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert exam_kinds(Card(id="x", service="x", name="x", kinds=list(kinds))) == expected
