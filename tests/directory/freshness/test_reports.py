"""What readers report is counted without a trace of them, and decides nothing."""

import datetime as dt
from collections.abc import Iterator
from itertools import cycle, islice

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Base, Database
from directory.errors import UnknownTermError
from directory.freshness.models import Evidence, ReportCount
from directory.freshness.policy import MOST_REPORTS_A_DAY, REPORT_REASONS
from directory.freshness.queries import last_reports
from directory.freshness.service import count_report
from directory.listings.models import Fact, Record
from directory.search.models import SearchKey
from directory.vocabulary.terms import terms
from tests import makers


def _made(session: Session) -> int:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    session.flush()
    return made.listings[0][1]


def _counts(session: Session) -> list[tuple[str, int, int]]:
    return [
        (row.reason, row.day, row.n) for row in session.scalars(sa.select(ReportCount).order_by(ReportCount.reason))
    ]


def test_a_report_is_counted_by_listing_reason_and_day(session: Session, now: dt.datetime) -> None:
    listing = _made(session)
    count_report(session, listing, reason="moved", now=now)
    count_report(session, listing, reason="no-answer", now=now)
    count_report(session, listing, reason="no-answer", now=now)
    today = now.date().toordinal()
    assert _counts(session) == [("moved", today, 1), ("no-answer", today, 2)]
    assert last_reports(session, [listing]) == {listing: now.date()}


def test_nothing_but_a_day_and_a_number_is_kept(session: Session) -> None:
    columns = {column["name"] for column in sa.inspect(session.connection()).get_columns("report_count")}
    assert columns == {"listing_id", "reason", "day", "n"}


def test_more_than_the_cap_changes_nothing_and_says_nothing(session: Session, now: dt.datetime) -> None:
    listing = _made(session)
    for _ in range(MOST_REPORTS_A_DAY + 5):
        count_report(session, listing, reason="closed", now=now)
    assert [n for _, _, n in _counts(session)] == [MOST_REPORTS_A_DAY]
    session.flush()
    session.info["touched"].clear()
    count_report(session, listing, reason="closed", now=now)
    assert session.info["touched"] == set()


def test_the_next_day_counts_anew(session: Session, now: dt.datetime) -> None:
    listing = _made(session)
    for day in (0, 1):
        for _ in range(4):
            count_report(session, listing, reason="closed", now=now + dt.timedelta(days=day))
    assert [n for _, _, n in _counts(session)] == [3, 3]
    assert last_reports(session, [listing]) == {listing: now.date() + dt.timedelta(days=1)}


def test_the_database_itself_keeps_the_cap_and_the_reasons(session: Session, now: dt.datetime) -> None:
    listing = _made(session)
    session.flush()
    for values in ({"n": 4}, {"n": 0}, {"reason": "because"}):
        row = {"listing_id": listing, "reason": "moved", "day": now.date().toordinal(), "n": 1} | values
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.insert(ReportCount).values(row))


def test_the_reasons_are_those_of_the_vocabulary() -> None:
    assert [term.code for term in terms("report-reason")] == list(REPORT_REASONS)


def test_another_reason_is_refused_and_not_repeated(session: Session, now: dt.datetime) -> None:
    listing = _made(session)
    with pytest.raises(UnknownTermError) as refused:
        count_report(session, listing, reason="their door is blue", now=now)
    assert "blue" not in str(refused.value)
    assert _counts(session) == []


def test_a_confidential_listing_can_be_reported_too(session: Session, now: dt.datetime) -> None:
    made = makers.make_service(session, makers.kind("emergency-shelter"), area="US-FL-331")
    session.flush()
    listing = made.listings[0][1]
    count_report(session, listing, reason="turned-away", now=now)
    assert list(last_reports(session, [listing])) == [listing]


def test_reports_of_two_transactions_add_up(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        listing = _made(session)
    for _ in range(2):
        with database.transaction() as session:
            count_report(session, listing, reason="closed", now=now)
    with database.reading() as session:
        assert [n for _, _, n in _counts(session)] == [2]


def test_a_thousand_forged_reports_change_no_visibility_order_or_freshness(
    database: Database, now: dt.datetime
) -> None:
    with database.transaction() as session:
        listing = _made(session)
        phone = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
        makers.confirm(session, phone)
    before = _standing(database)
    for number, reason in enumerate(islice(cycle(REPORT_REASONS), 1_000)):
        with database.transaction() as session:
            count_report(session, listing, reason=reason, now=now + dt.timedelta(days=number % 5))
    assert _standing(database) == before
    with database.reading() as session:
        assert sum(n for _, _, n in _counts(session)) == len(REPORT_REASONS) * 5 * MOST_REPORTS_A_DAY
        assert last_reports(session, [listing]) == {listing: now.date() + dt.timedelta(days=4)}


def _standing(database: Database) -> list[object]:
    """Everything by which listings are found, ordered and believed."""
    with database.reading() as session:
        return list(_everything(session))


def _everything(session: Session) -> Iterator[object]:
    for name in (mapped.__tablename__ for mapped in (SearchKey, Record, Fact, Evidence)):
        table = Base.metadata.tables[name]
        yield [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]
