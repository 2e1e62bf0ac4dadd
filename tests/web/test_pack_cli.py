"""The command says what it made, whether it is as it was made, and which packs must go; and ends as it promises."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.listings.service import set_standing
from tests.web.pack.making import listing_of, make_ward
from web.cli import main

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def ward(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A deployment whose listings were confirmed, by the clock of the machine, a moment ago."""
    bring_up_to_date(database)
    # Commands go by the clock of the machine, which the fixed one of tests may be far from.
    own = open_database(database.engine.url.render_as_string(hide_password=False))
    make_ward(own)
    own.dispose()
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("HANDRAIL_DEFAULT_AREA", "33130")
    monkeypatch.setenv("HANDRAIL_AUDIT_KEY", str(tmp_path / "keys" / "audit.key"))
    return database


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["pack", *arguments])


def test_a_pack_is_made_verified_listed_and_called_back(ward: Database, tmp_path: Path) -> None:
    out = tmp_path / "pack"
    made = _run("build", "--out", str(out), "--json")
    assert made.exit_code == 0, made.output
    serial = json.loads(made.output)["serial"]
    assert _run("build", "--out", str(out)).exit_code == 6
    assert [_run("verify", str(out / name)).exit_code for name in ("en.html", "es.html", "")] == [0, 0, 0]
    assert serial in _run("list").output
    assert json.loads(_run("list", "--json").output)[0]["languages"] == ["en", "es"]
    assert (_run("recall").exit_code, "No pack must go." in _run("recall").output) == (0, True)
    with ward.transaction() as session:
        listing = listing_of(session, "+13055550151").id
        set_standing(session, listing, "suspended", by=None, reason="a call", now=session.info["now"])
    told = _run("recall")
    assert told.exit_code == 1
    assert f"Pack {serial} must go" in told.output
    assert "Quiet beds, 305 555 0151: is out of sight for now" in told.output
    found = json.loads(_run("recall", "--json").output)
    assert (found[0]["must_go"], found[0]["pack"]["serial"], len(found[0]["lines"])) == (True, serial, 1)


def test_what_was_changed_or_signed_by_somebody_else_is_told_apart(ward: Database, tmp_path: Path) -> None:
    assert ward
    out = tmp_path / "pack"
    assert _run("build", "--language", "es", "--out", str(out), "--days", "30").exit_code == 0
    content = (out / "es.html").read_bytes()
    (out / "es.html").write_bytes(content.replace(b"0151", b"0199"))
    told = _run("verify", str(out))
    assert (told.exit_code, "Changed" in told.output, "es.html" in told.output) == (6, True, True)
    (tmp_path / "keys").rename(tmp_path / "before")
    assert _run("build", "--out", str(tmp_path / "other")).exit_code == 0
    told = _run("verify", str(out))
    assert (told.exit_code, "Unknown key" in told.output) == (4, True)
    assert _run("verify", str(out), "--key", str(tmp_path / "before" / "audit.pub")).exit_code == 6


def test_what_cannot_be_made_is_refused_with_a_way_out(ward: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ward
    refused = _run("build", "--language", "ar")
    assert (refused.exit_code, "handrail languages approve ar" in refused.output) == (6, True)
    assert _run("build", "--area", "Nowhereville-on-the-Moon").exit_code == 4
    assert _run("build", "--area", "Springfield").exit_code == 5
    assert _run("build", "--area", "99501").exit_code == 3
    monkeypatch.delenv("HANDRAIL_DEFAULT_AREA")
    assert _run("build").exit_code == 2
