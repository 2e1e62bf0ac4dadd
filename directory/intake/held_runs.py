"""Runs that wait for people as a whole: nothing of their document came in, until somebody lets it, once.

What became confidential in it was withdrawn all the same: a secret place does not wait.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import NotFoundError, RefusedError
from directory.intake.breaker import HOLDS
from directory.intake.plan import Plan
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from directory.sources.models import ImportRun
from directory.sources.service import finish_run

RELEASED = "import.released"
_WITHDRAWN = "What is confidential now was withdrawn all the same. "


class HeldError(RefusedError):
    """A run is held: nothing of it was applied. ``run`` and ``plan`` say which, and what it would have changed."""

    def __init__(self, run: int, plan: Plan) -> None:
        why = "; ".join(HOLDS[code] for code in plan.holds)
        super().__init__(
            f"Run {run} is held, and nothing of it was applied: {why}. Look at what it would change. "
            f"{_WITHDRAWN if plan.of('withdrawn') else ''}If it is right: handrail import release {run}, and then "
            "import the same document again."
        )
        self.run = run
        self.plan = plan


def hold_run(session: Session, run: ImportRun, plan: Plan, *, digest: bytes, now: dt.datetime) -> None:
    """Let a run wait. ``digest`` is of what was left of its document after redaction (``planning.Look.digest``)."""
    finish_run(session, run, state="held", totals=plan.counts(), now=now)
    session.execute(
        sa.update(ImportRun).where(ImportRun.id == run.id).values(holds=" ".join(plan.holds), digest=digest)
    )


def release_for(session: Session, source_id: int, digest: bytes) -> ImportRun | None:
    """The held run whose release lets this document come in; None if there is none."""
    return session.scalar(
        sa.select(ImportRun)
        .where(
            ImportRun.source_id == source_id,
            ImportRun.state == "held",
            ImportRun.released_by.is_not(None),
            ImportRun.digest == digest,
        )
        .order_by(ImportRun.id)
        .limit(1)
    )


def is_released(session: Session, run_id: int) -> bool:
    """Whether somebody has let the document of a held run come in."""
    found = sa.select(ImportRun.id).where(ImportRun.id == run_id, ImportRun.released_by.is_not(None))
    return session.scalar(found) is not None


def use_up(session: Session, source_id: int, digest: bytes) -> None:
    """Forget the releases of a document that has come in: they were for once."""
    session.execute(
        sa.update(ImportRun)
        .where(ImportRun.source_id == source_id, ImportRun.state == "held", ImportRun.digest == digest)
        .values(digest=None)
    )


def release_run(session: Session, run_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Let the document of a held run come in, once.

    One person may: whatever somebody confirmed waits for two people all the same, value by value.

    Raises:
        NotFoundError: there is no such run that is held.
        RefusedError: ``by`` is no coordinator or admin, it is released already, or it has to be read once more.
    """
    run = session.get(ImportRun, run_id, populate_existing=True)
    if run is None or run.state != "held":
        raise NotFoundError("There is no such run that is held.")
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator or an admin has to release it.")
    if run.digest is None:
        raise RefusedError("It came in, or a place was withdrawn since. Import the document again and look anew.")
    if run.released_by is not None:
        raise RefusedError("It is released already. Import the same document again.")
    session.execute(sa.update(ImportRun).where(ImportRun.id == run_id).values(released_by=by.id))
    record(session, [Act(RELEASED, str(run_id), {"run": run_id}, by.id)], now=now)
    session.expire_all()
