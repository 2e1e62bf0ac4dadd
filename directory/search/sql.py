"""All that differs between the databases in a search; everything else is one text for both.

Statements are written with ``?`` for each bound value and no percent sign, and are read-only.
"""

import math
import sqlite3
import uuid
from collections.abc import Generator, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy.orm import Session

Row: TypeAlias = tuple[Any, ...]
Answered = TypeVar("Answered")


class Sql(NamedTuple):
    """A piece of SQL with its bound values, in order."""

    text: str
    values: Sequence[Any] = ()


def joined(word: str, parts: Sequence[Sql]) -> Sql:
    """Pieces with a word between each two (" AND "), as one in parentheses."""
    return Sql(f"({word.join(part.text for part in parts)})", [value for part in parts for value in part.values])


class Statement(NamedTuple):
    """One SELECT."""

    text: str
    values: Sequence[Any]


# A planner asks one statement after the other and is sent the rows of each. It never touches a connection, so that one
# planner serves a connection that blocks and one that is awaited.
Steps: TypeAlias = Generator[Statement, list[Row], Answered]


class Dialect:
    """How one of the databases writes what the other writes differently."""

    def in_ranges(self, terms: Sequence[int], ranges: Sequence[tuple[int, int]]) -> Sql:
        """FROM and WHERE of postings ``g`` with these terms in ranges of cells, sought range by range."""
        raise NotImplementedError

    def among(self, column: str, values: Sequence[int]) -> Sql:
        """That a column holds one of these numbers."""
        raise NotImplementedError

    def among_words(self, column: str, values: Sequence[str]) -> Sql:
        """That a column holds one of these words."""
        raise NotImplementedError

    def having_words(self, spellings: Iterable[Sequence[str]]) -> Sql:
        """A SELECT of ``sid``: the listings that have, of each word, one of its spellings."""
        raise NotImplementedError

    def holds(self, text: str) -> str:
        """That a text holds a bound one."""
        raise NotImplementedError

    def public_id(self, value: uuid.UUID) -> Any:
        """A public id as it is stored."""
        raise NotImplementedError

    def written(self, statement: Statement) -> str:
        """The text as the driver wants it."""
        raise NotImplementedError


class _Sqlite(Dialect):
    # Statements are kept compiled by their text. So lists are padded to a few lengths, with what changes nothing.

    def in_ranges(self, terms: Sequence[int], ranges: Sequence[tuple[int, int]]) -> Sql:
        padded = [*ranges, *[(1, 0)] * (-len(ranges) % 4)]
        rows = ",".join(["(?,?)"] * len(padded))
        among = self.among("g.term", terms)
        # "CROSS JOIN" keeps the order in which the tables are read.
        return Sql(
            f"(VALUES {rows}) AS v CROSS JOIN search_key AS g"
            f" WHERE {among.text} AND g.cell BETWEEN v.column1 AND v.column2",
            [*(end for pair in padded for end in pair), *among.values],
        )

    def among(self, column: str, values: Sequence[Any]) -> Sql:
        if len(values) == 1:
            return Sql(f"{column} = ?", values)
        size = 1 << max(len(values) - 1, 0).bit_length()
        padded = [*values, *[values[-1]] * (size - len(values))] if values else []
        return Sql(f"{column} IN ({','.join('?' * len(padded))})", padded)

    def among_words(self, column: str, values: Sequence[str]) -> Sql:
        return self.among(column, values)

    def holds(self, text: str) -> str:
        return f"instr({text}, ?) > 0"

    def having_words(self, spellings: Iterable[Sequence[str]]) -> Sql:
        # Folded words hold letters and digits only, and in quotation marks none of them is an operator.
        wanted = " AND ".join("(" + " OR ".join(f'"{word}"' for word in words) + ")" for words in spellings)
        return Sql("SELECT rowid FROM search_text_index WHERE search_text_index MATCH ?", [wanted])

    def public_id(self, value: uuid.UUID) -> str:
        return value.hex

    def written(self, statement: Statement) -> str:
        return statement.text


class _Postgresql(Dialect):
    # Lists travel as arrays: one text, and so one prepared statement, for every length.

    def in_ranges(self, terms: Sequence[int], ranges: Sequence[tuple[int, int]]) -> Sql:
        starts, ends = [start for start, _ in ranges], [end for _, end in ranges]
        among = self.among("search_key.term", terms)
        # "OFFSET 0" keeps the planner from reading every posting of the terms and comparing the ranges afterwards.
        return Sql(
            "unnest(CAST(? AS bigint[]), CAST(? AS bigint[])) AS v(start, stop) CROSS JOIN LATERAL (SELECT * FROM"
            f" search_key WHERE {among.text} AND cell BETWEEN v.start AND v.stop OFFSET 0) AS g WHERE true",
            [starts, ends, *among.values],
        )

    def among(self, column: str, values: Sequence[int]) -> Sql:
        return Sql(f"{column} = ANY(CAST(? AS bigint[]))", [list(values)])

    def among_words(self, column: str, values: Sequence[str]) -> Sql:
        return Sql(f"{column} = ANY(CAST(? AS text[]))", [list(values)])

    def holds(self, text: str) -> str:
        return f"strpos({text}, ?) > 0"

    def having_words(self, spellings: Iterable[Sequence[str]]) -> Sql:
        wanted = " & ".join("(" + " | ".join(f"'{word}'" for word in words) + ")" for words in spellings)
        return Sql(
            "SELECT sid FROM search_text WHERE to_tsvector('simple', words) @@ to_tsquery('simple', ?)", [wanted]
        )

    def public_id(self, value: uuid.UUID) -> uuid.UUID:
        return value

    def written(self, statement: Statement) -> str:
        return _with_percent_signs(statement.text)


SQLITE: Dialect = _Sqlite()
POSTGRESQL: Dialect = _Postgresql()


@cache
def _with_percent_signs(text: str) -> str:
    return text.replace("?", "%s")


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write many rows as they are: SQLAlchemy would take longer to look at each value than the database to store it."""
    _insert(session, table, columns, rows, "")


def insert_missing_rows(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write many rows as they are, but for those that are there already."""
    _insert(session, table, columns, rows, " ON CONFLICT DO NOTHING")


def _insert(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], ending: str) -> None:
    connection = session.connection()
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(columns))
    if rows:
        text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}){ending}"
        connection.exec_driver_sql(text, list(rows))


def wait_for_writers(session: Session, tables: Sequence[str]) -> None:
    """Wait until nobody else works with these tables, and keep it so to the end of the transaction.

    An embedded database has one writer at a time anyhow.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")


def add_missing_functions(connection: sqlite3.Connection) -> None:
    """Give an embedded database the functions that distances need, where it was built without them."""
    try:
        connection.execute("SELECT asin(1.0), sqrt(1.0), floor(1.0)")
    except sqlite3.OperationalError:
        connection.create_function("asin", 1, math.asin, deterministic=True)
        connection.create_function("sqrt", 1, math.sqrt, deterministic=True)
        connection.create_function("floor", 1, math.floor, deterministic=True)
