"""Roles of PostgreSQL: an owner that makes tables, one that the program works as, one that may only show (SAFETY I10).

Triggers hold whoever writes; roles keep a stolen process from taking triggers away. The owner alone makes and changes
tables (``HANDRAIL_OWNER_DATABASE_URL``). The app role may do what the verbs do and nothing to what is append-only. The
public role sees what is public already, and nothing of facts, people or proofs.
"""

import re

import sqlalchemy as sa

from directory.db import Base, Database
from directory.errors import BadInputError, RefusedError

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# Rows that are written once. Triggers refuse more; the role is not even allowed to try.
APPEND_ONLY = (
    "audit_entry", "evidence", "testimony", "change_proof", "vouch", "change_item", "lesson",
    "withdrawn_evidence",
)  # fmt: skip
# A fact may end, come back or be purged; what it says and of whom is for good.
_FACT = ("standing", "value", "match_key")
# What is made from facts, and what people who work here leave by the day.
_MAY_GO = (
    "card", "search_key", "search_text", "search_word", "search_typo", "search_build", "week", "week_span",
    "week_closed", "origin_set", "scope", "session", "link", "outbox", "contact_view", "match_pair", "belief",
    "check_task", "host_state", "confirmation", "call_task", "letter_wish", "work_line",
    "entered_call", "report_count", "note", "staff_wish", "outcome_count",
    "protocol", "contact_stop", "pack", "pack_number",
)  # fmt: skip
# What the public pages read (``search.queries``, ``search.reader``), and whether the schema and the index are current.
_PUBLIC: dict[str, tuple[str, ...]] = {
    "card": ("record_id", "brief", "public"),
    "record": (
        "id", "public_id", "kind", "organization_id", "service_id", "location_id", "merged_into",
    ),
    "audit_entry": ("seq", "verb"),
    "belief": ("listing_id", "confirmed_on"),
    "lesson": ("id",),
    # What calls came to in sums; not what was missing where somebody was declined.
    "outcome_count": ("listing_id", "week", "outcome", "reply_band", "teller", "n"),
} | dict.fromkeys(
    (
        "alembic_version", "search_build", "search_key", "search_text", "search_word", "search_typo", "week",
        "week_span", "week_closed", "origin_set",
    ),
    (),
)  # fmt: skip


def statements(*, schema: str, database: str, app: str, public: str, functions: list[str]) -> list[str]:
    """The SQL that gives both roles what they need and takes everything else from them. It can be run again.

    Args:
        schema: where the tables are.
        database: its name.
        app: the role that the program works as.
        public: the role that only shows.
        functions: the names of our triggers' functions.

    Raises:
        BadInputError: a name is not made of small letters, digits and ``_``, or both are the same.
    """
    for name in (app, public):
        if not _NAME.fullmatch(name):
            raise BadInputError("The name of a role is made of small letters, digits and _.")
    if app == public:
        raise BadInputError("The roles must be two.")
    both = f"{_quoted(app)}, {_quoted(public)}"
    within = _quoted(schema)
    made = [
        f"REVOKE CREATE ON SCHEMA {within} FROM PUBLIC, {both}",
        # A table for the session alone could stand before the real one where a trigger looks.
        f"REVOKE CREATE, TEMPORARY ON DATABASE {_quoted(database)} FROM PUBLIC, {both}",
        f"GRANT USAGE ON SCHEMA {within} TO {both}",
    ]
    made += [f"ALTER FUNCTION {within}.{name}() SET search_path = {within}, pg_temp" for name in sorted(functions)]
    for table in (*sorted(Base.metadata.tables), "alembic_version"):
        name = f"{within}.{_quoted(table)}"
        made.append(f"REVOKE ALL ON {name} FROM PUBLIC, {both}")
        made.append(f"GRANT {_for_app(table)} ON {name} TO {_quoted(app)}")
        if table in _PUBLIC:
            columns = f" ({', '.join(_PUBLIC[table])})" if _PUBLIC[table] else ""
            made.append(f"GRANT SELECT{columns} ON {name} TO {_quoted(public)}")
    return [*made, f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {within} TO {_quoted(app)}"]


def statements_for(database: Database, *, app: str, public: str) -> list[str]:
    """The same for a database as it is; raises ``RefusedError`` when it is no PostgreSQL."""
    if database.is_sqlite:
        raise RefusedError("An embedded database has no roles: whoever can write its file can write everything.")
    with database.reading() as session:
        schema, name = session.execute(sa.text("SELECT current_schema(), current_database()")).one()
        functions = session.scalars(
            sa.text(
                "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
                r" AND proname LIKE 'handrail\_%' AND pronargs = 0"
            ).columns(sa.column("proname", sa.Text))
        ).all()
    return statements(schema=schema, database=name, app=app, public=public, functions=list(functions))


def give(database: Database, *, app: str, public: str) -> list[str]:
    """Run the statements as the owner, all or none; return what still weakens the roles, in whole sentences.

    Raises:
        RefusedError: there is no such role, it is a superuser, or it owns the tables: then no grant means anything.
    """
    made = statements_for(database, app=app, public=public)
    with database.engine.begin() as connection:
        for role in (app, public):
            _check_role(connection, role)
        for statement in made:
            connection.exec_driver_sql(statement)
        return [weakness for role in (app, public) for weakness in _weaknesses(connection, role)]


def _for_app(table: str) -> str:
    if table == "alembic_version":
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    if table == "fact":
        return f"SELECT, INSERT, UPDATE ({', '.join(_FACT)})"
    return "SELECT, INSERT, UPDATE, DELETE" if table in _MAY_GO else "SELECT, INSERT, UPDATE"


def _check_role(connection: sa.Connection, role: str) -> None:
    found = connection.execute(
        sa.text("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).scalar()
    if found is None:
        raise RefusedError("There is no such role. Make it first: CREATE ROLE name LOGIN PASSWORD '...'")
    owns = connection.execute(
        sa.text(
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relname = ANY(:tables) AND pg_has_role(:role, relowner, 'MEMBER')"
        ).columns(sa.column("count", sa.Integer)),
        {"role": role, "tables": sorted(Base.metadata.tables)},
    ).scalar_one()
    if found or owns:
        raise RefusedError("A role that is a superuser, makes roles or owns the tables cannot be held by grants.")


def _weaknesses(connection: sa.Connection, role: str) -> list[str]:
    asked = {"role": role}
    told = []
    for right, text in (
        ("has_database_privilege(:role, current_database(), 'TEMP')", "make temporary tables"),
        ("has_schema_privilege(:role, current_schema(), 'CREATE')", "make tables"),
    ):
        if connection.execute(sa.text(f"SELECT {right}"), asked).scalar_one():
            told.append(f"A role can still {text}: let the owner of the database run this, or take that right away.")
    return told


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
