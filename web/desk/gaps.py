"""Needs that nobody confirmed meets: the list of the overview, and for each whom to ask about it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, Request, Response, post
from litestar.params import RawBody

from directory.clock import day_number
from directory.coverage.needs import need_of
from directory.coverage.queries import Coverage, whom_to_ask
from directory.coverage.told import CONFIDENTIAL, CONFIRMED, RULE, where_told
from directory.people.policy import KEEPERS
from directory.search.written import area_name
from directory.truth.told import of_area
from directory.vocabulary.terms import ask_about
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import opens_to
from web.doors import DESK

_MOST_SHOWN = 12


class GapLine(msgspec.Struct, frozen=True):
    """A line of the list: a need, where nobody confirmed meets it, how many listings may if somebody asked."""

    code: str
    words: str
    where: str
    to_ask: int


class GapList(msgspec.Struct, frozen=True):
    """The list: what it shows in a sentence, by which rule it is ordered, what counts; ``more`` are not shown."""

    told: str
    rule: str
    confirmed: str
    lines: tuple[GapLine, ...]
    more: int


class AskLine(msgspec.Struct, frozen=True):
    """A listing to call, and why."""

    listing: str
    name: str
    areas: str
    why: str


_WHY = {
    ("unconfirmed", False): "Says that it does, and nobody confirmed that lately",
    ("unconfirmed", True): "Says that it does",
    ("unknown", False): "Not known, and nobody confirmed the listing lately",
    ("unknown", True): "Confirmed, but nobody asked this",
}


def gaps_shown(covered: Coverage, area: Callable[[str], str]) -> GapList:
    """The largest gaps as the overview shows them."""
    found = covered.gaps
    lines = tuple(
        GapLine(one.need.code, one.need.words, where_told(one, covered.ground, area), one.to_ask)
        for one in found[:_MOST_SHOWN]
    )
    return GapList(_told(covered, area), RULE, f"{CONFIRMED} {CONFIDENTIAL}", lines, len(found) - len(lines))


def _told(covered: Coverage, area: Callable[[str], str]) -> str:
    if not covered.ground.people:
        return "Nobody can find a listing here yet that lies in a state."
    if not covered.gaps:
        return "Somebody confirmed meets each of the needs that are looked for, in every area."
    first = covered.gaps[0]
    return f"Most wanting: {first.need.words}. {where_told(first, covered.ground, area)}"


class Gaps(Controller):
    """What may close a gap. Which one is posted, so that no need stands in an address (SAFETY D1)."""

    path = f"{DESK}/overview/gap"

    @post("/", opt=opens_to(KEEPERS), status_code=200, sync_to_thread=True)
    def show(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[bytes]:
        """The listings to ask, those that are nearest to a yes first, within what one works on."""
        need = need_of(desk_form(request, body, {"need"}).one("need"))
        with desk.database.reading() as session:
            day = day_number(session.info["now"])
            gap, found = whom_to_ask(session, need, desk.gazetteer, by=by, day=day)
        area = partial(of_area, area_name=lambda code: area_name(code, desk.gazetteer))
        lines = [
            AskLine(one.listing, one.name, ", ".join(map(area, one.areas)), _WHY[one.says, one.is_confirmed])
            for one in found
        ]
        return desk.pages.page(
            "gap", request, need=need, lines=lines, areas=[area(code) for code in gap.areas] if gap else [],
            questions=[ask_about(slug, "en") for slug in need.who], is_met=gap is None,
        )  # fmt: skip
