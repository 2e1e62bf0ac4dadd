"""The clock of a running site does what time itself makes necessary."""

import asyncio
import datetime as dt
import io
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from directory.attention import WORKER, WORKER_SILENT
from directory.bootstrap import bring_up_to_date, open_database
from directory.cards.queries import card_of
from directory.db import Database
from directory.mail.models import Job, Outbox
from directory.mail.queries import failing
from directory.mail.service import put_out
from directory.people.models import Link, Person
from directory.settings import Settings
from tests.conftest import NOW
from tests.directory.confirming.house import MAILBOX, House
from tests.makers import kind, make_service, site, trained
from tests.web.test_cli import _running, _said_until
from web.worker import DUTIES, Duty, _quietly, running_worker

_PATIENCE_SECONDS = 60
_SETTINGS = Settings(database_url="")


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


def test_every_duty_can_be_done_and_is_noted(database: Database, tmp_path: Path) -> None:
    settings = Settings(database_url="", audit_key=str(tmp_path / "none.key"))
    for duty in DUTIES:
        _quietly(duty, database, settings)()
    assert _failing(database) == {}
    # Where nothing is to be sent nothing is noted either.
    assert set(_noted(database)) == {duty.name for duty in DUTIES} - {"mail", "weekly", "reminders"}
    assert set(_noted(database).values()) == {NOW}


def test_a_duty_that_fails_is_noted_by_its_kind_and_place_until_it_is_done_again(
    database: Database, logged: io.StringIO
) -> None:
    fails = True

    def seal(_database: Database, _settings: Settings) -> None:
        if fails:
            raise LookupError("305 555 0142")

    # One that notes itself cannot when it fails.
    run = _quietly(Duty("seal", seal, dt.timedelta(0), dt.timedelta(1), notes_itself=True), database, _SETTINGS)
    run()
    assert _failing(database) == {"seal": "LookupError"}
    told = json.loads(logged.getvalue())
    assert (told["event"], told["job"], told["error_type"]) == ("job failed", "seal", "LookupError")
    assert "test_worker.py" in told["trace"][-1]
    assert "0142" not in logged.getvalue()
    fails = False
    _quietly(Duty("seal", seal, dt.timedelta(0), dt.timedelta(1)), database, _SETTINGS)()
    assert _failing(database) == {}
    assert _noted(database) == {"seal": NOW}


def test_a_failure_forgets_not_when_all_was_well(database: Database) -> None:
    left = ["one"]
    duty = Duty("cards", lambda *_: left.pop(), dt.timedelta(0), dt.timedelta(1))
    for _ in range(2):
        _quietly(duty, database, _SETTINGS)()
    assert (_noted(database), _failing(database)) == ({"cards": NOW}, {"cards": "IndexError"})


def test_the_clock_asks_programs_by_letter_where_that_was_chosen(database: Database) -> None:
    [asking] = [duty for duty in DUTIES if duty.name == "asking"]
    with database.transaction() as session:
        House(session)
    asked = sa.select(Outbox.recipient).where(Outbox.template == "look-over")
    can = Settings(
        database_url="", mail_server="127.0.0.1:25", mail_from="desk@example.org", public_host="daybook.example.org"
    )
    wants = msgspec.structs.replace(can, ask_programs="on")
    for settings, silent, letters in (
        (can, dt.timedelta(0), []), (wants, WORKER_SILENT, []), (wants, dt.timedelta(0), [MAILBOX]),
    ):  # fmt: skip
        with database.transaction() as session:
            session.merge(Job(name=WORKER, last_ok_at=NOW - silent))
        _quietly(asking, database, settings)()
        with database.reading() as session:
            assert session.scalars(asked).all() == letters
    assert _failing(database) == {}


def test_what_is_over_is_forgotten(database: Database) -> None:
    [forget] = [duty for duty in DUTIES if duty.name == "forget"]
    with database.transaction() as session:
        person = Person(public_id=session.info["new_id"](), name="Ada", role="partner", created_at=NOW)
        session.add(person)
        session.flush()
        for days in (6, 8):
            over = NOW - dt.timedelta(days=days)
            session.add(
                Link(
                    key_hash=bytes([days]) * 32, person_id=person.id, purpose="invite", created_at=over, expires_at=over
                )
            )
        put_out(session, "ada@example.org", "joined", {"when": "2026-10-01"}, now=NOW - dt.timedelta(days=31))
    forget.do(database, _SETTINGS)
    with database.reading() as session:
        assert session.scalars(sa.select(Link.expires_at)).all() == [NOW - dt.timedelta(days=6)]
        assert session.scalars(sa.select(Outbox.id)).all() == []


def test_the_worker_works_as_a_command_of_its_own_until_it_is_told_to_stop(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    bring_up_to_date(database)
    with _running(tmp_path, "worker") as worker:
        _said_until(worker, "stop with Ctrl+C")
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while not {"worker", "cards", "withdrawals", "due"} <= set(_noted(database)):
            assert time.monotonic() < give_up
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        assert worker.stdout is not None
        assert worker.stdout.read() == "Stopped.\n"
    assert worker.returncode == 0


def _noted(database: Database) -> dict[str, dt.datetime | None]:
    """When each task was done last."""
    with database.reading() as session:
        return {job.name: job.last_ok_at for job in session.scalars(sa.select(Job))}


def _failing(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return failing(session)


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
