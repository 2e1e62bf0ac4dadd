"""Runs that wait for people as a whole: nothing of their document came in, until somebody lets it, once.

What became confidential in it was withdrawn all the same: a secret place does not wait.
"""

import datetime as dt
import hashlib
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.errors import NotFoundError, RefusedError
from directory.intake.breaker import HOLDS
from directory.intake.deciding import Decided
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


def digest_of(document: bytes, plan: Plan, decided: Decided | None, *, confidential: Collection[str]) -> bytes:
    """16 bytes that tell what would come in from everything else, so that a release is for it alone.

    Args:
        document: a digest of what was left of it after redaction (``planning.Look.digest``).
        plan: what it would change of what stands.
        decided: what people said of its values beforehand.
        confidential: keys of rows that become confidential: they do not wait, and change otherwise once that is done.
    """
    rows = [
        (row.key, row.effect, [(one.field, one.slot, one.effect, one.ours, one.theirs, one.mark) for one in values])
        for row in plan.rows
        if row.key not in confidential
        for values in [row.differences]
    ]
    values = decided.values.items() if decided is not None else ()
    said = sorted((msgspec.structs.astuple(key), verdict) for key, verdict in values)
    new = sorted(decided.rows.items()) if decided is not None else None
    told = msgspec.json.encode([document.hex(), rows, said, new])
    return hashlib.sha256(told).digest()[:16]


def hold_run(session: Session, run: ImportRun, plan: Plan, *, digest: bytes, now: dt.datetime) -> None:
    """Let a run wait. ``digest`` is of what would come in (``digest_of``)."""
    finish_run(session, run, state="held", totals=plan.counts(), now=now)
    session.execute(
        sa.update(ImportRun).where(ImportRun.id == run.id).values(holds=" ".join(plan.holds), digest=digest)
    )


def release_for(session: Session, source_id: int, digest: bytes) -> ImportRun | None:
    """The held run whose release lets this come in; None if there is none."""
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


def use_up(session: Session, source_id: int) -> None:
    """Forget the releases of a source of which something has come in: they were for once, and for what stood before."""
    session.execute(
        sa.update(ImportRun).where(ImportRun.source_id == source_id, ImportRun.state == "held").values(digest=None)
    )


def release_run(session: Session, run_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Let a held run come in, once: its document, as long as it would change the same, by the same decisions.

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
        raise RefusedError(
            "It came in, another of its source did, or a place was withdrawn since. Import it again and look anew."
        )
    if run.released_by is not None:
        raise RefusedError("It is released already. Import the same document again.")
    session.execute(sa.update(ImportRun).where(ImportRun.id == run_id).values(released_by=by.id))
    record(session, [Act(RELEASED, str(run_id), {"run": run_id}, by.id)], now=now)
    session.expire_all()
