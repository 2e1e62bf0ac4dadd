"""Letters go out by a real server: each once, encrypted where it is far, and again when it was away."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult

from directory.bootstrap import open_database
from directory.db import Database
from directory.mail.models import Job, Outbox
from directory.mail.queries import Unsent, failing, unsent
from directory.mail.sending import Sent, _claim, _connected, _send, message_of, send_due
from directory.mail.service import forget_letters, put_out
from directory.mail.waiting import GIVEN_UP_AFTER, KEPT, LONGEST_WAIT, MOST_TRIES, wait_after
from directory.settings import Settings
from tests.conftest import NOW
from tests.services.certificates import self_signed
from tests.services.mail import Kept, catching

Caught = tuple[Kept, Settings]
# Another name of this machine, which nothing knows to be one: what is said to it could be overheard.
FAR = "127.0.0.2"
_PATIENCE_SECONDS = 30
_PASSWORD = "a long word"  # noqa: S105 - of a server that lives for one test


@pytest.fixture
def caught() -> Iterator[Caught]:
    with catching() as caught:
        yield caught


def _encrypting(folder: Path, *names: str) -> dict[str, Any]:
    """How a server encrypts, with a certificate that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(folder, *names))
    return {"tls_context": context, "require_starttls": True}


@contextmanager
def _later(database: Database, passed: dt.timedelta) -> Iterator[Database]:
    """The same database when some time has passed."""
    url = database.engine.url.render_as_string(hide_password=False)
    later = open_database(url, clock=lambda: NOW + passed)
    try:
        yield later
    finally:
        later.dispose()


def put(database: Database, recipient: str = "ana@example.org", template: str = "proposed", **fields: str) -> None:
    """Put a letter out."""
    with database.transaction() as session:
        put_out(session, recipient, template, {"when": "2026-11-26", "change": "7"} | fields, now=NOW)


def _unsent(database: Database) -> Unsent:
    with database.reading() as session:
        return unsent(session)


def _failing(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return failing(session)


def test_a_letter_is_sent_once_and_says_nothing_of_this_machine(database: Database, caught: Caught) -> None:
    kept, settings = caught
    put(database)
    assert (send_due(database, settings), send_due(database, settings)) == (Sent(1, 0), Sent(0, 0))
    letter = kept.letters[0]
    assert (letter["To"], letter["From"]) == ("ana@example.org", "Daybook <desk@example.org>")
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert {"X-Mailer", "User-Agent"}.isdisjoint(letter.keys())
    assert kept.hosts == ["example.org"]
    assert socket.gethostname() not in letter.as_string()
    assert "https://desk.example.org/desk/changes/7" in letter.get_content()


def test_a_letter_speaks_the_language_of_the_site(database: Database, caught: Caught) -> None:
    kept, settings = caught
    put(database)
    send_due(database, msgspec.structs.replace(settings, language="es"))
    assert kept.letters[0]["Subject"] == "Un cambio espera"
    assert "propuso un cambio" in kept.letters[0].get_content()


def test_without_a_server_letters_wait(database: Database) -> None:
    put(database)
    assert send_due(database, Settings(database_url="")) == Sent()
    assert _unsent(database) == Unsent(waiting=1)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_letter_is_encrypted_also_on_this_machine_if_the_server_can(database: Database, tmp_path: Path) -> None:
    put(database)
    with catching(**_encrypting(tmp_path, "mail.example.org")) as (kept, settings):
        assert send_due(database, settings) == Sent(1, 0)
    assert kept.are_encrypted == [True]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_goes_to_a_far_server_that_does_not_encrypt(database: Database) -> None:
    put(database)
    with catching(FAR) as (kept, settings):
        assert send_due(database, settings) == Sent(0, 1)
    assert kept.letters == []
    assert _failing(database) == {"mail": "SMTPNotSupportedError"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_goes_to_a_far_server_for_which_nobody_vouches(database: Database, tmp_path: Path) -> None:
    put(database)
    with catching(FAR, **_encrypting(tmp_path, FAR)) as (kept, settings):
        assert send_due(database, settings) == Sent(0, 1)
    assert kept.letters == []
    assert _failing(database) == {"mail": "SSLCertVerificationError"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_far_server_is_signed_in_to_and_gets_letters_encrypted(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database)
    how = _encrypting(tmp_path, FAR)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / f"{FAR}.pem"))

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        # Not handled: the server says itself that it was refused.
        return AuthResult(success=(given.login, given.password) == (b"desk", _PASSWORD.encode()), handled=False)

    with catching(FAR, **how, authenticator=knows, auth_required=True) as (kept, settings):
        wrong, right = (
            msgspec.structs.replace(settings, mail_user="desk", mail_password=word) for word in ("another", _PASSWORD)
        )
        assert send_due(database, wrong) == Sent(0, 1)
        assert _failing(database) == {"mail": "SMTPAuthenticationError"}
        with _later(database, dt.timedelta(minutes=1)) as later:
            assert send_due(later, right) == Sent(1, 0)
    assert (kept.are_encrypted, kept.signed_in) == ([True], [True])


def test_two_workers_at_once_send_no_letter_twice(database: Database, caught: Caught) -> None:
    kept, settings = caught
    for number in range(30):
        put(database, f"person{number}@example.org")
    with ThreadPoolExecutor(3) as workers:
        done = list(workers.map(lambda _: send_due(database, settings), range(3)))
    assert sum(one.sent for one in done) == 30
    assert len(kept.recipients) == len(set(kept.recipients)) == 30
    assert len({letter["Message-ID"] for letter in kept.letters}) == 30


def test_nobody_else_sends_a_letter_to_a_slow_server_meanwhile_and_nothing_is_locked(
    database: Database, caught: Caught
) -> None:
    kept, settings = caught
    put(database)
    asked, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        may_go_on.wait(_PATIENCE_SECONDS)

    kept.before = wait
    with ThreadPoolExecutor(1) as worker, _later(database, dt.timedelta(minutes=30)) as later:
        sending = worker.submit(send_due, database, settings)
        try:
            assert asked.wait(_PATIENCE_SECONDS)
            put(database, "ben@example.org")
            assert [due.recipient for due in _claim(later)] == ["ben@example.org"]
        finally:
            may_go_on.set()
        assert sending.result(_PATIENCE_SECONDS) == Sent(1, 0)


def test_what_a_dead_worker_had_is_sent_by_another_as_the_same_letter(database: Database, caught: Caught) -> None:
    kept, settings = caught
    put(database)
    with _connected(settings) as server:
        [had] = _claim(database)
        assert _send(server, settings, had) is None, "it arrived, and then the worker died"
    with _later(database, dt.timedelta(minutes=59)) as later:
        assert send_due(later, settings) == Sent()
    with _later(database, dt.timedelta(minutes=60)) as later:
        assert send_due(later, settings) == Sent(1, 0)
    assert kept.recipients == ["ana@example.org"] * 2
    assert len({letter["Message-ID"] for letter in kept.letters}) == 1


def test_what_could_not_be_sent_is_tried_again_later_and_not_at_once(database: Database, caught: Caught) -> None:
    kept, settings = caught
    put(database)
    kept.said["ana@example.org"] = "451 later"
    assert (send_due(database, settings), send_due(database, settings)) == (Sent(0, 1), Sent())
    assert _unsent(database) == Unsent(waiting=1, tried=1)
    kept.said.clear()
    with _later(database, dt.timedelta(minutes=1)) as later:
        assert send_due(later, settings) == Sent(1, 0)
    assert _unsent(database) == Unsent()


def test_a_server_that_is_away_loses_nothing(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    put(database)
    settings = Settings(database_url="", mail_server=f"127.0.0.1:{port}", mail_from="desk@example.org")
    assert send_due(database, settings) == Sent(0, 1)
    assert _unsent(database).waiting == 1
    assert _failing(database) == {"mail": "ConnectionRefusedError"}


def test_a_server_that_goes_away_between_two_letters_has_got_the_first_once(database: Database, caught: Caught) -> None:
    kept, settings = caught
    for name in ("ana", "ben", "cleo"):
        put(database, f"{name}@example.org")
    kept.said["ben@example.org"] = "421 closing"
    assert send_due(database, settings) == Sent(1, 2)
    kept.said.clear()
    with _later(database, dt.timedelta(minutes=1)) as later:
        assert send_due(later, settings) == Sent(2, 0)
    assert kept.recipients == ["ana@example.org", "ben@example.org", "cleo@example.org"]


@pytest.mark.parametrize(
    "recipient",
    [
        "ana@example.org\r\nBcc: everybody@example.org",
        "josé@example.org",
        "ana@example.org, ben@example.org",
        "ana",
        "",
    ],
)
def test_a_recipient_that_is_none_stops_no_other_letter(database: Database, caught: Caught, recipient: str) -> None:
    kept, settings = caught
    put(database, recipient)
    put(database, "ben@example.org")
    assert send_due(database, settings) == Sent(1, 1)
    assert kept.recipients == ["ben@example.org"]


def test_a_letter_that_the_server_refuses_stops_no_other(database: Database, caught: Caught) -> None:
    kept, settings = caught
    for name in ("ana", "ben", "cleo"):
        put(database, f"{name}@example.org")
    kept.said["ana@example.org"] = "554 not this one"
    kept.unknown.add("ben@example.org")
    assert send_due(database, settings) == Sent(1, 2)
    assert kept.recipients == ["cleo@example.org"]


def test_a_letter_that_never_arrives_is_given_up_after_three_days_and_its_link_forgotten(
    database: Database, caught: Caught
) -> None:
    kept, settings = caught
    kept.said["ana@example.org"] = "550 no such person"
    put(database, template="invited", link="/desk/join/secret", role="partner")
    passed, tries = dt.timedelta(0), 0
    while _unsent(database).waiting:
        tries += 1
        with _later(database, passed) as later:
            assert send_due(later, settings) == Sent(0, 1)
        passed += wait_after(tries)
    assert GIVEN_UP_AFTER <= passed < GIVEN_UP_AFTER + LONGEST_WAIT
    with _later(database, passed + LONGEST_WAIT) as later:
        assert send_due(later, settings) == Sent()
        with later.reading() as session:
            assert session.scalars(sa.select(Outbox.fields)).one() == "{}"
    assert _unsent(database) == Unsent(given_up=1)


def test_the_wait_doubles_from_a_minute_to_six_hours() -> None:
    waits = [wait_after(tries) for tries in range(1, MOST_TRIES + 1)]
    assert waits[:3] == [dt.timedelta(minutes=1), dt.timedelta(minutes=2), dt.timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert waits[-1] == wait_after(1000) == dt.timedelta(hours=6)


def test_what_was_sent_is_forgotten_after_a_month_and_its_link_at_once(database: Database, caught: Caught) -> None:
    _, settings = caught
    put(database, template="invited", link="/desk/join/secret", role="partner")
    send_due(database, settings)
    with database.reading() as session:
        assert session.scalars(sa.select(Outbox.fields)).one() == "{}"
    # What nothing could send for a month goes, too.
    put(database)
    for passed, gone in ((KEPT, 0), (KEPT + dt.timedelta(seconds=1), 2)):
        with database.transaction() as session:
            assert forget_letters(session, now=NOW + passed) == gone


def test_how_sending_went_is_noted_by_kinds_of_errors_alone(database: Database, caught: Caught) -> None:
    kept, settings = caught
    put(database)
    kept.said["ana@example.org"] = "550 ana@example.org lives here no more"
    send_due(database, settings)
    assert _noted(database) == (None, "SMTPDataError")
    put(database, "ben@example.org")
    send_due(database, settings)
    assert _noted(database) == (NOW, None)
    put(database)
    send_due(database, settings)
    assert _noted(database) == (NOW, "SMTPDataError")


def _noted(database: Database) -> tuple[dt.datetime | None, str | None]:
    with database.reading() as session:
        job = session.get_one(Job, "mail")
    return job.last_ok_at, job.last_error


@pytest.mark.parametrize("name", ["Day, Book", "Day (Book)", "Día", 'The "Daybook"', "a@b"])
def test_whatever_the_site_is_called_there_is_one_sender(name: str) -> None:
    settings = Settings(database_url="", site_name=name, mail_from="desk@example.org")
    sent = message_of(settings, "ana@example.org", "proposed", {"when": "x", "change": "1"}, name="1")
    read = message_from_bytes(bytes(sent), _class=EmailMessage, policy=policy.default)
    assert [(sender.display_name, sender.addr_spec) for sender in read["From"].addresses] == [
        (name, "desk@example.org")
    ]


@pytest.mark.parametrize(
    "broken", [{"recipient": "a@example.org\nBcc: b@example.org"}, {"site_name": "Day\nBcc: b@c.org"}]
)
def test_a_letter_cannot_hold_another_header(broken: dict[str, str]) -> None:
    settings = Settings(database_url="", mail_from="desk@example.org", site_name=broken.get("site_name", "Day"))
    with pytest.raises(ValueError, match=r"no address|CR or LF"):
        message_of(
            settings, broken.get("recipient", "a@example.org"), "proposed", {"when": "x", "change": "1"}, name="1"
        )
