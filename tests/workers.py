"""Several workers that share a run (``pytest -n 2``): who does what next, and which tests nobody else may disturb.

Each worker is a process with databases, a browser and imported feeds of its own.
"""

import fcntl
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

# One worker begins with these, one after the other: they take longest, the first two share what they import, and the
# browsers of the last would disturb them.
LONGEST = ("tests/golden/test_golden.py", "tests/importers/test_miami.py", "tests/journeys/test_watcher.py")


class InOrder(LoadScopeScheduling):  # type: ignore[misc]  # xdist has types and does not say so
    """Gives a worker that has nearly done what it has the tests of the next file.

    No worker gets a test that was collected before one that it did: what comes last (``tests.conftest`` says what)
    comes last for each of them.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        # Else the files with most tests would come first.
        config.option.loadscopereorder = False
        self._parts: dict[str, str] = {}
        super().__init__(config, log)

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Hear from a worker which tests there are; all of them collect the same."""
        super().add_node_collection(node, collection)
        self._parts = {}
        part = before = ""
        for test in collection:
            file = test.partition("::")[0]
            if file != before and not {file, before} <= set(LONGEST):
                # A file has two parts when some of its tests come later than others.
                part = f"{len(self._parts)} {file}"
            self._parts[test] = part
            before = file

    def _split_scope(self, nodeid: str) -> str:
        return self._parts[nodeid]


class OneAtATime:
    """Keeps a worker's tests from running beside a test that is marked ``alone``, in whichever worker.

    The others are in the room together. Everybody passes the door, where a test that waits for an empty room lets
    nobody else in.

    Args:
        folder: one that all workers of the run have, and no other run.
    """

    def __init__(self, folder: Path) -> None:
        self._door, self._room = ((folder / name).open("wb") for name in ("door", "room"))
        self._stays = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Wait before anything of the test happens, and before its time counts."""
        if not self._stays:
            fcntl.flock(self._door, fcntl.LOCK_EX)
            fcntl.flock(self._room, fcntl.LOCK_EX if is_alone(item) else fcntl.LOCK_SH)
            fcntl.flock(self._door, fcntl.LOCK_UN)
        try:
            return (yield)
        finally:
            # Between two tests that are alone nobody need come in.
            self._stays = is_alone(item) and nextitem is not None and is_alone(nextitem)
            if not self._stays:
                fcntl.flock(self._room, fcntl.LOCK_UN)


def is_alone(item: pytest.Item) -> bool:
    """Whether a test promises a time, or needs another reason to have the machine to itself."""
    return item.get_closest_marker("alone") is not None
