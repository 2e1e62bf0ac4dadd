"""What a call found goes to the facts that it speaks about, and what follows is for a second person."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.confirming.calls import Called, may_call, note_call
from directory.confirming.script import script
from directory.errors import NotFoundError, RefusedError
from directory.freshness import models
from directory.freshness.models import Evidence
from directory.freshness.policy import CALL_OUTCOMES
from directory.integrity import service as integrity
from directory.integrity.queries import change_of, state_of
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Greeting, decode_value
from directory.listings.models import Fact, Record
from directory.settings import OWN_LANGUAGES, tells
from tests import makers
from tests.conftest import NOW
from tests.directory.confirming.house import House, found
from tests.staff import acting, make_person


@pytest.fixture
def house(session: Session) -> House:
    return House(session, is_verified=False)


def _call(
    session: Session, house: House, outcome: str, *, second: bool = False, greeting: str = "", line: int | None = None
) -> Called:
    show_touched(session)
    by = house.two(session) if second else house.one(session)
    return note_call(session, house.listing, outcome=outcome, by=by, now=NOW, greeting=greeting, line=line)


def _state(session: Session, house: House) -> str:
    return state_of(session, house.listing).state


def _approved(session: Session, house: House, change: int) -> bool:
    by = house.two(session)
    shown = change_of(session, change, by=by, now=NOW).shown
    return integrity.approve(session, change, shown=shown, by=by, now=NOW).is_applied


def test_everything_right_confirms_every_fact_and_verifies(session: Session, house: House) -> None:
    called = _call(session, house, "confirmed")
    confirmed = {field for field, _ in found(session, "call")}
    assert {"name", "phone", "email", "url", "language", "schedule", "kind", "address"} <= confirmed
    assert called.facts == len(found(session, "call"))
    assert _state(session, house) == "verified"
    assert set(session.scalars(sa.select(models.Testimony.by_id))) == {house.people[0]}


def test_a_short_call_speaks_about_the_line_and_the_status_only(session: Session, house: House) -> None:
    integrity.edit(
        session, house.service, [Edit(makers.text("status", "active"))], by=house.two(session), reason="told", now=NOW
    )  # fmt: skip
    _call(session, house, "live")
    assert sorted(found(session, "call")) == [("phone", "live"), ("status", "live")]
    assert _state(session, house) == "verified"


@pytest.mark.parametrize("outcome", ["no-answer", "voicemail-named", "voicemail-generic", "referred", "wrong"])
def test_what_reaches_nobody_who_knows_speaks_about_the_line_and_verifies_nothing(
    session: Session, house: House, outcome: str
) -> None:
    assert _call(session, house, outcome) == Called(1)
    assert found(session, "call") == [("phone", outcome)]
    assert _state(session, house) == "unverified"


def test_nobody_confirms_what_they_entered_themselves(session: Session, house: House) -> None:
    number = Edit(makers.phone("+13055550188", "intake"))
    integrity.edit(session, house.service, [number], by=house.one(session), reason="told", now=NOW)
    _call(session, house, "confirmed")
    slots = session.scalars(
        sa.select(Fact.slot).join(Evidence, Evidence.fact_id == Fact.id).where(Fact.field == "phone")
    )
    assert list(slots) == ["voice"]


def test_two_callers_hide_a_dead_line(session: Session, house: House) -> None:
    makers.confirm(session, house.fact(session, "phone"))
    assert not _call(session, house, "disconnected").is_hidden
    assert _call(session, house, "wrong-party", second=True).is_hidden


@pytest.mark.parametrize(
    ("outcome", "standing"), [("ended", "closed"), ("closed", "closed"), ("do-not-list", "do-not-list")]
)
def test_what_was_confirmed_goes_by_a_call_and_a_second_person(
    session: Session, house: House, outcome: str, standing: str
) -> None:
    makers.confirm(session, house.fact(session, "phone"))
    change = _call(session, house, outcome).change
    assert change is not None
    assert session.get_one(Record, house.listing).standing == "listed"
    assert found(session, "call")[-1] == ("name", outcome)
    assert _approved(session, house, change)
    assert session.get_one(Record, house.listing, populate_existing=True).standing == standing


def test_a_second_call_speaks_for_the_proposal_that_waits(session: Session, house: House) -> None:
    makers.confirm(session, house.fact(session, "phone"))
    first, second = _call(session, house, "closed"), _call(session, house, "ended", second=True)
    assert first.change == second.change


def test_who_asks_not_to_be_called_is_in_no_plan_again(session: Session, house: House) -> None:
    assert may_call(session, house.listing)
    _call(session, house, "do-not-call")
    assert not may_call(session, house.listing)
    assert found(session, "call") == [("phone", "do-not-call")]


def test_how_a_line_answers_is_kept_and_said_once(session: Session, house: House) -> None:
    heard = _call(session, house, "voicemail-named", greeting="names-topic").greeting
    assert heard is not None
    fact = session.get_one(Fact, house.fact(session, "greeting"))
    assert decode_value("greeting", fact.value or "") == Greeting("names-topic", checked_on="2026-11-26")
    assert fact.slot == "voice"
    with pytest.raises(RefusedError, match="nobody heard"):
        _call(session, house, "no-answer", second=True, greeting="neutral")
    assert _call(session, house, "voicemail-generic", second=True, greeting="names-topic").greeting is None
    assert ("greeting", "confirmed") in found(session, "call")
    assert _call(session, house, "live", second=True, greeting="neutral").greeting is not None


def test_only_keepers_note_calls_on_their_listings_and_on_lines_that_are_there(session: Session, house: House) -> None:
    other = House(session, name="Other")
    partner = acting(session, make_person(session, "Partner", "partner"))
    elsewhere = acting(session, make_person(session, "Else", scopes=(("network", "other"),)))
    for outcome in CALL_OUTCOMES:
        with pytest.raises(RefusedError, match="A coordinator"):
            note_call(session, house.listing, outcome=outcome, by=partner, now=NOW)
        with pytest.raises(NotFoundError):
            note_call(session, house.listing, outcome=outcome, by=elsewhere, now=NOW)
    for line in (other.fact(session, "phone"), house.fact(session, "email"), 0):
        with pytest.raises(NotFoundError):
            _call(session, house, "confirmed", line=line)
    with pytest.raises(RefusedError, match="outcome"):
        _call(session, house, "answered")
    assert found(session, "call") == [("email", "answered")], "of the other house, whose mailbox was verified"


def test_a_line_without_a_call_and_what_is_not_listed_are_refused(session: Session, house: House) -> None:
    session.get_one(Record, house.listing).standing = "do-not-list"
    session.flush()
    with pytest.raises(RefusedError, match="this state"):
        _call(session, house, "live")


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_the_script_says_no_word_that_tells(language: str) -> None:
    for name in ("Lantern House", "Trafficking Victim Hotline", "Refugio Esperanza", ""):
        said = script(name, site="Daybook", language=language)
        assert not tells(" ".join(said))
        assert "Daybook" in said[0]
    assert "Lantern House" in script("Lantern House", site="Daybook", language=language)[1]


def test_a_greeting_that_a_source_says_otherwise_is_corrected_with_what_else_it_says(
    session: Session, house: House
) -> None:
    said = FactDraft("greeting", Greeting("neutral", voicemail="No messages."), slot="voice")
    integrity.edit(session, house.service, [Edit(said)], by=house.two(session), reason="told", now=NOW)
    _call(session, house, "live", greeting="names-service")
    fact = session.get_one(Fact, house.fact(session, "greeting"))
    held = decode_value("greeting", fact.value or "")
    assert held == Greeting("names-service", voicemail="No messages.", checked_on="2026-11-26")
