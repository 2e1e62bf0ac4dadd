"""What a call is worth."""

import math

import msgspec
import pytest

from directory.freshness.chances import EVERYTHING, weighed
from directory.freshness.parameters import parameters
from directory.planning.figures import checked, figures
from directory.planning.worth import Candidate, Weighed, scales_of, weigh
from tests.directory.planning.candidates import TODAY, candidate, chances_after, groups

FIGURES = figures()
SCALES = scales_of(groups() * 100, minutes_a_month=180, figures=FIGURES)


def _weigh(one: Candidate) -> Weighed:
    return weigh(one, day=TODAY, scale=SCALES[one.group], figures=FIGURES)


def test_every_group_of_the_belief_has_figures_for_calls() -> None:
    assert set(FIGURES.groups) == {group.code for group in parameters().groups}


def test_the_worth_is_the_sum_over_states_of_how_likely_and_how_long() -> None:
    one = candidate(1, days=200, live=frozenset({"phone"}))
    group = FIGURES.groups["legal"]
    base = 1 / SCALES["legal"].unnoticed
    whole = 1 + sum(one.chances)
    lengths = [1 / base] * len(one.chances)
    lengths[0] = 1 / (base + 365 / parameters().traces.phone.tau_days)
    expected = sum(chance / whole * length for chance, length in zip(one.chances, lengths, strict=True))
    assert math.isclose(_weigh(one).worth, group.weight * expected)


def test_more_doubt_makes_a_call_worth_more_in_every_group() -> None:
    for group in groups():
        rare, old = (_weigh(candidate(1, group=group, days=days)) for days in (30, 300))
        assert 0 < rare.worth < old.worth
        assert rare.minutes < old.minutes


def test_what_is_still_seen_is_worth_less_of_a_call_because_it_would_soon_be_missed() -> None:
    model_right = candidate(1, days=200)
    shown = _weigh(model_right._replace(live=frozenset({"phone", "site", "service"})))
    assert shown.worth < _weigh(model_right).worth


def test_a_wrong_hotline_weighs_more_than_anything_else_believed_alike() -> None:
    chances = chances_after("legal", 200)
    worths = {group: _weigh(candidate(1, group=group, chances=chances)).worth for group in groups()}
    # A crisis line is reported sooner, so it does not weigh thirteen times as much as legal help.
    assert worths["hotline"] > worths["shelter"] > worths["health"] > worths["legal"] > worths["other"]


def test_a_full_update_is_due_a_year_after_the_last_one() -> None:
    assert _weigh(candidate(1, full_on=TODAY - 365)).tier == "liveness"
    due = _weigh(candidate(1, full_on=TODAY - 366))
    assert due.tier == "full"
    assert due.minutes > _weigh(candidate(1, full_on=TODAY - 365)).minutes
    assert _weigh(candidate(1, full_on=None)).tier == "full"


def test_the_second_persons_minutes_are_counted_where_a_second_person_is_needed() -> None:
    alone = _weigh(candidate(1, days=300))
    second = _weigh(candidate(1, days=300, needs_second_person=True))
    assert alone.second == 0
    assert math.isclose(second.second, candidate(1, days=300).p_wrong * FIGURES.minutes.second_person)
    assert math.isclose(second.minutes - alone.minutes, second.second)
    assert math.isclose(second.further - alone.further, second.second)


def test_sources_that_contradict_one_another_make_a_call_worth_more() -> None:
    assert _weigh(candidate(1, is_disputed=True)).worth > 5 * _weigh(candidate(1)).worth


def _rhythm(counted: list[str], minutes: float) -> dict[str, float]:
    """Years between two calls, as the scales have them."""
    scales = scales_of(counted, minutes_a_month=minutes, figures=FIGURES)
    return {
        code: FIGURES.unnoticed.rhythm / (1 / scale.unnoticed - FIGURES.groups[code].reports)
        for code, scale in scales.items()
    }


def test_twice_the_minutes_halve_the_time_between_calls() -> None:
    counted = ["hotline"] * 10 + ["legal"] * 90
    one, two = _rhythm(counted, 180), _rhythm(counted, 360)
    assert one["hotline"] < one["legal"]
    for code in one:
        assert math.isclose(one[code], 2 * two[code])


def test_calls_at_that_rhythm_take_all_minutes() -> None:
    counted = ["hotline"] * 10 + ["shelter"] * 20 + ["legal"] * 90
    minutes = 0.0
    for code, years in _rhythm(counted, 180).items():
        a_call = FIGURES.minutes.liveness + FIGURES.minutes.unanswered * (1 / FIGURES.groups[code].answered - 1)
        minutes += counted.count(code) / years * a_call
    assert math.isclose(minutes, 180 * 12)


def test_what_is_as_good_as_certainly_wrong_has_a_finite_worth() -> None:
    doubted = weighed(chances_after("hotline", 30_000), 1e9, EVERYTHING)
    one = _weigh(candidate(1, group="hotline", chances=doubted))
    assert 0 < one.worth < 100
    assert math.isclose(one.minutes, _weigh(candidate(1, group="hotline", days=0)).minutes + 12, abs_tol=0.1)


def test_attempts_wait_longer_after_the_first_ones() -> None:
    waits = [FIGURES.wait_after(attempts) for attempts in range(5)]
    assert waits[0] == 0
    assert waits == sorted(waits)
    assert waits[-1] > waits[1] > 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"groups": {"legal": FIGURES.groups["legal"]}},
        {"floor": msgspec.structs.replace(FIGURES.floor, lead_days=365)},
        {"floor": msgspec.structs.replace(FIGURES.floor, share=0.96)},
        {"minutes": msgspec.structs.replace(FIGURES.minutes, full=1.0)},
        {"minutes": msgspec.structs.replace(FIGURES.minutes, further_liveness=3.0)},
    ],
)
def test_figures_that_do_not_go_together_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        checked(msgspec.structs.replace(FIGURES, **wrong))


def test_a_plan_goes_by_the_figures_that_the_chances_were_computed_with() -> None:
    learnt = parameters()
    quicker = tuple(
        msgspec.structs.replace(
            group, hazards=msgspec.structs.replace(group.hazards, closed=2 * group.hazards.closed, intake=0.9)
        )
        if group.code == "shelter"
        else group
        for group in learnt.groups
    )
    other = scales_of(
        groups() * 100, minutes_a_month=180, figures=FIGURES, parameters=msgspec.structs.replace(learnt, groups=quicker)
    )
    assert other["shelter"].unnoticed < SCALES["shelter"].unnoticed
    assert other["shelter"].intake == 0.9
    assert other["legal"].unnoticed > SCALES["legal"].unnoticed
