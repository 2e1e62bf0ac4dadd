"""Where prepared rows go: into the directory, or, in a dry run, nowhere."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.db import Database, in_portions
from directory.intake.hidden import propose_closing
from directory.intake.revision import withdraw
from directory.intake.service import SourceRow, StoredRow, store_rows
from directory.integrity.conflicts import conflicts_of_run
from directory.listings.changes import Author
from directory.listings.drafts import LocationDisclosure, OrganizationDraft, ServiceDraft
from directory.listings.models import Record
from directory.people.service import command_line_person
from directory.sources.models import ImportRun, Source, SourceRecord
from directory.sources.service import ensure_source, finish_run, require_running, start_run
from importers.matching.gathering import without_texts
from importers.matching.joining import Joined, join_drafts, join_run

# Provisional ids of dry runs: the same row has the same id in every dry run of its source.
_PROVISIONAL = uuid.UUID("6f1d1a52-0a3c-4a63-9a52-3f0f6d1c7b0e")

# Of a service whose row did not come in although an earlier one may have: its key, its policy and its area, and whether
# its source keeps it from the public now, so that people have to decide about it.
Unread = tuple[str, LocationDisclosure, str | None, bool]


def kept_mapping(database: Database, source: str) -> str:
    """The text of the mapping file with which a source was read last; empty if it has none."""
    with database.reading() as session:
        return session.scalar(sa.select(Source.mapping).where(Source.key == source)) or ""


class RowStore(Protocol):
    """What a run writes to. ``withdrawn``, ``proposed`` and ``conflicts`` count what its rows brought about."""

    run_id: int | None
    withdrawn: int
    proposed: int
    conflicts: int

    def __enter__(self) -> Self:
        """Begin a run."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, as failed if there was an error."""
        ...

    def put(self, rows: Sequence[SourceRow]) -> list[StoredRow]:
        """Store a batch, in one transaction."""
        ...

    def holds(self, key: str) -> bool:
        """Whether an earlier run of the source brought a record by this key."""
        ...

    def withdraw(self, unread: Iterable[Unread]) -> None:
        """Make services confidential that the directory holds from earlier, and whose rows did not come in now.

        Where the source keeps one from the public, that its listings be closed is proposed.
        """
        ...

    def join(self, *, unnamed: str) -> Joined:
        """Join what the run brought; ``unnamed`` is the name of organizations that the source does not name."""
        ...

    def finish(self, totals: Mapping[str, int]) -> None:
        """Close the run as applied."""
        ...


class Store:
    """Stores rows in the directory's working network, as the person that commands act as."""

    def __init__(self, database: Database, source: str, *, reader: str, mapping: str = "") -> None:
        """``mapping`` is the text of the source's mapping file; it is kept for the next run."""
        self._mapping = mapping
        self._database = database
        self._source = source
        self._reader = reader
        self._source_id = 0
        self._finished = False
        self.run_id: int | None = None
        self.withdrawn = 0
        self.proposed = 0
        self.conflicts = 0

    def __enter__(self) -> Self:
        with self._database.transaction() as session:
            now = session.info["now"]
            source = ensure_source(session, key=self._source, kind="file", trust="feed")
            require_running(source)
            if self._mapping:
                source.mapping = self._mapping
            # A run that was killed could not say so itself.
            died = sa.update(ImportRun).where(ImportRun.source_id == source.id, ImportRun.state == "running")
            session.execute(died.values(state="failed", finished_at=now))
            run = start_run(session, source, reader=self._reader, now=now)
            self._source_id, self.run_id = source.id, run.id
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or self._finished:
            return
        # Where not even this can be written, what went wrong before is what people should hear of.
        with suppress(sa.exc.SQLAlchemyError), self._database.transaction() as session:
            finish_run(session, self._run(session), state="failed", totals={}, now=session.info["now"])

    def put(self, rows: Sequence[SourceRow]) -> list[StoredRow]:
        """See ``RowStore``."""
        with self._database.transaction() as session:
            now = session.info["now"]
            by = command_line_person(session, now=now).id
            network = working_network(session).id
            stored = store_rows(session, self._run(session), rows, network_id=network, by=by, now=now)
        self.withdrawn += sum(row.withdrawn for row in stored)
        self.proposed += sum(row.proposed for row in stored)
        return stored

    def holds(self, key: str) -> bool:
        """See ``RowStore``."""
        with self._database.reading() as session:
            return bool(self._records(session, [key]))

    def withdraw(self, unread: Iterable[Unread]) -> None:
        """See ``RowStore``."""
        wanted = {key: (disclosure, area, is_hidden) for key, disclosure, area, is_hidden in unread}
        if not wanted:
            return
        with self._database.transaction() as session:
            now = session.info["now"]
            author = Author("import", "a source says so", command_line_person(session, now=now).id, self.run_id)
            for seen, record in self._records(session, sorted(wanted)):
                # Another row's withdrawal may have closed it in the meantime.
                session.refresh(record)
                disclosure, area, is_hidden = wanted[seen.source_key]
                if disclosure != "public" and record.location_disclosure == "public":
                    withdraw(session, record.id, disclosure=disclosure, area=area, author=author, now=now)
                    self.withdrawn += 1
                if is_hidden:
                    self.proposed += propose_closing(session, record, author=author, now=now)
                # A digest of what the row said when it was public is a trace of its place.
                seen.digest = None

    def join(self, *, unnamed: str) -> Joined:
        """See ``RowStore``."""
        return join_run(self._database, self.run_id or 0, self._source_id, unnamed=unnamed)

    def finish(self, totals: Mapping[str, int]) -> None:
        """See ``RowStore``."""
        with self._database.reading() as session:
            self.conflicts = len(conflicts_of_run(session, self.run_id or 0))
        with self._database.transaction() as session:
            finish_run(session, self._run(session), state="applied", totals=totals, now=session.info["now"])
        self._finished = True

    def _run(self, session: Session) -> ImportRun:
        return session.get_one(ImportRun, self.run_id)

    def _records(self, session: Session, keys: Sequence[str]) -> list[tuple[SourceRecord, Record]]:
        found: list[tuple[SourceRecord, Record]] = []
        for portion in in_portions(keys):
            rows = session.execute(
                sa.select(SourceRecord, Record)
                .join(Record, Record.id == SourceRecord.record_id)
                .where(SourceRecord.source_id == self._source_id, SourceRecord.source_key.in_(portion))
                .order_by(SourceRecord.id)
            )
            found += [(seen, record) for seen, record in rows]
        return found


class DryRun:
    """Stores nothing, and gives ids that stay the same from one dry run to the next."""

    run_id: int | None = None
    withdrawn = 0
    proposed = 0
    conflicts = 0

    def __init__(self, source: str) -> None:
        self._source = source
        self._drafts: dict[str, OrganizationDraft | ServiceDraft] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def put(self, rows: Sequence[SourceRow]) -> list[StoredRow]:
        """See ``RowStore``."""
        self._drafts |= {row.source_key: without_texts(row.draft) for row in rows if row.draft is not None}
        return [self._provisional(row) for row in rows]

    def holds(self, key: str) -> bool:  # noqa: ARG002
        """See ``RowStore``."""
        return False

    def withdraw(self, unread: Iterable[Unread]) -> None:
        """See ``RowStore``."""

    def join(self, *, unnamed: str) -> Joined:
        """See ``RowStore``."""
        return join_drafts(self._drafts, source=self._source, unnamed=unnamed, provisional=self._public_ids)

    def finish(self, totals: Mapping[str, int]) -> None:
        """See ``RowStore``."""

    def _public_ids(self, key: str) -> Sequence[str]:
        draft = self._drafts.get(key)
        if not isinstance(draft, ServiceDraft):
            return (self._id(key),)
        return [self._id(one) for one in _listing_keys(key, draft)]

    def _provisional(self, row: SourceRow) -> StoredRow:
        if row.draft is None:
            return StoredRow(row.source_key, "none")
        if not isinstance(row.draft, ServiceDraft):
            return StoredRow(row.source_key, "new", self._id(row.source_key))
        keys = _listing_keys(row.source_key, row.draft)
        return StoredRow(
            row.source_key, "new", self._id(row.draft.organization_key), tuple(self._id(key) for key in keys)
        )

    def _id(self, key: str) -> str:
        return str(uuid.uuid5(_PROVISIONAL, f"{self._source}/{key}"))


def _listing_keys(key: str, draft: ServiceDraft) -> list[str]:
    return [site.source_key for site in draft.sites] or [f"{key} listing"]
