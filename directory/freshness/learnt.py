"""Figures of belief that calls taught and a person accepted, on top of the reviewed ones.

They stand in the database, so that every process believes alike from its next transaction on, a copy of the database
believes as it did, and what is believed stays a function of what is stored. A row is never changed: who accepts adds
one that holds all that was learnt so far.
"""

import datetime as dt
from functools import lru_cache
from typing import Annotated

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import DirectoryError
from directory.freshness.models import Lesson
from directory.freshness.parameters import Parameters, checked
from directory.freshness.parameters import parameters as reviewed

# The version of figures: that of the reviewed ones, and above it how often somebody accepted others.
_STEP = 10_000
_Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Learnt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs from the reviewed figures.

    Attributes:
        hazards: group -> ``closed`` or ``phone`` -> per year.
        traces: trace -> ``q`` or ``phi``.
        correction: points of believed and found (``freshness.correction``).
    """

    hazards: dict[str, dict[str, float]] = {}
    traces: dict[str, dict[str, float]] = {}
    correction: tuple[tuple[_Share, _Share], ...] = ()


class Accepted(msgspec.Struct, frozen=True):
    """The figures that were accepted last: when, which; number 0 as long as nobody accepted any."""

    number: int
    at: dt.datetime | None
    learnt: Learnt


def accepted(session: Session) -> Accepted:
    """What was accepted last."""
    row = session.execute(
        sa.select(Lesson.id, Lesson.accepted_at, Lesson.figures).order_by(Lesson.id.desc()).limit(1)
    ).first()
    return Accepted(row.id, row.accepted_at, _learnt(row.figures)) if row else Accepted(0, None, Learnt())


def figures_of(session: Session) -> Parameters:
    """The figures by which this deployment believes: the reviewed ones with what was accepted.

    They are read once in each transaction.
    """
    found: Parameters | None = session.info.get("figures")
    if found is None:
        row = session.execute(sa.select(Lesson.id, Lesson.figures).order_by(Lesson.id.desc()).limit(1)).first()
        found = _with_lesson(row.id, row.figures) if row else reviewed()
        session.info["figures"] = found
    return found


def version_of(session: Session) -> int:
    """The version of these figures; rows of table ``belief`` and cards that have another are made anew."""
    number = session.scalar(sa.select(sa.func.max(Lesson.id))) or 0
    return reviewed().version + _STEP * number


def with_learnt(learnt: Learnt, *, number: int, figures: Parameters | None = None) -> Parameters:
    """The reviewed figures with what was learnt. Groups and traces that are not there any more are passed over.

    Raises:
        ValueError: figures are out of their bounds, or do not go together.
    """
    base = figures or reviewed()
    groups = tuple(
        msgspec.structs.replace(
            group, hazards=msgspec.structs.replace(group.hazards, **learnt.hazards.get(group.code, {}))
        )
        for group in base.groups
    )
    traces = msgspec.structs.replace(
        base.traces,
        **{
            name: msgspec.structs.replace(getattr(base.traces, name), **changed)
            for name, changed in learnt.traces.items()
            if name in base.traces.__struct_fields__
        },
    )
    found = msgspec.structs.replace(
        base, version=base.version + _STEP * number, groups=groups, traces=traces, correction=learnt.correction
    )
    # Bounds of single figures are only looked at where something is read.
    return checked(msgspec.convert(msgspec.to_builtins(found), Parameters))


@lru_cache(maxsize=8)
def _with_lesson(number: int, figures: str) -> Parameters:
    return with_learnt(_learnt(figures), number=number)


def _learnt(figures: str) -> Learnt:
    try:
        return msgspec.json.decode(figures, type=Learnt)
    except msgspec.MsgspecError:
        raise DirectoryError("The figures of belief that were accepted cannot be read.") from None
