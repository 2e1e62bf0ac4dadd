"""The two ways in which pages read: inline on SQLite, awaited on PostgreSQL; both read-only, both bounded."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from directory.db import Database, sqlite_file
from directory.places.gazetteer import Gazetteer
from directory.search.postgresql_reader import PostgresReader
from directory.search.query import Plan
from directory.search.reader import SearchTooSlowError, SqliteReader, open_reader, read
from directory.search.service import check_question, plan_for
from directory.search.sql import Dialect, Statement, Steps, add_missing_functions
from tests import makers
from tests.conftest import NOW
from tests.directory.search.seeding import Mix, Seed, dice, plant, random_card

MIX = Mix(kinds=("food", "shelter"), who=("women", "men"), barriers=("walk-in",), languages=("en", "es"))


@pytest.fixture
def filled(database: Database) -> Database:
    """Thirty listings in one place."""
    random = dice(1)
    with database.transaction() as session:
        plant(session, [Seed(random_card(random, MIX, today=NOW.date()), makers.MIAMI) for _ in range(30)])
    return database


@pytest.fixture
def plan() -> Iterator[Plan]:
    """A question that has an answer."""
    with Gazetteer() as gazetteer:
        question = check_question(need="food", near="33130", who=["women"], gazetteer=gazetteer)
        yield plan_for(question, gazetteer=gazetteer, now=NOW)


def asking(*texts: str, threads: list[int] | None = None) -> Plan:
    """A plan of plain statements, whose answer is the first value of the last; notes in which thread it ran."""

    def plan(_dialect: Dialect) -> Steps[Any]:
        if threads is not None:
            threads.append(threading.get_ident())
        rows: list[Any] = []
        for text in texts:
            rows = yield Statement(text, [])
        return rows[0][0]

    return plan


def counting_to(number: int) -> str:
    """A statement that takes as long as one likes."""
    return (
        f"WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {number}) SELECT count(*) FROM up"
    )


def test_pages_and_commands_get_the_same_answer(filled: Database, plan: Plan) -> None:
    async def ask() -> Any:
        reader = open_reader(filled)
        try:
            await reader.open()
            return [await reader.run(plan) for _ in range(3)]
        finally:
            await reader.close()

    expected = read(filled, plan)
    assert expected.total > 0
    assert asyncio.run(ask()) == [expected] * 3


def test_many_questions_at_once_are_all_answered(filled: Database, plan: Plan) -> None:
    async def ask() -> Any:
        reader = open_reader(filled)
        try:
            return await asyncio.gather(*(reader.run(plan) for _ in range(40)))
        finally:
            await reader.close()

    assert len({answer.total for answer in asyncio.run(ask())}) == 1


def test_a_reader_is_refused_every_write(filled: Database) -> None:
    async def write() -> None:
        reader = open_reader(filled)
        try:
            await reader.run(asking("DELETE FROM search_key"))
        finally:
            await reader.close()

    with pytest.raises((sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)):
        asyncio.run(write())


def test_a_question_is_read_from_one_state_and_the_next_sees_what_was_committed(database: Database) -> None:
    count = "SELECT count(*) FROM search_text"
    random = dice(2)

    def steps(_dialect: Dialect) -> Steps[Any]:
        before = yield Statement(count, [])
        with database.transaction() as session:
            plant(session, [Seed(random_card(random, MIX, today=NOW.date()), makers.MIAMI)])
        after = yield Statement(count, [])
        return before[0][0], after[0][0]

    async def ask() -> tuple[Any, Any]:
        reader = open_reader(database)
        try:
            return await reader.run(steps), await reader.run(asking(count))
        finally:
            await reader.close()

    assert asyncio.run(ask()) == ((0, 0), 1)


def test_a_reader_leaves_no_transaction_open_after_an_error(database: Database) -> None:
    async def ask() -> Any:
        reader = open_reader(database)
        try:
            with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedTable)):
                await reader.run(asking("SELECT count(*) FROM search_text", "SELECT * FROM nothing_of_that_name"))
            return await reader.run(asking("SELECT count(*) FROM search_text"))
        finally:
            await reader.close()

    assert asyncio.run(ask()) == 0


def test_a_short_question_is_read_inline_and_a_long_one_again_in_a_thread(sqlite_database: Database) -> None:
    threads: list[int] = []

    async def ask() -> list[Any]:
        reader = open_reader(sqlite_database)
        try:
            return [await reader.run(asking(counting_to(number), threads=threads)) for number in (10, 1_500_000)]
        finally:
            await reader.close()

    assert asyncio.run(ask()) == [10, 1_500_000]
    here = threading.get_ident()
    assert threads[:2] == [here, here]
    assert len(threads) == 3
    assert threads[2] != here


def test_a_question_that_never_ends_is_stopped(sqlite_database: Database) -> None:
    file = sqlite_file(sqlite_database.engine.url.render_as_string())
    assert file is not None

    async def ask() -> None:
        reader = SqliteReader(file, inline_seconds=0.01, most_seconds=0.05)
        try:
            with pytest.raises(SearchTooSlowError):
                await reader.run(asking(counting_to(10**12)))
            assert await reader.run(asking("SELECT 1")) == 1
        finally:
            await reader.close()

    asyncio.run(ask())


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_a_question_that_never_ends_is_stopped_on_postgresql_too(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)

    async def ask() -> None:
        reader = PostgresReader(url, most_seconds=0.05)
        try:
            with pytest.raises(SearchTooSlowError):
                await reader.run(asking(counting_to(10**12)))
            assert await reader.run(asking("SELECT 1")) == 1
        finally:
            await reader.close()

    asyncio.run(ask())


def test_a_database_without_mathematics_is_given_the_functions_that_distances_need() -> None:
    with sqlite3.connect(":memory:") as connection:
        for name, arguments in (("asin", 1), ("sqrt", 1), ("floor", 1)):
            connection.create_function(name, arguments, None)
        add_missing_functions(connection)
        assert connection.execute("SELECT sqrt(4.0), floor(1.5), asin(0.0)").fetchone() == (2.0, 1, 0.0)
    connection.close()
