"""Reports are written few at a time, so that a flood of them keeps nobody else waiting."""

import asyncio

import pytest
import sqlalchemy as sa
from litestar.exceptions import TooManyRequestsException

from directory.db import Database
from directory.errors import NotFoundError
from web.reports import Reports

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_while_something_else_writes_two_wait_and_the_others_are_told_to_come_again(database: Database) -> None:
    async def flood() -> list[str]:
        reports = Reports(database)
        with database.transaction() as session:
            # The first statement takes the lock of writers.
            session.execute(sa.text("SELECT 1"))
            waiting = [asyncio.create_task(reports.count(NOWHERE, "closed")) for _ in range(5)]
            done, _ = await asyncio.wait(waiting, timeout=0.2)
            assert len(done) == 3
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        return sorted(type(error).__name__ for error in ended)

    # The two that waited had their turn, and found no such listing.
    assert asyncio.run(flood()) == [NotFoundError.__name__] * 2 + [TooManyRequestsException.__name__] * 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whoever_failed_makes_room_for_the_next(database: Database) -> None:
    async def one_after_another() -> None:
        reports = Reports(database)
        for _ in range(4):
            with pytest.raises(NotFoundError):
                await reports.count(NOWHERE, "closed")

    asyncio.run(one_after_another())
