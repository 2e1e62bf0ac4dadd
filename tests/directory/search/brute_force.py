"""The same question answered slowly: every card looked at, no postings, no bits. What search must agree with."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from directory.cards.card import Card
from directory.places.areas import area_by_id, area_by_number, coarser
from directory.search.answer import Question
from directory.search.postings import tie_of
from directory.search.ranking import Extent, Standing, penalty_km, score_km
from directory.search.sources import Areas
from directory.values.plain_text import folded
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


def answer_slowly(seeds: Sequence[Seed], question: Question, *, areas: Areas, now: dt.datetime) -> Expected:
    """Look at every card. Of the words asked for, whole ones alone are found here."""
    candidates = [found for seed in seeds if (found := _candidate(seed, question, areas, now)) is not None]
    fitting = [found for found in candidates if not found.missing]
    places: dict[str, set[str]] = defaultdict(set)
    for found in fitting:
        places[found.card.service].add(found.card.id)
    best = _each_service_once(fitting)
    fits = {block: [found for found in best if found.block == block] for block in ("near", "wide", "confidential")}
    misses = [found for found in candidates if found.missing and found.card.service not in places]
    return Expected(len(best), fits, _each_service_once(misses), {one: len(ids) for one, ids in places.items()})


State = Literal["yes", "ask", "no"]


def states(card: Card, question: Question, now: dt.datetime) -> Iterator[State]:
    """What a card says to each need but languages and where it is."""
    for slug in question.who:
        if slug == "minors" and question.minor_age is not None:
            yield _minor(card, question.minor_age)
        elif slug == "with-children" and question.children:
            yield _children(card, question)
        else:
            yield _stated(card, slug)
    for slug in question.barriers:
        yield _stated(card, slug)
    if question.trauma_informed:
        level = trauma_level(card.trauma_informed.level) if card.trauma_informed else 0
        yield "yes" if level >= trauma_level(question.trauma_informed) else "ask"
    if question.open:
        yield _open(card, question, now)
    if question.group is not None:
        yield "ask" if card.group is None else "yes" if card.group >= question.group else "no"
    if question.accepts_from is not None:
        yield _accepts(card, question.accepts_from)


def _stated(card: Card, slug: str) -> State:
    return "no" if slug in card.no else "yes" if slug in card.yes else "ask"


def _minor(card: Card, age: int) -> State:
    if "minors" in card.no:
        return "no"
    if card.age is None or card.age == (None, None):
        return "ask"
    lowest, highest = card.age
    return "yes" if (lowest or 0) <= age and (highest is None or age <= highest) else "no"


def _children(card: Card, question: Question) -> State:
    most, boys_to = card.children or (None, None)
    if "with-children" in card.no or (most is not None and len(question.children) > most):
        return "no"
    may_be_boys = [child for child in question.children if child.sex != "f"]
    if boys_to is not None and any(child.sex == "m" and child.age > boys_to for child in may_be_boys):
        return "no"
    if "with-children" not in card.yes or (most is None and len(question.children) > 1):
        return "ask"
    return "ask" if any(boys_to is None or child.age > boys_to for child in may_be_boys) else "yes"


# Every question looks at every card, and few ask for another time.
_opened: dict[tuple[str, str, dt.datetime], State] = {}


def _open(card: Card, question: Question, now: dt.datetime) -> State:
    key = card.id, question.open, now
    if key not in _opened:
        _opened[key] = _open_by_the_minute(card, question, now)
    return _opened[key]


def _open_by_the_minute(card: Card, question: Question, now: dt.datetime) -> State:
    slots = [slot for slot in card.weeks if question.open == "now" or slot == "intake"]
    if not card.zone or not any(card.weeks[slot] for slot in slots):
        return "ask"
    at = now.astimezone(ZoneInfo(card.zone)).replace(second=0, microsecond=0, tzinfo=None)
    until = at + dt.timedelta(minutes=1)
    if question.open == "tonight":
        until = at.replace(hour=6, minute=0) + dt.timedelta(days=0 if at.hour < 6 else 1)
    while at < until:
        minute = at.weekday() * 1_440 + at.hour * 60 + at.minute
        for slot in slots:
            if at.toordinal() not in card.closed.get(slot, ()) and any(a <= minute < b for a, b in card.weeks[slot]):
                return "yes"
        at += dt.timedelta(minutes=1)
    return "no"


def _accepts(card: Card, code: str) -> State:
    """Only nations, states and counties of Florida (FIPS 12...) occur in tests."""

    def holds(wide: str, small: str) -> bool:
        if small.isdigit():
            return wide in {small, "US", "US-FL"}
        return small == wide or small.startswith(f"{wide}-")

    if not card.accepts_from:
        return "ask"
    nation = "US" if code.isdigit() else code[:2]
    if any(holds(one, code) for one in card.accepts_from) or ("abroad" in card.accepts_from and nation != card.country):
        return "yes"
    return "ask" if any(holds(code, one) for one in card.accepts_from if one != "abroad") else "no"


def standing(
    card: Card, question: Question, now: dt.datetime, *, may_be_near: bool = False, is_named: bool = True
) -> tuple[Standing, int]:
    """What is known of a card against a question, and how many needs are a stated no."""
    today = now.date().toordinal()
    said = list(states(card, question, now))
    unknown, missing = said.count("ask") + may_be_near + (not is_named), said.count("no")
    interpreted = 0
    for tag in question.languages:
        if tag in card.languages:
            continue
        if card.languages.get("any") == "interpreter":
            interpreted += 1
        elif card.languages:
            missing += 1
        else:
            unknown += 1
    needs = len(said) + len(question.languages) + (question.away_from is not None) + bool(question.name)
    found = Standing(
        needs=needs,
        unknown=unknown,
        interpreted=interpreted,
        confirmed="fresh" if card.fresh_until >= today else "stale" if card.fresh_until else "never",
        may_not_work=card.may_not_work,
    )
    return found, missing


def _candidate(  # noqa: PLR0911 - a reason to leave a listing out, each on its own
    seed: Seed, question: Question, areas: Areas, now: dt.datetime
) -> Candidate | None:
    card = seed.card
    if question.need and not expand_kind(question.need) & set(card.kinds):
        return None
    names = folded(f"{card.name} {card.organization}").split()
    asked = folded(question.name).split()
    if not set(asked) <= {*names, *folded(seed.says).split()}:
        return None
    number = area.number if (area := area_by_id(card.place)) and card.block == "confidential" else 0
    may_be_near = card.block == "confidential" and question.away_from is not None and number in {0, *areas.may_be_near}
    known, missing = standing(card, question, now, may_be_near=may_be_near, is_named=set(asked) <= set(names))
    if card.block == "site" and seed.point is not None:
        place, away = question.near, question.away_from
        if away is not None and distance_km((away.lat, away.lon), seed.point) <= question.beyond_km:
            return None
        apart = None if place is None else distance_km((place.lat, place.lon), seed.point)
        if apart is not None and apart > question.within_km:
            return None
        return Candidate("near", card, score_km(apart, known), missing, missing)
    if card.block == "area":
        extent = _extent(card, question)
        return None if extent is None else Candidate("wide", card, score_km(extent, known), missing, missing)
    if number in areas.held or not _is_shown(card, question, areas):
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


def _is_shown(card: Card, question: Question, areas: Areas) -> bool:
    if question.near is None:
        return True
    touched = [area for number in areas.touched if (area := area_by_number(number)) is not None]
    shown = {one.id for area in touched for one in (area, *coarser(area))}
    return bool(_codes(card) & (shown | set(_place_codes(question))))


def _each_service_once(candidates: Sequence[Candidate]) -> list[Candidate]:
    best: dict[str, Candidate] = {}
    for found in sorted(candidates, key=lambda one: (one.rank, one.score, tie_of(one.card), one.card.id)):
        best.setdefault(found.card.service, found)
    return list(best.values())


def most_penalty(question: Question, cards: Sequence[Card], now: dt.datetime) -> float:
    """The largest penalty that any of these cards gets."""
    return max(penalty_km(standing(card, question, now)[0]) for card in cards)
