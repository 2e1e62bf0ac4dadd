"""Letters about changes that wait and papers that run out: numbers alone, to whom it concerns, never twice or lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import sqlalchemy as sa

from directory import jobs
from directory.db import Database
from directory.errors import SettingsError
from directory.integrity import service
from directory.listings.vetting_steps import LOOKED_AT
from directory.mail.models import Outbox
from directory.mail.sending import send_due
from directory.people.models import Person
from directory.settings import Settings, load_settings, tells
from directory.worklist.reminders import BEFORE_DAYS, put_out_reminders
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import Force, propose
from tests.directory.vetting.house import House
from tests.services.mail import catching
from tests.staff import acting, make_person

NEW_YORK = "America/New_York"
# The Monday after the day of the tests, in the morning on the clocks of New York (EST).
MONDAY = dt.datetime(2026, 11, 30, 12, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def _put(database: Database, at: dt.datetime = MONDAY) -> list[tuple[str, dict[str, str]]]:
    """The letters that are put out at a time: to whom, and with which numbers."""
    with database.transaction() as session:
        last = session.scalar(sa.select(sa.func.max(Outbox.id))) or 0
        put_out_reminders(session, zone=NEW_YORK, now=at)
        rows = session.scalars(sa.select(Outbox).where(Outbox.id > last).order_by(Outbox.id)).all()
        return [(f"{one.recipient.partition('@')[0]} {one.template}", _numbers(one)) for one in rows]


def _numbers(letter: Outbox) -> dict[str, str]:
    fields = msgspec.json.decode(letter.fields, type=dict[str, str])
    return {name: value for name, value in fields.items() if name != "when" and value != "0"}


@pytest.fixture
def force(database: Database) -> Force:
    """A proposal of One, and others who may decide it or not."""
    with database.transaction() as session:
        force = Force(session)
        make_person(session, "Partner", "partner")
        make_person(session, "Far", scopes=(("area", "US-TX"),))
        make_person(session, "Guest", invited_by=force.one)
        make_person(session, "Young", days=1)
        propose(session, force)
    return force


def test_who_may_decide_is_told_of_changes_once_and_again_when_a_new_one_comes(
    database: Database, force: Force
) -> None:
    assert _put(database) == [("two approvals-due", {"approvals": "1"})]
    assert _put(database, MONDAY + dt.timedelta(hours=3)) == []
    assert _put(database, MONDAY + DAY) == []
    with database.transaction() as session:
        session.info["now"] = MONDAY + DAY + dt.timedelta(hours=5)
        propose(session, force, "+13055550188", by=force.two)
    told = dict(_put(database, MONDAY + 2 * DAY))
    assert told["one approvals-due"] == {"approvals": "1"}
    # Two did not propose what is new, and hears nothing new.
    assert "two approvals-due" not in told


def test_what_is_decided_is_no_more_counted(database: Database, force: Force) -> None:
    with database.transaction() as session:
        change = session.scalars(sa.text("SELECT id FROM change WHERE state = 'proposed'")).one()
        service.decline(session, change, by=acting(session, force.two), now=NOW)
    assert _put(database) == []


def test_papers_are_written_about_thirty_days_before_their_end_to_who_works_on_the_program(database: Database) -> None:
    ends = MONDAY.date() + dt.timedelta(days=BEFORE_DAYS)
    with database.transaction() as session:
        house = House(session)
        make_person(session, "Far", scopes=(("area", "US-TX"),))
        house.take(session, "recruited")
        for number, step in enumerate(LOOKED_AT):
            house.take(session, step, expires_on=ends + dt.timedelta(days=number))
        evidence = makers.trained("certified", ends.isoformat())
        makers.make_service(session, makers.kind("food"), evidence, organization_id=house.id, sites=[makers.site()])
    numbers = {"checks": "1", "evidence": "1"}
    assert _put(database) == [("one papers-ending", numbers), ("two papers-ending", numbers)]
    assert [told for _, told in _put(database, MONDAY + DAY)] == [{"trainings": "1"}] * 2
    # The site was off for a while, and nothing is lost.
    assert [told for _, told in _put(database, MONDAY + 4 * DAY)] == [{"agreements": "1"}] * 2
    assert _put(database, MONDAY + 7 * DAY) == []


@pytest.mark.parametrize("at", [MONDAY - dt.timedelta(minutes=10), MONDAY - DAY, MONDAY - 2 * DAY])
def test_nothing_goes_out_at_night_or_on_a_day_off(database: Database, force: Force, at: dt.datetime) -> None:
    assert _put(database, at) == []
    assert force


def test_two_clocks_at_once_put_out_one_letter_each(database: Database, force: Force) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: _put(database), range(2)))
    with database.reading() as session:
        assert len(session.scalars(sa.select(Outbox.id).where(Outbox.template == "approvals-due")).all()) == 1
    assert force


def test_they_say_numbers_alone_and_where_the_desk_is(database: Database, force: Force) -> None:
    with database.transaction() as session:
        session.execute(sa.delete(Outbox))
        session.execute(sa.update(Person).where(Person.name == "Two").values(email="two@example.org"))
        put_out_reminders(session, zone=NEW_YORK, now=NOW)
    with catching() as (kept, settings):
        send_due(database, settings)
    [letter] = kept.letters
    said = letter.get_content()
    assert "that you may decide: 1" in said
    assert "https://desk.example.org/desk" in said
    assert not tells(said + letter["Subject"])
    assert force


def test_they_are_off_unless_a_deployment_switches_them_on_and_can_send(database: Database, force: Force) -> None:
    can_send = Settings(database_url="", mail_server="localhost:25", mail_from="a@example.org")
    for settings in (Settings(database_url=""), Settings(database_url="", reminders="on"), can_send):
        jobs.put_out_reminders(database, settings)
    with database.reading() as session:
        assert session.scalars(sa.select(Outbox.id).where(Outbox.template == "approvals-due")).all() == []
    with pytest.raises(SettingsError, match="HANDRAIL_REMINDERS"):
        load_settings({"HANDRAIL_REMINDERS": "daily", "HANDRAIL_DATABASE_URL": "sqlite://"})
    assert force
