"""What listings are found by is made anew after an upgrade, and can be compared with the facts."""

from contextlib import suppress

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.search import indexing
from directory.search.indexing import check, is_current, rebuild
from directory.search.models import SearchKey, SearchText, SearchTypo, SearchWord, Week
from tests import makers
from web.cli import main


def fill(database: Database, count: int = 3) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session)
        for number in range(count):
            makers.make_service(
                session,
                makers.kind("food"),
                makers.opens({"MO": [(540, 600 + number)]}),
                name=f"Practice Pantry {number}",
                organization_id=organization,
                sites=[makers.site(f"site:{number}")],
            )


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_directory_of_an_older_version_is_indexed_when_it_is_brought_up_to_date(database: Database) -> None:
    bring_up_to_date(database)
    fill(database)
    stored = {table: count(database, table) for table in (SearchKey, SearchText, SearchWord, SearchTypo, Week)}
    database.downgrade("0002_finding")
    bring_up_to_date(database)
    assert is_current(database)
    assert {table: count(database, table) for table in stored} == stored
    assert check(database) == indexing.Differences(listings=3, cards=0, postings=0)


def test_what_was_changed_behind_its_back_is_found_and_made_right(database: Database) -> None:
    bring_up_to_date(database)
    fill(database)
    with database.engine.begin() as connection:
        connection.execute(sa.update(SearchKey).values(yes=7))
        connection.exec_driver_sql("UPDATE card SET brief = NULL")
    assert check(database) == indexing.Differences(listings=3, cards=3, postings=3)
    # A check stores nothing.
    assert check(database).cards == 3
    assert rebuild(database) == 3
    assert check(database) == indexing.Differences(listings=3, cards=0, postings=0)


def test_it_goes_on_where_it_was_stopped(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_up_to_date(database)
    fill(database)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        raise KeyboardInterrupt

    monkeypatch.setattr(indexing, "_PORTION", 2)
    with suppress(KeyboardInterrupt):
        rebuild(database, progress=stop)
    rebuild(database, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


def test_words_that_no_listing_has_any_more_are_forgotten(database: Database) -> None:
    bring_up_to_date(database)
    fill(database, 1)
    with database.reading() as session:
        assert "pantry" in set(session.scalars(sa.select(SearchWord.word)))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE record SET standing = 'suspended' WHERE kind = 'service'")
    rebuild(database)
    assert (count(database, SearchWord), count(database, SearchTypo), count(database, SearchText)) == (0, 0, 0)


def test_the_command_ends_with_1_when_something_differs(database_url: str) -> None:
    database = open_database(database_url)
    bring_up_to_date(database)
    fill(database)
    environment = {"HANDRAIL_DATABASE_URL": database_url}
    assert CliRunner().invoke(main, ["search-index", "check", "--json"], env=environment).exit_code == 0
    with database.engine.begin() as connection:
        connection.execute(sa.update(SearchKey).values(yes=7))
    assert CliRunner().invoke(main, ["search-index", "check"], env=environment).exit_code == 1
    assert "3 listings" in CliRunner().invoke(main, ["search-index", "rebuild"], env=environment).output
    assert CliRunner().invoke(main, ["search-index", "check"], env=environment).exit_code == 0
    database.dispose()
