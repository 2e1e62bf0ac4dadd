"""Search answers what people really ask, as an experienced advocate would judge it."""

import shlex
from collections.abc import Callable
from typing import Any

import pytest

from directory.search.cli import search as command
from tests.directories import Imported, load_starter, opened
from tests.golden.asking import Score, judged
from tests.golden.judge import complaints
from tests.golden.queries import DIRECTORIES, Accepts, Condition, Directory, Query, read_queries, recorded_share
from tests.services import SqliteFiles

_ALL = [query for directory in DIRECTORIES for query in read_queries(directory)]
_BEYOND_CITIES = {"tribal", "territory", "rural", "labor-crew"}


@pytest.fixture(scope="module")
def scores() -> dict[Directory, Score]:
    """What was asked and judged so far."""
    return {}


@pytest.fixture(params=DIRECTORIES)
def score(
    request: pytest.FixtureRequest,
    scores: dict[Directory, Score],
    sqlite_files: SqliteFiles,
    miami_imported: Callable[[str], Imported],
    practice_network: Callable[[str], str],
) -> Score:
    """How each directory does; the real one only where the reference files are."""
    directory: Directory = request.param
    if directory not in scores:
        if directory == "miami":
            url = sqlite_files.copy_of(miami_imported("sqlite").url)
            load_starter(url, practice=False)
        else:
            url = sqlite_files.copy_of(practice_network("sqlite"))
        with opened(url) as database:
            scores[directory] = judged(database, directory, read_queries(directory))
        sqlite_files.discard(url)
    return scores[directory]


def test_the_answers_are_as_good_as_they_were(score: Score) -> None:
    assert score.share >= recorded_share(score.directory), [miss.query.key for miss in score.misses]


def test_every_miss_is_explained_and_nothing_else_is(score: Score) -> None:
    unexplained = {miss.query.key: miss.wrong for miss in score.misses if len(miss.query.explained) < 40}
    assert unexplained == {}
    outdated = [one.query.key for one in score.judged if one.query.explained and not one.wrong]
    assert outdated == []


# The questions themselves


def test_the_set_has_sixty_questions_of_all_people_and_places() -> None:
    assert len(_ALL) >= 60
    assert len({query.key for query in _ALL}) == len(_ALL)
    assert len([query for query in _ALL if query.setting in _BEYOND_CITIES]) >= 10
    assert {query.setting for query in _ALL} == {*_BEYOND_CITIES, "metro"}
    assert {query.person for query in _ALL} >= {"clinician", "social-worker", "coordinator"}
    assert [query.key for query in _ALL if len(query.accepts.judged) < 40 or query.now.tzinfo is None] == []


def test_every_option_of_a_search_is_asked_for() -> None:
    typed = {word for query in _ALL for word in shlex.split(query.asked) if word.startswith("--")}
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert typed == options - {"--json", "--limit", "--help"}


def test_every_expectation_can_fail() -> None:
    nothing = {"results": [], "total": 0}
    assert [
        query.key for query in _ALL if not query.accepts.nothing_fits and not complaints(query.accepts, nothing)
    ] == []
    anything = {"results": [result(name="Something else")], "total": 1}
    assert [
        query.key for query in _ALL if not complaints(query.accepts, anything) and not _is_only_a_limit(query)
    ] == []


def _is_only_a_limit(query: Query) -> bool:
    """Of a few real questions only distance, needs and what must not come are judged."""
    return query.accepts.first is None and not query.accepts.some


# The judge


def result(**more: Any) -> dict[str, Any]:
    """A result as ``--json`` prints it."""
    plain = {
        "name": "House", "organization": "Alder", "kinds": ["safe-house"], "block": "near", "area": "Miami, FL",
        "distance_km": 2.0, "needs": [], "missing": [], "open_now": True, "reach": None,
    }  # fmt: skip
    return {**plain, **more}


def said(accepts: Accepts, *results: dict[str, Any]) -> list[str]:
    """What the judge says."""
    return complaints(accepts, {"results": list(results), "total": len(results)})


HOUSE = Condition(names=["hou*"])


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        (Condition(names=["alder"]), {"organization": "Elder"}),
        (Condition(kinds=["food", "safe-house"]), {"kinds": ["food-bank"]}),
        (Condition(blocks=["near"]), {"block": "wide"}),
        (Condition(areas=["Miami"]), {"area": None}),
        (Condition(within_km=3), {"distance_km": 3.5}),
        (Condition(within_km=3), {"distance_km": None}),
        (Condition(open_now=True), {"open_now": None}),
        (Condition(names=["House"], reach=["air"]), {}),
        (Condition(needs={"women": ["yes", "ask"]}), {"needs": [{"need": "women", "state": "no"}]}),
        (Condition(needs={"women": ["yes", "ask"]}), {}),
        (Condition(missing=["group"]), {"missing": ["men"]}),
        (Condition(unmeasured=True), {}),
    ],
)
def test_a_condition_that_does_not_hold_is_a_complaint(wanted: Condition, held: dict[str, Any]) -> None:
    accepts = Accepts(judged="", first=wanted)
    assert len(said(accepts, result(**held))) == 1


def test_what_is_accepted_is_no_complaint() -> None:
    accepts = Accepts(
        judged="", first=HOUSE, every=Condition(within_km=3), some=[HOUSE], never=[Condition(names=["Barn"])]
    )
    assert said(accepts, result(), result(name="Hut"), result(), result(name="Barn", distance_km=9.0)) == []
    assert said(Accepts(judged="", nothing_fits=True, misses=[HOUSE]), result(block="near-miss")) == []


def test_the_judge_sees_what_is_missing_late_forbidden_or_too_much() -> None:
    hut, miss = result(name="Hut"), result(block="near-miss")
    assert said(Accepts(judged=""), miss) == ["0 fit, at least 1 should"]
    assert said(Accepts(judged="", some=[HOUSE]), hut, hut, hut, result()) == [
        'not among the first is "hou*" (number 4)'
    ]
    assert said(Accepts(judged="", never=[HOUSE]), hut, result()) == ['among the first comes "House" of "Alder"']
    assert said(Accepts(judged="", nowhere=[HOUSE]), hut, hut, hut, result()) == ['as a fit comes "House" of "Alder"']
    assert said(Accepts(judged="", nothing_fits=True), result()) == ['nothing should fit, but "House" of "Alder" does']
    assert said(Accepts(judged="", nothing_fits=True, misses=[HOUSE])) == ['not among the near-misses is "hou*"']
