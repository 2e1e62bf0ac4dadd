"""The files of hours: each figure with an official page and a day, nothing that cannot be meant."""

import datetime as dt

import msgspec
import pytest

from directory.forensic.windows import (
    CARE,
    CareClock,
    Window,
    covered,
    known_care,
    known_windows,
    problems_of,
    read_files,
)
from directory.places.covered import Covered
from directory.reporting.lines import all_places
from directory.values.official_source import Source
from tests.directory.official import OFFICIAL

_TODAY = dt.date(2026, 11, 28)
_READ = {"name": "Agency", "url": "https://example.gov/", "read_on": "2026-11-28"}
_PAGE = Source(name="Agency", url="https://example.gov/", read_on=_TODAY)
_STATED = [*known_care(), *(window for windows in known_windows().values() for window in windows)]


def test_care_has_the_hours_of_the_national_pages() -> None:
    assert [(clock.what, clock.within_hours) for clock in known_care()] == [
        ("hiv-prevention", 72), ("pregnancy-prevention", 120),
    ]  # fmt: skip
    assert tuple(clock.what for clock in known_care()) == CARE


def test_massachusetts_goes_by_the_age_of_twelve() -> None:
    assert [(one.from_age, one.to_age, one.within_hours) for one in known_windows()["US-MA"]] == [
        (0, 11, 72), (12, None, 120),
    ]  # fmt: skip


def test_a_page_that_tells_of_some_ages_says_nothing_of_others() -> None:
    assert [(one.from_age, one.to_age) for one in known_windows()["US-CA"]] == [(18, None)]
    for place, hours in (("US-IL", 168), ("US-MI", 120)):
        assert [(one.from_age, one.to_age, one.within_hours) for one in known_windows()[place]] == [(0, None, hours)]


def test_how_much_is_known_is_counted() -> None:
    assert covered() == Covered(us=4, ca=0)
    assert set(known_windows()) <= set(all_places())


@pytest.mark.parametrize("stated", _STATED, ids=lambda one: one.sources[0].url)
def test_every_figure_names_an_official_page_with_the_day_on_which_it_was_read(stated: CareClock | Window) -> None:
    assert [source.url for source in stated.sources if not OFFICIAL.match(source.url)] == []
    assert all(dt.date(2026, 11, 1) <= source.read_on <= _TODAY for source in stated.sources)


def test_what_cannot_be_meant_is_found() -> None:
    files = read_files()
    known = type(files["care"])
    care, window = files["care"].care, Window(within_hours=72, sources=(_PAGE,))
    late = Source(name="Agency", url="https://example.gov/", read_on=_TODAY, dated=_TODAY + dt.timedelta(1))

    def problems(name: str, *windows: Window) -> list[str]:
        return problems_of({"care": known(care=care), name: known(window=windows)})

    assert problems("US-VT", window) == []
    assert problems("US-XX", window) != []
    assert problems("US", window) != []
    assert problems("US-VT", window, window) == ["US-VT: two windows for one age"]
    assert problems("US-VT", Window(within_hours=72, from_age=9, to_age=8, sources=(_PAGE,))) != []
    assert problems("US-VT", Window(within_hours=72, sources=(late,))) == ["US-VT: read before it was written"]
    assert problems_of({"care": known(care=care[:1])}) == ["each kind of care is stated once"]
    assert problems_of({"care": known(care=care, window=(window,))}) != []


@pytest.mark.parametrize(
    "written",
    [
        {"within_hours": 72, "sources": []},
        {"within_hours": 0, "sources": [_READ]},
        {"within_hours": 72, "name": "Jane", "sources": [_READ]},
        {"sources": [_READ]},
    ],
)
def test_a_window_without_a_page_or_with_anything_else_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(written, Window)
