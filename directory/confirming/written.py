"""What was written to programs, and where a letter may go: read by whatever writes one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.confirming.contact import BY_PEOPLE, address_of, contacts_of, mailbox_of
from directory.confirming.models import Confirmation
from directory.confirming.rhythm import METHOD, REMINDED_AFTER_DAYS
from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.freshness.parameters import parameters
from directory.intake.do_not_call import not_to_be_called
from directory.listings.models import Fact, Record
from directory.settings import MAIL_ADDRESS

# Who reads one mailbox for several listings gets no heap of letters: the listings take turns, and who does not answer
# gets the next letter when a reminder would come.
MAILBOX_RESTS = 7
SILENT_MAILBOX_RESTS = REMINDED_AFTER_DAYS
# A listing that was merged goes on as another: letters about the one are letters about the other.
_ABOUT = sa.func.coalesce(Record.merged_into, Record.id)


class Letters(msgspec.Struct):
    """The day numbers of the letters about a listing, the oldest first, of its last answer, and where the last went."""

    written: list[int] = []
    answered_on: int = 0
    mailbox: str = ""


class Lately(msgspec.Struct, frozen=True):
    """Who was written to lately: listings that have to wait still, mailboxes that rest, and how many today.

    ``asked_today`` are the mailboxes that got one today, ``dead`` those from which one came back.
    """

    listings: set[int]
    mailboxes: set[str]
    today: int
    asked_today: set[str]
    dead: set[str]


def letters_about(session: Session) -> defaultdict[int, Letters]:
    """The letters about each listing, and about those that were merged into it."""
    found: defaultdict[int, Letters] = defaultdict(Letters)
    rows = session.execute(
        sa.select(_ABOUT, Confirmation.created_at, Confirmation.used_at, Fact)
        .join(Record, Record.id == Confirmation.listing_id)
        .join(Fact, Fact.id == Confirmation.written_to)
        .order_by(Confirmation.created_at)
    )
    for listing, created_at, used_at, fact in rows:
        of_listing = found[listing]
        of_listing.written.append(day_number(created_at))
        of_listing.mailbox = mailbox_of(fact)
        if used_at is not None:
            of_listing.answered_on = max(of_listing.answered_on, day_number(used_at))
    return found


def written_lately(session: Session, *, now: dt.datetime) -> Lately:
    """Who was written to lately."""
    rows = session.execute(
        sa.select(_ABOUT, Confirmation.created_at, Confirmation.used_at, Fact)
        .join(Record, Record.id == Confirmation.listing_id)
        .join(Fact, Fact.id == Confirmation.written_to)
        .where(Confirmation.created_at > now - dt.timedelta(days=REMINDED_AFTER_DAYS + 1))
        .order_by(Confirmation.created_at)
    ).all()
    day = day_number(now)
    # The last letter to a mailbox says how long it rests.
    rests = {
        mailbox_of(fact): day_number(at) + (SILENT_MAILBOX_RESTS if used_at is None else MAILBOX_RESTS)
        for _, at, used_at, fact in rows
    }
    dead = dead_mailboxes(session, now=now)
    return Lately(
        {listing for listing, at, _, _ in rows if day - day_number(at) < REMINDED_AFTER_DAYS},
        {mailbox for mailbox, until in rests.items() if day < until} | dead,
        sum(day_number(at) == day for _, at, _, _ in rows),
        {mailbox_of(fact) for _, at, _, fact in rows if day_number(at) == day},
        dead,
    )


def mailbox_for(session: Session, listing_id: int) -> str:
    """The mailbox that a letter about a listing goes to; empty where none may go."""
    return mailboxes_for(session, [listing_id]).get(listing_id, "")


def mailboxes_for(session: Session, listing_ids: Collection[int]) -> dict[int, str]:
    """The same of many listings at once; those about which no letter may go out are left out."""
    listings = [
        one
        for portion in in_portions(sorted(listing_ids))
        for one in session.scalars(sa.select(Record).where(Record.id.in_(portion)))
    ]
    silenced = not_to_be_called(session)
    contacts = contacts_of(session, [one for one in listings if one.organization_id not in silenced])
    # What no server would take is no reason to tell people who work here of letters that were given up.
    return {
        listing: mailbox_of(contact)
        for listing, contact in contacts.items()
        if not isinstance(contact, str) and MAIL_ADDRESS.fullmatch(address_of(contact))
    }


def dead_mailboxes(session: Session, *, now: dt.datetime) -> set[str]:
    """Mailboxes from which a letter came back within a turn, about whatever listing; nobody stood up for them since."""
    stood_up = sa.exists().where(
        Evidence.fact_id == Fact.id, Evidence.method.in_(BY_PEOPLE), Evidence.log2_odds < 0,
        Evidence.observed_at >= Confirmation.returned_at,
    )  # fmt: skip
    facts = session.scalars(
        sa.select(Fact)
        .join(Confirmation, Confirmation.written_to == Fact.id)
        .where(Confirmation.returned_at > now - dt.timedelta(days=parameters().every[METHOD]), ~stood_up)
    )
    return {mailbox_of(fact) for fact in facts}
