"""Passkeys: what a page asks, whose answer it takes, and that each question is answered once."""

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.db import Database
from directory.people.models import Credential
from directory.people.passkeys import Place, Question, add_passkey, ask_to_register, ask_to_sign_in, person_of_answer
from tests.conftest import NOW
from tests.directory.people.authenticator import PLACE, Authenticator
from tests.directory.people.written import id_of
from tests.staff import DESK_KEY, make_person

ELSEWHERE = Place("elsewhere.example", "https://elsewhere.example", "Practice")


def _ask_for_new(session: Session, person_id: int, now: dt.datetime) -> Question:
    return ask_to_register(
        session, PLACE, person_id=person_id, handle=b"of the person", name="Ana", desk_key=DESK_KEY, now=now
    )


def _give(session: Session, person_id: int, device: Authenticator, *, now: dt.datetime) -> bool:
    question = _ask_for_new(session, person_id, now)
    return add_passkey(
        session, device.make(question), question.token, person_id=person_id, place=PLACE, desk_key=DESK_KEY, now=now
    )


def _ask(now: dt.datetime, person_id: int = 0) -> Question:
    return ask_to_sign_in(PLACE, desk_key=DESK_KEY, now=now, person_id=person_id)


def _whose(session: Session, answer: str, token: str, *, now: dt.datetime) -> int | None:
    return person_of_answer(session, answer, token, place=PLACE, desk_key=DESK_KEY, now=now)


@pytest.fixture
def ana(session: Session) -> int:
    """Somebody without any key."""
    return make_person(session, "Ana", has_key=False)


@pytest.fixture
def device(session: Session, ana: int, now: dt.datetime) -> Authenticator:
    """Ana's device, with a passkey."""
    made = Authenticator()
    assert _give(session, ana, made, now=now)
    return made


def test_a_passkey_tells_whose_it_is(session: Session, ana: int, device: Authenticator, now: dt.datetime) -> None:
    for _ in range(2):
        question = _ask(now)
        assert _whose(session, device.answer(question), question.token, now=now) == ana


def test_a_page_that_asks_for_a_passkey_names_no_account_and_insists_on_a_person(now: dt.datetime) -> None:
    asked: dict[str, Any] = json.loads(_ask(now).options)
    assert (asked["rpId"], asked["userVerification"], asked["allowCredentials"]) == ("localhost", "required", [])


def test_a_page_that_asks_for_a_new_passkey_wants_one_that_needs_no_name_and_leaves_out_what_there_is(
    session: Session, ana: int, device: Authenticator, now: dt.datetime
) -> None:
    asked: dict[str, Any] = json.loads(_ask_for_new(session, ana, now).options)
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert len(asked["excludeCredentials"]) == 1
    session.execute(sa.update(Credential).values(retired_at=now))
    assert json.loads(_ask_for_new(session, ana, now).options)["excludeCredentials"] == []


def test_an_answer_is_good_once(session: Session, device: Authenticator, now: dt.datetime) -> None:
    question = _ask(now)
    answer = device.answer(question)
    assert _whose(session, answer, question.token, now=now) is not None
    assert _whose(session, answer, question.token, now=now) is None
    assert _whose(session, device.answer(question), question.token, now=now) is None


def test_an_answer_after_five_minutes_is_too_late(session: Session, device: Authenticator, now: dt.datetime) -> None:
    question = _ask(now)
    assert _whose(session, device.answer(question), question.token, now=now + dt.timedelta(minutes=5)) is None


def test_an_answer_to_another_question_is_none(session: Session, device: Authenticator, now: dt.datetime) -> None:
    assert _whose(session, device.answer(_ask(now)), _ask(now).token, now=now) is None


def test_a_question_to_one_person_is_answered_by_nobody_else(
    session: Session, ana: int, device: Authenticator, now: dt.datetime
) -> None:
    theirs = _ask(now, person_id=ana + 1)
    assert _whose(session, device.answer(theirs), theirs.token, now=now) is None
    own = _ask(now, person_id=ana)
    assert _whose(session, device.answer(own), own.token, now=now) == ana


def test_a_question_for_a_new_passkey_signs_nobody_in(
    session: Session, ana: int, device: Authenticator, now: dt.datetime
) -> None:
    question = _ask_for_new(session, ana, now)
    assert _whose(session, device.answer(question), question.token, now=now) is None


def test_an_answer_that_another_site_asked_for_is_none(
    session: Session, device: Authenticator, now: dt.datetime
) -> None:
    for place in (ELSEWHERE, Place(PLACE.host, ELSEWHERE.origin, ""), Place(ELSEWHERE.host, PLACE.origin, "")):
        device.place = place
        question = _ask(now)
        assert _whose(session, device.answer(question), question.token, now=now) is None


def test_an_answer_without_a_finger_or_a_number_is_none(
    session: Session, ana: int, device: Authenticator, now: dt.datetime
) -> None:
    device.flags = 1
    question = _ask(now)
    assert _whose(session, device.answer(question), question.token, now=now) is None
    assert not _give(session, ana, Authenticator(is_verified=False), now=now)


def test_an_answer_of_another_key_with_the_same_name_is_none(
    session: Session, device: Authenticator, now: dt.datetime
) -> None:
    question = _ask(now)
    assert _whose(session, Authenticator(handle=device.handle).answer(question), question.token, now=now) is None


def test_a_copy_of_a_passkey_that_lags_behind_is_refused(
    session: Session, device: Authenticator, now: dt.datetime
) -> None:
    for counter, is_good in ((5, True), (5, False), (3, False), (7, True)):
        device.counter = counter - 1
        question = _ask(now)
        assert (_whose(session, device.answer(question), question.token, now=now) is not None) is is_good


def test_a_retired_passkey_is_nobodys(session: Session, device: Authenticator, now: dt.datetime) -> None:
    session.execute(sa.update(Credential).values(retired_at=now))
    question = _ask(now)
    assert _whose(session, device.answer(question), question.token, now=now) is None


def test_a_passkey_that_is_here_already_is_given_to_nobody_else(
    session: Session, ana: int, device: Authenticator, now: dt.datetime
) -> None:
    bo = make_person(session, "Bo", has_key=False)
    assert not _give(session, bo, Authenticator(handle=device.handle), now=now)
    question = _ask(now)
    assert _whose(session, device.answer(question), question.token, now=now) == ana


def test_a_new_passkey_goes_to_the_person_who_was_asked_and_to_this_site_only(
    session: Session, ana: int, now: dt.datetime
) -> None:
    bo = make_person(session, "Bo", has_key=False)
    question, device = _ask_for_new(session, ana, now), Authenticator()
    made = device.make(question)
    assert not add_passkey(session, made, question.token, person_id=bo, place=PLACE, desk_key=DESK_KEY, now=now)
    assert not add_passkey(session, made, question.token, person_id=ana, place=ELSEWHERE, desk_key=DESK_KEY, now=now)
    late = now + dt.timedelta(minutes=5)
    assert not add_passkey(session, made, question.token, person_id=ana, place=PLACE, desk_key=DESK_KEY, now=late)
    assert session.scalars(sa.select(Credential.id)).all() == []
    assert id_of(session, ana) not in question.token


@pytest.fixture(scope="module")
def one_answer() -> dict[str, Any]:
    """An answer to a question for a new passkey, in parts."""
    made: dict[str, Any] = json.loads(Authenticator().make(ask_to_sign_in(PLACE, desk_key=DESK_KEY, now=NOW)))
    return made


_BROKEN = st.one_of(
    st.none(), st.integers(), st.text(max_size=40), st.lists(st.integers(), max_size=3), st.just("[" * 5_000),
    st.binary(max_size=200).map(lambda content: content.hex()),
)  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "attestationObject"]), put=_BROKEN)
def test_whatever_is_sent_as_an_answer_is_no_error(
    database: Database, one_answer: dict[str, Any], part: str, put: Any
) -> None:
    sent = one_answer | {"response": dict(one_answer["response"])}
    (sent if part in sent else sent["response"])[part] = put
    for text in (json.dumps(sent), str(put)):
        with database.transaction() as session:
            question = ask_to_sign_in(PLACE, desk_key=DESK_KEY, now=NOW)
            assert _whose(session, text, question.token, now=NOW) is None
            new = _ask_for_new(session, 1, NOW)
            assert not add_passkey(session, text, new.token, person_id=1, place=PLACE, desk_key=DESK_KEY, now=NOW)
