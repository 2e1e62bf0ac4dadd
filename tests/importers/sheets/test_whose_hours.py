"""From a sheet to a search: the number that stands beside "open now" is the one that is answered at this hour."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.service import search
from directory.search.written import answer_object
from importers.run import import_package

_HEADER = "Agency,Services,Office phone,24 hour hotline,City,State,Zip,Office hours,Hotline hours"
_LONG_ROW = '"{name}","Case management",{office},{hotline},{town},"Mon-Fri 9-5",{hours}'
_OFFICE, _HOTLINE = "+13055550101", "+13055550102"


def _import(database: Database, folder: Path, *, office: str, hotline: str, town: str, hours: str) -> None:
    row = _LONG_ROW.format(name="Org Night", office=office, hotline=hotline, town=town, hours=hours)
    path = folder / "lines.csv"
    path.write_text(f"{_HEADER}\n{row}\n", encoding="utf-8")
    import_package(database, "file", path, source="list")


def _asked(database: Database, near: str, now: str, *, is_open: Any = "") -> tuple[Answer, dict[str, Any]]:
    with Gazetteer() as gazetteer:
        question = Question(need="case-management", near=gazetteer.find(near, country="US"), open=is_open)
        answer = search(database, question, gazetteer=gazetteer, now=dt.datetime.fromisoformat(now))
        found = json.loads(json.dumps(answer_object(answer, gazetteer)))
    return answer, found["results"][0] if found["results"] else {}


@pytest.mark.parametrize(
    ("town", "near", "now"),
    [
        # Half past three at night in Miami; ten in the morning, when both are answered.
        ("Miami,FL,33130", "33130", "2026-11-27T08:30+00:00"),
        ("Miami,FL,33130", "33130", "2026-11-27T15:00+00:00"),
        # In Phoenix, which has no summer time; in Chicago an hour before and after clocks change there.
        ("Phoenix,AZ,85004", "85004", "2026-07-10T15:30+00:00"),
        ("Chicago,IL,60602", "60602", "2026-03-08T07:30+00:00"),
        ("Chicago,IL,60602", "60602", "2026-11-01T06:30+00:00"),
    ],
)
def test_a_hotline_s_number_stands_beside_its_hours(
    database: Database, tmp_path: Path, town: str, near: str, now: str
) -> None:
    _import(database, tmp_path, office="305-555-0101", hotline="305-555-0102", town=town, hours="24/7")
    _, result = _asked(database, near, now, is_open="now")
    assert result["open_now"] is True
    assert [phone["number"] for phone in result["phones"]] == [_HOTLINE, _OFFICE]
    assert [phone["hours"] for phone in result["phones"]] == ["Crisis line: 24/7", "Office: Mon-Fri 09:00-17:00"]


@pytest.mark.parametrize(
    ("now", "first", "is_open"),
    [
        # 8:59, 9:00 and 17:00 by the clocks of Chicago, in winter and on the Tuesday after they went forward.
        ("2026-03-06T14:59+00:00", _HOTLINE, True),
        ("2026-03-06T15:00+00:00", _OFFICE, True),
        ("2026-03-10T13:59+00:00", _HOTLINE, True),
        ("2026-03-10T14:00+00:00", _OFFICE, True),
        ("2026-03-10T22:00+00:00", _HOTLINE, True),
    ],
)
def test_which_line_is_first_changes_with_the_clock_there(
    database: Database, tmp_path: Path, now: str, first: str, is_open: bool
) -> None:
    _import(
        database, tmp_path, office="305-555-0101", hotline="305-555-0102", town="Chicago,IL,60602",
        hours='"Mon-Fri 5pm-9am"',
    )  # fmt: skip
    _, result = _asked(database, "60602", now)
    assert (result["phones"][0]["number"], result["open_now"]) == (first, is_open)


def test_hours_of_a_hotline_without_a_number_are_not_said_of_the_office(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, office="305-555-0101", hotline="", town="Miami,FL,33130", hours="24/7")
    _, result = _asked(database, "33130", "2026-11-27T08:30+00:00")
    assert result["phones"][0]["hours"] == "Office: Mon-Fri 09:00-17:00"
    assert "Crisis line hours 24/7; number not stated which." in result["reasons"]
    assert "Open now." not in result["reasons"]


def test_a_hotline_without_hours_is_not_said_to_be_closed(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, office="305-555-0101", hotline="305-555-0102", town="Miami,FL,33130", hours="")
    _, result = _asked(database, "33130", "2026-11-27T08:30+00:00")
    assert {phone["number"]: phone["hours"] for phone in result["phones"]} == {
        _OFFICE: "Office: Mon-Fri 09:00-17:00", _HOTLINE: "Crisis line: hours not stated",
    }  # fmt: skip
