"""What calls teach: from a world whose figures the test knows, and from histories of any kind."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.truth.learning import (
    LEAST_CALIBRATION,
    LEAST_CASES,
    MOST_CORRECTION,
    MOST_STEP,
    PRIOR_YEARS,
    Edge,
    Missed,
    Span,
    correction,
    going,
    hazard,
    loss,
)

SHIPPED = 0.06
Q, TAU_DAYS, PHI = 0.8, 20.0, 0.07
SPANS = st.lists(
    st.builds(Span, st.just("legal"), st.just("phone"), st.floats(0, 3), st.floats(0, 1), st.booleans()), max_size=80
)


def _year_after(rate: float, draw: random.Random) -> float:
    return draw.expovariate(rate)


def _lives(true: float, *, listings: int, years: float, seed: int) -> list[Span]:
    """The spans of listings that are called a year after the last call, or at once when a trace goes."""
    draw, spans = random.Random(seed), []  # noqa: S311 - an invention, not a secret
    for _ in range(listings):
        now = 0.0
        while now < years:
            fails = _year_after(true, draw)
            told = fails + _year_after(365 / TAU_DAYS, draw) if draw.random() < Q else float("inf")
            falsely = _year_after(PHI, draw)
            call = min(1.0, told, falsely)
            if now + call > years:
                # As long as the trace is there, doubt grows by what leaves none (FRESHNESS 3.1), believed as shipped.
                age = years - now
                believed = SHIPPED * ((1 - Q) * age + Q * min(age, TAU_DAYS / 365))
                spans.append(Span("legal", "phone", age, believed, is_open=True))
                break
            spans.append(Span("legal", "phone", call, float(fails <= call)))
            now += call
    return spans


@pytest.mark.parametrize("true", [0.03, 0.06, 0.12])
def test_a_hazard_is_learnt_though_calls_go_where_something_is_suspected(true: float) -> None:
    spans = _lives(true, listings=1_500, years=1.5, seed=int(true * 100))
    found = hazard(spans, figure="legal.phone", shipped=SHIPPED, old=SHIPPED)
    weight = 1_500 * 1.5
    expected = (SHIPPED * PRIOR_YEARS + true * weight) / (PRIOR_YEARS + weight)
    assert found.low < expected < found.high
    closed = [one for one in spans if not one.is_open]
    naive = sum(one.failed for one in closed) / sum(one.years for one in closed)
    assert naive > 1.25 * true, "calls that went where something was suspected find too much"
    assert abs((found.low + found.high) / 2 - true) < abs(naive - true)


def test_time_that_no_call_has_closed_neither_hides_nor_proves_what_calls_found() -> None:
    """Ten times as much of it, believed by the old figure, leaves the answer where the closed time puts it."""
    closed = [Span("legal", "phone", 1.0, 0.0)] * 300
    believed = 1 - math.exp(-0.01 * 0.9)
    waiting = [Span("legal", "phone", 0.9, believed, is_open=True)] * 3_000
    found = hazard([*closed, *waiting], figure="legal.phone", shipped=SHIPPED, old=0.01)
    alone = SHIPPED * PRIOR_YEARS / (PRIOR_YEARS + 300)
    assert found.new == pytest.approx(alone, rel=0.02)
    without = hazard(closed, figure="legal.phone", shipped=SHIPPED, old=0.01)
    assert (found.low, found.high) == pytest.approx((without.low, without.high), rel=0.05)


def test_one_odd_month_moves_a_hazard_by_no_more_than_the_stated_factor() -> None:
    odd = [Span("legal", "phone", 0.5, 1.0)] * 40
    found = hazard(odd, figure="legal.phone", shipped=SHIPPED, old=SHIPPED)
    assert found.verdict == "proposed"
    assert found.new == pytest.approx(SHIPPED * MOST_STEP)
    assert f"factor of {MOST_STEP}" in found.why


def test_too_few_calls_propose_nothing() -> None:
    few = [Span("legal", "phone", 0.5, 1.0)] * (LEAST_CASES - 1)
    waiting = [Span("legal", "phone", 0.5, 0.9, is_open=True)] * 500
    found = hazard([*few, *waiting], figure="legal.phone", shipped=SHIPPED, old=SHIPPED)
    assert (found.verdict, found.new, found.cases) == ("too-few", SHIPPED, LEAST_CASES - 1)


def test_what_the_shipped_figure_says_anyway_stays() -> None:
    spans = [Span("legal", "phone", 1.0, float(number % 17 == 0)) for number in range(170)]
    assert hazard(spans, figure="legal.phone", shipped=SHIPPED, old=SHIPPED).verdict == "stays"


@given(SPANS, st.floats(0.01, 0.5))
def test_a_hazard_stays_within_its_bounds_and_more_failures_never_lower_it(spans: list[Span], old: float) -> None:
    before = hazard(spans, figure="legal.phone", shipped=SHIPPED, old=old)
    after = hazard([*spans, Span("legal", "phone", 0.0, 1.0)], figure="legal.phone", shipped=SHIPPED, old=old)
    for found in (before, after):
        assert old / MOST_STEP * 0.99 <= found.new <= old * MOST_STEP * 1.01
        assert 0 <= found.low < found.high
    assert after.high >= before.high * 0.99


def test_a_trace_that_goes_by_itself_more_often_than_thought_is_learnt() -> None:
    edges = [Edge("site", fact_was_wrong=False)] * 15 + [Edge("site", fact_was_wrong=True)] * 25
    found = loss(edges, trace="site", years=100.0, shipped=0.06, old=0.06)
    # Those where the fact was wrong after all tell nothing about losses without a cause.
    assert found.new == pytest.approx(min(0.06 * MOST_STEP, (3 + 15) / 150))
    assert "15 times the fact still held" in found.why


def test_losses_that_nobody_called_about_leave_the_figure_where_their_share_is() -> None:
    called = [Edge("site", fact_was_wrong=False)] * 10 + [Edge("site", fact_was_wrong=True)] * 10
    unknown = [Edge("site", fact_was_wrong=None)] * 20
    alone = loss(called, trace="site", years=100.0, shipped=0.06, old=0.06)
    with_unknown = loss([*called, *unknown], trace="site", years=200.0, shipped=0.06, old=0.06)
    assert with_unknown.new == alone.new


@pytest.mark.parametrize("true", [0.5, 0.8])
def test_the_share_of_changes_that_a_trace_tells_of_is_learnt(true: float) -> None:
    draw, missed = random.Random(3), []  # noqa: S311 - an invention, not a secret
    for _ in range(4_000):
        years = draw.uniform(0.1, 1.0)
        changed = draw.uniform(0, years)
        gone = draw.random() < true and changed + _year_after(365 / TAU_DAYS, draw) < years
        missed.append(Missed("phone", years, gone))
    found = going(missed, trace="phone", shipped=0.7, old=0.7, tau_days=TAU_DAYS)
    assert found.low < true + 0.02
    assert found.high > true - 0.02
    assert (found.low + found.high) / 2 == pytest.approx(true, abs=0.03)
    assert 1 - 0.3 * MOST_STEP - 0.01 <= found.new <= 1 - 0.3 / MOST_STEP + 0.01


def test_a_doubt_that_comes_true_is_not_corrected() -> None:
    draw = random.Random(5)  # noqa: S311 - an invention, not a secret
    believed = [draw.uniform(0, 0.4) for _ in range(600)]
    assert correction([(p, draw.random() < p) for p in believed]).verdict == "stays"


def test_a_doubt_that_overstates_is_corrected_and_rises_still() -> None:
    draw = random.Random(6)  # noqa: S311 - an invention, not a secret
    believed = [draw.uniform(0, 0.9) for _ in range(900)]
    found = correction([(p, draw.random() < p / 2) for p in believed])
    assert found.verdict == "proposed"
    assert all(c < p for p, c in found.points if p > 0.2)
    assert list(found.points) == sorted(found.points)
    assert len({c for _, c in found.points}) == len(found.points)


def test_too_few_calls_correct_nothing() -> None:
    found = correction([(0.5, False)] * (LEAST_CALIBRATION - 1))
    assert (found.verdict, found.points) == ("too-few", ())


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=LEAST_CALIBRATION, max_size=200))
def test_a_correction_is_bounded_and_rises(cases: list[tuple[float, bool]]) -> None:
    points = correction(cases).points
    for (p, c), (later, above) in itertools.pairwise(points):
        assert p < later
        assert c < above
    for p, c in points:
        ratio = c / (1 - c) / (p / (1 - p))
        assert 1 / MOST_CORRECTION * 0.8 <= ratio <= MOST_CORRECTION * 1.25
