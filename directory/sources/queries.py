"""Reads of sources and of what was read from them."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.sources.models import ImportRun, Source, SourceRecord
from directory.sources.policy import SourceTerms


class ListedSource(msgspec.Struct, frozen=True):
    """A source: who it is, what it allows, how many of its rows are held, and when it was read last."""

    key: str
    kind: str
    trust: str
    sharing: str
    owner: str
    licence: str
    terms: str
    is_paused: bool
    rows: int
    runs: int
    read_at: dt.datetime | None


def get_source(session: Session, key: str) -> Source:
    """The source with this key; raises ``NotFoundError``."""
    source = session.scalar(sa.select(Source).where(Source.key == key))
    if source is None:
        raise NotFoundError("There is no such source.")
    return source


def terms_of(source: Source) -> SourceTerms:
    """What a source allows."""
    return SourceTerms(source.id, source.key, source.owner or "", source.licence or "", source.sharing)


def list_sources(session: Session, *, key: str | None = None) -> list[ListedSource]:
    """All sources by their keys, or the one with a key; raises ``NotFoundError`` when there is none with it."""
    if key is not None:
        get_source(session, key)
    rows = (
        sa.select(SourceRecord.source_id, sa.func.count().label("rows"))
        .where(SourceRecord.record_id.is_not(None))
        .group_by(SourceRecord.source_id)
        .subquery()
    )
    runs = (
        sa.select(ImportRun.source_id, sa.func.count().label("runs"), sa.func.max(ImportRun.started_at).label("at"))
        .group_by(ImportRun.source_id)
        .subquery()
    )
    query = (
        sa.select(Source, rows.c.rows, runs.c.runs, runs.c.at)
        .outerjoin(rows, rows.c.source_id == Source.id)
        .outerjoin(runs, runs.c.source_id == Source.id)
        .order_by(Source.key)
    )
    if key is not None:
        query = query.where(Source.key == key)
    return [
        ListedSource(
            source.key, source.kind, source.trust, source.sharing, source.owner or "", source.licence or "",
            source.terms or "", source.paused, row_count or 0, run_count or 0, read_at,
        )
        for source, row_count, run_count, read_at in session.execute(query)
    ]  # fmt: skip
