"""The commands ``plan figures`` and ``plan learn``."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import day_number, utc_now
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
    assert "Of 6 listings that were drawn at random and reached, 17 % (1) were wrong." in found.output
    assert "between 3.0 % and 56 %" in found.output
    assert "Hotlines and reporting lines" in found.output
    assert "Florida" in found.output


def test_the_figures_are_there_for_other_programs(run: Run) -> None:
    found = json.loads(run("figures", "--json").output)
    assert found["audited"]["wrong"] == 1
    assert found["by_area"][0]["code"] == "US-FL"
    assert json.loads(run("figures", "--json", "--as-of", "2020-01-01").output)["audited"]["drawn"] == 0
