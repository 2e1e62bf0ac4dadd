"""A program is asked twice a year, reminded once, and asked again when a call reached nobody."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.confirming.rhythm import REMINDED_AFTER_DAYS, TOGETHER_DAYS, asked_next_on, is_reminder
from directory.confirming.service import KEPT_AFTER
from directory.freshness.parameters import parameters

DAY = 739_000
HALF_YEAR = 180
YEAR = 365


@pytest.mark.parametrize(
    ("written", "answered", "missed", "next_on"),
    [
        # Who was never asked may be asked at once, whatever else happened.
        ((), 0, 0, None),
        ((), 0, 5, None),
        # One reminder, and then not before half a year after the first letter.
        ((0,), 0, 0, 21),
        ((0, 21), 0, 0, 180),
        ((0, 60), 0, 0, 180),
        # A letter that comes three months after another one is a turn of its own.
        ((0, 90), 0, 0, 111),
        ((0, 180), 0, 0, 201),
        # An answer is good for half a year, on the day of the letter too.
        ((0,), 0.5, 0, 180),
        ((0,), 3, 0, 180),
        ((0, 21), 30, 0, 201),
        # An answer to a letter before the last says nothing of the last.
        ((0, 180), 4, 0, 201),
        # A call that reached nobody: at once, and never sooner than a reminder.
        ((0,), 3, 100, 100),
        ((0, 21), 0, 30, 42),
        ((0, 21), 0, 21, 180),
        ((0, 21), 0, 10, 180),
    ],
)
def test_when_a_program_is_asked_next(
    written: tuple[int, ...], answered: float, missed: int, next_on: int | None
) -> None:
    asked = asked_next_on(
        [DAY + on for on in written],
        answered_on=DAY + int(answered) if answered else 0,
        missed_on=DAY + missed if missed else 0,
    )
    assert asked == (0 if next_on is None else DAY + next_on)


def test_a_reminder_is_what_follows_another_letter_soon() -> None:
    assert not is_reminder([])
    assert not is_reminder([DAY])
    assert is_reminder([DAY, DAY + TOGETHER_DAYS - 1])
    assert not is_reminder([DAY, DAY + TOGETHER_DAYS])


def _letters(answers: list[int | None], waits: list[int], *, missed_every: int = 0) -> list[int]:
    """The days of the letters that a program gets which answers some, each so many days after its turn has come."""
    written: list[int] = []
    answered_on = missed_on = 0
    due = DAY
    for answer, wait in zip(answers, waits, strict=False):
        on = max(due, DAY) + wait
        written.append(on)
        if answer is not None:
            answered_on = on + answer
        if missed_every:
            missed_on = on + missed_every
        due = asked_next_on(written[-2:], answered_on=answered_on, missed_on=missed_on)
    return written


_ANSWERS = st.lists(st.none() | st.integers(0, 6), min_size=40, max_size=40)
_WAITS = st.lists(st.integers(0, 120) | st.just(0), min_size=40, max_size=40)


@given(_ANSWERS, _WAITS)
def test_whatever_a_program_does_it_gets_few_letters(answers: list[int | None], waits: list[int]) -> None:
    written = _letters(answers, waits)
    apart = [after - before for before, after in pairwise(written)]
    assert min(apart) >= REMINDED_AFTER_DAYS
    # Two of each turn, and the first of the next: three in half a year only where a reminder came late.
    assert _most_within(written, HALF_YEAR) <= 3
    assert _most_within(written, YEAR) <= 5


@given(_ANSWERS, _WAITS, st.integers(1, 60))
def test_calls_that_reach_nobody_never_bring_letters_closer_than_a_reminder(
    answers: list[int | None], waits: list[int], missed_every: int
) -> None:
    written = _letters(answers, waits, missed_every=missed_every)
    apart = [after - before for before, after in pairwise(written)]
    assert min(apart) >= REMINDED_AFTER_DAYS


def _most_within(written: list[int], days: int) -> int:
    """The most letters in any span of so many days."""
    return max(sum(on <= other < on + days for other in written) for on in written)


def test_letters_are_remembered_for_as_long_as_the_next_one_depends_on_them() -> None:
    assert parameters().every["provider"] == HALF_YEAR
    assert KEPT_AFTER.days >= HALF_YEAR + TOGETHER_DAYS
