"""Rebuild cards: in the writer's transaction, for every listing that a touched record is part of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.believing import Heard, Part, hear
from directory.cards.card import Card, Document, encode
from directory.cards.documents import (
    Composition,
    KnownFact,
    RecordHead,
    card,
    closed_union,
    document,
    is_closed,
    is_searchable,
    names_of,
    point_of,
    unexpired,
    union,
    words_of,
)
from directory.cards.documents import refresh_on as first_refresh
from directory.cards.models import CardRow
from directory.clock import day_number
from directory.db import in_portions, insert_rows
from directory.freshness.belief import Belief
from directory.freshness.learnt import figures_of
from directory.freshness.models import Evidence
from directory.freshness.observations import Observation, second_of
from directory.freshness.policy import supports, warns
from directory.freshness.queries import reported_days, still_counts
from directory.freshness.reasons import is_withheld
from directory.freshness.service import write_beliefs
from directory.listings.fields import TIERS, decode_plain
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.vetting_steps import is_kept_away
from directory.people.models import Network
from directory.sources.models import Claim, Source, SourceRecord


class Shown(msgspec.Struct, frozen=True):
    """A listing whose card was rebuilt: what search needs to post it.

    ``card`` None = it cannot be found any more. ``point`` is latitude and longitude of a public site. ``words`` are all
    words it is found by, ``names`` those of its names. What is closed keeps its names, so that whoever asks for it by
    name is told.
    """

    record_id: int
    card: Card | None
    point: tuple[float, float] | None
    names: str
    words: str

    @property
    def is_known_by_words(self) -> bool:
        """Whether its words are kept: those of what can be found, and of what is closed its names."""
        return self.card is not None or bool(self.names)


class Made(msgspec.Struct, frozen=True):
    """Cards as the facts give them: rows of ``card`` by record, the listings among them, and what is believed of them.

    ``shells``: records that an import brought which was taken back; they have no card.
    """

    rows: dict[int, dict[str, Any]]
    shown: list[Shown]
    beliefs: dict[int, Belief]
    shells: frozenset[int] = frozenset()


def rebuild_cards(session: Session, touched: Iterable[int], *, now: dt.datetime) -> list[Shown]:
    """Write the documents and cards of every record that ``touched`` has a part in; return the listings among them."""
    made = make_cards(session, touched, now=now)
    for portion in in_portions(sorted(made.rows.keys() | made.shells)):
        session.execute(sa.delete(CardRow).where(CardRow.record_id.in_(portion)))
    insert_rows(session, CardRow, list(made.rows.values()))
    write_beliefs(session, made.beliefs, of=[one.record_id for one in made.shown])
    return made.shown


def make_cards(
    session: Session, touched: Iterable[int], *, now: dt.datetime, without: Collection[int] = frozenset()
) -> Made:
    """Make the documents and cards of every record that ``touched`` has a part in, and write nothing.

    Args:
        session: any session.
        touched: records.
        now: the instant whose day decides what has lapsed.
        without: facts that are left out, as if nobody had ever said them.
    """
    records = _with_relatives(session, set(touched))
    known = _joined(session, records, _known_facts(session, list(records), without))
    practice = set(session.scalars(sa.select(Network.id).where(Network.kind == "practice")))
    public: dict[int, Document] = {}
    rows: dict[int, dict[str, Any]] = {}
    today = day_number(now)
    closed = _months_of_closing(session, [record.id for record in records.values() if record.standing == "closed"])
    for record in records.values():
        blobs = _documents(record, unexpired(known[record.id], today=today), closed.get(record.id, ""))
        public[record.id] = blobs[0]
        rows[record.id] = _row(record.id, blobs)
    listings = [record for record in records.values() if record.kind == "listing"]
    reports = reported_days(session, [listing.id for listing in listings])
    shells = _shells(session, list(records))
    figures = figures_of(session)
    shown: list[Shown] = []
    beliefs: dict[int, Belief] = {}
    for listing in listings:
        reported = reports.get(listing.id, [])
        heard = _heard(listing, records, known, reported)
        belief = heard.belief(figures)
        if listing.id not in shells and _is_kept(listing, records):
            beliefs[listing.id] = belief
        shown.append(
            Shown(listing.id, None, None, "", "")
            if listing.id in shells
            else _show(
                listing, records, public, rows[listing.id], today=today, practice=listing.network_id in practice,
                belief=heard.belief_shown(belief, figures), is_away=_is_away(listing, records, known),
                reported=dt.date.fromordinal(reported[-1]) if reported else None,
            )
        )  # fmt: skip
    kept = {record_id: row for record_id, row in rows.items() if record_id not in shells}
    return Made(kept, shown, beliefs, shells)


def heard_of(session: Session, listing_ids: Iterable[int], *, until: dt.date | None = None) -> dict[int, Heard]:
    """All that was observed about these listings, by listing, with every day on which readers reported them.

    Args:
        session: any session.
        listing_ids: records of listings; what is none is left out.
        until: the last day of which is told what was observed; None = all.
    """
    wanted = set(listing_ids)
    records = _with_relatives(session, wanted)
    known = _joined(session, records, _known_facts(session, list(records)))
    days = reported_days(session, wanted)
    last = second_of(until.toordinal() + 1) if until is not None else None
    found: dict[int, Heard] = {}
    for listing_id in sorted(wanted & records.keys()):
        if records[listing_id].kind == "listing":
            heard = _heard(records[listing_id], records, known, days.get(listing_id, []))
            found[listing_id] = heard if last is None else heard.before(last)
    return found


def _heard(
    listing: Record, records: dict[int, Record], known: dict[int, list[KnownFact]], reported: Iterable[int]
) -> Heard:
    service = _survivor(records, listing.service_id)

    def part(record: Record) -> Part:
        return Part(_head(record), known[record.id])

    return hear(
        organization=part(_survivor(records, service.organization_id)),
        service=part(service),
        location=part(records[listing.location_id]) if listing.location_id in records else None,
        listing=part(listing),
        reported=reported,
    )


def _is_kept(listing: Record, records: dict[int, Record]) -> bool:
    """Whether anything is to be found out about a listing still: it was not merged, closed or taken off."""
    service = _survivor(records, listing.service_id)
    levels = (listing, service, _survivor(records, service.organization_id))
    return all(one.standing in ("listed", "suspended") for one in levels)


def _is_away(listing: Record, records: dict[int, Record], known: dict[int, list[KnownFact]]) -> bool:
    """Whether vetting keeps it from being found: it, its service or its organization is paused or removed."""
    service = _survivor(records, listing.service_id)
    levels = (listing.id, service.id, _survivor(records, service.organization_id).id)
    return is_kept_away({fact.slot for one in levels for fact in known[one] if fact.field == "vetting"})


def _shells(session: Session, record_ids: list[int]) -> frozenset[int]:
    """Those of these records that are nothing any more: what brought them was undone."""
    found: set[int] = set()
    for portion in in_portions(record_ids):
        born = sa.select(Record.id).join(Change, Change.id == Record.change_id)
        found.update(session.scalars(born.where(Record.id.in_(portion), Change.state == "undone")))
    return frozenset(found)


def _with_relatives(session: Session, touched: set[int]) -> dict[int, Record]:
    """The touched records, the listings they are part of, and the records those listings are composed of."""
    records: dict[int, Record] = {}

    def load(condition: Any, values: Iterable[int | None]) -> list[Record]:
        wanted = sorted({value for value in values if value is not None})
        found: list[Record] = []
        for portion in in_portions(wanted):
            query = sa.select(Record).where(condition.in_(portion)).execution_options(populate_existing=True)
            found += session.scalars(query)
        records.update({record.id: record for record in found})
        return found

    def load_joined() -> list[Record]:
        """What these records were merged into, and whatever else was merged into that."""
        survivors = load(Record.id, {record.merged_into for record in records.values()} - records.keys())
        return survivors + load(Record.merged_into, records.keys())

    load(Record.id, touched)
    load_joined()
    first = list(records.values())
    organizations = [record.id for record in first if record.kind == "organization"]
    services = [record.id for record in first if record.kind == "service"]
    places = [record.id for record in first if record.kind == "location"]
    if organizations:
        services += [r.id for r in load(Record.organization_id, organizations) if r.kind == "service"]
    load(Record.service_id, services)
    load(Record.location_id, places)
    found = 0
    while len(records) > found:
        found = len(records)
        load(Record.id, {one for r in records.values() for one in (r.service_id, r.location_id)} - records.keys())
        load(Record.id, {record.organization_id for record in records.values()} - records.keys())
        load_joined()
    return dict(sorted(records.items()))


def _joined(
    session: Session, records: dict[int, Record], known: dict[int, list[KnownFact]]
) -> dict[int, list[KnownFact]]:
    """The facts of each record, and with those of a record the facts of what was merged into it."""
    absorbed: dict[int, list[Record]] = defaultdict(list)
    for record in records.values():
        if record.merged_into is not None:
            absorbed[record.merged_into].append(record)
    organizations = [one for one, others in absorbed.items() if others[0].kind == "organization"]
    closed = _with_confidential(session, [*organizations, *(o.id for one in organizations for o in absorbed[one])])
    joined = dict(known)
    for survivor, others in absorbed.items():
        facts = union(known[survivor], *(known[other.id] for other in others))
        is_closed = bool(closed & {survivor, *(other.id for other in others)})
        joined[survivor] = closed_union(facts) if is_closed else facts
    return defaultdict(list, joined)


def _with_confidential(session: Session, organization_ids: list[int]) -> set[int]:
    """Those of these organizations that offer something confidential."""
    found: set[int] = set()
    for portion in in_portions(organization_ids):
        rows = session.scalars(
            sa.select(Record.organization_id).where(
                Record.organization_id.in_(portion), Record.kind == "service", Record.location_disclosure != "public"
            )
        )
        found.update(one for one in rows if one is not None)
    return found


def _known_facts(
    session: Session, record_ids: list[int], without: Collection[int] = frozenset()
) -> dict[int, list[KnownFact]]:
    known: dict[int, list[KnownFact]] = defaultdict(list)
    for portion in in_portions(record_ids):
        observed = _observed(session, portion)
        claims = _claims(session, portion)
        facts = session.execute(
            sa.select(Fact.id, Fact.record_id, Fact.field, Fact.slot, Fact.value, Fact.tier, Change.proposed_at)
            .join(Change, Change.id == Fact.change_id)
            .where(Fact.record_id.in_(portion), Fact.standing == "current")
            .order_by(Fact.record_id, Fact.field, Fact.slot)
        )
        for fact in facts:
            if fact.id in without:
                continue
            said, source = claims.get(fact.id, ("", ""))
            seen = observed.get(fact.id, [])
            born = dt.date.fromisoformat(said) if said else fact.proposed_at.date()
            confirmed, method, warned = _last_word(seen)
            tier: Any = fact.tier
            known[fact.record_id].append(
                KnownFact(
                    fact.field, fact.slot, decode_plain(fact.value), tier, said, source, confirmed, method, warned,
                    withheld=fact.field == "url" and is_withheld(seen),
                    heard=(Observation(second_of(born.toordinal()), fact.field, "import", "said"), *seen),
                )
            )  # fmt: skip
    return known


def _observed(session: Session, record_ids: Any) -> dict[int, list[Observation]]:
    """Fact id -> what was observed about it, in order."""
    found: dict[int, list[Observation]] = defaultdict(list)
    rows = session.execute(
        sa.select(
            Evidence.fact_id, Fact.field, Fact.slot, Evidence.observed_at, Evidence.method, Evidence.outcome,
            Evidence.log2_odds, Evidence.lineage, Source.lineage.label("of_source"),
        )
        .join(Fact, Fact.id == Evidence.fact_id)
        .outerjoin(Source, Source.id == Evidence.source_id)
        .where(Fact.record_id.in_(record_ids), Fact.standing == "current", still_counts())
        .order_by(Evidence.observed_at, Evidence.id)
    )  # fmt: skip
    for row in rows:
        # Two lists of one origin say one thing. A call stays a call, whatever file brought it.
        lineage = row.lineage or (row.of_source if row.method in ("feed", "import") else "") or ""
        found[row.fact_id].append(
            Observation(
                int(row.observed_at.timestamp()), row.field, row.method, row.outcome, row.log2_odds, row.slot, lineage
            )
        )
    return found


def _last_word(observed: Iterable[Observation]) -> tuple[str, str, bool]:
    """Day and method of the last support, and whether something warned since."""
    on, method, warned = "", "", False
    for one in observed:
        if supports(one.log2_odds):
            on, method = dt.date.fromordinal(one.day).isoformat(), one.method
        # Only what supports it ends a warning: a source's own word that it looked at it does not.
        warned = warns(one.log2_odds) or (warned and not supports(one.log2_odds))
    return on, method, warned


def _claims(session: Session, record_ids: Any) -> dict[int, tuple[str, str]]:
    """Fact id -> (day since which a source says it, the source's name)."""
    rows = session.execute(
        sa.select(Claim.fact_id, sa.func.max(Claim.said_at), sa.func.min(sa.func.coalesce(Source.owner, Source.key)))
        .join(Fact, Fact.id == Claim.fact_id)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .where(Fact.record_id.in_(record_ids), Fact.standing == "current", Claim.gone_at.is_(None))
        .group_by(Claim.fact_id)
    )
    return {fact_id: (said_at.date().isoformat(), source) for fact_id, said_at, source in rows}


def _months_of_closing(session: Session, record_ids: list[int]) -> dict[int, str]:
    """Record -> the month in which it was closed last."""
    found: dict[int, str] = {}
    for portion in in_portions(record_ids):
        rows = session.execute(
            sa.select(ChangeItem.entity_id, sa.func.max(sa.func.coalesce(Change.decided_at, Change.proposed_at)))
            .join(Change, Change.id == ChangeItem.change_id)
            .where(
                ChangeItem.entity == "record", ChangeItem.entity_id.in_(portion), Change.state == "applied",
                ChangeItem.before.contains('"standing"', autoescape=True),
            )
            .group_by(ChangeItem.entity_id)
        )  # fmt: skip
        found.update((record_id, f"{at:%Y-%m}") for record_id, at in rows if at is not None)
    return found


def _documents(record: Record, facts: list[KnownFact], closed_in: str) -> list[Document]:
    return [document(_head(record, closed_in), facts, tier) for tier in TIERS]


def _head(record: Record, closed_in: str = "") -> RecordHead:
    return RecordHead(
        str(record.public_id), record.kind, record.standing, record.location_disclosure, record.published_area or "",
        closed_in,
    )  # fmt: skip


def _row(record_id: int, documents: list[Document]) -> dict[str, Any]:
    """Blobs of a record; a tier that sees no more than the one below it is not stored twice."""
    facts = [one.facts for one in documents]
    return {
        "record_id": record_id,
        "brief": None,
        "public": encode(documents[0]),
        "partner": encode(documents[1]) if facts[1] != facts[0] else None,
        "coordinator": encode(documents[2]) if facts[2] != facts[1] else None,
        "refresh_on": None,
    }


def _show(
    listing: Record,
    records: dict[int, Record],
    public: dict[int, Document],
    row: dict[str, Any],
    *,
    today: int,
    practice: bool,
    belief: Belief,
    reported: dt.date | None,
    is_away: bool,
) -> Shown:
    service = _survivor(records, listing.service_id)
    parts = Composition(
        listing=public[listing.id],
        service=public[service.id],
        organization=public[_survivor(records, service.organization_id).id],
        location=public.get(listing.location_id or 0),
    )
    if is_away:
        # Nor is anybody told that it was paused or removed, who asks for it by its name.
        return Shown(listing.id, None, None, "", "")
    if not is_searchable(parts):
        names = names_of(parts) if is_closed(parts) else ""
        return Shown(listing.id, None, None, names, names)
    brief = card(parts, today=today, practice=practice, belief=belief, reported=reported)
    row["brief"] = encode(brief)
    row["refresh_on"] = first_refresh(parts, today=today)
    return Shown(listing.id, brief, point_of(parts), names_of(parts), words_of(parts))


def _survivor(records: dict[int, Record], record_id: int | None) -> Record:
    record = records[record_id or 0]
    return record if record.merged_into is None else records[record.merged_into]
