"""A run: a document is read, redacted, cleaned and stored in batches, and every row of it is accounted for.

What a document would change of what its source brought before is found out first (``directory.intake.planning``): a run
that would change too much is held, and nothing of it comes in. Then each batch is one transaction. A run that is
stopped leaves a consistent directory, and running it again goes on where it ended: rows that are stored already change
nothing.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec

from directory.db import Database
from directory.errors import DirectoryError
from directory.intake.deciding import Decided
from directory.intake.plan import Plan
from directory.intake.planning import Look
from directory.progress import Told as Progress
from importers.ahead import made_ahead
from importers.cleaning import NOT_STATED
from importers.document import Document, read_document
from importers.document import Told as DocumentTold
from importers.keeping import Packed
from importers.looking import Reviewer
from importers.mapping import load_mapping, mapping_text
from importers.opening import Asked
from importers.preparing import Prepared
from importers.read_rows import Noting, ReadRows
from importers.report import (
    ReadBy,
    Report,
    ReportRow,
    Summary,
    check_mapping_path,
    check_report_path,
    clashes_in,
    count,
    joined_rows,
    pairs_of_rows,
    with_ids,
    write_mapping,
    write_report,
)
from importers.stopping import stoppable
from importers.store import DryRun, Planner, RowStore, Store, kept_mapping, only_one

_OBJECTS_BETWEEN_LOOKS = 50_000
# So many rows of which more than the key is needed are kept in memory between looking at them and storing them.
MOST_KEPT = 10_000


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let Python look for circles of garbage seldom: there are few, and looking took a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_collecting_seldom()
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
    progress: Progress | None = None,
    is_plan: bool = False,
    looked_up_in: Database | None = None,
    by: int | None = None,
    decided: Decided | None = None,
    noting: Noting | None = None,
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
        looked_up_in: of a dry run, the database in which the source's mapping is kept, if there is one.
        by: the person who imports; without one, whoever commands act as.
        decided: what people said of its values beforehand; what they did not decide does not come in.
        noting: of a plan, notes what is left of the document, to be brought in by ``import_read``.

    Raises:
        HeldError: it would change too much, so nothing of it was applied; it waits for people.
        RefusedError: something else of this source is coming in.
        BadInputError: the document or the mapping cannot be read, or there is no place for the report.
        DirectoryError: all is stored, and then there was no room for the report.
        RefusedError: the document is refused whole.
        UnknownTermError: the mapping names something that the vocabulary does not have.
    """
    held = database or looked_up_in
    said = mapping_text(mapping) if mapping else kept_mapping(held, source) if held else ""
    read_by: ReadBy = "given" if mapping else "kept" if said else "none" if held else "no-database"
    words = load_mapping(text=said)
    asked = Asked(path, max_mb, said, home)
    if report is not None:
        check_report_path(report)
    if save_mapping is not None:
        check_mapping_path(save_mapping)
    with ExitStack() as whole:
        # Whatever was read is let go of before records are joined, which takes room of its own.
        with (
            stoppable() as stopping,
            closing(made_ahead(read_document(reader, asked, words, stopping), path, stopping)) as items,
        ):
            document = Document(noting.items(items, said=said, read_by=read_by) if noting else items, stopping)
            if save_mapping is not None:
                write_mapping(document.told.mapping, save_mapping)
            if is_plan and database is not None:
                planner = Reviewer(database, source, reader=reader, unnamed=NOT_STATED, by=by)
                return _planned(document, planner, source, read_by, report)
            store: RowStore = DryRun(source)
            if database is not None:
                # Not before a process reads ahead: it would go on holding this after a kill.
                whole.enter_context(only_one(database, source))
                store = Store(database, source, reader=reader, mapping=said, by=by, decided=decided)
            with store:
                told = _stored(document, store, progress)
        return _joined(document.told, store, told, source=source, read_by=read_by, report=report)


@_collecting_seldom()
def import_read(
    database: Database,
    reader: str,
    rows: ReadRows,
    *,
    source: str,
    by: int,
    decided: Decided | None = None,
    is_plan: bool = False,
) -> Summary:
    """Import what was left of a document when it was read, or say what that would change; else as ``import_package``.

    Raises:
        HeldError: it would change too much, so nothing of it was applied; it waits for people.
    """
    with stoppable() as stopping:
        document = Document(rows.items(), stopping)
        if is_plan:
            planner = Reviewer(database, source, reader=reader, unnamed=NOT_STATED, by=by)
            return _planned(document, planner, source, rows.read_by, None)
        with only_one(database, source):
            store = Store(database, source, reader=reader, mapping=rows.said, by=by, decided=decided)
            with store:
                told = _stored(document, store, None)
            return _joined(document.told, store, told, source=source, read_by=rows.read_by)


def _joined(
    document: DocumentTold, store: RowStore, told: "_Told", *, source: str, read_by: ReadBy, report: Path | None = None
) -> Summary:
    """Join what was stored, write the report, and say what came of it all."""
    joined = store.join(unnamed=NOT_STATED)
    review = pairs_of_rows(told.rows, joined, told.positions)
    if report is not None:
        _write(Report(source, store.run_id, told.statuses, joined_rows(told.rows, joined), review), report)
    return Summary(
        source,
        store.run_id,
        told.statuses,
        told.rules,
        told.questions,
        withdrawn=store.withdrawn,
        proposed=store.proposed,
        conflicts=store.conflicts,
        not_read=dict(document.not_read),
        columns=document.columns,
        review=len(review),
        did=told.plan.counts() if told.plan is not None else {},
        plan=told.plan,
        mapping=read_by,
        remarks=document.remarks,
        clashes=clashes_in(told.rows),
    )


def _write(report: Report, path: Path) -> None:
    try:
        write_report(report, path)
    except OSError:
        raise DirectoryError("The report could not be written. Make room for it and run the same again.") from None


class _Told(msgspec.Struct, frozen=True):
    """What a run has to tell: the report's rows, with the number of each by source key; figures; what came of it."""

    rows: Packed[ReportRow]
    positions: dict[str, int]
    statuses: dict[str, int]
    rules: dict[str, int]
    questions: dict[str, int]
    plan: Plan | None


def _planned(document: Document, planner: Planner, source: str, read_by: ReadBy, report: Path | None) -> Summary:
    """What a document would change."""
    rows: Packed[ReportRow] = Packed(ReportRow)
    look, _ = _look(document, planner, rows)
    plan = planner.plan(look)
    if report is not None:
        _write(Report(source, None, count(rows)[0], tuple(rows)), report)
    return Summary(
        source,
        None,
        *count(rows),
        not_read=dict(document.told.not_read),
        columns=document.told.columns,
        did=plan.counts(),
        plan=plan,
        mapping=read_by,
        remarks=document.told.remarks,
        clashes=clashes_in(rows),
    )


def _stored(document: Document, store: RowStore, progress: Progress | None) -> _Told:
    """Look at what a document would change, and store it."""
    look, read = Look(), None
    if store.has_rows:
        look, read = _look(document, store)
        store.follow(look)
    positions: dict[str, int] = {}
    rows: Packed[ReportRow] = Packed(ReportRow)
    batches = document.batches() if read is None else document.stopping.before_each(read)
    for row in _store_all(batches, store, positions, progress, document.told.rows):
        rows.add(row)
    statuses, rules, questions = count(rows)
    done = store.finish(look, document.unstored.unread, statuses)
    return _Told(rows, positions, statuses, rules, questions, done)


def _look(
    document: Document, store: RowStore | Planner, rows: Packed[ReportRow] | None = None
) -> tuple[Look, list[list[Prepared]] | None]:
    """Look at the whole document before anything of it is stored. ``rows`` gets what the report says of each row.

    Returns:
        What was seen; and all rows, unless so much is new that it is better read once more than kept in memory.
    """
    look = Look()
    read: list[list[Prepared]] | None = []
    whole = 0
    for prepared in document.batches():
        batch = _needed(prepared, store)
        if rows is not None:
            for reported in (told for one in batch for told in one.reported):
                rows.add(reported)
        same = store.look(look, [one.stored for one in batch if one.stored is not None])
        if read is not None:
            read.append([_lighter(one) if one.key in same else one for one in batch])
            whole += sum(one.stored is not None for one in read[-1])
        if whole > MOST_KEPT:
            read = None
    look.keys |= document.unstored.refused
    look.unread = list(document.unstored.unread)
    look.is_whole = document.unstored.is_whole
    return look, read


def _needed(batch: list[Prepared], store: RowStore | Planner) -> list[Prepared]:
    """Without the placeholders of organizations that the source told of before."""
    return [one for one in batch if not (one.is_placeholder and store.holds(one.key))]


def _lighter(row: Prepared) -> Prepared:
    """A row that says what it said before, without what it says; the day on which its source looked at it is new."""
    has_day = row.stored is not None and row.stored.verified_on is not None
    return row if has_day else msgspec.structs.replace(row, stored=None, seen=row.key)


def _store_all(
    batches: Iterable[list[Prepared]],
    store: RowStore,
    positions: dict[str, int],
    progress: Progress | None,
    total: int,
) -> Iterator[ReportRow]:
    """Store all rows, each batch in one transaction, and give the report's row of each.

    ``positions`` gets the number of that row by source key.
    """
    done = 0
    for prepared in batches:
        batch = _needed(prepared, store)
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
