"""The question and the answer of a search: what crosses every door (page, command line, later the API)."""

from typing import Literal

import msgspec

from directory.cards.card import Card, CardPhone
from directory.cards.lines import offered
from directory.freshness.belief import State
from directory.places.place import Place

Block = Literal["near", "wide", "confidential", "near-miss"]


class Child(msgspec.Struct, frozen=True, order=True):
    """A child who comes along: age in whole years, and sex where it is known."""

    age: int
    sex: Literal["", "f", "m"] = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What someone needs. Slugs, tags and areas are known ones (checked by ``search.service.check_question``).

    Kind, place, radius, what to keep away from and name are hard; all else is a need: a yes, a no or unknown.

    Attributes:
        need: one kind or parent of kinds; may be empty where a name is asked for.
        near: where from; None = anywhere (then everything is ordered without distance).
        within_km: radius.
        away_from: a place to keep away from, by more than ``beyond_km``.
        languages: BCP 47 tags, all needed.
        who: population slugs, all needed. Holds ``minors`` and ``with-children`` where ages of them are given.
        minor_age: how old the minor is, in whole years.
        children: the children who come along.
        barriers: barrier slugs, all needed.
        trauma_informed: least level, unexpired.
        open: ``now`` = any schedule is open; ``tonight`` = intake is open at some time between now and 06:00 there.
        group: how many people come together.
        accepts_from: the area they come from: a nation (``MX``), a state (``US-TX``) or a county (FIPS).
        name: words of names and descriptions, as typed.
        limit: results in each block.
        only_confirmed: leave out whatever nobody confirmed within a year (a deployment that nobody looks after).
    """

    need: str = ""
    near: Place | None = None
    within_km: float = 40.0
    away_from: Place | None = None
    beyond_km: float = 0.0
    languages: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    minor_age: int | None = None
    children: tuple[Child, ...] = ()
    barriers: tuple[str, ...] = ()
    trauma_informed: str | None = None
    open: Literal["", "now", "tonight"] = ""
    group: int | None = None
    accepts_from: str | None = None
    name: str = ""
    limit: int = 20
    only_confirmed: bool = False


class NeedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One need against one listing. ``as_of`` is an ISO date; ``verified`` = evidence, not only a source's word."""

    need: str
    state: Literal["yes", "ask", "no"]
    how: str | None = None
    as_of: str | None = None
    verified: bool = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that fits, or nearly. ``distance_km`` is None unless its place is public.

    ``freshness`` is its state on ``day`` (number, UTC).

    ``by`` is the schedule that decides which line is shown first (``cards.lines``): the one by which somebody answers
    now, or can come in tonight where that was asked; empty if nobody does.
    """

    card: Card
    block: Block
    score_km: float
    distance_km: float | None = None
    more_sites: int = 0
    needs: tuple[NeedAnswer, ...] = ()
    missing: tuple[str, ...] = ()
    open_now: bool | None = None
    by: str = ""
    freshness: State = "unverified"
    day: int = 0

    @property
    def lines(self) -> list[CardPhone]:
        """Its lines in the order in which they are offered at this hour."""
        return offered(self.card, self.by)


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """What is closed, with the nearest open listing that does the same.

    Of what was confidential nothing tells more than its area: ``near`` is None then, and ``nearest`` has no distance.

    Attributes:
        id: public id of the listing.
        name: of the service.
        organization: name of the organization.
        month: since which it is closed (``2026-03``); empty if it is not known.
        block: where it stood: ``site``, ``area`` or ``confidential``.
        place: ``City, ST`` of a site; else the code of its area.
        kinds: what it was.
        near: the place from which the distance of ``nearest`` is measured.
        nearest: the open listing; None where there is none.
    """

    id: str
    name: str
    organization: str
    month: str
    block: Literal["site", "area", "confidential"]
    place: str
    kinds: tuple[str, ...]
    near: Place | None = None
    nearest: Result | None = None

    @property
    def is_same(self) -> bool:
        """Whether the nearest does all that this did."""
        return self.nearest is not None and set(self.kinds) <= set(self.nearest.card.kinds)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found. ``total`` = near + wide + confidential that fit (not only those shown).

    ``closed`` is what was asked for by name and is closed; it is no result.
    """

    question: Question
    results: tuple[Result, ...]
    total: int
    closed: tuple[Closed, ...] = ()

    def block(self, name: Block) -> tuple[Result, ...]:
        """The results of one block, best first."""
        return tuple(result for result in self.results if result.block == name)
