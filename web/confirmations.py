"""Reads and takes what programs answer to letters, in threads.

Few at once, the others are told that the site is busy, so that a flood of keys keeps no search waiting.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from litestar.exceptions import TooManyRequestsException
from sqlalchemy.orm import Session

from directory.confirming import service, wishes
from directory.confirming.service import Answer, Asked
from directory.db import Database
from directory.integrity.service import Edit

_MOST_AT_ONCE = 4
T = TypeVar("T")


class Confirmations:
    """What links of a database ask about, and what is answered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running = 0

    async def look(self, key: str) -> Asked:
        """What a link asks about; what it raises: see ``directory.confirming.service.look``."""

        def read() -> Asked:
            with self._database.reading() as session:
                found = service.look(session, key, now=session.info["now"])
                session.expunge_all()
                return found

        return await self._in_thread(read)

    async def answer(
        self,
        key: str,
        said: Answer,
        *,
        shown: str,
        edits: Sequence[Edit] = (),
        right: Collection[str] = (),
        is_closed: bool = False,
    ) -> None:
        """Take an answer; what it raises: see ``directory.confirming.service.answer``."""

        def write() -> None:
            with self._database.transaction() as session:
                service.answer(
                    session, key, said=said, shown=shown, edits=edits, right=right, is_closed=is_closed,
                    now=session.info["now"],
                )  # fmt: skip

        await self._in_thread(write)

    async def wish(self, listing: str) -> None:
        """Note that somebody says that they run a listing; what it raises: see ``directory.confirming.wishes.wish``."""
        await self._in_thread(lambda: self._note(wishes.wish, listing))

    async def wish_again(self, key: str) -> None:
        """The same by the key of a letter that is good no more."""
        await self._in_thread(lambda: self._note(wishes.wish_again, key))

    def _note(self, do: Callable[[Session, str], None], about: str) -> None:
        with self._database.transaction() as session:
            do(session, about)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        if self._running >= _MOST_AT_ONCE:
            raise TooManyRequestsException(headers={"retry-after": "10"})
        self._running += 1
        try:
            return await asyncio.to_thread(do)
        finally:
            self._running -= 1
