"""Workers of the clock in processes of their own, and what is done to them: killed, stopped, left without a database.

Processes are forked from one that has loaded everything and has no other thread, so that a new worker works at once.
"""

import asyncio
import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import open_database, working_network
from directory.checking.models import CheckTask
from directory.checking.planning import plan_checks
from directory.checking.service import claim
from directory.db import Database, insert_rows, reserve_ids
from directory.freshness.models import Evidence
from directory.listings.drafts import FactDraft, OrganizationDraft
from directory.listings.fields import Phone, Text
from directory.listings.models import Fact, Record
from directory.listings.service import create
from tests.makers import AUTHOR
from verifiers.look import Look
from verifiers.registry import Verifiers
from verifiers.rounds import run_round
from verifiers.subject import Known

METHODS = ("website", "import")
_POLL_SECONDS = 0.05
_tasks: Any = CheckTask.__table__


class State(msgspec.Struct, frozen=True):
    """How far a directory of tasks is: tasks, looks that were handed in, evidence, and what is taken."""

    tasks: int
    handed_in: int
    evidence: int
    leased: int
    slowest: int
    quickest: int


def fill(database: Database, tasks: int) -> None:
    """Organizations with a site and a number each: two tasks for each of them, all due."""
    with database.transaction() as session:
        drafts: list[tuple[Any, int | None]] = [
            (
                OrganizationDraft(
                    f"organization:{number}",
                    [
                        FactDraft("name", Text(f"Practice House {number}")),
                        FactDraft("url", Text(f"https://practice-{number}.example")),
                        FactDraft("phone", Phone("+13055550142"), slot="voice"),
                    ],
                ),
                None,
            )
            for number in range(tasks // 2)
        ]
        create(session, drafts, network_id=working_network(session).id, author=AUTHOR, now=session.info["now"])
    plan_checks(database, methods=METHODS)
    make_due(database)


def make_due(database: Database) -> None:
    """Everything that nobody has in hand is due, and every host may be asked."""
    with database.transaction() as session:
        session.execute(sa.text("DELETE FROM host_state"))
        session.execute(sa.update(_tasks).where(_tasks.c.lease_owner.is_(None)).values(due_at=session.info["now"]))


def state_of(database: Database) -> State:
    """Count."""
    with database.reading() as session:
        asked = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(_tasks.c.run_no), 0),
            sa.select(sa.func.count()).select_from(Evidence).scalar_subquery(),
            sa.func.count(_tasks.c.lease_owner),
            sa.func.coalesce(sa.func.max(_tasks.c.run_no), 0),
            sa.func.coalesce(sa.func.min(_tasks.c.run_no), 0),
        ).select_from(_tasks)
        return State(*(int(part) for part in session.execute(asked).one()))


class Crew:
    """Workers over one database.

    Args:
        url: of the database.
        folder: where each look and each round is noted, one sign a line.
        lease: for how long tasks are taken.
        look_seconds: how long a look takes.
    """

    def __init__(self, url: str, folder: Path, *, lease: float, look_seconds: float) -> None:
        self._url = url
        self._lease = dt.timedelta(seconds=lease)
        self._look_seconds = look_seconds
        self.looks, self.drops, self.errors = folder / "looks", folder / "drops", folder / "errors"
        for file in (self.looks, self.drops, self.errors):
            file.touch()
        self.running: list[int] = []
        self._parent = os.getpid()

    def start(self) -> int:
        """Start another worker and give its process."""
        child = os.fork()
        if child == 0:
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                self._work()
            finally:
                os._exit(1)
        self.running.append(child)
        return child

    def kill(self, worker: int) -> None:
        """End a worker without any warning."""
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        self.running.remove(worker)

    def end(self) -> None:
        """End all."""
        for worker in list(self.running):
            self.kill(worker)

    def _work(self) -> None:
        database = open_database(self._url)
        owner = f"worker-{os.getpid()}"
        # Whoever started it may be killed as well, and then nobody would ever end it.
        while os.getppid() == self._parent:
            try:
                tally = run_round(database, self._verifiers(), owner=owner, seconds=1.0, lease=self._lease)
                self._note(self.drops, tally.dropped)
            except Exception as error:  # noqa: BLE001 - as the clock of a site: there is another tick
                self._note(self.errors, 1, type(error).__qualname__)
            time.sleep(_POLL_SECONDS)

    def _verifiers(self) -> Verifiers:
        async def look(known: Known) -> Look:
            self._note(self.looks, 1, str(known.fact_id))
            await asyncio.sleep(self._look_seconds)
            return Look("live" if known.field == "url" else "valid", {"seen": "yes"})

        return dict.fromkeys(METHODS, look)

    @staticmethod
    def _note(file: Path, times: int, text: str = "1") -> None:
        if times:
            # A line is written whole, whoever is killed meanwhile.
            with file.open("ab", buffering=0) as opened:
                opened.write(f"{text}\n".encode() * times)


def noted(file: Path) -> list[str]:
    """What was noted."""
    return file.read_text().split()


def until(is_so: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait; raises ``TimeoutError`` with what was waited for."""
    give_up = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up:
            raise TimeoutError(what)
        time.sleep(_POLL_SECONDS)


class Survived(msgspec.Struct, frozen=True):
    """What became of a crew that was treated badly.

    Attributes:
        tasks: tasks there are, each looked at ``rounds`` times.
        kills: workers that were killed, or halts of the database.
        lost: tasks that were not looked at as often as they were due.
        duplicates: pieces of evidence beyond one for each look that was handed in.
        twice: looks that were made again because nobody knew of the first.
        dropped: looks that came too late and were refused.
        errors: rounds that ended by an error.
    """

    tasks: int
    rounds: int
    kills: int
    lost: int
    duplicates: int
    twice: int
    dropped: int
    errors: int
    seconds: float


def killed_again_and_again(url: str, folder: Path, *, tasks: int, seconds: float, chance: Random) -> Survived:
    """Two workers, one of which is killed every moment, for so long; then they may finish."""
    database = open_database(url)
    fill(database, tasks)
    crew = Crew(url, folder, lease=3.0, look_seconds=0.01)
    started, kills, rounds = time.monotonic(), 0, 1
    database.dispose()
    try:
        for _ in range(2):
            crew.start()
        while time.monotonic() - started < seconds:
            time.sleep(chance.uniform(0.2, 1.0))
            crew.kill(chance.choice(crew.running))
            kills += 1
            state = state_of(database)
            if state.quickest >= rounds:
                make_due(database)
                rounds += 1
            # A forked child must not inherit a connection.
            database.dispose()
            crew.start()
        until(lambda: state_of(database).quickest >= rounds, seconds=120 + tasks / 20, what="every task")
    finally:
        crew.end()
    return _survived(database, crew, rounds=rounds, kills=kills, started=started)


def stopped_past_the_lease(url: str, folder: Path, *, tasks: int) -> Survived:
    """A worker that is stopped in the middle of its looks, until another has done them all, and then goes on."""
    database = open_database(url)
    fill(database, tasks)
    database.dispose()
    started = time.monotonic()
    crew = Crew(url, folder, lease=2.0, look_seconds=0.3)
    try:
        slow = crew.start()
        until(lambda: len(noted(crew.looks)) >= 8, seconds=60, what="the first looks")
        os.kill(slow, signal.SIGSTOP)
        other = crew.start()
        until(lambda: state_of(database).quickest >= 1, seconds=240, what="every task")
        crew.kill(other)
        os.kill(slow, signal.SIGCONT)
        until(lambda: bool(noted(crew.drops)), seconds=60, what="the late looks")
    finally:
        crew.end()
    return _survived(database, crew, rounds=1, kills=0, started=started)


def without_database(
    url: str, folder: Path, *, tasks: int, stop: Callable[[], None], start: Callable[[], None]
) -> Survived:
    """Two workers whose database is stopped hard and started again, twice; no worker is started again."""
    database = open_database(url)
    fill(database, tasks)
    database.dispose()
    started = time.monotonic()
    crew = Crew(url, folder, lease=10.0, look_seconds=0.02)
    try:
        for _ in range(2):
            crew.start()
        for number in (1, 2):
            until(lambda n=number: state_of(database).handed_in >= tasks * n // 4, seconds=120, what="some looks")  # type: ignore[misc]
            database.dispose()
            stop()
            time.sleep(1.0)
            start()
        until(lambda: state_of(database).quickest >= 1, seconds=240, what="every task")
        workers = list(crew.running)
        assert all(os.waitpid(worker, os.WNOHANG) == (0, 0) for worker in workers)
    finally:
        crew.end()
    return _survived(database, crew, rounds=1, kills=2, started=started)


def _survived(database: Database, crew: Crew, *, rounds: int, kills: int, started: float) -> Survived:
    state = state_of(database)
    with database.reading() as session:
        lost = session.scalar(sa.select(sa.func.count()).select_from(_tasks).where(_tasks.c.run_no < rounds)) or 0
    database.dispose()
    return Survived(
        tasks=state.tasks,
        rounds=rounds,
        kills=kills,
        lost=lost + max(0, state.handed_in - state.evidence),
        duplicates=max(0, state.evidence - state.handed_in) + max(0, state.handed_in - rounds * state.tasks),
        twice=len(noted(crew.looks)) - state.handed_in,
        dropped=len(noted(crew.drops)),
        errors=len(noted(crew.errors)),
        seconds=round(time.monotonic() - started, 1),
    )


def many_due(database: Database, count: int, *, hosts: Callable[[int], str]) -> None:
    """So many tasks that are due, of facts of one record, each at the host that its number has."""
    with database.transaction() as session:
        created = create(
            session,
            [(OrganizationDraft("organization:1", [FactDraft("name", Text("Practice House"))]), None)],
            network_id=working_network(session).id,
            author=AUTHOR,
            now=session.info["now"],
        )[0]
        due = session.info["now"] - dt.timedelta(days=1)
    # In portions, so that what is measured afterwards is not hidden behind what this took.
    for begin in range(0, count, 5_000):
        numbers = range(begin, min(begin + 5_000, count))
        with database.transaction() as session:
            first = reserve_ids(session, Fact, len(numbers))
            insert_rows(session, Fact, [_fact_row(first + n - begin, n, created) for n in numbers])
            insert_rows(
                session,
                CheckTask,
                [
                    {"fact_id": first + n - begin, "method": "website", "host": hosts(n),
                     "due_at": due + dt.timedelta(seconds=n / 10)}
                    for n in numbers
                ],
            )  # fmt: skip

    if not database.is_sqlite:
        # A server does that by itself after as many new rows; servers of tests do not.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE check_task, host_state")


def _fact_row(id_: int, number: int, created: Any) -> dict[str, Any]:
    return {
        "id": id_, "record_id": created.record_id, "record_kind": "organization", "field": "attribute",
        "slot": str(number), "value": "{}", "match_key": None, "standing": "current", "tier": "public",
        "change_id": created.change_id,
    }  # fmt: skip


def claim_all(database: Database, *, at_once: int) -> tuple[int, list[float]]:
    """Take everything that is due, in portions; how many, and the seconds of each portion."""
    taken, seconds = 0, []
    while True:
        started = time.perf_counter()
        with database.transaction() as session:
            tasks = claim(
                session, owner="one", methods=METHODS, limit=at_once, most_hosts=None, now=session.info["now"],
                lease=dt.timedelta(hours=1),
            )  # fmt: skip
        seconds.append(time.perf_counter() - started)
        if not tasks:
            return taken, seconds
        taken += len(tasks)


def listings(database: Database, count: int) -> None:
    """So many services with an organization, a listing and ten facts each; no card is made, which no plan looks at."""
    with database.transaction() as session:
        network = working_network(session).id
        created = create(
            session,
            [(OrganizationDraft("organization:1", [FactDraft("name", Text("Practice House"))]), None)],
            network_id=network,
            author=AUTHOR,
            now=session.info["now"],
        )[0]
        change_id = created.change_id
    for begin in range(0, count, 5_000):
        with database.transaction() as session:
            _insert_listings(session, range(begin, min(begin + 5_000, count)), change_id, network)


def _insert_listings(session: Session, numbers: Sequence[int], change_id: int, network: int) -> None:
    first = reserve_ids(session, Record, 3 * len(numbers))
    first_fact = reserve_ids(session, Fact, 10 * len(numbers))
    empty = {"location_id": None, "location_disclosure": "public", "published_area": None}
    records: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    for place, number in enumerate(numbers):
        organization, service, listing = (first + 3 * place + part for part in range(3))
        for id_, kind, of, its_service in (
            (organization, "organization", None, None),
            (service, "service", organization, None),
            (listing, "listing", organization, service),
        ):
            records.append(
                empty
                | {"id": id_, "public_id": session.info["new_id"](), "kind": kind, "organization_id": of,
                   "service_id": its_service, "network_id": network, "change_id": change_id}
            )  # fmt: skip
        said = [
            (organization, "organization", "name", "", '{"text":"Practice House"}'),
            (organization, "organization", "url", "", f'{{"text":"https://practice-{number}.example"}}'),
            (organization, "organization", "email", "", f'{{"text":"a@practice-{number}.example"}}'),
            (service, "service", "name", "", '{"text":"Practice Service"}'),
            (service, "service", "kind", "food", "{}"),
            (service, "service", "phone", "voice", '{"number":"+13055550142"}'),
            (service, "service", "phone", "intake", '{"number":"+13055550143"}'),
            (service, "service", "schedule", "office", '{"days":{"MO":[[540,1020]]},"zone":"America/New_York"}'),
            (service, "service", "description", "", '{"text":"Practice"}'),
            (service, "service", "language", "es:staff", '{"tag":"es"}'),
        ]
        facts += [
            {"id": first_fact + 10 * place + part, "record_id": record, "record_kind": kind, "field": field,
             "slot": slot, "value": value, "match_key": None, "standing": "current", "tier": "public",
             "change_id": change_id}
            for part, (record, kind, field, slot, value) in enumerate(said)
        ]  # fmt: skip
    insert_rows(session, Record, records)
    insert_rows(session, Fact, facts)
