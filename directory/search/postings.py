"""From a card to its postings: which terms a listing is found under, and its facts as bits. Pure.

Terms, cells and bits are as in ``directory.search.models``; the numbers are permanent.
"""

import hashlib
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from directory.cards.card import Card
from directory.places.areas import all_areas, area_by_id
from directory.places.place import Place
from directory.places.regions import country_number, state_number
from directory.search.models import SearchKey
from directory.values.hours import DAY_MINUTES, WEEK_MINUTES, WEEKDAYS, half_hours
from directory.values.language import bit_of
from directory.values.point import morton, unit_vector
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

LANGUAGE_WORDS = 4
_ALL_WEEK = [(0, WEEK_MINUTES)]
# Public ids are random and public, so there is nothing to hide here. The key only makes this order another one than
# that of the ids, which stands elsewhere: nobody gains a lasting first place by drawing a low id.
_ORDER_KEY = b"order of confidential listings"


class Week(msgspec.Struct, frozen=True):
    """Half hours in which it is open, 48 bits for each day from Monday, by the clock of a zone."""

    zone: str
    days: tuple[int, ...]


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


def tie_of(card: Card) -> int:
    """31 bits that order listings of equal score; see ``SearchKey``."""
    if card.block == "confidential":
        digest = hashlib.blake2b(card.id.encode(), key=_ORDER_KEY, digest_size=4).digest()
        return int.from_bytes(digest) >> 1
    return uuid.UUID(card.id).int >> 97


def open_weeks(card: Card) -> tuple[Week | None, Week | None]:
    """When any of its schedules is open, and when its intake is; None where no hours or no zone are stated."""
    return _week(card, card.weeks), _week(card, [slot for slot in card.weeks if slot == "intake"])


def days_of_week(spans: Iterable[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """Spans of minutes of the week as minutes of each day (the inverse of ``values.hours.week_minutes``)."""
    days: dict[str, list[tuple[int, int]]] = {}
    for start, end in spans:
        for day in range(start // DAY_MINUTES, -(-end // DAY_MINUTES)):
            midnight = day * DAY_MINUTES
            within = max(start - midnight, 0), min(end - midnight, DAY_MINUTES)
            days.setdefault(WEEKDAYS[day], []).append(within)
    return days


def postings_of(
    card: Card,
    *,
    record_id: int,
    service_id: int,
    point: tuple[float, float] | None,
    open_week: int = 0,
    intake_week: int = 0,
) -> list[tuple[Any, ...]]:
    """The rows of a listing, in the order of ``COLUMNS``.

    ``point`` counts only for a card of the block ``site``; nothing else ever has one. The weeks are ids of rows.
    """
    bits = _bits(card)
    ending = (*bits, open_week, intake_week, card.fresh_until)
    own = (service_id, tie_of(card))
    if card.block == "site" and point is not None:
        cell, vector = morton(*point), unit_vector(*point)
        terms = sorted({ANY_SITE, *map(kind_term, card.kinds)})
        return [(term, cell, record_id, *own, *vector, *ending) for term in terms]
    cells = sorted({ANY_KIND, *map(kind_cell, card.kinds)})
    return [
        (term, cell, record_id, *own, None, None, None, *ending) for term in sorted(_area_terms(card)) for cell in cells
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


def _area_terms(card: Card) -> set[int]:
    shift = CONFIDENTIAL if card.block == "confidential" else 0
    terms = (area_term(code) for code in {card.place, *card.service_areas})
    return {shift + term for term in terms if term is not None}


def _bits(card: Card) -> tuple[int, ...]:
    """flags, k0, k1, yes, no, l0 .. l3."""
    languages = [0] * LANGUAGE_WORDS
    for tag in card.languages:
        place = bit_of(tag)
        if place is not None:
            languages[place[0]] |= 1 << place[1]
    flags = (
        (ANSWERED_ALWAYS if any(spans == _ALL_WEEK for spans in card.weeks.values()) else 0)
        | (INTERPRETER if card.languages.get("any") == "interpreter" else 0)
        | (LANGUAGES_STATED if card.languages else 0)
        | (NO_SITE if card.block != "site" else 0)
        | (PRACTICE if card.practice else 0)
        | ((trauma_level(card.trauma_informed.level) if card.trauma_informed else 0) << TRAUMA_SHIFT)
        | (MAY_NOT_WORK if card.may_not_work else 0)
    )
    return flags, *kind_mask(card.kinds), needs_mask(card.yes), needs_mask(card.no), *languages


def _week(card: Card, slots: Iterable[str]) -> Week | None:
    spans = [span for slot in slots for span in card.weeks[slot]]
    if not spans or not card.zone:
        return None
    return Week(card.zone, half_hours(days_of_week(spans)))
