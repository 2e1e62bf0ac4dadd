"""Sessions: begun with a key of our own, ended by time, by their owner, and with the person."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.people import accounts, sessions
from directory.people.models import SignedIn
from tests.directory.people.written import entries, id_of
from tests.staff import acting, make_person

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def ana(session: Session) -> int:
    """A coordinator."""
    return make_person(session, "Ana")


def _comes(session: Session, key: str, *, now: dt.datetime) -> bool:
    """Ask with a key, as every request does, and note it when that is wanted."""
    found = sessions.session_of(session, key, now=now)
    if found is not None and found.is_unnoted:
        sessions.note_seen(session, found.session_id, now=now)
        session.expire_all()
    return found is not None


def test_a_session_belongs_to_whoever_began_it(session: Session, ana: int, now: dt.datetime) -> None:
    found = sessions.session_of(session, sessions.begin(session, ana, now=now), now=now)
    assert found is not None
    assert (found.actor.id, found.actor.stepped_up, found.since) == (ana, True, now)


def test_a_key_is_new_at_every_sign_in_and_stored_nowhere(session: Session, ana: int, now: dt.datetime) -> None:
    keys = {sessions.begin(session, ana, now=now) for _ in range(20)}
    assert len(keys) == 20
    assert min(len(key) for key in keys) >= 43  # 256 bits
    stored = session.execute(sa.text("SELECT * FROM session")).all()
    assert not any(key in repr(stored) for key in keys)


def test_a_key_that_somebody_chose_opens_nothing_before_or_after_a_sign_in(
    session: Session, ana: int, now: dt.datetime
) -> None:
    chosen = "chosen-by-somebody-else"
    assert sessions.session_of(session, chosen, now=now) is None
    sessions.begin(session, ana, now=now)
    assert sessions.session_of(session, chosen, now=now) is None
    stored = session.scalars(sa.select(SignedIn.key_hash)).one()
    assert sessions.session_of(session, bytes(stored).hex(), now=now) is None


def test_a_session_is_over_after_a_quarter_of_an_hour_without_a_request(
    session: Session, ana: int, now: dt.datetime
) -> None:
    key = sessions.begin(session, ana, now=now)
    assert _comes(session, key, now=now + 14 * MINUTE)
    assert _comes(session, key, now=now + 28 * MINUTE)
    assert not _comes(session, key, now=now + 43 * MINUTE)


def test_a_session_is_over_after_eight_hours_however_busy(session: Session, ana: int, now: dt.datetime) -> None:
    key = sessions.begin(session, ana, now=now)
    for minutes in range(10, 480, 10):
        assert _comes(session, key, now=now + minutes * MINUTE)
    assert not _comes(session, key, now=now + 480 * MINUTE)


def test_that_somebody_was_here_is_noted_once_a_minute(session: Session, ana: int, now: dt.datetime) -> None:
    key = sessions.begin(session, ana, now=now)
    for seconds, noted in ((59, 0), (60, 60), (100, 60), (120, 120)):
        assert _comes(session, key, now=now + dt.timedelta(seconds=seconds))
        assert session.scalars(sa.select(SignedIn.seen_at)).one() == now + dt.timedelta(seconds=noted)


def test_a_proof_holds_for_ten_minutes_and_may_be_given_again(session: Session, ana: int, now: dt.datetime) -> None:
    key = sessions.begin(session, ana, now=now)

    def is_proved(at: dt.datetime) -> bool:
        found = sessions.session_of(session, key, now=at)
        assert found is not None
        return found.actor.stepped_up

    assert is_proved(now + dt.timedelta(minutes=9, seconds=59))
    assert not is_proved(now + 10 * MINUTE)
    found = sessions.session_of(session, key, now=now + 10 * MINUTE)
    assert found is not None
    sessions.step_up(session, found.session_id, now=now + 10 * MINUTE)
    session.expire_all()
    assert is_proved(now + 11 * MINUTE)


def test_a_proof_in_one_session_is_none_in_another(session: Session, ana: int, now: dt.datetime) -> None:
    old = sessions.begin(session, ana, now=now - 12 * MINUTE)
    sessions.begin(session, ana, now=now)
    found = sessions.session_of(session, old, now=now)
    assert found is not None
    assert not found.actor.stepped_up


def test_whoever_signs_out_is_out_at_the_server(session: Session, ana: int, now: dt.datetime) -> None:
    key, other = sessions.begin(session, ana, now=now), sessions.begin(session, ana, now=now)
    found = sessions.session_of(session, key, now=now)
    assert found is not None
    sessions.end(session, found.session_id, person_id=ana, now=now)
    session.expire_all()
    assert sessions.session_of(session, key, now=now) is None
    assert sessions.session_of(session, other, now=now) is not None
    assert entries(session) == [("person.signed-out", id_of(session, ana))]
    with pytest.raises(NotFoundError):
        sessions.end(session, found.session_id, person_id=ana, now=now)


def test_nobody_ends_or_sees_a_session_of_somebody_else(session: Session, ana: int, now: dt.datetime) -> None:
    bo = make_person(session, "Bo", "admin")
    key = sessions.begin(session, ana, now=now)
    found = sessions.session_of(session, key, now=now)
    assert found is not None
    with pytest.raises(NotFoundError):
        sessions.end(session, found.session_id, person_id=bo, now=now)
    sessions.end_all(session, bo, now=now)
    session.expire_all()
    assert sessions.session_of(session, key, now=now) is not None
    assert sessions.list_own(session, bo, now=now) == []
    assert [one.id for one in sessions.list_own(session, ana, now=now)] == [found.session_id]


def test_a_session_that_is_over_is_not_among_those_that_are_open(session: Session, ana: int, now: dt.datetime) -> None:
    key = sessions.begin(session, ana, now=now)
    for minutes in (14, 15, 20):
        later = now + minutes * MINUTE
        is_open = sessions.session_of(session, key, now=later) is not None
        assert len(sessions.list_own(session, ana, now=later)) == int(is_open)


def test_all_sessions_but_this_one_end_at_once(session: Session, ana: int, now: dt.datetime) -> None:
    keys = [sessions.begin(session, ana, now=now) for _ in range(3)]
    kept = sessions.session_of(session, keys[1], now=now)
    assert kept is not None
    sessions.end_all(session, ana, now=now, apart_from=kept.session_id)
    session.expire_all()
    assert [sessions.session_of(session, key, now=now) is not None for key in keys] == [False, True, False]


def test_the_sessions_of_somebody_who_is_removed_are_over(session: Session, ana: int, now: dt.datetime) -> None:
    key = sessions.begin(session, ana, now=now)
    admin = acting(session, make_person(session, "Root", "admin"))
    accounts.remove(session, id_of(session, ana), by=admin, now=now)
    session.expire_all()
    assert sessions.session_of(session, key, now=now) is None


def test_a_neighbour_has_no_session_at_all(session: Session, now: dt.datetime) -> None:
    neighbour = accounts.add_neighbour(
        session, name="Next County", public_key=bytes(range(32)), by=make_person(session, "Root", "admin"), now=now
    )
    assert sessions.session_of(session, sessions.begin(session, neighbour.id, now=now), now=now) is None
