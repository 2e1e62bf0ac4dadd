"""Ctrl+C while a document is stored: it is noticed where everything is whole, between two rows or two transactions.

In the middle of a transaction it would leave the database locked by a connection that nobody closes any more.
"""

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

Item = TypeVar("Item")


class Stopping:
    """Whether somebody wants to stop."""

    def __init__(self) -> None:
        self._has_come = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """Somebody does."""
        self._has_come = True

    def check(self) -> None:
        """Raise ``KeyboardInterrupt`` where somebody does."""
        if self._has_come:
            raise KeyboardInterrupt

    def before_each(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, each after a ``check``."""
        for item in items:
            self.check()
            yield item


@contextmanager
def stoppable() -> Iterator[Stopping]:
    """Let Ctrl+C wait until the ``Stopping`` looks for it. Outside the main thread it never comes."""
    stopping = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    usual = signal.signal(signal.SIGINT, stopping.note)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if usual is None else usual)
