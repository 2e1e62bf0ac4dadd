"""Coming back after losing all keys: by the word of two admins who are two, or of whoever runs the program."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError, RefusedError
from directory.people import accounts, sessions
from directory.people.actor import Actor
from directory.people.invitations import look_at_link
from directory.people.models import Credential, Request
from directory.people.queries import actor_of
from directory.people.recovery import ask_recovery, come_back, open_requests, recover_from_shell, second_recovery
from directory.people.signing_in import compare_password, sign_in_with_password
from tests.directory.people.written import all_that_is_audited, entries, fields_of, id_of, letters
from tests.staff import CHEAP, DESK_KEY, PASSWORD, acting, code_at, make_person


@pytest.fixture
def one(session: Session) -> Actor:
    """An admin."""
    return acting(session, make_person(session, "One", "admin"))


@pytest.fixture
def two(session: Session) -> Actor:
    """Another."""
    return acting(session, make_person(session, "Two", "admin"))


@pytest.fixture
def lost(session: Session) -> str:
    """A coordinator who lost their keys."""
    return id_of(session, make_person(session, "Lost"))


def test_two_admins_let_somebody_back_who_then_has_new_keys_only(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    key = second_recovery(session, ask_recovery(session, lost, by=one, now=now), by=two, now=now)
    invited = look_at_link(session, key, now=now)
    assert (invited.public_id, invited.purpose) == (lost, "recover")
    old = sessions.begin(session, invited.person_id, now=now)
    assert sessions.session_of(session, old, now=now) is not None, "until the link is used nothing is taken away"
    come_back(session, key, now=now)
    session.expire_all()
    assert sessions.session_of(session, old, now=now) is None
    assert not actor_of(session, invited.person_id).has_key
    compared = compare_password(session, PASSWORD, email="lost@example.org", hasher=CHEAP)
    assert sign_in_with_password(session, compared, code=code_at(now), desk_key=DESK_KEY, now=now) is None
    verbs = [verb for verb, _ in entries(session)]
    assert verbs[:3] == ["person.recovery-asked", "person.recovery-seconded", "person.recovered"]


def test_the_keys_of_everybody_else_stay(session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime) -> None:
    come_back(session, second_recovery(session, ask_recovery(session, lost, by=one, now=now), by=two, now=now), now=now)
    assert actor_of(session, one.id).has_key
    assert (
        session.scalar(sa.select(sa.func.count()).select_from(Credential).where(Credential.retired_at.is_(None))) == 4
    )


def test_the_person_and_the_admins_are_told_at_every_step_and_the_link_goes_to_the_person_alone(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    number = ask_recovery(session, lost, by=one, now=now)
    assert letters(session) == [("lost@example.org", "recovery-asked"), ("two@example.org", "recovery-asked")]
    key = second_recovery(session, number, by=two, now=now)
    assert [to for to, letter in letters(session) if letter == "recovery"] == ["lost@example.org"]
    assert fields_of(session, "recovery")["link"] == f"/desk/join/{key}"
    come_back(session, key, now=now)
    told = [to for to, letter in letters(session) if letter == "recovered"]
    assert told == ["lost@example.org", "one@example.org", "two@example.org"]
    assert not any(word in all_that_is_audited(session) for word in (key, "lost@example.org", "Lost"))


def test_one_admin_alone_lets_nobody_back(session: Session, one: Actor, lost: str, now: dt.datetime) -> None:
    number = ask_recovery(session, lost, by=one, now=now)
    with pytest.raises(RefusedError, match="Another admin"):
        second_recovery(session, number, by=one, now=now)
    # Asking twice makes no second person.
    other = ask_recovery(session, lost, by=one, now=now)
    with pytest.raises(RefusedError, match="Another admin"):
        second_recovery(session, other, by=one, now=now)


def test_nobody_asks_for_or_seconds_their_own_recovery(
    session: Session, one: Actor, two: Actor, now: dt.datetime
) -> None:
    with pytest.raises(RefusedError, match="own account"):
        ask_recovery(session, one.public_id, by=one, now=now)
    number = ask_recovery(session, two.public_id, by=one, now=now)
    with pytest.raises(RefusedError, match="own account"):
        second_recovery(session, number, by=two, now=now)


def test_only_admins_with_a_fresh_proof_and_a_key_ask_or_second(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    number = ask_recovery(session, lost, by=one, now=now)
    coordinator = acting(session, make_person(session, "Coordinator"))
    keyless = acting(session, make_person(session, "Keyless", "admin", has_key=False))
    for by in (coordinator, keyless, acting(session, two.id, stepped_up=False)):
        with pytest.raises(RefusedError, match="An admin"):
            second_recovery(session, number, by=by, now=now)
        with pytest.raises(RefusedError, match="An admin"):
            ask_recovery(session, lost, by=by, now=now)


@pytest.mark.parametrize("is_host_first", [True, False])
@pytest.mark.parametrize("days", [0, 30])
def test_an_admin_and_an_account_made_by_them_are_not_two(
    session: Session, one: Actor, lost: str, now: dt.datetime, *, is_host_first: bool, days: int
) -> None:
    guest = make_person(session, "Guest", "admin", days=days, invited_by=one.id)
    third = acting(session, make_person(session, "Third"))
    first, second = (one.id, guest) if is_host_first else (guest, one.id)
    number = ask_recovery(session, lost, by=acting(session, first), now=now)
    with pytest.raises(RefusedError, match="guest of the other"):
        second_recovery(session, number, by=acting(session, second), now=now)
    accounts.vouch(session, id_of(session, guest), by=third, now=now)
    second_recovery(session, number, by=acting(session, second), now=now)


def test_whoever_comes_back_does_not_speak_for_the_admins_who_let_them(
    session: Session, one: Actor, now: dt.datetime
) -> None:
    guest = make_person(session, "Guest", "admin", invited_by=one.id)
    lost = make_person(session, "Lost")
    accounts.vouch(session, id_of(session, guest), by=acting(session, lost), now=now)
    number = ask_recovery(session, id_of(session, lost), by=one, now=now)
    with pytest.raises(RefusedError, match="guest of the other"):
        second_recovery(session, number, by=acting(session, guest), now=now)


def test_the_word_of_an_admin_who_is_one_no_more_does_not_count(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    for change in ("role", "removal"):
        asker = acting(session, make_person(session, f"Asker{change}", "admin"))
        number = ask_recovery(session, lost, by=asker, now=now)
        if change == "role":
            accounts.change_role(session, asker.public_id, "partner", by=one, now=now)
        else:
            accounts.remove(session, asker.public_id, by=one, now=now)
        with pytest.raises(RefusedError):
            second_recovery(session, number, by=two, now=now)


def test_a_request_is_seconded_once_and_within_three_days(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    number = ask_recovery(session, lost, by=one, now=now)
    assert [request.id for request in open_requests(session, now=now)] == [number]
    late = now + dt.timedelta(days=3, seconds=1)
    assert open_requests(session, now=late) == []
    with pytest.raises(NotFoundError):
        second_recovery(session, number, by=two, now=late)
    second_recovery(session, number, by=two, now=now)
    session.expire_all()
    with pytest.raises(NotFoundError):
        second_recovery(session, number, by=two, now=now)
    with pytest.raises(NotFoundError):
        second_recovery(session, number + 1, by=two, now=now)


def test_a_request_for_something_else_lets_nobody_back(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    other = Request(kind="pinned-suspension", subject=lost, opened_by=one.id, opened_at=now)
    session.add(other)
    session.flush()
    with pytest.raises(NotFoundError):
        second_recovery(session, other.id, by=two, now=now)


def test_the_way_back_is_open_for_a_day(session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime) -> None:
    key = second_recovery(session, ask_recovery(session, lost, by=one, now=now), by=two, now=now)
    look_at_link(session, key, now=now + dt.timedelta(hours=24, seconds=-1))
    with pytest.raises(NotFoundError):
        come_back(session, key, now=now + dt.timedelta(hours=24))


def test_nobody_who_never_joined_or_is_gone_comes_back(
    session: Session, one: Actor, lost: str, now: dt.datetime
) -> None:
    accounts.remove(session, lost, by=one, now=now)
    with pytest.raises(NotFoundError):
        ask_recovery(session, lost, by=one, now=now)
    neighbour = accounts.add_neighbour(session, name="Next", public_key=bytes(range(32)), by=one.id, now=now)
    with pytest.raises(RefusedError, match="who joined"):
        ask_recovery(session, str(neighbour.public_id), by=one, now=now)


def test_whoever_runs_the_program_lets_somebody_back_alone_and_all_keepers_are_told(
    session: Session, one: Actor, two: Actor, lost: str, now: dt.datetime
) -> None:
    make_person(session, "Partner", "partner")
    key = recover_from_shell(session, " LOST@example.org ", by=one.id, now=now)
    assert look_at_link(session, key, now=now).public_id == lost
    told = [to for to, letter in letters(session) if letter == "recovery-asked"]
    assert told == ["lost@example.org", "one@example.org", "two@example.org"]
    with pytest.raises(NotFoundError):
        recover_from_shell(session, "nobody@example.org", by=one.id, now=now)
