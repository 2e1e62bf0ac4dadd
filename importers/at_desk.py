"""A document that was uploaded at the desk: read by the same function as at the command line, reviewed, brought in.

Work that takes longer than a page may is done by a thread beside the pages. Whoever is killed while it comes in loses
nothing: what was read of it is still there, and the same press begins anew. The document itself is read once, and kept
nowhere.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from directory.audit.queries import last_seq
from directory.db import Database
from directory.errors import DirectoryError, NotFoundError, RefusedError
from directory.intake.held_runs import HeldError
from directory.intake.plan import Plan
from directory.intake.reviewing import Decisions, Line, decided_by, lines_of
from directory.listings.withdrawal import WITHDRAWN, backups_to_destroy, finish_withdrawals
from directory.people.actor import Actor
from directory.settings import Settings
from directory.sources.service import require_bringing_in
from directory.sources.uploads import Stage, Upload, Uploads, opened
from importers.read_rows import Noting, ReadRows
from importers.record import ColumnRead
from importers.report import ReadBy, ReportRow, Summary
from importers.run import import_package, import_read

# How long a page waits for work before it says that it is being done.
_PATIENCE_SECONDS = 4.0
_MOST_SET_ASIDE = 2_000
# Documents that wait in memory to be read. One is read at a time: it may take a lot of memory, and pages have to be
# answered meanwhile.
_MOST_IN_MEMORY = 3
_in_memory = threading.BoundedSemaphore(_MOST_IN_MEMORY)
_one_at_a_time = threading.Lock()
# What may be decided, looked at anew, or brought in.
REVIEWED: frozenset[Stage] = frozenset({"read", "held", "failed"})
MOVED_ON = (
    "This has changed meanwhile, and nothing came in: something that you decided is not here any more as you saw it. "
    "All else that you decided stays. Look at it once more."
)


class ReadUpload(msgspec.Struct, frozen=True):
    """What was found out about a document before anything of it came in.

    Attributes:
        plan: what it would change.
        totals: rows by what becomes of them.
        columns: what each column of a spreadsheet was taken for.
        mapping: the same as a mapping file.
        read_by: by which mapping it was read.
        remarks: what that mapping says of columns that are not there.
        not_read: rows left out on purpose, by what they are.
        set_aside: rows that do not come in, with their reasons; the first of them.
        clashes: what people have to decide because rows of one name give different numbers.
    """

    plan: Plan
    totals: Mapping[str, int]
    columns: tuple[ColumnRead, ...]
    mapping: str
    read_by: ReadBy
    remarks: tuple[str, ...]
    not_read: Mapping[str, int]
    set_aside: tuple[ReportRow, ...]
    clashes: tuple[str, ...] = ()


# Does it, of an upload that was in a stage before, and gives what became of it.
_Work = Callable[[Upload, Stage], Upload]


class Importing:
    """Reads what was uploaded and brings it in.

    Args:
        database: of the directory.
        settings: of the deployment.
        uploads: what is on its way.
    """

    def __init__(self, database: Database, settings: Settings, uploads: Uploads) -> None:
        self.uploads = uploads
        self._database, self._settings = database, settings

    def read(self, upload: Callable[[], Upload], content: bytes) -> Upload:
        """Read a document and find out what it would change; waits for a few seconds at most.

        Args:
            upload: notes that it is on its way; not called where there is no room for it.
            content: the document.

        Raises:
            RefusedError: too many documents are being read.
        """
        if not _in_memory.acquire(blocking=False):
            raise RefusedError("Other lists are being read at this moment. Wait a minute, and upload yours again.")
        try:
            made = upload()
        except BaseException:
            _in_memory.release()
            raise

        def work(started: Upload, _was: Stage) -> Upload:
            # It is read as it was asked for just now, whatever stands of an earlier reading.
            return self._read(msgspec.structs.replace(started, suffix=made.suffix, mapping=made.mapping), content)

        self._start(made.id, "reading", work, of=REVIEWED | {"reading"}, after=_in_memory.release)
        return made

    def look_again(self, upload_id: str) -> None:
        """Find out anew what would change, from what was read; waits for a few seconds at most."""
        self._start(upload_id, "reading", self._look_again, of=REVIEWED | {"reading"})

    def apply(self, upload_id: str, by: Actor) -> None:
        """Bring in what ``by`` took of it; waits for a few seconds at most.

        Raises:
            NotFoundError: there is no such upload.
            RefusedError: ``by`` may not bring in, or not any more, what its source says.
        """
        with self._database.reading() as session:
            require_bringing_in(session, self.uploads.get(upload_id).source, by=by)

        def work(started: Upload, was: Stage) -> Upload:
            return self._apply(started, by, was)

        self._start(upload_id, "applying", work, of=REVIEWED | {"applying"})

    def _start(
        self,
        upload_id: str,
        stage: Stage,
        work: _Work,
        *,
        of: frozenset[Stage],
        after: Callable[[], None] = lambda: None,
    ) -> None:
        thread = threading.Thread(target=self._work, args=(upload_id, stage, work, of, after), daemon=True)
        thread.start()
        thread.join(_PATIENCE_SECONDS)

    def _work(
        self,
        upload_id: str,
        stage: Stage,
        work: _Work,
        of: frozenset[Stage],
        after: Callable[[], None],
    ) -> None:
        try:
            # Somebody may have dropped it meanwhile; and of two who press the same only the first does it.
            with suppress(NotFoundError), self.uploads.working(upload_id) as is_free:
                with self.uploads.deciding(upload_id):
                    upload = self.uploads.get(upload_id)
                    if not is_free or upload.stage not in of:
                        return
                    started = msgspec.structs.replace(upload, stage=stage, error="", notes=())
                    self.uploads.save(started)
                with _one_at_a_time:
                    done = _tried(work, started, upload.stage)
                if done.stage != "done" and self._may_tell_a_place(upload_id):
                    self.uploads.forget_rows(upload_id)
                self.uploads.save(done)
        finally:
            after()

    def _read(self, upload: Upload, content: bytes) -> Upload:
        withdrawn, noting = self._withdrawn(), Noting()
        with opened(content, upload.suffix) as path:
            summary = import_package(
                self._database, upload.reader, path, source=upload.source, mapping=_given(path, upload.mapping),
                max_mb=self._settings.max_feed_mb, home=self._settings.country, is_plan=True, by=upload.by,
                noting=noting,
            )  # fmt: skip
        rows = noting.rows()
        # Other rows: nothing was decided of them.
        self.uploads.forget_rows(upload.id)
        self.uploads.write(upload.id, "as-of", withdrawn)
        self.uploads.write(upload.id, "rows", rows)
        self._write_read(upload, rows, summary)
        return msgspec.structs.replace(upload, stage="read", run=None)

    def _look_again(self, upload: Upload, _was: Stage) -> Upload:
        rows = self._rows(upload)
        summary = import_read(self._database, upload.reader, rows, source=upload.source, by=upload.by, is_plan=True)
        self._write_read(upload, rows, summary)
        there = {line.number for line in self._lines(upload)}
        decisions = decisions_of(self.uploads, upload.id)
        kept = {number: said for number, said in decisions.items() if number in there}
        self.uploads.write(upload.id, "decisions", kept)
        has_moved_on = any(verdict != "later" for number, (verdict, _) in decisions.items() if number not in kept)
        return msgspec.structs.replace(upload, stage="read", run=None, error=MOVED_ON if has_moved_on else "")

    def _write_read(self, upload: Upload, rows: ReadRows, summary: Summary) -> None:
        aside = [row for row in rows.reported() if row.status in {"quarantined", "rejected"}]
        self.uploads.write(
            upload.id, "read",
            ReadUpload(
                summary.plan or Plan(upload.source, ""), summary.totals, summary.columns, rows.told.mapping,
                summary.mapping, summary.remarks, summary.not_read, tuple(aside[:_MOST_SET_ASIDE]),
                summary.clashes[:_MOST_SET_ASIDE],
            ),
        )  # fmt: skip

    def _apply(self, upload: Upload, by: Actor, was: Stage) -> Upload:
        # What came in before it was interrupted is not to be decided any more, and a release is for what would change.
        looked = upload if was in {"applying", "held"} else self._look_again(upload, was)
        if looked.error:
            return looked
        decided = decided_by(self._lines(upload), decisions_of(self.uploads, upload.id), by)
        try:
            summary = import_read(
                self._database, upload.reader, self._rows(upload), source=upload.source, by=by.id, decided=decided
            )
        except HeldError:
            looked = self._look_again(upload, was) if was == "held" else upload
            if looked.error:
                return looked
            raise
        notes = after_withdrawals(self._database) if summary.withdrawn else ()
        self.uploads.forget_rows(upload.id)
        return msgspec.structs.replace(upload, stage="done", run=summary.run, notes=notes, mapping="")

    def _lines(self, upload: Upload) -> list[Line]:
        return lines_of(self.uploads.read(upload.id, "read", ReadUpload).plan)

    def _rows(self, upload: Upload) -> ReadRows:
        if self._may_tell_a_place(upload.id):
            raise RefusedError(NOT_KEPT)
        try:
            return self.uploads.read(upload.id, "rows", ReadRows)
        except NotFoundError:
            raise RefusedError(NOT_KEPT) from None

    def _withdrawn(self) -> int:
        with self._database.reading() as session:
            return last_seq(session, WITHDRAWN)

    def _may_tell_a_place(self, upload_id: str) -> bool:
        """Whether a place has become confidential since it was read."""
        try:
            return self.uploads.read(upload_id, "as-of", int) != self._withdrawn()
        except NotFoundError:
            return True


NOT_KEPT = (
    "What was read of this list is not kept any more: it was interrupted while it was read, or a place has become "
    "confidential since. Please upload it again."
)


def decisions_of(uploads: Uploads, upload_id: str) -> Decisions:
    """What was decided of a document so far, by the numbers of lines."""
    try:
        return uploads.read(upload_id, "decisions", Decisions)
    except NotFoundError:
        return {}


def _tried(work: _Work, upload: Upload, was: Stage) -> Upload:
    try:
        return work(upload, was)
    except HeldError as held:
        return msgspec.structs.replace(upload, stage="held", run=held.run)
    except DirectoryError as error:
        return msgspec.structs.replace(upload, stage="failed", error=str(error))
    except Exception as error:  # noqa: BLE001 - the page says it, and what it says may be of a row
        structlog.get_logger().error("upload failed", error_type=type(error).__qualname__)
        return msgspec.structs.replace(upload, stage="failed", error="Something went wrong here. Try again.")


def after_withdrawals(database: Database) -> tuple[str, ...]:
    """Scrub what was withdrawn from the database, and say what people have to do about copies of it."""
    is_scrubbed = finish_withdrawals(database)
    with database.reading() as session:
        backups = backups_to_destroy(session)
    notes = [f"Destroy these backups, they may hold a withdrawn place: {', '.join(backups)}"] if backups else []
    if not is_scrubbed:
        notes.append(UNSCRUBBED)
    return tuple(notes)


UNSCRUBBED = (
    "A withdrawn place may still stand in free pages of the database, because something reads it. "
    "Stop what reads it and run: handrail db check"
)


def _given(path: Path, mapping: str) -> Path | None:
    if not mapping:
        return None
    given = path.with_name("given")
    given.write_text(mapping, encoding="utf-8")
    return given
