"""Notes on the page of a listing and in the list: left, refused with what was typed, deleted, found."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.worklist.models import Note
from tests.makers import make_organization, make_service
from tests.staff import Desk
from tests.web.conftest import public_id

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FULL = "Beds are full until Monday."


@pytest.fixture
def page(database: Database) -> str:
    """The page of a listing."""
    with database.transaction() as session:
        made = make_service(session, name="Night House", organization_id=make_organization(session, "Owner House"))
        return f"/desk/listings/{public_id(session, made)}"


def kept(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Note.text).order_by(Note.id)))


def test_a_note_is_left_and_seen_with_its_writer_and_its_last_day(sign_in: Seat, page: str) -> None:
    ada = sign_in("coordinator", "Ada")
    assert '<option value="30" selected>' in ada.get(page).text
    answer = ada.post(f"{page}/notes", {"text": FULL, "days": "7"})
    assert answer.status_code == 303
    text = sign_in("coordinator", "Bea").get(page).text
    assert FULL in text
    assert re.search(r"Ada, .*Until Dec 3, 2026", text)
    assert ">Delete</button>" not in text
    assert ">Delete</button>" in ada.get(page).text


def test_what_is_refused_comes_back_in_the_form_and_is_kept_nowhere(
    sign_in: Seat, database: Database, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = sign_in("coordinator", "Ada")
    typed = "Maria <Lopez> called, 305-555-0199"
    answer = ada.post(f"{page}/notes", {"text": typed, "days": "90"})
    assert answer.status_code == 409
    assert "Maria &lt;Lopez&gt; called, 305-555-0199</textarea>" in answer.text
    assert '<option value="90" selected>' in answer.text
    assert "Nothing of it is kept." in answer.text
    assert kept(database) == []
    assert "Maria" not in ada.get(page).text
    assert "Maria" not in caplog.text
    answer = ada.post(f"{page}/notes", {"text": "far too long. " * 30, "days": "30"})
    assert (answer.status_code, answer.text.count("far too long")) == (409, 30)


def test_law_enforcement_and_other_networks_see_no_note(sign_in: Seat, database: Database, page: str) -> None:
    ada = sign_in("coordinator", "Ada")
    ada.post(f"{page}/notes", {"text": FULL, "days": "7"})
    officer = sign_in("law-enforcement")
    assert FULL not in officer.get(page).text
    assert "Leave a note" not in officer.get(page).text
    assert "has a note" not in officer.get("/desk/listings").text
    elsewhere = sign_in("coordinator", "Cleo", scopes=(("network", "other"),))
    assert elsewhere.get(page).status_code == 404
    assert elsewhere.post(f"{page}/notes", {"text": FULL, "days": "7"}).status_code == 404
    with database.reading() as session:
        note = session.scalars(sa.select(Note.id)).one()
    assert elsewhere.post(f"{page}/notes/{note}/delete").status_code == 404
    assert sign_in("coordinator", "Bea").post(f"{page}/notes/{note}/delete").status_code == 409
    assert kept(database) == [FULL]
    assert ada.post(f"{page}/notes/{note}/delete").status_code == 303
    assert kept(database) == []


def test_the_list_shows_and_finds_what_has_a_note(sign_in: Seat, database: Database, page: str) -> None:
    with database.transaction() as session:
        make_service(session, name="Other House", organization_id=make_organization(session, "Another"))
    ada = sign_in("coordinator", "Ada")
    ada.post(f"{page}/notes", {"text": FULL, "days": "7"})
    text = ada.get("/desk/listings").text
    assert text.count("has a note") == 1
    assert FULL not in text
    found = ada.post("/desk/listings", {"about": "noted"}).text
    assert "Night House" in found
    assert "Other House" not in found


def test_no_page_for_everybody_shows_a_note(sign_in: Seat, page: str) -> None:
    sign_in("coordinator", "Ada").post(f"{page}/notes", {"text": FULL, "days": "7"})
    nobody = sign_in(None)
    listing = page.rpartition("/")[2]
    for path in (f"/listing/{listing}", "/"):
        assert FULL not in nobody.get(path).text
