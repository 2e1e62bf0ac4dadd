"""Rows that another process prepares are those that this one would have prepared, and it ends with this one."""

import itertools
import multiprocessing as mp
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from directory.bootstrap import bring_up_to_date, open_database
from directory.errors import BadInputError
from importers import ahead
from importers.cleaning import Cleaning
from importers.report import Summary
from importers.run import import_package
from importers.stopping import Stopping
from tests.benchmarks.feeding import write_feed
from tests.benchmarks.imports import state_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there is a second process")
_SERVICES = 300
_PARENT = """
import itertools, sys, time
from importers.ahead import _ahead
from importers.stopping import Stopping
def rows():
    import os
    print(os.getpid(), flush=True)
    for _ in itertools.count():
        yield []
for item in _ahead(rows(), Stopping()):
    time.sleep(60)
"""


@pytest.fixture(params=["here", "in another process"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    is_here = request.param == "here"
    monkeypatch.setattr(ahead, "_has_room", lambda _path: not is_here)
    return str(request.param)


def _imported(feed: Path, file: Path, report: Path) -> Summary:
    database = open_database(f"sqlite:///{file}")
    try:
        bring_up_to_date(database)
        return import_package(database, "hsds", feed, source="large", report=report)
    finally:
        database.dispose()


def test_a_document_ends_the_same_by_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = write_feed(tmp_path / "feed.ndjson", _SERVICES)
    with feed.open("a", encoding="utf-8") as file:
        file.write('{"id": 5}\n[]\n')
    told, states, reports = [], [], []
    for number, has_room in enumerate((False, True)):
        monkeypatch.setattr(ahead, "_has_room", lambda _path, answer=has_room: answer)
        report = tmp_path / f"{number}.json"
        told.append(_imported(feed, tmp_path / f"{number}.db", report))
        states.append(state_of(tmp_path / f"{number}.db"))
        rows = msgspec.json.decode(report.read_bytes())["rows"]
        reports.append([(row["row"], row["status"]) for row in rows])
    assert told[0] == told[1]
    assert states[0] == states[1]
    assert reports[0] == reports[1]
    assert told[0].totals["rejected"] + told[0].totals["quarantined"] == 2


def test_what_preparing_raises_is_raised_where_rows_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BadInputError(f"no more ({way})")

    monkeypatch.setattr(Cleaning, "clean", refuse)
    feed = write_feed(tmp_path / "feed.ndjson", 20)
    with pytest.raises(BadInputError, match="no more"):
        _imported(feed, tmp_path / "d.db", tmp_path / "report.json")
    assert not mp.active_children()


def _endless() -> Generator[int, None, None]:
    yield from itertools.count()


def test_a_process_that_is_gone_too_early_is_an_error() -> None:
    def rows() -> Generator[int, None, None]:
        yield 1
        os._exit(0)

    with pytest.raises(RuntimeError, match="before its last row"):
        list(ahead._ahead(rows(), Stopping()))


def test_an_error_that_cannot_be_sent_tells_only_its_kind(capfd: pytest.CaptureFixture[str]) -> None:
    class OddError(Exception):
        def __init__(self, cell: str, row: int) -> None:
            super().__init__(f"{cell} in {row}")

    def rows() -> Generator[int, None, None]:
        yield 1
        raise OddError("12 Secret Street", 5)

    with pytest.raises(RuntimeError, match="rows could not be prepared: OddError"):
        list(ahead._ahead(rows(), Stopping()))
    assert "Secret" not in "".join(capfd.readouterr())


def test_who_stops_taking_items_ends_the_other_process(tmp_path: Path, way: str) -> None:
    items = ahead.made_ahead(_endless(), tmp_path, Stopping())
    assert list(itertools.islice(items, 1_000)) == list(range(1_000))
    assert bool(mp.active_children()) == (way != "here")
    items.close()
    assert not mp.active_children()


def test_ctrl_c_is_noticed_while_the_other_process_reads() -> None:
    def rows() -> Generator[int, None, None]:
        time.sleep(600)
        yield 1

    stopping = Stopping()
    stopping.note(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        next(ahead._ahead(rows(), stopping))
    assert not mp.active_children()


def test_a_small_document_needs_no_second_process(tmp_path: Path) -> None:
    feed = tmp_path / "feed.ndjson"
    feed.write_bytes(b" " * (ahead.LEAST_BYTES - 1))
    items = _endless()
    assert ahead.made_ahead(items, feed, Stopping()) is items
    assert ahead.made_ahead(items, tmp_path / "none.ndjson", Stopping()) is items
    feed.write_bytes(b" " * ahead.LEAST_BYTES)
    other = ahead.made_ahead(items, feed, Stopping())
    assert (other is not items) == (len(os.sched_getaffinity(0)) > 1)
    other.close()


def test_a_process_that_is_killed_takes_the_other_one_with_it() -> None:
    process = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    other = int(process.stdout.readline())
    time.sleep(0.2)
    assert _runs(other)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 20
    while _runs(other) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(other)
    process.stdout.close()


def _runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be counted out."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
