"""What people closed stays closed, under whatever key and from whatever source it returns (SAFETY I7).

A new row that has the name and a number of something closed here, of today or of earlier, is attached to that record.
It does not come in: two people list it again, or nobody does.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.intake.revision import OUT, is_out
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.fields import decode_plain
from directory.listings.models import Change, Fact, Record
from directory.sources.models import ImportRun, SourceRecord
from directory.values.plain_text import folded
from directory.vetting.queries import kept_away

if TYPE_CHECKING:
    from directory.intake.service import SourceRow


def attach_to_closed(
    session: Session, run: ImportRun, rows: Sequence["SourceRow"], known: dict[str, SourceRecord], *, now: dt.datetime
) -> None:
    """Let new rows about what is closed here be known as rows about that.

    Args:
        session: a writing session.
        run: that reads the rows.
        rows: of one batch.
        known: what is noted of them, by source key; what is attached is added.
        now: the transaction's time.
    """
    fresh = [(row, row.draft) for row in rows if row.draft is not None and _is_new(known.get(row.source_key))]
    closed = closed_twins(session, {row.source_key: draft for row, draft in fresh})
    for row, _ in fresh:
        record_id = closed.get(row.source_key)
        if record_id is None:
            continue
        noted = known.get(row.source_key)
        if noted is None:
            noted = SourceRecord(source_id=run.source_id, source_key=row.source_key)
            session.add(noted)
        noted.record_id, noted.outcome, noted.seen_at, noted.run_id = record_id, row.outcome, now, run.id
        known[row.source_key] = noted
    session.flush()


def closed_twins(session: Session, drafts: Mapping[str, OrganizationDraft | ServiceDraft]) -> dict[str, int]:
    """Of drafts, by any key, the closed organization or service with the same name and one of the same numbers.

    Of several the one that was entered first.
    """
    if not drafts or not _is_anything_closed(session):
        return {}
    numbers = {key: _numbers(draft) for key, draft in drafts.items()}
    wanted = sorted({number for one in numbers.values() for number in one})
    holders = _closed_with(session, wanted) if wanted else {}
    if not holders:
        return {}
    names = _names(session, {record.id for records in holders.values() for record in records})
    found = {}
    for key, draft in drafts.items():
        kind = "organization" if isinstance(draft, OrganizationDraft) else "service"
        name = _name(draft)
        twins = {
            record.id
            for number in numbers[key]
            for record in holders.get(number, ())
            if record.kind == kind and name and name in names[record.id]
        }
        if twins:
            found[key] = min(twins)
    return found


def _is_anything_closed(session: Session) -> bool:
    closed = sa.select(Record.id).where(Record.standing.in_(sorted(OUT)), Record.kind != "location")
    return session.scalar(closed.limit(1)) is not None or session.scalar(kept_away().limit(1)) is not None


def _is_new(noted: SourceRecord | None) -> bool:
    return noted is None or noted.record_id is None


def _closed_with(session: Session, numbers: Sequence[str]) -> dict[str, list[Record]]:
    """Closed organizations and services by a number that they, their listings or places have or had."""
    subject_of = sa.case(
        (Record.kind == "listing", Record.service_id),
        (Record.kind == "location", sa.select(_Listing.c.service_id).where(_at_place()).limit(1).scalar_subquery()),
        else_=Record.id,
    )
    holders: dict[str, set[int]] = defaultdict(set)
    for portion in in_portions(numbers):
        rows = session.execute(
            sa.select(Fact.match_key, subject_of)
            .join(Record, Record.id == Fact.record_id)
            .where(Fact.match_key.in_(portion), Fact.field == "phone", Fact.standing.in_(("current", "past")))
            .where(_may_be_out())
        )
        for number, subject in rows:
            if number is not None and subject is not None:
                holders[number].add(subject)
    records = _records(session, {one for ids in holders.values() for one in ids})
    return {number: [records[one] for one in sorted(ids) if one in records] for number, ids in holders.items()}


_Listing = sa.table("record", sa.column("service_id"), sa.column("location_id")).alias("listing")


def _at_place() -> sa.ColumnElement[bool]:
    return _Listing.c.location_id == Record.id


def _may_be_out() -> sa.ColumnElement[bool]:
    """A quick look, so that a switchboard of many does not make each of them be read."""
    family = sa.table("record", sa.column("id"), sa.column("service_id"), sa.column("standing")).alias("family")
    return sa.or_(
        Record.kind == "location",
        Record.id.in_(kept_away()),
        Record.organization_id.in_(kept_away()),
        sa.exists().where(
            sa.or_(family.c.id.in_([Record.id, Record.organization_id]), family.c.service_id == Record.id),
            family.c.standing.in_(sorted(OUT)),
        ),
    )


def _records(session: Session, ids: Iterable[int]) -> dict[int, Record]:
    """Those of these organizations and services that people closed; what an undone import left behind is nothing."""
    found: dict[int, Record] = {}
    for portion in in_portions(sorted(ids)):
        query = (
            sa.select(Record)
            .join(Change, Change.id == Record.change_id)
            .where(Record.id.in_(portion), Change.state != "undone")
        )
        found |= {record.id: record for record in session.scalars(query) if is_out(session, record)}
    return found


def _names(session: Session, ids: Iterable[int]) -> dict[int, set[str]]:
    names: dict[int, set[str]] = defaultdict(set)
    for portion in in_portions(sorted(ids)):
        rows = session.execute(
            sa.select(Fact.record_id, Fact.value).where(
                Fact.record_id.in_(portion), Fact.field.in_(("name", "alternate_name")),
                Fact.standing.in_(("current", "past")),
            )
        )  # fmt: skip
        for record_id, value in rows:
            names[record_id].add(folded(str(decode_plain(value or "{}").get("text", ""))))
    return names


def _name(draft: OrganizationDraft | ServiceDraft) -> str:
    return next((folded(fact.value.text) for fact in draft.facts if fact.field == "name"), "")


def _numbers(draft: OrganizationDraft | ServiceDraft) -> set[str]:
    facts = list(draft.facts)
    if isinstance(draft, ServiceDraft):
        facts += [fact for site in draft.sites for fact in (*site.location, *site.listing)]
    return {fact.value.number for fact in facts if fact.field == "phone"}
