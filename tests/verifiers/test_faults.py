"""Workers that are killed, stopped or left without a database lose nothing and keep nothing twice.

Each part of ``tests.benchmarks.clock`` runs in a process of its own, which forks the workers that it treats badly.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.services import ROOT
from tests.services.postgres import programs

_PATIENCE_SECONDS = 280


def part(name: str, kind: str, *options: str) -> dict[str, Any]:
    """The figures of a part."""
    if kind == "postgres":
        # It is skipped, or fails, in this process if there is none.
        programs()
    command = [sys.executable, "-m", "tests.benchmarks.clock", "--only", name, "--database", kind, *options]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
    )  # fmt: skip
    assert done.stdout, done.stderr[-2_000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_workers_that_are_killed_for_half_a_minute_lose_nothing_and_keep_nothing_twice(database_kind: str) -> None:
    found = part("kills", database_kind, "--minutes", "0.5", "--tasks", "1500")
    assert found["kills"] > 5
    assert (found["tasks"], found["lost"], found["duplicates"]) == (1_500, 0, 0)


def test_every_late_look_of_a_worker_that_was_stopped_past_its_lease_is_dropped(database_kind: str) -> None:
    found = part("stopped", database_kind, "--tasks", "100")
    # What it had taken when it was stopped: others looked at all of it meanwhile.
    assert 1 <= found["dropped"] <= found["twice"]
    assert (found["lost"], found["duplicates"]) == (0, 0)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_workers_go_on_by_themselves_after_the_database_was_stopped_hard_twice(database_kind: str) -> None:
    found = part("restarts", database_kind, "--tasks", "300")
    assert (found["kills"], found["lost"], found["duplicates"]) == (2, 0, 0)


def test_a_hundred_thousand_tasks_due_at_once_take_no_memory(database_kind: str) -> None:
    found = part("many", database_kind, "--rows", "100000")
    assert found["taken"] == 100_000
    assert found["growth_mb"] < 30


def test_a_hundred_thousand_tasks_of_one_host_keep_no_other_waiting(database_kind: str) -> None:
    found = part("one-host", database_kind, "--rows", "100000")
    assert found["taken"] == found["of_others"] + 1
