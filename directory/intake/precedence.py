"""Whose word counts for more, value by value: pinned, provider, a person, a partner, a feed (SAFETY I7).

A source takes the place of what counts for less, and of what it alone said before. Between two that count alike the
value that is held stands; the other one waits for people.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence
from directory.freshness.policy import supports
from directory.intake.plan import day
from directory.listings.models import Change, Fact
from directory.sources.models import Claim, Source, SourceRecord

RANKS = {"feed": 1, "partner": 2, "human": 3, "provider": 4, "pinned": 5}
# What a source says of itself makes nothing more certain than the source is.
_SAID_BY_SOURCES = frozenset({"feed", "import"})
_METHODS = {
    "call": "by phone", "callback": "by phone", "provider": "by the provider", "website": "on its own site",
    "peer": "by a neighbour", "lookup": "by a look-up",
}  # fmt: skip


class Backing(msgspec.Struct, frozen=True):
    """What stands behind a fact that is held.

    Attributes:
        rank: of ``RANKS``, the highest of people and sources.
        of_people: the rank that people alone give it; 0 if only sources say it.
        why: ``confirmed``, ``entered``, or ``other-source``: why it may stay where another value comes.
        words: the same for people, such as "confirmed by phone 12 March".
        sayers: ids of the source records that say it, or said it.
    """

    rank: int
    of_people: int
    why: str
    words: str
    sayers: frozenset[int]

    def against(self, source_record: int) -> int:
        """The rank that this row meets: what it said itself counts for nothing."""
        return self.of_people if self.sayers <= {source_record} else self.rank


def backings(session: Session, facts: Sequence[Fact], *, now: dt.datetime) -> dict[int, Backing]:
    """What stands behind each of these facts, by their ids."""
    ids = [fact.id for fact in facts]
    if not ids:
        return {}
    confirmed = _confirmed(session, ids)
    claims: dict[int, list[tuple[int, str, str, dt.datetime]]] = defaultdict(list)
    for row in session.execute(
        sa.select(Claim.fact_id, SourceRecord.id, Source.key, Source.trust, Claim.said_at)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .where(Claim.fact_id.in_(ids))
        .order_by(Claim.said_at, SourceRecord.id)
    ):
        claims[row.fact_id].append((row.id, row.key, row.trust, row.said_at))
    born = {
        row.id: row
        for row in session.execute(
            sa.select(Fact.id, Change.kind, Change.proposed_at)
            .join(Change, Change.id == Fact.change_id)
            .where(Fact.id.in_(ids))
        )
    }
    today = now.date()
    found = {}
    for fact_id in ids:
        said = claims[fact_id]
        sayers = frozenset(one[0] for one in said)
        rank = max((RANKS[trust] for *_, trust, _ in said), default=0)
        change = born[fact_id]
        if fact_id in confirmed:
            method, at = confirmed[fact_id]
            own = RANKS["provider" if method == "provider" else "human"]
            words = f"confirmed {_METHODS.get(method, '')} ".replace("  ", " ") + day(at.date(), today=today)
            found[fact_id] = Backing(max(rank, own), own, "confirmed", words, sayers)
        elif change.kind != "import" or not said:
            words = f"entered by a person {day(change.proposed_at.date(), today=today)}"
            found[fact_id] = Backing(max(rank, RANKS["human"]), RANKS["human"], "entered", words, sayers)
        else:
            _, key, _, at = said[0]
            found[fact_id] = Backing(rank, 0, "other-source", f"{key}, since {day(at.date(), today=today)}", sayers)
    return found


def _confirmed(session: Session, fact_ids: Sequence[int]) -> dict[int, tuple[str, dt.datetime]]:
    """Fact -> method and time of what spoke for it last. A provider's own word is not outdone by a later call."""
    rows = session.execute(
        sa.select(Evidence.fact_id, Evidence.method, Evidence.observed_at, Evidence.log2_odds)
        .where(Evidence.fact_id.in_(fact_ids))
        .order_by(Evidence.observed_at, Evidence.id)
    )
    found: dict[int, tuple[str, dt.datetime]] = {}
    for row in rows:
        if not supports(row.log2_odds) or row.method in _SAID_BY_SOURCES:
            continue
        if found.get(row.fact_id, ("",))[0] != "provider" or row.method == "provider":
            found[row.fact_id] = (row.method, row.observed_at)
    return found
