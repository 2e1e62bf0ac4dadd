"""Reads of what was imported: runs, and what became of the rows of one.

A run belongs to nobody's area, so who works on a part of the directory sees of it what is about that part.
"""

import datetime as dt
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError, RefusedError
from directory.intake.breaker import HOLDS
from directory.intake.pairs import PairLine, open_pairs_with
from directory.integrity.in_scope import records_in_scope
from directory.integrity.queries import Proposal, listing_of, name_of, open_changes
from directory.listings.models import Change, Record
from directory.people.actor import Actor
from directory.people.models import Person
from directory.people.policy import KEEPERS, WORKING_NETWORK
from directory.sources.models import ImportRun, Source, SourceRecord

# Waiting: it came in, and values of it wait for people.
RunState = Literal["running", "held", "released", "waiting", "applied", "undone", "failed"]
OUTCOMES = ("accepted", "repaired", "quarantined", "rejected")
RUNS_SHOWN = 50
ROWS_SHOWN = 100


class RunLine(msgspec.Struct, frozen=True):
    """A run: what was read, when, by whom, and how it stands.

    Attributes:
        id: its number.
        source: key of what was read.
        reader: how it was read.
        at: when it began.
        by: who started it; empty where nothing of it came in.
        state: how it stands.
        totals: rows by what became of them.
        waiting: how many values of it wait for people.
        holds: why it was held, in words.
    """

    id: int
    source: str
    reader: str
    at: dt.datetime
    by: str
    state: RunState
    totals: dict[str, int]
    waiting: int
    holds: tuple[str, ...]


class RowLine(msgspec.Struct, frozen=True):
    """What became of one row: its key at the source, the outcome, rules, the reason, and a listing that shows it.

    ``name`` and ``kind`` are those of the record; empty where it did not come in.
    """

    key: str
    name: str
    kind: str
    outcome: str
    rules: tuple[str, ...]
    reason: str
    listing: str


class RunInFull(msgspec.Struct, frozen=True):
    """One run with its rows, a page of them at a time.

    Attributes:
        line: what the list says of it.
        rows: those with the outcome that was asked for.
        outcomes: how many there are of each outcome, of those that no later run has read again.
        has_more: whether there are more rows than on this page.
        proposals: values of it that wait, the oldest first.
        pairs: what may be one with something that is here, as far as its source brought it.
        can_be_kept: whether whoever asks may release it or take it back.
    """

    line: RunLine
    rows: tuple[RowLine, ...]
    outcomes: dict[str, int]
    has_more: bool
    proposals: tuple[Proposal, ...]
    pairs: tuple[PairLine, ...]
    can_be_kept: bool


def keeps_imports(by: Actor) -> bool:
    """Whether somebody may bring documents in, release them and take them back: what they hold knows no area."""
    return by.role == "admin" or (by.role in KEEPERS and ("network", WORKING_NETWORK) in by.scopes)


def require_keeping(by: Actor) -> None:
    """Raise ``RefusedError`` where ``keeps_imports`` says no."""
    if not keeps_imports(by):
        raise RefusedError("A coordinator of the whole network, or an admin, has to do that.")


def list_runs(session: Session, *, by: Actor, page: int = 0) -> tuple[list[RunLine], bool]:
    """The runs that somebody may know of, the latest first, ``RUNS_SHOWN`` a page; and whether there are more."""
    query = sa.select(ImportRun).order_by(ImportRun.id.desc())
    within = _within(by)
    if within is not None:
        own = sa.select(SourceRecord.run_id).where(SourceRecord.record_id.in_(within))
        query = query.where(ImportRun.id.in_(own))
    found = list(session.scalars(query.offset(page * RUNS_SHOWN).limit(RUNS_SHOWN + 1)))
    return _lines(session, found[:RUNS_SHOWN], sees_all=within is None), len(found) > RUNS_SHOWN


def show_run(session: Session, run_id: int, *, by: Actor, outcome: str = "", page: int = 0) -> RunInFull:
    """One run with the rows of one outcome, or all.

    Raises:
        NotFoundError: there is none, or nothing of it is about what ``by`` works on.
    """
    run = session.get(ImportRun, run_id)
    within = _within(by)
    rows = sa.select(SourceRecord).where(SourceRecord.run_id == run_id)
    if within is not None:
        rows = rows.where(SourceRecord.record_id.in_(within))
    counted = rows.with_only_columns(SourceRecord.outcome, sa.func.count()).group_by(SourceRecord.outcome)
    outcomes = {row[0]: row[1] for row in session.execute(counted)}
    if run is None or (within is not None and not outcomes):
        raise NotFoundError("There is no such run.")
    if outcome in OUTCOMES:
        rows = rows.where(SourceRecord.outcome == outcome)
    found = list(session.scalars(rows.order_by(SourceRecord.id).offset(page * ROWS_SHOWN).limit(ROWS_SHOWN + 1)))
    return RunInFull(
        line=_lines(session, [run], sees_all=within is None)[0],
        rows=tuple(_row(session, one) for one in found[:ROWS_SHOWN]),
        outcomes={name: outcomes[name] for name in OUTCOMES if name in outcomes},
        has_more=len(found) > ROWS_SHOWN,
        # What others propose may be for fewer eyes than a partner's.
        proposals=tuple(open_changes(session, by=by, run_id=run_id)) if by.role in KEEPERS else (),
        pairs=tuple(open_pairs_with(session, run.source_id)) if within is None else (),
        can_be_kept=within is None and by.role in KEEPERS,
    )


def _within(by: Actor) -> sa.Select[tuple[int]] | None:
    """The records of which somebody may know what was imported; None where that is all of them."""
    return None if keeps_imports(by) else records_in_scope(by)


def _lines(session: Session, runs: list[ImportRun], *, sees_all: bool) -> list[RunLine]:
    ids = [run.id for run in runs]
    keys = {one.id: one.key for one in session.scalars(sa.select(Source))}
    people = sa.select(Change.run_id, sa.func.min(Person.name)).join(Person, Person.id == Change.proposed_by)
    named = session.execute(people.where(Change.run_id.in_(ids)).group_by(Change.run_id))
    started = {row[0]: row[1] for row in named}
    open_ones = sa.select(Change.run_id, sa.func.count()).where(Change.run_id.in_(ids), Change.state == "proposed")
    found = session.execute(open_ones.group_by(Change.run_id)) if sees_all else ()
    waiting: dict[int | None, int] = {row[0]: row[1] for row in found}
    return [
        RunLine(
            run.id, keys[run.source_id], run.reader, run.started_at, started.get(run.id, ""),
            _state(run, waiting.get(run.id, 0)), _totals(run), waiting.get(run.id, 0),
            tuple(HOLDS.get(code, code) for code in run.holds.split()),
        )
        for run in runs
    ]  # fmt: skip


def _state(run: ImportRun, waiting: int) -> RunState:
    if run.state == "held" and run.released_by is not None:
        return "released"
    if run.state == "applied" and waiting:
        return "waiting"
    state: RunState = run.state  # type: ignore[assignment]
    return state


def _totals(run: ImportRun) -> dict[str, int]:
    return msgspec.json.decode(run.totals or "{}", type=dict[str, int])


def _row(session: Session, seen: SourceRecord) -> RowLine:
    record = session.get(Record, seen.record_id) if seen.record_id is not None else None
    listing = listing_of(session, record) if record is not None else ""
    if record is not None and record.kind != "listing" and listing == str(record.public_id):
        # An organization that offers nothing has no page.
        listing = ""
    name, kind = (name_of(session, record), record.kind) if record is not None else ("", "")
    return RowLine(
        seen.source_key, name, kind, seen.outcome, tuple((seen.rules or "").split()), seen.reason or "", listing
    )
