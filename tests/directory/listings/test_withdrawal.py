"""A withdrawn place is gone from the file itself, whatever comes between the commit and the scrub."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from directory import db
from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.backups.age import Plain
from directory.backups.service import back_up
from directory.bootstrap import bring_up_to_date, open_database, open_ready
from directory.db import Database
from directory.intake.revision import withdraw
from directory.listings.models import Record
from directory.listings.withdrawal import BACKED_UP, backups_to_destroy, finish_withdrawals, is_finished
from directory.settings import Settings
from tests import makers

SECRET = b"Quillfeather"


def held(file: Path) -> int:
    """How often the street stands in the file and its log, free pages included."""
    return sum(path.read_bytes().count(SECRET) for path in file.parent.glob(f"{file.name}*"))


def public_service(database: Database) -> None:
    """A service with a public place, whose description names it too."""
    words = makers.text("description", "Rooms at 18 Quillfeather Way. Open to all.")
    with database.transaction() as session:
        makers.make_service(session, words, sites=[makers.site(street="18 Quillfeather Way")])


def make_secret(database: Database) -> None:
    """Its place becomes secret."""
    with database.transaction() as session:
        service = session.scalars(sa.select(Record.id).where(Record.kind == "service")).one()
        now = session.info["now"]
        withdraw(session, service, disclosure="area_only", area="US-FL-331", author=makers.AUTHOR, now=now)


def finished(database: Database) -> bool:
    """Whether nothing is left to scrub."""
    with database.reading() as session:
        return is_finished(session)


def test_a_withdrawn_place_is_nowhere_in_the_file_when_the_verb_returns(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'd.sqlite3'}")
    bring_up_to_date(database)
    public_service(database)
    assert held(tmp_path / "d.sqlite3") > 0
    make_secret(database)
    assert finished(database)
    assert held(tmp_path / "d.sqlite3") == 0
    database.dispose()


def test_a_process_that_dies_before_the_scrub_leaves_it_to_the_next_command(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    database = open_database(url)
    bring_up_to_date(database)
    public_service(database)
    database._after_withdrawal = None  # it dies here
    make_secret(database)
    assert not finished(database)
    copy = tmp_path / "copy.sqlite3"
    back_up(database, copy, Plain())
    assert held(copy) == 0
    database.dispose()
    following = open_ready(Settings(database_url=url))
    assert finished(following)
    assert held(tmp_path / "d.sqlite3") == 0
    following.dispose()


def test_a_reader_of_an_older_state_delays_the_scrub_and_never_hides_that_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SCRUB_WAIT_MS", 100)
    database = open_database(f"sqlite:///{tmp_path / 'd.sqlite3'}")
    bring_up_to_date(database)
    public_service(database)
    with database.reading() as reader:
        assert reader.scalar(sa.text("SELECT count(*) FROM fact")) == 6
        make_secret(database)
        assert not finished(database)
    assert finish_withdrawals(database)
    assert finished(database)
    assert held(tmp_path / "d.sqlite3") == 0
    database.dispose()


def test_backups_from_before_a_withdrawal_are_listed_and_later_ones_are_not(database: Database) -> None:
    def backed_up(name: str) -> None:
        with database.transaction() as session:
            write_audit(session, [Act(BACKED_UP, name, {})], now=session.info["now"])

    public_service(database)
    backed_up("monday")
    make_secret(database)
    backed_up("tuesday")
    assert finished(database)
    with database.reading() as session:
        assert backups_to_destroy(session) == ["monday"]
