"""Reads of vetting for those who work on it: programs by state, one program in full, what runs out."""

import datetime as dt
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import in_portions
from directory.integrity.in_scope import AT_ONCE, which_in_scope
from directory.integrity.queries import name_of
from directory.integrity.reach import require_scope
from directory.listings.fields import TraumaInformed, Vetting, decode_value
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import find_record, survivor_of
from directory.listings.vetting_steps import KEPT_AWAY, LOOKED_AT, STEPS, Step, state_of_steps
from directory.people.actor import Actor
from directory.people.models import Person
from directory.values.plain_text import folded
from directory.vetting.pausing import lifting
from directory.vetting.policy import REMINDED_DAYS, Move, moves_from

MOST_LINES = 500
_MOST_FOUND, _MOST_WORDS = 20, 5


class StepShown(msgspec.Struct, frozen=True):
    """A step as it was taken.

    Attributes:
        step: which.
        on: the day on which it was done; None where that is not known.
        expires_on: until when it holds; None without an end.
        by: who took it.
        reference: where the paper lies.
        is_current: whether it counts still; the others are history.
        has_run_out: whether its end is over.
    """

    step: Step
    on: dt.date | None
    expires_on: dt.date | None
    by: str
    reference: str
    is_current: bool
    has_run_out: bool


class Waiting(msgspec.Struct, frozen=True):
    """A step that waits for a second person: the change, and who proposed it."""

    change: int
    step: Step
    by: str
    at: dt.datetime


class ProgramLine(msgspec.Struct, frozen=True):
    """A line of the list. ``expires_on`` is the first end to come, or that is over, of what was looked at."""

    id: str
    name: str
    state: Step | None
    since: dt.date | None
    expires_on: dt.date | None
    waits: bool


class Program(msgspec.Struct, frozen=True):
    """One program in full.

    Attributes:
        record_id: of its organization.
        id: public id of that.
        name: of it.
        state: where it stands; None where vetting never began.
        steps: those that count, in their order.
        past: those that do not any more, the latest first.
        waiting: what is proposed.
        moves: what may be done now.
        is_paused_alone: whether one person paused it, so that it ends by itself.
        lifting: the change that would end such a pause early; None if none waits.
        missing: what a program has to have before it works, and has not, or not any more.
        listings: (public id, name) of what it offers.
    """

    record_id: int
    id: str
    name: str
    state: Step | None
    steps: tuple[StepShown, ...]
    past: tuple[StepShown, ...]
    waiting: tuple[Waiting, ...]
    moves: tuple[Move, ...]
    is_paused_alone: bool
    lifting: int | None
    missing: tuple[Step, ...]
    listings: tuple[tuple[str, str], ...]


class Expiring(msgspec.Struct, frozen=True):
    """Something about a program that runs out, or has.

    Attributes:
        program: public id of the organization that it is of.
        name: of that.
        what: a step, or the level of evidence of trauma-informed work.
        is_evidence: whether it is the second.
        expires_on: the last day on which it holds.
        has_run_out: whether that is over.
    """

    program: str
    name: str
    what: str
    is_evidence: bool
    expires_on: dt.date
    has_run_out: bool


def expiring(
    session: Session, *, on: dt.date, within_days: int = REMINDED_DAYS, by: Actor | None = None
) -> list[Expiring]:
    """What runs out within so many days of ``on``, or has run out, the first first.

    Steps of vetting and evidence of trauma-informed work count, of every program that is not removed. Nothing is
    written; letters and pages both ask this.

    Args:
        session: any session.
        on: the day of the question.
        within_days: how far ahead is looked, from 0.
        by: only what they work on; None = all (the mail of the whole task force).
    """
    last = on + dt.timedelta(days=within_days)
    dated = sa.select(Fact).where(
        Fact.field.in_(("vetting", "trauma_informed")), Fact.standing == "current", Fact.value.contains('"expires_on":')
    )
    ends: list[tuple[dt.date, Fact]] = []
    for fact in session.scalars(dated.order_by(Fact.id)):
        end = _day(decode_value(fact.field, fact.value or "{}").expires_on)
        if end is not None and end <= last:
            ends.append((end, fact))
    owners = _owners(session, {fact.record_id for _, fact in ends})
    steps = _steps_by_program(session, {one.id for one in owners.values()})
    theirs = None if by is None else which_in_scope(session, owners.values(), by=by)
    found = []
    for end, fact in ends:
        owner = owners.get(fact.record_id)
        if owner is None or "removed" in steps.get(owner.id, ()) or (theirs is not None and owner.id not in theirs):
            continue
        is_evidence = fact.field == "trauma_informed"
        what = decode_value(fact.field, fact.value or "{}").level if is_evidence else fact.slot
        found.append(
            Expiring(str(owner.public_id), name_of(session, owner), what, is_evidence, end, has_run_out=end < on)
        )
    return sorted(found, key=lambda one: (one.expires_on, one.name, one.program, one.what))


def programs(session: Session, *, by: Actor, only: Step | None = None) -> list[ProgramLine]:
    """The programs that are or were vetted and that somebody works on, by name; ``only`` those in one state."""
    rows = session.scalars(sa.select(Fact).where(Fact.field == "vetting", Fact.standing.in_(("current", "proposed"))))
    facts: dict[int, list[Fact]] = {}
    for fact in rows:
        facts.setdefault(fact.record_id, []).append(fact)
    organizations = _organizations(session, facts)
    theirs = which_in_scope(session, organizations, by=by)
    lines = []
    for record in organizations:
        current = {fact.slot: fact for fact in facts[record.id] if fact.standing == "current"}
        state = state_of_steps(current)
        if (only is not None and state != only) or record.id not in theirs:
            continue
        ends = [end for fact in current.values() if (end := _day(_value(fact).expires_on)) is not None]
        lines.append(
            ProgramLine(
                str(record.public_id), name_of(session, record), state,
                _day(_value(current[state]).on) if state else None, min(ends, default=None),
                any(fact.standing == "proposed" for fact in facts[record.id]),
            )
        )  # fmt: skip
    return sorted(lines, key=lambda one: (folded(one.name), one.id))[:MOST_LINES]


def find_programs(session: Session, words: str, *, by: Actor) -> list[ProgramLine]:
    """Programs that somebody works on whose name has these words, vetted or not; a few of many."""
    wanted = folded(words).split()[:_MOST_WORDS]
    if not wanted:
        return []
    query = (
        sa.select(Record)
        .join(Fact, sa.and_(Fact.record_id == Record.id, Fact.field == "name", Fact.standing == "current"))
        .join(Change, Change.id == Record.change_id)
        .where(Record.kind == "organization", Record.standing != "merged", Change.state != "undone")
        .order_by(Fact.value, Record.public_id)
    )
    for word in wanted:
        like = sa.func.lower(Fact.value).like(f'{{"text":"%{word}%"}}')
        query = query.where(sa.or_(Fact.match_key.contains(word), like))
    found: list[Record] = []
    for portion in session.scalars(query).partitions(AT_ONCE):
        theirs = which_in_scope(session, portion, by=by)
        found += [record for record in portion if record.id in theirs]
        if len(found) >= _MOST_FOUND:
            break
    found = found[:_MOST_FOUND]
    steps = _steps_by_program(session, {one.id for one in found})
    return [
        ProgramLine(
            str(one.public_id), name_of(session, one), state_of_steps(steps.get(one.id, frozenset())), None, None,
            waits=False,
        )
        for one in found
    ]  # fmt: skip


def program(session: Session, public_id: str, *, by: Actor, on: dt.date) -> Program:
    """One program; raises ``NotFoundError`` also for what ``by`` does not work on."""
    record = find_record(session, public_id, kind="organization")
    require_scope(session, record, by=by)
    survivor = session.get_one(Record, survivor_of(session, record.id))
    rows = session.execute(
        sa.select(Fact, Change.proposed_by, Change.proposed_at)
        .join(Change, Change.id == Fact.change_id)
        .where(Fact.record_id == survivor.id, Fact.field == "vetting", Fact.slot.in_(STEPS))
        .order_by(Fact.id)
    ).all()
    steps = [
        (fact, _shown(session, fact, person_id, on=on)) for fact, person_id, _ in rows if fact.standing != "proposed"
    ]
    current = {one.step: one for fact, one in steps if fact.standing == "current"}
    state = state_of_steps(current)
    return Program(
        survivor.id, str(survivor.public_id), name_of(session, survivor), state,
        tuple(current[step] for step in STEPS if step in current),
        tuple(one for fact, one in reversed(steps) if fact.standing == "past"),
        tuple(
            Waiting(fact.change_id, fact.slot, _person(session, person_id), at)  # type: ignore[arg-type]
            for fact, person_id, at in rows
            if fact.standing == "proposed"
        ),
        moves_from(state),
        "paused" in current and current["paused"].expires_on is not None,
        lifting(session, survivor.id),
        tuple(step for step in LOOKED_AT if step not in current or current[step].has_run_out),
        _listings(session, survivor.id),
    )  # fmt: skip


def evidence_of(session: Session, organization_id: int) -> tuple[TraumaInformed, ...]:
    """The evidence of trauma-informed work that is said of a program and of what it offers."""
    rows = session.scalars(
        sa.select(Fact.value)
        .join(Record, Record.id == Fact.record_id)
        .where(
            sa.or_(Record.id == organization_id, Record.organization_id == organization_id),
            Fact.field == "trauma_informed", Fact.standing == "current",
        )
        .order_by(Fact.id)
    )  # fmt: skip
    return tuple(dict.fromkeys(decode_value("trauma_informed", value or "{}") for value in rows))


def kept_away() -> sa.Select[int]:
    """The records that vetting keeps away, as a query."""
    return sa.select(Fact.record_id).where(
        Fact.field == "vetting", Fact.slot.in_(sorted(KEPT_AWAY)), Fact.standing == "current"
    )


def is_kept_away_by_vetting(session: Session, record_ids: Iterable[int | None]) -> bool:
    """Whether one of these records is paused or removed: then no source brings it back, under whatever key."""
    wanted = [one for one in record_ids if one is not None]
    return session.scalar(kept_away().where(Fact.record_id.in_(wanted)).limit(1)) is not None


def _listings(session: Session, organization_id: int) -> tuple[tuple[str, str], ...]:
    found = session.scalars(
        sa.select(Record)
        .where(Record.organization_id == organization_id, Record.kind == "listing", Record.standing != "merged")
        .order_by(Record.id)
        .limit(_MOST_FOUND)
    )
    return tuple((str(one.public_id), name_of(session, one)) for one in found)


def _shown(session: Session, fact: Fact, person_id: int | None, *, on: dt.date) -> StepShown:
    value = _value(fact)
    end = _day(value.expires_on)
    step: Step = fact.slot  # type: ignore[assignment]
    return StepShown(
        step, _day(value.on), end, value.by or _person(session, person_id), value.reference,
        is_current=fact.standing == "current", has_run_out=end is not None and end < on,
    )  # fmt: skip


def _owners(session: Session, record_ids: Iterable[int]) -> dict[int, Record]:
    """Each of these records with the organization that it is, or is of; what an undone import left is nobody's."""
    owners: dict[int, Record] = {}
    organization, owner = aliased(Record), aliased(Record)
    for portion in in_portions(sorted(set(record_ids))):
        rows = session.execute(
            sa.select(Record.id, owner)
            .join(organization, organization.id == sa.func.coalesce(Record.organization_id, Record.id))
            .join(owner, owner.id == sa.func.coalesce(organization.merged_into, organization.id))
            .join(Change, Change.id == owner.change_id)
            .where(Record.id.in_(portion), owner.kind == "organization", Change.state != "undone")
        )
        owners.update((record_id, found) for record_id, found in rows)
    return owners


def _organizations(session: Session, record_ids: Iterable[int]) -> list[Record]:
    found: list[Record] = []
    for portion in in_portions(sorted(set(record_ids))):
        found += session.scalars(
            sa.select(Record)
            .join(Change, Change.id == Record.change_id)
            .where(
                Record.id.in_(portion), Record.kind == "organization", Record.standing != "merged",
                Change.state != "undone",
            )
        )  # fmt: skip
    return found


def _steps_by_program(session: Session, organization_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for portion in in_portions(sorted(set(organization_ids))):
        rows = session.execute(
            sa.select(Fact.record_id, Fact.slot).where(
                Fact.record_id.in_(portion), Fact.field == "vetting", Fact.standing == "current"
            )
        )
        for record_id, slot in rows:
            found.setdefault(record_id, set()).add(slot)
    return {record_id: frozenset(steps) for record_id, steps in found.items()}


def _person(session: Session, person_id: int | None) -> str:
    return "" if person_id is None else session.get_one(Person, person_id).name


def _value(fact: Fact) -> Vetting:
    value: Vetting = decode_value("vetting", fact.value or "{}")
    return value


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
