"""The weekly letter: numbers alone, to those who want it, once a week however many clocks run, and never lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from directory import jobs
from directory.bootstrap import open_database
from directory.db import Database
from directory.freshness.service import count_report
from directory.mail.models import Outbox
from directory.mail.sending import send_due
from directory.people.preferences import set_minutes, set_weekly
from directory.planning.models import CallTask
from directory.settings import Settings, tells
from directory.worklist.due import Due, due_of
from directory.worklist.weekly import put_out_weekly
from tests import makers
from tests.conftest import NOW
from tests.services.mail import catching
from tests.staff import acting, make_person

NEW_YORK = "America/New_York"
# Of the week after that of the tests, on the clocks of New York (EST).
MONDAY = dt.datetime(2026, 11, 30, 12, 5, tzinfo=dt.UTC)


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """Three who keep listings, of whom two want the letter, and a listing that a reader reported."""
    with database.transaction() as session:
        made = makers.make_service(
            session, makers.kind("emergency-shelter"), makers.phone("+13055550177"), name="Quiet Rooms"
        )
        count_report(session, made.listings[0][1], reason="closed", now=NOW)
        found = {name: make_person(session, name) for name in ("Ada", "Bea", "Cas")}
        found["Far"] = make_person(session, "Far", scopes=(("area", "US-TX"),))
        for name in ("Ada", "Bea", "Far"):
            set_weekly(session, wanted=True, by=acting(session, found[name]))
    return found


def _put(database: Database, at: dt.datetime, zone: str = NEW_YORK) -> int:
    with database.transaction() as session:
        return put_out_weekly(session, zone=zone, now=at)


def _waiting(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Outbox.recipient).where(Outbox.template == "weekly").order_by(Outbox.id)))


def test_who_wants_it_and_has_something_to_do_gets_it_once_a_week(database: Database, people: dict[str, int]) -> None:
    assert _put(database, MONDAY) == 2
    assert _waiting(database) == ["ada@example.org", "bea@example.org"]
    for later in (dt.timedelta(minutes=1), dt.timedelta(days=1), dt.timedelta(days=4)):
        assert _put(database, MONDAY + later) == 0
    assert _put(database, MONDAY + dt.timedelta(days=7)) == 2
    assert people


@pytest.mark.parametrize(
    ("passed", "count"),
    [
        (dt.timedelta(minutes=-10), 0), (dt.timedelta(days=-1), 0), (dt.timedelta(days=-2), 0), (dt.timedelta(0), 2),
        # A site that was off on Monday catches up.
        (dt.timedelta(days=2), 2),
    ],
)  # fmt: skip
def test_it_waits_for_a_working_morning_of_the_deployment(
    database: Database, people: dict[str, int], passed: dt.timedelta, count: int
) -> None:
    assert _put(database, MONDAY + passed) == count
    assert people


def test_two_clocks_at_once_put_out_one_letter_each(database: Database, people: dict[str, int]) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: _put(database, MONDAY), range(2))) == 2
    assert len(_waiting(database)) == 2
    assert people


def test_it_says_numbers_alone_and_a_server_that_fails_gets_it_later_once(
    database: Database, people: dict[str, int]
) -> None:
    _put(database, NOW)
    with catching() as (kept, settings):
        kept.refusal = "451 later"
        assert send_due(database, settings).failed == 2
        assert kept.letters == []
        kept.refusal = ""
        later = open_database(
            database.engine.url.render_as_string(hide_password=False), clock=lambda: NOW + dt.timedelta(hours=2)
        )
        try:
            assert (send_due(later, settings).sent, send_due(later, settings).sent) == (2, 0)
        finally:
            later.dispose()
    said = kept.letters[0].get_content()
    assert "Entries that readers reported: 1" in said
    assert "https://desk.example.org/desk" in said
    assert "Quiet" not in said
    assert not tells(said + kept.letters[0]["Subject"])
    assert people


def test_what_is_counted_is_within_ones_scope(database: Database, people: dict[str, int]) -> None:
    with database.reading() as session:
        assert due_of(session, by=acting(session, people["Ada"]), now=NOW) == Due(0, 0, 1, 0, 0, 0)
        assert due_of(session, by=acting(session, people["Far"]), now=NOW).is_nothing


def test_it_is_off_unless_a_deployment_switches_it_on_and_can_send(database: Database, people: dict[str, int]) -> None:
    for settings in (
        Settings(database_url=""),
        Settings(database_url="", weekly_letters="on"),
        Settings(database_url="", mail_server="localhost:25", mail_from="a@example.org"),
    ):
        jobs.put_out_weekly_letters(database, settings)
        assert _waiting(database) == []
    on = Settings(database_url="", weekly_letters="on", mail_server="localhost:25", mail_from="a@example.org")
    jobs.put_out_weekly_letters(database, on)
    assert len(_waiting(database)) == 2
    assert people


def test_calls_are_planned_anew_once_a_night_for_the_minutes_that_people_have(
    database: Database, people: dict[str, int]
) -> None:
    settings = Settings(database_url="", default_area="33130")
    jobs.plan_calls_each_night(database, settings)
    with database.transaction() as session:
        assert session.scalars(sa.select(CallTask.id)).all() == []
        set_minutes(session, 120, by=acting(session, people["Ada"]))
    # It was done today, with nobody's minutes.
    jobs.plan_calls_each_night(database, settings)
    with database.reading() as session:
        assert session.scalars(sa.select(CallTask.id)).all() == []
    url = database.engine.url.render_as_string(hide_password=False)
    tomorrow = open_database(url, clock=lambda: NOW + dt.timedelta(days=1))
    try:
        jobs.plan_calls_each_night(tomorrow, settings)
    finally:
        tomorrow.dispose()
    with database.reading() as session:
        assert len(session.scalars(sa.select(CallTask.id)).all()) == 1
