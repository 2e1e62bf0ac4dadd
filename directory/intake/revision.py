"""A source says something else about what it described before.

Unconfirmed values follow the source; confirmed ones stay and the new value waits for people (SAFETY I3, I7). What the
source no longer says keeps standing, with a note that its trace is gone.
"""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence
from directory.freshness.policy import supports
from directory.intake.carrying import carry_evidence
from directory.intake.guard import Guard, about_of, holds_of_new
from directory.listings.changes import Author, NewFact, OpenChange, Terms
from directory.listings.drafts import (
    OPENNESS,
    FactDraft,
    LocationDisclosure,
    OrganizationDraft,
    ServiceDraft,
    SiteDraft,
    check_facts,
)
from directory.listings.models import Fact, Record
from directory.listings.queries import current_facts, get_record, listings_of_service
from directory.listings.service import add_site, touch
from directory.listings.withdrawal import Withdrawal, withdraw_location, withdraw_texts
from directory.sources.models import Claim, ImportRun, SourceRecord
from directory.sources.service import forget_rows


class Revision(msgspec.Struct, frozen=True):
    """What a changed row brought: values that wait as proposals, and whether a location was withdrawn."""

    proposed: int = 0
    withdrawn: bool = False


def revise(
    session: Session,
    record: Record,
    draft: OrganizationDraft | ServiceDraft,
    seen: SourceRecord,
    *,
    guard: Guard,
    run: ImportRun,
    author: Author,
    now: dt.datetime,
) -> Revision:
    """Bring what a source now says about an organization or service into the directory.

    Args:
        session: a writing session.
        record: the organization or service that the row described before.
        draft: what the row says now, already as closed as what is held.
        seen: the row's own source record.
        guard: of the batch that the row is in.
        run: the run that reads it.
        author: of the changes.
        now: the transaction's time.
    """
    withdrawn = False
    if isinstance(draft, OrganizationDraft):
        if draft.is_closed and withdraw_texts(session, record, draft.facts, author=author, now=now):
            forget_rows(session, {record.id})
            withdrawn = True
    else:
        held: Any = record.location_disclosure
        if OPENNESS.index(draft.location_disclosure) > OPENNESS.index(held):
            withdrawal = withdraw_location(
                session,
                record.id,
                disclosure=draft.location_disclosure,
                area=draft.published_area,
                author=author,
                now=now,
            )
            carry_evidence(session, withdrawal.said_again)
            withdrawn = True
            session.refresh(record)
    writer = _Writer(session, record, draft, guard=guard, run=run, author=author, now=now)
    writer.follow(record, draft.facts, seen)
    if isinstance(draft, ServiceDraft):
        for site in draft.sites:
            _revise_site(session, record, site, writer, run=run, now=now)
    proposed = writer.close()
    touch(session, record.id)
    return Revision(proposed, withdrawn)


def withdraw(
    session: Session,
    service_id: int,
    *,
    disclosure: LocationDisclosure,
    area: str | None,
    author: Author,
    now: dt.datetime,
) -> Withdrawal:
    """Make a service confidential (see ``listings.withdrawal``), and forget what rows about its records once said."""
    withdrawal = withdraw_location(session, service_id, disclosure=disclosure, area=area, author=author, now=now)
    carry_evidence(session, withdrawal.said_again)
    about: set[int] = set()
    for withdrawn_id in withdrawal.services:
        about |= {withdrawn_id, *(listing.id for listing in listings_of_service(session, withdrawn_id))}
    about.add(get_record(session, service_id).organization_id or service_id)
    forget_rows(session, about)
    session.expire_all()
    return withdrawal


class _Writer:
    """One applied change, opened when it is needed; each sensitive difference is a proposal of its own."""

    def __init__(
        self,
        session: Session,
        subject: Record,
        draft: OrganizationDraft | ServiceDraft,
        *,
        guard: Guard,
        run: ImportRun,
        author: Author,
        now: dt.datetime,
    ) -> None:
        self.session, self.author, self.run, self.subject, self.now = session, author, run, subject, now
        self._guard, self._about = guard, about_of(draft)
        self._applied: OpenChange | None = None
        self._proposed = 0

    @property
    def applied(self) -> OpenChange:
        if self._applied is None:
            self._applied = OpenChange(self.session, self.author, subject_id=self.subject.id, now=self.now)
        return self._applied

    def close(self) -> int:
        if self._applied is not None:
            self._applied.close()
        return self._proposed

    def follow(self, record: Record, facts: list[FactDraft], seen: SourceRecord) -> None:
        """Make a record say what its source says, fact by fact."""
        kind: Any = record.kind
        check_facts(facts, kind)
        current = {(fact.field, fact.slot): fact for fact in current_facts(self.session, [record.id])[record.id]}
        confirmed = _confirmed(self.session, [fact.id for fact in current.values()])
        for draft in facts:
            held = current.get((draft.field, draft.slot))
            if held is not None and held.value == draft.stored and held.tier == draft.shown_to:
                self.claim(held.id, seen)
            elif held is not None and (held.id in confirmed or not self._is_own(held, seen)):
                self.propose(record, held, draft, seen)
            elif self.is_guarded(draft):
                # A number in another slot of a verified listing would stand beside, or in place of, the confirmed one.
                self.propose(record, held, draft, seen)
            elif self._guard.holds(self.subject, draft, held, about=self._about):
                self.propose(record, held, draft, seen)
            else:
                if held is not None:
                    self.applied.end(held)
                self.claim(self.applied.add(record, draft).id, seen)
        said = {(draft.field, draft.slot) for draft in facts}
        for key, held in current.items():
            if key not in said:
                self._lost(held, seen)

    def claim(self, fact_id: int, seen: SourceRecord) -> None:
        """Note that the row says this fact (again)."""
        found = self.session.get(Claim, (fact_id, seen.id))
        if found is None:
            self.session.add(Claim(fact_id=fact_id, source_record_id=seen.id, said_at=self.now))
        elif found.gone_at is not None:
            found.gone_at = None
        self.session.flush()

    def _is_own(self, held: Fact, seen: SourceRecord) -> bool:
        """Whether this row alone says the fact that is held, so that it may take it back."""
        sayers = set(self.session.scalars(sa.select(Claim.source_record_id).where(Claim.fact_id == held.id)))
        return sayers == {seen.id}

    def is_guarded(self, draft: FactDraft) -> bool:
        """Whether this value waits for two people, wherever in the row it stands."""
        return self._guard.is_guarded(self.subject, draft)

    def waits(self, draft: FactDraft) -> bool:
        """Whether a value of a place that is new here waits for people."""
        return self.is_guarded(draft) or bool(holds_of_new(draft, about=self._about))

    def propose(self, record: Record, held: Fact | None, draft: FactDraft, seen: SourceRecord) -> None:
        """Let a value wait for people, once; a fact that it would replace stays as it is."""
        waiting = self.session.scalars(
            sa.select(Fact.value).where(
                Fact.record_id == record.id, Fact.field == draft.field, Fact.slot == draft.slot,
                Fact.standing == "proposed",
            )
        )  # fmt: skip
        if draft.stored in set(waiting):
            return
        # Also where a confirmed value alone makes it wait: what looks wrong waits longer.
        holds = self._guard.holds(self.subject, draft, held, about=self._about)
        new = propose_value(self.session, record, held, draft, holds=holds, author=self.author, now=self.now)
        self.claim(new.id, seen)
        self._proposed += 1

    def _lost(self, held: Fact, seen: SourceRecord) -> None:
        claim = self.session.get(Claim, (held.id, seen.id))
        if claim is not None and claim.gone_at is None:
            claim.gone_at = self.now
            self.session.add(
                Evidence(
                    fact_id=held.id, method="feed", outcome="gone", log2_odds=1, observed_at=self.now,
                    run_key=f"gone:{self.run.id}:{held.id}:{seen.id}", source_id=self.run.source_id,
                )
            )  # fmt: skip
            self.session.flush()


def propose_value(
    session: Session,
    record: Record,
    held: Fact | None,
    draft: FactDraft,
    *,
    holds: tuple[str, ...],
    author: Author,
    now: dt.datetime,
) -> NewFact:
    """A proposal of its own for one value, in place of a current fact or where none is.

    It is a source's word and nobody's, whoever started the run: else one person could approve what they feed.
    """
    terms = Terms(holds=" ".join(holds))
    source = msgspec.structs.replace(author, by=None)
    proposal = OpenChange(session, source, subject_id=record.id, state="proposed", now=now, terms=terms)
    if held is not None:
        proposal.item("fact", held.id, {"standing": "current"})
    new = proposal.add(record, draft)
    proposal.close()
    return new


def _confirmed(session: Session, fact_ids: list[int]) -> set[int]:
    """Facts that a call, a person or a provider has confirmed."""
    rows = session.execute(sa.select(Evidence.fact_id, Evidence.log2_odds).where(Evidence.fact_id.in_(fact_ids)))
    return {fact_id for fact_id, log2_odds in rows if supports(log2_odds)}


def _revise_site(
    session: Session, service: Record, site: SiteDraft, writer: _Writer, *, run: ImportRun, now: dt.datetime
) -> None:
    seen = session.scalar(
        sa.select(SourceRecord).where(
            SourceRecord.source_id == run.source_id, SourceRecord.source_key == site.source_key
        )
    )
    listing = session.get(Record, seen.record_id) if seen is not None and seen.record_id is not None else None
    if seen is None or listing is None or listing.location_id is None:
        change = writer.applied
        of_place = [fact for fact in site.location if writer.waits(fact)]
        of_listing = [fact for fact in site.listing if writer.waits(fact)]
        shown = SiteDraft(
            site.source_key,
            [fact for fact in site.location if fact not in of_place],
            [fact for fact in site.listing if fact not in of_listing],
        )
        listing_id, written = add_site(session, service, shown, change=change)
        if seen is None:
            seen = SourceRecord(
                source_id=run.source_id, source_key=site.source_key, outcome="accepted", seen_at=now, run_id=run.id
            )
            session.add(seen)
        seen.record_id, seen.change_id = listing_id, change.id
        session.flush()
        for fact in written:
            writer.claim(fact.id, seen)
        listing = get_record(session, listing_id)
        for draft in of_listing:
            writer.propose(listing, None, draft, seen)
        for draft in of_place:
            writer.propose(get_record(session, listing.location_id or 0), None, draft, seen)
        return
    seen.seen_at, seen.run_id = now, run.id
    place = session.get_one(Record, listing.location_id)
    writer.follow(place, site.location, seen)
    writer.follow(listing, site.listing, seen)
    touch(session, listing.id)
