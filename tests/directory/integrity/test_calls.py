"""What calls about values found: who may note it, and about whose values."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.freshness import models as freshness
from directory.freshness.policy import CALL_OUTCOMES
from directory.integrity import service
from directory.integrity.service import Edit
from directory.listings.service import set_standing
from directory.people import accounts
from directory.people.actor import Role
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import Force, fact
from tests.staff import acting, make_person


def _noted(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(freshness.Testimony)) or 0


@pytest.mark.parametrize("outcome", CALL_OUTCOMES)
def test_whatever_a_call_found_only_those_note_it_who_keep_the_directory(
    session: Session, force: Force, outcome: str
) -> None:
    roles: tuple[Role, ...] = ("partner", "law-enforcement")
    for role in roles:
        actor = acting(session, make_person(session, role.capitalize(), role))
        with pytest.raises(RefusedError, match="A coordinator"):
            service.confirm_by_call(session, force.phone, outcome=outcome, by=actor, now=NOW)
    assert _noted(session) == 0
    service.confirm_by_call(session, force.phone, outcome=outcome, by=acting(session, force.two), now=NOW)
    assert _noted(session) == 1


def test_a_value_is_confirmed_although_whoever_entered_it_works_here_no_longer(session: Session, force: Force) -> None:
    gone = acting(session, make_person(session, "Gone"))
    hours = makers.opens({"MO": [(540, 600)]})
    service.edit(session, force.service, [Edit(hours)], by=gone, reason="told", now=NOW)
    accounts.remove(session, gone.public_id, by=acting(session, make_person(session, "Root", "admin")), now=NOW)
    entered = fact(session, force.service, "schedule")
    assert service.confirm_by_call(session, entered, outcome="confirmed", by=acting(session, force.two), now=NOW)


def test_nobody_confirms_by_a_call_what_is_not_to_be_listed(session: Session, force: Force) -> None:
    set_standing(session, force.service, "do-not-list", by=None, reason="they asked", now=NOW)
    with pytest.raises(RefusedError, match="this state"):
        service.confirm_by_call(session, force.phone, outcome="confirmed", by=acting(session, force.two), now=NOW)
