"""What is believed of a listing: the worked examples, and what holds for every history of evidence."""

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.freshness.belief import believe, chances_of, model_of, standing_of, state_on
from directory.freshness.observations import Observation, second_of
from directory.freshness.parameters import parameters, weight_of

DAY = dt.date(2026, 1, 5).toordinal()
LEGAL = ("legal",)


def _at(day: int, hour: int = 12) -> int:
    return second_of(day) + hour * 3600


def _seen(method: str, outcome: str, day: int, *, field: str = "phone", hour: int = 12) -> Observation:
    return Observation(_at(day, hour), field, method, outcome, weight_of(method, outcome), slot="")


def _said(day: int, field: str = "phone") -> Observation:
    return Observation(_at(day), field, "import", "said")


def _reported(day: int) -> Observation:
    return Observation(_at(day, 0), "", "report", "reported", weight_of("report", "reported"))


CALLED = _seen("call", "live", DAY)
SHOWN_WEEKLY = [_seen("corroboration", "seen", DAY + 7 * week) for week in range(1, 53)]


# ---------------------------------------------------------------------- the worked examples of FRESHNESS 3.1


def test_a_legal_number_is_wrong_after_a_year_in_six_of_a_hundred_cases() -> None:
    found = believe([CALLED], LEGAL, as_of=DAY + 365)
    assert round(100 * (1 - found.p_phone), 1) == 5.8


def test_and_in_one_and_a_half_when_the_own_site_still_shows_it() -> None:
    found = believe([CALLED, *SHOWN_WEEKLY], LEGAL, as_of=DAY + 365)
    assert round(100 * (1 - found.p_phone), 1) == 1.5


@pytest.mark.parametrize(
    ("method", "field", "seen", "weeks", "percent"),
    [
        ("corroboration", "phone", "seen", 52, 41),
        ("corroboration", "name", "seen", 52, 17),
        ("website", "url", "live", 65, 24),
    ],
)
def test_when_a_trace_goes_it_is_a_change_with_the_odds_of_the_rates(
    method: str, field: str, seen: str, weeks: int, percent: int
) -> None:
    days = [DAY + 7 * week for week in range(1, weeks)]
    looks = [_seen(method, seen, day, field=field) for day in days]
    looks += [_seen("corroboration", "seen", day) for day in days]
    gone = _seen(method, "gone", DAY + 7 * weeks, field=field)
    found = chances_of([_said(DAY), CALLED, *looks, gone], LEGAL, as_of=gone.day)
    ratio = {"phone": found.phone_gone, "name": found.service_gone, "url": found.site_gone}[field]
    assert round(100 * ratio / (1 + ratio)) == percent


def test_what_nobody_ever_confirmed_is_wrong_as_often_as_lists_are_and_then_fades() -> None:
    legal = next(group for group in parameters().groups if group.code == "legal")
    assert believe([_said(DAY)], LEGAL, as_of=DAY).p_reachable == pytest.approx(1 - legal.delta)
    later = believe([_said(DAY)], LEGAL, as_of=DAY + 365).p_reachable
    assert later == pytest.approx((1 - legal.delta) * 2.718281828 ** -(legal.hazards.phone + legal.hazards.closed))


def test_what_time_does_is_the_same_in_one_step_and_in_many() -> None:
    once = chances_of([CALLED], ("shelter",), as_of=DAY + 700)
    model = model_of(frozenset({"shelter"}))
    many = chances_of([CALLED], ("shelter",), as_of=DAY)
    for _ in range(100):
        many = model.after(many, 7)
    assert many == pytest.approx(once, rel=1e-9)


def test_the_solved_equations_are_those_of_the_chain() -> None:
    """Small steps of the rates themselves lead to the same."""
    model = model_of(frozenset({"case-management"}))
    phone, closed, traces, share = 0.10, 0.08, parameters().traces, parameters().organization_share
    state = [1.0, *model.at_import]
    begin = sum(state)
    step = 1 / 365 / 40
    for _ in range(365 * 40):
        ok, pn, pg, px, on, _, _, sn = state[:8]
        ended = closed * (ok + pn + px)
        moved_p, moved_o, moved_s = (
            value * 365 / trace.tau_days
            for value, trace in ((pn, traces.phone), (on, traces.site), (sn, traces.service))
        )
        rates = [
            -(phone + closed) * ok,
            phone * traces.phone.q * ok - moved_p - closed * pn,
            moved_p - closed * pg,
            phone * (1 - traces.phone.q) * ok - closed * px,
            ended * share * traces.site.q - moved_o,
            moved_o,
            ended * share * (1 - traces.site.q),
            ended * (1 - share) * traces.service.q - moved_s,
            moved_s,
            ended * (1 - share) * (1 - traces.service.q),
            closed * pg,
        ]
        state = [value + rate * step for value, rate in zip(state, rates, strict=True)]
    assert sum(state) == pytest.approx(begin)
    assert [value / state[0] for value in state[1:]] == pytest.approx(model.after(model.at_import, 365), rel=1e-3)


# ---------------------------------------------------------------------- states


def test_a_state_is_a_function_of_the_stored_row_and_the_day() -> None:
    belief = standing_of([_said(DAY - 30), CALLED], ("hotline",))
    assert (belief.state, belief.confirmed_on) == ("verified", DAY)
    assert (belief.due_on, belief.stale_on) == (DAY + 60, DAY + 120)
    assert [state_on(belief, DAY + after) for after in (0, 59, 60, 119, 120)] == [
        "verified", "verified", "due", "due", "stale",
    ]  # fmt: skip


def test_what_nobody_confirmed_is_unverified_on_every_day() -> None:
    belief = standing_of([_said(DAY), *SHOWN_WEEKLY], LEGAL)
    assert (belief.state, belief.confirmed_on, belief.due_on, belief.stale_on) == ("unverified", None, 0, 0)
    assert state_on(belief, DAY + 5_000) == "unverified"


def test_a_number_that_goes_from_the_own_site_makes_a_listing_stale_at_once() -> None:
    gone = _seen("corroboration", "gone", DAY + 56)
    belief = standing_of([CALLED, *SHOWN_WEEKLY[:7], gone], LEGAL)
    assert belief.stale_on == gone.day
    assert state_on(belief, gone.day) == "stale"
    seen_again = standing_of([CALLED, *SHOWN_WEEKLY[:7], gone, _seen("corroboration", "seen", DAY + 63)], LEGAL)
    assert state_on(seen_again, DAY + 63) == "verified"


def test_a_page_that_never_showed_the_number_says_nothing_by_not_showing_it() -> None:
    never = [_seen("corroboration", "gone", DAY + 7 * week) for week in range(1, 10)]
    assert standing_of([CALLED, *never], LEGAL).due_on == standing_of([CALLED], LEGAL).due_on


@pytest.mark.parametrize("outcome", ["disconnected", "wrong-party"])
def test_a_call_that_finds_another_party_makes_a_line_unreachable_until_somebody_is_reached(outcome: str) -> None:
    dead = _seen("call", outcome, DAY + 3)
    assert standing_of([CALLED, dead], LEGAL).state == "unreachable"
    assert standing_of([CALLED, dead, _seen("call", "live", DAY + 9)], LEGAL).state == "verified"


def test_a_look_up_alone_makes_no_line_unreachable_but_readers_are_warned() -> None:
    belief = standing_of([CALLED, _seen("lookup", "disconnected", DAY + 200)], LEGAL)
    assert belief.state == "verified"
    assert state_on(belief, DAY + 200) == "stale"


def test_four_calls_on_three_days_that_reach_nobody_make_a_line_unreachable() -> None:
    days = [DAY + 1, DAY + 1, DAY + 2, DAY + 3]
    attempts = [_seen("call", "no-answer", day, hour=10 + number) for number, day in enumerate(days)]
    assert standing_of([CALLED, *attempts], LEGAL).state == "unreachable"
    assert standing_of([CALLED, *attempts[:3]], LEGAL).state == "verified"
    on_one_day = [_seen("call", "no-answer", DAY + 1, hour=hour) for hour in range(8, 16)]
    assert standing_of([CALLED, *on_one_day], LEGAL).state == "verified"


def test_what_is_found_about_another_line_says_nothing_about_the_first() -> None:
    dead = Observation(_at(DAY + 3), "phone", "call", "disconnected", 5, slot="fax")
    assert standing_of([CALLED._replace(slot="voice"), dead], LEGAL, line="voice").state == "verified"


# ---------------------------------------------------------------------- reports


def test_a_thousand_forged_reports_change_no_state() -> None:
    forged = [_reported(DAY + number) for number in range(1_000)]
    before, after = standing_of([CALLED], LEGAL), standing_of([CALLED, *forged], LEGAL)
    assert (after.state, after.due_on, after.stale_on) == (before.state, before.due_on, before.stale_on)
    assert {reason.code for reason in after.reasons} - {reason.code for reason in before.reasons} == {"reported"}


def test_a_thousand_forged_reports_weigh_no_more_than_one_strong_observation() -> None:
    day = DAY + 1_000
    before = believe([CALLED], LEGAL, as_of=day).p_reachable
    after = believe([CALLED, *(_reported(DAY + number) for number in range(1_000))], LEGAL, as_of=day).p_reachable
    assert (1 - after) / after <= 60 * (1 - before) / before * (1 + 1e-9)


def test_one_more_report_within_three_days_changes_nothing() -> None:
    first = _reported(DAY + 100)
    once = believe([CALLED, first], LEGAL, as_of=DAY + 110)
    assert once.p_reachable < believe([CALLED], LEGAL, as_of=DAY + 110).p_reachable
    for later in (0, 1, 2):
        assert believe([CALLED, first, _reported(DAY + 100 + later)], LEGAL, as_of=DAY + 110) == once
    assert believe([CALLED, first, _reported(DAY + 103)], LEGAL, as_of=DAY + 110) != once


def test_copies_of_one_lineage_count_once() -> None:
    dropped = [
        Observation(_at(DAY + 200 + number), "phone", "feed", "dropped", 2, lineage="hub") for number in range(5)
    ]
    once = believe([CALLED, dropped[0]], LEGAL, as_of=DAY + 210)
    assert believe([CALLED, *dropped], LEGAL, as_of=DAY + 210) == once
    other = believe([CALLED, dropped[0], dropped[1]._replace(lineage="another")], LEGAL, as_of=DAY + 210)
    assert other.p_reachable < once.p_reachable


def test_a_clock_that_was_set_back_forgets_nothing() -> None:
    assert believe([CALLED], LEGAL, as_of=DAY - 400) == believe([CALLED], LEGAL, as_of=DAY)


def test_hours_and_intake_age_by_themselves() -> None:
    asked = [_said(DAY, "schedule"), _said(DAY, "language"), _seen("call", "confirmed", DAY, field="schedule")]
    found = believe([CALLED, *asked], ("shelter",), as_of=DAY + 365)
    assert found.soft["hours"] == pytest.approx(2.718281828**-0.10)
    assert found.soft["languages"] == pytest.approx(0.95 * 2.718281828**-0.30)


# ---------------------------------------------------------------------- for every history

KINDS = st.sampled_from([("hotline",), ("shelter", "food"), ("sane",), ("legal",), ("mental-health",), ("food",), ()])
_OUTCOMES = [
    (method, outcome)
    for method, outcomes in parameters().outcomes.items()
    for outcome in outcomes
    if method != "report"
]
HISTORIES = st.lists(
    st.builds(
        lambda on, hour, field, pair, lineage: Observation(
            _at(DAY + on, hour), field, pair[0], pair[1], weight_of(*pair), lineage=lineage
        ),
        st.integers(0, 900),
        st.integers(0, 23),
        st.sampled_from(["phone", "name", "url", "schedule", "email"]),
        st.sampled_from(_OUTCOMES),
        st.sampled_from(["", "", "hub"]),
    )
    | st.integers(0, 900).map(lambda on: _reported(DAY + on)),
    max_size=14,
)
_GOOD_WORDS = st.builds(
    lambda on, hour, pair: Observation(_at(DAY + on, hour), "phone", pair[0], pair[1], weight_of(*pair)),
    st.integers(0, 900),
    st.integers(0, 23),
    st.sampled_from([pair for pair in _OUTCOMES if weight_of(*pair) < 0]),
)


@settings(max_examples=300, deadline=None)
@given(HISTORIES, KINDS, _GOOD_WORDS, st.integers(900, 1_500))
def test_support_never_makes_a_listing_more_doubtful(
    history: list[Observation], kinds: tuple[str, ...], support: Observation, as_of: int
) -> None:
    history = [_said(DAY), *history]
    before = believe(history, kinds, as_of=DAY + as_of)
    after = believe([*history, support], kinds, as_of=DAY + as_of)
    assert after.p_reachable >= before.p_reachable - 1e-12
    assert standing_of([*history, support], kinds).stale_on >= standing_of(history, kinds).stale_on


@settings(max_examples=200, deadline=None)
@given(HISTORIES, KINDS, st.sampled_from([("corroboration", "phone", "seen"), ("website", "url", "live")]))
def test_neither_does_a_trace_that_is_seen(
    history: list[Observation], kinds: tuple[str, ...], look: tuple[str, str, str]
) -> None:
    method, field, outcome = look
    seen = Observation(_at(DAY + 901), field, method, outcome)
    before = believe([_said(DAY), *history], kinds, as_of=DAY + 950)
    after = believe([_said(DAY), *history, seen], kinds, as_of=DAY + 950)
    assert after.p_reachable >= before.p_reachable - 1e-12


@settings(max_examples=200, deadline=None)
@given(HISTORIES, KINDS, st.lists(st.integers(0, 5_000), min_size=2, max_size=6))
def test_time_alone_never_makes_a_listing_more_certain(
    history: list[Observation], kinds: tuple[str, ...], days: list[int]
) -> None:
    found = [believe([_said(DAY), *history], kinds, as_of=DAY + 900 + day) for day in sorted(days)]
    for earlier, later in itertools.pairwise(found):
        assert later.p_reachable <= earlier.p_reachable + 1e-12
        assert 0 <= later.p_reachable <= later.p_open + 1e-12 <= 1 + 2e-12
    belief = standing_of([_said(DAY), *history], kinds)
    order = ["verified", "due", "stale"]
    states = [state_on(belief, DAY + 900 + day) for day in sorted(days)]
    if belief.state == "verified":
        assert states == sorted(states, key=order.index)


@settings(max_examples=200, deadline=None)
@given(HISTORIES, KINDS, st.randoms(use_true_random=False))
def test_the_order_in_which_evidence_is_read_does_not_matter(
    history: list[Observation], kinds: tuple[str, ...], random: object
) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing_of(shuffled, kinds) == standing_of(history, kinds)
    assert believe(shuffled, kinds, as_of=DAY + 1_000) == believe(history, kinds, as_of=DAY + 1_000)


@settings(max_examples=200, deadline=None)
@given(HISTORIES, KINDS)
def test_the_thresholds_are_passed_on_the_days_that_are_named(
    history: list[Observation], kinds: tuple[str, ...]
) -> None:
    quiet = [_said(DAY), CALLED, *(one for one in history if one.method != "report")]
    group = parameters().group_of(kinds)
    belief = standing_of(quiet, kinds)
    last = max(one.day for one in quiet)
    assert belief.confirmed_on is not None
    for day, limit in ((belief.due_on, group.due), (belief.stale_on, group.warn)):
        assert day <= belief.confirmed_on + limit.days
        if last < day < belief.confirmed_on + limit.days:
            assert 1 - believe(quiet, kinds, as_of=day).p_reachable >= limit.p - 1e-9
            assert 1 - believe(quiet, kinds, as_of=day - 1).p_reachable < limit.p
