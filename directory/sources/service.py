"""Verbs of sources and their runs. What a run's rows become is written by ``directory.intake.service.store_rows``."""

import datetime as dt
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.db import in_portions
from directory.errors import BadInputError, RefusedError
from directory.people.actor import Actor
from directory.sources.models import ImportRun, Source, SourceRecord
from directory.sources.policy import TRUST, is_of_lists, is_sharing, may_set_trust
from directory.sources.queries import ADDED, get_source, keys_open_to
from directory.values.plain_text import one_line

_encoder = msgspec.json.Encoder(order="deterministic")
# Names and terms are lines, not documents.
MOST_CHARACTERS = 500
_LONGEST_KEY = 100
BUSY = "Something of this source is coming in at this moment. Wait until that is done."


class NewTerms(msgspec.Struct, frozen=True):
    """What is to be said of a source from now on; None leaves it as it is, an empty text takes it away."""

    owner: str | None = None
    licence: str | None = None
    terms: str | None = None
    sharing: str | None = None
    trust: str | None = None


def ensure_source(
    session: Session,
    *,
    key: str,
    kind: str,
    trust: str,
    owner: str | None = None,
    licence: str | None = None,
    sharing: str = "not-stated",
) -> Source:
    """Return the source with this key, made if it does not exist."""
    source = session.scalar(sa.select(Source).where(Source.key == key))
    if source is None:
        source = Source(key=key, kind=kind, trust=trust, lineage=key, owner=owner, licence=licence, sharing=sharing)
        session.add(source)
        session.flush()
    return source


def add_source(session: Session, key: str, *, by: int, now: dt.datetime) -> None:
    """Make a source known before anything of it is read, so that its terms can be stated first.

    Raises:
        BadInputError: the key is empty, too long, has blanks in it, or begins with a sign.
        RefusedError: there is a source with this key already, or one that looks like it.
    """
    is_plain = key[:1].isalnum() and len(key) <= _LONGEST_KEY and one_line(key, _LONGEST_KEY) == key
    if not is_plain or " " in key:
        raise BadInputError("The key of a source is one word, such as county-211.")
    if any(_alike(one) == _alike(key) for one in session.scalars(sa.select(Source.key))):
        raise RefusedError("There is a source with this key already.")
    ensure_source(session, key=key, kind="file", trust="feed")
    write_audit(session, [Act(ADDED, key, {}, by)], now=now)


def _alike(key: str) -> str:
    return unicodedata.normalize("NFKC", key).casefold()


def require_bringing_in(session: Session, key: str, *, by: Actor) -> None:
    """Raise ``RefusedError`` if somebody may not bring a document in as the word of a source."""
    if key not in keys_open_to(session, by=by):
        raise RefusedError(
            "That is the word of somebody else. An admin may bring it in; or make a source of your own for your list."
        )


def set_terms(session: Session, key: str, new: NewTerms, *, by: int, now: dt.datetime) -> None:
    """Say who a source is, what may be done with it, and how far it is trusted.

    Args:
        session: a writing session.
        key: of the source.
        new: what changes.
        by: the person who says so.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such source.
        BadInputError: a word is none of its list, or a text is too long.
        RefusedError: nothing would change, or the trust is more than a command may give.
    """
    source = get_source(session, key)
    if new.sharing is not None and not is_sharing(new.sharing):
        raise BadInputError("That is no word for what a licence allows.")
    if new.trust is not None and new.trust not in TRUST:
        raise BadInputError("That is no word for trust.")
    if new.trust is not None and not may_set_trust(source.trust, new.trust):
        raise RefusedError(
            "A list as a whole is trusted as a partner's at most. More is earned value by value, when a program or a "
            "person confirms it."
        )
    changed = _changed(source, new)
    if not changed:
        raise RefusedError("Nothing would change.")
    body: dict[str, Any] = {"columns": " ".join(sorted(changed))}
    for column in ("sharing", "trust"):
        if column in changed:
            body[column] = [getattr(source, column), changed[column]]
    for column, value in changed.items():
        setattr(source, column, value)
    session.flush()
    write_audit(session, [Act("source.changed", key, body, by)], now=now)


def _changed(source: Source, new: NewTerms) -> dict[str, str | None]:
    """The columns that become something else."""
    changed: dict[str, str | None] = {}
    for column in NewTerms.__struct_fields__:
        wanted = getattr(new, column)
        if wanted is None:
            continue
        if len(wanted) > MOST_CHARACTERS:
            raise BadInputError(f"Names and terms have {MOST_CHARACTERS} characters at most.")
        value = one_line(wanted, MOST_CHARACTERS) or None
        if value != getattr(source, column):
            changed[column] = value
    return changed


def set_paused(session: Session, key: str, *, is_paused: bool, by: int, now: dt.datetime) -> None:
    """Let nothing of a source be read until further notice, or let it be read again.

    Raises:
        NotFoundError: there is no such source.
        RefusedError: it is so already.
    """
    source = get_source(session, key)
    if source.paused == is_paused:
        raise RefusedError("It is so already.")
    source.paused = is_paused
    session.flush()
    verb = "source.paused" if is_paused else "source.resumed"
    write_audit(session, [Act(verb, key, {}, by)], now=now)


def import_of(key: str) -> str:
    """The name under which one process alone brings something of a source in (``directory.alone``)."""
    return f"import {key}"


def require_running(source: Source) -> None:
    """Raise ``RefusedError`` if nothing of a source may be read for now, or no document is its word."""
    if not is_of_lists(source.trust):
        raise RefusedError("What this source says comes from no document. Import it under a source of its own.")
    if source.paused:
        raise RefusedError(f"This source is paused. Let it be read again with: handrail sources resume {source.key}")


def start_run(session: Session, source: Source, *, reader: str, now: dt.datetime) -> ImportRun:
    """Open a run of a source."""
    run = ImportRun(source_id=source.id, reader=reader, started_at=now, state="running")
    session.add(run)
    session.flush()
    return run


def finish_run(
    session: Session,
    run: ImportRun,
    *,
    state: Literal["applied", "held", "failed"],
    totals: Mapping[str, int],
    now: dt.datetime,
) -> None:
    """Close a run with its totals."""
    session.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run.id)
        .values(state=state, finished_at=now, totals=_encoder.encode(dict(totals)).decode())
    )


def forget_rows(session: Session, record_ids: Collection[int]) -> None:
    """Forget what rows about these records said: digests and notes of what was public are traces of a place."""
    for portion in in_portions(sorted(record_ids)):
        session.execute(
            sa.update(SourceRecord).where(SourceRecord.record_id.in_(portion)).values(digest=None, notes=None)
        )
    # What is left of a whole document that waits holds the same trace: whoever would release it reads it once more.
    session.execute(sa.update(ImportRun).where(ImportRun.digest.is_not(None)).values(digest=None))
