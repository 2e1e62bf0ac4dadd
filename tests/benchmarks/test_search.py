"""The search benchmark measures what it says, on few listings."""

import tempfile
from pathlib import Path

import msgspec
import pytest

from directory.places.gazetteer import Gazetteer
from directory.search.answer import Question
from directory.values.point import distance_km
from tests.benchmarks import filling, search
from tests.benchmarks.filling import fill, filled
from tests.benchmarks.profiling import profile
from tests.benchmarks.questions import questions
from tests.benchmarks.synthetic import NOW, World
from tests.benchmarks.textbook import textbook
from tests.benchmarks.truth import areas_of
from tests.directory.search.brute_force import answer_slowly
from tests.directory.search.seeding import Seed
from tests.services import DatabaseSource, PostgresServer

CLASSES = {
    "plain", "common", "rare", "dense", "rural", "far", "minors", "tonight", "group", "away", "text", "name",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def test_the_benchmark_finds_everything_and_reports_in_the_shape_that_scripts_rely_on(
    database_source: DatabaseSource, database_kind: str, world: World
) -> None:
    url = database_source.empty()
    asked = list(questions(world, 3))
    report = search.measure(fill(url, world, 400), world, asked, rows=400, kind=database_kind, requests=20)
    database_source.discard(url)
    assert {"rows", "database", "recall", "search", "postgis", "http", "ratios", "bars"} <= report.keys()
    assert report["checked"]["wrong"] == ()
    assert report["recall"] == 1.0
    assert {"p50_us", "p99_us", "classes"} <= report["search"].keys()
    assert report["search"]["classes"].keys() == report["postgis"]["classes"].keys() == CLASSES
    assert {"hello_us", "static_page_us", "search_json_us", "search_page_us", "page_p99_ms_c16"} <= report[
        "http"
    ].keys()
    assert all(bar.keys() == {"name", "value", "bar", "ok"} for bar in report["bars"])


def on_edge(seed: Seed, question: Question) -> bool:
    """Whether it depends on the shape of the Earth that a site is within a distance: a textbook's is a sphere."""
    circles = [(question.near, question.within_km), (question.away_from, question.beyond_km)]
    return any(
        abs(distance_km((place.lat, place.lon), seed.point) / km - 1) < 0.006
        for place, km in circles
        if place is not None and seed.point is not None
    )


def test_a_textbook_finds_the_sites_that_fit(postgres_server: PostgresServer, world: World) -> None:
    url = postgres_server.empty()
    seeds = list(world.seeds(1_500))
    found = []
    with Gazetteer() as gazetteer, textbook(url, seeds, len(seeds)) as table:
        for name, question in questions(world, 6):
            if name in {"text", "name"}:
                continue  # these may be misspelt, which a textbook does not understand
            truth = answer_slowly(seeds, question, areas=areas_of(question, gazetteer), now=NOW)
            services = {str(row[0]) for row in table.ask(msgspec.structs.replace(question, limit=10_000))}
            differing = services ^ {fit.card.service for fit in truth.fits["near"]}
            assert not [seed for seed in seeds if seed.card.service in differing and not on_edge(seed, question)], name
            found.append(len(services))
    postgres_server.discard(url)
    assert sum(map(bool, found)) > len(found) / 2


def test_a_profile_names_the_functions_and_explains_the_statements(
    database_source: DatabaseSource, database_kind: str, world: World
) -> None:
    url = database_source.empty()
    fill(url, world, 100)
    report = profile(url, list(questions(world, 1)))
    database_source.discard(url)
    assert "Functions, by itself" in report
    assert "of the time:" in report
    assert ("SEARCH g USING PRIMARY KEY" if database_kind == "sqlite" else "Execution Time") in report


def test_a_kept_database_is_taken_up_again_until_the_code_that_fills_it_changes(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with filled("sqlite", world, 20, keep=True) as first, filled("sqlite", world, 20, keep=True) as second:
        assert first == second
    monkeypatch.setattr(filling, "_CODE", ("tests/benchmarks/words.py",))
    with filled("sqlite", world, 20, keep=True) as third:
        assert third.url != first.url
    assert len(list(tmp_path.rglob("*.sqlite3"))) == 1
