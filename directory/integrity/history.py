"""What happened to a listing: each change with what stood there before and after, by whom, when and why."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.reach import family
from directory.integrity.undoing import brought_records, moved_by
from directory.listings.fields import decode_plain
from directory.listings.models import Change, Fact
from directory.listings.queries import get_record
from directory.people.models import Person

# What may be opened by a press that is noted, and not read here by the way.
_NOT_SHOWN = frozenset({"contact"})


class PastValue(msgspec.Struct, frozen=True):
    """What a change did to one place: its field and slot, and what stood there, as plain JSON.

    ``before`` and ``after`` are None where nothing stood, or where values are not shown: of a place never (SAFETY
    L17), nor whom to ask for, nor what was emptied for good. ``is_shown`` tells the two apart.
    """

    field: str
    slot: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    is_shown: bool


class PastChange(msgspec.Struct, frozen=True):
    """A line of a listing's history.

    Attributes:
        id: of the change.
        at: when it was decided; while it waits, when it was proposed.
        by: the name of whoever brought it about; empty for a source or a program.
        role: theirs.
        second: who decided it, where that was another.
        kind: import, edit, undo ...
        state: applied, proposed, declined, undone.
        reason: why, in the words of whoever did it.
        intends: what was wanted of the listing as a whole; empty where it was values.
        values: what it did, place by place.
        can_be_undone: whether undoing it is possible now.
        is_built_upon: whether it was an edit of which something was changed again since.
    """

    id: int
    at: dt.datetime
    by: str
    role: str
    second: str
    kind: str
    state: str
    reason: str
    intends: str
    values: tuple[PastValue, ...]
    can_be_undone: bool
    is_built_upon: bool


def history(session: Session, listing_id: int, *, limit: int = 50) -> list[PastChange]:
    """What happened to a listing and to what its page is made of, the latest first."""
    ids = [one.id for one in family(session, get_record(session, listing_id))]
    born_in = sa.select(Fact.change_id).where(Fact.record_id.in_(ids))
    changes = session.scalars(
        sa.select(Change)
        .where(sa.or_(Change.subject_id.in_(ids), Change.id.in_(born_in)))
        .order_by(Change.id.desc())
        .limit(limit)
    ).all()
    wanted = {one.proposed_by for one in changes} | {one.decided_by for one in changes}
    people = {one.id: one for one in session.scalars(sa.select(Person).where(Person.id.in_(wanted - {None})))}
    return [_line(session, change, people) for change in changes]


def _line(session: Session, change: Change, people: Mapping[int, Person]) -> PastChange:
    born, ended = moved_by(session, change.id)
    could_be = (
        change.state == "applied"
        and change.kind in {"edit", "undo"}
        and change.intends is None
        and bool(born or ended)
        and not brought_records(session, change.id)
    )
    stands = all(fact.standing == "current" for fact in born) and all(fact.standing == "past" for fact in ended)
    by = people.get(change.proposed_by or 0)
    second = people.get(change.decided_by or 0) if change.decided_by != change.proposed_by else None
    return PastChange(
        id=change.id,
        at=change.decided_at or change.proposed_at,
        by=by.name if by else "",
        role=by.role if by else "",
        second=second.name if second else "",
        kind=change.kind,
        state=change.state,
        reason=change.reason,
        intends=change.intends or "",
        values=_values(born, ended),
        can_be_undone=could_be and stands,
        is_built_upon=could_be and not stands,
    )


def _values(born: Iterable[Fact], ended: Iterable[Fact]) -> tuple[PastValue, ...]:
    after = {(fact.record_id, fact.field, fact.slot): fact for fact in born}
    before = {(fact.record_id, fact.field, fact.slot): fact for fact in ended}
    return tuple(_value(before.get(place), after.get(place)) for place in dict.fromkeys((*before, *after)))


def _value(before: Fact | None, after: Fact | None) -> PastValue:
    both = [fact for fact in (before, after) if fact is not None]
    one = both[0]
    is_shown = (
        one.record_kind != "location" and one.field not in _NOT_SHOWN and all(fact.value is not None for fact in both)
    )
    return PastValue(
        one.field, one.slot, _plain(before) if is_shown else None, _plain(after) if is_shown else None, is_shown
    )


def _plain(fact: Fact | None) -> Mapping[str, Any] | None:
    return None if fact is None else decode_plain(fact.value or "{}")
