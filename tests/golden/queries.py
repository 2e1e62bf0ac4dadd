"""The questions of the golden set, as they are written down: who asks, what is typed, what would be accepted."""

import datetime as dt
from pathlib import Path
from typing import Literal, get_args

import msgspec

from directory.search.answer import Block

Directory = Literal["practice", "miami"]
DIRECTORIES: tuple[Directory, ...] = get_args(Directory)
Person = Literal["clinician", "social-worker", "coordinator", "hotline-operator", "survivor-advocate"]
Setting = Literal["metro", "tribal", "territory", "rural", "labor-crew"]
State = Literal["yes", "ask", "no"]

_FOLDER = Path(__file__).parent


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of one result. All that is given must hold; of a list, one entry is enough.

    Attributes:
        names: of the service or of its organization, in any case; ``*`` stands for anything.
        kinds: slugs of kinds.
        blocks: where it is shown.
        areas: words in the name of its area or town.
        within_km: it has a distance, and no more than this.
        unmeasured: it has no distance at all, as confidential places must not.
        needs: by need, the answers that are accepted.
        open_now: whether it is open.
        reach: how one gets there.
        missing: needs that it lacks, all of them (near-misses).
    """

    names: list[str] = []
    kinds: list[str] = []
    blocks: list[Block] = []
    areas: list[str] = []
    within_km: float | None = None
    unmeasured: bool = False
    needs: dict[str, list[State]] = {}
    open_now: bool | None = None
    reach: list[str] = []
    missing: list[str] = []


class Accepts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an experienced advocate accepts: in words, and so that a machine can tell.

    Attributes:
        judged: the judgement in words.
        least: so many results must fit.
        first: the first result.
        every: each of the first three.
        some: for each of these, one of the first three.
        never: none of the first three is any of these.
        nowhere: nothing that fits, however far down, is any of these.
        nothing_fits: nothing may fit.
        misses: for each of these, one of the near-misses.
    """

    judged: str
    least: int = 1
    first: Condition | None = None
    every: Condition | None = None
    some: list[Condition] = []
    never: list[Condition] = []
    nowhere: list[Condition] = []
    nothing_fits: bool = False
    misses: list[Condition] = []


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question.

    Attributes:
        key: its name in reports.
        person: who asks.
        setting: where: what is hard about it.
        situation: what happened, in a sentence.
        asked: what follows ``handrail search``.
        now: the instant at which it is asked.
        accepts: what is accepted.
        explained: of a question that is known to be answered otherwise: what comes, and why.
    """

    key: str
    person: Person
    setting: Setting
    situation: str
    asked: str
    now: dt.datetime
    accepts: Accepts
    explained: str = ""


class _Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query: list[Query]


class _Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    practice: float
    miami: float


def read_queries(directory: Directory) -> list[Query]:
    """The questions over a directory."""
    return msgspec.toml.decode((_FOLDER / f"{directory}.toml").read_bytes(), type=_Sheet).query


def recorded_share(directory: Directory) -> float:
    """The share of its questions that were answered acceptably when this was last written down."""
    recorded = msgspec.toml.decode((_FOLDER / "recorded.toml").read_bytes(), type=_Recorded)
    return {"practice": recorded.practice, "miami": recorded.miami}[directory]
