"""Take back what one import brought: cards are then what they were before, to the byte.

What was born in the run is emptied for ever, so that nothing of a document that should not have come in stays behind;
its records stay as empty shells that nothing shows, because the program's role may delete neither facts nor records.
What the run ended comes back on the same rows, with their evidence. What a person, a call or another source has touched
since is kept, and so is what became confidential.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.alone import nobody_until_commit
from directory.audit.models import AuditEntry
from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.db import in_portions, queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.intake.matches import forget_pairs
from directory.intake.still_standing import WHY_KEPT, Item, Traces, traces_of
from directory.integrity.proposals import refusal_of
from directory.integrity.table import HIDDEN_FOR, MOST_HIDINGS, REST, Case, judge
from directory.listings.changes import Author, OpenChange
from directory.listings.fields import decode_plain
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.people.queries import actor_if_here
from directory.sources.models import Claim, ImportRun, Source, SourceRecord
from directory.sources.service import BUSY, import_of

UNDONE, ASKED = "import.undone", "import.undo-asked"
_REASON = "an import was taken back"


class Kept(msgspec.Struct, frozen=True):
    """Something that a run brought and that stays: the listing's public id, or the organization's, and why (a code)."""

    id: str
    name: str
    why: str

    @property
    def sentence(self) -> str:
        """It in words."""
        return f"{self.name or '(no name)'}: {WHY_KEPT[self.why]}"


class Undone(msgspec.Struct, frozen=True):
    """What became of a run.

    Attributes:
        run: its number.
        removed: organizations and services that it had brought and that are gone.
        restored: records whose values are what they were before.
        proposals: values that waited for people and wait no longer.
        kept: what stays.
        waits: how many listings would be gone, where a second person has to ask for the same first; 0 if it is done.
    """

    run: int
    removed: int
    restored: int
    proposals: int
    kept: tuple[Kept, ...] = ()
    waits: int = 0


def undo_run(session: Session, run_id: int, *, by: Actor, now: dt.datetime) -> Undone:
    """Take back an import, as far as nobody has touched what it brought.

    What came in lately one person takes back. Later, people rely on it: who would have more listings out of sight than
    one may hide is noted as asking for it, and a second person who asks for the same does it (SAFETY I1).

    Args:
        session: a writing session.
        run_id: of a run that came in, whole or in part.
        by: a coordinator or an admin.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such run.
        RefusedError: nothing of it came in, it was taken back already, a later run of its source stands on it, or
            something of a second person is missing.
    """
    queue_writers(session)
    run = session.get(ImportRun, run_id, populate_existing=True)
    if run is None:
        raise NotFoundError("There is no such run.")
    _check(session, run, by=by)
    session.expire_all()
    traces = traces_of(session, run)
    applied, proposed = traces.taken("applied"), traces.taken("proposed")
    kept = tuple(_kept(session, traces))
    taken = {change.id for change in (*applied, *proposed)}
    alone = _gone_for_good(traces, taken) if run.started_at <= now - HIDDEN_FOR else 0
    if alone + _alone_lately(session, by, now=now) > MOST_HIDINGS and alone:
        if _asks_first(session, run, alone, by=by, now=now):
            return Undone(run.id, 0, 0, 0, waits=alone)
        alone = 0
    author = Author("undo", _REASON, by.id)
    removed = 0
    if taken:
        undoing = OpenChange(session, author, subject_id=None, now=now)
        _empty(session, traces, taken, undoing)
        _restore(session, traces, applied, author=author, now=now)
        removed = _close(session, traces, taken, undoing)
        undoing.close()
    _set_states(session, applied, proposed, by=by, now=now)
    _forget_seen(session, run, taken, _subjects(session, [*applied, *proposed]))
    session.execute(sa.update(ImportRun).where(ImportRun.id == run.id).values(state="undone", finished_at=now))
    body = {"run": run.id, "taken": len(taken), "kept": len(kept), "alone": alone}
    declined = [Act("change.declined", str(one.id), {"change": one.id}, by.id) for one in proposed]
    write_audit(session, [*declined, Act(UNDONE, str(run.id), body, by.id)], now=now)
    session.expire_all()
    births = {record.change_id for record in traces.records}
    restored = {change.subject_id for change in applied if change.id not in births}
    return Undone(run.id, removed, len(restored), len(proposed), kept)


def _check(session: Session, run: ImportRun, *, by: Actor) -> None:
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator or an admin has to take an import back.")
    if run.state == "undone":
        raise RefusedError("It was taken back already.")
    if run.state == "held":
        raise RefusedError("It is held: nothing of it came in.")
    if not nobody_until_commit(session, import_of(session.get_one(Source, run.source_id).key)):
        raise RefusedError(BUSY)
    later = session.scalar(
        sa.select(ImportRun.id)
        .where(
            ImportRun.source_id == run.source_id,
            ImportRun.id > run.id,
            sa.or_(
                ImportRun.state.in_(("applied", "running")),
                sa.and_(ImportRun.state == "failed", sa.exists().where(Change.run_id == ImportRun.id)),
            ),
        )
        .order_by(ImportRun.id.desc())
        .limit(1)
    )
    if later is not None:
        raise RefusedError(
            f"A later run of this source stands on it. Take that back first: handrail import undo {later}"
        )


def _gone_for_good(traces: Traces, taken: set[int]) -> int:
    """How many listings that are shown would be gone."""
    return sum(
        one.kind == "listing" and one.standing == "listed" for one in traces.records if one.change_id in taken
    )  # fmt: skip


def _alone_lately(session: Session, by: Actor, *, now: dt.datetime) -> int:
    """How many went so in the last hours by this person alone."""
    bodies = session.scalars(
        sa.select(AuditEntry.body).where(
            AuditEntry.verb == UNDONE, AuditEntry.by_id == by.id, AuditEntry.at > now - HIDDEN_FOR
        )
    )
    return sum(msgspec.json.decode(body)["body"].get("alone", 0) for body in bodies)


def _asks_first(session: Session, run: ImportRun, listings: int, *, by: Actor, now: dt.datetime) -> bool:
    """Whether nobody else has asked for it lately, so that this is noted; False where ``by`` is the second.

    Raises:
        RefusedError: somebody else has, and something of a second person is missing.
    """
    asked = session.scalars(
        sa.select(AuditEntry.by_id)
        .where(AuditEntry.verb == ASKED, AuditEntry.subject == str(run.id), AuditEntry.at > now - REST)
        .order_by(AuditEntry.seq)
    ).all()
    first = next((found for one in asked if one != by.id and (found := actor_if_here(session, one))), None)
    if first is not None:
        # What nobody confirmed goes with a run, and nothing else.
        verdict = judge(Case(state="unverified", action="take-back", actor=by, proposer=first, now=now))
        if not verdict.is_allowed:
            raise refusal_of(verdict)
        return False
    if by.id not in asked:
        write_audit(session, [Act(ASKED, str(run.id), {"run": run.id, "listings": listings}, by.id)], now=now)
    return True


def _empty(session: Session, traces: Traces, taken: set[int], undoing: OpenChange) -> None:
    """Empty every fact that was born in the run, for ever."""
    born = [fact for fact in traces.facts if fact.change_id in taken]
    undoing.items("fact", [(fact.id, None) for fact in born], op="purge")
    for portion in in_portions([fact.id for fact in born]):
        session.execute(
            sa.update(Fact).where(Fact.id.in_(portion)).values(standing="purged", value=None, match_key=None)
        )
    touch(session, *{fact.record_id for fact in born})


def _close(session: Session, traces: Traces, taken: set[int], undoing: OpenChange) -> int:
    """Close every record that was born in the run; how many organizations and services those are."""
    born = [record for record in traces.records if record.change_id in taken]
    undoing.items("record", [(one.id, {"standing": one.standing}) for one in born if one.standing != "closed"])
    for portion in in_portions([record.id for record in born]):
        session.execute(
            sa.update(Record).where(Record.id.in_(portion)).values(standing="closed", version=Record.version + 1)
        )
    forget_pairs(session, [record.id for record in born])
    touch(session, *(record.id for record in born))
    return sum(record.kind in {"organization", "service"} for record in born)


def _restore(session: Session, traces: Traces, applied: Sequence[Change], *, author: Author, now: dt.datetime) -> None:
    """Replay backwards what each change had moved. A merge is records that moved, and is taken back the same way."""
    items: dict[int, list[Item]] = defaultdict(list)
    for item in traces.items:
        items[item.change_id].append(item)
    for change in reversed(applied):
        if not items[change.id]:
            continue
        kind = "unmerge" if change.kind == "merge" else "undo"
        own = msgspec.structs.replace(author, kind=kind, undoes=change.id)
        undoing = OpenChange(session, own, subject_id=change.subject_id, now=now)
        for item in reversed(items[change.id]):
            _replay(session, item, undoing, now=now)
        session.expire_all()
        undoing.close()
        touch(session, change.subject_id)


def _replay(session: Session, item: Item, undoing: OpenChange, *, now: dt.datetime) -> None:
    match item.entity:
        case "fact":
            fact = session.get_one(Fact, item.entity_id)
            undoing.bring_back(fact)
            touch(session, fact.record_id)
        case "record":
            record = get_record(session, item.entity_id)
            undoing.set_record(record, **item.before)
            touch(session, record.id, *(one for one in item.before.values() if isinstance(one, int)))
        case "claim":
            _replay_claim(session, item, undoing, now=now)
        case _:
            gone_at = _instant(item.before.get("gone_at"))
            seen = session.get_one(SourceRecord, item.entity_id)
            undoing.item("source_record", seen.id, {"gone_at": seen.gone_at.isoformat() if seen.gone_at else None})
            seen.gone_at = gone_at
            session.flush()
            touch(session, seen.record_id)


def _replay_claim(session: Session, item: Item, undoing: OpenChange, *, now: dt.datetime) -> None:
    claim = session.get_one(Claim, (item.entity_id, item.before["source_record"]))
    before = {"source_record": claim.source_record_id, "gone_at": claim.gone_at.isoformat() if claim.gone_at else None}
    undoing.item("claim", claim.fact_id, before)
    # A claim cannot be taken away, but it can have ended.
    claim.gone_at = now if item.before.get("is_new") else _instant(item.before.get("gone_at"))
    session.flush()
    touch(session, session.get_one(Fact, claim.fact_id).record_id)


def _instant(stored: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(stored) if stored else None


def _set_states(
    session: Session, applied: Sequence[Change], proposed: Sequence[Change], *, by: Actor, now: dt.datetime
) -> None:
    for portion in in_portions([change.id for change in applied]):
        session.execute(sa.update(Change).where(Change.id.in_(portion)).values(state="undone"))
    for portion in in_portions([change.id for change in proposed]):
        session.execute(
            sa.update(Change).where(Change.id.in_(portion)).values(state="declined", decided_by=by.id, decided_at=now)
        )


def _subjects(session: Session, changes: Sequence[Change]) -> set[int]:
    """What changes are about, with the services of listings and places."""
    subjects = {change.subject_id for change in changes if change.subject_id is not None}
    found = set(subjects)
    for portion in in_portions(sorted(subjects)):
        services = sa.select(Record.service_id).where(
            sa.or_(Record.id.in_(portion), Record.location_id.in_(portion)), Record.service_id.is_not(None)
        )
        found.update(one for one in session.scalars(services) if one is not None)
    return found


def _forget_seen(session: Session, run: ImportRun, taken: set[int], subjects: Iterable[int]) -> None:
    """Let rows that are taken back count as not seen, and the others as seen by the run before."""
    update = sa.update(SourceRecord).where(SourceRecord.source_id == run.source_id)
    nothing: dict[str, Any] = {"digest": None, "notes": None}
    for portion in in_portions(sorted(taken)):
        values = nothing | {"record_id": None, "change_id": None, "gone_at": None}
        session.execute(update.where(SourceRecord.change_id.in_(portion)).values(values))
    for portion in in_portions(sorted(subjects)):
        session.execute(update.where(SourceRecord.record_id.in_(portion)).values(nothing))
    before = session.scalar(
        sa.select(sa.func.max(ImportRun.id)).where(
            ImportRun.source_id == run.source_id, ImportRun.id < run.id, ImportRun.state.in_(("applied", "failed"))
        )
    )
    session.execute(update.where(SourceRecord.run_id == run.id).values(run_id=before))


def _kept(session: Session, traces: Traces) -> Iterable[Kept]:
    for change_id, why in sorted(traces.kept.items()):
        subject = session.get(Record, traces.changes[change_id].subject_id or 0)
        if subject is None:
            continue
        of = subject.service_id or subject.id
        stored = session.scalar(
            sa.select(Fact.value).where(Fact.record_id == of, Fact.field == "name", Fact.standing == "current")
        )
        yield Kept(str(subject.public_id), str(decode_plain(stored or "{}").get("text", "")), why)
