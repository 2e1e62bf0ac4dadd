"""The practice network, served: loaded once for each kind of database, copied for each test."""

from collections.abc import Callable, Iterator

import pytest

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import utc_now
from directory.db import Database
from directory.settings import Settings
from importers.readers.bundled import load_bundled
from tests.journeys.asking import two_at_night
from tests.services import DatabaseSource, serve

AREA = "33130"


@pytest.fixture(scope="session")
def practice_loaded() -> dict[str, str]:
    """Addresses of databases that hold the practice network, one of each kind."""
    return {}


@pytest.fixture
def practice(
    database_kind: str, database_source_of: Callable[[str], DatabaseSource], practice_loaded: dict[str, str]
) -> Iterator[Database]:
    """A database with the starter lines and the practice network, as of today."""
    source = database_source_of(database_kind)
    if database_kind not in practice_loaded:
        url = source.migrated()
        first = open_database(url)
        bring_up_to_date(first)
        load_bundled(first, starter=True, local=True, practice=True, now=utc_now())
        first.dispose()
        practice_loaded[database_kind] = url
    url = source.copy_of(practice_loaded[database_kind])
    database = open_database(url)
    yield database
    database.dispose()
    source.discard(url)


@pytest.fixture
def practice_site(practice: Database) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Miami."""
    with serve(practice, Settings(database_url="", default_area=AREA)) as address:
        yield address


@pytest.fixture
def practice_site_at_two(practice: Database) -> Iterator[str]:
    """Like ``practice_site``, at six minutes past two at night in Miami."""
    night = two_at_night()
    with serve(practice, Settings(database_url="", default_area=AREA), clock=lambda: night) as address:
        yield address


@pytest.fixture
def practice_site_without_area(practice: Database) -> Iterator[str]:
    """The address of a site over the practice network that has no area of its own."""
    with serve(practice, Settings(database_url="")) as address:
        yield address
