"""From a card to its postings: which terms a listing is found under, and its facts as bits. Pure.

Terms, cells and bits are as in ``directory.search.models``; the numbers are permanent.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from directory.cards.card import Card
from directory.cards.lines import schedules
from directory.places.areas import all_areas, area_by_id
from directory.places.place import Place
from directory.places.regions import country_number, state_number, state_of_number
from directory.search.models import SearchKey
from directory.values.hours import DAY_MINUTES, WEEK_MINUTES
from directory.values.language import bit_of
from directory.values.point import earth_vector, morton
from directory.vocabulary.terms import kind, kind_mask, needs_mask, trauma_level

COLUMNS = tuple(column.name for column in SearchKey.__table__.columns)

ANY_SITE = 0
COUNTRIES = 10_000
REGIONS = 11_000
COUNTIES = 20_000
AREAS = 200_000
CONFIDENTIAL = 1_000_000
ANY_KIND = 0  # the cell of an area's postings whatever their kind

ANSWERED_ALWAYS = 1 << 0
INTERPRETER = 1 << 1
LANGUAGES_STATED = 1 << 2
NO_SITE = 1 << 3
PRACTICE = 1 << 4
TRAUMA_SHIFT = 5
TRAUMA_LEVELS = 7 << TRAUMA_SHIFT
MAY_NOT_WORK = 1 << 8
# Figures of a listing, packed into the flags behind the single bits: how far each is shifted, and how wide it is. 0
# says that nothing is stated, but for ages, where AGES_STATED does.
AGES_STATED = 1 << 9
LOWEST_AGE_SHIFT, HIGHEST_AGE_SHIFT, AGE_MASK = 10, 17, 127
MOST_CHILDREN_SHIFT, MOST_CHILDREN_MASK = 24, 15  # one more than is stated, so that none can be told from nothing
BOYS_TO_SHIFT, BOYS_TO_MASK = 28, 31  # likewise
GROUP_SHIFT, GROUP_MASK = 33, 511

LANGUAGE_WORDS = 4
_ALL_WEEK = [(0, WEEK_MINUTES)]
# The schedule that says when somebody can come in.
INTAKE = "intake"
# What stands among origins of a listing that takes people from other countries than its own.
ABROAD = "abroad"
# Public ids are random and public, so there is nothing to hide here. The key only makes this order another one than
# that of the ids, which stands elsewhere: nobody gains a lasting first place by drawing a low id.
_ORDER_KEY = b"order of confidential listings"


class Week(msgspec.Struct, frozen=True):
    """When it is open by the clock of a zone: one or several schedules, each with the days on which it does not hold.

    Spans are minutes from Monday 00:00, cut at every midnight; days are day numbers.
    """

    zone: str
    parts: tuple[tuple[tuple[tuple[int, int], ...], tuple[int, ...]], ...]

    def digest(self) -> bytes:
        """16 bytes that no other week has."""
        return hashlib.blake2b(msgspec.json.encode(self), digest_size=16).digest()


def kind_term(code: str) -> int:
    """The term of sites of one kind."""
    return 1 + kind(code).bit


def kind_cell(code: str) -> int:
    """The cell of one kind in the terms of areas."""
    return 1 + kind(code).bit


def area_term(code: str) -> int | None:
    """The term of an area by its code: ``US``, ``US-FL``, a county's FIPS ``12086``, ``US-FL-331``; None if unknown.

    A state that is itself a confidential area ("US-DC") has one term for both.
    """
    if code.isdigit():
        return COUNTIES + int(code)
    nation, _, part = code.partition("-")
    if not part:
        number = country_number(nation)
        return None if number is None else COUNTRIES + number
    number = state_number(part, nation)
    if number is not None:
        return REGIONS + number
    area = area_by_id(code)
    return None if area is None else AREAS + area.number


def wider_origins(code: str) -> list[str]:
    """The code of an area as ``origin_code`` has it, and those of the areas that hold it: county, state, nation."""
    parts = origin_code(code).split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]


def tie_of(card: Card) -> int:
    """31 bits that order listings of equal score; see ``SearchKey``."""
    if card.block == "confidential":
        digest = hashlib.blake2b(card.id.encode(), key=_ORDER_KEY, digest_size=4).digest()
        return int.from_bytes(digest) >> 1
    return uuid.UUID(card.id).int >> 97


def open_weeks(card: Card) -> tuple[Week | None, Week | None]:
    """When any of its schedules is open, and when its intake is; None where no hours or no zone are stated."""
    weeks = schedules(card)
    return _week(card, weeks), _week(card, {slot: week for slot, week in weeks.items() if slot == INTAKE})


def origin_codes(card: Card) -> str:
    """Where people may come from, as areas with a blank on each side, a county behind its state (" US-FL-12086 ").

    People from abroad are those from any country but the listing's (" abroad:US "). Empty when nothing is stated.
    """
    codes = sorted({f"{ABROAD}:{card.country}" if code == ABROAD else origin_code(code) for code in card.accepts_from})
    return f" {' '.join(codes)} " if codes else ""


def origin_code(code: str) -> str:
    """The code of an area with everything that holds it in front: a county's (FIPS) begins with its state."""
    if not code.isdigit():
        return code
    state = state_of_number(int(code) // 1000, "US")
    return f"US-{state}-{code}" if state else f"US--{code}"


def postings_of(
    card: Card,
    *,
    record_id: int,
    service_id: int,
    point: tuple[float, float] | None,
    open_week: int = 0,
    intake_week: int = 0,
    origins: int = 0,
) -> list[tuple[Any, ...]]:
    """The rows of a listing, in the order of ``COLUMNS``.

    ``point`` counts only for a card of the block ``site``; nothing else ever has one. Weeks and origins are row ids.
    """
    bits = _bits(card)
    ending = (*bits, open_week, intake_week, card.fresh_until, origins, _published_area(card))
    own = (service_id, tie_of(card))
    if card.block == "site" and point is not None:
        cell, vector = morton(*point), earth_vector(*point)
        terms = sorted({ANY_SITE, *map(kind_term, card.kinds)})
        return [(term, cell, record_id, *own, *vector, *ending) for term in terms]
    cells = sorted({ANY_KIND, *map(kind_cell, card.kinds)})
    return [
        (term, cell, record_id, *own, None, None, None, *ending) for term in sorted(area_terms(card)) for cell in cells
    ]


def wide_terms(place: Place) -> list[int]:
    """The terms of what works for the whole county, state or nation of a place."""
    codes = (place.country, f"{place.country}-{place.region}" if place.region else None, place.county)
    terms = (area_term(code) for code in codes if code)
    return [term for term in terms if term is not None]


def confidential_terms(place: Place, touched: Iterable[int]) -> list[int]:
    """The terms of confidential listings to be shown for a circle around a place.

    They are those published in an area that the circle touches (``touched``: numbers of areas, fine and coarse), and
    those that serve the place's own county, state or nation. Nothing finer than an area decides (SAFETY L5).
    """
    by_number = _terms_by_number()
    terms = {by_number[number] for number in touched if number in by_number}
    return sorted(CONFIDENTIAL + term for term in terms | set(wide_terms(place)))


@cache
def _terms_by_number() -> dict[int, int]:
    terms = ((area.number, area_term(area.id)) for area in all_areas())
    return {number: term for number, term in terms if term is not None}


def area_terms(card: Card) -> set[int]:
    """The terms of the areas that a listing is published in, or serves as a whole."""
    shift = CONFIDENTIAL if card.block == "confidential" else 0
    terms = (area_term(code) for code in {card.place, *card.service_areas})
    return {shift + term for term in terms if term is not None}


def _published_area(card: Card) -> int:
    area = area_by_id(card.place) if card.block == "confidential" else None
    return area.number if area else 0


def _bits(card: Card) -> tuple[int, ...]:
    """flags, k0, k1, yes, no, l0 .. l3."""
    languages = [0] * LANGUAGE_WORDS
    for tag in card.languages:
        place = bit_of(tag)
        if place is not None:
            languages[place[0]] |= 1 << place[1]
    flags = (
        (ANSWERED_ALWAYS if any(spans == _ALL_WEEK for spans in schedules(card).values()) else 0)
        | (INTERPRETER if card.languages.get("any") == "interpreter" else 0)
        | (LANGUAGES_STATED if card.languages else 0)
        | (NO_SITE if card.block != "site" else 0)
        | (PRACTICE if card.practice else 0)
        | ((trauma_level(card.trauma_informed.level) if card.trauma_informed else 0) << TRAUMA_SHIFT)
        | (MAY_NOT_WORK if card.may_not_work else 0)
        | _figures(card)
    )
    return flags, *kind_mask(card.kinds), needs_mask(card.yes), needs_mask(card.no), *languages


def _figures(card: Card) -> int:
    lowest, highest = card.age or (None, None)
    most, boys_to = card.children or (None, None)
    packed = 0
    if lowest is not None or highest is not None:
        packed |= AGES_STATED
        packed |= min(lowest or 0, AGE_MASK) << LOWEST_AGE_SHIFT
        packed |= (AGE_MASK if highest is None else min(highest, AGE_MASK - 1)) << HIGHEST_AGE_SHIFT
    if most is not None:
        packed |= min(most + 1, MOST_CHILDREN_MASK) << MOST_CHILDREN_SHIFT
    if boys_to is not None:
        packed |= min(boys_to + 1, BOYS_TO_MASK) << BOYS_TO_SHIFT
    return packed | (min(card.group or 0, GROUP_MASK) << GROUP_SHIFT)


def _week(card: Card, weeks: Mapping[str, Iterable[tuple[int, int]]]) -> Week | None:
    if not card.zone:
        return None
    parts = {(tuple(_cut_at_midnight(week)), tuple(card.closed.get(slot, ()))) for slot, week in weeks.items()}
    known = sorted(part for part in parts if part[0])
    return Week(card.zone, tuple(known)) if known else None


def _cut_at_midnight(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, stop in spans:
        for midnight in range(start - start % DAY_MINUTES, stop, DAY_MINUTES):
            yield max(start, midnight), min(stop, midnight + DAY_MINUTES)
