"""When a listing may be called: its own hours, in its own zone, and crisis lines off-peak."""

import datetime as dt

import pytest

from directory.cards.card import Card, CardPhone
from directory.planning.hours import BY_DAY, OFF_PEAK, USUAL, CallingHours, calling_hours, in_both, merged
from directory.planning.told import when

_DAY = 1_440
WORKDAYS = [(day * _DAY + 540, day * _DAY + 1_020) for day in range(5)]
ALWAYS = [(0, 7 * _DAY)]
# A Thursday, 10 in New York.
THURSDAY = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)


def _card(weeks: dict[str, list[tuple[int, int]]], *, zone: str = "America/New_York", **more: object) -> Card:
    phones = [CardPhone("+13055550101", **more)]  # type: ignore[arg-type]
    return Card(id="1", service="2", name="Practice", zone=zone, weeks=weeks, phones=phones)


def test_an_office_is_called_in_its_hours_by_day() -> None:
    hours = calling_hours(_card({"office": WORKDAYS}), is_crisis_line=False)
    assert (hours.text, hours.is_stated) == ("Mon-Fri 09:00-17:00", True)
    round_the_clock = calling_hours(_card({"office": ALWAYS}), is_crisis_line=False)
    assert list(round_the_clock.week) == BY_DAY


def test_a_crisis_line_that_never_closes_is_called_on_the_mornings_of_workdays() -> None:
    hours = calling_hours(_card({"crisis-line": ALWAYS}, roles=["crisis-line"]), is_crisis_line=True)
    assert list(hours.week) == OFF_PEAK
    assert hours.text == "Mon-Fri 09:00-12:00"


def test_who_is_there_in_the_evening_alone_is_called_then() -> None:
    evenings = [(day * _DAY + 1_140, day * _DAY + 1_260) for day in range(7)]
    assert calling_hours(_card({"intake": evenings}), is_crisis_line=False).text == "Mon-Sun 19:00-21:00"


@pytest.mark.parametrize(("is_crisis", "week"), [(True, OFF_PEAK), (False, USUAL)])
def test_where_nobody_states_hours_those_of_most_offices_are_taken_and_it_is_said(
    *, is_crisis: bool, week: list[tuple[int, int]]
) -> None:
    hours = calling_hours(_card({}), is_crisis_line=is_crisis)
    assert (list(hours.week), hours.is_stated) == (week, False)
    assert "their hours are not stated" in when(hours, None)


def test_a_line_with_hours_of_its_own_is_called_in_those() -> None:
    own = [(day * _DAY + 600, day * _DAY + 660) for day in range(5)]
    assert calling_hours(_card({"office": WORKDAYS}, week=own), is_crisis_line=False).text == "Mon-Fri 10:00-11:00"


def test_whether_one_may_call_now_is_told_in_their_time() -> None:
    new_york = calling_hours(_card({"office": WORKDAYS}), is_crisis_line=False)
    assert when(new_york, THURSDAY).startswith("now, until 17:00, time in New York")
    honolulu = calling_hours(_card({"office": WORKDAYS}, zone="Pacific/Honolulu"), is_crisis_line=False)
    assert when(honolulu, THURSDAY).startswith("from Thu 09:00, time in Honolulu")
    saturday = THURSDAY + dt.timedelta(days=2)
    assert when(new_york, saturday).startswith("from Mon 09:00, time in New York")
    assert when(calling_hours(_card({}, zone=""), is_crisis_line=False), THURSDAY).endswith(", their time")


def test_a_day_on_which_they_are_closed_is_passed_over() -> None:
    hours = CallingHours(tuple(WORKDAYS), "America/New_York", closed=(dt.date(2026, 11, 26).toordinal(),))
    opens = hours.opens(THURSDAY)
    assert hours.open_until(THURSDAY) is None
    assert opens is not None
    assert (opens.date(), opens.hour) == (dt.date(2026, 11, 27), 9)


def test_the_night_on_which_clocks_change_does_not_move_the_morning() -> None:
    hours = calling_hours(_card({"office": WORKDAYS}), is_crisis_line=False)
    for sunday in (dt.datetime(2026, 3, 8, 12, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)):
        opens = hours.opens(sunday)
        assert opens is not None
        assert (opens.hour, opens.minute) == (9, 0)


def test_spans_are_joined_and_cut() -> None:
    assert merged([(5, 9), (0, 5), (20, 30), (8, 10)]) == [(0, 10), (20, 30)]
    assert in_both([(0, 10), (20, 30)], [(5, 25)]) == [(5, 10), (20, 25)]
    assert in_both([(0, 5)], [(5, 9)]) == []
