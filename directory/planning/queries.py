"""Reads of the listings that might be called, and of the calls that stand in a plan."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.audit.models import AuditEntry
from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.clock import day_number
from directory.db import in_portions
from directory.freshness.belief import model_of, state_on
from directory.freshness.chances import Model
from directory.freshness.gathered import Gathered, chances_after
from directory.freshness.learnt import figures_of
from directory.freshness.models import Belief
from directory.intake.do_not_call import not_to_be_called
from directory.integrity.conflicts import number_conflicts
from directory.integrity.in_scope import narrowed
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Actor
from directory.people.models import Network
from directory.people.policy import WORKING_NETWORK
from directory.planning.figures import figures
from directory.planning.hours import CallingHours, calling_hours
from directory.planning.models import CallTask
from directory.planning.plan import PlannedCall
from directory.planning.staff_wishes import called_for
from directory.planning.wishes import wishes
from directory.planning.worth import Candidate
from directory.sources.models import Source

_CRISIS = "crisis-line"
# Of the source and of the network that are made up.
_PRACTICE = "practice"
# Groups of ``freshness/parameters.toml`` whose crisis lines are called by people in danger.
_IN_CRISIS = frozenset({"shelter", "mental-health", "case-management"})
# Beside the reasons of ``why``: from which day on a listing that an audit drew may be called.
LATER = "later"


class _Line(msgspec.Struct):
    number: str
    kind: str = "voice"
    ext: str = ""
    roles: list[str] = []


class _Brief(msgspec.Struct):
    """The few parts of a card by which calls are planned; the others are not even read."""

    phones: list[_Line] = []
    kinds: list[str] = []
    practice: bool = False
    reported: str = ""

    @property
    def voice(self) -> _Line | None:
        return next((phone for phone in self.phones if phone.kind == "voice"), None)


_read_brief = msgspec.json.Decoder(_Brief).decode
_read_gathered = msgspec.json.Decoder(Gathered).decode


def candidates(session: Session, *, day: int) -> list[Candidate]:
    """Every listing that people are shown, with what there is to know about calling it on a day, by id.

    Listings of an organization that have one number are asked about in one call: ``Candidate.organization`` is then
    the smallest id among them. Practice listings are never called; where people practise (``handrail demo``) nothing
    else is, so that nobody rings a real line to learn how. No evidence is read: what it comes to stands with each
    belief.
    """
    practises = is_for_practice(session)
    silenced = not_to_be_called(session)
    private = _with_private_line(session)
    disputed = {record for one in number_conflicts(session) for record in one.records}
    drawn = set(
        session.scalars(sa.select(CallTask.listing_id).where(CallTask.done_on.is_(None), CallTask.kind == "audit"))
    )
    tried = _tried_in_vain(session)
    wished, wanted = wishes(session), called_for(session, day=day)
    wait_after = figures().wait_after
    parameters = figures_of(session)
    # A lookup for each listing, of which few differ.
    models: dict[tuple[str, ...], tuple[frozenset[str], Model]] = {}
    found: list[Candidate] = []
    calls: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for row in _rows(session):
        brief = _read_brief(row.brief)
        if brief.practice != practises:
            continue
        named = tuple(brief.kinds)
        known = models.get(named)
        if known is None:
            kinds = frozenset(named)
            known = models[named] = kinds, model_of(kinds, parameters)
        kinds, model = known
        gathered = _read_gathered(row.gathered) if row.gathered else Gathered(model.at_import)
        line = brief.voice
        if line is not None:
            calls[row.organization_id, line.number, line.ext].append(len(found))
        is_called = line is not None or not private.isdisjoint((row.id, row.service_id, row.organization_id))
        last = max(gathered.attempted_on, tried.get(row.id, 0))
        found.append(
            Candidate(
                listing=row.id,
                organization=None,
                group=model.group.code,
                chances=chances_after(model, gathered, day),
                live=frozenset(gathered.live),
                confirmed_on=row.confirmed_on,
                full_on=gathered.full_on or None,
                since=day_number(row.proposed_at),
                kinds=kinds,
                attempts=gathered.attempts,
                wait_until=last + wait_after(max(gathered.attempts, 1)) if last else 0,
                is_callable=is_called and row.organization_id not in silenced,
                is_crisis_line=is_crisis_line(model.group.code, line.roles if line else ()),
                needs_second_person=row.confirmed_on is not None,
                is_reported=bool(brief.reported),
                is_disputed=row.service_id in disputed or row.id in disputed,
                is_drawn=row.id in drawn,
                wished_on=wished.get(row.id, 0),
                called_for_on=wanted.get(row.id, 0),
            )
        )
    for places in calls.values():
        if len(places) > 1:
            for place in places:
                found[place] = found[place]._replace(organization=found[places[0]].listing)
    return found


def is_crisis_line(group: str, roles: Collection[str]) -> bool:
    """Whether people in danger call the line of a listing of this group, whose label names these schedules.

    A "hotline" of a water works or against fraud is none.
    """
    return group == "hotline" or (group in _IN_CRISIS and _CRISIS in roles)


def organizations_of(session: Session, listing_ids: Collection[int]) -> dict[int, int]:
    """Listing -> the organization of its service."""
    service = aliased(Record)
    found: dict[int, int] = {}
    for portion in in_portions(sorted(set(listing_ids))):
        rows = session.execute(
            sa.select(Record.id, service.organization_id)
            .join(service, service.id == Record.service_id)
            .where(Record.id.in_(portion))
        )
        found.update((listing, owner) for listing, owner in rows if owner is not None)
    return found


def began_on(session: Session) -> int | None:
    """The day number on which this deployment was begun; None where nothing was ever done."""
    at = session.scalar(sa.select(AuditEntry.at).order_by(AuditEntry.seq).limit(1))
    return day_number(at) if at is not None else None


def is_for_practice(session: Session) -> bool:
    """Whether this is a directory to practise in: the invented network that comes with the program was loaded."""
    brought = sa.select(Source.id).where(Source.key == _PRACTICE)
    # It stands apart, or is the one in which people work.
    network = sa.select(Network.id).where(Network.key.in_((_PRACTICE, WORKING_NETWORK)), Network.kind == "practice")
    return bool(session.scalar(sa.select(sa.and_(brought.exists(), network.exists()))))


def _rows(session: Session) -> sa.Result[tuple[int, int, int, bytes, int | None, str | None, dt.datetime]]:
    service, organization = aliased(Record), aliased(Record)
    return session.execute(
        sa.select(
            Record.id, sa.func.coalesce(service.merged_into, service.id).label("service_id"),
            sa.func.coalesce(organization.merged_into, organization.id).label("organization_id"), CardRow.brief,
            Belief.confirmed_on, Belief.gathered, Change.proposed_at,
        )
        .join(CardRow, CardRow.record_id == Record.id)
        .join(Belief, Belief.listing_id == Record.id)
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .join(Change, Change.id == Record.change_id)
        .where(Record.kind == "listing", CardRow.brief.is_not(None))
        .order_by(Record.id)
    )  # fmt: skip


def _with_private_line(session: Session) -> set[int]:
    """Records with a number that people who work here see and readers do not."""
    return set(
        session.scalars(
            sa.select(Fact.record_id).where(Fact.field == "phone", Fact.standing == "current", Fact.tier != "public")
        )
    )


def _tried_in_vain(session: Session) -> dict[int, int]:
    """Listing -> the day number of the last call that ended without anybody who could say something."""
    rows = session.execute(
        sa.select(CallTask.listing_id, sa.func.max(CallTask.done_on))
        .where(CallTask.result == "unreached")
        .group_by(CallTask.listing_id)
    )
    return {listing: on for listing, on in rows if on is not None}


class Why(msgspec.Struct, frozen=True, array_like=True):
    """A reason as it is stored: a code (``why.WhyCode``, or ``LATER``), a day number, a count."""

    code: str
    on: int = 0
    times: int = 0


class Call(msgspec.Struct, frozen=True):
    """A call of a plan, stored or only thought of.

    Attributes:
        listing_id: record of the listing.
        place: calls with one number are made together, in the order of these numbers.
        tier: of ``models.TIERS``.
        kind: of ``models.KINDS``.
        minutes: expected, those of the second person included.
        why: the reasons, the most important first.
        id: of the stored call; None for one that is only thought of.
        claimed_by: who has it in hand now; None = nobody.
        p_wrong: what was believed when it was planned.
    """

    listing_id: int
    place: int
    tier: str
    kind: str
    minutes: float
    why: tuple[Why, ...]
    id: int | None = None
    claimed_by: int | None = None
    p_wrong: float = 0.0


class PlannedListing(msgspec.Struct, frozen=True):
    """A call with what whoever makes it has to know of the listing.

    Attributes:
        call: of the plan.
        listing: public id.
        name: of the service.
        organization: its name; empty where it is not stated.
        number: of the line that is called, E.164 or a short code; empty where only those who open it see it.
        ext: its extension.
        group: code of its group.
        is_confidential: whether its place is secret.
        is_crisis_line: whether people in danger call it.
        hours: when to call.
        state: of the day of the plan.
    """

    call: Call
    listing: str
    name: str
    organization: str
    number: str
    ext: str
    group: str
    is_confidential: bool
    is_crisis_line: bool
    hours: CallingHours
    state: str


_read_why = msgspec.json.Decoder(tuple[Why, ...]).decode


def open_calls(session: Session, *, now: dt.datetime, by: Actor | None = None) -> list[Call]:
    """The calls that are to be made, in their order: all, or those within what somebody works on."""
    asked = sa.select(CallTask).where(CallTask.done_on.is_(None)).order_by(CallTask.place, CallTask.id)
    tasks = session.scalars(asked if by is None else narrowed(asked, CallTask.listing_id, by=by))
    return [call_from(task, now=now) for task in tasks]


def call_from(task: CallTask, *, now: dt.datetime) -> Call:
    """A stored call; one that was in hand for longer than it is left to anybody is in nobody's."""
    held = task.claimed_by if task.claimed_until is not None and task.claimed_until > now else None
    return Call(
        task.listing_id, task.place, task.tier, task.kind, task.minutes, _read_why(task.why), task.id, held,
        task.p_wrong,
    )  # fmt: skip


def planned_from(one: PlannedCall, *, day: int) -> Call:
    """A call that is only thought of."""
    why = tuple(Why(*reason) for reason in one.why)
    later = (Why(LATER, one.not_before),) if one.not_before > day else ()
    return Call(one.listing, one.call, one.tier, one.kind, one.minutes, (*why, *later))


def listings_of(session: Session, calls: Sequence[Call], *, day: int) -> list[PlannedListing]:
    """The calls with their listings, in the same order; what nobody may find any more is left out."""
    found: dict[int, Card] = {}
    for portion in in_portions(sorted({call.listing_id for call in calls})):
        rows = session.execute(sa.select(CardRow.record_id, CardRow.brief).where(CardRow.record_id.in_(portion)))
        found.update((record, decode_card(bytes(brief))) for record, brief in rows if brief is not None)
    return [
        _planned(call, found[call.listing_id], day=day) for call in calls if call.listing_id in found
    ]  # fmt: skip


def _planned(call: Call, card: Card, *, day: int) -> PlannedListing:
    line = next((phone for phone in card.phones if phone.kind == "voice"), None)
    group = model_of(frozenset(card.kinds)).group.code
    is_crisis = is_crisis_line(group, line.roles if line else ())
    return PlannedListing(
        call, card.id, card.name, card.organization, line.number if line else "", line.ext if line else "",
        group, card.block == "confidential", is_crisis,
        calling_hours(card, is_crisis_line=is_crisis), state_on(card, day),
    )  # fmt: skip
