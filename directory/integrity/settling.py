"""Which value stands where two records become one, chosen by a person; and back again.

What is chosen is carried out by the edits that a person could make on the page of each listing: one of the two ends, or
takes the place of the other. So the table of states decides about each. What one person may do is done before the
merge; what a verified listing would show only by two people is proposed, and not shown until they have decided.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.integrity.applying import draft_of
from directory.integrity.editing import Edit, edit
from directory.integrity.joining import line_of, merge_by, reasons_against, refuse_for, unmerge_by
from directory.integrity.proposals import decline
from directory.integrity.protection import has_own_verbs, is_protected
from directory.integrity.reach import is_verified
from directory.integrity.undoing import undo
from directory.listings import merging
from directory.listings.drafts import FactDraft
from directory.listings.models import Change, ChangeItem, Fact
from directory.listings.queries import current_facts, get_record
from directory.people.actor import Actor

# ours: that of the record that goes on; theirs: that of the one that is merged into it; both: one beside the other.
Choice = Literal["ours", "theirs", "both"]
_REASON = "which value stands was said when two became one"
_FIRST = frozenset({"waits", "other-way-round"})
# What each record has for itself, or is shown by a press that is noted.
_NOT_ASKED = frozenset({"status", "contact", "greeting"})


class Fork(msgspec.Struct, frozen=True):
    """A value of the record that is merged away, and what stands in its place at the one that goes on.

    Attributes:
        field: and ``slot``: its place.
        theirs: the fact.
        ours: the fact in its place; None where there is none.
        choices: what may be said; the first holds if nobody says anything.
        is_guarded: whether one of the two is a value that changes by two people only.
    """

    field: str
    slot: str
    theirs: Fact
    ours: Fact | None
    choices: tuple[Choice, ...]
    is_guarded: bool


class Settled(msgspec.Struct, frozen=True):
    """The merge, None while it waits for proposals to be decided; and those proposals, or those that follow it."""

    change: int | None
    proposed: tuple[int, ...] = ()


class Parted(msgspec.Struct, frozen=True):
    """The change that took a merge back; how many values went back with it, and how many stay as they are now."""

    change: int
    values: int
    kept: int


def forks_of(session: Session, survivor_id: int, absorbed_id: int) -> list[Fork]:
    """The values about which somebody may choose; what both say, and what stands beside each other, is none.

    Raises:
        NotFoundError, RefusedError: see ``listings.merging.plan_merge``.
    """
    pairs = [
        (gone, stays)
        for gone, stays in merging.plan_merge(session, survivor_id, absorbed_id)
        if get_record(session, gone).kind != "location"
    ]
    facts = current_facts(session, [one for pair in pairs for one in pair])
    found: list[Fork] = []
    for gone, stays in pairs:
        guarded = [is_verified(session, get_record(session, one)) for one in (gone, stays)]
        ours = {(fact.field, fact.slot): fact for fact in facts[stays]}
        lines = {line_of(fact) for fact in facts[stays] if fact.field == "phone"}
        for fact in facts[gone]:
            held = ours.get((fact.field, fact.slot))
            if fact.field in _NOT_ASKED or has_own_verbs(fact.field, fact.slot):
                continue
            is_same = line_of(fact) in lines if fact.field == "phone" else held is not None and held.value == fact.value
            if is_same or (held is None and not is_protected(fact.field, fact.slot)):
                continue
            is_guarded = any(guarded) and is_protected(fact.field, fact.slot)
            found.append(Fork(fact.field, fact.slot, fact, held, _choices(fact, held), is_guarded))
    return found


def _choices(theirs: Fact, ours: Fact | None) -> tuple[Choice, ...]:
    if ours is None:
        return ("both", "ours")
    return ("both", "ours", "theirs") if theirs.field == "phone" else ("ours", "theirs")


def merge_settled(
    session: Session,
    survivor_id: int,
    absorbed_id: int,
    chosen: Mapping[int, str],
    *,
    by: Actor,
    reason: str,
    now: dt.datetime,
) -> Settled:
    """Merge two records, with which value stands.

    Args:
        session: a writing session.
        survivor_id: goes on.
        absorbed_id: is merged into it.
        chosen: the id of a fact of the latter -> one of the choices of its ``Fork``.
        by: whose word it is.
        reason: of the merge.
        now: the transaction's time.

    Raises:
        BadInputError: a choice is none.
        NotFoundError, RefusedError: see ``joining.merge_by``; or a value that was chosen about is none any more.
    """
    # No choice of values helps against these.
    refuse_for(_FIRST & set(reasons_against(session, survivor_id, absorbed_id)))
    forks = {fork.theirs.id: fork for fork in forks_of(session, survivor_id, absorbed_id)}
    if chosen.keys() - forks.keys():
        raise RefusedError("Something has changed there meanwhile. Look at the two once more.")
    before: dict[int, list[Edit]] = defaultdict(list)
    after: dict[int, list[Edit]] = defaultdict(list)
    stays = dict(merging.plan_merge(session, survivor_id, absorbed_id))
    for fact_id, fork in forks.items():
        choice = chosen.get(fact_id, fork.choices[0])
        if choice not in fork.choices:
            raise BadInputError("Say which of the two stands.")
        for is_later, record_id, one in _settle(session, fork, choice, stays[fork.theirs.record_id]):
            (after if is_later else before)[record_id].append(one)
    proposed = _edit(session, before, by=by, now=now)
    if proposed:
        return Settled(None, proposed)
    change = merge_by(session, survivor_id, absorbed_id, by=by, reason=reason, now=now)
    return Settled(change, _edit(session, after, by=by, now=now))


def _settle(session: Session, fork: Fork, choice: str, stays: int) -> Iterator[tuple[bool, int, Edit]]:
    """What a choice comes to: whether it is done after the merge, on which record, and the edit."""
    gone, theirs, ours = fork.theirs.record_id, fork.theirs, fork.ours
    ours_guarded, theirs_guarded = (
        fork.is_guarded and is_verified(session, get_record(session, one)) for one in (stays, gone)
    )
    # What a verified listing is to show is decided by two: before the merge if that waits for more of it anyhow.
    is_later = ours_guarded and not theirs_guarded
    would_be_shown = ours is None or fork.field == "phone"
    if choice == "ours":
        if theirs_guarded and ours is not None:
            yield False, gone, Edit(msgspec.structs.replace(draft_of(ours), slot=fork.slot))
        elif theirs_guarded or would_be_shown:
            yield False, gone, Edit(fact_id=theirs.id)
    elif choice == "theirs":
        if is_later and would_be_shown:
            yield False, gone, Edit(fact_id=theirs.id)
        yield is_later, stays, Edit(draft_of(theirs))
    elif ours_guarded:
        if not theirs_guarded:
            yield False, gone, Edit(fact_id=theirs.id)
        yield is_later, stays, Edit(_beside(session, theirs, stays))
        if theirs_guarded and ours is not None:
            yield False, gone, Edit(_beside(session, ours, gone))


def _beside(session: Session, fact: Fact, record_id: int) -> FactDraft:
    """A value in a place of a record in which nothing stands."""
    taken = {one.slot for one in current_facts(session, [record_id])[record_id] if one.field == fact.field}
    names = itertools.chain((fact.slot,), (f"{fact.slot}-{number}" for number in itertools.count(2)))
    return msgspec.structs.replace(draft_of(fact), slot=next(name for name in names if name not in taken))


def _edit(session: Session, edits: Mapping[int, list[Edit]], *, by: Actor, now: dt.datetime) -> tuple[int, ...]:
    """Make the edits; the proposals that come of them."""
    proposed: list[int] = []
    for record_id, many in edits.items():
        proposed += edit(session, record_id, many, by=by, reason=_REASON, now=now).proposed
    return tuple(proposed)


def part(session: Session, change_id: int, *, by: Actor, reason: str, now: dt.datetime) -> Parted:
    """Take a merge back, and with it what was said of values when it was made, as far as that stands.

    Raises:
        NotFoundError, RefusedError: see ``joining.unmerge_by``.
    """
    said = list(_said_with(session, change_id))
    change = unmerge_by(session, change_id, by=by, reason=reason, now=now)
    went = [_take_back(session, one, by=by, now=now) for one in said]
    return Parted(change, went.count(True), went.count(False))


def _take_back(session: Session, said: Change, *, by: Actor, now: dt.datetime) -> bool:
    """Take back what was said of values; False where it has moved on since, or waits for a second person."""
    try:
        with session.begin_nested():
            if said.state == "proposed":
                decline(session, said.id, by=by, now=now)
                return True
            return not undo(session, said.id, by=by, now=now).proposed
    except RefusedError:
        return False


def _said_with(session: Session, change_id: int) -> Iterator[Change]:
    """The edits of the transaction in which a person made a merge, the latest first."""
    merge = session.get(Change, change_id)
    if merge is None or merge.proposed_by is None:
        return
    items = sa.select(ChangeItem.entity_id).where(ChangeItem.change_id == change_id, ChangeItem.entity == "record")
    about = {*session.scalars(items)}
    stays = {one for one in (get_record(session, gone).merged_into for gone in about) if one is not None}
    yield from session.scalars(
        sa.select(Change)
        .where(
            Change.subject_id.in_(about | stays), Change.kind == "edit", Change.state.in_(("applied", "proposed")),
            Change.reason == _REASON, Change.proposed_by == merge.proposed_by,
            Change.proposed_at == merge.proposed_at,
        )
        .order_by(Change.id.desc())
    )  # fmt: skip
