"""Letters that somebody here sends to many programs at once, by the same rules as those of the clock.

Whose turn it is says ``rounds``, and so who was asked lately is not asked again because somebody pressed a button.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.service import head
from directory.clock import day_number
from directory.confirming.models import Confirmation
from directory.confirming.rounds import choose, most_a_day, shown_count, turns
from directory.confirming.service import ask
from directory.confirming.stopping import was_stopped
from directory.confirming.written import mailbox_for, mailboxes_for, written_lately
from directory.db import Database, in_portions, queue_writers
from directory.errors import RefusedError
from directory.integrity.in_scope import which_in_scope
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.vocabulary import terms
from directory.worklist.asked import has_code, in_state, within
from directory.worklist.models import WorkLine

_MONTH_DAYS = 30
_AT_ONCE = 50


class Wanted(msgspec.Struct, frozen=True):
    """Which listings are meant. What is empty or 0 is not asked for.

    Attributes:
        kind: a slug, with those under it.
        area: a state (``US-FL``).
        state: of freshness, as of today.
        months: for how many nobody has confirmed it.
    """

    kind: str = ""
    area: str = ""
    state: str = ""
    months: int = 0


class Addressee(msgspec.Struct, frozen=True):
    """A listing that is meant. ``why_not`` is empty where a letter goes out, else a code; ``due_on`` a day number."""

    record: int
    listing: str
    name: str
    why_not: str = ""
    due_on: int = 0


def preview(session: Session, wanted: Wanted, *, by: Actor, now: dt.datetime) -> list[Addressee]:
    """Whom letters would go to, and to whom not and why; what ``by`` does not work on is not there.

    Codes are those of ``rounds.Turn``, ``recently`` (from ``due_on`` on they may be asked), ``mailbox-rests`` (another
    listing of this mailbox was or is asked about) and ``full`` (no more letters go out today).

    Raises:
        UnknownTermError: there is no such kind.
    """
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator has to do it.")
    day = day_number(now)
    lines = {line.listing_id: line for line in session.execute(_meant(wanted, by=by, day=day))}
    meant = [one for one in turns(session) if one.listing in lines]
    lately = written_lately(session, now=now)
    due = sorted((one for one in meant if not one.never and one.due_on <= day), key=lambda one: one.place)
    room = most_a_day(shown_count(session)) - lately.today
    chosen = choose(session, due, lately, room=room)
    # Where no more letters go out nobody looks to whom one would.
    is_full, told = len(chosen) >= room, dict.fromkeys((one.listing for one in chosen), "")
    waiting = [one.listing for one in due if one.listing not in told]
    mailboxes = {} if is_full else mailboxes_for(session, waiting)
    told |= {one: "full" if is_full else "mailbox-rests" if one in mailboxes else "no-mailbox" for one in waiting}
    told |= {one.listing: one.never or "recently" for one in meant if one.listing not in told}
    found = [
        Addressee(one.listing, str(line.public_id), line.name, told[one.listing], one.due_on)
        for one, line in ((one, lines[one.listing]) for one in meant)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.record))


def start(database: Database, wanted: Wanted, *, by: Actor) -> int:
    """Write to everybody whom ``preview`` names; return how many letters were put out. Done again, nobody gets two.

    It goes no further when somebody stops it meanwhile (``stopping``).

    What it raises: see ``preview``.
    """
    with database.reading() as session:
        chosen = [one for one in preview(session, wanted, by=by, now=session.info["now"]) if not one.why_not]
        begun = head(session).seq
    count = 0
    for portion in in_portions(chosen, _AT_ONCE):
        with database.transaction() as session:
            queue_writers(session)
            now: dt.datetime = session.info["now"]
            # What was written meanwhile.
            lately = written_lately(session, now=now)
            room = count + most_a_day(shown_count(session)) - lately.today
            if was_stopped(session, by, since=begun):
                return count
            for one in portion:
                if count >= room:
                    return count
                mailbox = mailbox_for(session, one.record)
                if one.record in lately.listings or not mailbox or mailbox in lately.mailboxes:
                    continue
                try:
                    ask(session, one.record, by=by, now=now)
                except RefusedError:
                    continue
                lately.mailboxes.add(mailbox)
                count += 1
    return count


class Progress(msgspec.Struct, frozen=True):
    """What became of the letters that were written on a day (ISO): how many, and how each was answered so far."""

    day: str
    written: int
    right: int
    changed: int
    gone: int
    open: int
    silent: int
    came_back: int


def progress(session: Session, *, by: Actor, now: dt.datetime, days: int = 90) -> list[Progress]:
    """What became of the letters of the last days, the latest first; of listings that ``by`` works on alone."""
    rows = session.execute(
        sa.select(Confirmation, Record)
        .join(Record, Record.id == Confirmation.listing_id)
        .where(Confirmation.created_at > now - dt.timedelta(days=days))
    ).all()
    said = _answers(session, (link.used_at for link, _ in rows))
    theirs = which_in_scope(session, (listing for _, listing in rows), by=by)
    by_day: dict[str, list[str]] = {}
    for link, listing in rows:
        if listing.id not in theirs:
            continue
        if link.returned_at is not None:
            fate = "came_back"
        elif link.used_at is not None:
            fate = said.get((str(listing.public_id), link.used_at), "right")
        else:
            fate = "open" if link.expires_at > now else "silent"
        by_day.setdefault(link.created_at.date().isoformat(), []).append(fate)
    return [
        Progress(
            day, len(fates), fates.count("right"), fates.count("changed"),
            fates.count("closed") + fates.count("do-not-list"), fates.count("open"), fates.count("silent"),
            fates.count("came_back"),
        )
        for day, fates in sorted(by_day.items(), reverse=True)
    ]  # fmt: skip


def _answers(session: Session, used_at: Iterable[dt.datetime | None]) -> dict[tuple[str, dt.datetime], str]:
    """(Listing, instant) -> what was answered, as the audit has it: links remember only when they were used."""
    first = min((at for at in used_at if at is not None), default=None)
    if first is None:
        return {}
    entries = session.execute(
        sa.select(AuditEntry.subject, AuditEntry.at, AuditEntry.body).where(
            AuditEntry.verb == "listing.answered-by-letter", AuditEntry.at >= first
        )
    )
    return {(subject, at): str(msgspec.json.decode(body)["body"]["said"]) for subject, at, body in entries}


def _meant(wanted: Wanted, *, by: Actor, day: int) -> sa.Select[int, uuid.UUID, str]:
    """The lines of the listings that are meant, as the list of the desk finds them."""
    query = sa.select(WorkLine.listing_id, WorkLine.public_id, WorkLine.name).where(
        *([] if by.role == "admin" else [within(by)]), *in_state(wanted.state, day)
    )
    if wanted.kind:
        query = query.where(
            sa.or_(*(has_code(WorkLine.kinds, code) for code in sorted(terms.expand_kind(wanted.kind))))
        )
    if wanted.area:
        query = query.where(has_code(WorkLine.areas, wanted.area))
    if wanted.months:
        query = query.where(WorkLine.confirmed_on < day - wanted.months * _MONTH_DAYS)
    return query
