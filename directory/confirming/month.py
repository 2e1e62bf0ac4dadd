"""The month's calls: the minutes that people have and have used, what calls found, and the plan for what is left.

Months are those of UTC, as all day numbers of the plan are. Minutes are those that the plan expected: nobody stands
behind anybody with a watch.
"""

import datetime as dt
from random import Random

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.confirming.entered import UNDONE_WITHIN
from directory.confirming.models import EnteredCall
from directory.integrity.in_scope import narrowed
from directory.integrity.queries import name_of
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.people.preferences import minutes_of, minutes_of_all
from directory.planning.models import CallTask
from directory.planning.policy import RESULT_OF
from directory.planning.service import LEAST_MINUTES, MOST_MINUTES, make_plan

# So many of one's own calls stand on the page; more are made in no month.
_MOST_OWN = 200


class MadeCall(msgspec.Struct, frozen=True):
    """A call of one's own that was entered this month.

    Attributes:
        id: by which it is taken back.
        name: of the first listing that it was about.
        others: how many more it was about.
        outcome: of ``CALL_OUTCOMES``.
        at: when it was entered.
        can_be_undone: whether that is not more than a day ago.
    """

    id: int
    name: str
    others: int
    outcome: str
    at: dt.datetime
    can_be_undone: bool


class Month(msgspec.Struct, frozen=True):
    """How a month of calls stands.

    Attributes:
        first: its first day.
        minutes: what the one who asks has; None where they did not say.
        used: of these.
        people: how many said how many minutes they have.
        all_minutes: what all of them have.
        all_used: what all calls of the month took.
        made: one's own calls, the latest first.
        calls: how many calls were made within one's scope, by all.
        right: listings that calls found right.
        wrong: listings that calls found wrong.
        expected: how many of these were believed to be wrong, when their calls were planned.
        unreached: listings about which nobody was reached.
    """

    first: dt.date
    minutes: int | None
    used: float
    people: int
    all_minutes: int
    all_used: float
    made: tuple[MadeCall, ...]
    calls: int
    right: int
    wrong: int
    expected: float
    unreached: int

    @property
    def share(self) -> int:
        """How much of the minutes that all have is used, in percent; 100 at most."""
        return min(100, round(100 * self.all_used / self.all_minutes)) if self.all_minutes else 0


def month_of(session: Session, *, by: Actor, now: dt.datetime) -> Month:
    """This month as somebody sees it: their own calls, and what all calls within their scope found."""
    first = month_begun(now)
    has = minutes_of_all(session)
    used = _used(session, since=first)
    asked = sa.select(EnteredCall.listing_id, EnteredCall.outcome, EnteredCall.first_id, CallTask.p_wrong).outerjoin(
        CallTask, CallTask.id == EnteredCall.task_id
    )
    rows = session.execute(
        narrowed(asked, EnteredCall.listing_id, by=by)
        .where(EnteredCall.at >= first, EnteredCall.undone_at.is_(None))
        .order_by(EnteredCall.id)
    ).all()
    # What was found last about a listing is what holds.
    found = {row.listing_id: RESULT_OF[row.outcome] for row in rows}
    expected = {row.listing_id: row.p_wrong or 0.0 for row in rows}
    results = list(found.values())
    return Month(
        first=first.date(),
        minutes=minutes_of(session, by.id),
        used=used.get(by.id, 0.0),
        people=len(has),
        all_minutes=sum(has.values()),
        all_used=sum(used.values()),
        made=_made(session, by=by, since=first, now=now),
        calls=sum(row.first_id is None for row in rows),
        right=results.count("right"),
        wrong=results.count("wrong"),
        expected=sum(p for listing, p in expected.items() if found[listing] != "unreached"),
        unreached=results.count("unreached"),
    )


def plan_month(session: Session, *, now: dt.datetime, random: Random, by: int | None = None) -> int | None:
    """Plan calls anew for the minutes that all have in this month and have not used; return how many listings.

    None where nobody said how many they have, or where too few are left for a call: then the plan stays as it is.
    """
    left = minutes_left(session, now=now)
    if left < LEAST_MINUTES:
        return None
    return len(make_plan(session, minutes=min(left, MOST_MINUTES), now=now, random=random, by=by))


def minutes_left(session: Session, *, now: dt.datetime) -> float:
    """The minutes of this month that people have and have not used."""
    return max(0.0, sum(minutes_of_all(session).values()) - sum(_used(session, since=month_begun(now)).values()))


def month_begun(now: dt.datetime) -> dt.datetime:
    """The instant at which a month began."""
    return now.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _used(session: Session, *, since: dt.datetime) -> dict[int, float]:
    rows = session.execute(
        sa.select(EnteredCall.by_id, sa.func.sum(EnteredCall.minutes))
        .where(EnteredCall.at >= since, EnteredCall.undone_at.is_(None))
        .group_by(EnteredCall.by_id)
    )
    return {person: float(minutes) for person, minutes in rows}


def _made(session: Session, *, by: Actor, since: dt.datetime, now: dt.datetime) -> tuple[MadeCall, ...]:
    # What was entered on the last evening of a month can be taken back on the first morning of the next.
    rows = session.scalars(
        sa.select(EnteredCall)
        .where(
            EnteredCall.by_id == by.id, EnteredCall.at >= min(since, now - UNDONE_WITHIN),
            EnteredCall.undone_at.is_(None),
        )
        .order_by(EnteredCall.id.desc())
        .limit(_MOST_OWN)
    ).all()  # fmt: skip
    others: dict[int, int] = {}
    for row in rows:
        if row.first_id is not None:
            others[row.first_id] = others.get(row.first_id, 0) + 1
    return tuple(
        MadeCall(
            row.id, name_of(session, session.get_one(Record, row.listing_id)), others.get(row.id, 0), row.outcome,
            row.at, now - row.at <= UNDONE_WITHIN,
        )
        for row in rows
        if row.first_id is None
    )  # fmt: skip
