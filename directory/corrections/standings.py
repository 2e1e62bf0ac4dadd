"""Rows of a source whose record is closed here, not listed, or joined with another: since when, and by whom."""

from collections import defaultdict
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.listings.models import Change, ChangeItem, Record
from directory.sources.models import SourceRecord

_WHY: dict[str, Literal["closed", "not-listed", "same-as"]] = {
    "closed": "closed", "do-not-list": "not-listed", "merged": "same-as",
}  # fmt: skip


class Ending(msgspec.Struct, frozen=True):
    """That a row's record is not listed as the source lists it. ``key`` is the row's, ``on`` an ISO date."""

    key: str
    why: Literal["closed", "not-listed", "same-as"]
    on: str
    by_id: int | None


def endings(session: Session, source_id: int) -> dict[int, list[Ending]]:
    """Record -> what is told of the rows about it, for records of a source that people closed, unlisted or joined.

    A service goes with its organization. A listing that was closed because its service became confidential is not told:
    nothing closed there.
    """
    owner = aliased(Record)
    rows = session.execute(
        sa.select(
            SourceRecord.source_key, Record.id, Record.standing, owner.id.label("owner"),
            owner.standing.label("owner_standing"),
        )
        .join(Record, Record.id == SourceRecord.record_id)
        .outerjoin(owner, sa.and_(owner.id == Record.organization_id, Record.kind == "service"))
        .where(
            SourceRecord.source_id == source_id,
            sa.or_(Record.standing.in_(sorted(_WHY)), owner.standing.in_(("closed", "do-not-list"))),
        )
        .order_by(SourceRecord.id)
    ).all()  # fmt: skip
    found: dict[int, list[Ending]] = defaultdict(list)
    for row in rows:
        decided, standing = (row.id, row.standing) if row.standing in _WHY else (row.owner, row.owner_standing)
        change = _change_of(session, decided)
        if change is not None:
            on = (change.decided_at or change.proposed_at).date().isoformat()
            found[row.id].append(Ending(row.source_key, _WHY[standing], on, change.proposed_by))
    return found


def others_of_source(session: Session, source_id: int) -> dict[int, str]:
    """Record -> the key of the source's own row about it."""
    query = sa.select(SourceRecord.record_id, SourceRecord.source_key).where(
        SourceRecord.source_id == source_id, SourceRecord.record_id.is_not(None)
    )
    return {row.record_id: row.source_key for row in session.execute(query.order_by(SourceRecord.id.desc()))}


def _change_of(session: Session, record_id: int) -> Change | None:
    """The change that gave a record its standing; None where it came of making its service confidential."""
    change = session.scalar(
        sa.select(Change)
        .join(ChangeItem, ChangeItem.change_id == Change.id)
        .where(
            ChangeItem.entity == "record", ChangeItem.entity_id == record_id, Change.state == "applied",
            ChangeItem.before.contains('"standing"'),
        )
        .order_by(Change.id.desc())
        .limit(1)
    )  # fmt: skip
    if change is None:
        return None
    closing = sa.select(ChangeItem.change_id).where(
        ChangeItem.change_id == change.id, ChangeItem.entity == "record",
        ChangeItem.before.contains('"location_disclosure"'),
    )  # fmt: skip
    return None if session.scalar(closing.limit(1)) is not None else change
