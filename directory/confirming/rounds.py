"""Letters that nobody has to ask for: whose turn it is, and how many there may be.

When a turn comes is said by ``rhythm``, where a letter may go by ``contact``, what stands in it by ``service``.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.models import CardRow
from directory.clock import day_number
from directory.confirming.contact import address_of, contact_of, might_be_contacts
from directory.confirming.models import Confirmation
from directory.confirming.rhythm import METHOD, REMINDED_AFTER_DAYS, asked_next_on
from directory.confirming.service import ask_unasked
from directory.db import Database, in_portions, queue_writers
from directory.errors import RefusedError
from directory.freshness.gathered import Gathered
from directory.freshness.models import Belief
from directory.freshness.parameters import parameters
from directory.intake.do_not_call import not_to_be_called
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.settings import MAIL_ADDRESS

# Who reads one mailbox for several listings gets no heap of letters: the listings take turns.
MAILBOX_RESTS = dt.timedelta(days=7)
# No server takes so few letters for a flood, and a small directory has asked everybody within days.
LEAST_A_DAY = 50
# A letter and its reminder. With so many a day for each listing everybody gets both in time, even if nobody answers.
_LETTERS_IN_A_TURN = 2
# So many listings are looked at in one transaction: whoever else writes waits for it.
_AT_ONCE = 50

_read_gathered = msgspec.json.Decoder(Gathered).decode


class _Letters(msgspec.Struct):
    """The day numbers of the letters about a listing, the oldest first, and of its last answer (0 = none)."""

    written: list[int] = []
    answered_on: int = 0


class _Lately(msgspec.Struct, frozen=True):
    """Who was written to lately: listings that have to wait still, mailboxes that rest, and how many today."""

    listings: set[int]
    mailboxes: set[str]
    today: int


def most_a_day(listings: int) -> int:
    """How many letters may go out in a day, of so many listings that people are shown."""
    return max(LEAST_A_DAY, -(-_LETTERS_IN_A_TURN * listings // parameters().every[METHOD]))


def ask_who_is_due(database: Database) -> int:
    """Write to every program whose turn it is, those that wait longest first; return how many letters were put out.

    Done again, it writes to nobody twice, also where two processes do it at once: whose turn it is is read while nobody
    waits, and what was written meanwhile is looked at before each portion. A listing without an address that may be
    written to is passed over.
    """
    with database.reading() as session:
        due = _due(session, day=day_number(session.info["now"]))
        most = most_a_day(_shown(session))
    count = 0
    for portion in in_portions(due, _AT_ONCE):
        with database.transaction() as session:
            queue_writers(session)
            now: dt.datetime = session.info["now"]
            lately = _lately(session, now=now)
            room = most - lately.today
            if room <= 0:
                break
            count += _write_to(session, portion, lately, room=room, now=now)
    return count


def _write_to(session: Session, listing_ids: Sequence[int], lately: _Lately, *, room: int, now: dt.datetime) -> int:
    count = 0
    for listing_id in listing_ids:
        if count == room:
            break
        if listing_id in lately.listings:
            continue
        mailbox = _ask(session, listing_id, resting=lately.mailboxes, now=now)
        if mailbox:
            lately.mailboxes.add(mailbox)
            count += 1
    return count


def _ask(session: Session, listing_id: int, *, resting: set[str], now: dt.datetime) -> str:
    """Write about one listing; the mailbox that the letter goes to, empty where none may go."""
    try:
        address = address_of(contact_of(session, get_record(session, listing_id)))
        # What no server would take is no reason to tell people who work here of letters that were given up.
        if address.casefold() in resting or not MAIL_ADDRESS.fullmatch(address):
            return ""
        ask_unasked(session, listing_id, now=now)
    except RefusedError:
        return ""
    return address.casefold()


def _due(session: Session, *, day: int) -> list[int]:
    """The listings whose turn it is on a day, in the order in which they are written about."""
    letters = _letters(session)
    with_address, spoken_for = might_be_contacts(session)
    silenced = not_to_be_called(session)
    found: list[tuple[tuple[bool, int, int], int]] = []
    for listing, service, owner, goes_on_as, confirmed_on, gathered in _rows(session):
        if with_address.isdisjoint((service, owner)) or spoken_for.isdisjoint((service, owner)):
            continue
        if not silenced.isdisjoint((owner, goes_on_as)):
            continue
        of_listing = letters.get(listing)
        if of_listing is None:
            due_on = asked_next_on(())
        else:
            missed_on = _read_gathered(gathered).attempted_on if gathered else 0
            due_on = asked_next_on(
                of_listing.written, answered_on=of_listing.answered_on, missed_on=missed_on
            )  # fmt: skip
        if due_on <= day:
            # A reminder that comes months later reminds nobody, so those who were asked before go first. Then those who
            # were never asked, and nobody has spoken with for longest.
            found.append(((of_listing is None, due_on, confirmed_on or 0), listing))
    return [listing for _, listing in sorted(found)]


def _letters(session: Session) -> dict[int, _Letters]:
    found: dict[int, _Letters] = defaultdict(_Letters)
    rows = session.execute(
        sa.select(Confirmation.listing_id, Confirmation.created_at, Confirmation.used_at).order_by(
            Confirmation.created_at
        )
    )
    for listing, created_at, used_at in rows:
        of_listing = found[listing]
        of_listing.written.append(day_number(created_at))
        if used_at is not None:
            of_listing.answered_on = max(of_listing.answered_on, day_number(used_at))
    return dict(found)


def _lately(session: Session, *, now: dt.datetime) -> _Lately:
    rows = session.execute(
        sa.select(Confirmation.listing_id, Confirmation.created_at, Fact)
        .join(Fact, Fact.id == Confirmation.written_to)
        .where(Confirmation.created_at > now - dt.timedelta(days=REMINDED_AFTER_DAYS))
    ).all()
    day = day_number(now)
    return _Lately(
        {listing for listing, at, _ in rows if day - day_number(at) < REMINDED_AFTER_DAYS},
        {address_of(fact).casefold() for _, at, fact in rows if at > now - MAILBOX_RESTS},
        sum(day_number(at) == day for _, at, _ in rows),
    )


def _rows(session: Session) -> sa.Result[int, int, int, int, int | None, str | None]:
    """Of every listing that people are shown: its service, whose that is, as what that goes on since it was merged.

    And what is believed of it.
    """
    service, organization = aliased(Record), aliased(Record)
    return session.execute(
        sa.select(
            Record.id, service.id, organization.id, sa.func.coalesce(organization.merged_into, organization.id),
            Belief.confirmed_on, Belief.gathered,
        )
        .join(CardRow, CardRow.record_id == Record.id)
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .outerjoin(Belief, Belief.listing_id == Record.id)
        .where(*_IS_SHOWN)
    )  # fmt: skip


def _shown(session: Session) -> int:
    rows = sa.select(sa.func.count()).select_from(Record).join(CardRow, CardRow.record_id == Record.id)
    return session.scalars(rows.where(*_IS_SHOWN)).one()


# A card stands for all that it is made of: its service and its organization are listed as well.
_IS_SHOWN = (Record.kind == "listing", Record.standing == "listed", CardRow.brief.is_not(None))
