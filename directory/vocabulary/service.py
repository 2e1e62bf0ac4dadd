"""Verbs of the vocabulary."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.vocabulary.models import TermRow
from directory.vocabulary.terms import Term, schemes, terms


def sync_terms(session: Session, *, shipped: Iterable[Term] | None = None) -> int:
    """Bring the shipped terms in the database to those of the data files (or to ``shipped``), as an upgrade does.

    New ones are added, changed labels follow, ones that are gone are retired; an admin's own terms are never touched,
    even where a shipped one has the same code. Doing it twice changes nothing. Returns how many rows it wrote.

    Raises:
        RefusedError: a term would get another bit, or a bit that another term has or had: postings would lie.
    """
    wanted = {(term.scheme, term.code): term for term in (_all_terms() if shipped is None else shipped)}
    rows = {(row.scheme, row.code): row for row in session.scalars(sa.select(TermRow))}
    holders = {(row.scheme, row.bit): row.code for row in rows.values() if row.bit is not None}
    for key, term in wanted.items():
        if key not in rows:
            if (term.scheme, term.bit) in holders:
                raise RefusedError("A new term of the vocabulary has the bit of another one; nothing was changed.")
            rows[key] = TermRow(scheme=term.scheme, code=term.code, bit=term.bit, labels="", crosswalk="", shipped=True)
            session.add(rows[key])
        elif rows[key].shipped and rows[key].bit != term.bit:
            raise RefusedError("A term of the vocabulary has another bit than before; nothing was changed.")
    # New rows need their ids before children can name them.
    session.flush()
    written = sum(_follow(row, wanted.get(key), rows) for key, row in rows.items() if row.shipped)
    session.flush()
    return written


def _follow(row: TermRow, term: Term | None, rows: dict[tuple[str, str], TermRow]) -> bool:
    """Make a shipped row say what its term says; whether that changed it."""
    if term is None:
        after: dict[str, Any] = {"retired": True}
    else:
        parent = rows[term.scheme, term.parent].id if term.parent else None
        labels, crosswalk = _canonical(term.labels), _canonical(term.crosswalk)
        after = {"labels": labels, "crosswalk": crosswalk, "parent_id": parent, "retired": False}
    differing = {column: value for column, value in after.items() if getattr(row, column) != value}
    for column, value in differing.items():
        setattr(row, column, value)
    return bool(differing)


def _all_terms() -> list[Term]:
    return [term for scheme in schemes() for term in terms(scheme)]


def _canonical(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
