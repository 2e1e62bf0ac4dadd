"""The command ``audit``: a record is sealed, anchored elsewhere and verified; differences end it with 1."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from directory.audit.service import Act, record
from directory.audit_cli import audit
from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.errors import DirectoryError, RefusedError
from directory.listings.models import Fact, Record
from directory.mail.models import Job, Outbox
from directory.people.models import Person
from tests import makers
from tests.directory.audit.tampering import put, rehashed, rows, without_triggers

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder."""
    return tmp_path / "home/handrail"


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command as a person would, with a data folder of its own."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return lambda *words: CliRunner().invoke(audit, list(words))


@pytest.fixture
def directory(database_url: str) -> Iterator[Database]:
    """A database with one listing and two people who keep it, whose triggers are gone."""
    database = open_database(database_url)
    bring_up_to_date(database)
    with database.transaction() as session:
        makers.make_service(session, makers.kind("food"), sites=[makers.site()])
        for number, standing in enumerate(("active", "active", "removed")):
            session.add(
                Person(
                    public_id=session.info["new_id"](), name=f"Practice {number}", email=f"{number}@example.org",
                    role="admin", standing=standing, created_at=session.info["now"],
                )
            )  # fmt: skip
    without_triggers(database, "audit_entry", "fact")
    yield database
    database.dispose()


def letters(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    """What waits to be sent: to whom, which, and what is filled in."""
    with database.reading() as session:
        found = session.execute(sa.select(Outbox.recipient, Outbox.template, Outbox.fields).order_by(Outbox.id))
        return [(row.recipient, row.template, json.loads(row.fields)) for row in found]


def test_a_record_is_sealed_anchored_and_verified(run: Run, directory: Database, folder: Path, tmp_path: Path) -> None:
    first = run("seal")
    assert first.exit_code == 0, first.output
    assert stat.S_IMODE((folder / "audit.key").stat().st_mode) == 0o600
    assert run("seal").exit_code == 0
    assert run("anchor", "--out", str(tmp_path / "anchor.json")).exit_code == 0
    line = run("anchor", "--text").stdout.strip()
    assert run("verify", "--anchor", str(tmp_path / "anchor.json")).exit_code == 0
    checked = run("verify", "--text", line, "--key", str(folder / "audit.pub"), "--json")
    assert json.loads(checked.output) == {"ok": True, "findings": [], "has_keys": True}


def test_a_record_whose_end_was_cut_off_shows(run: Run, directory: Database, folder: Path, tmp_path: Path) -> None:
    run("seal")
    run("anchor", "--out", str(tmp_path / "anchor.json"))
    line = run("anchor", "--text").stdout.strip()
    put(directory, rows(directory)[:-1])
    # What is noted beside the key shows it too, and nothing else would.
    assert run("verify").exit_code == 1
    (folder / "audit.last").unlink()
    assert run("verify").exit_code == 0
    for given in (("--anchor", str(tmp_path / "anchor.json")), ("--text", line)):
        checked = run("verify", *given)
        assert checked.exit_code == 1
        assert "cut off" in checked.output


def test_a_record_written_anew_gets_no_seal(run: Run, directory: Database) -> None:
    run("seal")
    whole = rows(directory)
    put(directory, rehashed([row for row in whole if row["signature"] is None][1:]))
    sealed = run("seal")
    assert isinstance(sealed.exception, DirectoryError)
    assert len(rows(directory)) < len(whole)
    put(directory, whole)
    assert run("seal").exit_code == 0


def test_an_anchor_is_mailed_to_two_people_at_least(run: Run, directory: Database) -> None:
    assert isinstance(run("anchor", "--mail").exception, DirectoryError)
    run("seal")
    assert run("anchor").exit_code == 2
    assert run("anchor", "--mail").exit_code == 0
    sent = letters(directory)
    assert [letter[:2] for letter in sent] == [("0@example.org", "anchor"), ("1@example.org", "anchor")]
    assert set(sent[0][2]) == {"seq", "hash", "at", "key", "signature", "line"}
    checked = run("verify", "--text", sent[0][2]["line"])
    assert checked.exit_code == 0
    with directory.transaction() as session:
        session.execute(sa.update(Person).where(Person.email == "1@example.org").values(role="partner"))
    assert isinstance(run("anchor", "--mail").exception, RefusedError)
    assert len(letters(directory)) == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_anchor_ends_as_a_mistake_and_not_as_a_record_that_is_unsound(
    run: Run, directory: Database, tmp_path: Path
) -> None:
    (tmp_path / "anchor.json").write_text('{"seq": 1')
    for given in (
        ("--anchor", str(tmp_path / "anchor.json")),
        ("--key", str(tmp_path / "anchor.json")),
        ("--text", "12 0000"),
        ("--text", "1", "--anchor", str(tmp_path / "anchor.json")),
    ):
        assert run("verify", *given).exit_code == 2


def test_what_was_done_is_told(run: Run, directory: Database) -> None:
    with directory.transaction() as session:
        listing = session.scalars(sa.select(Record.public_id).where(Record.kind == "listing")).one()
        record(session, [Act("backup.made", "b", {})], now=session.info["now"])
    everything = json.loads(run("show", "--json").output)
    assert everything[0]["what"] == "made a backup"
    own = run("show", "--listing", str(listing)).output
    # The organization, the service with its place.
    assert own.count("changed what is said of a listing") == 2
    assert "backup" not in own
    assert isinstance(run("show", "--listing", "nothing").exception, DirectoryError)


def test_a_number_changed_by_sql_is_told_to_everybody_within_one_run(run: Run, directory: Database) -> None:
    def job() -> Job:
        with directory.reading() as session:
            return session.scalars(sa.select(Job).where(Job.name == "reconcile")).one()

    sound = run("reconcile")
    assert (sound.exit_code, sound.output) == (0, "Everything is as it was approved.\n")
    assert job().last_ok_at is not None
    assert letters(directory) == []
    changed = sa.update(Fact).where(Fact.field == "phone")
    with directory.engine.begin() as connection:
        connection.execute(changed.values(value='{"number":"+13055550199"}'))
    found = run("reconcile", "--json")
    assert found.exit_code == 1
    told = json.loads(found.output)
    assert {"values", "card"} <= {alarm["kind"] for alarm in told["alarms"]}
    sent = letters(directory)
    assert [letter[:2] for letter in sent] == [("0@example.org", "alarm"), ("1@example.org", "alarm")]
    assert set(sent[0][2]) == {"count", "kinds", "at"}
    assert "0199" not in found.output + str(sent) + str(job().last_error)
    # Nobody is told of the same twice on one day.
    assert run("reconcile").exit_code == 1
    assert len(letters(directory)) == 2
    assert job().last_error
    with directory.engine.begin() as connection:
        connection.execute(changed.values(value='{"number":"+13055550142"}'))
    assert run("reconcile").exit_code == 0
    assert job().last_error is None


def test_a_damaged_key_is_an_alarm_and_does_not_end_the_run(run: Run, directory: Database, folder: Path) -> None:
    run("seal")
    assert run("reconcile").exit_code == 0
    (folder / "audit.pub").write_text("nothing")
    found = json.loads(run("reconcile", "--json").output)
    assert {alarm["subject"] for alarm in found["alarms"]} == {"key"}
