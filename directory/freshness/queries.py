"""Reads of what readers reported, and of the listings that they may report about."""

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import in_portions
from directory.errors import NotFoundError
from directory.freshness.models import ReportCount
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record


def last_reports(session: Session, listing_ids: Iterable[int]) -> dict[int, dt.date]:
    """Listing -> the last day (UTC) on which a reader reported it; listings that nobody reported are not in it."""
    found: dict[int, dt.date] = {}
    for portion in in_portions(sorted(set(listing_ids))):
        rows = session.execute(
            sa.select(ReportCount.listing_id, sa.func.max(ReportCount.day))
            .where(ReportCount.listing_id.in_(portion))
            .group_by(ReportCount.listing_id)
        )
        found.update((listing_id, dt.date.fromordinal(day)) for listing_id, day in rows)
    return found


def listing_on_show(session: Session, public_id: str) -> int:
    """The record id of a listing that anyone may find; of a merged one, the listing that it was merged into.

    Raises:
        NotFoundError: the id is none, there is no such listing, or nobody may find it.
    """
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise NotFoundError("There is no such listing.") from None
    asked, listing, service, organization = (aliased(Record) for _ in range(4))
    row = session.execute(
        sa.select(listing.id, service.id)
        .select_from(asked)
        .join(listing, listing.id == sa.func.coalesce(asked.merged_into, asked.id))
        .join(service, service.id == listing.service_id)
        .join(organization, organization.id == service.organization_id)
        .where(
            asked.public_id == wanted,
            asked.kind == "listing",
            *(level.standing == "listed" for level in (listing, service, organization)),
        )
    ).first()
    if row is None or not _is_active(session, *row):
        raise NotFoundError("There is no such listing.")
    return int(row[0])


def _is_active(session: Session, listing_id: int, service_id: int) -> bool:
    """Whether the source calls it active or says nothing; what is said of the listing goes before its service."""
    said = dict(
        session.execute(
            sa.select(Fact.record_id, Fact.value).where(
                Fact.record_id.in_([listing_id, service_id]), Fact.field == "status", Fact.standing == "current"
            )
        ).all()
    )
    value = said.get(listing_id, said.get(service_id)) or "{}"
    return str(decode_plain(value).get("text", "")).casefold() in {"", "active"}
