"""Two records that are one are read as one; nothing moves, nothing opens, and taking it back gives the same bytes."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.models import CardRow
from directory.cards.queries import card_of, documents_of
from directory.db import Database
from directory.errors import RefusedError
from directory.listings.changes import Author
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from directory.listings.merging import merge, merge_of, unmerge
from directory.listings.models import Record
from directory.listings.queries import get_record, listings_of_service
from directory.listings.service import Created, set_standing
from directory.listings.withdrawal import withdraw_location
from directory.reconciliation.service import reconcile
from directory.search.models import SearchKey, SearchText
from tests import makers
from tests.conftest import NOW

_BY = Author("merge", "a test says that they are one")
_APART = Author("unmerge", "a test says that they are two")
_NUMBERS = ("+13055550150", "+13055550151")


def _two(session: Session, *, area: str | None = None, others_area: str | None = None) -> tuple[Created, Created]:
    """Two organizations with a service each, at one address unless they are confidential."""
    made = []
    for number, (name, where) in enumerate((("Harbor Aid", area), ("Harbor Aid Inc.", others_area))):
        organization = makers.make_organization(session, name)
        said = [makers.phone(_NUMBERS[number]), makers.kind("food"), makers.speaks(("es", "ht")[number])]
        sites = [] if where else [makers.site()]
        made.append(
            makers.make_service(
                session, *said, name="Food Pantry", organization_id=organization, sites=sites, area=where
            )
        )
    return made[0], made[1]


def _merge_both(session: Session, one: Created, other: Created) -> list[int]:
    changes = [
        merge(session, one.organization_id, other.organization_id, author=_BY, now=NOW),
        merge(session, one.record_id, other.record_id, author=_BY, now=NOW),
    ]
    show_touched(session)
    return changes


def _shown(session: Session) -> dict[str, list[Any]]:
    """Every card, document and posting."""
    return {
        table.__tablename__: sorted(map(repr, session.execute(sa.select(table.__table__))))
        for table in (CardRow, SearchKey, SearchText)
    }


def _alarms(database: Database) -> list[str]:
    return [f"{one.kind} {one.subject}: {one.words}" for one in reconcile(database, now=NOW)]


def test_the_survivor_shows_its_own_and_what_the_other_adds(database: Database) -> None:
    with database.transaction() as session:
        one, other = _two(session)
        _merge_both(session, one, other)
    with database.reading() as session:
        [listing] = listings_of_service(session, one.record_id)
        [absorbed] = listings_of_service(session, other.record_id)
        assert (absorbed.standing, absorbed.merged_into) == ("merged", listing.id)
        card = card_of(session, listing.id)
        assert card is not None
        assert (card.name, card.organization) == ("Food Pantry", "Harbor Aid")
        assert [(phone.number, phone.slot) for phone in card.phones] == [
            (_NUMBERS[0], "voice"),
            (_NUMBERS[1], "voice-2"),
        ]
        assert card.languages == {"es": "staff", "ht": "staff"}
        assert card_of(session, absorbed.id) is None
        assert set(session.scalars(sa.select(SearchKey.sid))) == {listing.id}
        assert set(session.scalars(sa.select(SearchText.sid))) == {listing.id}
        documents = documents_of(session, listing, tier="public")
        assert [one.kind for one in documents] == ["listing", "service", "location", "organization"]
        assert len(documents[1].all("phone")) == 2
    assert _alarms(database) == []


def test_taking_it_back_gives_the_same_bytes(database: Database) -> None:
    with database.transaction() as session:
        one, other = _two(session)
    with database.reading() as session:
        before = _shown(session)
    with database.transaction() as session:
        changes = _merge_both(session, one, other)
    with database.reading() as session:
        assert _shown(session) != before
    with database.transaction() as session:
        with pytest.raises(RefusedError, match="on top"):
            unmerge(session, changes[0], author=_APART, now=NOW)
        for change in reversed(changes):
            unmerge(session, change, author=_APART, now=NOW)
    with database.reading() as session:
        assert _shown(session) == before
        assert merge_of(session, other.record_id) is None
    assert _alarms(database) == []


def test_what_was_merged_before_follows_and_comes_back(database: Database) -> None:
    with database.transaction() as session:
        first, second, third = (makers.make_organization(session, f"Harbor {n}") for n in range(3))
        inner = merge(session, second, third, author=_BY, now=NOW)
        outer = merge(session, first, second, author=_BY, now=NOW)
        assert get_record(session, third).merged_into == first
        with pytest.raises(RefusedError, match="on top"):
            unmerge(session, inner, author=_APART, now=NOW)
        with pytest.raises(RefusedError, match="already"):
            merge(session, second, third, author=_BY, now=NOW)
        unmerge(session, outer, author=_APART, now=NOW)
        assert get_record(session, third).merged_into == second
        unmerge(session, inner, author=_APART, now=NOW)
        assert {get_record(session, one).standing for one in (first, second, third)} == {"listed"}
    assert _alarms(database) == []


def test_sites_elsewhere_stay_and_belong_to_the_survivor(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session)
        one = makers.make_service(session, organization_id=organization, name="Clinic", sites=[makers.site()])
        there = makers.site("site:2", street="12 Elsewhere Road")
        other = makers.make_service(
            session, makers.text("description", "By appointment."), organization_id=organization, name="The Clinic",
            sites=[makers.site(), there],
        )  # fmt: skip
        merge(session, one.record_id, other.record_id, author=_BY, now=NOW)
        show_touched(session)
        here, elsewhere = listings_of_service(session, other.record_id)
        assert (here.standing, elsewhere.standing) == ("merged", "listed")
        card = card_of(session, elsewhere.id)
        assert card is not None
        assert card.name == "Clinic"
        assert card.service == str(get_record(session, one.record_id).public_id)
        [service] = set(session.scalars(sa.select(SearchKey.service)))
        assert service == one.record_id
    assert _alarms(database) == []


@pytest.mark.parametrize(
    ("area", "others_area"), [("US-FL-331", None), (None, "US-FL-331"), ("US-FL-331", "US-FL-334")]
)
def test_nothing_is_merged_with_something_less_or_elsewhere_confidential(
    session: Session, area: str | None, others_area: str | None
) -> None:
    one, other = _two(session, area=area, others_area=others_area)
    with pytest.raises(RefusedError):
        _merge_both(session, one, other)
    organization = makers.make_organization(session)
    made = [makers.make_service(session, organization_id=organization, area=where) for where in (area, others_area)]
    with pytest.raises(RefusedError, match="equally confidential"):
        merge(session, made[0].record_id, made[1].record_id, author=_BY, now=NOW)


def test_what_is_merged_becomes_confidential_together(database: Database) -> None:
    with database.transaction() as session:
        one, other = _two(session)
        _merge_both(session, one, other)
    with database.transaction() as session:
        author = Author("import", "a source says so")
        withdraw_location(session, other.record_id, disclosure="area_only", area="US-FL-331", author=author, now=NOW)
    with database.reading() as session:
        for made in (one, other):
            assert get_record(session, made.record_id).location_disclosure == "area_only"
            assert [listing.location_id for listing in listings_of_service(session, made.record_id)] == [None]
        stored = [bytes(row.public) for row in session.scalars(sa.select(CardRow))]
        assert not any(makers.STREET.encode() in blob or b"25.76" in blob for blob in stored)
        [listing] = listings_of_service(session, one.record_id)
        card = card_of(session, listing.id)
        assert card is not None
        assert card.block == "confidential"
    assert _alarms(database) == []


def test_an_organization_shows_no_site_or_sentence_once_one_of_those_it_is_has_a_secret(database: Database) -> None:
    with database.transaction() as session:
        open_one = makers.make_organization(
            session, "Harbor Aid", FactDraft("url", Text("https://harbor.example.org/visit-us")),
            makers.text("description", "Behind the old mill."),
        )  # fmt: skip
        other = makers.make_organization(session, "Harbor Aid Inc.")
        merge(session, open_one, other, author=_BY, now=NOW)
        makers.make_service(session, organization_id=other, area="US-FL-331")
        show_touched(session)
        row = session.get_one(CardRow, open_one)
        assert b"harbor.example.org" not in bytes(row.public)
        assert b"old mill" not in bytes(row.public)


@pytest.mark.parametrize("standing", ["closed", "do-not-list", "suspended"])
def test_what_people_closed_or_hid_is_neither_brought_back_nor_forgotten(session: Session, standing: str) -> None:
    first, second = (makers.make_organization(session, f"Harbor {n}") for n in range(2))
    set_standing(session, second, standing, by=None, reason="people decided it", now=NOW)
    for pair in ((first, second), (second, first)):
        with pytest.raises(RefusedError, match="listed"):
            merge(session, *pair, author=_BY, now=NOW)


def test_only_two_of_a_kind_are_merged(session: Session) -> None:
    made = makers.make_service(session, sites=[makers.site()])
    listing = listings_of_service(session, made.record_id)[0]
    for pair in (
        (made.record_id, made.organization_id), (made.record_id, made.record_id), (listing.location_id, listing.id),
    ):  # fmt: skip
        with pytest.raises(RefusedError):
            merge(session, pair[0] or 0, pair[1] or 0, author=_BY, now=NOW)
    other = makers.make_service(session, organization_id=makers.make_organization(session, "Another"))
    with pytest.raises(RefusedError, match="different organizations"):
        merge(session, made.record_id, other.record_id, author=_BY, now=NOW)


def test_a_listing_without_a_place_goes_into_the_one_that_has_it(session: Session) -> None:
    organization = makers.make_organization(session)
    without = makers.make_service(session, organization_id=organization)
    placed = makers.make_service(session, organization_id=organization, sites=[makers.site()])
    merge(session, placed.record_id, without.record_id, author=_BY, now=NOW)
    [gone] = listings_of_service(session, without.record_id)
    [stays] = listings_of_service(session, placed.record_id)
    assert gone.merged_into == stays.id


def test_a_merge_touches_no_fact(session: Session) -> None:
    one, other = _two(session)
    before = session.execute(sa.text("SELECT id, record_id, standing FROM fact ORDER BY id")).all()
    _merge_both(session, one, other)
    assert session.execute(sa.text("SELECT id, record_id, standing FROM fact ORDER BY id")).all() == before
    kinds = set(session.scalars(sa.select(Record.kind).where(Record.standing == "merged")))
    assert kinds == {"organization", "service", "listing", "location"}
