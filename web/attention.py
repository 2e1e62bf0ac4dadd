"""Whether the pages say that nobody looks after this deployment any more: looked at once an hour, for everybody."""

import datetime as dt

import sqlalchemy as sa

from directory.attention import abandoned_since
from directory.clock import Clock
from directory.db import Database

_LOOKED_EVERY = dt.timedelta(hours=1)


class Attention:
    """Since when nobody has looked after a deployment.

    Args:
        database: of the deployment.
        clock: the present.
        is_watched: False where nobody is expected to (a demo): then it never is abandoned.
    """

    def __init__(self, database: Database, clock: Clock, *, is_watched: bool = True) -> None:
        self._database = database
        self._clock = clock
        self._is_watched = is_watched
        self._since: dt.date | None = None
        self._looked: dt.datetime | None = None

    def since(self) -> dt.date | None:
        """Since when; None while somebody looks after it."""
        now = self._clock()
        if self._is_watched and (self._looked is None or now - self._looked >= _LOOKED_EVERY):
            self._looked = now
            try:
                with self._database.reading() as session:
                    self._since = abandoned_since(session, now=now)
            except sa.exc.SQLAlchemyError:
                # What was known before is better than a page that fails.
                return self._since
        return self._since
