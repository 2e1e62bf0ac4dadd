"""Holidays fall where the laws' own rules put them."""

import datetime as dt

import pytest

from directory.values.holidays import HOLIDAYS, OF_THE_NATION, kept_days


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("mlk", "2027-01-18"), ("presidents", "2027-02-15"), ("patriots", "2027-04-19"), ("memorial", "2027-05-31"),
        ("good-friday", "2027-03-26"), ("victoria", "2027-05-24"), ("labor", "2027-09-06"), ("columbus", "2027-10-11"),
        ("thanksgiving", "2027-11-25"), ("thanksgiving-after", "2027-11-26"), ("thanksgiving-ca", "2027-10-11"),
    ],
)  # fmt: skip
def test_a_holiday_falls_on_its_day(name: str, day: str) -> None:
    assert HOLIDAYS[name](2027) == dt.date.fromisoformat(day)


def test_holidays_are_kept_on_their_day_and_on_the_working_day_beside_it() -> None:
    days = kept_days(["independence", "new-year"], dt.date(2027, 7, 1))
    assert days[dt.date(2027, 7, 4).toordinal()] == "independence"
    assert days[dt.date(2027, 7, 5).toordinal()] == "independence"
    # New Year's Day of 2028 is a Saturday: it is kept in the year before.
    assert days[dt.date(2027, 12, 31).toordinal()] == "new-year"
    assert dt.date(2027, 7, 2).toordinal() not in days


def test_every_holiday_of_a_nation_is_known() -> None:
    assert set(" ".join(OF_THE_NATION.values()).split()) <= set(HOLIDAYS)
