"""A first command that is killed while it makes the database leaves the making to the next one."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory import bootstrap
from directory.bootstrap import open_database, open_existing, open_ready
from directory.errors import DirectoryError
from directory.search.indexing import is_current
from directory.settings import Settings
from directory.vocabulary.models import TermRow


class _KilledError(Exception):
    """Stands for the moment at which the process is gone."""


def _die(*_: object, **__: object) -> None:
    raise _KilledError


def _settings(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'd.sqlite3'}")


def _assert_is_made(settings: Settings) -> None:
    assert open_existing(settings) is None
    database = open_ready(settings)
    assert database.is_up_to_date()
    assert is_current(database)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(TermRow))
    database.dispose()
    following = open_existing(settings)
    assert following is not None
    following.dispose()


def test_a_file_that_is_still_empty_is_made_into_a_database(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite3").touch()
    _assert_is_made(_settings(tmp_path))


def test_a_file_that_has_no_tables_yet_is_made_into_a_database(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "d.sqlite3")
    raw.execute("pragma journal_mode=wal")
    raw.close()
    _assert_is_made(_settings(tmp_path))


@pytest.mark.parametrize("step", ["sync_terms", "is_current", "rebuild"])
def test_what_was_cut_off_after_the_tables_is_made_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    settings = _settings(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, step, _die)
        with pytest.raises(_KilledError):
            open_ready(settings)
    _assert_is_made(settings)


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    open_ready(_settings(tmp_path)).dispose()
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0] * len(list(tmp_path.iterdir()))


def test_a_dry_run_makes_no_file(tmp_path: Path) -> None:
    assert open_existing(_settings(tmp_path)) is None
    assert not list(tmp_path.iterdir())


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "d.sqlite3")
    raw.execute("CREATE TABLE theirs (id INTEGER)")
    raw.commit()
    with pytest.raises(DirectoryError, match="another version"):
        open_ready(_settings(tmp_path))
    assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    raw.close()


def test_an_older_schema_is_brought_up_only_when_it_is_asked(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    database = open_database(settings.database_url)
    database.upgrade("0003_whole_question")
    database.dispose()
    with pytest.raises(DirectoryError, match="db upgrade"):
        open_ready(settings)
    with pytest.raises(DirectoryError, match="db upgrade"):
        open_existing(settings)
