"""Whether a merge may be made where somebody has confirmed something (SAFETY I1).

A merge takes one of two listings out of sight and lets the other show what both say. So it could hide a verified
listing, or put a number beside a confirmed one, and it is one person's work or nobody's. The rule is: **what a verified
listing shows of its protected values is the same before and after.** Whoever wants more proposes that value first, with
a second person and a key as always, and merges then.
"""

import datetime as dt
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import queue_writers
from directory.errors import RefusedError
from directory.integrity.protection import is_protected
from directory.integrity.reach import Verified, is_verified, require_scope
from directory.integrity.table import MISSING, Case, judge
from directory.listings import merging
from directory.listings.changes import Author
from directory.listings.fields import decode_plain
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.queries import current_facts, get_record, joined_ids
from directory.people.actor import Actor

WHY_NOT: dict[str, str] = {
    "waits": "a proposal about one of them waits to be decided",
    "other-way-round": "the one that would be merged away is verified and the other is not; merge them the other way",
    "shows-more": "a verified listing would show a number, site or name that nobody has confirmed for it",
    "shows-less": "a number, site or name of a verified listing would not be shown any more",
}


class _Line(msgspec.Struct, frozen=True):
    """A protected value, comparable: a line by what is dialled, anything else by its place and all it says."""

    field: str
    slot: str
    tier: str
    said: str


def reasons_against(
    session: Session, survivor_id: int, absorbed_id: int, *, verified: Verified | None = None
) -> tuple[str, ...]:
    """Why one person, or a run, may not merge these two (codes of ``WHY_NOT``); empty if they may.

    ``verified``, where many are asked about: the verified families of their organizations.

    Raises:
        NotFoundError, RefusedError: see ``listings.merging.plan_merge``.
    """
    pairs = merging.plan_merge(session, survivor_id, absorbed_id)
    survivor, absorbed = get_record(session, survivor_id), get_record(session, absorbed_id)
    survivor_verified, absorbed_verified = (
        is_verified(session, one) if verified is None else verified.holds(one) for one in (survivor, absorbed)
    )
    found: dict[str, None] = {}
    if _waits(session, [record_id for pair in pairs for record_id in pair]):
        found["waits"] = None
    if absorbed_verified and not survivor_verified and survivor.kind != "organization":
        found["other-way-round"] = None
    if survivor_verified or absorbed_verified:
        for gone, stays in pairs:
            theirs, ours = _protected(session, gone), _protected(session, stays)
            shown = ours | _beside(theirs, ours)
            for is_guarded, own in ((survivor_verified, ours), (absorbed_verified, theirs)):
                if is_guarded and shown - own:
                    found["shows-more"] = None
                if is_guarded and own - shown:
                    found["shows-less"] = None
    return tuple(found)


def merge_by(session: Session, survivor_id: int, absorbed_id: int, *, by: Actor, reason: str, now: dt.datetime) -> int:
    """Merge two records as a person; return the change.

    Raises:
        NotFoundError: there is no such record, or ``by`` does not work on it.
        RefusedError: they cannot be merged, ``by`` may not, or a verified listing would show something else.
    """
    queue_writers(session)
    require_keeper(session, (survivor_id, absorbed_id), by=by, now=now)
    refuse_for(reasons_against(session, survivor_id, absorbed_id))
    return merging.merge(session, survivor_id, absorbed_id, author=Author("merge", reason, by.id), now=now)


def refuse_for(against: Iterable[str]) -> None:
    """Raise ``RefusedError`` with these reasons (codes of ``WHY_NOT``), if there are any."""
    said = "; ".join(WHY_NOT[code] for code in against)
    if said:
        raise RefusedError(f"Not yet: {said}.")


def unmerge_by(session: Session, change_id: int, *, by: Actor, reason: str, now: dt.datetime) -> int:
    """Take a merge back as a person: every record shows its own again, so nothing goes out of sight.

    Nor does anything come back so: what people closed, hid or put on the do-not-list stays with all that went into it.

    Raises:
        NotFoundError: there is no such merge, or ``by`` does not work on it.
        RefusedError: ``by`` may not, something was merged on top of it, or what it went into is out of sight.
    """
    queue_writers(session)
    change = session.get(Change, change_id)
    if change is not None and change.subject_id is not None:
        require_keeper(session, (change.subject_id,), by=by, now=now)
    if _went_out_of_sight(session, change_id):
        raise RefusedError("What they went into is out of sight. Two people show it again first, and then it is two.")
    return merging.unmerge(session, change_id, author=Author("unmerge", reason, by.id), now=now)


def _went_out_of_sight(session: Session, change_id: int) -> bool:
    """Whether something that a merge merged went into what is closed, hidden or not to be listed by now."""
    gone, stays = aliased(Record), aliased(Record)
    found = (
        sa.select(stays.id)
        .join(gone, gone.merged_into == stays.id)
        .join(ChangeItem, sa.and_(ChangeItem.entity == "record", ChangeItem.entity_id == gone.id))
        .where(ChangeItem.change_id == change_id, stays.kind.in_(merging.KINDS), stays.standing != "listed")
    )
    return session.scalar(found.limit(1)) is not None


def require_keeper(session: Session, record_ids: Iterable[int], *, by: Actor, now: dt.datetime) -> None:
    """Raise ``NotFoundError`` for what ``by`` does not work on, ``RefusedError`` unless they keep listings."""
    for record_id in record_ids:
        require_scope(session, get_record(session, record_id), by=by)
    verdict = judge(Case(state="unverified", action="correct", actor=by, now=now))
    if not verdict.is_allowed:
        raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")


def _waits(session: Session, record_ids: list[int]) -> bool:
    waiting = sa.select(Change.id).where(Change.subject_id.in_(record_ids), Change.state == "proposed")
    return session.scalar(waiting.limit(1)) is not None


def _protected(session: Session, record_id: int) -> frozenset[_Line]:
    """The protected values that a record shows, with those of what is merged into it already."""
    ids = joined_ids(session, [record_id])
    records = {one.id: one for one in session.scalars(sa.select(Record).where(Record.id.in_(ids)))}
    facts = current_facts(session, ids)
    shown: frozenset[_Line] = frozenset()
    # Its own first: of what stands in one place, that is shown.
    for one in sorted(ids, key=lambda one: (records[one].merged_into is not None, one)):
        shown |= _beside(frozenset(_lines(facts[one])), shown)
    return shown


def _lines(facts: Iterable[Fact]) -> Iterable[_Line]:
    for fact in facts:
        if not is_protected(fact.field, fact.slot):
            continue
        if fact.field == "phone":
            yield _Line("phone", "", fact.tier, line_of(fact))
        else:
            yield _Line(fact.field, fact.slot, fact.tier, fact.value or "")


def line_of(fact: Fact) -> str:
    """What is dialled where a fact is a number: two with the same are one line, whatever it is called."""
    value = decode_plain(fact.value or "{}")
    return "/".join(str(value.get(part, "")) for part in ("number", "kind", "ext", "keyword"))


def _beside(theirs: frozenset[_Line], ours: frozenset[_Line]) -> frozenset[_Line]:
    """What would be shown of theirs beside ours: numbers, and what stands where ours say nothing; never a status."""
    taken = {(one.field, one.slot) for one in ours if one.field != "phone"}
    return frozenset(one for one in theirs if (one.field, one.slot) not in taken and one.field != "status")
