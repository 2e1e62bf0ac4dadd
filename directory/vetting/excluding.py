"""Why a program was removed or is not to be listed: a reason of a closed list, notice to it, and its appeal."""

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity.proposals import intend
from directory.listings.models import Change, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.vetting.models import NOTICES, OUTCOMES, REASONS, Exclusion
from directory.vetting.programs import program_of


class ExclusionShown(msgspec.Struct, frozen=True):
    """An exclusion for those who work on it.

    ``id`` and ``state`` are its change's; days are dates, None where there was none.
    """

    id: int
    reason: str
    intends: str
    state: str
    said_on: dt.date
    notice_on: dt.date | None
    notice_how: str | None
    appeal_on: dt.date | None
    outcome: str | None
    decided_on: dt.date | None


def require_reason(reason: str) -> None:
    """Raise ``RefusedError`` for a reason that is none of the list."""
    if reason not in REASONS:
        raise RefusedError("Say why, by a reason of the list.")


def put_on_do_not_list(session: Session, organization_id: int, reason: str, *, by: Actor, now: dt.datetime) -> int:
    """Propose that a program is never listed, for a reason; return the change.

    Raises:
        NotFoundError: there is no such program, or ``by`` does not work on it.
        RefusedError: ``by`` may not, it is so already or proposed, or the reason is none.
    """
    queue_writers(session)
    program = program_of(session, organization_id, by=by, now=now)
    require_reason(reason)
    change = intend(session, program.id, "do-not-list", by=by, reason="", now=now)
    note_reason(session, program, change, reason, by=by, now=now)
    return change


def note_reason(session: Session, program: Record, change: int, reason: str, *, by: Actor, now: dt.datetime) -> None:
    """Write why beside the change. The chain tells that a reason was given, and never which."""
    session.add(Exclusion(change_id=change, record_id=program.id, reason=reason, stated_by=by.id, stated_at=now))
    session.flush()
    record(session, [Act("exclusion.reason-given", str(change), {"change": change}, by.id)], now=now)


def give_notice(session: Session, change_id: int, how: str, *, on: dt.date, by: Actor, now: dt.datetime) -> None:
    """Note on which day and how the program was told; raises as ``open_appeal``."""
    one = _exclusion(session, change_id, by=by, now=now)
    if how not in NOTICES:
        raise BadInputError("That is no way to tell somebody.")
    if one.notice_on is not None:
        raise RefusedError("They were told already.")
    _check_day(on, one, now=now)
    one.notice_on, one.notice_how = day_number_of(on), how
    _tell_chain(session, one, "exclusion.notice-given", by=by, now=now)


def open_appeal(session: Session, change_id: int, *, on: dt.date, by: Actor, now: dt.datetime) -> None:
    """Note that the program appeals.

    Raises:
        NotFoundError: there is no such exclusion, or ``by`` does not work on its program.
        RefusedError: ``by`` may not, it was done already, or the day cannot be right.
    """
    one = _exclusion(session, change_id, by=by, now=now)
    if one.appeal_on is not None:
        raise RefusedError("They appealed already.")
    _check_day(on, one, now=now)
    one.appeal_on = day_number_of(on)
    _tell_chain(session, one, "exclusion.appealed", by=by, now=now)


def decide_appeal(session: Session, change_id: int, outcome: str, *, by: Actor, now: dt.datetime) -> None:
    """Decide an appeal, as somebody who had no part in what it is about.

    Lifted, nothing is listed yet: two people list it again, or begin to vet it anew.

    Raises:
        NotFoundError: there is no such exclusion, or ``by`` does not work on its program.
        RefusedError: ``by`` had a part in it, no appeal is open, or it is no outcome.
    """
    one = _exclusion(session, change_id, by=by, now=now)
    if outcome not in OUTCOMES:
        raise BadInputError("That is no outcome of an appeal.")
    if one.appeal_on is None or one.appeal_outcome is not None:
        raise RefusedError("No appeal is open there.")
    change = session.get_one(Change, one.change_id)
    if by.id in {one.stated_by, change.proposed_by, change.decided_by}:
        raise RefusedError("Somebody has to decide who had no part in it.")
    one.appeal_outcome, one.decided_by, one.decided_on = outcome, by.id, day_number(now)
    _tell_chain(session, one, "exclusion.appeal-decided", by=by, now=now)


def exclusions_of(session: Session, record_ids: Collection[int]) -> tuple[ExclusionShown, ...]:
    """What was said of these records, the latest first; what was declined is left out."""
    rows = session.execute(
        sa.select(Exclusion, Change)
        .join(Change, Change.id == Exclusion.change_id)
        .where(Exclusion.record_id.in_(record_ids), Change.state.in_(("proposed", "applied")))
        .order_by(Exclusion.change_id.desc())
    )
    return tuple(
        ExclusionShown(
            one.change_id, one.reason, change.intends or "removed", change.state, one.stated_at.date(),
            _date(one.notice_on), one.notice_how, _date(one.appeal_on), one.appeal_outcome, _date(one.decided_on),
        )
        for one, change in rows
    )  # fmt: skip


def day_number_of(day: dt.date) -> int:
    """A day as it is stored."""
    return day.toordinal()


def _exclusion(session: Session, change_id: int, *, by: Actor, now: dt.datetime) -> Exclusion:
    queue_writers(session)
    one = session.get(Exclusion, change_id, populate_existing=True)
    if one is None:
        raise NotFoundError("There is no such exclusion.")
    record = get_record(session, one.record_id)
    program_of(session, record.organization_id or record.id, by=by, now=now)
    if session.get_one(Change, one.change_id).state != "applied":
        raise RefusedError("It is not decided yet, or was declined.")
    return one


def _check_day(on: dt.date, one: Exclusion, *, now: dt.datetime) -> None:
    if not one.stated_at.date() <= on <= now.date():
        raise RefusedError("That day cannot be: it is before the reason was given, or still to come.")


def _tell_chain(session: Session, one: Exclusion, verb: str, *, by: Actor, now: dt.datetime) -> None:
    session.flush()
    record(session, [Act(verb, str(one.change_id), {"change": one.change_id}, by.id)], now=now)


def _date(number: int | None) -> dt.date | None:
    return None if number is None else dt.date.fromordinal(number)
