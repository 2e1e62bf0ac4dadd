"""A pack is called back when a number in it is not right any more, and by no report alone."""

import datetime as dt
from collections.abc import Collection

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.freshness.service import count_report
from directory.handoff.models import PackNumber
from directory.handoff.packs import NO_LISTING, KeptPack, keep_pack
from directory.handoff.recall import Recalled, recall_told, recalled
from directory.intake.revision import withdraw
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.listings.merging import merge
from directory.listings.models import Record
from directory.listings.service import set_standing, touch
from directory.people.service import command_line_person
from tests.makers import AUTHOR, confirm, kind, make_service, observe, phone, site
from tests.web.pack.making import fact_of, listing_of

_LINE, _PINNED, _SERIAL = "+13055550150", "+18883737888", "4821-7731"


@pytest.fixture
def packed(database: Database) -> Database:
    """A confirmed line of three in a pack, with a pinned one."""
    with database.transaction() as session:
        make_service(session, kind("hotline"), phone(_LINE), name="Night line")
        confirm(session, fact_of(session, _LINE), days_ago=2)
        _keep(session, listing_of(session, _LINE).id)
    return database


def _keep(
    session: Session,
    listing: int,
    *,
    serial: str = _SERIAL,
    made_days_ago: int = 0,
    number: str = _LINE,
    placed: Collection[int] = (),
) -> None:
    now = session.info["now"]
    made = now.date() - dt.timedelta(made_days_ago)
    by = command_line_person(session, now=now).id
    pack = KeptPack(serial, made, made + dt.timedelta(60), ("en",), "33130 (Miami, FL)")
    keep_pack(session, pack, [(listing, number), (NO_LISTING, _PINNED)], placed=placed, by_id=by, now=now)


def _recalled(database: Database, fixed: tuple[str, ...] = (_PINNED,)) -> list[Recalled]:
    with database.reading() as session:
        return recalled(session, fixed=fixed, now=session.info["now"])


def _told(found: list[Recalled]) -> list[tuple[str, str, str, bool]]:
    return [(line.name, line.number, line.reason, one.must_go) for one in found for line in one.lines]


def test_while_every_number_is_right_nothing_is_called_back(packed: Database) -> None:
    assert _recalled(packed) == []


@pytest.mark.parametrize("standing", ["suspended", "closed", "do-not-list"])
def test_what_is_hidden_closed_or_not_to_be_listed_calls_it_back(
    packed: Database, now: dt.datetime, standing: str
) -> None:
    with packed.transaction() as session:
        set_standing(session, listing_of(session, _LINE).id, standing, by=None, reason="a call", now=now)
    found = _recalled(packed)
    assert _told(found) == [("Night line", _LINE, standing, True)]
    assert found[0].pack.serial == _SERIAL


def test_what_is_hidden_as_a_service_calls_it_back_too(packed: Database, now: dt.datetime) -> None:
    with packed.transaction() as session:
        service = listing_of(session, _LINE).service_id
        assert service is not None
        set_standing(session, service, "closed", by=None, reason="a call", now=now)
    assert _told(_recalled(packed)) == [("Night line", _LINE, "closed", True)]


def test_a_place_that_is_confidential_now_calls_back_what_names_its_town(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        made = make_service(session, phone(_LINE), name="Night rooms", sites=[site()])
        listing = made.listings[0][1]
        _keep(session, listing, placed=[listing])
        _keep(session, listing, serial="4821-7749")
    assert _recalled(database) == []
    with database.transaction() as session:
        service = session.get_one(Record, listing).service_id
        assert service is not None
        withdraw(session, service, disclosure="area_only", area="US-FL-331", author=AUTHOR, now=now)
    (found,) = _recalled(database)
    assert _told([found]) == [("Night rooms", _LINE, "confidential", True)]
    assert found.pack.serial == _SERIAL


def test_a_number_that_does_not_work_calls_it_back(packed: Database) -> None:
    with packed.transaction() as session:
        observe(session, fact_of(session, _LINE), "call", "disconnected")
    assert _told(_recalled(packed)) == [("Night line", _LINE, "not-working", True)]


def test_a_report_is_told_and_calls_nothing_back(packed: Database, now: dt.datetime) -> None:
    with packed.transaction() as session:
        for _ in range(30):
            count_report(session, listing_of(session, _LINE).id, reason="wrong-number", now=now)
    assert _told(_recalled(packed)) == [("Night line", _LINE, "reported", False)]


def test_a_number_that_is_another_now_calls_it_back(packed: Database) -> None:
    with packed.transaction() as session:
        session.execute(sa.update(PackNumber).where(PackNumber.number == _LINE).values(number="+13055550199"))
    assert _told(_recalled(packed)) == [("Night line", "+13055550199", "changed", True)]


@pytest.mark.parametrize(("packed_as", "reason"), [(";12", None), ("", "changed"), (";13", "changed")])
def test_another_extension_is_another_number(database: Database, packed_as: str, reason: str | None) -> None:
    with database.transaction() as session:
        made = make_service(session, kind("hotline"), FactDraft("phone", Phone(_LINE, ext="12"), slot="voice"))
        _keep(session, made.listings[0][1], number=f"{_LINE}{packed_as}")
    assert [told[1:3] for told in _told(_recalled(database))] == ([(_LINE, reason)] if reason else [])


def test_a_line_that_became_a_fax_calls_it_back(database: Database) -> None:
    with database.transaction() as session:
        fax = FactDraft("phone", Phone(_LINE, kind="fax"), slot="fax")
        made = make_service(session, kind("hotline"), phone("+13055550177"), fax, name="Night line")
        _keep(session, made.listings[0][1])
    assert _told(_recalled(database)) == [("Night line", _LINE, "changed", True)]


def test_what_is_held_no_more_calls_it_back_without_a_name(packed: Database) -> None:
    with packed.transaction() as session:
        gone = session.scalars(sa.select(sa.func.max(Record.id))).one() + 1
        session.execute(sa.update(PackNumber).where(PackNumber.number == _LINE).values(listing_id=gone))
    found = _recalled(packed)
    assert _told(found) == [("", _LINE, "removed", True)]
    assert found[0].lines[0].listing is None


def test_what_was_merged_is_looked_for_in_what_it_goes_on_in(packed: Database, now: dt.datetime) -> None:
    with packed.transaction() as session:
        own = listing_of(session, _LINE)
        other = make_service(
            session, kind("hotline"), phone("+13055550177"), name="Night line", organization_id=own.organization_id
        )
        assert own.service_id is not None
        merge(session, other.record_id, own.service_id, author=AUTHOR, now=now)
        touch(session, other.record_id)
    assert _recalled(packed) == []
    with packed.transaction() as session:
        set_standing(session, other.listings[0][1], "closed", by=None, reason="a call", now=now)
    assert _told(_recalled(packed)) == [("Night line", _LINE, "closed", True)]


def test_a_pinned_line_that_is_suspended_calls_it_back(packed: Database) -> None:
    assert _told(_recalled(packed, fixed=())) == [("", _PINNED, "changed", True)]


def test_what_has_ended_by_its_date_is_not_called_back(packed: Database) -> None:
    with packed.transaction() as session:
        _keep(session, listing_of(session, _LINE).id, serial="0000-0010", made_days_ago=62)
        # By a clock west of Greenwich it may still be good.
        _keep(session, listing_of(session, _LINE).id, serial="1111-1119", made_days_ago=61)
    assert [one.pack.serial for one in _recalled(packed, fixed=())] == [_SERIAL, "1111-1119"]


def test_what_must_go_is_told_in_a_sentence_that_names_no_listing(packed: Database) -> None:
    assert recall_told(_recalled(packed)) == ""
    with packed.transaction() as session:
        _keep(session, listing_of(session, _LINE).id, serial="0000-0010")
    told = recall_told(_recalled(packed, fixed=()))
    assert told.startswith(f"Packs 0000-0010 and {_SERIAL} hold a number that is not right any more.")
    assert "Night line" not in told
