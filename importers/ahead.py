"""A large document is read and prepared in a process of its own while its rows are stored, where there is room for two.

Reading and preparing take about as much work as storing, and need no database. The process is a copy of this one: it
opens no connection and writes nothing, what is confidential is known in it alone, and whatever ends this process ends
it too.
"""

import multiprocessing as mp
import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import TypeVar

from importers.stopping import Stopping

# A smaller document is prepared before a second process is there.
LEAST_BYTES = 1_000_000
_SECONDS_BETWEEN_LOOKS = 0.2

Item = TypeVar("Item")
_Items = Generator[Item, None, None]


def made_ahead(items: _Items[Item], path: Path, stopping: Stopping) -> _Items[Item]:
    """The same items, made in another process if the document at ``path`` is large; not far more than are taken.

    What making them raises is raised here, and so is the ``KeyboardInterrupt`` of ``stopping``. Close it when no more
    are taken.
    """
    return _ahead(items, stopping) if _has_room(path) else items


def _has_room(path: Path) -> bool:
    """Whether a second process is worth it, and safe: a copy is made of the main thread of a program alone."""
    return (
        sys.platform == "linux"
        and len(os.sched_getaffinity(0)) > 1
        and threading.current_thread() is threading.main_thread()
        and (path.is_dir() or (path.is_file() and path.stat().st_size >= LEAST_BYTES))
    )


def _ahead(items: _Items[Item], stopping: Stopping) -> _Items[Item]:
    context = mp.get_context("fork")
    taken, given = context.Pipe(duplex=False)
    process = context.Process(target=_give, args=(items, taken, given), daemon=True)
    process.start()
    given.close()
    try:
        while True:
            while not taken.poll(_SECONDS_BETWEEN_LOOKS):
                stopping.check()
            try:
                is_item, item = taken.recv()
            except EOFError:
                raise RuntimeError("the process that prepares rows has ended before its last row") from None
            if is_item:
                yield item
            elif item is None:
                return
            else:
                raise item
    finally:
        process.kill()
        process.join()
        process.close()
        taken.close()


def _give(items: _Items[Item], taken: Connection, given: Connection) -> None:
    """Of the second process: make the items and give them over. It stops when nobody takes them any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to both, and the first one ends this one
    taken.close()
    try:
        for item in items:
            given.send((True, item))
        given.send((False, None))
    except BrokenPipeError:
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the rows are waited for
        _give_error(error, given)


def _give_error(error: BaseException, given: Connection) -> None:
    """Give an error over. Nothing is printed here: what it says may be of a row."""
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except Exception:  # noqa: BLE001 - some errors cannot be taken apart and put together again
        error = RuntimeError(f"rows could not be prepared: {type(error).__name__}")
    with suppress(BrokenPipeError):
        given.send((False, error))
