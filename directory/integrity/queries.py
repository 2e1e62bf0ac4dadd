"""Reads for whoever works on listings: states, open proposals, one proposal with all that speaks for it, history."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import NotFoundError
from directory.freshness.models import Evidence
from directory.integrity.applying import digest_of, ended_by
from directory.integrity.asking import KEYS, also_there, told_missing, who_may_decide
from directory.integrity.hiding import open_hiding
from directory.integrity.in_scope import AT_ONCE, which_in_scope
from directory.integrity.proposals import case_of
from directory.integrity.proposed import phone_to_call
from directory.integrity.reach import Verified, family, is_in_scope, is_verified
from directory.integrity.sanity import HOLDS
from directory.integrity.states import state_of_record
from directory.integrity.table import SEASONED, State, judge
from directory.listings.fields import decode_plain
from directory.listings.models import Change, ChangeProof, Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.models import Credential, Person, Vouch

# Codes of holds behind which other organizations stand.
_SHARED = frozenset({"shared", "of-removed-listing"})


class ListingState(msgspec.Struct, frozen=True):
    """How a listing stands: its state, whether anything sensitive was confirmed, and what is open about it."""

    state: State
    is_verified: bool
    hidden_until: dt.datetime | None
    hiding_is_seconded: bool
    open_changes: tuple[int, ...]


class Proposal(msgspec.Struct, frozen=True):
    """A line of the list of open proposals. ``wants`` is a field's name, or what is wanted of the listing.

    ``is_own``: whether whoever asks proposed it, and so cannot decide about it.
    """

    id: int
    listing: str
    name: str
    wants: str
    slot: str
    by: str
    at: dt.datetime
    waits_until: dt.datetime | None
    is_own: bool


class BroughtKey(msgspec.Struct, frozen=True):
    """A key that speaks for a proposal, and who brought it when."""

    key: str
    by: str
    at: dt.datetime


class ProposalInFull(msgspec.Struct, frozen=True):
    """One proposal as somebody sees it who decides.

    Attributes:
        id: of the change.
        listing: public id of the listing it is about; of an organization that of its first.
        name: of the service or organization.
        wants: the field's name, or what is wanted of the listing as a whole.
        slot: the place of the value within its field.
        old: what holds now, as plain JSON; None when nothing does.
        new: what is proposed; None when the old is only to end.
        reason: as whoever proposed it wrote it.
        by: who proposed it; empty for a source.
        at: when.
        is_own: whether that was the one who asks.
        holds: what looks wrong with the value, in words.
        keys: what speaks for it so far.
        missing: what is missing before the one who asks could approve it, in words.
        may_approve: whether nothing is, but for a fresh proof.
        lacks_keys: whether it lacks keys, whoever decides.
        lacks_only_keys: whether the one who asks could decide as soon as they are there.
        seconds: the names of others who could decide, as soon as the keys are there.
        sharing: other organizations that have or had the number: a listing of theirs, and the name.
        sharing_elsewhere: how many more that the one who asks does not work on.
        call: the number that is to be called, never the proposed one; empty when there is none.
        shown: the digest that an approval has to repeat.
        waits_until: when it is applied, if it is approved and waits.
        broke_glass: whether two admins do it without a key.
    """

    id: int
    listing: str
    name: str
    wants: str
    slot: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    reason: str
    by: str
    at: dt.datetime
    is_own: bool
    holds: tuple[str, ...]
    keys: tuple[BroughtKey, ...]
    missing: tuple[str, ...]
    may_approve: bool
    lacks_keys: bool
    lacks_only_keys: bool
    seconds: tuple[str, ...]
    sharing: tuple[tuple[str, str], ...]
    sharing_elsewhere: int
    call: str
    shown: str
    waits_until: dt.datetime | None
    broke_glass: bool


def state_of(session: Session, listing_id: int, *, verified: Verified | None = None) -> ListingState:
    """How a listing stands; raises ``NotFoundError``.

    ``verified``, where many are asked about: the verified families of their organizations.
    """
    listing = get_record(session, listing_id)
    hiding = open_hiding(session, listing_id)
    ids = [one.id for one in family(session, listing)]
    open_ones = session.scalars(
        sa.select(Change.id).where(Change.subject_id.in_(ids), Change.state == "proposed").order_by(Change.id)
    )
    return ListingState(
        state=state_of_record(session, listing, verified=verified),
        is_verified=is_verified(session, listing) if verified is None else verified.holds(listing),
        hidden_until=hiding.until if hiding else None,
        hiding_is_seconded=hiding is not None and hiding.seconded_by is not None,
        open_changes=tuple(open_ones),
    )


def open_changes(session: Session, *, by: Actor, limit: int = 200, run_id: int | None = None) -> list[Proposal]:
    """Open proposals that somebody may know of, the oldest first; ``run_id``: only those of an import."""
    query = (
        sa.select(Change, Record)
        .join(Record, Record.id == Change.subject_id)
        .where(Change.state == "proposed")
        .order_by(Change.id)
    )
    rows = session.execute(query if run_id is None else query.where(Change.run_id == run_id))
    found: list[tuple[Change, Record]] = []
    for portion in rows.partitions(AT_ONCE):
        theirs = which_in_scope(session, (target for _, target in portion), by=by)
        found += [(change, target) for change, target in portion if target.id in theirs]
        if len(found) >= limit:
            break
    return [
        Proposal(
            change.id, listing_of(session, target), name_of(session, target), *_wanted(session, change),
            _name(session, change.proposed_by), change.proposed_at, change.hold_until,
            is_own=change.proposed_by == by.id,
        )
        for change, target in found[:limit]
    ]  # fmt: skip


def change_of(session: Session, change_id: int, *, by: Actor, now: dt.datetime) -> ProposalInFull:
    """One open proposal; raises ``NotFoundError`` also for what ``by`` does not work on."""
    change = session.get(Change, change_id)
    target = session.get(Record, change.subject_id) if change is not None and change.subject_id else None
    if change is None or target is None or change.state != "proposed" or not is_in_scope(session, target, by=by):
        raise NotFoundError("There is no such proposal, or it is decided.")
    wants, slot = _wanted(session, change)
    old = [session.get_one(Fact, fact_id) for fact_id in ended_by(session, change_id)]
    new = session.scalars(sa.select(Fact).where(Fact.change_id == change_id).order_by(Fact.id)).all()
    case = case_of(session, change, by=by, now=now)
    missing = judge(case).missing
    is_shared = bool(_SHARED & set(change.holds.split())) and bool(new)
    sharing, elsewhere = also_there(session, new[0], target, by=by) if is_shared else ([], 0)
    call = phone_to_call(session, change, target)
    return ProposalInFull(
        id=change.id,
        listing=listing_of(session, target),
        name=name_of(session, target),
        wants=wants,
        slot=slot,
        old=_plain(old[0]) if old else None,
        new=_plain(new[0]) if new else None,
        reason=change.reason,
        by=_name(session, change.proposed_by),
        at=change.proposed_at,
        is_own=change.proposed_by == by.id,
        holds=tuple(HOLDS.get(code, code) for code in change.holds.split()),
        keys=_keys(session, change_id),
        missing=told_missing(session, case, missing),
        may_approve=set(missing) <= {"fresh-proof"},
        lacks_keys=not KEYS.isdisjoint(missing),
        lacks_only_keys=set(missing) <= {*KEYS, "fresh-proof"},
        seconds=who_may_decide(session, case, target),
        sharing=tuple((listing_of(session, one), name_of(session, one)) for one in sharing),
        sharing_elsewhere=elsewhere,
        call=str(decode_plain(call.value or "{}").get("number", "")) if call is not None else "",
        shown=digest_of(session, change),
        waits_until=change.hold_until,
        broke_glass=change.broke_glass,
    )


def protections_off(session: Session, *, now: dt.datetime) -> list[str]:
    """Which protections do not hold, because too few people work here; whole sentences, empty if all hold."""
    people = session.scalars(
        sa.select(Person).where(
            Person.role.in_(("coordinator", "admin")), Person.standing == "active", Person.email.is_not(None)
        )
    ).all()
    vouched = set(session.scalars(sa.select(Vouch.person_id)))
    seasoned = [one for one in people if now - one.created_at >= SEASONED or one.id in vouched]
    has_neighbour = (
        session.scalar(
            sa.select(Credential.id).where(Credential.kind == "signing-key", Credential.retired_at.is_(None)).limit(1)
        )
        is not None
    )
    off = []
    if len(seasoned) < 2 and not has_neighbour:
        off.append(
            "Fewer than two people who keep this list have been here for a week: nobody can second a change of a "
            "verified number. Invite a colleague, or have a neighbour deployment second changes."
        )
    if len(seasoned) < 2:
        off.append("What one person hides comes back after 72 hours, because nobody can second it.")
    if sum(one.role == "admin" for one in people) < 2:
        off.append("There are fewer than two admins: nobody can be let in again by two, and no glass can be broken.")
    return off


def listing_of(session: Session, target: Record) -> str:
    """The public id of the listing whose page shows a record best."""
    if target.kind == "listing":
        return str(target.public_id)
    column = {"service": Record.service_id, "location": Record.location_id, "organization": Record.organization_id}
    found = session.scalar(
        sa.select(Record.public_id)
        .where(column[target.kind] == target.id, Record.kind == "listing")
        .order_by(Record.id)
        .limit(1)
    )
    return str(found or target.public_id)


def name_of(session: Session, target: Record) -> str:
    """The name of a record, or of what it belongs to; empty when none is stated."""
    for record_id in (target.id, target.service_id, target.organization_id):
        value = session.scalar(
            sa.select(Fact.value).where(Fact.record_id == record_id, Fact.field == "name", Fact.standing == "current")
        )
        if value is not None:
            return str(decode_plain(value).get("text", ""))
    return ""


def _wanted(session: Session, change: Change) -> tuple[str, str]:
    if change.intends is not None:
        return change.intends, ""
    fact = session.scalar(sa.select(Fact).where(Fact.change_id == change.id).order_by(Fact.id).limit(1))
    if fact is None:
        ended = ended_by(session, change.id)
        fact = session.get(Fact, ended[0]) if ended else None
    return (fact.field, fact.slot) if fact else ("", "")


def _keys(session: Session, change_id: int) -> tuple[BroughtKey, ...]:
    rows = session.execute(
        sa.select(ChangeProof.key, ChangeProof.by_id, Evidence.observed_at)
        .join(Evidence, Evidence.id == ChangeProof.evidence_id)
        .where(ChangeProof.change_id == change_id)
        .order_by(Evidence.id)
    )
    return tuple(BroughtKey(key, _name(session, by_id), at) for key, by_id, at in rows)


def _name(session: Session, person_id: int | None) -> str:
    return "" if person_id is None else session.get_one(Person, person_id).name


def _plain(fact: Fact) -> dict[str, Any] | None:
    return None if fact.value is None else decode_plain(fact.value)
