"""Times that cannot be meant are odd, and times that only say little are not."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.values.hours import WEEKDAYS
from verifiers.hours import hours
from verifiers.look import Look
from verifiers.subject import Known

WEEK = {day: [[0, 1440]] for day in WEEKDAYS}


def look(value: dict[str, Any], field: str = "schedule") -> Look:
    """One look at a schedule."""
    return asyncio.run(hours()(Known(1, field, value)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "text", "odd"),
    [
        ({"MO": [[540, 1020]]}, "", []),
        ({"MO": [[540, 720], [720, 1020]]}, "", []),
        ({"MO": [[1080, 1440]], "TU": [[0, 120]]}, "", []),
        (WEEK, "Open 24/7", []),
        (WEEK, "Crisis line 24/7, office by appointment", []),
        (WEEK, "24 hours by word " * 40 + "by appointment", []),
        ({"MO": [[540, 1020]]}, "By appointment only", []),
        (WEEK, "24/7 by appointment", ["always-by-appointment"]),
        (WEEK, "24 horas, con cita previa", ["always-by-appointment"]),
        (WEEK, "24h, sur rendez-vous", ["always-by-appointment"]),
        ({"MO": [[540, 720], [660, 1020]]}, "", ["overlap"]),
        ({"MO": [[540, 1020], [540, 1020]]}, "", ["overlap"]),
        ({"MO": [[1020, 540]]}, "", ["backwards", "never"]),
        ({"MO": [[540, 540]], "TU": [[540, 600]]}, "", ["backwards"]),
        ({"MO": [[540, 2000]]}, "", ["outside-the-day", "too-long"]),
        ({"MO": [[-60, 60]]}, "", ["outside-the-day"]),
        ({"MO": [[0, 1440], [0, 60]]}, "", ["overlap", "too-long"]),
        ({"MO": [], "TU": []}, "", ["never"]),
        ({"monday": [[540, 1020]]}, "", ["no-such-day"]),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_odd_and_says_why(days: dict[str, Any], text: str, odd: list[str]) -> None:
    found = look({"zone": "America/New_York", "days": days, "text": text})
    assert (found.outcome, found.memory.get("odd", [])) == ("odd" if odd else "sane", odd)


@pytest.mark.parametrize(
    "value",
    [{"text": "By appointment"}, {}, {"days": {"MO": "9-5"}}, {"days": {"MO": [[1]]}}, {"unknown": 1}, {"days": None}],
)
def test_words_alone_and_values_that_are_none_say_nothing(value: dict[str, Any]) -> None:
    assert look(value) == Look()
    assert look({"days": WEEK}, "phone") == Look()


@given(
    st.dictionaries(
        st.sampled_from([*WEEKDAYS, "", "XX"]),
        st.lists(st.tuples(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))),
    ),
    st.text(max_size=2_000),
)
def test_sane_means_that_every_minute_is_in_one_span_at_most(days: dict[str, list[tuple[int, int]]], text: str) -> None:
    found = look({"days": days, "text": text})
    assert (found.outcome == "") == (not days)
    if found.outcome == "sane":
        assert set(days) <= set(WEEKDAYS)
        assert any(days.values())
        for spans in days.values():
            minutes = [minute for start, end in spans for minute in range(start, end)]
            assert len(minutes) == len(set(minutes))
            assert all(0 <= minute < 1440 for minute in minutes)
            assert all(start < end for start, end in spans)
