"""A run: a document is read, redacted, cleaned and stored in batches, and every row of it is accounted for.

What a document would change of what its source brought before is found out first (``directory.intake.planning``): a run
that would change too much is held, and nothing of it comes in. Then each batch is one transaction. A run that is
stopped leaves a consistent directory, and running it again goes on where it ended: rows that are stored already change
nothing.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from directory.db import Database
from directory.errors import BadInputError, DirectoryError
from directory.intake.planning import Look, Unread
from directory.intake.service import Outcome, SourceRow
from directory.listings.drafts import FactDraft, OrganizationDraft
from directory.listings.fields import Text
from directory.places.gazetteer import Gazetteer
from directory.progress import Told
from importers.cleaning import NOT_STATED, Cleaned, Cleaning, Question
from importers.confidential import Confidential, look_for_confidential
from importers.keeping import Kept
from importers.keys import NeutralKeys
from importers.mapping import load_mapping, mapping_text
from importers.opening import READERS, Asked, Way
from importers.places_of_rows import Places
from importers.record import ColumnRead, Reader, Refused, SourceRecord, Tabular
from importers.redaction import Redaction
from importers.report import (
    Report,
    ReportRow,
    Summary,
    check_report_path,
    count,
    joined_rows,
    row_of_cleaned,
    row_of_further,
    row_of_refused,
    with_ids,
    write_mapping,
    write_report,
)
from importers.stopping import Stopping, stoppable
from importers.store import DryRun, Planner, RowStore, Store, kept_mapping

BATCH_ROWS = 250
# So many rows of which more than the key is needed are kept in memory between looking at them and storing them.
MOST_KEPT = 10_000
ORGANIZATION_NOT_STATED = "organization-not-stated"


class _Prepared(msgspec.Struct, frozen=True):
    """A row on its way: what is stored, and what the report says of each row of the source, none for a placeholder.

    ``seen`` is the key of a row that says what it said before, of which nothing else is needed any more.
    """

    stored: SourceRow | None
    reported: tuple[ReportRow, ...] = ()
    seen: str = ""

    @property
    def key(self) -> str:
        """The source's key of the row; empty where nothing of it is stored."""
        return self.stored.source_key if self.stored is not None else self.seen


def import_package(
    database: Database | None,
    reader: str,
    path: Path,
    *,
    source: str,
    mapping: Path | None = None,
    save_mapping: Path | None = None,
    report: Path | None = None,
    max_mb: int = 20,
    home: str = "US",
    progress: Told | None = None,
    is_plan: bool = False,
) -> Summary:
    """Import a document into the directory.

    Args:
        database: a ready database; None for a dry run, which reads, cleans and reports, and stores nothing.
        reader: one of ``READERS``.
        path: of the document.
        source: key of the source it comes from, made if it is new.
        mapping: a deployment's own mapping file; without one, that of the source's last run.
        save_mapping: where to write what each column was taken for, as a mapping file.
        report: where to write the report of every row.
        max_mb: most MiB of tables, unpacked.
        home: ISO code of the country that is meant where none is stated.
        progress: told how many rows are done, and how many there are.
        is_plan: say what would change, and change nothing; needs a database.

    Raises:
        HeldError: it would change too much, so nothing of it was applied; it waits for people.
        BadInputError: the document or the mapping cannot be read, or there is no place for the report.
        DirectoryError: all is stored, and then there was no room for the report.
        RefusedError: the document is refused whole.
        UnknownTermError: the mapping names something that the vocabulary does not have.
    """
    said = mapping_text(mapping) if mapping else kept_mapping(database, source) if database else ""
    words = load_mapping(text=said)
    asked = Asked(path, max_mb, said, home)
    for wanted in filter(None, (report, save_mapping)):
        check_report_path(wanted)
    with _way(reader).open(asked) as opened, Gazetteer() as gazetteer, stoppable() as stopping:
        document, places = Kept(NeutralKeys(opened)), Places(gazetteer, home)
        everything = stopping.before_each(itertools.chain(document.services(), document.leftovers()))
        confidential = look_for_confidential(everything, words, places)
        redaction, cleaning = Redaction(confidential, places), Cleaning(words, places)

        def prepared() -> _Preparing:
            return _Preparing(document, redaction, cleaning)

        columns, mapped = _columns(opened, document, confidential)
        if save_mapping is not None:
            write_mapping(mapped, save_mapping)
        if is_plan and database is not None:
            planner = Planner(database, source, reader=reader)
            look, _ = _look(prepared(), planner, stopping)
            plan = planner.plan(look)
            left_out = dict(document.not_read())
            return Summary(source, None, {}, {}, {}, not_read=left_out, columns=columns, did=plan.counts(), plan=plan)
        store: RowStore = DryRun(source) if database is None else Store(database, source, reader=reader, mapping=said)
        preparing = prepared()
        with store:
            look = Look()
            read: Iterable[list[_Prepared]] | None = None
            if store.has_rows:
                look, read = _look(preparing, store, stopping)
                store.follow(look)
            if read is None:
                preparing = prepared()
                read = _batches(preparing.rows(store), BATCH_ROWS)
            batches = stopping.before_each(read)
            positions: dict[str, int] = {}
            rows = list(_store_all(batches, preparing, store, progress, positions))
            statuses, rules, questions = count(rows)
            done = store.finish(look, preparing.unread(), statuses)
            joined, review = joined_rows(rows, store.join(unnamed=NOT_STATED), positions)
        left_out = dict(document.not_read())
    if report is not None:
        try:
            write_report(Report(source, store.run_id, statuses, joined, review), report)
        except OSError:
            raise DirectoryError("The report could not be written. Make room for it and run the same again.") from None
    return Summary(
        source,
        store.run_id,
        statuses,
        rules,
        questions,
        withdrawn=store.withdrawn,
        proposed=store.proposed,
        conflicts=store.conflicts,
        not_read=left_out,
        columns=columns,
        review=len(review),
        did=done.counts() if done is not None else {},
        plan=done,
    )


def _columns(opened: Reader, document: Reader, confidential: Confidential) -> tuple[tuple[ColumnRead, ...], str]:
    """What a spreadsheet's columns were taken for, with examples of rows that are public, and as a mapping file."""
    if not isinstance(opened, Tabular):
        return (), ""
    public = {
        (position.sheet, position.row)
        for row in document.services()
        if isinstance(row, SourceRecord)
        and row.key not in confidential.reasons
        and row.organization_key not in confidential.organizations
        for position in (row.position, *(part.position for part in row.parts))
    }
    return opened.columns(lambda position: (position.sheet, position.row) in public), opened.mapping_text()


def _look(
    preparing: "_Preparing", store: RowStore | Planner, stopping: Stopping
) -> tuple[Look, list[list[_Prepared]] | None]:
    """Look at the whole document before anything of it is stored.

    Returns:
        What was seen; and all rows, unless so much is new that it is better read once more than kept in memory.
    """
    look = Look()
    read: list[list[_Prepared]] | None = []
    whole = 0
    for batch in stopping.before_each(_batches(preparing.rows(store), BATCH_ROWS)):
        same = store.look(look, [one.stored for one in batch if one.stored is not None])
        if read is not None:
            read.append([_lighter(one) if one.key in same else one for one in batch])
            whole += sum(one.stored is not None for one in read[-1])
        if whole > MOST_KEPT:
            read = None
    look.keys |= preparing.refused
    look.unread = preparing.unread()
    look.is_whole = preparing.is_whole
    return look, read


def _lighter(row: _Prepared) -> _Prepared:
    """A row that says what it said before, without what it says; the day on which its source looked at it is new."""
    has_day = row.stored is not None and row.stored.verified_on is not None
    return row if has_day else msgspec.structs.replace(row, stored=None, seen=row.key)


def _way(reader: str) -> Way:
    if reader not in READERS:
        raise BadInputError(f"There is no such reader. Known are: {', '.join(READERS)}.")
    return READERS[reader]


def _store_all(
    batches: Iterable[list[_Prepared]],
    preparing: "_Preparing",
    store: RowStore,
    progress: Told | None,
    positions: dict[str, int],
) -> Iterator[ReportRow]:
    """Store all rows, each batch in one transaction, and give the report's row of each.

    ``positions`` gets the number of that row by source key.
    """
    total = preparing.total() if progress is not None else 0
    done = 0
    for batch in batches:
        rows = [one.stored for one in batch if one.stored is not None]
        answers = {row.source_key: row for row in store.put(rows, [one.seen for one in batch if one.seen])}
        for one in batch:
            if one.stored is not None and one.reported:
                positions[one.stored.source_key] = done
            done += len(one.reported)
            answer = answers.get(one.key)
            for reported in one.reported:
                if answer is None:
                    yield reported
                else:
                    yield with_ids(reported, organization=answer.organization, listings=answer.listings)
        if progress is not None:
            progress(min(done, total), total)


def _batches(rows: Iterator[_Prepared], size: int) -> Iterator[list[_Prepared]]:
    while batch := list(itertools.islice(rows, size)):
        yield batch


class _Preparing:
    """Prepares the rows of a document in the order in which they can be stored."""

    def __init__(self, document: Kept, redaction: Redaction, cleaning: Cleaning) -> None:
        self._document = document
        self._redaction = redaction
        self._cleaning = cleaning
        self._organizations: set[str] = set()
        self._placeholders: set[str] = set()
        self._services: set[str] = set()
        self._unread: dict[str, Unread] = {}
        # Keys of rows that are in the document and do not come in; and whether each such row could be told.
        self.refused: set[str] = set()
        self.is_whole = True

    def total(self) -> int:
        """How many organizations and services there are to come."""
        return len(self._document)

    def unread(self) -> list[Unread]:
        """Services whose rows did not come in and that are confidential, or hidden now: earlier runs may hold them."""
        return [self._unread[key] for key in sorted(self._unread.keys() - self._services)]

    def rows(self, store: RowStore | Planner) -> Iterator[_Prepared]:
        """Every row, organizations first; a placeholder before the first service of an organization without a row."""
        for row in self._document.organizations():
            yield self._organization(row)
        for row in self._document.services():
            yield from self._service(row, store)
        for refused in self._document.leftovers():
            # Only reported: there may be as many of them as of everything else.
            yield self._refused(refused, is_stored=False)

    def _organization(self, row: SourceRecord | Refused) -> _Prepared:
        if isinstance(row, Refused):
            return self._refused(row)
        redacted = self._redaction.redact(row)
        if isinstance(redacted, Refused):
            self.refused.add(row.key)
            return self._refused(redacted)
        self._organizations.add(row.key)
        return _accepted(row, self._cleaning.clean(redacted))

    def _service(self, row: SourceRecord | Refused, store: RowStore | Planner) -> Iterator[_Prepared]:
        if isinstance(row, Refused):
            yield self._refused(row)
            return
        redacted = self._redaction.redact(row)
        if isinstance(redacted, Refused):
            self.refused.add(row.key)
            yield self._refused(redacted)
            return
        # A service that names no organization has one of its own, so that strangers are not joined.
        key = row.organization_key or f"organization-of:{row.key}"
        is_stated = key in self._organizations
        if not is_stated and key not in self._placeholders and not store.holds(key):
            self._placeholders.add(key)
            yield _Prepared(self._placeholder(row, key))
        self._services.add(row.key)
        cleaned = self._cleaning.clean(redacted, organization_key=key)
        accepted = _accepted(row, cleaned if is_stated or row.organization_name else _without_organization(cleaned))
        parts = tuple(self._part(part, key) for part in row.parts)
        yield msgspec.structs.replace(accepted, reported=parts or accepted.reported)

    def _part(self, part: SourceRecord, organization: str) -> ReportRow:
        """What the report says of one of several rows that are one record."""
        redacted = self._redaction.redact(part)
        if isinstance(redacted, Refused):
            return row_of_refused(redacted, is_closed=self._redaction.is_closed(redacted))
        return row_of_cleaned(self._cleaning.clean(redacted, organization_key=organization), part.position)

    def _placeholder(self, service: SourceRecord, key: str) -> SourceRow:
        """An organization without a row of its own, by the name that a service's row tells, if it tells one."""
        name = service.organization_name
        redacted = self._redaction.redact(SourceRecord("organization", service.position, key, cells={"name": name}))
        if name and not isinstance(redacted, Refused):
            cleaned = self._cleaning.clean(redacted)
            return SourceRow(key, cleaned.draft, "repaired" if cleaned.rules else "accepted", cleaned.rules)
        draft = OrganizationDraft(key, [FactDraft("name", Text(NOT_STATED))])
        return SourceRow(key, draft, "repaired", (ORGANIZATION_NOT_STATED,))

    def _refused(self, refused: Refused, *, is_stored: bool = True) -> _Prepared:
        is_closed = self._redaction.is_closed(refused)
        record = refused.record
        if (is_closed or refused.is_hidden) and record is not None and record.kind == "service":
            disclosure, area = self._redaction.area_of(record) if is_closed else ("public", None)
            self._unread[record.key] = (record.key, disclosure, area.id if area else None, refused.is_hidden)
        stored = None
        key = refused.key or (record.key if record is not None else None)
        if is_stored and key is not None:
            self.refused.add(key)
        if is_stored and refused.status in ("quarantined", "rejected"):
            # Where it cannot be told, it may be any of those that would otherwise be missing.
            self.is_whole = self.is_whole and key is not None
            # Named by its place: in a malformed row anything may stand where its id should be.
            where = refused.position
            place = ":".join(filter(None, ("row", where.file, where.sheet, str(where.row))))
            stored = SourceRow(place, None, refused.status, (refused.rule,), refused.reason)
        return _Prepared(stored, (row_of_refused(refused, is_closed=is_closed),))


def _accepted(row: SourceRecord, cleaned: Cleaned) -> _Prepared:
    notes = {} if cleaned.is_closed else {**cleaned.notes}
    if cleaned.standing:
        notes["standing"] = cleaned.standing
    if row.dropped and not cleaned.is_closed:
        notes["unknown-columns"] = str(row.dropped)
    told = row_of_cleaned(cleaned, row.position)
    reported = (told, *(row_of_further(told, position) for position in row.further))
    outcome: Outcome = "repaired" if cleaned.rules else "accepted"
    day = dt.date.fromisoformat(cleaned.verified_on) if cleaned.verified_on else None
    stored = SourceRow(row.key, cleaned.draft, outcome, cleaned.rules, notes=notes, verified_on=day)
    return _Prepared(stored, () if row.is_in_service_row else reported)


def _without_organization(cleaned: Cleaned) -> Cleaned:
    question = Question("organization", ORGANIZATION_NOT_STATED, "Which organization offers this?")
    return msgspec.structs.replace(
        cleaned,
        rules=(*cleaned.rules, ORGANIZATION_NOT_STATED),
        questions=(*cleaned.questions, question),
    )
