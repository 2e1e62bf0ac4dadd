"""What was confirmed stays confirmed when a withdrawal says it again without the words that told a place."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence, Testimony

_OBSERVED = ("method", "source_id", "lineage", "outcome", "log2_odds", "observed_at", "actor_role", "run_id")


def carry_evidence(session: Session, said_again: Iterable[tuple[int, int]]) -> None:
    """Let the evidence of each emptied fact speak for the one in its place too, with who stands behind it.

    Else one person could make a confirmed number an unconfirmed one by withdrawing a place, and then correct it alone.
    """
    for emptied, fact_id in said_again:
        for seen in session.scalars(sa.select(Evidence).where(Evidence.fact_id == emptied).order_by(Evidence.id)).all():
            observed = {column: getattr(seen, column) for column in _OBSERVED}
            again = Evidence(fact_id=fact_id, run_key=f"{seen.run_key}:again:{fact_id}", **observed)
            session.add(again)
            session.flush()
            witness = session.get(Testimony, seen.id)
            if witness is not None:
                session.add(Testimony(evidence_id=again.id, by_id=witness.by_id))
    session.flush()
