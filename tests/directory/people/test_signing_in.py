"""Signing in: whatever is wrong costs the same and comes to the same, is counted, and is over after a while."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from directory.db import Database
from directory.people import accounts
from directory.people.actor import Actor
from directory.people.codes import sealed_secret
from directory.people.models import Person
from directory.people.passkeys import add_passkey, ask_to_register, ask_to_sign_in
from directory.people.passwords import hash_of
from directory.people.signing_in import compare_password, set_password, sign_in_with_passkey, sign_in_with_password
from tests.directory.people.authenticator import PLACE, Authenticator
from tests.directory.people.test_passwords import Counting
from tests.directory.people.written import all_that_is_audited, entries, find, id_of
from tests.staff import CHEAP, DESK_KEY, PASSWORD, SECRET, acting, code_at, make_person

WRONG = "another password that nobody has"
ANA = "ana@example.org"


def _sign_in(
    session: Session,
    now: dt.datetime,
    *,
    email: str = ANA,
    password: str = PASSWORD,
    code: str | None = None,
    hasher: PasswordHasher = CHEAP,
) -> Actor | None:
    compared = compare_password(session, password, email=email, hasher=hasher)
    return sign_in_with_password(
        session, compared, code=code_at(now) if code is None else code, desk_key=DESK_KEY, now=now
    )


@pytest.fixture
def ana(session: Session) -> int:
    """A coordinator with a password and an app."""
    return make_person(session, "Ana")


def test_a_password_and_a_code_are_somebody(session: Session, ana: int, now: dt.datetime) -> None:
    actor = _sign_in(session, now, email=" ANA@Example.org ")
    assert actor is not None
    assert (actor.id, actor.stepped_up) == (ana, True)
    assert entries(session) == [("person.signed-in", id_of(session, ana))]


def _nobody(session: Session, ana: Person, now: dt.datetime) -> None:
    ana.email = "somebody.else@example.org"


def _removed(session: Session, ana: Person, now: dt.datetime) -> None:
    admin = acting(session, make_person(session, "Root", "admin"))
    accounts.remove(session, str(ana.public_id), by=admin, now=now)


def _invited(session: Session, ana: Person, now: dt.datetime) -> None:
    ana.standing = "invited"


def _without_keys(session: Session, ana: Person, now: dt.datetime) -> None:
    accounts.retire_keys(session, ana.id, now=now)


def _blocked(session: Session, ana: Person, now: dt.datetime) -> None:
    ana.failures, ana.blocked_until = 5, now + dt.timedelta(seconds=1)


def _replayed(session: Session, ana: Person, now: dt.datetime) -> None:
    assert _sign_in(session, now) is not None


def _as_it_was(session: Session, ana: Person, now: dt.datetime) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "wrong"),
    [
        (_nobody, {}),
        (_removed, {}),
        (_invited, {}),
        (_without_keys, {}),
        (_blocked, {}),
        (_replayed, {}),
        (_as_it_was, {"password": WRONG}),
        (_as_it_was, {"password": ""}),
        (_as_it_was, {"password": WRONG, "code": "000000"}),
        (_as_it_was, {"code": "000000"}),
        (_as_it_was, {"code": ""}),
    ],
)
def test_whatever_is_wrong_costs_one_hash_and_comes_to_nothing(
    session: Session,
    ana: int,
    now: dt.datetime,
    before: Callable[[Session, Person, dt.datetime], None],
    wrong: dict[str, str],
) -> None:
    before(session, session.get_one(Person, ana), now)
    session.flush()
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    _sign_in(session, now, email="first@example.org", hasher=hasher)  # the first of a process makes what others share
    hasher.hashed = hasher.verified = 0
    assert _sign_in(session, now, hasher=hasher, **wrong) is None
    assert (hasher.verified, hasher.hashed) == (1, 0)


def test_the_right_password_costs_one_hash_as_well(session: Session, ana: int, now: dt.datetime) -> None:
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    _sign_in(session, now, email="first@example.org", hasher=hasher)
    hasher.hashed = hasher.verified = 0
    assert _sign_in(session, now, hasher=hasher) is not None
    assert (hasher.verified, hasher.hashed) == (1, 0)


def test_a_code_is_not_used_up_by_whoever_does_not_know_the_password(
    session: Session, ana: int, now: dt.datetime
) -> None:
    assert _sign_in(session, now, password=WRONG) is None
    assert _sign_in(session, now) is not None


def test_a_code_is_used_up_by_whoever_signs_in_with_it(session: Session, ana: int, now: dt.datetime) -> None:
    assert _sign_in(session, now) is not None
    assert _sign_in(session, now) is None
    later = now + dt.timedelta(seconds=30)
    assert _sign_in(session, later, code=code_at(now)) is None
    assert _sign_in(session, later) is not None


def test_of_many_who_sign_in_with_the_same_code_one_succeeds(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        make_person(session, "Ana")

    def attempt(_number: int) -> bool:
        with database.transaction() as session:
            return _sign_in(session, now) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_the_fifth_wrong_answer_makes_one_wait_each_time_longer_and_never_for_good(
    session: Session, ana: int, now: dt.datetime
) -> None:
    for _ in range(4):
        assert _sign_in(session, now, password=WRONG) is None
    at, waits = now, []
    for _ in range(9):
        _sign_in(session, at, password=WRONG)
        person = session.get_one(Person, ana)
        assert person.blocked_until is not None
        waits.append(int((person.blocked_until - at).total_seconds()))
        assert _sign_in(session, person.blocked_until - dt.timedelta(seconds=1)) is None
        at = person.blocked_until
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900, 900]
    assert _sign_in(session, at) is not None
    assert session.get_one(Person, ana).failures == 0


def test_what_is_tried_while_an_account_waits_makes_it_wait_no_longer(
    session: Session, ana: int, now: dt.datetime
) -> None:
    for _ in range(50):
        _sign_in(session, now, password=WRONG)
    person = session.get_one(Person, ana)
    assert (person.failures, person.blocked_until) == (5, now + dt.timedelta(seconds=30))
    assert len(entries(session)) == 5


def test_many_guesses_at_once_are_counted_like_many_in_a_row(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        make_person(session, "Ana")

    def guess(_number: int) -> None:
        with database.transaction() as session:
            _sign_in(session, now, password=WRONG)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(12)))
    with database.reading() as session:
        assert find(session, ANA).failures == 5


def test_a_password_is_compared_while_somebody_else_writes(database: Database) -> None:
    with database.transaction() as session:
        ana = make_person(session, "Ana")
    with database.transaction() as writing, database.reading() as session:
        make_person(writing, "Bo")
        compared = compare_password(session, PASSWORD, email=ANA, hasher=CHEAP)
    assert (compared.person_id, compared.is_right) == (ana, True)


@pytest.mark.parametrize("change", ["other", "none", "removed", "blocked"])
def test_a_password_that_changed_after_it_was_compared_opens_nothing(
    session: Session, ana: int, now: dt.datetime, change: str
) -> None:
    compared = compare_password(session, PASSWORD, email=ANA, hasher=CHEAP)
    person = session.get_one(Person, ana)
    if change == "other":
        sealed = sealed_secret(SECRET, person_id=ana, desk_key=DESK_KEY)
        set_password(session, ana, hashed=hash_of(WRONG, hasher=CHEAP), sealed_totp=sealed, first_step=0, now=now)
    else:
        {"none": _without_keys, "removed": _removed, "blocked": _blocked}[change](session, person, now)
    session.flush()
    assert sign_in_with_password(session, compared, code=code_at(now), desk_key=DESK_KEY, now=now) is None


def test_an_address_that_nobody_has_is_noted_without_it_and_cannot_fill_the_record(
    session: Session, now: dt.datetime
) -> None:
    for number in range(60):
        _sign_in(session, now, email=f"secretive{number}@example.org")
    assert entries(session) == [("person.sign-in-failed", "unknown")] * 20
    assert "secretive" not in all_that_is_audited(session)
    _sign_in(session, now + dt.timedelta(hours=1), email="secretive@example.org")
    assert len(entries(session)) == 21


def test_neither_password_nor_code_nor_address_is_audited(session: Session, ana: int, now: dt.datetime) -> None:
    _sign_in(session, now, password=WRONG, code="123456")
    _sign_in(session, now)
    audited = all_that_is_audited(session)
    assert not any(word in audited for word in (WRONG, PASSWORD, "123456", code_at(now), ANA, "Ana"))


def test_a_proof_is_a_password_and_a_fresh_code_of_the_same_person(
    session: Session, ana: int, now: dt.datetime
) -> None:
    def prove(person_id: int, password: str = PASSWORD) -> Actor | None:
        compared = compare_password(session, password, person_id=person_id, hasher=CHEAP)
        return sign_in_with_password(session, compared, code=code_at(now), desk_key=DESK_KEY, now=now, way="proof")

    assert prove(ana, password=WRONG) is None
    assert prove(make_person(session, "Bo", has_key=False)) is None
    proved = prove(ana)
    assert proved is not None
    assert proved.id == ana
    assert prove(ana) is None


def _with_device(session: Session, person_id: int, now: dt.datetime) -> Authenticator:
    device = Authenticator()
    question = ask_to_register(
        session, PLACE, person_id=person_id, handle=b"handle", name="Ana", desk_key=DESK_KEY, now=now
    )
    assert add_passkey(
        session, device.make(question), question.token, person_id=person_id, place=PLACE, desk_key=DESK_KEY, now=now
    )
    return device


def _touch(
    session: Session, device: Authenticator, now: dt.datetime, person_id: int = 0, *, asked: int | None = None
) -> Actor | None:
    whom = person_id if asked is None else asked
    question = ask_to_sign_in(PLACE, desk_key=DESK_KEY, now=now, person_id=whom)
    return sign_in_with_passkey(
        session, answer=device.answer(question), token=question.token, place=PLACE, desk_key=DESK_KEY, now=now,
        person_id=person_id,
    )  # fmt: skip


def test_a_passkey_is_enough_and_does_not_wait_for_wrong_passwords(
    session: Session, ana: int, now: dt.datetime
) -> None:
    device = _with_device(session, ana, now)
    for _ in range(6):
        _sign_in(session, now, password=WRONG)
    actor = _touch(session, device, now)
    assert actor is not None
    assert (actor.id, actor.stepped_up) == (ana, True)
    assert entries(session)[-1] == ("person.signed-in", id_of(session, ana))


@pytest.mark.parametrize("before", [_removed, _invited, _without_keys])
def test_a_passkey_of_somebody_who_does_not_work_here_opens_nothing(
    session: Session, ana: int, now: dt.datetime, before: Callable[[Session, Person, dt.datetime], None]
) -> None:
    device = _with_device(session, ana, now)
    before(session, session.get_one(Person, ana), now)
    session.flush()
    assert _touch(session, device, now) is None
    assert entries(session)[-1] == ("person.sign-in-failed", "unknown")


def test_a_passkey_proves_its_owner_only(session: Session, ana: int, now: dt.datetime) -> None:
    device, bo = _with_device(session, ana, now), make_person(session, "Bo")
    assert _touch(session, device, now, person_id=bo) is None
    # Nor with the question of the page for signing in, which anybody may answer.
    assert _touch(session, device, now, person_id=bo, asked=0) is None
    proved = _touch(session, device, now, person_id=ana)
    assert proved is not None
    assert proved.id == ana
