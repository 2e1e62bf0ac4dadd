"""What a program tells others and asks of people, listing by listing, for whoever looks into it."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from directory.listings.queries import find_record
from web.desk.entries import PARTIES
from web.desk.facts_shown import ShownFact, facts_of

# Fields that whoever screens a program reads beside its steps.
_READ: Final = ("disclosure", "house_rule", "grievance_path")
_UNKNOWN: Final = {
    "house_rule": "what they ask of people", "grievance_path": "who hears a complaint and is not the program",
}  # fmt: skip


class Terms(msgspec.Struct, frozen=True):
    """What holds for some listings of a program alike.

    Attributes:
        listings: (public id, name) of each.
        facts: what is said, each with its source and date.
        unknown: what nobody has said, in words.
    """

    listings: tuple[tuple[str, str], ...]
    facts: tuple[ShownFact, ...]
    unknown: tuple[str, ...]


def terms_of(session: Session, listings: Iterable[tuple[str, str]]) -> tuple[Terms, ...]:
    """What is said of these listings (public id and name); those of which the same facts hold together."""
    alike: dict[tuple[ShownFact, ...], list[tuple[str, str]]] = {}
    for public_id, name in listings:
        record = find_record(session, public_id, kind="listing")
        every = facts_of(session, record, tier="coordinator")
        said = tuple(sorted((one for one in every if one.field in _READ), key=lambda one: _READ.index(one.field)))
        alike.setdefault(said, []).append((public_id, name))
    return tuple(Terms(tuple(named), said, tuple(_unknown(said))) for said, named in alike.items())


def _unknown(said: tuple[ShownFact, ...]) -> Iterable[str]:
    told = {one.slot for one in said if one.field == "disclosure"}
    yield from (f"what they tell {party}" for slot, party in PARTIES if slot not in told)
    fields = {one.field for one in said}
    yield from (words for field, words in _UNKNOWN.items() if field not in fields)
