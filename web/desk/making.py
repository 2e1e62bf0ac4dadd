"""The call that is being made: whom, on which number, what to say, what to ask about."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.confirming.calls import can_confirm, lines_of, may_call
from directory.confirming.script import script
from directory.errors import NotFoundError, RefusedError
from directory.integrity.reach import require_scope
from directory.listings.fields import decode_plain
from directory.listings.models import Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.planning.models import CallTask
from directory.planning.queries import PlannedListing, call_from, listings_of
from directory.planning.service import call_of, open_task
from directory.planning.told import TIER_MEANS, named, reasons, when
from directory.settings import Settings
from directory.values.phone import grouped
from web.desk.facts_shown import facts_of, tier_of

# Who they take is asked on the page of the listing; where a point lies nobody can say on the telephone.
_NOT_READ_OUT = frozenset({"eligibility", "contact", "point"})


class Asked(msgspec.Struct, frozen=True):
    """A listing that is asked about in the call that is being made."""

    id: int
    listing: str
    name: str
    means: str
    why: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


class Making(msgspec.Struct, frozen=True):
    """The call that is being made."""

    id: int
    name: str
    when: str
    numbers: tuple[tuple[int, str], ...]
    script: tuple[str, ...]
    asked: tuple[Asked, ...]
    may_call: bool
    can_confirm: bool


def making_of(session: Session, settings: Settings, by: Actor, task: int) -> Making:
    """The call with everything that whoever makes it needs; raises ``NotFoundError`` for what is not in their scope."""
    first = task_in_scope(session, task, by)
    now = session.info["now"]
    calls = [call_from(one, now=now) for one in call_of(session, first)]
    listings = listings_of(session, calls, day=day_number(now))
    if not listings:
        raise NotFoundError("There is nothing here.")
    record = get_record(session, first.listing_id)
    return Making(
        id=task,
        name=named(listings[0]),
        when=when(listings[0].hours, now),
        numbers=tuple((fact, said) for fact, said, _ in _numbers(session, record)),
        script=script(listings[0].name, site=settings.site_name, language=settings.language),
        asked=tuple(_asked(session, one, by) for one in listings),
        may_call=may_call(session, record.id),
        can_confirm=can_confirm(session, record, by),
    )


def task_in_scope(session: Session, number: int, by: Actor) -> CallTask:
    """An open call within somebody's scope; raises ``NotFoundError`` for any other."""
    task = open_task(session, number)
    require_scope(session, get_record(session, task.listing_id), by=by)
    return task


def number_called(session: Session, listing_id: int, fact: str) -> str:
    """The number that was called; raises ``NotFoundError`` for one that the listing does not have."""
    lines = _numbers(session, get_record(session, listing_id))
    for fact_id, _, number in lines:
        if fact in ("", str(fact_id)):
            return number
    raise NotFoundError("There is no such value.")


def same_line(session: Session, listing: Record, number: str) -> int:
    """The line of a listing with this number."""
    lines: Iterable[tuple[int, str, str]] = _numbers(session, listing)
    found = next((fact for fact, _, one in lines if one == number), None)
    if found is None:
        raise RefusedError("Something that you ticked has another number: note that call by itself.")
    return found


def _asked(session: Session, one: PlannedListing, by: Actor) -> Asked:
    record = get_record(session, one.call.listing_id)
    # What a short call asks about stands in the script; only who goes through all of it needs all of it.
    shown: list[Any] = facts_of(session, record, tier=tier_of(by.role)) if one.call.tier == "full" else []
    facts = (
        (f"{fact.word}, {fact.part}" if fact.part else fact.word, fact.value)
        for fact in shown
        if fact.field not in _NOT_READ_OUT and fact.on != "of the organization"
    )
    return Asked(
        one.call.id or 0, one.listing, named(one), TIER_MEANS[one.call.tier], tuple(reasons(one.call.why)),
        tuple(facts),
    )  # fmt: skip


def _numbers(session: Session, listing: Record) -> list[tuple[int, str, str]]:
    """Lines that may be called: id of the fact, how it is shown, and the number itself."""
    found = []
    for fact in lines_of(session, listing):
        value = decode_plain(fact.value or "{}")
        ext = f" ext. {value['ext']}" if value.get("ext") else ""
        kind = "" if value.get("kind", "voice") == "voice" else f" ({value['kind']})"
        found.append((fact.id, f"{grouped(value['number'])}{ext}{kind}", value["number"]))
    return found
