"""Reads what was seen and heard of every service, as far as it teaches something about the figures of belief."""

import datetime as dt
from collections import defaultdict

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.models import CardRow
from directory.clock import day_number
from directory.db import in_portions
from directory.freshness.belief import chances_on
from directory.freshness.chances import CLOSED, PHONE
from directory.freshness.gathered import TRACES, Gathered
from directory.freshness.models import Belief, Evidence
from directory.freshness.observations import OF_PEOPLE
from directory.freshness.parameters import Group, Parameters
from directory.freshness.queries import kinds_by_record, still_counts
from directory.listings.models import Fact, Record
from directory.people.models import Network
from directory.truth.labels import Family, Look

_FIELDS = ("", "phone", "name", "status", "url")
_gathered = msgspec.json.Decoder(Gathered)


def families(session: Session, *, now: dt.datetime, figures: Parameters) -> list[Family]:
    """Every service that is not invented, with what people, the provider and its own pages said of it until now.

    Values that do not stand any more are part of it: a number that was found wrong was replaced since.
    """
    owner = _owner_by_record(session)
    looks: dict[int, list[Look]] = defaultdict(list)
    for record_id, look in [*_words(session), *_traces(session, figures)]:
        if record_id in owner:
            looks[owner[record_id]].append(look)
    kinds = _kinds(session, owner)
    believed = _believed(session, owner, kinds, day=day_number(now), figures=figures)
    found = []
    for service in sorted(looks):
        group = figures.group_of(kinds.get(service, ()))
        p_phone, p_closed = believed.get(service, (None, None))
        found.append(Family(group.code, looks[service], p_phone, p_closed, _phone_share(group, figures)))
    return found


def _phone_share(group: Group, figures: Parameters) -> float:
    """Of lines that are dead, the share of which the organization is still there."""
    gone = group.hazards.closed * figures.organization_share
    return group.hazards.phone / (group.hazards.phone + gone)


def _owner_by_record(session: Session) -> dict[int, int]:
    """Record -> the service that it belongs to. What is an organization's own belongs to the first of its services."""
    practice = sa.select(Network.id).where(Network.kind == "practice")
    rows = session.execute(
        sa.select(Record.id, Record.kind, Record.service_id, Record.organization_id, Record.merged_into)
        .where(Record.kind.in_(("service", "listing", "organization")), Record.network_id.not_in(practice))
        .order_by(Record.id)
    ).all()
    survivor = {row.id: row.merged_into for row in rows if row.merged_into is not None}
    found: dict[int, int] = {}
    for row in rows:
        if row.kind == "service":
            found[row.id] = survivor.get(row.id, row.id)
            found.setdefault(survivor.get(row.organization_id, row.organization_id), found[row.id])
        elif row.kind == "listing":
            found[row.id] = survivor.get(row.service_id, row.service_id)
    return found


def _words(session: Session) -> list[tuple[int, Look]]:
    rows = session.execute(
        sa.select(
            Fact.record_id, Fact.field, Fact.slot, Evidence.method, Evidence.outcome, Evidence.log2_odds,
            Evidence.observed_at,
        )
        .join(Fact, Fact.id == Evidence.fact_id)
        .where(Evidence.method.in_(sorted(OF_PEOPLE)), Fact.field.in_(_FIELDS), still_counts())
    )  # fmt: skip
    return [
        (
            row.record_id,
            Look(
                day_number(row.observed_at), row.field, (row.record_id, row.slot), row.method, row.outcome,
                row.log2_odds,
            ),
        )
        for row in rows
    ]  # fmt: skip


def _traces(session: Session, figures: Parameters) -> list[tuple[int, Look]]:
    """Looks at own pages and sites: all where one was lost; else the first and the last that saw it, which say all."""
    found: list[tuple[int, Look]] = []
    for method, field in TRACES:
        seen = {code: one.seen for code, one in figures.outcomes[method].items() if one.seen is not None}
        there = [code for code, is_seen in seen.items() if is_seen]
        gone = [code for code, is_seen in seen.items() if not is_seen]
        of_method = (Evidence.method == method, Fact.field == field, still_counts())
        columns = (Fact.record_id, Fact.slot, Evidence.outcome, Evidence.observed_at)
        all_looks = sa.select(*columns).join(Fact, Fact.id == Evidence.fact_id)
        lost = list(
            session.scalars(
                sa.select(Evidence.fact_id)
                .join(Fact, Fact.id == Evidence.fact_id)
                .where(*of_method, Evidence.outcome.in_(gone))
                .distinct()
            )
        )
        looks: list[tuple[int, str, str, dt.datetime]] = []
        for portion in in_portions(sorted(lost)):
            rows = session.execute(
                all_looks.where(*of_method, Evidence.fact_id.in_(portion), Evidence.outcome.in_(seen))
            )
            looks += [(row.record_id, row.slot, row.outcome, row.observed_at) for row in rows]
        ends = session.execute(
            sa.select(
                Evidence.fact_id, Fact.record_id, Fact.slot, sa.func.min(Evidence.observed_at).label("first"),
                sa.func.max(Evidence.observed_at).label("last"),
            )
            .join(Fact, Fact.id == Evidence.fact_id)
            .where(*of_method, Evidence.outcome.in_(there))
            .group_by(Evidence.fact_id, Fact.record_id, Fact.slot)
        )  # fmt: skip
        was_lost = set(lost)
        for end in ends:
            if end.fact_id not in was_lost:
                looks += [(end.record_id, end.slot, there[0], at) for at in {end.first, end.last}]
        found += [
            (record, Look(day_number(at), field, (record, slot), method, outcome, 0, seen=seen[outcome]))
            for record, slot, outcome, at in looks
        ]
    return found


def _kinds(session: Session, owner: dict[int, int]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for record_id, slugs in kinds_by_record(session).items():
        if record_id in owner:
            found[owner[record_id]] |= slugs
    return dict(found)


def _believed(
    session: Session, owner: dict[int, int], kinds: dict[int, frozenset[str]], *, day: int, figures: Parameters
) -> dict[int, tuple[float | None, float | None]]:
    """Service -> the doubt about the number, and about its being offered, of the first place that anybody can find."""
    found: dict[int, tuple[float | None, float | None]] = {}
    rows = session.execute(
        sa.select(Belief.listing_id, Belief.gathered)
        .join(CardRow, CardRow.record_id == Belief.listing_id)
        .where(CardRow.brief.is_not(None), Belief.gathered.is_not(None))
        .order_by(Belief.listing_id)
    )
    for listing_id, gathered in rows:
        service = owner.get(listing_id)
        if service is None or service in found:
            continue
        # Readers' reports overstate, and nothing may be learnt from whoever sends many.
        quiet = msgspec.structs.replace(_gathered.decode(gathered or b""), loud=None)
        chances = chances_on(quiet, kinds.get(service, frozenset()), day=day, parameters=figures)
        whole = 1 + sum(chances)
        found[service] = (sum(chances[one] for one in PHONE) / whole, sum(chances[one] for one in CLOSED) / whole)
    return found
