"""Reads of stored cards for commands; the two hot pages read through ``directory.search.reader``."""

import datetime as dt
import uuid

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.card import Card, Document, decode_card, decode_document
from directory.cards.models import CardRow
from directory.clock import day_number
from directory.errors import NotFoundError
from directory.listings.fields import Tier, decode_plain
from directory.listings.models import Fact, Record
from directory.listings.queries import survivor_of


def card_of(session: Session, listing_id: int) -> Card | None:
    """The brief card of a listing; None when it cannot be found by anyone."""
    blob = session.scalar(sa.select(CardRow.brief).where(CardRow.record_id == listing_id))
    return decode_card(bytes(blob)) if blob is not None else None


def findable_listing(session: Session, public_id: str) -> int:
    """The record id of a listing that anyone may find; of a merged one, the listing that it was merged into.

    Raises:
        NotFoundError: the id is none, there is no such listing, or nobody may find it.
    """
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise NotFoundError("There is no such listing.") from None
    found = session.scalar(
        sa.select(CardRow.record_id)
        .join(Record, sa.func.coalesce(Record.merged_into, Record.id) == CardRow.record_id)
        .where(Record.public_id == wanted, Record.kind == "listing", CardRow.brief.is_not(None))
    )
    if found is None:
        raise NotFoundError("There is no such listing.")
    return found


def documents_of(session: Session, listing: Record, *, tier: Tier) -> list[Document]:
    """The documents a listing is composed of, cut to a tier: listing, service, location if any, organization.

    Of a service or organization that was merged into another, that one's.
    """
    parts = [listing.service_id, listing.location_id, listing.organization_id]
    wanted = [listing.id, *(survivor_of(session, one) for one in parts if one is not None)]
    rows = {
        row.record_id: row
        for row in session.execute(sa.select(CardRow).where(CardRow.record_id.in_([w for w in wanted if w]))).scalars()
    }
    return [decode_document(_blob(rows[one], tier)) for one in wanted if one in rows]


def _blob(row: CardRow, tier: Tier) -> bytes:
    chosen = {
        "public": row.public,
        "partner": row.partner or row.public,
        "coordinator": row.coordinator or row.partner or row.public,
    }[tier]
    return bytes(chosen)


class ListedListing(msgspec.Struct, frozen=True):
    """A line of the list of listings. ``is_searchable`` = anyone may find it."""

    id: str
    name: str
    organization: str
    standing: str
    location: str
    is_searchable: bool


def list_listings(session: Session, *, limit: int, only_confidential: bool = False) -> list[ListedListing]:
    """Listings by the name of their service, then by id."""
    owner = aliased(Fact)
    query = (
        sa.select(Record, Fact.value, owner.value, CardRow.brief)
        .join(Fact, sa.and_(Fact.record_id == Record.service_id, Fact.field == "name", Fact.standing == "current"))
        .outerjoin(
            owner,
            sa.and_(
                owner.record_id == Record.organization_id,
                owner.field == "name",
                owner.slot == "",
                owner.standing == "current",
            ),
        )
        .outerjoin(CardRow, CardRow.record_id == Record.id)
        .where(Record.kind == "listing")
        # A name's stored value is {"text": ...}, so its order is the name's.
        .order_by(Fact.value, Record.public_id)
        .limit(limit)
    )
    if only_confidential:
        query = query.where(Record.location_disclosure != "public")
    return [
        ListedListing(
            str(record.public_id),
            str(decode_plain(value or "{}").get("text", "")),
            str(decode_plain(of_owner or "{}").get("text", "")),
            record.standing,
            record.location_disclosure,
            brief is not None,
        )
        for record, value, of_owner, brief in session.execute(query)
    ]


def lapsed(session: Session, *, now: dt.datetime) -> list[int]:
    """Listings on whose card something lapsed by itself."""
    return list(session.scalars(sa.select(CardRow.record_id).where(CardRow.refresh_on <= day_number(now))))
