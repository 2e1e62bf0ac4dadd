"""Dismissing what readers reported of listings, by a reason of a list; and taking that back.

A dismissal ends the reports that were seen and nothing else: what comes later counts as ever, whatever was dismissed
before. The chain keeps why, by whom and which, so that they can be brought back; of readers nobody knows anything.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.service import Act, record
from directory.confirming.shown import shown_facts
from directory.db import Database, queue_writers
from directory.errors import BadInputError, DirectoryError, NotFoundError, RefusedError
from directory.freshness.models import ReportCount
from directory.freshness.policy import MOST_REPORTS_A_DAY
from directory.integrity.in_scope import AT_ONCE, which_in_scope
from directory.integrity.queries import name_of
from directory.integrity.reach import require_scope
from directory.integrity.states import state_of_record
from directory.integrity.table import MISSING, Case, judge
from directory.listings.models import Change, Record
from directory.listings.queries import find_record
from directory.listings.service import touch
from directory.people.actor import Actor
from directory.people.models import Person
from directory.people.queries import actor_if_here
from directory.worklist.reports import Reason, mark_of, open_rows

WHY: Final = ("not-confirmed", "already-right", "other-listing", "spam")
# So long a dismissal is on the page and can be taken back; the chain keeps it for good.
KEPT = dt.timedelta(days=30)
MOST = 150
# What is said of a number is not for whoever entered it to dismiss (SAFETY I1).
_OF_NUMBERS = frozenset({"wrong-number", "no-answer"})
_DISMISSED, _BROUGHT_BACK = "report.dismissed", "report.brought-back"


class Chosen(msgspec.Struct, frozen=True):
    """A listing (its public id), and the mark of the reports that were seen of it (``reports.Reported.mark``)."""

    listing: str
    mark: str


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of one: its name, how many reports go, and why not, where it is refused."""

    chosen: Chosen
    name: str
    times: int = 0
    refused: str = ""


class Dismissal(msgspec.Struct, frozen=True):
    """One of the last days: its place in the chain, of what, which reports, why, by whom, whether it was taken back."""

    seq: int
    at: dt.datetime
    listing: str
    name: str
    reasons: tuple[Reason, ...]
    why: str
    by: str
    is_back: bool


class _NotForGoodError(Exception):
    """Ends a transaction of which nothing is to stay."""


def preview(database: Database, chosen: Sequence[Chosen], *, why: str, by: Actor) -> list[Outcome]:
    """What ``dismiss`` would do now; nothing of it stays. Arguments and errors as there."""
    found: list[Outcome] = []
    try:
        with database.transaction() as session:
            found = dismiss(session, chosen, why=why, by=by, now=session.info["now"])
            raise _NotForGoodError  # noqa: TRY301 - only an error takes a transaction back
    except _NotForGoodError:
        return found


def dismiss(session: Session, chosen: Sequence[Chosen], *, why: str, by: Actor, now: dt.datetime) -> list[Outcome]:
    """Dismiss the open reports of listings, each by itself; say of each what became of it.

    Raises:
        BadInputError: the reason is none of ``WHY``, nothing was chosen, or more than ``MOST``.
    """
    if why not in WHY:
        raise BadInputError("Choose why.")
    if not chosen:
        raise BadInputError("Choose at least one listing.")
    if len(chosen) > MOST:
        raise BadInputError(f"At most {MOST} at once.")
    queue_writers(session)
    found = []
    for one in chosen:
        name = ""
        try:
            listing = find_record(session, one.listing, kind="listing")
            require_scope(session, listing, by=by)
            name = name_of(session, listing)
            found.append(Outcome(one, name, _dismiss(session, listing, one.mark, why=why, by=by, now=now)))
        except DirectoryError as error:
            found.append(Outcome(one, name, refused=str(error)))
    return found


def bring_back(session: Session, seq: int, *, by: Actor, now: dt.datetime) -> None:
    """Take a dismissal back: its reports are open again, as they were.

    Raises:
        NotFoundError: there is no such dismissal of the last 30 days, or ``by`` does not work on its listing.
        RefusedError: ``by`` may not, or it was taken back already.
    """
    queue_writers(session)
    entry = session.get(AuditEntry, seq)
    if entry is None or entry.verb != _DISMISSED or entry.at < now - KEPT:
        raise NotFoundError("There is no such dismissal of the last 30 days.")
    listing = find_record(session, entry.subject, kind="listing")
    require_scope(session, listing, by=by)
    _require(session, listing, frozenset(), by=by, now=now)
    if seq in _brought_back(session, since=entry.at):
        raise RefusedError("It was taken back already.")
    for reason, day, times in _told(entry)[1]:
        open_now = session.get(ReportCount, (listing.id, reason, day), populate_existing=True)
        if open_now is None:
            session.add(ReportCount(listing_id=listing.id, reason=reason, day=day, n=times))
        else:
            open_now.n = min(open_now.n + times, MOST_REPORTS_A_DAY)
    session.flush()
    record(session, [Act(_BROUGHT_BACK, entry.subject, {"entry": seq}, by.id)], now=now)
    touch(session, listing.id)


def dismissals(session: Session, *, by: Actor, now: dt.datetime) -> list[Dismissal]:
    """What was dismissed in the last 30 days of listings that somebody works on, the latest first."""
    back = _brought_back(session, since=now - KEPT)
    entries = session.execute(
        sa.select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.by_id)
        .where(AuditEntry.verb == _DISMISSED, AuditEntry.at >= now - KEPT)
        .order_by(AuditEntry.seq.desc())
    )
    found: list[Dismissal] = []
    for portion in entries.partitions(AT_ONCE):
        listings = {entry.subject: find_record(session, entry.subject, kind="listing") for entry, _ in portion}
        theirs = which_in_scope(session, listings.values(), by=by)
        for entry, person in portion:
            listing = listings[entry.subject]
            if listing.id in theirs:
                why, rows = _told(entry)
                found.append(
                    Dismissal(
                        entry.seq, entry.at, entry.subject, name_of(session, listing), _summed(rows), why,
                        person or "", entry.seq in back,
                    )
                )  # fmt: skip
            if len(found) == MOST:
                return found
    return found


def _dismiss(session: Session, listing: Record, mark: str, *, why: str, by: Actor, now: dt.datetime) -> int:
    rows = open_rows(session, listing.id)
    if mark_of(rows) != mark:
        raise RefusedError("Somebody reported or called meanwhile. Look again.")
    _require(session, listing, frozenset(row.reason for row in rows), by=by, now=now)
    told = [[row.reason, row.day, row.n] for row in rows]
    for row in rows:
        session.delete(row)
    session.flush()
    body = {"why": why, "reports": told}
    record(session, [Act(_DISMISSED, str(listing.public_id), body, by.id)], now=now)
    touch(session, listing.id)
    return sum(row.n for row in rows)


def _require(session: Session, listing: Record, reasons: frozenset[str], *, by: Actor, now: dt.datetime) -> None:
    """Raise ``RefusedError`` for whom the table of states does not let dismiss reports of these kinds."""
    said_by = None
    if not reasons.isdisjoint(_OF_NUMBERS):
        lines = [fact for fact in shown_facts(session, listing, tier="coordinator") if fact.field == "phone"]
        people = {session.get_one(Change, fact.change_id).proposed_by for fact in lines}
        said_by = actor_if_here(session, by.id) if by.id in people else None
    state = state_of_record(session, listing)
    verdict = judge(Case(state=state, action="dismiss", actor=by, proposer=said_by, now=now))
    if not verdict.is_allowed:
        raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")


def _brought_back(session: Session, *, since: dt.datetime) -> set[int]:
    bodies = session.scalars(sa.select(AuditEntry.body).where(AuditEntry.verb == _BROUGHT_BACK, AuditEntry.at >= since))
    return {int(msgspec.json.decode(body)["body"]["entry"]) for body in bodies}


def _told(entry: AuditEntry) -> tuple[str, list[tuple[str, int, int]]]:
    body = msgspec.json.decode(entry.body)["body"]
    return body["why"], [(reason, day, times) for reason, day, times in body["reports"]]


def _summed(rows: Sequence[tuple[str, int, int]]) -> tuple[Reason, ...]:
    times: dict[str, int] = {}
    for reason, _, n in rows:
        times[reason] = times.get(reason, 0) + n
    return tuple(Reason(reason, n) for reason, n in sorted(times.items(), key=lambda one: (-one[1], one[0])))
