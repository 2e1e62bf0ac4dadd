"""Cards and postings, which are what people read, against the facts: made anew beside the stored ones, not written."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import decode_card, encode
from directory.cards.models import CardRow
from directory.cards.service import Made, Shown, make_cards
from directory.clock import day_number
from directory.db import in_portions
from directory.listings.models import Record
from directory.reconciliation.alarm import Alarm
from directory.search.models import SearchKey, SearchText
from directory.search.postings import COLUMNS, postings_of
from directory.values.plain_text import folded

_PORTION = 500
_BLOBS = ("public", "partner", "coordinator", "refresh_on")
# Numbers of rows of their own, which only the writer gives out.
_GIVEN_OUT = frozenset({"service", "open_week", "intake_week", "origins"})
_COMPARED = [number for number, name in enumerate(COLUMNS) if name not in _GIVEN_OUT]


def check_shown(session: Session, *, now: dt.datetime) -> Iterator[Alarm]:
    """Every stored card, document and posting that is not what the facts give, and every one that belongs to none."""
    rows = session.execute(sa.select(Record.id, Record.kind).order_by(Record.id))
    records = {row.id: row.kind for row in rows}
    listings = [record_id for record_id, kind in records.items() if kind == "listing"]
    seen: set[int] = set()
    found_by: dict[Any, set[int]] = {SearchKey: set(), SearchText: set()}
    for portion in in_portions(listings, _PORTION):
        yield from _check_portion(session, portion, now=now, seen=seen, found_by=found_by)
    for portion in in_portions(sorted(records.keys() - seen), _PORTION):
        yield from _check_portion(session, portion, now=now, seen=seen, found_by=found_by)
    for table, known in found_by.items():
        for stray in sorted(set(session.scalars(sa.select(table.sid).distinct())) - known):
            yield Alarm("posting", f"record {stray}", "Something can be found that should not be.")


def _check_portion(
    session: Session, portion: Sequence[int], *, now: dt.datetime, seen: set[int], found_by: dict[Any, set[int]]
) -> Iterator[Alarm]:
    for ids, made in _made(session, portion, now=now):
        if made is None:
            seen.update(ids)
            yield Alarm("card", f"record {ids[0]}", "From the facts of a record no card can be made.")
            continue
        fresh = sorted(made.rows.keys() - seen)
        seen.update(made.rows)
        stored = _stored(session, made.rows)
        rows, shown, days = _as_of_their_day(session, made, stored, now=now)
        for record_id in fresh:
            row = stored.get(record_id)
            if row is None or not _is_same(row, rows[record_id], today=days.get(record_id, day_number(now))):
                yield Alarm("card", f"record {record_id}", "A stored card is not what the facts give.")
        for shell in made.shells & stored_of(session, made.shells):
            yield Alarm("card", f"record {shell}", "A card is stored of something that was taken back.")
        found_by[SearchKey].update(record_id for record_id, one in shown.items() if one.card is not None)
        found_by[SearchText].update(record_id for record_id, one in shown.items() if one.is_known_by_words)
        yield from _check_postings(session, shown)
        session.expunge_all()


def _made(session: Session, ids: Sequence[int], *, now: dt.datetime) -> Iterator[tuple[Sequence[int], Made | None]]:
    """The cards of these records; where one of them cannot be made, the others one by one."""
    try:
        made = make_cards(session, ids, now=now)
    except sa.exc.DBAPIError:
        raise
    except Exception:  # noqa: BLE001 - whatever stands in a fact, it must be told and must not hide the other records
        if len(ids) == 1:
            yield ids, None
        else:
            for one in ids:
                yield from _made(session, [one], now=now)
    else:
        yield ids, made


def stored_of(session: Session, record_ids: Iterable[int]) -> set[int]:
    """Those of these records that have a card."""
    return set(_stored(session, record_ids))


def _stored(session: Session, record_ids: Iterable[int]) -> dict[int, Any]:
    rows = session.execute(sa.select(CardRow.__table__).where(CardRow.record_id.in_(list(record_ids))))
    return {row.record_id: row for row in rows}


def _as_of_their_day(
    session: Session, made: Made, stored: dict[int, Any], *, now: dt.datetime
) -> tuple[dict[int, dict[str, Any]], dict[int, Shown], dict[int, int]]:
    """Cards as they should be stored, the listings among them, and as of which day those are on which something lapsed.

    What lapsed was right until the day before, and is made anew by the clock.
    """
    rows, shown = dict(made.rows), {one.record_id: one for one in made.shown}
    days = {
        record_id: max(row.refresh_on - 1, 1)
        for record_id, row in stored.items()
        if row.refresh_on is not None and row.refresh_on <= day_number(now)
    }
    for day in set(days.values()):
        before = dt.datetime.combine(dt.date.fromordinal(day), dt.time(12), tzinfo=dt.UTC)
        of_day = [record_id for record_id in days if days[record_id] == day]
        earlier = make_cards(session, of_day, now=before)
        rows |= {record_id: earlier.rows[record_id] for record_id in of_day}
        shown |= {one.record_id: one for one in earlier.shown if one.record_id in of_day}
    return rows, shown, days


def _is_same(stored: Any, made: dict[str, Any], *, today: int) -> bool:
    if any(_plain(getattr(stored, name)) != made[name] for name in _BLOBS):
        return False
    brief = _plain(stored.brief)
    if brief is None or made["brief"] is None:
        return brief is made["brief"]
    return bool(brief == made["brief"]) or _without_what_is_over(brief, today) == made["brief"]


def _without_what_is_over(brief: Any, today: int) -> bytes | None:
    """A stored card without closures that are over, which stay on it until something else changes."""
    try:
        card = decode_card(brief)
    except (msgspec.MsgspecError, TypeError):
        return None
    left = {slot: [day for day in days if day >= today - 1] for slot, days in card.closed.items()}
    return encode(msgspec.structs.replace(card, closed={slot: days for slot, days in left.items() if days}))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _check_postings(session: Session, shown: dict[int, Shown]) -> Iterator[Alarm]:
    ids = sorted(shown)
    texts = {
        row.sid: (row.names, row.words)
        for row in session.execute(sa.select(SearchText.__table__).where(SearchText.sid.in_(ids)))
    }
    keys: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for row in session.execute(sa.select(SearchKey.__table__).where(SearchKey.sid.in_(ids))):
        keys[row.sid].add(_compared(row))
    for record_id, listing in shown.items():
        wanted_text = (folded(listing.names), folded(listing.words)) if listing.is_known_by_words else None
        wanted_keys: set[tuple[Any, ...]] = set()
        if listing.card is not None:
            rows = postings_of(listing.card, record_id=record_id, service_id=0, point=listing.point)
            wanted_keys = {_compared(row) for row in rows}
        if texts.get(record_id) != wanted_text or keys.get(record_id, set()) != wanted_keys:
            yield Alarm("posting", f"record {record_id}", "A listing is found by something else than its facts.")


def _compared(row: Iterable[Any]) -> tuple[Any, ...]:
    values = tuple(row)
    return tuple(values[number] for number in _COMPARED)
