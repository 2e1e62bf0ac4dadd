"""Intake: the one way in which a source's rows become listings.

A row never overwrites what a person or a call has confirmed (that becomes a proposal), never deletes, never reopens,
and never lowers confidentiality. The same row twice changes nothing.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions, insert_rows, reserve_ids
from directory.errors import BadInputError
from directory.intake.assurance import as_far_as_lists_go
from directory.intake.at_source import note_verified
from directory.intake.deciding import Decided
from directory.intake.first_numbers import Waiting, apart, propose_first
from directory.intake.guard import Guard
from directory.intake.missing import welcome_back
from directory.intake.plan import Difference
from directory.intake.public_ids import public_ids_of
from directory.intake.revision import revise
from directory.intake.tombstones import attach_to_closed
from directory.listings.changes import Author
from directory.listings.disclosure import as_kept, close_organization, close_service, more_closed
from directory.listings.drafts import LocationDisclosure, OrganizationDraft, ServiceDraft
from directory.listings.models import Record
from directory.listings.service import Created, create
from directory.sources.models import Claim, ImportRun, SourceRecord

Outcome = Literal["accepted", "repaired", "quarantined", "rejected"]
What = Literal["new", "unchanged", "changed", "closed", "none"]
NOT_WANTED = "Somebody decided that it does not come in."
_encoder = msgspec.json.Encoder(order="deterministic")


class SourceRow(msgspec.Struct, frozen=True):
    """One row of a source after its reader: already redacted, already explained.

    Attributes:
        source_key: the source's own key of the row, such as ``service:136``; unique within the source.
        draft: what it says; None when it is quarantined or rejected.
        outcome: how it came through.
        rules: names of the repairs and findings.
        reason: one safe sentence for a row that did not come through.
        notes: unknown columns of a row that is not confidential.
        verified_on: day on which the source says that it looked at all this last; None if it does not say.
    """

    source_key: str
    draft: OrganizationDraft | ServiceDraft | None
    outcome: Outcome
    rules: tuple[str, ...] = ()
    reason: str | None = None
    notes: dict[str, str] = {}
    verified_on: dt.date | None = None


class StoredRow(msgspec.Struct, frozen=True):
    """What became of a row.

    Attributes:
        source_key: of the row.
        what: new; unchanged, also where both differ and ours stays; changed, also where a value waits for people;
            closed: about something that is closed here or not to be listed, and not touched; none: nothing was read.
        organization: public id; ``listings``: public ids.
        proposed: how many of its values wait as proposals.
        withdrawn: whether it made something confidential.
        returned: whether an earlier run of its source had not had it any more.
        differences: value by value, of a row that was seen before.
    """

    source_key: str
    what: What
    organization: str | None = None
    listings: tuple[str, ...] = ()
    proposed: int = 0
    withdrawn: bool = False
    returned: bool = False
    differences: tuple[Difference, ...] = ()


def store_rows(
    session: Session,
    run: ImportRun,
    rows: Sequence[SourceRow],
    *,
    network_id: int,
    by: int | None,
    now: dt.datetime,
    decided: Decided | None = None,
) -> list[StoredRow]:
    """Store a batch of rows, in their order. Organizations come before (or in an earlier batch than) their services.

    ``decided``: what people said of it beforehand; without that every value goes the way of its source's rank.

    Raises:
        BadInputError: a key stands twice in the batch, or a service names an organization that was not stored.
    """
    if len({row.source_key for row in rows}) != len(rows):
        raise BadInputError("A key stands twice in one batch of rows.")
    rows = as_far_as_lists_go(session, rows, network_id=network_id)
    known = known_records(session, run.source_id, rows)
    attach_to_closed(session, run, rows, known, now=now)
    held = Held(session, known.values())
    author = Author("import", "a source says so", by, run.id)
    answers: dict[str, StoredRow] = {}
    fresh: list[SourceRow] = []
    same: list[SourceRecord] = []
    changed: list[_Changed] = []
    for row in rows:
        seen = known.get(row.source_key)
        if row.draft is not None and seen is not None and is_declined(seen, row.draft):
            same.append(seen)
        elif seen is None or (seen.record_id is None and row.draft is not None):
            fresh.append(row)
        elif row.draft is None or seen.record_id is None:
            answers[row.source_key] = _unreadable_now(session, run, row, seen, now=now)
        else:
            record = held.records[seen.record_id]
            draft = held.effective(row.draft, record)
            digest = draft_digest(draft)
            if seen.digest is not None and bytes(seen.digest) == digest:
                same.append(seen)
            else:
                changed.append(_Changed(row, seen, record, draft, digest))
    back = welcome_back(session, [*same, *(one.seen for one in changed)], author=author, now=now)
    answers |= {seen.source_key: StoredRow(seen.source_key, "unchanged", returned=seen.id in back) for seen in same}
    guard = Guard(session, [(one.record, one.draft) for one in changed])
    for one in changed:
        # What an earlier row of the batch made confidential may be this one's record.
        session.refresh(one.record)
        draft = held.effective(one.row.draft, one.record) if one.row.draft is not None else one.draft
        one = one._replace(draft=draft, digest=draft_digest(draft))  # noqa: PLW2901
        answer = _follow(session, run, one, guard=guard, author=author, decided=decided, now=now)
        answers[one.row.source_key] = msgspec.structs.replace(answer, returned=one.seen.id in back)
    for portion in in_portions([seen.id for seen in same]):
        session.execute(sa.update(SourceRecord).where(SourceRecord.id.in_(portion)).values(seen_at=now, run_id=run.id))
    fresh, left = _taken(fresh, decided)
    answers |= _note_left(session, run, left, known, decided, now=now)
    # Organizations first, so that a service may name one of its own batch.
    for kind in (OrganizationDraft, ServiceDraft):
        new = [row for row in fresh if isinstance(row.draft, kind)]
        answers |= _store_new(session, run, new, known, network_id=network_id, author=author, now=now)
    kept = [row for row in fresh if row.draft is None]
    _note_unstored(session, run, kept, known, now=now)
    answers |= {row.source_key: StoredRow(row.source_key, "none") for row in kept}
    note_verified(session, run, _days(rows), now=now)
    session.execute(
        sa.update(ImportRun).where(ImportRun.id == run.id).values(rows_done=ImportRun.rows_done + len(rows))
    )
    record_ids = {row.source_key: known[row.source_key].record_id for row in rows if row.source_key in known}
    return _with_public_ids(session, [answers[row.source_key] for row in rows], record_ids)


def is_declined(seen: SourceRecord | None, draft: OrganizationDraft | ServiceDraft) -> bool:
    """Whether people did not want what a row brings, and it still says the same."""
    if seen is None or seen.record_id is not None or seen.digest is None:
        return False
    return bytes(seen.digest) == draft_digest(as_kept(draft))


def _taken(rows: Sequence[SourceRow], decided: Decided | None) -> tuple[list[SourceRow], list[SourceRow]]:
    """New rows that people took, and those that they did not; what could not be read at all is nobody's choice."""
    taken: list[SourceRow] = []
    left: list[SourceRow] = []
    for row in rows:
        is_taken = decided is None or row.draft is None or decided.of_row(row.source_key) == "take"
        (taken if is_taken else left).append(row)
    return taken, left


def _note_left(
    session: Session,
    run: ImportRun,
    rows: Sequence[SourceRow],
    known: dict[str, SourceRecord],
    decided: Decided | None,
    *,
    now: dt.datetime,
) -> dict[str, StoredRow]:
    """Remember which new rows people did not want, by a digest; nothing else of them is kept."""
    kept = [row for row in rows if decided is not None and decided.of_row(row.source_key) == "keep"]
    first = reserve_ids(session, SourceRecord, len(kept)) if kept else 0
    entries = []
    for number, row in enumerate(kept):
        entry = _source_record(first + number, run, row.source_key, row, now)
        digest = draft_digest(as_kept(row.draft)) if row.draft is not None else None
        entries.append(entry | {"digest": digest, "rules": None, "notes": None, "reason": NOT_WANTED})
    _insert_source_records(session, entries, known)
    for row in kept:
        known.pop(row.source_key)
    return {row.source_key: StoredRow(row.source_key, "none") for row in rows}


def _days(rows: Sequence[SourceRow]) -> dict[str, dt.date]:
    """The day on which the source looked at each row, and at the sites of each."""
    days: dict[str, dt.date] = {}
    for row in rows:
        if row.draft is not None and row.verified_on is not None:
            sites = row.draft.sites if isinstance(row.draft, ServiceDraft) else []
            days |= dict.fromkeys((row.source_key, *(site.source_key for site in sites)), row.verified_on)
    return days


def see_again(session: Session, run: ImportRun, keys: Collection[str], *, now: dt.datetime) -> list[StoredRow]:
    """Note that rows say what they said before, which ``planning.look_at`` found out."""
    record_ids: dict[str, int | None] = {}
    for portion in in_portions(sorted(keys)):
        query = sa.select(SourceRecord.source_key, SourceRecord.record_id).where(
            SourceRecord.source_id == run.source_id, SourceRecord.source_key.in_(portion)
        )
        record_ids |= {row.source_key: row.record_id for row in session.execute(query)}
        session.execute(
            sa.update(SourceRecord)
            .where(SourceRecord.source_id == run.source_id, SourceRecord.source_key.in_(portion))
            .values(seen_at=now, run_id=run.id)
        )
    session.execute(
        sa.update(ImportRun).where(ImportRun.id == run.id).values(rows_done=ImportRun.rows_done + len(keys))
    )
    return _with_public_ids(session, [StoredRow(key, "unchanged") for key in record_ids], record_ids)


class _Changed(NamedTuple):
    """A row that says something else than last time, about a record that is there."""

    row: SourceRow
    seen: SourceRecord
    record: Record
    draft: OrganizationDraft | ServiceDraft
    digest: bytes


class Held:
    """The records that known rows are about, read at once."""

    def __init__(self, session: Session, known: Iterable[SourceRecord]) -> None:
        wanted = sorted({seen.record_id for seen in known if seen.record_id is not None})
        self.records: dict[int, Record] = {}
        self._with_confidential: set[int | None] = set()
        for portion in in_portions(wanted):
            self.records |= {one.id: one for one in session.scalars(sa.select(Record).where(Record.id.in_(portion)))}
            self._with_confidential.update(
                session.scalars(
                    sa.select(Record.organization_id).where(
                        Record.organization_id.in_(portion),
                        Record.kind == "service",
                        Record.location_disclosure != "public",
                    )
                )
            )

    def effective(self, draft: OrganizationDraft | ServiceDraft, record: Record) -> OrganizationDraft | ServiceDraft:
        """The draft as the directory may take it: never more open than what is held (SAFETY I7), and then screened."""
        if isinstance(draft, OrganizationDraft):
            return close_organization(draft) if record.id in self._with_confidential else draft
        policy: LocationDisclosure = record.location_disclosure  # type: ignore[assignment]
        stricter = more_closed(policy, draft.location_disclosure)
        if stricter == draft.location_disclosure:
            return as_kept(draft)
        return close_service(draft, stricter, record.published_area if stricter == "area_only" else None)


def draft_digest(draft: OrganizationDraft | ServiceDraft) -> bytes:
    """16 bytes that tell whether a redacted row says the same as last time."""
    said: list[object] = [[[fact.field, fact.slot, fact.stored, fact.shown_to] for fact in draft.facts]]
    if isinstance(draft, ServiceDraft):
        said.append([draft.location_disclosure, draft.published_area, draft.organization_key])
        for site in draft.sites:
            facts = (*site.location, *site.listing)
            said.append([site.source_key, [[fact.field, fact.slot, fact.stored] for fact in facts]])
    elif draft.is_closed:
        # What was said of it before has to be looked at, even where the same is said today.
        said.append("closed")
    return hashlib.sha256(_encoder.encode(said)).digest()[:16]


def known_records(session: Session, source_id: int, rows: Sequence[SourceRow]) -> dict[str, SourceRecord]:
    """What earlier runs of a source noted of these rows, their organizations and their places, by source key."""
    keys = {row.source_key for row in rows}
    for row in rows:
        if isinstance(row.draft, ServiceDraft):
            keys.add(row.draft.organization_key)
            keys.update(site.source_key for site in row.draft.sites)
    known: dict[str, SourceRecord] = {}
    for portion in in_portions(sorted(keys)):
        for found in session.scalars(
            sa.select(SourceRecord).where(SourceRecord.source_id == source_id, SourceRecord.source_key.in_(portion))
        ):
            known[found.source_key] = found
    return known


def _source_record(row_id: int, run: ImportRun, key: str, row: SourceRow, now: dt.datetime) -> dict[str, object]:
    return {
        "id": row_id, "source_id": run.source_id, "source_key": key, "record_id": None, "digest": None,
        "outcome": row.outcome, "rules": " ".join(row.rules) or None, "reason": row.reason,
        "notes": _encoder.encode(row.notes).decode() if row.notes else None, "seen_at": now, "run_id": run.id,
        "change_id": None,
    }  # fmt: skip


def _store_new(
    session: Session,
    run: ImportRun,
    rows: Sequence[SourceRow],
    known: dict[str, SourceRecord],
    *,
    network_id: int,
    author: Author,
    now: dt.datetime,
) -> dict[str, StoredRow]:
    drafts: list[tuple[OrganizationDraft | ServiceDraft, int | None]] = []
    waiting: dict[str, list[Waiting]] = {}
    for row in rows:
        draft, waiting[row.source_key] = apart(as_kept(row.draft)) if row.draft else (None, [])
        if isinstance(draft, ServiceDraft):
            organization = known.get(draft.organization_key)
            if organization is None or organization.record_id is None:
                raise BadInputError("A service names an organization that was not stored before it.")
            drafts.append((draft, organization.record_id))
        elif draft is not None:
            drafts.append((draft, None))
    created = create(session, drafts, network_id=network_id, author=author, now=now) if drafts else []
    keys = [
        (row, key, made, record_id)
        for row, made in zip(rows, created, strict=True)
        for key, record_id in _keyed_records(row, made)
    ]
    first = reserve_ids(session, SourceRecord, len(keys)) if keys else 0
    records = []
    for number, (row, key, made, record_id) in enumerate(keys):
        entry = _source_record(first + number, run, key, row, now)
        digest = draft_digest(as_kept(row.draft)) if key == row.source_key and row.draft is not None else None
        records.append(entry | {"record_id": record_id, "digest": digest, "change_id": made.change_id})
    _insert_source_records(session, records, known)
    ids: dict[str, int] = {str(entry["source_key"]): cast("int", entry["id"]) for entry in records}
    claims = [
        {"fact_id": fact_id, "source_record_id": ids[key], "said_at": now}
        for made in created
        for key, fact_id in made.facts
    ]
    insert_rows(session, Claim, claims)
    answers = {}
    for row, made in zip(rows, created, strict=True):
        held = waiting[row.source_key]
        propose_first(session, held, made, row_key=row.source_key, source_records=ids, author=author, now=now)
        answers[row.source_key] = StoredRow(row.source_key, "new", proposed=len(held))
    return answers


def _keyed_records(row: SourceRow, made: Created) -> list[tuple[str, int]]:
    """Source keys of a stored row with the record each of them names: the row's own, then its sites'."""
    sites = [(key, listing_id) for key, listing_id in made.listings if key != row.source_key]
    return [(row.source_key, made.record_id), *sites]


def _insert_source_records(session: Session, records: list[dict[str, object]], known: dict[str, SourceRecord]) -> None:
    """Insert them, or complete those that were noted in an earlier run without a record."""
    new = []
    for entry in records:
        noted = known.get(str(entry["source_key"]))
        if noted is None:
            new.append(entry)
        else:
            session.execute(
                sa.update(SourceRecord)
                .where(SourceRecord.id == noted.id)
                .values({key: value for key, value in entry.items() if key != "id"})
            )
            entry["id"] = noted.id
    insert_rows(session, SourceRecord, new)
    for entry in records:
        known[str(entry["source_key"])] = SourceRecord(**entry)


def _note_unstored(
    session: Session, run: ImportRun, rows: Sequence[SourceRow], known: dict[str, SourceRecord], *, now: dt.datetime
) -> None:
    """Keep that a row was quarantined or rejected, and why; of what it held nothing is kept."""
    new = [row for row in rows if row.source_key not in known]
    first = reserve_ids(session, SourceRecord, len(new)) if new else 0
    entries = [_source_record(first + number, run, row.source_key, row, now) for number, row in enumerate(new)]
    insert_rows(session, SourceRecord, entries)


def _with_public_ids(
    session: Session, answers: Sequence[StoredRow], record_ids: dict[str, int | None]
) -> list[StoredRow]:
    """The answers with the public ids of their organization and listings."""
    public = public_ids_of(session, {record_id for record_id in record_ids.values() if record_id is not None})
    named = []
    for answer in answers:
        stored = record_ids.get(answer.source_key)
        if stored is not None:
            organization, listings = public[stored]
            answer = msgspec.structs.replace(answer, organization=organization, listings=listings)  # noqa: PLW2901
        named.append(answer)
    return named


def _unreadable_now(
    session: Session, run: ImportRun, row: SourceRow, seen: SourceRecord, *, now: dt.datetime
) -> StoredRow:
    """A row that can no longer be read takes nothing away from what it said before."""
    seen.outcome, seen.rules, seen.reason = row.outcome, " ".join(row.rules) or None, row.reason
    seen.notes, seen.seen_at, seen.run_id = None, now, run.id
    session.flush()
    return StoredRow(row.source_key, "none" if seen.record_id is None else "unchanged")


def _follow(
    session: Session,
    run: ImportRun,
    one: _Changed,
    *,
    guard: Guard,
    author: Author,
    decided: Decided | None,
    now: dt.datetime,
) -> StoredRow:
    row, seen = one.row, one.seen
    revision = revise(
        session, one.record, one.draft, seen, guard=guard, run=run, author=author, decided=decided, now=now
    )
    # What is not touched, or not decided, counts as not seen: it has to be looked at another time.
    seen.digest = None if revision.is_out or revision.is_partial else one.digest
    seen.outcome, seen.rules, seen.reason = row.outcome, " ".join(row.rules) or None, row.reason
    seen.seen_at, seen.run_id = now, run.id
    seen.notes = _encoder.encode(row.notes).decode() if row.notes else None
    session.flush()
    what: What = "unchanged"
    if revision.is_out:
        what = "closed"
    if revision.withdrawn or any(difference.is_change for difference in revision.differences):
        what = "changed"
    proposed = sum(difference.effect == "waits" for difference in revision.differences)
    return StoredRow(
        row.source_key,
        what,
        proposed=proposed,
        withdrawn=revision.withdrawn,
        differences=revision.differences,
    )
