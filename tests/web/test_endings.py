"""Every command ends well: one line or one object, an exit code, and never a value."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from directory.errors import NothingFitsError
from tests.services import ROOT
from web.cli import main

Run = Callable[..., Result]
SENTINEL = "Zanzibarium"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command as a person would, with a data folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(main, list(words))


@pytest.fixture
def failing() -> Iterator[Callable[[Exception], None]]:
    """Makes the command ``fail`` end in an error."""

    def add(error: Exception) -> None:
        @main.command("fail")
        @click.option("--json", is_flag=True)
        def fail(**_: bool) -> None:
            raise error

    yield add
    main.commands.pop("fail", None)


def problem(result: Result, exit_code: int) -> str:
    """The text of the one object that was printed, and nothing besides."""
    assert result.exit_code == exit_code, result.output
    assert result.stderr == ""
    told: dict[str, Any] = json.loads(result.stdout)
    assert told.keys() == {"error"}
    return str(told["error"])


def test_an_error_of_ours_is_one_line_and_its_exit_code(run: Run, failing: Callable[[Exception], None]) -> None:
    failing(NothingFitsError("Nothing fits."))
    plain = run("fail")
    assert (plain.exit_code, plain.stderr, plain.stdout) == (3, "Nothing fits.\n", "")
    assert problem(run("fail", "--json"), 3) == "Nothing fits."


def test_what_nobody_expected_is_told_as_an_object_and_its_lines_apart_from_it(
    run: Run, failing: Callable[[Exception], None]
) -> None:
    failing(ValueError("305 555 0142"))
    traced = run("--debug", "fail", "--json")
    assert traced.exit_code == 1
    assert json.loads(traced.stdout) == {"error": "Something went wrong: ValueError. --debug shows where."}
    assert "test_endings.py:" in traced.stderr
    assert "0142" not in traced.output


def test_a_listing_that_is_not_there_is_told_as_an_object(run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    told = problem(run("listings", "show", "00000000-0000-4000-8000-000000000000", "--json"), 1)
    assert "0000" not in told


def test_a_database_that_cannot_be_reached_is_told_as_an_object(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"postgresql://{SENTINEL}:{SENTINEL}@127.0.0.1:1/{SENTINEL}")
    for words in (("listings", "list", "--json"), ("db", "check", "--json"), ("search", "--need", "food", "--json")):
        assert problem(run(*words), 1).startswith("The database cannot be "), words


def test_a_file_that_is_no_database_is_told_as_an_object(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / f"{SENTINEL}.sqlite3"
    file.write_text(f"{SENTINEL}\n" * 100, encoding="utf-8")
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{file}")
    for words in (("listings", "list", "--json"), ("db", "check", "--json"), ("search", "--need", "food", "--json")):
        assert problem(run(*words), 1).startswith("The database cannot be "), words


def test_a_document_that_is_not_there_is_told_as_an_object(run: Run, tmp_path: Path) -> None:
    result = run("import", "hsds", str(tmp_path / SENTINEL), "--source", "x", "--dry-run", "--json")
    assert SENTINEL not in problem(result, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("search", "--json"), "--need"),
        (("search", "--need", "food", "--limit", SENTINEL, "--json"), "--limit"),
        (("search", "--need", "food", "--within-km", "9999999", "--json"), "--within-km"),
        (("search", "--need", "food", SENTINEL, "--json"), "more words"),
        (("search", "--nead", SENTINEL, "--json"), "--need"),
        (("search", "--json", "--near"), "--near"),
        (("import", SENTINEL, ".", "--source", "x", "--json"), "No such command"),
        (("listings", SENTINEL, "--json"), "No such command"),
        ((SENTINEL, "--json"), "No such command"),
        ((f"--{SENTINEL}", "search", "--json"), "No such option"),
    ],
)
def test_wrong_words_are_told_as_an_object_without_what_people_filled_in(
    run: Run, words: tuple[str, ...], says: str
) -> None:
    told = problem(run(*words), 2)
    assert says in told
    assert SENTINEL not in told
    plain = run(*(word for word in words if word != "--json"))
    assert plain.exit_code == 2
    assert told in plain.stderr
    assert SENTINEL not in plain.output


def test_wrong_words_come_with_the_way_to_help(run: Run) -> None:
    told = run("search", "--need", "food", "--limit", SENTINEL).stderr
    assert "Usage: " in told
    assert "--help" in told
    assert "Invalid value for '--limit'; it takes a number from 1 to " in told


def test_a_name_of_several_places_comes_with_the_places(run: Run) -> None:
    words = ("init", "--site-name", "Almanac", "--area", "Portland")
    plain = run(*words)
    assert plain.exit_code == 5
    assert "  Portland, OR\n" in plain.stderr


def test_help_and_no_words_at_all_still_teach(run: Run) -> None:
    assert run("search", "--help").exit_code == 0
    assert "Examples:" in run("search", "--help").stdout
    bare = run()
    assert bare.exit_code == 2
    assert "Commands:" in bare.output


def test_it_ends_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    filled = "import sys; from web.cli import main; import click\n" + _PRINTS_MUCH
    process = subprocess.Popen(
        [sys.executable, "-c", filled, "much"],
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"a line\n"
    process.stdout.close()
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (141, b"")


_PRINTS_MUCH = """
from rich.console import Console

@main.command("much")
def much():
    for _ in range(100_000):
        click.echo("a line")
        Console().print("another")

main()
"""


@pytest.mark.parametrize(
    ("words", "exit_code"), [(("search", "--help"), 1), (("--version",), 1), (("search", "--json"), 2)]
)
def test_it_says_so_when_there_is_no_room_for_what_it_prints(
    tmp_path: Path, words: tuple[str, ...], exit_code: int
) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            cwd=ROOT,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (exit_code, "What the command prints cannot be written there.\n")
