"""Which calls fill the minutes that people have."""

import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.freshness.chances import PHONE, weighed
from directory.planning.figures import figures
from directory.planning.plan import PlannedCall, choose
from directory.planning.worth import Candidate
from tests.directory.planning.candidates import TODAY, candidate, chances_after, groups
from tests.effort import steps_of

FIGURES = figures()


class _NoDraw(random.Random):
    """Draws nobody for the audit."""

    def sample(self, *_of: Any, **_options: Any) -> list[Any]:
        return []


def _choose(candidates: Sequence[Candidate], minutes: float = 180, **said: Any) -> list[PlannedCall]:
    return choose(candidates, minutes=minutes, day=TODAY, random=said.pop("random", _NoDraw(1)), **said)


def _codes(call: PlannedCall) -> list[str]:
    return [reason.code for reason in call.why]


def _any_candidates(count: int, seed: int) -> list[Candidate]:
    """So many listings of which anything may be known."""
    chance = random.Random(seed)  # noqa: S311
    day = partial(chance.randint, TODAY - 900, TODAY)
    return [
        candidate(
            listing,
            group=chance.choice(groups()),
            days=chance.randint(0, 800),
            organization=chance.choice([None, *range(1, 8)]),
            full_on=chance.choice([None, day()]),
            confirmed_on=chance.choice([None, day()]),
            live=frozenset(chance.sample(["phone", "site", "service"], chance.randint(0, 3))),
            wait_until=TODAY + chance.randint(-9, 2),
            is_callable=chance.random() < 0.9,
            is_reported=chance.random() < 0.2,
            is_disputed=chance.random() < 0.1,
            is_drawn=chance.random() < 0.1,
            needs_second_person=chance.random() < 0.5,
        )
        for listing in chance.sample(range(1, 100), count)
    ]


_LISTS = st.builds(_any_candidates, st.integers(0, 40), st.integers(0, 10_000))


@given(_LISTS, st.floats(0, 400), st.integers(0, 99), st.sampled_from([None, TODAY - 10]))
def test_a_plan_keeps_its_promises(
    candidates: list[Candidate], minutes: float, seed: int, began_on: int | None
) -> None:
    plan = choose(candidates, minutes=minutes, day=TODAY, random=random.Random(seed), began_on=began_on)  # noqa: S311
    known = {one.listing: one for one in candidates}
    assert len({one.listing for one in plan}) == len(plan)
    today = [one for one in plan if one.not_before == TODAY]
    assert all(known[one.listing].is_callable and known[one.listing].wait_until <= TODAY for one in today)
    assert all(one.kind == "audit" and one.not_before > TODAY for one in plan if one not in today)
    # Audit draws have to be made; everything else fits into the minutes.
    audit = sum(one.minutes for one in today if one.kind == "audit")
    spent = sum(one.minutes for one in today)
    assert spent - audit <= minutes + 1e-6
    assert spent <= minutes + 1e-6 or audit > minutes * FIGURES.audit.share
    floor = sum(one.minutes for one in today if one.kind == "floor" and "same-call" not in _codes(one))
    assert floor <= minutes * FIGURES.floor.share + 1e-6
    assert [one.call for one in plan] == sorted(one.call for one in plan)
    by_call: dict[int, set[int | None]] = {}
    for one in plan:
        by_call.setdefault(one.call, set()).add(known[one.listing].organization)
    assert all(len(organizations) == 1 for organizations in by_call.values())
    organizations = [one for call in by_call.values() for one in call if one is not None]
    later = [known[one.listing].organization for one in plan if one.not_before > TODAY]
    assert all(count == 1 or one in later for one, count in Counter(organizations).items())
    for one in plan:
        assert one.why
        assert one.minutes > 0
        assert one.score > 0
        assert 0 <= one.second_minutes <= one.minutes
        assert ("audit" in _codes(one)) == (one.kind == "audit")
        assert one.p_wrong == known[one.listing].p_wrong


@given(_LISTS, st.integers(0, 99))
def test_the_same_seed_gives_the_same_plan_in_any_order_without_an_audit(
    candidates: list[Candidate], seed: int
) -> None:
    undrawn = [one._replace(is_drawn=False) for one in candidates]
    mixed = undrawn.copy()
    random.Random(seed).shuffle(mixed)  # noqa: S311
    assert _choose(undrawn, 40) == _choose(mixed, 40)


@given(_LISTS, st.floats(5, 200))
def test_more_minutes_never_avoid_less_harm(candidates: list[Candidate], minutes: float) -> None:
    plain = [one._replace(organization=None, is_drawn=False, confirmed_on=TODAY - 10) for one in candidates]

    def saved(given_minutes: float) -> float:
        plan = _choose(plain, given_minutes)
        return sum(one.score * one.minutes for one in plan)

    assert saved(minutes) <= saved(minutes * 2) + 1e-9


def test_a_number_that_was_missed_on_its_own_page_comes_before_an_old_one() -> None:
    lost = candidate(1, days=60, chances=weighed(chances_after("legal", 60), 200, PHONE))
    old = candidate(2, days=300)
    assert [one.listing for one in _choose([old, lost])] == [1, 2]


def test_a_hotline_comes_before_a_food_pantry_of_the_same_age() -> None:
    plan = _choose([candidate(1, group="other"), candidate(2, group="hotline")])
    assert [one.listing for one in plan] == [2, 1]


def test_calls_stop_when_the_minutes_are_given_away() -> None:
    plan = _choose([candidate(one) for one in range(1, 200)], 30)
    spent = sum(one.minutes for one in plan)
    assert 30 - plan[0].minutes < spent <= 30


def test_nobody_is_called_before_the_day_they_asked_for_or_outside_their_hours() -> None:
    waiting, closed, right = candidate(1, wait_until=TODAY + 1), candidate(2, is_callable=False), candidate(3)
    assert [one.listing for one in _choose([waiting, closed, right])] == [3]


def test_one_call_covers_the_services_of_an_organization_that_are_worth_the_further_minutes() -> None:
    same = [candidate(1, organization=7, days=300), candidate(2, organization=7, days=280)]
    # What was confirmed today is worth no minute as long as others are not.
    fresh, others = candidate(3, organization=7, days=0), [candidate(one, days=290) for one in range(4, 30)]
    spent = sum(one.minutes for one in _choose([*same, *others], 60))
    plan = _choose([fresh, *same, *others], spent + 0.1)
    assert [(one.listing, one.call) for one in plan[:2]] == [(1, 1), (2, 1)]
    assert 3 not in {one.listing for one in plan}
    assert plan[1].minutes < plan[0].minutes / 2
    assert "same-call" in _codes(plan[1])
    assert "same-call" not in _codes(plan[0])


def test_a_call_for_two_is_worth_more_than_one_for_one() -> None:
    pair = [candidate(one, organization=7, days=200) for one in (1, 2)]
    plan = _choose([candidate(3, organization=8, days=200), *pair])
    assert [one.listing for one in plan] == [1, 2, 3]


def test_what_nobody_stood_up_for_in_twelve_months_gets_at_most_half_of_the_minutes() -> None:
    forgotten = [candidate(one, group="other", days=500) for one in range(1, 100)]
    doubted = [
        candidate(one, group="hotline", chances=weighed(chances_after("hotline", 90), 300, PHONE))
        for one in range(100, 200)
    ]
    plan = _choose([*forgotten, *doubted], 100)
    floor = [one for one in plan if one.kind == "floor"]
    assert 40 < sum(one.minutes for one in floor) <= 50
    assert all("floor" in _codes(one) for one in floor)
    assert {one.kind for one in plan if one.listing >= 100} == {"queue"}


def test_the_longest_forgotten_is_called_first_of_the_floor() -> None:
    days = {1: 400, 2: 900, 3: 600, 4: 1_100, 5: 500}
    plan = _choose([candidate(one, group="other", days=ago) for one, ago in days.items()], 50)
    floor = {one.listing for one in plan if one.kind == "floor"}
    assert floor == {4, 2}


def test_what_was_never_confirmed_is_forgotten_twelve_months_after_it_came() -> None:
    new = candidate(1, confirmed_on=None, full_on=None, since=TODAY - 30)
    old = candidate(2, confirmed_on=None, full_on=None, since=TODAY - 400)
    kinds = {one.listing: one.kind for one in _choose([new, old])}
    assert kinds == {1: "queue", 2: "floor"}


def test_a_new_deployment_begins_with_hotlines_shelters_and_forensic_examinations() -> None:
    never: dict[str, Any] = {"confirmed_on": None, "full_on": None, "since": TODAY - 1}
    doubted = candidate(1, chances=weighed(chances_after("legal", 300), 1e4, PHONE), **never)
    first = [candidate(2, group="health", **never), candidate(3, group="shelter", **never)]
    first.append(candidate(4, group="hotline", **never))
    known = candidate(5, group="hotline", days=3)
    everyone = [doubted, known, *first]
    ramp = _choose(everyone, 29, began_on=TODAY - 89)
    assert {one.listing for one in ramp if one.kind == "ramp"} == {2, 3, 4}
    assert 1 not in {one.listing for one in ramp}
    after = _choose(everyone, 29, began_on=TODAY - 90)
    assert after[0].listing == 1
    assert "ramp" not in {one.kind for one in after}


def test_a_new_deployment_calls_one_of_each_kind_in_turn() -> None:
    never: dict[str, Any] = {"confirmed_on": None, "full_on": None, "since": TODAY - 1}
    everyone = [
        candidate(10 * place + one, group=group, **never)
        for place, group in enumerate(("health", "shelter", "hotline"))
        for one in range(3)
    ]
    plan = _choose(everyone, 100, began_on=TODAY)
    called = [one.listing // 10 for one in plan if one.kind == "ramp"]
    assert called == [2, 1, 0] * 3


def test_a_reported_listing_says_so() -> None:
    (one,) = _choose([candidate(1, is_reported=True, is_crisis_line=True, attempts=2, needs_second_person=True)])
    assert one.kind == "report"
    assert _codes(one)[0] == "reported"
    assert {"crisis-line", "tried", "second-person"} <= set(_codes(one))
    assert next(reason.times for reason in one.why if reason.code == "tried") == 2


def test_who_says_that_they_run_it_is_called_though_nothing_is_wrong_and_a_flood_takes_a_tenth() -> None:
    calm: dict[str, Any] = {"days": 1, "confirmed_on": TODAY - 1, "full_on": TODAY - 1}
    one = candidate(1, wished_on=TODAY - 3, **calm)
    doubted = [candidate(number, days=400, group="shelter") for number in range(100, 200)]
    planned = _choose([one, *doubted], 60)
    assert [code for call in planned if call.listing == 1 for code in _codes(call)][:1] == ["wished"]
    flood = [candidate(number, wished_on=TODAY, **calm) for number in range(2, 60)]
    planned = _choose([one, *flood, *doubted], 300)
    spent = sum(call.minutes for call in planned if "wished" in _codes(call))
    assert any(call.listing == 1 for call in planned)
    assert 0 < spent <= 30 + max(call.minutes for call in planned)


# ---------------------------------------------------------------------- audit


def test_an_audit_draws_every_listing_equally_often_whatever_else_is_known_of_it() -> None:
    everyone = [
        candidate(1, group="hotline", days=600),
        candidate(2, organization=7),
        candidate(3, organization=7, full_on=None),
        candidate(4, wait_until=TODAY + 9),
        candidate(5, is_callable=False),
        *(candidate(one, group="other", days=5) for one in range(6, 11)),
    ]
    drawn: Counter[int] = Counter()
    chance = random.Random(5)  # noqa: S311
    rounds = 4_000
    for _ in range(rounds):
        drawn.update(one.listing for one in _choose(everyone, 100, random=chance) if one.kind == "audit")
    mean = sum(drawn.values()) / len(everyone)
    assert rounds / 20 < mean < rounds / 5
    # Four standard deviations of a binomial count.
    assert all(abs(drawn[one.listing] - mean) < 4 * mean**0.5 for one in everyone)


def test_an_audit_takes_its_share_of_the_minutes() -> None:
    everyone = [candidate(one, group="legal", days=one % 300) for one in range(1, 1_500)]
    chance = random.Random(5)  # noqa: S311
    minutes = [
        sum(one.minutes for one in _choose(everyone, 52, random=chance) if one.kind == "audit") for _ in range(300)
    ]
    assert 0.04 < sum(minutes) / (300 * 52) < 0.06


def test_a_draw_that_was_not_reached_stays_open_and_is_not_replaced_by_an_easier_one() -> None:
    waiting = [candidate(one, is_drawn=True, wait_until=TODAY + 2) for one in range(1, 30)]
    others = [candidate(one) for one in range(30, 90)]
    chance = random.Random(5)  # noqa: S311
    for _ in range(50):
        assert "audit" not in {one.kind for one in _choose([*waiting, *others], 100, random=chance)}


def test_a_draw_that_may_be_called_again_comes_first_and_keeps_its_kind() -> None:
    drawn = candidate(1, group="other", days=400, is_drawn=True, is_reported=True)
    plan = _choose([candidate(2, group="hotline", days=300), drawn])
    assert plan[0].listing == 1
    assert plan[0].kind == "audit"
    assert _codes(plan[0])[:2] == ["audit", "reported"]


def test_a_draw_that_nobody_may_call_yet_is_kept_for_the_day_it_can_be() -> None:
    closed = candidate(1, wait_until=TODAY + 5)
    chance = random.Random(5)  # noqa: S311
    plans = [_choose([closed], 100, random=chance) for _ in range(60)]
    (one,) = next(plan for plan in plans if plan)
    assert (one.kind, one.not_before) == ("audit", TODAY + 5)


def test_a_draw_that_joins_the_call_of_another_is_a_draw_too() -> None:
    pair = [candidate(one, organization=7, days=300, is_drawn=True) for one in (1, 2)]
    plan = _choose(pair)
    assert [(one.call, one.kind) for one in plan] == [(1, "audit"), (1, "audit")]


# ---------------------------------------------------------------------- size


@pytest.mark.parametrize("organizations", [1, 4_000, None])
def test_the_work_of_a_plan_grows_with_the_listings_alone(organizations: int | None) -> None:
    everyone = [
        candidate(
            one,
            group=groups()[one % 5],
            days=one % 500,
            organization=None if organizations is None else one % organizations,
            live=frozenset({"phone"}) if one % 2 else frozenset(),
        )
        for one in range(20_000)
    ]
    plan = _choose(everyone, 2_000)
    assert len(plan) > 200
    # Four times the listings are four times the work, and a little for sorting; a square would be sixteen times.
    few = [one for one in everyone if one.listing < 5_000]
    assert steps_of(lambda: _choose(everyone, 2_000)) < 5 * steps_of(lambda: _choose(few, 500))
    # Within its kind the order is that of the worth a minute.
    assert all(first.score >= second.score for first, second in pairwise(plan))
