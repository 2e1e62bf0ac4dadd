"""A deployment that nobody looks after says so on every page, and shows only what was confirmed within a year."""

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

from directory.attention import PEOPLE_SILENT, WORKER, WORKER_SILENT, abandoned_since
from directory.audit.service import Act, record
from directory.bootstrap import bring_up_to_date
from directory.db import Database
from directory.errors import NothingFitsError
from directory.mail.models import Job
from tests import makers
from tests.conftest import NOW
from tests.services import serve
from tests.staff import make_person
from tests.web.conftest import IN_PAGE, public_id, settings
from web.attention import Attention
from web.cli import main

_NOTE = "Nobody has kept this list up to date since"


def acted(session: Session, role: str, *, days_ago: float, verb: str = "change.applied") -> None:
    name = f"{role.title()}{session.info['new_id']().hex}"
    person = make_person(session, name, role, has_key=False)  # type: ignore[arg-type]
    record(session, [Act(verb, "1", {}, person)], now=NOW - dt.timedelta(days=days_ago))


def test_it_is_abandoned_when_nobody_who_keeps_it_did_anything_for_sixty_days(session: Session) -> None:
    assert abandoned_since(session, now=NOW) is None
    acted(session, "coordinator", days_ago=60)
    assert abandoned_since(session, now=NOW) == (NOW - PEOPLE_SILENT).date()
    acted(session, "partner", days_ago=1)
    assert abandoned_since(session, now=NOW) is not None
    acted(session, "admin", days_ago=59)
    assert abandoned_since(session, now=NOW) is None


@pytest.mark.parametrize("verb", ["backup.made", "audit.sealed", "audit.anchored"])
def test_what_a_machine_does_every_night_keeps_nothing_up(session: Session, verb: str) -> None:
    acted(session, "coordinator", days_ago=61)
    acted(session, "admin", days_ago=1, verb=verb)
    assert abandoned_since(session, now=NOW) == (NOW - dt.timedelta(days=61)).date()


def test_where_nobody_ever_did_anything_it_counts_from_the_first_entry(session: Session) -> None:
    record(session, [Act("audit.alarmed", "0", {})], now=NOW - dt.timedelta(days=60))
    record(session, [Act("audit.alarmed", "1", {})], now=NOW)
    assert abandoned_since(session, now=NOW - dt.timedelta(seconds=1)) is None
    assert abandoned_since(session, now=NOW) == (NOW - PEOPLE_SILENT).date()


def test_it_is_abandoned_when_a_clock_that_once_ran_is_silent_for_two_weeks(session: Session) -> None:
    acted(session, "coordinator", days_ago=1)
    session.add(Job(name=WORKER, last_ok_at=NOW - WORKER_SILENT + dt.timedelta(seconds=1), last_error=None))
    session.flush()
    assert abandoned_since(session, now=NOW) is None
    session.get_one(Job, WORKER).last_ok_at = NOW - WORKER_SILENT
    session.flush()
    assert abandoned_since(session, now=NOW) == (NOW - WORKER_SILENT).date()


@pytest.fixture
def neglected(database: Database) -> Iterator[tuple[httpx.Client, str, str]]:
    """A site that nobody looked after for two months, with a confirmed listing and one that nobody confirmed."""
    with database.transaction() as session:
        acted(session, "coordinator", days_ago=61)
        confirmed, other = (
            makers.make_service(
                session, makers.kind("food"), name=name, sites=[makers.site(f"site:{name}")],
                organization_id=makers.make_organization(session, name),
            )
            for name in ("Kept Table", "Lost Table")
        )  # fmt: skip
        phone = session.execute(
            sa.text("SELECT id FROM fact WHERE field = 'phone' AND record_id = :id"), {"id": confirmed.record_id}
        ).scalar_one()
        makers.confirm(session, phone, days_ago=300)
        ids = public_id(session, confirmed), public_id(session, other)
        # What the arrangement wrote was written long ago.
    with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        client.headers.update(IN_PAGE)
        client.timeout = httpx.Timeout(30)
        yield client, *ids


def test_every_page_says_so_and_only_what_was_confirmed_is_found(neglected: tuple[httpx.Client, str, str]) -> None:
    client, confirmed, other = neglected
    found = client.post("/", data={"n": "food", "a": "33130"}).text
    assert "Kept Table" in found
    assert "Lost Table" not in found
    pages = [client.get("/").text, found, client.post("/", data={"l": confirmed}).text, client.get("/no").text]
    assert all(_NOTE in page for page in pages)
    unknown = client.post("/", data={"l": other})
    assert (unknown.status_code, "Lost Table" in unknown.text) == (404, False)
    assert client.post("/", data={"z": f"{other}:voice"}).status_code == 404
    assert "1 888 373 7888" in client.get("/").text


def test_where_somebody_looks_after_it_nothing_is_said_and_all_is_found(database: Database) -> None:
    with database.transaction() as session:
        acted(session, "coordinator", days_ago=1)
        makers.make_service(session, makers.kind("food"), name="Lost Table", sites=[makers.site()])
    with serve(database, settings(), clock=lambda: NOW) as address:
        page = httpx.post(address, data={"n": "food", "a": "33130"}, headers=IN_PAGE, timeout=30).text
    assert "Lost Table" in page
    assert _NOTE not in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_running_site_says_so_within_an_hour_also_where_something_goes_wrong(database: Database) -> None:
    with database.transaction() as session:
        acted(session, "coordinator", days_ago=60 - 1 / 24)
    times = [NOW]
    with serve(database, settings(), clock=lambda: times[-1]) as address:
        assert _NOTE not in httpx.get(address).text + httpx.get(f"{address}/no").text
        # It is the same day: nothing else makes a finished page out of date.
        times.append(NOW + dt.timedelta(hours=2))
        assert _NOTE in httpx.get(address).text
        assert _NOTE in httpx.get(f"{address}/no").text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_demo_is_never_abandoned(database: Database) -> None:
    with database.transaction() as session:
        acted(session, "coordinator", days_ago=61)
    assert Attention(database, lambda: NOW).since() is not None
    assert Attention(database, lambda: NOW, is_watched=False).since() is None


def test_the_command_line_narrows_its_search_and_says_why(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        acted(session, "coordinator", days_ago=61)
        makers.make_service(session, makers.kind("food"), name="Lost Table", sites=[makers.site()])
    bring_up_to_date(database)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr("directory.search.cli.utc_now", lambda: NOW)
    asked = ["search", "--need", "food", "--near", "33130"]
    answer = CliRunner().invoke(main, asked)
    assert (answer.exit_code, "Lost Table" in answer.stdout) == (NothingFitsError.exit_code, False), answer.output
    assert "Nobody has kept this list up to date since 2026-09-26" in answer.stderr
    with database.transaction() as session:
        acted(session, "coordinator", days_ago=1)
    answer = CliRunner().invoke(main, asked)
    assert (answer.exit_code, "Lost Table" in answer.stdout, answer.stderr) == (0, True, "")
