"""A desk to ask, and people who may be signed in there."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from directory.db import Database
from directory.people.actor import Role
from tests.conftest import NOW
from tests.services import serve
from tests.staff import Desk, make_person, seated
from tests.web.conftest import settings


@pytest.fixture
def asked(database: Database) -> Iterator[httpx.Client]:
    """Asks the site over ``database`` at ``now``."""
    with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def sign_in(database: Database, asked: httpx.Client) -> Callable[..., Desk]:
    """Seats somebody of a role at the desk; ``None`` is nobody."""

    def seat(role: Role | None, name: str = "", **more: object) -> Desk:
        if role is None:
            return Desk(asked)
        with database.transaction() as session:
            person = make_person(session, name or role.title().replace("-", ""), role, **more)  # type: ignore[arg-type]
            return Desk(asked, seated(session, person))

    return seat


@pytest.fixture
def one(sign_in: Callable[..., Desk]) -> Desk:
    """Who keeps the whole network."""
    return sign_in("coordinator", "One")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no failure: a press waits until what it began is done."""
    monkeypatch.setattr("importers.at_desk._PATIENCE_SECONDS", 60.0)
