"""Reads what the figures are made of: draws, labelled calls, and what is known of each listing that can be found."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

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

# So many listings are heard at once where a day of the past is asked for.
_PORTION = 500
# Where so large a share of listings is in one state, towns are told apart.
_MOSTLY = 0.8


class _Brief(msgspec.Struct, gc=False):
    """What is read of a card: where it is found, by which kinds, and whether it is invented."""

    kinds: list[str] = []
    block: str = "site"
    place: str = ""
    country: str = "US"
    practice: bool = False


_brief = msgspec.json.Decoder(_Brief)
_gathered = msgspec.json.Decoder(Gathered)


def truth_of(session: Session, *, day: dt.date, now: dt.datetime) -> Truth:
    """All figures at the end of a day.

    Where that day is past, evidence, draws and calls of later days are left out; which listings can be found, and what
    they offer, is as it is today.
    """
    number = day.toordinal()
    is_past = number < day_number(now)
    kept = list(_kept_until(session, day)) if is_past else _kept(session)
    return truth(draws(session, day=number), labelled(session, day=number, since=number - YEAR), kept, day=number)


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


def _kept(session: Session) -> list[Kept]:
    rows = session.execute(
        sa.select(CardRow.brief, Belief.state, Belief.confirmed_on, Belief.due_on, Belief.stale_on, Belief.gathered)
        .join(Belief, Belief.listing_id == CardRow.record_id)
        .where(CardRow.brief.is_not(None))
        .execution_options(yield_per=1_000)
    )
    # Every page asks this of all listings: what many have in common is looked up once.
    groups: dict[tuple[str, ...], str] = {}
    places: Counter[tuple[str, str]] = Counter()
    found: list[Kept] = []
    for blob, state, confirmed_on, due_on, stale_on, gathered in rows:
        brief = _brief.decode(blob or b"{}")
        if brief.practice:
            continue
        kinds = tuple(brief.kinds)
        group = groups.get(kinds) or groups.setdefault(kinds, group_of(kinds))
        full_on = _gathered.decode(gathered).full_on if gathered else 0
        places[brief.country, brief.place] += 1
        found.append(
            Kept(state, confirmed_on, due_on, stale_on, group, brief.place, full_on or None, country=brief.country)
        )
    # Where they are counted is known only when all of them are.
    area = _area_of(places)
    for one in found:
        one.area = area[one.country, one.area]
    return found


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
        states[_state(place)] += number
    mostly = states and states.most_common(1)[0][1] >= _MOSTLY * states.total()
    return {place: (place[1] or place[0]) if mostly else _state(place) for place in counted}


def _state(place: tuple[str, str]) -> str:
    """The state of ``City, ST``, of a published area or of an area served; a nation where it is no finer."""
    country, text = place
    _, comma, region = text.rpartition(", ")
    if comma:
        return f"{country}-{region}"
    if text.isdigit():  # a county, whose number begins with that of its state
        return f"US-{state_of_number(int(text[:2])) or ''}".rstrip("-")
    return "-".join(text.split("-")[:2]) or country
