"""Closing a listing for a time, by whoever works here, and opening it again: all of it at once, or all as proposals.

More listings than one person may hide, and any hotline, wait for a second person (``integrity.closed_days``).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from directory.confirming.closures import closing
from directory.db import queue_writers
from directory.errors import NotFoundError
from directory.integrity.closed_days import NOTE, closing_of
from directory.integrity.reach import family, require_scope
from directory.integrity.service import Edit, edit
from directory.integrity.table import Case, judge
from directory.listings.drafts import FactDraft
from directory.listings.fields import Note, decode_plain, decode_value
from directory.listings.models import Fact, Record
from directory.listings.queries import current_facts, get_record
from directory.people.actor import Actor

# Whoever is in danger is answered all the same.
_GOES_ON: Final = ("crisis-line",)


def close_for_a_time(
    session: Session, listing_id: int, first: dt.date, last: dt.date, *, note: str, by: Actor, now: dt.datetime
) -> list[int]:
    """Say that a listing is closed from one day to another, both included; return the changes, applied or proposed.

    Its hours do not hold on these days, a note to everybody says why, and it ends by itself.

    Raises:
        NotFoundError: there is no such listing, or ``by`` does not work on it.
        BadInputError: the days are past, in the wrong order, or too many.
        RefusedError: ``by`` may not even propose it, or nothing would change.
    """
    listing, facts = _read(session, listing_id, by=by)
    edits = closing(
        facts, first, last, today=now.date() - dt.timedelta(days=1), say=lambda _first, _last: "", but_for=_GOES_ON
    )
    shut = [one for one in edits if one.draft and one.draft.field == "schedule"]
    said = FactDraft("alert", Note(note, last.isoformat()), NOTE)
    return _write(session, listing, facts, [*shut, Edit(said)], by=by, reason="closed for a time", now=now)


def open_again(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> list[int]:
    """Say that a listing is open again from today on; return the changes, none where it is not closed for a time.

    Days on which it was closed anyway stay. What it raises: see ``close_for_a_time``.
    """
    listing, facts = _read(session, listing_id, by=by)
    note = next((fact for fact in facts if fact.field == "alert" and fact.slot == NOTE), None)
    if note is None:
        return []
    until, today = decode_value("alert", note.value or "{}").until, now.date().isoformat()
    edits = [Edit(fact_id=note.id)]
    for fact in facts:
        if fact.field == "schedule" and not fact.slot.startswith(_GOES_ON):
            hours = decode_value("schedule", fact.value or "{}")
            kept = [day for day in hours.closed if day < today or day > until]
            if kept != hours.closed:
                plain = {**decode_plain(fact.value or "{}"), "closed": kept}
                edits.append(Edit(FactDraft("schedule", type(hours)(**plain), fact.slot, tier=fact.tier)))  # type: ignore[arg-type]
    return _write(session, listing, facts, edits, by=by, reason="open again", now=now)


def _read(session: Session, listing_id: int, *, by: Actor) -> tuple[Record, list[Fact]]:
    # What somebody closes elsewhere at the same moment counts, too.
    queue_writers(session)
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if listing.kind != "listing":
        raise NotFoundError("There is no such listing.")
    ids = [one.id for one in family(session, listing) if one.kind not in {"listing", "organization"}]
    found = current_facts(session, [*ids, listing.id])
    return listing, [fact for many in found.values() for fact in many]


def _write(
    session: Session,
    listing: Record,
    facts: Sequence[Fact],
    edits: Sequence[Edit],
    *,
    by: Actor,
    reason: str,
    now: dt.datetime,
) -> list[int]:
    placed = [(one, *_place(session, one, facts, listing)) for one in edits]
    whole = closing_of(session, [(record, one.draft, held) for one, record, held in placed], by=by, now=now)
    may = judge(
        Case(
            state="unverified", action="correct", actor=by, closes=whole.count, is_hotline=whole.is_hotline, now=now
        )
    )  # fmt: skip
    by_record: dict[int, list[Edit]] = {}
    for one, record, _ in placed:
        by_record.setdefault(record.id, []).append(one)
    done: list[int] = []
    for record_id, many in by_record.items():
        edited = edit(session, record_id, many, by=by, reason=reason, now=now, waits=not may.is_allowed)
        done += [*([edited.applied] if edited.applied else []), *edited.proposed]
    return done


def _place(session: Session, one: Edit, facts: Sequence[Fact], listing: Record) -> tuple[Record, Fact | None]:
    """The record on which what an edit changes stands, and what stands there; a new note stands with the listing."""
    held = next(
        (
            fact
            for fact in facts
            if fact.id == one.fact_id or (one.draft and (fact.field, fact.slot) == (one.draft.field, one.draft.slot))
        ),
        None,
    )
    return (get_record(session, held.record_id) if held else listing), held
