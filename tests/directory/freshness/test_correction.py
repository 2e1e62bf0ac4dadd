"""Doubts told as they came true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.freshness.belief import believe, standing_of
from directory.freshness.chances import Chances
from directory.freshness.correction import back, corrected, moved
from directory.freshness.learnt import Learnt, with_learnt
from directory.freshness.observations import Observation, second_of

OVERSTATED = ((0.05, 0.05), (0.5, 0.3), (0.9, 0.6))
DAY = 730_000
SHARES = st.floats(0.001, 0.999)
POINTS = st.lists(SHARES, min_size=1, max_size=6, unique=True).flatmap(
    lambda believed: st.lists(SHARES, min_size=len(believed), max_size=len(believed), unique=True).map(
        lambda found: tuple(zip(sorted(believed), sorted(found), strict=True))
    )
)


def test_between_points_a_doubt_counts_as_what_was_found() -> None:
    assert moved(0.5, OVERSTATED) == pytest.approx(0.3)
    assert 0.3 < moved(0.7, OVERSTATED) < 0.6
    assert moved(0.02, OVERSTATED) == pytest.approx(0.02)
    assert moved(0.4, ()) == 0.4


def test_beyond_the_points_the_odds_keep_the_same_ratio() -> None:
    assert moved(0.99, OVERSTATED) == pytest.approx(1 / (1 + 1 / (99 * (0.6 / 0.4) / 9)))


@given(POINTS, st.floats(0, 1), st.floats(0, 1))
def test_the_more_is_doubted_the_more_it_counts_as(points: tuple[tuple[float, float], ...], p: float, q: float) -> None:
    lower, upper = sorted((p, q))
    assert moved(lower, points) <= moved(upper, points) + 1e-12
    assert 0 <= moved(p, points) <= 1


@given(POINTS, st.floats(0.001, 0.999))
def test_what_counts_as_something_had_to_be_believed(points: tuple[tuple[float, float], ...], p: float) -> None:
    counts_as = moved(p, points)
    if 1e-8 < counts_as < 1 - 1e-8:
        assert back(counts_as, points) == pytest.approx(p, rel=1e-4)


@given(POINTS, st.lists(st.floats(0, 5), min_size=10, max_size=10))
def test_chances_are_scaled_together(points: tuple[tuple[float, float], ...], ratios: list[float]) -> None:
    chances = Chances._make(ratios)
    found = corrected(chances, points)
    assert 1 - found.p_right == pytest.approx(moved(1 - chances.p_right, points), abs=1e-6)
    if found[0] > 1e-9 and chances[1] > 1e-9:
        assert found[0] / found[1] == pytest.approx(chances[0] / chances[1], rel=1e-6)


def test_a_correction_moves_the_day_on_which_a_call_is_due() -> None:
    """Doubts that came true four times as often are worth a call that much earlier."""
    heard = [Observation(second_of(DAY), "phone", "call", "live", -6)]
    figures = with_learnt(Learnt(correction=((0.001, 0.004), (0.05, 0.2))), number=1)
    before, after = standing_of(heard, {"hotline"}), standing_of(heard, {"hotline"}, parameters=figures)
    assert after.due_on < before.due_on
    p = 1 - believe(heard, {"hotline"}, as_of=after.due_on, parameters=figures).p_reachable
    assert p >= figures.group_of({"hotline"}).due.p
    earlier = 1 - believe(heard, {"hotline"}, as_of=after.due_on - 1, parameters=figures).p_reachable
    assert earlier < figures.group_of({"hotline"}).due.p
