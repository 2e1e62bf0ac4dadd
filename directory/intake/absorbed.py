"""What was merged into a listing: the merges that stand, with the names of what they took in."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.integrity.queries import listing_of, name_of
from directory.integrity.reach import family, is_in_scope
from directory.listings import merging
from directory.listings.models import Change, ChangeItem, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.models import Person


class Absorbed(msgspec.Struct, frozen=True):
    """A merge that stands.

    Attributes:
        change: its number.
        kind: of the two: organization, service or listing.
        name: of what was taken in.
        survivor: the name of what goes on.
        listing: the public id of the listing that shows it best.
        at: when it was merged.
        by: by whom; empty for an import.
        records: the ids of what was merged away; ``gone``: of what was taken in.
        stays: the id of what goes on.
    """

    change: int
    kind: str
    name: str
    survivor: str
    listing: str
    at: dt.datetime
    by: str
    records: tuple[int, ...]
    stays: int
    gone: int


def absorbed_by(session: Session, listing: Record) -> list[Absorbed]:
    """The merges by which a listing's page is made of more than its own: of it, its service and its organization."""
    own = [one.id for one in family(session, listing) if one.kind in merging.KINDS]
    gone = session.scalars(
        sa.select(Record.id)
        .where(Record.merged_into.in_(own), Record.kind.in_(merging.KINDS), Record.standing == "merged")
        .order_by(Record.id)
    )
    changes = dict.fromkeys(filter(None, (merging.merge_of(session, one) for one in gone)))
    return [told for told in (_told(session, one) for one in changes) if told is not None]


def show_merge(session: Session, change_id: int, *, by: Actor) -> Absorbed:
    """One merge that stands; raises ``NotFoundError``, also where ``by`` does not work on all that it made one."""
    told = _told(session, change_id)
    if told is None:
        raise NotFoundError("There is no such merge.")
    if not all(is_in_scope(session, get_record(session, one), by=by) for one in (told.stays, *told.records)):
        raise NotFoundError("There is no such merge.")
    return told


def _told(session: Session, change_id: int) -> Absorbed | None:
    change = session.get(Change, change_id)
    if change is None or change.kind != "merge" or change.state != "applied":
        return None
    items = sa.select(ChangeItem.entity_id).where(ChangeItem.change_id == change_id, ChangeItem.entity == "record")
    gone = session.scalars(
        sa.select(Record).where(Record.id.in_(items), Record.kind.in_(merging.KINDS)).order_by(Record.id)
    ).all()
    stays = get_record(session, change.subject_id or 0)
    # What had been merged into it before went along; the merge itself is that of its own kind which came last.
    same = [one for one in gone if one.kind == stays.kind and merging.merge_of(session, one.id) == change_id]
    if not same:
        return None
    main = next((one for one in same if not _was_gone(session, one.id, change_id)), same[0])
    by = session.get(Person, change.proposed_by) if change.proposed_by and change.run_id is None else None
    return Absorbed(
        change_id, stays.kind, name_of(session, main), name_of(session, stays), listing_of(session, stays),
        change.decided_at or change.proposed_at, by.name if by else "", tuple(one.id for one in gone), stays.id,
        main.id,
    )  # fmt: skip


def _was_gone(session: Session, record_id: int, change_id: int) -> bool:
    """Whether a record had been merged before this merge, which only led it on."""
    before = session.scalar(
        sa.select(ChangeItem.before).where(
            ChangeItem.change_id == change_id, ChangeItem.entity == "record", ChangeItem.entity_id == record_id
        )
    )
    return '"standing"' not in (before or "")
