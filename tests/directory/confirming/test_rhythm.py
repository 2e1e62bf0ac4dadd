"""A program is asked twice a year, reminded once, and asked again when a call reached nobody."""

from collections.abc import Sequence
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
        # A call before the answer says nothing any more.
        ((0,), 7, 5, 180),
        ((0, 180), 190, 185, 360),
        ((0,), 7, 7, 180),
        # One such letter in half a year: the third, or the second where the one before was answered.
        ((0, 21, 42), 0, 50, 180),
        ((0, 21, 42), 0, 190, 190),
        ((0, 100, 121), 0, 130, 180),
        ((0, 30), 31, 40, 180),
        ((0, 21), 30, 40, 180),
        # Nor is whoever got it reminded sooner.
        ((0, 21, 115), 0, 0, 180),
        # A call that is long past makes no turn later.
        ((0,), 0, 60, 21),
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


def _letters(
    answers: Sequence[int | None], waits: Sequence[int], missed: Sequence[int | None] = (None,) * 40
) -> list[int]:
    """The days of the letters that a program gets, each so many days after its turn has come.

    It answers some, each so many days later; so many days after each a call reaches nobody, or nobody calls.
    """
    written: list[int] = []
    answered_on = 0
    due = DAY
    for answer, wait, miss in zip(answers, waits, missed, strict=True):
        on = max(due, DAY) + wait
        written.append(on)
        if answer is not None:
            answered_on = on + answer
        due = asked_next_on(written[-3:], answered_on=answered_on, missed_on=0 if miss is None else on + miss)
    return written


_ANSWERS = st.lists(st.none() | st.integers(0, 6), min_size=40, max_size=40)
_ANSWERED = st.lists(st.integers(0, 6), min_size=40, max_size=40)
_WAITS = st.lists(st.integers(0, 120) | st.just(0), min_size=40, max_size=40)
_MISSED = st.lists(st.none() | st.integers(1, 200), min_size=40, max_size=40)


@given(_ANSWERS, _WAITS)
def test_whatever_a_program_does_it_gets_few_letters(answers: list[int | None], waits: list[int]) -> None:
    written = _letters(answers, waits)
    apart = [after - before for before, after in pairwise(written)]
    assert min(apart) >= REMINDED_AFTER_DAYS
    # Two of each turn, and the first of the next: three in half a year only where a reminder came late.
    assert _most_within(written, HALF_YEAR) <= 3
    assert _most_within(written, YEAR) <= 5


@given(_ANSWERS, _WAITS, _MISSED)
def test_whatever_calls_reach_nobody_a_program_gets_few_letters(
    answers: list[int | None], waits: list[int], missed: list[int | None]
) -> None:
    written = _letters(answers, waits, missed)
    apart = [after - before for before, after in pairwise(written)]
    assert min(apart) >= REMINDED_AFTER_DAYS
    # One more than the two of a turn. A year is a little longer than two turns.
    assert _most_within(written, HALF_YEAR) <= 3
    assert _most_within(written, YEAR) <= 7


@given(_ANSWERED, _WAITS, _MISSED)
def test_who_answers_every_letter_gets_one_more_in_a_turn_at_most(
    answers: list[int], waits: list[int], missed: list[int | None]
) -> None:
    written = _letters(answers, waits, missed)
    assert _most_within(written, HALF_YEAR) <= 2
    assert _most_within(written, YEAR) <= 5


def _most_within(written: list[int], days: int) -> int:
    """The most letters in any span of so many days."""
    return max(sum(on <= other < on + days for other in written) for on in written)


def test_letters_are_remembered_for_as_long_as_the_next_one_depends_on_them() -> None:
    assert parameters().every["provider"] == HALF_YEAR
    assert KEPT_AFTER.days >= HALF_YEAR + TOGETHER_DAYS
