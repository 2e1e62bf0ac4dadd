"""Which exam site is the nearest that is open: at any hour, in its own zone, in DST nights, on holidays."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cards.card import Card
from directory.forensic.nearest import nearest_open
from directory.search.answer import Result
from directory.search.needs import open_now
from directory.search.wall_clocks import WallClocks
from directory.values.hours import DAY_MINUTES, WEEK_MINUTES

Now = Callable[[str], str]
_THANKSGIVING = dt.date(2026, 11, 26).toordinal()


def _week(*hours: tuple[float, float]) -> list[tuple[int, int]]:
    """The same hours on every day; those after 24 end on the next one."""
    spans = [
        (day * DAY_MINUTES + int(60 * start), day * DAY_MINUTES + int(60 * stop))
        for day in range(7)
        for start, stop in hours
    ]
    whole = [(start, min(stop, WEEK_MINUTES)) for start, stop in spans]
    return sorted(whole + [(0, stop - WEEK_MINUTES) for _, stop in spans if stop > WEEK_MINUTES])


def _site(
    name: str, km: float, zone: str, week: list[tuple[int, int]], *, closed: tuple[int, ...] = ()
) -> tuple[Card, float]:
    # What is not known has no entry.
    weeks = {"office": week} if week else {}
    days = {"office": list(closed)} if closed else {}
    return Card(id=name, service=name, name=name, kinds=["sane-adult"], zone=zone, weeks=weeks, closed=days), km


_DAY, _NIGHT, _ALWAYS = _week((8, 17)), _week((22, 30)), [(0, WEEK_MINUTES)]
_EAST, _PHOENIX, _PACIFIC, _HONOLULU = (
    "America/New_York", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip
_SITES = [
    _site("unknown", 1, _EAST, []),
    _site("office", 5, _EAST, _DAY, closed=(_THANKSGIVING,)),
    _site("night", 9, _EAST, _NIGHT),
    _site("phoenix", 20, _PHOENIX, _week((8, 17))),
    _site("always", 60, _EAST, _ALWAYS),
]


def _nearest(at: dt.datetime, sites: list[tuple[Card, float]]) -> str:
    clocks = WallClocks(at)
    found = nearest_open(
        (
            Result(card=card, block="near", score_km=km, distance_km=km, open_now=open_now(card, clocks))
            for card, km in sites
        ),
        "",
    )
    return found.site.card.name if found.site else ""


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # An ordinary Tuesday; in winter Phoenix is two hours behind New York, in summer three.
        ("2026-12-01T10:59Z", "night"),
        ("2026-12-01T12:59Z", "always"),
        ("2026-12-01T13:00Z", "office"),
        ("2026-12-01T21:59Z", "office"),
        ("2026-12-01T22:00Z", "phoenix"),
        ("2026-12-01T23:59Z", "phoenix"),
        ("2026-12-02T00:00Z", "always"),
        ("2026-12-02T03:00Z", "night"),
        ("2026-07-01T21:00Z", "phoenix"),
        ("2026-07-02T00:00Z", "always"),
        # Thanksgiving: the office is closed, whatever its week says; its day is that of its own zone.
        ("2026-11-26T14:00Z", "always"),
        ("2026-11-26T16:00Z", "phoenix"),
        ("2026-11-27T13:00Z", "office"),
        # The night that has 01:30 twice: open in both.
        ("2026-11-01T05:30Z", "night"),
        ("2026-11-01T06:30Z", "night"),
        ("2026-11-01T10:59Z", "night"),
        ("2026-11-01T11:00Z", "always"),
        ("2026-11-01T13:00Z", "office"),
        # The night without two o'clock: what ends at six ends an hour earlier by the sun.
        ("2026-03-08T06:59Z", "night"),
        ("2026-03-08T07:00Z", "night"),
        ("2026-03-08T09:59Z", "night"),
        ("2026-03-08T10:00Z", "always"),
        ("2026-03-08T12:00Z", "office"),
        # Sunday to Monday: the week ends at midnight, the night does not.
        ("2026-12-07T04:59Z", "night"),
        ("2026-12-07T05:00Z", "night"),
    ],
)
def test_the_nearest_is_the_one_whose_own_clock_says_that_it_is_open(at: str, expected: str) -> None:
    assert _nearest(dt.datetime.fromisoformat(at), _SITES) == expected


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        (_EAST, "13:00"), ("America/Chicago", "14:00"), ("America/Denver", "15:00"), (_PHOENIX, "15:00"),
        (_PACIFIC, "16:00"), ("America/Anchorage", "17:00"), (_HONOLULU, "18:00"), ("Pacific/Guam", "22:00"),
        ("America/St_Johns", "11:30"), ("America/Puerto_Rico", "12:00"),
    ],
)  # fmt: skip
def test_every_zone_opens_at_its_own_eight_o_clock(zone: str, opens: str) -> None:
    first = dt.datetime.fromisoformat(f"2026-12-01T{opens}Z")
    sites = [_site("here", 1, zone, _DAY)]
    assert _nearest(first - dt.timedelta(minutes=1), sites) == ""
    assert _nearest(first, sites) == "here"


@pytest.mark.parametrize("zone", ["", "Nowhere/Nothing"])
def test_hours_without_a_clock_to_read_them_by_are_no_open_hours(zone: str) -> None:
    at = dt.datetime.fromisoformat("2026-12-01T15:00Z")
    assert _nearest(at, [_site("lost", 1, zone, _DAY), _site("always", 60, _EAST, _ALWAYS)]) == "always"


@given(
    st.datetimes(
        dt.datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis puts the zone to it
        dt.datetime(2030, 1, 1),  # noqa: DTZ001
        timezones=st.just(dt.UTC),
    ),
    st.sampled_from([_EAST, _PHOENIX, _PACIFIC, _HONOLULU]),
)
def test_at_any_instant_an_office_is_nearest_just_when_a_clock_on_its_wall_shows_its_hours(
    at: dt.datetime, zone: str
) -> None:
    is_open = 8 <= at.astimezone(ZoneInfo(zone)).hour < 17
    assert _nearest(at, [_site("here", 1, zone, _DAY)]) == ("here" if is_open else "")
