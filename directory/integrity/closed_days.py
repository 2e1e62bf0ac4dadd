"""Which listings a value closes for a time, and how many somebody closed alone: no more than they may hide (SAFETY I1).

It counts however it is said: by the button of a page, an edit of hours, the command line, or an undoing.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.applying import brought_back_by, ended_by
from directory.integrity.table import HIDDEN_FOR
from directory.listings.drafts import FactDraft
from directory.listings.fields import Schedule, decode_value
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Actor
from directory.vocabulary import terms

# The place of a note that says it is closed, among the notes to everybody.
NOTE: Final = "closure"
# A holiday is no closure: so many days may be taken out of so many.
_HOLIDAYS, _OF_DAYS = 3, 14
_FIELDS = ("schedule", "alert")


class Closing(msgspec.Struct, frozen=True):
    """How many listings somebody would have closed for a time, alone and lately; whether one of these is a hotline."""

    count: int = 0
    is_hotline: bool = False


def closing_of(
    session: Session,
    changed: Iterable[tuple[Record, FactDraft | Fact | None, Fact | None]],
    *,
    by: Actor,
    now: dt.datetime,
) -> Closing:
    """What saying these values (each on a record, in the place of another) closes, if anything."""
    shut: set[int] = set()
    for record, said, held in changed:
        if said is not None and _closes(said.field, said.slot, _value(said), _value(held), today=now.date()):
            shut |= _listings_of(session, record)
    if not shut:
        return Closing()
    return Closing(len(shut | _closed_lately(session, by, now=now)), _has_hotline(session, shut))


def _closes(field: str, slot: str, said: Any, held: Any, *, today: dt.date) -> bool:
    if field == "alert":
        return slot == NOTE
    if not isinstance(said, Schedule):
        return False
    before = set(held.closed) if isinstance(held, Schedule) else set()
    days = sorted(dt.date.fromisoformat(day) for day in said.closed if day >= today.isoformat())
    new = {day for day in days if day.isoformat() not in before}
    return any(
        days[last] - days[first] < dt.timedelta(days=_OF_DAYS) and not new.isdisjoint(days[first : last + 1])
        for first, last in enumerate(range(_HOLIDAYS, len(days)))
    )


def _closed_lately(session: Session, by: Actor, *, now: dt.datetime) -> set[int]:
    """The listings that somebody closed for a time in the last hours, and that nobody else's yes stands behind."""
    changes = session.scalars(
        sa.select(Change.id).where(
            Change.proposed_by == by.id, Change.decided_by.is_(None), Change.state == "applied",
            Change.proposed_at > now - HIDDEN_FOR, Change.intends.is_(None),
        )
    ).all()  # fmt: skip
    found: set[int] = set()
    for change in changes:
        born = _facts(session, sa.or_(Fact.change_id == change, Fact.id.in_(brought_back_by(session, change))))
        if not born:
            continue
        ended = {
            (one.record_id, one.field, one.slot): one for one in _facts(session, Fact.id.in_(ended_by(session, change)))
        }
        for one in born:
            held = ended.get((one.record_id, one.field, one.slot))
            if _closes(one.field, one.slot, _value(one), _value(held), today=(now - HIDDEN_FOR).date()):
                found |= _listings_of(session, session.get_one(Record, one.record_id))
    return found


def _facts(session: Session, which: sa.ColumnElement[bool]) -> Sequence[Fact]:
    return session.scalars(sa.select(Fact).where(which, Fact.field.in_(_FIELDS), Fact.value.is_not(None))).all()


def _value(said: FactDraft | Fact | None) -> Any:
    return decode_value(said.field, said.value or "{}") if isinstance(said, Fact) else said and said.value


def _listings_of(session: Session, record: Record) -> set[int]:
    """The listings for which a value on this record holds."""
    below = (Record.id, Record.service_id, Record.organization_id, Record.location_id)
    return set(
        session.scalars(
            sa.select(Record.id).where(Record.kind == "listing", sa.or_(*(column == record.id for column in below)))
        )
    )


def _has_hotline(session: Session, listings: set[int]) -> bool:
    kinds = terms.expand_kind("hotline")
    owners = sa.select(Record.id, Record.service_id).where(Record.id.in_(listings)).subquery()
    return (
        session.scalar(
            sa.select(Fact.id)
            .join(owners, sa.or_(Fact.record_id == owners.c.id, Fact.record_id == owners.c.service_id))
            .where(Fact.field == "kind", Fact.slot.in_(kinds), Fact.standing == "current")
            .limit(1)
        )
        is not None
    )
