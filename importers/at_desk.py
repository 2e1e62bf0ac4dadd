"""A document that was uploaded at the desk: read by the same function as at the command line, reviewed, brought in.

Work that takes longer than a page may is done by a thread beside the pages. Whoever is killed in it loses nothing: the
document is still there, and the same press begins anew.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import structlog

from directory.db import Database
from directory.errors import DirectoryError
from directory.intake.deciding import Decided
from directory.intake.held_runs import HeldError
from directory.intake.plan import Plan
from directory.listings.withdrawal import backups_to_destroy, finish_withdrawals
from directory.settings import Settings
from directory.sources.uploads import Upload, Uploads
from importers.record import ColumnRead
from importers.report import ReadBy, Report, ReportRow
from importers.run import import_package

# How long a page waits for work before it says that it is being done.
_PATIENCE_SECONDS = 4.0
_MOST_SET_ASIDE = 2_000
_one_at_a_time = threading.Lock()


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
    """

    plan: Plan
    totals: Mapping[str, int]
    columns: tuple[ColumnRead, ...]
    mapping: str
    read_by: ReadBy
    remarks: tuple[str, ...]
    not_read: Mapping[str, int]
    set_aside: tuple[ReportRow, ...]


class Importing:
    """Reads what was uploaded and brings it in.

    Args:
        database: of the directory.
        settings: of the deployment.
        uploads: where the documents are.
    """

    def __init__(self, database: Database, settings: Settings, uploads: Uploads) -> None:
        self.uploads = uploads
        self._database, self._settings = database, settings

    def read(self, upload: Upload) -> None:
        """Find out what a document would change; waits for a few seconds at most."""
        self._start(msgspec.structs.replace(upload, stage="reading", error=""), self._read)

    def apply(self, upload: Upload, decided: Decided) -> None:
        """Bring in what people took of it; waits for a few seconds at most."""
        work = msgspec.structs.replace(upload, stage="applying", error="")
        self._start(work, lambda started: self._apply(started, decided))

    def _start(self, upload: Upload, work: Callable[[Upload], Upload]) -> None:
        thread = threading.Thread(target=self._work, args=(upload, work), name="upload", daemon=True)
        with self.uploads.working(upload.id) as is_free:
            if not is_free:
                return
            self.uploads.save(upload)
        thread.start()
        thread.join(_PATIENCE_SECONDS)

    def _work(self, upload: Upload, work: Callable[[Upload], Upload]) -> None:
        # One document at a time: it may take a lot of memory, and pages have to be answered meanwhile.
        with self.uploads.working(upload.id) as is_free, _one_at_a_time:
            if not is_free:
                return
            try:
                done = work(upload)
            except HeldError as held:
                done = msgspec.structs.replace(upload, stage="held", run=held.run)
            except DirectoryError as error:
                done = msgspec.structs.replace(upload, stage="failed", error=str(error))
            except Exception as error:  # noqa: BLE001 - the page says it, and what it says may be of a row
                structlog.get_logger().error("upload failed", error_type=type(error).__qualname__)
                done = msgspec.structs.replace(upload, stage="failed", error="Something went wrong here. Try again.")
            self.uploads.save(done)

    def _read(self, upload: Upload) -> Upload:
        with self.uploads.opened(upload) as path:
            mapping, report = path.with_name("mapping"), path.with_name("report")
            summary = import_package(
                self._database, upload.reader, path, source=upload.source, mapping=_given(path, upload.mapping),
                save_mapping=mapping if upload.reader == "file" else None, report=report,
                max_mb=self._settings.max_feed_mb, home=self._settings.country, is_plan=True, by=upload.by,
            )  # fmt: skip
            rows = msgspec.json.decode(report.read_bytes(), type=Report).rows
            text = mapping.read_text(encoding="utf-8") if mapping.exists() else ""
        # What was decided is of lines by their number, and these are other lines.
        self.uploads.write(upload.id, "decisions", {})
        aside = tuple(row for row in rows if row.status in {"quarantined", "rejected"})
        self.uploads.write(
            upload.id, "read",
            ReadUpload(
                summary.plan or Plan(upload.source, ""), summary.totals, summary.columns, text, summary.mapping,
                summary.remarks, summary.not_read, aside[:_MOST_SET_ASIDE],
            ),
        )  # fmt: skip
        return msgspec.structs.replace(upload, stage="read")

    def _apply(self, upload: Upload, decided: Decided) -> Upload:
        with self.uploads.opened(upload) as path:
            summary = import_package(
                self._database, upload.reader, path, source=upload.source, mapping=_given(path, upload.mapping),
                max_mb=self._settings.max_feed_mb, home=self._settings.country, by=decided.by.id, decided=decided,
            )  # fmt: skip
        notes = after_withdrawals(self._database) if summary.withdrawn else ()
        self.uploads.drop_document(upload.id)
        return msgspec.structs.replace(upload, stage="done", run=summary.run, notes=notes, mapping="")


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
