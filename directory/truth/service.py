"""Verbs of learning: what calls teach is proposed; only what a person has read and accepts is believed by."""

import datetime as dt
import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.db import queue_writers
from directory.errors import NothingFitsError, RefusedError
from directory.freshness.correction import Points, back
from directory.freshness.learnt import Learnt, accepted, figures_of, with_learnt
from directory.freshness.models import Lesson
from directory.freshness.parameters import Parameters
from directory.freshness.parameters import parameters as reviewed
from directory.truth.labels import watched
from directory.truth.learning import DAYS_BETWEEN, Corrected, Figures, Proposal, correction, proposals
from directory.truth.queries import labelled
from directory.truth.watching import families

_encoder = msgspec.json.Encoder(order="deterministic")
_TRACES = ("phone", "service", "site")


class Taught(msgspec.Struct, frozen=True):
    """What calls teach.

    Attributes:
        as_of: the day, ISO.
        accepted_on: the day on which somebody accepted figures last, ISO; None if nobody did.
        proposals: one for each figure that calls tell about.
        correction: of what belief says.
        mark: names this proposal; who accepts gives it, so that nothing is accepted that was not read. Empty where
            nothing is proposed.
        figures: all that would differ from the reviewed figures.
        calls: how many calls tell about what is proposed.
    """

    as_of: str
    accepted_on: str | None
    proposals: tuple[Proposal, ...]
    correction: Corrected
    mark: str
    figures: Learnt
    calls: int


def taught(session: Session, *, now: dt.datetime) -> Taught:
    """Work out what every figure should be, and write nothing."""
    last, figures = accepted(session), figures_of(session)
    day = day_number(now)
    watching = watched(families(session, now=now, figures=figures), day=day)
    found = proposals(watching, figures=_named(figures))
    # What was believed by other figures says nothing about these.
    since = day_number(last.at) if last.at is not None else 0
    corrected = correction([(one.believed, one.is_wrong) for one in labelled(session, day=day, since=since)])
    new = _changed(last.learnt, found, corrected)
    calls = [one.cases for one in found if one.verdict == "proposed"]
    calls += [corrected.cases] if corrected.verdict == "proposed" else []
    return Taught(
        as_of=dt.date.fromordinal(day).isoformat(),
        accepted_on=last.at.date().isoformat() if last.at is not None else None,
        proposals=tuple(found),
        correction=corrected,
        mark=_mark(new, last.number) if calls else "",
        figures=new,
        calls=sum(calls),
    )


def accept(session: Session, mark: str, *, by: int, now: dt.datetime) -> Taught:
    """Believe by what calls teach from now on; whoever calls this makes all cards anew afterwards (``indexing``).

    Args:
        session: a writing session.
        mark: of the proposal that was read.
        by: the person who accepts.
        now: the transaction's time.

    Raises:
        NothingFitsError: nothing is proposed.
        RefusedError: something else is proposed by now, figures were accepted less than 28 days ago, or those that are
            proposed do not go together.
    """
    queue_writers(session)
    found = taught(session, now=now)
    if not found.mark:
        raise NothingFitsError("Calls teach nothing new.")
    if found.mark != mark:
        raise RefusedError("That is not what calls teach now. Read it again: handrail plan learn")
    last = accepted(session)
    if last.at is not None and now - last.at < dt.timedelta(days=DAYS_BETWEEN):
        next_on = (last.at + dt.timedelta(days=DAYS_BETWEEN)).date().isoformat()
        raise RefusedError(f"Figures were accepted on {found.accepted_on}. The next time is {next_on}.")
    try:
        with_learnt(found.figures, number=last.number + 1)
    except (ValueError, msgspec.ValidationError):
        raise RefusedError("These figures do not go together, so nothing was accepted.") from None
    changed = [one.figure for one in found.proposals if one.verdict == "proposed"]
    changed += ["correction"] if found.correction.verdict == "proposed" else []
    _add(session, found.figures, calls=found.calls, verb="figures.accepted", changed=changed, by=by, now=now)
    return found


def forget(session: Session, *, by: int, now: dt.datetime) -> None:
    """Believe by the reviewed figures again. Whoever calls this makes all cards anew afterwards.

    Raises:
        NothingFitsError: they are the ones in use.
    """
    queue_writers(session)
    if accepted(session).learnt == Learnt():
        raise NothingFitsError("The reviewed figures are in use.")
    _add(session, Learnt(), calls=0, verb="figures.forgotten", changed=[], by=by, now=now)


def _add(
    session: Session, figures: Learnt, *, calls: int, verb: str, changed: Sequence[str], by: int, now: dt.datetime
) -> None:
    lesson = Lesson(figures=_encoder.encode(figures).decode(), calls=calls, accepted_by=by, accepted_at=now)
    session.add(lesson)
    session.flush()
    # This transaction read them already.
    session.info.pop("figures", None)
    digest = hashlib.sha256(lesson.figures.encode()).hexdigest()
    body = {"figures": list(changed), "calls": calls, "digest": digest}
    record(session, [Act(verb, str(lesson.id), body, by)], now=now)


def _named(figures: Parameters) -> Figures:
    """Figures by the names that proposals have."""
    shipped = reviewed()

    def of(source: Parameters, name: str) -> float:
        first, _, rest = name.partition(".")
        if first == "trace":
            trace, _, figure = rest.partition(".")
            return float(getattr(getattr(source.traces, trace), figure))
        group = next(one for one in source.groups if one.code == first)
        return float(getattr(group.hazards, rest))

    groups = tuple(group.code for group in shipped.groups)
    return Figures(groups, _TRACES, lambda name: of(shipped, name), lambda name: of(figures, name))


def _changed(learnt: Learnt, found: Sequence[Proposal], corrected: Corrected) -> Learnt:
    hazards = {group: dict(figures) for group, figures in learnt.hazards.items()}
    traces = {trace: dict(figures) for trace, figures in learnt.traces.items()}
    for one in found:
        if one.verdict == "proposed":
            first, _, rest = one.figure.partition(".")
            if first == "trace":
                trace, _, figure = rest.partition(".")
                traces.setdefault(trace, {})[figure] = one.new
            else:
                hazards.setdefault(first, {})[rest] = one.new
    points = _after(learnt.correction, corrected.points) if corrected.points else learnt.correction
    return Learnt(hazards, traces, points)


def _after(before: Points, then: Points) -> tuple[tuple[float, float], ...]:
    """The points of both corrections, one after the other."""
    return tuple((round(back(believed, before), 6), found) for believed, found in then)


def _mark(figures: Learnt, number: int) -> str:
    return hashlib.sha256(_encoder.encode((figures, number))).hexdigest()[:8]
