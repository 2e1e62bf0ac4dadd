"""What somebody said in a review of rows that look like something here, carried out once they have come in."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError, RefusedError
from directory.intake.deciding import Decided
from directory.intake.matches import decide_different, decide_same, pair_of
from directory.listings.models import Record
from directory.listings.queries import find_record, get_record, survivor_of
from directory.people.actor import Actor
from directory.sources.models import SourceRecord

_ORDER = ("organization", "service")


def say_of_rows(session: Session, source_id: int, decided: Decided, *, now: dt.datetime) -> int:
    """Make one what was said to be one, and remember what was said to be two; how many wait for people all the same.

    What stands here goes on, and its values stand; where they are confirmed, what the source says otherwise becomes a
    proposal. What cannot be merged yet is a pair like any other, and its page says why.
    """
    said = []
    for key, (public_id, kind, is_same) in decided.likes.items():
        brought = session.scalar(
            sa.select(SourceRecord.record_id).where(SourceRecord.source_id == source_id, SourceRecord.source_key == key)
        )
        if brought is not None:
            said.append((_ORDER.index(kind), brought, public_id, is_same))
    waiting = 0
    # Two services are one only where their organizations are.
    for place, brought, public_id, is_same in sorted(said):
        here = find_record(session, public_id, kind=_ORDER[place])
        try:
            waiting += not _say(session, get_record(session, brought), here, by=decided.by, is_same=is_same, now=now)
        except NotFoundError:
            waiting += 1
    return waiting


def _say(session: Session, brought: Record, here: Record, *, by: Actor, is_same: bool, now: dt.datetime) -> bool:
    """Whether it could be done; the pair is there in any case."""
    if survivor_of(session, brought.id) == survivor_of(session, here.id):
        return True
    pair = pair_of(session, brought.id, here.id, by=by, now=now)
    try:
        with session.begin_nested():
            if not is_same:
                decide_different(session, pair, by=by, now=now)
                return True
            survivor = str(get_record(session, survivor_of(session, here.id) or here.id).public_id)
            return decide_same(session, pair, by=by, now=now, survivor=survivor, chosen={}).change is not None
    except RefusedError:
        return False
