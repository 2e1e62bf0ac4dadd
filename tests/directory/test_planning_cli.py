"""The command ``plan``: the list, a day that is only thought of, and entering what a call found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.freshness.models import Evidence
from directory.listings.models import Change, Record
from directory.planning.models import CallTask
from tests import makers
from web.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``plan`` as whoever runs the program."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["plan", *words])


@pytest.fixture
def stored(database_url: str, run: Run) -> Iterator[Database]:
    """The database behind the commands, with a pantry and an office of one number, and a shelter."""
    database = open_database(database_url)
    bring_up_to_date(database)
    with database.transaction() as session:
        owner = makers.make_organization(session, "Lantern House")
        for name in ("Lantern Pantry", "Lantern Office"):
            makers.make_service(
                session, makers.kind("food"), makers.opens({"MO": [(540, 1020)]}), name=name,
                sites=[makers.site(f"s:{name}")], organization_id=owner,
            )  # fmt: skip
        makers.make_service(
            session, makers.kind("emergency-shelter"), makers.phone("+13055550177"), name="Quiet Rooms",
            area="US-FL-331", organization_id=makers.make_organization(session, "Quiet"),
        )  # fmt: skip
    yield database
    database.dispose()


def _tasks(stored: Database) -> dict[str, int]:
    """Public id of the listing -> its open call."""
    with stored.reading() as session:
        rows = session.execute(
            sa.select(Record.public_id, CallTask.id)
            .join(CallTask, CallTask.listing_id == Record.id)
            .where(CallTask.done_on.is_(None))
        )
        return {str(public): number for public, number in rows}


def _json(run: Run, *words: str) -> dict:  # type: ignore[type-arg]
    found = run("--json", *words)
    assert found.exit_code == 0, found.output
    read: dict = json.loads(found.output)  # type: ignore[type-arg]
    return read


@pytest.mark.usefixtures("stored")
def test_the_list_says_whom_why_when_and_for_how_long(run: Run) -> None:
    found = run("--minutes", "60")
    assert found.exit_code == 0, found.output
    lines = found.output
    assert "305 555 0142" in lines
    assert "Lantern Pantry, Lantern House" in lines
    assert "Mon 09:00-17:00" in lines
    assert "Not confirmed here yet" in lines
    assert "2 calls about 3 listings, about" in lines
    assert "of 60 minutes" in lines
    assert "handrail plan call ID" in lines
    # The shelter's place is nowhere, only its name and its number.
    assert "33130" not in lines
    assert "Evergreen" not in lines


def test_the_json_holds_shares_reasons_and_ids(run: Run, stored: Database) -> None:
    found = _json(run, "--minutes", "60")
    assert found["total_minutes"] <= 60 + 10
    assert sum(found["shares"].values()) == pytest.approx(1, abs=0.01)
    assert {one["listing"]: one["id"] for one in found["calls"]} == _tasks(stored)
    together = {one["call"] for one in found["calls"] if one["organization"] == "Lantern House"}
    assert len(together) == 1
    assert all(one["reasons"] and one["hours"] for one in found["calls"])


def test_a_day_that_is_only_thought_of_leaves_nothing_and_is_the_same_each_time(run: Run, stored: Database) -> None:
    first, again = (_json(run, "--as-of", "2027-05-01") for _ in range(2))
    assert first == again
    assert first["as_of"] == "2027-05-01"
    assert {one["id"] for one in first["calls"]} == {None}
    assert _tasks(stored) == {}
    assert "plan call" not in run("--as-of", "2027-05-01").output


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("words", [("--minutes", "0"), ("--minutes", "x"), ("--as-of", "yesterday"), ("call", "x")])
def test_what_cannot_be_meant_is_a_usage_error(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_an_empty_directory_has_nobody_to_call(run: Run, database_url: str) -> None:
    database = open_database(database_url)
    bring_up_to_date(database)
    database.dispose()
    found = run()
    assert (found.exit_code, "nobody to call" in found.output) == (3, True)
    assert _json(run)["calls"] == []


def test_the_script_is_shown_first_and_the_call_is_in_hand(run: Run, stored: Database) -> None:
    run()
    number = min(_tasks(stored).values())
    shown = run("call", str(number))
    assert shown.exit_code == 0, shown.output
    assert "We keep a list of numbers up to date." in shown.output
    assert "305 555" in shown.output
    assert "--outcome" in shown.output
    with stored.reading() as session:
        assert session.get_one(CallTask, number).claimed_by is not None


def test_one_outcome_for_everything_that_was_asked_about(run: Run, stored: Database) -> None:
    calls = _json(run)["calls"]
    together = [one for one in calls if one["organization"] == "Lantern House"]
    noted = run("call", str(together[0]["id"]), "--outcome", "live", "--greeting", "neutral", "--all")
    assert noted.exit_code == 0, noted.output
    with stored.reading() as session:
        results = [session.get_one(CallTask, one["id"]).result for one in together]
        outcomes = session.scalars(sa.select(Evidence.outcome).where(Evidence.method == "call")).all()
    assert results == ["right", "right"]
    assert outcomes.count("live") == 2
    assert not {one["id"] for one in together} & set(_tasks(stored).values())


def test_what_needs_a_second_person_still_needs_one(run: Run, stored: Database) -> None:
    number = next(one["id"] for one in _json(run)["calls"] if one["name"] == "Lantern Pantry")
    run("call", str(number), "--outcome", "confirmed")
    again = next(one["id"] for one in _json(run, "--minutes", "600")["calls"] if one["name"] == "Lantern Pantry")
    noted = run("call", str(again), "--outcome", "closed")
    assert noted.exit_code == 0, noted.output
    with stored.reading() as session:
        change = session.scalars(sa.select(Change).where(Change.intends == "close")).one()
        assert (change.state, change.needs_second) == ("proposed", True)
        assert session.get_one(CallTask, again).result == "wrong"
    assert f"handrail changes show {change.id}" in noted.output


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("call", "999"), 1, "no such call"),
        (("call", "999", "--outcome", "live"), 1, "no such call"),
        (("call", "1", "--outcome", "answered"), 2, "takes one of"),
        (("call", "1", "--outcome", "live", "--line", "loud"), 1, "no line of that name"),
    ],
)
def test_errors_say_what_is_wrong(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    run()
    found = run(*words)
    assert (found.exit_code, said in found.output) == (code, True), found.output


def test_help_teaches(run: Run) -> None:
    assert "half of the minutes" in " ".join(run("--help").output.split())
    assert "two callers hide it" in run("call", "--help").output
