"""The command ``sources``, as people type it."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date
from directory.db import Database
from tests.importers.feeds import join, service, write_package
from web.cli import main


@pytest.fixture
def package(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small feed whose two organizations give out one number for different things, ready to be imported."""
    bring_up_to_date(sqlite_database)
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", url)
    tables = join(
        {"organizations": [{"id": "1", "name": "State Office"}, {"id": "2", "name": "Elder Office"}]},
        service("1", "Child line", kind="Child Abuse Reporting/Emergency Response"),
        service("2", "Elder line", organization="2", kind="Adult Protective Services"),
    )
    return write_package(tmp_path / "feed", tables)


def _handrail(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result


def test_an_import_says_that_numbers_do_not_go_together_and_a_command_says_which(package: Path) -> None:
    _handrail("sources", "list", code=3)
    _handrail("sources", "conflicts", code=3)
    said = _handrail("import", "hsds", str(package), "--source", "county").output
    assert "Numbers that do not go together: 1. See them with: handrail sources conflicts" in said
    shown = _handrail("sources", "conflicts").output
    assert shown.startswith("305 555 0142 is given out as: Child protection (Child line, State Office); as: Protection")
    told = json.loads(_handrail("sources", "conflicts", "--json").stdout)
    assert [(one["kind"], one["numbers"], len(one["services"])) for one in told] == [
        ("two-functions", ["+13055550142"], 2)
    ]
    again = json.loads(_handrail("import", "hsds", str(package), "--source", "county", "--json").stdout)
    assert again["conflicts"] == 0


def test_what_is_said_of_a_source_is_shown(package: Path) -> None:
    _handrail("import", "hsds", str(package), "--source", "county")
    assert "not-stated" in _handrail("sources", "list").output
    words = ["--owner", "County 211", "--licence", "CC BY 4.0", "--sharing", "attribution", "--trust", "partner"]
    _handrail("sources", "set", "county", *words)
    shown = _handrail("sources", "show", "county").output
    assert "owner:    County 211" in shown
    assert "sharing:  attribution: may be passed on with its name" in shown
    assert "rows:     6, read 1 times, last 20" in shown
    assert json.loads(_handrail("sources", "list", "--json").stdout)[0]["licence"] == "CC BY 4.0"
    said = _handrail("audit", "show").output
    assert "changed what is said of a source (county: licence owner sharing trust)" in said


def test_a_list_is_not_trusted_more_than_a_partner_by_command(package: Path) -> None:
    _handrail("import", "hsds", str(package), "--source", "county")
    _handrail("sources", "add", "state")
    assert "state" in _handrail("sources", "list").output
    refused = _handrail("sources", "set", "county", "--trust", "provider", code=6)
    assert "earned value by value" in refused.output
    _handrail("sources", "set", "nobody", "--owner", "x", code=1)


def test_a_paused_source_is_not_read(package: Path) -> None:
    _handrail("import", "hsds", str(package), "--source", "county")
    _handrail("sources", "pause", "county")
    assert "Paused" in _handrail("sources", "show", "county").output
    assert "paused" in _handrail("import", "hsds", str(package), "--source", "county", code=6).output
    assert json.loads(_handrail("sources", "show", "county", "--json").stdout)["runs"] == 1
    _handrail("sources", "resume", "county")
    _handrail("import", "hsds", str(package), "--source", "county")


def test_corrections_are_written_whole_for_their_owner_and_noted(package: Path, tmp_path: Path) -> None:
    _handrail("import", "hsds", str(package), "--source", "county")
    _handrail("sources", "corrections", "county", code=3)
    listing = json.loads(_handrail("listings", "list", "--json").stdout)[0]["id"]
    _handrail(
        "changes", "propose", listing, "phone", "--value", "305-555-0199", "--reason", "a call", "--slot", "voice"
    )
    out = tmp_path / "county.csv"
    said = _handrail("sources", "corrections", "county", "--output", str(out), "--language", "es").output
    assert said == "1 corrections are in county.csv.\n"
    assert out.stat().st_mode & 0o777 == 0o600
    [_, row] = list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
    assert row[:6] == ["service:1", "Child line", "phone", "voice", "'+13055550142", "'+13055550199"]
    assert (row[6], row[7][:40]) == ("person", "Alguien que cuida este directorio lo cam")
    page = json.loads(_handrail("sources", "corrections", "county", "--format", "hsds").stdout)
    assert page["contents"][0]["metadata"][0]["updated_by"] == "admin"
    assert "wrote for a source what differs from it here (county)" in _handrail("audit", "show").output
    _handrail("sources", "corrections", "county", "--output", str(tmp_path / "no" / "x.csv"), code=1)
    _handrail("sources", "corrections", "county", "--since", "2999-01-01", code=3)
    _handrail("sources", "corrections", "nobody", code=1)
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".csv"] == ["county.csv"]
