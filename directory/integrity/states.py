"""In which state of the table a listing is, read from what is stored."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.freshness.policy import supports, warns
from directory.freshness.queries import last_reports, not_withdrawn
from directory.integrity.reach import Verified, family, is_verified, proven_dead
from directory.integrity.table import State
from directory.listings.models import Change, Fact, Record


def state_of_record(session: Session, record: Record, *, verified: Verified | None = None) -> State:
    """The state of a record; of an organization, a service or a place as far as it has one of its own.

    ``verified``, where many are asked about: the verified families of their organizations.
    """
    records = family(session, record)
    standings = {
        one.standing for one in records if one.kind != "location" and (one.kind != "listing" or one.id == record.id)
    }
    if record.kind != "listing":
        standings = {record.standing}
    if "do-not-list" in standings:
        return "do-not-list"
    if "closed" in standings:
        return "closed"
    if "suspended" in standings:
        return "hidden"
    if not (is_verified(session, record) if verified is None else verified.holds(record)):
        return "unverified"
    ids = [one.id for one in records if one.kind != "organization" or record.kind == "organization"]
    if session.scalar(sa.select(Change.id).where(Change.subject_id.in_(ids), Change.state == "proposed").limit(1)):
        return "pending"
    return "disputed" if is_disputed(session, ids) else "verified"


def is_disputed(session: Session, record_ids: list[int]) -> bool:
    """Whether a report came, or a call warned, since the number was confirmed last; or its line died and is hidden."""
    return bool(disputed_among(session, {0: record_ids}))


def disputed_among(session: Session, families: Mapping[int, Collection[int]]) -> set[int]:
    """Of which of these the same is true: what they are called here -> the records with their lines."""
    of_record: dict[int, list[int]] = defaultdict(list)
    for key, record_ids in families.items():
        for record_id in record_ids:
            of_record[record_id].append(key)
    lines = {key: _Line() for key in families}
    with_number: set[int] = set()
    reported: dict[int, dt.date] = {}
    heard: list[sa.Row[dt.datetime, int, int, int]] = []
    for portion in in_portions(sorted(of_record)):
        of_phones = (Fact.record_id.in_(portion), Fact.standing == "current", Fact.field == "phone")
        with_number.update(session.scalars(sa.select(Fact.record_id).where(*of_phones)))
        heard += session.execute(
            sa.select(Evidence.observed_at, Evidence.id, Fact.record_id, Evidence.log2_odds)
            .join(Fact, Fact.id == Evidence.fact_id)
            .where(*of_phones, not_withdrawn())
        )
        reported |= last_reports(session, portion)
    for observed_at, _, record_id, log2_odds in sorted(heard):
        for key in of_record[record_id]:
            lines[key].hear(observed_at.date(), log2_odds)
    silent = [key for key, record_ids in families.items() if with_number.isdisjoint(record_ids)]
    dead = _died(session, {one for key in silent for one in families[key]})
    found = {key for key in silent if not dead.isdisjoint(families[key])}
    for key, record_ids in families.items():
        last = max((reported[one] for one in record_ids if one in reported), default=None)
        if lines[key].is_warned(last):
            found.add(key)
    return found


class _Line:
    """What was heard of the lines of a listing so far."""

    def __init__(self) -> None:
        self._confirmed: dt.date | None = None
        self._warned = False

    def hear(self, on: dt.date, log2_odds: int) -> None:
        self._warned = warns(log2_odds) or (self._warned and not supports(log2_odds))
        self._confirmed = on if supports(log2_odds) else self._confirmed

    def is_warned(self, reported: dt.date | None) -> bool:
        return self._warned or (reported is not None and (self._confirmed is None or reported >= self._confirmed))


def _died(session: Session, record_ids: Collection[int]) -> set[int]:
    """Those of these records of which a line was proven dead."""
    found: set[int] = set()
    for portion in in_portions(sorted(record_ids)):
        found.update(session.scalars(sa.select(Fact.record_id).where(Fact.record_id.in_(portion), proven_dead())))
    return found
