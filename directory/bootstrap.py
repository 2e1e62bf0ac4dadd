"""Where the rooms are joined: opens the database with the hook that rebuilds the cards of touched listings.

So nothing low imports anything high, and no writer can forget a card: the hook runs inside every transaction.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.service import rebuild_cards
from directory.checking.service import forget_ended
from directory.clock import Clock
from directory.confirming import models as _confirming  # noqa: F401 - its tables belong to the schema
from directory.db import Database, sqlite_file
from directory.errors import DirectoryError
from directory.handoff import models as _handoff  # noqa: F401 - its tables belong to the schema
from directory.listings.withdrawal import finish_withdrawals
from directory.mail import models as _mail  # noqa: F401 - its tables belong to the schema
from directory.people.models import Network
from directory.people.policy import WORKING_NETWORK
from directory.people.service import ensure_network
from directory.planning import models as _planning  # noqa: F401 - its tables belong to the schema
from directory.progress import Told
from directory.search.indexing import is_current, post_cards, rebuild, was_ever_built
from directory.settings import Settings
from directory.sources.uploads import forget_read
from directory.vetting import models as _vetting  # noqa: F401 - its tables belong to the schema
from directory.vocabulary.service import sync_terms
from directory.worklist.notes import end_notes
from directory.worklist.service import write_lines

_OTHER_VERSION = "The database is of another version of this program. Run: handrail db upgrade"


def open_database(url: str, *, clock: Clock | None = None, ids: Callable[[], uuid.UUID] = uuid.uuid4) -> Database:
    """Open the directory's database.

    Args:
        url: as in ``Database``.
        clock: fixes ``now`` (tests); the database's own clock otherwise.
        ids: makes public ids (tests).
    """
    return Database(url, before_commit=show_touched, after_withdrawal=forget_withdrawn, clock=clock, ids=ids)


def forget_withdrawn(database: Database) -> None:
    """Make what was withdrawn unrecoverable, also where a list that is under review says it."""
    forget_read(database)
    finish_withdrawals(database)


def show_touched(session: Session) -> None:
    """Rebuild what is read of every record that the transaction touched; end notes and checks of what has ended."""
    touched: set[int] = session.info["touched"]
    if touched:
        post_cards(session, rebuild_cards(session, touched, now=session.info["now"]))
        listings = write_lines(session, touched)
        end_notes(session, listings, all_of_them=bool(session.info.get("has_withdrawn")))
        touched.clear()
    if session.info.get("has_withdrawn"):
        forget_ended(session)


def bring_up_to_date(database: Database, *, progress: Told | None = None) -> None:
    """Bring the schema, the shipped vocabulary, cards and postings to this version of the program.

    ``progress`` is told how many listings are done, and of how many, where they are made anew. It can be interrupted
    and goes on where it stood.
    """
    database.upgrade()
    with database.transaction() as session:
        sync_terms(session)
        working_network(session)
    if not is_current(database):
        rebuild(database, progress=progress)


def working_network(session: Session) -> Network:
    """The network that listings belong to unless something else is said."""
    return ensure_network(session, key=WORKING_NETWORK, name="Main", kind="working")


def open_existing(settings: Settings) -> Database | None:
    """Open the deployment's database for what works without one too; None where there is none, or it does not answer.

    Nothing is made or brought up to date. Raises as ``open_ready``.
    """
    database = open_database(settings.database_url)
    try:
        standing = _standing_of(database)
    except sa.exc.SQLAlchemyError:
        standing = "unmade"
    if standing in ("ready", "other-cards"):
        return database
    database.dispose()
    if standing == "unmade":
        return None
    raise DirectoryError(_OTHER_VERSION)


def open_ready(settings: Settings) -> Database:
    """Open the deployment's database for work; an embedded one that does not exist yet, or only in part, is made.

    Raises:
        DirectoryError: the schema is of another version of the program.
    """
    database = open_database(settings.database_url)
    standing = _standing_of(database)
    if standing == "unmade":
        bring_up_to_date(database)
    elif standing != "ready":
        database.dispose()
        raise DirectoryError(_OTHER_VERSION)
    finish_withdrawals(database)
    return database


def _standing_of(database: Database) -> Literal["unmade", "other-schema", "other-cards", "ready"]:
    """How far a database is; an embedded one is unmade where its making never came to its end.

    That is so where there is no file, an empty one, or one that nobody ever indexed: a first command that is killed
    leaves the last two. Tables that are not ours are left alone.
    """
    file = sqlite_file(str(database.engine.url))
    if file is not None:
        if not (file.is_file() and file.stat().st_size):  # to look into it would make it, for others to read too
            return "unmade"
        with database.engine.connect() as connection:
            if not sa.inspect(connection).get_table_names():
                return "unmade"
    if not database.is_up_to_date():
        return "other-schema"
    if is_current(database):
        return "ready"
    return "other-cards" if file is None or was_ever_built(database) else "unmade"


@contextmanager
def opened_ready(settings: Settings) -> Iterator[Database]:
    """The same for as long as a command needs it."""
    database = open_ready(settings)
    try:
        yield database
    finally:
        database.dispose()
