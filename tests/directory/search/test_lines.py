"""A search for what is open finds it by a line's own hours, and shows that line first."""

import datetime as dt

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone, Schedule
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.service import search
from tests.makers import kind, make_service, opens, phone, site

# Half past three at night in Miami.
NIGHT = dt.datetime(2026, 11, 27, 8, 30, tzinfo=dt.UTC)
DAILY = {day: [(0, 1_440)] for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}
WEEKDAYS = {day: [(540, 1_020)] for day in ("MO", "TU", "WE", "TH", "FR")}


def _open_now(database: Database) -> Answer:
    with Gazetteer() as gazetteer:
        question = Question(need="case-management", near=gazetteer.find("33130", country="US"), open="now")
        return search(database, question, gazetteer=gazetteer, now=NIGHT)


def _line(number: str, slot: str, how: str = "voice") -> tuple[FactDraft, FactDraft]:
    hours = FactDraft("schedule", Schedule(zone="America/New_York", days=DAILY), slot=f"line:{slot}")
    return FactDraft("phone", Phone(number, kind=how), slot=slot), hours  # type: ignore[arg-type]


def test_a_line_that_is_answered_at_night_is_found_and_shown_first(database: Database) -> None:
    with database.transaction() as session:
        night = _line("+13055550102", "night")
        make_service(
            session, kind("case-management"), phone("+13055550101", "desk"), opens(WEEKDAYS), *night, sites=[site()]
        )
    (result,) = _open_now(database).results
    assert [one.number for one in result.lines] == ["+13055550102", "+13055550101"]
    assert (result.open_now, result.by) == (True, "line:night")


def test_texts_that_are_answered_at_night_open_no_office(database: Database) -> None:
    with database.transaction() as session:
        texts = _line("+13055550102", "text", "text")
        make_service(
            session, kind("case-management"), phone("+13055550101", "voice"), opens(WEEKDAYS), *texts, sites=[site()]
        )
    answer = _open_now(database)
    assert answer.total == 0
    assert [result.open_now for result in answer.results] == [False]
