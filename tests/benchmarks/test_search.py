"""The search benchmark measures what it says, on few listings."""

import pytest

from tests.benchmarks import search
from tests.benchmarks.filling import fill
from tests.benchmarks.synthetic import World
from tests.services import DatabaseSource


def test_the_benchmark_finds_everything_and_reports_in_the_shape_that_scripts_rely_on(
    database_source: DatabaseSource, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_REQUESTS", 20)
    url = database_source.empty()
    world = World()
    report = search.measure(fill(url, world, 400), world, rows=400, kind=database_kind, questions=3)
    database_source.discard(url)
    assert {"rows", "database", "recall", "search", "http", "ratios", "bars"} <= report.keys()
    assert report["recall"] == 1.0
    assert report["search"]["classes"].keys() == {"plain", "common", "rare", "dense", "rural", "far"}
    assert all(bar.keys() == {"name", "value", "bar", "ok"} for bar in report["bars"])
