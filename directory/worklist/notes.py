"""Notes at a listing, for those who work on it: short, screened, gone after some days (SAFETY P3).

What could tell of a person, or where something is, is refused and written nowhere; the audit says that there is a note
and never what it says. Nothing of a note is public, exported, searched or backed up. A note ends on its day, whether
its row is gone by then or not; with the listing, when that closes; and when a place there is withdrawn. A listing that
is merged takes its notes along, because a merge is a pointer.
"""

import datetime as dt
from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.db import in_portions
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity.reach import require_scope
from directory.listings.models import Record
from directory.listings.names_screen import refuse_names
from directory.listings.notes_screen import LONGEST_NOTE, refuse_client_details, refuse_old_days, refuse_other_ways
from directory.listings.queries import get_record
from directory.listings.screen import screen
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.people.queries import names_of
from directory.values.plain_text import one_line
from directory.worklist.models import Note, WorkLine

DAYS = (7, 30, 90)
USUAL_DAYS = 30
# More are no notes but a history, and of that there is another.
MOST_OPEN = 20
_WORKING = KEEPERS | {"partner"}
_SHOWN = ("listed", "suspended")


class NoteShown(msgspec.Struct, frozen=True):
    """A note as those see it who work on the listing. ``may_delete``: whether whoever asks may, before ``last``."""

    id: int
    text: str
    by: str
    written: dt.date
    last: dt.date
    may_delete: bool


def sees_notes(by: Actor) -> bool:
    """Whether notes are for somebody at all; law enforcement sees public facts alone (SAFETY A10)."""
    return by.role in _WORKING


def write_note(session: Session, listing_id: int, text: str, *, days: int, by: Actor, now: dt.datetime) -> int:
    """Leave a note at a listing for so many days; return its id. To keep one for longer is to write it again.

    Raises:
        NotFoundError: there is no such listing, or ``by`` does not work on it.
        RefusedError: ``by`` may not, the note says what none may say (with an explanation that repeats nothing of
            it), it is empty or too long, there are too many already, or the listing has ended.
        BadInputError: ``days`` is none of ``DAYS``.
    """
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if not sees_notes(by):
        raise RefusedError("That is for those who work on the listing.")
    if days not in DAYS:
        raise BadInputError("A note is kept for 7, 30 or 90 days.")
    line = session.get(WorkLine, listing.id)
    if line is None or line.standing not in _SHOWN:
        raise RefusedError("A listing that has ended takes no notes.")
    day = day_number(now)
    kept = one_line(text, 10 * LONGEST_NOTE)
    _refuse(kept, line, year=now.year)
    if len(session.scalars(_open(day).where(Note.listing_id == listing.id)).all()) >= MOST_OPEN:
        raise RefusedError("There are many notes here already: delete one first.")
    note = Note(listing_id=listing.id, text=kept, by_id=by.id, written_on=day, last_on=day + days)
    session.add(note)
    session.flush()
    record(session, [Act("listing.noted", str(listing.public_id), {"days": days}, by.id)], now=now)
    return note.id


def delete_note(session: Session, note_id: int, *, by: Actor, now: dt.datetime) -> Record:
    """Delete a note before its day: one's own, or any as an admin. Return the listing at which it was left.

    Raises:
        NotFoundError: there is no such note, or ``by`` does not work on its listing.
        RefusedError: somebody else wrote it.
    """
    note = session.scalar(_open(day_number(now)).where(Note.id == note_id))
    if note is None or not sees_notes(by):
        raise NotFoundError("There is no such note.")
    listing = get_record(session, note.listing_id)
    # Who works on the listing that goes on sees its notes.
    require_scope(session, get_record(session, listing.merged_into or listing.id), by=by)
    if not _may_delete(note, by):
        raise RefusedError("Only whoever wrote it, or an admin, deletes a note.")
    session.delete(note)
    session.flush()
    record(session, [Act("listing.note-deleted", str(listing.public_id), {}, by.id)], now=now)
    return listing


def notes_at(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> list[NoteShown]:
    """The notes at a listing and at what was merged into it, the latest first; none for who does not work here.

    Whoever asks has found the listing within their scope.
    """
    if not sees_notes(by):
        return []
    here = sa.select(Record.id).where(sa.or_(Record.id == listing_id, Record.merged_into == listing_id))
    found = session.scalars(_open(day_number(now)).where(Note.listing_id.in_(here)).order_by(Note.id.desc())).all()
    names = names_of(session, {note.by_id for note in found})
    return [
        NoteShown(
            note.id, note.text, names.get(note.by_id, ""), dt.date.fromordinal(note.written_on),
            dt.date.fromordinal(note.last_on), _may_delete(note, by),
        )
        for note in found
    ]  # fmt: skip


def noted(day: int) -> sa.Select[int]:
    """The listings that have a note on a day, as what they go on as."""
    return (
        sa.select(sa.func.coalesce(Record.merged_into, Record.id))
        .join(Note, Note.listing_id == Record.id)
        .where(Note.last_on >= day)
    )


def end_notes(session: Session, listing_ids: Collection[int], *, all_of_them: bool) -> None:
    """Delete the notes of those of these listings that are shown no longer, nor what they go on as; or of all.

    The hook before a commit calls it once the lines of the list are written, so that no verb can forget it.
    """
    if session.scalar(sa.select(Note.id).limit(1)) is None:
        return
    goes_on = sa.exists().where(
        Record.id == Note.listing_id, WorkLine.listing_id == sa.func.coalesce(Record.merged_into, Record.id),
        WorkLine.standing.in_(_SHOWN),
    )  # fmt: skip
    for portion in in_portions(sorted(listing_ids)):
        ending = sa.delete(Note).where(Note.listing_id.in_(portion))
        session.execute(ending if all_of_them else ending.where(~goes_on))


def forget_ended_notes(session: Session, *, now: dt.datetime) -> int:
    """Delete the notes whose last day is over; return how many."""
    over = sa.delete(Note).where(Note.last_on < day_number(now))
    return len(session.scalars(over.returning(Note.id)).all())


def _open(day: int) -> sa.Select[Note]:
    return sa.select(Note).where(Note.last_on >= day)


def _may_delete(note: Note, by: Actor) -> bool:
    return note.by_id == by.id or by.role == "admin"


def refuse_what_tells(
    text: str, *, known: Collection[str], phones: Collection[str] = (), year: int | None = None
) -> None:
    """Raise ``RefusedError``, with an explanation that repeats nothing, for words that tell of a person or a place.

    Args:
        text: as somebody wrote it.
        known: folded words that name nobody here.
        phones: numbers that it may name.
        year: the present one, where old years may only be somebody's; None where papers have some.
    """
    refuse_client_details(text, known_phones=phones)
    refuse_other_ways(text, known_phones=phones)
    if year is not None:
        refuse_old_days(text, year=year)
    if screen(text).rules:
        raise RefusedError("That could tell where something is. Leave the place out.")
    refuse_names(text, known=known)


def _refuse(text: str, line: WorkLine, *, year: int) -> None:
    if not text:
        raise RefusedError("Write something.")
    known = line.words.split()
    refuse_what_tells(text, known=known, phones=_numbers(known), year=year)


def _numbers(words: Sequence[str]) -> list[str]:
    """Of the words of a line its numbers; those that not everybody sees stand in no line."""
    return [word for word in words if word.isdigit()]
