"""What waits to be sent, and which tasks of the clock failed when they were done last."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail.models import Job, Outbox
from directory.mail.waiting import MOST_TRIES


class Unsent(msgspec.Struct, frozen=True):
    """How many letters wait, how many of them were tried in vain, and how many were given up in the last 30 days."""

    waiting: int = 0
    tried: int = 0
    given_up: int = 0


def unsent(session: Session) -> Unsent:
    """Count the letters that did not go out."""
    is_open = Outbox.attempts < MOST_TRIES
    counted = sa.select(
        sa.func.count().filter(is_open),
        sa.func.count().filter(is_open, Outbox.attempts > 0),
        sa.func.count().filter(~is_open),
    ).where(Outbox.sent_at.is_(None))
    return Unsent(*session.execute(counted).one())


def failing(session: Session) -> dict[str, str]:
    """The tasks of the clock that failed when they were done last, each with what is noted of it."""
    noted = sa.select(Job.name, Job.last_error).where(Job.last_error.is_not(None)).order_by(Job.name)
    return {name: error or "" for name, error in session.execute(noted)}
