"""The commands ``verify ask``, ``call``, ``export-peer``, ``import-peer`` and ``mail bounced``."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.confirming.models import Confirmation
from directory.db import Database
from directory.listings.models import Fact, Record
from directory.mail.models import Outbox
from directory.mail.naming import name_of
from tests.directory.confirming.house import House, found
from tests.directory.confirming.test_bounces import report_on
from web.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as whoever runs the program."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *words, given=None: CliRunner().invoke(main, list(words), input=given)


@pytest.fixture
def stored(database_url: str, run: Run) -> Iterator[Database]:
    """The database behind the commands."""
    database = open_database(database_url)
    bring_up_to_date(database)
    yield database
    database.dispose()


@pytest.fixture
def house(stored: Database) -> House:
    with stored.transaction() as session:
        return House(session)


@pytest.fixture
def listing(stored: Database, house: House) -> str:
    with stored.reading() as session:
        return str(session.get_one(Record, house.listing).public_id)


def _found(stored: Database, method: str) -> list[tuple[str, str]]:
    with stored.reading() as session:
        return found(session, method)


def test_a_letter_goes_out_and_what_comes_back_is_noted(run: Run, stored: Database, listing: str) -> None:
    asked = run("verify", "ask", listing)
    assert (asked.exit_code, asked.output.startswith("The letter is on its way.")) == (0, True)
    assert run("verify", "ask", listing).exit_code == 6
    with stored.reading() as session:
        waiting = session.scalars(sa.select(Outbox).where(Outbox.template == "look-over")).one()
        name = name_of(waiting.id, waiting.recipient, waiting.template, waiting.fields)
    letter = EmailMessage()
    letter["Message-ID"] = f"<{name}@example.org>"
    came_back = run("mail", "bounced", given=report_on(letter))
    assert (came_back.exit_code, came_back.output) == (0, "Noted: the letter came back.\n")
    assert _found(stored, "mx") == [("email", "refuses")]
    strange = run("mail", "bounced", given=b"Subject: lunch\n\nAt desk@lantern.example.org")
    assert strange.exit_code == 1
    assert "lantern" not in strange.output
    with stored.reading() as session:
        assert session.scalars(sa.select(Confirmation.returned_at)).one() is not None


def test_a_call_is_noted_and_without_an_outcome_the_script_is_shown(run: Run, stored: Database, listing: str) -> None:
    script = run("verify", "call", listing).output
    assert "305 555 0142" in script
    assert "Is this still the right number for Lantern House?" in script
    assert run("verify", "call", listing, "--outcome", "live", "--greeting", "neutral").output == "Noted on 1 fact.\n"
    assert ("phone", "live") in _found(stored, "call")
    closed = run("verify", "call", listing, "--outcome", "closed")
    assert "says so of the listing" in closed.output
    assert run("verify", "call", listing, "--outcome", "answered").exit_code == 2
    assert run("verify", "call", listing, "--outcome", "live", "--line", "tty").exit_code == 1
    assert run("verify", "call", listing, "--outcome", "do-not-call").exit_code == 0
    assert "asked not to be called" in run("verify", "call", listing).output


def test_neighbours_exchange_what_they_found(run: Run, stored: Database, listing: str, tmp_path: Path) -> None:
    run("verify", "call", listing, "--outcome", "confirmed")
    public = run("changes", "keygen", "own.key").stdout
    (tmp_path / "own.pub").write_text(public)
    assert run("verify", "export-peer", "found.json", "--key", "own.key").exit_code == 0
    unknown = run("verify", "import-peer", "found.json")
    assert (unknown.exit_code, "Nobody here knows that key" in unknown.output) == (6, True)
    assert run("people", "add-neighbour", "Harbour", "--key", "own.pub").exit_code == 0
    taken = run("verify", "import-peer", "found.json")
    assert taken.output.startswith("1 new pieces of evidence; 0 of its items")
    assert {field for field, _ in _found(stored, "peer")} == {"phone"}
    with stored.reading() as session:
        assert session.scalars(sa.select(Fact.standing).where(Fact.standing != "current")).all() == []
