"""The commands of the database: upgrade, check, back up, restore, and the roles of PostgreSQL."""

import datetime as dt
import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from directory.backups.age import Identity, Passphrase, new_identity, open_closed
from directory.backups.folder import name_at
from directory.bootstrap import bring_up_to_date, open_database
from directory.cli import commands
from directory.errors import BadInputError, DirectoryError, RefusedError, SettingsError
from directory.intake.revision import withdraw
from directory.listings.models import Record
from directory.listings.withdrawal import BACKED_UP
from tests import makers
from tests.services import DatabaseSource

Run = Callable[..., Result]
SECRET, PUBLIC = new_identity()
WORDS = "nine grey pelicans over the pier"


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as a person would, with the settings of this test alone."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    group = click.Group(commands=list(commands))

    def invoke(*words: str | Path) -> Result:
        return CliRunner().invoke(group, [str(word) for word in words])

    return invoke


@pytest.fixture
def filled(database_url: str) -> str:
    """The address of a directory with one service at a public place."""
    database = open_database(database_url)
    bring_up_to_date(database)
    with database.transaction() as session:
        makers.make_service(session, makers.kind("food"), name="Open Table", sites=[makers.site()])
    database.dispose()
    return database_url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for backups."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


def _noted(url: str) -> list[str]:
    database = open_database(url)
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT subject FROM audit_entry WHERE verb = '{BACKED_UP}' ORDER BY seq")
        noted = list(found.scalars())
    database.dispose()
    return noted


def test_an_empty_database_is_upgraded_and_checked(run: Run) -> None:
    assert "The database is at revision 0" in run("db", "upgrade").output
    report = json.loads(run("db", "check", "--json").output)
    assert report == {"file": [], "schema": [], "audit": [], "ok": True}


def test_a_backup_is_written_once_and_noted_in_the_audit(run: Run, folder: Path, filled: str) -> None:
    target = folder / "copy.age"
    result = run("db", "backup", target, "--recipient", PUBLIC.key)
    assert (result.exit_code, result.output) == (0, "The backup is written.\n")
    assert target.stat().st_mode & 0o077 == 0
    assert b"Evergreen" not in target.read_bytes()
    assert b"Evergreen" in open_closed(target.read_bytes(), SECRET)
    again = run("db", "backup", target, "--recipient", PUBLIC.key).exception
    assert isinstance(again, DirectoryError)
    assert _noted(filled) == ["copy.age"]


@pytest.mark.usefixtures("filled")
def test_backup_and_restore_are_each_others_way_back(
    run: Run, folder: Path, database_source: DatabaseSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = folder / "secret.txt"
    made = run("db", "backup-key", key)
    assert key.stat().st_mode & 0o077 == 0
    variable, _, public = made.output.strip().partition("=")
    monkeypatch.setenv(variable, public)
    assert run("db", "backup", folder / "copy.age").exit_code == 0
    refused = run("db", "restore", folder / "copy.age", "--identity", key).exception
    assert isinstance(refused, RefusedError)
    url = database_source.empty()
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", url)
    unopened = run("db", "restore", folder / "copy.age").exception
    assert isinstance(unopened, SettingsError)
    assert "--identity" in str(unopened)
    result = run("db", "restore", folder / "copy.age", "--identity", key)
    assert result.exit_code == 0, result.output
    assert "nobody can sign in yet" in result.output
    assert json.loads(run("db", "check", "--json").output)["ok"]
    assert [one["name"] for one in json.loads(run("listings", "list", "--json").output)] == ["Open Table"]
    database_source.discard(url)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("filled")
def test_a_passphrase_can_lie_in_a_file_and_must_be_a_good_one(run: Run, folder: Path) -> None:
    words = folder / "words"
    words.write_text(f"{WORDS}\n", encoding="utf-8")
    assert run("db", "backup", folder / "copy.age", "--passphrase-file", words).exit_code == 0
    assert b"Evergreen" in open_closed((folder / "copy.age").read_bytes(), Passphrase(WORDS))
    for weak in ("short", "passwordpassword", ""):
        words.write_text(weak, encoding="utf-8")
        assert isinstance(
            run("db", "backup", folder / "weak.age", "--passphrase-file", words).exception, DirectoryError
        )
    assert isinstance(run("db", "restore", folder / "copy.age").exception, SettingsError)
    assert sorted(file.name for file in folder.iterdir()) == ["copy.age", "words"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_a_terminal_and_a_key_nothing_is_written_or_noted(run: Run, folder: Path, filled: str) -> None:
    result = run("db", "backup", folder / "copy.age")
    assert isinstance(result.exception, SettingsError)
    assert "HANDRAIL_BACKUP_RECIPIENT" in str(result.exception)
    assert list(folder.iterdir()) == []
    assert _noted(filled) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_on_a_terminal_the_passphrase_is_asked_for_twice_and_not_shown(
    filled: str, folder: Path, tmp_path: Path
) -> None:
    terminal, for_program = pty.openpty()
    environment = os.environ | {"HANDRAIL_DATABASE_URL": filled, "XDG_DATA_HOME": str(tmp_path / "home")}
    program = [sys.executable, "-m", "web.cli", "db", "backup", str(folder / "copy.age")]
    with subprocess.Popen(
        program, stdin=for_program, stdout=for_program, stderr=for_program, env=environment, start_new_session=True
    ) as running:
        os.close(for_program)
        said = b""
        for prompt in (b"backup: ", b"confirmation: "):
            # What is typed before the space is there is thrown away by the program.
            while not said.endswith(prompt) and select.select([terminal], [], [], 60)[0]:
                said += os.read(terminal, 1024)
            os.write(terminal, f"{WORDS}\n".encode())
        assert running.wait(60) == 0
        said += os.read(terminal, 1024)
    os.close(terminal)
    assert WORDS.encode() not in said
    assert b"Evergreen" in open_closed((folder / "copy.age").read_bytes(), Passphrase(WORDS))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("filled")
def test_a_backup_that_is_not_encrypted_has_to_be_asked_for_and_is_warned_of(run: Run, folder: Path) -> None:
    result = run("db", "backup", folder / "copy.sqlite3", "--plain")
    assert result.exit_code == 0
    assert "NOT encrypted" in result.stderr
    assert b"Evergreen" in (folder / "copy.sqlite3").read_bytes()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("filled")
def test_a_folder_keeps_30_days_and_names_what_a_withdrawal_condemned(run: Run, folder: Path, filled: str) -> None:
    old = folder / name_at(dt.datetime.now(dt.UTC) - dt.timedelta(days=31))
    old.touch()
    first = run("db", "backup", "--into", folder, "--recipient", PUBLIC.key)
    assert first.exit_code == 0, first.output
    assert f"Removed, because they are older than 30 days: {old.name}\n" in first.output
    (made,) = folder.iterdir()
    database = open_database(filled)
    with database.transaction() as session:
        service = session.query(Record).filter_by(kind="service").one().id
        withdraw(
            session, service, disclosure="area_only", area="US-FL-331", author=makers.AUTHOR, now=session.info["now"]
        )
    database.dispose()
    second = run("db", "backup", folder / "tuesday.age", "--recipient", PUBLIC.key)
    assert f"Destroy these backups, they may hold a withdrawn place: {made.name}\n" in second.output
    assert b"Evergreen" in open_closed(made.read_bytes(), SECRET)
    assert b"Evergreen" not in open_closed((folder / "tuesday.age").read_bytes(), SECRET)
    made.unlink()
    assert "Destroy" not in run("db", "backup", folder / "friday.age", "--recipient", PUBLIC.key).output


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "words",
    [[], ["--plain"], ["a", "--into", "."], ["--into", ".", "--plain"], ["a", "--plain", "--recipient", PUBLIC.key]],
)
def test_what_makes_no_sense_together_is_an_error_of_use(run: Run, words: list[str]) -> None:
    assert run("db", "backup", *words).exit_code == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_key_is_never_written_over_and_one_that_is_none_is_told(run: Run, folder: Path, filled: str) -> None:
    key = folder / "secret.txt"
    assert run("db", "backup-key", key).exit_code == 0
    before = key.read_text(encoding="utf-8")
    assert isinstance(run("db", "backup-key", key).exception, DirectoryError)
    assert key.read_text(encoding="utf-8") == before
    assert Identity(before).text.count("AGE-SECRET-KEY-1") == 1
    assert isinstance(run("db", "backup", folder / "copy.age", "--recipient", "age1none").exception, SettingsError)
    assert _noted(filled) == []
    assert isinstance(run("db", "restore", folder / "nowhere.age").exception, BadInputError)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("filled")
def test_an_embedded_database_has_no_roles(run: Run) -> None:
    refused = run("db", "roles", "--app", "handrail_app", "--public", "handrail_public").exception
    assert isinstance(refused, RefusedError)
