"""Who else has a number: other organizations, and listings that went lately."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.holds import holds_of
from directory.integrity.sanity import Sharing
from directory.integrity.sharing import REMEMBERED, holders_of, sharing_of
from directory.listings.merging import merge
from directory.listings.models import Fact, Record
from directory.listings.service import Created, set_standing
from tests import makers

NUMBER, OTHER = "+13055550142", "+13055550177"


def service(session: Session, number: str = NUMBER, *, of: int | None = None) -> Created:
    """A service with a number; of an organization of its own unless one is named."""
    return makers.make_service(session, makers.phone(number), organization_id=of, sites=[makers.site()])


def record(session: Session, record_id: int) -> Record:
    """A record."""
    return session.get_one(Record, record_id)


def end(session: Session, record_id: int, standing: str = "closed", *, days_ago: int = 1) -> None:
    """Close a record some days ago."""
    at = session.info["now"] - dt.timedelta(days=days_ago)
    set_standing(session, record_id, standing, by=None, reason="a test", now=at)
    session.expire_all()


def test_other_organizations_count_and_ones_own_services_do_not(session: Session) -> None:
    made = service(session)
    service(session, of=made.organization_id)
    mine = record(session, made.record_id)
    assert sharing_of(session, NUMBER, mine) == Sharing(0)
    service(session)
    service(session)
    assert sharing_of(session, NUMBER, mine) == Sharing(2)
    assert sharing_of(session, OTHER, mine) == Sharing(0)


def test_a_number_of_an_organization_itself_counts_as_its_own(session: Session) -> None:
    owner = makers.make_organization(session, "Practice House", makers.phone(NUMBER))
    made = service(session, OTHER, of=owner)
    assert sharing_of(session, NUMBER, record(session, made.record_id)) == Sharing(0)
    stranger = service(session, OTHER)
    assert sharing_of(session, NUMBER, record(session, stranger.record_id)) == Sharing(1)


def test_what_is_said_no_more_or_only_proposed_counts_for_nothing(session: Session) -> None:
    made, gone = service(session), service(session)
    session.execute(sa.update(Fact).where(Fact.record_id == gone.record_id).values(standing="past"))
    assert sharing_of(session, NUMBER, record(session, made.record_id)) == Sharing(0)


@pytest.mark.parametrize("standing", ["closed", "do-not-list"])
@pytest.mark.parametrize("which", ["listing", "service", "organization"])
def test_a_number_that_left_with_its_listing_is_known_for_a_year(session: Session, which: str, standing: str) -> None:
    made, gone = service(session), service(session)
    ends = {"listing": gone.listings[0][1], "service": gone.record_id, "organization": gone.organization_id}
    end(session, ends[which], standing, days_ago=REMEMBERED.days)
    mine = record(session, made.record_id)
    assert sharing_of(session, NUMBER, mine) == Sharing(0, of_removed=True)
    session.info["now"] += dt.timedelta(days=1)
    assert sharing_of(session, NUMBER, mine) == Sharing(0)


def test_a_service_with_a_listing_left_is_there(session: Session) -> None:
    made = service(session)
    sites = [makers.site("site:1"), makers.site("site:2", street="9 Harbor Road")]
    two = makers.make_service(session, makers.phone(NUMBER), sites=sites)
    end(session, two.listings[0][1])
    assert sharing_of(session, NUMBER, record(session, made.record_id)) == Sharing(1)
    end(session, two.listings[1][1])
    assert sharing_of(session, NUMBER, record(session, made.record_id)) == Sharing(0, of_removed=True)


def test_what_an_organization_closed_itself_it_may_use_again(session: Session) -> None:
    gone = service(session)
    made = service(session, OTHER, of=gone.organization_id)
    end(session, gone.record_id)
    assert sharing_of(session, NUMBER, record(session, made.record_id)) == Sharing(0)


def test_an_organization_that_was_merged_is_no_other(session: Session) -> None:
    made, absorbed = service(session), service(session)
    merge(session, made.organization_id, absorbed.organization_id, author=makers.AUTHOR, now=session.info["now"])
    for one in (made, absorbed):
        assert sharing_of(session, NUMBER, record(session, one.record_id)) == Sharing(0)
    stranger = service(session)
    assert sharing_of(session, NUMBER, record(session, stranger.record_id)) == Sharing(1)


def test_many_numbers_are_read_with_a_few_questions(session: Session) -> None:
    owner = makers.make_organization(session)
    numbers = [f"+1305555{last:04d}" for last in range(100, 160)]
    for number in numbers:
        service(session, number, of=owner)
    asked: list[str] = []
    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    found = holders_of(session, [*numbers, OTHER])
    assert [found[number].listed for number in numbers] == [frozenset({owner})] * len(numbers)
    assert found[OTHER].listed == found[OTHER].removed == frozenset()
    assert len(asked) <= 5


def test_a_value_is_held_by_what_is_known_of_its_listing(session: Session) -> None:
    made = makers.make_service(
        session, makers.kind("hotline"), makers.phone(OTHER), makers.text("url", "https://haven.org"),
        makers.serves("GB-ENG"),
    )  # fmt: skip
    service(session)
    mine = record(session, made.record_id)
    held = session.scalars(sa.select(Fact).where(Fact.record_id == made.record_id, Fact.field == "url")).one()
    assert holds_of(session, mine, makers.phone("+445612345678"), None) == ("voip-hotline",)
    assert holds_of(session, mine, makers.phone(NUMBER), None) == ("other-region", "shared")
    assert holds_of(session, mine, makers.text("url", "https://havem.org"), held) == ("other-domain", "look-alike")
    assert holds_of(session, mine, makers.text("email", "a@gmail.com"), None) == ("email-elsewhere",)
    plain = service(session, OTHER)
    assert holds_of(session, record(session, plain.record_id), makers.phone("+445612345678"), None) == ("other-region",)
