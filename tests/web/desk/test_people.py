"""The page about who works here: whose word for whom is given, and what happens after an invitation."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.db import Database
from directory.people.models import Person
from tests.staff import Desk, make_person
from tests.web.desk.test_entering import FORM

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def row_of(page: str, name: str) -> str:
    """The line of somebody in the list."""
    [row] = re.findall(rf'<tr><th scope="row">{name}<br>.*?</tr>', page, re.DOTALL)
    return str(row)


def id_of(session: Session, name: str) -> int:
    """The id of somebody."""
    return session.scalars(sa.select(Person.id).where(Person.name == name)).one()


def test_a_word_that_was_given_is_told_and_not_asked_for_again(sign_in: Seat, database: Database) -> None:
    ana = sign_in("coordinator", "Ana")
    with database.transaction() as session:
        make_person(session, "Nia", days=1, invited_by=id_of(session, "Ana"))
        make_person(session, "Noa", days=1)
    page = ana.get("/desk/people").text
    assert "/vouch" not in row_of(page, "Nia")
    assert "nor the one who invited" in row_of(page, "Nia")
    noa = row_of(page, "Noa")
    assert "counts as a second person from Dec 2, 2026" in noa
    [door] = re.findall(r'action="(/desk/people/[^"]*/vouch)"', noa)
    assert ana.post(door).status_code == 303
    noa = row_of(ana.get("/desk/people").text, "Noa")
    assert "You said on Nov 26, 2026 that you know them." in noa
    assert "I know them" not in noa
    assert "counts as a second person from" not in noa


def test_each_role_is_explained_and_nothing_is_asked_for_in_codes(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        working_network(session)
    page = sign_in("admin", scopes=()).get("/desk/people").text
    form = page[page.index('action="/desk/people/invite"') :]
    roles = re.findall(r'name="role" value="([a-z-]+)".*?<span class="small muted">(.+?)</span>', form)
    assert [role for role, words in roles if words] == ["partner", "coordinator", "admin", "law-enforcement"]
    assert '<option value="network/main">the whole list</option>' in form
    assert form.count(" required>") == form.count(">required<") == 2
    assert "No mail server is set, so no letter goes out" in form
    own = sign_in("coordinator", scopes=(("area", "US-FL"),)).get("/desk/people").text
    assert '<option value="area/US-FL">Florida</option>' in own
    assert 'value="network/main"' not in own
    assert 'name="role" value="partner"' in own
    assert 'name="role" value="admin"' not in own


def test_an_invitation_that_cannot_be_made_comes_back_as_it_was(sign_in: Seat, database: Database) -> None:
    desk = sign_in("admin", scopes=())
    form = {"name": "Lou", "email": "lou@example.org", "role": "coordinator", "kind": "area", "key": "Florida"}
    for wrong, words in (
        ({"key": "Atlantis"}, "There is no such area."),
        ({"key": ""}, "Name the area, or the organization."),
        ({"kind": "organization", "key": "Nobody at all"}, "There is no such organization, or several."),
        ({"email": "nobody"}, "Nobody is invited yet; what you typed is still here."),
    ):
        answer = desk.post("/desk/people/invite", form | wrong)
        assert answer.status_code == 400, wrong
        assert words in answer.text
        assert 'value="Lou"' in answer.text
        assert re.search(r'value="coordinator" checked', answer.text)
    with database.reading() as session:
        assert session.scalar(sa.select(Person.id).where(Person.name == "Lou")) is None
    assert desk.post("/desk/people/invite", form).status_code == 303
    page = desk.get("/desk/people", params={"said": "invited"}).text
    assert "whoever runs the server prints the address" in page
    row = row_of(page, "Lou")
    assert "Florida" in row
    assert "handrail people invite lou@example.org --name Lou --role coordinator --area US-FL" in row


def test_somebody_is_given_one_organization_by_its_name(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        make_person(session, "Pat", "partner", scopes=())
    desk = sign_in("admin", scopes=())
    assert desk.post("/desk/listings/new", FORM).status_code == 303
    [door] = re.findall(r'action="(/desk/people/[^"]*/scope)"', row_of(desk.get("/desk/people").text, "Pat"))
    assert desk.post(door, {"kind": "organization", "key": "owner  house"}).status_code == 303
    assert "<td>Owner House</td>" in row_of(desk.get("/desk/people").text, "Pat")
    assert desk.post(door, {"kind": "organization", "key": "other house"}).status_code == 400
