"""A mail server on this machine that keeps what it gets."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from directory.settings import Settings


class Kept:
    """A server that keeps what it gets, and answers some letters as a test wants.

    ``said`` answers a letter by its recipient, ``unknown`` are recipients it does not have, and ``refusal`` is what it
    says to every recipient, if anything.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.hosts: list[str] = []
        self.are_encrypted: list[bool] = []
        self.signed_in: list[bool] = []
        self.said: dict[str, str] = {}
        self.unknown: set[str] = set()
        self.refusal = ""
        self.before: Callable[[], None] = lambda: None

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.before()
        if said := self.said.get(envelope.rcpt_tos[0]):
            return said
        self.hosts.append(session.host_name)
        self.are_encrypted.append(session.ssl is not None)
        self.signed_in.append(bool(session.authenticated))
        self.letters.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refusal or address in self.unknown:
            return self.refusal or "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        """To whom letters came, in order."""
        return [str(letter["To"]) for letter in self.letters]


@contextmanager
def catching(host: str = "127.0.0.1", **how: Any) -> Iterator[tuple[Kept, Settings]]:
    """A running server that catches letters, and settings that send by it; ``how`` is further options of the server."""
    with socket.create_server((host, 0)) as free:
        port = free.getsockname()[1]
    kept = Kept()
    controller = Controller(kept, hostname=host, port=port, server_hostname="mail.example.org", **how)
    controller.start()
    try:
        settings = Settings(
            database_url="",
            mail_server=f"{host}:{port}",
            mail_from="desk@example.org",
            mail_domain="example.org",
            desk_host="desk.example.org",
        )
        yield kept, settings
    finally:
        controller.stop()
