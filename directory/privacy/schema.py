"""Everything that a database really has, read from its own catalogue and not from our code."""

import sqlalchemy as sa

from directory.db import Database

_SQLITE = """
    SELECT t.name, c.name FROM sqlite_master t LEFT JOIN pragma_table_xinfo(t.name) c
    WHERE t.type IN ('table', 'view')
"""
# What an extension brings (PostGIS: coordinate systems) belongs to the deployment and holds nothing of ours.
_POSTGRESQL = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      )
"""


def held_by(database: Database) -> dict[str, frozenset[str]]:
    """Every table, view and sequence of a database, each with its columns: also those that it made by itself."""
    statement = _SQLITE if database.is_sqlite else _POSTGRESQL
    with database.reading() as session:
        rows = session.connection().execute(sa.text(statement.replace(":", r"\:"))).all()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).update(filter(None, [column]))
    return {table: frozenset(columns) for table, columns in sorted(found.items())}
