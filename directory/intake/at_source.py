"""A source says on which day it looked at a record last. That is noted beside what it says, and confirms nothing.

A feed's word must not make a value *verified* (SAFETY I7): the observation has no weight, so that neither the guard nor
a card takes it for a confirmation, but whoever plans calls sees how old a value was when it came.
"""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.queries import still_counts
from directory.listings.models import Fact
from directory.sources.models import Claim, ImportRun, Source, SourceRecord

OUTCOME = "verified-at-source"
_FIELDS = ("name", "phone", "schedule", "status")
_EARLIEST = dt.date(1990, 1, 1)


def note_verified(session: Session, run: ImportRun, days: Mapping[str, dt.date], *, now: dt.datetime) -> int:
    """Note when a source looked at its records; return how many observations are new.

    The same day again adds nothing. Days to come, and days before there were such records, are mistakes and are not
    noted.

    Args:
        session: a writing session, in which the rows are stored already.
        run: the run that reads them.
        days: the day of each row or site, by its source key.
        now: the transaction's time.
    """
    meant = {key: day for key, day in days.items() if _EARLIEST <= day <= now.date()}
    found: dict[tuple[int, dt.datetime], dict[str, object]] = {}
    for portion in in_portions(sorted(meant)):
        rows = session.execute(
            sa.select(Fact.id, SourceRecord.source_key, Source.lineage)
            .join(Claim, Claim.fact_id == Fact.id)
            .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
            .join(Source, Source.id == SourceRecord.source_id)
            .where(
                SourceRecord.source_id == run.source_id,
                SourceRecord.source_key.in_(portion),
                Claim.gone_at.is_(None),
                Fact.standing == "current",
                Fact.field.in_(_FIELDS),
            )
            .order_by(Fact.id, SourceRecord.id)
        )
        for fact_id, key, lineage in rows:
            day = meant[key]
            at = dt.datetime.combine(day, dt.time(), dt.UTC)
            found[fact_id, at] = {
                "fact_id": fact_id, "method": "import", "source_id": run.source_id, "lineage": lineage,
                "outcome": OUTCOME, "log2_odds": weight_of("import", OUTCOME), "observed_at": at,
                "run_key": f"{OUTCOME}:{run.id}:{fact_id}:{day.isoformat()}", "run_id": run.id,
            }  # fmt: skip
    known: set[tuple[int, dt.datetime]] = set()
    for facts in in_portions(sorted({fact_id for fact_id, _ in found})):
        told = sa.select(Evidence.fact_id, Evidence.observed_at).where(
            Evidence.fact_id.in_(facts), Evidence.source_id == run.source_id, Evidence.outcome == OUTCOME,
            still_counts(),
        )  # fmt: skip
        known |= {(fact_id, at) for fact_id, at in session.execute(told)}
    new = [row for observed, row in found.items() if observed not in known]
    for rows_of_portion in in_portions(new):
        session.execute(sa.insert(Evidence), rows_of_portion)
    return len(new)
