"""The doctor finds what is wrong with a deployment, says what to do, and never a value."""

import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory import suspended
from directory.audit.service import Act, record
from directory.bootstrap import bring_up_to_date
from directory.db import Database
from directory.mail.models import Outbox
from directory.mail.service import note_done, put_out
from directory.outbound import Certificate, Seen
from directory.settings import Settings, data_folder
from tests.conftest import NOW
from web.cli import main
from web.doctor import CHECKLIST, Finding, examine

QUICK = Seen(200, 0.2, "www.weather.gov")
NEUTRAL = Certificate(("daybook.example.org",))


class FakeOutbound:
    """The network as a test says it is; remembers what it was asked for."""

    def __init__(self, seen: Seen = QUICK, *, names: Certificate = NEUTRAL) -> None:
        self.asked: list[str] = []
        self._seen, self._names = seen, names

    def look(self, url: str) -> Seen:
        self.asked.append(url)
        return self._seen

    def certificate_names(self, host: str, port: int = 443) -> Certificate:
        self.asked.append(f"{host}:{port}")
        return self._names


@pytest.fixture
def settings(database: Database) -> Settings:
    """A deployment with nothing wrong."""
    bring_up_to_date(database)
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(database_url=url, default_area="33130", public_host="daybook.example.org")


def _found(settings: Settings, outbound: FakeOutbound | None = None, *, now: dt.datetime = NOW) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(settings, outbound=outbound or FakeOutbound(), now=now)}


def _changed(settings: Settings, **changes: str) -> Settings:
    changed: Settings = msgspec.structs.replace(settings, **changes)
    return changed


def test_a_sound_deployment_is_found_sound(settings: Settings) -> None:
    found = _found(settings)
    assert {finding.state for finding in found.values()} == {"ok"}
    assert set(found) == {
        "database: file", "database: schema", "database: audit", "what is kept", "attention", "letters",
        "letters to programs",
        "regular tasks", "checks", "area", "pinned lines", "certificate", "exit",
    }  # fmt: skip


def test_the_exit_of_every_language_is_looked_at(settings: Settings) -> None:
    outbound = FakeOutbound()
    found = _found(_changed(settings, exit_urls="es=https://www.aemet.es/"), outbound)
    assert {"https://www.weather.gov/", "https://www.aemet.es/"} <= set(outbound.asked)
    assert (found["exit"].state, found["exit in es"].state) == ("ok", "ok")


@pytest.mark.parametrize(
    ("seen", "state", "told"),
    [
        (Seen(problem="no connection"), "fail", "no connection"),
        (Seen(503, 0.1, "www.weather.gov"), "fail", "answers 503"),
        (Seen(200, 6.0, "www.weather.gov"), "warn", "6 seconds"),
        (Seen(200, 0.1, "www.google.com"), "warn", "leads on to a host"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_exit_that_is_down_or_slow_is_told(settings: Settings, seen: Seen, state: str, told: str) -> None:
    exit_found = _found(settings, FakeOutbound(seen))["exit"]
    assert (exit_found.state, told in exit_found.text) == (state, True)
    assert not any(name in exit_found.text for name in ("weather", "google"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_names_that_tell_are_warned_of(settings: Settings) -> None:
    told = _found(settings, FakeOutbound(names=Certificate(("a.example.org", "shelter.example.org"))))["certificate"]
    assert (told.state, "example" in told.text) == ("warn", False)
    assert _found(_changed(settings, public_host="victims.example.org"))["names"].state == "warn"
    assert _found(_changed(settings, public_host=""))["names"].state == "warn"
    dead = _found(settings, FakeOutbound(names=Certificate(problem="no connection")))["certificate"]
    assert dead.state == "fail"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_old_pinned_lines_and_a_missing_area_are_warned_of(settings: Settings) -> None:
    assert _found(settings, now=NOW + dt.timedelta(days=300))["pinned lines"].state == "warn"
    assert _found(_changed(settings, country="FR"))["pinned lines"].state == "warn"
    assert _found(_changed(settings, default_area=""))["area"].state == "warn"
    lost = _found(_changed(settings, default_area="Atlantis Nowhere"))["area"]
    assert (lost.state, "Atlantis" in lost.text) == ("fail", False)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_file_of_pinned_lines_that_does_not_count_fails_and_a_suspended_line_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = data_folder()
    suspended.suspend("US/0", by=("a", "b"), today=NOW.date())
    found = _found(settings)["pinned lines"]
    assert (found.state, "suspended" in found.text) == ("warn", True)
    assert _found(settings, now=NOW + suspended.LASTS)["pinned lines"].state == "ok"
    (folder / suspended.FILE).write_text("[", encoding="utf-8")
    assert _found(settings)["pinned lines"].state == "fail"
    (folder / suspended.FILE).unlink()
    assert _found(settings)["pinned lines"].state == "ok"
    (folder / "pinned.json").write_text("{}", encoding="utf-8")
    found = _found(settings)["pinned lines"]
    assert (found.state, "handrail pinned update" in found.text) == ("fail", True)


def test_a_deployment_that_nobody_looks_after_is_told(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        record(session, [Act("audit.alarmed", "0", {})], now=NOW - dt.timedelta(days=60))
    asking = _changed(settings, ask_programs="on", mail_server="127.0.0.1:25", mail_from="desk@example.org")
    assert [_found(asking)[check].state for check in ("attention", "letters to programs")] == ["warn", "warn"]
    assert "nobody is asked" in _found(asking)["letters to programs"].text
    before = _found(asking, now=NOW - dt.timedelta(minutes=1))
    assert [before[check].state for check in ("attention", "letters to programs")] == ["ok", "ok"]


def test_letters_that_nothing_sends_are_told(settings: Settings, database: Database) -> None:
    assert _found(settings)["letters"].text.endswith("HANDRAIL_MAIL_SERVER is not set.")
    with database.transaction() as session:
        put_out(session, "ana@example.org", "joined", {"when": "2026-11-26"}, now=NOW)
    waiting = _found(settings)["letters"]
    assert waiting.state == "warn"
    assert waiting.text.startswith("1 wait, and HANDRAIL_MAIL_SERVER is not set")
    with_server = _changed(settings, mail_server="127.0.0.1:25", mail_from="desk@example.org")
    assert _found(with_server)["letters"].state == "ok"
    on = _changed(settings, ask_programs="on")
    assert (_found(on)["letters to programs"].state, _found(settings)["letters to programs"].state) == ("warn", "ok")
    assert _found(_changed(with_server, ask_programs="on"))["letters to programs"].state == "ok"
    assert _found(_changed(with_server, public_host=""))["letters"].text.startswith("They lead to localhost.")
    with database.transaction() as session:
        session.execute(sa.update(Outbox).values(attempts=1))
    tried = _found(with_server)["letters"]
    assert (tried.state, tried.text.partition(".")[0]) == ("warn", "1 were tried in vain, 0 given up")


def test_tasks_that_failed_when_they_were_last_done_are_told(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        note_done(session, "seal", now=NOW, error="DirectoryError")
        note_done(session, "forget", now=NOW)
    told = _found(settings)["regular tasks"]
    assert told.state == "warn"
    assert "these failed: seal (DirectoryError)." in told.text
    with database.transaction() as session:
        note_done(session, "seal", now=NOW)
    assert _found(settings)["regular tasks"].state == "ok"


def test_a_database_that_holds_more_than_is_told_fails(settings: Settings, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("create table visitors (address text)"))
    found = _found(settings)
    assert found["what is kept"].state == "fail"
    assert "visitors" not in found["what is kept"].text


def test_a_database_of_another_version_fails(settings: Settings, database: Database) -> None:
    database.downgrade("-1")
    found = _found(settings)
    assert found["database: schema"].state == "fail"
    assert "db upgrade" in found["database: schema"].text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_database_that_cannot_be_read_fails_and_the_rest_is_looked_at(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "Zanzibarium.sqlite3"
    file.write_text("no database" * 500, encoding="utf-8")
    found = _found(_changed(settings, database_url=f"sqlite:///{file}"))
    assert found["database"].state == "fail"
    assert "Zanzibarium" not in found["database"].text
    assert found["exit"].state == "ok"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_command_tells_everything_and_ends_with_1_when_something_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", settings.database_url)
    sound = CliRunner().invoke(main, ["doctor", "--offline"])
    assert sound.exit_code == 0, sound.output
    assert all(line in sound.stdout for line in CHECKLIST)
    told = json.loads(CliRunner().invoke(main, ["doctor", "--offline", "--json"]).stdout)
    assert {check["state"] for check in told["checks"]} == {"ok", "warn"}
    assert told["checklist"] == list(CHECKLIST)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{tmp_path}/none/none.sqlite3")
    without = CliRunner().invoke(main, ["doctor", "--offline"])
    assert (without.exit_code, "handrail init" in without.stdout) == (1, True)
    assert not (tmp_path / "none").exists()
