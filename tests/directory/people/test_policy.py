"""Pure rules: scopes, waiting, contacts, and when two people count as two."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.people.actor import ROLES, Actor, Role
from directory.people.policy import (
    SHARES_CONTACTS,
    SHARES_CONTACTS_WITH_LAW_ENFORCEMENT,
    Scopes,
    are_two,
    is_seasoned,
    may_act_on,
    may_open_contact,
    wait_after,
)
from tests.conftest import NOW

_codes = st.lists(st.sampled_from(["US", "FL", "GA", "331", "33"]), min_size=1, max_size=3).map("-".join)
_scopes = st.frozensets(st.tuples(st.sampled_from(["network", "area", "organization"]), _codes), max_size=4)


def person(
    number: int = 1,
    role: Role = "coordinator",
    *,
    scopes: Scopes = frozenset(),
    days: int = 30,
    invited_by: int | None = None,
    vouched_by: frozenset[int] = frozenset(),
) -> Actor:
    """Somebody."""
    return Actor(
        id=number, public_id=str(number), name="Somebody", role=role, scopes=scopes, invited_by=invited_by,
        vouched_by=vouched_by, created_at=NOW - dt.timedelta(days=days),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "is_within"),
    [
        (("area", "US-FL"), True),
        (("area", "US-FL-331"), True),
        (("area", "US"), True),
        (("area", "US-F"), False),
        (("area", "US-FL-33"), False),
        (("area", "US-FL-3312"), False),
        (("area", "US-GA"), False),
        (("network", "main"), True),
        (("network", "US-FL"), False),
        (("area", "main"), False),
        (("organization", "an id"), True),
        (("organization", "main"), False),
    ],
)
def test_a_scope_covers_a_network_an_organization_or_an_area_with_its_parts(
    scope: tuple[str, str], is_within: bool
) -> None:
    actor = person(scopes=frozenset({scope}))
    found = may_act_on(actor, network="main", areas=("US-FL-331",), organization="an id")
    assert found is is_within


@given(scopes=_scopes, more=_scopes, areas=st.lists(_codes, max_size=3))
def test_more_scopes_never_take_away_and_no_scope_covers_nothing(
    scopes: Scopes, more: Scopes, areas: list[str]
) -> None:
    def covers(of: Scopes) -> bool:
        return may_act_on(person(scopes=of), network="US", areas=areas, organization="FL")

    assert covers(scopes | more) == (covers(scopes) or covers(more))
    assert not covers(frozenset())
    assert may_act_on(person(role="admin"), network="US", areas=areas, organization="FL")


@given(st.integers(0, 10_000))
def test_waiting_begins_with_the_fifth_failure_grows_and_ends(failures: int) -> None:
    wait = wait_after(failures)
    assert bool(wait) == (failures >= 5)
    assert wait <= wait_after(failures + 1) <= dt.timedelta(minutes=15)


def test_each_role_opens_the_contacts_that_it_was_let_see_and_no_others() -> None:
    asked = itertools.product(
        ROLES, (True, False), ((), (SHARES_CONTACTS,), (SHARES_CONTACTS_WITH_LAW_ENFORCEMENT,), ("handrail:other",))
    )
    opened = {
        (role, is_in_scope, slots)
        for role, is_in_scope, slots in asked
        if may_open_contact(person(role=role), is_in_scope=is_in_scope, opted_in=slots)
    }
    every = ((), (SHARES_CONTACTS,), (SHARES_CONTACTS_WITH_LAW_ENFORCEMENT,), ("handrail:other",))
    assert opened == {
        ("partner", True, (SHARES_CONTACTS,)),
        ("law-enforcement", True, (SHARES_CONTACTS_WITH_LAW_ENFORCEMENT,)),
        *((role, True, slots) for role in ("coordinator", "admin") for slots in every),
    }


@pytest.mark.parametrize(
    ("days", "invited_by", "vouched_by", "apart_from", "expected"),
    [
        (7, None, frozenset(), (), True),
        (6, None, frozenset(), (), False),
        (0, 5, frozenset({5}), (), False),
        (0, 5, frozenset({1}), (), False),
        (0, 5, frozenset({6}), (), True),
        (0, 5, frozenset({6}), (6,), False),
        (0, 5, frozenset({6, 7}), (6,), True),
    ],
)
def test_an_account_is_seasoned_by_a_week_or_by_the_word_of_a_third(
    days: int, invited_by: int | None, vouched_by: frozenset[int], apart_from: tuple[int, ...], expected: bool
) -> None:
    actor = person(days=days, invited_by=invited_by, vouched_by=vouched_by)
    assert is_seasoned(actor, now=NOW, apart_from=apart_from) is expected


_people = st.builds(
    person,
    st.integers(1, 4),
    days=st.sampled_from([0, 6, 7, 30]),
    invited_by=st.none() | st.integers(1, 4),
    vouched_by=st.frozensets(st.integers(1, 6), max_size=3),
)


@given(first=_people, second=_people, about=st.integers(1, 6))
def test_two_people_are_two_whoever_is_named_first_and_never_one_and_their_own_guest(
    first: Actor, second: Actor, about: int
) -> None:
    found = are_two(first, second, about=about, now=NOW)
    assert found == are_two(second, first, about=about, now=NOW)
    if found:
        assert first.id != second.id
        parties = {first.id, second.id, about}
        for one, other in ((first, second), (second, first)):
            assert one.invited_by != other.id or one.vouched_by - parties
