"""The index over the words of listings.

PostgreSQL keeps its GIN index by itself. SQLite's FTS5 index reads the words from ``search_text`` and is told here what
comes and goes: a trigger could do it, but is refused a virtual table while ``trusted_schema`` is off, and it stays off.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

_REMOVE = sa.text(
    "INSERT INTO search_text_index (search_text_index, rowid, words)"
    " SELECT 'delete', sid, words FROM search_text WHERE sid IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))
_ADD = sa.text(
    "INSERT INTO search_text_index (rowid, words) SELECT sid, words FROM search_text WHERE sid IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))


def unindex_words(session: Session, listing_ids: Sequence[int]) -> None:
    """Take the words of listings out of the index, before their rows go."""
    if session.connection().dialect.name == "sqlite":
        session.execute(_REMOVE, {"ids": list(listing_ids)})


def index_words(session: Session, listing_ids: Sequence[int]) -> None:
    """Bring the words of listings into the index, after their rows came."""
    if session.connection().dialect.name == "sqlite":
        session.execute(_ADD, {"ids": list(listing_ids)})


def forget_unused_words(session: Session, words: Sequence[str]) -> None:
    """Of words that a listing no longer has, take those out of the list of words that no other listing has either.

    So nothing of a text that was taken away (a street that somebody wrote, say) stays in that list.
    """
    statement = _FORGET_SQLITE if session.connection().dialect.name == "sqlite" else _FORGET_POSTGRESQL
    if words:
        session.execute(statement, {"words": list(words)})


_FORGET_SQLITE = sa.text(
    "DELETE FROM search_word WHERE word IN :words AND NOT EXISTS"
    " (SELECT 1 FROM search_text_index WHERE search_text_index MATCH '\"' || search_word.word || '\"')"
).bindparams(sa.bindparam("words", expanding=True))
_FORGET_POSTGRESQL = sa.text(
    "DELETE FROM search_word WHERE word IN :words AND NOT EXISTS (SELECT 1 FROM search_text"
    " WHERE to_tsvector('simple', words) @@ plainto_tsquery('simple', search_word.word))"
).bindparams(sa.bindparam("words", expanding=True))
