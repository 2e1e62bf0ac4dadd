"""The command ``import``, as somebody runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from directory import db
from directory.backups.age import new_identity
from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.sources.models import ImportRun
from tests.importers.feeds import join, service, write_package
from tests.importers.planned import feed
from web.cli import main

_FEED = join(
    {"organizations": [{"id": "1", "name": "Harbor Aid"}]},
    service("10", "Harbor Office"),
    service("11", "Harbor House", kind="Emergency Shelter", postal="33196", street="4815 Quincewater Road"),
)


@pytest.fixture
def handrail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs ``handrail`` on an embedded database of its own."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


def test_an_import_says_what_became_of_the_rows(handrail: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "feed", _FEED)
    result = handrail("import", "hsds", package, "--source", "test")
    assert result.exit_code == 0, result.output
    assert "repaired" in result.output
    assert "kind-is-confidential" in result.output
    assert "Stored as run 1." in result.output
    found = handrail("search", "--need", "case-management", "--near", "33130", "--json")
    assert json.loads(found.stdout)["results"][0]["name"] == "Harbor Office"


def test_the_summary_can_be_read_by_a_program(handrail: Callable[..., Result], tmp_path: Path) -> None:
    result = handrail("import", "hsds", write_package(tmp_path / "feed", _FEED), "--source", "test", "--json")
    told = json.loads(result.stdout)
    assert told["totals"] == {"accepted": 1, "repaired": 2}
    assert told["withdrawn"] == 0


def test_a_dry_run_makes_no_database(handrail: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "feed", _FEED)
    result = handrail("import", "hsds", package, "--source", "test", "--dry-run", "--report", tmp_path / "report.json")
    assert result.exit_code == 0, result.output
    assert "nothing was stored" in result.output
    assert (tmp_path / "report.json").exists()
    assert not (tmp_path / "own.sqlite3").exists()


def test_a_plan_changes_nothing_and_says_what_would(handrail: Callable[..., Result], tmp_path: Path) -> None:
    handrail("import", "hsds", write_package(tmp_path / "feed", _FEED), "--source", "test")
    later = join(_FEED, service("12", "Harbor Kitchen", street="12 Public Lantern Avenue"))
    later["services"][0]["description"] = "Bread on Mondays."
    package = write_package(tmp_path / "later", later)
    told = handrail("import", "hsds", package, "--source", "test", "--plan")
    assert told.exit_code == 0, told.output
    assert "1 new, 1 changed, 2 unchanged" in told.output
    assert "description: new Bread on Mondays." in told.output
    assert "Harbor Kitchen" in told.output
    assert "nothing was changed" in told.output
    plan = json.loads(handrail("import", "hsds", package, "--source", "test", "--plan", "--json").stdout)["plan"]
    assert plan["new"] == ["Harbor Kitchen"]
    assert [row["effect"] for row in plan["rows"]] == ["changed"]
    done = json.loads(handrail("import", "hsds", package, "--source", "test", "--json").stdout)
    assert done["did"] == {"new": 1, "changed": 1, "unchanged": 2}


def test_a_run_is_held_released_and_taken_back(handrail: Callable[..., Result], tmp_path: Path) -> None:
    handrail("import", "hsds", write_package(tmp_path / "feed", feed(range(100, 112))), "--source", "test")
    moved = write_package(
        tmp_path / "moved", feed(range(100, 112), {n: {"description": "Moved."} for n in range(100, 112)})
    )
    held = handrail("import", "hsds", moved, "--source", "test")
    assert held.exit_code == 6
    assert "Run 2 is held, and nothing of it was applied" in held.output
    assert "12 changed" in held.output
    assert handrail("import", "undo", "2").exit_code == 6
    assert handrail("import", "release", "1").exit_code == 1
    assert handrail("import", "release", "2").exit_code == 0
    assert handrail("import", "release", "2").exit_code == 6
    assert "Stored as run 3." in handrail("import", "hsds", moved, "--source", "test").output
    undone = handrail("import", "undo", "3")
    assert "Run 3 is taken back: 0 organizations and services removed, 12 as before" in undone.output
    told = json.loads(handrail("import", "undo", "1", "--json").stdout)
    assert told == {"run": 1, "removed": 24, "restored": 0, "proposals": 0, "kept": [], "waits": 0}
    said = handrail("audit", "show").output
    assert "let a document come in that was held (run 2)" in said
    assert "took back what an import had brought (run 3)" in said
    assert handrail("audit", "reconcile").exit_code == 0


def test_withdrawn_locations_are_told_with_what_to_do(
    handrail: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SCRUB_WAIT_MS", 100)
    before = join(
        {"organizations": [{"id": "1", "name": "Harbor Aid"}]},
        service("11", "Harbor House", postal="33196", street="4815 Quincewater Road"),
    )
    handrail("import", "hsds", write_package(tmp_path / "before", before), "--source", "test")
    handrail("db", "backup", tmp_path / "monday.age", "--recipient", new_identity()[1].key)
    after = write_package(tmp_path / "after", _FEED)
    database = open_database(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with database.reading() as reader:
        reader.connection().exec_driver_sql("SELECT count(*) FROM fact").all()
        result = handrail("import", "hsds", after, "--source", "test")
    database.dispose()
    assert "Locations withdrawn: 1." in result.output
    assert "Destroy these backups, they may hold a withdrawn place: monday.age" in result.output
    assert result.exit_code == 1
    assert "handrail db check" in result.output
    assert handrail("db", "check").exit_code == 0
    assert b"Quincewater" not in (tmp_path / "own.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "hsds", "nowhere", "--source", "test"], 1),
        (["import", "hsds", "empty", "--source", "test"], 6),
        (["import", "hsds", "feed", "--source", "test", "--max-mb", "0"], 2),
        (["import", "hsds", "feed"], 2),
        (["import", "papyrus", "feed", "--source", "test"], 2),
        (["import", "hsds", "feed", "--source", "test", "--mapping", "bad.toml"], 4),
        (["import", "hsds", "feed", "--source", "test", "--mapping", "nowhere.toml"], 1),
        (["import", "hsds", "feed", "--source", "test"], 0),
    ],
)
def test_exit_codes_say_what_went_wrong(
    arguments: list[str], code: int, handrail: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_package(tmp_path / "feed", _FEED)
    write_package(tmp_path / "empty", {"organizations": []})
    (tmp_path / "bad.toml").write_text('[kinds]\nrocketry = ["rocket"]\n', encoding="utf-8")
    result = handrail(*arguments)
    assert result.exit_code == code, result.output


def test_no_place_for_the_report_is_said_before_anything_is_stored(
    handrail: Callable[..., Result], tmp_path: Path
) -> None:
    package = write_package(tmp_path / "feed", _FEED)
    result = handrail("import", "hsds", package, "--source", "test", "--report", tmp_path / "nowhere" / "report.json")
    assert result.exit_code == 1
    assert "The report cannot be written there" in result.stderr
    assert handrail("search", "--need", "case-management", "--near", "33130").exit_code == 3


def test_ctrl_c_ends_with_one_line_and_a_failed_run(tmp_path: Path) -> None:
    many = join(_FEED, *(service(str(number), f"Office {number}") for number in range(100, 1_000)))
    package = write_package(tmp_path / "feed", many)
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    database = open_database(url)
    bring_up_to_date(database)
    process = subprocess.Popen(
        [Path(sys.executable).with_name("handrail"), "import", "hsds", package, "--source", "test"],
        env={**os.environ, "HANDRAIL_DATABASE_URL": url, "XDG_DATA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not _states(database):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=60)
    assert (said, complaint) == ("", "Stopped. What is stored stays, and the same command goes on from there.\n")
    assert process.returncode == 130
    assert _states(database) == ["failed"]
    database.dispose()


def _states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(ImportRun.state)))


def test_a_database_of_another_version_is_left_alone(handrail: Callable[..., Result], tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    database.upgrade()
    database.downgrade("0001")
    database.dispose()
    result = handrail("import", "hsds", write_package(tmp_path / "feed", _FEED), "--source", "test")
    assert result.exit_code == 1
    assert "handrail db upgrade" in result.output


def test_the_help_teaches(handrail: Callable[..., Result]) -> None:
    shown = handrail("import", "--help").output
    assert "--dry-run" in shown
    assert "Examples:" in shown
