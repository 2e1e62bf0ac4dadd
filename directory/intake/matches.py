"""Pairs of records that may be one: remembered, decided once, and never asked about again.

Importers find them. What is certain is merged by the run itself, unless a rule wants a person; everything else waits
here until somebody says "same" or "different".
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import in_portions
from directory.errors import NotFoundError, RefusedError
from directory.integrity.joining import merge_by, reasons_against, unmerge_by
from directory.integrity.queries import listing_of, name_of
from directory.integrity.reach import Verified, is_in_scope, verified_families
from directory.listings import merging
from directory.listings.changes import Author
from directory.listings.models import Record
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.sources.models import MatchPair, SourceRecord

Verdict = Literal["review", "same", "different"]
_encoder = msgspec.json.Encoder(order="deterministic")


class FoundPair(msgspec.Struct, frozen=True):
    """Two records (ids) that may be one: ``score`` per mille, ``why`` codes of signs and never a value.

    ``is_certain`` = nobody has to be asked, as far as the signs go.
    """

    left: int
    right: int
    score: int
    why: tuple[str, ...]
    is_certain: bool = False


class PairLine(msgspec.Struct, frozen=True):
    """A pair as people see it: names, kind, and the public ids of the listings that show the two best."""

    id: int
    kind: str
    names: tuple[str, str]
    listings: tuple[str, str]
    score: int
    why: tuple[str, ...]
    verdict: Verdict
    is_merged: bool


def known_pairs(session: Session, record_ids: Collection[int]) -> dict[tuple[int, int], Verdict]:
    """What was said before of pairs with one of these records: (smaller id, larger id) -> verdict."""
    found: dict[tuple[int, int], Verdict] = {}
    for portion in in_portions(sorted(record_ids)):
        for column in (MatchPair.left_id, MatchPair.right_id):
            rows = session.execute(
                sa.select(MatchPair.left_id, MatchPair.right_id, MatchPair.verdict).where(column.in_(portion))
            )
            found.update(((left, right), cast("Verdict", verdict)) for left, right, verdict in rows)
    return found


def join_pairs(session: Session, pairs: Iterable[FoundPair], *, author: Author, now: dt.datetime) -> int:
    """Merge what is certain, and remember the rest for people; return how many were merged.

    A pair that was decided before is left alone. One that is certain but may not be merged by a run (something of it is
    verified, closed, or more confidential than the other) waits for people like any other.

    Args:
        session: a writing session.
        pairs: the surest first.
        author: of the merges: kind ``merge``, with the run.
        now: the transaction's time.
    """
    listed = list(pairs)
    known = known_pairs(session, {one for pair in listed for one in (pair.left, pair.right)})
    merging_ones = _Merging(session, [pair for pair in listed if pair.is_certain], author=author, now=now)
    rows = []
    for pair in listed:
        ordered = (min(pair.left, pair.right), max(pair.left, pair.right))
        if ordered in known:
            continue
        known[ordered] = "same" if pair.is_certain and merging_ones.merge(ordered) else "review"
        rows.append(
            {
                "left_id": ordered[0], "right_id": ordered[1], "score": pair.score, "found_at": now,
                "why": _encoder.encode(list(pair.why)).decode(), "verdict": known[ordered],
            }
        )  # fmt: skip
    for portion in in_portions(rows):
        session.execute(sa.insert(MatchPair), portion)
    return merging_ones.number


class _Merging:
    """Merges the pairs of a portion that a run may merge; which families are verified is read once for all."""

    def __init__(self, session: Session, pairs: Sequence[FoundPair], *, author: Author, now: dt.datetime) -> None:
        self._session, self._author, self._now = session, author, now
        self._ids = {one for pair in pairs for one in (pair.left, pair.right)}
        self._verified = self._read()
        self.number = 0

    def _read(self) -> Verified:
        owners: set[int] = set()
        for portion in in_portions(sorted(self._ids)):
            owner = sa.func.coalesce(Record.organization_id, Record.id)
            owners.update(self._session.scalars(sa.select(owner).where(Record.id.in_(portion))))
        return verified_families(self._session, owners)

    def merge(self, pair: tuple[int, int]) -> bool:
        """Merge a pair if a run may; whether the two are one now."""
        left, right = (survivor_of(self._session, one) or one for one in pair)
        if left == right:
            return True
        for survivor, absorbed in ((left, right), (right, left)):
            try:
                against = reasons_against(self._session, survivor, absorbed, verified=self._verified)
            except RefusedError:
                continue
            if not against:
                merging.merge(self._session, survivor, absorbed, author=self._author, now=self._now)
                self.number += 1
                if any(self._verified.holds(get_record(self._session, one)) for one in (left, right)):
                    # What is one with something verified is verified from now on.
                    self._verified = self._read()
                return True
        return False


def merged_names(session: Session) -> dict[str, str]:
    """Public ids of organizations and listings that were merged -> those of what they were merged into."""
    survivor = aliased(Record)
    rows = session.execute(
        sa.select(Record.public_id, survivor.public_id)
        .join(survivor, survivor.id == Record.merged_into)
        .where(Record.kind.in_(("organization", "listing")), Record.merged_into.is_not(None))
    )
    return {str(gone): str(stays) for gone, stays in rows}


def forget_pairs(session: Session, record_ids: Collection[int]) -> None:
    """Forget pairs with records that go out of the directory for good, when the run that brought them is undone."""
    for portion in in_portions(sorted(record_ids)):
        session.execute(
            sa.delete(MatchPair).where(sa.or_(MatchPair.left_id.in_(portion), MatchPair.right_id.in_(portion)))
        )


def list_pairs(session: Session, *, verdict: Verdict = "review", limit: int = 50) -> list[PairLine]:
    """Pairs with one verdict, those with the highest score first; of open ones only what can still be decided."""
    return _lines(session, verdict, limit=limit)


def open_pairs_with(session: Session, source_id: int, *, limit: int = 50) -> list[PairLine]:
    """Open pairs of which at least one record comes from a source, those with the highest score first."""
    own = sa.select(SourceRecord.record_id).where(
        SourceRecord.source_id == source_id, SourceRecord.record_id.is_not(None)
    )
    about = sa.or_(MatchPair.left_id.in_(own), MatchPair.right_id.in_(own))
    return _lines(session, "review", about, limit=limit)


def show_pair(session: Session, pair_id: int) -> PairLine:
    """One pair; raises ``NotFoundError``."""
    return _line(session, _pair(session, pair_id))


def open_pairs_of_source(session: Session, source_id: int) -> list[tuple[str, str, int, tuple[str, ...]]]:
    """Open pairs of which both records come from rows of one source: their keys in it, score, signs."""
    one, other = aliased(Record), aliased(Record)
    pairs = session.execute(
        sa.select(MatchPair.left_id, MatchPair.right_id, MatchPair.score, MatchPair.why)
        .join(one, one.id == MatchPair.left_id)
        .join(other, other.id == MatchPair.right_id)
        .where(
            MatchPair.verdict == "review",
            sa.func.coalesce(one.merged_into, one.id) != sa.func.coalesce(other.merged_into, other.id),
        )
        .order_by(MatchPair.score.desc(), MatchPair.id)
    ).all()
    keys: dict[int, str] = {}
    for portion in in_portions(sorted({record_id for pair in pairs for record_id in pair[:2]})):
        rows = session.execute(
            sa.select(SourceRecord.record_id, SourceRecord.source_key, SourceRecord.source_id).where(
                SourceRecord.record_id.in_(portion)
            )
        )
        keys |= {record_id or 0: key for record_id, key, source in rows if source == source_id}
    return [
        (keys[left], keys[right], score, _codes(why))
        for left, right, score, why in pairs
        if left in keys and right in keys
    ]


def decide_same(session: Session, pair_id: int, *, by: Actor, now: dt.datetime) -> int:
    """Say that two records are one: they are merged. Returns the change.

    The one goes on that is verified, else the one with a place, else the older.

    Raises:
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: it is decided already, or they may not be merged; the text says why.
    """
    pair = _pair(session, pair_id, by=by)
    left, right = (survivor_of(session, one) or one for one in (pair.left_id, pair.right_id))
    if left == right:
        raise RefusedError("The two are one already.")
    survivor, absorbed = _order(session, left, right)
    change = merge_by(session, survivor, absorbed, by=by, reason="somebody said that they are one", now=now)
    _decide(pair, "same", by=by, now=now)
    session.flush()
    return change


def decide_different(session: Session, pair_id: int, *, by: Actor, now: dt.datetime) -> int | None:
    """Say that two records are two: nobody is asked again. Returns the change that parted them, if they were merged.

    Raises:
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or something was merged on top of their merge.
    """
    return _part(session, _pair(session, pair_id, by=by), "different", by=by, now=now)


def undo_decision(session: Session, pair_id: int, *, by: Actor, now: dt.datetime) -> int | None:
    """Let a pair be open again. Returns the change that parted them, if they were merged.

    Raises:
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: it is open, ``by`` may not, or something was merged on top of their merge.
    """
    pair = _pair(session, pair_id, by=by)
    if pair.verdict == "review":
        raise RefusedError("Nobody has decided about this pair.")
    return _part(session, pair, "review", by=by, now=now)


def _part(session: Session, pair: MatchPair, verdict: Verdict, *, by: Actor, now: dt.datetime) -> int | None:
    change = None
    if survivor_of(session, pair.left_id) == survivor_of(session, pair.right_id):
        gone = [one for one in (pair.left_id, pair.right_id) if get_record(session, one).standing == "merged"]
        merges = [found for one in gone if (found := merging.merge_of(session, one)) is not None]
        if not merges:
            raise NotFoundError("There is no merge of these two.")
        change = unmerge_by(session, max(merges), by=by, reason="somebody said that they are two", now=now)
        if survivor_of(session, pair.left_id) == survivor_of(session, pair.right_id):
            raise RefusedError("They were merged by way of others. Take those merges back first.")
    _decide(pair, verdict, by=by, now=now)
    session.flush()
    return change


def _decide(pair: MatchPair, verdict: Verdict, *, by: Actor, now: dt.datetime) -> None:
    pair.verdict = verdict
    pair.decided_by, pair.decided_at = (None, None) if verdict == "review" else (by.id, now)


def _order(session: Session, left: int, right: int) -> tuple[int, int]:
    """The one that goes on first: with which nobody's word is needed, then the one with a place, then the older."""
    one, other = sorted((left, right))
    if get_record(session, one).kind == "listing":
        placed = [get_record(session, record_id).location_id is not None for record_id in (one, other)]
        if placed == [False, True]:
            return other, one
    if reasons_against(session, one, other) and not reasons_against(session, other, one):
        return other, one
    return one, other


def _pair(session: Session, pair_id: int, *, by: Actor | None = None) -> MatchPair:
    pair = session.get(MatchPair, pair_id)
    if pair is not None and by is not None:
        records = [get_record(session, one) for one in (pair.left_id, pair.right_id)]
        pair = pair if all(is_in_scope(session, one, by=by) for one in records) else None
    if pair is None:
        raise NotFoundError("There is no such pair.")
    return pair


def _lines(session: Session, verdict: Verdict, *about: sa.ColumnElement[bool], limit: int) -> list[PairLine]:
    left, right = aliased(Record), aliased(Record)
    query = (
        sa.select(MatchPair)
        .join(left, left.id == MatchPair.left_id)
        .join(right, right.id == MatchPair.right_id)
        .where(MatchPair.verdict == verdict, *about)
        .order_by(MatchPair.score.desc(), MatchPair.id)
    )
    if verdict == "review":
        # Two that went into one by other pairs are decided.
        one, other = (sa.func.coalesce(side.merged_into, side.id) for side in (left, right))
        query = query.where(one != other)
    return [_line(session, pair) for pair in session.scalars(query.limit(limit))]


def _line(session: Session, pair: MatchPair) -> PairLine:
    left, right = get_record(session, pair.left_id), get_record(session, pair.right_id)
    return PairLine(
        id=pair.id,
        kind=left.kind,
        names=(name_of(session, left), name_of(session, right)),
        listings=(listing_of(session, left), listing_of(session, right)),
        score=pair.score,
        why=_codes(pair.why),
        verdict=pair.verdict,  # type: ignore[arg-type]
        is_merged=survivor_of(session, left.id) == survivor_of(session, right.id),
    )


def _codes(stored: str) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(stored, type=Sequence[str]))
