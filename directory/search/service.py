"""Turns what somebody typed or chose into a question, and a question into the plan that answers it."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from directory.db import Database
from directory.errors import BadQuestionError
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.search.answer import Answer, Question
from directory.search.asking import LARGEST_GROUP, MOST_CHILDREN, read_origin, read_who
from directory.search.closed import closed_by_name
from directory.search.query import Plan, answering
from directory.search.reader import read
from directory.search.sources import areas_of
from directory.search.sql import Dialect, Steps
from directory.values.language import find_language
from directory.vocabulary.terms import barrier, kind, trauma_level

LARGEST_CIRCLE_KM = 20_100.0  # the whole Earth
MOST_RESULTS = 1_000
# How far away somebody is kept from a place where nobody says how far: fifty miles.
USUAL_DISTANCE_KM = 80.0
_MOST_NEEDS = 30
_LONGEST_NAME = 200


def check_question(
    *,
    need: str = "",
    near: str = "",
    within_km: float = 40.0,
    away_from: str = "",
    beyond_km: float | None = None,
    languages: Sequence[str] = (),
    who: Sequence[str] = (),
    barriers: Sequence[str] = (),
    trauma_informed: str | None = None,
    open: str = "",  # noqa: A002 - the word of the command
    group: int | None = None,
    accepts_from: str = "",
    name: str = "",
    limit: int = 20,
    gazetteer: Gazetteer,
    country: str = "US",
    near_region: str | None = None,
) -> Question:
    """Make a question of what somebody typed or chose.

    Args:
        need: slug of a kind or a parent of kinds; may be empty where a name is given.
        near: a place as ``Gazetteer.find`` understands it; empty = anywhere.
        within_km: radius.
        away_from: a place to keep away from.
        beyond_km: by more than this; ``USUAL_DISTANCE_KM`` where it is left out.
        languages: names or tags.
        who: populations as ``asking.read_who`` reads them: ``women``, ``minors=16``, ``with-children=12m``.
        barriers: slugs of barriers.
        trauma_informed: least level.
        open: empty, ``now`` or ``tonight``.
        group: how many people come together.
        accepts_from: where they come from, as ``asking.read_origin`` reads it.
        name: words of names and descriptions.
        limit: results in each block.
        gazetteer: finds the places.
        country: where the deployment is; its places are meant first.
        near_region: the state it serves; of several places with one name the one there is meant.

    Raises:
        UnknownTermError: a place, language or slug that is not known; the text does not repeat it.
        SeveralPlacesError: several places have this name (``candidates``).
        BadQuestionError: a figure is out of bounds, too much is asked at once, or neither a kind nor a name.
    """
    _check_figures(within_km, beyond_km, group, limit)
    if beyond_km is not None and not away_from.strip():
        raise BadQuestionError("Say what to keep away from, too.")
    if not need and not name.strip():
        raise BadQuestionError("Ask for a kind of service, or for a name.")
    if len(name) > _LONGEST_NAME:
        raise BadQuestionError("Ask for a few words of the name.")
    if open not in {"", "now", "tonight"}:
        raise BadQuestionError("What is open can be asked for now or tonight.")
    asked = [read_who(text) for text in who]
    children = tuple(one.child for one in asked if one.child is not None)
    ages = {one.minor_age for one in asked if one.minor_age is not None}
    if len(languages) + len(who) + len(barriers) > _MOST_NEEDS or len(children) > MOST_CHILDREN:
        raise BadQuestionError(f"Ask for at most {_MOST_NEEDS} needs and {MOST_CHILDREN} children at once.")
    if len(ages) > 1:
        raise BadQuestionError("Ask for one minor at a time.")

    def place(text: str) -> Place | None:
        return gazetteer.find(text, country=country, near_region=near_region) if text.strip() else None

    return Question(
        need=kind(need).code if need else "",
        near=place(near),
        within_km=within_km,
        away_from=place(away_from),
        beyond_km=(USUAL_DISTANCE_KM if beyond_km is None else beyond_km) if away_from.strip() else 0.0,
        languages=_once(find_language(text) for text in languages),
        who=_once(one.slug for one in asked),
        minor_age=next(iter(ages), None),
        children=children,
        barriers=_once(barrier(slug).code for slug in barriers),
        trauma_informed=trauma_informed if trauma_informed and trauma_level(trauma_informed) else None,
        open="now" if open == "now" else "tonight" if open == "tonight" else "",
        group=group,
        accepts_from=read_origin(accepts_from, gazetteer=gazetteer, country=country) if accepts_from.strip() else None,
        name=name.strip(),
        limit=limit,
    )


def _check_figures(within_km: float, beyond_km: float | None, group: int | None, limit: int) -> None:
    if not 0 < within_km <= LARGEST_CIRCLE_KM:
        raise BadQuestionError("The distance must be more than nothing and no more than half-way round the Earth.")
    if beyond_km is not None and not 0 < beyond_km <= LARGEST_CIRCLE_KM:
        raise BadQuestionError(
            "The distance to keep must be more than nothing, and less than half-way round the Earth."
        )
    if group is not None and not 1 <= group <= LARGEST_GROUP:
        raise BadQuestionError(f"A group is 1 to {LARGEST_GROUP} people.")
    if not 1 <= limit <= MOST_RESULTS:
        raise BadQuestionError(f"Ask for 1 to {MOST_RESULTS} results.")


def plan_for(question: Question, *, gazetteer: Gazetteer, now: dt.datetime, tells_closed: bool = True) -> Plan:
    """The plan that answers a question as of an instant: ``await reader.run(plan_for(...))`` gives its ``Answer``.

    ``tells_closed`` False leaves out what is closed, where only what fits is to be counted.
    """
    plan = answering(question, areas=areas_of(question, gazetteer), now=now)
    if not question.name or not tells_closed:
        return plan
    return lambda dialect: _with_closed(plan, question, gazetteer, now, dialect)


def _with_closed(
    plan: Plan, question: Question, gazetteer: Gazetteer, now: dt.datetime, dialect: Dialect
) -> Steps[Answer]:
    """The answer, and what is closed of those whose name was asked for."""
    answer: Answer = yield from plan(dialect)
    closed = yield from closed_by_name(question, dialect, gazetteer=gazetteer, now=now)
    return msgspec.structs.replace(answer, closed=closed)


def search(database: Database, question: Question, *, gazetteer: Gazetteer, now: dt.datetime) -> Answer:
    """Answer a question as of an instant, for commands and jobs."""
    answer: Answer = read(database, plan_for(question, gazetteer=gazetteer, now=now))
    return answer


def _once(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slugs))
