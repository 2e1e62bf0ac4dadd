"""What a proposal lacks, told by whose account did what; whom to ask; and who else has a number that is proposed."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.reach import is_in_scope
from directory.integrity.sharing import holders_of
from directory.integrity.table import MISSING, SEASONED, Case, judge
from directory.listings.models import Fact, Record
from directory.listings.queries import survivors_of
from directory.people.actor import Actor
from directory.people.models import Person
from directory.people.policy import KEEPERS
from directory.people.queries import actor_of, names_of

# What somebody who may decide can wait for; everything else that is missing lies with their account.
KEYS: Final = frozenset({"old-number-or-two-keys", "two-keys", "one-key"})


def told_missing(session: Session, case: Case, missing: Iterable[str]) -> tuple[str, ...]:
    """Codes of what is missing as words to whoever would decide (``case.actor``)."""
    actor, proposer = case.actor, case.proposer
    brought = "all that speaks for it was brought by you" if case.keys else "nobody has brought a key yet"
    words = MISSING | {
        "another-person": f"{MISSING['another-person']}: you proposed it",
        "seasoned": f"your account ({_made(session, actor)}) needs the word of a third person who knows you, until "
        f"{_day(actor.created_at + SEASONED)}",
        "two-people": f"{MISSING['two-people']}: a source says it, and {brought}",
    }
    if proposer is not None:
        words["seasoned-proposer"] = (
            f"{proposer.name} proposed it with an account ({_made(session, proposer)}) for which no third person spoke"
        )
        words["not-a-guest"] = (
            f"you invited {proposer.name}, who proposed it, so you do not count as two"
            if proposer.invited_by == actor.id
            else f"{proposer.name}, who proposed it, invited you, so you do not count as two"
        )
    return tuple(words[code] for code in missing)


def who_may_decide(session: Session, case: Case, target: Record) -> tuple[str, ...]:
    """Names of the others who work on a record and could decide, as soon as the keys are there."""
    people = session.scalars(
        sa.select(Person.id)
        .where(Person.role.in_(KEEPERS), Person.standing == "active", Person.email.is_not(None))
        .where(Person.id != case.actor.id)
        .order_by(Person.name, Person.id)
    )
    others = [actor_of(session, one, stepped_up=True) for one in people.all()]
    return tuple(
        one.name
        for one in others
        if is_in_scope(session, target, by=one) and set(judge(msgspec.structs.replace(case, actor=one)).missing) <= KEYS
    )


def also_there(session: Session, number: Fact, target: Record, *, by: Actor) -> tuple[list[Record], int]:
    """Other organizations that have or had a proposed number: those within somebody's scope, and how many are not."""
    found = holders_of(session, [number.match_key or ""])[number.match_key or ""]
    own = target.organization_id or target.id
    ids = (found.listed | found.removed) - {own, survivors_of(session, [own])[own]}
    others = [session.get_one(Record, one) for one in sorted(ids)]
    seen = [one for one in others if is_in_scope(session, one, by=by)]
    return seen, len(others) - len(seen)


def _made(session: Session, one: Actor) -> str:
    hosts = names_of(session, [] if one.invited_by is None else [one.invited_by]).values()
    return ", ".join((f"made on {_day(one.created_at)}", *(f"invited by {host}" for host in hosts)))


def _day(at: dt.datetime) -> str:
    return f"{at:%b} {at.day}, {at.year}"
