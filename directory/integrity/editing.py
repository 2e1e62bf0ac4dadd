"""Editing values: at once where one person may, else as a proposal that another person decides."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.db import queue_writers
from directory.errors import NotFoundError, RefusedError
from directory.freshness.models import Evidence, Testimony, WithdrawnEvidence
from directory.freshness.parameters import weight_of
from directory.freshness.policy import CALL_OUTCOMES
from directory.freshness.service import add_evidence
from directory.integrity.as_kept import as_kept, as_plain, note_about
from directory.integrity.closed_days import closing_of
from directory.integrity.holds import holds_of, holds_of_words
from directory.integrity.protection import REVIEWED, has_own_verbs, is_protected
from directory.integrity.reach import is_verified, require_scope
from directory.integrity.states import state_of_record
from directory.integrity.table import MISSING, Action, Case, judge
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.disclosure import close_organization
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft, check_facts
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import current_facts, get_record, services_of_organization
from directory.listings.service import Created, create, touch
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.people.queries import actor_if_here


class Edit(msgspec.Struct, frozen=True):
    """One thing to change: a value to be said in its place, or a current fact that is to end."""

    draft: FactDraft | None = None
    fact_id: int | None = None


class Edited(msgspec.Struct, frozen=True):
    """The change that was applied at once, if any, and the proposals that wait."""

    applied: int | None
    proposed: tuple[int, ...] = ()


def edit(
    session: Session,
    record_id: int,
    edits: Sequence[Edit],
    *,
    by: Actor,
    reason: str,
    now: dt.datetime,
    waits: bool = False,
) -> Edited:
    """Change values of a record: at once what one person may change, each of the others as a proposal.

    ``waits`` makes a proposal of the first, too.

    Raises:
        NotFoundError: there is no such record or fact, or ``by`` does not work on it.
        RefusedError: ``by`` may not even propose, nothing would change, or the record is merged into another.
        MisplacedFactError: a value cannot stand on this kind of record.
    """
    queue_writers(session)
    record = get_record(session, record_id)
    require_scope(session, record, by=by)
    if record.standing == "merged":
        raise RefusedError("This listing was merged into another; change that one.")
    verified = is_verified(session, record)
    current = {(fact.field, fact.slot): fact for fact in current_facts(session, [record.id])[record.id]}
    kind: Any = record.kind
    drafts = [one.draft for one in edits if one.draft is not None]
    writer = _Writer(session, Author("edit", note_about(session, record, reason, drafts), by.id), record, now)
    for one in edits:
        draft, held = _what(session, one, record, current)
        if draft is not None:
            check_facts([draft], kind)
            draft = as_kept(session, record, draft)
            if held is not None and held.value == draft.stored and held.tier == draft.shown_to:
                continue
        field, slot = (draft.field, draft.slot) if draft else (held.field, held.slot) if held else ("", "")
        if has_own_verbs(field, slot) or (draft is not None and getattr(draft.value, "level", "") == REVIEWED):
            raise RefusedError("Vetting has a page of its own: it goes by steps and panels, and not by editing.")
        guarded = is_protected(field, slot)
        holds = _holds(session, record, draft, held, is_guarded=guarded, is_verified=verified)
        state: Any = "verified" if verified and guarded else "unverified"
        closing = closing_of(session, [(record, draft, held)], by=by, now=now)
        verdict = judge(
            Case(
                state=state, action="correct", actor=by, holds=holds, closes=closing.count,
                is_hotline=closing.is_hotline, now=now,
            )
        )  # fmt: skip
        if verdict.is_allowed and not waits:
            writer.write(draft, held)
            continue
        may_propose = judge(Case(state=state, action="propose", actor=by, now=now))
        if not may_propose.is_allowed:
            raise RefusedError(MISSING[may_propose.missing[0]].capitalize() + ".")
        writer.propose(draft, held, Terms(needs_proof=state == "verified" or bool(holds), holds=" ".join(holds)))
    edited = writer.close()
    if edited.applied is None and not edited.proposed:
        raise RefusedError("Nothing would change.")
    if edited.proposed:
        tell_keepers(session, "proposed", {"change": str(edited.proposed[0])}, now=now, apart_from=by.id)
    return edited


def _holds(
    session: Session, record: Record, draft: FactDraft | None, held: Fact | None, *, is_guarded: bool, is_verified: bool
) -> tuple[str, ...]:
    if draft is None:
        return ()
    if is_guarded:
        return holds_of(session, record, draft, held)
    return holds_of_words(session, record, draft, held) if is_verified else ()


class _Writer:
    """One applied change, opened when it is needed; each proposal is a change of its own."""

    def __init__(self, session: Session, author: Author, record: Record, now: dt.datetime) -> None:
        self.session, self.author, self.record, self.now = session, author, record, now
        self._applied: OpenChange | None = None
        self._proposed: list[int] = []

    def write(self, draft: FactDraft | None, held: Fact | None) -> None:
        if self._applied is None:
            self._applied = OpenChange(self.session, self.author, subject_id=self.record.id, now=self.now)
        if held is not None:
            self._applied.end(held)
        if draft is not None:
            self._applied.add(self.record, draft)
        touch(self.session, self.record.id)

    def propose(self, draft: FactDraft | None, held: Fact | None, terms: Terms) -> None:
        if draft is not None and proposed_in(self.session, self.record.id, draft):
            raise RefusedError("The same is proposed already and waits for a second person.")
        proposed = propose_value(
            self.session, self.record, draft, held, author=self.author, terms=terms, now=self.now
        )  # fmt: skip
        self._proposed.append(proposed)

    def close(self) -> Edited:
        if self._applied is not None:
            self._applied.close()
        return Edited(self._applied.id if self._applied else None, tuple(self._proposed))


def propose_value(
    session: Session,
    record: Record,
    draft: FactDraft | None,
    held: Fact | None,
    *,
    author: Author,
    terms: Terms,
    now: dt.datetime,
) -> int:
    """Write a proposal to say a value in the place of one that is held, or to end that; return the change."""
    proposal = OpenChange(session, author, subject_id=record.id, state="proposed", now=now, terms=terms)
    if held is not None:
        proposal.item("fact", held.id, {"standing": "current"})
    if draft is not None:
        proposal.add(record, draft)
    proposal.close()
    return proposal.id


def proposed_in(session: Session, record_id: int, draft: FactDraft) -> list[int]:
    """Facts that propose the same value in the same place."""
    return list(
        session.scalars(
            sa.select(Fact.id).where(
                Fact.record_id == record_id, Fact.field == draft.field, Fact.slot == draft.slot,
                Fact.standing == "proposed", Fact.value == draft.stored,
            )
        )
    )  # fmt: skip


def add_listing(
    session: Session,
    organization: OrganizationDraft | int,
    service: ServiceDraft,
    *,
    network_id: int,
    by: Actor,
    now: dt.datetime,
) -> Created:
    """Enter a listing by hand, of a new organization or (its record's id) of one that is there.

    It is unverified, and ranks last, until another person confirms it by phone.

    Raises:
        NotFoundError: ``by`` does not work on the organization.
        RefusedError: ``by`` is neither coordinator nor admin; or the service keeps its place private, and what is said
            of the organization was never read with that in mind.
    """
    verdict = judge(Case(state="unverified", action="correct", actor=by, now=now))
    if not verdict.is_allowed:
        raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")
    author = Author("edit", "entered by hand", by.id)
    service = msgspec.structs.replace(
        service,
        facts=as_plain(service.facts),
        sites=[SiteDraft(one.source_key, as_plain(one.location), as_plain(one.listing)) for one in service.sites],
    )
    is_private = service.location_disclosure != "public"
    if isinstance(organization, int):
        owner = get_record(session, organization)
        require_scope(session, owner, by=by)
        services = services_of_organization(session, owner.id)
        if is_private and all(one.location_disclosure == "public" for one in services):
            raise RefusedError(
                "This organization is shown with all that is said of it, and that could place what is private. Enter "
                "the organization anew for it."
            )
        owner_id = owner.id
    else:
        organization = msgspec.structs.replace(organization, facts=as_plain(organization.facts))
        if is_private:
            # The service itself is closed by whatever brings it in.
            organization = close_organization(organization)
        made = create(session, [(organization, None)], network_id=network_id, author=author, now=now)[0]
        owner_id = made.record_id
    created = create(session, [(service, owner_id)], network_id=network_id, author=author, now=now)[0]
    require_scope(session, get_record(session, created.record_id), by=by)
    return created


def confirm_by_call(session: Session, fact_id: int, *, outcome: str, by: Actor, now: dt.datetime) -> int:
    """Record what a call about a current value found; return the id of the evidence.

    Raises:
        NotFoundError: there is no such current fact, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or confirms a value that they entered themselves.
    """
    fact = session.get(Fact, fact_id)
    if fact is None or fact.standing != "current":
        raise NotFoundError("There is no such value.")
    record = get_record(session, fact.record_id)
    require_scope(session, record, by=by)
    if outcome not in CALL_OUTCOMES:
        raise RefusedError("That is not an outcome of a call.")
    said_by = actor_if_here(session, session.get_one(Change, fact.change_id).proposed_by)
    # Whatever else a call finds speaks for a change of the value.
    action: Action = "confirm" if outcome == "confirmed" else "add-key"
    state = state_of_record(session, record)
    verdict = judge(Case(state=state, action=action, actor=by, proposer=said_by, now=now))
    if not verdict.is_allowed:
        raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")
    evidence = observe(
        session, fact.id, method="call", outcome=outcome, log2_odds=weight_of("call", outcome), by=by, now=now
    )
    write_audit(
        session, [Act("value.called", str(fact.id), {"outcome": outcome, "evidence": evidence}, by.id)], now=now
    )
    return evidence


def observe(
    session: Session, fact_id: int, *, method: str, outcome: str, log2_odds: int, by: Actor, now: dt.datetime
) -> int:
    """Write a piece of evidence and who stands behind it; return its id. Once a minute at most for the same thing."""
    run_key = f"{method}:{outcome}:{fact_id}:{by.id}:{now:%Y%m%d%H%M}"
    while _is_withdrawn(session, run_key):
        # It was taken back within the minute: what is said now is said anew.
        run_key += "+"
    add_evidence(
        session, fact_id, method=method, outcome=outcome, log2_odds=log2_odds, observed_at=now, run_key=run_key,
        actor_role=by.role,
    )  # fmt: skip
    evidence_id = session.scalars(sa.select(Evidence.id).where(Evidence.run_key == run_key)).one()
    if session.get(Testimony, evidence_id) is None:
        session.add(Testimony(evidence_id=evidence_id, by_id=by.id))
        session.flush()
    return evidence_id


def _is_withdrawn(session: Session, run_key: str) -> bool:
    noted = sa.select(WithdrawnEvidence.evidence_id).join(Evidence, Evidence.id == WithdrawnEvidence.evidence_id)
    return session.scalar(noted.where(Evidence.run_key == run_key)) is not None


def _what(
    session: Session, one: Edit, record: Record, current: dict[tuple[str, str], Fact]
) -> tuple[FactDraft | None, Fact | None]:
    if one.draft is not None:
        return one.draft, current.get((one.draft.field, one.draft.slot))
    fact = session.get(Fact, one.fact_id) if one.fact_id else None
    if fact is None or fact.record_id != record.id or fact.standing != "current":
        raise NotFoundError("There is no such value.")
    return None, fact
