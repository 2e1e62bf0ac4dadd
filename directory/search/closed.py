"""What is closed, for whoever still asks for it: that it is, and the nearest open listing that does the same.

A closed listing is never a result. Somebody may still hold its id, or know its name; instead of nothing they get a
number. What was confidential stands for its whole area (SAFETY L5): where it was decides nothing, and no distance is
told.
"""

import datetime as dt
from collections.abc import Iterable

import msgspec

from directory.cards.card import Card
from directory.cards.documents import Composition, card, closed_in, is_closed, point_of
from directory.clock import day_number
from directory.errors import NotFoundError
from directory.freshness.belief import Belief
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.search import ranking
from directory.search.answer import Answer, Closed, Question, Result
from directory.search.postings import area_terms, confidential_terms, wide_terms
from directory.search.queries import BLOBS, BY_ID, composed, id_of
from directory.search.query import Plan, answering
from directory.search.said import FEW_LISTINGS, reading_words
from directory.search.sources import areas_of
from directory.search.sql import Dialect, Statement, Steps
from directory.values.point import distance_km

# How far around what is closed another is looked for, one circle after the other: within the first nobody minds which
# is nearer, and the last is the whole Earth.
_RINGS_KM = (40.0, 160.0, 640.0, 20_100.0)
_MOST_KINDS = 6
_MOST_LANGUAGES = 4
_CANDIDATES = 10
# Of what is closed nothing is believed any more.
_NOTHING = Belief("unverified", None, 0, 0, (), 0)
# So many closed ones are told of one name.
MOST_CLOSED = 3


def reading_closed(public_id: str, *, question: Question, gazetteer: Gazetteer, now: dt.datetime) -> Plan:
    """The plan that reads what is closed by its public id; the result is a ``Closed``.

    ``question`` is what was asked before, if anything: what it keeps away from, the nearest keeps away from too.

    Running it raises ``NotFoundError`` when the id is none, there is no such listing, or it is not closed: what is
    hidden, or to be listed nowhere, is not told of.
    """
    return lambda dialect: _Closings(question, dialect, gazetteer, now).by_id(public_id)


def closed_by_name(
    question: Question, dialect: Dialect, *, gazetteer: Gazetteer, now: dt.datetime
) -> Steps[tuple[Closed, ...]]:
    """What is closed of those that have all typed words in their names, within reach of the place asked for."""
    return (yield from _Closings(question, dialect, gazetteer, now).by_name())


class _Closings:
    """Reads what is closed, with what somebody asked for in mind."""

    def __init__(self, question: Question, dialect: Dialect, gazetteer: Gazetteer, now: dt.datetime) -> None:
        self._question = question
        self._dialect = dialect
        self._gazetteer = gazetteer
        self._now = now

    def by_id(self, public_id: str) -> Steps[Closed]:
        rows = yield Statement(BY_ID, [id_of(public_id, self._dialect)])
        parts = composed(rows[0]) if rows else None
        if parts is None or not is_closed(parts):
            raise NotFoundError("There is no such listing.")
        return (yield from self._told(self._card(parts), parts))

    def by_name(self) -> Steps[tuple[Closed, ...]]:
        said = yield from reading_words(self._question.name, self._dialect, has_place=True)
        if said is None or said.named is None:
            return ()
        rows = yield Statement(
            f"WITH said(sid) AS MATERIALIZED ({said.named.text} LIMIT ?) {BLOBS}"
            " WHERE asked.id IN (SELECT sid FROM said) AND asked.merged_into IS NULL AND own.brief IS NULL"
            " ORDER BY asked.public_id",
            [*said.named.values, FEW_LISTINGS],
        )
        told: list[Closed] = []
        for parts in map(composed, rows):
            gone = self._card(parts)
            if len(told) < MOST_CLOSED and is_closed(parts) and self._is_within_reach(gone, parts):
                told.append((yield from self._told(gone, parts)))
        return tuple(told)

    def _card(self, parts: Composition) -> Card:
        """What would be its card."""
        return card(parts, today=day_number(self._now), practice=False, belief=_NOTHING)

    def _is_within_reach(self, gone: Card, parts: Composition) -> bool:
        near = self._question.near
        if near is None:
            return True
        if gone.block == "confidential":
            touched = areas_of(self._question, self._gazetteer).touched
            return not area_terms(gone).isdisjoint(confidential_terms(near, touched))
        point = point_of(parts)
        if point is None:
            return not area_terms(gone).isdisjoint(wide_terms(near))
        return distance_km((near.lat, near.lon), point) <= self._question.within_km

    def _told(self, gone: Card, parts: Composition) -> Steps[Closed]:
        place = _place(gone, parts, self._gazetteer)
        nearest = yield from self._nearest(gone, place)
        if nearest is not None and gone.block != "site":
            nearest = msgspec.structs.replace(nearest, distance_km=None)
        return Closed(
            id=gone.id,
            name=gone.name,
            organization=gone.organization,
            month=closed_in(parts),
            block=gone.block,
            place=gone.place,
            kinds=tuple(gone.kinds),
            near=place if gone.block == "site" else None,
            nearest=nearest,
        )

    def _nearest(self, gone: Card, place: Place | None) -> Steps[Result | None]:
        """The open listing that is most like it, in the first circle that holds any."""
        spoken = tuple(sorted(tag for tag, how in gone.languages.items() if how == "staff" and tag != "any"))
        inner = 0.0
        for ring in _RINGS_KM if place is not None else _RINGS_KM[-1:]:
            found = yield from self._like(gone, spoken, place, ring)
            if found:
                best = min(found.values(), key=lambda one: _unlikeness(one, gone, spoken, inner))
                # What was asked to find it is nobody's need.
                return msgspec.structs.replace(best, needs=())
            inner = ring
        return None

    def _like(
        self, gone: Card, spoken: tuple[str, ...], place: Place | None, ring_km: float
    ) -> Steps[dict[str, Result]]:
        """Open listings of one of its kinds at least, by id; those that speak its languages are asked for first."""
        asked = self._question
        found: dict[str, Result] = {}
        for kind in gone.kinds[:_MOST_KINDS]:
            for languages in (spoken[:_MOST_LANGUAGES], ()) if spoken else ((),):
                question = Question(
                    need=kind, near=place, within_km=ring_km, languages=languages, limit=_CANDIDATES,
                    away_from=asked.away_from, beyond_km=asked.beyond_km, only_confirmed=asked.only_confirmed,
                )  # fmt: skip
                plan = answering(question, areas=areas_of(question, self._gazetteer), now=self._now)
                answer: Answer = yield from plan(self._dialect)
                found |= {one.card.id: one for one in answer.results if one.block != "near-miss"}
        return found


def _unlikeness(one: Result, gone: Card, spoken: Iterable[str], inner_km: float) -> tuple[int, int, float, str]:
    """The kinds that it has not, then the languages, then what is far or not known.

    A confidential one is everywhere in its area, so it is as near as the circle that first touched that.
    """
    lacks_kinds = len(set(gone.kinds) - set(one.card.kinds))
    lacks_languages = sum(tag not in one.card.languages for tag in spoken)
    is_everywhere = one.block == "confidential"
    km = one.score_km - ranking.WIDE_KM["state"] + inner_km if is_everywhere else one.score_km
    return lacks_kinds, lacks_languages, km, one.card.id


def _place(gone: Card, parts: Composition, gazetteer: Gazetteer) -> Place | None:
    """A place of the gazetteer to look around: the town of a site, a town that stands for an area; None = anywhere."""
    address = parts.value("address") if gone.block == "site" else {}
    if address:
        nation, region = str(address.get("country", "US")), str(address.get("state_province", ""))
        found = gazetteer.postal(str(address.get("postal_code", "")), nation) if address.get("postal_code") else None
        town = f"{address.get('city', '')}, {region}"
        return found or next(iter(gazetteer.candidates(town, country=nation)), None) or gazetteer.region(region, nation)
    if gone.place.isdigit():
        return gazetteer.county(gone.place)
    if area := area_by_id(gone.place):
        town = f"{area.town}, {area.region}"
        named = next(iter(gazetteer.candidates(town, country=area.country)), None) if area.town else None
        return named or gazetteer.region(area.region, area.country)
    nation, _, region = gone.place.partition("-")
    return gazetteer.region(region, nation) if region else None
