"""One thing for many listings: seen before it is done, refused one by one, and withdrawn where it is a proposal."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.integrity.table import MOST_HIDINGS
from directory.listings.models import Change, Fact, Hiding, Record
from directory.mail.models import Outbox
from directory.planning.models import StaffWish
from directory.worklist.bulk import MOST
from directory.worklist.models import Note
from tests.makers import confirm, make_organization, make_service
from tests.staff import Desk
from tests.web.conftest import public_id

Seat = Callable[..., Desk]
REFUSED = "<b>Refused.</b>"


@pytest.fixture
def three(database: Database) -> list[str]:
    """Two that nobody confirmed and one that somebody did; their public ids."""
    with database.transaction() as session:
        made = [
            make_service(session, name=name, organization_id=make_organization(session, f"Owner of {name}"))
            for name in ("First", "Second", "Verified")
        ]
        line = session.scalars(sa.select(Fact.id).where(Fact.record_id == made[2].record_id, Fact.field == "phone"))
        confirm(session, line.one())
        return [public_id(session, one) for one in made]


def said(page: str) -> dict[str, str]:
    """What the table says of each listing."""
    rows = re.findall(r'<th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?(?:<br>.*?)?</th>\s*<td>(.*?)</td>', page)
    return dict(rows)


def post(desk: Desk, path: str, listings: list[str], **more: str) -> str:
    answer = desk.post(f"/desk/listings/chosen{path}", {"listing": listings, **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def count(database: Database, query: sa.Select[int]) -> int:
    with database.reading() as session:
        return len(session.scalars(query).all())


def test_a_preview_says_what_would_happen_and_does_nothing(sign_in: Seat, database: Database, three: list[str]) -> None:
    desk = sign_in("coordinator")
    assert said(post(desk, "", three, action="close", reason="told")) == {
        "First": "Closed at once: nobody had confirmed it.", "Second": "Closed at once: nobody had confirmed it.",
        "Verified": "Proposed; a second person decides.",
    }  # fmt: skip
    assert said(post(desk, "", three, action="hide")).keys() == {"First", "Second", "Verified"}
    assert count(database, sa.select(Record.id).where(Record.standing != "listed")) == 0
    assert count(database, sa.select(Change.id).where(Change.state == "proposed")) == 0
    assert count(database, sa.select(Hiding.id)) == count(database, sa.select(Outbox.id)) == 0


def test_services_that_are_called_alike_are_told_apart_by_whose_they_are(sign_in: Seat, three: list[str]) -> None:
    desk = sign_in("coordinator")
    for page in (post(desk, "", three, action="hide"), post(desk, "/done", three, action="hide")):
        assert page.count("<b>Refused.</b>") == 0
        assert all(f">Owner of {name}</span></th>" in page for name in ("First", "Second", "Verified"))


def test_what_is_guarded_becomes_a_proposal_and_can_be_withdrawn(
    sign_in: Seat, database: Database, three: list[str]
) -> None:
    desk = sign_in("coordinator")
    page = post(desk, "/done", three, action="close", reason="told")
    assert said(page)["First"] == said(page)["Second"] == "Closed."
    assert said(page)["Verified"].startswith("Proposed;")
    assert count(database, sa.select(Record.id).where(Record.standing == "closed")) == 2
    changes = re.findall(r'name="change" value="(\d+)"', page)
    assert len(changes) == 1
    stranger = sign_in("coordinator", "Stranger").post("/desk/listings/chosen/withdrawn", {"change": changes[0]})
    assert stranger.status_code == 404
    assert count(database, sa.select(Change.id).where(Change.state == "proposed")) == 1
    withdrawn = desk.post("/desk/listings/chosen/withdrawn", {"change": changes[0]}).text
    assert said(withdrawn) == {"Verified": "The proposal is withdrawn."}
    assert count(database, sa.select(Change.id).where(Change.state == "proposed")) == 0
    again = desk.post("/desk/listings/chosen/withdrawn", {"change": changes[0]}).text
    assert REFUSED in said(again)["Verified"]


def test_one_person_closes_ten_at_once_and_proposes_the_others(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        made = [make_service(session, name=f"Number {number}") for number in range(MOST_HIDINGS + 2)]
        listings = [public_id(session, one) for one in made]
    desk = sign_in("coordinator")
    going = [one.partition(";")[0] for one in said(post(desk, "", listings, action="close")).values()]
    assert (going.count("Closed at once: nobody had confirmed it."), going.count("Proposed")) == (MOST_HIDINGS, 2)
    post(desk, "/done", listings, action="close", reason="told")
    assert count(database, sa.select(Record.id).where(Record.standing == "closed")) == MOST_HIDINGS
    assert count(database, sa.select(Change.id).where(Change.state == "proposed")) == 2


def test_one_that_is_refused_takes_nothing_from_the_others(sign_in: Seat, database: Database, three: list[str]) -> None:
    desk = sign_in("coordinator")
    post(desk, "/done", three[:1], action="hide", reason="threat")
    gone = "00000000-0000-4000-8000-000000000000"
    page = post(desk, "/done", [*three, gone], action="hide", reason="threat")
    found = said(page)
    assert REFUSED in found["First"]
    assert REFUSED in found["without a name"]
    assert "Hidden;" in found["Second"]
    assert "Hidden;" in found["Verified"]
    assert "2 listings done, 2 refused" in " ".join(page.split())
    assert count(database, sa.select(Hiding.id).where(Hiding.ended_at.is_(None))) == 3


def test_a_letter_goes_only_where_one_may_go(sign_in: Seat, database: Database, three: list[str]) -> None:
    found = said(post(sign_in("coordinator"), "/done", three, action="letter"))
    assert len(found) == 3
    assert all(REFUSED in one for one in found.values())
    assert count(database, sa.select(Outbox.id)) == 0


def test_nobody_reaches_what_is_outside_their_scope(sign_in: Seat, database: Database, three: list[str]) -> None:
    desk = sign_in("coordinator", scopes=(("network", "other"),))
    page = post(desk, "/done", three, action="hide", reason="threat")
    assert "First" not in page
    assert count(database, sa.select(Hiding.id)) == 0


def test_all_that_was_found_is_what_the_list_shows(sign_in: Seat, three: list[str]) -> None:
    desk = sign_in("coordinator")
    page = post(desk, "", [], which="all-found", words="first", action="hide")
    assert said(page).keys() == {"First"}
    assert three[0] in page
    for wrong in ({"action": "nothing"}, {"action": ""}, {"action": "hide", "listing": ""}):
        answer = desk.post("/desk/listings/chosen", {"listing": three[0]} | wrong)
        assert answer.status_code == 400
    assert MOST < 200  # a form of the desk has no more fields


def test_a_note_is_written_looked_at_left_at_all_and_deleted_again(
    sign_in: Seat, database: Database, three: list[str]
) -> None:
    desk = sign_in("coordinator")
    page = post(desk, "", three, action="note")
    assert "<textarea" in page
    assert "Do it for" not in page
    refused = post(desk, "", three, action="note", text="Maria called", days="7")
    assert set(said(refused).values()) != {"The note is left there."}
    assert "Maria called</textarea>" in refused
    assert "Do it for" not in refused
    looked = post(desk, "", three, action="note", text="The form changes in spring.", days="7")
    assert set(said(looked).values()) == {"The note is left there."}
    assert count(database, sa.select(Note.id)) == 0
    done = post(desk, "/done", three, action="note", text="The form changes in spring.", days="7")
    assert "What was done" in done
    with database.reading() as session:
        kept = session.execute(sa.select(Note.text, Note.last_on - Note.written_on)).all()
    assert [tuple(one) for one in kept] == [("The form changes in spring.", 7)] * 3
    notes = re.findall(r'name="note" value="(\d+)"', done)
    stranger = sign_in("coordinator", "Stranger")
    assert stranger.post("/desk/listings/chosen/undone", {"action": "note", "note": notes}).status_code == 409
    assert count(database, sa.select(Note.id)) == 3
    undone = desk.post("/desk/listings/chosen/undone", {"action": "note", "note": notes}).text
    assert set(said(undone).values()) == {"Taken back."}
    assert count(database, sa.select(Note.id)) == 0


def test_a_note_that_names_one_of_the_listings_goes_to_that_one(
    sign_in: Seat, database: Database, three: list[str]
) -> None:
    desk = sign_in("coordinator")
    page = post(desk, "", three, action="note", text="Ask at the desk of Verified for it.")
    assert said(page)["Verified"] == "The note is left there."
    assert REFUSED in said(page)["First"]
    assert count(database, sa.select(Note.id)) == 0


@pytest.mark.parametrize(("action", "words"), [("call", "plan of calls"), ("no-letter", "no letter goes there")])
def test_calls_and_a_rest_from_letters_are_wanted_of_many_and_taken_back(
    sign_in: Seat, database: Database, three: list[str], action: str, words: str
) -> None:
    desk = sign_in("coordinator")
    looked = post(desk, "", three, action=action, months="6")
    assert all(words in one.lower() for one in said(looked).values())
    assert count(database, sa.select(StaffWish.by_id)) == 0
    one = f"/desk/listings/{three[0]}"
    assert desk.post(f"{one}/wishes", {"kind": action, "months": "1"}).status_code == 303
    done = post(desk, "/done", three, action=action, months="6")
    assert "already" in said(done)["First"]
    assert count(database, sa.select(StaffWish.by_id)) == 3
    wanted = re.findall(r'name="listing" value="([^"]+)"', done)
    assert sorted(wanted) == sorted(three[1:])
    undone = desk.post("/desk/listings/chosen/undone", {"action": action, "listing": wanted}).text
    assert set(said(undone).values()) == {"Taken back."}
    assert count(database, sa.select(StaffWish.by_id)) == 1
    assert desk.post(f"{one}/wishes/end", {"kind": action}).status_code == 303
    assert count(database, sa.select(StaffWish.by_id)) == 0


def test_no_letters_go_to_many_where_somebody_left_them_out(
    sign_in: Seat, database: Database, three: list[str]
) -> None:
    desk = sign_in("coordinator")
    post(desk, "/done", three, action="no-letter", months="12")
    assert all("left out of letters until" in one for one in said(post(desk, "", three, action="letter")).values())
    assert "No letter goes there by itself until" in desk.get(f"/desk/listings/{three[0]}").text
    assert count(database, sa.select(Outbox.id)) == 0
