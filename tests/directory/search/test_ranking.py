"""The score: distance, and what is not known, within bounds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory.search.ranking import MOST_PENALTY_KM, WIDE_KM, Standing, penalty_km, round_km, score_km


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Any that can be: what is unknown and what is interpreted were both asked for."""
    needs = draw(st.integers(0, 30))
    unknown = draw(st.integers(0, needs))
    return Standing(
        needs=needs,
        unknown=unknown,
        interpreted=draw(st.integers(0, needs - unknown)),
        confirmed=draw(st.sampled_from(["fresh", "stale", "never"])),
        may_not_work=draw(st.booleans()),
    )


@given(standings())
def test_penalties_are_bounded_however_little_is_known(standing: Standing) -> None:
    assert 0 <= penalty_km(standing) <= MOST_PENALTY_KM + 1e-9 <= 40 + 1e-6


def test_the_bound_is_reached_when_nothing_at_all_is_known() -> None:
    assert penalty_km(Standing(needs=3, unknown=3, confirmed="never", may_not_work=True)) == MOST_PENALTY_KM


@given(standings(), st.sampled_from(["unknown", "confirmed", "may_not_work"]))
def test_knowing_less_never_improves_the_score(standing: Standing, doubt: str) -> None:
    worse: dict[str, Any] = {"unknown": standing.needs, "confirmed": "never", "may_not_work": True}
    less = {"interpreted": 0} if doubt == "unknown" else {}
    known = {name: getattr(standing, name) for name in standing.__struct_fields__}
    assert penalty_km(Standing(**known | less | {doubt: worse[doubt]})) >= penalty_km(standing)


def test_a_speaker_on_the_staff_comes_before_an_interpreter_and_that_before_an_unknown() -> None:
    staff = Standing(needs=1)
    interpreter = Standing(needs=1, interpreted=1)
    unknown = Standing(needs=1, unknown=1)
    assert score_km(5, staff) < score_km(5, interpreter) < score_km(5, unknown)


@given(standings(), standings(), st.floats(0, 500))
def test_what_is_much_farther_away_never_comes_first(known: Standing, unknown: Standing, km: float) -> None:
    assert score_km(km, unknown) <= score_km(km + MOST_PENALTY_KM + 0.001, known)


def test_a_county_a_state_and_a_nation_count_as_10_25_and_50_km() -> None:
    assert (WIDE_KM["county"], WIDE_KM["state"], WIDE_KM["nation"]) == (10, 25, 50)
    assert score_km("state", Standing()) == score_km(25, Standing())


def test_a_score_is_rounded_to_the_metre() -> None:
    assert round_km(1.23449999) == 1.234
    assert round_km(0.1 + 0.2) == round_km(0.3)
