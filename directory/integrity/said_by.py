"""Which of the people who work here stand behind a value: a read, for whoever keeps listings."""

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence, Testimony
from directory.freshness.policy import supports
from directory.freshness.queries import still_counts
from directory.listings.models import Change, Fact
from directory.people.models import Person


class Behind(msgspec.Struct, frozen=True):
    """Who stands behind a value: by whom it was entered, and by whom it was found right last; empty for nobody.

    ``entered_on`` is the day (UTC) on which it was entered.
    """

    entered_by: str = ""
    entered_on: dt.date | None = None
    confirmed_by: str = ""


def people_behind(session: Session, fact_ids: Collection[int]) -> dict[int, Behind]:
    """Fact -> the people behind it; what only a source or a program says is not in it."""
    confirmed: dict[int, str] = {}
    looks = session.execute(
        sa.select(Evidence.fact_id, Evidence.log2_odds, Person.name)
        .outerjoin(Testimony, Testimony.evidence_id == Evidence.id)
        .outerjoin(Person, Person.id == Testimony.by_id)
        .where(Evidence.fact_id.in_(fact_ids), still_counts())
        .order_by(Evidence.observed_at, Evidence.id)
    )
    for fact_id, log2_odds, name in looks:
        if supports(log2_odds):
            # The last word counts: where a program or a neighbour had it, nobody here is named beside it.
            confirmed[fact_id] = name or ""
    found = {fact_id: Behind(confirmed_by=name) for fact_id, name in confirmed.items() if name}
    # What a run brought is its source's word, whoever let it in.
    entered = session.execute(
        sa.select(Fact.id, Person.name, Change.proposed_at)
        .join(Change, Change.id == Fact.change_id)
        .join(Person, Person.id == Change.proposed_by)
        .where(Fact.id.in_(fact_ids), Change.run_id.is_(None))
    )
    for fact_id, name, at in entered:
        found[fact_id] = Behind(name, at.date(), confirmed.get(fact_id, ""))
    return found
