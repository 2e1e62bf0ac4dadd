"""What is closed, for whoever still comes to it: that it is, and the nearest open listing that does the same."""

import datetime as dt

import msgspec

from directory.search.answer import Closed, Question
from directory.search.closed import reading_closed
from web.dependencies import Site
from web.pages.asking import AWAY, LISTING, Asked
from web.pages.result_card import CardWords, ShownCard
from web.pages.where import UnclearPlaceError
from web.wording import Wording, km_of_radius


class ShownClosed(msgspec.Struct, frozen=True):
    """Everything a template needs of what is closed. ``heading`` stands over the nearest that is open."""

    sentence: str
    heading: str
    nearest: ShownCard | None


async def show_closed(site: Site, t: Wording, asked: Asked, listing: str) -> bytes:
    """The page of a closed listing, in place of whatever was asked of it.

    Raises:
        NotFoundError: there is no such listing, or it is not closed.
    """
    plan = reading_closed(listing, question=_kept_away(site, asked), gazetteer=site.gazetteer, now=site.clock())
    found: Closed = await site.reader.run(plan)
    words = CardWords(t, now=site.clock(), gazetteer=site.gazetteer)
    kept = [*asked.hidden(), (LISTING, listing)]
    closed = closed_in_words(found, words, t)
    return site.pages.page("closed", t, closed=closed, kept=kept, can_go_back=asked.is_searchable)


def closed_in_words(closed: Closed, words: CardWords, t: Wording) -> ShownClosed:
    """That it is closed, since which month, and what is there instead."""
    nearest = closed.nearest
    if nearest is None:
        return ShownClosed(_sentence(closed, t), "", None)
    if closed.near is not None and nearest.distance_km is not None:
        # A distance is told from a place; from what was confidential there is none.
        to = closed.near.label
        heading = t("closed.nearest_to", place=to) if closed.is_same else t("closed.part_to", place=to)
    else:
        heading = t("closed.nearest") if closed.is_same else t("closed.part")
    return ShownClosed(_sentence(closed, t), heading, words.card(nearest.card, distance_km=nearest.distance_km))


def _sentence(closed: Closed, t: Wording) -> str:
    if not closed.month:
        return t("closed.sometime", name=closed.name)
    return t("closed.month", name=closed.name, month=t.month(dt.date.fromisoformat(f"{closed.month}-01")))


def _kept_away(site: Site, asked: Asked) -> Question:
    """What the nearest must keep away from, as it was asked before."""
    try:
        away = site.places.anywhere(asked.away, field=AWAY)
    except UnclearPlaceError:
        away = None
    return Question(
        away_from=away,
        beyond_km=km_of_radius(asked.beyond, site.settings.country) if away else 0.0,
        only_confirmed=site.attention.since() is not None,
    )
