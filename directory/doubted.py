"""Listings that machines alone speak against: found, weighed, and hidden as the table of states allows.

What readers report plays no part. A person decides about the last open listing of a kind in its area.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.cards.queries import card_of
from directory.cards.service import heard_of
from directory.clock import day_number
from directory.db import in_portions
from directory.freshness.belief import believe
from directory.freshness.learnt import figures_of
from directory.freshness.models import Evidence
from directory.freshness.observations import OF_PEOPLE
from directory.freshness.policy import supports
from directory.freshness.queries import still_counts
from directory.integrity.service import Against, suspend
from directory.integrity.table import LEAST_WITNESSES
from directory.integrity.witnesses import METHODS, Look, speaking, speaks_against
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Hiding, Record
from directory.listings.queries import get_record, joined_ids
from directory.places.gazetteer import Gazetteer
from directory.search.models import SearchKey
from directory.search.postings import CONFIDENTIAL, COUNTRIES, kind_cell, kind_term
from directory.values.web_address import registered_domain, site_domain

# What was seen longer ago than this says nothing about today.
_HOLDS = dt.timedelta(days=400)
# What a look can find out about whether a service is there and can be reached.
_FIELDS = ("phone", "url", "email", "name", "status")


def suspend_doubted(session: Session, *, gazetteer: Gazetteer, now: dt.datetime) -> int:
    """Hide every listing that two independent kinds of automatic evidence say is closed or dead; return how many.

    One after the other, so that of several in an area the last stays.
    """
    hidden = 0
    for listing_id in _spoken_against(session, now=now):
        found = _weighed(session, listing_id, gazetteer=gazetteer, now=now)
        if found is not None and suspend(session, listing_id, found, now=now).is_allowed:
            # The next one is weighed against what is still open.
            session.execute(sa.delete(SearchKey).where(SearchKey.sid == listing_id))
            hidden += 1
    return hidden


def _spoken_against(session: Session, *, now: dt.datetime) -> list[int]:
    """Listings of which a machine said lately that something is dead."""
    rows = session.execute(
        sa.select(Fact.record_id, Evidence.method, Evidence.outcome)
        .join(Fact, Fact.id == Evidence.fact_id)
        .where(
            Evidence.method.in_(METHODS), Evidence.observed_at > now - _HOLDS, Fact.standing == "current",
            Fact.field.in_(_FIELDS), still_counts(),
        )
        .distinct()
    )  # fmt: skip
    records = {record_id for record_id, method, outcome in rows if speaks_against(method, outcome)}
    found: set[int] = set()
    for portion in in_portions(sorted(joined_ids(session, records))):
        service = sa.select(Record.id).where(Record.kind == "service", Record.organization_id.in_(portion))
        found.update(
            session.scalars(
                sa.select(Record.id)
                .join(CardRow, CardRow.record_id == Record.id)
                .where(
                    Record.kind == "listing", Record.standing == "listed", CardRow.brief.is_not(None),
                    sa.or_(Record.id.in_(portion), Record.service_id.in_(portion), Record.service_id.in_(service)),
                )
            )
        )  # fmt: skip
    return sorted(found)


def _weighed(session: Session, listing_id: int, *, gazetteer: Gazetteer, now: dt.datetime) -> Against | None:
    """What speaks against a listing; None where fewer than two kinds do."""
    card = card_of(session, listing_id)
    facts = _facts(session, get_record(session, listing_id))
    if card is None or not facts:
        return None
    rows = _evidence(session, facts)
    looks = [
        Look(row.observed_at, row.fact_id, facts[row.fact_id].field, row.method, row.outcome, row.lineage or "")
        for row in rows
    ]
    lines = {one.id for one in facts.values() if one.field == "phone"}
    kinds = speaking(
        looks, lines=lines, after=_stood_up_for(session, listing_id, rows), mail_is_of_site=_is_one_name(facts.values())
    )
    if len(kinds) < LEAST_WITNESSES:
        return None
    heard = heard_of(session, [listing_id])[listing_id]
    # Readers' reports play no part.
    observations = [one for one in heard.observations if one.method != "report"]
    reachable = believe(
        observations, heard.kinds, as_of=day_number(now), line=heard.line, parameters=figures_of(session)
    ).p_reachable
    return Against(kinds, 1 - reachable, _is_last(session, listing_id, card, gazetteer))


def _facts(session: Session, listing: Record) -> dict[int, Fact]:
    """The public facts by which a listing can be reached and is known: its own, or else those of its organization."""
    service = get_record(session, listing.service_id or 0)
    own = joined_ids(session, [listing.id, service.id, *([listing.location_id] if listing.location_id else [])])
    organization = joined_ids(session, [service.organization_id])
    rows = session.scalars(
        sa.select(Fact)
        .where(
            Fact.record_id.in_(sorted(own | organization)), Fact.standing == "current",
            sa.or_(Fact.tier == "public", Fact.field != "phone"), Fact.field.in_(_FIELDS),
        )
        .order_by(Fact.id)
    ).all()  # fmt: skip
    stated = {fact.field for fact in rows if fact.record_id in own}
    return {fact.id: fact for fact in rows if fact.record_id in own or fact.field not in stated}


def _evidence(session: Session, facts: Iterable[int]) -> list[Evidence]:
    found: list[Evidence] = []
    for portion in in_portions(sorted(facts)):
        found += session.scalars(
            sa.select(Evidence)
            .where(Evidence.fact_id.in_(portion), still_counts())
            .order_by(Evidence.observed_at, Evidence.id)
        )
    return found


def _stood_up_for(session: Session, listing_id: int, rows: Iterable[Evidence]) -> dt.datetime | None:
    """When a person last found it right, or two showed it again after it was hidden for good."""
    told = [row.observed_at for row in rows if row.method in OF_PEOPLE and supports(row.log2_odds)]
    shown = session.scalar(
        sa.select(sa.func.max(Hiding.ended_at)).where(
            Hiding.record_id == listing_id, Hiding.seconded_by.is_not(None), Hiding.ended_at.is_not(None)
        )
    )
    return max([*told, *([shown] if shown else [])], default=None)


def _is_one_name(facts: Iterable[Fact]) -> bool:
    """Whether a mailbox has the same registered name as the site: then both go together."""
    texts = [(fact.field, str(decode_plain(fact.value or "{}").get("text", ""))) for fact in facts]
    sites = {registered_domain(site_domain(text)) for field, text in texts if field == "url"}
    mails = {registered_domain(text.rpartition("@")[2]) for field, text in texts if field == "email"}
    return bool(sites & mails)


# ---------------------------------------------------------------------- the last one of its kind in its area


def _is_last(session: Session, listing_id: int, card: Card, gazetteer: Gazetteer) -> bool:
    """Whether no other organization has an open listing of one of its kinds in its county or published area.

    Others of the same organization may be gone with it, and one whose number may not work is no help.
    """
    area = _area_of(card, gazetteer)
    return not card.kinds or not all(
        any(
            other.organization != card.organization
            and not other.may_not_work
            and other.practice == card.practice
            and _area_of(other, gazetteer) == area
            for other in _of_kind(session, kind, card, apart_from=listing_id)
        )
        for kind in card.kinds
    )


def _of_kind(session: Session, kind: str, card: Card, *, apart_from: int) -> Iterator[Card]:
    """Open listings of a kind that stand where this one does: at sites, for areas, or in confidential areas."""
    shift = CONFIDENTIAL if card.block == "confidential" else 0
    posted = (
        SearchKey.term == kind_term(kind)
        if card.block == "site"
        else sa.and_(
            SearchKey.term.between(shift + COUNTRIES, shift + CONFIDENTIAL - 1),
            SearchKey.cell == kind_cell(kind),
        )
    )
    ids = session.scalars(sa.select(SearchKey.sid).where(posted, SearchKey.sid != apart_from).distinct()).all()
    for portion in in_portions(sorted(ids)):
        rows = session.scalars(sa.select(CardRow.brief).where(CardRow.record_id.in_(portion)))
        for blob in rows.all():
            if blob is not None:
                yield decode_card(bytes(blob))


def _area_of(card: Card, gazetteer: Gazetteer) -> tuple[str, str]:
    """Where it stands: in which county (or, where none is known, town), or for which published area."""
    if card.block != "site":
        return card.block, card.place
    town = next(iter(gazetteer.candidates(card.place, country=card.country)), None)
    return card.block, (town.county if town else None) or card.place
