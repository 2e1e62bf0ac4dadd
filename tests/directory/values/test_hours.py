import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import DirectoryError
from directory.values.hours import (
    WEEKDAYS,
    RowProblem,
    closes_at,
    common,
    cut_out,
    days_from_rows,
    is_always_open,
    is_open,
    joined,
    next_opening,
    parse_clock,
    spread,
    week_in_short,
    week_minutes,
    weekday_named,
)

EASTERN = "America/New_York"
OFFICE = {day: [[540, 1020]] for day in WEEKDAYS[:5]}
ALWAYS = {day: [[0, 1440]] for day in WEEKDAYS}
NIGHTS = {"FR": [[1320, 1440]], "SA": [[0, 360]]}


def local(text: str, zone: str = EASTERN, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC)


# 2026-03-06 is a Friday.
def test_an_office_is_open_in_its_own_zone() -> None:
    assert is_open(OFFICE, EASTERN, (), local("2026-03-06 09:00"))
    assert is_open(OFFICE, EASTERN, (), local("2026-03-06 16:59"))
    assert not is_open(OFFICE, EASTERN, (), local("2026-03-06 17:00"))
    assert not is_open(OFFICE, EASTERN, (), local("2026-03-07 10:00"))
    assert not is_open(OFFICE, "America/Los_Angeles", (), local("2026-03-06 09:00"))


def test_a_closed_day_closes_and_the_next_opening_steps_over_it() -> None:
    monday = dt.date(2026, 3, 9).toordinal()
    assert next_opening(OFFICE, EASTERN, (), local("2026-03-06 18:00")) == local("2026-03-09 09:00")
    assert next_opening(OFFICE, EASTERN, {monday}, local("2026-03-06 18:00")) == local("2026-03-10 09:00")
    assert not is_open(OFFICE, EASTERN, {monday}, local("2026-03-09 10:00"))


def test_a_night_counts_as_one_opening() -> None:
    assert next_opening(NIGHTS, EASTERN, (), local("2026-03-06 12:00")) == local("2026-03-06 22:00")
    assert closes_at(NIGHTS, EASTERN, (), local("2026-03-06 23:00")) == local("2026-03-07 06:00")
    assert closes_at(NIGHTS, EASTERN, (), local("2026-03-07 01:00")) == local("2026-03-07 06:00")
    assert next_opening(NIGHTS, EASTERN, (), local("2026-03-07 01:00")) == local("2026-03-13 22:00")


def test_what_is_closed_closes_never_and_what_never_closes_opens_never() -> None:
    assert closes_at(OFFICE, EASTERN, (), local("2026-03-07 12:00")) is None
    assert closes_at(ALWAYS, EASTERN, (), local("2026-03-07 12:00")) is None
    assert next_opening(ALWAYS, EASTERN, (), local("2026-03-07 12:00")) is None
    assert next_opening({}, EASTERN, (), local("2026-03-07 12:00")) is None
    assert closes_at({}, EASTERN, (), local("2026-03-07 12:00")) is None
    assert is_always_open(ALWAYS)
    assert not is_always_open(OFFICE)
    assert not is_always_open({})


def test_a_line_that_never_closes_still_closes_on_a_closed_day() -> None:
    christmas = dt.date(2026, 12, 25).toordinal()
    noon_before = local("2026-12-24 12:00")
    assert closes_at(ALWAYS, EASTERN, {christmas}, noon_before) == local("2026-12-25 00:00")
    assert next_opening(ALWAYS, EASTERN, {christmas}, noon_before) == local("2026-12-26 00:00")


def test_a_long_closure_ends() -> None:
    first = dt.date(2026, 3, 9).toordinal()
    assert next_opening(ALWAYS, EASTERN, range(first, first + 90), local("2026-03-10 12:00")) == local(
        "2026-06-07 00:00"
    )


def test_the_hour_that_spring_skips_opens_at_the_first_minute_there_is() -> None:
    early = {"SU": [[150, 300]]}
    assert next_opening(early, EASTERN, (), local("2026-03-08 01:00")) == local("2026-03-08 03:00")
    assert is_open(early, EASTERN, (), local("2026-03-08 03:00"))


def test_the_hour_that_autumn_repeats_is_open_both_times() -> None:
    bar = {"SU": [[0, 90]]}
    assert is_open(bar, EASTERN, (), local("2026-11-01 01:15", fold=0))
    assert is_open(bar, EASTERN, (), local("2026-11-01 01:15", fold=1))
    assert closes_at(bar, EASTERN, (), local("2026-11-01 00:30")) == local("2026-11-01 01:30", fold=1)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        is_open(OFFICE, EASTERN, (), dt.datetime(2026, 3, 6, 9))  # noqa: DTZ001


SPANS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1]), max_size=3
)
WEEKS = st.dictionaries(st.sampled_from(WEEKDAYS), SPANS)
INSTANTS = st.integers(0, 1_500_000).map(
    lambda minutes: dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
ZONES = st.sampled_from([EASTERN, "America/Los_Angeles", "America/Havana", "Pacific/Apia", "Asia/Kathmandu", "UTC"])


@settings(deadline=None)
@given(WEEKS, ZONES, st.sets(st.integers(739_200, 740_300), max_size=4), INSTANTS)
def test_the_three_answers_agree(
    days: dict[str, list[tuple[int, int]]], zone: str, closed: set[int], at: dt.datetime
) -> None:
    moment = dt.timedelta(minutes=1)
    opening, closing = next_opening(days, zone, closed, at), closes_at(days, zone, closed, at)
    if opening is not None:
        assert opening > at
        assert is_open(days, zone, closed, opening)
        assert not is_open(days, zone, closed, opening - moment)
    if closing is not None:
        assert closing > at
        assert is_open(days, zone, closed, at)
        assert not is_open(days, zone, closed, closing)
    elif is_open(days, zone, closed, at):
        assert is_always_open(days)


def test_touching_spans_are_one() -> None:
    assert week_minutes({"MO": [[600, 720], [0, 600]], "TU": [[0, 60]], "MOO": [[1, 2]]}) == [(0, 720), (1440, 1500)]
    assert week_minutes({"MO": [[1200, 1440]], "TU": [[0, 60]]}) == [(1200, 1500)]


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("9:00am", 540),
        ("9am", 540),
        ("9:00 AM", 540),
        ("9:00 a.m.", 540),
        ("9:30p", 1290),
        ("12:00am", 0),
        ("12:00pm", 720),
        ("12:15 am", 15),
        ("noon", 720),
        ("Midnight", 0),
        ("17:30", 1050),
        ("17:30:00", 1050),
        ("00:00", 0),
        ("24:00", 1440),
    ],
)
def test_clock_times_are_read(text: str, minute: int) -> None:
    assert parse_clock(text) == minute


@pytest.mark.parametrize(
    "text", ["", "9", "25:00", "24:01", "13:00pm", "0:30am", "9:60", "8:00pm (dispensing)", "9:00m", "930am", "9:001pm"]
)
def test_what_is_no_clock_time_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(DirectoryError) as refusal:
        parse_clock(text)
    assert not text or text not in str(refusal.value)


def test_rows_of_a_211_become_a_week() -> None:
    read = days_from_rows(
        [
            ("Monday", "9:00am", "12:00pm"),
            ("Monday", "1:00pm", "5:00pm"),
            ("Friday", "10:00pm", "6:00am"),
            ("Sunday", "8:00pm", "2:00am"),
            ("wed.", "09:00", "12:00"),
            ("Thursday", "9:00", "17:00"),
            ("Tuesday", "9:00", "12:00"),
        ]
    )
    assert read.problems == ()
    assert read.days == {
        "MO": [(0, 120), (540, 720), (780, 1020)],
        "TU": [(540, 720)],
        "WE": [(540, 720)],
        "TH": [(540, 1020)],
        "FR": [(1320, 1440)],
        "SA": [(0, 360)],
        "SU": [(1200, 1440)],
    }


@pytest.mark.parametrize(
    ("opens", "closes"), [("00:00", "23:59"), ("12:00am", "12:00am"), ("12:00 AM", "11:59 PM"), ("00:00", "24:00")]
)
def test_the_whole_day_is_written_in_many_ways(opens: str, closes: str) -> None:
    read = days_from_rows((day, opens, closes) for day in WEEKDAYS)
    assert is_always_open(read.days)
    assert read.problems == ()


def test_midnight_ends_the_day_it_closes() -> None:
    assert days_from_rows([("Monday", "4:00pm", "12:00am")]).days == {"MO": [(960, 1440)]}
    assert days_from_rows([("Monday", "4:00pm", "11:59pm")]).days == {"MO": [(960, 1440)]}


def test_rows_that_cannot_be_read_are_reported_and_never_guessed() -> None:
    read = days_from_rows(
        [
            ("Monday", "", ""),
            ("Holidays", "9:00am", "5:00pm"),
            ("Monday", "9:00am", "5:00pm Mon"),
            ("Monday", "9:00am", "5:00"),
            ("Monday", "9:00", "5:00"),
            ("Monday", "1:00", "5:00"),
            ("Monday", "9:00am", "9:00am"),
        ]
    )
    assert read.days == {}
    assert read.problems == (
        RowProblem(0, "no-hours"),
        RowProblem(1, "unknown-weekday"),
        RowProblem(2, "unreadable-time"),
        RowProblem(3, "ambiguous-time"),
        RowProblem(4, "ambiguous-time"),
        RowProblem(5, "ambiguous-time"),
        RowProblem(6, "equal-times"),
    )


def _minutes(days: Mapping[str, Sequence[Sequence[int]]]) -> set[tuple[str, int]]:
    return {(day, minute) for day, spans in days.items() for start, end in spans for minute in range(start, end)}


@given(WEEKS, WEEKS)
def test_weeks_are_joined_cut_and_compared_minute_by_minute(
    days: dict[str, list[tuple[int, int]]], others: dict[str, list[tuple[int, int]]]
) -> None:
    for found, minutes in (
        (joined(days, others), _minutes(days) | _minutes(others)),
        (cut_out(days, others), _minutes(days) - _minutes(others)),
        (common(days, others), _minutes(days) & _minutes(others)),
    ):
        assert _minutes(found) == minutes
        assert list(found) == [day for day in WEEKDAYS if day in found]
        for spans in found.values():
            assert spans
            assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_hours_over_midnight_are_spread_over_two_days() -> None:
    assert spread(["MO"], 540, 1020) == {"MO": [(540, 1020)]}
    assert spread(["SA", "SU"], 1320, 1800) == {"MO": [(0, 360)], "SA": [(1320, 1440)], "SU": [(0, 360), (1320, 1440)]}


def test_weekdays_have_names_in_two_languages() -> None:
    assert [weekday_named(name) for name in ("Thurs.", "TU", "miércoles", "Caturday")] == ["TH", "TU", "WE", None]


@pytest.mark.parametrize(
    ("days", "written"),
    [
        ({day: [(0, 1440)] for day in WEEKDAYS}, "24/7"),
        (spread(WEEKDAYS[:5], 540, 1020), "Mon-Fri 09:00-17:00"),
        ({**spread(WEEKDAYS[:5], 540, 1020), "SA": [(600, 840)]}, "Mon-Fri 09:00-17:00; Sat 10:00-14:00"),
        (spread(("MO", "WE"), 540, 720), "Mon 09:00-12:00; Wed 09:00-12:00"),
        ({"MO": [(540, 720), (780, 1020)]}, "Mon 09:00-12:00, 13:00-17:00"),
        # A night is written on the evening on which it begins, also that from Sunday to Monday.
        (spread(WEEKDAYS, 1080, 1920), "Mon-Sun 18:00-08:00"),
        (spread(("SU",), 1320, 1800), "Sun 22:00-06:00"),
        ({"MO": [(0, 1440)], "TU": [(0, 1440)]}, "Mon-Tue 00:00-24:00"),
        ({}, ""),
    ],
)
def test_a_week_in_short_is_what_people_write(days: dict[str, list[tuple[int, int]]], written: str) -> None:
    assert week_in_short(week_minutes(days)) == written
