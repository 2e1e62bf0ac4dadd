"""Reads what the figures are made of: draws, labelled calls, and what is known of each listing that can be found."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.models import CardRow
from directory.cards.service import heard_of
from directory.clock import day_number
from directory.db import in_portions
from directory.freshness.gathered import Gathered
from directory.freshness.learnt import figures_of
from directory.freshness.models import Belief
from directory.freshness.parameters import group_of
from directory.places.regions import state_of_number
from directory.planning.models import CallTask
from directory.truth.figures import YEAR, Draw, Kept, Labelled, Truth, truth
from directory.vocabulary.terms import needs_mask

# So many listings are heard at once where a day of the past is asked for.
_PORTION = 500
# Where so large a share of listings is in one state, towns are told apart.
MOSTLY = 0.8


class _Brief(msgspec.Struct, gc=False):
    """What is read of a card: where it is found, for whom, by which kinds, and whether it is invented."""

    kinds: list[str] = []
    service: str = ""
    block: str = "site"
    place: str = ""
    country: str = "US"
    practice: bool = False
    may_not_work: bool = False
    # None instead of empty: thousands of empty containers take the time of all else.
    yes: dict[str, str] | None = None
    no: list[str] | None = None
    service_areas: list[str] | None = None


class Offered(msgspec.Struct, frozen=True, gc=False):
    """What is read of the card of a listing that can be found.

    ``where`` is its block, country and place, and the areas it serves; ``yes`` and ``no`` are populations and barriers
    as bits. Equal tuples are one object: a collector that walks thousands of them takes the time of all else.
    """

    listing_id: int
    service: str
    kinds: tuple[str, ...]
    where: tuple[str, ...]
    yes: int
    no: int
    may_not_work: bool


class Known(msgspec.Struct, frozen=True):
    """Every listing that can be found: what is known of each, and in the same order what each offers."""

    kept: list[Kept]
    offered: list[Offered]


_brief = msgspec.json.Decoder(_Brief)
_gathered = msgspec.json.Decoder(Gathered)


def truth_of(session: Session, *, day: dt.date, now: dt.datetime) -> Truth:
    """All figures at the end of a day.

    Where that day is past, evidence, draws and calls of later days are left out; which listings can be found, and what
    they offer, is as it is today.
    """
    number = day.toordinal()
    is_past = number < day_number(now)
    kept = list(_kept_until(session, day)) if is_past else known_listings(session).kept
    return truth_about(session, kept, day=number)


def truth_about(session: Session, kept: Sequence[Kept], *, day: int) -> Truth:
    """All figures at the end of a day (its number), of listings that were read already."""
    return truth(draws(session, day=day), labelled(session, day=day, since=day - YEAR), kept, day=day)


def draws(session: Session, *, day: int) -> list[Draw]:
    """The calls that were drawn to measure in the year that ends with a day, as they stood then."""
    rows = session.execute(
        sa.select(CallTask.planned_on, CallTask.done_on, CallTask.result).where(
            CallTask.kind == "audit", CallTask.planned_on > day - YEAR, CallTask.planned_on <= day
        )
    )
    return [
        Draw(row.planned_on, row.result if row.done_on is not None and row.done_on <= day else None) for row in rows
    ]


def labelled(session: Session, *, day: int, since: int = 0) -> list[Labelled]:
    """What was believed of listings when their calls were drawn after ``since``, and what calls until ``day`` found."""
    rows = session.execute(
        sa.select(CallTask.p_wrong, CallTask.result).where(
            CallTask.result.in_(("right", "wrong")), CallTask.done_on <= day, CallTask.planned_on > since
        )
    )
    return [Labelled(row.p_wrong, row.result == "wrong") for row in rows]


def known_listings(session: Session) -> Known:
    """Every listing that can be found, as it is today; practice listings are left out."""
    rows = session.execute(
        sa.select(
            CardRow.record_id, CardRow.brief, Belief.state, Belief.confirmed_on, Belief.due_on, Belief.stale_on,
            Belief.gathered,
        )
        .join(Belief, Belief.listing_id == CardRow.record_id)
        .where(CardRow.brief.is_not(None))
        .execution_options(yield_per=1_000)
    )  # fmt: skip
    # Every page asks this of all listings: what many have in common is looked up, and kept, once.
    groups: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = {}
    wheres: dict[tuple[str, ...], tuple[str, ...]] = {}
    masks: dict[tuple[str, ...], int] = {}
    places: Counter[tuple[str, str]] = Counter()
    known = Known([], [])
    for listing_id, blob, state, confirmed_on, due_on, stale_on, gathered in rows:
        brief = _brief.decode(blob or b"{}")
        if brief.practice:
            continue
        kinds = tuple(brief.kinds)
        kinds, group = groups.get(kinds) or groups.setdefault(kinds, (kinds, group_of(kinds)))
        full_on = _gathered.decode(gathered).full_on if gathered else 0
        places[brief.country, brief.place] += 1
        known.kept.append(
            Kept(state, confirmed_on, due_on, stale_on, group, brief.place, full_on or None, country=brief.country)
        )
        where = (brief.block, brief.country, brief.place, *(brief.service_areas or ()))
        known.offered.append(
            Offered(
                listing_id, brief.service, kinds, wheres.setdefault(where, where), _mask(masks, brief.yes),
                _mask(masks, brief.no), brief.may_not_work,
            )
        )  # fmt: skip
    # Where they are counted is known only when all of them are.
    area = _area_of(places)
    for one in known.kept:
        one.area = area[one.country, one.area]
    return known


def _mask(masks: dict[tuple[str, ...], int], codes: Iterable[str] | None) -> int:
    if not codes:
        return 0
    key = tuple(codes)
    if key not in masks:
        masks[key] = needs_mask(key)
    return masks[key]


def _kept_until(session: Session, day: dt.date) -> Iterator[Kept]:
    figures = figures_of(session)
    rows = session.execute(sa.select(CardRow.record_id, CardRow.brief).where(CardRow.brief.is_not(None)))
    briefs = {row.record_id: _brief.decode(row.brief or b"{}") for row in rows}
    briefs = {listing_id: brief for listing_id, brief in briefs.items() if not brief.practice}
    area = _area_of(Counter((brief.country, brief.place) for brief in briefs.values()))
    for portion in in_portions(sorted(briefs), _PORTION):
        for listing_id, heard in heard_of(session, portion, until=day).items():
            belief, brief = heard.belief(figures), briefs[listing_id]
            full_on = belief.gathered.full_on if belief.gathered else 0
            yield Kept(
                belief.state, belief.confirmed_on, belief.due_on, belief.stale_on, group_of(brief.kinds),
                area[brief.country, brief.place], full_on or None,
            )  # fmt: skip


def _area_of(counted: Counter[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Place of a card -> the area that it is counted in: its state, or its town where nearly all are in one state."""
    states = Counter[str]()
    for place, number in counted.items():
        states[state_of(place)] += number
    mostly = states and states.most_common(1)[0][1] >= MOSTLY * states.total()
    return {place: (place[1] or place[0]) if mostly else state_of(place) for place in counted}


def state_of(place: tuple[str, str]) -> str:
    """The state of ``City, ST``, of a published area or of an area served; a nation where it is no finer."""
    country, text = place
    _, comma, region = text.rpartition(", ")
    if comma:
        return f"{country}-{region}"
    if text.isdigit():  # a county, whose number begins with that of its state
        return f"US-{state_of_number(int(text[:2])) or ''}".rstrip("-")
    return "-".join(text.split("-")[:2]) or country
