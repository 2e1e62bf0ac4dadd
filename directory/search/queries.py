"""Reads a listing for its page, in one statement: its card, and the public documents it is composed of.

It needs the structure of ``record`` (which service, organization and place belong to a listing), no facts.
"""

import uuid
from typing import Any, NamedTuple

from directory.cards.card import Card, decode_card, decode_document
from directory.cards.documents import Composition
from directory.errors import NotFoundError
from directory.search.query import Plan
from directory.search.sql import Dialect, Row, Statement, Steps

# The blobs of a listing with whatever it is composed of; what was merged is shown as what it was merged into.
BLOBS = """
    SELECT own.brief, own.public, service_card.public, organization_card.public, place_card.public
    FROM record AS asked
    JOIN record AS listing ON listing.id = coalesce(asked.merged_into, asked.id)
    JOIN record AS service ON service.id = listing.service_id
    JOIN record AS organization ON organization.id = service.organization_id
    JOIN card AS own ON own.record_id = listing.id
    JOIN card AS service_card ON service_card.record_id = coalesce(service.merged_into, service.id)
    JOIN card AS organization_card
      ON organization_card.record_id = coalesce(organization.merged_into, organization.id)
    LEFT JOIN card AS place_card ON place_card.record_id = listing.location_id
"""
BY_ID = f"{BLOBS} WHERE asked.public_id = ? AND asked.kind = 'listing'"


class ListingPage(NamedTuple):
    """What anyone may see of a listing."""

    card: Card
    parts: Composition


def reading_listing(public_id: str) -> Plan:
    """The plan that reads a listing by its public id; the result is a ``ListingPage``.

    Running it raises ``NotFoundError`` when the id is none, there is no such listing, or nobody may find it any longer.
    """
    return lambda dialect: _listing(public_id, dialect)


def _listing(public_id: str, dialect: Dialect) -> Steps[ListingPage]:
    rows = yield Statement(f"{BY_ID} AND own.brief IS NOT NULL", [id_of(public_id, dialect)])
    if not rows:
        raise NotFoundError("There is no such listing.")
    return ListingPage(decode_card(rows[0][0]), composed(rows[0]))


def id_of(public_id: str, dialect: Dialect) -> Any:
    """A public id as it is stored; raises ``NotFoundError`` for what is none."""
    try:
        return dialect.public_id(uuid.UUID(public_id))
    except ValueError:
        raise NotFoundError("There is no such listing.") from None


def composed(row: Row) -> Composition:
    """The documents in a row of ``BLOBS``."""
    _, listing, service, organization, place = row
    return Composition(
        listing=decode_document(listing),
        service=decode_document(service),
        organization=decode_document(organization),
        location=None if place is None else decode_document(place),
    )
