"""Facts to look at, as a verifier knows them."""

import sqlalchemy as sa

from directory.db import Database
from directory.listings.fields import decode_plain
from directory.listings.models import Fact
from verifiers.subject import Known


def known_facts(database: Database, field: str) -> list[Known]:
    """The current facts of a field, in the order in which they came."""
    with database.reading() as session:
        rows = session.scalars(sa.select(Fact).where(Fact.field == field, Fact.standing == "current").order_by(Fact.id))
        return [Known(fact.id, field, decode_plain(fact.value or "{}"), slot=fact.slot) for fact in rows]
