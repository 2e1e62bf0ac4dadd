"""Workers that share a run keep the order of the tests and the files together, and leave some tests alone."""

import json
import os
import subprocess
import sys

import msgspec
import pytest

from tests.services import ROOT

# Every test says when it began and ended, by the clock that all processes share, and who did it.
_CONFTEST = """
import json, os, pathlib, time
import pytest
from tests.workers import InOrder, OneAtATime, is_alone

def pytest_configure(config):
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(OneAtATime(pathlib.Path(config.option.basetemp).parent))

def pytest_collection_modifyitems(items):
    items.sort(key=is_alone)

def pytest_xdist_make_scheduler(config, log):
    return InOrder(config, log)

@pytest.fixture(autouse=True)
def told(request):
    began = time.monotonic()
    yield
    time.sleep(0.03)
    did = {"test": request.node.nodeid, "worker": os.environ["PYTEST_XDIST_WORKER"], "began": began}
    did |= {"ended": time.monotonic(), "alone": is_alone(request.node)}
    (pathlib.Path(__file__).parent / f"{request.node.name}.json").write_text(json.dumps(did))
"""
_SETTINGS = "[pytest]\nmarkers = alone: no other test runs meanwhile\n"


class Did(msgspec.Struct):
    """What became of a test: who did it, from when to when, in seconds."""

    test: str
    worker: str
    began: float
    ended: float
    alone: bool


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> list[Did]:
    """Eight files of three tests; the second of each file is alone."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "conftest.py").write_text(_CONFTEST)
    (folder / "pytest.ini").write_text(_SETTINGS)
    for file in "abcdefgh":
        tests = f"def test_{file}1(): pass\n@pytest.mark.alone\ndef test_{file}2(): pass\ndef test_{file}3(): pass\n"
        (folder / f"test_{file}.py").write_text(f"import pytest\n{tests}")
    # With no more than it takes: the many plugins of this run are slow to load.
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "xdist.plugin", "--rootdir", str(folder), str(folder)]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted((msgspec.convert(json.loads(file.read_text()), Did) for file in folder.glob("*.json")), key=_began)


def _began(did: Did) -> float:
    return did.began


def test_both_workers_work_at_once(run: list[Did]) -> None:
    """Else the tests below could not fail."""
    assert len(run) == 24
    assert len({did.worker for did in run}) == 2
    assert any(one.began < other.began < one.ended for one in run for other in run if not one.alone and not other.alone)


def test_no_test_runs_beside_one_that_is_alone(run: list[Did]) -> None:
    beside = [
        (one.test, other.test)
        for one in run
        for other in run
        if one.alone and one is not other and one.began < other.ended and other.began < one.ended
    ]
    assert beside == []


def test_each_worker_keeps_the_order_and_what_is_left_of_a_file_together(run: list[Did]) -> None:
    for worker in {did.worker for did in run}:
        did = [(did.alone, did.test) for did in run if did.worker == worker]
        assert did == sorted(did)
    for alone in (False, True):
        parts = {(did.worker, did.test[:-1]) for did in run if did.alone == alone}
        assert len({test for _, test in parts}) == len(parts)
