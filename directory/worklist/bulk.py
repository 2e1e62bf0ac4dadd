"""One thing done to many listings: first shown, exactly as it would go, and then done, each by itself.

It calls the verbs that a person would call on the page of each listing, and no other: so what is guarded becomes a
proposal here too, and what the verb refuses is refused. Nothing is lost because one of them fails.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.confirming.service import ask
from directory.db import Database
from directory.errors import BadInputError, DirectoryError, NotFoundError, RefusedError
from directory.integrity.queries import name_of
from directory.integrity.reach import require_scope
from directory.integrity.service import decline, hide, intend
from directory.listings.models import Change, Record
from directory.listings.queries import find_record
from directory.people.actor import Actor
from directory.planning.staff_wishes import (
    USUAL_MONTHS,
    WISH_KINDS,
    end_staff_wish,
    rest_letters,
    resting_letters,
    want_call,
)
from directory.worklist.notes import USUAL_DAYS, delete_note, write_note

Action = Literal["letter", "hide", "close", "note", "call", "no-letter"]
ACTIONS: tuple[Action, ...] = get_args(Action)
# So many at once: whoever else writes waits meanwhile, and nobody looks a longer list through.
MOST = 150

Said = Literal[
    "written", "hidden", "closed", "proposed", "withdrawn", "noted", "called-for", "left-out", "taken-back", "refused",
]  # fmt: skip


class Further(msgspec.Struct, frozen=True):
    """What some things want beside the listings: the text of a note and its days, the months without letters."""

    text: str = ""
    days: int = USUAL_DAYS
    months: int = USUAL_MONTHS


NOTHING = Further()


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of one listing.

    Attributes:
        id: its public id.
        name: of its service; empty for what is not there.
        said: what is done, or that it is refused.
        why: why it is refused, as a sentence.
        change: the proposal that was made, which whoever made it may withdraw; None if there is none.
        note: the note that was left, which whoever left it may delete; None if there is none.
        organization: the name of whose service it is, since many services are called alike.
    """

    id: str
    name: str
    said: Said
    why: str = ""
    change: int | None = None
    note: int | None = None
    organization: str = ""


class _NotForGoodError(Exception):
    """Ends a transaction of which nothing is to stay."""


def preview(
    database: Database, listings: Sequence[str], action: str, *, by: Actor, reason: str = "", further: Further = NOTHING
) -> list[Outcome]:
    """What ``carry_out`` would do at this moment; nothing of it stays. Arguments and errors as there."""
    found: list[Outcome] = []
    try:
        with database.transaction() as session:
            found = _each(session, listings, action, by=by, reason=reason, further=further)
            raise _NotForGoodError  # noqa: TRY301 - only an error takes a transaction back
    except _NotForGoodError:
        return found


def carry_out(
    database: Database, listings: Sequence[str], action: str, *, by: Actor, reason: str = "", further: Further = NOTHING
) -> list[Outcome]:
    """Do one thing to many listings, and say of each what became of it.

    Args:
        database: each listing is a step of one transaction, and one that is refused leaves nothing behind.
        listings: public ids.
        action: one of ``ACTIONS``.
        by: whose word it is.
        reason: why, for what wants a reason.
        further: what a note and a rest from letters want.

    Raises:
        BadInputError: there is no such action, nothing was chosen, or more than ``MOST``.
    """
    with database.transaction() as session:
        return _each(session, listings, action, by=by, reason=reason, further=further)


def withdraw(database: Database, changes: Sequence[int], *, by: Actor) -> list[Outcome]:
    """Withdraw proposals of one's own; what somebody has decided meanwhile is refused, and said.

    Raises:
        BadInputError: there are none, or more than ``MOST``.
    """
    _check(changes)
    found = []
    with database.transaction() as session:
        for change_id in changes:
            change = session.get(Change, change_id)
            target = session.get(Record, change.subject_id) if change is not None and change.subject_id else None
            if change is None or target is None or change.proposed_by != by.id:
                raise NotFoundError("There is no such proposal.")
            outcome = _outcome(session, target, "withdrawn")
            try:
                with session.begin_nested():
                    decline(session, change_id, by=by, now=session.info["now"])
            except DirectoryError as error:
                outcome = msgspec.structs.replace(outcome, said="refused", why=str(error))
            found.append(outcome)
    return found


def take_back(
    database: Database, action: str, *, by: Actor, notes: Sequence[int] = (), listings: Sequence[str] = ()
) -> list[Outcome]:
    """Delete the notes that one left, or end what one wanted of listings (``call``, ``no-letter``), each by itself.

    Raises:
        BadInputError: it is nothing that is taken back so, there are none, or more than ``MOST``.
        NotFoundError: there is no such note.
    """
    if action not in {"note", *WISH_KINDS}:
        raise BadInputError("That is nothing that can be taken back here.")
    found = []
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        if action == "note":
            _check(notes)
            for note in notes:
                listing = delete_note(session, note, by=by, now=now)
                found.append(_outcome(session, listing, "taken-back"))
            return found
        _check(listings)
        for public_id in listings:
            listing = find_record(session, public_id, kind="listing")
            require_scope(session, listing, by=by)
            outcome = _outcome(session, listing, "taken-back")
            try:
                with session.begin_nested():
                    end_staff_wish(session, listing.id, action, by=by, now=now)
            except DirectoryError as error:
                outcome = msgspec.structs.replace(outcome, said="refused", why=str(error))
            found.append(outcome)
    return found


def _each(
    session: Session, listings: Sequence[str], action: str, *, by: Actor, reason: str, further: Further
) -> list[Outcome]:
    _check(listings)
    if action not in ACTIONS:
        raise BadInputError("Choose what is to be done.")
    now: dt.datetime = session.info["now"]
    found = []
    for public_id in listings:
        try:
            listing = find_record(session, public_id, kind="listing")
            require_scope(session, listing, by=by)
        except NotFoundError as error:
            found.append(Outcome(public_id, "", "refused", str(error)))
            continue
        try:
            with session.begin_nested():
                said, made = _do(session, listing, action, by=by, reason=reason, further=further, now=now)
        except DirectoryError as error:
            found.append(_outcome(session, listing, "refused", why=str(error)))
        else:
            change, note = (None, made) if said == "noted" else (made, None)
            found.append(_outcome(session, listing, said, change=change, note=note))
    return found


def _outcome(session: Session, target: Record, said: Said, **more: Any) -> Outcome:
    owner = session.get(Record, target.organization_id) if target.organization_id else None
    organization = name_of(session, owner) if owner else ""
    return Outcome(str(target.public_id), name_of(session, target), said, organization=organization, **more)


def _do(
    session: Session, listing: Record, action: Action, *, by: Actor, reason: str, further: Further, now: dt.datetime
) -> tuple[Said, int | None]:
    """What became of it, and the row that a later press takes back: a note or a proposal."""
    if action == "note":
        return "noted", write_note(session, listing.id, further.text, days=further.days, by=by, now=now)
    if action == "call":
        want_call(session, listing.id, by=by, now=now)
        return "called-for", None
    if action == "no-letter":
        rest_letters(session, listing.id, months=further.months, by=by, now=now)
        return "left-out", None
    if action == "letter":
        last = resting_letters(session, day=day_number(now)).get(listing.id)
        if last is not None:
            raise RefusedError(f"It is left out of letters until {dt.date.fromordinal(last)}.")
        ask(session, listing.id, by=by, now=now)
        return "written", None
    if action == "hide":
        hide(session, listing.id, by=by, reason=reason, now=now)
        return "hidden", None
    change = session.get_one(Change, intend(session, listing.id, "close", by=by, reason=reason, now=now))
    return ("proposed", change.id) if change.state == "proposed" else ("closed", None)


def _check(chosen: Sequence[object]) -> None:
    if not chosen:
        raise BadInputError("Choose at least one listing.")
    if len(chosen) > MOST:
        raise BadInputError(f"At most {MOST} at once.")


def counted(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """How many are done, and how many are refused."""
    said = [one.said != "refused" for one in outcomes]
    return sum(said), len(said) - sum(said)
