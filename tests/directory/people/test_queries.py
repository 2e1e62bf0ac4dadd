"""What rules learn of a person."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.people.models import Credential
from directory.people.queries import actor_of
from tests.staff import make_person


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), False),
        (("password",), False),
        (("totp",), False),
        (("password", "totp"), True),
        (("passkey",), True),
        (("signing-key",), True),
    ],
)
def test_a_key_of_ones_own_is_a_passkey_a_signing_key_or_a_password_with_codes(
    session: Session, now: dt.datetime, kinds: tuple[str, ...], *, expected: bool
) -> None:
    person = make_person(session, "Ana", has_key=False)
    session.add_all([Credential(person_id=person, kind=kind, secret=b"secret", created_at=now) for kind in kinds])
    session.flush()
    assert actor_of(session, person).has_key is expected
    session.execute(sa.update(Credential).values(retired_at=now))
    assert not actor_of(session, person).has_key


def test_nobody_is_no_actor(session: Session) -> None:
    with pytest.raises(NotFoundError):
        actor_of(session, 1)
