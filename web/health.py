"""Whether the site and its clock are well: looked at every ten seconds at most, however often somebody asks.

Nothing here looks at a listing, and no request begins a check: only the timetable does.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa

from directory.checking.queries import Clockwork, clockwork
from directory.clock import Clock
from directory.db import Database
from directory.settings import Settings

_LOOKED_EVERY = dt.timedelta(seconds=10)


class ClockHealth(msgspec.Struct, frozen=True):
    """How the clock is, in one line without any value."""

    line: str
    is_well: bool = True


class Health:
    """How the clock of a deployment is.

    Args:
        settings: what the deployment chose.
        database: of the deployment.
        clock: the present.
    """

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._is_off = settings.checks == "off"
        self._database = database
        self._clock = clock
        self._looked: dt.datetime | None = None
        self._known = ClockHealth("checks: off")

    def of_clock(self) -> ClockHealth:
        """How it was ten seconds ago, or is now."""
        now = self._clock()
        if not self._is_off and (self._looked is None or abs(now - self._looked) >= _LOOKED_EVERY):
            self._looked = now
            self._known = self._look()
        return self._known

    def _look(self) -> ClockHealth:
        try:
            with self._database.reading() as session:
                return told(clockwork(session, now=session.info["now"]))
        except sa.exc.SQLAlchemyError:
            return ClockHealth("checks: unknown, the database does not answer", is_well=False)


def told(found: Clockwork) -> ClockHealth:
    """How the clock is, in one line."""
    behind = found.backlog
    last = found.last_tick_at.strftime("%Y-%m-%dT%H:%M:%SZ") if found.last_tick_at else "never"
    state = "silent" if found.is_silent else "failing" if found.error else "ok"
    line = (
        f"checks: {state}, last tick {last}, {behind.due} due, {behind.overdue} overdue, {behind.failing} without an "
        f"answer three times"
    )
    return ClockHealth(f"{line}, error {found.error}" if found.error else line, is_well=not found.is_silent)
