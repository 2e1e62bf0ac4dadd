"""The page of reports: by listing, until somebody calls; a flood changes nothing but a count of three a day."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.cards.queries import card_of, findable_listing
from directory.confirming.calls import lines_of
from directory.db import Database
from directory.freshness.models import ReportCount
from directory.freshness.policy import REPORT_REASONS
from directory.freshness.service import count_report
from directory.integrity.service import Edit, edit
from directory.listings.models import Record
from directory.people.models import Person
from directory.worklist import dismissing
from directory.worklist.dismissing import WHY
from tests import makers
from tests.conftest import NOW
from tests.staff import Desk, acting
from web.desk.reports import REASON_WORDS, WHY_WORDS

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def listing(database: Database) -> int:
    """A listing that readers reported ten days ago, and forty times today."""
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("food"), makers.phone("+13055550142"), name="Lantern House")
        found = made.listings[0][1]
        count_report(session, found, reason="closed", now=NOW - dt.timedelta(days=10))
        for _ in range(40):
            count_report(session, found, reason="wrong-number", now=NOW)
    return found


def test_a_listing_stands_there_with_what_was_said_and_since_when(sign_in: Seat, listing: int) -> None:
    page = sign_in("coordinator").get("/desk/reports").text
    assert "Lantern House" in page
    assert "wrong number, 3 times; closed" in page
    assert '<td class="n">10</td>' in page
    assert listing


def test_a_flood_hides_nothing(sign_in: Seat, listing: int, database: Database) -> None:
    with database.reading() as session:
        record = session.get_one(Record, listing)
        assert record.standing == "listed"
        assert findable_listing(session, str(record.public_id))
    assert sign_in("coordinator")


def test_a_call_that_finds_it_right_ends_the_report_of_days_before(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("food"), makers.phone("+13055550142"), name="Lantern House")
        record = session.get_one(Record, made.listings[0][1])
        count_report(session, record.id, reason="closed", now=NOW - dt.timedelta(days=10))
        public_id = record.public_id
    desk = sign_in("coordinator", "Ada")
    assert "Lantern House" in desk.get("/desk/reports").text
    with database.reading() as session:
        fact = lines_of(session, session.get_one(Record, made.listings[0][1]))[0].id
    assert desk.post(f"/desk/listings/{public_id}/call", {"fact": str(fact), "outcome": "live"}).status_code == 303
    assert "Nothing is reported" in desk.get("/desk/reports").text


def test_what_is_outside_of_ones_scope_is_not_there(sign_in: Seat, listing: int) -> None:
    away = sign_in("coordinator", "Far", scopes=(("area", "US-TX"),))
    assert "Lantern House" not in away.get("/desk/reports").text
    assert sign_in("partner").get("/desk/reports").status_code == 403
    assert listing


def _shown(desk: Desk) -> list[str]:
    """What can be chosen on the page: listing and mark."""
    return re.findall(r'name="listing" value="([^"]+)"', desk.get("/desk/reports").text)


def _post(desk: Desk, path: str, listings: list[str], why: str = "spam") -> str:
    answer = desk.post(f"/desk/reports/{path}", {"listing": listings, "why": why})
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.coalesce(sa.func.sum(ReportCount.n), 0))) or 0


def _label(database: Database, listing: int) -> str:
    with database.reading() as session:
        card = card_of(session, listing)
        assert card is not None
        return repr(card.reported)


def test_many_are_dismissed_together_after_a_look_and_each_can_be_undone(
    sign_in: Seat, listing: int, database: Database
) -> None:
    with database.transaction() as session:
        other = makers.make_service(session, makers.kind("food"), name="Second House").listings[0][1]
        count_report(session, other, reason="moved", now=NOW)
    labelled = _label(database, listing)
    desk = sign_in("coordinator", "Ada")
    chosen = _shown(desk)
    assert "2 listings would go, 0 refused: nothing is done yet" in _post(desk, "chosen", chosen)
    assert _count(database) == 5
    assert "2 listings done, 0 refused" in _post(desk, "dismissed", chosen)
    assert (_count(database), _label(database, listing) == labelled) == (0, False)
    page = desk.get("/desk/reports").text
    assert "Nothing is reported" in page
    assert page.count("It is no report of anything") == 2
    assert "Ada" in page
    undo = re.findall(r'action="(/desk/reports/dismissed/[0-9]+/undo)"', page)
    assert [desk.post(one).status_code for one in (*undo, undo[0])] == [303, 303, 409]
    assert (_count(database), _label(database, listing)) == (5, labelled)
    assert _shown(desk) == chosen
    assert desk.get("/desk/reports").text.count("taken back") == 2
    told = desk.get("/desk/record").text
    assert "dismissed what readers reported of a listing" in told


def test_what_others_dismissed_elsewhere_pushes_nothing_off_ones_own_page(
    sign_in: Seat, listing: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dismissing, "MOST", 1)
    admin = sign_in("admin", "Ada")
    _post(admin, "dismissed", _shown(admin))
    with database.transaction() as session:
        owner = session.get_one(Record, listing).organization_id or 0
        key = str(session.get_one(Record, owner).public_id)
        other = makers.make_service(session, makers.kind("food"), name="Second House").listings[0][1]
        count_report(session, other, reason="moved", now=NOW)
    _post(admin, "dismissed", _shown(admin))
    page = sign_in("coordinator", "Near", scopes=(("organization", key),)).get("/desk/reports").text
    assert "Lantern House" in page
    assert "Second House" not in page


def test_what_was_dismissed_before_changes_nothing_for_what_is_reported_next(
    sign_in: Seat, listing: int, database: Database
) -> None:
    labelled = _label(database, listing)
    desk = sign_in("coordinator")
    for _ in range(3):
        _post(desk, "dismissed", _shown(desk))
        with database.transaction() as session:
            count_report(session, listing, reason="wrong-number", now=NOW)
    assert "wrong number" in desk.get("/desk/reports").text
    assert _label(database, listing) == labelled


def test_nobody_dismisses_what_they_have_not_seen(sign_in: Seat, listing: int, database: Database) -> None:
    desk = sign_in("coordinator")
    chosen = _shown(desk)
    with database.transaction() as session:
        count_report(session, listing, reason="moved", now=NOW)
    assert "reported or called meanwhile" in _post(desk, "dismissed", chosen)
    assert _count(database) == 5


def test_whoever_entered_a_number_does_not_dismiss_that_it_is_wrong(sign_in: Seat, database: Database) -> None:
    desk = sign_in("coordinator", "Ada")
    with database.transaction() as session:
        ada = session.scalars(sa.select(Person.id).where(Person.name == "Ada")).one()
        made = makers.make_service(session, makers.kind("food"), name="Lantern House")
        by = acting(session, ada)
        edit(session, made.record_id, [Edit(makers.phone("+13055550177"))], by=by, reason="", now=NOW)
        count_report(session, made.listings[0][1], reason="wrong-number", now=NOW)
    assert "Somebody else has to decide" in _post(desk, "chosen", _shown(desk))
    assert "1 refused" in _post(desk, "dismissed", _shown(desk))
    assert _count(database) == 1
    other = sign_in("coordinator", "Another")
    assert "1 listing done" in _post(other, "dismissed", _shown(other))


def test_what_nobody_may_dismiss_stays(sign_in: Seat, listing: int, database: Database) -> None:
    desk = sign_in("coordinator")
    chosen = _shown(desk)
    wrongs: tuple[dict[str, str | list[str]], ...] = (
        {"listing": chosen, "why": "boredom"},
        {"listing": "", "why": "spam"},
        {"why": "spam"},
    )
    for wrong in wrongs:
        assert desk.post("/desk/reports/dismissed", wrong).status_code == 400
    away = sign_in("coordinator", "Far", scopes=(("area", "US-TX"),))
    assert "Lantern House" not in _post(away, "dismissed", chosen)
    assert away.post("/desk/reports/dismissed/1/undo").status_code == 404
    assert listing
    assert _count(database) == 4


def test_every_reason_has_words(database: Database) -> None:
    assert set(REASON_WORDS) == set(REPORT_REASONS)
    assert set(WHY_WORDS) == set(WHY)
    assert database
