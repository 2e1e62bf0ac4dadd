"""Hiding a listing: one person, at once, for 72 hours unless another seconds it; two show it again.

So does the program, where two independent kinds of automatic evidence speak against a listing (``suspend``).
"""

import datetime as dt
from collections.abc import Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.integrity.as_kept import note_about
from directory.integrity.reach import require_scope
from directory.integrity.states import state_of_record
from directory.integrity.table import HIDDEN_FOR, MISSING, REST, Case, Verdict, judge
from directory.integrity.witnesses import Kind
from directory.listings.changes import Author, OpenChange
from directory.listings.models import Change, Fact, Hiding, Record
from directory.listings.queries import get_record
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.people.queries import actor_of
from directory.people.service import command_line_person


def open_hiding(session: Session, record_id: int) -> Hiding | None:
    """How a listing is hidden now; None if it is not."""
    return session.scalar(sa.select(Hiding).where(Hiding.record_id == record_id, Hiding.ended_at.is_(None)))


def hide(session: Session, listing_id: int, *, by: Actor, reason: str, now: dt.datetime) -> None:
    """Take a listing out of sight at once, for 72 hours unless somebody else seconds it.

    Raises:
        NotFoundError: there is no such listing, or ``by`` does not work on it.
        RefusedError: ``by`` may not, hid it lately already, or hides ten that nobody seconded.
    """
    # What somebody hides elsewhere at the same moment counts, too.
    queue_writers(session)
    listing = _listing(session, listing_id, by=by)
    lately = session.scalar(
        sa.select(Hiding.id).where(Hiding.record_id == listing_id, Hiding.by_id == by.id, Hiding.at > now - REST)
    )
    verdict = judge(
        Case(
            state=state_of_record(session, listing), action="hide", actor=by,
            other_hidings=not_seconded(session, by.id), hidden_before=lately is not None, now=now,
        )
    )  # fmt: skip
    if not verdict.is_allowed:
        raise RefusedError("Not now: " + "; ".join(MISSING[code] for code in verdict.missing) + ".")
    note = note_about(session, listing, reason)
    _take_out_of_sight(session, listing, Author("edit", note or "hidden at once", by.id), by_id=by.id, now=now)
    tell_keepers(session, "hidden", {"listing": str(listing.public_id)}, now=now, apart_from=by.id)


class Against(msgspec.Struct, frozen=True):
    """What speaks against a listing without a person.

    Attributes:
        kinds: independent kinds of automatic evidence, each with since when it says so (``witnesses.speaking``).
        doubt: the probability that it cannot be reached, without what readers reported.
        is_last: whether it is the last open listing of one of its kinds in its area.
    """

    kinds: Mapping[Kind, dt.datetime]
    doubt: float
    is_last: bool


def suspend(session: Session, listing_id: int, against: Against, *, now: dt.datetime) -> Verdict:
    """Hide a listing as the program, as the table allows it; return the verdict.

    It is shown again after 72 hours unless somebody seconds it. Everybody who keeps the directory gets a letter that a
    call is due at once.

    Raises:
        NotFoundError: there is no such listing.
    """
    queue_writers(session)
    program = actor_of(session, command_line_person(session, now=now).id)
    listing = _listing(session, listing_id, by=program)
    last = session.scalar(
        sa.select(sa.func.max(Hiding.at)).where(Hiding.record_id == listing_id, Hiding.by_id == program.id)
    )
    verdict = judge(
        Case(
            state=state_of_record(session, listing), action="suspend", actor=program,
            other_hidings=not_seconded(session, program.id), hidden_before=last is not None and last > now - REST,
            witnesses=frozenset(against.kinds), doubt=against.doubt,
            is_last=against.is_last, is_known=last is not None and all(one <= last for one in against.kinds.values()),
            now=now,
        )
    )  # fmt: skip
    if verdict.is_allowed:
        # By nobody in the record: that machines did something does not mean that somebody looks after this.
        reason = f"automatic evidence of {len(against.kinds)} kinds: {', '.join(sorted(against.kinds))}"
        _take_out_of_sight(session, listing, Author("edit", reason), by_id=program.id, now=now)
        tell_keepers(session, "hidden-call-due", {"listing": str(listing.public_id)}, now=now)
    return verdict


def _take_out_of_sight(session: Session, listing: Record, author: Author, *, by_id: int, now: dt.datetime) -> None:
    change = OpenChange(session, author, subject_id=listing.id, now=now)
    change.set_record(listing, standing="suspended")
    change.close(verb="listing.suspended")
    session.add(Hiding(record_id=listing.id, by_id=by_id, at=now, until=now + HIDDEN_FOR))
    session.flush()
    touch(session, listing.id)


def not_seconded(session: Session, person_id: int) -> int:
    """How many listings somebody hides that nobody else seconded, those of programs that they paused among them."""
    waiting = sa.select(sa.func.count()).select_from(Hiding)
    hidden = session.scalar(
        waiting.where(Hiding.by_id == person_id, Hiding.ended_at.is_(None), Hiding.seconded_by.is_(None))
    )
    paused = paused_alone().where(Fact.standing == "current", Change.proposed_by == person_id)
    return (hidden or 0) + sum(count_listings(session, fact.record_id) for fact in session.scalars(paused))


def paused_alone() -> sa.Select[Fact]:
    """Pauses of one person: those that have an end."""
    return (
        sa.select(Fact)
        .join(Change, Change.id == Fact.change_id)
        .where(Fact.field == "vetting", Fact.slot == "paused", Fact.value.contains('"expires_on":'))
    )


def count_listings(session: Session, record_id: int) -> int:
    """How many listings go out of sight with an organization, a service or a listing."""
    below = sa.or_(Record.id == record_id, Record.service_id == record_id, Record.organization_id == record_id)
    return session.scalar(sa.select(sa.func.count()).select_from(Record).where(Record.kind == "listing", below)) or 0


def second_hiding(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Second that a listing is hidden: it stays so until two people show it again.

    Raises:
        NotFoundError: there is no such hidden listing, or ``by`` does not work on it.
        RefusedError: something of a second person is missing.
    """
    queue_writers(session)
    listing = _listing(session, listing_id, by=by)
    hiding = open_hiding(session, listing_id)
    if hiding is None or hiding.seconded_by is not None:
        raise NotFoundError("There is no hiding here that waits for a second person.")
    verdict = judge(
        Case(state="hidden", action="second-hiding", actor=by, proposer=actor_of(session, hiding.by_id), now=now)
    )
    if not verdict.is_allowed:
        raise RefusedError("Not yet: " + "; ".join(MISSING[code] for code in verdict.missing) + ".")
    hiding.until, hiding.seconded_by, hiding.seconded_at = None, by.id, now
    session.flush()
    record(session, [Act("listing.hiding-seconded", str(listing.public_id), {}, by.id)], now=now)
    tell_keepers(session, "hiding-seconded", {"listing": str(listing.public_id)}, now=now, apart_from=by.id)


def end_hiding(session: Session, record_id: int, *, now: dt.datetime) -> None:
    """Note that a listing is hidden no more (its standing is changed by whoever calls)."""
    session.execute(
        sa.update(Hiding).where(Hiding.record_id == record_id, Hiding.ended_at.is_(None)).values(ended_at=now)
    )


def end_old_hidings(session: Session, *, now: dt.datetime) -> int:
    """Show every listing again whose 72 hours are over; return how many."""
    over = session.scalars(
        sa.select(Hiding).where(Hiding.ended_at.is_(None), Hiding.until <= now).order_by(Hiding.id)
    ).all()
    for hiding in over:
        listing = get_record(session, hiding.record_id)
        hiding.ended_at = now
        session.flush()
        if listing.standing != "suspended":
            # It was closed meanwhile, by two.
            continue
        change = OpenChange(
            session, Author("edit", "nobody seconded that it was hidden"), subject_id=listing.id, now=now
        )
        change.set_record(listing, standing="listed")
        change.close(verb="listing.listed")
        touch(session, listing.id)
        tell_keepers(session, "shown-again", {"listing": str(listing.public_id)}, now=now)
    return len(over)


def _listing(session: Session, listing_id: int, *, by: Actor) -> Record:
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if listing.kind != "listing" or listing.standing == "merged":
        raise NotFoundError("There is no such listing.")
    return listing
