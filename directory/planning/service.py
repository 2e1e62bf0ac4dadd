"""Verbs of the plan: fill the minutes that people have with calls, take a call in hand, note that it was made."""

import datetime as dt
from random import Random

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.freshness.learnt import figures_of
from directory.freshness.models import Belief
from directory.intake.do_not_call import may_be_called
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.planning.models import CallTask
from directory.planning.months import PLANNED, done_in_month
from directory.planning.plan import PlannedCall, choose
from directory.planning.policy import RESULT_OF
from directory.planning.queries import LATER, began_on, candidates, organizations_of
from directory.planning.staff_wishes import answer_call_wish, reopen_call_wish
from directory.planning.wishes import end_wish

# Nobody has more than this in one go, and nobody plans less than a call.
LEAST_MINUTES, MOST_MINUTES = 5, 6_000
# How long a call that somebody took in hand is left to them.
CLAIMED_FOR = dt.timedelta(hours=2)


def preview(session: Session, *, minutes: float, day: int, random: Random) -> list[PlannedCall]:
    """The calls that would fill so many minutes on a day; nothing is written.

    Raises:
        BadInputError: these are no minutes that anybody plans.
    """
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise BadInputError(f"A plan is for {LEAST_MINUTES} to {MOST_MINUTES} minutes.")
    return choose(
        candidates(session, day=day), minutes=minutes, day=day, random=random, began_on=began_on(session),
        parameters=figures_of(session),
    )  # fmt: skip


def make_plan(
    session: Session, *, minutes: float, now: dt.datetime, random: Random, by: int | None = None
) -> list[PlannedCall]:
    """Fill so many minutes with calls, in the place of those that were planned before and that nobody has in hand.

    What was drawn to measure stays until it is called: no draw gives way to an easier one. How large the plan was
    stands in the audit, so that what was done can be held against it when its calls have made way for others.

    Args:
        session: a writing session.
        minutes: that people have, in this go.
        now: the transaction's time.
        random: draws the audit; outside of tests one that nobody can foresee.
        by: who plans; None for the program itself.

    Raises:
        BadInputError: these are no minutes that anybody plans.
    """
    queue_writers(session)
    day = day_number(now)
    _settle_draws(session, day=day)
    planned = preview(session, minutes=minutes, day=day, random=random)
    kept = _clear(session, now=now)
    owners = organizations_of(session, [one.listing for one in planned])
    for one in planned:
        task = kept.get(one.listing)
        if task is None:
            task = CallTask(listing_id=one.listing, kind=one.kind, planned_on=day, p_wrong=_bounded(one.p_wrong))
            session.add(task)
        elif task.kind != "audit" and one.kind == "audit":
            # Now it was drawn, and what is believed at the draw is what counts.
            task.kind, task.planned_on, task.p_wrong = "audit", day, _bounded(one.p_wrong)
        task.tier, task.minutes, task.place = one.tier, max(one.minutes, 0.1), one.call
        task.why = _written(one, day)
        task.organization_id = owners[one.listing]
    listed = {one.listing for one in planned}
    last = max((one.call for one in planned), default=0)
    for number, left in enumerate((task for listing, task in kept.items() if listing not in listed), start=last + 1):
        left.place = number
    session.flush()
    size = {"listings": len(listed | kept.keys()), "done": done_in_month(session, day=day)}
    record(session, [Act(PLANNED, dt.date.fromordinal(day).isoformat(), size, by)], now=now)
    return planned


def claim(session: Session, task_id: int, *, by: Actor, now: dt.datetime) -> list[CallTask]:
    """Take a call in hand, with all that is asked about in it, so that nobody else makes it for two hours.

    Raises:
        NotFoundError: there is no such open call.
        RefusedError: somebody else has it in hand.
    """
    queue_writers(session)
    tasks = call_of(session, open_task(session, task_id))
    if any(one.claimed_by not in (None, by.id) and one.claimed_until and one.claimed_until > now for one in tasks):
        raise RefusedError("Somebody else is making this call.")
    for one in tasks:
        one.claimed_by, one.claimed_until = by.id, now + CLAIMED_FOR
    return tasks


def finish_call(session: Session, listing_id: int, *, outcome: str, now: dt.datetime) -> None:
    """Note that a listing was called: its open call is done, whoever made it and wherever they noted it.

    What was drawn to measure and not reached stays open, until other ways told nothing either. Called by whatever notes
    calls (``confirming.calls``).
    """
    task = session.scalar(sa.select(CallTask).where(CallTask.listing_id == listing_id, CallTask.done_on.is_(None)))
    result = RESULT_OF[outcome]
    if result != "unreached":
        # Somebody spoke with whoever runs it.
        end_wish(session, listing_id)
        answer_call_wish(session, listing_id, day=day_number(now))
    if task is None:
        return
    task.claimed_by = task.claimed_until = None
    if result == "unreached" and task.kind == "audit" and outcome != "nothing-found":
        return
    task.done_on, task.result = day_number(now), result


def reopen_call(session: Session, task_id: int, *, done_on: int) -> None:
    """Let a call stand open again that was ended by a mistake on that day; a draw goes before what was planned since.

    Whatever ended it another way since is left alone.
    """
    task = session.get(CallTask, task_id, populate_existing=True)
    if task is None or task.done_on != done_on:
        return
    reopen_call_wish(session, task.listing_id, done_on=done_on)
    since = session.scalar(
        sa.select(CallTask).where(CallTask.listing_id == task.listing_id, CallTask.done_on.is_(None))
    )
    if since is not None and since.kind == "audit":
        session.delete(task)
        return
    if since is not None:
        session.delete(since)
        session.flush()
    task.done_on = task.result = None
    session.flush()


def open_task(session: Session, task_id: int) -> CallTask:
    """A call that is to be made; raises ``NotFoundError`` for one that is not, or is done."""
    task = session.get(CallTask, task_id, populate_existing=True) if 0 < task_id < 2**63 else None
    if task is None or task.done_on is not None:
        raise NotFoundError("There is no such call to make. It may be done, or planned anew: handrail plan")
    return task


def call_of(session: Session, task: CallTask) -> list[CallTask]:
    """The open calls that are made together with this one, it first: of one organization, on one number."""
    others = session.scalars(
        sa.select(CallTask)
        .where(
            CallTask.place == task.place, CallTask.organization_id == task.organization_id,
            CallTask.done_on.is_(None), CallTask.id != task.id,
        )
        .order_by(CallTask.id)
    )  # fmt: skip
    return [task, *others]


def _clear(session: Session, *, now: dt.datetime) -> dict[int, CallTask]:
    """Forget what nobody has in hand and what no audit drew; what stays, by listing."""
    free = sa.or_(CallTask.claimed_until.is_(None), CallTask.claimed_until <= now)
    session.execute(sa.delete(CallTask).where(CallTask.done_on.is_(None), CallTask.kind != "audit", free))
    left = session.scalars(
        sa.select(CallTask).where(CallTask.done_on.is_(None)).execution_options(populate_existing=True)
    )
    return {one.listing_id: one for one in left}


def _settle_draws(session: Session, *, day: int) -> None:
    """End draws that can end without one more call: nobody is reached or may be called there, or the listing is gone.

    What people closed before anybody called was wrong when it was drawn.
    """
    rows = session.execute(
        sa.select(CallTask, Record, Belief.state)
        .join(Record, Record.id == CallTask.listing_id)
        .outerjoin(Belief, Belief.listing_id == Record.id)
        .where(CallTask.done_on.is_(None), CallTask.kind == "audit")
    ).all()
    for task, listing, state in rows:
        if listing.standing == "closed":
            result = "wrong"
        elif (
            listing.standing in ("merged", "do-not-list")
            or state == "unreachable"
            or not may_be_called(session, listing)
        ):
            result = "unreached"
        else:
            continue
        task.done_on, task.result, task.claimed_by, task.claimed_until = day, result, None, None
    session.flush()


def _written(one: PlannedCall, day: int) -> str:
    later = [(LATER, one.not_before)] if one.not_before > day else []
    return msgspec.json.encode([*one.why, *later]).decode()


def _bounded(p_wrong: float) -> float:
    return min(1.0, max(0.0, p_wrong))
