"""No merge changes what a verified listing shows of its protected values, nor hides it, whoever makes it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError, RefusedError
from directory.integrity.hiding import hide
from directory.integrity.joining import merge_by, reasons_against, unmerge_by
from directory.integrity.proposals import intend
from directory.integrity.reach import is_verified
from directory.listings.models import Fact
from directory.listings.queries import get_record, listings_of_service
from directory.listings.service import Created, set_standing
from directory.people.actor import Actor
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from tests import makers
from tests.conftest import NOW

ONE, OTHER = "+13055550150", "+13055550151"
_PARTNER = Actor(id=0, public_id="", name="", role="partner", created_at=NOW, scopes=frozenset({("network", "main")}))


def _two(session: Session, *numbers: str, names: tuple[str, str] = ("Pantry", "Pantry")) -> tuple[Created, Created]:
    """Two services of one organization, each with a number."""
    organization = makers.make_organization(session)
    made = [
        makers.make_service(session, makers.phone(number), name=name, organization_id=organization)
        for number, name in zip(numbers, names, strict=True)
    ]
    return made[0], made[1]


def _verify(session: Session, made: Created) -> None:
    phone = session.scalars(sa.select(Fact.id).where(Fact.record_id == made.record_id, Fact.field == "phone")).one()
    makers.confirm(session, phone)


def _against(session: Session, survivor: Created, absorbed: Created) -> set[str]:
    return set(reasons_against(session, survivor.record_id, absorbed.record_id))


def test_where_nobody_has_confirmed_anything_one_person_may(session: Session) -> None:
    one, other = _two(session, ONE, OTHER, names=("Pantry", "The Pantry"))
    assert _against(session, one, other) == set()
    change = merge_by(session, one.record_id, other.record_id, by=_by(session), reason="the same", now=NOW)
    unmerge_by(session, change, by=_by(session), reason="not the same", now=NOW)
    assert get_record(session, other.record_id).standing == "listed"


def test_a_verified_listing_shows_no_number_that_nobody_confirmed_for_it(session: Session) -> None:
    one, other = _two(session, ONE, OTHER)
    _verify(session, one)
    assert _against(session, one, other) == {"shows-more"}
    with pytest.raises(RefusedError, match="nobody has confirmed"):
        merge_by(session, one.record_id, other.record_id, by=_by(session), reason="the same", now=NOW)


def test_a_verified_listing_is_not_merged_away(session: Session) -> None:
    one, other = _two(session, ONE, ONE)
    _verify(session, other)
    assert _against(session, one, other) == {"other-way-round"}
    assert _against(session, other, one) == set()


def test_two_verified_listings_keep_all_their_numbers_and_names(session: Session) -> None:
    one, other = _two(session, ONE, ONE, names=("Pantry", "Food Pantry"))
    _verify(session, one)
    assert _against(session, one, other) == set()
    _verify(session, other)
    assert _against(session, one, other) == {"shows-more", "shows-less"}


def test_an_organization_lends_a_verified_listing_neither_name_nor_number(session: Session) -> None:
    own = makers.make_organization(session, "Harbor Aid")
    makers_of_another = makers.make_organization(session, "Harbour Aid", makers.phone(OTHER))
    made = makers.make_service(session, makers.phone(ONE), organization_id=own)
    assert reasons_against(session, own, makers_of_another) == ()
    _verify(session, made)
    assert set(reasons_against(session, own, makers_of_another)) == {"shows-more"}
    assert "shows-less" in reasons_against(session, makers_of_another, own)


def test_what_is_merged_with_a_verified_listing_is_guarded_like_it(session: Session) -> None:
    one, other = _two(session, ONE, ONE)
    merge_by(session, one.record_id, other.record_id, by=_by(session), reason="the same", now=NOW)
    assert not is_verified(session, get_record(session, other.record_id))
    _verify(session, one)
    # So what a feed says anew of the other waits for two people.
    assert is_verified(session, get_record(session, other.record_id))


def test_what_was_merged_away_is_neither_hidden_nor_closed(session: Session) -> None:
    one, other = _two(session, ONE, ONE)
    merge_by(session, one.record_id, other.record_id, by=_by(session), reason="the same", now=NOW)
    [gone] = listings_of_service(session, other.record_id)
    with pytest.raises(NotFoundError, match="no such listing"):
        hide(session, gone.id, by=_by(session), reason="", now=NOW)
    with pytest.raises(RefusedError):
        intend(session, gone.id, "close", by=_by(session), reason="", now=NOW)


@pytest.mark.parametrize("standing", ["suspended", "closed", "do-not-list"])
def test_nobody_shows_again_by_parting_what_was_taken_out_of_sight(session: Session, standing: str) -> None:
    one, other = _two(session, ONE, ONE)
    change = merge_by(session, one.record_id, other.record_id, by=_by(session), reason="the same", now=NOW)
    [stays], [gone] = (listings_of_service(session, made.record_id) for made in (one, other))
    set_standing(session, stays.id, standing, by=None, reason="", now=NOW)
    with pytest.raises(RefusedError, match="out of sight"):
        unmerge_by(session, change, by=_by(session), reason="not the same", now=NOW)
    assert get_record(session, gone.id).standing == "merged"
    set_standing(session, stays.id, "listed", by=None, reason="", now=NOW)
    unmerge_by(session, change, by=_by(session), reason="not the same", now=NOW)
    assert get_record(session, gone.id).standing == "listed"


def test_only_who_keeps_the_list_merges(session: Session) -> None:
    one, other = _two(session, ONE, ONE)
    with pytest.raises(RefusedError, match="coordinator"):
        merge_by(session, one.record_id, other.record_id, by=_PARTNER, reason="the same", now=NOW)


def _by(session: Session) -> Actor:
    return actor_of(session, command_line_person(session, now=NOW).id)
