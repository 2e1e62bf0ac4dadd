"""Reads what coverage is made of: every listing that can be found, once for the figures and for this."""

from collections import Counter
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import decode_card
from directory.cards.models import CardRow
from directory.coverage.gaps import Gap, Met, Offer, gaps, meets
from directory.coverage.ground import Ground, ground_of
from directory.coverage.needs import Need, needs
from directory.freshness.belief import state_on
from directory.integrity.in_scope import which_in_scope
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.places.gazetteer import Gazetteer
from directory.truth.queries import Known, known_listings
from directory.vocabulary.terms import expand_kind

# Of so many listings at most is looked whether somebody works on them.
_MOST_LOOKED_AT, _MOST_SHOWN = 200, 40
_CONFIRMED = ("verified", "due")


class Coverage(msgspec.Struct, frozen=True):
    """Where is looked, and the gaps there, the largest first."""

    ground: Ground
    gaps: tuple[Gap, ...]


class ToAsk(msgspec.Struct, frozen=True):
    """A listing that may meet a need, if somebody asked.

    Attributes:
        listing: its public id.
        name: of the service.
        areas: of the gap, that it is in or serves; at most three.
        says: ``unconfirmed`` where it is stated to meet the need, else ``unknown``.
        is_confirmed: whether a person or the provider confirmed the listing itself, in time.
    """

    listing: str
    name: str
    areas: tuple[str, ...]
    says: Met
    is_confirmed: bool


def coverage_of(known: Known, gazetteer: Gazetteer, *, day: int) -> Coverage:
    """What all listings together cover on a day (its number)."""
    ground = ground_of(known.offered, gazetteer)
    return Coverage(ground, gaps(Counter(_offers(known, ground, day=day)), needs(), ground.people))


def services_of(known: Known, ground: Ground, kind: str, *, day: int) -> dict[str, int]:
    """Area -> how many services of a kind, or one under it, are confirmed there on a day; every area that is looked at.

    Raises:
        UnknownTermError: there is no such kind.
    """
    slugs = expand_kind(kind)
    services: dict[str, set[str]] = {area: set() for area in ground.people}
    for offer, one in zip(_offers(known, ground, day=day), known.offered, strict=True):
        if offer.is_confirmed and not slugs.isdisjoint(offer.kinds):
            for area in offer.areas:
                services[area].add(one.service)
    return {area: len(found) for area, found in services.items()}


def _offers(known: Known, ground: Ground, *, day: int) -> Iterator[Offer]:
    """What each listing offers, in their order."""
    areas: dict[tuple[str, ...], tuple[str, ...]] = {}
    for kept, one in zip(known.kept, known.offered, strict=True):
        if one.where not in areas:
            areas[one.where] = ground.areas_of(one.where)
        is_confirmed = not one.may_not_work and state_on(kept, day) in _CONFIRMED
        yield Offer(one.kinds, one.yes, one.no, areas[one.where], is_confirmed)


def whom_to_ask(
    session: Session, need: Need, gazetteer: Gazetteer, *, by: Actor, day: int
) -> tuple[Gap | None, list[ToAsk]]:
    """The gap of a need, None where there is none, and the listings that may close it, within what somebody works on.

    Those that are stated to meet it come first, then those that are confirmed, then those in the largest areas.
    """
    known = known_listings(session)
    ground = ground_of(known.offered, gazetteer)
    offers = list(_offers(known, ground, day=day))
    gap = next(iter(gaps(Counter(offers), [need], ground.people)), None)
    if gap is None:
        return None, []
    slugs, mask, place = need.slugs, need.mask, {area: number for number, area in enumerate(gap.areas)}
    cases = []
    for one, offer in zip(known.offered, offers, strict=True):
        within = sorted(place[area] for area in offer.areas if area in place)
        says = meets(offer, slugs=slugs, mask=mask)
        if within and says in ("unconfirmed", "unknown"):
            cases.append((says != "unconfirmed", not offer.is_confirmed, within, one.listing_id, says, offer))
    cases.sort(key=lambda case: case[:4])
    del cases[_MOST_LOOKED_AT:]
    listings = session.scalars(sa.select(Record).where(Record.id.in_([case[3] for case in cases])))
    theirs = which_in_scope(session, listings, by=by)
    found: list[ToAsk] = []
    for _, _, within, listing_id, says, offer in cases:
        if len(found) < _MOST_SHOWN and listing_id in theirs:
            brief = session.get_one(CardRow, listing_id).brief
            card = decode_card(bytes(brief or b"{}"))
            areas = tuple(gap.areas[number] for number in within[:3])
            found.append(ToAsk(card.id, card.name, areas, says, offer.is_confirmed))
    return gap, found
