"""The page about who works here: whose word for whom is given, and what happens after an invitation."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.people.models import Person
from tests.staff import Desk, make_person

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
