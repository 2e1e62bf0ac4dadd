"""What one change writes: rows that are born, transitions of rows that existed, and its entry in the audit chain."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import insert_rows, reserve_ids
from directory.listings.disclosure import FREE_TEXT_PARTS
from directory.listings.drafts import FactDraft
from directory.listings.fields import FIELDS, RecordKind
from directory.listings.models import Change, ChangeItem, Fact, Record

_encoder = msgspec.json.Encoder(order="deterministic")
# Text fields that are identifiers rather than prose: a digest covers their text.
_WHOLE_TEXT = frozenset({"name", "url", "email", "status"})


class Author(msgspec.Struct, frozen=True):
    """Who brings a change about: a person, an import run, or both; and which change it undoes, if it does."""

    kind: str
    reason: str
    by: int | None = None
    run_id: int | None = None
    undoes: int | None = None


class Terms(msgspec.Struct, frozen=True):
    """What a proposal needs before it is applied.

    Attributes:
        needs_proof: a key has to speak for it (a call to the old number, a look-up ...).
        intends: what is wanted of the record as a whole (``models.INTENTIONS``), where no fact says it.
        holds: codes of what looks wrong with the value, with blanks between.
        broke_glass: two admins do it without a key, and everybody is told.
    """

    needs_proof: bool = True
    intends: str | None = None
    holds: str = ""
    broke_glass: bool = False


_USUAL = Terms()


class NewFact(msgspec.Struct, frozen=True):
    """A fact that was just written."""

    id: int
    record_id: int
    draft: FactDraft


class Ids:
    """Ids reserved for one bulk write, handed out in order."""

    def __init__(self, session: Session, table: type[Any], count: int) -> None:
        self._next = reserve_ids(session, table, count) if count else 0

    def take(self) -> int:
        """The next id."""
        self._next += 1
        return self._next - 1


def change_row(
    id_: int, author: Author, *, subject_id: int | None, state: str, now: dt.datetime, terms: Terms = _USUAL
) -> dict[str, Any]:
    """A row of ``change``: applied at once, or proposed and waiting for a second person and, mostly, a proof."""
    proposed = state == "proposed"
    return {
        "id": id_, "kind": author.kind, "state": state, "subject_id": subject_id, "run_id": author.run_id,
        "needs_second": proposed, "needs_proof": proposed and terms.needs_proof, "proposed_by": author.by,
        "proposed_at": now, "reason": author.reason, "intends": terms.intends, "holds": terms.holds,
        "broke_glass": terms.broke_glass, "undoes_id": author.undoes,
    }  # fmt: skip


def fact_row(
    id_: int, record_id: int, kind: RecordKind, draft: FactDraft, *, standing: str, change_id: int
) -> dict[str, Any]:
    """A row of ``fact``."""
    return {
        "id": id_, "record_id": record_id, "record_kind": kind, "field": draft.field, "slot": draft.slot,
        "value": draft.stored, "match_key": draft.match_key, "standing": standing, "tier": draft.shown_to,
        "change_id": change_id,
    }  # fmt: skip


def digest(facts: Iterable[tuple[int, str, str, str]], *, location_ids: Iterable[int] = ()) -> str:
    """A digest of (record id, field, slot, stored value) for the audit chain, so that a value changed behind it shows.

    It covers no fact of a location and no free text: a digest of those would keep what may have to be withdrawn
    (SAFETY L17), and withdrawing them would break it.
    """
    places = set(location_ids)
    kept = []
    for record_id, field, slot, stored in facts:
        if record_id in places or FIELDS[field].is_text:
            continue
        value = msgspec.json.decode(stored)
        if field not in _WHOLE_TEXT:
            value = {key: part for key, part in value.items() if key not in FREE_TEXT_PARTS}
        kept.append([record_id, field, slot, value])
    return hashlib.sha256(_encoder.encode(kept)).hexdigest()[:32]


def applied_act(
    change_id: int,
    facts: Sequence[dict[str, Any]],
    *,
    by: int | None,
    ended: Sequence[Fact] = (),
    verb: str = "change.applied",
) -> Act:
    """The audit entry of a change: its id and digests of what it added and ended."""
    places = [row["record_id"] for row in facts if row["record_kind"] == "location"]
    places += [fact.record_id for fact in ended if fact.record_kind == "location"]
    body: dict[str, Any] = {
        "change": change_id,
        "added": digest(
            ((row["record_id"], row["field"], row["slot"], row["value"]) for row in facts), location_ids=places
        ),
    }
    if ended:
        body["ended"] = digest(
            ((f.record_id, f.field, f.slot, f.value) for f in ended if f.value is not None), location_ids=places
        )
    return Act(verb, str(change_id), body, by)


class OpenChange:
    """One change being written row by row (an edit, a revised source row, a withdrawal).

    Bulk imports of new rows do not use it; see ``service.create``.
    """

    def __init__(
        self,
        session: Session,
        author: Author,
        *,
        subject_id: int | None,
        now: dt.datetime,
        state: str = "applied",
        terms: Terms = _USUAL,
    ) -> None:
        self.session, self.author, self.state, self.now = session, author, state, now
        self.id = reserve_ids(session, Change, 1)
        row = change_row(self.id, author, subject_id=subject_id, state=state, now=now, terms=terms)
        session.execute(sa.insert(Change), [row])
        self._seq = 0
        self._added: list[dict[str, Any]] = []
        self._ended: list[Fact] = []
        # (emptied fact, fact that says what is left of it): evidence of the one speaks for the other.
        self.said_again: list[tuple[int, int]] = []
        self._followed: dict[str, str] = {}

    def item(self, entity: str, entity_id: int, before: dict[str, Any] | None, *, op: str = "update") -> None:
        """Note the transition of a row that existed: the columns as they were (never a value)."""
        stored = None if before is None else _encoder.encode(before).decode()
        row = {
            "change_id": self.id, "seq": self._seq, "op": op, "entity": entity, "entity_id": entity_id,
            "before": stored,
        }  # fmt: skip
        self.session.execute(sa.insert(ChangeItem), [row])
        self._seq += 1

    def items(self, entity: str, moved: Sequence[tuple[int, dict[str, Any] | None]], *, op: str = "update") -> None:
        """Note the transitions of many rows at once: of each its id, and the columns as they were."""
        rows = [
            {
                "change_id": self.id, "seq": seq, "op": op, "entity": entity, "entity_id": entity_id,
                "before": None if before is None else _encoder.encode(before).decode(),
            }
            for seq, (entity_id, before) in enumerate(moved, self._seq)
        ]  # fmt: skip
        insert_rows(self.session, ChangeItem, rows)
        self._seq += len(rows)

    def add(self, record: Record, draft: FactDraft) -> NewFact:
        """Write a fact: current in an applied change, proposed in a proposal."""
        fact_id = reserve_ids(self.session, Fact, 1)
        standing = "current" if self.state == "applied" else "proposed"
        kind: Any = record.kind
        row = fact_row(fact_id, record.id, kind, draft, standing=standing, change_id=self.id)
        self.session.execute(sa.insert(Fact), [row])
        self._added.append(row)
        return NewFact(fact_id, record.id, draft)

    def end(self, fact: Fact) -> None:
        """Let a current fact become past."""
        self.item("fact", fact.id, {"standing": fact.standing})
        self.session.execute(sa.update(Fact).where(Fact.id == fact.id).values(standing="past"))
        self._ended.append(fact)

    def bring_back(self, fact: Fact) -> None:
        """Let a past fact be current again: the same row, with the evidence that hangs on it."""
        self.item("fact", fact.id, {"standing": fact.standing})
        self.session.execute(sa.update(Fact).where(Fact.id == fact.id).values(standing="current"))

    def purge(self, fact: Fact) -> None:
        """Empty a fact for ever. Its row stays, because evidence may hang on it."""
        if fact.standing == "purged":
            return
        self.item("fact", fact.id, None, op="purge")
        self.session.execute(
            sa.update(Fact).where(Fact.id == fact.id).values(standing="purged", value=None, match_key=None)
        )

    def say_again(self, fact: Fact, record: Record, draft: FactDraft) -> NewFact:
        """Empty a current fact for ever, and say in its place what is left of it.

        The new fact is written before the old one is emptied: the database lets one person empty a confirmed number
        only where the same number follows it.
        """
        fact_id = reserve_ids(self.session, Fact, 1)
        kind: Any = record.kind
        row = fact_row(fact_id, record.id, kind, draft, standing="proposed", change_id=self.id)
        self.session.execute(sa.insert(Fact), [row])
        if fact.field == "phone" and fact.record_kind != "location" and fact.value is not None:
            # The chain tells later that the number which follows is the one that was emptied.
            self._followed[str(fact_id)] = digest([(fact.record_id, fact.field, fact.slot, fact.value)])
        self.purge(fact)
        self.session.execute(sa.update(Fact).where(Fact.id == fact_id).values(standing="current"))
        self._added.append(row)
        self.said_again.append((fact.id, fact_id))
        return NewFact(fact_id, record.id, draft)

    def set_record(self, record: Record, **values: Any) -> None:
        """Change columns of a record, noting what they were."""
        self.item("record", record.id, {key: getattr(record, key) for key in values})
        self.session.execute(
            sa.update(Record).where(Record.id == record.id).values(version=Record.version + 1, **values)
        )

    def close(self, *, verb: str | None = None) -> None:
        """Write the audit entry: the last act of a change."""
        verb = verb or ("change.applied" if self.state == "applied" else "change.proposed")
        act = applied_act(self.id, self._added, by=self.author.by, ended=self._ended, verb=verb)
        if self._followed:
            act.body["said_again"] = self._followed
        record(self.session, [act], now=self.now)
