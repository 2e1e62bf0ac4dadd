"""Who says "we run this" gets a letter to the mailbox that was verified, or a call."""

import datetime as dt
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.clock import day_number
from directory.confirming import service, wishes
from directory.confirming.calls import note_call
from directory.confirming.models import Confirmation
from directory.confirming.rhythm import wished_next_on
from directory.db import Database
from directory.errors import NotFoundError
from directory.intake.do_not_call import say_do_not_call
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.planning.service import preview
from directory.planning.wishes import forget_old_wishes
from directory.planning.wishes import wishes as waiting
from tests.conftest import NOW
from tests.directory.confirming.house import MAILBOX, House
from tests.directory.search.seeding import dice


def _public_id(session: Session, house: House) -> str:
    return str(session.get_one(Record, house.listing).public_id)


def _written_to(database: Database) -> list[str]:
    with database.reading() as session:
        facts = session.scalars(sa.select(Fact).join(Confirmation, Confirmation.written_to == Fact.id)).all()
        return [str(decode_plain(fact.value or "{}")["text"]) for fact in facts]


def test_a_wish_brings_one_letter_to_the_mailbox_that_was_verified(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        show_touched(session)
        for _ in range(20):
            wishes.wish(session, _public_id(session, house))
    assert wishes.answer_wishes(database) == 1
    assert _written_to(database) == [MAILBOX]
    with database.transaction() as session:
        assert waiting(session) == {}
        wishes.wish(session, _public_id(session, house))
    # The link that they have is good still.
    assert wishes.answer_wishes(database) == 0
    with database.reading() as session:
        assert waiting(session) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_where_no_mailbox_was_verified_a_call_is_planned_until_somebody_was_spoken_with(database: Database) -> None:
    with database.transaction() as session:
        house = House(session, is_verified=False)
        show_touched(session)
        wishes.wish(session, _public_id(session, house))
    assert wishes.answer_wishes(database) == 0
    with database.transaction() as session:
        [planned] = preview(session, minutes=60, day=day_number(NOW), random=dice(1))
        assert planned.listing == house.listing
        assert ("wished", day_number(NOW), 0) in planned.why
        note_call(session, house.listing, outcome="no-answer", by=house.one(session), now=NOW)
        assert house.listing in waiting(session)
        note_call(session, house.listing, outcome="confirmed", by=house.two(session), now=NOW)
        assert waiting(session) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_wish_by_an_old_letter_is_one_for_its_listing_and_by_any_other_key_none(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        key = house.ask(session)
        shown = service.look(session, key, now=NOW).digest
        service.answer(session, key, said="right", shown=shown, now=NOW)
        wishes.wish_again(session, "A" * 43)
        assert waiting(session) == {}
        wishes.wish_again(session, key)
        assert waiting(session) == {house.listing: day_number(NOW)}
        assert forget_old_wishes(session, now=NOW + dt.timedelta(days=90)) == 0
        assert forget_old_wishes(session, now=NOW + dt.timedelta(days=91)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_asked_to_be_left_alone_is_neither_written_to_nor_called_and_nobody_unknown_is(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        show_touched(session)
        wishes.wish(session, _public_id(session, house))
        owner = session.get_one(Record, house.service).organization_id or 0
        say_do_not_call(session, owner, by=house.people[0], reason="they asked", now=NOW)
    assert wishes.answer_wishes(database) == 0
    assert _written_to(database) == []
    with database.transaction() as session:
        assert waiting(session) == {}
        with pytest.raises(NotFoundError):
            wishes.wish(session, "00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_two_listings_of_one_mailbox_get_no_two_letters_on_a_day(database: Database) -> None:
    with database.transaction() as session:
        for name in ("Lantern House", "Lantern Kitchen"):
            house = House(session, name=name)
            show_touched(session)
            wishes.wish(session, _public_id(session, house))
    assert wishes.answer_wishes(database) == 1
    with database.reading() as session:
        assert len(waiting(session)) == 1


def test_however_often_somebody_wishes_a_program_gets_three_letters_in_half_a_year() -> None:
    written: list[int] = []
    for day in range(1, 541):
        if wished_next_on(written) <= day:
            written.append(day)
    assert len(written) == 9
    assert all(later - earlier >= 180 for earlier, later in zip(written, written[3:], strict=False))
    assert all(later - earlier >= 7 for earlier, later in pairwise(written))
    # Whoever has answered may have another one at once.
    assert wished_next_on([100], answered_on=100) == 0
