"""Two processes that bring in the same source: neither stops the other, nothing comes in twice, and none has to wait.

The other process is one of its own, not a thread: it can be killed.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.alone import alone
from directory.db import Database
from directory.errors import DirectoryError, RefusedError
from directory.intake.undoing import undo_run
from directory.reconciliation.service import reconcile
from directory.sources.models import ImportRun, Source
from importers.store import Store, only_one
from tests.conftest import NOW
from tests.importers.planned import bring, feed, plan, write
from tests.staff import acting, make_person

# Imports a document, and stops in the middle until it is told to go on.
_PROGRAM = """
import sys
from pathlib import Path
from directory.bootstrap import open_database
from importers import run, store

url, path = sys.argv[1:]
put = store.Store.put

def slowly(self, rows, seen=()):
    done = put(self, rows, seen)
    print("in the middle", flush=True)
    sys.stdin.readline()
    return done

store.Store.put = slowly
print(run.import_package(open_database(url), "hsds", Path(path), source="county").run, flush=True)
"""


@contextmanager
def importing(database: Database, folder: Path, numbers: range) -> Iterator[subprocess.Popen[str]]:
    """Another process that is in the middle of an import of these offices."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _PROGRAM, url, str(write(folder, feed(numbers)))]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "in the middle\n"
            yield process
        finally:
            process.kill()


def states(database: Database) -> list[str]:
    """How the runs stand."""
    with database.reading() as session:
        return list(session.scalars(sa.select(ImportRun.state).order_by(ImportRun.id)))


def take_back(session: Session, run: int) -> None:
    """Somebody takes a run back."""
    by = acting(session, make_person(session, f"Ana{run}", "admin", scopes=()))
    undo_run(session, run, by=by, now=NOW)


def test_an_import_in_another_process_is_neither_stopped_nor_done_twice(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(300, 302)))
    with importing(database, tmp_path, range(100, 103)) as other:
        with pytest.raises(RefusedError, match="coming in at this moment"):
            bring(database, tmp_path, feed(range(100, 103)))
        for run in (1, 2):
            with database.transaction() as session, pytest.raises(RefusedError, match=r"coming in at this moment"):
                take_back(session, run)
        # To look what would change, and to bring in what others say, is everybody's.
        assert plan(database, tmp_path, feed(range(100, 103))).counts()["unchanged"] == 6
        assert bring(database, tmp_path, feed(range(200, 202)), source="other").did == {"new": 4}
        assert states(database) == ["applied", "running", "applied"]
        told, _ = other.communicate("\n", timeout=60)
        assert told == "2\n"
    assert states(database) == ["applied", "applied", "applied"]
    assert bring(database, tmp_path, feed(range(100, 103))).did == {"unchanged": 6}


def test_what_another_source_brought_is_taken_back_under_an_import_that_runs(
    database: Database, tmp_path: Path
) -> None:
    # The same offices, by another list.
    bring(database, tmp_path, feed(range(100, 103)), source="other")
    with importing(database, tmp_path, range(100, 103)) as other_process:
        with database.transaction() as session:
            take_back(session, 1)
        told, _ = other_process.communicate("\n", timeout=60)
        assert told == "2\n"
    assert states(database) == ["undone", "applied"]
    assert reconcile(database, now=NOW) == []
    assert bring(database, tmp_path, feed(range(100, 103))).did == {"unchanged": 6}


def test_whoever_is_killed_lets_go_and_the_next_goes_on(database: Database, tmp_path: Path) -> None:
    with importing(database, tmp_path, range(100, 103)) as other:
        other.kill()
        other.wait()
    assert states(database) == ["running"]
    _until_free(database)
    assert bring(database, tmp_path, feed(range(100, 103))).did == {"unchanged": 6}
    assert states(database) == ["failed", "applied"]
    # It can be taken back as well.
    with database.transaction() as session:
        take_back(session, 2)


def _until_free(database: Database) -> None:
    """A server notices a moment later that a process is gone which held a connection."""
    for _ in range(200):
        with alone(database.engine, "import county") as is_free:
            if is_free:
                return
    raise AssertionError("whoever was killed holds on")


def test_what_was_ended_by_others_writes_nothing_more(database: Database, tmp_path: Path) -> None:
    """Where a process lives on that has lost its lock, as with a broken connection."""
    bring(database, tmp_path, feed(range(100, 103)))
    store = Store(database, "county", reader="hsds")
    ended = pytest.raises(DirectoryError, match="ended by somebody else")
    with ended, store, Store(database, "county", reader="hsds"):
        store.put([])
    with database.reading() as session:
        assert session.scalars(sa.select(Source.key)).all() == ["county"]
    assert states(database)[1] == "failed"


def test_names_do_not_keep_each_other_waiting(database: Database) -> None:
    with only_one(database, "county"), only_one(database, "state"), alone(database.engine, "county") as is_free:
        assert is_free
        with pytest.raises(RefusedError), only_one(database, "county"):
            pass
    with only_one(database, "county"):
        pass
