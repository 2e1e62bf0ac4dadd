"""What is kept away has a reason of one list; what had none is told, and is not touched again before it has one."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.confirming.calls import note_call
from directory.errors import NotFoundError, RefusedError
from directory.integrity import service
from directory.listings.models import Change, Fact, Record
from directory.vetting.excluding import exclusions_of, give_notice
from directory.vetting.explaining import give_reason, keep_off, list_again, unexplained
from directory.vetting.models import Exclusion
from tests import makers
from tests.conftest import NOW
from tests.directory.vetting.house import House
from tests.staff import acting, make_person


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def _before(session: Session, change: int, house: House) -> None:
    """As it was entered when there were no reasons."""
    service.add_key(session, change, "old-number", outcome="confirmed", by=acting(session, house.two), now=NOW)
    house.second(session, change)
    session.execute(sa.delete(Exclusion))


def test_a_listing_that_went_without_a_reason_is_not_listed_again_before_it_has_one(
    session: Session, house: House
) -> None:
    one = acting(session, house.one)
    change = service.intend(session, house.listing, "do-not-list", by=one, reason="told", now=NOW)
    _before(session, change, house)
    [told] = unexplained(session, by=one)
    assert (told.change, told.record, told.intends) == (change, house.listing, "do-not-list")
    assert told.program == str(session.get_one(Record, house.id).public_id)
    with pytest.raises(RefusedError, match="say why"):
        list_again(session, house.listing, by=one, reason="wrong", now=NOW)
    with pytest.raises(RefusedError, match="reason of the list"):
        give_reason(session, change, "because Ana said so", by=one, now=NOW)
    stranger = acting(session, make_person(session, "Stranger", scopes=(("network", "other"),)))
    assert unexplained(session, by=stranger) == []
    with pytest.raises(NotFoundError):
        give_reason(session, change, "harm", by=stranger, now=NOW)
    give_reason(session, change, "harm", by=one, now=NOW)
    with pytest.raises(NotFoundError):
        give_reason(session, change, "harm", by=one, now=NOW)
    assert unexplained(session, by=one) == []
    give_notice(session, change, "letter", on=NOW.date(), by=one, now=NOW)
    assert (
        session.get_one(Change, list_again(session, house.listing, by=one, reason="wrong", now=NOW)).intends == "list"
    )


def test_a_program_that_was_removed_without_a_reason_does_not_begin_anew_before_it_has_one(
    session: Session, house: House
) -> None:
    one = acting(session, house.one)
    change = house.take(session, "removed").change
    house.second(session, change)
    session.execute(sa.delete(Exclusion))
    assert [(told.change, told.intends) for told in unexplained(session, by=one)] == [(change, "removed")]
    with pytest.raises(RefusedError, match="say why"):
        house.take(session, "recruited")
    give_reason(session, change, "no-licence", by=one, now=NOW)
    assert not house.take(session, "recruited").is_applied


def test_a_single_listing_goes_by_a_reason_of_the_same_list(session: Session, house: House) -> None:
    one = acting(session, house.one)
    with pytest.raises(RefusedError, match="reason of the list"):
        keep_off(session, house.listing, "told", by=one, now=NOW)
    assert keep_off(session, house.listing, "harm", by=one, now=NOW)
    [told] = exclusions_of(session, [house.listing])
    assert (told.reason, told.state) == ("harm", "proposed")


def test_who_asks_on_the_telephone_not_to_be_listed_is_the_reason(session: Session, house: House) -> None:
    makers.confirm(session, session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one())
    assert house.is_found(session)
    for by in (house.one, house.two):
        called = note_call(session, house.listing, outcome="do-not-list", by=acting(session, by), now=NOW)
    [told] = exclusions_of(session, [house.listing])
    assert (told.id, told.reason) == (called.change, "asked-by-program")
