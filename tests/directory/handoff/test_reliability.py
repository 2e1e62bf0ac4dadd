"""What weeks of outcomes come to, and which weeks are shown to whom."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.handoff.policy import BANDS, LEAST, OUTCOMES, SPOKEN, last_week, monday_of
from directory.handoff.reliability import Told, reliability

TODAY = dt.date(2026, 11, 26)  # a Thursday
MONDAY = dt.date(2026, 11, 23)


def _week(ago: int) -> int:
    return monday_of(TODAY) - 7 * ago


def _told(outcome: str, n: int, *, ago: int = 3, band: int = 0) -> Told:
    return Told(_week(ago), outcome, band, n)


def test_ten_calls_of_which_nine_were_answered() -> None:
    found = reliability(
        [_told("answered", 4, ago=5), _told("accepted", 3, ago=4), _told("full", 2), _told("voicemail", 1)],
        today=TODAY,
    )
    assert found is not None
    assert (found.tries, found.answered, found.full, found.usual) == (10, 9, 2, None)
    assert (found.first, found.last) == (MONDAY - dt.timedelta(35), MONDAY - dt.timedelta(15))


def test_of_fewer_than_five_nothing_is_told() -> None:
    assert reliability([_told("answered", 4)], today=TODAY) is None
    assert reliability([], today=TODAY) is None
    never = reliability([_told("voicemail", 3), _told("disconnected", 2)], today=TODAY)
    assert never is not None
    assert (never.tries, never.answered) == (5, 0)


@pytest.mark.parametrize(
    ("ago", "program", "readers"), [(0, False, False), (1, True, False), (2, True, True), (12, True, True)]
)
def test_the_program_sees_a_week_when_it_is_over_and_readers_seven_days_later(
    ago: int, program: bool, readers: bool
) -> None:
    told = [_told("answered", 5, ago=ago)]
    assert (reliability(told, today=TODAY, for_program=True) is not None) == program
    assert (reliability(told, today=TODAY) is not None) == readers
    # A day before: still the same week, so nothing is seen sooner.
    if ago == 2:
        assert reliability(told, today=MONDAY - dt.timedelta(1)) is None
        assert reliability(told, today=MONDAY) is not None


def test_what_is_older_than_twelve_shown_weeks_counts_no_more() -> None:
    assert reliability([_told("answered", 5, ago=13)], today=TODAY) is not None
    assert reliability([_told("answered", 5, ago=14)], today=TODAY) is None


@pytest.mark.parametrize(
    ("bands", "usual"),
    [
        ({20: 5}, 20), ({20: 3, 60: 2}, 20), ({20: 2, 60: 3}, 60), ({20: 1, 60: 1, 240: 1, 241: 4}, 241),
        ({20: 4}, None),
    ],
)  # fmt: skip
def test_the_usual_reply_is_the_band_of_the_middle_call(bands: dict[int, int], usual: int | None) -> None:
    told = [_told("answered", n, band=band) for band, n in bands.items()]
    found = reliability([*told, _told("voicemail", 5)], today=TODAY)
    assert found is not None
    assert found.usual == usual


_WEEKS = st.builds(
    Told, st.integers(0, 30).map(_week), st.sampled_from(OUTCOMES), st.sampled_from(BANDS), st.integers(1, 30)
)


@given(st.lists(_WEEKS, max_size=12))
def test_no_figure_stands_on_fewer_than_five_calls_or_on_a_week_that_may_not_be_shown(told: list[Told]) -> None:
    found = reliability(told, today=TODAY)
    shown = [one for one in told if one.week <= last_week(TODAY)]
    assert found == reliability(shown, today=TODAY)
    if found is not None:
        assert found.tries >= LEAST
        assert 0 <= found.full <= found.answered <= found.tries <= sum(one.n for one in shown)
        assert found.answered <= sum(one.n for one in shown if one.outcome in SPOKEN)
