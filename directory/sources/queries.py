"""Reads of sources and of what was read from them."""

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.errors import NotFoundError
from directory.people.actor import Actor
from directory.people.models import Person
from directory.sources.models import ImportRun, Source, SourceRecord
from directory.sources.policy import AddedBy, SourceTerms, may_bring_in

ADDED = "source.added"


class ListedSource(msgspec.Struct, frozen=True):
    """A source: who it is, what it allows, how many of its rows are held, and when it was read last.

    ``has_mapping``: a mapping file is kept with it, and every import of it is read by that.
    """

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
    has_mapping: bool = False


def get_source(session: Session, key: str) -> Source:
    """The source with this key; raises ``NotFoundError``."""
    source = session.scalar(sa.select(Source).where(Source.key == key))
    if source is None:
        raise NotFoundError("There is no such source.")
    return source


def keys_open_to(session: Session, *, by: Actor) -> frozenset[str]:
    """Keys of the sources as whose word somebody may bring a document in."""
    first = sa.select(sa.func.min(AuditEntry.seq)).where(AuditEntry.verb == ADDED).group_by(AuditEntry.subject)
    added = {
        key: AddedBy(person, organization)
        for key, person, organization in session.execute(
            sa.select(AuditEntry.subject, Person.id, Person.organization_id)
            .join(Person, Person.id == AuditEntry.by_id)
            .where(AuditEntry.seq.in_(first))
        )
    }
    sources = session.execute(sa.select(Source.key, Source.trust))
    return frozenset(key for key, trust in sources if may_bring_in(by, trust, added.get(key)))


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
            bool(source.mapping),
        )
        for source, row_count, run_count, read_at in session.execute(query)
    ]  # fmt: skip


class NoLongerListed(msgspec.Struct, frozen=True):
    """A list that had something once and has it no more: who keeps it, and since when (ISO date; or month)."""

    source: str
    since: str


def no_longer_listed(session: Session, record_ids: Collection[int], *, is_confidential: bool) -> list[NoLongerListed]:
    """The lists that no longer have any row about these records, each with the last day on which one of them went.

    Of what is confidential only the month is told.
    """
    rows = session.execute(
        sa.select(Source.key, Source.owner, sa.func.max(SourceRecord.gone_at))
        .join(SourceRecord, SourceRecord.source_id == Source.id)
        .where(SourceRecord.record_id.in_(record_ids))
        .group_by(Source.id, Source.key, Source.owner)
        .having(sa.func.count() == sa.func.count(SourceRecord.gone_at))
        .order_by(Source.key)
    )
    return [
        NoLongerListed(owner or key, f"{gone_at:%Y-%m}" if is_confidential else f"{gone_at:%Y-%m-%d}")
        for key, owner, gone_at in rows
    ]
