"""A round: take what is due, look, hand in what was seen. Looks are made here and nowhere else.

Nothing is open in the database while a look goes on. A worker that dies in a look leaves a lease that runs out; one
that loses the database keeps what it saw until the lease is over, and is dropped by the fence if it is late.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Collection
from contextlib import suppress

import msgspec
import sqlalchemy as sa

from directory.checking import policy
from directory.checking.queries import Around, around, still_due
from directory.checking.service import Seen, Task, claim, drop, finish, give_back, readdress
from directory.db import Database
from directory.errors import BadInputError, NoRoomError
from verifiers.look import Look
from verifiers.registry import Verifiers
from verifiers.subject import Known

# Tasks that are taken at a time, and how many of them are looked at at once: twice the longest look, and what comes
# before and after, fits into a lease.
TAKEN_AT_ONCE = 16
AT_ONCE = 8
LONGEST_LOOK_SECONDS = 45.0
# How long a round that found nothing to take waits before it asks again: a host may be free by then.
_AGAIN_SECONDS = 0.5
_FIRST_PATIENCE_SECONDS, _MOST_PATIENCE_SECONDS = 0.25, 4.0
_plain = msgspec.json.Decoder(dict)


class Tally(msgspec.Struct):
    """What became of a round.

    Attributes:
        seen: looks that are evidence now.
        silent: looks that said nothing, errors among them.
        dropped: looks that came too late, or whose fact was over.
        error: why it ended before its time; None when it did not.
    """

    seen: int = 0
    silent: int = 0
    dropped: int = 0
    error: Exception | None = None

    @property
    def done(self) -> int:
        """Looks in all."""
        return self.seen + self.silent + self.dropped


def run_round(
    database: Database,
    verifiers: Verifiers,
    *,
    owner: str,
    seconds: float = 10.0,
    lease: dt.timedelta = policy.LEASE,
    told_all: Collection[str] = (),
    only: Collection[int] | None = None,
    until_done: bool = False,
    is_over: Callable[[], bool] = lambda: False,
    told: Callable[[int], None] | None = None,
) -> Tally:
    """Look at what is due; returns when nothing is left that may be looked at now, or the time is over.

    Args:
        database: where tasks are.
        verifiers: by method; other methods are left to others.
        owner: names this worker; every process has a name of its own.
        seconds: for how long tasks are taken. Looks that were begun are brought to their end.
        lease: for how long a task is taken.
        told_all: methods that hear of confidential services too (``directory.checking.planning``).
        only: ids of tasks; others are left.
        until_done: with ``only``: go on until each was looked at once, also where hosts want to be left alone.
        is_over: asked again and again; when it says so, everything that goes on is given back at once.
        told: is told after every look how many are done.

    Raises:
        Exception: what kept it from taking or handing in; nothing is lost, and the next round goes on.
    """
    if not verifiers:
        return Tally()
    chosen = set(only) if only is not None else None
    round_ = _Round(database, verifiers, owner=owner, lease=lease, told_all=told_all, only=chosen, told=told)
    return asyncio.run(round_.run(seconds, until_done=until_done, is_over=is_over))


class _Round:
    def __init__(
        self,
        database: Database,
        verifiers: Verifiers,
        *,
        owner: str,
        lease: dt.timedelta,
        told_all: Collection[str],
        only: set[int] | None,
        told: Callable[[int], None] | None,
    ) -> None:
        self._database = database
        self._verifiers = verifiers
        self._owner = owner
        self._lease = lease
        self._withheld = policy.TOLD_ELSEWHERE - set(told_all)
        self._only = only
        self._told = told or (lambda _done: None)
        self._tally = Tally()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._running: dict[asyncio.Task[Seen], tuple[Task, frozenset[str], float]] = {}

    async def run(self, seconds: float, *, until_done: bool, is_over: Callable[[], bool]) -> Tally:
        end = time.monotonic() + seconds
        try:
            while not is_over():
                is_taking = self._tally.error is None and (until_done or time.monotonic() < end)
                taken = await self._take() if is_taking else 0
                if not self._running and not taken:
                    if not (is_taking and until_done and await asyncio.to_thread(self._waits)):
                        break
                    await asyncio.sleep(_AGAIN_SECONDS)
                await self._hand_in_what_is_ready()
        finally:
            # Also when it is interrupted: what nobody looks at any more is there for others at once.
            await self._give_back_all()
        if self._tally.error is not None:
            raise self._tally.error
        return self._tally

    async def _take(self) -> int:
        """Take tasks and begin to look at them; returns how many."""
        room = TAKEN_AT_ONCE - len(self._running)
        if room <= 0 or (self._only is not None and not self._only):
            return 0
        started = time.monotonic()
        try:
            ready = await asyncio.to_thread(self._taken, room)
        except (sa.exc.SQLAlchemyError, NoRoomError) as error:
            self._tally.error = error
            return 0
        for task, found in ready:
            look = asyncio.create_task(self._look(task, found))
            self._running[look] = task, found.kinds, started
        return len(ready)

    def _taken(self, room: int) -> list[tuple[Task, Around]]:
        with self._database.transaction() as session:
            tasks = claim(
                session,
                owner=self._owner,
                methods=self._verifiers.keys(),
                limit=room,
                now=session.info["now"],
                lease=self._lease,
                only=self._only,
            )
        if not tasks:
            return []
        with self._database.reading() as session:
            known = around(session, [task.fact_id for task in tasks])
        ready: list[tuple[Task, Around]] = []
        for task in tasks:
            found = known.get(task.fact_id)
            is_withheld = found is not None and found.is_confidential and task.method in self._withheld
            host = _host_for(task, found) if found is not None and not is_withheld else None
            if found is not None and host == task.host:
                ready.append((task, found))
                continue
            with self._database.transaction() as session:
                if found is None or host is None:
                    drop(session, [task.id])
                    self._forget(task)
                else:
                    readdress(session, task, host, now=session.info["now"])
        return ready

    def _waits(self) -> bool:
        """Whether one of the tasks that are meant is still due: its host wants to be left alone, or another has it."""
        if self._only:
            with self._database.reading() as session:
                self._only &= still_due(session, self._only, methods=self._verifiers.keys(), now=session.info["now"])
        return bool(self._only)

    def _forget(self, task: Task) -> None:
        if self._only is not None:
            self._only.discard(task.id)

    async def _look(self, task: Task, found: Around) -> Seen:
        """What the verifier of the method says; an error of it says nothing."""
        async with self._places:
            try:
                async with asyncio.timeout(LONGEST_LOOK_SECONDS):
                    look: Look = await self._verifiers[task.method](_known(task, found))
            except Exception as error:  # noqa: BLE001 - one bad page must not end the round
                return Seen(error=type(error).__qualname__)
        return Seen(outcome=look.outcome, memory=look.memory, retry_after=look.retry_after)

    async def _hand_in_what_is_ready(self) -> None:
        if not self._running:
            return
        ready, _ = await asyncio.wait(self._running, timeout=_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for look in ready:
            task, kinds, started = self._running[look]
            seen = look.result()
            try:
                is_kept = await self._handed_in(task, seen, kinds, started)
            except Exception as error:  # noqa: BLE001 - one look must not end the round, nor be made again at once
                self._tally.error = self._tally.error or error
                is_kept = False
                if not _is_away(error):
                    await self._put_off(task, kinds, error)
            del self._running[look]
            self._forget(task)
            self._count(seen, is_kept=is_kept)

    def _count(self, seen: Seen, *, is_kept: bool) -> None:
        if not is_kept:
            self._tally.dropped += 1
        elif seen.outcome and seen.error is None:
            self._tally.seen += 1
        else:
            self._tally.silent += 1
        self._told(self._tally.done)

    async def _handed_in(self, task: Task, seen: Seen, kinds: frozenset[str], started: float) -> bool:
        """Hand in a look; while the database is away, until the lease is over. Raises what kept it from it."""
        patience = _FIRST_PATIENCE_SECONDS
        give_up = started + self._lease.total_seconds()
        while True:
            try:
                return await asyncio.to_thread(self._finish, task, seen, kinds)
            except sa.exc.DBAPIError as error:
                if not _is_away(error) or time.monotonic() + patience > give_up:
                    raise
            await asyncio.sleep(patience)
            patience = min(2 * patience, _MOST_PATIENCE_SECONDS)

    async def _put_off(self, task: Task, kinds: frozenset[str], error: Exception) -> None:
        """Let a task wait whose look cannot be kept: it counts as one without an answer."""
        # If that fails too, the lease runs out, and somebody looks again.
        with suppress(Exception):
            await asyncio.to_thread(self._finish, task, Seen(error=type(error).__qualname__), kinds)

    def _finish(self, task: Task, seen: Seen, kinds: frozenset[str]) -> bool:
        with self._database.transaction() as session:
            return finish(session, task, seen, kinds=kinds, now=session.info["now"])

    async def _give_back_all(self) -> None:
        if not self._running:
            return
        for look in self._running:
            look.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        tasks = [task for task, _, _ in self._running.values()]
        self._running.clear()
        # If that fails too, their leases run out.
        with suppress(sa.exc.SQLAlchemyError, NoRoomError), self._database.transaction() as session:
            give_back(session, tasks, now=session.info["now"])


def _is_away(error: Exception) -> bool:
    """Whether the database, or room in it, is away for a while; anything else would happen again."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError | NoRoomError)


def _host_for(task: Task, found: Around) -> str | None:
    """The host that the look will ask; empty for none, and None when there is no site to look at any more."""
    if task.method not in policy.HOSTED:
        return ""
    url = found.value.get("text", "") if task.method == "website" else next(iter(found.urls), "")
    try:
        return policy.host_of(url)
    except BadInputError:
        return None


def _known(task: Task, found: Around) -> Known:
    return Known(**msgspec.structs.asdict(found), memory=_plain.decode(task.memory) if task.memory else {})
