"""Letters go out by a real server: each once, encrypted where it is far, and again when it was away."""

import datetime as dt
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from directory.bootstrap import open_database
from directory.db import Database
from directory.mail.models import Outbox
from directory.mail.sending import KEPT_AFTER_SENDING, message_of, send_due
from directory.mail.service import put_out
from directory.settings import Settings
from tests.conftest import NOW


class Caught:
    """A server that keeps what it gets, and may refuse."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.hosts: list[str] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 later"
        self.hosts.append(session.host_name)
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def caught() -> Iterator[tuple[Caught, Settings]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = Caught()
    controller = Controller(kept, hostname="127.0.0.1", port=port, server_hostname="mail.example.org")
    controller.start()
    try:
        yield (
            kept,
            Settings(
                database_url="",
                mail_server=f"127.0.0.1:{port}",
                mail_from="desk@example.org",
                mail_domain="example.org",
            ),
        )
    finally:
        controller.stop()


def put(database: Database, recipient: str = "ana@example.org", template: str = "proposed", **fields: str) -> None:
    with database.transaction() as session:
        put_out(session, recipient, template, {"when": "2026-11-26", "change": "7"} | fields, now=NOW)


def waiting(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None))) or 0


def test_a_letter_is_sent_once_and_says_nothing_of_this_machine(
    database: Database, caught: tuple[Caught, Settings]
) -> None:
    kept, settings = caught
    put(database)
    assert (send_due(database, settings).sent, send_due(database, settings).sent) == (1, 0)
    letter = kept.letters[0]
    assert (letter["To"], letter["From"]) == ("ana@example.org", "Daybook <desk@example.org>")
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["X-Mailer"] is None
    assert kept.hosts == ["example.org"]
    assert socket.gethostname() not in letter.as_string()
    assert b"/desk/changes/7" in bytes(letter.get_payload(decode=True))


def test_without_a_server_letters_wait(database: Database) -> None:
    put(database)
    assert send_due(database, Settings(database_url="")).sent == 0
    assert waiting(database) == 1


def test_what_could_not_be_sent_is_tried_again_later_and_not_at_once(
    database: Database, caught: tuple[Caught, Settings]
) -> None:
    kept, settings = caught
    put(database)
    kept.refuses = True
    assert (send_due(database, settings).failed, send_due(database, settings).failed) == (1, 0)
    kept.refuses = False
    later = open_database(
        database.engine.url.render_as_string(hide_password=False), clock=lambda: NOW + dt.timedelta(minutes=2)
    )
    try:
        assert send_due(later, settings).sent == 1
    finally:
        later.dispose()


def test_a_server_that_is_away_loses_nothing(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    put(database)
    settings = Settings(database_url="", mail_server=f"127.0.0.1:{port}", mail_from="desk@example.org")
    assert send_due(database, settings).failed == 1
    assert waiting(database) == 1


def test_a_recipient_that_is_none_stops_no_other_letter(database: Database, caught: tuple[Caught, Settings]) -> None:
    kept, settings = caught
    put(database, "ana@example.org\r\nBcc: everybody@example.org")
    put(database, "ben@example.org")
    assert send_due(database, settings).sent == 1
    assert [letter["To"] for letter in kept.letters] == ["ben@example.org"]


def test_what_was_sent_is_forgotten_after_a_month_and_its_link_at_once(
    database: Database, caught: tuple[Caught, Settings]
) -> None:
    _, settings = caught
    put(database, template="invited", link="/desk/join/secret", role="partner")
    send_due(database, settings)
    with database.reading() as session:
        assert session.scalars(sa.select(Outbox.fields)).one() == "{}"
    put(database)
    later = open_database(
        database.engine.url.render_as_string(hide_password=False),
        clock=lambda: NOW + KEPT_AFTER_SENDING + dt.timedelta(days=1),
    )
    try:
        send_due(later, settings)
        with later.reading() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 1
    finally:
        later.dispose()


def test_a_letter_cannot_hold_another_header() -> None:
    settings = Settings(database_url="", mail_from="desk@example.org")
    with pytest.raises(ValueError, match="address"):
        message_of(settings, "a@example.org\nBcc: b@example.org", "proposed", {"when": "x", "change": "1"})
