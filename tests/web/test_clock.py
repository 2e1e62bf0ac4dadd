"""The clock looks by a timetable only, says how it is, and can be switched off."""

import ast
import datetime as dt
import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.bootstrap import bring_up_to_date
from directory.checking.models import CheckTask
from directory.checking.policy import CHECKS
from directory.checking.service import hasten
from directory.db import Database
from directory.freshness.models import Evidence
from directory.mail.service import note_done
from directory.settings import Settings
from tests import makers
from tests.conftest import NOW
from tests.house.files import project_files
from tests.services import ROOT, serve
from tests.verifiers.test_rounds import url
from tests.web.conftest import settings
from verifiers.look import Look
from verifiers.subject import Known
from web import worker
from web.cli import main
from web.health import Health
from web.worker import checking_duties

_ON = Settings(database_url="")
_OFF = msgspec.structs.replace(_ON, checks="off")


async def lives(_known: Known) -> Look:
    return Look("live")


@pytest.fixture
def with_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment whose only verifier finds every site alive."""
    for module in ("web.worker", "verifiers.checking_cli"):
        monkeypatch.setattr(f"{module}.registered", lambda *_: nullcontext({"website": lives}))


def arrange(database: Database) -> str:
    with database.transaction() as session:
        organization = makers.make_organization(session, "Practice House", url("https://example.org"))
        made = makers.make_service(session, makers.kind("food"), organization_id=organization, sites=[makers.site()])
        session.flush()
        return str(
            session.execute(
                sa.text("SELECT public_id FROM record WHERE id = :id"), {"id": made.listings[0][1]}
            ).scalar_one()
        )


def evidence(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Evidence)) or 0


def ticked(database: Database, *, ago: dt.timedelta, error: str | None = None) -> None:
    with database.transaction() as session:
        note_done(session, CHECKS, now=NOW - ago)
        if error:
            note_done(session, CHECKS, now=NOW, error=error)


@pytest.mark.usefixtures("with_verifier")
def test_the_clock_plans_and_looks_and_notes_that_it_did(database: Database) -> None:
    arrange(database)
    plan, look = checking_duties(_ON)
    worker._quietly(plan, database, _ON)()
    with database.transaction() as session:
        hasten(session, session.scalars(sa.select(CheckTask.id)).all(), now=NOW)
    worker._quietly(look, database, _ON)()
    assert evidence(database) == 1
    assert Health(_ON, database, lambda: NOW).of_clock().is_well


def test_a_clock_that_is_switched_off_does_nothing(database: Database) -> None:
    assert checking_duties(_OFF) == ()
    assert Health(_OFF, database, lambda: NOW).of_clock().line == "checks: off"


@pytest.mark.parametrize(("minutes", "is_well"), [(-60, True), (0, True), (5, True), (6, False)])
def test_a_clock_that_has_been_silent_for_five_minutes_is_not_well(
    database: Database, minutes: int, is_well: bool
) -> None:
    ticked(database, ago=dt.timedelta(minutes=minutes))
    found = Health(_ON, database, lambda: NOW).of_clock()
    assert (found.is_well, "silent" in found.line) == (is_well, not is_well)


def test_a_clock_that_never_ticked_is_not_well_and_a_failing_one_says_by_which_error(database: Database) -> None:
    assert not Health(_ON, database, lambda: NOW).of_clock().is_well
    ticked(database, ago=dt.timedelta(0), error="OperationalError")
    assert "failing" in Health(_ON, database, lambda: NOW).of_clock().line
    assert Health(_ON, database, lambda: NOW).of_clock().line.endswith("error OperationalError")


def test_however_often_somebody_asks_the_database_is_asked_every_ten_seconds(database: Database) -> None:
    at = [NOW]
    health = Health(_ON, database, lambda: at[0])
    before = health.of_clock()
    ticked(database, ago=dt.timedelta(0))
    assert health.of_clock() == before
    at[0] += dt.timedelta(seconds=10)
    assert health.of_clock() != before
    # A clock that is set back is no reason to keep an old answer.
    at[0] -= dt.timedelta(days=1)
    health.of_clock()


def test_the_site_answers_whatever_its_clock_does(database: Database) -> None:
    with serve(database, settings()) as address:
        assert httpx.get(f"{address}/healthz").text == "ok\nchecks: off"
        assert httpx.get(f"{address}/healthz/clock").status_code == 200


def test_nothing_that_answers_a_request_can_begin_a_check() -> None:
    """Only the clock and commands know verifiers: no page, no desk, no health, nothing that they stand on."""
    allowed = {"web/worker.py", "web/cli.py"}
    knowing = {str(path) for path in _modules("web") if _imports(path) & {"verifiers", "directory.checking.service"}}
    assert knowing <= allowed
    reaching = {path for path in map(str, _modules("web")) if "web.worker" in _imports(Path(path))}
    # The application starts the clock beside its handlers.
    assert reaching <= {"web/asgi.py", "web/cli.py"}


def _modules(package: str) -> Iterator[Path]:
    return (path for path in project_files() if path.suffix == ".py" and path.parts[0] == package)


def _imports(path: Path) -> set[str]:
    """What a module imports, and the packages that it comes from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            names = {name.name for name in node.names}
        else:
            continue
        found |= names | {name.partition(".")[0] for name in names}
    return found


@pytest.fixture
def deployment(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    """``database`` as the one that commands use, with the time of the machine."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    bring_up_to_date(database)
    return database


@pytest.mark.usefixtures("with_verifier")
def test_the_checks_of_one_listing_are_done_now_and_shown_as_due_before(deployment: Database) -> None:
    listing = arrange(deployment)
    shown = CliRunner().invoke(main, ["verify", "due", "--json"])
    assert json.loads(shown.stdout)["clock"]["backlog"]["planned"] == 0
    done = CliRunner().invoke(main, ["verify", "now", listing, "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"seen": 1, "silent": 0, "dropped": 0})
    assert evidence(deployment) == 1
    shown = CliRunner().invoke(main, ["verify", "due"])
    assert shown.output.startswith("1 checks are planned, 0 are due, 0 for more than a day;")


@pytest.mark.usefixtures("with_verifier")
def test_what_is_due_is_listed_without_any_value(deployment: Database) -> None:
    listing = arrange(deployment)
    CliRunner().invoke(main, ["verify", "now", listing])
    with deployment.transaction() as session:
        hasten(session, session.scalars(sa.select(CheckTask.id)).all(), now=dt.datetime.now(dt.UTC))
    [task] = json.loads(CliRunner().invoke(main, ["verify", "due", "--json"]).stdout)["due"]
    assert (task["method"], task["field"], task["host"]) == ("website", "url", "example.org")
    told = CliRunner().invoke(main, ["verify", "now"])
    assert told.output == "1 looks said something, 0 nothing, 0 were dropped.\n"


@pytest.mark.parametrize(
    ("words", "code"), [(["nothing-of-this-id"], 1), (["--method", "astrology"], 1), (["--method", "lookup"], 3)]
)
@pytest.mark.usefixtures("with_verifier")
def test_what_cannot_be_checked_is_said(deployment: Database, words: list[str], code: int) -> None:
    assert CliRunner().invoke(main, ["verify", "now", *words]).exit_code == code


def test_a_deployment_that_switched_checks_off_asks_nobody(
    deployment: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_CHECKS", "off")
    refused = CliRunner().invoke(main, ["verify", "now"])
    assert refused.exit_code == 6
    monkeypatch.setenv("HANDRAIL_CHECKS", "perhaps")
    assert "HANDRAIL_CHECKS must be on or off." in CliRunner().invoke(main, ["verify", "due"]).output
