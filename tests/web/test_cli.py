"""The command ``handrail``: it starts what it should, refuses what it must, and ends in one plain line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from tests.services import ROOT
from web.cli import _listening, main

Run = Callable[..., Result]
_PATIENCE_SECONDS = 60


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command as a person would, with a data folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(main, list(words))


def test_every_rooms_commands_are_there(run: Run) -> None:
    shown = run("--help").output
    for command in ("init", "db", "listings", "search", "import", "serve", "demo"):
        assert f"\n  {command} " in shown, command


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").output.startswith("handrail, version ")


def test_an_error_of_somebody_elses_shows_no_value(run: Run) -> None:
    @main.command("fail-with-a-value")
    def fail() -> None:
        raise ValueError("305 555 0142")

    try:
        plain, traced = run("fail-with-a-value"), run("--debug", "fail-with-a-value")
    finally:
        del main.commands["fail-with-a-value"]
    assert plain.exit_code == traced.exit_code == 1
    assert plain.stderr == "Something went wrong: ValueError. --debug shows where.\n"
    assert "test_cli.py:" in traced.stderr
    assert "0142" not in plain.output + traced.output


def test_usage_errors_stay_usage_errors(run: Run) -> None:
    assert run("serve", "--port", "no-port").exit_code == 2
    assert run("no-such-command").exit_code == 2


def test_a_setting_that_is_not_one_stops_the_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_NO_SUCH_THING", "secret")
    result = run("serve")
    assert result.exit_code == 2
    assert result.stderr == "HANDRAIL_NO_SUCH_THING is not a setting of this program.\n"


def test_a_default_area_that_is_no_place_stops_the_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DEFAULT_AREA", "Atlantis Nowhere")
    result = run("serve", "--port", "0")
    assert result.exit_code == 2
    assert result.stderr.startswith("HANDRAIL_DEFAULT_AREA must be one place")
    assert "Atlantis" not in result.output
    assert " is at " not in result.output


def test_a_database_of_another_version_is_not_served(
    run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(database_url)
    try:
        bring_up_to_date(database)
        database.downgrade("-1")
    finally:
        database.dispose()
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    result = run("serve", "--port", "0")
    assert result.exit_code == 1
    assert result.stderr.strip().endswith("handrail db upgrade")


def test_a_host_name_that_tells_is_warned_of_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_PUBLIC_HOST", "shelter.example.org")
    with _running(tmp_path, "db", "upgrade"):
        pass
    with _running(tmp_path, "serve", "--port", "0") as site:
        said = _said_until(site, "stop with Ctrl+C")
        site.send_signal(signal.SIGTERM)
    assert "Warning: HANDRAIL_PUBLIC_HOST holds a word that tells what this site is" in said
    assert "example" not in said


def test_a_taken_port_is_said_so(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "choose another with --port" in result.stderr


def test_the_demo_finds_a_free_port_answers_and_ends_cleanly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _running(tmp_path, "demo", "--port", str(port)) as demo:
            said = _said_until(demo, "Stop with Ctrl+C")
            address = next(word for word in said.split() if word.startswith("http://localhost:"))
            assert f"Port {port} is in use by something else" in said
            page = httpx.post(address, data={"a": "33130", "b": "es", "n": "shelter"}, headers={"x-in-page": "1"}).text
            assert "Practice" in page
            assert "305 555 01" in page
            file = next(tmp_path.glob("handrail/demo*.sqlite3"))
            assert f"HANDRAIL_DATABASE_URL=sqlite:///{file}" in said
            assert _core_limit(demo.pid) == "0"
            demo.send_signal(signal.SIGTERM)
            assert demo.stdout is not None
            # What was asked is written down nowhere.
            assert demo.stdout.read() == "Stopped.\n"
    assert demo.returncode == 0
    assert list(tmp_path.glob("handrail/*-wal")) == []


def test_several_processes_serve_one_site_and_open_what_any_of_them_sealed_once(tmp_path: Path) -> None:
    with _running(tmp_path, "db", "upgrade"):
        pass
    with _running(tmp_path, "serve", "--port", "0", "--workers", "3") as site:
        said = _said_until(site, "stop with Ctrl+C")
        address = next(word for word in said.split() if word.startswith("http://"))
        sealed = [_sent_on(address) for _ in range(12)]
        children = _children(site.pid)
        assert len(children) == 3
        assert {_core_limit(child) for child in children} == {"0"}
        # Every request has a connection of its own, so that any of the processes may answer it.
        assert ["Zanzibarium" in httpx.get(address + path).text for path in sealed * 2] == [True] * 12 + [False] * 12
        os.kill(children[0], signal.SIGKILL)
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while len(_children(site.pid)) < 3 or children[0] in _children(site.pid):
            assert time.monotonic() < give_up
            time.sleep(0.05)
        assert "Zanzibarium" in httpx.get(address + _sent_on(address)).text
        site.send_signal(signal.SIGTERM)
    assert site.returncode == 0


def _sent_on(address: str) -> str:
    location: str = httpx.post(address, data={"a": "33130", "q": "Zanzibarium"}).headers["location"]
    return location


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


@contextmanager
def _running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own, which must end by itself when it was asked to."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", *words],
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
        process.wait(_PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _said_until(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout is not None
    said = ""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while last not in said:
        line = process.stdout.readline()
        assert line, said
        assert time.monotonic() < give_up, said
        said += line
    return said


def _core_limit(pid: int) -> str:
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8")
    return next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4]


def test_no_answer_is_held_back_until_its_first_half_is_acknowledged() -> None:
    with _listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_commands_are_click_commands() -> None:
    assert all(isinstance(command, click.Command) for command in main.commands.values())


def test_every_help_keeps_its_lines() -> None:
    def helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
        with click.Context(command, info_name=name) as context:
            yield name, command.get_help(context)
        if isinstance(command, click.Group):
            for one, below in command.commands.items():
                yield from helps(below, f"{name} {one}")

    shown = dict(helps(main, "handrail"))
    assert len(shown) > 50
    assert [name for name, text in shown.items() if "\\b" in text or "\b" in text] == []
