"""A link confirms or proposes, once, what was shown with it, and changes nothing."""

import datetime as dt
import statistics
import time
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.queries import card_of
from directory.confirming import service
from directory.confirming.models import Confirmation
from directory.confirming.service import HOLDS, KEPT_AFTER, ChangedMeanwhileError
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity import service as integrity
from directory.integrity.queries import change_of, state_of
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Schedule
from directory.listings.models import Change, Fact, Record
from directory.mail.models import Outbox
from directory.people.invitations import look_at_link
from tests import makers
from tests.conftest import NOW
from tests.directory.confirming.house import MAILBOX, House, found, saw
from tests.staff import acting, make_person

NEW = "+13055550177"


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def _answer(session: Session, key: str, said: service.Answer, *edits: Edit) -> tuple[int, ...]:
    shown = service.look(session, key, now=NOW).digest
    return service.answer(session, key, said=said, shown=shown, edits=edits, now=NOW)


def _state(session: Session, house: House) -> str:
    return state_of(session, house.listing).state


def test_looking_ten_times_confirms_nothing_and_an_answer_counts_once(session: Session, house: House) -> None:
    key = house.ask(session)
    for _ in range(10):
        service.look(session, key, now=NOW)
    assert found(session, "provider") == []
    _answer(session, key, "right")
    confirmed = found(session, "provider")
    assert {outcome for _, outcome in confirmed} == {"confirmed"}
    assert {"name", "phone", "email", "url", "language", "schedule", "kind", "address"} <= {one for one, _ in confirmed}
    for again in (lambda: service.look(session, key, now=NOW), lambda: _answer(session, key, "closed")):
        with pytest.raises(NotFoundError, match="not good"):
            again()
    assert found(session, "provider") == confirmed


def test_what_changed_between_letter_and_press_is_put_off_until_and_confirmed_by_nobody(
    session: Session, house: House
) -> None:
    key = house.ask(session)
    before = service.look(session, key, now=NOW)
    assert not before.is_changed
    hours = makers.opens({"TU": [(600, 900)]})
    integrity.edit(session, house.service, [Edit(hours)], by=house.one(session), reason="told", now=NOW)
    show_touched(session)
    with pytest.raises(ChangedMeanwhileError):
        service.answer(session, key, said="right", shown=before.digest, now=NOW)
    assert found(session, "provider") == []
    now_shown = service.look(session, key, now=NOW)
    assert now_shown.is_changed
    service.answer(session, key, said="right", shown=now_shown.digest, now=NOW)
    assert ("schedule", "confirmed") in found(session, "provider")


def test_the_link_of_one_listing_says_nothing_of_another(session: Session, house: House) -> None:
    other = House(session, name="Other House")
    one, two = house.ask(session), other.ask(session)
    mixed = service.look(session, two, now=NOW).digest
    with pytest.raises(ChangedMeanwhileError):
        service.answer(session, one, said="right", shown=mixed, now=NOW)
    foreign = Edit(fact_id=other.fact(session, "language"))
    with pytest.raises(NotFoundError):
        _answer(session, one, "changed", foreign)
    assert found(session, "provider") == []


def test_nobody_but_a_keeper_of_the_listing_writes_and_one_letter_at_a_time(session: Session, house: House) -> None:
    partner = acting(session, make_person(session, "Partner", "partner"))
    elsewhere = acting(session, make_person(session, "Else", scopes=(("network", "other"),)))
    with pytest.raises(RefusedError, match="coordinator"):
        service.ask(session, house.listing, by=partner, now=NOW)
    with pytest.raises(NotFoundError):
        service.ask(session, house.listing, by=elsewhere, now=NOW)
    house.ask(session)
    with pytest.raises(RefusedError, match="on its way"):
        house.ask(session)
    service.ask(session, house.listing, by=house.one(session), now=NOW + HOLDS)
    letters = session.scalars(sa.select(Outbox).where(Outbox.template == "look-over")).all()
    assert [letter.recipient for letter in letters] == [MAILBOX, MAILBOX]


def test_the_key_is_stored_nowhere_but_in_the_letter(session: Session, house: House) -> None:
    key = house.ask(session)
    link = session.scalars(sa.select(Confirmation)).one()
    stored = " ".join(str(value) for value in vars(link).values())
    assert key not in stored
    assert len(key) == 43
    assert link.expires_at - link.created_at == dt.timedelta(days=7)
    with pytest.raises(NotFoundError):
        look_at_link(session, key, now=NOW)


def test_whatever_is_wrong_with_a_link_is_answered_alike_and_at_the_same_cost(session: Session, house: House) -> None:
    used = house.ask(session)
    _answer(session, used, "right")
    spent = service.ask(session, house.listing, by=house.one(session), now=NOW - HOLDS)

    def cost(key: str) -> float:
        began = time.perf_counter()
        with pytest.raises(NotFoundError, match=r"^This link is not good any more\.$"):
            service.look(session, key, now=NOW)
        return time.perf_counter() - began

    costs: dict[str, list[float]] = {"used": [], "spent": [], "unknown": []}
    for number in range(1_000):
        costs["unknown"].append(cost(uuid.UUID(int=number).hex))
        costs["used"].append(cost(used))
        costs["spent"].append(cost(spent))
    medians = [statistics.median(one) for one in costs.values()]
    assert max(medians) < 1.5 * min(medians)


def test_a_new_number_is_proposed_and_nothing_is_changed_until_two_people_did(session: Session, house: House) -> None:
    makers.confirm(session, house.fact(session, "phone"))
    [change] = _answer(session, house.ask(session), "changed", Edit(makers.phone(NEW)))
    assert _state(session, house) == "pending"
    show_touched(session)
    card = card_of(session, house.listing)
    assert card is not None
    assert [phone.number for phone in card.phones] == ["+13055550142"]
    assert not card.may_not_work
    one, two = house.one(session), house.two(session)

    def approve(by: str) -> integrity.Approved:
        actor = one if by == "one" else two
        shown = change_of(session, change, by=actor, now=NOW).shown
        return integrity.approve(session, change, shown=shown, by=actor, now=NOW)

    with pytest.raises(RefusedError):
        approve("one")
    integrity.add_key(session, change, "old-number", outcome="confirmed", by=one, now=NOW)
    with pytest.raises(RefusedError, match="two people"):
        approve("one")
    assert approve("two").is_applied
    assert session.get_one(Fact, house.fact(session, "phone")).match_key == NEW


def test_hours_and_languages_wait_for_one_person_and_are_confirmed_when_they_come(
    session: Session, house: House
) -> None:
    hours = Edit(FactDraft("schedule", Schedule(text="Only in the morning"), slot="office"))
    gone = Edit(fact_id=house.fact(session, "language"))
    changes = _answer(session, house.ask(session), "changed", hours, gone, Edit(makers.speaks("ht")))
    assert len(changes) == 3
    one = house.one(session)
    for change in changes:
        shown = change_of(session, change, by=one, now=NOW).shown
        assert integrity.approve(session, change, shown=shown, by=one, now=NOW).is_applied
    assert ("schedule", "confirmed") in found(session, "provider")
    assert ("language", "changed") in found(session, "provider")
    assert session.get_one(Fact, house.fact(session, "language")).slot == "ht:staff"


def test_an_answer_that_says_nothing_leaves_the_link_good(session: Session, house: House) -> None:
    key = house.ask(session)
    with pytest.raises(BadInputError):
        _answer(session, key, "changed")
    assert service.look(session, key, now=NOW).listing_id == house.listing


@pytest.mark.parametrize(("said", "wants"), [("closed", "close"), ("do-not-list", "do-not-list")])
def test_to_close_and_not_to_list_are_proposed_for_people(
    session: Session, house: House, said: service.Answer, wants: str
) -> None:
    [change] = _answer(session, house.ask(session), said)
    proposal = session.get_one(Change, change)
    assert (proposal.intends, proposal.state, proposal.proposed_by) == (wants, "proposed", None)
    assert session.get_one(Record, house.listing).standing == "listed"
    assert found(session, "provider") == [("name", said)]


def test_a_letter_goes_only_to_a_verified_address_or_one_of_a_site_that_was_seen(session: Session) -> None:
    house = House(session, is_verified=False)
    with pytest.raises(RefusedError, match="verified"):
        house.ask(session)
    saw(session, house.fact(session, "url"), "corroboration", "seen")
    house.ask(session)


@pytest.mark.parametrize(
    ("field", "method", "outcome", "odds"),
    [
        ("url", "corroboration", "gone", 0), ("url", "website", "taken-over", 0), ("url", "website", "parked", 0),
        ("email", "mx", "refuses", 3), ("email", "mx", "gone", 3),
    ],
)  # fmt: skip
def test_a_site_that_is_lost_and_a_mailbox_that_refuses_get_no_letter(
    session: Session, field: str, method: str, outcome: str, odds: int
) -> None:
    house = House(session, is_verified=False)
    saw(session, house.fact(session, "url"), "corroboration", "seen")
    saw(session, house.fact(session, field), method, outcome, odds=odds)
    with pytest.raises(RefusedError):
        house.ask(session)


@pytest.mark.parametrize("outcome", ["taken-over", "parked"])
def test_a_mailbox_that_was_verified_gets_no_letter_once_somebody_else_has_its_name(
    session: Session, house: House, outcome: str
) -> None:
    saw(session, house.fact(session, "url"), "website", outcome)
    with pytest.raises(RefusedError, match="verified"):
        house.ask(session)


def test_a_link_is_good_no_longer_once_its_mailbox_is_listed_no_longer(session: Session) -> None:
    house = House(session, is_verified=False)
    saw(session, house.fact(session, "url"), "corroboration", "seen")
    key = house.ask(session)
    assert service.look(session, key, now=NOW).digest
    session.get_one(Fact, house.fact(session, "email")).standing = "past"
    session.flush()
    with pytest.raises(NotFoundError):
        service.look(session, key, now=NOW)


def test_an_address_elsewhere_gets_no_letter_because_a_site_was_seen(session: Session) -> None:
    for number, address in enumerate(("lantern@mail.example.net", "lantern@ample.org", "x@other.example.org")):
        house = House(session, is_verified=False, name=f"House {number}", address=address)
        saw(session, house.fact(session, "url"), "corroboration", "seen")
        with pytest.raises(RefusedError, match="verified"):
            house.ask(session)


def test_what_is_closed_or_not_listed_is_not_asked_about(session: Session, house: House) -> None:
    key = house.ask(session)
    session.get_one(Record, house.listing).standing = "closed"
    session.flush()
    with pytest.raises(NotFoundError):
        service.look(session, key, now=NOW)
    with pytest.raises(RefusedError, match="shown"):
        house.ask(session)


def test_letters_are_forgotten_when_no_later_one_depends_on_them(session: Session, house: House) -> None:
    house.ask(session)
    assert service.forget_over(session, now=NOW + HOLDS + KEPT_AFTER) == 0
    assert service.forget_over(session, now=NOW + HOLDS + KEPT_AFTER + dt.timedelta(seconds=1)) == 1
