"""What a document would change, found out before anything is changed.

First its rows are read and only looked at: what is new, what says the same as before, what says something else. Then
all that says something else is carried out in one transaction, which is rolled back; what happened in it is the plan.
Applying the plan carries out the same rows in the same portions, and then brings in what is new.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.intake.assurance import lowered
from directory.intake.breaker import holds_of_run
from directory.intake.deciding import Decided
from directory.intake.hidden import propose_closing
from directory.intake.missing import mark_missing
from directory.intake.plan import Difference, NewRow, Plan, RowChange, RowEffect, in_words
from directory.intake.revision import withdraw
from directory.intake.service import (
    Held,
    SourceRow,
    StoredRow,
    draft_digest,
    is_declined,
    known_records,
    store_rows,
)
from directory.intake.tombstones import closed_twins
from directory.integrity.protection import is_protected
from directory.listings.changes import Author
from directory.listings.drafts import LocationDisclosure, OrganizationDraft, ServiceDraft
from directory.listings.fields import decode_plain, encode_value
from directory.listings.models import Fact, Record
from directory.sources.models import ImportRun, Source, SourceRecord

_PORTION = 250

# Of a service whose row did not come in although an earlier one may have: its key, its policy and its area, and whether
# its source keeps it from the public now, so that people have to decide about it.
Unread = tuple[str, LocationDisclosure, str | None, bool]
_HIDDEN = Difference("listing", "", "waits", theirs="its source keeps it from the public now")


class Look(msgspec.Struct):
    """What was seen of a document so far.

    Attributes:
        new: names of organizations and services that are not here yet; ``new_organizations`` of them are the former,
            and ``new_rows`` tells each.
        changed: rows that say something else than before, or return.
        unchanged: how many say the same.
        keys: of all organizations and services in it, also of those that only its services name.
        unread: services whose rows did not come in and that are confidential, or hidden by their source.
        is_whole: whether every row of it could be told.
    """

    new: list[str] = []
    changed: list[SourceRow] = []
    unchanged: int = 0
    keys: set[str] = set()
    unread: list[Unread] = []
    is_whole: bool = True
    said: Any = None
    new_organizations: int = 0
    new_rows: list[NewRow] = []

    def portions(self) -> Iterator[Sequence[SourceRow]]:
        """The changed rows as they are carried out: organizations stand before services."""
        yield from in_portions(self.changed, _PORTION)

    def made_confidential(self) -> list[Unread]:
        """All services that the document makes confidential, whether their rows could be read or not."""
        drafts = [(row.source_key, row.draft) for row in self.changed if isinstance(row.draft, ServiceDraft)]
        told = [(key, one.location_disclosure, one.published_area, False) for key, one in drafts]
        return [one for one in (*self.unread, *told) if one[1] != "public"]

    @property
    def digest(self) -> bytes:
        """16 bytes that tell this document, as far as it was left after redaction, from every other."""
        digest: bytes = _started(self).digest()[:16]
        return digest

    def note(self, rows: Iterable[SourceRow]) -> None:
        """Note which rows are in the document, and what they say."""
        said = _started(self)
        for row in rows:
            if row.draft is None:
                continue
            said.update(row.source_key.encode() + b"\0" + draft_digest(row.draft))
            self.keys.add(row.source_key)
            if isinstance(row.draft, ServiceDraft):
                self.keys.add(row.draft.organization_key)


def _started(look: Look) -> Any:
    if look.said is None:
        look.said = hashlib.sha256()
    return look.said


def look_at(session: Session, look: Look, rows: Sequence[SourceRow], *, source_id: int) -> set[str]:
    """Sort a batch of rows into what is new, what is changed and what is as it was; keys of the last. Reads only."""
    look.note(rows)
    rows = [lowered(row) for row in rows]
    known = known_records(session, source_id, rows)
    held = Held(session, known.values())
    fresh: dict[str, OrganizationDraft | ServiceDraft] = {}
    same: set[str] = set()
    for row in rows:
        seen = known.get(row.source_key)
        if row.draft is None:
            continue
        if seen is None or seen.record_id is None:
            if is_declined(seen, row.draft):
                same.add(row.source_key)
            else:
                fresh[row.source_key] = row.draft
            continue
        digest = draft_digest(held.effective(row.draft, held.records[seen.record_id]))
        if seen.gone_at is None and seen.digest is not None and bytes(seen.digest) == digest:
            same.add(row.source_key)
        else:
            look.changed.append(row)
    closed = closed_twins(session, fresh)
    for row in rows:
        if row.source_key in closed:
            look.changed.append(row)
        elif row.draft is not None and row.source_key in fresh:
            look.new.append(name_in(row.draft))
            look.new_organizations += isinstance(row.draft, OrganizationDraft)
            look.new_rows.append(new_row(row.source_key, row.draft))
    look.unchanged += len(same)
    return same


def carry_out(
    session: Session,
    run: ImportRun,
    rows: Sequence[SourceRow],
    *,
    network_id: int,
    by: int | None,
    decided: Decided | None = None,
) -> list[tuple[StoredRow, RowChange]]:
    """Carry out a portion of the changed rows; what became of each, in short and in full."""
    now = session.info["now"]
    stored = store_rows(session, run, rows, network_id=network_id, by=by, decided=decided, now=now)
    known = known_records(session, run.source_id, rows)
    return [(one, change_of(session, one, known[one.source_key].record_id or 0)) for one in stored]


def make_plan(
    session: Session, run: ImportRun, look: Look, *, network_id: int, by: int | None, decided: Decided | None = None
) -> Plan:
    """Carry out everything but what is new, in a transaction that has to be rolled back, and say what happened."""
    now = session.info["now"]
    source = session.get_one(Source, run.source_id)
    existing = listed(session, source.id)
    author = Author("import", "a source says so", by, run.id)
    changes = [
        change
        for rows in look.portions()
        for _, change in carry_out(session, run, rows, network_id=network_id, by=by, decided=decided)
    ]
    changes += withdraw_unread(session, run, look.unread, author=author)
    gone = mark_missing(session, run, look.keys, author=author, now=now) if look.is_whole and look.keys else []
    changes += [row_of(session, one.source_key, one.record_id, "gone") for one in gone]
    done = Done(list(look.new), changes, look.unchanged, look.new_organizations, look.new_rows)
    return plan_of(source.key, done, existing=existing, is_whole=look.is_whole, on=now.date())


class Done(msgspec.Struct):
    """What became of the rows so far: names of what is new, changes, and how many were as they were.

    ``new_organizations`` of what is new are organizations; the others are services. ``new_rows`` tells each.
    """

    new: list[str] = []
    changes: list[RowChange] = []
    unchanged: int = 0
    new_organizations: int = 0
    new_rows: list[NewRow] = []


def plan_of(source: str, done: Done, *, existing: set[str], is_whole: bool, on: dt.date) -> Plan:
    """The plan that was carried out, for good or not.

    Args:
        source: its key.
        done: what became of the rows.
        existing: public ids of the listings of the source that were listed before.
        is_whole: whether the document was read whole.
        on: the day.
    """
    told = [one for one in done.changes if one.effect != "unchanged" or one.differences]
    touched = {listing for one in told if _weighs(one) for listing in one.listings}
    touched &= existing
    phones = sum(difference.is_verified_phone for one in told for difference in one.differences)
    return Plan(
        source,
        on.isoformat(),
        tuple(done.new),
        tuple(told),
        done.unchanged + len(done.changes) - len(told),
        len(existing),
        len(touched),
        phones,
        is_whole,
        holds_of_run(existing=len(existing), touched=len(touched), phones=phones),
        done.new_organizations,
        tuple(done.new_rows),
    )


def _weighs(one: RowChange) -> bool:
    """Whether a row is a reason to hold the run. That something becomes confidential never waits, and is none."""
    if one.effect == "withdrawn":
        return any(value.effect == "follows" and is_protected(value.field, value.slot) for value in one.differences)
    return one.effect in {"changed", "gone"}


def withdraw_unread(session: Session, run: ImportRun, unread: Iterable[Unread], *, author: Author) -> list[RowChange]:
    """Make services confidential that are here from earlier, and whose rows did not come in now; what became of each.

    Where the source keeps one from the public, that its listings be closed is proposed. What their rows said when they
    were public is forgotten.
    """
    now = session.info["now"]
    wanted = {key: (disclosure, area, is_hidden) for key, disclosure, area, is_hidden in unread}
    changes = []
    for portion in in_portions(sorted(wanted)):
        rows = session.execute(
            sa.select(SourceRecord, Record)
            .join(Record, Record.id == SourceRecord.record_id)
            .where(SourceRecord.source_id == run.source_id, SourceRecord.source_key.in_(portion))
            .order_by(SourceRecord.id)
        ).all()
        for seen, record in rows:
            # Another row's withdrawal may have closed it in the meantime.
            session.refresh(record)
            disclosure, area, is_hidden = wanted[seen.source_key]
            effect: RowEffect = "unchanged"
            if disclosure != "public" and record.location_disclosure == "public":
                withdraw(session, record.id, disclosure=disclosure, area=area, author=author, now=now)
                effect = "withdrawn"
            proposed = propose_closing(session, record, author=author, now=now) if is_hidden else 0
            if proposed and effect == "unchanged":
                effect = "changed"
            # A digest of what the row said when it was public is a trace of its place.
            seen.digest = None
            if effect != "unchanged":
                changes.append(row_of(session, seen.source_key, record.id, effect, (_HIDDEN,) * proposed))
    return changes


def listed(session: Session, source_id: int) -> set[str]:
    """Public ids of the listings that a source has brought and that are listed."""
    services = sa.select(SourceRecord.record_id).where(SourceRecord.source_id == source_id)
    rows = session.scalars(
        sa.select(Record.public_id).where(
            Record.kind == "listing", Record.service_id.in_(services), Record.standing == "listed"
        )
    )
    return {str(public_id) for public_id in rows}


def row_of(
    session: Session, key: str, record_id: int, effect: RowEffect, differences: tuple[Difference, ...] = ()
) -> RowChange:
    """What is told of a row about this organization or service."""
    record = session.get_one(Record, record_id)
    # What is said of an organization stands on all its listings; that it is missing itself says nothing of them.
    of_owner = Record.organization_id == record_id if effect != "gone" else sa.false()
    of_listing = sa.or_(Record.service_id == record_id, of_owner)
    listings = session.scalars(
        sa.select(Record.public_id).where(Record.kind == "listing", of_listing).order_by(Record.id)
    )
    stored = session.scalar(
        sa.select(Fact.value).where(Fact.record_id == record.id, Fact.field == "name", Fact.standing == "current")
    )
    name = str(decode_plain(stored or "{}").get("text", ""))
    return RowChange(key, name, effect, tuple(str(one) for one in listings), differences)


def change_of(session: Session, stored: StoredRow, record_id: int) -> RowChange:
    """What is told of a row that was stored, about this organization or service."""
    effect: RowEffect = "unchanged"
    if stored.withdrawn:
        effect = "withdrawn"
    elif stored.what in {"changed", "closed"}:
        effect = stored.what
    elif stored.returned:
        effect = "returned"
    return row_of(session, stored.source_key, record_id, effect, stored.differences)


def name_in(draft: OrganizationDraft | ServiceDraft) -> str:
    """The name that a draft gives what it is about."""
    return next((fact.value.text for fact in draft.facts if fact.field == "name"), "")


def new_row(key: str, draft: OrganizationDraft | ServiceDraft) -> NewRow:
    """What is told of something that is not here yet."""
    sites = draft.sites if isinstance(draft, ServiceDraft) else []
    facts = [*draft.facts, *(fact for site in sites for fact in (*site.location, *site.listing))]
    numbers = tuple(in_words("phone", "", encode_value(fact.value)) for fact in facts if fact.field == "phone")
    if isinstance(draft, OrganizationDraft):
        return NewRow(key, name_in(draft), len(facts), numbers=numbers)
    is_confidential = draft.location_disclosure != "public"
    return NewRow(key, name_in(draft), len(facts), draft.organization_key, is_confidential, numbers=numbers)
