"""At a listing: how calls went, who sees it before readers do, and one press for who called."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import OUTCOMES, REASONS, SIGNED, monday_of
from directory.listings.queries import find_record, get_record
from tests.conftest import NOW
from tests.makers import make_organization, make_service
from tests.staff import Desk
from tests.web.conftest import public_id

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def listing(database: Database) -> str:
    """The public id of a listing."""
    with database.transaction() as session:
        made = make_service(session, name="Night House", organization_id=make_organization(session, "Owner House"))
        return public_id(session, made)


def _rows(database: Database) -> list[tuple[str, str, int, str, int]]:
    with database.reading() as session:
        rows = session.scalars(sa.select(OutcomeCount).order_by(OutcomeCount.outcome, OutcomeCount.reply_band))
        return [(one.outcome, one.reason, one.reply_band, one.teller, one.n) for one in rows]


def _told(database: Database, listing: str, *, weeks_ago: int, n: int = 6) -> None:
    with database.transaction() as session:
        session.add(
            OutcomeCount(
                listing_id=find_record(session, listing, kind="listing").id, outcome="voicemail", reason="",
                week=monday_of(NOW.date()) - 7 * weeks_ago, reply_band=0, teller=SIGNED, n=n,
            )
        )  # fmt: skip


def _own(database: Database, listing: str) -> tuple[tuple[str, str], ...]:
    with database.reading() as session:
        owner = find_record(session, listing, kind="listing").organization_id or 0
        return (("network", "main"), ("organization", str(get_record(session, owner).public_id)))


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_partner_says_how_a_call_went_and_is_nowhere_in_it(sign_in: Seat, database: Database, listing: str) -> None:
    ada = sign_in("partner", "Ada")
    page = ada.get(f"/desk/listings/{listing}").text
    offered = re.findall(r'<button name="outcome" value="([^"]*)"', page.partition("I called: how did it go?")[2])
    assert offered[: len(OUTCOMES)] == list(OUTCOMES)
    for form in ({"outcome": "accepted", "reply": "20"}, {"outcome": "declined", "reason": REASONS[0], "reply": "0"}):
        answer = ada.post(f"/desk/listings/{listing}/outcome", form)
        assert answer.headers["location"] == f"/desk/listings/{listing}?said=went"
    # What was chosen beside it says nothing of another outcome.
    ada.post(f"/desk/listings/{listing}/outcome", {"outcome": "full", "reason": REASONS[0], "reply": "0"})
    assert _rows(database) == [
        ("accepted", "", 20, SIGNED, 1), ("declined", REASONS[0], 0, SIGNED, 1), ("full", "", 0, SIGNED, 1)
    ]  # fmt: skip
    assert "cannot be taken back" in ada.get(f"/desk/listings/{listing}?said=went").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"outcome": "rude"}, 400), ({"outcome": "declined", "reason": "Maria"}, 400),
        ({"outcome": "full", "reply": "7"}, 400), ({"outcome": "full", "note": "Maria"}, 400),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_counts_nothing(
    sign_in: Seat, database: Database, listing: str, form: dict[str, str], status: int
) -> None:
    answer = sign_in("partner").post(f"/desk/listings/{listing}/outcome", form)
    assert answer.status_code == status
    assert "Maria" not in answer.text
    assert _rows(database) == []


def test_nobody_tells_of_their_own_listing_or_of_what_is_not_theirs_to_see(
    sign_in: Seat, database: Database, listing: str
) -> None:
    own = sign_in("partner", "Owner", scopes=_own(database, listing))
    assert "I called" not in own.get(f"/desk/listings/{listing}").text
    assert own.post(f"/desk/listings/{listing}/outcome", {"outcome": "answered"}).status_code == 409
    elsewhere = sign_in("partner", "Elsewhere", scopes=(("network", "other"),))
    assert elsewhere.post(f"/desk/listings/{listing}/outcome", {"outcome": "answered"}).status_code == 404
    assert sign_in("law-enforcement").post(f"/desk/listings/{listing}/outcome", {"outcome": "full"}).status_code == 403
    assert _rows(database) == []


def test_the_program_and_the_keepers_see_a_week_before_readers(sign_in: Seat, database: Database, listing: str) -> None:
    _told(database, listing, weeks_ago=1)
    own = _words(sign_in("partner", "Owner", scopes=_own(database, listing)).get(f"/desk/listings/{listing}").text)
    assert "You see it a week before readers: Never answered in 6 tries." in own
    keeper = _words(sign_in("coordinator", "Keeper").get(f"/desk/listings/{listing}").text)
    assert "Too few calls to tell. The program sees it a week before readers: Never answered in 6 tries." in keeper
    partner = _words(sign_in("partner", "Other").get(f"/desk/listings/{listing}").text)
    assert "Too few calls to tell." in partner
    assert "Never answered" not in partner
    _told(database, listing, weeks_ago=2, n=5)
    assert "Never answered in 5 tries." in _words(sign_in("partner", "Third").get(f"/desk/listings/{listing}").text)
