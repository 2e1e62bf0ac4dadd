"""What came of calls is counted without anybody in it, and believed of those alone who can be held to it."""

import datetime as dt
from collections.abc import Iterator
from itertools import cycle, islice

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory import jobs
from directory.audit.models import AuditEntry
from directory.bootstrap import show_touched
from directory.cards.models import CardRow
from directory.db import Base, Database
from directory.errors import BadInputError, NotFoundError, RefusedError, UnknownTermError
from directory.freshness import models
from directory.freshness.models import Belief, Evidence
from directory.handoff.models import OutcomeCount
from directory.handoff.outcomes import tap, tap_reason, tell
from directory.handoff.policy import (
    ANYBODY,
    EVIDENCE,
    KEPT_DAYS,
    MOST_OF_ANYBODY,
    MOST_SIGNED,
    OUTCOMES,
    REASONS,
    SIGNED,
)
from directory.handoff.queries import told_of
from directory.listings.models import Fact, Record
from directory.people.actor import Actor
from directory.reconciliation.service import reconcile
from directory.search.models import SearchKey
from directory.settings import Settings
from tests import makers
from tests.conftest import NOW
from tests.staff import acting, make_person

WEEK = dt.date(2026, 11, 23).toordinal()
MAIN = (("network", "main"),)


def who(
    session: Session, name: str = "Ada", role: str = "partner", scopes: tuple[tuple[str, str], ...] = MAIN
) -> Actor:
    return acting(session, make_person(session, name, role, scopes=scopes, has_key=False))  # type: ignore[arg-type]


def make_listing(session: Session, *, confirmed: bool = True) -> int:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    listing = made.listings[0][1]
    if confirmed:
        makers.confirm(session, _phone(session, listing), days_ago=30)
    show_touched(session)
    return listing


def _phone(session: Session, listing: int) -> int:
    service = session.get_one(Record, listing).service_id
    phones = sa.select(Fact.id).where(Fact.record_id.in_((listing, service)), Fact.field == "phone")
    return session.scalars(phones.order_by(Fact.id)).one()


def rows(session: Session) -> list[tuple[str, str, int, str, int]]:
    found = session.scalars(
        sa.select(OutcomeCount).order_by(OutcomeCount.teller, OutcomeCount.outcome, OutcomeCount.reason)
    )
    return [(one.outcome, one.reason, one.reply_band, one.teller, one.n) for one in found]


def handoffs(session: Session) -> list[tuple[str, int]]:
    query = sa.select(Evidence.outcome, Evidence.log2_odds).where(Evidence.method == "handoff").order_by(Evidence.id)
    return [(outcome, odds) for outcome, odds in session.execute(query)]


def test_what_somebody_signed_in_tells_is_counted_by_week_and_is_evidence_once(session: Session) -> None:
    listing, ada = make_listing(session), who(session)
    for _ in range(3):
        tell(session, listing, outcome="answered", reply_band=20, by=ada, now=NOW)
    tell(session, listing, outcome="declined", reason="children", by=who(session, "Bea"), now=NOW)
    assert rows(session) == [("answered", "", 20, SIGNED, 3), ("declined", "children", 0, SIGNED, 1)]
    # Both say that somebody answered: one piece of evidence of that week.
    assert handoffs(session) == [("answered", -4)]
    assert session.scalars(sa.select(OutcomeCount.week).distinct()).all() == [WEEK]
    assert session.scalar(sa.select(sa.func.count()).select_from(models.Testimony)) == 0
    show_touched(session)
    assert session.get_one(Belief, listing).confirmed_on == WEEK


def test_no_outcome_ever_makes_a_number_confirmed_that_nobody_confirmed(session: Session) -> None:
    listing, ada = make_listing(session, confirmed=False), who(session)
    for outcome in OUTCOMES:
        tell(session, listing, outcome=outcome, by=ada, now=NOW)
    show_touched(session)
    assert handoffs(session) == []
    assert session.get_one(Belief, listing).state == "unverified"
    assert sum(one.n for one in told_of(session, listing)) == len(OUTCOMES)


def test_no_outcome_makes_a_line_live_that_a_call_found_dead(session: Session) -> None:
    listing, ada = make_listing(session), who(session)
    makers.observe(session, _phone(session, listing), "call", "disconnected", days_ago=8)
    show_touched(session)
    for outcome in OUTCOMES:
        tell(session, listing, outcome=outcome, by=ada, now=NOW)
    show_touched(session)
    assert handoffs(session) == []
    assert session.get_one(Belief, listing).state == "unreachable"


def test_what_is_told_week_after_week_prolongs_a_call_by_a_year_and_no_more(session: Session) -> None:
    listing, ada = make_listing(session), who(session)
    for week in range(60):
        tell(session, listing, outcome="accepted", by=ada, now=NOW + dt.timedelta(weeks=week))
    # The call was thirty days ago.
    assert len(handoffs(session)) == (365 - 30) // 7 + 1


def test_it_speaks_for_no_other_line_than_the_one_that_was_called(session: Session) -> None:
    site = msgspec.structs.replace(makers.site(), listing=[makers.phone("+13055550177", "desk")])
    made = makers.make_service(session, makers.kind("food"), sites=[site])
    listing = made.listings[0][1]
    of_service = sa.select(Fact.id).where(Fact.record_id == made.record_id, Fact.field == "phone")
    makers.confirm(session, session.scalars(of_service).one(), days_ago=30)
    show_touched(session)
    tell(session, listing, outcome="accepted", by=who(session), now=NOW)
    assert handoffs(session) == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_who_spoke_with_somebody_speaks_for_a_number(session: Session, outcome: str) -> None:
    listing = make_listing(session)
    tell(session, listing, outcome=outcome, by=who(session), now=NOW)
    ((code, odds),) = handoffs(session)
    assert code == EVIDENCE[outcome]
    assert (odds < 0) == (outcome not in ("voicemail", "disconnected"))


def test_a_year_of_dead_lines_that_partners_tell_hides_nothing(database: Database) -> None:
    with database.transaction() as session:
        listing = make_listing(session)
        ada = who(session)
    for week in range(12):
        at = NOW + dt.timedelta(weeks=week)
        with database.transaction() as session:
            for _ in range(MOST_SIGNED + 5):
                tell(session, listing, outcome="disconnected", by=ada, now=at)
    with database.reading() as session:
        assert {one.n for one in told_of(session, listing)} == {MOST_SIGNED}
        assert session.get_one(Record, listing).standing == "listed"
        assert session.get_one(Fact, _phone(session, listing)).standing == "current"
        assert session.get_one(CardRow, listing).brief is not None
        assert session.get_one(Belief, listing).state == "verified"
    jobs.suspend_what_machines_doubt(database, Settings(database_url="sqlite:///nowhere"))
    with database.reading() as session:
        assert session.get_one(Record, listing).standing == "listed"


def test_nobody_tells_of_what_they_do_not_see_or_speak_for(session: Session) -> None:
    listing = make_listing(session)
    organization = session.get_one(Record, session.get_one(Record, listing).organization_id or 0)
    elsewhere = who(session, "Elsewhere", scopes=(("area", "US-TX"),))
    with pytest.raises(NotFoundError):
        tell(session, listing, outcome="answered", by=elsewhere, now=NOW)
    police = who(session, "Officer", "law-enforcement")
    with pytest.raises(RefusedError):
        tell(session, listing, outcome="answered", by=police, now=NOW)
    for role in ("partner", "coordinator"):
        own = who(session, f"Own {role}", role, (*MAIN, ("organization", str(organization.public_id))))
        with pytest.raises(RefusedError, match="own organization"):
            tell(session, listing, outcome="answered", by=own, now=NOW)
    speaker = msgspec.structs.replace(who(session, "Speaker"), organization_id=organization.id)
    with pytest.raises(RefusedError, match="own organization"):
        tell(session, listing, outcome="answered", by=speaker, now=NOW)
    assert rows(session) == []
    assert handoffs(session) == []


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"outcome": "hung up on Maria"}, UnknownTermError),
        ({"outcome": "declined", "reason": "Maria, 17"}, UnknownTermError),
        ({"outcome": "answered", "reply_band": 17}, UnknownTermError),
        ({"outcome": "full", "reason": "children"}, BadInputError),
    ],
)
def test_what_is_no_code_is_refused_and_not_repeated(
    session: Session, said: dict[str, object], error: type[Exception]
) -> None:
    listing = make_listing(session)
    with pytest.raises(error) as refused:
        tell(session, listing, by=who(session), now=NOW, **said)  # type: ignore[arg-type]
    assert "Maria" not in str(refused.value)
    assert rows(session) == []


def test_the_database_itself_keeps_codes_weeks_and_caps(session: Session) -> None:
    listing = make_listing(session)
    right = {
        "listing_id": listing, "week": WEEK, "outcome": "full", "reason": "", "reply_band": 0, "teller": SIGNED, "n": 1
    }  # fmt: skip
    for wrong in (
        {"week": WEEK + 1}, {"outcome": "rude"}, {"outcome": "declined", "reason": "Maria"}, {"reason": "children"},
        {"reply_band": 7}, {"teller": "Ada"}, {"n": 0}, {"n": MOST_SIGNED + 1},
    ):  # fmt: skip
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.insert(OutcomeCount).values(right | wrong))
    session.execute(sa.insert(OutcomeCount).values(right))


def test_a_thousand_taps_change_nothing_but_a_capped_count(database: Database) -> None:
    with database.transaction() as session:
        listing = make_listing(session)
    before = _standing(database)
    for outcome in islice(cycle(OUTCOMES), 1_000):
        with database.transaction() as session:
            tap(session, listing, outcome=outcome, now=NOW)
            if outcome == "declined":
                tap_reason(session, listing, reason="safety", now=NOW)
    assert _standing(database) == before
    with database.reading() as session:
        assert {teller for *_, teller, _ in rows(session)} == {ANYBODY}
        assert sum(n for *_, n in rows(session)) == MOST_OF_ANYBODY
        assert told_of(session, listing) == ()


def _standing(database: Database) -> list[object]:
    """Everything by which listings are found, shown, ordered and believed; and the audit."""
    with database.reading() as session:
        return list(_everything(session))


def _everything(session: Session) -> Iterator[object]:
    for mapped in (SearchKey, Record, Fact, Evidence, CardRow, Belief, AuditEntry):
        table = Base.metadata.tables[mapped.__tablename__]
        yield [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]


def test_a_reason_is_said_of_a_tap_and_adds_none(session: Session) -> None:
    listing = make_listing(session)
    for _ in range(2):
        tap(session, listing, outcome="declined", now=NOW)
    for reason in ("children", "language", "area"):
        tap_reason(session, listing, reason=reason, now=NOW)
    assert rows(session) == [("declined", "children", 0, ANYBODY, 1), ("declined", "language", 0, ANYBODY, 1)]
    for nothing in ("", "Maria"):
        with pytest.raises(UnknownTermError):
            tap_reason(session, listing, reason=nothing, now=NOW)


def test_each_week_counts_anew_and_goes_after_twelve_months(database: Database) -> None:
    with database.transaction() as session:
        listing = make_listing(session)
        for weeks_ago in (0, 1, 52, 53, 60):
            tap(session, listing, outcome="full", now=session.info["now"] - dt.timedelta(weeks=weeks_ago))
    jobs.forget_what_is_over(database, Settings(database_url="sqlite:///nowhere"))
    with database.reading() as session:
        today = session.info["now"].date().toordinal()
        weeks = session.scalars(sa.select(OutcomeCount.week).order_by(OutcomeCount.week)).all()
        assert [week for week in weeks if week < today - KEPT_DAYS] == []
        assert len(weeks) in (2, 3)


def test_the_audit_names_neither_who_told_nor_what(database: Database) -> None:
    with database.transaction() as session:
        listing = make_listing(session)
        ada = who(session)
    with database.reading() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    with database.transaction() as session:
        tell(session, listing, outcome="declined", reason="documents", by=ada, now=NOW)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before
    assert reconcile(database, now=NOW) == []


def test_the_reasons_are_few_and_none_is_about_one_person() -> None:
    assert len(REASONS) <= 12
    assert max(map(len, REASONS)) <= 16
