"""Evidence that counts no more: only what somebody took back by the verb, which the chain says piece by piece."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.timeline import body_of
from directory.confirming.entered import WITHDRAWN
from directory.freshness.models import WithdrawnEvidence
from directory.reconciliation.alarm import Alarm


def check_withdrawn(session: Session) -> Iterator[Alarm]:
    """Yield each piece of evidence that was taken out of account without an entry of the chain."""
    said: set[object] = set()
    for entry in session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == WITHDRAWN)):
        named = body_of(entry).get("withdrawn")
        said.update(named if isinstance(named, list) else ())
    for evidence in session.scalars(sa.select(WithdrawnEvidence.evidence_id).order_by(WithdrawnEvidence.evidence_id)):
        if evidence not in said:
            yield Alarm("values", f"evidence {evidence}", "Evidence was taken back by nobody whom the audit knows.")
