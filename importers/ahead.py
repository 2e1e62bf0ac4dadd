"""Rows are prepared in a process of its own while the ones before them are stored, where there is room for two.

Preparing a row takes about as much work as storing it, and none of it needs the database. The process is a copy of this
one, so nothing that is not redacted yet is written or sent anywhere; it never touches the database's connections, and
whatever ends this process ends it too.
"""

import itertools
import multiprocessing as mp
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

from importers.preparing import Prepared, Preparing, Unstored

# Less than this is prepared before a second process is there.
LEAST_ROWS = 1_000


class Batches:
    """The rows of a document in batches, and after the last of them what did not come in.

    It can be iterated once. What preparing raises is raised here.
    """

    unstored: Unstored

    def __init__(self, preparing: Preparing, size: int) -> None:
        self._preparing, self._size = preparing, size

    def __iter__(self) -> Iterator[list[Prepared]]:
        batches = _ahead(self._batches()) if _has_room(self._preparing.total()) else self._batches()
        for batch in batches:
            if isinstance(batch, Unstored):
                self.unstored = batch
            else:
                yield batch

    def _batches(self) -> Iterator[list[Prepared] | Unstored]:
        rows = self._preparing.rows()
        while batch := list(itertools.islice(rows, self._size)):
            yield batch
        yield self._preparing.unstored()


def _has_room(rows: int) -> bool:
    """Whether a second process is worth it, and safe: a copy is made of the main thread of a program alone."""
    return (
        rows >= LEAST_ROWS
        and sys.platform == "linux"
        and len(os.sched_getaffinity(0)) > 1
        and threading.current_thread() is threading.main_thread()
    )


def _ahead(items: Iterator[list[Prepared] | Unstored]) -> Iterator[list[Prepared] | Unstored]:
    """The same items, made in another process that is at most two of them ahead."""
    context = mp.get_context("fork")
    taken, given = context.Pipe(duplex=False)
    process = context.Process(target=_give, args=(items, taken, given), daemon=True)
    process.start()
    given.close()
    try:
        while True:
            try:
                item = taken.recv()
            except EOFError:
                raise RuntimeError("the process that prepares rows has ended before its last row") from None
            if isinstance(item, BaseException):
                raise item
            yield item
            if isinstance(item, Unstored):
                return
    finally:
        process.kill()
        process.join()
        process.close()
        taken.close()


def _give(items: Iterator[list[Prepared] | Unstored], taken: Connection, given: Connection) -> None:
    """Of the second process: make the items and give them over. It stops when nobody takes them any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to both, and the first one ends this one
    taken.close()
    try:
        for item in items:
            given.send(item)
    except BrokenPipeError:
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the rows are waited for
        given.send(error)
