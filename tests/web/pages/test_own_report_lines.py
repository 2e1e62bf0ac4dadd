"""Listings that take reports, in the fold of lines that take reports: a call counts for more than an old page."""

import re

import httpx
import pytest
from sqlalchemy.orm import Session

from directory.db import Database
from directory.handoff.outcomes import tell
from directory.listings.models import Fact
from directory.listings.service import Created
from tests.makers import confirm, kind, make_service, opens, phone, serves
from tests.staff import acting, make_person
from tests.web.conftest import ALWAYS_OPEN

one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
_OF_FLORIDA = "+18009622873"


def _listing(session: Session, number: str, *kinds: str, name: str, area: str | None = None) -> Created:
    facts = [*(kind(one) for one in kinds), phone(number), serves("US-FL"), opens(ALWAYS_OPEN, slot="crisis-line")]
    return make_service(session, *facts, name=name, area=area)


def _call(session: Session, made: Created, *, days_ago: int = 3) -> None:
    session.flush()
    numbers = [fact for _, fact in made.facts if session.get_one(Fact, fact).field == "phone"]
    confirm(session, numbers[0], days_ago=days_ago)


def _fold(client: httpx.Client) -> str:
    page = client.post("/", data={"u": "en", "z": "pinned:0", "a": "33130"}).text
    start = page.index("<summary><span>Lines that take reports")
    words = re.sub(r"<[^>]+>", " ", page[start : page.index("</details>", start)])
    return re.sub(r"\s+", " ", words)


@one_database
def test_a_listing_that_people_called_stands_below_a_line_that_answers_too_with_the_day_of_the_call(
    database: Database, client: httpx.Client
) -> None:
    with database.transaction() as session:
        called = _listing(session, "+13055550142", "child-protection", name="County intake")
        _listing(session, "+13055550143", "child-protection", name="Nobody called this")
    assert "County intake" not in _fold(client)
    with database.transaction() as session:
        _call(session, called)
    fold = _fold(client)
    assert "305 555 0142" in fold
    # One person says of a number that was confirmed what it is for: that alone puts it before no official line.
    assert fold.index("1 800 962 2873") < fold.index("305 555 0142")
    own = fold[fold.index("305 555 0142") :].partition("If it happened in Indian country")[0]
    assert "County intake" in own
    assert "Answers now. Crisis line: 24 hours a day." in own
    assert "Number confirmed by phone" in own
    assert "check before use" not in own
    assert "Nobody called this" not in fold


@one_database
def test_where_people_called_the_number_of_a_page_their_day_stands_in_place_of_the_doubt(
    database: Database, client: httpx.Client
) -> None:
    before = _fold(client)
    assert "Older than a year, or of unknown age: check before use." in before.partition("1 800 962 2873")[2]
    with database.transaction() as session:
        _call(session, _listing(session, _OF_FLORIDA, "child-protection", name="Abuse line as we hold it"))
    fold = _fold(client)
    entry = fold.partition("1 800 962 2873")[2].partition("If it happened in Indian country")[0]
    assert "Number confirmed by phone" in entry
    assert "check before use" not in entry
    assert "Abuse line as we hold it" not in fold
    assert fold.count("1 800 962 2873") == 1


@one_database
def test_a_kind_of_which_no_page_tells_is_told_by_a_listing(database: Database, client: httpx.Client) -> None:
    assert "Injury reports" in _fold(client)
    with database.transaction() as session:
        _call(session, _listing(session, "+13055550145", "injury-report", name="Desk for wounds"))
    injuries = _fold(client).partition("Injury reports")[2].partition("Sexual crime reports")[0]
    assert "305 555 0145" in injuries
    assert "No line for this is known here." not in injuries


@one_database
def test_a_confidential_listing_changes_nothing(database: Database, client: httpx.Client) -> None:
    before = _fold(client)
    with database.transaction() as session:
        hidden = _listing(session, "+13055550146", "child-protection", name="Confidential desk", area="US-FL-331")
        _call(session, hidden)
        again = _listing(session, _OF_FLORIDA, "child-protection", name="Confidential twin", area="US-FL-331")
        _call(session, again)
    assert _fold(client) == before


@one_database
def test_what_came_of_a_call_takes_no_line_away(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        made = _listing(session, "+13055550145", "injury-report", name="Desk for wounds")
        _call(session, made, days_ago=10)
    assert "305 555 0145" in _fold(client)
    with database.transaction() as session:
        by = acting(session, make_person(session, "Cleo", "partner", scopes=(("area", "US-FL"),), has_key=False))
        tell(session, made.listings[0][1], outcome="answered", by=by, now=session.info["now"])
    fold = _fold(client)
    assert "305 555 0145" in fold
    assert "Somebody got through here" in fold
