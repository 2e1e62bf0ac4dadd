"""Shares with their intervals, and figures that may only rise."""

import itertools
import math
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.truth.rates import Z_95, Level, rate, rising

COUNTS = st.integers(0, 5_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
CASES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    # The first is worked through in Wallis, "Binomial confidence intervals" (2013); the others by R's prop.test.
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (7, 100, 0.0343, 0.1375)],
)
def test_the_interval_is_wilsons(found: int, of: int, low: float, high: float) -> None:
    told = rate(found, of)
    assert (told.low, told.high) == pytest.approx((low, high), abs=5e-4)


def test_of_nothing_counted_nothing_is_known() -> None:
    assert rate(0, 0) == (0, 0, None, 0.0, 1.0)
    with pytest.raises(ValueError, match="counted"):
        rate(2, 1)


@given(COUNTS)
def test_the_interval_holds_the_share_and_turns_with_it(counted: tuple[int, int]) -> None:
    found, of = counted
    told, turned = rate(found, of), rate(of - found, of)
    assert 0 <= told.low <= told.high <= 1
    assert of == 0 or (told.share is not None and told.low <= told.share <= told.high)
    assert told.low == pytest.approx(1 - turned.high)
    assert told.high == pytest.approx(1 - turned.low)


@given(COUNTS.filter(lambda counted: 0 < counted[0] < counted[1]))
def test_at_its_ends_a_share_would_be_as_far_from_what_was_found_as_chance_allows(counted: tuple[int, int]) -> None:
    """What defines the interval: its ends are the shares p with |found/of - p| = z sqrt(p (1 - p) / of)."""
    found, of = counted
    told = rate(found, of)
    for end in (told.low, told.high):
        assert abs(found / of - end) == pytest.approx(Z_95 * math.sqrt(end * (1 - end) / of), rel=1e-6)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw = random.Random(7)  # noqa: S311 - an invention, not a secret
    held = 0
    for _ in range(2_000):
        told = rate(sum(draw.random() < 0.06 for _ in range(90)), 90)
        held += told.low <= 0.06 <= told.high
    assert 0.93 <= held / 2_000 <= 0.98


def test_figures_that_fall_are_joined() -> None:
    cases = [(0.1, True), (0.2, False), (0.3, False), (0.6, True)]
    assert rising(cases) == [pytest.approx(Level(3, 0.2, 1 / 3)), pytest.approx(Level(1, 0.6, 1.0))]


@given(CASES, st.integers(1, 20))
@example([(0.05, False), (0.05, False), (0.05, False), (0.05, True)], 1)
def test_figures_never_fall_and_no_case_is_lost(cases: list[tuple[float, bool]], least: int) -> None:
    levels = rising(cases, least=least)
    assert sum(level.n for level in levels) == len(cases)
    assert sum(level.n * level.found for level in levels) == pytest.approx(sum(true for _, true in cases))
    for lower, upper in itertools.pairwise(levels):
        assert lower.believed <= upper.believed
        assert lower.found <= upper.found
    assert all(level.n >= least for level in levels) or len(levels) == 1


@given(CASES.filter(bool))
def test_no_other_rising_figures_are_nearer_to_the_cases(cases: list[tuple[float, bool]]) -> None:
    """Of all constant figures, and of all steps of two, none has a smaller sum of squares."""
    levels = rising(cases)
    ordered = sorted(cases)
    fitted = [level.found for level in levels for _ in range(level.n)]
    best = sum((figure - true) ** 2 for figure, (_, true) in zip(fitted, ordered, strict=True))
    for cut in range(len(ordered)):
        if cut and ordered[cut - 1][0] == ordered[cut][0]:
            continue
        halves = [true for _, true in ordered[:cut]], [true for _, true in ordered[cut:]]
        means = [sum(half) / len(half) if half else 0.0 for half in halves]
        if cut and means[0] > means[1]:
            continue
        other = sum((mean - true) ** 2 for mean, half in zip(means, halves, strict=True) for true in half)
        assert best <= other + 1e-9
