"""What one admin asks for is decided once, by another who counts as another, and not for ever."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import DirectoryError, NotFoundError, RefusedError
from directory.people import requests
from tests.directory.people.written import entries
from tests.staff import acting, make_person

KIND = "pinned-return"


def _asked(session: Session, now: dt.datetime) -> int:
    by = acting(session, make_person(session, "One", "admin"))
    return requests.ask(session, KIND, "US/0", verb="pinned.return-asked", by=by, now=now)


def test_a_request_is_open_for_three_days_and_only_as_what_it_is(session: Session, now: dt.datetime) -> None:
    number = _asked(session, now)
    until = now + requests.ASKING_HOLDS
    assert requests.open_request(session, KIND, number, now=until).subject == "US/0"
    for kind, request_id, at in (
        (KIND, number, until + dt.timedelta(seconds=1)),
        (KIND, number + 1, now),
        ("recovery", number, now),
    ):
        with pytest.raises(NotFoundError):
            requests.open_request(session, kind, request_id, now=at)


def test_nobody_is_the_second_of_what_is_about_them_or_what_they_asked_for(session: Session, now: dt.datetime) -> None:
    request = requests.open_request(session, KIND, _asked(session, now), now=now)
    guest = make_person(session, "Two", "admin", invited_by=request.opened_by)
    lost = acting(session, make_person(session, "Lost", "admin"))
    for by, said in ((request.opened_by, "Another admin"), (guest, "guest of the other")):
        with pytest.raises(RefusedError, match=said):
            requests.second(session, request, about=lost.id, verb="x", by=acting(session, by), now=now)
    assert request.state == "open"


def test_of_many_who_second_at_the_same_time_one_does(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        number = _asked(session, now)
        people = [make_person(session, f"Two{count}", "admin") for count in range(4)]

    def attempt(person: int) -> bool:
        try:
            with database.transaction() as session:
                by = acting(session, person)
                request = requests.open_request(session, KIND, number, now=now)
                requests.second(session, request, about=requests.NOBODY, verb="pinned.returned", by=by, now=now)
        except DirectoryError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, people)) == 1
    with database.reading() as session:
        assert [verb for verb, _ in entries(session)] == ["pinned.return-asked", "pinned.returned"]
