"""Numbers that come with a new hotline and cannot be one: the listing comes in, its number waits for people."""

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.orm import Session

from directory.intake.following import propose_value
from directory.intake.guard import Draft, about_of, holds_of_new
from directory.listings.changes import Author
from directory.listings.drafts import FactDraft, ServiceDraft
from directory.listings.queries import get_record
from directory.listings.service import Created
from directory.sources.models import Claim


class Waiting(msgspec.Struct, frozen=True):
    """A value that waits: of the service, or of the listing or the place behind the source key of a site."""

    draft: FactDraft
    holds: tuple[str, ...]
    site_key: str = ""
    is_of_place: bool = False


def apart(draft: Draft) -> tuple[Draft, list[Waiting]]:
    """What a new row says without the values that wait, and those."""
    about = about_of(draft)
    if not isinstance(draft, ServiceDraft) or not about.is_hotline:
        return draft, []
    waiting: list[Waiting] = []

    def kept(facts: list[FactDraft], site_key: str = "", *, is_of_place: bool = False) -> list[FactDraft]:
        found = [(fact, holds_of_new(fact, about=about)) for fact in facts]
        waiting.extend(Waiting(fact, holds, site_key, is_of_place) for fact, holds in found if holds)
        return [fact for fact, holds in found if not holds]

    sites = [
        msgspec.structs.replace(
            site,
            location=kept(site.location, site.source_key, is_of_place=True),
            listing=kept(site.listing, site.source_key),
        )
        for site in draft.sites
    ]
    return msgspec.structs.replace(draft, facts=kept(draft.facts), sites=sites), waiting


def propose_first(
    session: Session,
    waiting: Sequence[Waiting],
    made: Created,
    *,
    row_key: str,
    source_records: Mapping[str, int],
    author: Author,
    now: dt.datetime,
) -> None:
    """Propose what waits, once its records are there.

    Args:
        session: a writing session.
        waiting: what ``apart`` kept back.
        made: what became of the rest.
        row_key: the source key of the row.
        source_records: id of the source record by source key.
        author: of the proposals.
        now: the transaction's time.
    """
    listings = dict(made.listings)
    for one in waiting:
        record = get_record(session, listings[one.site_key] if one.site_key else made.record_id)
        if one.is_of_place:
            record = get_record(session, record.location_id or 0)
        new = propose_value(session, record, None, one.draft, holds=one.holds, author=author, now=now)
        said_by = source_records[one.site_key or row_key]
        session.add(Claim(fact_id=new.id, source_record_id=said_by, said_at=now))
    session.flush()
