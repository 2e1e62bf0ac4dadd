"""What was observed about a listing: of the facts that it is composed of, the nearest record's first. Pure.

It is what belief is made of, once for those who work here, and once as far as readers may know of the facts.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from directory.cards.documents import KnownFact, RecordHead, cut, line_order
from directory.freshness.belief import Belief, standing_of
from directory.freshness.observations import Observation, second_of
from directory.freshness.parameters import Parameters, weight_of
from directory.freshness.reasons import SOFT, coarse
from directory.listings.fields import Tier

# Facts that say whether, where and how a service can be reached; and those that readers ask about.
_HEARD = frozenset({"phone", "name", "status", "url", "email", "address", *SOFT})
# An organization's own name and lines are not those of its services; its site and mail are both.
_OF_ORGANIZATION = frozenset({"name", "phone"})
_BESIDE = frozenset({"url", "email"})


class Part(NamedTuple):
    """A record that a listing is composed of, with its current facts."""

    head: RecordHead
    facts: list[KnownFact]


class Heard(msgspec.Struct, frozen=True):
    """All that was observed about one listing.

    Attributes:
        observations: for those who work here.
        shown: those about facts that readers see.
        kinds: slugs.
        line: the slot of the line that is called; None where there is none.
        is_confidential: whether its place is secret.
    """

    observations: list[Observation]
    shown: list[Observation]
    kinds: frozenset[str]
    line: str | None
    is_confidential: bool

    def before(self, second: int) -> "Heard":
        """The same without what was observed from this second (since 1970) on."""
        return msgspec.structs.replace(
            self,
            observations=[one for one in self.observations if one.at < second],
            shown=[one for one in self.shown if one.at < second],
        )

    def belief(self, figures: Parameters) -> Belief:
        """What is believed of it by these figures, with the reasons that those who work here are told."""
        return standing_of(self.observations, self.kinds, line=self.line, parameters=figures)

    def belief_shown(self, belief: Belief, figures: Parameters) -> Belief:
        """The same with the reasons that readers are told."""
        reasons = belief.reasons
        if len(self.shown) != len(self.observations):
            reasons = standing_of(self.shown, self.kinds, line=self.line, parameters=figures).reasons
        return msgspec.structs.replace(belief, reasons=coarse(reasons) if self.is_confidential else reasons)


def hear(
    *, organization: Part, service: Part, location: Part | None, listing: Part, reported: Iterable[int] = ()
) -> Heard:
    """What was observed about a listing; ``reported`` are the day numbers on which readers reported it."""
    parts = (organization, service, location, listing)
    seen = _composed(parts, "coordinator")
    shown = _composed(parts, "public")
    lines = {slot: fact for (field, slot), fact in shown.items() if field == "phone"}
    lines = lines or {slot: fact for (field, slot), fact in seen.items() if field == "phone"}
    reports = [
        Observation(second_of(day), "", "report", "reported", weight_of("report", "reported")) for day in reported
    ]
    return Heard(
        [*_observations(seen), *reports],
        [*_observations(shown), *reports],
        frozenset(slot for field, slot in shown if field == "kind"),
        min(lines, key=lambda slot: line_order(lines[slot].value), default=None),
        service.head.location_disclosure != "public",
    )


def _composed(parts: Iterable[Part | None], tier: Tier) -> dict[tuple[str, str], KnownFact]:
    """The facts that one tier sees of a listing, by field and slot; the nearest record's counts."""
    found: dict[tuple[str, str], KnownFact] = {}
    lines: dict[tuple[str, str], KnownFact] = {}
    for part in parts:
        for fact in cut(part.head, part.facts, tier) if part is not None else ():
            of_organization = part is not None and part.head.kind == "organization"
            if fact.field not in _HEARD and fact.field != "kind":
                continue
            if of_organization and fact.field in _OF_ORGANIZATION:
                lines |= {("phone", fact.slot): fact} if fact.field == "phone" else {}
                continue
            beside = "organization:" if of_organization and fact.field in _BESIDE else ""
            found[fact.field, beside + fact.slot] = fact
    return found if any(field == "phone" for field, _ in found) else found | lines


def _observations(facts: Mapping[tuple[str, str], KnownFact]) -> list[Observation]:
    return [one._replace(slot=slot) for (field, slot), fact in facts.items() if field != "kind" for one in fact.heard]
