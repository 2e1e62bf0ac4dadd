"""Whoever still comes to what is closed is told so, whatever they ask of it, and gets the nearest number."""

import re

import httpx
import pytest

from directory.db import Database
from directory.listings.queries import find_record
from directory.listings.service import set_standing
from tests import makers
from tests.conftest import NOW
from tests.web.conftest import public_id

MONTH = f"{NOW:%b %Y}"


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _close(database: Database, listing: str, standing: str = "closed") -> None:
    with database.transaction() as session:
        record = find_record(session, listing, kind="listing")
        set_standing(session, record.id, standing, by=None, reason="a test", now=session.info["now"])


@pytest.fixture
def other(database: Database) -> str:
    """An open listing of the same kind, a little farther away."""
    with database.transaction() as session:
        made = makers.make_service(
            session,
            makers.kind("public-walk-in-shelter"),
            makers.phone("+13055550177"),
            name="Open Rooms",
            organization_id=makers.make_organization(session, "Other House"),
            sites=[makers.site(street="12 Long Road", point=(25.8, -80.2))],
        )
        return public_id(session, made)


@pytest.mark.parametrize("press", ["l", "z", "y"])
def test_a_page_that_was_kept_open_leads_from_what_is_closed_to_the_nearest_open_one(
    database: Database, client: httpx.Client, listed: str, other: str, press: str
) -> None:
    pressed = {"l": listed, "z": f"{listed}:voice", "y": f"no-answer:{listed}"}[press]
    assert client.post("/", data={"a": "33130", "n": "shelter", press: pressed}).status_code < 300
    _close(database, listed)
    page = client.post("/", data={"a": "33130", "n": "shelter", press: pressed})
    words = _words(page.text)
    assert page.status_code < 300
    assert f"Calle Nueva Rooms closed in {MONTH}." in words
    assert "Do not send anyone there." in words
    assert "The nearest to 33130 (Miami, FL) that does the same" in words
    assert "305 555 0177" in words
    # The closed one's own number is what nobody should call.
    assert "305 555 0142" not in words
    assert f'name="l" value="{other}"' in page.text
    assert "Back to the list" in words


def test_a_closed_entry_is_said_in_spanish_too(database: Database, client: httpx.Client, listed: str) -> None:
    _close(database, listed)
    words = _words(client.post("/", data={"u": "es", "l": listed}).text)
    assert "Calle Nueva Rooms cerró en" in words
    assert "Aquí no se conoce nada abierto que haga lo mismo." in words


def test_a_search_by_name_says_what_is_closed_and_does_not_list_it(
    database: Database, client: httpx.Client, listed: str, other: str
) -> None:
    _close(database, listed)
    page = client.post("/", data={"a": "33130", "q": "calle nueva"}).text
    assert f"Calle Nueva Rooms closed in {MONTH}." in _words(page)
    assert f'value="{other}"' in page
    assert f'value="{listed}"' not in page
    assert "Calle Nueva" not in client.post("/", data={"a": "33130", "n": "shelter"}).text


@pytest.mark.parametrize("standing", ["suspended", "do-not-list"])
def test_what_is_hidden_or_not_to_be_listed_is_not_mentioned(
    database: Database, client: httpx.Client, listed: str, standing: str
) -> None:
    _close(database, listed, standing)
    assert client.post("/", data={"l": listed}).status_code == 404
    assert "Calle Nueva" not in client.post("/", data={"a": "33130", "q": "calle nueva"}).text


def test_without_script_it_is_the_same(database: Database, without_script: httpx.Client, listed: str) -> None:
    _close(database, listed)
    assert f"Calle Nueva Rooms closed in {MONTH}." in without_script.post("/", data={"l": listed}).text
