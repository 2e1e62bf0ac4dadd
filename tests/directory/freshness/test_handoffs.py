"""What became of referrals: one row for a week and an outcome, without anybody in it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import BadInputError, NotFoundError, UnknownTermError
from directory.freshness import models
from directory.freshness.models import Evidence
from directory.freshness.policy import HANDOFF_OUTCOMES
from directory.freshness.service import note_handoff
from directory.listings.models import Fact
from tests import makers
from tests.conftest import NOW

THURSDAY = dt.date(2026, 11, 26)
MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def test_all_referrals_of_a_week_that_end_alike_are_one_row_of_its_monday(session: Session) -> None:
    made = makers.make_service(session, makers.phone(), makers.phone("+13055550177", "intake"))
    listing = made.listings[0][1]
    for day in (THURSDAY, THURSDAY - dt.timedelta(days=3), THURSDAY + dt.timedelta(days=3)):
        note_handoff(session, listing, outcome="accepted", week=day, now=NOW)
    assert note_handoff(session, listing, outcome="full", week=THURSDAY, now=NOW)
    assert note_handoff(session, listing, outcome="accepted", week=THURSDAY - dt.timedelta(days=7), now=NOW)
    rows = session.scalars(sa.select(Evidence).order_by(Evidence.id)).all()
    assert [(row.outcome, row.observed_at) for row in rows] == [
        ("accepted", MONDAY), ("full", MONDAY), ("accepted", MONDAY - dt.timedelta(days=7))
    ]  # fmt: skip
    assert {session.get_one(Fact, row.fact_id).slot for row in rows} == {"voice"}
    assert {(row.actor_role, row.source_id) for row in rows} == {(None, None)}
    assert session.scalar(sa.select(sa.func.count()).select_from(models.Testimony)) == 0


@pytest.mark.parametrize("outcome", HANDOFF_OUTCOMES)
def test_only_an_answer_speaks_for_the_line(session: Session, outcome: str) -> None:
    listing = makers.make_service(session).listings[0][1]
    note_handoff(session, listing, outcome=outcome, week=THURSDAY, now=NOW)
    odds = session.scalars(sa.select(Evidence.log2_odds)).one()
    assert (odds < 0) == (outcome != "no-reply")


def test_what_cannot_be_is_refused(session: Session) -> None:
    made = makers.make_service(session)
    listing = made.listings[0][1]
    with pytest.raises(UnknownTermError):
        note_handoff(session, listing, outcome="declined", week=THURSDAY, now=NOW)
    with pytest.raises(BadInputError):
        note_handoff(session, listing, outcome="full", week=THURSDAY + dt.timedelta(days=4), now=NOW)
    with pytest.raises(NotFoundError):
        note_handoff(session, made.record_id, outcome="full", week=THURSDAY, now=NOW)
