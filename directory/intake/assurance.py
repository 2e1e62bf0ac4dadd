"""What a list may say for a program: its own word, and what others gave it; never that survivors reviewed it here.

That comes of a panel which met and which two people stand behind (``directory.vetting.panels``). Whatever a list says
of one counts as the program's own word, in a place that is not our panel's. An invented network may have an invented
panel: everything of it is marked.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.orm import Session

from directory.integrity.protection import REVIEWED
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.fields import TraumaInformed
from directory.people.models import Network

if TYPE_CHECKING:
    from directory.intake.service import SourceRow

# The rule by which a row tells of it.
LOWERED = "survivor-review-lowered"
_OWN_WORD = "attested"


def as_far_as_lists_go(session: Session, rows: Sequence["SourceRow"], *, network_id: int) -> Sequence["SourceRow"]:
    """The rows that come into a network, each as ``lowered`` has it; of an invented network as they are."""
    is_invented = session.get_one(Network, network_id).kind == "practice"
    return rows if is_invented else [lowered(row) for row in rows]


def lowered(row: "SourceRow") -> "SourceRow":
    """The row without our panel's word in it, and with the rule that says so; the same row where it has none."""
    if row.draft is None or not any(map(_claims, _facts(row.draft))):
        return row
    outcome = "repaired" if row.outcome == "accepted" else row.outcome
    return msgspec.structs.replace(row, draft=_lowered(row.draft), outcome=outcome, rules=(*row.rules, LOWERED))


def _facts(draft: OrganizationDraft | ServiceDraft) -> list[FactDraft]:
    sites = draft.sites if isinstance(draft, ServiceDraft) else []
    return [*draft.facts, *(fact for site in sites for fact in site.listing)]


def _lowered(draft: OrganizationDraft | ServiceDraft) -> OrganizationDraft | ServiceDraft:
    facts = _as_own_words(draft.facts)
    if isinstance(draft, OrganizationDraft):
        return msgspec.structs.replace(draft, facts=facts)
    sites = [msgspec.structs.replace(site, listing=_as_own_words(site.listing)) for site in draft.sites]
    return msgspec.structs.replace(draft, facts=facts, sites=sites)


def _as_own_words(facts: Sequence[FactDraft]) -> list[FactDraft]:
    """Each in its place once: what was said as such anyway goes first."""
    said = sorted(facts, key=_claims)
    placed: dict[tuple[str, str], FactDraft] = {}
    for fact in said:
        own = _as_own_word(fact) if _claims(fact) else fact
        placed.setdefault((own.field, own.slot), own)
    return list(placed.values())


def _claims(fact: FactDraft) -> bool:
    return fact.field == "trauma_informed" and (fact.value.level == REVIEWED or fact.slot.startswith(REVIEWED))


def _as_own_word(fact: FactDraft) -> FactDraft:
    value: TraumaInformed = fact.value
    level = _OWN_WORD if value.level == REVIEWED else value.level
    slot = f"{level}{fact.slot.removeprefix(REVIEWED)}" if fact.slot.startswith(REVIEWED) else fact.slot
    return msgspec.structs.replace(fact, value=msgspec.structs.replace(value, level=level), slot=slot)
