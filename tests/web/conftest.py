"""A running site to ask, over a socket, as browsers do."""

import logging
from collections.abc import Iterator
from io import StringIO

import httpx
import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from directory.db import Database
from directory.listings.models import Record
from directory.listings.service import Created
from directory.settings import Settings
from tests.makers import kind, make_service, opens, site, speaks, takes
from tests.services import serve
from web.logs import configure_logging

ALWAYS_OPEN = {key: [(0, 1440)] for key in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}
AREA = "33130"
IN_PAGE = {"x-in-page": "1"}
# A busy machine is no failure.
PATIENCE_SECONDS = 30


def settings(**chosen: str) -> Settings:
    """What a deployment in Miami chose; the database is set by whoever serves it."""
    return Settings(database_url="", default_area=AREA, **chosen)  # type: ignore[arg-type]


def public_id(session: Session, made: Created) -> str:
    """The public id of the first listing that was made."""
    session.flush()
    return str(session.scalars(sa.select(Record.public_id).where(Record.id == made.listings[0][1])).one())


@pytest.fixture
def listed(database: Database) -> str:
    """A shelter in Miami that anyone may find, in ``database``: the public id of its listing."""
    with database.transaction() as session:
        made = make_service(
            session,
            kind("public-walk-in-shelter"),
            speaks("es"),
            takes("trans-women"),
            opens(ALWAYS_OPEN),
            name="Calle Nueva Rooms",
            sites=[site()],
        )
        return public_id(session, made)


@pytest.fixture
def client(database: Database) -> Iterator[httpx.Client]:
    """Asks a site over ``database`` as the script of a page does: answers come in place."""
    with serve(database, settings()) as address, httpx.Client(base_url=address, headers=IN_PAGE) as client:
        client.timeout = httpx.Timeout(PATIENCE_SECONDS)
        yield client


@pytest.fixture
def without_script(database: Database) -> Iterator[httpx.Client]:
    """Asks as a browser without script does: forms are answered by a redirect."""
    shows = {"accept": "text/html"}
    with serve(database, settings()) as address, httpx.Client(base_url=address, headers=shows) as client:
        client.follow_redirects = True
        client.timeout = httpx.Timeout(PATIENCE_SECONDS)
        yield client


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that the site writes down while the test runs."""
    written = StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging(written)
    yield written
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level
