"""Agreements at the desk: entered, refused with what was typed, changed, undone, doubted; and who reads none."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.handoff.models import Protocol
from directory.listings.models import Record
from tests.conftest import NOW
from tests.makers import kind, make_organization, make_service
from tests.staff import Desk

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HOME = "/desk/protocols"
TERMS = {
    "steps": "Call the intake line first.\r\nThey keep a bed for two hours.", "respond": "30", "signed": "2026-03-02",
    "review": "2027-03-02", "reference": "binder 3, MOU 2026-02",
}  # fmt: skip
PAIR = {"refers_words": "elm", "takes_words": "night house"}


class Town:
    """Three organizations with a listing each, by the public id of each."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ids = {}
        with database.transaction() as session:
            for name in ("Elm Clinic", "Night House", "Night House North"):
                owner = make_organization(session, name)
                make_service(session, kind("food"), name=f"Of {name}", organization_id=owner)
                self.ids[name] = str(session.get_one(Record, owner).public_id)

    def partner_of(self, name: str) -> dict[str, object]:
        return {"scopes": (("organization", self.ids[name]),)}

    def rows(self) -> list[Protocol]:
        with self.database.reading() as session:
            return list(session.scalars(sa.select(Protocol).order_by(Protocol.id)))


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def enter(desk: Desk, town: Town) -> str:
    """Enter one; the address of its page."""
    answer = desk.post(f"{HOME}/new", PAIR | TERMS | {"takes": town.ids["Night House"]})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_a_name_that_fits_several_is_chosen_and_what_was_typed_stays(sign_in: Seat, town: Town) -> None:
    desk = sign_in("coordinator")
    answer = desk.post(f"{HOME}/new", PAIR | TERMS)
    assert answer.status_code == 400
    assert "Several have these words" in answer.text
    assert answer.text.count('<option value="' + town.ids["Night House"]) == 1
    assert "They keep a bed for two hours.</textarea>" in answer.text
    answer = desk.post(f"{HOME}/new", PAIR | TERMS | {"takes_words": "nobody of this name"})
    assert "No organization that you work on" in answer.text
    assert 'value="nobody of this name"' in answer.text
    assert town.rows() == []
    page = desk.get(enter(desk, town)).text
    for words in ("Elm Clinic to Night House", "Call the intake line first.", "30 minutes", "Mar 2, 2026", "binder 3"):
        assert words in page, words
    assert "Elm Clinic" in desk.get(HOME).text
    assert "Elm Clinic" in desk.post(HOME, {"words": "night"}).text
    assert "None that you may read" in desk.post(HOME, {"words": "third"}).text


def test_who_writes_a_number_into_a_step_reads_which_step_and_where_numbers_stand(sign_in: Seat, town: Town) -> None:
    steps = "Call the intake line.\nCall 305-555-0199 after hours."
    answer = sign_in("coordinator").post(
        f"{HOME}/new", PAIR | TERMS | {"takes": town.ids["Night House"], "steps": steps}
    )
    assert answer.status_code == 409
    assert "Step 2: There seems to be a number. Those that people call stand on the listing." in answer.text
    assert "in the note" not in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("steps", "Ask for Maria Lopez & call 305-555-0199"), ("reference", "http://files.example.org/x"),
        ("signed", "2031-01-01"), ("review", "yesterday"), ("respond", "61"), ("steps", "far too long. " * 50),
    ],
)  # fmt: skip
def test_what_is_refused_comes_back_in_the_form_and_is_kept_nowhere(
    sign_in: Seat, town: Town, field: str, typed: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = sign_in("coordinator")
    answer = desk.post(f"{HOME}/new", PAIR | TERMS | {"takes": town.ids["Night House"], field: typed})
    assert answer.status_code == 409
    if field != "respond":
        assert typed.strip().replace("&", "&amp;") in answer.text
    assert "what you typed is still here" in answer.text
    assert town.rows() == []
    path = enter(desk, town)
    answer = desk.post(f"{path}/edit", TERMS | {field: typed})
    assert (answer.status_code, len(town.rows())) == (409, 1)
    assert "Maria" not in caplog.text


def test_a_change_is_undone_and_an_end_is_put_back(sign_in: Seat, town: Town) -> None:
    desk = sign_in("coordinator")
    first = enter(desk, town)
    assert "Call the intake line first.\nThey keep" in desk.get(f"{first}/edit").text
    changed = desk.post(f"{first}/edit", TERMS | {"respond": "15"}).headers["location"]
    page = desk.get(changed).text
    [undo] = re.findall(rf'action="({HOME}/[^"]+/back)">[^<]*<input[^>]*><button class="plain" data-key="u"', page)
    assert desk.post(f"{first}/edit", TERMS | {"respond": "60"}).status_code == 409
    back = desk.post(undo).headers["location"].partition("?")[0]
    assert [(row.respond_minutes, row.ended_on is None) for row in town.rows()] == [
        (30, False),
        (15, False),
        (30, True),
    ]
    desk.post(f"{back}/end")
    assert "None is entered yet" in desk.get(HOME).text
    assert "Put this back" in desk.get(back).text
    assert desk.post(f"{back}/back").status_code == 303
    assert "Elm Clinic" in desk.get(HOME).text


def test_both_read_it_and_say_that_it_is_something_else(sign_in: Seat, town: Town) -> None:
    ada = sign_in("coordinator", "Ada")
    path = enter(ada, town)
    dora = sign_in("partner", "Dora", **town.partner_of("Night House"))
    page = dora.get(path).text
    assert "Call the intake line first." in page
    assert "End it" not in page
    assert {dora.post(f"{path}/{door}").status_code for door in ("end", "back", "edit")} == {403}
    assert dora.post(f"{path}/doubt").headers["location"] == f"{path}?said=doubted"
    assert "Dora says that this is not what was agreed" in ada.get(HOME).text
    assert "Dora says" in sign_in("partner", "Cleo", **town.partner_of("Elm Clinic")).get(path).text
    assert ada.post(f"{path}/settle").status_code == 303
    assert "Dora says" not in ada.get(HOME).text


def test_nobody_else_s_agreement_is_there_by_any_route(sign_in: Seat, town: Town) -> None:
    path = enter(sign_in("coordinator", "Ada"), town)
    others = (
        sign_in("partner", "Eve", **town.partner_of("Night House North")),
        sign_in("partner", "Fay", scopes=(("area", "US-FL"),)),
        sign_in("coordinator", "Gus", scopes=(("network", "other"),)),
        sign_in("law-enforcement", "Hal"),
    )
    for desk in others:
        asked = [desk.get(path), desk.get(f"{path}/edit"), desk.post(f"{path}/edit", TERMS)]
        asked += [desk.post(f"{path}/{door}") for door in ("end", "back", "doubt", "settle")]
        assert {answer.status_code for answer in asked} <= {403, 404}
        assert all("intake line" not in answer.text for answer in asked)
        assert "Elm Clinic" not in desk.get(HOME).text + desk.post(HOME, {"words": "elm"}).text
    gus = others[2]
    assert "No organization that you work on" in gus.post(f"{HOME}/new", PAIR | TERMS).text
    assert "Night House" not in gus.get(f"{HOME}/new?takes={town.ids['Night House']}").text
    assert len(town.rows()) == 1


def test_what_is_to_be_reviewed_stands_on_the_list_and_in_the_month(
    sign_in: Seat, town: Town, database: Database
) -> None:
    desk = sign_in("coordinator")
    enter(desk, town)
    assert "To be looked at" not in desk.get(HOME).text
    with database.transaction() as session:
        soon = (NOW + dt.timedelta(days=9)).date().toordinal()
        session.execute(sa.update(Protocol).values(review_on=soon))
    assert "To be reviewed on Dec 5, 2026" in desk.get(HOME).text
    assert "1 protocol to look at" in desk.get("/desk/month").text


def test_a_form_without_the_mark_of_the_session_does_nothing(sign_in: Seat, town: Town) -> None:
    desk = sign_in("coordinator")
    path = enter(desk, town)
    desk.mark = ""
    assert {desk.post(f"{path}/{door}").status_code for door in ("end", "doubt")} == {403}
    assert desk.post(f"{HOME}/new", PAIR | TERMS).status_code == 403
    assert [row.ended_on for row in town.rows()] == [None]
