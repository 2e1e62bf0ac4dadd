"""Forgetting what is over: sessions and links that open nothing any more."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.people.models import Link, SignedIn

# So long it can still be asked when somebody was signed in; the audit keeps that they were.
_KEPT = dt.timedelta(days=7)


def forget_ended(session: Session, *, now: dt.datetime) -> int:
    """Forget sessions and links whose time was over a week ago; return how many rows went."""
    gone = 0
    for table in (SignedIn, Link):
        gone += len(
            session.execute(sa.delete(table).where(table.expires_at < now - _KEPT).returning(table.expires_at)).all()
        )
    return gone
