"""Hours as people type them, day by day: what is read, what is asked back, and that what is shown is read again."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import BadInputError
from directory.listings.fields import Schedule
from directory.values.hours import WEEKDAYS, joined
from web.desk.hours_typed import hours_of, shown_hours

TODAY = dt.date(2026, 11, 26)


def read(typed: dict[str, str], base: Schedule | None = None) -> Schedule | None:
    """The schedule that somebody types over another."""
    plain = None if base is None else {"zone": base.zone, "days": base.days, "closed": base.closed, "text": base.text}
    return hours_of(typed, shown_hours(plain, today=TODAY), base, country="US", today=TODAY)


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("9-5", [(540, 1020)]), ("9:00-12:00, 13-17", [(540, 720), (780, 1020)]), ("9.30-17", [(570, 1020)]),
        ("8 to 4", [(480, 960)]), ("noon-6pm", [(720, 1080)]), ("24h", [(0, 1440)]), ("24/7", [(0, 1440)]),
        ("all day", [(0, 1440)]), ("9am - 12 and 1-5pm", [(540, 720), (780, 1020)]),
        ("08:00\u201316:30", [(480, 990)]),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(typed: str, spans: list[tuple[int, int]]) -> None:
    read_ = read({"WE": typed})
    assert read_ is not None
    assert read_.days == {"WE": spans}


def test_a_night_ends_on_the_next_morning_and_is_shown_on_its_evening() -> None:
    said = read({"SA": "22-6", "SU": "closed"})
    assert said is not None
    assert said.days == {"SA": [(1320, 1440)], "SU": [(0, 360)]}
    shown = shown_hours({"days": said.days}, today=TODAY)
    assert (shown["SA"], shown["SU"], shown["MO"]) == ("22:00-06:00", "", "closed")


@pytest.mark.parametrize(
    "typed",
    ["5-9", "7-7", "9", "by appointment", "9-5 first Monday", "9-5 intake", "Tue 9-5", "9-5 closed dec 25", "25-26",
     "x", "12:00-10:00", "9-5" * 40],
)  # fmt: skip
def test_what_is_no_hours_or_may_be_two_is_asked_back_with_its_day(typed: str) -> None:
    with pytest.raises(BadInputError, match=r"^Thursday: ") as told:
        read({"TH": typed})
    assert typed not in str(told.value).partition(": ")[2].partition('"')[0]


def test_closed_days_are_days_in_order_and_past_ones_go() -> None:
    base = Schedule("America/New_York", {"MO": [(540, 1020)]}, ["2026-01-01", "2026-12-25"])
    assert shown_hours({"closed": base.closed}, today=TODAY)["closed"] == "2026-12-25"
    said = read({"closed": "2026-12-24 to 2026-12-26; Jan 1, 2027; July 4"}, base)
    assert said is not None
    assert said.closed == ["2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01", "2027-07-04"]
    assert (said.days, said.zone) == (base.days, base.zone)
    shown = shown_hours({"closed": said.closed}, today=TODAY)["closed"]
    assert shown == "2026-12-24 to 2026-12-26; 2027-01-01; 2027-07-04"
    again = read({"closed": f"{shown}; 2027-02-01"}, said)
    assert again is not None
    assert again.closed == sorted([*said.closed, "2027-02-01"])
    for wrong in ("sometimes", "2026-13-01", "9-5"):
        with pytest.raises(BadInputError, match="semicolons between"):
            read({"closed": wrong}, base)


def test_a_schedule_is_taken_away_by_emptying_it_and_what_a_source_wrote_goes_with_its_hours() -> None:
    base = Schedule("America/New_York", {"MO": [(540, 1020)]}, [], "Mondays nine to five")
    changed = read({"MO": "10-17"}, base)
    assert changed is not None
    assert (changed.days, changed.text) == ({"MO": [(600, 1020)]}, "")
    assert read({"MO": ""}, base) is None
    kept = read({"MO": "", "text": "Ask first"}, base)
    assert kept == Schedule("America/New_York", {}, [], "Ask first")
    assert read({}, None) is None
    with pytest.raises(BadInputError):
        read({"zone": "Mars/Olympus"}, base)
    with pytest.raises(BadInputError, match="Say first"):
        read({"closed": "2026-12-25"})


_SPANS = st.lists(st.tuples(st.integers(0, 92), st.integers(2, 60)), max_size=2)


@given(st.dictionaries(st.sampled_from(WEEKDAYS), _SPANS))
def test_every_week_that_is_shown_is_read_again_as_it_was(drawn: dict[str, list[tuple[int, int]]]) -> None:
    days = joined({day: [(15 * a, min(15 * (a + b), 1440)) for a, b in spans] for day, spans in drawn.items()})
    base = Schedule("America/New_York", days)
    said = read({"TU": "closed"}, base)
    others = {day: spans for day, spans in days.items() if day not in {"MO", "TU", "WE"}}
    assert {day: spans for day, spans in (said.days if said else {}).items() if day not in {"MO", "TU", "WE"}} == others
    assert read({"text": "Ask"}, base) == Schedule("America/New_York", days, [], "Ask")
    typed = {**shown_hours({"days": days}, today=TODAY), "TU": "9:15-10"}
    again = read(typed, base)
    assert again is not None
    assert any(a <= 555 and b >= 600 for a, b in again.days["TU"])
