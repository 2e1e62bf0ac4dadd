"""The commands ``plan figures`` and ``plan learn``."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import day_number, utc_now
from directory.listings.models import Fact
from directory.planning.models import CallTask
from directory.truth_cli import of_plan
from tests import makers

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one of these commands as whoever runs the program, over a directory of six hotlines."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    database = open_database(database_url)
    bring_up_to_date(database)
    with database.transaction() as session:
        for number in range(6):
            listing = makers.make_service(session, makers.kind("hotline"), makers.serves("US-FL")).listings[0][1]
            session.add(
                CallTask(
                    listing_id=listing, kind="audit", tier="liveness", minutes=2.5, p_wrong=0.03, why="[]",
                    planned_on=day_number(utc_now()) - 30, done_on=day_number(utc_now()) - 20,
                    result="wrong" if number == 0 else "right",
                )
            )  # fmt: skip
    database.dispose()
    commands = {command.name: command for command in of_plan}
    return lambda name, *words: CliRunner().invoke(commands[name], list(words))


def test_the_figures_stand_in_sentences_and_tables(run: Run) -> None:
    found = run("figures")
    assert found.exit_code == 0, found.output
    assert "Of 6 listings drawn at random and reached, 17 % (1) were wrong." in found.output
    assert "between 3.0 % and 56 %" in found.output
    assert "Hotline or reporting line" in found.output
    assert "Florida" in found.output


def test_the_figures_are_there_for_other_programs(run: Run) -> None:
    found = json.loads(run("figures", "--json").output)
    assert found["audited"]["wrong"] == 1
    assert found["by_area"][0]["code"] == "US-FL"
    assert json.loads(run("figures", "--json", "--as-of", "2020-01-01").output)["audited"]["drawn"] == 0


def test_without_calls_nothing_is_proposed_and_nothing_can_be_accepted(run: Run) -> None:
    found = run("learn")
    assert found.exit_code == 0, found.output
    assert "too few, 20 are needed" in found.output
    assert "Nothing is proposed." in found.output
    assert run("learn", "--accept", "12345678").exception is not None
    assert run("learn", "--accept", "12345678", "--forget").exit_code == 2
    assert json.loads(run("learn", "--json").output)["mark"] == ""


def test_a_proposal_is_read_accepted_and_taken_back(run: Run, database_url: str) -> None:
    database = open_database(database_url)
    with database.transaction() as session:
        for number in range(30):
            made = makers.make_service(session, makers.kind("legal"), makers.serves("US-FL"))
            phone = session.query(Fact).filter_by(record_id=made.record_id, field="phone").one()
            makers.observe(session, phone.id, "call", "live", days_ago=370)
            makers.observe(session, phone.id, "call", "wrong-party" if number % 2 else "live", days_ago=5)
    database.dispose()
    told = run("learn")
    assert "legal.phone  0.06 -> 0.09" in told.output, told.output
    assert "Legal or immigration help: how often in a year one loses its number." in told.output
    mark = told.output.rpartition("--accept ")[2].strip()
    assert "All cards are made anew." in run("learn", "--accept", mark).output
    assert "accepted last on" in run("learn").output
    assert "reviewed figures are in use again" in run("learn", "--forget").output


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_has_figures(run: Run, day: str) -> None:
    assert run("figures", "--json", "--as-of", day).exit_code == 0
