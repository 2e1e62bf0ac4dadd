"""The command ``matches``: it lists pairs, shows why, and takes a decision that can be taken back."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.errors import NotFoundError, NothingFitsError
from directory.intake.matches import FoundPair, join_pairs
from directory.listings.changes import Author
from directory.matches_cli import commands
from tests import makers
from tests.conftest import NOW

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command beside a pair that waits; what is wrong is raised."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    database = open_database(database_url)
    bring_up_to_date(database)
    with database.transaction() as session:
        one, other = (makers.make_organization(session, name) for name in ("Harbor Aid", "Harbour Aid"))
        pair = FoundPair(one, other, 612, ("name-nearly-same", "phone-shared"))
        join_pairs(session, [pair], author=Author("merge", "a test"), now=NOW)
    database.dispose()
    group = click.Group(commands=[*commands])
    return lambda *words: CliRunner().invoke(group, list(words), catch_exceptions=False)


def test_pairs_are_listed_and_shown_with_their_signs(run: Run) -> None:
    assert "61.2 %" in run("matches", "list").output
    assert "Harbor Aid  |  Harbour Aid" in run("matches", "list").output
    [listed] = json.loads(run("matches", "list", "--json").output)
    assert json.loads(run("matches", "show", str(listed["id"]), "--json").output) == listed
    assert (listed["kind"], listed["verdict"], listed["is_merged"]) == ("organization", "review", False)
    assert "name-nearly-same, phone-shared" in run("matches", "show", str(listed["id"])).output


def test_a_decision_can_be_taken_back(run: Run) -> None:
    [pair] = (str(one["id"]) for one in json.loads(run("matches", "list", "--json").output))
    assert json.loads(run("matches", "same", pair, "--json").output)["is_merged"]
    with pytest.raises(NothingFitsError):
        run("matches", "list")
    assert run("matches", "undo", pair).output == "Open again.\n"
    assert not json.loads(run("matches", "different", pair, "--json").output)["is_merged"]
    [told] = json.loads(run("matches", "list", "--verdict", "different", "--json").output)
    assert told["id"] == int(pair)


def test_a_pair_that_is_none_is_not_found(run: Run) -> None:
    with pytest.raises(NotFoundError):
        run("matches", "same", "77")


def test_which_goes_on_can_be_said_and_a_pair_left_for_later(run: Run) -> None:
    [pair] = json.loads(run("matches", "list", "--json").output)
    assert run("matches", "later", str(pair["id"]), "--days", "7").output == "Left for 7 days.\n"
    assert "left for later until" in run("matches", "show", str(pair["id"])).output
    run("matches", "same", str(pair["id"]), "--into", pair["records"][1])
    told = json.loads(run("matches", "show", str(pair["id"]), "--json").output)
    assert told["is_merged"]
    assert told["put_off_until"] is None
