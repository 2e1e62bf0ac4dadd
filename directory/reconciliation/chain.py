"""What the audit chain says of changes: one walk along it, in which it is verified too."""

import bisect
import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from directory.audit.service import Entry, walk
from directory.audit.signing import SEALED
from directory.audit.verification import Trust, Verifier
from directory.reconciliation.alarm import Alarm

# Entries that tell of a proposal and change nothing yet.
_PROPOSING = frozenset({"change.proposed", "change.declined"})


class Vouched(msgspec.Struct):
    """What the chain says of one change.

    Attributes:
        applied_at: the place of the entry with which it took effect; 0 while it did not.
        verb: of that entry.
        added: digests of what it brought, one for each entry that says so.
        ended: digest of what it ended, of the entry with which it took effect; None when it says none.
        said_again: by id of a fact, the digest of the number that was emptied and that it says again.
    """

    applied_at: int = 0
    verb: str = ""
    added: list[str] = []
    ended: str | None = None
    said_again: dict[str, str] = {}


class Chain(msgspec.Struct, frozen=True):
    """What the chain says.

    Attributes:
        changes: of each change by its id.
        evidence: ids of pieces of evidence that an entry names, with the places of those entries, in both orders.
        alarms: what is wrong with the chain itself.
        is_whole: whether it was read to its end.
    """

    changes: dict[int, Vouched]
    evidence: list[tuple[int, int]]
    alarms: list[Alarm]
    is_whole: bool

    def known_since(self, evidence_id: int) -> int | None:
        """A place in the chain at which a piece of evidence surely was there; None when no entry tells.

        Ids grow, so it was there when an entry named it, or one with a higher id. When it was observed tells nothing: a
        call may be written down weeks later.
        """
        following = bisect.bisect_left(self.evidence, (evidence_id, 0))
        return self.evidence[following][1] if following < len(self.evidence) else None

    def also_knowing(self, evidence: Iterable[tuple[int, int]]) -> "Chain":
        """The chain with what else is known of evidence: that it was there at a place."""
        return msgspec.structs.replace(self, evidence=_earliest([*self.evidence, *evidence]))

    def had_evidence(self, evidence_id: int, *, at: int) -> bool:
        """Whether a piece of evidence surely was there when an entry was written."""
        known = self.known_since(evidence_id)
        return known is not None and known < at


def read_chain(session: Session, trust: Trust, *, now: dt.datetime) -> Chain:
    """Walk and verify the chain. Behind a break nothing is read."""
    verifier = Verifier(keys=trust.keys, anchor=trust.anchor)
    changes: dict[int, Vouched] = {}
    evidence: dict[int, int] = {}
    has_seal = False
    for entry in walk(session):
        verifier.look_at(entry)
        has_seal = has_seal or entry.verb == SEALED
        if entry.is_sound:
            _note(entry, changes)
            if isinstance(named := entry.body.get("evidence"), int):
                evidence.setdefault(named, entry.seq)
    wrong = [finding for finding in verifier.end(now=now) if finding.is_wrong]
    alarms = [Alarm("audit", f"entry {finding.seq}", finding.words) for finding in wrong]
    if has_seal and not trust.keys:
        words = "The audit is sealed, and there is no public key to hold its seals against."
        alarms.append(Alarm("audit", "key", words))
    return Chain(changes, _earliest(evidence.items()), alarms, all(finding.kind != "chain" for finding in wrong))


def _earliest(evidence: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """By evidence the first place at which it, or a later piece, is known to have been there."""
    named: list[tuple[int, int]] = []
    first = 0
    for evidence_id, seq in sorted(evidence, reverse=True):
        first = min(first or seq, seq)
        named.append((evidence_id, first))
    return named[::-1]


def _note(entry: Entry, changes: dict[int, Vouched]) -> None:
    change_id: Any = entry.body.get("change")
    if not isinstance(change_id, int):
        return
    vouched = changes.setdefault(change_id, Vouched())
    if "added" not in entry.body:
        return
    vouched.added.append(str(entry.body["added"]))
    if entry.verb not in _PROPOSING:
        vouched.applied_at, vouched.verb = entry.seq, entry.verb
        vouched.ended = entry.body.get("ended")
        vouched.said_again = entry.body.get("said_again") or {}
