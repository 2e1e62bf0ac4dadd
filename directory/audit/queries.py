"""Reads of the audit chain."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry


def last_seq(session: Session, verb: str) -> int:
    """The place in the chain of the last entry with this verb; 0 if there is none."""
    return session.scalar(sa.select(sa.func.max(AuditEntry.seq)).where(AuditEntry.verb == verb)) or 0


def subjects(session: Session, verb: str, *, before: int) -> list[str]:
    """What this was done to ahead of a place in the chain: each once, in order."""
    found = session.scalars(
        sa.select(AuditEntry.subject).where(AuditEntry.verb == verb, AuditEntry.seq < before).order_by(AuditEntry.seq)
    )
    return list(dict.fromkeys(found))
