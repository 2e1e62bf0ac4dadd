"""Where prepared rows go: into the directory, or, in a dry run, nowhere."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Protocol, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.alone import alone
from directory.bootstrap import working_network
from directory.db import Database
from directory.errors import DirectoryError, RefusedError
from directory.intake.deciding import Decided
from directory.intake.held_runs import HeldError, digest_of, hold_run, release_for, use_up
from directory.intake.missing import mark_missing
from directory.intake.plan import Plan
from directory.intake.planning import (
    Done,
    Look,
    Unread,
    carry_out,
    change_of,
    listed,
    look_at,
    make_plan,
    new_row,
    plan_of,
    row_of,
    withdraw_unread,
)
from directory.intake.service import SourceRow, StoredRow, see_again, store_rows
from directory.integrity.conflicts import conflicts_of_run
from directory.listings.changes import Author
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.people.service import command_line_person
from directory.sources.models import ImportRun, Source, SourceRecord
from directory.sources.service import BUSY, ensure_source, finish_run, import_of, require_running, start_run
from importers.matching.gathering import without_texts
from importers.matching.joining import Joined, join_drafts, join_run
from importers.matching.said import say_of_rows

# Provisional ids of dry runs: the same row has the same id in every dry run of its source.
_PROVISIONAL = uuid.UUID("6f1d1a52-0a3c-4a63-9a52-3f0f6d1c7b0e")


def kept_mapping(database: Database, source: str) -> str:
    """The text of the mapping file with which a source was read last; empty if it has none."""
    with database.reading() as session:
        return session.scalar(sa.select(Source.mapping).where(Source.key == source)) or ""


@contextmanager
def only_one(database: Database, source: str) -> Iterator[None]:
    """Let nobody else bring something of a source in, or take it back, meanwhile.

    Raises:
        RefusedError: somebody does, in this process or another.
    """
    with alone(database.engine, import_of(source)) as is_mine:
        if not is_mine:
            raise RefusedError(BUSY)
        yield


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

    @property
    def has_rows(self) -> bool:
        """Whether earlier runs of the source brought something; what it would change is looked at first then."""
        ...

    def look(self, look: Look, rows: Sequence[SourceRow]) -> set[str]:
        """Look at a batch before anything is stored; keys of the rows that say what they said before."""
        ...

    def follow(self, look: Look) -> None:
        """Carry out what the document changes, once all of it was looked at; raises ``HeldError`` if it is too much."""
        ...

    def put(self, rows: Sequence[SourceRow], seen: Collection[str] = ()) -> list[StoredRow]:
        """Store a batch, in one transaction. ``seen``: keys of rows that are known to say what they said before."""
        ...

    def holds(self, key: str) -> bool:
        """Whether an earlier run of the source brought a record by this key."""
        ...

    def join(self, *, unnamed: str) -> Joined:
        """Join what the run brought; ``unnamed`` is the name of organizations that the source does not name."""
        ...

    def finish(self, look: Look, unread: Iterable[Unread], totals: Mapping[str, int]) -> Plan | None:
        """Close the run as applied, after all rows are stored; what came of it."""
        ...


class Planner:
    """Finds out what a document would change, and changes nothing."""

    def __init__(
        self,
        database: Database,
        source: str,
        *,
        reader: str,
        by: int | None = None,
        decided: Decided | None = None,
    ) -> None:
        """``by`` is who imports, without it whoever commands act as; ``decided`` what people said beforehand."""
        self._database, self._source, self._reader = database, source, reader
        self._by, self._decided = by, decided

    @property
    def has_rows(self) -> bool:
        """See ``RowStore``."""
        with self._database.reading() as session:
            found = sa.select(SourceRecord.id).join(Source, Source.id == SourceRecord.source_id)
            found = found.where(Source.key == self._source, SourceRecord.record_id.is_not(None))
            return session.scalar(found.limit(1)) is not None

    def look(self, look: Look, rows: Sequence[SourceRow]) -> set[str]:
        """See ``RowStore``."""
        with self._database.reading() as session:
            source_id = session.scalar(sa.select(Source.id).where(Source.key == self._source)) or 0
            return look_at(session, look, rows, source_id=source_id)

    def holds(self, key: str) -> bool:
        """See ``RowStore``."""
        with self._database.reading() as session:
            found = sa.select(SourceRecord.id).join(Source, Source.id == SourceRecord.source_id)
            found = found.where(
                Source.key == self._source, SourceRecord.source_key == key, SourceRecord.record_id.is_not(None)
            )
            return session.scalar(found) is not None

    def plan(self, look: Look) -> Plan:
        """What the document would change; all that is written on the way is rolled back."""
        plans = []
        with suppress(_RolledBack), self._database.transaction() as session:
            run, network, by = self._open(session)
            plans.append(make_plan(session, run, look, network_id=network, by=by, decided=self._decided))
            raise _RolledBack
        return plans[0]

    def _open(self, session: Session) -> tuple[ImportRun, int, int]:
        now = session.info["now"]
        source = ensure_source(session, key=self._source, kind="file", trust="feed")
        run = start_run(session, source, reader=self._reader, now=now)
        return run, working_network(session).id, self._person(session)

    def _person(self, session: Session) -> int:
        return self._by or command_line_person(session, now=session.info["now"]).id


class _RolledBack(Exception):  # noqa: N818 - it is no error
    """Takes back all that a plan wrote."""


class Store(Planner):
    """Stores rows in the directory's working network."""

    def __init__(
        self,
        database: Database,
        source: str,
        *,
        reader: str,
        mapping: str = "",
        by: int | None = None,
        decided: Decided | None = None,
    ) -> None:
        """``mapping`` is the text of the source's mapping file; it is kept for the next run."""
        self._mapping = mapping
        super().__init__(database, source, reader=reader, by=by, decided=decided)
        self._source_id = 0
        self._finished = False
        self._existing: set[str] = set()
        self._followed: dict[str, StoredRow] = {}
        self._done = Done()
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
            # A run that was killed could not say so itself; nothing else of this source runs (``only_one``).
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
        with suppress(sa.exc.SQLAlchemyError, DirectoryError), self._database.transaction() as session:
            finish_run(session, self._run(session), state="failed", totals={}, now=session.info["now"])

    def follow(self, look: Look) -> None:
        """See ``RowStore``."""
        plan = self.plan(look)
        if plan.holds:
            self._hold_unless_released(plan, look)
        with self._database.reading() as session:
            self._existing = listed(session, self._source_id)
        for rows in look.portions():
            with self._database.transaction() as session:
                run, network, by = self._open(session)
                done = carry_out(session, run, rows, network_id=network, by=by, decided=self._decided)
            self._count([stored for stored, _ in done])
            self._followed |= {stored.source_key: stored for stored, _ in done}
            self._done.changes += [change for _, change in done]

    def _count(self, rows: Sequence[StoredRow]) -> None:
        self.withdrawn += sum(row.withdrawn for row in rows)
        self.proposed += sum(row.proposed for row in rows)

    def _hold_unless_released(self, plan: Plan, look: Look) -> None:
        secret = look.made_confidential()
        digest = digest_of(look.digest, plan, self._decided, confidential={key for key, *_ in secret})
        with self._database.transaction() as session:
            run = self._run(session)
            if release_for(session, self._source_id, digest) is not None:
                return
            author = Author("import", "a source says so", self._person(session), run.id)
            withdraw_unread(session, run, secret, author=author)
            hold_run(session, run, plan, digest=digest, now=session.info["now"])
            self._finished = True
        raise HeldError(run.id, plan)

    def join(self, *, unnamed: str) -> Joined:
        """See ``RowStore``."""
        if self._decided is not None and self._decided.likes:
            with self._database.transaction() as session:
                say_of_rows(session, self._source_id, self._decided, now=session.info["now"])
        return join_run(self._database, self.run_id or 0, self._source_id, unnamed=unnamed)

    def put(self, rows: Sequence[SourceRow], seen: Collection[str] = ()) -> list[StoredRow]:
        """See ``RowStore``."""
        # What the document changes was carried out before.
        followed = [self._followed[row.source_key] for row in rows if row.source_key in self._followed]
        rows = [row for row in rows if row.source_key not in self._followed]
        with self._database.transaction() as session:
            run, network, by = self._open(session)
            now = session.info["now"]
            stored = store_rows(session, run, rows, network_id=network, by=by, decided=self._decided, now=now)
            again = see_again(session, run, seen, now=now)
            for one in stored:
                if one.what in {"changed", "closed"}:
                    self._done.changes.append(change_of(session, one, self._record_of(session, one.source_key)))
        self._count(stored)
        unread = {row.source_key for row in rows if row.draft is None}
        new = [
            new_row(row.source_key, row.draft)
            for row, one in zip(rows, stored, strict=True)
            if one.what == "new" and row.draft is not None
        ]
        self._done.new += [one.name for one in new]
        self._done.new_organizations += sum(not one.organization for one in new)
        self._done.new_rows += new
        self._done.unchanged += len(again)
        self._done.unchanged += sum(one.what == "unchanged" and one.source_key not in unread for one in stored)
        return [*followed, *stored, *again]

    def _record_of(self, session: Session, key: str) -> int:
        found = sa.select(SourceRecord.record_id).where(
            SourceRecord.source_id == self._source_id, SourceRecord.source_key == key
        )
        return session.scalar(found) or 0

    def finish(self, look: Look, unread: Iterable[Unread], totals: Mapping[str, int]) -> Plan | None:
        """See ``RowStore``."""
        with self._database.reading() as session:
            self.conflicts = len(conflicts_of_run(session, self.run_id or 0))
        with self._database.transaction() as session:
            run, _, by = self._open(session)
            now = session.info["now"]
            author = Author("import", "a source says so", by, run.id)
            unseen = withdraw_unread(session, run, unread, author=author)
            self._done.changes += unseen
            self.withdrawn += sum(one.effect == "withdrawn" for one in unseen)
            self.proposed += sum(len(one.differences) for one in unseen)
            if look.is_whole and look.keys:
                gone = mark_missing(session, run, look.keys, author=author, now=now)
                self._done.changes += [row_of(session, one.source_key, one.record_id, "gone") for one in gone]
            use_up(session, self._source_id)
            finish_run(session, run, state="applied", totals=totals, now=now)
        self._finished = True
        return plan_of(self._source, self._done, existing=self._existing, is_whole=look.is_whole, on=now.date())

    def _open(self, session: Session) -> tuple[ImportRun, int, int]:
        if self.run_id is None:
            return super()._open(session)
        return self._run(session), working_network(session).id, self._person(session)

    def _run(self, session: Session) -> ImportRun:
        # Nobody ends it before this transaction is over; and what was ended meanwhile writes nothing more.
        run = session.get_one(ImportRun, self.run_id, with_for_update=True, populate_existing=True)
        if run.state != "running":
            raise DirectoryError("This run was ended by somebody else.")
        return run


class DryRun:
    """Stores nothing, and gives ids that stay the same from one dry run to the next."""

    run_id: int | None = None
    withdrawn = 0
    proposed = 0
    conflicts = 0
    has_rows = False

    def __init__(self, source: str) -> None:
        self._source = source
        self._drafts: dict[str, OrganizationDraft | ServiceDraft] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def look(self, look: Look, rows: Sequence[SourceRow]) -> set[str]:  # noqa: ARG002
        """See ``RowStore``."""
        return set()

    def follow(self, look: Look) -> None:
        """See ``RowStore``."""

    def put(self, rows: Sequence[SourceRow], seen: Collection[str] = ()) -> list[StoredRow]:  # noqa: ARG002
        """See ``RowStore``."""
        self._drafts |= {row.source_key: without_texts(row.draft) for row in rows if row.draft is not None}
        return [self._provisional(row) for row in rows]

    def holds(self, key: str) -> bool:  # noqa: ARG002
        """See ``RowStore``."""
        return False

    def join(self, *, unnamed: str) -> Joined:
        """See ``RowStore``."""
        return join_drafts(self._drafts, source=self._source, unnamed=unnamed, provisional=self._public_ids)

    def finish(self, look: Look, unread: Iterable[Unread], totals: Mapping[str, int]) -> Plan | None:
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
