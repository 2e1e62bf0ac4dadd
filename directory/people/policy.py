"""Pure rules about people: what their scope covers, whom they may invite, how long a wrong password makes them wait."""

import datetime as dt
from collections.abc import Collection, Iterable

from directory.people.actor import Actor, Role

Scopes = frozenset[tuple[str, str]]
SCOPE_KINDS = frozenset({"network", "area", "organization"})
_LONGEST_SCOPE = 80
# From then on an account needs nobody's word any more to second others (SAFETY I1).
SEASONED_AFTER = dt.timedelta(days=7)
# The network that listings belong to unless something else is said.
WORKING_NETWORK = "main"
KEEPERS: frozenset[Role] = frozenset({"coordinator", "admin"})
# From this wrong answer on an account waits, each time twice as long, and never for good (SAFETY A7).
FREE_FAILURES = 5
_FIRST_WAIT, _LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(minutes=15)
MOST_OPEN_INVITATIONS = 20
MOST_CONTACTS_A_DAY = 50
CONTACT_VIEWS_KEPT = dt.timedelta(days=90)
# Facts by which an organization lets others see whom to ask for: partners, and law enforcement (SAFETY A2, A10).
SHARES_CONTACTS, SHARES_CONTACTS_WITH_LAW_ENFORCEMENT = (
    "handrail:shares-contacts",
    "handrail:shares-contacts-law-enforcement",
)


def may_act_on(actor: Actor, *, network: str, areas: Iterable[str], organization: str) -> bool:
    """Whether a listing lies within what somebody works on.

    Args:
        actor: who.
        network: key of the listing's network.
        areas: codes of where it is or works (``US-FL``, ``US-FL-331``, a county).
        organization: public id of its organization.
    """
    if actor.role == "admin":
        return True
    scopes = actor.scopes
    if ("network", network) in scopes or ("organization", organization) in scopes:
        return True
    return any(_covers(key, area) for kind, key in scopes if kind == "area" for area in areas)


def _covers(key: str, area: str) -> bool:
    return area == key or area.startswith(f"{key}-")


def may_invite(actor: Actor, role: Role, scopes: Scopes) -> bool:
    """Whether somebody may invite others to a role: an admin to any, a coordinator partners within their own scope."""
    if actor.role == "admin":
        return role != "neighbour"
    if actor.role != "coordinator" or role != "partner" or not scopes:
        return False
    return all(
        (kind, key) in actor.scopes
        or (kind == "area" and any(_covers(own, key) for of, own in actor.scopes if of == "area"))
        for kind, key in scopes
    )


def are_scopes(scopes: Scopes) -> bool:
    """Whether these can be scopes at all."""
    return all(kind in SCOPE_KINDS and key.isprintable() and 1 <= len(key) <= _LONGEST_SCOPE for kind, key in scopes)


def is_seasoned(actor: Actor, *, now: dt.datetime, apart_from: Collection[int] = ()) -> bool:
    """Whether an account is a week old, or a third person (none of ``apart_from``, not who invited it) knows it."""
    third = actor.vouched_by - {actor.id, actor.invited_by, *apart_from}
    return now - actor.created_at >= SEASONED_AFTER or bool(third)


def are_two(first: Actor, second: Actor, *, about: int, now: dt.datetime) -> bool:
    """Whether two people count as two in a matter of a third person (``about``).

    An account that one made for the other is nobody else's, unless somebody knows it who has no part in this.
    """
    parties = {first.id, second.id, about}
    return first.id != second.id and all(
        is_seasoned(one, now=now, apart_from=parties) and (one.invited_by != other.id or bool(one.vouched_by - parties))
        for one, other in ((first, second), (second, first))
    )


def wait_after(failures: int) -> dt.timedelta:
    """How long an account waits after so many wrong answers in a row."""
    if failures < FREE_FAILURES:
        return dt.timedelta(0)
    doublings: int = min(failures - FREE_FAILURES, 10)
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << doublings))


def may_open_contact(actor: Actor, *, is_in_scope: bool, opted_in: Collection[str]) -> bool:
    """Whether somebody may see whom to ask for at a listing.

    Args:
        actor: who.
        is_in_scope: ``may_act_on`` for the listing.
        opted_in: slots of the listing's ``attribute`` facts, such as ``SHARES_CONTACTS``.
    """
    if actor.role == "law-enforcement":
        return SHARES_CONTACTS_WITH_LAW_ENFORCEMENT in opted_in and is_in_scope
    if actor.role == "partner":
        return SHARES_CONTACTS in opted_in and is_in_scope
    return actor.role in KEEPERS and is_in_scope
