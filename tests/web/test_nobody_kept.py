"""Whatever somebody writes of a person into the way from a listing to a call is refused, and is nowhere afterwards.

Names, dates of birth, ages, immigration and social security numbers, telephones, mailboxes and streets go into every
field of the public form, into fields that it does not have, and into what people who work here type about a call.
"""

import html
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as searched
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.bootstrap import open_database
from directory.db import Database
from directory.handoff.models import Protocol
from directory.listings.models import Fact, Record
from tests.about_people import Told, about_somebody
from tests.conftest import NOW
from tests.makers import confirm, kind, make_organization, make_service, site
from tests.services import SqliteFiles, serve
from tests.staff import Desk, make_person, seated
from tests.web.conftest import IN_PAGE, public_id, settings
from web.cli import main
from web.limits import RequestCap
from web.pages import asking

# What is typed there is looked for, or is a program's own word about its listing: it stays in the form that comes back.
_TYPED = {asking.PLACE, asking.ORIGIN, asking.AWAY, asking.NAME, asking.NEW_NUMBER, asking.NEW_HOURS, asking.ABOUT,
          asking.SITE, asking.MAIL, asking.FIRST_DAY, asking.LAST_DAY}  # fmt: skip
_NO_FIELDS = ("client", "name", "dob", "note", "Q", "aa", "\u00e9")
_TERMS = {
    "steps": "Call the intake line first.", "respond": "30", "signed": "2026-03-02", "review": "2027-03-02",
    "reference": "binder 3, MOU 2026-02", "refers_words": "elm", "takes_words": "night",
}  # fmt: skip
_SHORTEST_MARK = 5
# Shorter than a server waits on a connection on which nothing comes.
_SHORT = httpx.Limits(keepalive_expiry=1)
# A counterexample says enough as it was found.
FEW = searched(max_examples=30, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])


class House:
    """A site with a listing, in a folder of its own; whose desk somebody is signed in at."""

    def __init__(self, folder: Path, client: httpx.Client, database: Database, listing: str, desk: Desk) -> None:
        self.folder, self.client, self.database, self.listing, self.desk = folder, client, database, listing, desk

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table, but what the clock notes of itself."""
        with self.database.engine.connect() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            return {
                name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()))
                for name in names
                if name not in {"job", "session", "sqlite_sequence"}
            }

    def written(self) -> bytes:
        """Whatever lies in the folder: the database, what it writes ahead, and any other file."""
        return b"".join(file.read_bytes() for file in sorted(self.folder.rglob("*")) if file.is_file())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site that may be asked without end."""
    folder = tmp_path_factory.mktemp("nobody")
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(RequestCap.__init__.__kwdefaults__ or {}, "burst", 1e9)
        patched.setattr("web.desk.app._BURST", 1e9)
        database = open_database(SqliteFiles(folder).ready(), clock=lambda: NOW)
        with database.transaction() as session:
            owners = [make_organization(session, name) for name in ("Elm Clinic", "Night House")]
            made = make_service(session, kind("food"), name="Night Rooms", organization_id=owners[1], sites=[site()])
            make_service(
                session, kind("sane-adult"), name="Elm Exam", organization_id=owners[0], sites=[site("site:2")]
            )
            confirm(session, _number_of(session, made.listings[0][1]))
            listing = public_id(session, made)
            key = seated(session, make_person(session, "Coordinator"))
        with (
            serve(database, settings(), clock=lambda: NOW) as address,
            httpx.Client(base_url=address, timeout=60, limits=_SHORT) as client,
        ):
            yield House(folder, client, database, listing, Desk(client, key))
        database.dispose()


def _number_of(session: Session, listing: int) -> int:
    service = session.get_one(Record, listing).service_id
    return session.scalars(sa.select(Fact.id).where(Fact.record_id == service, Fact.field == "phone")).one()


def _telling(marks: tuple[str, ...]) -> list[str]:
    """Words that stand nowhere by chance, as a figure of an age does."""
    return [mark for mark in marks if len(mark) >= _SHORTEST_MARK or not mark.isascii()]


def _explained(page: str) -> str:
    """A page without what somebody typed and gets back in its box."""
    left = re.sub(r"<textarea.*?</textarea>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r'value="[^"]*"', "", left))


def _nowhere(house: House, marks: set[str], *said: str) -> None:
    """None of the marks is in a file of the site or in what it said."""
    written = house.written()
    for mark in sorted(marks):
        assert mark.encode() not in written, mark
        assert not any(mark in one for one in said), mark


def _sent(told: Told, field: str, listing: str) -> str:
    """A text in a field, by itself and where a press sends a code and an id."""
    return {
        asking.OUTCOME: f"declined:{listing}:{told.text}", asking.HAND: f"{listing}:{told.text}",
        asking.REPORT: f"{told.text}:{listing}",
    }.get(field, told.text)  # fmt: skip


@pytest.mark.parametrize("door", ["in the page", "without script"])
def test_no_field_of_the_public_form_takes_words_about_somebody(
    house: House, door: str, logged: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    before, marks = house.rows(), set[str]()
    fields = st.sampled_from([*sorted(asking.FIELDS), *_NO_FIELDS])
    headers = IN_PAGE if door == "in the page" else {"accept": "text/html"}

    @FEW
    @given(about_somebody(), st.lists(fields, min_size=3, max_size=6, unique=True))
    def ask(told: Told, chosen: list[str]) -> None:
        for field in chosen:
            form = {"u": "en", "n": "food", "a": "33130", field: _sent(told, field, house.listing)}
            answer = house.client.post("/", data=form, headers=headers, follow_redirects=True)
            assert answer.status_code < 500
            if field in _NO_FIELDS:
                assert answer.status_code == 400
            for mark in _telling(told.marks):
                assert mark not in str(answer.headers), field
                # What is looked for is shown above what was found.
                if field not in _TYPED or answer.status_code >= 400:
                    assert mark not in _explained(answer.text), field
        marks.update(_telling(told.marks))
        assert house.rows() == before

    ask()
    _nowhere(house, marks, logged.getvalue(), *capfd.readouterr())


def test_what_was_agreed_takes_no_words_about_somebody(
    house: House, logged: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    assert house.desk.post("/desk/protocols/new", _TERMS).status_code == 303
    before, marks = house.rows(), set[str]()
    with house.database.reading() as session:
        made = session.scalars(sa.select(Protocol.public_id)).one()

    @FEW
    @given(about_somebody(), st.sampled_from(("steps", "reference", "signed", "respond", "client")))
    def enter(told: Told, field: str) -> None:
        terms = {name: value for name, value in _TERMS.items() if not name.endswith("_words")}
        answer = house.desk.post(f"/desk/protocols/{made}/edit", terms | {field: told.text})
        assert answer.status_code in {400, 409}, field
        for mark in _telling(told.marks):
            assert mark not in _explained(answer.text), field
        marks.update(_telling(told.marks))
        assert house.rows() == before

    enter()
    _nowhere(house, marks, logged.getvalue(), *capfd.readouterr())


@pytest.mark.parametrize(
    "command",
    [
        ("pack", "build", "--area"), ("pack", "verify"), ("reporting", "--state"), ("reporting", "--near"),
        ("reporting", "--state", "US-MA", "--at"), ("reporting", "--state", "US-MA", "--for"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_command_of_the_handoff_takes_or_repeats_words_about_somebody(
    house: House, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = house.database.engine.url.render_as_string(hide_password=False)
    for name, value in {"DATABASE_URL": url, "AUDIT_KEY": str(tmp_path / "audit.key")}.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", value)
    monkeypatch.chdir(tmp_path)
    before, marks = house.rows(), set[str]()

    @searched(FEW, max_examples=12)
    @given(about_somebody())
    def run(told: Told) -> None:
        ran = CliRunner().invoke(main, [*command, told.text])
        assert ran.exit_code not in {0, 1}, ran.output
        for mark in _telling(told.marks):
            assert mark not in ran.output
        marks.update(_telling(told.marks))
        assert house.rows() == before

    run()
    _nowhere(house, marks)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file() and file.name != "audit.key"] == []
