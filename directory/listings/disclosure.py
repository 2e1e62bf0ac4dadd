"""Who sees what: the one place.

Three tiers of viewers and three policies for a service's location. What a viewer may not see is cut out of the
document before it reaches a template, an export or a search posting; nothing downstream filters again.
"""

from collections.abc import Callable, Collection, Iterable

import msgspec

from directory.listings.drafts import OPENNESS, FactDraft, LocationDisclosure, OrganizationDraft, ServiceDraft
from directory.listings.fields import FIELDS, TIERS, Tier
from directory.listings.screen import Screened, screen, without_mentions
from directory.vocabulary.terms import kind as kind_term

# The parts of a value in which someone may have written a sentence.
FREE_TEXT_PARTS = ("text", "description", "note", "name", "title", "voicemail", "department", "email", "reference")
# A site of its own often shows where a confidential place is; shown to coordinators until the provider says otherwise.
WEB_FIELDS = frozenset({"url", "email"})
UNNAMED = "Name not shown"


def sees(viewer: Tier, shown_to: Tier) -> bool:
    """Whether a viewer of one tier sees what is meant for another."""
    return TIERS.index(shown_to) <= TIERS.index(viewer)


def default_disclosure(kinds: Iterable[str]) -> LocationDisclosure:
    """The policy of a service of these kinds when nobody has authorised another (SAFETY L16): closed if any kind is."""
    closed = any(kind_term(code).default_disclosure == "area_only" for code in kinds)
    return "area_only" if closed else "public"


def more_closed(one: LocationDisclosure, other: LocationDisclosure) -> LocationDisclosure:
    """The stricter of two policies: an import may raise confidentiality and never lower it (SAFETY I7)."""
    return max(one, other, key=OPENNESS.index)


def may_hold(field: str, disclosure: LocationDisclosure) -> bool:
    """Whether a field may be kept at all for a service of this policy (SAFETY L1, L7)."""
    return disclosure == "public" or not FIELDS[field].dropped_unless_public


def screened(fact: FactDraft, secrets: Collection[str] = ()) -> FactDraft | None:
    """The fact without sentences that could place it or that name a secret; None when nothing is left to say.

    A name that would place it is replaced, because a listing needs one. ``secrets`` are words as
    ``streets.street_spellings`` writes them.
    """
    return _rewritten(fact, lambda text: screen(text, secrets=secrets))


def without_secrets(fact: FactDraft, secrets: Collection[str]) -> FactDraft | None:
    """A public fact without the sentences that name another service's secret place; None when nothing is left."""
    return _rewritten(fact, lambda text: without_mentions(text, secrets))


def _rewritten(fact: FactDraft, rewrite: Callable[[str], Screened]) -> FactDraft | None:
    changes = {}
    for part in FREE_TEXT_PARTS:
        text = getattr(fact.value, part, None)
        if isinstance(text, str) and text:
            kept = rewrite(text)
            if kept.rules:
                changes[part] = kept.text
    if not changes:
        return fact
    if fact.field == "name":
        changes["text"] = UNNAMED
        # What finds the same name elsewhere is the name again.
        fact = msgspec.structs.replace(fact, match_key=None)
    if changes.get("text") == "" and fact.field != "schedule":
        return None
    return msgspec.structs.replace(fact, value=msgspec.structs.replace(fact.value, **changes))


def closed_facts(facts: Iterable[FactDraft], secrets: Collection[str] = ()) -> list[FactDraft]:
    """Facts as they may be kept where the location is confidential: screened, web addresses for coordinators only."""
    kept = []
    for fact in facts:
        if not may_hold(fact.field, "area_only"):
            continue
        clean = screened(fact, secrets)
        if clean is not None and clean.field in WEB_FIELDS:
            clean = msgspec.structs.replace(clean, tier="coordinator")
        if clean is not None:
            kept.append(clean)
    return kept


def close_service(draft: ServiceDraft, disclosure: LocationDisclosure, area: str | None) -> ServiceDraft:
    """The draft as it may be kept under a stricter policy than its own: no sites, screened texts."""
    if disclosure == "public":
        return draft
    return msgspec.structs.replace(
        draft, facts=closed_facts(draft.facts), location_disclosure=disclosure, published_area=area, sites=[]
    )


def as_kept(draft: OrganizationDraft | ServiceDraft) -> OrganizationDraft | ServiceDraft:
    """The draft as it may be kept under its own policy."""
    if isinstance(draft, ServiceDraft):
        return close_service(draft, draft.location_disclosure, draft.published_area)
    return draft


def close_organization(draft: OrganizationDraft) -> OrganizationDraft:
    """The draft of an organization that has a confidential service (SAFETY L18)."""
    return msgspec.structs.replace(draft, facts=closed_facts(draft.facts))
