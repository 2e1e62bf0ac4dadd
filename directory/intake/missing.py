"""What a source does not have any more: it is marked, never deleted and never hidden; when it returns, the mark goes.

Only a run that read its document whole can say that something is missing.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.intake.following import gone
from directory.intake.revision import is_out
from directory.listings.changes import Author, OpenChange
from directory.listings.models import Fact, Record
from directory.listings.service import touch
from directory.sources.models import Claim, ImportRun, SourceRecord


class Missing(msgspec.Struct, frozen=True):
    """A row that its source does not have any more, and the organization or service that it was about."""

    source_key: str
    record_id: int


def mark_missing(
    session: Session, run: ImportRun, keys: Collection[str], *, author: Author, now: dt.datetime
) -> list[Missing]:
    """Mark what this source once said of organizations and services, and says no longer.

    Args:
        session: a writing session.
        run: that read the whole document.
        keys: of all organizations and services that are in it, also of those that only its services name.
        author: of the changes.
        now: the transaction's time.
    """
    rows = session.execute(
        sa.select(SourceRecord, Record)
        .join(Record, Record.id == SourceRecord.record_id)
        .where(
            SourceRecord.source_id == run.source_id,
            SourceRecord.gone_at.is_(None),
            Record.kind.in_(("organization", "service")),
        )
        .order_by(SourceRecord.id)
    ).all()
    found = []
    for seen, record in rows:
        # What people closed is nobody's loss.
        if seen.source_key in keys or is_out(session, record):
            continue
        change = OpenChange(session, author, subject_id=record.id, now=now)
        change.item("source_record", seen.id, {"gone_at": None})
        seen.gone_at = now
        for said_by, claim in _claims(session, [seen]):
            if claim.gone_at is None:
                change.item("claim", claim.fact_id, {"source_record": said_by.id, "gone_at": None})
                claim.gone_at = now
                session.add(gone(claim.fact_id, said_by, run=run, now=now))
        session.flush()
        change.close()
        touch(session, record.id)
        found.append(Missing(seen.source_key, record.id))
    return found


def welcome_back(session: Session, rows: Iterable[SourceRecord], *, author: Author, now: dt.datetime) -> set[int]:
    """Take the mark from rows that their source has again; return the ids of those that had one."""
    back = set()
    for seen in rows:
        if seen.gone_at is None or seen.record_id is None:
            continue
        change = OpenChange(session, author, subject_id=seen.record_id, now=now)
        change.item("source_record", seen.id, {"gone_at": seen.gone_at.isoformat()})
        for said_by, claim in _claims(session, [seen]):
            # What it had left out before it was missing as a whole stays left out.
            if claim.gone_at == seen.gone_at:
                item = {"source_record": said_by.id, "gone_at": seen.gone_at.isoformat()}
                change.item("claim", claim.fact_id, item)
                claim.gone_at = None
        seen.gone_at = None
        session.flush()
        change.close()
        touch(session, seen.record_id)
        back.add(seen.id)
    return back


def _claims(session: Session, rows: Sequence[SourceRecord]) -> list[tuple[SourceRecord, Claim]]:
    """What rows, and those of the places of their services, say of facts that are current."""
    found: list[tuple[SourceRecord, Claim]] = []
    for seen in rows:
        of_places = sa.select(Record.id).where(Record.service_id == seen.record_id)
        query = (
            sa.select(SourceRecord, Claim)
            .join(Claim, Claim.source_record_id == SourceRecord.id)
            .join(Fact, Fact.id == Claim.fact_id)
            .where(
                SourceRecord.source_id == seen.source_id,
                sa.or_(SourceRecord.id == seen.id, SourceRecord.record_id.in_(of_places)),
                Fact.standing == "current",
            )
            .order_by(Claim.fact_id, SourceRecord.id)
        )
        found += [(said_by, claim) for said_by, claim in session.execute(query)]
    return found
