"""What people here want of a listing: a call this month, or no letters for a while; both end and can be taken back."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.bootstrap import show_touched
from directory.confirming.entered import enter_call, undo_call
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.listings.models import Fact
from directory.listings.queries import get_record
from directory.listings.service import set_standing
from directory.people.actor import Actor
from directory.planning.models import StaffWish
from directory.planning.queries import candidates, open_calls
from directory.planning.service import make_plan
from directory.planning.staff_wishes import (
    called_for,
    end_staff_wish,
    forget_staff_wishes,
    rest_letters,
    resting_letters,
    staff_wishes_at,
    want_call,
)
from directory.planning.told import reasons
from tests import makers
from tests.conftest import NOW
from tests.directory.search.seeding import dice
from tests.staff import acting, make_person

TODAY = NOW.date().toordinal()


@pytest.fixture
def ada(session: Session) -> Actor:
    return acting(session, make_person(session, "Ada", has_key=False))


def make_listing(session: Session, number: int) -> int:
    made = makers.make_service(
        session, makers.kind("food"), makers.phone(f"+1305555{1000 + number}"), name=f"House {number}",
        organization_id=makers.make_organization(session, f"Owner {number}"),
    )  # fmt: skip
    show_touched(session)
    return made.listings[0][1]


def line_of(session: Session, listing: int) -> int:
    service = get_record(session, listing).service_id
    return session.scalars(sa.select(Fact.id).where(Fact.record_id == service, Fact.field == "phone")).one()


def test_what_somebody_wants_called_is_in_the_next_plan_and_says_why(session: Session, ada: Actor) -> None:
    """It is worth less than all others: it was confirmed today."""
    listings = [make_listing(session, number) for number in range(30)]
    makers.confirm(session, line_of(session, listings[7]))
    show_touched(session)
    make_plan(session, minutes=20, now=NOW, random=dice(3))
    assert listings[7] not in {one.listing_id for one in open_calls(session, now=NOW)}
    want_call(session, listings[7], by=ada, now=NOW)
    planned = make_plan(session, minutes=20, now=NOW, random=dice(3))
    assert sum(one.minutes for one in planned if one.kind != "audit") <= 20
    (call,) = [one for one in open_calls(session, now=NOW) if one.listing_id == listings[7]]
    assert any("wants it called this month" in said for said in reasons(call.why))
    end_staff_wish(session, listings[7], "call", by=ada, now=NOW)
    make_plan(session, minutes=20, now=NOW, random=dice(3))
    assert listings[7] not in {one.listing_id for one in open_calls(session, now=NOW)}


def test_a_call_answers_it_and_a_call_that_is_taken_back_does_not(session: Session, ada: Actor) -> None:
    listing = make_listing(session, 1)
    want_call(session, listing, by=ada, now=NOW)
    make_plan(session, minutes=60, now=NOW, random=dice(3))
    line = line_of(session, listing)
    enter_call(session, listing, outcome="no-answer", line=line, greeting="", by=ada, now=NOW)
    assert called_for(session, day=TODAY) == {listing: TODAY}
    make_plan(session, minutes=60, now=NOW + dt.timedelta(days=8), random=dice(3))
    entered = enter_call(session, listing, outcome="confirmed", line=line, greeting="", by=ada, now=NOW)
    assert called_for(session, day=TODAY) == {}
    assert staff_wishes_at(session, listing, by=ada, now=NOW) == []
    undo_call(session, entered.id, by=ada, now=NOW)
    assert called_for(session, day=TODAY) == {listing: TODAY}


def test_it_ends_with_its_month_by_itself(session: Session, ada: Actor) -> None:
    listing = make_listing(session, 1)
    want_call(session, listing, by=ada, now=NOW)
    assert staff_wishes_at(session, listing, by=ada, now=NOW)[0].last == dt.date(2026, 11, 30)
    first = dt.date(2026, 12, 1).toordinal()
    assert (called_for(session, day=first - 1), called_for(session, day=first)) == ({listing: TODAY}, {})
    assert [one.called_for_on for one in candidates(session, day=first)] == [0]
    assert forget_staff_wishes(session, now=NOW) == 0
    assert forget_staff_wishes(session, now=NOW + dt.timedelta(days=5)) == 1


def test_what_cannot_be_called_is_refused(session: Session, ada: Actor) -> None:
    listing = make_listing(session, 1)
    want_call(session, listing, by=ada, now=NOW)
    with pytest.raises(RefusedError, match="already"):
        want_call(session, listing, by=ada, now=NOW)
    fax = FactDraft("phone", Phone("+13055550111", kind="fax"), slot="fax", match_key="+13055550111")
    without = makers.make_service(session, makers.kind("food"), fax, name="Silent")
    with pytest.raises(RefusedError, match="no number"):
        want_call(session, without.listings[0][1], by=ada, now=NOW)
    closed = make_listing(session, 2)
    set_standing(session, closed, "closed", by=None, reason="told", now=NOW)
    with pytest.raises(RefusedError, match="shown"):
        want_call(session, closed, by=ada, now=NOW)
    elsewhere = acting(session, make_person(session, "Cleo", scopes=(("network", "other"),), has_key=False))
    with pytest.raises(NotFoundError):
        want_call(session, listing, by=elsewhere, now=NOW)
    with pytest.raises(NotFoundError):
        end_staff_wish(session, listing, "call", by=elsewhere, now=NOW)


def test_letters_rest_for_so_many_months_and_a_colleague_may_end_that(session: Session, ada: Actor) -> None:
    listing = make_listing(session, 1)
    with pytest.raises(BadInputError):
        rest_letters(session, listing, months=2, by=ada, now=NOW)
    rest_letters(session, listing, months=3, by=ada, now=NOW)
    (wish,) = staff_wishes_at(session, listing, by=ada, now=NOW)
    assert (wish.kind, wish.by, wish.last) == ("no-letter", "Ada", dt.date(2027, 2, 26))
    assert resting_letters(session, day=wish.last.toordinal()) == {listing: wish.last.toordinal()}
    assert resting_letters(session, day=wish.last.toordinal() + 1) == {}
    bea = acting(session, make_person(session, "Bea", has_key=False))
    with pytest.raises(RefusedError, match="until 2027-02-26 already"):
        rest_letters(session, listing, months=12, by=bea, now=NOW)
    end_staff_wish(session, listing, "no-letter", by=bea, now=NOW)
    rest_letters(session, listing, months=12, by=bea, now=NOW)
    assert session.scalars(sa.select(StaffWish.kind)).all() == ["no-letter"]
    verbs = session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.seq)).all()
    assert [one for one in verbs if "wish" in one] == ["listing.wish-noted", "listing.wish-ended", "listing.wish-noted"]
