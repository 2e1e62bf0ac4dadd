"""Why something is not listed, that it was told, its appeal, and that no list brings it back."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.db import Database
from directory.errors import RefusedError
from directory.integrity import service
from directory.integrity.queries import change_of
from directory.listings.models import Record
from directory.vetting.excluding import (
    decide_appeal,
    exclusions_of,
    give_notice,
    open_appeal,
    put_on_do_not_list,
)
from directory.vetting.models import REASONS
from directory.vetting.service import take_step
from importers.run import import_package
from tests.conftest import NOW
from tests.directory.vetting.house import House
from tests.importers.planned import bring, feed, record_named, write
from tests.staff import acting, make_person

TODAY = NOW.date()


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def removed(session: Session, house: House) -> int:
    """Removed by two; the number of the exclusion."""
    house.second(session, house.take(session, "removed", reason="harm").change)
    return exclusions_of(session, [house.id])[0].id


@pytest.mark.parametrize("reason", ["", "because Ana said so", "HARM"])
def test_nothing_is_excluded_without_a_reason_of_the_list(session: Session, house: House, reason: str) -> None:
    with pytest.raises(RefusedError, match="reason of the list"):
        house.take(session, "removed", reason=reason)
    with pytest.raises(RefusedError, match="reason of the list"):
        put_on_do_not_list(session, house.id, reason, by=acting(session, house.one), now=NOW)
    assert exclusions_of(session, [house.id]) == ()


def test_the_do_not_list_takes_two_people_a_key_and_a_reason(session: Session, house: House) -> None:
    change = put_on_do_not_list(session, house.id, "harm", by=acting(session, house.one), now=NOW)
    two = acting(session, house.two)
    service.add_key(session, change, "independent-number", outcome="confirmed", by=two, now=NOW)
    house.second(session, change)
    assert session.get_one(Record, house.id, populate_existing=True).standing == "do-not-list"
    assert not house.is_found(session)
    [told] = exclusions_of(session, [house.id])
    assert (told.reason, told.intends, told.state) == ("harm", "do-not-list", "applied")


def test_a_program_is_told_and_its_appeal_is_decided_by_who_had_no_part_in_it(session: Session, house: House) -> None:
    number = removed(session, house)
    one = acting(session, house.one)
    with pytest.raises(RefusedError, match="cannot be"):
        give_notice(session, number, "letter", on=TODAY - dt.timedelta(days=1), by=one, now=NOW)
    give_notice(session, number, "letter", on=TODAY, by=one, now=NOW)
    with pytest.raises(RefusedError, match="No appeal"):
        decide_appeal(session, number, "lifted", by=one, now=NOW)
    open_appeal(session, number, on=TODAY, by=one, now=NOW)
    for part in (house.one, house.two):
        with pytest.raises(RefusedError, match="no part"):
            decide_appeal(session, number, "lifted", by=acting(session, part), now=NOW)
    third = make_person(session, "Third")
    decide_appeal(session, number, "lifted", by=acting(session, third), now=NOW)
    [told] = exclusions_of(session, [house.id])
    assert (told.notice_on, told.notice_how, told.outcome, told.decided_on) == (TODAY, "letter", "lifted", TODAY)
    # It is not listed by that: two people begin anew.
    assert not house.is_found(session)
    with pytest.raises(RefusedError, match="No appeal"):
        decide_appeal(session, number, "upheld", by=acting(session, third), now=NOW)


def test_what_is_only_proposed_has_no_notice_and_no_appeal(session: Session, house: House) -> None:
    house.take(session, "removed")
    [told] = exclusions_of(session, [house.id])
    with pytest.raises(RefusedError, match="not decided"):
        open_appeal(session, told.id, on=TODAY, by=acting(session, house.one), now=NOW)


def test_no_reason_is_in_the_chain_or_in_what_anybody_reads(session: Session, house: House) -> None:
    removed(session, house)
    house.is_found(session)
    bodies = session.scalars(sa.select(AuditEntry.body)).all()
    cards = session.execute(sa.text("SELECT public, partner, coordinator FROM card")).all()
    assert bodies
    assert cards
    told = " ".join(bodies) + " ".join(bytes(blob).decode() for row in cards for blob in row if blob is not None)
    assert not any(f'"{reason}"' in told for reason in REASONS)


@pytest.mark.parametrize("step", ["paused", "removed"])
def test_a_program_that_vetting_keeps_away_stays_so_under_whatever_key_it_returns(
    database: Database, tmp_path: Path, step: str
) -> None:
    bring(database, tmp_path, feed(range(100, 110)))
    with database.transaction() as session:
        one, two = make_person(session, "One"), make_person(session, "Two")
        owner = session.get_one(Record, record_named(database, "Office 100")).organization_id or 0
        take_step(session, owner, "recruited", on=TODAY, by=acting(session, one), now=NOW)
        reason = "ties-to-exploitation" if step == "removed" else ""
        taken = take_step(session, owner, step, on=TODAY, reason=reason, by=acting(session, one), now=NOW)
        if not taken.is_applied:
            other = acting(session, two)
            seen = change_of(session, taken.change, by=other, now=NOW).shown
            service.approve(session, taken.change, shown=seen, by=other, now=NOW)
    assert _found(database) == 9
    for source in ("county", "another list"):
        import_package(database, "hsds", write(tmp_path, feed([100])), source=source)
        assert _found(database) == 9, source


def _found(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.text("SELECT count(*) FROM card WHERE brief IS NOT NULL")) or 0
