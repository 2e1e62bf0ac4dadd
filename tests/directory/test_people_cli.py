"""The commands ``people`` and ``init --admin``: they print a link once, and tell who has to know."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from directory.bootstrap import bring_up_to_date, open_database
from directory.cli import commands
from directory.db import Database
from directory.errors import BadInputError, NotFoundError, NothingFitsError, RefusedError
from directory.people.accounts import neighbour_of_key
from directory.people.invitations import look_at_link, use_link
from directory.people.queries import actor_of
from tests.directory.people.written import entries, find, letters

Run = Callable[..., Result]
LINK = re.compile(r"http://localhost:\d+/desk/join/([\w-]{43})")


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as whoever runs the program; what is wrong is raised."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    group = click.Group(commands=list(commands))
    return lambda *words: CliRunner().invoke(group, list(words), catch_exceptions=False)


@pytest.fixture
def stored(database_url: str, run: Run) -> Iterator[Database]:
    """The database behind the commands."""
    database = open_database(database_url)
    bring_up_to_date(database)
    yield database
    database.dispose()


def _key(result: Result) -> str:
    found = LINK.findall(result.output)
    assert len(found) == 1, result.output
    return str(found[0])


def test_whoever_is_invited_joins_by_the_link_that_is_printed(run: Run, stored: Database) -> None:
    result = run(
        "people", "invite", "Ana@example.org", "--name", "Ana", "--role", "coordinator",
        "--area", "US-FL", "--area", "US-GA", "--network", "main",
    )  # fmt: skip
    with stored.transaction() as session:
        joined = use_link(session, _key(result), now=session.info["now"])
        actor = actor_of(session, joined.person_id)
        assert (actor.role, actor.invited_by) == ("coordinator", None)
        assert actor.scopes == {("area", "US-FL"), ("area", "US-GA"), ("network", "main")}
        assert ("ana@example.org", "invited") in letters(session)


def test_the_first_admin_comes_by_init_and_others_do_not(run: Run, stored: Database) -> None:
    words = ("init", "--site-name", "Almanac", "--area", "33130", "--exit", "https://www.weather.gov/")
    result = run(*words, "--admin", "head@example.org")
    with stored.transaction() as session:
        joined = use_link(session, _key(result), now=session.info["now"])
        assert actor_of(session, joined.person_id).role == "admin"
    with pytest.raises(RefusedError, match="admin already"):
        run(*words, "--admin", "other@example.org")


def test_the_list_names_people_and_neither_the_program_nor_any_secret(run: Run, stored: Database) -> None:
    with pytest.raises(NothingFitsError, match="init --admin"):
        run("people", "list")
    key = _key(run("people", "invite", "ana@example.org", "--name", "Ana", "--role", "admin"))
    assert re.fullmatch(r"invited +admin +ana@example\.org +Ana\n", run("people", "list").output)
    listed = json.loads(run("people", "list", "--json").output)
    assert [(one["email"], one["role"], one["standing"]) for one in listed] == [("ana@example.org", "admin", "invited")]
    assert key not in json.dumps(listed)


def test_whoever_is_revoked_is_let_in_no_more_and_may_be_invited_anew(run: Run, stored: Database) -> None:
    key = _key(run("people", "invite", "ana@example.org", "--name", "Ana", "--role", "partner"))
    run("people", "revoke", "ana@example.org")
    with stored.reading() as session, pytest.raises(NotFoundError):
        look_at_link(session, key, now=session.info["now"])
    with pytest.raises(NotFoundError):
        run("people", "revoke", "ana@example.org")
    again = _key(run("people", "invite", "ana@example.org", "--name", "Ana", "--role", "coordinator"))
    with stored.reading() as session:
        assert look_at_link(session, again, now=session.info["now"]).email == "ana@example.org"


def test_whoever_lost_their_keys_comes_back_by_the_link_that_is_printed(run: Run, stored: Database) -> None:
    with pytest.raises(NotFoundError):
        run("people", "recover", "ana@example.org")
    key = _key(run("people", "invite", "ana@example.org", "--name", "Ana", "--role", "admin"))
    with stored.transaction() as session:
        use_link(session, key, now=session.info["now"])
    back = _key(run("people", "recover", "ana@example.org"))
    with stored.reading() as session:
        assert look_at_link(session, back, now=session.info["now"]).purpose == "recover"
        assert ("person.recovery-by-shell", str(find(session, "ana@example.org").public_id)) in entries(session)


@pytest.mark.parametrize("form", ["pem", "base64"])
def test_a_neighbour_is_known_by_its_key_in_either_form(run: Run, stored: Database, tmp_path: Path, form: str) -> None:
    public = Ed25519PrivateKey.generate().public_key()
    file = tmp_path / "key"
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    file.write_bytes(pem if form == "pem" else base64.b64encode(public.public_bytes_raw()) + b"\n")
    assert run("people", "add-neighbour", "Next County", "--key", str(file)).exit_code == 0
    with stored.reading() as session:
        found = neighbour_of_key(session, public.public_bytes_raw())
        assert found is not None
        assert found.name == "Next County"


def test_a_file_without_such_a_key_makes_no_neighbour(run: Run, stored: Database, tmp_path: Path) -> None:
    file = tmp_path / "key"
    of_another_kind = (
        X25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    for content in (b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", of_another_kind):
        file.write_bytes(content)
        with pytest.raises(BadInputError):
            run("people", "add-neighbour", "Next County", "--key", str(file))
