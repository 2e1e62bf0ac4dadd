"""Verbs of evidence. Evidence is added and never changed."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.freshness.models import Evidence
from directory.listings.models import Fact
from directory.listings.service import touch


def add_evidence(
    session: Session,
    fact_id: int,
    *,
    method: str,
    outcome: str,
    log2_odds: int,
    observed_at: dt.datetime,
    run_key: str,
    source_id: int | None = None,
    actor_role: str | None = None,
) -> bool:
    """Record one observation of a fact; its card is rebuilt before the commit.

    Args:
        session: a writing session.
        fact_id: the fact that was looked at.
        method: one of ``models.METHODS``.
        outcome: the method's outcome code.
        log2_odds: -6..6; negative supports the fact.
        observed_at: when it was seen.
        run_key: names the observation; the same key twice writes one row.
        source_id: where it came from, if a source.
        actor_role: the role of the person who looked, never who it was.

    Returns:
        Whether a row was written (False: this observation was there already).

    Raises:
        NotFoundError: there is no such fact.
    """
    fact = session.get(Fact, fact_id)
    if fact is None:
        raise NotFoundError("There is no such fact.")
    if session.scalar(sa.select(Evidence.id).where(Evidence.run_key == run_key)) is not None:
        return False
    session.add(
        Evidence(
            fact_id=fact_id, method=method, outcome=outcome, log2_odds=log2_odds, observed_at=observed_at,
            run_key=run_key, source_id=source_id, actor_role=actor_role,
        )
    )  # fmt: skip
    session.flush()
    touch(session, fact.record_id)
    return True
