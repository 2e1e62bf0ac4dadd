"""Reads what came of calls to a listing: for its page in one statement, and for people who are signed in."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.handoff.models import OutcomeCount
from directory.handoff.policy import SIGNED
from directory.handoff.reliability import Told
from directory.search.queries import id_of
from directory.search.query import Plan
from directory.search.sql import Dialect, Statement, Steps

# Only what readers may see of it is asked for: no reason, and nothing that anybody tapped.
_BY_LISTING = f"""
    SELECT told.week, told.outcome, told.reply_band, sum(told.n)
    FROM record AS asked
    JOIN outcome_count AS told ON told.listing_id = coalesce(asked.merged_into, asked.id)
    WHERE asked.public_id = ? AND told.teller = '{SIGNED}'
    GROUP BY told.week, told.outcome, told.reply_band
"""


def reading_told(public_id: str) -> Plan:
    """The plan that reads what people who are signed in told of calls to a listing, as ``Told``s."""
    return lambda dialect: _told(public_id, dialect)


def _told(public_id: str, dialect: Dialect) -> Steps[tuple[Told, ...]]:
    rows = yield Statement(_BY_LISTING, [id_of(public_id, dialect)])
    return tuple(Told(week, outcome, band, int(n)) for week, outcome, band, n in rows)


def told_of(session: Session, listing_id: int) -> tuple[Told, ...]:
    """The same for a record, in a session."""
    rows = session.execute(
        sa.select(OutcomeCount.week, OutcomeCount.outcome, OutcomeCount.reply_band, OutcomeCount.n).where(
            OutcomeCount.listing_id == listing_id, OutcomeCount.teller == SIGNED
        )
    )
    return tuple(Told(*row) for row in rows)
