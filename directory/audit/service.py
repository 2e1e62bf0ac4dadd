"""Write and walk the audit chain.

Every entry holds the hash of the one before it, so a changed, removed, inserted or reordered row shows. What the chain
cannot show by itself is that its end was cut off, or that all of it was written anew: that needs a seal
(``directory.audit.signing``) and an anchor kept elsewhere (``directory.audit.anchor``).
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.db import insert_rows, queue_writers

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


class Head(msgspec.Struct, frozen=True):
    """The end of the chain: the number and the hash of its last entry; 0 and ``FIRST`` while it is empty."""

    seq: int
    hash: bytes


def head(session: Session) -> Head:
    """The end of the chain. In a writing session nobody appends to it until the commit."""
    queue_writers(session)
    last = session.execute(sa.select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    return Head(last.seq, bytes(last.hash)) if last else Head(0, FIRST)


def record(
    session: Session, acts: Iterable[Act], *, now: dt.datetime, sign: Callable[[bytes], bytes] | None = None
) -> None:
    """Append acts to the chain in their order. Writers queue here until commit, so the chain never forks.

    Args:
        session: a writing session.
        acts: what was done.
        now: the transaction's time.
        sign: gives the signature of an entry's hash; only seals have one.
    """
    last = head(session)
    seq, previous = last.seq, last.hash
    rows: list[dict[str, Any]] = []
    for act in acts:
        seq += 1
        body = _canonical(act, seq=seq, now=now)
        digest = hashlib.sha256(previous + body.encode()).digest()
        rows.append(
            {
                "seq": seq, "at": now, "verb": act.verb, "by_id": act.by_id, "subject": act.subject, "body": body,
                "prev_hash": previous, "hash": digest, "signature": sign(digest) if sign else None,
            }
        )  # fmt: skip
        previous = digest
    insert_rows(session, AuditEntry, rows)


def _canonical(act: Act, *, seq: int, now: dt.datetime) -> str:
    whole = {
        "seq": seq, "at": now.astimezone(dt.UTC).isoformat(), "verb": act.verb, "by": act.by_id,
        "subject": act.subject, "body": act.body,
    }  # fmt: skip
    return _encoder.encode(whole).decode()


class Entry(msgspec.Struct, frozen=True):
    """A row of the chain as it was found, whoever wrote it.

    Attributes:
        seq: the place at which it stands, counted.
        verb: what its body says was done; empty when the body cannot be read.
        subject: to what.
        at: when, in ISO 8601.
        body: ids, digests and states of its act.
        hash: of the entry before it and its body; of a sound entry the one that is stored.
        previous: the hash of the entry before it.
        signature: what stands in that column, whatever it is.
        is_sound: whether it stands in its place, is linked to the entry before it, has the hash of what it says, and
            says in its columns what it says in its body.
    """

    seq: int
    verb: str
    subject: str
    at: str
    body: dict[str, Any]
    hash: bytes
    previous: bytes
    signature: Any
    is_sound: bool


class _Told(msgspec.Struct, frozen=True):
    """What a body says."""

    seq: int
    at: str
    verb: str
    by: int | None
    subject: str
    body: dict[str, Any]


_decoder = msgspec.json.Decoder(_Told)
# As the driver gives it: in a column that somebody wrote behind our back anything may stand.
_ROWS = sa.text(
    "SELECT seq, at, verb, by_id, subject, body, prev_hash, hash, signature FROM audit_entry ORDER BY seq"
).execution_options(yield_per=1_000)


def walk(session: Session) -> Iterator[Entry]:
    """Walk the chain up to its first entry that is not sound, which is the last one given."""
    previous, seq = FIRST, 0
    try:
        with session.execute(_ROWS) as rows:
            for row in rows:
                seq += 1
                entry = _entry(row, seq=seq, previous=previous)
                yield entry
                if not entry.is_sound:
                    return
                previous = entry.hash
    except (sa.exc.DBAPIError, UnicodeDecodeError):
        # A text that is none cannot even be read.
        yield _unreadable(seq + 1, previous)


def _entry(row: Any, *, seq: int, previous: bytes) -> Entry:
    if not isinstance(row.body, str):
        return _unreadable(seq, previous)
    digest = hashlib.sha256(previous + row.body.encode(errors="replace")).digest()
    try:
        told = _decoder.decode(row.body)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return _unreadable(seq, previous)
    columns = (row.seq, _instant(row.at), row.verb, row.by_id, row.subject)
    is_sound = (
        (row.prev_hash, row.hash) == (previous, digest)
        and columns == (told.seq, told.at, told.verb, told.by, told.subject)
        and row.seq == seq
    )
    return Entry(seq, told.verb, told.subject, told.at, told.body, digest, previous, row.signature, is_sound)


def _unreadable(seq: int, previous: bytes) -> Entry:
    return Entry(seq, "", "", "", {}, b"", previous, None, is_sound=False)


def _instant(stored: Any) -> str | None:
    """A stored time as a body writes it; None for what is no time (SQLite keeps any text)."""
    try:
        instant = dt.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        return (instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant.astimezone(dt.UTC)).isoformat()
    except (AttributeError, ValueError, OverflowError):
        return None


def broken_at(session: Session) -> int | None:
    """The place of the first entry at which the chain does not hold together; None when it holds.

    Checks order, links, hashes and that the columns beside the body say what the body says. Signatures are no part of
    it: see ``directory.audit.verification``.
    """
    return next((entry.seq for entry in walk(session) if not entry.is_sound), None)
