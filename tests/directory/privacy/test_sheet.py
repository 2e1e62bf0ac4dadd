"""The records sheet says all of the register and nothing more, prints well, and needs no database."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.privacy.cli import privacy
from directory.privacy.kept import LANGUAGES, kept, privacy_json
from directory.privacy.sheet import COLUMNS, sheet, written


def _run(*words: str) -> Result:
    return CliRunner().invoke(privacy, list(words))


def _flowing(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_says_everything_that_is_in_the_register(language: str) -> None:
    text = _flowing(_run("sheet", "--language", language).output)
    register = kept()
    for table in register.tables:
        assert table.name in text
        if table.about != "nobody":
            assert table.holds[language] in text, table.name
    for held in (*register.in_memory, *register.files):
        assert held.what[language] in text
        assert held.how_long[language] in text
    for words in (*register.never_kept, *register.outside, register.log.what, register.log.how_long):
        assert words[language] in text
    for key, meaning in register.log.keys.items():
        assert f"{key}: {meaning[language]}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_prints_well(language: str) -> None:
    lines = _run("sheet", "--language", language).output.splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert len(lines) < 250
    assert [line for line in lines if line != line.rstrip() or "\x1b" in line or "\t" in line] == []


def test_headings_stand_out_on_a_terminal_only() -> None:
    on_a_terminal = CliRunner().invoke(privacy, ["sheet"], color=True).output
    assert "\x1b[1mCALL FIRST\x1b[0m" in on_a_terminal
    assert "\x1b" not in _run("sheet").output


def test_counsel_is_called_before_anything_else_and_nothing_is_legal_advice() -> None:
    first = sheet(kept(), language="en", version="1")[1]
    assert first.heading == "Call first"
    assert "counsel" in first.items[0]
    text = _flowing(written(sheet(kept(), language="en", version="1")))
    assert "It is not legal advice." in text
    assert "leave everything as it is until counsel has answered" in text


def test_the_sheet_claims_no_protection_that_does_not_exist() -> None:
    text = _flowing(_run("sheet").output)
    assert "The program encrypts them unless it is told not to." in text
    assert "older backups and PostgreSQL's write-ahead log can still hold it" in text
    assert "This program cannot take that back." in text
    for claim in ("all backups are encrypted", "always encrypted", "anonymous", "untraceable", "erased", "guarantee"):
        assert claim not in text


def test_what_others_keep_is_to_be_ticked_off() -> None:
    text = _run("sheet").output
    assert text.count("[ ] ") == len(kept().outside)
    assert "[ ] Proxy or web server in front" in text


def test_the_sheet_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", "postgresql:///nowhere?host=/nowhere")
    assert _run("sheet").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_as_a_document_it_is_what_the_site_publishes() -> None:
    assert _run("sheet", "--json").output.encode() == _run("json").output.encode() == privacy_json()


def test_a_deployment_can_check_its_own_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    database = open_database(database_url)
    try:
        bring_up_to_date(database)
        sound = _run("check")
        assert (sound.exit_code, sound.output.count("\n")) == (0, 1)
        with database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE visit (day INTEGER)")
        told = _run("check")
        assert (told.exit_code, told.output) == (1, "not in the register: visit\nnot in the register: visit.day\n")
        assert '"ok":false' in _run("check", "--json").output
    finally:
        database.dispose()
