"""What machines alone may do to a listing: hide it for three days, when two of them agree, and never the last one."""

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.queries import card_of
from directory.doubted import suspend_doubted
from directory.freshness.service import add_evidence, count_report
from directory.integrity.hiding import end_old_hidings, open_hiding, second_hiding
from directory.integrity.service import confirm_by_call
from directory.integrity.table import HIDDEN_FOR, REST
from directory.listings.drafts import FactDraft
from directory.listings.models import Fact, Record
from directory.mail.models import Outbox
from directory.places.gazetteer import Gazetteer
from tests import makers
from tests.staff import acting, make_person

MIAMI_BEACH = (25.79, -80.13)
_RUN = itertools.count()


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


@pytest.fixture
def now(session: Session) -> dt.datetime:
    found: dt.datetime = session.info["now"]
    return found


def make(session: Session, name: str, *facts: FactDraft, kind: str = "food", area: str | None = None) -> int:
    """A listing with a line and a site of its own; the record of it."""
    address = makers.text("url", f"https://{name.lower()}.example.org/")
    made = makers.make_service(
        session, makers.kind(kind), address, *facts, name=name, area=area,
        organization_id=makers.make_organization(session, f"{name} Inc"), sites=[] if area else [makers.site()],
    )  # fmt: skip
    show_touched(session)
    listing = made.listings[0][1]
    # It came a year ago.
    see(session, listing, "phone", "import", "said", at=session.info["now"] - dt.timedelta(days=365))
    return listing


def fact_of(session: Session, listing: int, field: str) -> int:
    record = session.get_one(Record, listing)
    return session.scalars(
        sa.select(Fact.id).where(
            Fact.record_id.in_((record.id, record.service_id)), Fact.field == field, Fact.standing == "current"
        )
    ).one()


def see(
    session: Session, listing: int, field: str, method: str, outcome: str, *, at: dt.datetime, odds: int = 0
) -> None:
    add_evidence(
        session, fact_of(session, listing, field), method=method, outcome=outcome, log2_odds=odds, observed_at=at,
        run_key=f"check:{next(_RUN)}",
    )  # fmt: skip


def site_went(session: Session, listing: int, *, at: dt.datetime) -> None:
    see(session, listing, "url", "website", "live", at=at - dt.timedelta(days=7))
    see(session, listing, "url", "website", "gone", at=at)


def line_died(session: Session, listing: int, *, at: dt.datetime) -> None:
    see(session, listing, "phone", "lookup", "disconnected", at=at, odds=5)


def suspend(session: Session, gazetteer: Gazetteer, now: dt.datetime) -> int:
    session.flush()
    show_touched(session)
    hidden = suspend_doubted(session, gazetteer=gazetteer, now=now)
    show_touched(session)
    return hidden


def is_shown(session: Session, listing: int) -> bool:
    return card_of(session, listing) is not None


@pytest.fixture
def doubted(session: Session, now: dt.datetime) -> int:
    """A listing whose site went and whose line is dead, beside another open one."""
    make(session, "Other")
    listing = make(session, "Doubted")
    site_went(session, listing, at=now - dt.timedelta(days=2))
    line_died(session, listing, at=now - dt.timedelta(days=1))
    return listing


def test_two_kinds_hide_a_listing_for_three_days_and_have_it_called(
    session: Session, gazetteer: Gazetteer, now: dt.datetime, doubted: int
) -> None:
    make_person(session, "Ada")
    assert suspend(session, gazetteer, now) == 1
    assert not is_shown(session, doubted)
    hiding = open_hiding(session, doubted)
    assert hiding is not None
    assert hiding.until == now + HIDDEN_FOR
    letters = session.scalars(sa.select(Outbox).where(Outbox.template == "hidden-call-due")).all()
    assert len(letters) == 1
    assert suspend(session, gazetteer, now) == 0
    end_old_hidings(session, now=now + HIDDEN_FOR)
    show_touched(session)
    assert is_shown(session, doubted)


def test_not_again_for_the_same_evidence_and_again_for_new(
    session: Session, gazetteer: Gazetteer, now: dt.datetime, doubted: int
) -> None:
    assert suspend(session, gazetteer, now) == 1
    later = now + HIDDEN_FOR + dt.timedelta(hours=1)
    end_old_hidings(session, now=later)
    site_went_on = later - dt.timedelta(minutes=30)
    see(session, doubted, "url", "website", "gone", at=site_went_on)
    line_died(session, doubted, at=site_went_on)
    assert suspend(session, gazetteer, later) == 0
    see(session, doubted, "phone", "lookup", "in-service", at=later + dt.timedelta(days=1))
    line_died(session, doubted, at=later + dt.timedelta(days=2))
    # Whoever can make a site come and go must not keep a listing out of sight.
    assert suspend(session, gazetteer, later + dt.timedelta(days=3)) == 0
    assert suspend(session, gazetteer, now + REST) == 1


def test_a_person_who_got_through_is_believed(
    session: Session, gazetteer: Gazetteer, now: dt.datetime, doubted: int
) -> None:
    by = acting(session, make_person(session, "Ada"))
    confirm_by_call(session, fact_of(session, doubted, "phone"), outcome="confirmed", by=by, now=now)
    assert suspend(session, gazetteer, now) == 0
    assert suspend(session, gazetteer, now + dt.timedelta(days=400)) == 0


def test_a_colleague_seconds_what_the_program_hid(
    session: Session, gazetteer: Gazetteer, now: dt.datetime, doubted: int
) -> None:
    assert suspend(session, gazetteer, now) == 1
    later = now + dt.timedelta(hours=1)
    program = open_hiding(session, doubted)
    assert program is not None
    session.execute(
        sa.text("UPDATE person SET created_at = :at WHERE id = :id"), {"at": "2026-01-01 00:00:00", "id": program.by_id}
    )
    session.expire_all()
    second_hiding(session, doubted, by=acting(session, make_person(session, "Ada")), now=later)
    end_old_hidings(session, now=now + HIDDEN_FOR)
    assert not is_shown(session, doubted)


@pytest.mark.parametrize("area", [None, "US-FL-331"])
def test_the_last_open_one_of_a_kind_in_its_area_is_never_hidden(
    session: Session, gazetteer: Gazetteer, now: dt.datetime, area: str | None
) -> None:
    first, second = (make(session, name, kind="safe-house", area=area) for name in ("First", "Second"))
    # Elsewhere, or of another kind, is no help.
    make(session, "Elsewhere", kind="safe-house", area="US-FL-328")
    make(session, "Dentist", kind="dental")
    site_went(session, first, at=now - dt.timedelta(days=2))
    line_died(session, first, at=now - dt.timedelta(days=1))
    assert suspend(session, gazetteer, now) == 1
    site_went(session, second, at=now - dt.timedelta(hours=2))
    line_died(session, second, at=now - dt.timedelta(hours=1))
    assert suspend(session, gazetteer, now) == 0
    end_old_hidings(session, now=now + HIDDEN_FOR)
    # What may not work itself, is no help either.
    assert suspend(session, gazetteer, now + HIDDEN_FOR) == 0
    assert is_shown(session, first)
    assert is_shown(session, second)


def test_sites_that_go_all_at_once_hide_nothing(session: Session, gazetteer: Gazetteer, now: dt.datetime) -> None:
    listings = [make(session, f"Place{number}") for number in range(3)]
    for listing in listings:
        site_went(session, listing, at=now - dt.timedelta(days=1))
        see(session, listing, "phone", "corroboration", "seen", at=now - dt.timedelta(days=8))
        see(session, listing, "phone", "corroboration", "gone", at=now - dt.timedelta(days=1))
    assert suspend(session, gazetteer, now) == 0


def test_a_thousand_reports_and_one_kind_hide_nothing(session: Session, gazetteer: Gazetteer, now: dt.datetime) -> None:
    make(session, "Other")
    listing = make(session, "Reported")
    line_died(session, listing, at=now - dt.timedelta(days=100))
    for day in range(90):
        at = now - dt.timedelta(days=90 - day)
        for reason in ("closed", "wrong-number", "no-answer") * 4:
            count_report(session, listing, reason=reason, now=at)
        see(session, listing, "phone", "report", "reported", at=at, odds=4)
        line_died(session, listing, at=at)
    assert suspend(session, gazetteer, now) == 0
    assert is_shown(session, listing)
