"""Months: what was planned, what was done, and what is said of both."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.planning.models import CallTask
from directory.planning.months import Month, months, months_told
from directory.planning.service import finish_call, make_plan
from tests import makers
from tests.conftest import NOW
from tests.directory.search.seeding import dice
from tests.staff import make_person


def _plan(session: Session, now: dt.datetime, by: int | None = None) -> int:
    return len(make_plan(session, minutes=60, now=now, random=dice(1), by=by))


def test_a_month_counts_its_last_plan_with_what_was_done_before_it(session: Session) -> None:
    for number in range(4):
        organization = makers.make_organization(session, f"Ibis {number}")
        makers.make_service(
            session, makers.kind("food"), makers.phone(f"+1305555014{number}"), makers.serves("US-FL"),
            name=f"Ibis Pantry {number}", organization_id=organization,
        )  # fmt: skip
    show_touched(session)
    first = dt.datetime(2026, 10, 3, 15, tzinfo=dt.UTC)
    by = make_person(session, "Ada")
    assert _plan(session, first, by) == 4
    task = session.scalars(sa.select(CallTask).where(CallTask.done_on.is_(None)).order_by(CallTask.id)).first()
    assert task is not None
    finish_call(session, task.listing_id, outcome="live", now=first)
    # Three that wait give way to a new plan of as many, and one was made: that is four again, not seven.
    later = _plan(session, dt.datetime(2026, 10, 20, 15, tzinfo=dt.UTC), by)
    found = months(session, day=NOW.date())
    assert [one.month for one in found] == [f"2025-{month}" for month in (12,)] + [
        f"2026-{month:02}" for month in range(1, 12)
    ]
    october = next(one for one in found if one.month == "2026-10")
    assert (october.planned, october.done) == (later + 1, 1)
    assert found[-1] == Month("2026-11", None, 0)


def test_a_month_in_which_nobody_planned_is_not_said_to_have_fallen_short() -> None:
    told = " ".join(
        months_told(
            [Month("2026-08", None, 2), Month("2026-09", 5, 5), Month("2026-10", 25, 19), Month("2026-11", 25, 9)]
        )
    )
    assert told == (
        "The plan was done in 1 of 2 full months with a plan. October fell short by 6 calls. "
        "November has begun: 9 of 25."
    )


def test_what_the_present_month_lacks_is_said() -> None:
    assert months_told([Month("2026-10", None, 0), Month("2026-11", None, 0)]) == [
        "Nobody has planned calls this month yet."
    ]
    assert months_told([Month("2026-10", None, 0), Month("2026-11", None, 1)]) == [
        "November has begun: 1 call made, and no plan yet."
    ]
