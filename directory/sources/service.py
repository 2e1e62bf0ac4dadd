"""Verbs of sources and their runs. What a run's rows become is written by ``directory.intake.service.store_rows``."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.sources.models import ImportRun, Source, SourceRecord

_encoder = msgspec.json.Encoder(order="deterministic")


def ensure_source(
    session: Session, *, key: str, kind: str, trust: str, owner: str | None = None, licence: str | None = None
) -> Source:
    """Return the source with this key, made if it does not exist."""
    source = session.scalar(sa.select(Source).where(Source.key == key))
    if source is None:
        source = Source(key=key, kind=kind, trust=trust, lineage=key, owner=owner, licence=licence)
        session.add(source)
        session.flush()
    return source


def start_run(session: Session, source: Source, *, reader: str, now: dt.datetime) -> ImportRun:
    """Open a run of a source."""
    run = ImportRun(source_id=source.id, reader=reader, started_at=now, state="running")
    session.add(run)
    session.flush()
    return run


def finish_run(
    session: Session,
    run: ImportRun,
    *,
    state: Literal["applied", "held", "failed"],
    totals: Mapping[str, int],
    now: dt.datetime,
) -> None:
    """Close a run with its totals."""
    session.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run.id)
        .values(state=state, finished_at=now, totals=_encoder.encode(dict(totals)).decode())
    )


def forget_rows(session: Session, record_ids: Collection[int]) -> None:
    """Forget what rows about these records said: digests and notes of what was public are traces of a place."""
    for portion in in_portions(sorted(record_ids)):
        session.execute(
            sa.update(SourceRecord).where(SourceRecord.record_id.in_(portion)).values(digest=None, notes=None)
        )
