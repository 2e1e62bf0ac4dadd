"""What sources say now of one fact that they, or one of them, brought: a read, by lineage.

Lists copy one another, so all sources of one lineage are one witness. Nothing is compared with a document here: which
row says what was written down when the row was read.
"""

import datetime as dt
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.listings.models import Fact, Record
from directory.sources.models import Claim, Source, SourceRecord

Saying = Literal["this", "another", "nothing"]


class Word(msgspec.Struct, frozen=True):
    """What a lineage says, where it was read again since it said it first.

    Attributes:
        lineage: who says it.
        says: this fact; another value in its place; nothing of the kind any more.
        read_at: when it was read last, as far as it tells about this fact.
    """

    lineage: str
    says: Saying
    read_at: dt.datetime


class _Told(msgspec.Struct, frozen=True):
    """The word of one row, and since when it says so."""

    lineage: str
    says: Saying
    since: dt.datetime
    read_at: dt.datetime


def words_of(session: Session, fact_id: int) -> list[Word]:
    """What each lineage that ever said this fact says now, by name; empty for a fact that nobody outside ever said.

    Of a lineage the latest word counts, and it is silent only where all of its rows are. Sources that are paused, rows
    that were taken back, and rows that nobody read again are left out: they say nothing about today.
    """
    fact = session.get(Fact, fact_id)
    if fact is None or fact.standing != "current":
        return []
    spoken = [told for told in _rows(session, fact) if told is not None]
    found: dict[str, Word] = {}
    for lineage in sorted({told.lineage for told in spoken}):
        own = [told for told in spoken if told.lineage == lineage]
        speaking = [told for told in own if told.says != "nothing"] or own
        last = max(speaking, key=lambda told: (told.since, told.says))
        found[lineage] = Word(lineage, last.says, max(told.read_at for told in own))
    return list(found.values())


def _rows(session: Session, fact: Fact) -> list[_Told | None]:
    # What a service's place says is read with the row of the service, and only that row's day moves.
    with_it = aliased(SourceRecord)
    query = (
        sa.select(Claim, SourceRecord, sa.func.coalesce(Source.lineage, Source.key), with_it.seen_at, with_it.gone_at)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .join(Record, Record.id == SourceRecord.record_id)
        .outerjoin(with_it, sa.and_(with_it.source_id == Source.id, with_it.record_id == Record.service_id))
        .where(Claim.fact_id == fact.id, Source.paused.is_(False))
        .order_by(SourceRecord.id, with_it.id)
    )
    later = _later_words(session, fact)
    return [
        _told(claim, row, lineage, later.get(row.id), read_with=read_with, gone_with=gone_with)
        for claim, row, lineage, read_with, gone_with in session.execute(query)
    ]


def _told(
    claim: Claim,
    row: SourceRecord,
    lineage: str,
    later: tuple[dt.datetime, int] | None,
    *,
    read_with: dt.datetime | None,
    gone_with: dt.datetime | None,
) -> _Told | None:
    """The word of a row; None where it was not read since."""
    read_at = max(filter(None, (row.seen_at, read_with)))
    if later is not None and later > (claim.said_at, claim.fact_id):
        return _Told(lineage, "another", later[0], read_at)
    if claim.gone_at is not None:
        missing_since = row.gone_at or gone_with
        if missing_since is not None:
            return _Told(lineage, "nothing", claim.gone_at, max(read_at, missing_since))
        # A claim that ended while nobody read was ended here, by an import that was taken back.
        return _Told(lineage, "nothing", claim.gone_at, read_at) if read_at >= claim.gone_at else None
    return _Told(lineage, "this", claim.said_at, read_at) if read_at > claim.said_at else None


def _later_words(session: Session, fact: Fact) -> dict[int, tuple[dt.datetime, int]]:
    """Of each row the last other value that it says in this place, whatever became of that here."""
    rows = session.execute(
        sa.select(Claim.source_record_id, Claim.said_at, Claim.fact_id)
        .join(Fact, Fact.id == Claim.fact_id)
        .where(
            Fact.record_id == fact.record_id, Fact.field == fact.field, Fact.slot == fact.slot, Fact.id != fact.id,
            Fact.standing != "purged", Claim.gone_at.is_(None),
        )
    )  # fmt: skip
    last: dict[int, tuple[dt.datetime, int]] = {}
    for row_id, said_at, fact_id in rows:
        last[row_id] = max(last.get(row_id, (said_at, fact_id)), (said_at, fact_id))
    return last
