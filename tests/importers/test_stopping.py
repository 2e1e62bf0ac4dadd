"""Ctrl+C is noticed between two items, and nowhere else."""

import signal
import threading

import pytest

from importers.stopping import stoppable


def test_it_is_noticed_before_the_next_item() -> None:
    with stoppable() as stopping:
        items = stopping.before_each(range(5))
        assert [next(items), next(items)] == [0, 1]
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            next(items)


def test_ctrl_c_does_its_usual_work_before_and_after() -> None:
    usual = signal.getsignal(signal.SIGINT)
    with stoppable() as stopping:
        assert signal.getsignal(signal.SIGINT) != usual
        assert list(stopping.before_each("abc")) == ["a", "b", "c"]
    assert signal.getsignal(signal.SIGINT) == usual


def test_outside_the_main_thread_nothing_is_changed() -> None:
    usual = signal.getsignal(signal.SIGINT)
    given: list[object] = []

    def work() -> None:
        with stoppable() as stopping:
            given.extend([signal.getsignal(signal.SIGINT), *stopping.before_each("abc")])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert given == [usual, "a", "b", "c"]
