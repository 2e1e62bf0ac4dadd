"""What was agreed between two organizations, for those who may read it: who keeps listings, and the two themselves.

A merge is a pointer, so an agreement follows the organization that goes on. Law enforcement reads none (SAFETY A10).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.handoff.models import Protocol
from directory.integrity.in_scope import records_in_scope, which_in_scope
from directory.integrity.queries import name_of
from directory.listings.models import Record
from directory.listings.queries import find_record, get_record, joined_ids, survivors_of
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.people.queries import names_of
from directory.values.plain_text import folded
from directory.vetting.queries import is_kept_away_by_vetting
from directory.worklist.asked import within
from directory.worklist.models import WorkLine

# So many days before an agreement is to be looked at again, it is on the list of what is due.
REVIEWED_WITHIN_DAYS = 30
MOST_LINES = 500
_MOST_FOUND, _MOST_WORDS = 20, 5


class Side(msgspec.Struct, frozen=True):
    """One of the two: public id and name of the organization that goes on, its record, and whether it is listed."""

    id: str
    name: str
    record_id: int
    is_listed: bool


class Agreed(msgspec.Struct, frozen=True):
    """One version of an agreement as somebody sees it.

    Attributes:
        id: of this version.
        refers: who sends people.
        takes: who takes them.
        signed: the day of the paper.
        reference: where that lies.
        steps: what was agreed, in order.
        respond_minutes: in how long who takes people answers.
        review: the day on which it is to be looked at again.
        is_due: whether that day has come; nothing ends by it.
        by: who wrote it here, and ``written`` when.
        ended: since when it counts no longer; None while it does.
        doubted_by: who of the two said that this is not what they agreed; empty if nobody did.
        doubted: when.
        is_own_doubt: whether it was whoever asks.
        may_write: whether whoever asks may change and end it.
        is_within: whether both are one organization by now.
    """

    id: str
    refers: Side
    takes: Side
    signed: dt.date
    reference: str
    steps: tuple[str, ...]
    respond_minutes: int
    review: dt.date
    is_due: bool
    by: str
    written: dt.date
    ended: dt.date | None
    doubted_by: str
    doubted: dt.date | None
    is_own_doubt: bool
    may_write: bool
    is_within: bool


def speaks_for(session: Session, by: Actor) -> set[int]:
    """The organizations that somebody speaks for, as what they go on as."""
    keys = []
    for kind, key in by.scopes:
        try:
            keys += [uuid.UUID(key)] if kind == "organization" else []
        except ValueError:
            continue
    named = sa.select(Record.id).where(Record.public_id.in_(keys), Record.kind == "organization")
    own = [by.organization_id] if by.organization_id is not None else []
    return set(survivors_of(session, [*session.scalars(named), *own]).values())


def kept_by(session: Session, organization_ids: Iterable[int], *, by: Actor) -> set[int]:
    """Those of these organizations that somebody works on: by themselves, or by something that they offer."""
    asked = set(organization_ids)
    if by.role == "admin":
        return asked
    joined = joined_ids(session, asked)
    records = [get_record(session, one) for one in sorted(joined)]
    query = records_in_scope(by)
    within = which_in_scope(session, records, by=by)
    within |= set(session.scalars(query.where(query.selected_columns.id.in_(joined))))
    kept = set(survivors_of(session, within).values())
    survivors = survivors_of(session, asked)
    return {one for one in asked if survivors[one] in kept}


def organizations_like(session: Session, words: str, *, by: Actor) -> list[Side]:
    """The organizations that somebody works on whose name has these words; a few of many, the same name first."""
    wanted = folded(words).split()[:_MOST_WORDS]
    if not wanted:
        return []
    query = sa.select(WorkLine.organization_id, WorkLine.organization).where(WorkLine.standing == "listed").distinct()
    query = query.where(*(WorkLine.by_organization.contains(word) for word in wanted))
    rows = session.execute(query if by.role == "admin" else query.where(within(by))).all()
    found = {one for one, name in rows if all(word in folded(name) for word in wanted)}
    sides = _sides(session, sorted(set(survivors_of(session, found).values())))
    exactly = " ".join(wanted)
    return sorted(sides.values(), key=lambda one: (folded(one.name) != exactly, folded(one.name), one.id))[:_MOST_FOUND]


def organization_of(session: Session, public_id: str, *, by: Actor) -> Side | None:
    """The organization with this public id, if somebody works on it."""
    try:
        record = find_record(session, public_id, kind="organization")
    except NotFoundError:
        return None
    goes_on = survivors_of(session, [record.id])[record.id]
    return _sides(session, kept_by(session, [goes_on], by=by)).get(goes_on)


def protocols(session: Session, *, by: Actor, now: dt.datetime, words: str = "") -> list[Agreed]:
    """The agreements that count and that somebody may read, by name; ``words``: those with these in a name."""
    wanted = folded(words).split()
    found = [
        one
        for one in _shown(session, _current(session), by=by, now=now)
        if all(word in folded(f"{one.refers.name} {one.takes.name}") for word in wanted)
    ]
    return sorted(found, key=lambda one: (folded(one.refers.name), folded(one.takes.name), one.id))[:MOST_LINES]


def protocol(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> tuple[Agreed, list[Agreed]]:
    """A version, and every version between the same two in that direction, the latest first.

    Raises:
        NotFoundError: there is none, or ``by`` may not know of it.
    """
    row = row_of(session, public_id)
    here = _shown(session, [row], by=by, now=now)
    if not here:
        raise NotFoundError("There is no such agreement.")
    every = session.scalars(sa.select(Protocol).where(*_same_pair(session, row)).order_by(Protocol.id.desc())).all()
    return here[0], _shown(session, every, by=by, now=now)


def between(session: Session, organization_id: int, *, by: Actor, now: dt.datetime) -> list[Agreed]:
    """What was agreed with an organization: by those that somebody speaks for, or by any for whoever keeps listings."""
    with_them = joined_ids(session, [organization_id])
    rows = session.scalars(
        sa.select(Protocol)
        .where(Protocol.ended_on.is_(None), sa.or_(Protocol.from_id.in_(with_them), Protocol.to_id.in_(with_them)))
        .order_by(Protocol.id)
    ).all()
    return [one for one in _shown(session, rows, by=by, now=now) if not one.is_within]


def due_for_review(session: Session, *, by: Actor, now: dt.datetime) -> list[Agreed]:
    """What is to be looked at again within the days of ``REVIEWED_WITHIN_DAYS``, or was; and what one of two doubts."""
    last = now.date() + dt.timedelta(days=REVIEWED_WITHIN_DAYS)
    found = [one for one in protocols(session, by=by, now=now) if one.review <= last or one.doubted_by]
    return sorted(found, key=lambda one: (one.review, one.id))


def row_of(session: Session, public_id: str) -> Protocol:
    """The version with this public id; raises ``NotFoundError``."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise NotFoundError("There is no such agreement.") from None
    row = session.scalar(sa.select(Protocol).where(Protocol.public_id == wanted))
    if row is None:
        raise NotFoundError("There is no such agreement.")
    return row


def current_between(session: Session, from_id: int, to_id: int) -> list[Protocol]:
    """What counts from one to another, and to what was merged into them: one, but for what a merge brought together."""
    return list(
        session.scalars(
            sa.select(Protocol)
            .where(
                Protocol.from_id.in_(joined_ids(session, [from_id])), Protocol.to_id.in_(joined_ids(session, [to_id])),
                Protocol.ended_on.is_(None),
            )
            .order_by(Protocol.id)
        )
    )  # fmt: skip


def _current(session: Session) -> Sequence[Protocol]:
    return session.scalars(sa.select(Protocol).where(Protocol.ended_on.is_(None)).order_by(Protocol.id)).all()


def _same_pair(session: Session, row: Protocol) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return (
        Protocol.from_id.in_(joined_ids(session, [row.from_id])),
        Protocol.to_id.in_(joined_ids(session, [row.to_id])),
    )


def _shown(session: Session, rows: Sequence[Protocol], *, by: Actor, now: dt.datetime) -> list[Agreed]:
    """Those of these that somebody may read, in their order."""
    goes_on = survivors_of(session, {one for row in rows for one in (row.from_id, row.to_id)})
    every = set(goes_on.values())
    kept = kept_by(session, every, by=by) if by.role in KEEPERS else set()
    own = every & speaks_for(session, by) if by.role in {*KEEPERS, "partner"} else set()
    seen = [row for row in rows if {goes_on[row.from_id], goes_on[row.to_id]} & (kept | own)]
    sides = _sides(session, {goes_on[one] for row in seen for one in (row.from_id, row.to_id)})
    names = names_of(session, {one for row in seen for one in (row.by_id, row.doubted_by) if one is not None})
    return [
        _as_seen(row, sides[goes_on[row.from_id]], sides[goes_on[row.to_id]], names, kept, by=by, now=now)
        for row in seen
    ]


def _as_seen(
    row: Protocol, refers: Side, takes: Side, names: Mapping[int, str], kept: Collection[int], *, by: Actor,
    now: dt.datetime,
) -> Agreed:  # fmt: skip
    review = dt.date.fromordinal(row.review_on)
    return Agreed(
        str(row.public_id), refers, takes, dt.date.fromordinal(row.signed_on), row.reference,
        tuple(row.steps.split("\n")), row.respond_minutes, review, review <= now.date(), names.get(row.by_id, ""),
        dt.date.fromordinal(row.written_on), _day(row.ended_on),
        names.get(row.doubted_by, "somebody") if row.doubted_by is not None else "", _day(row.doubted_on),
        row.doubted_by == by.id, {refers.record_id, takes.record_id} <= set(kept),
        refers.record_id == takes.record_id,
    )  # fmt: skip


def _sides(session: Session, organization_ids: Collection[int]) -> dict[int, Side]:
    found = {}
    for record_id in sorted(organization_ids):
        record = get_record(session, record_id)
        is_listed = record.standing == "listed" and not is_kept_away_by_vetting(session, [record_id])
        found[record_id] = Side(str(record.public_id), name_of(session, record), record_id, is_listed)
    return found


def _day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date.fromordinal(number)
