"""The command ``reporting``: the number first, what is missing said, and JSON for other programs."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from directory.db import Database
from directory.errors import SettingsError
from directory.listings.models import Fact
from directory.search.indexing import rebuild
from directory.settings import load_settings
from tests.makers import confirm, kind, make_service, phone, serves
from web.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs it as somebody who has no directory yet."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", "sqlite:////nowhere/handrail.sqlite3")
    return lambda *words: CliRunner().invoke(main, ["reporting", *words])


_TUESDAY = ("--kind", "child", "--role", "clinician", "--at", "2026-12-01T10:00")


def test_it_says_which_line_answers_at_this_hour_and_whose_number_is_missing(run: Run) -> None:
    found = run("--state", "MA", *_TUESDAY)
    assert found.exit_code == 0, found.output
    lines = found.output.splitlines()
    assert lines[0] == "Child protection, Massachusetts, Tuesday 1 December 2026 10:00 (America/New_York)"
    assert "1 800 792 5200  answers at any hour" in lines
    missing = lines.index("Number missing here. Who has it: https://www.mass.gov/dcf  answers now, until 17:00")
    assert lines[missing + 1].strip() == (
        "Area Office of the child's town - Massachusetts Department of Children and Families"
    )
    assert "The law there names clinicians and police (M.G.L. c. 119, s. 21" in found.output
    assert "law and people decide" in found.output
    assert "check before use" in found.output
    assert " of 56 US states and territories and " in lines[-1]
    night = run("--near", "02118", "--kind", "child", "--at", "2026-11-29T21:00").output
    assert "1 800 792 5200  answers at any hour" in night
    assert "closed now, opens Monday 09:00" in night


def test_a_program_reads_the_same(run: Run) -> None:
    found = json.loads(run("--state", "MA", *_TUESDAY, "--json").output)
    assert found["place"] == {"name": "Massachusetts", "kind": "region", "region": "MA", "country": "US"}
    assert (found["kind"], found["role"], found["at"]) == ("child-protection", "clinician", "2026-12-01T15:00:00Z")
    assert (found["zone"], found["other_zones"], found["missing"]) == ("America/New_York", [], False)
    line, office = found["lines"]
    assert line["phones"] == [{"number": "+18007925200", "kind": "voice", "where": None}]
    assert (line["open_now"], line["named_by_law"], line["check_before_use"]) == (True, True, True)
    assert line["written_within_hours"] == 48
    assert line["sources"][0]["url"].startswith("http://www.mass.gov/")
    assert (office["number_missing"], office["until"]) == (True, "2026-12-01T22:00:00Z")
    assert found["pinned"][0]["number"] == "+18883737888"
    assert found["covered"]["us_of"] == 56
    assert json.loads(run("--state", "MA", "--kind", "elder", "--json").output)["kind"] == "adult-protection"


def test_what_is_missing_is_said_to_be_and_the_national_line_is_given(run: Run) -> None:
    found = run("--state", "MA", "--kind", "injury")
    assert found.exit_code == 3
    assert "Number missing here.  hours not stated" in found.output
    assert "Law enforcement authorities" in found.output
    assert "The police take these reports." in found.output
    assert "Missing: no number of such a line is known here." in found.output
    assert "1 888 373 7888  National Human Trafficking Hotline." in found.output
    assert "is no report to a protection agency" in found.output
    assert run("--state", "FL", "--kind", "injury").exit_code == 3
    canada = run("--state", "Nunavut", "--kind", "sexual-crime")
    assert canada.exit_code == 3
    assert "1 833 900 1010" in canada.output
    others = run("--state", "MA", "--kind", "sexual-crime", "--role", "attorney")
    assert others.exit_code == 3
    assert "There are lines of this kind for clinicians alone." in others.output
    assert "for you is known here" in others.output


def test_which_number_is_for_which_part_of_a_state_stands_beside_it(run: Run) -> None:
    assert "808 832 5300 (Oahu), 1 888 380 3088 (the other islands)  answers at any hour" in (
        run("--state", "HI", "--kind", "child").output
    )
    assert "1 800 894 5533 (from inside New Hampshire)" in run("--state", "NH", "--kind", "child").output


def test_what_people_of_this_directory_have_called_stands_below_and_clears_the_doubt_of_a_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listing(number: str, name: str) -> None:
        facts = (kind("child-protection"), phone(number), serves("US-MA"))
        with database.transaction() as session:
            made = make_service(session, *facts, name=name)
            session.flush()
            confirm(session, next(fact for _, fact in made.facts if session.get_one(Fact, fact).field == "phone"))

    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    listing("+16175550142", "Intake of the city")
    listing("+18007925200", "Child-at-risk line")
    words = ["reporting", "--state", "MA", "--kind", "child"]
    left_out = CliRunner().invoke(main, words)
    assert left_out.exit_code == 0
    assert "its own listings are left out" in left_out.stderr
    rebuild(database)
    told = CliRunner().invoke(main, words).output
    assert told.index("1 800 792 5200  answers at any hour") < told.index("617 555 0142  hours not stated")
    assert "A listing of this directory: called and confirmed on 2026-" in told
    entry = told.partition("1 800 792 5200")[2].partition("Number missing here")[0]
    assert "Called and confirmed on 2026-" in entry
    assert "check before use" not in entry
    found = json.loads(CliRunner().invoke(main, [*words, "--json"]).output)
    assert [one["phones"][0]["number"] for one in found["own"]] == ["+16175550142"]
    line, office = found["lines"]
    assert (line["check_before_use"], line["called_on"] is None) == (False, False)
    assert (office["check_before_use"], office["called_on"]) == (True, None)
    # A kind of which no page tells is missing no more.
    assert CliRunner().invoke(main, ["reporting", "--state", "MA", "--kind", "injury"]).exit_code == 3


def test_an_hour_with_a_zone_of_its_own_is_that_instant(run: Run) -> None:
    found = json.loads(run("--state", "HI", "--kind", "child", "--at", "2026-12-01T20:00Z", "--json").output)
    assert (found["at"], found["local"]) == ("2026-12-01T20:00:00Z", "2026-12-01T10:00:00-10:00")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--state", "Elsewhere", "--kind", "child"), 4),
        (("--near", "Tijuana, Mexico", "--kind", "child"), 4),
        (("--near", "Springfield", "--kind", "child"), 5),
        (("--kind", "child"), 2),
        (("--state", "MA", "--near", "02118", "--kind", "child"), 2),
        (("--state", "MA", "--kind", "child", "--at", "tomorrow"), 2),
        (("--state", "MA", "--kind", "child", "--at", "0001-01-01T00:00+14:00"), 2),
        (("--state", "MA", "--kind", "sheep"), 2),
        (("--state", "MA", "--kind", "child", "--role", "spy"), 2),
    ],
)
def test_what_cannot_be_asked_ends_with_its_own_code(run: Run, words: tuple[str, ...], code: int) -> None:
    found = run(*words)
    assert found.exit_code == code, found.output
    assert "Elsewhere" not in found.output
    assert "Tijuana" not in found.output


def test_without_a_place_it_is_the_default_area(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DEFAULT_AREA", "02118")
    assert "02118 (Boston, MA)" in run("--kind", "child").output


def test_the_house_says_its_own_policy_and_nothing_that_is_no_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_REPORTING_POLICY", "Page the social worker on call first.")
    assert "Of this house: Page the social worker on call first." in run("--state", "MA", "--kind", "child").output
    assert json.loads(run("--state", "MA", "--kind", "child", "--json").output)["policy"].startswith("Page the")
    for broken in ("x" * 281, "two\nlines"):
        with pytest.raises(SettingsError, match="HANDRAIL_REPORTING_POLICY"):
            load_settings({"HANDRAIL_REPORTING_POLICY": broken})
