"""Hours as people write them become schedules; what is not certain is asked about and stays as words."""

import calendar
import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.values.hours import DAY_MINUTES, WEEKDAYS, is_always_open
from importers.hours_cells import HoursRead, read_hours
from tests.effort import effort

TODAY = dt.date(2026, 11, 26)
ALWAYS = "MO-SU 0-1440"


def read(*texts: str, rows: list[dict[str, str]] | None = None, is_hotline: bool = False) -> HoursRead:
    told = rows if rows is not None else [{"original_text": text} for text in texts]
    return read_hours(told, zone="America/New_York", is_hotline=is_hotline, today=TODAY)


def short(days: dict[str, list[tuple[int, int]]]) -> str:
    """Runs of days with the same spans, as in MO-FR 540-1020, SA 600-840."""
    groups: list[list[str]] = []
    for day in WEEKDAYS:
        spans = "+".join(f"{start}-{stop}" for start, stop in days.get(day, ()))
        if groups and groups[-1][2] == spans and WEEKDAYS.index(groups[-1][1]) == WEEKDAYS.index(day) - 1:
            groups[-1][1] = day
        else:
            groups.append([day, day, spans])
    return ", ".join(f"{a if a == b else f'{a}-{b}'} {spans}" for a, b, spans in groups if spans)


def schedules(found: HoursRead) -> dict[str, str]:
    return {slot: short(value.days) for slot, value in found.facts}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("M-F 9am-5pm; Sat 10-2", "MO-FR 540-1020, SA 600-840"),
        ("Mon-Thu: 8:30 - 4:30, Fri 8:30-noon", "MO-TH 510-990, FR 510-720"),
        ("24 hours, 7 days", ALWAYS),
        ("Open 24 hours", ALWAYS),
        ("24/7", ALWAYS),
        ("Daily 9-9", "MO-SU 540-1260"),
        ("7 days a week, 8am-8pm", "MO-SU 480-1200"),
        ("Monday through Friday, 8 a.m. to 5 p.m.", "MO-FR 480-1020"),
        ("Mon-Fri 9:00-17:00", "MO-FR 540-1020"),
        ("closed for lunch 12-1; M-F 8-4", "MO-FR 480-720+780-960"),
        ("Mon: 9am-1pm, 2pm-6pm", "MO 540-780+840-1080"),
        ("M-Th 9-7, F 9-5", "MO-TH 540-1140, FR 540-1020"),
        ("Lunes a viernes 9am a 5pm", "MO-FR 540-1020"),
        ("sábado y domingo 10am-2pm", "SA-SU 600-840"),
        ("9-5 weekdays, weekends by appointment", "MO-FR 540-1020"),
        ("Tue & Thu 1pm\u20138pm", "TU 780-1200, TH 780-1200"),
        ("Sat 10am to midnight", "SA 600-1440"),
        ("Fri 10pm-2am", "FR 1320-1440, SA 0-120"),
        ("M-F 8am-5pm (except Wed)", "MO-TU 480-1020, TH-FR 480-1020"),
        ("MWF 9am-12pm", "MO 540-720, WE 540-720, FR 540-720"),
        ("Monday, Wednesday and Friday 10:00 AM - 3:00 PM", "MO 600-900, WE 600-900, FR 600-900"),
        ("Mon - Fri: 0800-1700", "MO-FR 480-1020"),
    ],
)
def test_what_is_certain_is_read(text: str, days: str) -> None:
    assert schedules(read(text)) == {"office": days}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("M-F 7-9", "hours-ambiguous"),
        ("1st and 3rd Tuesday 9am-noon", "hours-monthly"),
        ("Summer hours: M-F 8-2", "hours-seasonal"),
        ("9am-5pm", "hours-without-days"),
        ("Varies", "hours-not-stated"),
        ("Ring the bell", "hours-not-stated"),
        ("x" * 40_000, "hours-too-long"),
    ],
)
def test_what_is_not_certain_is_asked_about_and_stays_as_words(text: str, rule: str) -> None:
    found = read(text)
    assert rule in {question.rule for question in found.questions}
    assert schedules(found) == {"office": ""}
    assert all(value.text and value.text in text for _, value in found.facts)


def test_intake_office_and_crisis_line_are_three_schedules() -> None:
    found = read("Intake: M,W 9-11am; Office: M-F 8-5; Crisis line 24/7")
    assert schedules(found) == {
        "intake": "MO 540-660, WE 540-660", "office": "MO-FR 480-1020", "crisis-line": ALWAYS,
    }  # fmt: skip


def test_the_hours_of_a_hotline_are_those_of_its_line() -> None:
    assert schedules(read("24/7", is_hotline=True)) == {"crisis-line": ALWAYS}


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("M-F 9am-5pm. Closed on Thanksgiving and Christmas", {"2026-11-26", "2026-12-25", "2027-11-25", "2027-12-25"}),
        ("M-F 9am-5pm. Closed Dec 24 - Dec 26", {"2026-12-24", "2026-12-25", "2026-12-26"}),
        ("M-F 9am-5pm. Closed on July 4, 2027", {"2027-07-04"}),
    ],
)
def test_closures_with_a_date_are_days_on_which_the_hours_do_not_hold(text: str, closed: set[str]) -> None:
    [(slot, value)] = read(text).facts
    assert (slot, short(value.days)) == ("office", "MO-FR 540-1020")
    assert set(value.closed) == closed


def test_closed_on_holidays_closes_the_federal_ones_and_asks_which() -> None:
    found = read("M-F 9am-5pm, closed holidays")
    [(_, value)] = found.facts
    assert {"2026-12-25", "2027-01-01", "2027-07-05"} <= set(value.closed)
    assert "hours-holidays-not-named" in {question.rule for question in found.questions}


def test_a_zone_in_words_goes_before_that_of_the_place() -> None:
    [(_, value)] = read("M-F 9am-5pm Central").facts
    assert value.zone == "America/Chicago"


def test_rows_of_the_standard_of_both_versions_are_read() -> None:
    old = [{"weekday": day, "opens_at": "09:00", "closes_at": "17:00"} for day in ("Monday", "Tuesday")]
    new = [{"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}]
    assert schedules(read(rows=old)) == schedules(read(rows=new)) == {"office": "MO-TU 540-1020"}


def test_a_row_that_does_not_hold_every_week_or_now_is_asked_about() -> None:
    monthly = [{"freq": "MONTHLY", "byday": "1TU", "opens_at": "09:00", "closes_at": "17:00"}]
    over = [{"freq": "WEEKLY", "byday": "TU", "opens_at": "09:00", "closes_at": "17:00", "valid_to": "2020-01-01"}]
    for rows, rule in ((monthly, "hours-monthly"), (over, "hours-not-now")):
        found = read(rows=rows)
        assert not any(value.days for _, value in found.facts)
        assert rule in {question.rule for question in found.questions}


def test_all_day_every_day_by_the_standards_way_is_always_open() -> None:
    rows = [{"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU", "opens_at": "00:00", "closes_at": "23:59"}]
    [(_, value)] = read(rows=rows).facts
    assert is_always_open(value.days)


_WORDS = st.lists(
    st.sampled_from(
        ["M-F", "Mon", "Saturday", "9", "9am", "5pm", "-", "to", "noon", "closed", "holidays", "1st", ";", "24",
         "hours", "Intake:", "by appointment", "Dec 24", "7:30", "and", "except", "lunes", "midnight", "\n", "ET"]
    )
).map(" ".join)  # fmt: skip


@given(st.one_of(_WORDS, st.text(max_size=200)))
def test_whatever_is_written_gives_sound_days_and_loses_no_words(text: str) -> None:
    found = read(text)
    for _, value in found.facts:
        assert set(value.days) <= set(WEEKDAYS)
        for spans in value.days.values():
            assert all(0 <= start < stop <= DAY_MINUTES for start, stop in spans)
            assert all(a[1] < b[0] for a, b in pairwise(spans))
        assert all(dt.date.fromisoformat(day) >= TODAY - dt.timedelta(days=1) for day in value.closed)
    if text.strip():
        assert found.facts


_SPAN = st.tuples(st.integers(0, 1_439), st.integers(1, 1_440)).filter(lambda span: span[0] < span[1])


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % DAY_MINUTES, 60)
    return f"{hour % 12 or 12}:{rest:02}{'am' if hour < 12 else 'pm'}"


@given(st.sampled_from(WEEKDAYS), _SPAN.filter(lambda span: span[1] - span[0] >= 30 and span[1] != 1_439))
def test_a_span_written_out_is_read_as_it_was(day: str, span: tuple[int, int]) -> None:
    name = dict(zip(WEEKDAYS, calendar.day_name, strict=True))[day]
    found = read(f"{name} {_clock(span[0])} to {_clock(span[1])}")
    assert not found.questions or "hours-improbable" in {question.rule for question in found.questions}
    if not found.questions:
        assert [value.days for _, value in found.facts] == [{day: [span]}]


@pytest.mark.parametrize("piece", ["9am-", "Mon ", "1st ", "closed ", "(", "24/7 ", "9-5,", "Dec "])
def test_hostile_texts_take_no_time(piece: str) -> None:
    with effort() as spent:
        read(piece * (32_768 // len(piece)))
    assert spent.seconds < 2


_WEEKS = st.dictionaries(
    st.sampled_from(WEEKDAYS),
    st.lists(st.integers(14, 43), min_size=2, max_size=4, unique=True).filter(lambda edges: len(edges) % 2 == 0),
    min_size=1,
).map(
    lambda week: {
        day: [(a * 30, b * 30) for a, b in zip(*[iter(sorted(week[day]))] * 2, strict=True)]
        for day in WEEKDAYS
        if day in week
    }
)
_NAMES = {
    "short": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "long": tuple(calendar.day_name),
    "spanish": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}


def _full(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def _written_weeks(draw: st.DrawFn) -> tuple[str, dict[str, list[tuple[int, int]]]]:
    """A week, and the same in one of the styles in which people write it."""
    week = draw(_WEEKS)
    names = _NAMES[draw(st.sampled_from(sorted(_NAMES)))]
    clock = draw(st.sampled_from([_clock, _full]))
    dash = draw(st.sampled_from(["-", " - ", " to ", "\u2013"]))
    order = draw(st.sampled_from(["{day} {times}", "{day}: {times}", "{times}, {day}"]))
    lines = [
        order.format(
            day=names[WEEKDAYS.index(day)],
            times=" & ".join(f"{clock(start)}{dash}{clock(stop)}" for start, stop in spans),
        )
        for day, spans in week.items()
    ]
    return draw(st.sampled_from(["; ", "\n", ";\n"])).join(lines), week


@given(_written_weeks())
def test_a_week_in_any_common_style_is_read_as_it_was(written: tuple[str, dict[str, list[tuple[int, int]]]]) -> None:
    text, week = written
    found = read(text)
    assert [value.days for _, value in found.facts] == [week]
    assert found.questions == ()
