"""The command ``changes``: it proposes, declines and carries files between neighbours, and approves nothing itself."""

import datetime as dt
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.changes_cli import commands
from directory.db import Database
from directory.errors import BadInputError, NotFoundError, NothingFitsError, RefusedError
from directory.integrity import service
from directory.integrity.table import MOST_HIDINGS
from directory.listings.models import Record
from directory.listings.queries import current_facts
from directory.people_cli import commands as people_commands
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import NEW, OLD, Force, key, numbers
from tests.staff import acting, make_person

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as whoever runs the program; what is wrong is raised."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    group = click.Group(commands=[*commands, *people_commands])
    return lambda *words: CliRunner().invoke(group, list(words), catch_exceptions=False)


@pytest.fixture
def stored(database_url: str, run: Run) -> Iterator[Database]:
    """The database behind the commands."""
    database = open_database(database_url)
    bring_up_to_date(database)
    yield database
    database.dispose()


@pytest.fixture
def force(stored: Database) -> Force:
    with stored.transaction() as session:
        return Force(session)


def listing_of(stored: Database, force: Force) -> str:
    with stored.reading() as session:
        return str(session.get_one(Record, force.listing).public_id)


def shown(stored: Database, force: Force) -> list[str]:
    with stored.transaction() as session:
        return numbers(session, force)


def waiting(run: Run) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(run("changes", "list", "--json").output)
    return listed


def propose(run: Run, stored: Database, force: Force, value: str = "305-555-0177") -> str:
    words = ("--slot", "voice", "--value", value, "--reason", "they moved")
    result = run("changes", "propose", listing_of(stored, force), "phone", *words)
    assert result.output.startswith("Proposed")
    return str(waiting(run)[-1]["id"])


def test_a_confirmed_number_is_proposed_shown_and_declined(run: Run, stored: Database, force: Force) -> None:
    with pytest.raises(NothingFitsError, match="Nothing waits"):
        run("changes", "list")
    change = propose(run, stored, force)
    assert shown(stored, force) == [OLD]
    assert "phone voice" in run("changes", "list").output
    told = run("changes", "show", change).output
    assert f"phone voice: {OLD} -> {NEW}" in told
    seen = json.loads(run("changes", "show", change, "--json").output)
    assert (seen["old"]["number"], seen["new"]["number"], seen["call"]) == (OLD, NEW, OLD)
    assert run("changes", "decline", change).output == "Declined.\n"
    with pytest.raises(NothingFitsError):
        run("changes", "list")
    with pytest.raises(NotFoundError):
        run("changes", "decline", change)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_there_is_no_word_to_approve(run: Run, stored: Database, force: Force) -> None:
    change = propose(run, stored, force)
    for word in ("approve", "break-glass", "apply", "add-key"):
        assert run("changes", word, change).exit_code == 2
    assert shown(stored, force) == [OLD]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_nobody_confirmed_is_changed_at_once_where_it_stands(run: Run, stored: Database, force: Force) -> None:
    listing = listing_of(stored, force)
    said = run("changes", "propose", listing, "description", "--value", "Meals <b>daily</b>.", "--reason", "they said")
    assert said.output.startswith("Changed")
    assert _facts(stored, force.service, "description") == ['{"text":"Meals daily."}']
    run("changes", "propose", listing, "description", "--reason", "they said")
    assert _facts(stored, force.service, "description") == []
    with pytest.raises(NotFoundError):
        run("changes", "propose", listing, "description", "--reason", "they said")
    value = '{"answer":"yes","how":"welcomes"}'
    run("changes", "propose", listing, "eligibility", "--slot", "minors", "--value", value, "--reason", "they said")
    assert len(_facts(stored, force.service, "eligibility")) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_machine_closes_no_more_listings_for_a_time_than_a_person_may(run: Run, stored: Database) -> None:
    with stored.transaction() as session:
        hours = makers.opens({"MO": [(540, 1020)]})
        made = [
            makers.make_service(session, makers.kind("food"), hours, sites=[makers.site()])
            for _ in range(MOST_HIDINGS + 1)
        ]
        listings = [str(session.get_one(Record, one.listings[0][1]).public_id) for one in made]
    days = [(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=n)).isoformat() for n in range(2, 22)]
    words = ("--slot", "office", "--value", json.dumps({"days": {"MO": [[540, 1020]]}, "closed": days}))
    said = [run("changes", "propose", one, "schedule", *words, "--reason", "they said").output for one in listings]
    assert [one.partition(" ")[0] for one in said] == ["Changed:"] * MOST_HIDINGS + ["Proposed"]


def _facts(stored: Database, record_id: int, field: str) -> list[str]:
    with stored.reading() as session:
        return [str(fact.value) for fact in current_facts(session, [record_id])[record_id] if fact.field == field]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("phone", "--value", "no number"), BadInputError),
        (("phone", "--value", '{"number":"+13055550177","colour":"red"}'), BadInputError),
        (("eligibility", "--slot", "minors", "--value", "yes"), BadInputError),
        (("address", "--value", "{}", "--on", "service"), BadInputError),
        (("url", "--value", "javascript:alert(1)"), BadInputError),
        (("description", "--value", "<br>"), RefusedError),
    ],
)
def test_what_cannot_be_said_is_refused(
    run: Run, stored: Database, force: Force, words: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        run("changes", "propose", listing_of(stored, force), *words, "--reason", "they said")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_reason_tells_of_no_client(run: Run, stored: Database, force: Force) -> None:
    listing = listing_of(stored, force)
    with pytest.raises(RefusedError, match="note"):
        run("changes", "propose", listing, "description", "--value", "Meals.", "--reason", "my client told me")
    propose(run, stored, force, NEW)


def test_a_neighbour_seconds_by_files_that_go_back_and_forth(
    run: Run, stored: Database, force: Force, tmp_path: Path
) -> None:
    made = run("changes", "keygen", "own.pem")
    assert stat.S_IMODE((tmp_path / "own.pem").stat().st_mode) == 0o600
    (tmp_path / "theirs.pub").write_text(made.output[: made.output.index("A neighbour")])
    run("people", "add-neighbour", "Next County", "--key", "theirs.pub")
    with pytest.raises(BadInputError, match="already"):
        run("changes", "keygen", "own.pem")
    with stored.transaction() as session:
        make_person(session, "Admin", "admin")
        person = acting(session, force.one)
        change = service.edit(
            session, force.service, [service.Edit(makers.phone(NEW))], by=person, reason="they moved", now=NOW
        ).proposed[0]
        key(session, change, "own-site", force.one)
    run("changes", "ask", str(change), "--out", "asked.json")
    assert json.loads((tmp_path / "asked.json").read_text())["call"] == OLD
    signing = ("--key", "own.pem", "--outcome", "confirmed", "--name", "Bea", "--out", "signed.json")
    run("changes", "sign", "asked.json", *signing)
    with pytest.raises(RefusedError, match="seven days"):
        run("changes", "accept", str(change), "signed.json")
    assert shown(stored, force) == [OLD]
    refusing = ("--key", "own.pem", "--outcome", "refused", "--name", "Bea", "--out", "signed.json")
    run("changes", "sign", "asked.json", *refusing)
    assert "declined" in run("changes", "accept", str(change), "signed.json").output
    with pytest.raises(BadInputError):
        run("changes", "sign", "asked.json", *("--key", "theirs.pub", *refusing[2:]))
