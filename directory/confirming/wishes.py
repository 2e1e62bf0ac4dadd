"""Programs that say "we run this" and get a letter: to a mailbox that was verified before, never to one they name.

Whoever presses learns nothing: what comes of it is decided here, later. Where no letter may go, the wish stays and the
plan of calls has it (``planning.wishes``).
"""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.queries import findable_listing
from directory.clock import day_number
from directory.confirming.models import Confirmation
from directory.confirming.rhythm import LINK_DAYS, wished_next_on
from directory.confirming.rounds import most_a_day, shown_count
from directory.confirming.service import ask_unasked
from directory.confirming.written import letters_about, mailbox_for, written_lately
from directory.db import Database, queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.intake.do_not_call import may_be_called
from directory.listings.models import Record
from directory.listings.queries import get_record
from directory.people.models import Network
from directory.planning.staff_wishes import resting_letters
from directory.planning.wishes import end_wish, note_wish, wishes

# Anybody can wish: what a flood of wishes brings comes on top of a day's letters, and no more than half of them.
_ON_TOP = 0.5


def wish(session: Session, public_id: str) -> None:
    """Note that somebody says that they run a listing, by its public id.

    Raises:
        NotFoundError: there is no such listing, or nobody may find it.
    """
    note_wish(session, findable_listing(session, public_id), now=session.info["now"])


def wish_again(session: Session, key: str) -> None:
    """The same by the key of a letter that is good no more. Of a key that nobody had, nothing is noted."""
    listing = session.scalar(
        sa.select(Record.public_id)
        .join(Confirmation, Confirmation.listing_id == Record.id)
        .where(Confirmation.key_hash == hashlib.sha256(key.encode()).digest())
    )
    if listing is not None:
        try:
            wish(session, str(listing))
        except NotFoundError:
            # It is listed no longer. Whoever presses hears the same.
            return


def answer_wishes(database: Database) -> int:
    """Write to the programs that wish for it, where a letter may go; return how many letters were put out.

    A wish ends with its letter, where one is on its way already, and where nobody may be written to or called. Every
    other one waits: for its day, or for a call.
    """
    with database.reading() as session:
        # Nearly always there is none, and then nobody who writes waits.
        if not wishes(session):
            return 0
    with database.transaction() as session:
        queue_writers(session)
        return _answer(session)


def _answer(session: Session) -> int:
    waiting, now = wishes(session), session.info["now"]
    day, letters, lately = day_number(now), letters_about(session), written_lately(session, now=now)
    room = int(most_a_day(shown_count(session)) * (1 + _ON_TOP)) - lately.today
    count, resting = 0, resting_letters(session, day=day)
    for listing_id in sorted(waiting, key=lambda one: (waiting[one], one)):
        about = letters[listing_id]
        has_link = bool(about.written) and about.answered_on < about.written[-1] > day - LINK_DAYS
        if has_link or not _may_be_spoken_with(session, listing_id):
            end_wish(session, listing_id)
            continue
        mailbox = mailbox_for(session, listing_id)
        is_due = wished_next_on(about.written, answered_on=about.answered_on) <= day
        if listing_id in resting:
            # A call finds out more.
            continue
        if not mailbox or mailbox in lately.dead | lately.asked_today or not is_due or count >= room:
            continue
        try:
            ask_unasked(session, listing_id, now=now)
        except RefusedError:
            # It came back, or there is nothing to confirm: a call finds out more.
            continue
        end_wish(session, listing_id)
        lately.asked_today.add(mailbox)
        count += 1
    return count


def _may_be_spoken_with(session: Session, listing_id: int) -> bool:
    """Whether the listing is shown, nobody asked to be left alone, and it is not there for practice."""
    listing = get_record(session, listing_id)
    is_practice = session.get_one(Network, listing.network_id).kind == "practice"
    return listing.standing == "listed" and not is_practice and may_be_called(session, listing)
