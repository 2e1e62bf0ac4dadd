"""What comes out at the door is what was approved: a number changed anywhere on its way there is told."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.bootstrap import bring_up_to_date, open_database
from directory.cards.card import Card, decode_card, encode
from directory.cards.models import CardRow
from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.listings.models import Record
from directory.listings.service import set_standing
from directory.reconciliation.alarm import Alarm
from tests.conftest import NOW
from tests.makers import kind, make_organization, make_service, phone, site, text
from tests.services import DatabaseSource
from tests.web.conftest import settings
from web import page_check
from web.page_check import Numbers, check_pages, pinned_numbers

NUMBER, OTHER = "+13055550142", "+13055550199"


def alarms(database: Database) -> list[Alarm]:
    """What differs on the pages."""
    return check_pages(settings(), database, clock=lambda: NOW)


@pytest.fixture
def filled(database: Database) -> Database:
    """Listings with several lines, with those of their organization, closed, confidential."""
    with database.transaction() as session:
        house = make_organization(session, "Practice House", phone("+13055550101"))
        told = text("description", "Or call 305 555 0166.")
        texts = FactDraft("phone", Phone("233733", kind="text", keyword="HELLO"), slot="text")
        foreign = FactDraft("phone", Phone("+442079460000", ext="12"), slot="intake")
        make_service(session, kind("food"), told, phone(), texts, foreign, organization_id=house, sites=[site()])
        make_service(session, phone("+18005550111"), organization_id=house, area="US-FL-331")
        closed = make_service(session, phone("+13055550177"), organization_id=house).listings[0][1]
        set_standing(session, closed, "closed", by=None, reason="a test", now=NOW)
    return database


def test_pages_tell_what_was_approved(filled: Database) -> None:
    assert alarms(filled) == []


def test_a_number_changed_on_a_stored_card_shows_on_its_page(filled: Database) -> None:
    with filled.reading() as session:
        rows = session.execute(sa.select(CardRow.record_id, CardRow.brief).where(CardRow.brief.is_not(None))).all()
    for record_id, blob in rows:
        forged = msgspec.json.encode(decode_card(bytes(blob or b""))).replace(NUMBER.encode(), OTHER.encode())
        changed = {"brief": encode(msgspec.json.decode(forged, type=Card))}
        with filled.engine.begin() as connection:
            connection.execute(sa.update(CardRow).where(CardRow.record_id == record_id).values(changed))
    found = alarms(filled)
    assert [alarm.kind for alarm in found] == ["page"]
    assert "0199" not in str(found)


def test_a_page_that_should_not_be_there_and_one_that_is_gone_are_told(filled: Database) -> None:
    with filled.engine.begin() as connection:
        cards = connection.execute(sa.select(CardRow.record_id, CardRow.brief).where(CardRow.brief.is_not(None))).all()
        closed = connection.execute(sa.select(Record.id).where(Record.standing == "closed")).scalar_one()
        connection.execute(sa.update(CardRow).where(CardRow.record_id == closed).values(brief=cards[0].brief))
        connection.execute(sa.update(CardRow).where(CardRow.record_id == cards[1].record_id).values(brief=None))
    assert {alarm.words for alarm in alarms(filled)} == {
        "A page is shown that nobody should find.",
        "A page that anyone may find is not shown.",
    }


def test_a_pinned_line_that_is_not_the_one_of_the_file_is_told(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pinned_numbers("US") == {"18883737888", "233733", "711", "911"}
    monkeypatch.setattr(page_check, "pinned_numbers", lambda _country: {"911"})
    assert {alarm.words for alarm in alarms(filled)} == {"The lines of every page are not those that are pinned."}


def test_numbers_of_a_page_are_told_from_those_of_every_page() -> None:
    page = (
        '<p><bdi>305 555 0142</bdi> <bdi>Casa</bdi> 305 555 0166 <b class="nums">9 1</b></p>'
        '<section class="always"><bdi>911</bdi><b>12</b></section><section><bdi>+44 20</bdi></section>'
        '<details class="takes"><bdi>800 792 5200</bdi></details><b class="nums" aria-hidden="true">1</b>'
        "<details><bdi>7 7</bdi></details>"
    )
    found = Numbers(page)
    assert (found.own, found.pinned) == ({"3055550142", "91", "4420", "77"}, {"911"})


def test_the_practice_network_raises_no_alarm_and_no_network_is_refused(
    practice_network: Callable[[str], str], sqlite_files: DatabaseSource
) -> None:
    url = sqlite_files.copy_of(practice_network("sqlite"))
    database = open_database(url, clock=lambda: NOW)
    try:
        with database.reading() as session:
            assert (session.scalar(sa.select(sa.func.count()).where(Record.kind == "listing")) or 0) > 60
        assert alarms(database) == []
        assert check_pages(settings(), database, clock=lambda: NOW + dt.timedelta(days=300)) == []
    finally:
        database.dispose()
        sqlite_files.discard(url)


def test_the_command_ends_with_1_when_a_page_differs(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    database = open_database(database_url)
    bring_up_to_date(database)
    with database.transaction() as session:
        make_service(session, sites=[site()])
    sound = CliRunner().invoke(page_check.pages)
    assert (sound.exit_code, sound.output) == (0, "Every page tells what was approved.\n")
    with database.engine.begin() as connection:
        connection.execute(sa.update(CardRow).values(brief=None))
    database.dispose()
    assert CliRunner().invoke(page_check.pages, ["--json"]).exit_code == 1
