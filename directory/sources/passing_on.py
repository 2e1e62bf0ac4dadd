"""What of the directory may be in a copy for somebody: the rule of ``policy``, asked for every fact that is held.

Every export takes what it writes through here (``tests/house/test_exports.py`` knows them all).
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.listings.models import Change, Fact
from directory.sources.models import Claim, Source, SourceRecord
from directory.sources.policy import Receiver, allowed, attribution
from directory.sources.queries import terms_of


def withheld_facts(session: Session, *, to: Receiver, records: Iterable[int] | None = None) -> dict[int, int]:
    """Current facts that may not be in a copy for this receiver, with the record of each.

    A fact is withheld when sources say it, or once said it, and none of those may be passed on. What somebody here
    entered by hand is the directory's own, also where a source came to say the same.

    Args:
        session: any session.
        to: for whom the copy is.
        records: only facts of these records; all when None.
    """
    sources = [terms_of(source) for source in session.scalars(sa.select(Source).order_by(Source.id))]
    passed_on = [terms.id for terms in allowed(sources, to)]
    if len(passed_on) == len(sources):
        return {}
    says = sa.case((SourceRecord.source_id.in_(passed_on), 1), else_=0)
    query = (
        sa.select(Fact.id, Fact.record_id)
        .join(Claim, Claim.fact_id == Fact.id)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Change, Change.id == Fact.change_id)
        .where(Fact.standing == "current", Change.kind != "edit")
        .group_by(Fact.id, Fact.record_id)
        .having(sa.func.max(says) == 0)
    )
    if records is None:
        return {row.id: row.record_id for row in session.execute(query)}
    found: dict[int, int] = {}
    for portion in in_portions(sorted(set(records))):
        found |= {row.id: row.record_id for row in session.execute(query.where(Fact.record_id.in_(portion)))}
    return found


def attributions(session: Session, *, to: Receiver, apart_from: int | None = None) -> list[str]:
    """The lines that name the sources whose facts are in a copy for this receiver, in the order of their keys.

    ``apart_from`` is a source that need not be named: whoever gets the copy knows itself.
    """
    says = (
        sa.select(Claim.fact_id)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Fact, Fact.id == Claim.fact_id)
        .where(SourceRecord.source_id == Source.id, Fact.standing == "current", Claim.gone_at.is_(None))
        .exists()
    )
    used = session.scalars(sa.select(Source).where(says).order_by(Source.key))
    named = [terms for terms in allowed(map(terms_of, used), to) if terms.id != apart_from]
    return list(dict.fromkeys(map(attribution, named)))
