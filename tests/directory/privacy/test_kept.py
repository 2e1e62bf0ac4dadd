"""The register names every table and column that a database has, and none of them is about whoever searches."""

import re
from typing import get_args

import msgspec
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from directory.bootstrap import bring_up_to_date
from directory.db import Database
from directory.freshness.service import count_report
from directory.privacy.kept import About, Class, Keeping, Kept, Words, differences, kept, privacy_json
from directory.privacy.schema import held_by
from tests import makers
from tests.services import ROOT

# Words in the name of a column that could tell who searched, for what, from where; or who is helped.
_TELLING = re.compile(
    r"(?:^|_)(?:ip|ips|addr|agent|cookie|session|token|nonce|referr?er|query|queries|asked|visit\w*|view\w*|hits?|usage|"
    r"clients?|patients?|victims?|survivors?|birth\w*|dob|ssn|gender|lat|lon|device|browser|fingerprint)(?:$|_)"
)


def _differences(database: Database) -> list[str]:
    return differences(kept(), held_by(database), database="sqlite" if database.is_sqlite else "postgresql")


def test_a_database_in_use_has_the_tables_and_columns_of_the_register_and_no_other(database: Database) -> None:
    bring_up_to_date(database)
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
        count_report(session, made.listings[0][1], reason="closed", now=session.info["now"])
    assert _differences(database) == []


def test_a_table_or_column_that_is_in_neither_place_shows(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE report_count ADD COLUMN client_address TEXT")
        connection.exec_driver_sql("CREATE TABLE visit (day INTEGER, n INTEGER)")
        connection.exec_driver_sql("CREATE VIEW latest AS SELECT id AS newest FROM record")
        connection.exec_driver_sql("DROP TABLE search_typo")
    assert _differences(database) == [
        "not in the register: latest",
        "not in the register: latest.newest",
        "not in the register: report_count.client_address",
        "not in the register: visit",
        "not in the register: visit.day",
        "not in the register: visit.n",
        "not in the database: search_typo",
        "not in the database: search_typo.key",
        "not in the database: search_typo.word",
    ]


def test_a_sequence_of_postgresql_shows_too(database: Database) -> None:
    if database.is_sqlite:
        assert "sqlite_sequence" in held_by(database)
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE searches_made")
    assert "not in the register: searches_made" in _differences(database)


def test_the_register_is_of_the_newest_revision() -> None:
    assert kept().schema == ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def test_no_column_can_be_about_whoever_searches() -> None:
    assert set(get_args(About)) == {"services", "people-who-work-here", "nobody"}
    whole = msgspec.to_builtins(kept())
    whole["tables"][0]["columns"]["seen_by"] = "visitor-name"
    with pytest.raises(msgspec.ValidationError, match="visitor-name"):
        msgspec.convert(whole, Kept)
    whole = msgspec.to_builtins(kept())
    whole["tables"][0]["about"] = "visitors"
    with pytest.raises(msgspec.ValidationError, match="visitors"):
        msgspec.convert(whole, Kept)


def test_no_column_sounds_like_one_that_is_about_whoever_searches() -> None:
    assert _TELLING.search("client_ip")
    assert _TELLING.search("user_agent")
    columns = {(table.name, column) for table in kept().tables for column in table.columns}
    assert len(columns) > 150
    assert [column for column in columns if _TELLING.search(column[1])] == []


def test_only_people_who_work_here_are_named() -> None:
    staff = {
        (table.name, column, table.about)
        for table in kept().tables
        for column, kind in table.columns.items()
        if kind in {"staff-name", "staff-address"}
    }
    assert staff == {
        ("person", "name", "people-who-work-here"),
        ("person", "email", "people-who-work-here"),
        ("outbox", "recipient", "people-who-work-here"),
    }


def test_what_people_who_work_here_are_known_by_stands_in_tables_about_them_only() -> None:
    about = {table.about for table in kept().tables if any(kind.startswith("staff") for kind in table.columns.values())}
    assert about == {"people-who-work-here"}


def test_usage_is_counted_nowhere(database: Database) -> None:
    """All that is counted of what visitors do are reports, which have a day, and outcomes, which have a week."""
    counting = [table.name for table in kept().tables if table.database == "both" and "n" in table.columns]
    assert counting == ["report_count", "outcome_count"]
    assert held_by(database)["report_count"] == {"listing_id", "reason", "day", "n"}
    assert held_by(database)["outcome_count"] == {
        "listing_id", "week", "outcome", "reason", "reply_band", "teller", "n"
    }  # fmt: skip
    assert any("Usage counts" in words.en for words in kept().never_kept)


def test_every_word_of_the_register_is_explained_and_used() -> None:
    register = kept()
    assert register.about.keys() == set(get_args(About)) == {table.about for table in register.tables}
    assert register.keeping.keys() == set(get_args(Keeping)) == {table.keeping for table in register.tables}
    used = {kind for table in register.tables for kind in table.columns.values()}
    assert register.classes.keys() == set(get_args(Class)) == used
    assert len({table.name for table in register.tables}) == len(register.tables)


def test_everything_is_said_in_both_languages() -> None:
    said = list(_words_in(kept()))
    assert len(said) > 100
    assert [words for words in said if not words.en.strip() or not words.es.strip() or words.en == words.es] == []


def _words_in(value: object) -> list[Words]:
    if isinstance(value, Words):
        return [value]
    if isinstance(value, msgspec.Struct):
        return [found for name in value.__struct_fields__ for found in _words_in(getattr(value, name))]
    if isinstance(value, dict):
        return [found for part in value.values() for found in _words_in(part)]
    return [found for part in value for found in _words_in(part)] if isinstance(value, tuple) else []


def test_the_published_document_is_the_register_and_small() -> None:
    assert msgspec.json.decode(privacy_json(), type=Kept) == kept()
    assert len(privacy_json()) < 64 * 1024


def test_what_was_said_to_be_one_of_a_list_is_no_free_text(database: Database) -> None:
    """Words of a fixed list are either held to it by the database or codes of the program, never long."""
    bring_up_to_date(database)
    with database.transaction() as session:
        makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    lists = [
        (table.name, column)
        for table in kept().tables
        if table.name != "term"
        for column, kind in table.columns.items()
        if kind == "word-of-a-list"
    ]
    with database.reading() as session:
        for table, column in lists:
            for value in session.scalars(sa.text(f'SELECT DISTINCT "{column}" FROM "{table}"')):
                assert len(str(value)) <= 40, (table, column)
                assert re.fullmatch(r"[\w .:-]*", str(value)), (table, column)
