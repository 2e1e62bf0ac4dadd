"""Holidays fall on the days that calendars give; a date without a year is the next one, where that is certain."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.hours_closures import HORIZON_DAYS, Day, closed_days, holidays, read_day

NEW_YEAR = dt.date(2027, 1, 1)


def _dates(name: str, country: str = "US", today: dt.date = NEW_YEAR) -> list[str]:
    return sorted(day.isoformat() for day in holidays(name, country=country, today=today)[0] if day.year == today.year)


def test_federal_holidays_are_closed_also_on_the_days_on_which_they_are_kept() -> None:
    assert _dates("federal holidays") == [
        "2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31", "2027-06-18", "2027-06-19", "2027-07-04", "2027-07-05",
        "2027-09-06", "2027-10-11", "2027-11-11", "2027-11-25", "2027-12-24", "2027-12-25", "2027-12-31",
    ]  # fmt: skip


def test_canada_and_mexico_have_their_own() -> None:
    assert {"2027-03-26", "2027-05-24", "2027-07-01", "2027-10-11", "2027-12-26"} <= set(
        _dates("holidays", "CA")
    ) | set(_dates("statutory holidays", "CA"))
    assert {"2027-02-01", "2027-03-15", "2027-05-01", "2027-09-16", "2027-11-15"} <= set(
        _dates("public holidays", "MX")
    )
    assert _dates("Thanksgiving", "CA") == ["2027-10-11"]
    assert _dates("holidays", "FR") == []


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("MLK Day", "2027-01-18"),
        ("Good Friday", "2027-03-26"),
        ("Easter Sunday", "2027-03-28"),
        ("Memorial Day", "2027-05-31"),
        ("4th of July", "2027-07-04"),
        ("Labor Day", "2027-09-06"),
        ("day after Thanksgiving", "2027-11-26"),
        ("Thanksgiving", "2027-11-25"),
        ("Christmas Eve", "2027-12-24"),
        ("New Year's Eve", "2027-12-31"),
    ],
)
def test_a_named_holiday_is_its_own_day_only(name: str, day: str) -> None:
    assert _dates(name) == [day]
    assert holidays(name, country="US", today=NEW_YEAR)[1]


def test_which_holidays_are_meant_is_certain_only_where_a_law_or_a_name_says_so() -> None:
    sure = {
        words: holidays(words, country="US", today=NEW_YEAR)[1]
        for words in ("federal holidays", "major holidays", "holidays", "state and federal holidays", "some holidays")
    }
    assert [words for words, is_sure in sure.items() if is_sure] == ["federal holidays", "major holidays"]
    assert _dates("some holidays") == []


def test_dates_are_read_as_the_country_writes_them() -> None:
    assert read_day("12/1", country="US") == Day(12, 1)
    assert read_day("1/12", country="MX") == Day(12, 1)
    assert read_day("12/1", country="CA") is None
    assert read_day("25/12/26", country="CA") == Day(12, 25, 2026)
    assert read_day("24 de diciembre de 2026", country="US") == Day(12, 24, 2026)
    assert read_day("2026-12-24", country="US") == Day(12, 24, 2026)


def test_a_closure_over_new_year_is_one() -> None:
    days = closed_days(Day(12, 30), Day(1, 2), today=dt.date(2026, 12, 31))
    assert days == {dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 1, 2)}


def test_a_year_that_is_over_closes_nothing_and_one_that_is_unsure_is_none() -> None:
    assert closed_days(Day(3, 9, 2019), None, today=NEW_YEAR) == set()
    assert closed_days(Day(11, 15), None, today=NEW_YEAR) is None
    assert closed_days(Day(2, 30), None, today=NEW_YEAR) is None
    assert closed_days(Day(3, 8), None, today=NEW_YEAR, weekday=4) is None
    assert closed_days(Day(3, 8), None, today=NEW_YEAR, weekday=0) == {dt.date(2027, 3, 8)}


_DAYS = st.builds(Day, st.integers(1, 12), st.none() | st.integers(0, 40), st.none() | st.integers(2000, 2100))


@given(_DAYS, st.none() | _DAYS, st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)), st.none() | st.integers(0, 6))
def test_no_closure_begins_before_today_or_ends_beyond_the_horizon(
    start: Day, end: Day | None, today: dt.date, weekday: int | None
) -> None:
    days = closed_days(start, end, today=today, weekday=weekday)
    assert all(0 <= (day - today).days <= HORIZON_DAYS for day in days or ())
