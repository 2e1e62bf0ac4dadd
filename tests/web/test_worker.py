"""The clock of a running site does what time itself makes necessary."""

import asyncio
import datetime as dt
from collections.abc import Callable

from directory.bootstrap import open_database
from directory.cards.queries import card_of
from directory.db import Database
from directory.settings import Settings
from tests.makers import kind, make_service, site, trained
from web.worker import running_worker


def test_evidence_that_lapsed_while_the_site_was_off_is_gone_soon_after_its_start(
    database: Database, now: dt.datetime
) -> None:
    with database.transaction() as session:
        expires = (now + dt.timedelta(days=10)).date().isoformat()
        made = make_service(session, kind("shelter"), trained(expires_on=expires), sites=[site()])
    assert _level(database, made.listings[0][1]) == "assessed"
    later = open_database(
        database.engine.url.render_as_string(hide_password=False), clock=lambda: now + dt.timedelta(days=30)
    )
    try:
        asyncio.run(_work_until(later, lambda: _level(later, made.listings[0][1]) is None))
    finally:
        later.dispose()


def test_a_broken_database_does_not_stop_the_site(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("drop table search_key")
        connection.exec_driver_sql("drop table card")

    async def run() -> bool:
        async with running_worker(database, Settings(database_url="")):
            await asyncio.sleep(0.2)
            return True

    assert asyncio.run(run())


def _level(database: Database, listing_id: int) -> str | None:
    with database.reading() as session:
        card = card_of(session, listing_id)
    assert card is not None
    return card.trauma_informed.level if card.trauma_informed else None


async def _work_until(database: Database, is_done: Callable[[], bool]) -> None:
    async with running_worker(database, Settings(database_url="")):
        for _ in range(500):
            if await asyncio.to_thread(is_done):
                return
            await asyncio.sleep(0.02)
    raise AssertionError("the worker did not do its work")
