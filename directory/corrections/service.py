"""Writing what a source should hear: whole or not at all, for its owner's eyes only, and noted in the audit."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy.orm import Session

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.corrections.hsds_file import hsds_page
from directory.corrections.queries import find_corrections, receiver_of
from directory.corrections.table import table
from directory.db import Database
from directory.files import write_whole
from directory.sources.passing_on import attributions
from directory.sources.queries import get_source

Format = Literal["csv", "hsds"]


class Asked(msgspec.Struct, frozen=True):
    """What is asked for: a source's key, the form, what to leave out, and the language of the reasons."""

    key: str
    form: Format = "csv"
    since: str = ""
    with_confirmed: bool = False
    language: str = "en"


class Written(msgspec.Struct, frozen=True):
    """How many corrections there are, and how they are written."""

    number: int
    content: bytes


def corrections(session: Session, asked: Asked, *, now: dt.datetime) -> Written:
    """What a source should hear, as a file's content; raises ``NotFoundError`` when there is no such source."""
    source = get_source(session, asked.key)
    found = find_corrections(session, source, now=now, since=asked.since, with_confirmed=asked.with_confirmed)
    named = attributions(session, to=receiver_of(source), apart_from=source.id) if found.items else []
    if asked.form == "hsds":
        return Written(len(found.items), hsds_page(found, attributions=named))
    return Written(len(found.items), table(found.items, language=asked.language, attribution="; ".join(named)))


def hand_out(database: Database, asked: Asked, *, by: Callable[[Session], int], output: Path | None) -> Written:
    """Find, note in the audit, and write to a file if one is named; nothing is noted of what could not be written.

    Args:
        database: a ready database.
        asked: what is asked for.
        by: gives the person who asks.
        output: the file; an old one is replaced, and only its owner may read it.

    Raises:
        NotFoundError: there is no such source.
        DirectoryError: the file cannot be written.
    """
    with database.reading() as session:
        written = corrections(session, asked, now=session.info["now"])
    if written.number == 0:
        return written
    with database.transaction() as session:
        act = Act("source.corrections-written", asked.key, {"number": written.number}, by(session))
        write_audit(session, [act], now=session.info["now"])
        if output is not None:
            write_whole(output, written.content, what="The file of corrections")
    return written
