"""Reads of pairs of records that may be one: those that wait, those that were decided, and one of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.clock import day_number
from directory.db import in_portions
from directory.errors import NotFoundError
from directory.integrity.in_scope import records_in_scope
from directory.integrity.queries import listing_of, name_of
from directory.integrity.reach import is_in_scope
from directory.listings.models import Record
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.sources.models import MatchPair, SourceRecord

Verdict = Literal["review", "same", "different"]
# Nobody looks further; who works on a part of the directory is asked of each pair whether it is theirs.
MOST_COUNTED = 200


class PairLine(msgspec.Struct, frozen=True):
    """A pair as people see it.

    Attributes:
        id: its number.
        kind: of its records.
        names: of both.
        listings: public ids of the listings that show the two best.
        score: per mille.
        why: codes of signs.
        verdict: what was said of it.
        is_merged: whether the two are one now.
        put_off_until: the day on which it is asked about again, where somebody put it off and it has not come.
        records: public ids of both records.
    """

    id: int
    kind: str
    names: tuple[str, str]
    listings: tuple[str, str]
    score: int
    why: tuple[str, ...]
    verdict: Verdict
    is_merged: bool
    put_off_until: dt.date | None = None
    records: tuple[str, str] = ("", "")


def list_pairs(
    session: Session,
    *,
    verdict: Verdict = "review",
    limit: int = 50,
    skip: int = 0,
    by: Actor | None = None,
    put_off: bool | None = None,
) -> list[PairLine]:
    """Pairs with one verdict, those with the highest score first; of open ones only what can still be decided.

    Args:
        session: any session.
        verdict: which.
        limit: how many at most, after leaving out the first ``skip``.
        skip: see ``limit``.
        by: only pairs of which this person works on both; without one, all of them.
        put_off: only those that somebody put off to a later day, or none of those; None = both.
    """
    pairs = _pairs(session, verdict, by=by, put_off=put_off)
    return [_line(session, pair) for number, pair in enumerate(_first(pairs, skip + limit)) if number >= skip]


def count_waiting(session: Session, *, by: Actor) -> int:
    """How many pairs wait for somebody today; ``MOST_COUNTED`` where there are that many or more. 0 for no keeper."""
    if by.role not in KEEPERS:
        return 0
    return sum(1 for _ in _first(_pairs(session, "review", by=by, put_off=False), MOST_COUNTED))


def open_pairs_with(session: Session, source_id: int, *, limit: int = 50) -> list[PairLine]:
    """Open pairs of which at least one record comes from a source, those with the highest score first."""
    own = sa.select(SourceRecord.record_id).where(
        SourceRecord.source_id == source_id, SourceRecord.record_id.is_not(None)
    )
    about = sa.or_(MatchPair.left_id.in_(own), MatchPair.right_id.in_(own))
    return [_line(session, pair) for pair in _first(_pairs(session, "review", about), limit)]


def show_pair(session: Session, pair_id: int, *, by: Actor | None = None) -> PairLine:
    """One pair; raises ``NotFoundError``, also where somebody (``by``) does not work on both."""
    return _line(session, get_pair(session, pair_id, by=by))


def get_pair(session: Session, pair_id: int, *, by: Actor | None = None) -> MatchPair:
    """The row of a pair; see ``show_pair``."""
    pair = session.get(MatchPair, pair_id)
    if pair is None or not (by is None or _is_of(session, pair, by)):
        raise NotFoundError("There is no such pair.")
    return pair


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


def _pairs(
    session: Session, verdict: Verdict, *about: Any, by: Actor | None = None, put_off: bool | None = None
) -> Iterator[MatchPair]:
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
    if put_off is not None:
        is_put_off = sa.func.coalesce(MatchPair.put_off_until, 0) > day_number(session.info["now"])
        query = query.where(is_put_off if put_off else ~is_put_off)
    if by is not None and by.role != "admin":
        # The database leaves out most of what is not theirs; of the rest each is asked about.
        theirs = records_in_scope(by)
        query = query.where(*(sa.func.coalesce(side.service_id, side.id).in_(theirs) for side in (left, right)))
    for pair in session.scalars(query):
        if by is None or _is_of(session, pair, by):
            yield pair


def _first(pairs: Iterator[MatchPair], limit: int) -> list[MatchPair]:
    return [pair for pair, _ in zip(pairs, range(limit), strict=False)]


def _is_of(session: Session, pair: MatchPair, by: Actor) -> bool:
    return all(is_in_scope(session, get_record(session, one), by=by) for one in (pair.left_id, pair.right_id))


def _line(session: Session, pair: MatchPair) -> PairLine:
    left, right = get_record(session, pair.left_id), get_record(session, pair.right_id)
    is_put_off = pair.put_off_until is not None and pair.put_off_until > day_number(session.info["now"])
    return PairLine(
        id=pair.id,
        kind=left.kind,
        names=(name_of(session, left), name_of(session, right)),
        listings=(listing_of(session, left), listing_of(session, right)),
        score=pair.score,
        why=_codes(pair.why),
        verdict=pair.verdict,  # type: ignore[arg-type]
        is_merged=survivor_of(session, left.id) == survivor_of(session, right.id),
        put_off_until=dt.date.fromordinal(pair.put_off_until)
        if pair.put_off_until is not None and is_put_off
        else None,
        records=(str(left.public_id), str(right.public_id)),
    )


def _codes(stored: str) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(stored, type=Sequence[str]))
