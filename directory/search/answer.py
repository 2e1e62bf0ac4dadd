"""The question and the answer of a search: what crosses every door (page, command line, later the API)."""

from typing import Literal

import msgspec

from directory.cards.card import Card
from directory.places.place import Place

Block = Literal["near", "wide", "confidential", "near-miss"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What someone needs. Slugs and tags are known ones (checked by ``search.service.ask``).

    Attributes:
        need: one kind or parent of kinds.
        near: where from; None = anywhere (then everything is ordered without distance).
        within_km: radius.
        languages: BCP 47 tags, all needed.
        who: population slugs, all needed.
        barriers: barrier slugs, all needed.
        trauma_informed: least level, unexpired.
        limit: results in each block.
    """

    need: str
    near: Place | None = None
    within_km: float = 40.0
    languages: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    trauma_informed: str | None = None
    limit: int = 20


class NeedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One need against one listing. ``as_of`` is an ISO date; ``verified`` = evidence, not only a source's word."""

    need: str
    state: Literal["yes", "ask", "no"]
    how: str | None = None
    as_of: str | None = None
    verified: bool = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that fits, or nearly. ``distance_km`` is None unless its place is public."""

    card: Card
    block: Block
    score_km: float
    distance_km: float | None = None
    more_sites: int = 0
    needs: tuple[NeedAnswer, ...] = ()
    missing: tuple[str, ...] = ()
    open_now: bool | None = None
    freshness: Literal["unverified", "verified"] = "unverified"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found. ``total`` = near + wide + confidential that fit (not only those shown)."""

    question: Question
    results: tuple[Result, ...]
    total: int

    def block(self, name: Block) -> tuple[Result, ...]:
        """The results of one block, best first."""
        return tuple(result for result in self.results if result.block == name)
