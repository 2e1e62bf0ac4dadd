"""What a piece of code takes, where a test promises that hostile or large input does not take too much.

Neither figure holds what other tests left in the process: its collector of garbage, run over everything they keep,
takes seconds of its own.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import sqlalchemy as sa


class Spent:
    """Seconds of processor time, once the block that is measured has ended."""

    seconds: float = 0.0


@contextmanager
def effort() -> Iterator[Spent]:
    """Measure the processor time that a block takes; no garbage is collected in it."""
    spent = Spent()
    was_on = gc.isenabled()
    gc.disable()
    began = time.process_time()
    try:
        yield spent
    finally:
        spent.seconds = time.process_time() - began
        if was_on:
            gc.enable()


def steps_of(work: Callable[[], object]) -> int:
    """How many lines of Python some work runs: the same on every machine, however busy.

    What runs in compiled code counts as the line that calls it.
    """
    lines = 0

    def count(frame: FrameType, event: str, arg: object) -> Any:  # itself
        del frame, arg
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


def questions_of(engine: sa.Engine, work: Callable[[], object]) -> int:
    """How many statements some work sends to a database."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return count
