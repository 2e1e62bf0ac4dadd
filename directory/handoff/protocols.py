"""Agreements between two organizations: entering one, changing, ending and putting it back; and doubting it.

A coordinator who works on both writes. One person may, because no step names a number (``wording``). Whoever speaks for
one of the two, and did not write it, says that it is not what they agreed: a mark that coordinators see, and that ends
nothing. No date ends anything by itself. The chain tells who, of whom and which days, and never a word of it.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.handoff.agreed import Agreed, current_between, kept_by, protocol, row_of
from directory.handoff.models import Protocol
from directory.handoff.wording import reference_of, steps_of
from directory.integrity.queries import name_of
from directory.listings.models import Record
from directory.listings.queries import find_record, get_record, survivor_of
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.values.plain_text import folded

# In how many minutes who takes people answers: what people agree on.
RESPOND_MINUTES = (15, 30, 60, 120, 240, 480, 1440, 2880, 10080)
# Ended versions can be put back so long, and are forgotten then (SAFETY P3).
KEPT_DAYS = 30
_FIRST_DAY = dt.date(1990, 1, 1)
_LONGEST_REVIEW = dt.timedelta(days=5 * 366)


class Terms(msgspec.Struct, frozen=True):
    """What was agreed, as somebody wrote it: ``steps`` one a line; ``reference`` is where the paper lies."""

    signed: dt.date
    reference: str
    steps: str
    respond_minutes: int
    review: dt.date


def agree(session: Session, refers: str, takes: str, terms: Terms, *, by: Actor, now: dt.datetime) -> str:
    """Enter that one organization (public id) refers to another; return the public id of what was entered.

    Raises:
        NotFoundError: there is no such organization, or ``by`` does not work on it.
        RefusedError: ``by`` may not, it stands already, one is listed no longer, or something says what none may say.
        BadInputError: a day or a time cannot be right.
    """
    queue_writers(session)
    pair = _pair(session, refers, takes, by=by)
    if any(one.standing != "listed" for one in pair):
        raise RefusedError("Only two organizations that are listed can agree on something here.")
    if current_between(session, pair[0].id, pair[1].id):
        raise RefusedError("They have an agreement in this direction already: change that.")
    return _write(session, pair, terms, verb="protocol.agreed", by=by, now=now)


def change(session: Session, public_id: str, terms: Terms, *, by: Actor, now: dt.datetime) -> str:
    """Say something else in the place of a version that counts; return the id of the new version.

    Raises:
        As ``agree``; ``RefusedError`` also where it is changed or ended already, or nothing would change.
    """
    queue_writers(session)
    row = _current(session, public_id, by=by, now=now)
    pair = _organizations(session, row)
    steps, reference = _screened(session, pair, terms, now=now)
    _check_days(terms, today=now.date(), review_was=row.review_on)
    said = (terms.signed.toordinal(), reference, steps, terms.respond_minutes, terms.review.toordinal())
    if said == (row.signed_on, row.reference, row.steps, row.respond_minutes, row.review_on):
        raise RefusedError("Nothing would change.")
    _end_between(session, row, now=now)
    return _write(session, pair, terms, verb="protocol.changed", by=by, now=now, review_was=row.review_on)


def end(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> None:
    """End an agreement; it can be put back for thirty days. Raises as ``change``."""
    queue_writers(session)
    row = _current(session, public_id, by=by, now=now)
    row.ended_on = day_number(now)
    session.flush()
    _note_agreed(session, "protocol.ended", row, by=by, now=now)


def put_back(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> str:
    """Let a version that ended count again, in the place of what counts now; return the id under which it does.

    Raises:
        NotFoundError: there is none, or ``by`` may not know of it.
        RefusedError: ``by`` may not, or it counts already.
    """
    queue_writers(session)
    seen, row = _writable(session, public_id, by=by, now=now)
    if row.ended_on is None or seen.is_within:
        raise RefusedError("That is what counts now.")
    _end_between(session, row, now=now)
    again = Protocol(
        public_id=session.info["new_id"](), from_id=seen.refers.record_id, to_id=seen.takes.record_id,
        signed_on=row.signed_on, reference=row.reference, steps=row.steps, respond_minutes=row.respond_minutes,
        review_on=row.review_on, by_id=by.id, written_on=day_number(now),
    )  # fmt: skip
    session.add(again)
    session.flush()
    _note_agreed(session, "protocol.put-back", again, by=by, now=now)
    return str(again.public_id)


def doubt(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> None:
    """Say, for one of the two, that this is not what was agreed. It goes on to count, and is marked.

    Raises:
        NotFoundError: there is none, or ``by`` may not know of it.
        RefusedError: it ended, or somebody said so already.
    """
    queue_writers(session)
    protocol(session, public_id, by=by, now=now)
    row = row_of(session, public_id)
    if row.ended_on is not None or row.doubted_by is not None:
        raise RefusedError("It ended, or somebody said so already.")
    row.doubted_by, row.doubted_on = by.id, day_number(now)
    session.flush()
    _note_agreed(session, "protocol.doubted", row, by=by, now=now)


def settle(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> None:
    """Say that it is what was agreed after all: whoever doubted it, or a coordinator who works on both.

    Raises:
        NotFoundError: there is none, or ``by`` may not know of it.
        RefusedError: ``by`` may not, or nobody doubts it.
    """
    queue_writers(session)
    seen, _ = protocol(session, public_id, by=by, now=now)
    row = row_of(session, public_id)
    if row.doubted_by is None:
        raise RefusedError("Nobody says that it is something else.")
    if not (seen.may_write or seen.is_own_doubt):
        raise RefusedError("Whoever said so takes it back, or a coordinator who works on both.")
    row.doubted_by = row.doubted_on = None
    session.flush()
    _note_agreed(session, "protocol.settled", row, by=by, now=now)


def forget_ended_protocols(session: Session, *, now: dt.datetime) -> int:
    """Forget versions that ended so many days ago that nobody puts them back; return how many."""
    over = sa.delete(Protocol).where(Protocol.ended_on < day_number(now) - KEPT_DAYS)
    return len(session.scalars(over.returning(Protocol.id)).all())


def _pair(session: Session, refers: str, takes: str, *, by: Actor) -> tuple[Record, Record]:
    found = [find_record(session, one, kind="organization") for one in (refers, takes)]
    first, second = (get_record(session, survivor_of(session, one.id) or one.id) for one in found)
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator has to do it.")
    if not {first.id, second.id} <= kept_by(session, [first.id, second.id], by=by):
        raise NotFoundError("There is no such record.")
    if first.id == second.id:
        raise BadInputError("Choose two organizations.")
    return first, second


def _organizations(session: Session, row: Protocol) -> tuple[Record, Record]:
    first, second = (get_record(session, survivor_of(session, one) or one) for one in (row.from_id, row.to_id))
    return first, second


def _writable(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> tuple[Agreed, Protocol]:
    seen, _ = protocol(session, public_id, by=by, now=now)
    if not seen.may_write:
        raise RefusedError("A coordinator who works on both organizations has to do it.")
    return seen, row_of(session, public_id)


def _current(session: Session, public_id: str, *, by: Actor, now: dt.datetime) -> Protocol:
    _, row = _writable(session, public_id, by=by, now=now)
    if row.ended_on is not None:
        raise RefusedError("Somebody changed or ended it meanwhile. Look at what counts now.")
    return row


def _end_between(session: Session, row: Protocol, *, now: dt.datetime) -> None:
    """End all that counts between the two in this direction: after a merge there may be two."""
    for one in current_between(session, row.from_id, row.to_id):
        one.ended_on = day_number(now)
    session.flush()


def _screened(session: Session, pair: tuple[Record, Record], terms: Terms, *, now: dt.datetime) -> tuple[str, str]:
    known = {word for one in pair for word in folded(name_of(session, one)).split()}
    return steps_of(terms.steps, known=known, year=now.year), reference_of(terms.reference, known=known)


def _check_days(terms: Terms, *, today: dt.date, review_was: int | None) -> None:
    if not _FIRST_DAY <= terms.signed <= today:
        raise BadInputError("The day of the paper is one that has been.")
    is_new = terms.review.toordinal() != review_was
    if (is_new and terms.review <= today) or terms.review <= terms.signed or terms.review > today + _LONGEST_REVIEW:
        raise BadInputError("It is looked at again on a day to come, within five years.")
    if terms.respond_minutes not in RESPOND_MINUTES:
        raise BadInputError("Choose in how long they answer.")


def _write(
    session: Session, pair: tuple[Record, Record], terms: Terms, *, verb: str, by: Actor, now: dt.datetime,
    review_was: int | None = None,
) -> str:  # fmt: skip
    _check_days(terms, today=now.date(), review_was=review_was)
    steps, reference = _screened(session, pair, terms, now=now)
    row = Protocol(
        public_id=session.info["new_id"](), from_id=pair[0].id, to_id=pair[1].id, signed_on=terms.signed.toordinal(),
        reference=reference, steps=steps, respond_minutes=terms.respond_minutes, review_on=terms.review.toordinal(),
        by_id=by.id, written_on=day_number(now),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note_agreed(session, verb, row, by=by, now=now)
    return str(row.public_id)


def _note_agreed(session: Session, verb: str, row: Protocol, *, by: Actor, now: dt.datetime) -> None:
    body = {
        "from": row.from_id, "to": row.to_id, "signed": row.signed_on, "review": row.review_on,
        "minutes": row.respond_minutes,
    }  # fmt: skip
    record(session, [Act(verb, str(row.public_id), body, by.id)], now=now)
