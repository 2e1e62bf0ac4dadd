"""Pairs of records that may be one: remembered, decided once, and never asked about again.

Importers find them. What is certain is merged by the run itself, unless a rule wants a person; everything else waits
here until somebody says "same" or "different".
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.clock import day_number
from directory.db import in_portions, queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.intake.absorbed import show_merge
from directory.intake.pairs import Verdict, get_pair
from directory.integrity.joining import merge_by, reasons_against, require_keeper
from directory.integrity.reach import Verified, verified_families
from directory.integrity.settling import Parted, Settled, merge_settled, part
from directory.integrity.table import HIDDEN_FOR, MOST_HIDINGS
from directory.listings import merging
from directory.listings.changes import Author
from directory.listings.models import Change, ChangeItem, Record
from directory.listings.queries import get_record, survivor_of
from directory.people.actor import Actor
from directory.sources.models import MatchPair

# What a pair says of why it is one that no sign showed, but a person.
SAID, SAID_SCORE = "said", 1000
MOST_DAYS = 365
_ONE, _TWO = "somebody said that they are one", "somebody said that they are two"
_ONE_UNASKED = "somebody said that they are one, which no sign had shown"
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


def pair_of(session: Session, one_id: int, other_id: int, *, by: Actor, now: dt.datetime) -> int:
    """The pair of two records that somebody takes for one, to be looked at and decided; made if there is none.

    Raises:
        NotFoundError: ``by`` does not work on both.
        RefusedError: ``by`` may not decide about pairs, or the two are not two of a kind.
    """
    queue_writers(session)
    require_keeper(session, (one_id, other_id), by=by, now=now)
    one, other = get_record(session, one_id), get_record(session, other_id)
    if one.id == other.id or one.kind != other.kind or one.kind not in merging.KINDS:
        raise RefusedError("Only two organizations, two services or two listings can be the same.")
    ordered = min(one.id, other.id), max(one.id, other.id)
    found = session.scalar(
        sa.select(MatchPair).where(MatchPair.left_id == ordered[0], MatchPair.right_id == ordered[1])
    )
    if found is None:
        found = MatchPair(
            left_id=ordered[0], right_id=ordered[1], score=SAID_SCORE, why=f'["{SAID}"]', verdict="review", found_at=now
        )
        session.add(found)
        session.flush()
    return found.id


def decide_same(
    session: Session,
    pair_id: int,
    *,
    by: Actor,
    now: dt.datetime,
    survivor: str = "",
    chosen: Mapping[int, str] | None = None,
) -> Settled:
    """Say that two records are one: they are merged, unless values have to be decided by two people first.

    Args:
        session: a writing session.
        pair_id: of the two.
        by: whose word it is.
        now: the transaction's time.
        survivor: the public id of the one that goes on; without it that which is verified, else the one with a place,
            else the older.
        chosen: which value stands (``integrity.settling``); None = each record keeps its own.

    Raises:
        BadInputError: a choice is none.
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: it is decided already, they may not be merged, or ``by`` made more one lately than they may hide;
            the text says why.
    """
    pair = get_pair(session, pair_id, by=by)
    stays, gone = sides_of(session, pair, survivor)
    reason = _ONE_UNASKED if pair.score == SAID_SCORE else _ONE
    if chosen is None:
        settled = Settled(merge_by(session, stays, gone, by=by, reason=reason, now=now))
    else:
        settled = merge_settled(session, stays, gone, chosen, by=by, reason=reason, now=now)
    if settled.change is not None:
        _refuse_many(session, by=by, now=now)
        _decide(session, pair, "same", by=by, now=now)
    return settled


def _refuse_many(session: Session, *, by: Actor, now: dt.datetime) -> None:
    """Raise ``RefusedError`` if somebody merged more listings away than they may hide, with no sign but their own word.

    What came in lately does not count: nobody relies on it yet, and whoever reviews a list says so of many.
    """
    born = aliased(Change)
    gone = session.scalar(
        sa.select(sa.func.count(sa.distinct(Record.id)))
        .join(ChangeItem, sa.and_(ChangeItem.entity == "record", ChangeItem.entity_id == Record.id))
        .join(Change, Change.id == ChangeItem.change_id)
        .join(born, born.id == Record.change_id)
        .where(
            Change.kind == "merge", Change.state == "applied", Change.reason == _ONE_UNASKED,
            Change.proposed_by == by.id, Change.proposed_at > now - HIDDEN_FOR,
            Record.kind == "listing", Record.standing == "merged", born.proposed_at <= now - HIDDEN_FOR,
        )
    )  # fmt: skip
    if (gone or 0) > MOST_HIDINGS:
        raise RefusedError(
            f"More than {MOST_HIDINGS} listings would go into others within three days by your word alone. Leave the "
            "rest to somebody else, or for later."
        )


def sides_of(session: Session, pair: MatchPair, survivor: str = "") -> tuple[int, int]:
    """Of a pair the record that goes on and the one that is merged into it; see ``decide_same``.

    Raises:
        NotFoundError: ``survivor`` is none of the two.
        RefusedError: they are one already.
    """
    left, right = (survivor_of(session, one) or one for one in (pair.left_id, pair.right_id))
    if left == right:
        raise RefusedError("The two are one already.")
    if not survivor:
        return _order(session, left, right)
    public_ids = {str(get_record(session, one).public_id): one for one in (left, right)}
    if survivor not in public_ids:
        raise NotFoundError("That is none of the two.")
    stays = public_ids[survivor]
    return stays, left if stays == right else right


def decide_different(session: Session, pair_id: int, *, by: Actor, now: dt.datetime) -> Parted | None:
    """Say that two records are two: nobody is asked again. What parted them is returned, if they were merged.

    Raises:
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or something was merged on top of their merge.
    """
    return _part(session, get_pair(session, pair_id, by=by), "different", by=by, now=now)


def undo_decision(session: Session, pair_id: int, *, by: Actor, now: dt.datetime) -> Parted | None:
    """Let a pair be open again. What parted them is returned, if they were merged.

    Raises:
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: it is open, ``by`` may not, or something was merged on top of their merge.
    """
    pair = get_pair(session, pair_id, by=by)
    if pair.verdict == "review" and pair.put_off_until is None:
        raise RefusedError("Nobody has decided about this pair.")
    return _part(session, pair, "review", by=by, now=now)


def separate(session: Session, change_id: int, *, are_two: bool, by: Actor, now: dt.datetime) -> Parted:
    """Take a merge back, and say of the two whether they are two for good, or may be asked about again.

    Raises:
        NotFoundError: there is no such merge, or ``by`` does not work on all that it made one.
        RefusedError: ``by`` may not, or something was merged on top of it.
    """
    merge = show_merge(session, change_id, by=by)
    parted = part(session, change_id, by=by, reason=_TWO, now=now)
    about = {merge.stays, *merge.records}
    pairs = session.scalars(
        sa.select(MatchPair).where(
            MatchPair.verdict == "same", sa.or_(MatchPair.left_id.in_(about), MatchPair.right_id.in_(about))
        )
    ).all()
    apart = [one for one in pairs if survivor_of(session, one.left_id) != survivor_of(session, one.right_id)]
    if not apart:
        apart = [get_pair(session, pair_of(session, merge.stays, merge.gone, by=by, now=now))]
    for pair in apart:
        _decide(session, pair, "different" if are_two else "review", by=by, now=now)
    return parted


def put_off(session: Session, pair_id: int, *, days: int, by: Actor, now: dt.datetime) -> dt.date:
    """Leave an open pair for later: nobody is asked before that many days have passed. Returns the day.

    Raises:
        BadInputError: that are no days, or more than ``MOST_DAYS``.
        NotFoundError: there is no such pair, or ``by`` does not work on it.
        RefusedError: it is decided, or ``by`` may not.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInputError(f"Say in how many days to ask again: 1 to {MOST_DAYS}.")
    pair = get_pair(session, pair_id, by=by)
    if pair.verdict != "review":
        raise RefusedError("Somebody has decided about this pair already.")
    require_keeper(session, (pair.left_id, pair.right_id), by=by, now=now)
    pair.put_off_until = day_number(now) + days
    write_audit(session, [Act("pair.put-off", str(pair.id), {"days": days}, by.id)], now=now)
    session.flush()
    return dt.date.fromordinal(pair.put_off_until)


def _part(session: Session, pair: MatchPair, verdict: Verdict, *, by: Actor, now: dt.datetime) -> Parted | None:
    require_keeper(session, (pair.left_id, pair.right_id), by=by, now=now)
    parted = None
    if survivor_of(session, pair.left_id) == survivor_of(session, pair.right_id):
        gone = [one for one in (pair.left_id, pair.right_id) if get_record(session, one).standing == "merged"]
        merges = [found for one in gone if (found := merging.merge_of(session, one)) is not None]
        if not merges:
            raise NotFoundError("There is no merge of these two.")
        parted = part(session, max(merges), by=by, reason=_TWO, now=now)
        if survivor_of(session, pair.left_id) == survivor_of(session, pair.right_id):
            raise RefusedError("They were merged by way of others. Take those merges back first.")
    _decide(session, pair, verdict, by=by, now=now)
    return parted


def _decide(session: Session, pair: MatchPair, verdict: Verdict, *, by: Actor, now: dt.datetime) -> None:
    pair.verdict, pair.put_off_until = verdict, None
    pair.decided_by, pair.decided_at = (None, None) if verdict == "review" else (by.id, now)
    subject, body = str(pair.id), {"pair": pair.id}
    acts: dict[Verdict, Act] = {
        "same": Act("pair.same", subject, body, by.id),
        "different": Act("pair.different", subject, body, by.id),
        "review": Act("pair.opened", subject, body, by.id),
    }
    write_audit(session, [acts[verdict]], now=now)
    session.flush()


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
