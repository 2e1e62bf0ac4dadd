"""Write and verify the audit chain.

Every entry holds the hash of the one before it, so a changed, removed, inserted or reordered row shows. What the chain
cannot show by itself is that its end was cut off; that needs an anchor kept elsewhere.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.db import in_portions, queue_writers

FIRST = b"\0" * 32
_encoder = msgspec.json.Encoder(order="deterministic")


class Act(msgspec.Struct, frozen=True):
    """Something done that is about to enter the chain.

    Attributes:
        verb: such as ``change.applied``.
        subject: the id of what it was done to, as text.
        body: ids, digests and states only; never a value (SAFETY I8, L17).
        by_id: who did it; None for the program itself.
    """

    verb: str
    subject: str
    body: dict[str, Any]
    by_id: int | None = None


def record(session: Session, acts: Iterable[Act], *, now: dt.datetime) -> None:
    """Append acts to the chain in their order. Writers queue here until commit, so the chain never forks."""
    queue_writers(session)
    last = session.execute(sa.select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    seq, previous = (last.seq, bytes(last.hash)) if last else (0, FIRST)
    rows: list[dict[str, Any]] = []
    for act in acts:
        seq += 1
        body = _canonical(act, seq=seq, now=now)
        digest = hashlib.sha256(previous + body.encode()).digest()
        rows.append(
            {
                "seq": seq, "at": now, "verb": act.verb, "by_id": act.by_id, "subject": act.subject, "body": body,
                "prev_hash": previous, "hash": digest,
            }
        )  # fmt: skip
        previous = digest
    for portion in in_portions(rows):
        session.execute(sa.insert(AuditEntry), portion)


def _canonical(act: Act, *, seq: int, now: dt.datetime) -> str:
    whole = {
        "seq": seq, "at": now.astimezone(dt.UTC).isoformat(), "verb": act.verb, "by": act.by_id,
        "subject": act.subject, "body": act.body,
    }  # fmt: skip
    return _encoder.encode(whole).decode()


def broken_at(session: Session) -> int | None:
    """The first ``seq`` at which the chain does not hold together; None when it holds.

    Checks order, links, hashes and that the columns beside the body say what the body says.
    """
    previous, expected = FIRST, 1
    for entry in session.execute(sa.select(AuditEntry).order_by(AuditEntry.seq)).scalars().yield_per(1_000):
        told = msgspec.json.decode(entry.body)
        columns = {
            "seq": entry.seq, "at": entry.at.isoformat(), "verb": entry.verb, "by": entry.by_id,
            "subject": entry.subject,
        }  # fmt: skip
        digest = hashlib.sha256(previous + entry.body.encode()).digest()
        is_sound = (
            entry.seq == expected
            and bytes(entry.prev_hash) == previous
            and bytes(entry.hash) == digest
            and all(told.get(key) == value for key, value in columns.items())
        )
        if not is_sound:
            return expected
        previous, expected = digest, expected + 1
    return None
