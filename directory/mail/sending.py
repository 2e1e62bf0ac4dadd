"""Sending what waits: by SMTP, encrypted unless the server is on this machine, each letter once (SAFETY A8)."""

import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.db import Database
from directory.mail.letters import letter
from directory.mail.models import Outbox
from directory.settings import Settings

_TIMEOUT_SECONDS = 20.0
_AT_ONCE = 50
_FIRST_WAIT, _LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=6)
_GIVEN_UP_AFTER = dt.timedelta(days=3)
KEPT_AFTER_SENDING = dt.timedelta(days=30)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESS = re.compile(r"[^@\s\x00-\x1f,;<>\"]{1,64}@[a-z0-9.-]{1,255}", re.IGNORECASE)


class Sent(msgspec.Struct, frozen=True):
    """How many letters were sent, and how many could not be (they are tried again for three days)."""

    sent: int = 0
    failed: int = 0


class _Due(msgspec.Struct, frozen=True):
    id: int
    recipient: str
    template: str
    fields: dict[str, Any]


def send_due(database: Database, settings: Settings) -> Sent:
    """Send every letter that is due; without a mail server nothing is sent, and letters wait.

    No transaction is open while the network is used, and a letter is claimed before, so that two workers never send
    one twice; one that was claimed by a worker that died is tried again a little later.
    """
    if not settings.mail_server:
        return Sent()
    due = _claim(database)
    if not due:
        return Sent()
    sent: list[int] = []
    try:
        with _connected(settings) as server:
            sent.extend(one.id for one in due if _send(server, settings, one))
    except (OSError, smtplib.SMTPException):
        # The server is away: what was claimed waits for its next turn.
        pass
    with database.transaction() as session:
        now = session.info["now"]
        if sent:
            session.execute(sa.update(Outbox).where(Outbox.id.in_(sent)).values(sent_at=now, fields="{}"))
        session.execute(sa.delete(Outbox).where(Outbox.sent_at < now - KEPT_AFTER_SENDING))
    return Sent(len(sent), len(due) - len(sent))


def message_of(settings: Settings, recipient: str, template: str, fields: Mapping[str, Any]) -> EmailMessage:
    """A letter as it is sent. Raises ``ValueError`` for an address that is none, ``KeyError`` for a missing field."""
    if not _ADDRESS.fullmatch(recipient):
        raise ValueError("that is no address")
    host = settings.desk_host or settings.public_host
    root = f"https://{host}" if host else f"http://localhost:{settings.port}"
    named = {"site": settings.site_name, "desk": f"{root}/desk", "desk_root": root} | dict(fields)
    subject, body = letter(template).filled(named)
    message = EmailMessage()
    message["From"] = f"{settings.site_name} <{settings.mail_from}>"
    message["To"] = recipient
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain=_domain(settings))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _claim(database: Database) -> list[_Due]:
    """Take what is due out of reach of other workers, each with the time of its next try; give up what is too old."""
    claimed = []
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        rows = session.scalars(
            sa.select(Outbox)
            .where(Outbox.sent_at.is_(None), Outbox.due_at <= now)
            .order_by(Outbox.due_at, Outbox.id)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        for row in rows:
            waits = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(row.attempts, 10))
            row.attempts += 1
            row.due_at = now + waits
            claimed.append(_Due(row.id, row.recipient, row.template, msgspec.json.decode(row.fields)))
        session.flush()
        # A letter of three days ago tells nobody anything, and a recipient that never answers costs a try each time.
        most = _tries_within(_GIVEN_UP_AFTER)
        session.execute(sa.delete(Outbox).where(Outbox.sent_at.is_(None), Outbox.attempts > most))
    return claimed


def _tries_within(span: dt.timedelta) -> int:
    """How many tries there are in a span."""
    tries, passed = 0, dt.timedelta(0)
    while passed < span:
        passed += min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(tries, 10))
        tries += 1
    return tries


def _connected(settings: Settings) -> smtplib.SMTP:
    host, _, port = settings.mail_server.rpartition(":")
    name = host.strip("[]")
    # What the server is told of this machine is the domain of the mail, never the machine's own name.
    server = smtplib.SMTP(name, int(port), local_hostname=_domain(settings), timeout=_TIMEOUT_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            is_near = name in _LOOPBACK
            context = ssl._create_unverified_context() if is_near else ssl.create_default_context()  # noqa: S323, SLF001
            server.starttls(context=context)
            server.ehlo()
        elif name not in _LOOPBACK:
            raise smtplib.SMTPNotSupportedError("the server does not encrypt")  # noqa: TRY301
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
    except BaseException:
        server.close()
        raise
    return server


def _send(server: smtplib.SMTP, settings: Settings, due: _Due) -> bool:
    try:
        server.send_message(message_of(settings, due.recipient, due.template, due.fields))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError, KeyError):
        return False
    return True


def _domain(settings: Settings) -> str:
    return settings.mail_domain or settings.mail_from.rpartition("@")[2] or "localhost"
