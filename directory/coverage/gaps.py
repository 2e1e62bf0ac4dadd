"""Which needs nobody confirmed meets, and where. Pure.

A listing meets a need when a person or its provider confirmed it, readers are not warned of it, and it is stated to
offer one of the kinds and to take all who are asked for. It is there in every area that it lies in or serves; a
confidential one in the whole of its published area, so that nothing finer decides (SAFETY L5). All of this follows from
what anybody may see, so that a small number tells nothing that cards do not.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from directory.coverage.needs import Need


class Offer(NamedTuple):
    """What a listing offers, where: kinds, populations and barriers (bits) it takes and does not, areas by code."""

    kinds: tuple[str, ...]
    yes: int
    no: int
    areas: tuple[str, ...]
    is_confirmed: bool


class Gap(msgspec.Struct, frozen=True):
    """A need, and where it is not met.

    Attributes:
        need: of ``needs.toml``.
        areas: codes of the areas in which nobody confirmed meets it, those with most people first.
        of: how many areas were looked at.
        people: how many people live in those where it is not met.
        to_ask: how many listings that are there may turn out to meet it, if somebody called.
    """

    need: Need
    areas: tuple[str, ...]
    of: int
    people: int
    to_ask: int

    @property
    def rank(self) -> float:
        """What gaps are ordered by: the weight of the need times the people."""
        return self.need.weight * self.people


Met = Literal["yes", "unconfirmed", "unknown", "no"]


def meets(offer: Offer, *, slugs: frozenset[str], mask: int) -> Met:
    """What a listing says to a need, by its ``slugs`` and ``mask``.

    ``unconfirmed`` is a yes that nobody confirmed, or too long ago.
    """
    if slugs.isdisjoint(offer.kinds) or offer.no & mask:
        return "no"
    if offer.yes & mask == mask:
        return "yes" if offer.is_confirmed else "unconfirmed"
    return "unknown"


def gaps(counted: Mapping[Offer, int], needs: Sequence[Need], people: Mapping[str, int]) -> tuple[Gap, ...]:
    """The needs that are not met everywhere, the largest gap first.

    Args:
        counted: what listings offer, and how many offer just that; few differ, however many there are.
        needs: what is looked for.
        people: area -> how many live there, for the areas that are looked at.
    """
    # Which kinds go with which needs is asked once for each set of kinds.
    by_kinds: dict[tuple[str, ...], list[tuple[Offer, int]]] = {}
    for offer, number in counted.items():
        by_kinds.setdefault(offer.kinds, []).append((offer, number))
    found = [gap for need in needs if (gap := _gap(by_kinds, need, people)) is not None]
    return tuple(sorted(found, key=lambda gap: (-gap.rank, gap.need.code)))


def _gap(
    by_kinds: Mapping[tuple[str, ...], Sequence[tuple[Offer, int]]], need: Need, people: Mapping[str, int]
) -> Gap | None:
    slugs, mask = need.slugs, need.mask
    met: set[str] = set()
    open_: list[tuple[Offer, int]] = []
    for kinds, cases in by_kinds.items():
        if slugs.isdisjoint(kinds):
            continue
        for offer, number in cases:
            answer = meets(offer, slugs=slugs, mask=mask)
            if answer == "yes":
                met.update(offer.areas)
            elif answer != "no":
                open_.append((offer, number))
    missing = {area: number for area, number in people.items() if area not in met}
    if not missing:
        return None
    to_ask = sum(number for offer, number in open_ if not missing.keys().isdisjoint(offer.areas))
    areas = tuple(sorted(missing, key=lambda area: (-missing[area], area)))
    return Gap(need, areas, len(people), sum(missing.values()), to_ask)
