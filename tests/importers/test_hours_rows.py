"""Rows of HSDS become weekly hours where they hold every week, now and there; where words say otherwise, both count."""

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from directory.values.hours import is_open, next_opening
from importers.hours_cells import HoursRead, read_hours
from importers.hours_text import LONGEST_READ
from importers.record import Cells
from tests.effort import effort
from tests.importers.test_hours_cells import TODAY, read, schedules, short

_ZONE = "America/New_York"
_WEEKLY = {"freq": "WEEKLY", "interval": "1", "byday": "MO,TU", "opens_at": "10:00", "closes_at": "18:00"}


def _rules(found: HoursRead) -> set[str]:
    return {question.rule for question in found.questions}


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"interval": "2"}, "hours-monthly"),
        ({"byday": "1MO"}, "hours-monthly"),
        ({"freq": "MONTHLY", "byday": "", "bymonthday": "15"}, "hours-monthly"),
        ({"count": "3"}, "hours-monthly"),
        ({"valid_from": "2027-01-01"}, "hours-not-now"),
        ({"until": "2026-11-25"}, "hours-not-now"),
        ({"opens_at": "10:00Z", "closes_at": "18:00Z"}, "hours-in-utc"),
        ({"opens_at": "10:00-08:00", "closes_at": "18:00-08:00"}, "hours-in-utc"),
    ],
)
def test_a_row_that_is_no_weekly_hour_now_is_asked_about_and_kept_in_words(cells: Cells, rule: str) -> None:
    found = read(rows=[{**_WEEKLY, **cells}])
    assert schedules(found) == {"office": ""}
    assert _rules(found) == {rule}
    assert all(cell in found.facts[0][1].text for cell in cells.values() if cell)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ({}, "MO-TU 600-1080"),
        ({"freq": ""}, "MO-TU 600-1080"),
        ({"freq": "DAILY", "byday": ""}, "MO-SU 600-1080"),
        ({"byday": "", "dtstart": "2026-11-25"}, "WE 600-1080"),
        ({"valid_from": "2026-01-01", "valid_to": "2027-12-31"}, "MO-TU 600-1080"),
        ({"opens_at": "10:00-05:00", "closes_at": "18:00:00-0500"}, "MO-TU 600-1080"),
        ({"opens_at": "22:00", "closes_at": "06:00"}, "MO 1320-1440, TU 0-360+1320-1440, WE 0-360"),
    ],
)
def test_a_row_that_holds_every_week_is_taken(cells: Cells, days: str) -> None:
    found = read(rows=[{**_WEEKLY, **cells}])
    assert schedules(found) == {"office": days}
    assert _rules(found) == set()


def test_notes_stay_and_close_the_days_that_they_name() -> None:
    [(_, value)] = read(rows=[{**_WEEKLY, "notes": "Closed on federal holidays.", "description": "Ring twice"}]).facts
    assert short(value.days) == "MO-TU 600-1080"
    assert "Ring twice" in value.text
    assert "2027-05-31" in value.closed


def test_rows_of_holidays_close_their_days_and_others_are_asked_about() -> None:
    shut = {"closed": "true", "start_date": "2026-12-24", "end_date": "2026-12-26"}
    late = {"closed": "false", "start_date": "2026-12-31", "opens_at": "12:00", "closes_at": "15:00"}
    found = read_hours([_WEEKLY], holidays=[shut, late], zone=_ZONE, is_hotline=False, today=TODAY)
    [(_, value)] = found.facts
    assert value.closed == ["2026-12-24", "2026-12-25", "2026-12-26"]
    assert _rules(found) == {"hours-holiday-not-closed"}
    assert "2026-12-31" in value.text


def test_a_column_of_holidays_closes_what_it_lists() -> None:
    found = read_hours(
        [],
        texts=["M-F 9am-5pm"],
        closed_texts=["Thanksgiving\n\nChristmas Day"],
        zone=_ZONE,
        is_hotline=False,
        today=TODAY,
    )
    assert found.facts[0][1].closed == ["2026-11-26", "2026-12-25", "2027-11-25", "2027-12-25"]


def test_a_line_that_never_closes_stays_open_when_the_office_does_not() -> None:
    found = read("Office: M-F 9-5; Crisis line: 24/7\n\nClosed on federal holidays")
    closed = {slot: bool(value.closed) for slot, value in found.facts}
    assert closed == {"office": True, "crisis-line": False}


def _row(day: str, opens: str, closes: str, text: str) -> dict[str, str]:
    return {"weekday": day, "opens_at": opens, "closes_at": closes, "original_text": text}


def test_rows_that_a_program_took_from_the_words_give_way_to_the_words() -> None:
    text = "8:00am-8:00pm, Mon-Thur; 8:00am-noon, Fri"
    found = read(rows=[_row("Friday", "8:00am", "8:00pm", text)])
    assert schedules(found) == {"office": "MO-TH 480-1200, FR 480-720"}
    assert "hours-text-over-rows" in found.rules
    assert _rules(found) == set()


def test_rows_and_words_that_differ_are_open_when_both_say_so_and_asked_about() -> None:
    text = "Mon-Fri 10am-6pm"
    found = read(rows=[_row("Monday", "9:00am", "5:00pm", text), _row("Saturday", "9:00am", "1:00pm", text)])
    assert schedules(found) == {"office": "MO 600-1020"}
    assert _rules(found) == {"hours-rows-and-text-differ"}


def test_rows_stand_where_the_words_say_nothing_of_hours() -> None:
    found = read(rows=[_row("Monday", "9:00am", "5:00pm", "Ring at the side door")])
    assert schedules(found) == {"office": "MO 540-1020"}
    assert found.facts[0][1].text == "Ring at the side door"


def test_hours_without_a_place_have_no_zone() -> None:
    [(_, value)] = read_hours([], texts=["M-F 9-5"], zone=None, is_hotline=False, today=TODAY).facts
    assert (value.zone, short(value.days)) == ("", "MO-FR 540-1020")


def test_a_night_in_words_is_open_over_the_changes_of_the_clock() -> None:
    [(_, value)] = read("Sat 10pm-6am").facts
    spring = dt.datetime(2027, 3, 14, 2, 30, tzinfo=ZoneInfo(_ZONE)).astimezone(dt.UTC)
    autumn = dt.datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo(_ZONE), fold=1).astimezone(dt.UTC)
    for night in (spring, autumn):
        assert is_open(value.days, value.zone, (), night)
    before = dt.datetime(2027, 3, 13, 12, tzinfo=ZoneInfo(_ZONE)).astimezone(dt.UTC)
    assert next_opening(value.days, value.zone, (), before) == before + dt.timedelta(hours=10)


_HOSTILE = (
    "M-F 9-5\n",
    "((9-5 M-F)",
    "a: 9-5 M-F;",
    "1st ",
    "Mon and ",
    "x:y",
    "federal, state, ",
    "(closed Sun) ",
    "9-5,",
)


@pytest.mark.parametrize("piece", _HOSTILE)
def test_the_longest_text_that_is_read_takes_little_time(piece: str) -> None:
    text = (piece * LONGEST_READ)[:LONGEST_READ]
    assert min(read_time(text) for _ in range(2)) < 2


def read_time(text: str) -> float:
    """Seconds of work that a text takes."""
    with effort() as spent:
        read(text)
    return spent.seconds


def _services(shared: Path) -> list[list[dict[str, str]]]:
    services: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (shared / "data" / "miami211_hsds11" / "regular_schedules.csv").open(
        encoding="utf-8-sig", newline=""
    ) as lines:
        for row in csv.DictReader(lines):
            services[row["service_id"]].append({name: cell.replace("\\n", "\n") for name, cell in row.items() if cell})
    return list(services.values())


def test_nearly_all_hours_of_a_real_211_are_read(shared: Path) -> None:
    found = [read(rows=list(rows)) for rows in _services(shared)]
    with_days = sum(any(value.days for _, value in one.facts) for one in found)
    asked = sum(bool(one.questions) for one in found)
    mended = sum("hours-text-over-rows" in one.rules for one in found)
    assert len(found) == 2_597
    assert with_days >= 2_530
    assert asked <= 75
    # Every seventh service has rows that say something else than its words.
    assert 340 <= mended <= 380


def test_no_word_of_a_real_211_is_lost(shared: Path) -> None:
    for rows in _services(shared)[::6]:
        kept = " ".join(value.text for _, value in read(rows=list(rows)).facts)
        words = " ".join(row.get("original_text", "") for row in rows).replace(";", " ").split()
        assert [word for word in words if word not in kept] == []
