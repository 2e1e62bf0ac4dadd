"""The same question answered slowly: every card looked at, no postings, no bits. What search must agree with."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from directory.cards.card import Card
from directory.places.areas import area_by_number, coarser
from directory.search.answer import Question
from directory.search.postings import tie_of
from directory.search.ranking import Extent, Standing, penalty_km, score_km
from directory.values.point import distance_km
from directory.vocabulary.terms import expand_kind, trauma_level
from tests.directory.search.seeding import Seed


class Candidate(msgspec.Struct, frozen=True):
    """A listing that fits or nearly fits."""

    block: str
    card: Card
    score: float
    rank: int
    missing: int


class Expected(msgspec.Struct, frozen=True):
    """What must be found: every service once, in order, by block; and places by service."""

    total: int
    fits: dict[str, list[Candidate]]
    misses: list[Candidate]
    places: dict[str, int]


def answer_slowly(seeds: Sequence[Seed], question: Question, *, touched: frozenset[int], now: dt.datetime) -> Expected:
    """Look at every card."""
    today = now.date().toordinal()
    candidates = [found for seed in seeds if (found := _candidate(seed, question, touched, today)) is not None]
    fitting = [found for found in candidates if not found.missing]
    places: dict[str, set[str]] = defaultdict(set)
    for found in fitting:
        places[found.card.service].add(found.card.id)
    best = _each_service_once(fitting)
    fits = {block: [found for found in best if found.block == block] for block in ("near", "wide", "confidential")}
    misses = [found for found in candidates if found.missing and found.card.service not in places]
    return Expected(len(best), fits, _each_service_once(misses), {one: len(ids) for one, ids in places.items()})


def standing(card: Card, question: Question, today: int) -> tuple[Standing, int]:
    """What is known of a card against a question, and how many needs are a stated no."""
    unknown = interpreted = missing = 0
    for slug in (*question.who, *question.barriers):
        missing += slug in card.no
        unknown += slug not in card.no and slug not in card.yes
    for tag in question.languages:
        if tag in card.languages:
            continue
        if card.languages.get("any") == "interpreter":
            interpreted += 1
        elif card.languages:
            missing += 1
        else:
            unknown += 1
    if question.trauma_informed:
        level = trauma_level(card.trauma_informed.level) if card.trauma_informed else 0
        unknown += level < trauma_level(question.trauma_informed)
    needs = len(question.who) + len(question.barriers) + len(question.languages) + bool(question.trauma_informed)
    found = Standing(
        needs=needs,
        unknown=unknown,
        interpreted=interpreted,
        confirmed="fresh" if card.fresh_until >= today else "stale" if card.fresh_until else "never",
        may_not_work=card.may_not_work,
    )
    return found, missing


def _candidate(seed: Seed, question: Question, touched: frozenset[int], today: int) -> Candidate | None:
    card = seed.card
    if not expand_kind(question.need) & set(card.kinds):
        return None
    known, missing = standing(card, question, today)
    if card.block == "site" and seed.point is not None:
        place = question.near
        away = None if place is None else distance_km((place.lat, place.lon), seed.point)
        if away is not None and away > question.within_km:
            return None
        return Candidate("near", card, score_km(away, known), missing, missing)
    if card.block == "area":
        extent = _extent(card, question)
        return None if extent is None else Candidate("wide", card, score_km(extent, known), missing, missing)
    if not _is_shown(card, question, touched):
        return None
    score = score_km("state", known)
    return Candidate("confidential", card, score, missing or known.unknown, missing)


def _codes(card: Card) -> set[str]:
    return {card.place, *card.service_areas}


def _place_codes(question: Question) -> dict[str, Extent]:
    place = question.near
    assert place is not None
    codes: dict[str, Extent] = {place.country: "nation", f"{place.country}-{place.region}": "state"}
    return codes | ({place.county: "county"} if place.county else {})


def _extent(card: Card, question: Question) -> Extent | None:
    """The smallest of the areas it serves in which the place lies."""
    order: tuple[Extent, ...] = ("county", "state", "nation")
    if question.near is None:
        codes = _codes(card)
        extents: set[Extent] = {"county" if c.isdigit() else "state" if "-" in c else "nation" for c in codes}
    else:
        extents = {extent for code, extent in _place_codes(question).items() if code in _codes(card)}
    return next((extent for extent in order if extent in extents), None)


def _is_shown(card: Card, question: Question, touched: frozenset[int]) -> bool:
    if question.near is None:
        return True
    areas = [area for number in touched if (area := area_by_number(number)) is not None]
    shown = {one.id for area in areas for one in (area, *coarser(area))}
    return bool(_codes(card) & (shown | set(_place_codes(question))))


def _each_service_once(candidates: Sequence[Candidate]) -> list[Candidate]:
    best: dict[str, Candidate] = {}
    for found in sorted(candidates, key=lambda one: (one.rank, one.score, tie_of(one.card), one.card.id)):
        best.setdefault(found.card.service, found)
    return list(best.values())


def most_penalty(question: Question, cards: Sequence[Card], today: int) -> float:
    """The largest penalty that any of these cards gets."""
    return max(penalty_km(standing(card, question, today)[0]) for card in cards)
