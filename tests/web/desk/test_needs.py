"""What calls asked for and did not get, as a page and a file: no small number, no listing, nobody."""

import csv
import io
from collections.abc import Callable

import pytest

from directory.coverage.unmet import last_weeks
from directory.db import Database
from directory.handoff.models import OutcomeCount
from tests.conftest import NOW
from tests.makers import kind, make_service
from tests.staff import Desk

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _count(database: Database, *told: tuple[str, str, int]) -> None:
    with database.transaction() as session:
        made = make_service(session, kind("safe-house"), name="Seagrape", area="US-FL-331")
        session.add_all(
            OutcomeCount(
                listing_id=made.listings[0][1], week=last_weeks(NOW.date())[0], outcome=outcome, reason=reason,
                reply_band=0, teller="signed", n=n,
            )
            for outcome, reason, n in told
        )  # fmt: skip


def test_the_report_tells_kind_area_and_what_was_missing_and_nothing_small(one: Desk, database: Database) -> None:
    _count(database, ("full", "", 11), ("accepted", "", 2), ("declined", "children", 9), ("voicemail", "", 3))
    page = one.get("/desk/overview/needs").text
    assert "Shelter" in page
    assert "A place for children (9)" in page
    assert '<td class="n nums">25</td>' in page
    assert '<td class="n nums">11</td>' in page
    # The two and the three would be left; together they are told by the difference, and neither alone.
    assert page.count("not told") == 2
    assert "Seagrape" not in page
    answer = one.get("/desk/overview/needs/table")
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["asked"], row["full"], row["accepted"], row["missing_children"]) == ("25", "11", "", "9")
    assert 'href="/desk/overview/needs"' in one.get("/desk/overview").text


def test_without_enough_calls_it_says_so(one: Desk, database: Database) -> None:
    _count(database, ("full", "", 4))
    assert "Nobody told of as many as 5 calls" in one.get("/desk/overview/needs").text


def test_partners_do_not_see_it(sign_in: Seat) -> None:
    partner = sign_in("partner")
    assert partner.get("/desk/overview/needs").status_code == 403
    assert partner.get("/desk/overview/needs/table").status_code == 403
