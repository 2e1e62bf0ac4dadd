"""What calls asked for and did not get: by kind and area, over thirteen whole weeks, without any small number.

Each listing counts in one line, no sum of lines is told, and the weeks of one report are never those of another: what
two reports, or two lines, come to says nothing of a few calls (SAFETY P4).
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.models import CardRow
from directory.coverage.suppression import told_parts
from directory.db import in_portions
from directory.freshness.parameters import group_of
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import LEAST, REASONS, monday_of
from directory.truth.queries import state_of

WEEKS = 13
# Areas of a kind that have too few calls each, together.
ELSEWHERE = "elsewhere"
# What calls came to, as the report tells it: a machine and a dead line are the same to whoever needed somebody.
ENDS = ("accepted", "full", "declined", "answered", "unreached")
_ENDS = {"voicemail": "unreached", "disconnected": "unreached"}
_UNTOLD = ""


class Unmet(msgspec.Struct, frozen=True):
    """What calls to services of one kind in one area came to.

    Attributes:
        kind: a group of kinds (``freshness.parameters``).
        area: a state, of confidential services their published area; ``ELSEWHERE`` for several with few calls each.
        asked: how many calls were told of.
        ends: of ``ENDS``, those that may be told.
        reasons: what was missing where they said no, of ``REASONS``, as far as it may be told.
    """

    kind: str
    area: str
    asked: int
    ends: dict[str, int]
    reasons: dict[str, int]


class UnmetNeeds(msgspec.Struct, frozen=True):
    """The report: its first and last day, and its lines, those that got least first."""

    first: dt.date
    last: dt.date
    lines: tuple[Unmet, ...]


class _Brief(msgspec.Struct, gc=False):
    """What is read of a card."""

    kinds: list[str] = []
    block: str = "site"
    place: str = ""
    country: str = "US"
    practice: bool = False


_brief = msgspec.json.Decoder(_Brief)


def last_weeks(today: dt.date) -> tuple[int, int]:
    """The Mondays, as day numbers, of the first and last of the last thirteen weeks that are over as a whole.

    Reports follow one another and share no week.
    """
    week = (monday_of(today) - 1) // 7
    first = (week // WEEKS - 1) * WEEKS
    return first * 7 + 1, (first + WEEKS - 1) * 7 + 1


def unmet_needs(session: Session, *, today: dt.date) -> UnmetNeeds:
    """The report of the last thirteen whole weeks; of services that can be found, without those for practice."""
    first, last = last_weeks(today)
    rows = session.execute(
        sa.select(OutcomeCount.listing_id, OutcomeCount.outcome, OutcomeCount.reason, sa.func.sum(OutcomeCount.n))
        .where(OutcomeCount.week.between(first, last))
        .group_by(OutcomeCount.listing_id, OutcomeCount.outcome, OutcomeCount.reason)
    ).all()
    lines = _lines_of(session, {row.listing_id for row in rows})
    counted: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for listing_id, outcome, reason, n in rows:
        if listing_id in lines:
            counted[lines[listing_id]][_ENDS.get(outcome, outcome), reason] += int(n)
    return UnmetNeeds(dt.date.fromordinal(first), dt.date.fromordinal(last + 6), told(counted))


def told(counted: dict[tuple[str, str], Counter[tuple[str, str]]]) -> tuple[Unmet, ...]:
    """The lines that may be told, from how often calls in a kind and area ended so and for what reason."""
    small: dict[str, list[Counter[tuple[str, str]]]] = defaultdict(list)
    found = []
    for (kind, area), counts in counted.items():
        if counts.total() >= LEAST:
            found.append(_line(kind, area, counts))
        else:
            small[kind].append(counts)
    for kind, several in small.items():
        together = sum(several, Counter[tuple[str, str]]())
        if together.total() >= LEAST:
            found.append(_line(kind, ELSEWHERE, together))
    return tuple(sorted(found, key=lambda one: (one.ends.get("accepted", 0) - one.asked, one.kind, one.area)))


def _line(kind: str, area: str, counts: Counter[tuple[str, str]]) -> Unmet:
    ends, reasons = Counter[str](), Counter[str]()
    for (end, reason), n in counts.items():
        ends[end] += n
        if end == "declined":
            reasons[reason] += n
    shown = told_parts(ends)
    # Reasons add up to the noes: where those are left out, so are they.
    why = told_parts(reasons) if "declined" in shown else {}
    why.pop(_UNTOLD, None)
    return Unmet(kind, area, counts.total(), shown, why)


def _lines_of(session: Session, listings: set[int]) -> dict[int, tuple[str, str]]:
    """Listing -> the kind and area that it is counted in; those that nobody may find are not in it."""
    found: dict[int, tuple[str, str]] = {}
    for portion in in_portions(sorted(listings)):
        cards = sa.select(CardRow.record_id, CardRow.brief).where(
            CardRow.record_id.in_(portion), CardRow.brief.is_not(None)
        )
        for listing_id, blob in session.execute(cards):
            brief = _brief.decode(blob or b"{}")
            if not brief.practice:
                area = brief.place if brief.block == "confidential" else state_of((brief.country, brief.place))
                found[listing_id] = (group_of(tuple(brief.kinds)), area)
    return found


def unmet_rows(
    found: UnmetNeeds, *, of_group: Callable[[str], str], of_area: Callable[[str], str]
) -> list[dict[str, Any]]:
    """The report as a table for a spreadsheet; what is not told is empty."""
    return [
        {
            "kind": of_group(one.kind), "area": area_told(one.area, of_area), "from": found.first.isoformat(),
            "to": found.last.isoformat(), "asked": one.asked, **{end: one.ends.get(end) for end in ENDS},
            **{f"missing_{reason.replace('-', '_')}": one.reasons.get(reason) for reason in REASONS},
        }
        for one in found.lines
    ]  # fmt: skip


def area_told(code: str, of_area: Callable[[str], str]) -> str:
    """An area in words."""
    return "Other areas, with few calls each" if code == ELSEWHERE else of_area(code)
