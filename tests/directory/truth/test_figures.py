"""The error rate, calibration, freshness and compliance of listings that the test invents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.truth.figures import (
    LEAST_IN_CELL,
    OTHERS,
    SMALL,
    YEAR,
    Draw,
    Kept,
    Labelled,
    audited,
    calibration,
    compliance,
    freshness,
    largest,
)
from directory.truth.rates import rate

DAY = 740_000
RESULTS = st.sampled_from(["right", "wrong", "unreached", None])
DRAWS = st.lists(st.builds(Draw, st.integers(DAY - 2 * YEAR, DAY), RESULTS), max_size=80)


def _kept(group: str = "legal", area: str = "US-FL", confirmed: int | None = 30, full: int | None = None) -> Kept:
    """A listing confirmed, and asked in full, so many days ago."""
    on = None if confirmed is None else DAY - confirmed
    state = "unverified" if on is None else "verified"
    return Kept(
        state, on, (on or 0) + 200, (on or 0) + 300, group, area, None if full is None else DAY - full
    )  # fmt: skip


def _drawn(right: int, wrong: int, unreached: int, *, ago: int = 100) -> list[Draw]:
    results = ["right"] * right + ["wrong"] * wrong + ["unreached"] * unreached
    return [Draw(DAY - ago, result) for result in results]


def test_the_error_rate_is_that_of_the_draws_that_were_reached() -> None:
    found = audited(_drawn(47, 3, 10), day=DAY)
    assert (found.drawn, found.reached, found.wrong, found.share) == (60, 50, 3, 0.06)
    assert (found.low, found.high) == rate(3, 50)[3:]
    assert found.high == pytest.approx(0.1622, abs=5e-4)


def test_draws_that_nobody_was_reached_for_are_told_and_widen_what_may_be() -> None:
    found = audited([*_drawn(47, 3, 10), Draw(DAY - 3, None)], day=DAY)
    assert (found.unreached, found.new) == (11, 1)
    assert found.least == pytest.approx(3 / 61)
    assert found.most == pytest.approx(14 / 61)


def test_an_audit_is_of_one_year() -> None:
    old, later = Draw(DAY - YEAR, "wrong"), Draw(DAY + 1, "wrong")
    assert audited([old, later, *_drawn(4, 0, 0)], day=DAY).wrong == 0
    assert audited([Draw(DAY - YEAR + 1, "wrong")], day=DAY).wrong == 1


def test_without_a_draw_nothing_is_claimed() -> None:
    found = audited([], day=DAY)
    assert (found.share, found.low, found.high, found.least, found.most) == (None, 0.0, 1.0, 0.0, 1.0)


@given(DRAWS)
def test_the_bounds_hold_whatever_the_unreached_turn_out_to_be(draws: list[Draw]) -> None:
    found = audited(draws, day=DAY)
    for turns_out in ("right", "wrong"):
        settled = [
            one._replace(result=turns_out if one.result not in ("right", "wrong") else one.result) for one in draws
        ]
        share = audited(settled, day=DAY).share
        assert share is None or found.least - 1e-12 <= share <= found.most + 1e-12
    assert found.reached + found.unreached == found.drawn


def test_a_doubt_that_comes_true_as_often_as_it_says_is_calibrated() -> None:
    cases = [Labelled(0.15, number % 20 < 3) for number in range(200)]
    found = calibration(cases)
    (only,) = found.bins
    assert (only.of, only.to, only.n, only.found) == (0.1, 0.2, 200, 0.15)
    assert only.believed == pytest.approx(0.15)
    assert found.error == pytest.approx(0)
    assert not found.is_off


def test_a_doubt_that_says_too_much_is_off() -> None:
    found = calibration([Labelled(0.15, is_wrong=False)] * 200)
    assert found.worst == pytest.approx(0.15)
    assert found.is_off
    assert not calibration([Labelled(0.15, is_wrong=False)] * 3).is_off, "three calls say little"


@given(st.lists(st.builds(Labelled, st.floats(0, 1), st.booleans()), max_size=60))
def test_every_call_is_in_one_bin(cases: list[Labelled]) -> None:
    found = calibration(cases)
    assert sum(one.n for one in found.bins) == found.calls == len(cases)
    for one in found.bins:
        assert one.of <= one.believed <= one.to
        assert one.low <= one.found <= one.high


def test_states_and_ages_are_counted_by_group() -> None:
    kept = [*[_kept(confirmed=days) for days in (10, 20, 250, 400, 30)], _kept(confirmed=None)]
    (cell,) = freshness(kept, by="group", day=DAY)
    assert (cell.code, cell.listings, cell.within_year, cell.never, cell.median_days) == ("legal", 6, 4, 1, 30)
    assert cell.states == {"verified": 3, "due": 1, "stale": 1, "unreachable": 0, "unverified": 1}


def test_small_areas_share_a_line() -> None:
    kept = [_kept(area="US-FL")] * 9 + [_kept(area="US-GA")] * 3 + [_kept(area="US-AL")] * 2
    assert [(cell.code, cell.listings) for cell in freshness(kept, by="area", day=DAY)] == [("US-FL", 9), (SMALL, 5)]


def test_a_single_small_area_takes_another_with_it() -> None:
    kept = [_kept(area="US-FL")] * 9 + [_kept(area="US-GA")] * 6 + [_kept(area="US-AL")]
    assert [(cell.code, cell.listings) for cell in freshness(kept, by="area", day=DAY)] == [("US-FL", 9), (SMALL, 7)]


@given(st.lists(st.sampled_from("abcdefg"), max_size=60))
def test_no_line_is_about_fewer_than_five_unless_there_are_no_more(areas: list[str]) -> None:
    cells = freshness([_kept(area=area) for area in areas], by="area", day=DAY)
    assert sum(cell.listings for cell in cells) == len(areas)
    assert all(cell.listings >= LEAST_IN_CELL for cell in cells) or len(cells) == 1


def test_a_page_shows_the_largest_and_the_others_together() -> None:
    kept = [_kept(area=area, confirmed=days) for area, days in zip("aaaaaaabbbbbbcccccc", [30, 400] * 10, strict=False)]
    cells = freshness(kept, by="area", day=DAY)
    assert largest(cells, 3) == cells
    first, rest = largest(cells, 2)
    assert (first, rest.code, rest.listings) == (cells[0], OTHERS, 12)
    assert rest.within_year + first.within_year == sum(cell.within_year for cell in cells)


def test_compliance_says_full_updates_apart() -> None:
    kept = [_kept(confirmed=10, full=10), _kept(confirmed=10, full=500), _kept(confirmed=400), _kept(confirmed=None)]
    found = compliance(kept, day=DAY)
    assert (found.listings, found.within_year, found.share) == (4, 2, 0.5)
    assert (found.full_within_year, found.full_share, found.over_year, found.never) == (1, 0.25, 1, 1)
    assert compliance([], day=DAY).share is None
