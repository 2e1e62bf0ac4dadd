"""Who else has a number: the trace of a takeover is one number at many organizations, or one from a removed listing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.integrity.sanity import Sharing
from directory.listings.fields import decode_value
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.queries import survivors_of
from directory.sources.models import Claim, Source, SourceRecord

# So long a number that left with its listing is looked at twice where it comes up again.
REMEMBERED = dt.timedelta(days=365)
_REMOVED = ("closed", "do-not-list")


class Holders(msgspec.Struct, frozen=True):
    """Organizations (ids of their records) at which a number stands, and those from which it was removed lately.

    An organization that was merged counts as the one that it was merged into.
    """

    listed: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()

    def apart_from(self, organization_id: int) -> Sharing:
        """The same as one of them has to know it."""
        own = {organization_id}
        return Sharing(len(self.listed - own), bool(self.removed - own))


def sharing_of(session: Session, number: str, record: Record) -> Sharing:
    """Who else has a number, beside the organization of a record."""
    own = record.organization_id or record.id
    return holders_of(session, [number])[number].apart_from(survivors_of(session, [own])[own])


def reuse_of(session: Session, fact_id: int) -> Sharing:
    """Who else has a number that is held, and should not: a read for a check of what was there all along.

    In a list many organizations have the number of one switchboard, which its people know; so where one list says the
    number of both, and where both have one name, they are not strangers. Short codes are everybody's. Nothing of this
    makes a difference where the number was removed with a listing.

    Returns:
        Strangers who have it; nobody where the fact is no current number.
    """
    found = session.execute(
        sa.select(Fact, Record).join(Record, Record.id == Fact.record_id).where(Fact.id == fact_id)
    ).one_or_none()
    if found is None:
        return Sharing()
    fact, record = found
    number = fact.match_key or ""
    if fact.field != "phone" or fact.standing != "current" or not number.startswith("+"):
        return Sharing()
    holders = holders_of(session, [number])[number]
    raw = record.organization_id or record.id
    own = survivors_of(session, [raw])[raw]
    others = holders.listed - {own}
    if others:
        others -= _in_its_lists(session, fact)
        others -= _of_its_name(session, own, others)
    return msgspec.structs.replace(holders, listed=others).apart_from(own)


def holders_of(session: Session, numbers: Iterable[str]) -> dict[str, Holders]:
    """Who has each of these numbers, with a few reads for all of them.

    A number counts as removed where the record that says it, its organization, or every listing behind it is closed or
    on the do-not-list since less than ``REMEMBERED``. Names and texts are not looked at.
    """
    wanted = sorted(set(numbers))
    found = [row for portion in in_portions(wanted) for row in _facts(session, portion)]
    survivors = survivors_of(session, (record.organization_id or record.id for _, record in found))
    gone_at = _gone_at(session, {record.id for _, record in found} | {record.organization_id for _, record in found})
    behind = _listings_behind(session, {record.service_id or record.id for _, record in found})
    lately: dt.datetime = session.info["now"] - REMEMBERED
    listed: dict[str, set[int]] = defaultdict(set)
    removed: dict[str, set[int]] = defaultdict(set)
    for number, record in found:
        organization = record.organization_id or record.id
        ends = [gone_at.get(record.id), gone_at.get(organization)]
        listings = behind.get(record.service_id or record.id, [])
        if listings and all(end is not None for end in listings):
            ends.append(max(end for end in listings if end is not None))
        over = [end for end in ends if end is not None]
        if not over:
            listed[number].add(survivors[organization])
        elif max(over) >= lately:
            removed[number].add(survivors[organization])
    return {number: Holders(frozenset(listed[number]), frozenset(removed[number])) for number in wanted}


def _facts(session: Session, numbers: Iterable[str]) -> list[tuple[str, Record]]:
    rows = session.execute(
        sa.select(Fact.match_key, Record)
        .join(Record, Record.id == Fact.record_id)
        .where(Fact.match_key.in_(numbers), Fact.field == "phone", Fact.standing == "current")
    )
    return [(number or "", record) for number, record in rows]


def _in_its_lists(session: Session, fact: Fact) -> set[int]:
    """The organizations of which a list that says this number here says it too."""
    lineage = sa.func.coalesce(Source.lineage, Source.key)
    says = (
        sa.select(lineage)
        .select_from(Claim)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Source, Source.id == SourceRecord.source_id)
    )
    rows = session.scalars(
        sa.select(sa.func.coalesce(Record.organization_id, Record.id))
        .join(Fact, Fact.record_id == Record.id)
        .join(Claim, Claim.fact_id == Fact.id)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .where(
            Fact.match_key == fact.match_key, Fact.field == "phone", Fact.standing == "current",
            lineage.in_(says.where(Claim.fact_id == fact.id).correlate(None)),
        )
    )  # fmt: skip
    return set(survivors_of(session, rows).values())


def _of_its_name(session: Session, own: int, others: Iterable[int]) -> set[int]:
    """Those of the organizations that have the same name, however it is written in capitals."""
    names = {
        record_id: decode_value("name", value or "{}").text.casefold()
        for record_id, value in session.execute(
            sa.select(Fact.record_id, Fact.value).where(
                Fact.record_id.in_([own, *others]), Fact.field == "name", Fact.standing == "current"
            )
        )
    }
    return {one for one in others if names.get(one, "") == names.get(own)}


def _gone_at(session: Session, record_ids: Iterable[int | None]) -> dict[int, dt.datetime]:
    """When each of these records that is gone was closed or put on the do-not-list."""
    wanted = sorted({one for one in record_ids if one is not None})
    ended = sa.select(Record.id, sa.func.max(_changed_at())).select_from(Record).outerjoin(*_its_changes())
    gone: dict[int, dt.datetime] = {}
    for portion in in_portions(wanted):
        rows = session.execute(ended.where(Record.id.in_(portion), Record.standing.in_(_REMOVED)).group_by(Record.id))
        gone |= {record_id: _known(session, at) for record_id, at in rows}
    return gone


def _listings_behind(session: Session, service_ids: Iterable[int]) -> dict[int, list[dt.datetime | None]]:
    """Of each service, when each of its listings went; None for one that is there."""
    behind: dict[int, list[dt.datetime | None]] = defaultdict(list)
    ended = (
        sa.select(Record.service_id, Record.standing, sa.func.max(_changed_at()))
        .select_from(Record)
        .outerjoin(*_its_changes())
    )
    for portion in in_portions(sorted(service_ids)):
        rows = session.execute(
            ended.where(Record.service_id.in_(portion), Record.standing != "merged")
            .group_by(Record.id, Record.service_id, Record.standing)
            .order_by(Record.id)
        )
        for service_id, standing, at in rows:
            behind[service_id or 0].append(_known(session, at) if standing in _REMOVED else None)
    return behind


def _its_changes() -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """The changes that moved a record, to be joined to it."""
    moved = sa.join(ChangeItem, Change, Change.id == ChangeItem.change_id)
    return moved, sa.and_(ChangeItem.entity == "record", ChangeItem.entity_id == Record.id)


def _changed_at() -> sa.ColumnElement[dt.datetime | None]:
    return sa.func.coalesce(Change.decided_at, Change.proposed_at, type_=Change.proposed_at.type)


def _known(session: Session, at: dt.datetime | None) -> dt.datetime:
    """When it was; now, where nothing tells."""
    now: dt.datetime = session.info["now"]
    return now if at is None else at
