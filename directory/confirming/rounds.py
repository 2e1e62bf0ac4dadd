"""Letters that nobody has to ask for: whose turn it is, and how many there may be.

When a turn comes is said by ``rhythm``, where a letter may go by ``contact``, what was written by ``written``, what
stands in a letter by ``service``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.models import CardRow
from directory.clock import day_number
from directory.confirming.contact import might_be_contacts
from directory.confirming.rhythm import METHOD, asked_next_on
from directory.confirming.service import ask_unasked
from directory.confirming.written import Lately, Letters, letters_about, mailboxes_for, written_lately
from directory.db import Database, in_portions, queue_writers
from directory.errors import RefusedError
from directory.freshness.gathered import Gathered
from directory.freshness.models import Belief
from directory.freshness.parameters import parameters
from directory.intake.do_not_call import not_to_be_called
from directory.integrity.offering import waiting_to_end
from directory.listings.models import Record
from directory.people.models import Network
from directory.planning.staff_wishes import resting_letters

# No server takes so few letters for a flood, and a small directory has asked everybody within days.
LEAST_A_DAY = 50
# A letter and its reminder. With so many a day for each listing everybody gets both in time, even if nobody answers.
_LETTERS_IN_A_TURN = 2
# So many listings are looked at in one transaction: whoever else writes waits for it.
_AT_ONCE = 50

_read_gathered = msgspec.json.Decoder(Gathered).decode


class Turn(msgspec.Struct, frozen=True):
    """When it is the turn of a listing, and the mailboxes to which a letter about it might go.

    Attributes:
        listing: its record.
        mailboxes: to which one might go.
        never: why none may: ``no-mailbox``, ``left-alone`` (they asked for that), ``ending`` (a proposal would end it),
            ``left-out`` (somebody here wants no letters there for a while); empty where one may.
        due_on: the day number from which on it is asked about; 0 = at once.
        place: before and after which others it comes.
    """

    listing: int
    mailboxes: frozenset[str]
    never: str = ""
    due_on: int = 0
    place: tuple[int, ...] = ()


def most_a_day(listings: int) -> int:
    """How many letters may go out in a day, of so many listings that people are shown."""
    return max(LEAST_A_DAY, -(-_LETTERS_IN_A_TURN * listings // parameters().every[METHOD]))


def ask_who_is_due(database: Database) -> int:
    """Write to every program whose turn it is, those that wait longest first; return how many letters were put out.

    Done again, it writes to nobody twice, also where two processes do it at once: whom to write to is read while nobody
    waits, and what was written meanwhile is looked at before each portion. A listing without an address that may be
    written to is passed over.
    """
    with database.reading() as session:
        now: dt.datetime = session.info["now"]
        most = most_a_day(shown_count(session))
        lately = written_lately(session, now=now)
        chosen = choose(session, _due(session, day=day_number(now)), lately, room=most - lately.today)
    count = 0
    for portion in in_portions(chosen, _AT_ONCE):
        with database.transaction() as session:
            queue_writers(session)
            now = session.info["now"]
            lately = written_lately(session, now=now)
            for listing in choose(session, portion, lately, room=most - lately.today):
                count += _ask(session, listing.listing, now=now)
    return count


def choose(session: Session, due: Sequence[Turn], lately: Lately, *, room: int) -> list[Turn]:
    """Those of the listings that a letter may go out about now, each to another mailbox, in the same order."""
    chosen: list[Turn] = []
    resting = set(lately.mailboxes)
    for portion in in_portions(due, _AT_ONCE):
        # Where every mailbox rests there is no need to look which one it would be.
        left = [one for one in portion if one.listing not in lately.listings and not one.mailboxes <= resting]
        mailboxes = mailboxes_for(session, [one.listing for one in left])
        for one in left:
            if len(chosen) >= room:
                return chosen
            mailbox = mailboxes.get(one.listing, "")
            if mailbox and mailbox not in resting:
                resting.add(mailbox)
                chosen.append(one)
    return chosen


def _ask(session: Session, listing_id: int, *, now: dt.datetime) -> bool:
    try:
        ask_unasked(session, listing_id, now=now)
    except RefusedError:
        return False
    return True


def _due(session: Session, *, day: int) -> list[Turn]:
    """The listings whose turn it is on a day, in the order in which they are written about."""
    due = [one for one in turns(session) if not one.never and one.due_on <= day]
    return sorted(due, key=lambda one: one.place)


def turns(session: Session) -> list[Turn]:
    """Of every listing that people are shown, when it is written about and why it never is."""
    letters = letters_about(session)
    mailboxes, spoken_for = might_be_contacts(session)
    resting = resting_letters(session, day=day_number(session.info["now"]))
    silenced, ending = not_to_be_called(session), waiting_to_end(session)
    found: list[Turn] = []
    shown: list[tuple[Turn, int, int]] = []
    for listing, service, owner, goes_on_as, confirmed_on, gathered in _rows(session):
        might_be = frozenset(mailboxes.get(service, set()) | mailboxes.get(owner, set()))
        if not silenced.isdisjoint((owner, goes_on_as)):
            found.append(Turn(listing, might_be, "left-alone"))
        elif not ending.isdisjoint((listing, service, owner, goes_on_as)):
            found.append(Turn(listing, might_be, "ending"))
        elif listing in resting:
            found.append(Turn(listing, might_be, "left-out"))
        elif not might_be or spoken_for.isdisjoint((service, owner)):
            found.append(Turn(listing, might_be, "no-mailbox"))
        else:
            missed_on = _read_gathered(gathered).attempted_on if gathered else 0
            shown.append((Turn(listing, might_be), confirmed_on or 0, missed_on))
    serves = Counter(mailbox for one, _, _ in shown for mailbox in one.mailboxes)
    for one, confirmed_on, missed_on in shown:
        of_listing = letters.get(one.listing, Letters())
        written, answered_on = of_listing.written, of_listing.answered_on
        # The one that the last letter went to, if it is listed still.
        reads = {of_listing.mailbox} & one.mailboxes or one.mailboxes
        is_shared = any(serves[mailbox] > 1 for mailbox in reads)
        if written and is_shared:
            # The next letter to this mailbox is about another listing: of this one it is not reminded.
            answered_on = max(answered_on, written[-1])
        due_on = asked_next_on(written, answered_on=answered_on, missed_on=missed_on)
        # A reminder that comes months later reminds nobody, so those who were asked before go first. Then those who
        # were never asked, and nobody has spoken with for longest. Listings with one mailbox come up in turn.
        if not written:
            place = (1, confirmed_on)
        elif is_shared:
            place = (2, written[-1])
        else:
            place = (0, due_on)
        found.append(msgspec.structs.replace(one, due_on=due_on, place=(*place, confirmed_on, one.listing)))
    return found


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


def shown_count(session: Session) -> int:
    """How many listings people are shown whose programs might be written to."""
    rows = sa.select(sa.func.count()).select_from(Record).join(CardRow, CardRow.record_id == Record.id)
    return session.scalars(rows.where(*_IS_SHOWN)).one()


# A card stands for all that it is made of: its service and its organization are listed as well.
# Nobody reads the mail of a practice network, or somebody does who never asked for it.
_IS_SHOWN = (
    Record.kind == "listing", Record.standing == "listed", CardRow.brief.is_not(None),
    Record.network_id.not_in(sa.select(Network.id).where(Network.kind == "practice")),
)  # fmt: skip
