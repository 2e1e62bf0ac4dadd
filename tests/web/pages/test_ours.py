"""Whoever runs a listing asks for a letter, and nobody learns whether a mailbox is held."""

import re

import httpx
import pytest
import sqlalchemy as sa

from directory.bootstrap import show_touched
from directory.db import Database
from directory.listings.models import Record
from directory.planning.models import LetterWish
from directory.settings import TELLING_WORDS
from tests.directory.confirming.house import House
from tests.web.pages.test_look_over import UNKNOWN, client  # noqa: F401 - a fixture
from web.sizes import SIZES

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _house(database: Database, **how: bool) -> str:
    with database.transaction() as session:
        house = House(session, name=f"House {len(how)}", **how)  # type: ignore[arg-type]
        show_touched(session)
        return str(session.get_one(Record, house.listing).public_id)


def _wishes(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(sa.select(sa.func.count()).select_from(LetterWish)).one()


def test_the_page_is_the_same_whether_a_mailbox_is_held_or_not(client: httpx.Client, database: Database) -> None:  # noqa: F811
    held, none = _house(database), _house(database, is_verified=False)
    entry = client.post("/", data={"l": held}).text
    assert 'name="x" value="o"' in entry
    begun = {client.post("/", data={"l": one, "x": "o"}).text.replace(one, "") for one in (held, none)}
    assert len(begun) == 1
    assert not re.findall(r'<input(?! type="(?:hidden|checkbox)")', begun.pop())
    assert _wishes(database) == 0
    noted = {client.post("/", data={"l": one, "x": "o", "1": "y"}).text.replace(one, "") for one in (held, none)}
    assert len(noted) == 1
    assert "It is noted" in noted.pop()
    assert _wishes(database) == 2


def test_an_address_that_somebody_types_goes_nowhere(client: httpx.Client, database: Database) -> None:  # noqa: F811
    held = _house(database)
    data = {"l": held, "x": "o", "1": "y", "E": "me@elsewhere.example.org"}
    assert "elsewhere" not in client.post("/", data=data).text
    assert client.post("/", data={"l": held, "x": "o", "1": "y", "mail": "x"}).status_code == 400


def test_a_link_that_is_over_asks_for_another_letter_and_tells_nothing(
    client: httpx.Client, database: Database  # noqa: F811
) -> None:  # fmt: skip
    with database.transaction() as session:
        house = House(session)
        key = house.ask(session)
        session.execute(sa.text("UPDATE confirmation SET expires_at = created_at"))
    spent = client.post("/", data={"6": key}).text
    assert 'name="x" value="o"' in spent
    answers = []
    for one in (key, UNKNOWN):
        begun = client.post("/", data={"6": one, "x": "o"})
        noted = client.post("/", data={"6": one, "x": "o", "1": "y"})
        assert len(noted.content) in SIZES
        answers.append((begun.text.replace(one, ""), noted.text.replace(one, "")))
    assert answers[0] == answers[1]
    assert _wishes(database) == 1
    [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", begun.text)
    assert not [word for word in TELLING_WORDS if word in heading.casefold()]


def test_who_asks_for_what_is_not_there_is_told_so(client: httpx.Client, database: Database) -> None:  # noqa: F811
    data = {"l": "00000000-0000-4000-8000-000000000000", "x": "o", "1": "y"}
    assert "It is noted" not in client.post("/", data=data).text
    assert _wishes(database) == 0
