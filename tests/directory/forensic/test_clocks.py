"""Care before evidence, at every hour; and no hour after which there is nothing."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.forensic.clocks import ALWAYS, Clocks, clocks
from directory.forensic.windows import known_windows
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place


def _place(region: str, country: str = "US") -> Place:
    return Place(name="Somewhere", kind="region", region=region, country=country, lat=0.0, lon=0.0, zone="UTC")


_PLACES = [None, *(_place(code.partition("-")[2]) for code in known_windows()), _place("VT"), _place("ON", "CA")]


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def _told(found: Clocks) -> list[tuple[str, str, float | None]]:
    return [(step.what, step.stands, step.left_hours) for step in found.steps]


@pytest.mark.parametrize(
    ("hours", "where", "age", "expected"),
    [
        (None, "Boston, MA", 30, [("hiv-prevention", "early", None), ("pregnancy-prevention", "early", None),
                                  ("evidence", "early", None)]),
        (0, "Boston, MA", 30, [("hiv-prevention", "early", 72), ("pregnancy-prevention", "early", 120),
                               ("evidence", "early", 120)]),
        (72, "Boston, MA", 11, [("hiv-prevention", "early", 0), ("pregnancy-prevention", "early", 48),
                                ("evidence", "early", 0)]),
        (72.5, "Boston, MA", 11, [("hiv-prevention", "ask", None), ("pregnancy-prevention", "early", 47.5),
                                  ("evidence", "ask", None)]),
        (72.5, "Boston, MA", 12, [("hiv-prevention", "ask", None), ("pregnancy-prevention", "early", 47.5),
                                  ("evidence", "early", 47.5)]),
        (150, "Chicago, IL", 9, [("hiv-prevention", "ask", None), ("pregnancy-prevention", "ask", None),
                                 ("evidence", "early", 18)]),
        (150, "Chicago, IL", 30, [("hiv-prevention", "ask", None), ("pregnancy-prevention", "ask", None),
                                  ("evidence", "early", 18)]),
        (10, "Sacramento, CA", 9, [("hiv-prevention", "early", 62), ("pregnancy-prevention", "early", 110)]),
        (10, "33130", 30, [("hiv-prevention", "early", 62), ("pregnancy-prevention", "early", 110)]),
    ],
)  # fmt: skip
def test_what_comes_first_and_what_is_left(
    gazetteer: Gazetteer, hours: float | None, where: str, age: int, expected: list[tuple[str, str, float | None]]
) -> None:
    assert _told(clocks(hours, gazetteer.find(where), age)) == expected


def test_where_no_page_tells_the_hours_the_exam_line_is_asked() -> None:
    assert clocks(None, None).is_asked
    assert clocks(None, _place("VT"), 30).is_asked
    assert not clocks(None, _place("MA")).is_asked
    assert not clocks(None, _place("IL")).is_asked
    # Of one half of the ages alone something is known.
    assert clocks(None, _place("CA")).is_asked
    assert not clocks(None, _place("CA"), 30).is_asked
    assert [(one.from_age, one.to_age) for one in clocks(None, _place("CA")).evidence] == [(18, None)]
    # A region of another nation may have the same letters.
    assert clocks(None, _place("CA", "MX")).evidence == ()


@given(
    hours=st.none() | st.floats(min_value=0, max_value=1e9, allow_nan=False) | st.integers(0, 10_000),
    place=st.sampled_from(_PLACES),
    age=st.none() | st.integers(0, 120),
)
def test_care_is_before_evidence_nothing_is_ever_over_and_something_is_always_there(
    hours: float | None, place: Place | None, age: int | None
) -> None:
    found = clocks(hours, place, age)
    kinds = [step.what for step in found.steps]
    assert kinds[:2] == ["hiv-prevention", "pregnancy-prevention"]
    assert set(kinds[2:]) <= {"evidence"}
    assert found.evidence or found.is_asked
    assert {step.stands for step in found.steps} <= {"early", "ask"}
    assert all(step.left_hours is None or 0 <= step.left_hours <= step.within_hours for step in found.steps)
    assert all(step.stands == "early" for step in found.steps) or hours is not None
    assert found.always == ALWAYS
    # Nobody is asked for an hour: without one all that is told with one is told too.
    assert [(step.what, step.within_hours) for step in clocks(None, place, age).steps] == [
        (step.what, step.within_hours) for step in found.steps
    ]


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf")])
def test_hours_that_cannot_be_are_refused(hours: float) -> None:
    with pytest.raises(ValueError, match="from 0 on"):
        clocks(hours, None)
