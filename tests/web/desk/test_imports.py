"""The pages of imports: what was read and what became of it, letting one in that is held, and taking one back."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.intake.held_runs import HeldError
from directory.listings.models import Record
from directory.sources.models import MatchPair, SourceRecord
from importers.run import import_package
from tests.importers.feeds import join, service
from tests.importers.planned import bring, confirm_number_of, feed, offer, owner, record_named, shown, write
from tests.staff import Desk

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def one(sign_in: Seat) -> Desk:
    """Who keeps the whole network."""
    return sign_in("coordinator", "One")


def organization_of(database: Database, name: str) -> str:
    """The public id of the organization of the service with a name."""
    with database.reading() as session:
        owner_id = session.get_one(Record, record_named(database, name)).organization_id
        return str(session.get_one(Record, owner_id).public_id)


def test_the_list_says_what_was_read_when_and_what_became_of_it(database: Database, tmp_path: Path, one: Desk) -> None:
    empty = one.get("/desk/imports").text
    assert "Nothing was imported yet." in empty
    bring(database, tmp_path, feed(range(100, 103)))
    page = one.get("/desk/imports").text
    assert 'href="/desk/imports/1"' in page
    assert "3 read as written, 3 mended" in page
    assert "county" in page
    assert "not stated" in page


def test_a_run_shows_each_row_with_the_reason(database: Database, tmp_path: Path, one: Desk) -> None:
    broken = join(feed(range(100, 102)), service("9", "", organization="100"))
    broken["services"][-1]["name"] = ""
    bring(database, tmp_path, broken)
    page = one.get("/desk/imports/1").text
    assert "Office 100</a>" in page
    assert "service, at the source 100<" in page
    assert "service:100" not in page
    with database.reading() as session:
        refused = session.scalars(sa.select(SourceRecord).where(SourceRecord.record_id.is_(None))).all()
    assert refused
    only = one.get(f"/desk/imports/1?only={refused[0].outcome}").text
    assert refused[0].reason is not None
    assert refused[0].reason in only
    assert "Office 100" not in only
    assert one.get("/desk/imports/2").status_code == 404
    assert one.get("/desk/imports/99999999999999999999").status_code == 404
    assert one.get("/desk/imports/1?page=99999999999").status_code == 200


def test_what_waits_is_listed_with_the_run(database: Database, tmp_path: Path, one: Desk) -> None:
    bring(database, tmp_path, feed(range(100, 103)))
    confirm_number_of(database, 100)
    bring(database, tmp_path, feed(range(100, 103), {100: {"phone": "305-555-9100"}}))
    page = one.get("/desk/imports/2").text
    assert "What waits for a second person" in page
    assert "Came in; values wait for people" in one.get("/desk/imports").text


def test_a_held_run_is_released_once(database: Database, tmp_path: Path, one: Desk) -> None:
    bring(database, tmp_path, feed(range(100, 112)))
    moved = write(tmp_path, feed(range(100, 112), {n: {"description": "Moved."} for n in range(100, 112)}))
    with pytest.raises(HeldError):
        import_package(database, "hsds", moved, source="county")
    page = one.get("/desk/imports/2").text
    assert "Nothing of it came in" in page
    assert "more than 5 %" in page
    assert "It would have: 12 changed, 12 as they were." in page
    assert one.post("/desk/imports/2/release").status_code == 303
    assert one.post("/desk/imports/2/release").status_code == 409
    assert "It is released" in one.get("/desk/imports/2").text
    assert import_package(database, "hsds", moved, source="county").run == 3


def test_a_run_is_taken_back_and_what_was_kept_is_said(database: Database, tmp_path: Path, one: Desk) -> None:
    before = shown(database)
    bring(database, tmp_path, feed(range(100, 103)))
    confirm_number_of(database, 101)
    page = one.post("/desk/imports/1/undo").text
    assert "Taken back." in page
    assert "Kept, because somebody has touched it since" in page
    assert "Office 101" in page
    assert one.post("/desk/imports/1/undo").status_code == 409
    bring(database, tmp_path, feed(range(200, 202)), source="other")
    now = shown(database)
    assert one.post("/desk/imports/2/undo").status_code == 200
    assert len(shown(database)["card"]) < len(now["card"])
    assert len(before["card"]) == 0


def test_only_who_keeps_the_whole_network_releases_or_takes_back(
    database: Database, tmp_path: Path, sign_in: Seat
) -> None:
    bring(database, tmp_path, feed(range(100, 103)))
    florida = sign_in("coordinator", "Flora", scopes=(("area", "US-FL"),))
    texas = sign_in("coordinator", "Tex", scopes=(("area", "US-TX"),))
    seen = florida.get("/desk/imports/1")
    assert seen.status_code == 200
    assert "Take it back" not in seen.text
    assert florida.post("/desk/imports/1/undo").status_code == 409
    assert texas.get("/desk/imports/1").status_code == 404
    assert "/desk/imports/1" not in texas.get("/desk/imports").text


def test_a_partner_sees_of_a_run_what_is_about_her_program(database: Database, tmp_path: Path, sign_in: Seat) -> None:
    bring(database, tmp_path, feed(range(100, 103)))
    bring(database, tmp_path, feed(range(200, 203)), source="other")
    partner = sign_in("partner", scopes=(("organization", organization_of(database, "Office 101")),))
    page = partner.get("/desk/imports").text
    assert 'href="/desk/imports/1"' in page
    assert 'href="/desk/imports/2"' not in page
    assert "other" not in page.partition("<main")[2]
    rows = partner.get("/desk/imports/1").text
    assert "Office 101" in rows
    assert "Office 100" not in rows
    assert partner.get("/desk/imports/2").status_code == 404


def test_what_may_be_one_is_answered_where_it_came_in(database: Database, tmp_path: Path, one: Desk) -> None:
    bring(database, tmp_path, join(owner(100), offer(100, name="Lantern Office")))
    bring(database, tmp_path, join(owner(200), offer(200, name="Lantern House")), source="other")
    with database.transaction() as session:
        left, right = session.scalars(sa.select(Record.id).where(Record.kind == "organization").order_by(Record.id))
        session.add(
            MatchPair(
                left_id=left, right_id=right, score=710, why='["name"]', verdict="review", found_at=session.info["now"]
            )
        )
    page = one.get("/desk/imports/2").text
    assert "71 % alike" in page
    answer = one.post("/desk/imports/2/pairs", {"pair": "1", "verdict": "different"})
    assert answer.headers["location"] == "/desk/imports/2?said=different"
    assert "71 % alike" not in one.get("/desk/imports/2").text
    assert one.post("/desk/imports/2/pairs", {"pair": "1", "verdict": "maybe"}).status_code == 400
