"""What happens when a proposal is applied: in one transaction, once, and only if nothing moved on since."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import RefusedError
from directory.integrity.hiding import end_hiding
from directory.listings.changes import applied_act
from directory.listings.drafts import FactDraft
from directory.listings.fields import decode_value
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.queries import get_record, listings_of_service
from directory.listings.service import touch

_STANDINGS = {"close": "closed", "do-not-list": "do-not-list", "list": "listed", "show-again": "listed"}
_MOVED = "Something else has changed there meanwhile. Look again, and propose it anew."


def standing_of(intention: str) -> str:
    """The standing that an intention gives a record."""
    return _STANDINGS[intention]


def ended_by(session: Session, change_id: int) -> list[int]:
    """The facts that a change ends, or would end."""
    return _turned(session, change_id, '{"standing":"current"}')


def brought_back_by(session: Session, change_id: int) -> list[int]:
    """The facts that a change made current again."""
    return _turned(session, change_id, '{"standing":"past"}')


def _turned(session: Session, change_id: int, before: str) -> list[int]:
    return list(
        session.scalars(
            sa.select(ChangeItem.entity_id)
            .where(
                ChangeItem.change_id == change_id, ChangeItem.entity == "fact", ChangeItem.op == "update",
                ChangeItem.before == before,
            )
            .order_by(ChangeItem.seq)
        )
    )  # fmt: skip


def draft_of(fact: Fact) -> FactDraft:
    """A stored value as a draft, to be said once more."""
    tier: Any = fact.tier
    value = decode_value(fact.field, fact.value or "{}")
    return FactDraft(fact.field, value, slot=fact.slot, tier=tier, match_key=fact.match_key)


def digest_of(session: Session, change: Change) -> str:
    """What somebody is shown who decides about a proposal, in a few letters: its values, and those that hold today."""
    facts = session.execute(
        sa.select(Fact.id, Fact.value, Fact.standing)
        .where(sa.or_(Fact.change_id == change.id, Fact.id.in_(ended_by(session, change.id))))
        .order_by(Fact.id)
    ).all()
    standing = get_record(session, change.subject_id or 0).standing
    shown = [change.id, change.intends, standing, [list(fact) for fact in facts]]
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]


def apply_change(
    session: Session,
    change: Change,
    *,
    decided_by: int,
    proof_id: int | None,
    before: Sequence[Act],
    now: dt.datetime,
) -> None:
    """Apply a proposal that may be applied, however many try at once.

    Args:
        session: a writing session.
        change: the proposal.
        decided_by: who seconded it.
        proof_id: the evidence that speaks for it, if it needs one.
        before: entries of the audit that come first.
        now: the transaction's time.

    Raises:
        RefusedError: somebody decided it meanwhile, or what it would change has moved on.
    """
    ended = [session.get_one(Fact, fact_id, populate_existing=True) for fact_id in ended_by(session, change.id)]
    born = session.scalars(
        sa.select(Fact).where(Fact.change_id == change.id, Fact.standing == "proposed").order_by(Fact.id)
    ).all()
    if any(fact.standing != "current" for fact in ended) or _is_taken(session, born, ended):
        raise RefusedError(_MOVED)
    claimed = session.execute(
        sa.update(Change)
        .where(Change.id == change.id, Change.state == "proposed")
        .values(state="applied", decided_by=decided_by, decided_at=change.decided_at or now, proof_id=proof_id)
        .returning(Change.id)
    ).first()
    if claimed is None:
        raise RefusedError("Somebody else decided it meanwhile.")
    for fact in ended:
        session.execute(sa.update(Fact).where(Fact.id == fact.id).values(standing="past"))
    rows = [_row(fact) for fact in born]
    for fact in born:
        session.execute(sa.update(Fact).where(Fact.id == fact.id).values(standing="current"))
    verb = "change.applied"
    if change.intends is not None:
        verb = _intend(session, change, change.intends, now=now)
    session.expire_all()
    record(session, [*before, applied_act(change.id, rows, by=decided_by, ended=ended, verb=verb)], now=now)
    touch(session, change.subject_id, *(fact.record_id for fact in (*ended, *born)))


def _is_taken(session: Session, born: Sequence[Fact], ended: Sequence[Fact]) -> bool:
    """Whether a place in which a value is to stand holds another one that is not to end."""
    ending = {fact.id for fact in ended}
    for fact in born:
        holder = session.scalar(
            sa.select(Fact.id).where(
                Fact.record_id == fact.record_id, Fact.field == fact.field, Fact.slot == fact.slot,
                Fact.standing == "current",
            )
        )  # fmt: skip
        if holder is not None and holder not in ending:
            return True
    return False


def _row(fact: Fact) -> dict[str, Any]:
    return {
        "record_id": fact.record_id, "record_kind": fact.record_kind, "field": fact.field, "slot": fact.slot,
        "value": fact.value,
    }  # fmt: skip


def _intend(session: Session, change: Change, intention: str, *, now: dt.datetime) -> str:
    """Do what is wanted of the record; return the verb of the audit."""
    target = get_record(session, change.subject_id or 0)
    if intention == "open-location":
        # Its listings follow by their key.
        _set(session, change, target, location_disclosure="public", published_area=None)
        touch(session, *(one.id for one in listings_of_service(session, target.id)))
        return "location.opened"
    standing = standing_of(intention)
    _set(session, change, target, standing=standing)
    end_hiding(session, target.id, now=now)
    return f"{target.kind}.{standing}"


def _set(session: Session, change: Change, target: Record, **values: Any) -> None:
    before = msgspec.json.encode({key: getattr(target, key) for key in values}).decode()
    seq = session.scalar(sa.select(sa.func.max(ChangeItem.seq)).where(ChangeItem.change_id == change.id))
    row = {
        "change_id": change.id, "seq": 0 if seq is None else seq + 1, "op": "update", "entity": "record",
        "entity_id": target.id, "before": before,
    }  # fmt: skip
    session.execute(sa.insert(ChangeItem), [row])
    session.execute(sa.update(Record).where(Record.id == target.id).values(version=Record.version + 1, **values))
