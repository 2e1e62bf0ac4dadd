"""At a listing: how calls to it went, and who sees it before readers do."""

import re
from collections.abc import Callable

import pytest

from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import SIGNED, monday_of
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


def test_who_called_says_so_on_the_page_of_the_call_but_of_no_listing_of_their_own(
    sign_in: Seat, database: Database, listing: str
) -> None:
    link = f'href="/desk/listings/{listing}/handoff#came"'
    assert link in sign_in("partner", "Ada").get(f"/desk/listings/{listing}").text
    own = sign_in("partner", "Owner", scopes=_own(database, listing))
    assert link not in own.get(f"/desk/listings/{listing}").text
    assert "How calls went" not in sign_in("law-enforcement").get(f"/desk/listings/{listing}").text


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
