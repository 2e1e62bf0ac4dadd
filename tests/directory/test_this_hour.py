"""One table of hours, read by everything that says who answers at this hour: zones, holidays, nights of changed clocks.

Listings and reporting lines, the search in the database and beside it, the pages, the exam's nearest and the line of a
call read the same rows, so that they cannot disagree.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pytest

from directory.cards.card import Card, CardPhone
from directory.db import Database
from directory.forensic.nearest import nearest_open
from directory.handoff.line_now import line_now
from directory.listings.drafts import FactDraft
from directory.listings.fields import Schedule
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.reporting.lines import Line, Phone, Spell
from directory.reporting.this_hour import lines_for
from directory.search.answer import Question, Result
from directory.search.needs import open_now
from directory.search.service import search
from directory.search.wall_clocks import WallClocks
from directory.values.holidays import OF_THE_NATION, kept_days
from directory.values.hours import WEEKDAYS, closes_at, is_open, next_opening, spread, week_minutes
from directory.values.official_source import Source
from tests.makers import kind, make_service, phone, serves
from web.pages.opening import opening, opens_in_words, until_in_words
from web.wording import Wording

_MORNING = 6


class Hours(NamedTuple):
    """Weekly hours: on which days they begin, and from when to when."""

    days: tuple[str, ...]
    opens: str
    closes: str

    @property
    def week(self) -> dict[str, list[tuple[int, int]]]:
        start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (self.opens, self.closes))
        return spread(self.days, start, end if end > start else end + 1440)


OFFICE = Hours(WEEKDAYS[:5], "08:00", "17:00")
ALWAYS = Hours(WEEKDAYS, "00:00", "24:00")
NIGHT = Hours(WEEKDAYS, "22:00", "03:30")
SMALL_HOURS = Hours(WEEKDAYS, "02:15", "02:45")
TO_HALF_PAST_TWO = Hours(WEEKDAYS, "22:00", "02:30")
TO_HALF_PAST_ONE = Hours(WEEKDAYS, "22:00", "01:30")
FROM_HALF_PAST_ONE = Hours(WEEKDAYS, "01:30", "04:00")


class Row(NamedTuple):
    """A place, an instant (on its clocks, or in UTC with a Z), hours, whether holidays close, and what is then so.

    ``edge`` is when it closes (of what is open) or opens next, on the clocks there, a second showing of an hour marked
    with an asterisk; empty where it never does.
    """

    where: str
    at: str
    hours: Hours
    keeps: bool
    state: str
    edge: str
    tonight: bool


ROWS = [
    # A Sunday night, a working morning, and the minutes at both ends of a day.
    Row("02118", "2026-11-29T21:00", ALWAYS, False, "open", "", True),
    Row("02118", "2026-11-29T21:00", OFFICE, False, "closed", "2026-11-30T08:00", False),
    Row("02118", "2026-12-01T10:00", ALWAYS, False, "open", "", True),
    Row("02118", "2026-12-01T10:00", OFFICE, True, "open", "2026-12-01T17:00", True),
    Row("02118", "2026-12-01T07:59", OFFICE, False, "closed", "2026-12-01T08:00", True),
    Row("02118", "2026-12-01T08:00", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("02118", "2026-12-01T16:59", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("02118", "2026-12-01T17:00", OFFICE, False, "closed", "2026-12-02T08:00", False),
    Row("02118", "2026-12-04T17:00", OFFICE, False, "closed", "2026-12-07T08:00", False),
    # Over midnight.
    Row("02118", "2026-12-01T12:00", NIGHT, False, "closed", "2026-12-01T22:00", True),
    Row("02118", "2026-12-01T23:00", NIGHT, False, "open", "2026-12-02T03:30", True),
    Row("02118", "2026-12-02T00:00", NIGHT, False, "open", "2026-12-02T03:30", True),
    Row("02118", "2026-12-02T03:30", NIGHT, False, "closed", "2026-12-02T22:00", False),
    Row("02118", "2026-12-02T05:59", NIGHT, False, "closed", "2026-12-02T22:00", False),
    Row("02118", "2026-12-02T06:00", NIGHT, False, "closed", "2026-12-02T22:00", True),
    # A holiday Monday, the evening before it, and a Sunday's holiday that is kept on Monday.
    Row("02118", "2027-01-18T10:00", OFFICE, True, "closed", "2027-01-19T08:00", False),
    Row("02118", "2027-01-18T10:00", OFFICE, False, "open", "2027-01-18T17:00", True),
    Row("02118", "2027-01-17T21:00", OFFICE, True, "closed", "2027-01-19T08:00", False),
    Row("02118", "2027-07-05T10:00", OFFICE, True, "closed", "2027-07-06T08:00", False),
    Row("02118", "2026-12-24T17:00", OFFICE, True, "closed", "2026-12-28T08:00", False),
    # A closed day closes its own small hours.
    Row("02118", "2027-01-17T23:00", NIGHT, True, "open", "2027-01-18T00:00", True),
    Row("02118", "2027-01-18T01:00", NIGHT, True, "closed", "2027-01-19T00:00", False),
    Row("02118", "2027-01-18T20:00", NIGHT, True, "closed", "2027-01-19T00:00", True),
    # The night of 14 March 2027: clocks go from 02:00 to 03:00.
    Row("02118", "2027-03-14T06:59Z", NIGHT, False, "open", "2027-03-14T03:30", True),
    Row("02118", "2027-03-14T07:29Z", NIGHT, False, "open", "2027-03-14T03:30", True),
    Row("02118", "2027-03-14T07:30Z", NIGHT, False, "closed", "2027-03-14T22:00", False),
    Row("02118", "2027-03-14T06:59Z", TO_HALF_PAST_TWO, False, "open", "2027-03-14T03:00", True),
    Row("02118", "2027-03-14T07:00Z", TO_HALF_PAST_TWO, False, "closed", "2027-03-14T22:00", False),
    Row("02118", "2027-03-14T06:30Z", SMALL_HOURS, False, "closed", "2027-03-15T02:15", False),
    Row("02118", "2027-03-15T06:30Z", SMALL_HOURS, False, "open", "2027-03-15T02:45", True),
    # The night of 7 November 2027: clocks go from 02:00 back to 01:00, and half past one is shown twice.
    Row("02118", "2027-11-07T05:29Z", TO_HALF_PAST_ONE, False, "open", "2027-11-07T01:30*", True),
    Row("02118", "2027-11-07T05:40Z", TO_HALF_PAST_ONE, False, "open", "2027-11-07T01:30*", True),
    Row("02118", "2027-11-07T06:29Z", TO_HALF_PAST_ONE, False, "open", "2027-11-07T01:30*", True),
    Row("02118", "2027-11-07T06:30Z", TO_HALF_PAST_ONE, False, "closed", "2027-11-07T22:00", False),
    Row("02118", "2027-11-07T05:10Z", FROM_HALF_PAST_ONE, False, "closed", "2027-11-07T01:30", True),
    Row("02118", "2027-11-07T05:30Z", FROM_HALF_PAST_ONE, False, "open", "2027-11-07T04:00", True),
    Row("02118", "2027-11-07T06:10Z", FROM_HALF_PAST_ONE, False, "open", "2027-11-07T04:00", True),
    Row("02118", "2027-11-07T08:29Z", NIGHT, False, "open", "2027-11-07T03:30", True),
    # States with two clocks: Texas, Indiana, and Arizona, of which the Navajo Nation alone changes them.
    Row("79901", "2026-12-01T23:30Z", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("78701", "2026-12-01T23:30Z", OFFICE, False, "closed", "2026-12-02T08:00", False),
    Row("46204", "2026-12-01T22:30Z", OFFICE, False, "closed", "2026-12-02T08:00", False),
    Row("46402", "2026-12-01T22:30Z", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("86004", "2027-07-01T14:30Z", OFFICE, False, "closed", "2027-07-01T08:00", True),
    Row("86515", "2027-07-01T14:30Z", OFFICE, False, "open", "2027-07-01T17:00", True),
    Row("86004", "2027-03-14T10:29Z", NIGHT, False, "open", "2027-03-14T03:30", True),
    Row("86515", "2027-03-14T09:30Z", NIGHT, False, "closed", "2027-03-14T22:00", False),
    # Islands, on one side of the date line and the other.
    Row("96813", "2026-12-02T02:59Z", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("96813", "2027-03-14T13:30Z", NIGHT, False, "closed", "2027-03-14T22:00", False),
    Row("96799", "2026-12-01T19:00Z", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("96910", "2026-11-29T22:00Z", OFFICE, False, "open", "2026-11-30T17:00", True),
    Row("96950", "2026-11-29T21:59Z", OFFICE, False, "closed", "2026-11-30T08:00", True),
    Row("00901", "2027-07-01T12:00Z", OFFICE, False, "open", "2027-07-01T17:00", True),
    Row("00801", "2026-12-01T21:00Z", OFFICE, False, "closed", "2026-12-02T08:00", False),
    # Newfoundland, half an hour beside everybody else, and the holidays of another nation.
    Row("A1B", "2026-12-01T11:29Z", OFFICE, False, "closed", "2026-12-01T08:00", True),
    Row("A1B", "2026-12-01T11:30Z", OFFICE, False, "open", "2026-12-01T17:00", True),
    Row("A1B", "2027-03-14T05:59Z", NIGHT, False, "open", "2027-03-14T03:30", True),
    Row("A1B", "2027-11-07T03:59Z", TO_HALF_PAST_ONE, False, "open", "2027-11-07T01:30*", True),
    Row("M5V", "2027-07-01T10:00", OFFICE, True, "closed", "2027-07-02T08:00", False),
    Row("02118", "2027-07-01T10:00", OFFICE, True, "open", "2027-07-01T17:00", True),
]  # fmt: skip
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.where}-{row.at}-{row.hours.opens}-{row.keeps}")


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


class Case(msgspec.Struct, frozen=True):
    """A row as the parts of the program take it."""

    row: Row
    place: Place
    at: dt.datetime

    @property
    def is_open(self) -> bool:
        return self.row.state == "open"

    @property
    def edge(self) -> dt.datetime | None:
        if not self.row.edge:
            return None
        shown = dt.datetime.fromisoformat(self.row.edge.rstrip("*"))
        fold = int(self.row.edge.endswith("*"))
        return shown.replace(tzinfo=ZoneInfo(self.place.zone), fold=fold).astimezone(dt.UTC)

    @property
    def closed(self) -> list[int]:
        """Days on which it is closed, in the year of the instant and beside it."""
        names = OF_THE_NATION[self.place.country].split() if self.row.keeps else []
        return sorted(kept_days(names, self.at.astimezone(ZoneInfo(self.place.zone)).date()))

    @property
    def card(self) -> Card:
        return Card(
            id="1", service="1", name="Practice", zone=self.place.zone, kinds=["sane-adult"],
            phones=[CardPhone(number="+13055550142")], weeks={"intake": week_minutes(self.row.hours.week)},
            closed={"intake": self.closed},
        )  # fmt: skip


def _case(gazetteer: Gazetteer, row: Row) -> Case:
    place = gazetteer.find(row.where)
    at = dt.datetime.fromisoformat(row.at)
    at = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(place.zone))).astimezone(dt.UTC)
    return Case(row, place, at)


@each_row
def test_hours_themselves(gazetteer: Gazetteer, row: Row) -> None:
    case = _case(gazetteer, row)
    asked = (row.hours.week, case.place.zone, case.closed, case.at)
    assert is_open(*asked) is case.is_open
    assert (closes_at(*asked) if case.is_open else next_opening(*asked)) == case.edge
    morning = case.at.astimezone(ZoneInfo(case.place.zone))
    morning = morning.replace(hour=_MORNING, minute=0) + dt.timedelta(days=morning.hour >= _MORNING)
    following = next_opening(*asked)
    assert (case.is_open or (following is not None and following < morning.astimezone(dt.UTC))) is row.tonight


@each_row
def test_reporting_lines(gazetteer: Gazetteer, row: Row) -> None:
    case, hours = _case(gazetteer, row), row.hours
    line = Line(
        id="us-xx-line", name="Line", run_by="Agency", kinds=("child-protection",),
        phones=(Phone(number="+18006495285"),), on_holidays="closed" if row.keeps else "open",
        hours=(Spell(days=hours.days, opens=hours.opens, closes=hours.closes),),
        sources=(Source(name="Agency", url="https://example.gov/", read_on=dt.date(2026, 11, 28)),),
    )  # fmt: skip
    known = {f"{case.place.country}-{case.place.region}": (line,)}
    (found,) = lines_for(case.place, "child-protection", "", case.at, known=known).lines
    assert (found.is_open, found.until if case.is_open else found.opens) == (case.is_open, case.edge)


@each_row
def test_the_search_beside_the_database(gazetteer: Gazetteer, row: Row) -> None:
    case = _case(gazetteer, row)
    clocks = WallClocks(case.at)
    assert open_now(case.card, clocks) is case.is_open
    spans = case.card.weeks["intake"]
    assert row.tonight is any(
        begin < window.stop and end > window.start and window.day not in case.closed
        for window in clocks.tonight(case.place.zone)
        for begin, end in spans
    )
    result = Result(card=case.card, block="near", score_km=1.0, distance_km=1.0, open_now=open_now(case.card, clocks))
    assert (nearest_open([result], "").site is not None) is case.is_open


@each_row
def test_pages(gazetteer: Gazetteer, row: Row) -> None:
    case, t = _case(gazetteer, row), Wording("en")
    told = opening(case.card, now=case.at, t=t)
    assert told.state == row.state
    if case.edge is None:
        assert "24 hours a day" in told.detail
        return
    in_words = until_in_words if case.is_open else opens_in_words
    assert in_words(case.edge, case.at, t, zone=case.place.zone).lower() in told.detail.lower().replace(" et", "")


@each_row
def test_the_line_of_a_call(gazetteer: Gazetteer, row: Row) -> None:
    case = _case(gazetteer, row)
    found = line_now(case.card, case.at)
    assert found.state == row.state
    assert (found.until if case.is_open else found.opens) == case.edge


def test_the_search_in_the_database_at_every_instant_for_every_row(database: Database, gazetteer: Gazetteer) -> None:
    cases = [_case(gazetteer, row) for row in ROWS]
    held = {f"Row {number}": case for number, case in enumerate(cases)}
    with database.transaction() as session:
        for name, case in held.items():
            closed = [dt.date.fromordinal(day).isoformat() for day in case.closed]
            hours = FactDraft("schedule", Schedule(case.place.zone, case.row.hours.week, closed), slot="intake")
            make_service(session, kind("hotline"), phone(), serves("US", "nation"), hours, name=name)

    def named(at: dt.datetime, when: str) -> set[str]:
        question = Question(need="hotline", open=when, limit=1_000)  # type: ignore[arg-type]
        found = search(database, question, gazetteer=gazetteer, now=at).results
        return {one.card.name for one in found if one.block != "near-miss"}

    for at in sorted({case.at for case in cases}):
        clocks = WallClocks(at)
        expected = {
            name
            for name, case in held.items()
            if is_open(case.row.hours.week, case.place.zone, case.closed, at)
        }  # fmt: skip
        assert named(at, "now") == expected, at
        tonight = {
            name
            for name, case in held.items()
            if any(
                begin < window.stop and end > window.start and window.day not in case.closed
                for window in clocks.tonight(case.place.zone)
                for begin, end in week_minutes(case.row.hours.week)
            )
        }
        assert named(at, "tonight") == tonight, at
        assert {name for name, case in held.items() if case.at == at and case.row.tonight} <= tonight
        assert {name for name, case in held.items() if case.at == at and not case.row.tonight}.isdisjoint(tonight)
