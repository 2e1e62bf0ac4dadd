"""With roles of their own on PostgreSQL, neither the program nor the public pages can do what nobody should."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.errors import BadInputError, RefusedError
from directory.freshness.service import add_evidence
from directory.intake.revision import withdraw
from directory.listings.models import Fact, Record
from directory.listings.withdrawal import is_finished
from directory.roles import give, statements
from tests import everything, makers
from tests.importers.feeds import join, service, write_package
from tests.services import DatabaseSource, serve
from tests.web.conftest import IN_PAGE, public_id, settings
from web.cli import main


class Roles(msgspec.Struct, frozen=True):
    """Addresses of one database for each role: of a superuser, of the owner, of the program, of the public pages."""

    superuser: str
    owner: str
    app: str
    public: str


@pytest.fixture
def roles(database_source_of: Callable[[str], DatabaseSource]) -> Iterator[Roles]:
    """A directory in a database whose tables are owned by a role that is no superuser, before anything is granted."""
    source: DatabaseSource = database_source_of("postgres")
    superuser = source.empty()
    prefix = f"t{uuid.uuid4().hex[:8]}"
    names = {role: f"{prefix}_{role}" for role in ("owner", "app", "public")}
    with psycopg.connect(superuser, autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{prefix}'".encode())
        database = sa.make_url(superuser).database
        connection.execute(f'ALTER DATABASE "{database}" OWNER TO {names["owner"]}'.encode())
    addresses = {
        role: sa.make_url(superuser).set(username=name, password=prefix).render_as_string(hide_password=False)
        for role, name in names.items()
    }
    made = Roles(superuser, **addresses)
    owned = open_database(made.owner)
    try:
        bring_up_to_date(owned)
        owned.dispose()
        yield made
    finally:
        owned.dispose()
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(f"REASSIGN OWNED BY {names['owner']} TO CURRENT_USER".encode())
            connection.execute(f"DROP OWNED BY {', '.join(names.values())} CASCADE".encode())
            for name in names.values():
                connection.execute(f"DROP ROLE {name}".encode())
        source.discard(superuser)


def _name(url: str) -> str:
    return sa.make_url(url).username or ""


@pytest.fixture
def granted(roles: Roles) -> Roles:
    """The same when both roles may do what they need."""
    owned = open_database(roles.owner)
    assert give(owned, app=_name(roles.app), public=_name(roles.public)) == []
    owned.dispose()
    return roles


@pytest.fixture
def app(granted: Roles) -> Iterator[Database]:
    """The database as the program has it."""
    database = open_database(granted.app)
    yield database
    database.dispose()


@pytest.fixture
def public(granted: Roles, app: Database) -> Iterator[Database]:
    """A full database as the public pages have it."""
    everything.fill(app)
    database = open_database(granted.public)
    yield database
    database.dispose()


def _handrail(url: str, *words: str | Path, **environment: str) -> Result:
    variables = {"HANDRAIL_DATABASE_URL": url, "XDG_DATA_HOME": "/nowhere"} | environment
    return CliRunner(env=variables).invoke(main, [str(word) for word in words])


def test_the_program_does_everything_that_it_does(app: Database, granted: Roles, tmp_path: Path) -> None:
    everything.fill(app)
    with app.transaction() as session:
        fact = session.scalars(sa.select(Fact).where(Fact.field == "kind")).first()
        assert fact is not None
        seen = {"method": "call", "outcome": "confirmed", "log2_odds": -1, "run_key": "run:1"}
        now = session.info["now"]
        assert add_evidence(session, fact.id, observed_at=now, **seen)  # type: ignore[arg-type]
    feed = join({"organizations": [{"id": "1", "name": "Harbor Aid"}]}, service("10", "Harbor Office"))
    for _ in range(2):
        imported = _handrail(granted.app, "import", "hsds", write_package(tmp_path / "feed", feed), "--source", "test")
        assert imported.exit_code == 0, imported.output
    feed["services"][0]["description"] = "Bread on Mondays."
    changed = write_package(tmp_path / "changed", feed)
    assert _handrail(granted.app, "import", "hsds", changed, "--source", "test").exit_code == 0
    for run in ("3", "2", "1"):
        undone = _handrail(granted.app, "import", "undo", run)
        assert undone.exit_code == 0, undone.output
    for words in (["search-index", "rebuild"], ["search-index", "check"], ["db", "check"], ["listings", "list"]):
        ran = _handrail(granted.app, *words)
        assert ran.exit_code == 0, ran.output
    assert _handrail(granted.app, "db", "backup", tmp_path / "copy", "--plain").exit_code == 0
    assert b"Lanternfield" in (tmp_path / "copy").read_bytes()


def test_what_a_withdrawal_leaves_is_scrubbed_by_the_owner_and_never_said_to_be_before(
    app: Database, granted: Roles
) -> None:
    everything.fill(app)
    with app.transaction() as session:
        found = session.scalars(
            sa.select(Record.id).where(Record.kind == "service", Record.location_disclosure == "public")
        )
        withdraw(
            session, found.one(), disclosure="area_only", area="US-FL-331", author=makers.AUTHOR,
            now=session.info["now"],
        )  # fmt: skip
    with app.reading() as session:
        assert not is_finished(session)
    assert _handrail(granted.app, "db", "check").exit_code == 1
    assert _handrail(granted.app, "db", "check", HANDRAIL_OWNER_DATABASE_URL=granted.owner).exit_code == 0
    with app.reading() as session:
        assert is_finished(session)


_FOR_APP = (
    "UPDATE audit_entry SET verb = 'x'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE evidence SET log2_odds = 6",
    "DELETE FROM testimony",
    "UPDATE change_proof SET key = 'lookup'",
    "DELETE FROM vouch",
    "DELETE FROM change_item",
    "DELETE FROM change",
    "DELETE FROM fact",
    "TRUNCATE fact CASCADE",
    "UPDATE fact SET field = 'name'",
    "UPDATE fact SET record_id = 1",
    "UPDATE fact SET change_id = 1",
    "UPDATE fact SET tier = 'public'",
    "UPDATE alembic_version SET version_num = '0001_ground'",
    "ALTER TABLE fact DISABLE TRIGGER USER",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER fact_begins_by_two ON fact",
    "CREATE OR REPLACE FUNCTION handrail_fact_begins_by_two() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION handrail_fact_begins_by_two() RESET search_path",
    "ALTER TABLE fact DROP CONSTRAINT ck_fact_exact_only_on_location",
    "ALTER TABLE fact ADD COLUMN note TEXT",
    "DROP TABLE report_count",
    "CREATE TABLE own (id INTEGER)",
    "CREATE TEMPORARY TABLE change (id INTEGER)",
    "CREATE SCHEMA own",
    "CREATE RULE own AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "CREATE TRIGGER own BEFORE INSERT ON fact FOR EACH ROW EXECUTE FUNCTION handrail_fact_begins_by_two()",
    "SET session_replication_role = replica",
    "COPY fact TO PROGRAM 'cat'",
)  # fmt: skip
_FOR_PUBLIC = (
    "SELECT * FROM fact",
    "SELECT name FROM person",
    "SELECT * FROM credential",
    "SELECT * FROM session",
    "SELECT * FROM outbox",
    "SELECT body FROM audit_entry",
    "SELECT partner FROM card",
    "SELECT coordinator FROM card",
    "SELECT * FROM change",
    "SELECT * FROM source_record",
    "SELECT * FROM report_count",
    "INSERT INTO report_count VALUES (1, 'closed', 1, 1)",
    "UPDATE card SET brief = '{}'",
    "DELETE FROM search_key",
    "CREATE TABLE own (id INTEGER)",
    "CREATE TEMPORARY TABLE own (id INTEGER)",
    "SET session_replication_role = replica",
)


def test_the_program_is_refused_what_would_undo_its_own_guards(app: Database) -> None:
    everything.fill(app)
    assert [statement for statement in _FOR_APP if not _is_refused(app, statement)] == []


def test_the_public_pages_are_refused_everything_that_is_not_public(public: Database) -> None:
    assert [statement for statement in _FOR_PUBLIC if not _is_refused(public, statement)] == []


def _is_refused(database: Database, statement: str) -> bool:
    """Whether a right is missing: not whether the statement fails for any other reason."""
    with database.engine.connect() as connection:
        try:
            connection.exec_driver_sql(statement)
        except sa.exc.DBAPIError as error:
            return isinstance(error.orig, psycopg.errors.InsufficientPrivilege)
    return False


def test_the_public_pages_show_listings_and_take_no_report(granted: Roles, app: Database, public: Database) -> None:
    with app.transaction() as session:
        listing = public_id(
            session, makers.make_service(session, makers.kind("food"), name="Open Table", sites=[makers.site()])
        )
    with serve(public, settings()) as address, httpx.Client(base_url=address, headers=IN_PAGE, timeout=30) as client:
        found = client.post("/", data={"a": "33130", "n": "food"})
        assert (found.status_code, "Open Table" in found.text) == (200, True)
        page = client.post("/", data={"l": listing})
        assert (page.status_code, "Evergreen" in page.text) == (200, True)
        assert client.post("/", data={"a": "33130", "n": "food", "y": f"closed:{listing}"}).status_code == 500
    result = _handrail(granted.public, "search", "--need", "food", "--near", "33130")
    assert "Open Table" in result.output, result.output


def test_the_owner_still_upgrades_and_the_statements_can_be_run_again(granted: Roles) -> None:
    names = ("--app", _name(granted.app), "--public", _name(granted.public))
    upgraded = _handrail(granted.app, "db", "upgrade", HANDRAIL_OWNER_DATABASE_URL=granted.owner)
    assert upgraded.exit_code == 0, upgraded.output
    said = _handrail(granted.app, "db", "roles", *names)
    assert said.exit_code == 0
    with psycopg.connect(granted.owner) as connection:
        connection.execute(said.output.encode())
    applied = _handrail(granted.app, "db", "roles", *names, "--apply", HANDRAIL_OWNER_DATABASE_URL=granted.owner)
    assert applied.exit_code == 0, applied.output


def test_before_anything_is_granted_a_role_may_nothing(roles: Roles) -> None:
    database = open_database(roles.app)
    assert _is_refused(database, "SELECT * FROM fact")
    database.dispose()


def test_rights_that_somebody_gave_too_much_are_taken_away_again(granted: Roles, app: Database) -> None:
    owned = open_database(granted.owner)
    with owned.engine.begin() as connection:
        connection.exec_driver_sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {_name(granted.app)}, PUBLIC")
    assert not _is_refused(app, "TRUNCATE report_count")
    give(owned, app=_name(granted.app), public=_name(granted.public))
    owned.dispose()
    assert _is_refused(app, "TRUNCATE report_count")
    assert _is_refused(app, "UPDATE fact SET tier = 'public'")


def test_a_role_that_grants_cannot_hold_is_refused(roles: Roles) -> None:
    owned = open_database(roles.owner)
    superuser = sa.make_url(roles.superuser).username or "postgres"
    for app in ("nobody_has_this_name", superuser, _name(roles.owner)):
        with pytest.raises(RefusedError):
            give(owned, app=app, public=_name(roles.public))
    with psycopg.connect(roles.superuser) as connection:
        # It could make itself a member of the owner.
        connection.execute(f"ALTER ROLE {_name(roles.app)} CREATEROLE".encode())
    with pytest.raises(RefusedError):
        give(owned, app=_name(roles.app), public=_name(roles.public))
    owned.dispose()


def test_a_trigger_asks_the_real_tables_whatever_stands_before_them(granted: Roles, app: Database) -> None:
    everything.fill(app)
    with psycopg.connect(granted.superuser) as connection:
        name = sa.make_url(granted.superuser).database
        connection.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO {_name(granted.app)}'.encode())
    with app.engine.connect() as connection_:
        connection_.exec_driver_sql("CREATE TEMPORARY TABLE evidence (fact_id BIGINT, log2_odds SMALLINT)")
        with pytest.raises(sa.exc.DBAPIError, match="two people only"):
            connection_.exec_driver_sql("UPDATE fact SET standing = 'past' WHERE field = 'phone'")


def test_what_still_weakens_a_role_is_told(roles: Roles) -> None:
    owned = open_database(roles.owner)
    with psycopg.connect(roles.superuser) as connection:
        name = sa.make_url(roles.superuser).database
        connection.execute(f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER'.encode())
    (weakness, _) = give(owned, app=_name(roles.app), public=_name(roles.public))
    assert "temporary tables" in weakness
    owned.dispose()


@pytest.mark.parametrize("name", ["", "Ada", 'a"; DROP TABLE fact; --', "a b", "public-role", "x" * 64])
def test_a_name_of_a_role_is_a_plain_one(name: str) -> None:
    with pytest.raises(BadInputError):
        statements(schema="public", database="d", app=name, public="shown", functions=[])
    with pytest.raises(BadInputError):
        statements(schema="public", database="d", app="same", public="same", functions=[])
