"""Programs are asked by letter when it is their turn, seldom, few a day, and nobody who must not be written to."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory import jobs
from directory.audit.models import AuditEntry
from directory.audit.timeline import PROGRAM, timeline
from directory.bootstrap import open_database
from directory.clock import day_number
from directory.confirming import rounds, service
from directory.confirming.bounces import note_refusal
from directory.confirming.models import Confirmation
from directory.confirming.rounds import LEAST_A_DAY, ask_who_is_due, most_a_day
from directory.db import Database
from directory.freshness.models import Belief
from directory.intake.do_not_call import say_do_not_call
from directory.integrity import service as integrity
from directory.integrity.offering import offer_to_end
from directory.listings.merging import merge
from directory.listings.models import Change, Fact, Record
from directory.mail.models import Outbox
from directory.mail.naming import name_of
from directory.people.models import Network
from directory.planning.staff_wishes import rest_letters
from directory.settings import Settings
from tests import makers
from tests.conftest import NOW
from tests.directory.confirming.house import MAILBOX, House, mailbox, saw, site
from tests.effort import questions_of
from tests.services import DatabaseSource
from tests.staff import acting, make_person

ON = Settings(
    database_url="", ask_programs="on", mail_server="127.0.0.1:25", mail_from="desk@example.org",
    public_host="daybook.example.org",
)  # fmt: skip


class Clock:
    """Tells the time of a test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def on(self, day: float) -> None:
        """Let so many days have passed since the beginning."""
        self.now = NOW + dt.timedelta(days=day)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stored(database_source: DatabaseSource, clock: Clock) -> Iterator[Database]:
    url = database_source.migrated()
    database = open_database(url, clock=clock)
    yield database
    database.dispose()
    database_source.discard(url)


@pytest.fixture
def house(stored: Database) -> House:
    return _house(stored)


def _house(stored: Database, name: str = "Lantern House", address: str = MAILBOX, **how: Any) -> House:
    with stored.transaction() as session:
        return House(session, name=name, address=address, **how)


def _recipients(stored: Database) -> list[str]:
    with stored.reading() as session:
        letters = sa.select(Outbox.recipient).where(Outbox.template == "look-over").order_by(Outbox.id)
        return list(session.scalars(letters))


def _on_days(stored: Database, clock: Clock, *days: float) -> list[int]:
    """How many letters go out on each of these days."""
    counts = []
    for day in days:
        clock.on(day)
        counts.append(ask_who_is_due(stored))
    return counts


def _answer(stored: Database, clock: Clock, key: str, said: service.Answer, *, on: float) -> None:
    clock.on(on)
    with stored.transaction() as session:
        shown = service.look(session, key, now=clock.now).digest
        service.answer(session, key, said=said, shown=shown, now=clock.now)


def test_a_program_is_asked_without_anybody_pressing_a_button(stored: Database, house: House) -> None:
    assert ask_who_is_due(stored) == 1
    with stored.reading() as session:
        letter = session.scalars(sa.select(Confirmation)).one()
        assert (letter.listing_id, letter.written_to) == (house.listing, house.fact(session, "email"))
        assert (letter.requested_by, letter.expires_at - letter.created_at) == (None, service.HOLDS)
        assert _recipients(stored) == [MAILBOX]
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "listing.asked-by-letter")).one()
        listing = session.get_one(Record, house.listing)
        assert (entry.subject, entry.by_id) == (str(listing.public_id), None)
        told = timeline(session, names=lambda _session, _ids: {})
        assert [line.who for line in told if line.seq == entry.seq] == [PROGRAM]


def test_what_somebody_left_out_of_letters_gets_none_until_that_is_over(
    stored: Database, house: House, clock: Clock
) -> None:
    with stored.transaction() as session:
        ada = acting(session, make_person(session, "Ada", has_key=False))
        rest_letters(session, house.listing, months=1, by=ada, now=clock.now)
    with stored.reading() as session:
        assert [one.never for one in rounds.turns(session)] == ["left-out"]
    assert ask_who_is_due(stored) == 0
    clock.now += dt.timedelta(days=30)
    assert ask_who_is_due(stored) == 0
    clock.now += dt.timedelta(days=1)
    assert ask_who_is_due(stored) == 1


def test_a_round_that_is_done_again_writes_to_nobody_twice(stored: Database, house: House) -> None:
    assert ask_who_is_due(stored) == 1
    assert ask_who_is_due(stored) == 0
    assert _recipients(stored) == [MAILBOX]
    assert house.listing


def test_what_another_process_wrote_meanwhile_is_not_written_again(
    stored: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read whose turn it is before either writes."""
    whose_turn = rounds._due

    def slowly(session: Session, *, day: int) -> list[rounds.Turn]:
        due = whose_turn(session, day=day)
        monkeypatch.setattr(rounds, "_due", whose_turn)
        assert ask_who_is_due(stored) == 1
        return due

    monkeypatch.setattr(rounds, "_due", slowly)
    assert ask_who_is_due(stored) == 0
    assert _recipients(stored) == [MAILBOX]
    assert house.listing


def test_who_does_not_answer_is_reminded_once_and_put_off_until_after_half_a_year(
    stored: Database, house: House, clock: Clock
) -> None:
    assert house.listing
    assert _on_days(stored, clock, 0, 8, 20, 21, 42, 100, 179, 180, 200, 201) == [1, 0, 0, 1, 0, 0, 0, 1, 0, 1]


def test_who_answers_is_put_off_until_after_half_a_year(stored: Database, house: House, clock: Clock) -> None:
    with stored.transaction() as session:
        key = house.ask(session)
    _answer(stored, clock, key, "right", on=2)
    assert _on_days(stored, clock, 3, 21, 30, 179, 180) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("said", ["right", "closed", "do-not-list"])
def test_who_answered_is_not_put_off_until_because_of_a_call_before(
    stored: Database, house: House, clock: Clock, said: service.Answer
) -> None:
    with stored.transaction() as session:
        key = house.ask(session)
    clock.on(1)
    with stored.transaction() as session:
        makers.observe(session, house.fact(session, "phone"), "call", "no-answer", days_ago=-1)
    _answer(stored, clock, key, said, on=2)
    assert _on_days(stored, clock, 3, 21, 22, 60) == [0, 0, 0, 0]


@pytest.mark.parametrize("intention", ["close", "do-not-list"])
def test_nobody_is_asked_whom_a_proposal_would_end_until_it_is_decided(
    stored: Database, house: House, intention: str
) -> None:
    with stored.transaction() as session:
        change = offer_to_end(session, house.listing, intention, reason="they said so", now=NOW)
    assert ask_who_is_due(stored) == 0
    with stored.transaction() as session:
        session.get_one(Change, change).state = "declined"
    assert ask_who_is_due(stored) == 1


def test_who_asks_not_to_be_called_meanwhile_gets_no_letter(
    stored: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = rounds.choose

    def slowly(session: Session, *given: Any, **how: Any) -> Any:
        chosen = choose(session, *given, **how)
        monkeypatch.setattr(rounds, "choose", choose)
        with stored.transaction() as other:
            _not_to_be_called(other, house)
        return chosen

    monkeypatch.setattr(rounds, "choose", slowly)
    assert ask_who_is_due(stored) == 0
    assert _recipients(stored) == []


def test_letters_about_a_merged_listing_count_for_what_it_goes_on_as(stored: Database, clock: Clock) -> None:
    first, second = _house(stored, "House 0"), _house(stored, "House 1", "other@lantern.example.org")
    with stored.transaction() as session:
        second.ask(session)
        owners = [session.get_one(Record, one.service).organization_id or 0 for one in (first, second)]
        merge(session, owners[0], owners[1], author=makers.AUTHOR, now=NOW)
        # Both are at one place.
        merge(session, first.service, second.service, author=makers.AUTHOR, now=NOW)
    assert _on_days(stored, clock, 1, 20, 21) == [0, 0, 1]


def test_those_who_are_passed_over_keep_nobody_waiting_who_writes(
    stored: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        _house(stored, f"House {number}")
    assert ask_who_is_due(stored) == 1
    clock.on(1)
    with stored.reading() as session:
        assert len(rounds._due(session, day=day_number(clock.now))) == 2

    def waits() -> None:
        pytest.fail("it waits for those who write")

    monkeypatch.setattr(stored, "transaction", waits)
    assert ask_who_is_due(stored) == 0


def test_a_letter_that_a_person_asked_for_counts_like_any_other(stored: Database, house: House, clock: Clock) -> None:
    with stored.transaction() as session:
        house.ask(session)
    assert _on_days(stored, clock, 0, 8, 20, 21) == [0, 0, 0, 1]


def test_a_call_that_reached_nobody_brings_a_letter_but_no_sooner_than_a_reminder(
    stored: Database, house: House, clock: Clock
) -> None:
    assert _on_days(stored, clock, 0, 21, 29) == [1, 1, 0]
    clock.on(30)
    with stored.transaction() as session:
        makers.observe(session, house.fact(session, "phone"), "call", "no-answer", days_ago=0)
    assert _on_days(stored, clock, 30, 41, 42, 43, 100) == [0, 0, 1, 0, 0]
    clock.on(120)
    with stored.transaction() as session:
        makers.observe(session, house.fact(session, "phone"), "call", "voicemail-generic", days_ago=0)
    # One such letter in half a year.
    assert _on_days(stored, clock, 120, 121, 179, 180) == [0, 0, 0, 1]


def test_listings_with_one_mailbox_take_turns(stored: Database, clock: Clock) -> None:
    houses = [_house(stored, f"House {number}") for number in range(2)]
    # However it is written.
    houses.append(_house(stored, "House 2", MAILBOX.replace("desk", "Desk")))
    assert _on_days(stored, clock, 0, 7, 20, 21, 41, 42) == [1, 0, 0, 1, 0, 1]
    with stored.reading() as session:
        letters = session.scalars(sa.select(Confirmation.listing_id).order_by(Confirmation.created_at))
        assert list(letters) == [house.listing for house in houses]


def test_who_answers_for_one_listing_is_asked_about_the_next_after_a_week(stored: Database, clock: Clock) -> None:
    houses = [_house(stored, f"House {number}") for number in range(2)]
    with stored.transaction() as session:
        key = houses[0].ask(session)
    _answer(stored, clock, key, "right", on=2)
    assert _on_days(stored, clock, 3, 6, 7) == [0, 0, 1]


def test_every_listing_of_a_silent_mailbox_gets_its_turn_and_few_letters_go_there(
    stored: Database, clock: Clock
) -> None:
    """At most one letter in three weeks, 18 in a year, whatever the number of listings; and no reminder."""
    houses = [_house(stored, f"House {number}") for number in range(20)]
    counts = _on_days(stored, clock, *range(0, 730, 7))
    weeks = 52
    assert max(sum(counts[first : first + weeks]) for first in range(weeks)) <= 18
    with stored.reading() as session:
        asked = list(session.scalars(sa.select(Confirmation.listing_id).order_by(Confirmation.created_at)))
    # Those that were never asked first, and then those that were asked longest ago.
    assert asked == [house.listing for house in [*houses, *houses]][: len(asked)]
    assert len(asked) == 35


def test_few_letters_go_out_in_a_day_and_those_that_wait_longest_go_first(
    stored: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LEAST_A_DAY", 2)
    addresses = [f"desk{number}@lantern.example.org" for number in range(5)]
    a, b, c, d, e = addresses
    houses = [_house(stored, f"House {address}", address) for address in addresses]
    with stored.transaction() as session:
        # With the others somebody spoke yesterday.
        others = sa.update(Belief).where(Belief.listing_id != houses[3].listing)
        session.execute(others.values(confirmed_on=day_number(NOW) - 1))
    assert _on_days(stored, clock, 0, 0.2, 1, 2, 3) == [2, 0, 2, 1, 0]
    assert _recipients(stored) == [d, a, b, c, e]
    _house(stored, "New House", "new@lantern.example.org")
    # Reminders go before whoever was never asked.
    assert _on_days(stored, clock, 22, 23, 24) == [2, 2, 2]
    assert _recipients(stored)[5:] == [d, a, b, c, e, "new@lantern.example.org"]


def test_everybody_gets_a_letter_and_its_reminder_in_half_a_year_and_a_small_directory_at_once() -> None:
    assert [most_a_day(listings) for listings in (0, 200, 4_500, 4_501, 20_000)] == [LEAST_A_DAY, 50, 50, 51, 223]


def _closed(session: Session, house: House) -> None:
    session.get_one(Record, house.listing).standing = "closed"
    session.info["touched"].add(house.listing)


def _hidden(session: Session, house: House) -> None:
    integrity.hide(session, house.listing, by=house.one(session), reason="it may be a danger", now=NOW)


def _not_to_be_listed(session: Session, house: House) -> None:
    session.get_one(Record, house.service).standing = "do-not-list"
    session.info["touched"].add(house.service)


def _not_to_be_called(session: Session, house: House) -> None:
    owner = session.get_one(Record, house.service).organization_id
    say_do_not_call(session, owner or 0, by=None, reason="they asked", now=NOW)


def _is_practice(session: Session, house: House) -> None:
    network = Network(key="practice", name="Practice", kind="practice")
    session.add(network)
    session.flush()
    session.get_one(Record, house.listing).network_id = network.id
    session.info["touched"].add(house.listing)


def _came_back(session: Session, house: House) -> None:
    saw(session, house.fact(session, "email"), "mx", "refuses", odds=3)


def _taken_over(session: Session, house: House) -> None:
    saw(session, house.fact(session, "url"), "website", "taken-over")


@pytest.mark.parametrize(
    "happens",
    [_closed, _hidden, _not_to_be_listed, _not_to_be_called, _is_practice, _came_back, _taken_over],
)
def test_nobody_is_written_to_who_must_not_be(
    stored: Database, house: House, happens: Callable[[Session, House], None]
) -> None:
    with stored.transaction() as session:
        happens(session, house)
    assert ask_who_is_due(stored) == 0
    assert _recipients(stored) == []


def test_practice_listings_make_no_room_for_letters(stored: Database, house: House) -> None:
    with stored.transaction() as session:
        assert rounds.shown_count(session) == 1
        _is_practice(session, house)
        assert rounds.shown_count(session) == 0


@pytest.mark.parametrize("odd", ["ftp://lantern.example.org", "see facebook", ""])
def test_what_is_no_web_address_keeps_nobody_waiting(stored: Database, odd: str) -> None:
    house = _house(stored, "Odd House", "odd@lantern.example.org", is_verified=False, web=odd)
    with stored.transaction() as session:
        saw(session, house.fact(session, "url"), "corroboration", "seen")
    _house(stored, "House 1", "desk1@lantern.example.org")
    assert ask_who_is_due(stored) == 1
    assert _recipients(stored) == ["desk1@lantern.example.org"]


def test_no_letter_goes_to_a_mailbox_from_which_one_came_back_about_another_listing(
    stored: Database, clock: Clock
) -> None:
    first = _house(stored, "House 0")
    _house(stored, "House 1", MAILBOX.replace("desk", "Desk"))
    assert ask_who_is_due(stored) == 1
    with stored.transaction() as session:
        letter = session.scalars(sa.select(Outbox)).one()
        assert note_refusal(session, name_of(letter.id, letter.recipient, letter.template, letter.fields))
    assert _on_days(stored, clock, 21, 30, 60) == [0, 0, 0]
    with stored.transaction() as session:
        makers.confirm(session, first.fact(session, "email"), days_ago=0)
    assert ask_who_is_due(stored) == 1


def test_an_address_that_nobody_verified_gets_a_letter_once_a_look_at_their_site_saw_it(stored: Database) -> None:
    house = _house(stored, is_verified=False)
    assert ask_who_is_due(stored) == 0
    with stored.transaction() as session:
        saw(session, house.fact(session, "url"), "corroboration", "seen")
    assert ask_who_is_due(stored) == 1


def test_an_address_that_is_listed_no_longer_gets_no_letter(stored: Database) -> None:
    house = _house(stored, is_verified=False)
    with stored.transaction() as session:
        saw(session, house.fact(session, "url"), "corroboration", "seen")
        session.get_one(Fact, house.fact(session, "email")).standing = "past"
    assert ask_who_is_due(stored) == 0


def test_the_address_of_an_organization_will_do(stored: Database) -> None:
    with stored.transaction() as session:
        owner = makers.make_organization(session, "Lantern", mailbox(), site())
        makers.make_service(session, makers.kind("food"), organization_id=owner, sites=[makers.site()])
        address = sa.select(Fact.id).where(Fact.record_id == owner, Fact.field == "email")
        makers.confirm(session, session.scalars(address).one())
    assert ask_who_is_due(stored) == 1


def test_what_no_server_would_take_is_no_address(stored: Database) -> None:
    _house(stored, address="desk at lantern@lantern.example.org")
    assert ask_who_is_due(stored) == 0


def test_a_letter_that_came_back_is_the_last_until_somebody_stands_up_for_the_address(
    stored: Database, house: House, clock: Clock
) -> None:
    assert ask_who_is_due(stored) == 1
    with stored.transaction() as session:
        letter = session.scalars(sa.select(Outbox)).one()
        assert note_refusal(session, name_of(letter.id, letter.recipient, letter.template, letter.fields))
    assert _on_days(stored, clock, 21, 180, 400) == [0, 0, 0]
    with stored.transaction() as session:
        makers.confirm(session, house.fact(session, "email"), days_ago=0)
    assert ask_who_is_due(stored) == 1


@pytest.mark.parametrize(
    "without", [{"ask_programs": "off"}, {"mail_server": "", "mail_from": ""}, {"public_host": ""}]
)
def test_nobody_is_asked_where_that_is_off_or_letters_would_lead_nowhere(
    stored: Database, house: House, without: dict[str, str]
) -> None:
    assert house.listing
    jobs.ask_programs(stored, msgspec.structs.replace(ON, **without))
    assert _recipients(stored) == []
    jobs.ask_programs(stored, ON)
    assert _recipients(stored) == [MAILBOX]


def test_many_listings_are_read_at_once(stored: Database) -> None:
    """Whether there are two listings to be passed over or twelve, as many questions are asked of the database."""

    def asked() -> int:
        written: list[int] = []
        count = questions_of(stored.engine, lambda: written.append(ask_who_is_due(stored)))
        assert written == [0]
        return count

    for number in range(2):
        _house(stored, f"House {number}", f"desk{number}@lantern.example.org", is_verified=False)
    few = asked()
    for number in range(2, 12):
        _house(stored, f"House {number}", f"desk{number}@lantern.example.org", is_verified=False)
    assert asked() == few
