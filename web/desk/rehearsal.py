"""What would be shown if something were done: it is done in a transaction of which nothing stays."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.db import Database


class _NothingStaysError(Exception):
    """Ends a transaction of which nothing is to stay."""


@contextmanager
def rehearsed(database: Database) -> Iterator[Session]:
    """A session in which verbs are tried; ``shown`` makes their cards before they are read. It is rolled back."""
    try:
        with database.transaction() as session:
            yield session
            raise _NothingStaysError  # noqa: TRY301 - only an error takes a transaction back
    except _NothingStaysError:
        pass


def shown(session: Session) -> None:
    """Make what people read of all that was done so far."""
    session.flush()
    show_touched(session)
    session.expire_all()
