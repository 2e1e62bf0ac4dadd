"""A source keeps from the public what it published before: people decide whether its listings stay."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.reach import is_verified
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.models import Change, Record
from directory.listings.queries import listings_of_service

_CLOSE = "close"
REASON = "the source keeps it from the public now"


def propose_closing(session: Session, service: Record, *, author: Author, now: dt.datetime) -> int:
    """Propose that the listings of a service be closed, each once; return how many proposals were made.

    A source closes nothing by itself (SAFETY I7), and what people declined is not proposed again. It is a source's word
    and nobody's, whoever started the run.

    Args:
        session: a writing session.
        service: the service that an earlier run brought in.
        author: of the run.
        now: the transaction's time.
    """
    source = msgspec.structs.replace(author, by=None, reason=REASON)
    made = 0
    for listing in listings_of_service(session, service.id):
        asked = sa.select(Change.id).where(
            Change.subject_id == listing.id, Change.intends == _CLOSE, Change.reason == REASON
        )
        if listing.standing in ("closed", "do-not-list", "merged") or session.scalar(asked.limit(1)) is not None:
            continue
        terms = Terms(needs_proof=is_verified(session, listing), intends=_CLOSE)
        OpenChange(session, source, subject_id=listing.id, state="proposed", now=now, terms=terms).close()
        made += 1
    return made
