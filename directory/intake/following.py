"""One record follows what its source says, value by value, as far as nobody's word counts for more."""

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.intake.deciding import REASONS, Decided, ValueKey, Verdict
from directory.intake.guard import Guard, about_of, holds_of_new
from directory.intake.plan import Difference, Effect, day, differing
from directory.intake.precedence import RANKS, Backing, backings
from directory.integrity.proposals import close_declined
from directory.listings.changes import Author, NewFact, OpenChange, Terms
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft, check_facts
from directory.listings.models import EXACT_FIELDS, Change, ChangeItem, Fact, Record
from directory.listings.queries import current_facts
from directory.people.actor import Actor
from directory.sources.models import Claim, ImportRun, Source, SourceRecord


class Follower:
    """Writes what one row brings: one applied change, opened when it is needed; each value that waits is a proposal.

    Args:
        session: a writing session.
        subject: the organization or service that the row is about.
        draft: what the row says now, already as closed as what is held.
        guard: of the batch that the row is in.
        run: the run that reads it.
        author: of the changes.
        now: the transaction's time.
        decided: what people said of the values beforehand.
    """

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
        decided: Decided | None = None,
    ) -> None:
        self.session, self.author, self.run, self.subject, self.now = session, author, run, subject, now
        self.differences: list[Difference] = []
        self.is_partial = False
        self._decided = decided
        self._guard, self._about = guard, about_of(draft)
        self._applied: OpenChange | None = None
        source = session.get_one(Source, run.source_id)
        self._rank = RANKS[source.trust]
        self._said = f"{source.key}, retrieved {day(run.started_at.date(), today=now.date())}"

    @property
    def applied(self) -> OpenChange:
        """The change in which everything that needs nobody happens."""
        if self._applied is None:
            self._applied = OpenChange(self.session, self.author, subject_id=self.subject.id, now=self.now)
        return self._applied

    def close(self) -> None:
        """Write the audit entry, if anything changed."""
        if self._applied is not None:
            self._applied.close()

    def follow(self, record: Record, facts: list[FactDraft], seen: SourceRecord) -> None:
        """Make a record say what its source says, fact by fact."""
        kind: Any = record.kind
        check_facts(facts, kind)
        current = {(fact.field, fact.slot): fact for fact in current_facts(self.session, [record.id])[record.id]}
        differing = [(draft, current.get((draft.field, draft.slot))) for draft in facts]
        differing = [(draft, held) for draft, held in differing if held is None or not _is_same(draft, held)]
        behind = backings(self.session, [held for _, held in differing if held is not None], now=self.now)
        settled = self._settled(record) if differing else {}
        for draft in facts:
            held = current.get((draft.field, draft.slot))
            if held is not None and _is_same(draft, held):
                self.claim(held.id, seen)
                continue
            backing = behind[held.id] if held is not None else None
            settled_by = self._settled_by(settled, draft, held, backing, seen)
            if settled_by:
                row = seen.source_key
                self._note("kept", draft.field, draft.slot, held, backing, theirs=draft, why=(settled_by,), row=row)
                continue
            verdict, reason = self._verdict(seen.source_key, draft, held)
            if verdict == "later":
                self.is_partial = True
            elif verdict == "keep" and self._decided is not None:
                self._decline(record, held, draft, seen, reason=reason, by=self._decided.by)
            else:
                self._follow_one(record, draft, held, backing, seen)
        said = {(draft.field, draft.slot) for draft in facts}
        self.lose([held for key, held in current.items() if key not in said], seen)

    def _follow_one(
        self, record: Record, draft: FactDraft, held: Fact | None, backing: Backing | None, seen: SourceRecord
    ) -> None:
        # Whoever took it has looked at what stands, and who says so.
        why = self._why_not(backing, seen) if self._decided is None else ()
        # A number in another slot of a verified listing would stand beside, or in place of, the confirmed one.
        if self._guard.is_guarded(self.subject, draft):
            why = (*why, "verified")
        holds = self._guard.holds(self.subject, draft, held, about=self._about)
        if why or holds:
            self.propose(record, held, draft, seen, backing=backing, why=why or ("looks-wrong",))
            return
        if held is not None:
            self.applied.end(held)
        self.claim(self.applied.add(record, draft).id, seen, is_new=True)
        effect: Effect = "follows" if held is not None else "added"
        self._note(effect, draft.field, draft.slot, held, backing, theirs=draft, row=seen.source_key)

    def _verdict(self, row: str, draft: FactDraft, held: Fact | None) -> tuple[Verdict, str]:
        if self._decided is None:
            return "take", ""
        ours, theirs = _both(draft.field, draft.slot, held, draft)
        mark = _mark(draft.field, held, draft)
        return self._decided.of_value(ValueKey(row, draft.field, draft.slot, ours, theirs, mark))

    def _decline(
        self, record: Record, held: Fact | None, draft: FactDraft, seen: SourceRecord, *, reason: str, by: Actor
    ) -> None:
        """Let ours stay, and remember that people wanted it so: the same value is not asked about again."""
        author = msgspec.structs.replace(self.author, reason=REASONS.get(reason, self.author.reason))
        new = propose_value(self.session, record, held, draft, holds=(), author=author, now=self.now)
        self.claim(new.id, seen, is_new=True)
        change = self.session.get_one(Change, self.session.get_one(Fact, new.id).change_id)
        close_declined(self.session, change, by=by, now=self.now)

    def wanted(self, site: SiteDraft) -> SiteDraft:
        """A place that is new here with what people took of it."""
        if self._decided is None:
            return site
        location, listing = (
            [one for one in facts if self._takes(site, one)] for facts in (site.location, site.listing)
        )
        return SiteDraft(site.source_key, location, listing)

    def _takes(self, site: SiteDraft, draft: FactDraft) -> bool:
        verdict, _ = self._verdict(site.source_key, draft, None)
        self.is_partial |= verdict == "later"
        return verdict == "take"

    def _why_not(self, backing: Backing | None, seen: SourceRecord) -> tuple[str, ...]:
        """Why this row may not take the place of what is held; empty where it may."""
        if backing is None or self._rank > backing.against(seen.id):
            return ()
        if backing.why != "other-source":
            return (backing.why,)
        return ("higher-source" if backing.rank > self._rank else "other-source",)

    def claim(self, fact_id: int, seen: SourceRecord, *, is_new: bool = False) -> None:
        """Note that the row says this fact (again); ``is_new``, where the fact was born in this change."""
        found = self.session.get(Claim, (fact_id, seen.id))
        if found is None:
            self.session.add(Claim(fact_id=fact_id, source_record_id=seen.id, said_at=self.now))
            if not is_new:
                self.applied.item("claim", fact_id, {"source_record": seen.id, "is_new": True})
        elif found.gone_at is not None:
            self.applied.item("claim", fact_id, {"source_record": seen.id, "gone_at": found.gone_at.isoformat()})
            found.gone_at = None
        self.session.flush()

    def is_guarded(self, draft: FactDraft) -> bool:
        """Whether this value waits for two people, wherever in the row it stands."""
        return self._guard.is_guarded(self.subject, draft)

    def waits(self, draft: FactDraft) -> bool:
        """Whether a value of a place that is new here waits for people."""
        return self.is_guarded(draft) or bool(holds_of_new(draft, about=self._about))

    def added(self, drafts: Collection[FactDraft], *, row: str) -> None:
        """Note what came in with a place that is new here; ``row`` is the source's key of it."""
        for draft in drafts:
            self._note("added", draft.field, draft.slot, None, None, theirs=draft, row=row)

    def propose(
        self,
        record: Record,
        held: Fact | None,
        draft: FactDraft,
        seen: SourceRecord,
        *,
        backing: Backing | None = None,
        why: tuple[str, ...] = ("verified",),
    ) -> None:
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
        self.claim(new.id, seen, is_new=True)
        self._note("waits", draft.field, draft.slot, held, backing, theirs=draft, why=why, row=seen.source_key)

    def lose(self, held: Collection[Fact], seen: SourceRecord) -> None:
        """Mark facts that the row no longer says; they stay."""
        lost = [fact for fact in held if self._lose(fact, seen)]
        behind = backings(self.session, lost, now=self.now)
        for fact in lost:
            self._note("gone", fact.field, fact.slot, fact, behind[fact.id], row=seen.source_key)

    def _lose(self, held: Fact, seen: SourceRecord) -> bool:
        claim = self.session.get(Claim, (held.id, seen.id))
        if claim is None or claim.gone_at is not None:
            return False
        self.applied.item("claim", held.id, {"source_record": seen.id, "gone_at": None})
        claim.gone_at = self.now
        self.session.add(gone(held.id, seen, run=self.run, now=self.now))
        self.session.flush()
        return True

    def _settled_by(
        self,
        settled: dict[tuple[str, str, str], tuple[str, int]],
        draft: FactDraft,
        held: Fact | None,
        backing: Backing | None,
        seen: SourceRecord,
    ) -> str:
        """Why a value is not looked at again; empty where it is."""
        why, fact_id = settled.get((draft.field, draft.slot, draft.stored), ("", 0))
        if not why or backing is None or held is None or backing.against(seen.id) >= self._rank:
            return why
        # Declined in place of what stands now, and not of something that the source has changed since.
        return why if why == "declined" and fact_id > held.id else ""

    def _settled(self, record: Record) -> dict[tuple[str, str, str], tuple[str, int]]:
        """Values that people took away or declined: a source that goes on saying them tells nothing new."""
        rows = self.session.execute(
            sa.select(Fact.id, Fact.field, Fact.slot, Fact.value, Fact.standing, Change.kind)
            .outerjoin(
                ChangeItem,
                sa.and_(
                    ChangeItem.entity == "fact", ChangeItem.entity_id == Fact.id,
                    ChangeItem.before == '{"standing":"current"}',
                ),
            )
            .outerjoin(Change, sa.and_(Change.id == ChangeItem.change_id, Change.state == "applied"))
            .where(Fact.record_id == record.id, Fact.standing.in_(("past", "declined")))
        )  # fmt: skip
        settled = {}
        for row in rows:
            if row.standing == "declined":
                settled[row.field, row.slot, row.value] = "declined", row.id
            elif row.kind is not None and row.kind != "import":
                settled[row.field, row.slot, row.value] = "removed", row.id
        return settled

    def _note(
        self,
        effect: Effect,
        field: str,
        slot: str,
        held: Fact | None,
        backing: Backing | None,
        *,
        theirs: FactDraft | None = None,
        why: tuple[str, ...] = (),
        row: str = "",
    ) -> None:
        ours, says = _both(field, slot, held, theirs)
        is_guarded = theirs is not None and self.is_guarded(theirs)
        self.differences.append(
            Difference(
                field,
                slot,
                effect,
                ours=ours,
                ours_by=backing.words if backing is not None else "",
                theirs=says,
                theirs_by=self._said,
                why=why,
                is_verified_phone=is_guarded and field == "phone" and effect == "waits",
                row=row,
                is_guarded=is_guarded or (effect == "waits" and "looks-wrong" in why),
                mark=_mark(field, held, theirs),
            )
        )


def _both(field: str, slot: str, held: Fact | None, theirs: FactDraft | None) -> tuple[str, str]:
    """What stands and what the source says, in the words in which people are shown them."""
    ours, says = differing(field, slot, held.value if held else None, theirs.stored if theirs else None)
    if held is not None and theirs is not None and ours == says and held.tier != theirs.shown_to:
        return f"{ours} (shown to {held.tier})", f"{says} (shown to {theirs.shown_to})"
    return ours, says


def _mark(field: str, held: Fact | None, theirs: FactDraft | None) -> str:
    """Tells both values from others. Of a place no digest is made: the number of its fact stands for what is held."""
    if field in EXACT_FIELDS:
        return str(held.id) if held is not None else ""
    said = ((held.value, held.tier) if held else None, (theirs.stored, theirs.shown_to) if theirs else None)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def gone(fact_id: int, seen: SourceRecord, *, run: ImportRun, now: dt.datetime) -> Evidence:
    """That a source says a fact no longer: one more reason to ask, and never one to hide it."""
    return Evidence(
        fact_id=fact_id, method="feed", outcome="dropped", log2_odds=weight_of("feed", "dropped"), observed_at=now,
        run_key=f"gone:{run.id}:{fact_id}:{seen.id}", source_id=run.source_id, run_id=run.id,
    )  # fmt: skip


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


def _is_same(draft: FactDraft, held: Fact) -> bool:
    return held.value == draft.stored and held.tier == draft.shown_to
