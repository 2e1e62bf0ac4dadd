"""What a call is worth."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.freshness.chances import EVERYTHING, weighed, with_trace
from directory.freshness.parameters import parameters
from directory.planning.figures import checked, figures
from directory.planning.worth import Candidate, Weighed, avoided, scales_of, weigh
from tests.directory.planning.candidates import TODAY, candidate, chances_after, groups

FIGURES = figures()
SCALES = scales_of(groups(), figures=FIGURES)


def _weigh(one: Candidate) -> Weighed:
    return weigh(one, day=TODAY, scale=SCALES[one.group], figures=FIGURES)


def test_every_group_of_the_belief_has_figures_for_calls() -> None:
    assert set(FIGURES.groups) == {group.code for group in parameters().groups}


@given(years=st.floats(0.001, 30), arrives=st.floats(0.01, 1), ends=st.floats(0.01, 40))
def test_a_call_avoids_the_harm_of_waiting_as_long_again(years: float, arrives: float, ends: float) -> None:
    """Beside a call when doubt began: so much doubt for so long, less the doubt there was meanwhile."""
    p = arrives / ends * -math.expm1(-ends * years)
    # The doubt of all the time until now, in closed form.
    meanwhile = (arrives * years - p) / ends
    assert math.isclose(avoided(p, arrives, ends), p * years - meanwhile, rel_tol=0.01, abs_tol=1e-7)


@given(p=st.floats(1e-9, 0.99), more=st.floats(1.01, 10), arrives=st.floats(0.01, 1), ends=st.floats(0.01, 40))
def test_more_doubt_is_never_worth_less(p: float, more: float, arrives: float, ends: float) -> None:
    assert 0 < avoided(p, arrives, ends) <= avoided(p * more, arrives, ends) <= p * more / ends
    # The same doubt took less time to come.
    assert avoided(p, arrives * more, ends) <= avoided(p, arrives, ends) * 1.001


def test_the_worth_is_that_of_all_doubt_where_no_trace_is_seen() -> None:
    one, group = candidate(1, days=200, live=frozenset()), FIGURES.groups["legal"]
    hazards = next(group.hazards for group in parameters().groups if group.code == "legal")
    arrives = hazards.closed + hazards.phone
    expected = avoided(one.p_wrong, arrives, arrives + group.reports)
    assert math.isclose(_weigh(one).worth, group.weight * expected)


def _seen(days: int) -> Candidate:
    """Everything of it was there on its site when a machine looked today."""
    chances = chances_after("legal", days)
    for trace in ("phone", "site", "service"):
        chances = with_trace(chances, trace)
    return candidate(1, days=days, chances=chances, live=frozenset({"phone", "site", "service"}))


def test_what_is_still_seen_is_worth_less_of_a_call_because_it_would_soon_be_missed() -> None:
    assert _weigh(_seen(200)).worth < _weigh(candidate(1, days=200)).worth / 2


def test_of_two_that_are_doubted_alike_the_one_that_went_unheard_for_longer_is_called() -> None:
    seen = _seen(700)
    unseen = next(one for days in range(700) if (one := candidate(1, days=days)).p_wrong >= seen.p_wrong)
    assert _weigh(unseen).worth < _weigh(seen._replace(full_on=TODAY)).worth


def test_more_doubt_makes_a_call_worth_more_in_every_group() -> None:
    for group in groups():
        rare, old = (_weigh(candidate(1, group=group, days=days)) for days in (30, 300))
        assert 0 < rare.worth < old.worth
        assert rare.minutes < old.minutes


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


def test_after_many_calls_that_reached_nobody_other_ways_take_less_time() -> None:
    tried = _weigh(candidate(1, attempts=FIGURES.attempts.look_into - 1))
    looked = _weigh(candidate(1, attempts=FIGURES.attempts.look_into, needs_second_person=True))
    assert (tried.is_looked_into, looked.is_looked_into) == (False, True)
    assert math.isclose(looked.minutes, FIGURES.minutes.research + looked.second)
    assert looked.minutes == looked.further


def test_what_is_as_good_as_certainly_wrong_has_a_finite_worth() -> None:
    doubted = weighed(chances_after("hotline", 30_000), 1e9, EVERYTHING)
    one = _weigh(candidate(1, group="hotline", chances=doubted))
    assert 0 < one.worth < 100
    assert math.isclose(one.minutes, _weigh(candidate(1, group="hotline", days=0)).minutes + 12, abs_tol=0.1)


def test_attempts_wait_longer_after_the_first_ones() -> None:
    waits = [FIGURES.wait_after(attempts) for attempts in range(FIGURES.attempts.look_into + 2)]
    assert waits[0] == 0
    assert waits == sorted(waits)
    # Other ways are tried like one more call; where they told nothing either, there is time.
    assert waits[-1] > waits[-2] > waits[1] > 0


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
    other = scales_of(groups(), figures=FIGURES, parameters=msgspec.structs.replace(learnt, groups=quicker))
    assert other["shelter"].arrives > SCALES["shelter"].arrives
    assert other["shelter"].shown["site"] > SCALES["shelter"].shown["site"]
    assert other["shelter"].intake == 0.9
    assert other["legal"] == SCALES["legal"]
