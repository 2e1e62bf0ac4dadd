"""Letters that nobody has to ask for: whose turn it is, and how many there may be.

When a turn comes is said by ``rhythm``, where a letter may go by ``contact``, what stands in it by ``service``.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.models import CardRow
from directory.clock import day_number
from directory.confirming.contact import BY_PEOPLE, address_of, contact_of, mailbox_of, might_be_contacts
from directory.confirming.models import Confirmation
from directory.confirming.rhythm import METHOD, REMINDED_AFTER_DAYS, asked_next_on
from directory.confirming.service import ask_unasked
from directory.db import Database, in_portions, queue_writers
from directory.errors import DirectoryError, RefusedError
from directory.freshness.gathered import Gathered
from directory.freshness.models import Belief, Evidence
from directory.freshness.parameters import parameters
from directory.intake.do_not_call import may_be_called, not_to_be_called
from directory.integrity.offering import waiting_to_end
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.people.models import Network
from directory.settings import MAIL_ADDRESS

# Who reads one mailbox for several listings gets no heap of letters: the listings take turns, and who does not answer
# gets the next letter when a reminder would come.
MAILBOX_RESTS = 7
SILENT_MAILBOX_RESTS = REMINDED_AFTER_DAYS
# No server takes so few letters for a flood, and a small directory has asked everybody within days.
LEAST_A_DAY = 50
# A letter and its reminder. With so many a day for each listing everybody gets both in time, even if nobody answers.
_LETTERS_IN_A_TURN = 2
# So many listings are looked at in one transaction: whoever else writes waits for it.
_AT_ONCE = 50

_read_gathered = msgspec.json.Decoder(Gathered).decode


class _Letters(msgspec.Struct):
    """The day numbers of the letters about a listing, the oldest first, of its last answer, and where the last went."""

    written: list[int] = []
    answered_on: int = 0
    mailbox: str = ""


class _Due(msgspec.Struct, frozen=True):
    """A listing whose turn it is, and the mailboxes to which a letter about it might go."""

    listing: int
    mailboxes: frozenset[str]


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

    Done again, it writes to nobody twice, also where two processes do it at once: whom to write to is read while nobody
    waits, and what was written meanwhile is looked at before each portion. A listing without an address that may be
    written to is passed over.
    """
    with database.reading() as session:
        now: dt.datetime = session.info["now"]
        most = most_a_day(_shown(session))
        lately = _lately(session, now=now)
        chosen = _choose(session, _due(session, day=day_number(now)), lately, room=most - lately.today)
    count = 0
    for portion in in_portions(chosen, _AT_ONCE):
        with database.transaction() as session:
            queue_writers(session)
            now = session.info["now"]
            lately = _lately(session, now=now)
            for listing in _choose(session, portion, lately, room=most - lately.today):
                count += _ask(session, listing.listing, now=now)
    return count


def _choose(session: Session, due: Sequence[_Due], lately: _Lately, *, room: int) -> list[_Due]:
    """Those of the listings that a letter may go out about now, each to another mailbox, in the same order."""
    chosen: list[_Due] = []
    resting = set(lately.mailboxes)
    for one in due:
        if len(chosen) >= room:
            break
        # Where every mailbox rests there is no need to look which one it would be.
        if one.listing in lately.listings or one.mailboxes <= resting:
            continue
        mailbox = _mailbox(session, one.listing)
        if mailbox and mailbox not in resting:
            resting.add(mailbox)
            chosen.append(one)
    return chosen


def _mailbox(session: Session, listing_id: int) -> str:
    """The mailbox that a letter about a listing goes to; empty where none may go."""
    try:
        listing = get_record(session, listing_id)
        if not may_be_called(session, listing):
            return ""
        contact = contact_of(session, listing)
    except DirectoryError:
        # Whatever is odd about one listing must not keep the others waiting.
        return ""
    # What no server would take is no reason to tell people who work here of letters that were given up.
    return mailbox_of(contact) if MAIL_ADDRESS.fullmatch(address_of(contact)) else ""


def _ask(session: Session, listing_id: int, *, now: dt.datetime) -> bool:
    try:
        ask_unasked(session, listing_id, now=now)
    except RefusedError:
        return False
    return True


def _due(session: Session, *, day: int) -> list[_Due]:
    """The listings whose turn it is on a day, in the order in which they are written about."""
    letters = _letters(session)
    mailboxes, spoken_for = might_be_contacts(session)
    silenced, ending = not_to_be_called(session), waiting_to_end(session)
    shown: list[tuple[_Due, int, int]] = []
    for listing, service, owner, goes_on_as, confirmed_on, gathered in _rows(session):
        might_be = mailboxes.get(service, set()) | mailboxes.get(owner, set())
        if not might_be or spoken_for.isdisjoint((service, owner)):
            continue
        if not silenced.isdisjoint((owner, goes_on_as)) or not ending.isdisjoint((listing, service, owner, goes_on_as)):
            continue
        missed_on = _read_gathered(gathered).attempted_on if gathered else 0
        shown.append((_Due(listing, frozenset(might_be)), confirmed_on or 0, missed_on))
    serves = Counter(mailbox for one, _, _ in shown for mailbox in one.mailboxes)
    found: list[tuple[tuple[int, int, int, int], _Due]] = []
    for one, confirmed_on, missed_on in shown:
        of_listing = letters.get(one.listing, _Letters())
        written, answered_on = of_listing.written, of_listing.answered_on
        # The one that the last letter went to, if it is listed still.
        reads = {of_listing.mailbox} & one.mailboxes or one.mailboxes
        is_shared = any(serves[mailbox] > 1 for mailbox in reads)
        if written and is_shared:
            # The next letter to this mailbox is about another listing: of this one it is not reminded.
            answered_on = max(answered_on, written[-1])
        due_on = asked_next_on(written, answered_on=answered_on, missed_on=missed_on)
        if due_on > day:
            continue
        # A reminder that comes months later reminds nobody, so those who were asked before go first. Then those who
        # were never asked, and nobody has spoken with for longest. Listings with one mailbox come up in turn.
        if not written:
            place = (1, confirmed_on)
        elif is_shared:
            place = (2, written[-1])
        else:
            place = (0, due_on)
        found.append(((*place, confirmed_on, one.listing), one))
    return [one for _, one in sorted(found, key=lambda item: item[0])]


def _letters(session: Session) -> dict[int, _Letters]:
    """The letters about each listing, and about those that were merged into it."""
    found: dict[int, _Letters] = defaultdict(_Letters)
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
    return dict(found)


def _lately(session: Session, *, now: dt.datetime) -> _Lately:
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
    return _Lately(
        {listing for listing, at, _, _ in rows if day - day_number(at) < REMINDED_AFTER_DAYS},
        {mailbox for mailbox, until in rests.items() if day < until} | _dead(session, now=now),
        sum(day_number(at) == day for _, at, _, _ in rows),
    )


def _dead(session: Session, *, now: dt.datetime) -> set[str]:
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
# Nobody reads the mail of a practice network, or somebody does who never asked for it.
_IS_SHOWN = (
    Record.kind == "listing", Record.standing == "listed", CardRow.brief.is_not(None),
    Record.network_id.not_in(sa.select(Network.id).where(Network.kind == "practice")),
)  # fmt: skip
# A listing that was merged goes on as another: letters about the one are letters about the other.
_ABOUT = sa.func.coalesce(Record.merged_into, Record.id)
