"""A review in which something changes meanwhile: nothing is decided of what nobody looked at, and nothing is lost."""

import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.integrity.editing import Edit, edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from directory.sources.models import ImportRun
from tests.importers.planned import record_named
from tests.lists import bring_in, brought, decide_all, line, number_of_line, value, waited_for
from tests.staff import Desk, acting, make_person

Seat = Callable[..., Desk]
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("patient"),
]


def edit_description(database: Database, name: str, text: str) -> None:
    """Somebody edits a listing while a list about it is under review."""
    with database.transaction() as session:
        by = acting(session, make_person(session, f"Editor{secrets.token_hex(2)}", "admin", scopes=()))
        said = [Edit(FactDraft("description", Text(text)))]
        edit(session, record_named(database, name), said, by=by, reason="they said so", now=session.info["now"])


def test_a_press_on_an_old_page_decides_nothing_else(database: Database, one: Desk) -> None:
    bring_in(one, [line(n) for n in range(1, 4)], source="", new="coalition")
    review = brought(one, [line(n, Description="Other words.") for n in range(1, 4)])
    page = one.get(review).text
    numbers = {name: number_of_line(page, f"{name}, Description") for name in ("Office 1", "Office 2", "Office 3")}
    old = re.search(r'name="plan" value="(\d+)"', page)
    assert old
    one.post(f"{review}/decide", {"one": f"take.{numbers['Office 3']}"})
    edit_description(database, "Office 1", "Ours is better.")
    one.post(f"{review}/again")
    answer = one.post(f"{review}/decide", {"one": f"take.{numbers['Office 1']}"})
    assert answer.status_code == 409
    assert "This has changed meanwhile" in answer.text
    for press in ({"kind": "take.replaces"}, {"group": f"take.{numbers['Office 2']}"}):
        assert one.post(f"{review}/decide", press | {"plan": old[1]}).status_code == 409
    assert "<b data-decided>1</b> decided" in one.get(review).text
    # Of what was ticked, that which is still there is decided.
    ticked: dict[str, str | list[str]] = {
        "ticked": "keep.",
        "n": [numbers["Office 1"], numbers["Office 2"]],
        "reason": "older",
    }
    assert one.post(f"{review}/decide", ticked).status_code == 409
    page = one.get(review).text
    assert "<b data-decided>2</b> decided, <b data-left>1</b> left" in page
    assert numbers["Office 1"] not in page


def test_what_changed_since_the_review_is_said_before_anything_comes_in(database: Database, one: Desk) -> None:
    # More than the words that fit on a page.
    long = "Help with forms. " * 10 + "Bread."
    bring_in(one, [line(1), line(2, Description=f"Now: {long}")], source="", new="coalition")
    review = brought(one, [line(1, Description="Other words."), line(2, Description=f"New: {long}")])
    decide_all(one, review, "take.replaces")
    edit_description(database, "Office 2", f"Now: {long} Ask for Ana.")
    one.post(f"{review}/apply")
    page = waited_for(one, review)
    assert "This has changed meanwhile, and nothing came in" in page
    assert "<b data-decided>1</b> decided, <b data-left>1</b> left" in page
    assert value(database, "Office 1", "description") == ['{"text":"Help with forms."}']
    # Whoever has looked once more may go on.
    one.post(f"{review}/apply")
    assert "It came in as" in waited_for(one, review)
    assert value(database, "Office 1", "description") == ['{"text":"Other words."}']
    assert value(database, "Office 2", "description") == [f'{{"text":"Now: {long} Ask for Ana."}}']


def test_two_presses_bring_a_list_in_once(database: Database, one: Desk) -> None:
    review = brought(one, [line(1), line(2)], source="", new="coalition")
    decide_all(one, review, "take.new")
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(one.post, f"{review}/apply") for _ in range(4)]
    assert {answer.result().status_code for answer in answers} == {303}
    assert "It came in as" in waited_for(one, review)
    with database.reading() as session:
        assert session.scalars(sa.select(ImportRun.state)).all() == ["applied"]
    # Also a press on a page that was open all the time.
    one.post(f"{review}/apply")
    one.post(f"{review}/again")
    assert "It came in as" in one.get(review).text


def held(one: Desk) -> tuple[str, str]:
    """A review whose run is held, and the address of that run."""
    rows = range(100, 114)
    bring_in(one, [line(n) for n in rows], source="", new="coalition")
    review = brought(one, [line(n, Description="Moved.") for n in rows])
    decide_all(one, review, "take.replaces")
    return review, held_as(one, review)


def held_as(one: Desk, review: str) -> str:
    """Bring in what was taken, which is held; the address of the run."""
    one.post(f"{review}/apply")
    assert "Held, and nothing of it came in" in waited_for(one, review)
    latest = re.search(r'href="(/desk/imports/\d+)"', one.get("/desk/imports").text)
    assert latest
    return latest[1]


def test_what_somebody_let_in_is_not_what_was_decided_later(database: Database, one: Desk, sign_in: Seat) -> None:
    review, run = held(one)
    assert sign_in("coordinator", "Two").post(f"{run}/release").status_code == 303
    number = number_of_line(one.get(review).text, "Office 101, Description")
    one.post(f"{review}/decide", {"one": f"keep.{number}", "reason": "wrong"})
    assert "Let it come in, once" not in one.get(review).text
    assert held_as(one, review) != run
    assert value(database, "Office 100", "description") == ['{"text":"Help with forms."}']
    assert one.post(f"{review}/release").status_code == 303
    assert "It came in as" in waited_for(one, review)
    assert value(database, "Office 101", "description") == ['{"text":"Help with forms."}']
    # The first release is used up as well.
    assert one.post(f"{run}/release").status_code == 409


def test_whoever_brought_a_list_in_goes_on_where_somebody_else_let_it_in(
    database: Database, one: Desk, sign_in: Seat
) -> None:
    review, run = held(one)
    assert sign_in("coordinator", "Two").post(f"{run}/release").status_code == 303
    assert one.post(f"{review}/release").status_code == 303
    assert "It came in as" in waited_for(one, review)
    assert value(database, "Office 100", "description") == ['{"text":"Moved."}']


def test_what_is_coming_in_is_never_called_interrupted(one: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.at_desk._PATIENCE_SECONDS", 0.1)
    review = brought(one, [line(1), line(2)], source="", new="coalition")
    decide_all(one, review, "take.new")
    one.post(f"{review}/apply")
    while "It came in as" not in (page := one.get(review).text):
        assert "interrupted" not in page


def test_what_changed_after_it_was_held_is_shown_as_it_is_and_held_again(database: Database, one: Desk) -> None:
    review, run = held(one)
    edit_description(database, "Office 101", "Ours is better.")
    assert one.post(f"{review}/release").status_code == 303
    page = waited_for(one, review)
    assert "This has changed meanwhile, and nothing came in" in page
    assert "Ours is better." in page
    assert "<b data-decided>13</b> decided, <b data-left>1</b> left" in page
    assert one.post(f"{review}/release").status_code == 404
    assert held_as(one, review) != run
    assert one.post(f"{review}/release").status_code == 303
    assert "It came in as" in waited_for(one, review)
    assert value(database, "Office 101", "description") == ['{"text":"Ours is better."}']
    assert value(database, "Office 102", "description") == ['{"text":"Moved."}']
