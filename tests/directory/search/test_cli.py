"""The command ``search``: what scripts rely on (keys and exit codes), and what people read."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.values.hours import WEEKDAYS
from tests import makers
from tests.conftest import NOW
from tests.services import DatabaseSource
from web.cli import main

ANSWER = {"place", "total", "unit", "results", "closed"}
RESULT = {
    "id", "name", "organization", "kinds", "block", "distance_km", "area", "more_sites", "phones", "languages", "needs",
    "missing", "trauma_informed", "open_now", "answers_as", "reach", "accepts_from", "freshness", "last_confirmed",
    "reasons", "practice", "source",
}  # fmt: skip
PHONE = {"number", "kind", "extension", "keyword", "hours"}
NEED = {"need", "state", "how", "as_of", "verified"}

Run = Callable[..., Result]


def arrange(database: Database) -> None:
    """A shelter in Miami, a confidential one, a line for Florida, and a place to eat that takes no men."""
    with database.transaction() as session:
        shelter = makers.make_service(
            session, makers.kind("emergency-shelter"), makers.speaks("es"), makers.takes("women"),
            makers.trained("assessed", "2030-01-01"), makers.opens({day: [(0, 1_440)] for day in WEEKDAYS}),
            name="Open Door", sites=[makers.site()],
        )  # fmt: skip
        for _, fact in shelter.facts:
            makers.confirm(session, fact, days_ago=24)
        makers.make_service(
            session, makers.kind("safe-house"), makers.speaks("en"), makers.refuses("men"), name="Hidden House",
            area="US-FL-331",
        )  # fmt: skip
        makers.make_service(
            session, makers.kind("emergency-shelter"), makers.speaks("any", "interpreter"), makers.serves("US-FL"),
            name="Florida Line",
        )  # fmt: skip
        makers.make_service(session, makers.kind("food"), makers.refuses("men"), name="Kitchen", sites=[makers.site()])


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def seeded(request: pytest.FixtureRequest, database_source_of: Callable[[str], DatabaseSource]) -> Iterator[str]:
    """The address of a database with a few listings, read by all tests here."""
    source = database_source_of(request.param)
    url = source.empty()
    database = open_database(url, clock=lambda: NOW)
    bring_up_to_date(database)
    arrange(database)
    database.dispose()
    yield url
    source.discard(url)


@pytest.fixture
def run(seeded: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command as a shell would, on the seeded database and nobody's own settings."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", seeded)
    return lambda *arguments: CliRunner().invoke(main, ["search", *arguments])


def answer(result: Result, *, exit_code: int = 0) -> Any:
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_the_answer_has_every_key_that_scripts_rely_on(run: Run) -> None:
    found = answer(run("--need", "shelter", "--near", "33130", "--language", "es", "--who", "women", "--json"))
    assert found.keys() == ANSWER
    assert found["place"] == {"name": "Miami", "kind": "postal", "country": "US"}
    assert (found["total"], found["unit"]) == (2, "km")
    for result in found["results"]:
        assert result.keys() == RESULT
        assert all(phone.keys() == PHONE for phone in result["phones"])
        assert [need.keys() for need in result["needs"]] == [NEED, NEED]
        assert [need["need"] for need in result["needs"]] == ["women", "language:es"]
    assert [(result["name"], result["block"]) for result in found["results"]] == [
        ("Open Door", "near"), ("Florida Line", "wide"), ("Hidden House", "near-miss"),
    ]  # fmt: skip


def test_the_answer_says_what_is_known_and_how(run: Run) -> None:
    asked = ("--need", "shelter", "--near", "33130", "--who", "women", "--trauma-informed", "attested", "--json")
    near, wide, hidden = answer(run(*asked))["results"]
    assert near["distance_km"] == pytest.approx(0.467, abs=0.01)
    assert (near["area"], near["open_now"], near["freshness"]) == ("Miami, FL", True, "verified")
    assert near["last_confirmed"] == "2026-11-02"
    assert near["trauma_informed"] == {"level": "assessed", "issuer": "Practice Institute", "expires": "2030-01-01"}
    assert near["needs"][0] == {
        "need": "women", "state": "yes", "how": "welcomes", "as_of": "2026-11-02", "verified": True,
    }  # fmt: skip
    assert near["reasons"][0] == "Welcomes: Women."
    assert (wide["block"], wide["distance_km"], wide["area"], wide["open_now"]) == ("wide", None, "Florida", None)
    assert (hidden["block"], hidden["distance_km"]) == ("confidential", None)
    assert hidden["area"] == "Miami area (ZIP 331, 332), Florida"
    assert hidden["needs"][0]["state"] == "ask"


def test_a_near_miss_names_what_is_missing_and_ends_with_3(run: Run) -> None:
    found = answer(run("--need", "food", "--near", "33130", "--who", "men", "--json"), exit_code=3)
    assert found["total"] == 0
    [miss] = found["results"]
    assert (miss["block"], miss["missing"], miss["needs"][0]["state"]) == ("near-miss", ["men"], "no")


def test_nothing_at_all_ends_with_3_and_an_empty_answer(run: Run) -> None:
    assert answer(run("--need", "dental", "--near", "33130", "--json"), exit_code=3)["results"] == []


@pytest.mark.parametrize(
    "wrong",
    [("--need", "sheltr"), ("--near", "Nowhereville"), ("--language", "Klingon"), ("--who", "giants=16"),
     ("--barrier", "women"), ("--trauma-informed", "very")],
)  # fmt: skip
def test_an_unknown_word_ends_with_4(run: Run, wrong: tuple[str, str]) -> None:
    arguments = {"--need": "shelter", "--near": "33130"} | dict([wrong])
    result = run(*(part for pair in arguments.items() for part in pair), "--json")
    assert answer(result, exit_code=4).keys() == {"error"}
    assert wrong[1] not in result.output
    plain = run(*(part for pair in arguments.items() for part in pair))
    assert (plain.exit_code, plain.stdout) == (4, "")
    assert plain.stderr


def test_a_name_of_several_places_ends_with_5_and_lists_them(run: Run) -> None:
    found = answer(run("--need", "shelter", "--near", "Miami", "--json"), exit_code=5)
    assert {"name": "Miami", "region": "FL", "country": "US"} in found["places"]
    plain = run("--need", "shelter", "--near", "Miami")
    assert plain.exit_code == 5
    assert "Miami, OK" in plain.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--need", "food", "--limit", "0"),
        ("--need", "food", "--within-km", "far"),
        ("--need", "food", "--open", "later"),
        ("--need", "food", "--who", "women=16"),
        ("--need", "food", "--who", "minors=18"),
        ("--need", "food", "--beyond-km", "10"),
    ],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_without_a_place_it_searches_from_the_deployments_own_area(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    anywhere = answer(run("--need", "shelter", "--json"))
    assert anywhere["place"] is None
    assert {result["distance_km"] for result in anywhere["results"]} == {None}
    monkeypatch.setenv("HANDRAIL_DEFAULT_AREA", "Orlando, FL")
    assert answer(run("--need", "emergency-shelter", "--json"))["place"]["name"] == "Orlando"
    # And "Miami" is the one in that state.
    assert answer(run("--need", "shelter", "--near", "Miami", "--json"))["place"]["name"] == "Miami"


def test_people_read_the_number_first_then_who_answers_then_why_it_fits(run: Run) -> None:
    asked = ("--need", "shelter", "--near", "33130", "--language", "es", "--who", "women")
    lines = run(*asked).stdout.splitlines()
    assert lines[0] == "Shelter within 25 miles of 33130 (Miami, FL): 2 fit"
    number = lines.index("305 555 0142  open now")
    assert lines[number + 1].strip() == "Open Door - Practice House - Miami, FL - 0.3 miles"
    assert lines[number + 2].strip() == "yes  Women, welcome, confirmed 2026-11-02"
    assert lines[number + 3].strip() == "yes  Spanish, spoken by staff, confirmed 2026-11-02"
    assert lines[number + 4].strip().startswith("Number confirmed by phone")
    assert "Nearly fits" in lines
    assert any(line.strip() == "no   Spanish" for line in lines)
    assert any("ask  Women: Do you take women?" in line for line in lines)


def test_nothing_of_a_search_is_logged(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    run("--need", "shelter", "--near", "33130", "--who", "women")
    run("--need", "shelter", "--near", "Nowhereville")
    assert not any(word in caplog.text for word in ("33130", "shelter", "women", "Nowhereville"))


def test_where_there_is_no_directory_yet_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    result = CliRunner().invoke(main, ["search", "--need", "food"])
    assert result.exit_code == 1
    assert "handrail init" in result.stderr
    assert not (tmp_path / "none.sqlite3").exists()
