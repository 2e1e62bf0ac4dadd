"""By which ids people know what rows of a source are about."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.listings.models import Record


def public_ids_of(session: Session, record_ids: Collection[int]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Of each of these organizations and services the public ids of its organization and of its listings."""
    wanted = sorted(record_ids)
    owner: dict[int, int] = {}
    listings: dict[int, list[str]] = defaultdict(list)
    for portion in in_portions(wanted):
        for record_id, organization_id in session.execute(
            sa.select(Record.id, Record.organization_id).where(Record.id.in_(portion))
        ):
            owner[record_id] = organization_id or record_id
        for service_id, public_id in session.execute(
            sa.select(Record.service_id, Record.public_id)
            .where(Record.service_id.in_(portion), Record.kind == "listing")
            .order_by(Record.id)
        ):
            listings[service_id or 0].append(str(public_id))
    public: dict[int, str] = {}
    for portion in in_portions(sorted(set(owner.values()))):
        for record_id, public_id in session.execute(
            sa.select(Record.id, Record.public_id).where(Record.id.in_(portion))
        ):
            public[record_id] = str(public_id)
    return {one: (public[owner[one]], tuple(listings.get(one, ()))) for one in wanted}
